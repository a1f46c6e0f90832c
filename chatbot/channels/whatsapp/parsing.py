"""A WhatsApp webhook body to the events in it: who wrote, what became of what we sent, who answered by hand.

Docs: WhatsApp Business Platform > Cloud API > Webhooks. Signature and handshake: `channels/meta.py`. A customer is
known by the phone number where one is given, else by the business-scoped user id, which `data` keeps in either case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from chatbot.channels.meta import bodies
from chatbot.channels.origin import OTHER_ACCOUNT, OTHER_PRODUCT, Origin, no_use
from chatbot.channels.payload import identifier, mapping, milliseconds, sequence, text
from chatbot.channels.whatsapp.messages import content_of, referral_of
from chatbot.channels.whatsapp.refusals import CODES
from chatbot.types import Inbound, InboundKind, Json

Fields = Mapping[str, Any]
_STATUSES: Final[Mapping[str, InboundKind]] = {
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
    "deleted": "delete",
}
_HANDOVERS: Final = {"control_passed": "us", "control_taken": "them"}
_MEMBERS: Final = ("recipient_participant_id", "recipient_participant_user_id")
_ECHOES: Final = ("message_echoes", "smb_message_echoes")


def parse(raw: bytes, account: str, phone_number_id: str = "") -> tuple[Inbound, ...]:
    """Every event of a body in its order. With `phone_number_id`, events of other numbers come as `ignored`.

    Raises ParseError when the body is no JSON object with an `entry` list.
    """
    found: list[Inbound] = []
    for body in bodies(raw):
        found.extend(_body(body, account, phone_number_id))
    return tuple(found)


def _body(body: Fields, account: str, phone_number_id: str) -> Iterator[Inbound]:
    product = text(body.get("object")) or "whatsapp_business_account"
    for entry in map(mapping, body["entry"]):
        at = milliseconds(entry.get("time"))
        for change in map(mapping, sequence(entry.get("changes"))):
            origin = Origin(account, "", at, change)
            if product != "whatsapp_business_account":
                yield origin.ignored(OTHER_PRODUCT, f"object:{product}")
            else:
                field, value = text(change.get("field")), mapping(change.get("value"))
                yield from _change(field, value, origin, phone_number_id)
        if product != "whatsapp_business_account" and not entry.get("changes"):
            yield Origin(account, "", at, entry).ignored(OTHER_PRODUCT, f"object:{product}")


def _change(field: str, value: Fields, origin: Origin, own: str) -> Iterator[Inbound]:
    number_id = next(filter(None, (_number_id(value, name) for name in ("metadata", "recipient"))), "")
    if own and number_id and number_id != own:
        yield origin.ignored(OTHER_ACCOUNT, "other_number")
    elif field in {"messages", "standby", ""}:  # some who pass webhooks on leave the field out
        observed = mapping(value.get("standby"))  # what is only watched stands one level deeper
        found = tuple(_messages({**value, **observed} if observed else value, origin))
        yield from (_observed(each) for each in found) if field == "standby" else found
        if not found:
            yield no_use(origin, field or next(iter(sorted(value)), ""))
    elif field in _ECHOES:
        for message in map(mapping, _first_list(value, "message_echoes", "messages")):
            yield _echo(message, origin)
    elif field == "calls":
        yield from _calls(value, origin)
    elif field == "messaging_handovers":
        yield _handover(value, origin)
    elif field == "user_preferences":
        for wish in map(mapping, sequence(value.get(field))):
            yield _preference(wish, origin)
    elif field == "user_id_update":
        for update in map(mapping, sequence(value.get(field))):
            yield _new_id(update, origin)
    else:
        yield no_use(origin, field)


def _number_id(value: Fields, name: str) -> str:
    return identifier(mapping(value.get(name)).get("phone_number_id"))


def _first_list(value: Fields, *names: str) -> list[Any]:
    return next((list(sequence(value[name])) for name in names if isinstance(value.get(name), list)), [])


def _messages(value: Fields, origin: Origin) -> Iterator[Inbound]:
    people = [mapping(person) for person in sequence(value.get("contacts"))]
    for message in map(mapping, sequence(value.get("messages"))):
        yield _message(message, people, origin)
    for message in map(mapping, sequence(value.get("message_echoes"))):
        yield _echo(message, origin)
    for status in map(mapping, sequence(value.get("statuses"))):
        yield _status(status, origin)
    for error in map(mapping, sequence(value.get("errors"))):
        code, title = identifier(error.get("code")), text(error.get("title"))
        yield replace(origin, event=error).ignored(f"an error of the account: {code} {title}".strip(), "errors")


def _message(message: Fields, people: list[Fields], origin: Origin) -> Inbound:
    named = _phone(message, "from"), identifier(message.get("from_user_id"))
    person = _person(people, named)
    user_id = named[1] or identifier(person.get("user_id"))
    contact = named[0] or _phone(person, "wa_id") or user_id or _former_id(message)
    group = identifier(message.get("group_id"))
    where = _at(message, replace(origin, contact=contact, conversation=group, sender=contact if group else ""))
    read = content_of(message)
    context = mapping(message.get("context"))
    kind: InboundKind = "group" if group else read.kind
    return where.inbound(
        kind,
        identifier(message.get("id")),
        read.raw_type,
        text=read.text,
        payload=read.payload,
        attachments=read.attachments,
        referral=referral_of(message),
        refers_to=read.refers_to or identifier(context.get("id")),
        reason=read.reason,
        data={**read.data, **_known_of(person, user_id, context)},
        profile=_profile(person),
    )


def _person(people: list[Fields], named: tuple[str, str]) -> Fields:
    """The contact that a message is from: by either id; where the message names nobody, the only one."""
    for person in people:
        ids = {_phone(person, "wa_id"), identifier(person.get("user_id"))} - {""}
        if ids.intersection(named):
            return person
    return people[0] if len(people) == 1 and not any(named) else {}


def _phone(fields: Fields, name: str) -> str:
    """A phone number as WhatsApp knows its owner by: without the sign that some write before it."""
    return identifier(fields.get(name)).removeprefix("+")


def _former_id(message: Fields) -> str:
    """The news of a changed user id names nobody as its sender: it belongs to whom we know by the former one."""
    system = mapping(message.get("system"))
    return identifier(system.get("previous_user_id")) or identifier(system.get("customer"))


def _known_of(person: Fields, user_id: str, context: Fields) -> dict[str, Json]:
    """What WhatsApp tells of a customer beside the message; only what is there."""
    product = mapping(context.get("referred_product"))
    known = {
        **_profile(person),
        "user_id": user_id,
        "product": identifier(product.get("product_retailer_id")),
    }
    return {name: value for name, value in known.items() if value}


def _profile(person: Fields) -> dict[str, Json]:
    profile = mapping(person.get("profile"))
    known = {"name": text(profile.get("name")), "username": text(profile.get("username")).removeprefix("@")}
    return {name: value for name, value in known.items() if value}


def _at(fields: Fields, origin: Origin) -> Origin:
    return replace(origin, at=milliseconds(fields.get("timestamp")) or origin.at, event=fields)


def _status(status: Fields, origin: Origin) -> Inbound:
    """`failed` has the code as payload and the explanation as text."""
    name, message_id = text(status.get("status")), identifier(status.get("id"))
    to_group = text(status.get("recipient_type")) == "group"
    contact = _phone(status, "recipient_id") or identifier(status.get("recipient_user_id"))
    member = next(filter(None, (identifier(status.get(name)) for name in _MEMBERS)), "") if to_group else ""
    where = _at(status, replace(origin, contact=contact, conversation=contact if to_group else "", sender=member))
    if text(status.get("type")) == "payment" or "payment" in status:
        return _payment(status, name, where)
    kind = "group" if to_group else _STATUSES.get(name)
    error = mapping(next(iter(sequence(status.get("errors"))), None))
    raw_type = f"statuses.{name or 'unknown'}"
    if kind is None:
        told = "the send's own answer says so" if name in {"sent", "accepted"} else "no status of a message we know"
        metadata = text(status.get("biz_opaque_callback_data"))
        return replace(where.ignored(told, raw_type), refers_to=message_id, metadata=metadata)
    return where.inbound(
        kind,
        message_id and ":".join(filter(None, (name, message_id, member))),  # each member of a group reads for itself
        raw_type,
        text=_explanation(error),
        payload=identifier(error.get("code")),
        refers_to=message_id,
        metadata=text(status.get("biz_opaque_callback_data")),
        reason=_reason(error) if kind == "failed" else "",
    )


def _payment(status: Fields, name: str, where: Origin) -> Inbound:
    """What became of the payment that was asked for; `failed` says nothing of the message that asked."""
    payment = mapping(status.get("payment"))
    payer = where.contact or identifier(status.get("from"))
    reference = identifier(payment.get("reference_id")) or identifier(status.get("reference_id"))
    about = identifier(status.get("id"))
    return replace(where, contact=payer, conversation="").inbound(
        "system",
        about and f"payment.{name}:{about}",
        f"statuses.payment.{name or 'unknown'}",
        payload=name,
        refers_to=about,
        data={"reference": reference} if reference else {},
    )


def _reason(error: Fields) -> str:
    """The reason of a failure in the words of a refusal."""
    code = identifier(error.get("code"))
    known = CODES.get(int(code)) if code.isascii() and code.isdigit() and len(code) < 10 else None
    return known.reason if known is not None else "recipient"


def _explanation(error: Fields) -> str:
    details = text(mapping(error.get("error_data")).get("details"))
    return details or text(error.get("message")) or text(error.get("title"))


def _echo(message: Fields, origin: Origin) -> Inbound:
    """Someone answered in the WhatsApp Business app, or Meta's agent did: then the send itself stands inside."""
    sent = mapping(message.get("message")) or message
    names = ("to", "recipient", "to_user_id", "recipient_user_id")
    contact = next(filter(None, (_phone(part, name) for name in names for part in (sent, message))), "")
    where = _at(message, replace(origin, contact=contact, sender=identifier(message.get("from"))))
    read = content_of(sent)
    if read.kind == "reaction":  # a heart is no answer, and the bot may go on
        return where.ignored("done by the account itself", f"message_echoes.{read.raw_type}")
    return where.inbound(
        "delete" if read.kind == "delete" else "echo",
        identifier(message.get("id")),
        f"message_echoes.{read.raw_type}",
        text=read.text,
        attachments=read.attachments,
        refers_to=read.refers_to,
    )


def _observed(inbound: Inbound) -> Inbound:
    if inbound.kind in {"text", "button", "attachment", "referral", "unsupported"}:
        return replace(inbound, kind="standby", raw_type=f"standby.{inbound.raw_type}")
    return inbound


def _calls(value: Fields, origin: Origin) -> Iterator[Inbound]:
    """Who called whom, and what became of it: voice is not ours, but it is seen."""
    events = [mapping(event) for name in ("calls", "statuses") for event in sequence(value.get(name))]
    for event in events:
        ours = text(event.get("direction")) == "BUSINESS_INITIATED"
        names = ("recipient_id", "recipient_user_id", *(("to", "to_user_id") if ours else ("from", "from_user_id")))
        contact = next(filter(None, (_phone(event, name) for name in names)), "")
        what = text(event.get("event")) or text(event.get("status")).lower() or "unknown"
        found = _at(event, replace(origin, contact=contact)).ignored("a call, which no bot answers", f"calls.{what}")
        yield replace(found, refers_to=identifier(event.get("id")))
    if not events:
        yield no_use(origin, "calls")


def _handover(value: Fields, origin: Origin) -> Inbound:
    """A thread changes hands; `payload` is the new owner's role, such as `ai_agent` or `escalation`.

    Meta tells a passed thread to whom it goes, and a taken one to whom it is taken from: `data.to` says which we are.
    """
    sender = mapping(value.get("sender"))
    names = ("phone_number", "wa_id", "user_id", "id")
    contact = next(filter(None, (_phone(sender, name) for name in names)), "")
    what = text(value.get("type")) or next((name for name in _HANDOVERS if name in value), "unknown")
    change = mapping(value.get(what))
    owner = text(change.get("new_owner_role")) or identifier(change.get("new_owner_app_id"))
    summary = text(mapping(mapping(change.get("conversation_context")).get("summary")).get("text"))
    return _at(value, replace(origin, contact=contact)).inbound(
        "thread_control",
        "",
        f"messaging_handovers.{what}",
        text=summary,
        payload=owner,
        metadata=text(change.get("metadata")),
        data={"to": _HANDOVERS[what]} if what in _HANDOVERS else {},
    )


def _preference(wish: Fields, origin: Origin) -> Inbound:
    """Marketing messages stopped or resumed in WhatsApp's own settings."""
    contact = _phone(wish, "wa_id") or identifier(wish.get("user_id"))
    where = _at(wish, replace(origin, contact=contact))
    said = text(wish.get("value"))
    if said not in {"stop", "resume"}:
        return no_use(where, f"user_preferences.{said}")
    kind: InboundKind = "opt_out" if said == "stop" else "opt_in"
    category, purpose = text(wish.get("category")), {"purpose": "marketing"}
    return where.inbound(kind, "", f"user_preferences.{said}", payload=category, data=purpose)


def _new_id(update: Fields, origin: Origin) -> Inbound:
    ids = mapping(update.get("user_id"))
    before, now = identifier(ids.get("previous")), identifier(ids.get("current"))
    contact = _phone(update, "wa_id") or before
    where = _at(update, replace(origin, contact=contact))
    return where.inbound("system", "", "user_id_update", payload="user_changed_user_id", data={"user_id": now})

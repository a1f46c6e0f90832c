"""A Messenger webhook body to the events in it: every field of every event may be missing or of a wrong type.

Docs: Messenger Platform > Webhooks > Webhook events reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from chatbot.channels.messenger.attachments import attachments_of, emoji_of, unreadable
from chatbot.channels.messenger.comments import comment_of
from chatbot.channels.meta import bodies
from chatbot.channels.origin import OTHER_ACCOUNT, OTHER_PRODUCT, Origin, no_use
from chatbot.channels.payload import digest, identifier, mapping, milliseconds, number, sequence, text
from chatbot.conversation.ports import NOTICE
from chatbot.types import Attachment, Inbound, InboundKind, Json, Referral

USER_REF: Final = "user_ref:"
"""Marks a contact known only by the checkbox plugin's `user_ref`: sending addresses it by that."""

Fields = Mapping[str, Any]
ObjectType = Literal["page", "instagram"]
_HANDOVERS: Final = ("pass_thread_control", "take_thread_control", "request_thread_control", "app_roles")


@dataclass(frozen=True, slots=True)
class _Where(Origin):
    """What an event stands in."""

    own: bool = False
    """Said or done by the page itself, by whoever holds it: never the customer."""

    def receipt(self, kind: InboundKind, message_id: str, raw_type: str, mid: str, watermark: int) -> Inbound:
        """News about a message of ours, or (without its id) about all sent until `watermark`, which is the payload."""
        inbound = self.inbound(kind, message_id, raw_type, refers_to=mid, payload=str(watermark or ""))
        return inbound if inbound.timestamp else replace(inbound, timestamp=watermark)


def parse(raw: bytes, account: str, page_id: str = "", object_type: ObjectType = "page") -> tuple[Inbound, ...]:
    """Every event of a body in its order. With `page_id`, events of other pages come as `ignored`.

    Instagram sends the same with another `object_type`, and an Instagram account where the page stands.
    Raises ParseError when the body is no JSON object with an `entry` list.
    """
    found: list[Inbound] = []
    for body in bodies(raw):
        named = text(body.get("object"))
        foreign = "" if named in {object_type, ""} else f"object:{named[:40]}"
        for entry in body["entry"]:
            found.extend(_entry(mapping(entry), foreign, account, page_id))
    return tuple(found)


def _entry(entry: Fields, foreign: str, account: str, page_id: str) -> Iterator[Inbound]:
    at = milliseconds(entry.get("time"))
    entry_id = identifier(entry.get("id"))
    page = page_id or entry_id
    groups = [("messaging", event) for event in sequence(entry.get("messaging"))]
    groups += [("standby", event) for event in sequence(entry.get("standby"))]
    changes = list(sequence(entry.get("changes")))
    if "field" in entry:  # comments come without the list around them, too
        changes.append({"field": entry["field"], "value": entry.get("value")})
    for group, event in groups:
        where = _where(mapping(event), account, page, at)
        if foreign or not _ours(entry_id, where.event, page_id):
            yield _elsewhere(where, foreign)
        else:
            yield from _standby(where) if group == "standby" else _event(where)
    if foreign and not groups and not changes:  # of people and permissions Meta tells in other words
        yield _elsewhere(Origin(account, "", at, entry), foreign)
    for change in changes:
        if foreign or (page_id and entry_id and page_id != entry_id):
            yield _elsewhere(Origin(account, "", at, change), foreign)
        else:
            yield from _change(mapping(change), account, page, at)


def _change(change: Fields, account: str, page: str, at: int) -> Iterator[Inbound]:
    """What stands under `changes`: comments, and sometimes (test deliveries, edits) what is else under `messaging`."""
    field = text(change.get("field"))[:40] or "unknown"
    value = mapping(change.get("value"))
    nested = sequence(value.get("messaging"))
    events = list(map(mapping, nested)) if nested else [value] if "sender" in value or "recipient" in value else []
    for event in events:
        where = _where(event, account, page, at)
        yield from _standby(where) if field == "standby" else _event(where)
    if not events:
        yield comment_of(field, value, Origin(account, "", at, change), page)


def _elsewhere(origin: Origin, foreign: str) -> Inbound:
    reason = OTHER_PRODUCT if foreign else OTHER_ACCOUNT
    return origin.ignored(reason, foreign or "other_page")


def _ours(entry_id: str, event: Fields, page_id: str) -> bool:
    """One app URL gets the events of all its pages; `entry.id` says whose, else sender or recipient do."""
    if not page_id:
        return True
    return page_id == entry_id if entry_id else page_id in {_party(event, "sender"), _party(event, "recipient")}


def _where(event: Fields, account: str, page: str, at: int) -> _Where:
    """The customer is the sender; of an echo, where the page speaks, the recipient."""
    sender, recipient = _party(event, "sender"), _party(event, "recipient")
    own = mapping(event.get("message")).get("is_echo") is True or (bool(sender) and sender == page)
    if event.get("is_self") is True and own:  # an account that tries its own bot: its scoped id stands as the recipient
        return _Where(account, recipient, milliseconds(event.get("timestamp")) or at, event)
    by_reference = mapping(event.get("optin")), mapping(event.get("sender"))
    reference = next(filter(None, (identifier(fields.get("user_ref")) for fields in by_reference)), "")
    contact = recipient if own else sender or (f"{USER_REF}{reference}" if reference else "")
    return _Where(account, contact, milliseconds(event.get("timestamp")) or at, event, sender if own else "", own=own)


def _party(event: Fields, name: str) -> str:
    return identifier(mapping(event.get(name)).get("id"))


def _event(where: _Where) -> Iterator[Inbound]:
    for name, read in _READERS.items():
        if where.event.get(name) is not None:
            if where.own and name != "message" and name not in _HANDOVERS:
                yield where.ignored("done by the account itself", f"own.{name}")
                return
            yield from read(where, mapping(where.event[name]), name)
            return
    yield no_use(where, _name_of(where.event))


def _name_of(event: Fields) -> str:
    """The key that says what an unknown event is."""
    names = sorted(text(key) for key in event if key not in {"sender", "recipient", "timestamp"})
    return names[0][:40] if names and names[0] else "unknown"


def _standby(where: _Where) -> Iterator[Inbound]:
    """Another app owns the thread: seen, never answered. Our own echoes and receipts keep their meaning."""
    for inbound in _event(where):
        if inbound.kind in {"text", "button", "attachment", "referral", "unsupported", "opt_in"}:
            yield replace(inbound, kind="standby", raw_type=f"standby.{inbound.raw_type}")
        elif inbound.kind == "thread_control":
            yield replace(inbound, raw_type=f"standby.{inbound.raw_type}")
        else:
            yield inbound


def _message(where: _Where, message: Fields, name: str) -> Iterator[Inbound]:
    mid = identifier(message.get("mid"))
    if message.get("is_deleted") is True:
        yield where.inbound("delete", mid and f"{mid}:deleted", "message.is_deleted", refers_to=mid)
        return
    story = _story(message)
    shown = (*attachments_of(message), *story)
    content = text(message.get("text"))
    answer = message.get("quick_reply")
    kind: InboundKind = "text" if content else "attachment" if shown else "unsupported"
    raw_type = "message.reply_to.story" if story else name
    if where.own:
        kind, raw_type = "echo", "message.is_echo"
    elif message.get("is_unsupported") is True or (unreadable(message) and not content):
        kind, raw_type = "unsupported", "message.is_unsupported"
    elif isinstance(answer, dict):
        kind, raw_type = "button", "message.quick_reply"
    elif shown and not story and shown[0].kind == "story":
        raw_type = "message.story_mention"
    yield where.inbound(
        kind,
        mid,
        raw_type,
        text=content or emoji_of(message),
        payload=identifier(message.get("app_id")) if kind == "echo" else text(mapping(answer).get("payload")),
        attachments=shown,
        referral=_referral_of(message.get("referral")),
        refers_to=identifier(mapping(message.get("reply_to")).get("mid")),
        metadata=text(message.get("metadata")),
        data=_asked_about(mapping(message.get("referral"))),
    )


def _asked_about(referral: Fields) -> dict[str, Json]:
    """The product in whose shop window "message" was pressed, or that an ad showed."""
    shown = mapping(referral.get("ads_context_data")).get("product_id")
    product = identifier(mapping(referral.get("product")).get("id")) or identifier(shown)
    return {"product": product} if product else {}


def _story(message: Fields) -> tuple[Attachment, ...]:
    """The story a message answers; its address is good for a day."""
    story = mapping(message.get("reply_to")).get("story")
    if not isinstance(story, dict):
        return ()
    return (Attachment("story", text(story.get("url")), id=identifier(story.get("id"))),)


def _postback(where: _Where, postback: Fields, name: str) -> Iterator[Inbound]:
    payload = text(postback.get("payload"))
    stable = f"{name}:{digest(where.contact, where.at, payload)}"  # old payloads carry no mid
    yield where.inbound(
        "button",
        identifier(postback.get("mid")) or stable,
        name,
        text=text(postback.get("title")),
        payload=payload,
        referral=_referral_of(postback.get("referral")),
        data=_asked_about(mapping(postback.get("referral"))),
    )


def _referral(where: _Where, referral: Fields, name: str) -> Iterator[Inbound]:
    yield where.inbound("referral", "", name, referral=_referral_of(referral), data=_asked_about(referral))


def _referral_of(value: Json) -> Referral | None:
    if not isinstance(value, dict):
        return None
    return Referral(text(value.get("ref")), text(value.get("source")), identifier(value.get("ad_id")))


def _optin(where: _Where, optin: Fields, name: str) -> Iterator[Inbound]:
    wish = text(optin.get("notification_messages_status")).partition("_")[0].partition(" ")[0]
    stopped, reference = wish == "STOP", text(optin.get("ref"))
    yield where.inbound(
        "opt_out" if stopped else "opt_in",
        "",
        f"{name}.{text(optin.get('type'))[:40] or 'ref'}",
        payload=text(optin.get("payload")) or reference,
        referral=Referral(reference) if reference else None,
        data={"purpose": "marketing"} if wish in {"STOP", "RESUME"} else {},
    )


def _delivery(where: _Where, delivery: Fields, name: str) -> Iterator[Inbound]:
    """One event for each message named; a watermark alone means "everything sent until then" and is the payload."""
    mids = [mid for mid in map(identifier, sequence(delivery.get("mids"))) if mid]
    watermark = milliseconds(delivery.get("watermark"))
    for mid in mids or [""]:
        own_id = mid and f"delivered:{mid}"
        yield where.receipt("delivered", own_id, name, mid, watermark)


def _read(where: _Where, read: Fields, name: str) -> Iterator[Inbound]:
    watermark = milliseconds(read.get("watermark"))
    mid = identifier(read.get("mid"))
    yield where.receipt("read", mid and f"read:{mid}", name, mid, watermark)


def _reaction(where: _Where, reaction: Fields, name: str) -> Iterator[Inbound]:
    yield where.inbound(
        "reaction",
        "",
        name,
        text=text(reaction.get("emoji")) or text(reaction.get("reaction")),
        payload=text(reaction.get("action")),
        refers_to=identifier(reaction.get("mid")),
    )


def _edit(where: _Where, edit: Fields, name: str) -> Iterator[Inbound]:
    """Instagram tells of some with no text (`num_edit` 0): nothing was changed that anybody knows of."""
    mid = identifier(edit.get("mid"))
    own_id = mid and f"{mid}:edit:{identifier(edit.get('num_edit'))}"
    if not isinstance(edit.get("text"), str):
        yield where.ignored("an edit that does not say the new text", name)
        return
    yield where.inbound("edit", own_id, name, text=text(edit.get("text")), refers_to=mid)


def _order(where: _Where, order: Fields, name: str) -> Iterator[Inbound]:
    """A cart that was sent to the page; what was written beside it is the text."""
    items = [
        {
            "product": identifier(item.get("retailer_id")) or identifier(item.get("id")),
            "quantity": number(item.get("quantity")),
            "price": number(item.get("unit_price")),
            "currency": text(item.get("currency")),
        }
        for item in map(mapping, sequence(order.get("products")))
    ]
    yield where.inbound("text", "", name, text=text(order.get("note")), data={"items": items})


def _feedback(where: _Where, feedback: Fields, name: str) -> Iterator[Inbound]:
    """A thumb up or down for one of our messages."""
    about = identifier(feedback.get("mid"))
    yield where.inbound("reaction", "", name, text=text(feedback.get("feedback")), payload="react", refers_to=about)


def _handover(where: _Where, handover: Fields, name: str) -> Iterator[Inbound]:
    """`payload` is the app the thread goes to ("" when Meta does not say)."""
    owner = identifier(handover.get("new_owner_app_id")) or identifier(handover.get("requested_owner_app_id"))
    yield where.inbound("thread_control", "", name, payload=owner, metadata=text(handover.get("metadata")))


def _roles(where: _Where, roles: Fields, name: str) -> Iterator[Inbound]:
    """What each app may do on the page from now on, which is news of no conversation."""
    known = {identifier(app): [text(role) for role in sequence(given)] for app, given in roles.items()}
    yield where.inbound("thread_control", "", name, data={"roles": known})


def _linking(where: _Where, linking: Fields, name: str) -> Iterator[Inbound]:
    yield where.inbound("system", "", name, payload=text(linking.get("status")))


def _policy(where: _Where, policy: Fields, name: str) -> Iterator[Inbound]:
    """Meta warns, blocks or unblocks the page: people must hear of it."""
    action, reason = text(policy.get("action")), text(policy.get("reason"))
    told = f"Meta enforces its policies (account {where.account}): {': '.join(filter(None, (action, reason)))}"
    yield where.inbound("system", "", name, payload=action, text=reason, data={NOTICE: told})


_READERS: Final[Mapping[str, Callable[[_Where, Fields, str], Iterator[Inbound]]]] = {
    "message": _message,
    "postback": _postback,
    "message_edit": _edit,
    "reaction": _reaction,
    "optin": _optin,
    "delivery": _delivery,
    "read": _read,
    **dict.fromkeys(_HANDOVERS, _handover),
    "app_roles": _roles,
    "account_linking": _linking,
    **dict.fromkeys(("policy_enforcement", "policy-enforcement"), _policy),
    "referral": _referral,
    "order": _order,
    "response_feedback": _feedback,
}
"""How to read an event, by the key that names it; the first one present counts."""

"""What a partner posts to the events in it: the vocabulary of all channels, written as JSON.

One event, a list of them, `{"events": [...]}`, or the envelope of Standard Webhooks, `{"type", "timestamp", "data"}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from chatbot.channels.bridge.mapping import BridgeMap, translated
from chatbot.channels.origin import OTHER_ACCOUNT, Origin, no_use
from chatbot.channels.payload import identifier, load, mapping, milliseconds, number, sequence, text
from chatbot.channels.protocol import ParseError
from chatbot.conversation.ports import NOTICE
from chatbot.types import Attachment, AttachmentKind, Inbound, InboundKind, Json, Referral

Fields = Mapping[str, Any]
KINDS: Final[Mapping[str, InboundKind]] = {
    kind: kind for kind in get_args(InboundKind) if kind not in {"ignored", "event"}
}
REASONS: Final = frozenset({"window", "blocked", "recipient", "content", "permission", "token"})
"""Why a partner could not deliver, as it may say it."""

_ATTACHMENTS: Final[Mapping[str, AttachmentKind]] = {kind: kind for kind in get_args(AttachmentKind)}


def parse(raw: bytes, account: str, account_id: str = "", paths: BridgeMap | None = None) -> tuple[Inbound, ...]:
    """Every event of a body in its order. With `account_id`, events that name another `account` come as `ignored`.

    `paths` say where a partner with JSON of its own has our fields. Raises ParseError when the body is neither an
    object nor a list.
    """
    body = load(raw)
    if not isinstance(body, dict | list):
        raise ParseError("not an event: neither a JSON object nor a list")
    if paths is not None:
        return tuple(_inbound(event, 0, account, account_id) for event in translated(body, paths))
    return tuple(_inbound(event, at, account, account_id) for event, at in _events(body, 0) if event)


def _events(body: Json, at: int) -> Iterator[tuple[Fields, int]]:
    if isinstance(body, list):
        for each in body:
            yield from _events(each, at)
        return
    fields = mapping(body)
    at = milliseconds(fields.get("timestamp")) or at
    if isinstance(fields.get("events"), list):
        yield from _events(fields["events"], at)
    elif isinstance(fields.get("data"), dict | list) and not _content(fields):
        for event, when in _events(fields["data"], at):
            # What the data does not name, the envelope's type does.
            yield ({**event, "type": fields.get("type")} if not _named(event) else event), when
    else:
        yield fields, at


def _content(fields: Fields) -> bool:
    return any(name in fields for name in ("text", "payload", "attachments", "sender"))


def _named(fields: Fields) -> str:
    return text(fields.get("kind")) or text(fields.get("type"))


def _inbound(event: Fields, at: int, account: str, account_id: str) -> Inbound:
    named = _named(event)
    kind = _kind(named, event)
    sender, recipient = _party(event.get("sender")), _party(event.get("recipient"))
    conversation = _party(event.get("conversation"))
    own = kind == "echo"
    contact = (recipient or conversation) if own else (sender or conversation)
    origin = Origin(account, contact, milliseconds(event.get("timestamp")) or at, event, sender, conversation)
    named_account = identifier(event.get("account"))
    if account_id and named_account and named_account != account_id:
        return origin.ignored(OTHER_ACCOUNT, "other_account")
    if kind is None:
        return no_use(origin, named or "unknown")
    return origin.inbound(
        kind,
        identifier(event.get("id")) or identifier(event.get("message_id")),
        named or kind,
        text=text(event.get("text")),
        payload=text(event.get("payload")),
        attachments=tuple(_attachments(event.get("attachments"))),
        referral=_referral(event.get("referral")),
        refers_to=identifier(event.get("refers_to")),
        metadata=text(event.get("metadata")),
        reason=_reason(event) if kind == "failed" else "",
        data=_more(event),
        profile=_texts(event.get("profile")),
    )


def _reason(event: Fields) -> str:
    """Why a send failed, in the words of a refusal."""
    said = text(event.get("reason"))
    return said if said in REASONS else ""


def _more(event: Fields) -> dict[str, Json]:
    """What comes along, and the purpose that an opt-in or opt-out is about; what we say of accounts is ours to say."""
    along = {name: value for name, value in mapping(event.get("data")).items() if name != NOTICE}
    purpose = text(event.get("purpose"))
    return {**along, "purpose": purpose} if purpose else along


def _texts(value: Json) -> dict[str, Json]:
    return {name: said for name, each in mapping(value).items() if (said := text(each).strip())}


def _party(value: Json) -> str:
    """An id, or an object that holds one."""
    return identifier(mapping(value).get("id")) if isinstance(value, dict) else identifier(value)


def _kind(named: str, event: Fields) -> InboundKind | None:
    """The kind by its name; a message may also say no more than its content."""
    if named in KINDS:
        return KINDS[named]
    if named not in {"", "message", "message.received", "message.created"}:
        return KINDS.get(named.rpartition(".")[2])
    if text(event.get("payload")):
        return "button"
    if text(event.get("text")):
        return "text"
    return "attachment" if sequence(event.get("attachments")) else None


def _attachments(value: Json) -> Iterator[Attachment]:
    for each in sequence(value):
        item = {"url": each} if isinstance(each, str) else mapping(each)
        mime = text(item.get("mime")) or text(item.get("mime_type"))
        named = text(item.get("kind")) or text(item.get("type")) or mime
        yield Attachment(
            _ATTACHMENTS.get(named.partition("/")[0], "file"),
            text(item.get("url")),
            text(item.get("title")) or text(item.get("name")),
            number(item.get("latitude")),
            number(item.get("longitude")),
            identifier(item.get("id")),
            mime or (named if "/" in named else ""),
        )


def _referral(value: Json) -> Referral | None:
    if not isinstance(value, dict):
        return None
    return Referral(text(value.get("ref")), text(value.get("source")), identifier(value.get("ad_id")))

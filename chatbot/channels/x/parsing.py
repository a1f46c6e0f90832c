"""A webhook body of X to the events in it: the X Activity API, or the older account activity that carries the same.

Docs: X API > X Activity API; Account Activity API > Data objects. Text comes escaped for HTML. An encrypted chat is
seen but cannot be read: its customer is told so, instead of waiting for an answer that cannot come.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from chatbot.channels.origin import OTHER_ACCOUNT, Origin, no_use
from chatbot.channels.payload import identifier, load_object, mapping, milliseconds, number, sequence, text
from chatbot.types import Attachment, AttachmentKind, Inbound, InboundKind, Json, Referral

Fields = Mapping[str, Any]
_MEDIA: Final[Mapping[str, AttachmentKind]] = {
    "photo": "image", "image": "image", "video": "video", "animated_gif": "video", "gif": "video", "audio": "voice",
}  # fmt: skip
_KEYS: Final[Mapping[str, AttachmentKind]] = {"3": "image", "7": "video", "13": "video", "16": "video"}
_LAST_LINK: Final = re.compile(r"\s*https://t\.co/\w+\s*$")
_LISTS: Final = (
    "direct_message_events", "direct_message_indicate_typing_events", "direct_message_mark_read_events",
)  # fmt: skip
_ANSWERS_IN_WORDS: Final = ("text_input", "location")
"""Quick replies that ask for something: no option was pressed, the answer is what the message holds."""

_TIMES: Final = ("created_timestamp", "created_at", "created_at_msec")


@dataclass(frozen=True, slots=True)
class _Envelope:
    """`own` is the account the events are for, `sent` that it wrote them itself."""

    account: str
    own: str
    name: str = ""
    sent: bool = False
    at: int = 0


def parse(raw: bytes, account: str, user_id: str = "") -> tuple[Inbound, ...]:
    """Every event of a body in its order. With `user_id`, events for other accounts come as `ignored`.

    Raises ParseError when the body is no JSON object.
    """
    body = load_object(raw, "a webhook of X")
    data = body.get("data")
    found: list[Inbound] = []
    if isinstance(data, dict | list):
        for activity in data if isinstance(data, list) else [data]:
            found.extend(_activity(mapping(activity), account, user_id))
    elif body:
        named = identifier(body.get("for_user_id"))
        if user_id and named and named != user_id:
            return (Origin(account, "", 0, body).ignored(OTHER_ACCOUNT, "other_user"),)
        found.extend(_events(body, _Envelope(account, user_id or named)))
    return tuple(found)


def _activity(activity: Fields, account: str, user_id: str) -> Iterator[Inbound]:
    name = text(activity.get("event_type"))
    named = identifier(mapping(activity.get("filter")).get("user_id"))
    payload = mapping(activity.get("payload"))
    if user_id and named and named != user_id:
        yield Origin(account, "", 0, activity).ignored(OTHER_ACCOUNT, "other_user")
        return
    at = milliseconds(activity.get("created_at")) or milliseconds(activity.get("timestamp"))
    envelope = _Envelope(account, user_id or named, name, name in {"dm.sent", "chat.sent"}, at)
    if name.startswith("chat."):
        yield _encrypted(payload, envelope, activity)
    elif name.startswith("dm.") and not any(key in payload for key in _LISTS):
        yield _single(payload, envelope, activity)
    elif name.startswith("dm.") or not name:
        yield from _events(payload, envelope)
    else:
        yield no_use(Origin(account, "", at, activity), name)


def _events(body: Fields, envelope: _Envelope) -> Iterator[Inbound]:
    users = mapping(body.get("users"))
    for event in map(mapping, sequence(body.get("direct_message_events"))):
        yield _direct(event, users, envelope)
    for event in map(mapping, sequence(body.get("direct_message_indicate_typing_events"))):
        yield _signal("typing", "dm.indicate_typing", event, envelope)
    for event in map(mapping, sequence(body.get("direct_message_mark_read_events"))):
        yield _signal("read", "dm.read", event, envelope)
    for name, value in body.items():
        if name.endswith(("_event", "_events")) and name not in _LISTS:
            for event in value if isinstance(value, list) else [value]:
                yield no_use(Origin(envelope.account, "", 0, event), text(name))


def _origin(event: Fields, sender: str, recipient: str, envelope: _Envelope) -> Origin:
    own = envelope.sent or (bool(sender) and sender == envelope.own)
    at = next(filter(None, (milliseconds(event.get(name)) for name in _TIMES)), envelope.at)
    thread = identifier(event.get("dm_conversation_id")) or identifier(event.get("conversation_id"))
    contact = (recipient or _other(thread, sender)) if own else sender
    return Origin(envelope.account, contact, at, event, sender if own else "", thread)


def _other(thread: str, sender: str) -> str:
    """A conversation of two is named by both of them."""
    one, _, other = thread.replace(":", "-").partition("-")
    return one if other == sender else other if one == sender else ""


def _direct(event: Fields, users: Fields, envelope: _Envelope) -> Inbound:
    named = text(event.get("type"))
    created = mapping(event.get("message_create"))
    sender = identifier(created.get("sender_id"))
    origin = _origin(event, sender, identifier(mapping(created.get("target")).get("recipient_id")), envelope)
    if named not in {"message_create", ""} or not created:
        return no_use(origin, named or "unknown")
    message = mapping(created.get("message_data"))
    answer = message.get("quick_reply_response")
    shown = _attachments(mapping(message.get("attachment")))
    content = _text(message, shown)
    kind: InboundKind = "text" if content else "attachment" if shown else "unsupported"
    if origin.sender:
        kind = "echo"
    elif isinstance(answer, dict) and text(answer.get("type")) not in _ANSWERS_IN_WORDS:
        kind = "button"
    return origin.inbound(
        kind,
        identifier(event.get("id")),
        envelope.name or "message_create",
        text=content,
        payload=text(mapping(answer).get("metadata")) if kind == "button" else "",
        attachments=shown,
        referral=_referral(mapping(event.get("initiated_via"))),
        data=_known_of(mapping(users.get(sender))),
        profile={} if sender != origin.contact else _known_of(mapping(users.get(sender))),
    )


def _text(message: Fields, shown: tuple[Attachment, ...]) -> str:
    """What is attached stands in the text a second time, as a link at its end."""
    content = html.unescape(text(message.get("text")))
    return _LAST_LINK.sub("", content) if shown else content


def _attachments(attachment: Fields) -> tuple[Attachment, ...]:
    media = mapping(attachment.get("media"))
    if media:
        kind = _MEDIA.get(text(media.get("type")), "file")
        own_id = identifier(media.get("id_str")) or identifier(media.get("id"))
        still = text(media.get("media_url_https")) or text(media.get("media_url"))
        return (Attachment(kind, _film(media) or still, id=own_id),)
    location = mapping(attachment.get("location"))
    spot = mapping(location.get("shared_coordinate"))
    place = mapping(mapping(location.get("shared_place")).get("place"))
    if spot or place:
        point = sequence(mapping(spot.get("coordinates")).get("coordinates"))
        east, north = (number(point[0]), number(point[1])) if len(point) == 2 else (None, None)
        title = text(place.get("full_name")) or text(place.get("name"))
        return (Attachment("location", title=title, latitude=north, longitude=east, id=identifier(place.get("id"))),)
    return ()


def _keys(attachments: Fields) -> tuple[Attachment, ...]:
    """API v2 names media by keys only, which begin with what it is; where it lies is asked for when it is fetched."""
    keys = [identifier(key) for key in sequence(attachments.get("media_keys"))]
    return tuple(Attachment(_KEYS.get(key.partition("_")[0], "file"), id=key) for key in keys)


def _film(media: Fields) -> str:
    """The best of a video's versions."""
    versions = [mapping(version) for version in sequence(mapping(media.get("video_info")).get("variants"))]
    versions.sort(key=lambda version: number(version.get("bitrate")) or 0)
    return text(versions[-1].get("url")) if versions else ""


def _referral(via: Fields) -> Referral | None:
    post, welcome = identifier(via.get("tweet_id")), identifier(via.get("welcome_message_id"))
    if not post and not welcome:
        return None
    return Referral(welcome or post, "welcome_message" if welcome else "post")


def _known_of(person: Fields) -> dict[str, Json]:
    fields = mapping(person.get("data")) or person
    known = {
        "name": text(fields.get("name")),
        "username": text(fields.get("username")) or text(fields.get("screen_name")),
    }
    return {name: value for name, value in known.items() if value}


def _signal(kind: InboundKind, raw_type: str, event: Fields, envelope: _Envelope) -> Inbound:
    sender, recipient = identifier(event.get("sender_id")), identifier(mapping(event.get("target")).get("recipient_id"))
    origin = _origin(event, sender, recipient, replace(envelope, sent=False))
    if origin.sender:
        return origin.ignored("done by the account itself", f"own.{raw_type}")
    last = identifier(event.get("last_read_event_id"))
    return origin.inbound(kind, last and f"read:{last}", raw_type, refers_to=last)


def _single(payload: Fields, envelope: _Envelope, activity: Fields) -> Inbound:
    """A payload that is one event by itself, in the words of API v2."""
    sender = identifier(payload.get("sender_id"))
    recipient = identifier(mapping(payload.get("target")).get("recipient_id")) or identifier(
        payload.get("recipient_id")
    )
    origin = replace(_origin(payload, sender, recipient, envelope), event=activity)
    match envelope.name:
        case "dm.indicate_typing":
            return _signal("typing", envelope.name, payload, envelope)
        case "dm.read":
            return _signal("read", envelope.name, payload, envelope)
        case "dm.received" | "dm.sent" if payload.get("message_create"):
            return _direct(payload, {}, envelope)
        case "dm.received" | "dm.sent" if "text" in payload or "attachments" in payload:
            shown = _keys(mapping(payload.get("attachments")))
            content = _text(payload, shown)
            kind: InboundKind = "text" if content else "attachment" if shown else "unsupported"
            if envelope.sent or origin.sender:
                kind = "echo"
            elif origin.conversation.isdecimal():  # a group has a number of its own, two people are "one-other"
                kind = "group"
            return origin.inbound(kind, identifier(payload.get("id")), envelope.name, text=content, attachments=shown)
    return no_use(origin, envelope.name)


def _encrypted(payload: Fields, envelope: _Envelope, activity: Fields) -> Inbound:
    sender = identifier(payload.get("sender_id"))
    origin = replace(_origin(payload, sender, "", envelope), event=activity)
    own_id = identifier(payload.get("id")) or identifier(activity.get("event_uuid"))
    if envelope.name == "chat.received":
        return origin.inbound("unsupported", own_id, envelope.name, reason="an encrypted chat: X lets no bot read it")
    return origin.ignored("an encrypted chat: X lets no bot read it", envelope.name)

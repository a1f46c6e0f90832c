"""A TikTok webhook body to the events in it. One body is one event, whose content is JSON within a string.

Docs: TikTok API for Business > Business Messaging > Webhooks. A conversation is addressed by its own id, so that is the
contact; who wrote is the sender.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from chatbot.channels.origin import OTHER_ACCOUNT, Origin, no_use
from chatbot.channels.payload import identifier, load, load_object, mapping, milliseconds, sequence, text
from chatbot.channels.protocol import ParseError
from chatbot.types import Attachment, AttachmentKind, Inbound, InboundKind, Json, Referral

Fields = Mapping[str, Any]
_MEDIA: Final[Mapping[str, AttachmentKind]] = {
    "image": "image", "video": "video", "sticker": "sticker", "emoji": "sticker", "share_post": "share",
    "audio": "audio", "voice": "voice", "file": "file",
}  # fmt: skip


def parse(raw: bytes, account: str, business_id: str = "") -> tuple[Inbound, ...]:
    """Every event of a body. With `business_id`, events of other businesses come as `ignored`.

    Raises ParseError when the body is no JSON object.
    """
    body = load_object(raw, "a webhook of TikTok")
    name = text(body.get("event"))
    if not name:
        return ()
    content = _content(body.get("content"))
    named = identifier(body.get("user_openid"))
    at = milliseconds(content.get("timestamp")) or milliseconds(body.get("create_time"))
    conversation = identifier(content.get("conversation_id"))
    sender = identifier(mapping(content.get("from_user")).get("id"))
    contact = conversation or identifier(content.get("unique_identifier"))
    origin = Origin(account, contact, at, body, sender, conversation)
    if business_id and named and named != business_id:
        return (origin.ignored(OTHER_ACCOUNT, "other_business"),)
    read = _READERS.get(name)
    return tuple(read(content, name, origin)) if read else (no_use(origin, name),)


def _content(value: Json) -> Fields:
    if not isinstance(value, str):
        return mapping(value)
    try:
        return mapping(load(value.encode("utf-8", "replace")))
    except ParseError:
        return {}


def _received(content: Fields, name: str, origin: Origin) -> Iterator[Inbound]:
    role = text(mapping(content.get("from_user")).get("role"))
    own = bool(origin.sender) and origin.sender == identifier(mapping(origin.event).get("user_openid"))
    if own or (role == "business_account" and text(mapping(content.get("to_user")).get("role")) != "business_account"):
        yield from _sent(content, name, origin)
        return
    if text(content.get("type")) == "reaction" or "reaction" in content:
        yield from _reactions(content, name, origin)
        return
    pressed = text(mapping(content.get("reply_source_payload")).get("reply_source_unique_id")) or identifier(
        mapping(content.get("reply_source_payload")).get("id")
    )
    said, shown = _said(content)
    kind: InboundKind = "button" if pressed else "text" if said else "attachment" if shown else "unsupported"
    yield origin.inbound(
        kind,
        identifier(content.get("message_id")),
        f"{name}.{text(content.get('type')) or 'unknown'}",
        text=said,
        payload=pressed,
        attachments=shown,
        referral=_referral(content.get("referral")),
        refers_to=_answered(content),
        data=_known_of(content),
        profile=_profile(content),
    )


def _answered(content: Fields) -> str:
    reference = identifier(mapping(content.get("referenced_message_info")).get("referenced_message_id"))
    return reference or identifier(mapping(content.get("reply_source_payload")).get("reply_source_msg_id"))


def _known_of(content: Fields) -> dict[str, Json]:
    known = {"username": text(content.get("from")), "unique_id": identifier(content.get("unique_identifier"))}
    return {name: value for name, value in known.items() if value}


def _profile(content: Fields) -> dict[str, Json]:
    username = text(content.get("from"))
    return {"username": username} if username else {}


def _said(content: Fields) -> tuple[str, tuple[Attachment, ...]]:
    named = text(content.get("type"))
    fields = mapping(content.get(named))
    if named in {"text", "template"}:
        return (text(fields.get("body")) if named == "text" else _card(fields)), ()
    if named not in _MEDIA:
        return "", ()
    url = text(fields.get("url")) or text(fields.get("embed_url"))
    own_id = identifier(fields.get("media_id")) or identifier(fields.get("video_id"))
    return "", (Attachment(_MEDIA[named], url, id=own_id),)


def _card(template: Fields) -> str:
    """The title of a card: it comes back within `elements`, though it is sent without them."""
    cards = [template, *map(mapping, sequence(template.get("elements")))]
    return next(filter(None, (text(card.get("title")) for card in cards)), "")


def _reactions(content: Fields, name: str, origin: Origin) -> Iterator[Inbound]:
    """Several may come at once, each about a message of its own."""
    given = content.get("reaction")
    own_id = identifier(content.get("message_id"))
    for place, reaction in enumerate(map(mapping, given if isinstance(given, list) else [given])):
        yield origin.inbound(
            "reaction",
            f"{own_id}:{place}" if own_id and place else own_id,
            f"{name}.reaction",
            text=text(reaction.get("emoji")) or text(reaction.get("type")),
            payload="unreact" if text(reaction.get("operation")).upper() == "REMOVE" else "react",
            refers_to=identifier(reaction.get("original_msg_id")),
        )


def _sent(content: Fields, name: str, origin: Origin) -> Iterator[Inbound]:
    """What the business sent; `payload` says by what: its app or website, where a person wrote, or the API.

    A reaction is no answer, nor is what TikTok says of its own accord: the bot may go on.
    """
    said, shown = _said(content)
    if text(content.get("type")) == "reaction" or text(content.get("auto_message_type")):
        reason = "an automatic message" if text(content.get("auto_message_type")) else "done by the account itself"
        yield origin.ignored(reason, f"{name}.{text(content.get('type')) or 'unknown'}")
        return
    yield origin.inbound(
        "echo",
        identifier(content.get("message_id")),
        f"{name}.{text(content.get('type')) or 'unknown'}",
        text=said,
        payload=text(mapping(content.get("message_tag")).get("source")),
        attachments=shown,
        refers_to=_answered(content),
    )


def _read(content: Fields, name: str, origin: Origin) -> Iterator[Inbound]:
    """Everything sent until then was read; the moment, in milliseconds, is the payload."""
    if text(mapping(content.get("from_user")).get("role")) == "business_account":
        yield origin.ignored("done by the account itself", f"own.{name}")
        return
    until = milliseconds(mapping(content.get("read")).get("last_read_timestamp"))
    where = replace(origin, at=until or origin.at)
    yield where.inbound("read", "", name, payload=str(until or ""))


def _referred(content: Fields, name: str, origin: Origin) -> Iterator[Inbound]:
    yield origin.inbound(
        "referral",
        "",
        name,
        referral=_referral(content.get("referral")),
        data=_known_of(content),
        profile=_profile(content),
    )


def _referral(value: Json) -> Referral | None:
    if not isinstance(value, dict):
        return None
    ad, link = mapping(value.get("ad")), mapping(value.get("short_link"))
    return Referral(
        text(link.get("ref")) or text(value.get("ref")), text(value.get("source")), identifier(ad.get("ad_id"))
    )


def _unanswerable(content: Fields, name: str, origin: Origin) -> Iterator[Inbound]:
    yield origin.ignored("from a region where TikTok lets no business answer", name)


_READERS: Final[Mapping[str, Callable[[Fields, str, Origin], Iterator[Inbound]]]] = {
    "im_receive_msg": _received,
    "im_send_msg": _sent,
    "im_mark_read_msg": _read,
    "im_referral_msg": _referred,
    "im_receive_msg_eu": _unanswerable,
}

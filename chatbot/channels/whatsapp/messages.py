"""What one WhatsApp message says, in the words all channels share.

Docs: WhatsApp Business Platform > Cloud API > Webhooks > messages reference. Who sent it is `parsing`'s concern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from chatbot.channels.payload import identifier, load, mapping, number, sequence, text
from chatbot.channels.protocol import ParseError
from chatbot.types import Attachment, AttachmentKind, InboundKind, Json, Referral

Fields = Mapping[str, Any]
_CARD_NAME: Final = re.compile(r"^FN:(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Content:
    """`raw_type` is the platform's word for it; `refers_to` the message an edit, reaction or answer is about."""

    kind: InboundKind
    raw_type: str
    text: str = ""
    payload: str = ""
    attachments: tuple[Attachment, ...] = ()
    refers_to: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    reason: str = ""


def content_of(message: Fields) -> Content:
    """The content by its `type`, or by the one content that is there when the type is missing."""
    named = text(message.get("type")) or next((name for name in _READERS if name in message), "")
    read = _READERS.get(named)
    if read is None:
        reason = text(mapping(next(iter(sequence(message.get("errors"))), None)).get("title"))
        return Content(
            "unsupported",
            named or "unknown",
            text=text(mapping(message.get("text")).get("body")),
            reason=reason or "a type WhatsApp does not pass on",
        )
    return read(named, mapping(message.get(named)) or {}, message)


def referral_of(message: Fields) -> Referral | None:
    """The ad or post that a customer came by."""
    referral = message.get("referral")
    if not isinstance(referral, dict):
        return None
    source, source_id = text(referral.get("source_type")), identifier(referral.get("source_id"))
    ref = text(referral.get("ref")) or text(referral.get("ctwa_clid"))
    of_post = source == "post"
    return Referral(ref or (source_id if of_post else ""), source, "" if of_post else source_id)


def _text(named: str, fields: Fields, message: Fields) -> Content:
    return Content("text", named, text=text(fields.get("body")))


def _media(named: str, fields: Fields, message: Fields) -> Content:
    kinds: Mapping[str, AttachmentKind] = {
        "image": "image", "video": "video", "audio": "audio", "voice": "voice", "document": "file",
        "sticker": "sticker",
    }  # fmt: skip
    kind = "voice" if named == "audio" and fields.get("voice") is True else kinds[named]
    sent = Attachment(
        kind,
        text(fields.get("url")) or text(fields.get("link")),
        text(fields.get("filename")),
        id=identifier(fields.get("id")),
        mime=text(fields.get("mime_type")),
    )
    return Content("attachment", named, text=text(fields.get("caption")), attachments=(sent,))


def _location(named: str, fields: Fields, message: Fields) -> Content:
    title = ", ".join(filter(None, (text(fields.get("name")), text(fields.get("address")))))
    north, east = number(fields.get("latitude")), number(fields.get("longitude"))
    place = Attachment("location", text(fields.get("url")), title, north, east)
    return Content("attachment", named, attachments=(place,))


def _contacts(named: str, fields: Fields, message: Fields) -> Content:
    found = []
    for card in map(mapping, sequence(message.get(named))):
        phones = [mapping(phone) for phone in sequence(card.get("phones"))]
        phone = next((text(each.get("phone")) or text(each.get("wa_id")) for each in phones), "")
        written = _CARD_NAME.search(text(card.get("vcard")))
        name = text(mapping(card.get("name")).get("formatted_name")) or (written[1].strip() if written else "")
        found.append(Attachment("contact", f"tel:{phone}" if phone else "", name))
    return Content("attachment", named, attachments=tuple(found))


def _button(named: str, fields: Fields, message: Fields) -> Content:
    """A quick reply button of a template."""
    return Content("button", named, text=text(fields.get("text")), payload=text(fields.get("payload")))


def _interactive(named: str, fields: Fields, message: Fields) -> Content:
    shape = text(fields.get("type")) or next((name for name in _ANSWERS if name in fields), "unknown")
    raw_type, answer = f"{named}.{shape}", mapping(fields.get(shape))
    match shape:
        case "button_reply" | "list_reply":
            return Content("button", raw_type, text=text(answer.get("title")), payload=identifier(answer.get("id")))
        case "nfm_reply":
            values = _embedded(answer.get("response_json"))
            payload = identifier(values.get("flow_token")) or text(answer.get("name"))
            return Content("button", raw_type, text=text(answer.get("body")), payload=payload, data=values)
        case "call_permission_reply":
            return Content("system", raw_type, payload=text(answer.get("response")))
    body = text(mapping(fields.get("body")).get("text"))
    if shape in {"product", "product_reply"}:
        return Content("text", raw_type, text=body, data=_product(answer) or _product(mapping(fields.get("action"))))
    return Content("unsupported", raw_type, text=body, reason="an interactive answer of a type we do not know")


def _product(fields: Fields) -> dict[str, Json]:
    product = identifier(fields.get("product_retailer_id"))
    return {"product": product} if product else {}


_ANSWERS: Final = ("button_reply", "list_reply", "nfm_reply", "call_permission_reply")


def _embedded(value: Json) -> Fields:
    try:
        return mapping(load(value.encode("utf-8", "replace"))) if isinstance(value, str) else mapping(value)
    except ParseError:
        return {}


def _order(named: str, fields: Fields, message: Fields) -> Content:
    items = [mapping(item) for item in sequence(fields.get("product_items"))]
    order = {
        "catalog": identifier(fields.get("catalog_id")),
        "items": [
            {
                "product": identifier(item.get("product_retailer_id")),
                "quantity": number(item.get("quantity")),
                "price": number(item.get("item_price")),
                "currency": text(item.get("currency")),
            }
            for item in items
        ],
    }
    return Content(
        "text", named, text=text(fields.get("text")), payload=identifier(fields.get("catalog_id")), data=order
    )


def _reaction(named: str, fields: Fields, message: Fields) -> Content:
    """No emoji: the reaction was taken back."""
    emoji = text(fields.get("emoji"))
    refers_to = identifier(fields.get("message_id"))
    return Content("reaction", named, text=emoji, payload="react" if emoji else "unreact", refers_to=refers_to)


def _edit(named: str, fields: Fields, message: Fields) -> Content:
    inner = mapping(fields.get("message"))
    now = content_of(inner) if text(inner.get("type")) != "edit" else Content("edit", named)
    refers_to = identifier(fields.get("original_message_id"))
    return Content("edit", named, text=now.text, attachments=now.attachments, refers_to=refers_to)


def _revoke(named: str, fields: Fields, message: Fields) -> Content:
    return Content("delete", named, refers_to=identifier(fields.get("original_message_id")))


def _system(named: str, fields: Fields, message: Fields) -> Content:
    what = text(fields.get("type"))
    new = {name: identifier(fields[name]) for name in ("wa_id", "new_wa_id", "user_id") if fields.get(name)}
    return Content("system", f"{named}.{what or 'unknown'}", text=text(fields.get("body")), payload=what, data=new)


def _welcome(named: str, fields: Fields, message: Fields) -> Content:
    """A chat was opened for the first time and nothing said yet."""
    return Content("referral", named)


_READERS: Final[Mapping[str, Callable[[str, Fields, Fields], Content]]] = {
    "text": _text,
    **dict.fromkeys(("image", "video", "audio", "voice", "document", "sticker"), _media),
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "system": _system,
    "request_welcome": _welcome,
}

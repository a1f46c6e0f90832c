"""A Telegram update to the event in it. One body is one update; only private chats are conversations.

Docs: Telegram Bot API > Getting updates > Update.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from chatbot.channels.origin import Origin, no_use
from chatbot.channels.payload import identifier, load_object, mapping, milliseconds, sequence, text
from chatbot.channels.telegram.messages import attachments_of, text_of, type_of
from chatbot.types import Inbound, InboundKind, Json, Referral

Fields = Mapping[str, Any]
_DEEP_LINK: Final = re.compile(r"/start(?:@\w+)? (\S{1,64})")
_SERVICE: Final = frozenset(
    "pinned_message message_auto_delete_timer_changed successful_payment refunded_payment users_shared chat_shared"
    " connected_website passport_data proximity_alert_triggered chat_background_set new_chat_title new_chat_photo"
    " delete_chat_photo gift unique_gift gift_upgrade_sent video_chat_scheduled video_chat_started video_chat_ended"
    " video_chat_participants_invited forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened"
    " general_forum_topic_hidden general_forum_topic_unhidden boost_added giveaway_created giveaway_completed"
    " checklist_tasks_done checklist_tasks_added paid_message_price_changed direct_message_price_changed"
    " poll_option_added poll_option_deleted managed_bot_created chat_owner_left chat_owner_changed"
    " suggested_post_approved suggested_post_approval_failed suggested_post_declined suggested_post_paid"
    " suggested_post_refunded".split()
)


def parse(raw: bytes, account: str, bot_id: str = "") -> tuple[Inbound, ...]:
    """The event of an update, none for an empty object. Raises ParseError when the body is no JSON object.

    `bot_id` tells the bot's own messages apart where a payload does not.
    """
    update = load_object(raw, "an update of Telegram")
    for name, read in _READERS.items():
        if isinstance(update.get(name), dict):
            fields = {key: value for key, value in update[name].items() if value is not None}
            return tuple(read(fields, name, _origin(fields, update, account), bot_id))
    names = sorted(text(name) for name in update if name != "update_id")
    if not names and "update_id" not in update:
        return ()
    return (no_use(Origin(account, "", 0, update), names[0] if names else "unknown"),)


def _origin(fields: Fields, update: Fields, account: str) -> Origin:
    chat = mapping(fields.get("chat"))
    contact = identifier(chat.get("id"))
    sender = identifier(mapping(fields.get("from")).get("id"))
    return Origin(account, contact, milliseconds(fields.get("date")), update, sender if sender != contact else "")


def _in_group(fields: Fields) -> bool:
    return text(mapping(fields.get("chat")).get("type")) not in {"private", ""}


def _message(message: Fields, name: str, origin: Origin, bot_id: str) -> Iterator[Inbound]:
    named, own_id = type_of(message), _id_of(message, origin)
    shown = attachments_of(message)
    content = text_of(message)
    raw_type = f"{name}.{named}" if named else name
    common: dict[str, Any] = {
        "text": content,
        "attachments": shown,
        "refers_to": identifier(mapping(message.get("reply_to_message")).get("message_id")),
        "data": _known_of(mapping(message.get("from"))),
        "profile": _profile(mapping(message.get("from"))),
    }
    link = _DEEP_LINK.fullmatch(content)
    data = mapping(message.get("web_app_data"))
    if _in_group(message):
        yield origin.inbound("group", own_id, raw_type, **common)
    elif mapping(message.get("from")).get("is_bot") is True or (bot_id and bot_id == origin.sender):
        yield origin.inbound("echo", own_id, raw_type, **common)
    elif "write_access_allowed" in message:
        yield origin.inbound("opt_in", own_id, f"{name}.write_access_allowed")
    elif data:
        pressed = {**common, "text": text(data.get("button_text")), "payload": text(data.get("data"))}
        yield origin.inbound("button", own_id, f"{name}.web_app_data", **pressed)
    elif link:
        yield origin.inbound(
            "referral", own_id, f"{name}.start", **common, payload=link[1], referral=Referral(link[1], "link")
        )
    elif named in _SERVICE:
        yield origin.inbound("system", own_id, raw_type, payload=named)
    elif named == "dice":
        yield origin.inbound(
            "text", own_id, raw_type, **{**common, "text": text(mapping(message["dice"]).get("emoji"))}
        )
    else:
        yield origin.inbound(_kind(message, shown), own_id, raw_type, **common)


def _id_of(message: Fields, origin: Origin) -> str:
    """0 numbers what is not sent yet, or what one member of a group alone sees: then the update's number counts."""
    own_id = identifier(message.get("message_id"))
    update = identifier(mapping(origin.event).get("update_id"))
    return f"update:{update}" if own_id == "0" and update else own_id


def _kind(message: Fields, shown: tuple[Any, ...]) -> InboundKind:
    if text_of(message) and not text(message.get("caption")):
        return "text"
    return "attachment" if shown else "unsupported"


def _known_of(person: Fields) -> dict[str, Json]:
    """What Telegram tells of whoever wrote; only what is there."""
    name = " ".join(filter(None, (text(person.get("first_name")), text(person.get("last_name")))))
    known = {"name": name, "username": text(person.get("username")), "language": text(person.get("language_code"))}
    return {key: value for key, value in known.items() if value}


def _profile(person: Fields) -> dict[str, Json]:
    if person.get("is_bot") is True:
        return {}
    known = {
        **_known_of(person),
        "first_name": text(person.get("first_name")),
        "last_name": text(person.get("last_name")),
    }
    known["locale"] = known.pop("language", "")
    return {key: value for key, value in known.items() if value}


def _edited(message: Fields, name: str, origin: Origin, bot_id: str) -> Iterator[Inbound]:
    own_id, at = identifier(message.get("message_id")), milliseconds(message.get("edit_date"))
    kind: InboundKind = "group" if _in_group(message) else "edit"
    yield replace(origin, at=at or origin.at).inbound(
        kind,
        own_id and f"{own_id}:edit:{identifier(message.get('edit_date'))}",
        name,
        text=text_of(message),
        attachments=attachments_of(message),
        refers_to=own_id,
    )


def _post(message: Fields, name: str, origin: Origin, bot_id: str) -> Iterator[Inbound]:
    own_id, shown = identifier(message.get("message_id")), attachments_of(message)
    yield origin.inbound("group", own_id, name, text=text_of(message), attachments=shown)


def _pressed(query: Fields, name: str, origin: Origin, bot_id: str) -> Iterator[Inbound]:
    """A press has no time of its own: it carries that of the message whose button it is, 0 where that is gone."""
    message = mapping(query.get("message"))
    person = mapping(query.get("from"))
    contact = identifier(mapping(message.get("chat")).get("id")) or identifier(person.get("id"))
    data = text(query.get("data")) or text(query.get("game_short_name"))
    sender = identifier(person.get("id"))
    where = replace(
        origin, contact=contact, at=milliseconds(message.get("date")), sender=sender if sender != contact else ""
    )
    yield where.inbound(
        "group" if _in_group(message) else "button",
        identifier(query.get("id")),
        name,
        text=_label(message, data),
        payload=data,
        refers_to=identifier(message.get("message_id")) or text(query.get("inline_message_id")),
        data=_known_of(person),
        profile=_profile(person),
    )


def _label(message: Fields, data: str) -> str:
    """What was written on the button: the press itself does not say."""
    for row in sequence(mapping(message.get("reply_markup")).get("inline_keyboard")):
        for button in map(mapping, sequence(row)):
            if text(button.get("callback_data")) == data:
                return text(button.get("text"))
    return ""


def _reaction(reaction: Fields, name: str, origin: Origin, bot_id: str) -> Iterator[Inbound]:
    """`payload`: react or unreact; the emoji is that of the newest reaction, or of the one taken back."""
    new, old = sequence(reaction.get("new_reaction")), sequence(reaction.get("old_reaction"))
    shown = mapping((list(new) or list(old) or [None])[-1])
    sender = identifier(mapping(reaction.get("user")).get("id"))
    yield replace(origin, sender=sender if sender != origin.contact else "").inbound(
        "group" if _in_group(reaction) else "reaction",
        "",
        name,
        text=text(shown.get("emoji")) or identifier(shown.get("custom_emoji_id")),
        payload="react" if new else "unreact",
        refers_to=identifier(reaction.get("message_id")),
    )


def _membership(change: Fields, name: str, origin: Origin, bot_id: str) -> Iterator[Inbound]:
    """A customer blocks the bot, or lets it in again."""
    status = text(mapping(change.get("new_chat_member")).get("status"))
    if _in_group(change):
        yield origin.inbound("group", "", f"{name}.{status}", payload=status)
    elif status in {"kicked", "left"}:
        yield origin.inbound("opt_out", "", f"{name}.{status}", payload="blocked")
    elif status == "member":
        yield origin.inbound("opt_in", "", f"{name}.{status}", payload="unblocked")
    else:
        yield no_use(origin, f"{name}.{status}")


def _business(fields: Fields, name: str, origin: Origin, bot_id: str) -> Iterator[Inbound]:
    yield origin.ignored("belongs to a business account that a person uses", name)


def _grouped(fields: Fields, name: str, origin: Origin, bot_id: str) -> Iterator[Inbound]:
    yield origin.inbound("group", "", name)


_READERS: Final[Mapping[str, Callable[[Fields, str, Origin, str], Iterator[Inbound]]]] = {
    "message": _message,
    "edited_message": _edited,
    "channel_post": _post,
    "edited_channel_post": _post,
    "callback_query": _pressed,
    "message_reaction": _reaction,
    "my_chat_member": _membership,
    **dict.fromkeys(
        ("chat_member", "chat_join_request", "message_reaction_count", "chat_boost", "removed_chat_boost"), _grouped
    ),
    **dict.fromkeys(
        ("business_message", "edited_business_message", "deleted_business_messages", "business_connection"), _business
    ),
}

"""What the Bot API refuses of a call, and in which words. Docs: Telegram Bot API > Available methods."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from chatbot.testing.fake_platform import Refusal
from chatbot.types import Json

_TEXT: Final = 4096
_CAPTION: Final = 1024
ANSWER: Final = 200
"""Characters of what is shown for a pressed button."""
ACTIONS: Final = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip
_TAGS: Final = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji", "code", "pre",
     "blockquote"}
)  # fmt: skip
_MARK: Final = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>|<|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)")
_BUTTONS: Final = 100
_ROW: Final = 8
FILES: Final[Mapping[str, str]] = {
    "sendPhoto": "photo", "sendDocument": "document", "sendAudio": "audio", "sendVoice": "voice", "sendVideo": "video",
    "sendAnimation": "animation", "sendSticker": "sticker",
}  # fmt: skip


class BotError(Refusal):
    """An error answer of the Bot API."""

    def __init__(self, code: int, said: str, **parameters: Json) -> None:
        body: dict[str, Any] = {"ok": False, "error_code": code, "description": said}
        if parameters:
            body["parameters"] = parameters
        super().__init__(code, body, f"{code} {said}")


def check_call(method: str, call: Mapping[str, Any]) -> None:
    """Raise BotError for a message the platform would refuse."""
    if method == "sendMessage":
        _text(written(call, "text"))
    elif method in FILES:
        if not str(call.get(FILES[method]) or ""):
            _refuse(f"there is no {FILES[method]} in the request")
        if len(written(call, "caption")) > _CAPTION:
            _refuse("message caption is too long")
    elif method in {"sendLocation", "sendVenue"}:
        if not all(isinstance(call.get(name), int | float) for name in ("latitude", "longitude")):
            _refuse("latitude is empty")
        if method == "sendVenue" and not (call.get("title") and call.get("address")):
            _refuse("title is empty")
    elif method == "sendMediaGroup":
        _album(call.get("media"))
    else:
        raise BotError(404, "Not Found")
    markup = call.get("reply_markup")
    if markup is not None:
        _markup(json.loads(markup) if isinstance(markup, str) else markup)


REACTIONS: Final = frozenset(
    (
        "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤️‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 "
        "🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 "
        "🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂️ 🤷 🤷‍♀️ 😡"
    ).split()
)


def check_reaction(given: Json) -> None:
    """Raise BotError for what a bot may not react with: one emoji of the list, or none."""
    if not isinstance(given, list) or len(given) > 1:
        _refuse("REACTIONS_TOO_MANY")
    if any(each.get("type") != "emoji" or each.get("emoji") not in REACTIONS for each in given):
        _refuse("REACTION_INVALID")


def written(call: Mapping[str, Any], name: str) -> str:
    """A text as the customer reads it: its marks are read and taken out where the call says that it has some."""
    text = call.get(name, "")
    if not isinstance(text, str):
        _refuse(f'field "{name}" must be of type String')
    mode = call.get("parse_mode", "")
    if mode in ("", None):
        return text
    if mode != "HTML":
        _refuse("unsupported parse_mode")
    opened: list[str] = []
    for mark in _MARK.finditer(text):
        closes, tag = mark[1], (mark[2] or "").lower()
        if mark[0].startswith("&"):
            continue  # an entity that Telegram does not know is left as it is
        if tag not in _TAGS:
            _refuse(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {mark.start()}')
        if not closes:
            opened.append(tag)
        elif not opened or opened.pop() != tag:
            _refuse(f"can't parse entities: Unmatched end tag at byte offset {mark.start()}")
    if opened:
        _refuse(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1]}\"")
    return html.unescape(_MARK.sub(lambda mark: mark[0] if mark[0].startswith("&") else "", text))


def _refuse(said: str) -> NoReturn:
    raise BotError(400, f"Bad Request: {said}")


def _text(text: Json) -> None:
    if not isinstance(text, str) or not text.strip():
        _refuse("message text is empty")
    if len(text) > _TEXT:
        _refuse("message is too long")


def _album(media: Json) -> None:
    if not isinstance(media, list) or not 2 <= len(media) <= 10:
        _refuse("group send failed: an album has 2 to 10 items")


def _markup(markup: Mapping[str, Any]) -> None:
    inline = "inline_keyboard" in markup
    rows = markup.get("inline_keyboard" if inline else "keyboard")
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return
    if not isinstance(rows, list):
        _refuse("object expected as reply markup")
    buttons = [button for row in rows for button in row]
    if len(buttons) > _BUTTONS or any(len(row) > _ROW for row in rows):
        _refuse("reply markup is too long")
    for button in buttons:
        _button(button, inline=inline)


def _button(button: Json, *, inline: bool) -> None:
    text = button if isinstance(button, str) else button.get("text")
    if not text:
        _refuse("text buttons are unallowed in the inline keyboard" if inline else "can't parse keyboard button")
    if not inline:
        return
    if isinstance(button, str):
        _refuse("inline keyboard button must be an Object")
    if not button.keys() & {"callback_data", "url", "web_app", "login_url", "copy_text"}:
        _refuse("inline keyboard button type is missing")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        _refuse("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        _refuse(f"inline keyboard button URL {button['url']!r} is invalid: Wrong HTTP URL")

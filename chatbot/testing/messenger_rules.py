"""What Meta's Send API refuses, and in which words: Messenger's rules, and Instagram's, which differ in some.

Docs: Messenger Platform > Send API reference, Error codes; Instagram Platform > Messaging.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from aiohttp import web

from chatbot.testing.fake_platform import Refusal
from chatbot.types import Json

_TEMPLATE_TEXT: Final = 640
_TITLE: Final = 20
_PAYLOAD: Final = 1000
_QUICK_REPLIES: Final = 13
_BUTTONS: Final = 3
_ELEMENTS: Final = 10
_ELEMENT_TEXT: Final = 80
_PHONE: Final = re.compile(r"\+\d{6,15}")
_MEDIA: Final = frozenset({"image", "audio", "video", "file"})


@dataclass(frozen=True, slots=True)
class MessengerRules:
    """Where the two products differ: what a text may hold, counted in characters or bytes, and what may be shown."""

    text: int = 2000
    in_bytes: bool = False
    media: frozenset[str] = _MEDIA
    metadata: bool = True
    reaction: str = ""
    """The only one there is, by its name; "" for any emoji."""


class GraphError(Refusal):
    """An error answer of Graph."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int = 0,
        status: int = 400,
        kind: str = "OAuthException",
        retry_after: int = 0,
    ) -> None:
        error: dict[str, Any] = {"message": message, "type": kind, "code": code}
        if subcode:
            error["error_subcode"] = subcode
        headers = {"Retry-After": str(retry_after)} if retry_after else {}
        body = {"error": {**error, "fbtrace_id": "AFakeTrace"}}
        super().__init__(status, body, f"({code}/{subcode}) {message}", headers)
        self.code = code
        self.subcode = subcode


def check_message(call: Mapping[str, Any], rules: MessengerRules = MessengerRules()) -> None:
    """Raise GraphError for a call the platform would refuse."""
    if call.get("messaging_type") not in {"RESPONSE", "UPDATE", "MESSAGE_TAG"}:
        _refuse("(#100) Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}")
    message = call.get("message")
    if not isinstance(message, dict):
        _refuse("(#100) The parameter message is required")
    words, attachment = message.get("text"), message.get("attachment")
    if (words is None) == (attachment is None):
        _refuse("(#100) Message cannot be empty, must provide valid attachment or text")
    if words is not None:
        _words(words, rules)
    if attachment is not None:
        _attachment(attachment, rules)
    if "quick_replies" in message:
        _quick_replies(message["quick_replies"])
    if not rules.metadata and "metadata" in message:
        _refuse("(#100) Param message[metadata] is not supported")
    if len(str(message.get("metadata", ""))) > _PAYLOAD:
        _refuse("(#100) Length of param message[metadata] must be less than or equal to 1000")


def check_reaction(payload: Json, rules: MessengerRules, *, taken_back: bool) -> None:
    """Raise GraphError for a reaction the platform would refuse."""
    given = payload.get("reaction") if isinstance(payload, dict) else None
    if taken_back:
        return
    if rules.reaction and given != rules.reaction:
        _refuse(f"(#100) Param payload[reaction] must be one of {{{rules.reaction}}}")
    if not rules.reaction and (not isinstance(given, str) or not given or given.isascii()):
        _refuse("(#100) Param payload[reaction] must be an emoji")


def _refuse(message: str) -> NoReturn:
    raise GraphError(100, message)


def _text(value: Json, limit: int, name: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        _refuse(f"(#100) Length of param {name} must be less than or equal to {limit}")


def _words(value: Json, rules: MessengerRules) -> None:
    _text(value, rules.text, "message[text]")
    if not value.strip():
        _refuse("(#100) Message cannot be empty, must provide valid attachment or text")
    if rules.in_bytes and len(value.encode()) > rules.text:
        _refuse(f"(#100) Length of param message[text] must be less than or equal to {rules.text} bytes")


def _attachment(attachment: Json, rules: MessengerRules) -> None:
    kind, payload = attachment.get("type"), attachment.get("payload", {})
    if kind in rules.media:
        if not str(payload.get("url", "")).startswith(("http://", "https://")) and not payload.get("attachment_id"):
            raise GraphError(100, "(#100) Failed to fetch the file from the url", subcode=2018008)
    elif kind == "template" and payload.get("template_type") == "button":
        _text(payload.get("text"), _TEMPLATE_TEXT, "message[attachment][payload][text]")
        _buttons(payload.get("buttons"))
    elif kind == "template" and payload.get("template_type") == "generic":
        _elements(payload.get("elements"))
    else:
        _refuse("(#100) Param message[attachment][type] is not supported")


def _elements(elements: Json) -> None:
    if not isinstance(elements, list) or not 1 <= len(elements) <= _ELEMENTS:
        _refuse("(#100) Param elements must be an array of 1 to 10 elements")
    for element in elements:
        _text(element.get("title"), _ELEMENT_TEXT, "elements[title]")
        if not element.keys() & {"subtitle", "image_url", "default_action", "buttons"}:
            _refuse("(#100) Element must have at least one of subtitle, image_url, default_action and buttons")
        _address(element.get("image_url", "https://"), "elements[image_url]")
        _address(element.get("default_action", {}).get("url", "https://"), "elements[default_action][url]")
        if "subtitle" in element:
            _text(element["subtitle"], _ELEMENT_TEXT, "elements[subtitle]")
        if "buttons" in element:
            _buttons(element["buttons"])


def _buttons(buttons: Json) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= _BUTTONS:
        _refuse("(#100) Param buttons must be an array of 1 to 3 elements")
    for button in buttons:
        _text(button.get("title"), _TITLE, "buttons[title]")
        match button.get("type"):
            case "postback":
                _text(button.get("payload"), _PAYLOAD, "buttons[payload]")
            case "web_url":
                _address(button.get("url"), "buttons[url]")
            case "phone_number":
                if not _PHONE.fullmatch(str(button.get("payload"))):
                    _refuse("(#100) Param buttons[payload] must be a phone number: + and the country's code first")
            case _:
                _refuse("(#100) Param buttons[type] is not supported")


def _address(url: Json, name: str) -> None:
    if not str(url).startswith(("http://", "https://")):
        _refuse(f"(#100) Param {name} must be a URL")


def _quick_replies(replies: Json) -> None:
    if not isinstance(replies, list) or not 1 <= len(replies) <= _QUICK_REPLIES:
        _refuse("(#100) Param quick_replies must be an array of 1 to 13 elements")
    for reply in replies:
        if reply.get("content_type") != "text":
            _refuse("(#100) Param quick_replies[content_type] is not supported")
        _text(reply.get("title"), _TITLE, "quick_replies[title]")
        _text(reply.get("payload"), _PAYLOAD, "quick_replies[payload]")


async def read_json(request: web.Request) -> dict[str, Any]:
    """The object of a call to Graph. Raises GraphError."""
    try:
        call = json.loads(await request.read())
    except ValueError:
        raise GraphError(100, "Invalid JSON") from None
    if not isinstance(call, dict):
        raise GraphError(100, "Invalid parameter")
    return call

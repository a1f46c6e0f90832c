"""What the Cloud API refuses of a message, and in which words. Docs: Cloud API > Messages reference, Error codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from chatbot.testing.messenger_rules import GraphError
from chatbot.types import Json

_TEXT: Final = 4096
_BODY: Final = 1024
_CAPTION: Final = 1024
_CALLBACK_DATA: Final = 512
_MEDIA: Final = ("image", "audio", "video", "document", "sticker")
_CAPTIONED: Final = ("image", "video", "document")


def check_message(call: Mapping[str, Any]) -> None:
    """Raise GraphError for a message the platform would refuse."""
    if call.get("messaging_product") != "whatsapp":
        _refuse("The parameter messaging_product is required.")
    if len(str(call.get("biz_opaque_callback_data", ""))) > _CALLBACK_DATA:
        _refuse("biz_opaque_callback_data is longer than 512 characters")
    kind = call.get("type", "text")
    content = call.get(kind)
    if not isinstance(content, dict):
        _refuse(f"The parameter {kind} is required.")
    if kind == "text":
        _text(content.get("body"), _TEXT, "text['body']")
    elif kind in _MEDIA:
        _media(kind, content)
    elif kind == "interactive":
        _interactive(content)
    elif kind == "location":
        if not all(isinstance(content.get(name), int | float) for name in ("latitude", "longitude")):
            _refuse("location['latitude'] and location['longitude'] must be numbers")
    elif kind == "template":
        _template(content)
    elif kind == "reaction":
        if content.get("emoji") != "":
            check_emoji(content.get("emoji"))
    elif kind != "contacts":
        raise GraphError(131051, "Unsupported message type")


def check_emoji(value: Json) -> None:
    """One emoji, and no words."""
    if not isinstance(value, str) or not value or value.isascii() or any(each.isalpha() for each in value):
        _refuse("reaction['emoji'] must be an emoji")


def _refuse(said: str) -> NoReturn:
    raise GraphError(131009, f"(#131009) Parameter value is not valid: {said}")


def _text(value: Json, limit: int, name: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        _refuse(f"{name} must have 1 to {limit} characters")


def _media(kind: str, content: Mapping[str, Any]) -> None:
    if not content.get("id") and not str(content.get("link", "")).startswith(("http://", "https://")):
        raise GraphError(131053, "(#131053) Media upload error")
    if "caption" in content:
        if kind not in _CAPTIONED:
            _refuse(f"{kind} takes no caption")
        _text(content["caption"], _CAPTION, f"{kind}['caption']")


def _interactive(content: Mapping[str, Any]) -> None:
    kind, action = content.get("type"), content.get("action", {})
    _text(content.get("body", {}).get("text"), _TEXT if kind == "list" else _BODY, "interactive['body']['text']")
    for name in ("header", "footer"):
        if content.get(name, {}).get("text") is not None:
            _text(content[name]["text"], 60, f"interactive['{name}']['text']")
    if kind == "button":
        _buttons(action.get("buttons"))
    elif kind == "list":
        _list(action)
    elif kind == "cta_url":
        shown = action.get("parameters", {})
        _text(shown.get("display_text"), 20, "action['parameters']['display_text']")
        if action.get("name") != "cta_url" or not str(shown.get("url", "")).startswith(("http://", "https://")):
            _refuse("action['parameters']['url'] must be a URL")
    elif kind == "carousel":
        _carousel(content)
    elif kind not in {"location_request_message", "flow"}:
        _refuse(f"interactive['type'] {kind!r} is not known")


def _carousel(content: Mapping[str, Any]) -> None:
    if content.keys() & {"header", "footer"}:
        _refuse("a carousel has no header and no footer")
    cards = content["action"].get("cards")
    if not isinstance(cards, list) or not 2 <= len(cards) <= 10:
        _refuse("action['cards'] must be 2 to 10")
    if [card.get("card_index") for card in cards] != list(range(len(cards))):
        _refuse("card['card_index'] must count from 0")
    if len({card.get("header", {}).get("type") for card in cards}) > 1:
        _refuse("all cards must have headers of one type")
    if len({_actions(card) for card in cards}) > 1:
        _refuse("all cards must have the same buttons, in type and number")
    ids = [each["quick_reply"]["id"] for card in cards for each in card["action"].get("buttons", ())]
    if len(set(ids)) < len(ids):
        _refuse("Duplicated id in buttons")


def _actions(card: Mapping[str, Any]) -> tuple[str, int]:
    """Which buttons a card has, and how many; raises GraphError for a card that is none."""
    header = card.get("header", {})
    if header.get("type") not in {"image", "video"} or card.get("type") != "cta_url":
        _refuse("card['header'] must be an image or a video")
    _media(header["type"], header.get(header["type"], {}))
    text = card.get("body", {}).get("text")
    if text is not None:
        _text(text, 160, "card['body']['text']")
        if text.count("\n") > 2:
            _refuse("card['body']['text'] has more than 2 line breaks")
    action = card.get("action", {})
    if action.get("name") == "cta_url":
        shown = action.get("parameters", {})
        _text(shown.get("display_text"), 20, "action['parameters']['display_text']")
        if not str(shown.get("url", "")).startswith(("http://", "https://")):
            _refuse("action['parameters']['url'] must be a URL")
        return "cta_url", 1
    replies = [each.get("quick_reply", {}) for each in action.get("buttons", ())]
    for reply in replies:
        _text(reply.get("title"), 20, "quick_reply['title']")
        _text(reply.get("id"), 256, "quick_reply['id']")
    if not 1 <= len(replies) <= 3:
        _refuse("a card must have a URL button, or quick replies")
    return "quick_reply", len(replies)


def _buttons(buttons: Json) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        _refuse("action['buttons'] must be 1 to 3")
    replies = [button.get("reply", {}) for button in buttons]
    for reply in replies:
        _text(reply.get("title"), 20, "reply['title']")
        _text(reply.get("id"), 256, "reply['id']")
    for name in ("title", "id"):
        if len({reply[name] for reply in replies}) < len(replies):
            _refuse(f"Duplicated {name} in buttons")


def _list(action: Mapping[str, Any]) -> None:
    _text(action.get("button"), 20, "action['button']")
    sections = action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        _refuse("action['sections'] must be 1 to 10")
    for section in sections:
        if len(sections) > 1 or "title" in section:
            _text(section.get("title"), 24, "section['title']")
    rows = [row for section in sections for row in section.get("rows", ())]
    if not 1 <= len(rows) <= 10:
        _refuse("Total row count exceed max allowed count: 10")
    for row in rows:
        _text(row.get("id"), 200, "row['id']")
        _text(row.get("title"), 24, "row['title']")
        if "description" in row:
            _text(row["description"], 72, "row['description']")
    if len({row["id"] for row in rows}) < len(rows):
        _refuse("Duplicated row id")


def _template(content: Mapping[str, Any]) -> None:
    if not content.get("name") or not content.get("language", {}).get("code"):
        raise GraphError(132001, "(#132001) Template name does not exist in the translation")


def check_template(call: Mapping[str, Any]) -> None:
    """Raise GraphError for a template that Meta does not even review."""
    if not re.fullmatch(r"[a-z0-9_]{1,512}", str(call.get("name"))):
        _refuse("name must be small letters, digits and _")
    if call.get("category") not in {"MARKETING", "UTILITY", "AUTHENTICATION"}:
        _refuse("category is not known")
    parts = {part.get("type"): part for part in call.get("components", ())}
    _text(parts.get("BODY", {}).get("text"), _BODY, "components['BODY']['text']")
    for name in ("HEADER", "FOOTER"):
        if name in parts:
            _text(parts[name].get("text"), 60, f"components['{name}']['text']")
    for name in ("HEADER", "BODY"):
        if "{{" in parts.get(name, {}).get("text", "") and "example" not in parts[name]:
            _refuse(f"components['{name}'] has variables and no example")
    for button in parts.get("BUTTONS", {}).get("buttons", ()):
        _text(button.get("text"), 25, "button['text']")
        if "{{" in button.get("url", "") and "example" not in button:
            _refuse("a button has a variable and no example")


def check_parameters(template: Mapping[str, Any], content: Mapping[str, Any]) -> None:
    """Raise GraphError where a send fills other holes than the template of that language has."""
    given = {str(part.get("type")).upper(): part.get("parameters", []) for part in content.get("components", ())}
    parts = {part.get("type"): part for part in template.get("components", ())}
    for name in ("HEADER", "BODY"):
        holes = set(re.findall(r"{{\s*(\w+)\s*}}", parts.get(name, {}).get("text", "")))
        if len(given.get(name, ())) != len(holes):
            raise GraphError(132000, "(#132000) Number of parameters does not match the expected number of params")
    for parameter in (*given.get("HEADER", ()), *given.get("BODY", ())):
        if parameter.get("type") == "text" and not str(parameter.get("text", "")).strip():
            raise GraphError(131008, "(#131008) Required parameter is missing")

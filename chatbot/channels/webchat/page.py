"""The page and the one script of the widget, put together once from the files beside this module."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from chatbot.channels.webchat import colours
from chatbot.channels.webchat.parsing import MAX_TEXT
from chatbot.channels.webchat.settings import WebChatSettings

_ASSETS: Final = resources.files("chatbot.channels.webchat") / "assets"
_SCRIPTS: Final = (
    "words.js", "keeping.js", "connection.js", "outgoing.js", "elements.js", "lines.js", "scrolling.js", "view.js",
    "widget.js",
)  # fmt: skip
_COMMENTS: Final = re.compile(r"^\s*//.*\n|^\s+|/\*.*?\*/", re.MULTILINE)
"""Whole lines of comment, indentation, and the comments of CSS: nothing that stands within a text of ours."""

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data:; "
    "media-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Script:
    """`version` names exactly these bytes; `integrity` is what a page pins them with."""

    text: str
    version: str
    integrity: str


@cache
def _asset(name: str) -> str:
    return _COMMENTS.sub("", (_ASSETS / name).read_text(encoding="utf-8"))


def widget(account: str, settings: WebChatSettings) -> Script:
    """The script of one account. One scope, no globals, the style sheet inside: one tag embeds it."""
    parts = [
        '(() => {\n"use strict";',
        f"const CONFIG = {json.dumps(_config(account, settings), ensure_ascii=False)};",
        f"const STYLES = {json.dumps(_asset('widget.css'))};",
        *map(_asset, _SCRIPTS),
        "})();\n",
    ]
    text = "\n".join(parts)
    digest = hashlib.sha384(text.encode())
    return Script(text, digest.hexdigest()[:32], f"sha384-{base64.b64encode(digest.digest()).decode()}")


def _config(account: str, settings: WebChatSettings) -> dict[str, Any]:
    """What the page may know of the settings; the identity secret is not among it."""
    accent = settings.accent
    return {
        "account": account,
        "title": dict(settings.title),
        "welcome": dict(settings.welcome),
        "accent": accent,
        "onAccent": colours.on(accent),
        "accentText": [colours.as_text(accent, dark=False), colours.as_text(accent, dark=True)],
        "theme": settings.theme,
        "position": settings.position,
        "language": settings.language,
        "words": {language: dict(words) for language, words in settings.words.items()},
        "files": list(settings.files.types),
        "maxFile": settings.files.max_size,
        "maxText": MAX_TEXT,
    }


def page(account: str, settings: WebChatSettings) -> str:
    """The stand-alone page: a frame for the widget in its full-page form. No inline script, no inline style."""
    script = widget(account, settings)
    values = {
        "title": settings.name(),
        "base": f"/chat/{account}",
        "language": settings.language or "en",
        "version": script.version,
        "integrity": script.integrity,
    }
    text = _asset("page.html")
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", html.escape(value))
    return text


def page_styles() -> str:
    return _asset("page.css")

"""The page and the one script of the widget, put together once from the files beside this module."""

from __future__ import annotations

import hashlib
import html
import json
from functools import cache
from importlib import resources
from typing import Final

from chatbot.channels.webchat.channel import WebChatSettings
from chatbot.channels.webchat.parsing import MAX_TEXT

_ASSETS: Final = resources.files("chatbot.channels.webchat") / "assets"
_SCRIPTS: Final = ("outgoing.js", "incoming.js", "view.js", "widget.js")
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data:; "
    "media-src https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def widget(account: str, settings: WebChatSettings) -> tuple[str, str]:
    """The script of one account and its ETag. One scope, no globals, the style sheet inside: one tag embeds it."""
    config = {
        "account": account,
        "title": settings.title,
        "welcome": settings.welcome,
        "accent": settings.accent,
        "maxText": MAX_TEXT,
    }
    parts = [
        '(() => {\n"use strict";',
        f"const CONFIG = {json.dumps(config)};",
        f"const STYLES = {json.dumps(_asset('widget.css'))};",
        *map(_asset, _SCRIPTS),
        "})();\n",
    ]
    script = "\n".join(parts)
    return script, f'"{hashlib.sha256(script.encode()).hexdigest()[:32]}"'


def page(account: str, settings: WebChatSettings) -> str:
    """The stand-alone page: a frame for the widget in its full-page form. No inline script, no inline style."""
    values = {"title": settings.title, "base": f"/chat/{account}"}
    text = _asset("page.html")
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", html.escape(value))
    return text


def page_styles() -> str:
    return _asset("page.css")

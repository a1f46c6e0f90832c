"""E-mail addresses and links."""

from __future__ import annotations

import re

from chatbot.types import Found
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.fold import plain

EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+'-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}(?![\w@-])")
URL = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"]{1,2000}|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}"
    r"(?:com|org|net|io|dev|app|shop|store|info|biz|eu|es|de|fr|it|pt|nl|tr|uk|us|ca|mx|br|ar|co|ai|me|example)"
    r"(?![\w@-])(?:[/?#][^\s<>\"]{0,2000})?)",
    re.IGNORECASE,
)
DOTTED = re.compile(r"\.[^\W\d_]")
"""What a link without a scheme has: sentences end with a full stop, and go on behind a blank."""
TRAILING = ".,;:!?)]}'\""


class EmailFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        clean, origin = plain(text)
        if "@" not in clean:
            return ()
        found: list[Found] = []
        for match in EMAIL.finditer(clean):
            local, _, domain = match.group().rpartition("@")
            if local.strip(".") != local or ".." in local:
                continue
            start, end = origin[match.start()], origin[match.end()]
            found.append(Found("email", f"{local}@{domain.lower()}", text[start:end], start, end))
        return tuple(found)


class UrlFinder:
    """A link without a scheme gets https."""

    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        clean, origin = plain(text)
        if "://" not in clean and not DOTTED.search(clean):
            return ()
        found: list[Found] = []
        for match in URL.finditer(clean):
            link = match.group().rstrip(TRAILING)
            start, end = origin[match.start()], origin[match.start() + len(link)]
            value = link if "://" in link else f"https://{link}"
            found.append(Found("url", value, text[start:end], start, end))
        return tuple(found)

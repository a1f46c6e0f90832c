"""Cutting a long text into messages a channel takes: at paragraphs, sentences, words - never inside a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from chatbot.channels.graphemes import border_at_or_before

Unit = Literal["characters", "bytes"]

_URL: Final = re.compile(r"(?:https?://|www\.)\S+")
# Best first; a cut falls behind the match. A cut that leaves a nearly empty message is worse than a rougher one.
_BREAKS: Final = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…。！？؟।])[\"'”’)\]]*(?:\s+|(?<=[。！？]))"),
    re.compile(r"(?<=[,;:،、])\s+"),
    re.compile(r"\s+"),
)
_WHOLE: Final = 3
"""How many of them stand between things that say something by themselves."""
_LEAST_SHARE: Final = 0.3


def split_text(text: str, limit: int, unit: Unit = "characters") -> tuple[str, ...]:
    """The text in pieces of at most `limit`; joined they give the text back but for white space at the cuts."""
    pieces = []
    rest = text.strip()
    while _size(rest, unit) > limit:
        window = _longest_prefix(rest, limit, unit)
        cut = _cut(rest, window)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        pieces.append(rest)
    return tuple(piece for piece in pieces if piece)


def last_part(text: str, limit: int) -> str:
    """The most of the end that `limit` characters hold, from where a paragraph, line or sentence starts; "" if none."""
    if len(text) <= limit:
        return text
    links = tuple(match.span() for match in _URL.finditer(text))
    least = len(text) - limit
    for pattern in _BREAKS[:_WHOLE]:
        starts = [match.end() for match in pattern.finditer(text) if not _inside(match.end(), links)]
        fitting = [start for start in starts if least <= start < len(text)]
        if fitting:
            return text[fitting[0] :]
    return ""


def _size(text: str, unit: Unit) -> int:
    return len(text) if unit == "characters" else len(text.encode("utf-8", "replace"))


def _longest_prefix(text: str, limit: int, unit: Unit) -> int:
    """How many characters fit; at least one, so that every round makes progress."""
    if unit == "characters":
        return max(limit, 1)
    return max(len(text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")), 1)


def _cut(text: str, window: int) -> int:
    links = tuple(match.span() for match in _URL.finditer(text, 0, min(len(text), window * 2)))
    for pattern in _BREAKS:
        places = [place for place in _ends(pattern, text, window) if not _inside(place, links)]
        if places and places[-1] >= window * _LEAST_SHARE:
            return places[-1]
    for start, end in links:
        if start < window < end and start > 0:  # the link does not fit any more: it opens the next message
            return start
    return border_at_or_before(text, window) or window


def _ends(pattern: re.Pattern[str], text: str, window: int) -> Iterator[int]:
    """Where cuts by this pattern may fall: white space may reach beyond the window, what is kept may not."""
    for match in pattern.finditer(text, 0, min(len(text), window + 1)):
        if match.start() + len(match[0].rstrip()) <= window and match.end() > 0:
            yield match.end()


def _inside(place: int, links: tuple[tuple[int, int], ...]) -> bool:
    return any(start < place < end for start, end in links)

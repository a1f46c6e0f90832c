"""A text cut into words, numbers and signs, for the kinds of value that are said in more than one word.

Linear in the text. Positions of a lexeme are those of the text as written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from chatbot.understanding.fold import APOSTROPHES, fold, plain
from chatbot.understanding.words.calendar import Phrases

LEX = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s']|_")
MOST_LEXEMES = 600
"""Lexemes of a message in which values of several words are looked for; what stands behind them is not read."""


class Lexeme(NamedTuple):
    """One word, number or sign. `joined`: nothing but an apostrophe before it. `whole`: a number, no letter before."""

    text: str
    start: int
    end: int
    joined: bool
    number: bool
    whole: bool


Page = tuple[Lexeme, ...]


@lru_cache(maxsize=16)
def lexemes(text: str) -> Page:
    """The page of a text; the finders of one message share it."""
    clean, origin = folded(text)
    found: list[Lexeme] = []
    end = -1
    for match in LEX.finditer(clean):
        word, start = match.group(), match.start()
        if word == "-" and hyphen(clean, start):
            end = match.end()
            continue
        joined = start == end or (start == end + 1 and clean[end] == "'")
        end = match.end()
        here, there = origin[start], origin[end]
        if here == there:  # the 1 of "¼"
            continue
        number = word[0].isdigit()
        if "'" in word:
            word = word.removesuffix("'s").replace("'", "")
        found.append(Lexeme(word, here, there, joined, number, number and not leads_into(clean, start)))
        if len(found) == MOST_LEXEMES:
            break
    return tuple(found)


def hyphen(clean: str, at: int) -> bool:
    """Whether a dash stands inside a word: "après-midi", "twenty-five", "2-hour"."""
    return 0 < at < len(clean) - 1 and clean[at - 1].isalnum() and clean[at + 1].isalpha()


def leads_into(clean: str, start: int) -> bool:
    """Whether the number is the end of something else: "AB-12", "x5", "#5", "a@5"."""
    before = clean[start - 1 : start]
    if before == "-":
        return clean[max(start - 2, 0) : start - 1].isalpha()
    if before == "t" and clean[max(start - 2, 0) : start - 1].isdigit():  # "2026-01-07T20:00"
        return False
    return before.isalpha() or before in ("_", "#", "@", "\u2044") if before else False


@lru_cache(maxsize=16)
def folded(text: str) -> tuple[str, Sequence[int]]:
    """A text in small letters without marks, ASCII digits, one kind of apostrophe; and where each character stood."""
    clean, origin = plain(text)
    if clean.isascii():
        return clean.lower().replace("`", "'"), origin
    parts: list[str] = []
    where: list[int] = []
    for index, character in enumerate(clean):
        piece = folded_character(character)
        parts.append(piece)
        where.extend([origin[index]] * len(piece))
    where.append(origin[len(clean)])
    return "".join(parts), where


@lru_cache(maxsize=4096)
def folded_character(character: str) -> str:
    return "'" if APOSTROPHES.match(character) else fold(character)


def look(table: Phrases, page: Page, at: int) -> tuple[int, int] | None:
    """What the longest phrase of a table that begins here means, and the lexeme behind it."""
    if not 0 <= at < len(page):
        return None
    length = table.firsts.get(page[at].text, 0)
    if length > 1:
        length = min(length, len(page) - at)
        words = [lexeme.text for lexeme in page[at : at + length]]
        while length > 1:
            meaning = table.meanings.get(" ".join(words))
            if meaning is not None:
                return meaning, at + length
            words.pop()
            length -= 1
    meaning = table.meanings.get(page[at].text) if length else None
    return None if meaning is None else (meaning, at + 1)


def holds(page: Page, words: frozenset[str], *, numbers: bool = True) -> bool:
    """Whether a page has one of these words, or a number in digits."""
    return any(lexeme.text in words or (numbers and lexeme.whole) for lexeme in page)


def skip(table: Phrases, page: Page, at: int) -> int:
    """The lexeme behind a phrase of the table, or the same place if none stands there."""
    found = look(table, page, at)
    return found[1] if found else at


def ends_before(table: Phrases, page: Page, at: int) -> tuple[int, int] | None:
    """What the longest phrase that ends before this lexeme means, and where it begins."""
    for length in range(min(table.longest, at), 0, -1):
        found = look(table, page, at - length)
        if found is not None and found[1] == at:
            return found[0], at - length
    return None


def sign(page: Page, at: int, signs: str) -> bool:
    """Whether one of these signs stands here."""
    return 0 <= at < len(page) and page[at].text in signs


def count(page: Page, at: int, numbers: Phrases) -> tuple[int, int] | None:
    """A whole number in digits or words, and the lexeme behind it."""
    if at < len(page) and page[at].number:
        return (int(page[at].text), at + 1) if page[at].whole and len(page[at].text) <= 4 else None
    return look(numbers, page, at)

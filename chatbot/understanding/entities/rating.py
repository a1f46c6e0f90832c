"""Ratings: whole numbers from 0 to 10, as "4/5", "8 out of 10", "five stars" or signs; the asker knows the scale."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatbot.types import Found
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import Page, lexemes, sign
from chatbot.understanding.entities.locales import calendars
from chatbot.understanding.entities.number import NumberFinder
from chatbot.understanding.words import words_for
from chatbot.understanding.words.calendar import Calendar
from chatbot.understanding.words.judgement import JUDGEMENTS, OUT_OF, STARS

STAR_SIGNS = re.compile("(?:[★⭐🌟][\ufe0f☆]{0,5}\\s?){1,10}")
SCALED = STARS | {phrase.partition(" ")[0] for phrase in OUT_OF} | {"/"}
SCALES = (5, 10)
BEST = 10


@dataclass(frozen=True, slots=True)
class RatingFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        signs = [by_signs(match, text) for match in STAR_SIGNS.finditer(text)]
        if signs:
            return tuple(signs)
        page = lexemes(text)
        found: list[Found] = []
        if not SCALED.isdisjoint(lexeme.text for lexeme in page):
            for at in range(len(page)):
                one = by_scale(page, at, text, setting) if not found or page[at].start >= found[-1].end else None
                found += [one] if one is not None else []
        if not found and setting.asked:
            found = [one for one in NumberFinder("rating", whole=True).find(text, setting) if 0 <= one.value <= BEST]
            found = found or by_words(page, text, setting)
        return tuple(found)


def by_signs(match: re.Match[str], text: str) -> Found:
    raw = match.group().rstrip()
    value = sum(character in "★⭐🌟" for character in raw)
    return Found("rating", value, raw, match.start(), match.start() + len(raw))


def by_scale(page: Page, at: int, text: str, setting: Setting) -> Found | None:
    """As in "4/5", "8 out of 10", "4 stars"."""
    for calendar in calendars(setting)[:2]:
        number = value_at(page, at, calendar)
        if number is None:
            continue
        value, last = number
        stars = last < len(page) and page[last].text in STARS
        between = out_of(page, last)
        most = value_at(page, between, calendar) if between else None
        ends = not (stars or most is None or sign(page, most[1], "/") or most[0] not in SCALES or value > most[0])
        if (stars and value <= SCALES[0]) or ends:
            end = last + 1 if stars or most is None else most[1]
            end += end < len(page) and page[end].text in STARS
            start, stop = page[at].start, page[end - 1].end
            return Found("rating", value, text[start:stop], start, stop)
    return None


def value_at(page: Page, at: int, calendar: Calendar) -> tuple[int, int] | None:
    if at >= len(page):
        return None
    if page[at].number:
        part = at > 1 and page[at].joined and sign(page, at - 1, ".,") and page[at - 2].number
        good = page[at].whole and len(page[at].text) <= 2 and not part and int(page[at].text) <= BEST
        return (int(page[at].text), at + 1) if good else None
    value = calendar.numbers.meanings.get(page[at].text)
    return (value, at + 1) if value is not None and value <= BEST else None


def out_of(page: Page, at: int) -> int:
    """The lexeme behind "/" or "out of"; 0 where neither stands."""
    if sign(page, at, "/"):
        return at + 1
    for length in (3, 2, 1):
        if " ".join(lexeme.text for lexeme in page[at : at + length]) in OUT_OF:
            return at + length
    return 0


def by_words(page: Page, text: str, setting: Setting) -> list[Found]:
    """As in "excellent": a judgement from 1 to 5, where the answer holds one and no word that turns it round."""
    found: dict[int, Found] = {}
    for calendar in calendars(setting)[:2]:
        judgements = JUDGEMENTS.get(calendar.language, {})
        if any(lexeme.text in words_for(calendar.language).deny for lexeme in page):
            return []
        taken = 0
        for at, lexeme in enumerate(page):
            for length in (2, 1) if at >= taken else ():
                value = judgements.get(" ".join(one.text for one in page[at : at + length]))
                if value is not None and at + length <= len(page):
                    taken = at + length
                    end = page[taken - 1].end
                    found.setdefault(at, Found("rating", value, text[lexeme.start : end], lexeme.start, end))
                    break
    values = {one.value for one in found.values()}
    return list(found.values())[:1] if len(values) == 1 else []

"""Money: an amount beside a sign, a code or a word of a currency; a bare number where money was asked for."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

from chatbot.content.filters import money_text
from chatbot.types import Found, Json
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import Page, count, ends_before, folded, lexemes, skip
from chatbot.understanding.entities.locales import COUNTRIES as HOMES
from chatbot.understanding.entities.locales import calendars, country_of
from chatbot.understanding.entities.number import BLANK_GROUPS, NumberFinder, parse_number
from chatbot.understanding.fold import fold
from chatbot.understanding.words import language_of, words_for
from chatbot.understanding.words.calendar import Calendar
from chatbot.understanding.words.currency import CENTS, CENTS_BEHIND, CODES, COUNTRIES, SHARED, SIGNS, THOUSANDS, WORDS

NAMES = "|".join(sorted((re.escape(name) for name in {*WORDS, *CODES}), key=len, reverse=True))
MARKS = "|".join(sorted((re.escape(sign) for sign in SIGNS), key=len, reverse=True))
GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
MANY = "|".join(sorted(THOUSANDS, key=len, reverse=True))
SMALL = "|".join(sorted(CENTS, key=len, reverse=True))
HUNDREDTH = Decimal("0.01")
AMOUNT = r"\d(?:[\d.,'\u2019]{0,30}\d)?"
BLANKED = r"\d{1,3}(?: \d{3}){1,5}(?:[.,]\d{1,2})?(?!\d)|" + AMOUNT
FORMS = {
    blanks: re.compile(
        rf"(?<![\w.,])(?:(?P<front>{MARKS}|(?:{NAMES})\b)\s?(?P<after>{amount})"
        rf"(?:\s?(?P<times>{MANY})\b|(?![\w%]|[.,]\d))"
        rf"|(?P<before>{amount})(?:,-|\s?(?P<many>{MANY})\b\.?)?\s?(?:(?P<sign>{MARKS})|(?:de )?(?P<word>{NAMES})\b))"
    )
    for blanks, amount in ((False, AMOUNT), (True, BLANKED))
}
GLUED = re.compile(rf"(?<![\w.,/:#@-])(?P<amount>{AMOUNT})(?P<many>{MANY})\b")
"""As in "5k": no number by itself."""
ANY = re.compile(rf"{MARKS}|\b(?:{NAMES})\b")


@dataclass(frozen=True, slots=True)
class MoneyFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        clean, origin = folded(text)
        found: list[Found] = []
        if ANY.search(clean):
            form = FORMS[language_of(setting.locale) in BLANK_GROUPS]
            for match in form.finditer(clean):
                digits = (match["after"] or match["before"]).replace(" ", "'")
                amount = amount_of(digits, setting.locale, THOUSANDS.get(match["times"] or match["many"] or "", 1))
                named = match["front"] or match["sign"] or match["word"]
                if amount is not None and origin[match.start()] < origin[match.end()]:
                    start, end = origin[match.start()], origin[match.end()]
                    found.append(money(text, start, end, amount, currency_of(named, setting), setting))
            found += [] if found else spelled(text, setting)
            found = [with_cents(value, text, setting) for value in found]
        if not found and setting.asked:
            found = [bare(text, one, setting) for one in NumberFinder("money").find(text, setting) if one.value >= 0]
            found = sorted([*found, *glued(text, setting)], key=lambda value: value.start)
        return tuple(found)


def amount_of(digits: str, locale: str, times: int) -> int | float | None:
    """Prices have no three decimals: "1.199" and "1,199" are thousands wherever they are written."""
    grouped = GROUPED.fullmatch(digits)
    value = int(re.sub(r"\D", "", digits)) if grouped else parse_number(digits, locale)
    return None if value is None else multiplied(value, times)


def multiplied(value: float, times: int | Decimal) -> int | float:
    exact = Decimal(str(value)) * times
    return value if times == 1 else int(exact) if exact == exact.to_integral_value() else float(exact)


def bare(text: str, number: Found, setting: Setting) -> Found:
    """A number alone, with the word for thousands or for cents behind it."""
    many = re.match(rf"\s?({MANY}|{SMALL})\b", text[number.end :], re.IGNORECASE)
    times, end = (THOUSANDS.get(fold(many[1]), HUNDREDTH), number.end + many.end()) if many else (1, number.end)
    return money(text, number.start, end, multiplied(number.value, times), currency_of("", setting), setting)


def glued(text: str, setting: Setting) -> list[Found]:
    """As in "5k", "1.5k"."""
    clean, origin = folded(text)
    found: list[Found] = []
    for match in GLUED.finditer(clean):
        amount = parse_number(match["amount"], setting.locale)
        if amount is not None:
            amount = multiplied(amount, THOUSANDS[match["many"]])
            start, end = origin[match.start()], origin[match.end()]
            found.append(money(text, start, end, amount, currency_of("", setting), setting))
    return found


def money(text: str, start: int, end: int, amount: Json, currency: str, setting: Setting) -> Found:
    value = {"amount": amount, "currency": currency}
    shown = money_text(amount, currency, setting.locale, country_of(setting))
    return Found("money", value, text[start:end], start, end, shown)


def with_cents(value: Found, text: str, setting: Setting) -> Found:
    """An amount with the cents behind its currency: "20 Euro 50", "ten euros and fifty cents"."""
    page = lexemes(text)
    at = bisect_left(page, value.end, key=lambda lexeme: lexeme.start)
    whole, currency = value.value["amount"], value.value["currency"]
    for calendar in calendars(setting) if isinstance(whole, int) else ():
        found = cents(page, at, calendar, setting)
        if found is not None:
            amount = multiplied(whole * 100 + found[0], HUNDREDTH)
            return money(text, value.start, page[found[1] - 1].end, amount, currency, setting)
    return value


def cents(page: Page, at: int, calendar: Calendar, setting: Setting) -> tuple[int, int] | None:
    """How many cents are said here, and the lexeme behind; without a word for them two digits that count nothing."""
    first = skip(calendar.joins, page, at)
    number = count(page, first, calendar.numbers)
    if number is None or not 0 < number[0] < 100:
        return None
    if number[1] < len(page) and page[number[1]].text in CENTS:
        return number[0], number[1] + 1
    two = len(page[first].text) == 2 if page[first].number else number[0] >= 10
    named = at > 0 and not page[at - 1].number  # "20 Euro 50", but "$20 50"
    plain = named and (first == at or page[at].text in CENTS_BEHIND)
    return number if two and plain and ends(page, number[1], setting) else None


def ends(page: Page, at: int, setting: Setting) -> bool:
    """Whether nothing but politeness follows a number: in "20 euros 15 days" it counts something."""
    if at >= len(page):
        return True
    polite = (words_for(setting.locale).filler, words_for("en").filler)
    if page[at].text.isalpha():
        return not page[at].joined and any(page[at].text in words for words in polite)
    return page[at].text in ".,!?)" and not (at + 1 < len(page) and page[at + 1].number and page[at + 1].joined)


def currency_of(named: str, setting: Setting) -> str:
    """A code for a sign or a word; for nothing what people pay with where the contact is."""
    country = country_of(setting).lower()
    if not named:
        return COUNTRIES.get(country) or COUNTRIES.get(HOMES.get(language_of(setting.locale), "").lower(), "")
    code = SIGNS.get(named) or WORDS.get(named) or named.upper()
    shared = SHARED.get(code)
    return code if shared is None else shared.get(country) or next(iter(shared.values()))


def spelled(text: str, setting: Setting) -> list[Found]:
    """As in "twenty euros": number words before the name of a currency."""
    page = lexemes(text)
    found: list[Found] = []
    for at in range(1, len(page)):
        named = page[at].text
        for calendar in calendars(setting)[:2] if named in WORDS else ():
            amount = ends_before(calendar.numbers, page, at)
            if amount is not None:
                start, end = page[amount[1]].start, page[at].end
                found.append(money(text, start, end, amount[0], currency_of(named, setting), setting))
                break
    return found

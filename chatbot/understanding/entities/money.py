"""Money: an amount beside a sign, a code or a word of a currency; a bare number where money was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from chatbot.content.filters import money_text
from chatbot.types import Found, Json
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import ends_before, folded, lexemes
from chatbot.understanding.entities.locales import COUNTRIES as HOMES
from chatbot.understanding.entities.locales import calendars, country_of
from chatbot.understanding.entities.number import BLANK_GROUPS, NumberFinder, parse_number
from chatbot.understanding.words import language_of
from chatbot.understanding.words.currency import CODES, COUNTRIES, SHARED, SIGNS, THOUSANDS, WORDS

NAMES = "|".join(sorted((re.escape(name) for name in {*WORDS, *CODES}), key=len, reverse=True))
MARKS = "|".join(sorted((re.escape(sign) for sign in SIGNS), key=len, reverse=True))
GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
MANY = "|".join(sorted(THOUSANDS, key=len, reverse=True))
AMOUNT = r"\d(?:[\d.,'\u2019]{0,30}\d)?"
BLANKED = r"\d{1,3}(?: \d{3}){1,5}(?:[.,]\d{1,2})?(?!\d)|" + AMOUNT
FORMS = {
    blanks: re.compile(
        rf"(?<![\w.,])(?:(?P<front>{MARKS}|(?:{NAMES})\b)\s?(?P<after>{amount})"
        rf"(?:\s?(?P<times>{MANY})\b|(?![\w%]|[.,]\d))"
        rf"|(?P<before>{amount})(?:,-|\s?(?P<many>{MANY})\b)?\s?(?:(?P<sign>{MARKS})|(?:de )?(?P<word>{NAMES})\b))"
    )
    for blanks, amount in ((False, AMOUNT), (True, BLANKED))
}
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
                    found.append(money(text, origin[match.start()], origin[match.end()], amount, named, setting))
            found += [] if found else spelled(text, setting)
        if not found and setting.asked:
            found = [bare(text, one, setting) for one in NumberFinder("money").find(text, setting) if one.value >= 0]
        return tuple(found)


def amount_of(digits: str, locale: str, times: int) -> int | float | None:
    """Prices have no three decimals: "1.199" and "1,199" are thousands wherever they are written."""
    grouped = GROUPED.fullmatch(digits)
    value = int(re.sub(r"\D", "", digits)) if grouped else parse_number(digits, locale)
    return None if value is None else multiplied(value, times)


def multiplied(value: float, times: int) -> int | float:
    exact = Decimal(str(value)) * times
    return value if times == 1 else int(exact) if exact == exact.to_integral_value() else float(exact)


def bare(text: str, number: Found, setting: Setting) -> Found:
    """A number alone, with the word for thousands behind it."""
    many = re.match(rf"\s?({MANY})\b", text[number.end :], re.IGNORECASE)
    times, end = (THOUSANDS[many[1].lower()], number.end + many.end()) if many else (1, number.end)
    return money(text, number.start, end, multiplied(number.value, times), "", setting)


def money(text: str, start: int, end: int, amount: Json, named: str, setting: Setting) -> Found:
    currency = currency_of(named, setting)
    value = {"amount": amount, "currency": currency}
    return Found("money", value, text[start:end], start, end, money_text(amount, currency, setting.locale))


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
                found.append(money(text, page[amount[1]].start, page[at].end, amount[0], named, setting))
                break
    return found

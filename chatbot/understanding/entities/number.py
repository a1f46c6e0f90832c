"""Numbers: digits of any script with the locale's separators, and words up to twenty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from chatbot.content.filters import POINT
from chatbot.types import Found
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.fold import digit, fold, plain
from chatbot.understanding.normalise import SPREAD, letters_of, read_text
from chatbot.understanding.words import WORDS, Words, language_of, words_for

COMMA = frozenset({"es", "de", "fr", "it", "pt", "nl", "tr", "ru", "pl", "cs", "da", "sv", "nb", "no", "fi", "el", "id",
                   "ro", "hu", "uk", "vi", "ca", "sk", "bg", "hr", "sr", "sl", "lt", "lv", "et"})  # fmt: skip
BLANK_GROUPS = frozenset({"fr", "ru", "pl", "cs", "sv", "nb", "no", "fi", "hu", "uk", "sk", "bg"})

DIGITS = re.compile(
    r"(?<![\w@/#\u2044])(?<![^\W\d_]-)(?P<sign>[-+\u2212])?"
    r"(?P<digits>\d(?:[\d.,'\u2019\u066b\u066c]{0,40}\d)?)(?![\w@]|[.,]\d)"
)
GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3}){1,6}(?![\w.,]\d|\d)")
DATE_OR_TIME = re.compile(r"\d{1,4}(?:[-/]\d{1,4}){2}|\d{1,2}:\d{2}(?::\d{2})?|\b\d{1,2}/\d{1,2}\b")
FRACTIONS: Mapping[str | None, float] = MappingProxyType({"1/4": 0.25, "¼": 0.25, "3/4": 0.75, "¾": 0.75})
PART = re.compile(
    r"(?i)\s?(¼|½|¾)|\s(?:and |y |und |et |e |en )?([13]/4|1/2)(?![\w/])"
    r"|\s(?:and a half|y medi[oa]|und ein(?:e )?halb(?:es?)?|et demie?|e mezz[oa]|e mei[oa]|en een half|bu[çc]uk)(?!\w)"
)
"""What makes two and a half of a two, in the languages with word lists."""
VULGAR = re.compile("[¼½¾⅓⅔⅛]")
"""Signs that would become digits: the 1 and the 4 of "¼" are no numbers."""
ANY_DIGIT = re.compile(r"\d")
LONGEST_NAME = 3
NAMES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    # English names are understood everywhere.
    {name: MappingProxyType({**WORDS["en"].numbers, **words.numbers}) for name, words in WORDS.items()}
)


@dataclass(frozen=True, slots=True)
class NumberFinder:
    """`integer` leaves out what is not whole."""

    name: str
    whole: bool = False

    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        firm, weak = spelled(self.name, text, setting.locale) if setting.spelled else ([], [])
        found = sorted([*written(self.name, text, setting.locale), *firm], key=lambda value: value.start)
        # "un paquete de 3": an article is a number only where nothing else is.
        if not found and setting.asked:
            found = weak or self.in_other_languages(text, setting)
        found = [with_half(value, text) for value in found]
        return tuple(value for value in found if not self.whole or isinstance(value.value, int))

    def in_other_languages(self, text: str, setting: Setting) -> list[Found]:
        """A number asked for may come in the language of the customer, whatever their device says: "cuatro"."""
        own = [words_for(language) for language in ("en", setting.locale)]
        if len(text.split()) > LONGEST_NAME:
            return []  # in a sentence "due" and "once" are words of that sentence
        for language in sorted(NAMES.keys() - {language_of(setting.locale)}):
            firm, _ = spelled(self.name, text, language)
            found = [value for value in firm if not any(is_everyday(value.raw, table) for table in own)]
            if found:
                return found
        return []


def is_everyday(word: str, table: Words) -> bool:
    """Whether a word means something else in a language."""
    word = fold(word)
    return word in table.stop or word in table.common or word in table.filler or word in table.question


def with_half(value: Found, text: str) -> Found:
    """A number with the fraction behind it: "2 1/2", "five and a half"."""
    part = PART.match(text, value.end)
    if part is None or not isinstance(value.value, int):
        return value
    whole = value.value + FRACTIONS.get(part[1] or part[2], 0.5)
    return replace(value, value=whole, raw=text[value.start : part.end()], end=part.end())


def written(name: str, text: str, locale: str) -> list[Found]:
    clean, origin = plain(text if text.isascii() else VULGAR.sub(" ", text))
    first = ANY_DIGIT.search(clean)
    if first is None:
        return []
    ascii_text = "".join(map(digit, clean)) if not clean.isascii() else clean
    if language_of(locale) in BLANK_GROUPS:
        ascii_text = GROUPED.sub(lambda match: match.group().replace(" ", "'"), ascii_text)
    moments = DATE_OR_TIME.finditer(ascii_text, first.start())
    busy = frozenset(place for match in moments for place in range(*match.span()))
    found: list[Found] = []
    for match in DIGITS.finditer(ascii_text, max(0, first.start() - 1)):
        start, end = match.span("digits")
        if start in busy or end - 1 in busy:
            continue
        value = parse_number(match["digits"], locale)
        if value is None:
            continue
        if match["sign"]:
            if match["sign"] != "+" and not (start > 1 and ascii_text[start - 2].isalnum()):
                value = -value
            start -= 1
        begin, stop = origin[start], origin[end]
        found.append(Found(name, value, text[begin:stop], begin, stop))
    return found


def parse_number(digits: str, locale: str) -> int | float | None:
    """Digits -> their value, None for no number.

    "1.234,5" and "1,234.5" are 1234.5 everywhere; one separator alone means what the locale says.
    """
    if digits.isdigit():
        return int(digits)
    decimal = "," if uses_comma(locale) else "."
    digits = digits.replace("\u066b", decimal).replace("\u066c", "'").replace("\u2019", "'").replace("'", "")
    separators = [character for character in digits if character in ".,"]
    if not separators:
        return int(digits)
    last = separators[-1]
    head, _, tail = digits.rpartition(last)
    if last in separators[:-1]:  # the same one twice groups thousands
        return whole_or_float(digits.replace(last, ""), "") if in_threes(digits, last) else None
    if len(separators) > 1:  # two kinds: the last one is the decimal sign
        other = separators[0]
        return whole_or_float(head.replace(other, ""), tail) if in_threes(head, other) else None
    if last != decimal and len(tail) == 3 and len(head) <= 3 and head != "0":
        return whole_or_float(head + tail, "")
    return whole_or_float(head, tail)


def uses_comma(locale: str) -> bool:
    name = locale.replace("_", "-").lower()
    return language_of(name) in COMMA and name not in POINT


def in_threes(digits: str, separator: str) -> bool:
    head, *groups = digits.split(separator)
    return 1 <= len(head) <= 3 and all(len(group) == 3 and group.isdigit() for group in groups)


def whole_or_float(head: str, tail: str) -> int | float:
    if not tail.strip("0"):
        return int(head)
    return float(f"{head}.{tail}")


BEYOND: frozenset[str] = frozenset(
    """
    thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen treinta cuarenta cincuenta sesenta
    setenta ochenta noventa cien ciento cientos mil millon docena dreissig vierzig funfzig sechzig siebzig achtzig
    neunzig hundert tausend dutzend trente quarante cinquante soixante cent cents mille douzaine trenta quaranta
    cinquanta sessanta settanta ottanta novanta cento mila dozzina trinta quarenta cinquenta sessenta oitenta cem duzia
    paar dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend dozijn otuz kirk elli altmis yetmis
    seksen doksan yuz duzine
    """.split()
)
"""Words of numbers beyond those that are read: "ein paar" are some, and no one."""
ONE_NUMBER = re.compile(r"[\s-]+(?:(?:and|y|et|und|e|en)[\s-]+)?")
"""What stands between two words that make one number."""

TELLING: Mapping[str, frozenset[str]] = MappingProxyType(
    {language: frozenset(max(name.split(), key=len) for name in names) for language, names in NAMES.items()}
)
"""The longest word of each name: a text without any of them holds no number in words."""
FIRM: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        language: frozenset(
            max(name.split(), key=len) for name in names if name != "one" and name not in WORDS[language].stop
        )
        for language, names in NAMES.items()
    }
)
"""The same of those names that are no articles as well: a text without any of them holds none unless asked for one."""
FIRST: Mapping[str, frozenset[str]] = MappingProxyType(
    {language: frozenset(name.split()[0] for name in names) for language, names in NAMES.items()}
)


def number_words(locale: str) -> frozenset[str]:
    """The words that tell of a number nobody asked for; English ones for a language that has none."""
    return FIRM.get(locale) or FIRM.get(language_of(locale), FIRM["en"])


def spelled(name: str, text: str, locale: str) -> tuple[list[Found], list[Found]]:
    """Number words, and apart from them those that are articles as well ("one", "un", "ein")."""
    words = words_for(locale)
    names = NAMES.get(words.language, WORDS["en"].numbers)
    telling = TELLING.get(words.language, TELLING["en"])
    if text.isascii() and telling.isdisjoint(letters_of(text, SPREAD).replace("'", " ").split()):
        return [], []
    read = read_text(text, {})
    if telling.isdisjoint(read.words):
        return [], []
    tokens = read.tokens
    first = FIRST.get(words.language, FIRST["en"])
    firm: list[Found] = []
    weak: list[Found] = []
    behind = 0
    for index in [place for place, token in enumerate(tokens) if token.text in first]:
        if index < behind:
            continue
        for length in range(min(LONGEST_NAME, len(tokens) - index), 0, -1):
            run = tokens[index : index + length]
            phrase = " ".join([token.text for token in run])
            # An English word that is an everyday word of the contact's language is that word ("on", "six" stays).
            if phrase in names and (phrase in words.numbers or phrase not in words.stop):
                start, end = read.origin[run[0].start], read.origin[run[-1].end]
                article = phrase == "one" or phrase in words.stop
                (weak if article else firm).append(Found(name, names[phrase], text[start:end], start, end))
                behind = index + length
                break
    if len(firm) + len(weak) < 2 and BEYOND.isdisjoint(read.words):
        return firm, weak
    # "Thirty five" is neither thirty nor five, and "two hundred" is not two: such numbers are written in digits.
    spans = [(read.origin[token.start], read.origin[token.end]) for token in tokens if token.text in BEYOND]
    spans += [(value.start, value.end) for value in (*firm, *weak)]
    return apart_from(firm, spans, text), apart_from(weak, spans, text)


def apart_from(found: list[Found], spans: list[tuple[int, int]], text: str) -> list[Found]:
    """The values beside which no other word of a number stands."""
    return [
        value
        for value in found
        if not any(
            ONE_NUMBER.fullmatch(text[end : value.start] if end <= value.start else text[value.end : start])
            for start, end in spans
            if end <= value.start or start >= value.end
        )
    ]

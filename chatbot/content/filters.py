"""What may stand behind `|` in a text: one table, from which the docs and the schema are made.

An implementation takes the scope, the value and the written arguments. Nothing but `default` ever sees none:
a missing value stays missing through every other filter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Final, NamedTuple

from chatbot.content.functions import rounded
from chatbot.content.values import EvaluationError, Scope, decimal, items, kind, lookup, moment, printed
from chatbot.types import Json


class Filter(NamedTuple):
    """`least`/`most`: how many arguments, each of the type `takes`.

    `words`: works on what a text shows of a slot, not on its value. `on`: the types of slots it works on, None for all.
    """

    signature: str
    doc: str
    call: Callable[..., Json]
    least: int = 0
    most: int = 0
    words: bool = False
    takes: type = object
    on: tuple[str, ...] | None = None


_NUMBERS: Final = ("number", "integer", "rating")
_SPELT: Final = ("text", "email", "phone", "url", "date", "time", "datetime")
_WITH_FIELDS: Final = ("money", "duration", "location")

_MONTHS: Final = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
}
_FORMS: Final = {"de": "{d}. {m} {y}", "es": "{d} de {m} de {y}", "pt": "{d} de {m} de {y}"}
_SIGNS: Final = dict.fromkeys(("de", "es", "it", "nl", "pt", "tr"), (".", ",")) | {"fr": ("\u202f", ",")}
_SYMBOLS: Final = {"EUR": "€", "USD": "US$", "GBP": "£", "JPY": "¥", "INR": "₹", "BRL": "R$", "TRY": "₺"}
_DOLLARS: Final = {
    "AR": "ARS", "AU": "AUD", "CA": "CAD", "CL": "CLP", "CO": "COP", "DO": "DOP", "EC": "USD", "HK": "HKD", "MX": "MXN",
    "NZ": "NZD", "PA": "USD", "PR": "USD", "SG": "SGD", "SV": "USD", "US": "USD", "UY": "UYU",
}  # fmt: skip
"""Country -> the currency whose sign is $ there; a bare "en" is American."""
POINT: Final = frozenset({"es-mx", "es-us", "es-pr", "es-gt", "es-hn", "es-ni", "es-pa", "es-sv", "es-do", "de-ch",
                          "it-ch", "fr-ch", "de-li"})  # fmt: skip
"""Varieties that write a decimal point where their language has a comma."""


def _language(locale: str) -> str:
    return _variety(locale).split("-")[0]


def _variety(locale: str) -> str:
    return locale.replace("_", "-").lower()


def _american(locale: str) -> bool:
    return _variety(locale) == "en-us"


def day_text(when: date, locale: str) -> str:
    """A day as a text prints it."""
    language = _language(locale)
    if language not in _MONTHS:
        return when.isoformat()[:10]
    month = _MONTHS[language].split()[when.month - 1]
    form = "{m} {d}, {y}" if _american(locale) else _FORMS.get(language, "{d} {m} {y}")
    return form.format(d=when.day, m=month, y=when.year)


def clock_text(when: time | datetime, locale: str) -> str:
    """A time of day as a text prints it."""
    if _american(locale):
        return f"{when.hour % 12 or 12}:{when.minute:02} {'PM' if when.hour // 12 else 'AM'}"
    return f"{when.hour:02}:{when.minute:02}"


def number_text(value: Json, locale: str, places: Json = None) -> str:
    """A number with the language's separators."""
    exact = rounded(value, places, "number") if places is not None else value
    plain = format(decimal(exact, "number"), "," if places is None else f",.{places}f")
    thousands, point = _SIGNS.get(_language(locale), (",", "."))
    if _variety(locale) in POINT:
        thousands, point = ("’" if _variety(locale).endswith(("-ch", "-li")) else ","), "."
    return plain.translate({ord(","): thousands, ord("."): point})


def money_text(amount: Json, currency: str, locale: str, country: str = "") -> str:
    """An amount with its currency as a text prints it, for a contact of that country (two letters; else the locale's).

    $ is the currency at home; dollars of somewhere else are told by their code, "US$" for American ones.
    """
    number = number_text(amount, locale, 2)
    if not currency:
        return number
    variety, code = _variety(locale), currency.upper()
    home = country.upper() or variety.partition("-")[2].upper() or ("US" if variety == "en" else "")
    sign = "$" if _DOLLARS.get(home) == code else _SYMBOLS.get(code)
    if sign is None:
        return f"{number} {currency}"
    if sign == "R$":
        return f"{sign} {number}"
    # Spanish America writes it as the north does, Spain behind the number.
    first = _language(locale) == "en" or (_language(locale) == "es" and home in _DOLLARS)
    return f"{sign}{number}" if first else f"{number} {sign}"


def _date(scope: Scope, value: Json) -> Json:
    return day_text(moment(value, scope, "date"), scope.locale)


def _time(scope: Scope, value: Json) -> Json:
    if isinstance(value, str) and len(value) in (5, 8) and value[2:3] == ":":  # a time alone, as the type `time` has it
        value = f"{scope.now.date().isoformat()}T{value}"
    return clock_text(moment(value, scope, "time"), scope.locale)


def _datetime(scope: Scope, value: Json) -> Json:
    when = moment(value, scope, "datetime")
    return f"{day_text(when, scope.locale)}, {clock_text(when, scope.locale)}"


def _number(scope: Scope, value: Json, places: Json = None) -> Json:
    return number_text(value, scope.locale, places)


def _money(scope: Scope, value: Json, currency: Json = None) -> Json:
    if isinstance(value, dict):
        currency, value = currency or value.get("currency"), value.get("amount")
    country = lookup(scope, ("contact", "country"))
    return money_text(value, str(currency or ""), scope.locale, country if isinstance(country, str) else "")


def _words(change: Callable[[str], str]) -> Callable[[Scope, Json], Json]:
    return lambda _, value: change(printed(value))


def _end(name: str, position: int) -> Callable[[Scope, Json], Json]:
    def pick(_: Scope, value: Json) -> Json:
        entries = items(value, name)
        return entries[position] if entries else None

    return pick


def _join(_: Scope, value: Json, between: Json = ", ") -> Json:
    return printed(between).join(map(printed, items(value, "join")))


def _truncate(_: Scope, value: Json, size: Json) -> Json:
    shown = printed(value)
    if not isinstance(size, int) or size < 1:
        raise EvaluationError(f"truncate takes a number of characters, not {kind(size)}")
    return shown if len(shown) <= size else shown[: size - 1].rstrip() + "…"


def _length(_: Scope, value: Json) -> Json:
    if isinstance(value, str | list | tuple | dict):
        return len(value)
    raise EvaluationError(f"length needs a text or a list, not {kind(value)}")


FILTERS: Final[dict[str, Filter]] = {
    "default": Filter(
        "default('-')", "Another value where there is none, or an empty text.",
        lambda _, value, other: other if value is None or value == "" else value, 1, 1,
    ),
    "upper": Filter("upper", "In capitals.", _words(str.upper), words=True),
    "lower": Filter("lower", "In small letters.", _words(str.lower), words=True),
    "capitalize": Filter(
        "capitalize", "With a capital at the beginning.", _words(lambda t: t[:1].upper() + t[1:]), words=True
    ),
    "trim": Filter("trim", "Without blanks at the ends.", _words(str.strip), words=True),
    "truncate": Filter("truncate(80)", "At most so many characters.", _truncate, 1, 1, words=True, takes=int),
    "date": Filter("date", "A date in the contact's language: 5 January 2026.", _date, on=("date", "datetime", "text")),
    "time": Filter("time", "A time of day: 15:30.", _time, on=("time", "date", "datetime", "text")),
    "datetime": Filter(
        "datetime", "Date and time: 5 January 2026, 15:30.", _datetime, on=("datetime", "date", "text")
    ),
    "number": Filter(
        "number(2)", "A number with the language's separators; with so many decimals.", _number, 0, 1, takes=int,
        on=_NUMBERS,
    ),
    "money": Filter(
        "money('EUR')", "An amount with two decimals and its currency.", _money, 0, 1, takes=str,
        on=("money", *_NUMBERS),
    ),
    "round": Filter(
        "round(1)", "Rounded to so many decimals, or to none.", lambda _, *args: rounded(*args), 0, 1, takes=int,
        on=_NUMBERS,
    ),
    "join": Filter("join(' / ')", "A list in one text; a comma without an argument.", _join, 0, 1, takes=str, on=()),
    "first": Filter("first", "The first entry of a list.", _end("first", 0), on=()),
    "last": Filter("last", "The last entry of a list.", _end("last", -1), on=()),
    "length": Filter("length", "How many characters or entries.", _length, on=(*_SPELT, *_WITH_FIELDS)),
}  # fmt: skip

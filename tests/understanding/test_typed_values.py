"""Dates, times, spans, money, phones and places where they are hard: clocks, calendars, scripts, overlaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.understanding import Context, Entities, Understanding
from chatbot.understanding.entities import BUILT_IN
from tests.understanding.processes import printed_everywhere
from tests.understanding.support_bot import program
from tests.understanding.test_properties import work

MONDAY = 1_767_607_200_000  # 2026-01-05 10:00 UTC
EVERY = tuple(kind for kind in BUILT_IN if kind not in ("text", "choice", "yes_no"))
KNOWN = Entities.build({}, EVERY)
NAMED = ("en", "es", "de", "fr", "it", "pt", "nl", "tr")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def values(kind: str, text: str, locale: str = "en", now: int = MONDAY, **where: str) -> list[Any]:
    return [found.value for found in KNOWN.find(kind, text, locale, now, **where)]


# --- calendars ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("in a month", "2026-01-31T12:00", "2026-02-28"),
        ("in a month", "2028-01-31T12:00", "2028-02-29"),
        ("in a year", "2028-02-29T12:00", "2029-02-28"),
        ("the 31st", "2026-02-10T12:00", "2026-03-31"),
        ("the 30th", "2026-01-31T12:00", "2026-03-30"),
        ("Feb 29", "2026-03-01T12:00", "2028-02-29"),
        ("Feb 29", "2028-02-29T12:00", "2028-02-29"),
        ("Feb 29", "2028-03-01T12:00", "2032-02-29"),
        ("31 December", "2026-12-31T12:00", "2026-12-31"),
        ("30 December", "2026-12-31T12:00", "2027-12-30"),
        ("tomorrow", "2026-12-31T12:00", "2027-01-01"),
        ("end of month", "2028-02-01T12:00", "2028-02-29"),
        ("end of next month", "2026-12-05T12:00", "2027-01-31"),
        ("friday next week", "2026-01-11T12:00", "2026-01-16"),
        ("this sunday", "2026-01-11T12:00", "2026-01-11"),
        ("sunday", "2026-01-11T12:00", "2026-01-18"),
    ],
)
def test_days_lie_where_the_calendar_has_them(text: str, now: str, expected: str) -> None:
    assert values("date", text, now=at(now)) == [expected]


@pytest.mark.parametrize(
    "text",
    ["31 April", "April 31", "31/04/2026", "2026-13-01", "2026-02-29", "0/0/2026", "32 May", "1.2.3", "in 999999 days",
     "99/99", "10000-01-01", "1/2/3/4", "in 9999 years"],
)  # fmt: skip
def test_what_no_calendar_has_is_no_date(text: str) -> None:
    assert values("date", text, "en-GB") == []


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("en-US", "2026-03-04"), ("en", "2026-03-04"), ("en-GB", "2026-04-03"), ("es-US", "2026-03-04"),
     ("es-MX", "2026-04-03"), ("de_DE", "2026-04-03"), ("en-AU", "2026-04-03"), ("fr", "2026-04-03")],
)  # fmt: skip
def test_03_04_follows_the_locale(locale: str, expected: str) -> None:
    assert values("date", "03/04", locale) == [expected]


def test_today_is_the_contacts_day_not_the_servers() -> None:
    late = at("2026-01-05T23:30")
    assert values("date", "today", now=late, timezone="Asia/Tokyo") == ["2026-01-06"]
    assert values("date", "today", now=late, timezone="America/New_York") == ["2026-01-05"]
    assert values("date", "today", now=late, timezone="Nowhere/Land") == ["2026-01-05"]


def test_a_day_without_a_year_is_never_in_the_past() -> None:
    start = datetime(2027, 12, 20, 12, tzinfo=UTC)
    for day in range(500):
        now = start + timedelta(day)
        for text in ("1 March", "Feb 29", "31 Jan", "the 31st", "friday", "30/11"):
            (found,) = values("date", text, "en-GB", int(now.timestamp() * 1000))
            assert found >= now.date().isoformat()


# --- clocks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("29 March 2026 at 02:30", "Europe/Madrid", "2026-03-29T03:30:00+02:00"),
        ("29 March 2026 at 03:00", "Europe/Madrid", "2026-03-29T03:00:00+02:00"),
        ("25 October 2026 at 02:30", "Europe/Madrid", "2026-10-25T02:30:00+02:00"),
        ("25 October 2026 at 12:00", "Europe/Madrid", "2026-10-25T12:00:00+01:00"),
        ("8 March 2026 at 2:30 am", "America/New_York", "2026-03-08T03:30:00-04:00"),
        ("2026-01-07T20:00:00Z", "Europe/Madrid", "2026-01-07T21:00:00+01:00"),
        ("2026-01-07T20:00:00+05:30", "UTC", "2026-01-07T14:30:00+00:00"),
        ("tomorrow at 8pm", "Asia/Kathmandu", "2026-01-06T20:00:00+05:45"),
        ("today at midnight", "UTC", "2026-01-05T00:00:00+00:00"),
    ],
)
def test_moments_exist_on_the_contacts_clock(text: str, zone: str, expected: str) -> None:
    assert values("datetime", text, timezone=zone) == [expected]


def test_an_hour_from_now_is_an_hour_also_when_the_clock_is_set() -> None:
    before = at("2026-03-29T00:30")  # 01:30 in Madrid, half an hour before the clock springs forward
    assert values("datetime", "in an hour", now=before, timezone="Europe/Madrid") == ["2026-03-29T03:30:00+02:00"]


@pytest.mark.parametrize("text", ["24:30", "12:60", "8:5", "1:2:3", "99", "-8"])
def test_what_no_clock_shows_is_no_time(text: str) -> None:
    assert values("time", text) == []


def test_at_8_is_a_time_only_where_one_is_asked_for_or_a_day_stands_beside_it() -> None:
    def seen(text: str) -> list[str]:
        return [found.type for found in KNOWN.find_all(text, "en", MONDAY) if found.type == "time"]

    assert values("time", "at 8") == ["08:00"]
    assert seen("at 8") == []
    assert seen("tomorrow at 8") == ["time"]
    assert seen("at 8pm") == ["time"]


# --- what texts print -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "locale", "shown"),
    [
        ("date", "tomorrow", "en-US", "January 6, 2026"),
        ("date", "tomorrow", "en-GB", "6 January 2026"),
        ("date", "mañana", "es", "6 de enero de 2026"),
        ("date", "morgen", "nl", "6 januari 2026"),
        ("date", "yarın", "tr", "6 Ocak 2026"),
        ("time", "8pm", "en-US", "8:00 PM"),
        ("time", "20 Uhr", "de", "20:00"),
        ("datetime", "tomorrow at 8pm", "en-GB", "6 January 2026, 20:00"),
        ("duration", "2  weeks", "en", "2 weeks"),
        ("money", "$12.5", "en", "$12.50"),
        ("money", "1234,5 €", "de", "1.234,50 €"),
        ("money", "200 pesos", "es-MX", "$200.00"),
        ("money", "20 dólares", "es-MX", "US$20.00"),
        ("money", "20 dólares", "es-ES", "20,00 US$"),
        ("money", "200 pesos", "en-US", "200.00 MXN"),
        ("money", "R$ 1234,5", "pt-BR", "R$ 1.234,50"),
        ("money", "1234.5", "de-CH", "1’234.50 CHF"),
        ("phone", "612345678", "es-ES", "+34 612 34 56 78"),
    ],
)
def test_a_text_prints_what_people_there_write(kind: str, text: str, locale: str, shown: str) -> None:
    (found,) = KNOWN.find(kind, text, locale, MONDAY)
    assert found.shown == shown


def test_a_span_has_all_its_units() -> None:
    assert values("duration", "36 hours") == [{"seconds": 129600, "minutes": 2160, "hours": 36, "days": 1.5}]


# --- scripts and widths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "locale", "expected"),
    [
        ("date", "٢٠٢٦-٠١-٠٧", "ar", "2026-01-07"),
        ("date", "２０２６－０１－０７", "ja", "2026-01-07"),
        ("time", "２０：３０", "ja", "20:30"),
        ("date", "MAÑANA", "es", "2026-01-06"),
        ("date", "man\u0303ana", "es", "2026-01-06"),
        ("date", "manana", "es", "2026-01-06"),
        ("date", "YARIN", "tr", "2026-01-06"),
        ("phone", "+٣٤ ٦١٢ ٣٤٥ ٦٧٨", "ar", "+34612345678"),
        ("date", "aujourd’hui", "fr", "2026-01-05"),
        ("date", "tomor\u200brow", "en", "2026-01-06"),
    ],
)
def test_script_width_case_and_accents_change_nothing(kind: str, text: str, locale: str, expected: str) -> None:
    (found,) = KNOWN.find(kind, text, locale, MONDAY)
    assert found.value == expected
    assert text[found.start : found.end] == found.raw


# --- countries ------------------------------------------------------------------------------------------------


def test_the_contacts_country_says_what_a_number_or_a_sign_means() -> None:
    assert values("phone", "612 345 678", "en", country="ES") == ["+34612345678"]
    assert values("phone", "0412 345 678", "en", country="AU") == ["+61412345678"]
    assert values("money", "$20", "en", country="AU") == [{"amount": 20, "currency": "AUD"}]
    assert values("money", "20", "en-GB") == [{"amount": 20, "currency": "GBP"}]
    assert [found.shown for found in KNOWN.find("money", "$20", "es", MONDAY, country="MX")] == ["$20,00"]
    assert values("money", "20 kr", "en", country="DK") == [{"amount": 20, "currency": "DKK"}]


# --- overlaps -------------------------------------------------------------------------------------------------


def all_types(text: str, kinds: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(found.type, found.value) for found in Entities.build({}, kinds).find_all(text, "en", MONDAY)]


def test_the_parts_of_a_time_are_no_numbers_whatever_the_program_wants() -> None:
    assert all_types("a table for 4 tomorrow at 8 pm", ("integer",)) == [("integer", 4), ("number", 4)]
    assert all_types("a table for 4 on 3/4/2026, $20 each", ("number",)) == [("number", 4)]


def test_a_kind_no_slot_wants_is_not_looked_for() -> None:
    assert all_types("tomorrow at 8pm, 20 euros, 4/5", ()) == [("number", 20)]


def test_a_day_is_found_beside_the_moment_it_is_part_of() -> None:
    kinds = [kind for kind, _ in all_types("tomorrow at 8pm", ("date", "time", "datetime"))]
    assert kinds == ["datetime", "date", "time"]


def test_a_program_looks_for_the_types_of_its_slots_and_phrases() -> None:
    made = Understanding.build(program({"book": {"say": ["table for {number} on {date}", "book a table"]}}, ("en",)))
    reading = made.read("table for 4 on friday", Context("en", "en", MONDAY))
    assert [found.type for found in reading.found] == ["number", "date"]
    assert reading.intent == "book"


def test_a_phrase_for_a_day_fits_a_message_with_a_moment() -> None:
    intents = {"book": {"say": ["table for {number} on {date}", "for {datetime} please"]}, "bye": {"say": ["bye bye"]}}
    made = Understanding.build(program(intents, ("en",)))
    assert made.read("table for 4 on friday at 8pm", Context("en", "en", MONDAY)).intent == "book"


# --- laws -----------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "tomorrow at 8 pm 20:00 5th of may next friday in 3 days an hour and a half past eight $ 20 € 1.234,50 4/5 stars "
    "mañana a las ocho y media de la tarde halb neun Uhr le 5 mars à 20h30 31/04 2026-01-07 T Z + 34 612 345 678 . , - "
    "/ : ' ( ) end of month dans il y a yarın akşam de 't am 5. noon ' \u0301 ٢ 👍".split()
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join), st.lists(WORDS, max_size=10).map("".join)
    ),
    st.sampled_from(NAMED),
)
def test_no_text_makes_a_finder_fail(text: str, locale: str) -> None:
    for kind in EVERY:
        for found in KNOWN.find(kind, text, locale, MONDAY, "Europe/Madrid"):
            assert 0 <= found.start < found.end <= len(text)
            assert found.raw == text[found.start : found.end]
    spans = KNOWN.find_all(text, locale, MONDAY)
    assert list(spans) == sorted(spans, key=lambda one: one.start)
    number = [one for one in spans if one.type == "number"]
    timed = [one for one in spans if one.type in ("date", "time", "datetime", "money", "phone", "duration")]
    assert not any(one.start < other.end and other.start < one.end for one in number for other in timed)


PIECES = (
    "tomorrow at 8pm ", "8", "8 ", "8:", "1/", "5 may ", "mañana ", "in 3 days ", "2 weeks and ", "an hour ", "$20 ",
    "$", "+34 612 345 678 ", "(0", "4/5 ", "★", "41.38, 2.17 ", "the ", "end of ", "'", "漢", "e\u0301", "half past ",
    "1.234,", "https://", "3 ", "20h", "and a half ", "- ",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_text_is_at_most_about_twice_the_work(piece: str) -> None:
    short, long = ((piece * 10_000)[:length] for length in (5_000, 10_000))
    assert (
        work(partial(KNOWN.find_all, long, "de", MONDAY))
        < 3 * work(partial(KNOWN.find_all, short, "de", MONDAY + 1)) + 500
    )


def test_every_process_finds_the_same() -> None:
    code = (
        "from benchmarks.entities import *\n"
        "print([row.found() for row in sentences()])\n"
        "print([KNOWN.find(kind, row.text, row.locale, MONDAY) for row in sentences() for kind in KINDS])\n"
    )
    assert len(printed_everywhere(code)) == 1

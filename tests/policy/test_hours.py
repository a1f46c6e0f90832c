from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chatbot.policy.hours import opening_hours

MADRID = "Europe/Madrid"
SHOP = opening_hours(MADRID, {"mon-fri": ["09:00-13:30", "15:00-19:00"], "sat": ["10:00-14:00"]}, ["2026-12-25"])


def moment(text: str, zone: str = MADRID) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("when", "open_"),
    [
        ("2026-11-23T09:00", True),
        ("2026-11-23T08:59", False),
        ("2026-11-23T13:30", False),
        ("2026-11-23T14:59", False),
        ("2026-11-23T18:59", True),
        ("2026-11-28T10:00", True),
        ("2026-11-29T10:00", False),
        ("2026-12-25T10:00", False),
    ],
)
def test_hours_have_several_spans_a_day_and_holidays(when: str, open_: bool) -> None:
    assert SHOP.is_open(moment(when)) is open_


def test_hours_follow_the_clock_of_their_zone_through_daylight_saving() -> None:
    assert SHOP.is_open(moment("2026-07-01T07:30", "UTC"))
    assert not SHOP.is_open(moment("2026-11-23T07:30", "UTC"))


def test_a_span_past_midnight_belongs_to_the_day_it_began() -> None:
    bar = opening_hours("UTC", {"fri": ["20:00-02:00"]}, [])
    assert bar.is_open(moment("2026-11-28T01:59", "UTC"))
    assert not bar.is_open(moment("2026-11-28T02:00", "UTC"))
    assert not bar.is_open(moment("2026-11-29T01:00", "UTC"))


def test_a_span_of_days_may_go_round_the_week() -> None:
    assert opening_hours("UTC", {"sat-mon": ["00:00-24:00"]}, []).is_open(moment("2026-11-23T23:59", "UTC"))


@pytest.mark.parametrize(
    ("zone", "week", "holidays", "says"),
    [
        ("Mars/Olympus", {}, [], "time zone"),
        ("UTC", {"funday": []}, [], "mon-fri"),
        ("UTC", {"mon": ["9-17"]}, [], "09:00-17:30"),
        ("UTC", {"mon": ["25:00-26:00"]}, [], "one day"),
        ("UTC", {}, ["Christmas"], "2026-12-25"),
    ],
)
def test_wrong_hours_say_what_is_wrong(zone: str, week: dict[str, list[str]], holidays: list[str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        opening_hours(zone, week, holidays)

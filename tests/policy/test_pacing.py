"""Rates: so many in the long run, and never more than a burst at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.policy.pacing import RATES, Rate, per_quarter_hour, per_second

NOW = 1_700_000_000_000


@given(every=st.integers(1, 10_000), burst=st.integers(1, 50), steps=st.lists(st.integers(0, 30_000), max_size=60))
def test_no_span_of_time_sees_more_than_its_share(every: int, burst: int, steps: list[int]) -> None:
    rate, until, now, sent = Rate(every, burst), 0.0, NOW, []
    for step in steps:
        now = max(now + step, rate.next_free(until, now + step))
        assert rate.free(until, now) >= 1
        until = rate.booked(until, now)
        sent.append(now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            assert last - first + 1 <= burst + (sent[last] - sent[first]) / every


def test_what_is_free_at_once_is_the_burst() -> None:
    rate, until = per_second(80), 0.0
    assert rate.free(until, NOW) == 80
    for left in reversed(range(80)):
        until = rate.booked(until, NOW)
        assert rate.free(until, NOW) == left
    assert rate.next_free(until, NOW) > NOW


def test_a_share_of_a_quarter_of_an_hour_may_go_at_once() -> None:
    rate, until = per_quarter_hour(15), 0.0
    for _ in range(15):
        assert rate.next_free(until, NOW) == NOW
        until = rate.booked(until, NOW)
    assert rate.next_free(until, NOW) == NOW + 60_000


@given(count=st.floats(0.1, 1_000), booked=st.integers(0, 3_000), later=st.integers(0, 5_000))
def test_who_may_send_nothing_now_knows_a_moment_to_come(count: float, booked: int, later: int) -> None:
    """A delivery that waits for nothing sleeps for a minute: at 300 a second the fractions of a ms once did that."""
    rate, until = per_second(count), 0.0
    for _ in range(booked):
        if rate.free(until, NOW) == 0:
            break
        until = rate.booked(until, NOW)
    now = NOW + later
    assert (rate.free(until, now) == 0) == (rate.next_free(until, now) > now)


@pytest.mark.parametrize(
    ("kind", "seconds", "most"),
    [("messenger", 1, 600), ("whatsapp", 1, 160), ("telegram", 1, 60), ("tiktok", 1, 20), ("x", 15 * 60, 30)],
)
def test_the_platforms_rates(kind: str, seconds: int, most: int) -> None:
    """A burst and what follows it in the same span: never more than twice the platform's number."""
    rate = RATES[kind].account
    assert rate is not None
    assert rate.burst + seconds * 1000 / rate.every <= most

"""`wait` and `remind`: time, moments and events from outside; timers of an earlier visit change nothing."""

from __future__ import annotations

import pytest

from chatbot.types import Alert, NotSent, StartTimer, StopTimer, TimerFired
from tests.engine.talk import MONDAY, Talk, program

HOUR = 3_600_000


def flow(steps: str, **extra: str) -> str:
    head = "".join(f"{key}: {value}\n" for key, value in extra.items())
    return f"flow: f\nstart: [{{intent: go}}]\n{head}steps:\n{steps}"


SIDE = "flow: side\nstart: [{intent: hours}]\nsteps: [{say: We are open.}]"
ASKS = "flow: asks\nstart: [{intent: ask}]\nslots: {city: city}\nsteps: [{ask: city, say: Where?}, {say: '{city}.'}]"


def test_a_flow_goes_on_when_the_time_is_over() -> None:
    talk = Talk(program(flow("  - say: A\n  - wait: 10m\n  - say: B\n")))
    assert talk.says("go", "go") == ["A"]
    assert talk.minutes_pass(9) == []
    assert talk.minutes_pass(1) == ["B"]
    assert talk.ended == [("f", "done")]


@pytest.mark.parametrize(
    ("until", "hours"), [("18:00", 8), ("09:00", 23), ("2026-01-06", 23), ("2026-01-05T12:00Z", 2), ("'{at}'", 5)]
)
def test_a_flow_waits_until_a_moment(until: str, hours: int) -> None:
    talk = Talk(program(flow(f"  - set: {{at: '\"2026-01-05 15:00\"'}}\n  - wait: {{until: {until}}}\n  - say: B\n")))
    talk.says("go", "go")
    assert talk.timer == StartTimer("wait:1", MONDAY + hours * HOUR, 1)
    assert talk.minutes_pass(hours * 60) == ["B"]


def test_a_moment_that_is_over_does_not_hold_a_flow_up() -> None:
    talk = Talk(program(flow("  - wait: {until: 2025-01-01}\n  - say: B\n")))
    assert talk.says("go", "go") == ["B"]


def test_what_is_no_moment_is_an_error_and_brings_a_person() -> None:
    talk = Talk(program(flow("  - set: {at: '\"soon\"'}\n  - wait: {until: '{at}'}\n")))
    talk.says("go", "go")
    assert talk.handoff is not None


def test_messages_are_handled_while_a_flow_waits() -> None:
    talk = Talk(program(flow("  - wait: 1h\n  - say: B\n"), SIDE, ASKS))
    talk.says("go", "go")
    assert talk.says("hours?", "hours") == ["We are open."]
    assert talk.says("ask", "ask") == ["Where?"]
    assert talk.says("sf") == ["san francisco."]
    assert talk.minutes_pass(60) == ["B"]


def test_a_flow_that_goes_on_puts_the_open_question_again_behind_itself() -> None:
    talk = Talk(program(flow("  - wait: 10m\n  - say: B\n"), ASKS))
    talk.says("go", "go")
    talk.says("ask", "ask")
    assert talk.minutes_pass(10) == ["B", "Where?"]
    assert talk.says("sf") == ["san francisco."]


def test_a_flow_that_begins_to_wait_gives_the_question_it_interrupted_back() -> None:
    talk = Talk(program(flow("  - say: A\n  - wait: 10m\n  - say: B\n"), ASKS))
    talk.says("ask", "ask")
    assert talk.says("go", "go") == ["A", "Where?"]
    assert talk.says("sf") == ["san francisco."]
    assert talk.minutes_pass(10) == ["B"]


def test_a_flow_that_is_cancelled_takes_its_timer_with_it() -> None:
    talk = Talk(program(flow("  - wait: 10m\n  - say: B\n")))
    talk.says("go", "go")
    talk.says("cancel", command="cancel")
    assert StopTimer("wait:1") in talk.turn.effects
    assert talk.happens("timer", timer=TimerFired("wait:1", 1)) == []


def test_a_flow_that_waits_does_not_count_as_an_interruption() -> None:
    flows = [ASKS.replace("asks", f"asks{i}").replace("intent: ask", f"intent: ask{i}") for i in range(3)]
    talk = Talk(program(flow("  - wait: 1h\n  - say: B\n"), *flows))
    talk.says("go", "go")
    for i in range(3):
        talk.says("ask", f"ask{i}")
    assert talk.minutes_pass(60) == ["B"]


EVENT = """  - wait: {event: paid}
    save: payment
    if_silent:
      - {after: 1h, say: Not paid yet.}
      - {after: 2h, end: unpaid}
  - say: "Paid {payment.amount}, {event.amount}."
"""


def test_an_event_from_outside_lets_a_flow_go_on() -> None:
    talk = Talk(program(flow(EVENT)))
    talk.says("go", "go")
    assert talk.hears("shipped") == []
    assert talk.hears("paid", amount=5) == ["Paid 5, 5."]
    assert talk.hears("paid", amount=5) == []


def test_an_event_that_is_late_has_its_rungs() -> None:
    talk = Talk(program(flow(EVENT)))
    talk.says("go", "go")
    assert talk.minutes_pass(60) == ["Not paid yet."]
    assert talk.hears("paid", amount=5) == ["Paid 5, 5."]
    talk = Talk(program(flow(EVENT)))
    talk.says("go", "go")
    talk.minutes_pass(120)
    assert talk.ended == [("f", "unpaid")]


def test_a_flow_starts_on_an_event_with_its_values() -> None:
    talk = Talk(program("flow: shipped\nstart: [{event: shipped}]\nsteps: [{say: 'On its way: {event.code}'}]", ASKS))
    talk.says("ask", "ask")
    assert talk.hears("shipped", code="X1") == ["On its way: X1", "Where?"]


def test_an_event_changes_nothing_while_a_person_has_the_conversation() -> None:
    talk = Talk(program("flow: shipped\nstart: [{event: shipped}]\nsteps: [{say: Shipped.}]"))
    talk.control = "human"
    assert talk.hears("shipped") == []


REMIND = """
flow: visit_soon
start: [{event: visit_soon}]
steps:
  - say: "Your visit is at {event.at}."
"""


@pytest.mark.parametrize("when", ["after: 1h", "at: '11:00'", "at: 2026-01-05T11:00:00+00:00"])
def test_a_reminder_is_an_event_later_on(when: str) -> None:
    talk = Talk(
        program(flow(f"  - remind: visit_soon\n    {when}\n    with: {{at: '\"noon\"'}}\n  - say: OK\n"), REMIND)
    )
    assert talk.says("go", "go") == ["OK"]
    assert talk.minutes_pass(59) == []
    assert talk.minutes_pass(1) == ["Your visit is at noon."]
    assert talk.state.reminders == {}


def test_a_reminder_may_name_a_flow() -> None:
    plain = "flow: nudge\nsteps: [{say: Hello again.}]"
    talk = Talk(program(flow("  - {remind: nudge, after: 5m}\n"), plain))
    talk.says("go", "go")
    assert talk.minutes_pass(5) == ["Hello again."]


def test_a_reminder_outlives_the_flow_and_a_cancel() -> None:
    talk = Talk(program(flow("  - {remind: visit_soon, after: 5m}\n"), REMIND))
    talk.says("go", "go")
    talk.says("cancel", command="cancel")
    assert talk.minutes_pass(5) == ["Your visit is at ."]


def test_who_has_opted_out_gets_no_reminder() -> None:
    talk = Talk(program(flow("  - {remind: visit_soon, after: 5m}\n"), REMIND))
    talk.says("go", "go")
    talk.facts["contact"] = {"consent": {"opted_out": True}}
    assert talk.minutes_pass(5) == []
    assert NotSent("consent", "visit_soon/say:your-visit-is-at-event-at") in talk.turn.effects
    assert any(isinstance(effect, Alert) for effect in talk.turn.effects)


def test_outside_the_window_the_flow_goes_the_authors_way() -> None:
    steps = "  - wait: 25h\n  - say: How was it?\n    if_not_sent: [{tag: missed}, {end: missed}]\n"
    talk = Talk(program(flow(steps)), channel="messenger")
    talk.says("go", "go")
    talk.facts["last_in_at"] = MONDAY
    assert talk.minutes_pass(25 * 60) == []
    assert talk.ended == [("f", "missed")]


def test_a_question_outside_the_window_ends_its_flow_and_tells_the_desk() -> None:
    talk = Talk(
        program(flow("  - wait: 25h\n  - ask: city\n    say: Where?\n", slots="{city: city}")), channel="messenger"
    )
    talk.says("go", "go")
    talk.facts["last_in_at"] = MONDAY
    talk.minutes_pass(25 * 60)
    assert talk.ended == [("f", "not_sent")]
    assert any(isinstance(effect, Alert) for effect in talk.turn.effects)


def test_what_delivery_could_not_bring_comes_back_to_its_step() -> None:
    talk = Talk(program(flow("  - say: Hello\n    if_not_sent: [{tag: blocked}]\n  - ask: city\n    say: Where?\n")))
    talk.says("go", "go")
    talk.happens("not_sent", reason="blocked", origin="f/say:hello")
    assert talk.texts == ["Where?"]


def test_a_better_place_in_line_is_told_and_not_too_often() -> None:
    talk = Talk(program(), queues=Talk.queue(waiting=3))
    assert talk.says("agent", command="human") == ["I am passing you to a person. You are number 4 in line."]
    talk.facts["place"] = 4
    assert talk.minutes_pass(5) == []
    talk.facts["place"] = 2
    assert talk.minutes_pass(4) == []
    assert talk.minutes_pass(1) == ["You are now number 2 in line."]
    talk.facts["place"] = 1
    assert talk.minutes_pass(5) == ["You are next in line."]
    assert talk.minutes_pass(60) == []
    talk.control = "human"
    talk.minutes_pass(5)
    assert talk.timer is None


# --- unasked --------------------------------------------------------------------------------------------------

UNASKED = flow("  - say: A\n  - wait: 2d\n  - say: B\n    if_not_sent: [{say: never}, {tag: by-letter}]\n")


@pytest.mark.parametrize(
    ("channel", "consent", "said"),
    [("x", {}, []), ("x", {"news": True}, ["B"]), ("bridge", {"news": False}, []), ("telegram", {}, ["B"])],
)
def test_the_end_of_a_long_wait_comes_unasked_and_wants_an_opt_in_where_the_platform_does(
    channel: str, consent: dict[str, bool], said: list[str]
) -> None:
    talk = Talk(program(UNASKED), channel=channel, last_in_at=MONDAY, contact={"consent": consent})
    assert talk.says("go", "go") == ["A"]
    assert talk.minutes_pass(48 * 60) == said
    refused = [each for each in talk.turn.effects if isinstance(each, NotSent)]
    assert [each.reason for each in refused[:1]] == ([] if said else ["opt_in"])


def test_a_reminder_of_the_same_day_answers_who_asked_for_it() -> None:
    soon = "flow: soon\nstart: [{event: soon}]\nsteps: [{say: Soon.}]"
    talk = Talk(program(flow("  - remind: soon\n    after: 3h\n"), soon), channel="x", last_in_at=MONDAY)
    talk.says("go", "go")
    assert talk.minutes_pass(180) == ["Soon."]


def test_a_question_that_comes_unasked_is_refused_as_a_text_is() -> None:
    asks = "flow: asks\nstart: [{event: news}]\nslots: {city: city}\nsteps: [{ask: city, say: Where?}]"
    talk = Talk(program(asks), channel="x", last_in_at=MONDAY - 25 * HOUR)
    assert talk.hears("news") == []
    assert NotSent("opt_in", "asks/ask:city") in talk.turn.effects

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from chatbot.errors import Refused
from chatbot.testing.bench import DISCLOSURE, Bench
from chatbot.testing.cases import MONDAY
from chatbot.testing.models import Setting
from chatbot.testing.simulator import ImpossibleMove, Moved, Responder, Simulator
from chatbot.types import Call, CallAnswer
from tests.testing.conftest import made

MINUTE = 60_000
Start = Callable[[Responder], Simulator]


def texts(moved: Moved) -> list[str]:
    return [line.message.text for line in moved.lines if line.origin != DISCLOSURE]


def late(call: Call, attempt: int) -> CallAnswer:
    return CallAnswer(call.id, 200, body={"status": "transit", "days_late": 5})


def fine(call: Call, attempt: int) -> CallAnswer:
    return CallAnswer(call.id, 200, body={"status": "delivered", "days_late": 0})


def silent(call: Call, attempt: int) -> None:
    return None


def in_turn(answers: Sequence[CallAnswer], seen: list[int]) -> Responder:
    def respond(call: Call, attempt: int) -> CallAnswer:
        seen.append(attempt)
        given = answers[min(attempt, len(answers)) - 1]
        return CallAnswer(call.id, given.status, given.error, given.body)

    return respond


@pytest.fixture
def start(bench: Bench) -> Start:
    return lambda respond: bench.simulator(Setting(), MONDAY, respond)


def test_a_first_message_gets_the_disclosure_and_its_answer(start: Start) -> None:
    moved = start(late).user("track my order")
    assert moved.lines[0].origin == DISCLOSURE
    assert texts(moved) == ["What is your order number? It looks like AB-123456."]


def test_what_the_scene_shows_follows_the_conversation(start: Start) -> None:
    simulator = start(late)
    simulator.user("track my order")
    seen = simulator.scene.seen()
    assert (seen["flow"], seen["step"], seen["slots"]) == ("order_status", "ask:order_number", {})
    simulator.user("AB-123456")
    seen = simulator.scene.seen()
    assert (seen["slots"], seen["fetches"], seen["handoff"]) == ({"order_number": "AB-123456"}, 1, None)
    simulator.user("yes")
    seen = simulator.scene.seen()
    assert (seen["handoff"], seen["priority"], seen["ended"]) == ("complaints", "high", "handoff")
    assert seen["slots"] == {"order_number": "AB-123456"}


def test_an_earlier_scene_can_be_gone_back_to(start: Start) -> None:
    simulator = start(late)
    simulator.user("track my order")
    before = simulator.scene
    first = texts(simulator.user("AB-123456"))
    simulator.scene = before
    assert texts(simulator.user("AB-123456")) == first


def test_silence_timers_fire_in_order_on_the_virtual_clock(start: Start) -> None:
    simulator = start(late)
    simulator.user("track my order")
    assert texts(simulator.after(9 * MINUTE)) == []
    assert texts(simulator.after(MINUTE)) == ["Still there? I only need your order number."]
    assert simulator.scene.now == MONDAY + 10 * MINUTE
    simulator.after(60 * MINUTE)
    assert simulator.scene.seen()["ended"] == "silent"


def test_several_timers_that_fall_into_one_span_all_fire(start: Start) -> None:
    simulator = start(late)
    simulator.user("track my order")
    assert texts(simulator.after(3 * 60 * MINUTE)) == ["Still there? I only need your order number."]
    assert simulator.scene.seen()["ended"] == "silent"
    assert simulator.scene.timers == {}


def test_a_message_stops_the_silence_timer(start: Start) -> None:
    simulator = start(fine)
    simulator.user("track my order")
    simulator.after(5 * MINUTE)
    simulator.user("AB-123456")
    assert texts(simulator.after(24 * 60 * MINUTE)) == []


def test_a_failing_service_is_tried_again_as_the_call_says(start: Start) -> None:
    seen: list[int] = []
    simulator = start(in_turn([CallAnswer(0, 503), CallAnswer(0, 200, body={"status": "here", "days_late": 0})], seen))
    simulator.user("track my order")
    assert texts(simulator.user("AB-123456")) == ["AB-123456 is here."]
    assert seen == [1, 2]
    assert simulator.scene.fetches == 2


@pytest.mark.parametrize("error", ["timeout", "connection"])
def test_attempts_are_bounded(start: Start, error: str) -> None:
    seen: list[int] = []
    simulator = start(in_turn([CallAnswer(0, error=error)], seen))
    simulator.user("track my order")
    assert texts(simulator.user("ZZ-000000"))[0] == "Our order system is not answering."
    assert seen == [1, 2, 3]


def test_a_404_is_an_answer_and_not_tried_again(start: Start) -> None:
    seen: list[int] = []
    simulator = start(in_turn([CallAnswer(0, 404)], seen))
    simulator.user("track my order")
    assert texts(simulator.user("ZZ-000000")) == ["I cannot find ZZ-000000."]
    assert seen == [1]


def test_messages_wait_for_an_open_call_and_run_after_its_answer(start: Start) -> None:
    simulator = start(silent)
    simulator.user("track my order")
    assert texts(simulator.user("AB-000001")) == []
    assert texts(simulator.user("thanks a lot")) == []
    call = simulator.scene.call
    assert call is not None
    moved = simulator.answer(CallAnswer(call.id, 200, body={"status": "delivered", "days_late": 0}))
    assert texts(moved) == ["AB-000001 is delivered.", "You are welcome."]
    assert not simulator.scene.parked


def test_a_call_nobody_answers_ends_at_its_deadline(start: Start) -> None:
    simulator = start(silent)
    simulator.user("track my order")
    simulator.user("AB-000001")
    call = simulator.scene.call
    assert call is not None
    moved = simulator.after(call.deadline_at - simulator.scene.now)
    assert texts(moved)[0] == "Our order system is not answering."
    assert simulator.scene.call is None


def test_an_answer_to_no_call_is_an_impossible_move(start: Start) -> None:
    with pytest.raises(ImpossibleMove, match="does not wait for call 7"):
        start(silent).answer(CallAnswer(7, 200))


def test_buttons_are_pressed_by_title_or_payload(start: Start) -> None:
    simulator = start(fine)
    simulator.user("track my order")
    simulator.user("AB-000001")
    assert simulator.scene.seen()["buttons"] == ["Track", "Check another"]
    before = simulator.scene
    by_title = texts(simulator.button("check another"))
    simulator.scene = before
    assert texts(simulator.button("ORDER_STATUS")) == by_title != []


def test_a_button_a_flow_starts_on_needs_no_message_to_show_it(start: Start) -> None:
    assert texts(start(fine).button("ORDER_STATUS")) == ["What is your order number? It looks like AB-123456."]


def test_a_button_nobody_offered_cannot_be_pressed(start: Start) -> None:
    simulator = start(fine)
    with pytest.raises(ImpossibleMove, match='there is no button "Refund"'):
        simulator.button("Refund")
    simulator.user("track my order")
    simulator.user("AB-000001")
    with pytest.raises(ImpossibleMove, match="there are: Track, Check another"):
        simulator.button("Refund")
    with pytest.raises(ImpossibleMove, match='"Track" is a link'):
        simulator.button("Track")


def test_the_bot_is_silent_while_a_person_is_in_control(start: Start) -> None:
    simulator = start(late)
    simulator.user("track my order")
    simulator.user("AB-123456")
    simulator.user("yes")
    simulator.claim("ana")
    assert (simulator.scene.record.control, simulator.scene.agent) == ("human", "ana")
    assert simulator.scene.record.control_epoch == 1
    assert texts(simulator.user("track my order")) == []
    simulator.say("Hello, this is Ana.")
    simulator.release()
    assert (simulator.scene.record.control, simulator.scene.record.control_epoch) == ("bot", 2)
    assert simulator.scene.seen()["handoff"] is None
    assert texts(simulator.user("track my order")) == ["What is your order number? It looks like AB-123456."]


def test_people_can_close_a_conversation(start: Start) -> None:
    simulator = start(late)
    simulator.user("agent")
    assert simulator.scene.seen()["handoff"] == "default"
    simulator.claim("ana")
    simulator.resolve()
    assert (simulator.scene.record.status, simulator.scene.seen()["flow"]) == ("resolved", None)
    simulator.user("thanks a lot")
    assert simulator.scene.record.status == "open"


def test_desk_moves_that_are_not_possible_are_refused(start: Start) -> None:
    simulator = start(late)
    with pytest.raises(Refused, match="claim is not possible"):
        simulator.claim("ana")
    with pytest.raises(Refused, match="nobody has claimed"):
        simulator.say("Hello")
    with pytest.raises(Refused, match="release is not possible"):
        simulator.release()


def test_the_setting_is_who_and_where(bench: Bench) -> None:
    setting = Setting(channel="messenger", locale="es", contact={"first_name": "Eva"})
    record = bench.simulator(setting, MONDAY, late).scene.record
    assert (record.channel, record.key.account, record.locale) == ("messenger", "messenger", "es")
    assert record.contact["first_name"] == "Eva"
    assert bench.simulator(Setting(), MONDAY, late).scene.record.key.account == "site"
    assert bench.simulator(Setting(channel="webchat"), MONDAY, late).scene.record.key.account == "site"


def test_slots_filled_in_the_turn_that_ends_the_flow_are_seen(tmp_path: Path) -> None:
    flow = """\
flow: order_status
start: [{ intent: order_status }]
slots: { order_number: order_number }
steps:
  - ask: order_number
    say: Which one?
  - handoff: orders
"""
    simulator = made(tmp_path, flows__order_status=flow).simulator(Setting(), MONDAY, late)
    simulator.user("track my order")
    simulator.user("AB-123456")
    seen = simulator.scene.seen()
    assert (seen["handoff"], seen["slots"]) == ("orders", {"order_number": "AB-123456"})

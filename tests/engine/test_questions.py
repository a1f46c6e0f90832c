"""Asking, choosing, confirming: how answers are found, refused, given up and waited for."""

from __future__ import annotations

import pytest

from chatbot.types import Attachment, TimerFired
from tests.engine.talk import Talk, program

ORDER = """
flow: order_status
start: [{intent: order_status}]
slots: {order_number: order_number}
steps:
  - ask: order_number
    say: What is your order number?
    if_invalid: [That is not one., Two letters and six digits.]
    if_silent:
      - {after: 10m, say: Still there?}
      - {after: 1h, end: silent}
  - say: "Looking for {order_number}."
"""


@pytest.fixture
def order() -> Talk:
    return Talk(program(ORDER))


def test_a_question_waits_for_its_answer_and_goes_on_behind_it(order: Talk) -> None:
    assert order.says("where is my order", "order_status") == ["What is your order number?"]
    assert order.says("it's ab-123456 thanks") == ["Looking for AB-123456."]
    assert order.ended == [("order_status", "done")]


def test_a_value_in_the_opening_sentence_is_not_asked_for_again(order: Talk) -> None:
    assert order.says("where is my order AB-123456", "order_status") == ["Looking for AB-123456."]


def test_each_wrong_answer_has_its_own_text_and_the_third_goes_to_a_person(order: Talk) -> None:
    order.says("where is my order", "order_status")
    assert order.says("12345") == ["That is not one."]
    assert order.says("678") == ["Two letters and six digits."]
    assert order.says("9")[-1].startswith("I am passing you to a person")
    assert order.handoff is not None
    assert order.handoff.reason == "failed"
    assert order.state.frames == []


def test_two_different_values_in_one_message_are_asked_about(order: Talk) -> None:
    order.says("where is my order", "order_status")
    assert order.says("AB-123456 or AB-222222") == ["I see more than one answer there. Which one do you mean?"]
    assert order.says("AB-222222") == ["Looking for AB-222222."]


def test_the_same_value_twice_in_one_message_is_one_answer(order: Talk) -> None:
    order.says("where is my order", "order_status")
    assert order.says("ab123456, I mean AB123456") == ["Looking for AB123456."]


def test_silence_runs_its_rungs_and_the_question_stays_open_between_them(order: Talk) -> None:
    order.says("where is my order", "order_status")
    assert order.minutes_pass(10) == ["Still there?"]
    assert order.says("AB-123456") == ["Looking for AB-123456."]
    assert order.timer is None


def test_the_second_rung_counts_from_the_question(order: Talk) -> None:
    order.says("where is my order", "order_status")
    order.minutes_pass(10)
    assert order.minutes_pass(49) == []
    assert order.minutes_pass(1) == []
    assert order.ended == [("order_status", "silent")]


def test_a_message_cancels_the_silence_timer(order: Talk) -> None:
    order.says("where is my order", "order_status")
    order.minutes_pass(9)
    order.says("12345")
    assert order.minutes_pass(9) == []
    assert order.minutes_pass(1) == ["Still there?"]


def test_the_timer_of_an_earlier_visit_changes_nothing(order: Talk) -> None:
    order.says("where is my order", "order_status")
    stale = order.timer
    order.says("12345")
    assert stale is not None
    order.happens("timer", timer=TimerFired("silence", stale.visit))
    assert order.texts == []
    assert order.state.question is not None


def test_an_open_question_without_if_silent_closes_quietly() -> None:
    talk = Talk(program("flow: f\nstart: [{intent: go}]\nslots: {mail: email}\nsteps: [{ask: mail, say: Mail?}]"))
    talk.says("go", "go")
    assert talk.minutes_pass(30) == []
    assert talk.ended == [("f", "silent")]
    assert talk.state.frames == []


def test_a_check_refuses_a_value_of_the_right_type() -> None:
    flow = """
flow: f
start: [{intent: go}]
slots: {people: {type: integer, check: people <= 8}}
steps:
  - {ask: people, say: How many?, if_invalid: Eight at most.}
  - say: "A table for {people}."
"""
    talk = Talk(program(flow))
    talk.says("go", "go")
    assert talk.says("12") == ["Eight at most."]
    assert talk.says("six") == ["A table for 6."]


def test_a_prefilled_value_is_checked_like_an_answer_and_dropped_without_a_try() -> None:
    flow = """
flow: f
start: [{intent: go}]
slots: {people: {type: integer, check: people <= 8}}
steps:
  - {ask: people, say: How many?}
"""
    talk = Talk(program(flow))
    assert talk.says("a table for 12", "go") == ["How many?"]
    assert talk.state.frames[0].wrong == {}


CONFIRM = """
flow: f
start: [{intent: go}]
steps:
  - confirm: Shall I?
    if_no: [{say: Fine.}, {end: no_thanks}]
  - say: Done.
"""


@pytest.mark.parametrize(
    ("answer", "texts"), [("yes please", ["Done."]), ("no thanks", ["Fine."]), ("nope", ["Fine."])]
)
def test_confirm_understands_yes_and_no(answer: str, texts: list[str]) -> None:
    talk = Talk(program(CONFIRM))
    assert talk.says("go", "go") == ["Shall I?"]
    assert talk.says(answer) == texts


def test_an_unclear_confirm_uses_up_tries_and_is_never_a_silent_no() -> None:
    talk = Talk(program(CONFIRM))
    talk.says("go", "go")
    assert talk.says("purple") == ["Sorry, I did not get that. Please answer yes or no."]
    talk.says("green")
    talk.says("blue")
    assert talk.handoff is not None


def test_a_no_without_if_no_ends_the_flow() -> None:
    talk = Talk(program("flow: f\nstart: [{intent: go}]\nsteps: [{confirm: Shall I?}, {say: Done.}]"))
    talk.says("go", "go")
    assert talk.says("no") == []
    assert talk.ended == [("f", "declined")]


CHOOSE = """
flow: f
start: [{intent: go}]
steps:
  - choose: size
    say: Which size?
    options:
      - {title: Small, value: s}
      - {title: Large one, value: l}
      - {title: I do not know, then: [{say: "Then {size}."}, {end: unsure}]}
  - say: "Size {size}, key {size.value}."
"""


@pytest.mark.parametrize("answer", ["2", "large one", "Large On", "large"])
def test_an_option_is_chosen_by_number_title_or_near_title(answer: str) -> None:
    talk = Talk(program(CHOOSE))
    assert talk.says("go", "go") == ["Which size?"]
    assert talk.options() == ["Small", "Large one", "I do not know"]
    assert talk.says(answer) == ["Size Large one, key l."]


def test_an_option_is_chosen_by_its_button() -> None:
    talk = Talk(program(CHOOSE))
    talk.says("go", "go")
    assert talk.presses("Small") == ["Size Small, key s."]


def test_an_option_with_steps_of_its_own_runs_them() -> None:
    talk = Talk(program(CHOOSE))
    talk.says("go", "go")
    assert talk.says("i do not know") == ["Then I do not know."]
    assert talk.ended == [("f", "unsure")]


def test_an_invalid_choice_shows_the_options_again() -> None:
    talk = Talk(program(CHOOSE))
    talk.says("go", "go")
    assert talk.says("purple elephants") == ["Sorry, I did not get that. Could you try again?"]
    assert talk.options() == ["Small", "Large one", "I do not know"]


def test_options_can_come_from_data() -> None:
    flow = """
flow: f
start: [{intent: go}]
steps:
  - set: {found: "['Red', 'Blue']"}
  - {choose: color, say: Which?, options: found}
  - say: "{color} it is."
"""
    talk = Talk(program(flow))
    talk.says("go", "go")
    assert talk.says("blue") == ["Blue it is."]


def test_options_say_more_about_themselves_whenever_they_are_shown() -> None:
    flow = """
flow: f
start: [{intent: go}]
steps:
  - set: {found: "event.ways"}
  - {choose: way, say: Written?, options: [{title: Post, text: "Free for {contact.name}"}, {title: Courier}]}
  - {choose: other, say: Data?, options: found}
"""
    talk = Talk(program(flow.replace("intent: go", "event: go")), contact={"name": "Ana"})
    talk.hears("go", ways=[{"title": "Post", "value": "p", "text": "Three days"}, "Bike"])
    assert [button.text for button in talk.buttons()] == ["Free for Ana", ""]
    talk.says("purple elephants")
    assert [button.text for button in talk.buttons()] == ["Free for Ana", ""]
    talk.says("courier")
    assert [button.text for button in talk.buttons()] == ["Three days", ""]


def test_suggestions_answer_like_typed_words() -> None:
    flow = """
flow: f
start: [{intent: go}]
slots: {people: integer}
steps:
  - {ask: people, say: How many?, suggest: [Two, Four]}
  - say: "{people} people."
"""
    talk = Talk(program(flow))
    talk.says("go", "go")
    assert talk.presses("Four") == ["4 people."]


def test_again_costs_a_try_so_it_cannot_run_for_ever() -> None:
    flow = """
flow: f
start: [{intent: go}]
slots: {order_number: order_number}
steps:
  - {ask: order_number, say: Number?, tries: 3}
  - say: Not found.
  - again: order_number
"""
    talk = Talk(program(flow))
    talk.says("go", "go")
    assert talk.says("AB-111111") == ["Not found.", "Number?"]
    assert talk.says("AB-222222") == ["Not found.", "Number?"]
    talk.says("AB-333333")
    assert talk.handoff is not None
    assert talk.handoff.reason == "failed"


def test_if_failed_that_runs_through_ends_the_flow_as_failed() -> None:
    flow = """
flow: f
start: [{intent: go}]
slots: {mail: email}
steps:
  - {ask: mail, say: Mail?, tries: 1, if_failed: {say: Never mind.}}
  - say: not reached
"""
    talk = Talk(program(flow))
    talk.says("go", "go")
    assert talk.says("what") == ["Never mind."]
    assert talk.ended == [("f", "failed")]


def test_the_first_attachment_to_a_question_for_words_costs_nothing(order: Talk) -> None:
    order.says("where is my order", "order_status")
    picture = (Attachment("image", "https://example.com/x.jpg"),)
    assert order.says("", attachments=picture)[0].startswith("Thanks, but I can only read text")
    assert order.state.frames[0].wrong.get("ask:order_number") is None
    assert order.says("", attachments=picture) == ["That is not one."]


def test_a_list_value_prints_its_first_synonym_and_compares_by_its_key() -> None:
    flow = """
flow: f
start: [{intent: go}]
slots: {city: city}
steps:
  - {ask: city, say: Where?}
  - {if: city == "nyc", then: {say: "{city} ({city.raw})"}}
"""
    talk = Talk(program(flow))
    talk.says("go", "go")
    assert talk.says("in the big apple") == ["new york (big apple)"]


def test_a_suggestion_of_a_free_text_question_wins_over_an_intent_it_reads_like() -> None:
    asks = "flow: f\nstart: [{intent: go}]\nslots: {what: text}\nsteps:\n"
    asks += "  - {ask: what, say: What?, suggest: [lamp]}\n  - say: '{what}, {conversation.language}'\n"
    lamps = "flow: lamps\nstart: [{intent: lamps}]\nsteps: [{say: We have lamps.}]"
    talk = Talk(program(asks, lamps))
    talk.says("go", "go")
    assert talk.says("tell me of your range", "lamps") == ["We have lamps.", "What?"]
    assert talk.says("lamp", "lamps") == ["lamp, en"]

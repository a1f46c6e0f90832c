"""Corrections, promise by promise of the contract's section 4 and 7."""

from __future__ import annotations

import pytest

from tests.engine.talk import Talk, program

SHOP = {"services": {"shop": {"url": "https://shop.example"}}}
FLOW = """
flow: order
start: [{intent: order}, {intent: other}]
slots: {order_number: order_number, people: integer, name: text}
steps:
  - {ask: order_number, say: Number?}
  - set: {note: "'about ' + order_number"}
  - {ask: people, say: How many?}
  - {choose: color, say: Which?, options: [{title: Red}, {title: Blue}]}
  - {ask: name, say: Your name?}
  - confirm: "{note}, {people}, {color}, {name}?"
    if_no: [{say: Then not.}, {end: no}]
  - say: Done {order_number}.
"""


def at_confirm() -> Talk:
    talk = Talk(program(FLOW))
    for said, intent in [("order", "order"), ("AB-111111", ""), ("4", ""), ("Blue", ""), ("Ana", "")]:
        talk.says(said, intent)
    assert talk.texts == ["about AB-111111, 4, Blue, Ana?"]
    return talk


@pytest.mark.parametrize(
    "text", ["no, AB-222222", "Yes, AB-222222", "AB-222222", "actually it is ab-222222", "I meant AB-222222"]
)
def test_a_new_value_in_a_confirm_is_a_correction_and_the_confirm_is_asked_again(text: str) -> None:
    assert at_confirm().says(text) == ["about AB-222222, 4, Blue, Ana?"]


def test_later_answers_are_kept_and_what_was_computed_is_made_anew() -> None:
    talk = at_confirm()
    talk.says("no, AB-222222")
    assert talk.slot("people") == 4
    assert talk.slot("color") == "Blue"
    assert talk.says("yes") == ["Done AB-222222."]


def test_no_with_the_same_value_is_a_no() -> None:
    assert at_confirm().says("no, AB-111111") == ["Then not."]


def test_a_text_is_corrected_by_its_name_only() -> None:
    assert at_confirm().says("change the name to Bo") == ["about AB-111111, 4, Blue, Bo?"]
    assert at_confirm().says("no, Bo") == ["Then not."]


def test_two_new_values_are_asked_about_and_cost_no_try() -> None:
    talk = at_confirm()
    said = talk.says("no, AB-222222 or AB-333333")
    assert said == ["I see more than one answer there. Which one do you mean?", "about AB-111111, 4, Blue, Ana?"]
    assert talk.state.frames[0].wrong == {}


def test_at_a_later_question_a_cue_or_a_bare_value_corrects_and_the_question_is_put_again() -> None:
    talk = Talk(program(FLOW))
    talk.says("order", "order")
    talk.says("AB-111111")
    assert talk.says("no, AB-222222") == ["How many?"]
    assert talk.slot("order_number") == "AB-222222"
    assert talk.says("AB-333333") == ["How many?"]
    assert talk.slot("order_number") == "AB-333333"
    assert talk.state.frames[0].wrong == {}


def test_a_value_in_the_middle_of_other_words_without_a_cue_corrects_nothing() -> None:
    talk = Talk(program(FLOW))
    talk.says("order", "order")
    talk.says("AB-111111")
    talk.says("please look at AB-222222 as well")
    assert talk.slot("order_number") == "AB-111111"


def test_unnamed_only_a_slot_that_is_alone_of_its_type_is_corrected() -> None:
    flow = """
flow: trip
start: [{intent: trip}]
slots: {adults: integer, children: integer}
steps:
  - {ask: adults, say: Adults?}
  - {ask: children, say: Children?}
  - confirm: "{adults} and {children}?"
    if_no: [{say: Then not.}, {end: no}]
"""
    talk = Talk(program(flow))
    for text, intent in [("trip", "trip"), ("2", ""), ("1", "")]:
        talk.says(text, intent)
    assert talk.says("no, change the children to 3") == ["2 and 3?"]
    assert talk.says("no, 5") == ["Then not."]


def test_a_number_word_said_of_something_else_corrects_nothing() -> None:
    assert at_confirm().says("yes, that one") == ["Done AB-111111."]


def test_it_never_goes_back_over_what_cannot_be_undone() -> None:
    flow = """
flow: order
start: [{intent: order}]
slots: {order_number: order_number, people: integer}
steps:
  - {ask: order_number, say: Number?}
  - {fetch: POST shop /orders}
  - {ask: people, say: How many?}
"""
    talk = Talk(program(flow, bot=SHOP))
    talk.says("order", "order")
    talk.says("AB-111111")
    talk.service_answers(200)
    said = talk.says("no, AB-222222")
    assert said == ["I am sorry, that can no longer be changed here. A person can help you with it.", "How many?"]
    assert talk.slot("order_number") == "AB-111111"


def test_a_get_is_made_again_for_the_new_value() -> None:
    flow = """
flow: order
start: [{intent: order}]
slots: {order_number: order_number}
steps:
  - {ask: order_number, say: Number?}
  - {fetch: "GET shop /orders/{order_number}", save: order}
  - confirm: "{order.title}?"
    if_no: {end: no}
"""
    talk = Talk(program(flow, bot=SHOP))
    talk.says("order", "order")
    talk.says("AB-111111")
    talk.service_answers(200, {"title": "A lamp"})
    talk.says("no, AB-222222")
    assert talk.call is not None
    assert talk.call.path == "/orders/AB-222222"
    assert talk.service_answers(200, {"title": "A sofa"}) == ["A sofa?"]


def test_a_clear_intent_without_a_cue_is_a_digression() -> None:
    hours = "flow: hours\nstart: [{intent: hours}]\nsteps: [{say: 9 to 5.}]"
    talk = Talk(program(FLOW, hours))
    talk.says("order", "order")
    talk.says("AB-111111")
    assert talk.says("when do you open", "hours") == ["9 to 5.", "How many?"]


@pytest.mark.parametrize(
    "text", ["no, red", "yes but red", "no, I meant the red one", "no, the color is red", "change the color to red"]
)
def test_a_choice_is_corrected_by_the_title_of_another_option(text: str) -> None:
    talk = at_confirm()
    assert talk.says(text) == ["about AB-111111, 4, Red, Ana?"]
    assert talk.slot("color") == "Red"


def test_a_choice_is_not_corrected_by_what_is_no_option() -> None:
    talk = at_confirm()
    assert talk.says("no, green") == ["Then not."]


@pytest.mark.parametrize("text", ["I want to change the color", "the color is wrong", "sorry, wrong color"])
def test_a_wish_to_change_something_asks_for_it_again(text: str) -> None:
    talk = at_confirm()
    assert talk.says(text) == ["Which?"]
    assert talk.says("Red") == ["about AB-111111, 4, Red, Ana?"]


def test_a_text_to_be_changed_is_asked_for_again_and_holds_no_words_of_the_wish() -> None:
    talk = at_confirm()
    assert talk.says("I want to change the name") == ["Your name?"]
    assert talk.says("Bo") == ["about AB-111111, 4, Blue, Bo?"]


def test_a_correction_beside_a_consent_is_no_refusal_of_it() -> None:
    talk = Talk(
        program(
            "flow: order\nstart: [{intent: order}]\nslots: {order_number: order_number}\nsteps:\n"
            "  - {ask: order_number, say: Number?}\n  - {consent: offers, say: 'May we write about {order_number}?',"
            " if_no: {say: Then not.}}\n  - say: Done."
        )
    )
    talk.says("order", "order")
    assert talk.says("AB-111111") == ["May we write about AB-111111?"]
    assert talk.says("no, the order number is AB-222222") == ["May we write about AB-222222?"]
    assert talk.says("no") == ["Then not.", "Done."]


@pytest.mark.parametrize(
    "text",
    [
        "yes the name is correct",
        "yes, not red",
        "yes, for 25 December",
        "yes, in 10 minutes",
        "Yes it's correct, 4 people",
        "yes, and 12 is the number of my house",
    ],
)
def test_what_a_yes_says_besides_takes_nothing_back(text: str) -> None:
    assert at_confirm().says(text) == ["Done AB-111111."]


@pytest.mark.parametrize(
    "text",
    [
        "I can not find it, 2 tries",
        "sorry I have 2 of them",
        "I don't want to change my name",
        "there is no mistake in my name",
        "no change to the color please",
        "my color is not wrong",
        "what is wrong with the color?",
    ],
)
def test_words_about_an_answer_are_no_wish_to_change_it(text: str) -> None:
    flow = FLOW.replace("  - confirm:", "  - {ask: mail, say: Mail?}\n  - confirm:").replace(
        "name: text}", "name: text, mail: email}"
    )
    talk = Talk(program(flow))
    for said, intent in [("order", "order"), ("AB-111111", ""), ("4", ""), ("Blue", ""), ("Ana", "")]:
        talk.says(said, intent)
    assert talk.texts == ["Mail?"]
    talk.says(text)
    assert [talk.slot(name) for name in ("people", "color", "name")] == [4, "Blue", "Ana"]


def test_what_is_said_to_be_wrong_is_asked_for_again() -> None:
    talk = at_confirm()
    assert talk.says("my name is wrong") == ["Your name?"]


def test_a_question_about_a_choice_is_no_other_choice() -> None:
    talk = at_confirm()
    talk.says("is the color red nice?")
    assert talk.slot("color") == "Blue"

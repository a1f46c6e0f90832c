"""`form`: several slots in any order, and only what is missing is asked for."""

from __future__ import annotations

from tests.conformance.kit import bot
from tests.engine.talk import Talk, program

FORM = """
flow: book
start: [{intent: book}]
slots: {city: city, guests: integer, mail: email, note: text}
steps:
  - form:
      - {ask: city, say: Which city?, if_invalid: No such city.}
      - {ask: guests, say: How many?, check: guests < 10}
      - {ask: mail, say: Your mail?}
      - {ask: note, say: Anything else?}
    say: Let me take that down.
    if_invalid: What?
    tries: 2
    if_failed: [{say: I give up.}, {end: given_up}]
    if_silent: [{after: 5m, say: Still there?}]
  - say: "{city} {guests} {mail} {note}"
"""


def begin(text: str = "book") -> Talk:
    talk = Talk(program(FORM))
    talk.says(text, "book")
    return talk


def test_a_form_asks_for_one_slot_after_another() -> None:
    talk = begin()
    assert talk.texts == ["Let me take that down.", "Which city?"]
    assert talk.says("new york") == ["How many?"]
    assert talk.says("4") == ["Your mail?"]
    assert talk.says("a@b.example") == ["Anything else?"]
    assert talk.says("a window") == ["new york 4 a@b.example a window"]


def test_what_the_opening_sentence_brought_is_not_asked_for() -> None:
    talk = begin("book new york for a@b.example")
    assert talk.texts == ["Let me take that down.", "How many?"]
    assert talk.says("4") == ["Anything else?"]


def test_one_answer_may_fill_several_slots() -> None:
    talk = begin()
    assert talk.says("sf, and my mail is a@b.example") == ["How many?"]
    assert talk.slot("mail") == "a@b.example"
    assert talk.says("4") == ["Anything else?"]


def test_an_answer_to_another_slot_is_taken_and_costs_no_try() -> None:
    talk = begin()
    assert talk.says("a@b.example") == ["Which city?"]
    assert talk.slot("mail") == "a@b.example"
    assert talk.says("atlantis") == ["No such city."]
    assert talk.says("sf") == ["How many?"]


def test_the_outcomes_of_the_form_hold_for_each_of_its_slots() -> None:
    talk = begin()
    talk.says("sf")
    assert talk.says("many") == ["What?"]
    assert talk.says("very many") == ["I give up."]
    assert talk.ended == [("book", "given_up")]


def test_a_form_that_falls_silent_nudges_and_waits_on() -> None:
    talk = begin()
    assert talk.minutes_pass(5) == ["Still there?"]
    assert talk.says("sf") == ["How many?"]


def test_nothing_is_said_before_the_questions_when_none_is_asked() -> None:
    talk = Talk(program(FORM.replace("      - {ask: note, say: Anything else?}\n", "").replace(" {note}", "")))
    talk.says("book sf for 4 a@b.example", "book")
    assert talk.texts == ["san francisco 4 a@b.example"]


def test_a_name_alone_is_a_question_that_names_what_is_wanted() -> None:
    slots = "slots: {mail_address: email}"
    talk = Talk(
        program(
            f"flow: f\nstart: [{{intent: go}}]\n{slots}\nsteps: [{{form: [mail_address]}}, {{say: '{{mail_address}}'}}]"
        )
    )
    assert talk.says("go", "go") == ["Please tell me: mail address"]
    assert talk.says("a@b.example") == ["a@b.example"]


def test_a_slot_of_a_form_can_be_corrected() -> None:
    talk = begin()
    talk.says("sf")
    talk.says("4")
    assert talk.says("no, new york") == ["Your mail?"]
    assert talk.slot("city") == "nyc"
    assert talk.slot("guests") == 4


def test_a_yes_is_printed_as_the_word_and_compared_as_a_truth() -> None:
    text = """
flow: gift
start: [{intent: book}]
slots: {wrapped: yes_no}
steps:
  - {ask: wrapped, say: Is it a gift?}
  - say: "Wrapped: {wrapped}"
  - if: wrapped == true
    then: [{say: With a bow}]
"""
    talk = Talk(program(text))
    talk.says("book", "book")
    assert talk.says("yep sure") == ["Wrapped: yes", "With a bow"]


def test_what_stands_beside_a_refused_answer_is_kept() -> None:
    """form: several slots in any order, asks only for what is missing"""
    bot("""
        - form:
            - { ask: count, say: Guests?, check: count <= 8, if_invalid: Eight at most. }
            - { ask: day, say: Day? }
        - say: "{count} on {day|date}"
    """).chat("""
        - user: track my order
        - bot: Guests?
        - user: 12 tomorrow
        - bot: Eight at most.
        - user: 6
        - bot: 6 on 6 January 2026
    """)

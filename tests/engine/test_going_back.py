"""Corrections over called flows, several at once, beside free text: each in the smallest bot that shows it."""

from __future__ import annotations

import pytest

from tests.conformance.kit import bot

WHERE = """
flow: where
returns: [email]
slots: { day: date, email: email, note: text }
steps:
  - { ask: email, say: Mail?, tries: 1 }
  - { ask: note, say: Note? }
  - { confirm: "{day|date}, {email}?", if_no: [{ say: No. }] }
"""
BOOKS = """
- { ask: day, say: Which day? }
- { call: where, with: { day: day }, save: { email: email } }
- say: "Done, {day}."
"""


def test_a_correction_of_what_a_called_flow_was_given_goes_back_to_its_caller_and_keeps_the_answers() -> None:
    """It goes back to that slot's earliest `ask`, keeps later answers"""
    bot(BOOKS, flows__where=WHERE).chat("""
        - user: track my order
        - bot: Which day?
        - user: tomorrow
        - bot: Mail?
        - user: a@b.example
        - bot: Note?
        - user: nothing
        - bot: 6 January 2026, a@b.example?
        - user: no, friday
        - bot: 9 January 2026, a@b.example?
        - user: yes
        - bot: Done, 9 January 2026.
    """)


def test_a_correction_never_crosses_what_a_called_flow_has_done() -> None:
    """It never crosses a completed non-GET fetch"""
    where = WHERE.replace("  - { ask: note", "  - fetch: POST shop /orders\n  - { ask: note")
    bot(BOOKS, flows__where=where).chat(
        """
        - user: track my order
        - bot: Which day?
        - user: tomorrow
        - bot: Mail?
        - user: a@b.example
        - bot: Note?
        - user: no, friday
        - bot: I am sorry, that can no longer be changed here*
        - bot: Note?
    """,
        mock="POST shop /orders: {}",
    )


def test_a_value_that_a_call_brought_is_corrected_behind_it() -> None:
    """clears what was computed (set, fetch, run) after it and runs forward"""
    sub = "flow: sub\nreturns: [count]\nslots: { count: integer }\nsteps: [{ ask: count, say: How many? }]"
    bot(
        "- { call: sub, save: { count: count } }\n- set: { story: count * 2 }\n- { ask: email, say: 'Mail, {story}?' }",
        flows__sub=sub,
    ).chat("""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Mail, 6?
        - user: no, 4
        - bot: Mail, 8?
    """)


def test_a_value_is_passed_to_a_called_flow_with_its_words() -> None:
    """A list value prints its first synonym in texts"""
    sub = "flow: sub\nslots: { town: city }\nsteps: [{ ask: town, say: Town? }, { say: 'In {town}.' }]"
    bot("- { ask: city, say: City? }\n- { call: sub, with: { town: city } }", flows__sub=sub).chat("""
        - user: track my order
        - bot: City?
        - user: big apple
        - bot: In New York.
    """)


ASKS = (
    "- { ask: count, say: How many? }\n- { ask: day, say: Which day? }\n"
    "- { ask: story, say: 'Notes on {count}, {day|date}?' }\n- { confirm: '{count}, {day|date}, {story}?' }"
)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("no, 4 on friday", "4, 9 January 2026, none?"),
        ("actually make it 5 people on friday please", "5, 9 January 2026, none?"),
        ("yes, but 4 on friday", "4, 9 January 2026, none?"),
        ("no, four", "4, 6 January 2026, none?"),
        ("no, 9 January", "3, 9 January 2026, none?"),
        ("friday, for 4", "4, 9 January 2026, none?"),
        ("not 3 but 4", "4, 6 January 2026, none?"),
    ],
)
def test_several_corrections_in_one_message_all_count(said: str, asked: str) -> None:
    """Correction needs a cue or a message that is nothing but a new value of a typed slot"""
    bot(ASKS).chat(f"""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Which day?
        - user: tomorrow
        - bot: Notes on 3, 6 January 2026?
        - user: none
        - bot: 3, 6 January 2026, none?
        - user: "{said}"
        - bot: "{asked}"
    """)


def test_two_values_for_one_slot_are_asked_about_and_cost_nothing() -> None:
    """Two different values for one slot in one message: ask which"""
    bot("- { ask: count, say: How many? }\n- { ask: email, say: Mail?, tries: 1 }\n- say: '{count} {email}'").chat("""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Mail?
        - user: no, 4 or 5
        - bot: I see more than one answer there*
        - bot: Mail?
        - user: no, 4
        - bot: Mail?
        - user: a@b.example
        - bot: 4 a@b.example
    """)


@pytest.mark.parametrize(
    ("said", "count", "story"),
    [
        ("no, 5", 5, ""),
        ("actually 5 please", 5, ""),
        ("change the count to 5", 5, ""),
        ("no, 5 of them are broken", 3, "no, 5 of them are broken"),
        ("the count is wrong, it says 5", 3, "the count is wrong, it says 5"),
        ("5", 3, "5"),
        ("no", 3, "no"),
    ],
)
def test_beside_free_text_only_what_can_be_nothing_else_is_a_correction(said: str, count: int, story: str) -> None:
    """Correction is tried after the slot's own parser; free text is taken as written"""
    after = (
        [f"- bot: 'Noted: {count} {story}'"]
        if story
        else ["- bot: Notes?", "- user: all well", f"- bot: 'Noted: {count} all well'"]
    )
    lines = ["- user: track my order", "- bot: How many?", "- user: 3", "- bot: Notes?", f"- user: '{said}'", *after]
    bot("- { ask: count, say: How many? }\n- { ask: story, say: Notes? }\n- say: 'Noted: {count} {story}'").chat(
        "\n".join(lines)
    )


def test_the_same_value_alone_costs_no_try() -> None:
    """The same value again changes nothing"""
    bot("- { ask: day, say: Day? }\n- { ask: email, say: Mail?, tries: 1 }\n- say: '{email}'").chat("""
        - user: track my order
        - bot: Day?
        - user: friday
        - bot: Mail?
        - user: friday
        - bot: Mail?
        - user: a@b.example
        - bot: a@b.example
    """)


def test_behind_a_post_that_was_refused_answers_can_still_be_corrected() -> None:
    """It never crosses a completed non-GET fetch"""
    bot("""
        - { ask: count, say: How many? }
        - fetch: POST shop /orders
          json: { count: "{count}" }
          if_error: { 422: { say: Too many. } }
        - { ask: email, say: "Mail, {count}?" }
    """).chat(
        """
        - user: track my order
        - bot: How many?
        - user: 30
        - bot: Too many.
        - bot: Mail, 30?
        - user: no, 3
        - bot: Mail, 3?
    """,
        mock="POST shop /orders: [{ status: 422 }, {}]",
    )

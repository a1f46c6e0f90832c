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


PAID = """
- say: Please pay.
- wait: { event: paid }
  if_silent: [{ after: 1h, %s }]
- say: Thank you!
"""
STILL_WANTED = "flow: still\nslots: { sure: yes_no }\nsteps: [{ ask: sure, say: Still? }]"


@pytest.mark.parametrize(
    ("rung", "asked"),
    [
        ("confirm: Do you still want it?, if_no: [{ say: Cancelled. }, { end: cancelled }]", "Do you still want it?"),
        ("call: still", "Still?"),
    ],
)
def test_an_awaited_event_goes_on_though_a_rung_is_asking(rung: str, asked: str) -> None:
    """wait: for an outside event; if_silent"""
    bot(PAID % rung, flows__still=STILL_WANTED).chat(f"""
        - user: track my order
        - bot: Please pay.
        - after: 1h
        - bot: {asked}
        - event: paid
        - bot: Thank you!
        - expect: {{ flow: null, ended: done }}
    """)


def test_behind_the_question_of_a_rung_the_open_question_is_put_again() -> None:
    """Silence: `if_silent` steps, then the question goes on"""
    rung = """
        - ask: email
          say: Mail?
          if_silent: [{ after: 5m, ask: day, say: Which day shall we call? }]
        - say: "{email} {day}"
    """
    bot(rung).chat("""
        - user: track my order
        - bot: Mail?
        - after: 5m
        - bot: Which day shall we call?
        - user: friday
        - bot: Mail?
        - user: no, saturday
        - bot: Mail?
        - user: a@b.example
        - bot: a@b.example 10 January 2026
    """)


def test_a_plain_no_answers_what_is_open() -> None:
    """the slot's own parser first; only named or cued a yes_no is corrected"""
    steps = "- { ask: sure, say: Insurance? }\n- { confirm: 'Book, {sure}?', if_no: [{ say: Not booked. }] }"
    for said, then in (("no", "Not booked."), ("nope", "Not booked."), ("no sure", "Book, no?")):
        bot(steps).chat(f"""
            - user: track my order
            - bot: Insurance?
            - user: "yes"
            - bot: Book, yes?
            - user: {said}
            - bot: {then}
        """)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("yes, for 3 on friday", "3 9 January 2026?"),
        ("yes, for 4 tomorrow", "4 6 January 2026?"),
        ("no, 4 tomorrow", "4 6 January 2026?"),
        ("yes, oh wait, 5", "5 6 January 2026?"),
        ("yes if it can be friday", "3 9 January 2026?"),
        ("yes, tomorrow", "Booked."),
        ("yes, 3 people tomorrow", "Booked."),
        ("yes, see you tomorrow", "Booked."),
        ("no i meant 5 of them", "5 6 January 2026?"),
        ("no, there are 5 of us", "5 6 January 2026?"),
        ("no, i'd like 5", "5 6 January 2026?"),
        ("no 5 tickets please", "5 6 January 2026?"),
        ("change the number to 5", "5 6 January 2026?"),
        ("no thanks", "Not booked."),
        ("no, not tomorrow", "Not booked."),
    ],
)
def test_what_is_new_in_a_message_is_taken_beside_what_is_not(said: str, told: str) -> None:
    """ "Yes, AB-222222" is a correction too, and asks again; "no" with the same value is a no"""
    bot(
        "- { ask: count, say: How many? }\n- { ask: day, say: Which day? }\n"
        "- { confirm: '{count} {day|date}?', if_no: [{ say: Not booked. }, { end: no }] }\n- say: Booked."
    ).chat(f"""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Which day?
        - user: tomorrow
        - bot: 3 6 January 2026?
        - user: "{said}"
        - bot: "{told}"
    """)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no, 1 adult and 2 children", "1 and 2?"),
        ("yes, 2 adults and 1 child", "Booked."),
        ("no, 3 children", "2 and 3?"),
        ("change adults to 4", "4 and 1?"),
    ],
)
def test_a_number_belongs_to_the_slot_it_stands_beside(said: str, told: str) -> None:
    """text slots need their name; two slots of one type are told apart by theirs"""
    flow = """
        flow: main
        start: { intent: order_status }
        slots: { adults: integer, children: integer }
        steps:
          - { ask: adults, say: Adults? }
          - { ask: children, say: Children? }
          - { confirm: "{adults} and {children}?", if_no: [{ say: Not booked. }, { end: no }] }
          - say: Booked.
    """
    bot(flow).chat(f"""
        - user: track my order
        - bot: Adults?
        - user: 2
        - bot: Children?
        - user: 1
        - bot: 2 and 1?
        - user: "{said}"
        - bot: "{told}"
    """)


def test_a_correction_before_a_call_keeps_what_was_answered_in_it() -> None:
    """keeps later answers"""
    sub = """
        flow: sub
        returns: [street]
        slots: { street: text, email: email }
        steps:
          - { ask: street, say: Street? }
          - { choose: home, say: Home?, options: [{ title: House }, { title: Flat }] }
          - { ask: email, say: Mail? }
    """
    steps = """
        - { ask: count, say: How many? }
        - { call: sub, save: { story: street } }
        - { ask: day, say: "{count} to {story}, when?" }
    """
    bot(steps, flows__sub=sub).chat("""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Street?
        - user: Main Street 1
        - bot: Home?
        - user: flat
        - bot: Mail?
        - user: a@b.example
        - bot: 3 to Main Street 1, when?
        - user: no, 4
        - bot: 4 to Main Street 1, when?
    """)


def test_what_was_waited_for_rated_and_counted_is_so_once() -> None:
    """keeps later answers; runs forward"""
    bot(
        """
        - { ask: count, say: How many? }
        - { rate: csat, say: Rate? }
        - { wait: 10m }
        - { remind: nudge, after: 1h }
        - { tag: booked }
        - { ask: email, say: "Mail, {count}?" }
        - { say: "{count} {csat|default('-')} {email}" }
    """,
        flows__nudge="flow: nudge\nsteps: [{ say: Nudge. }]",
    ).chat("""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Rate?
        - user: 5
        - after: 10m
        - bot: Mail, 3?
        - user: no, 4
        - bot: Mail, 4?
        - user: a@b.example
        - bot: 4 5 a@b.example
        - expect: { tags: [booked] }
        - after: 1h
        - bot: Nudge.
        - after: 2h
        - expect: { flow: null }
    """)


def test_an_answer_and_a_correction_may_stand_in_one_message() -> None:
    """Correction needs a cue"""
    bot("- { ask: day, say: Day? }\n- { ask: email, say: 'Mail, {day|date}?' }\n- say: '{email} {day|date}'").chat("""
        - user: track my order
        - bot: Day?
        - user: tomorrow
        - bot: Mail, 6 January 2026?
        - user: a@b.example, no wait, on friday
        - bot: a@b.example 9 January 2026
    """)


def test_which_of_two_values_is_asked_for_free() -> None:
    """Two different values for one slot in one message: ask which"""
    bot("- { ask: order_number, say: Number?, tries: 1, if_failed: { end: f } }\n- say: '{order_number}'").chat("""
        - user: track my order
        - bot: Number?
        - user: AB-111111 or AB-222222
        - bot: I see more than one answer there*
        - user: AB-222222
        - bot: AB-222222
    """)


def test_a_conflict_may_be_with_an_earlier_attempt_and_stays_a_border() -> None:
    """It never crosses a completed non-GET fetch"""
    bot("""
        - { ask: count, say: How many? }
        - fetch: POST shop /orders
          json: { count: "{count}" }
          if_error: { 409: { say: There is one. } }
        - { ask: email, say: "Mail, {count}?" }
    """).chat(
        """
        - user: track my order
        - bot: How many?
        - user: 30
        - bot: There is one.
        - bot: Mail, 30?
        - user: no, 3
        - bot: I am sorry, that can no longer*
        - bot: Mail, 30?
    """,
        mock="POST shop /orders: { status: 409 }",
    )

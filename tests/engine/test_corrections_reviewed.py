"""What a review of corrections found broken, each in the smallest bot that shows it."""

from __future__ import annotations

import pytest

from tests.conformance.kit import bot

START = "- user: track my order\n"


def test_a_correction_does_not_stand_in_for_the_event_that_is_awaited() -> None:
    """wait: for an outside event"""
    bot("""
        - { ask: city, say: City? }
        - wait: { event: paid }
          if_silent: [{ after: 1h, ask: email, say: Mail? }]
        - say: Paid. {city}
    """).chat("""
        - user: track my order
        - bot: City?
        - user: New York
        - after: 1h
        - bot: Mail?
        - user: no, San Francisco
        - event: paid
        - bot: Paid. San Francisco
    """)


SUB = """
flow: sub
returns: [email]
slots: { order_number: order_number, email: email }
steps: [{ ask: email, say: "Mail for {order_number}?" }]
"""
CALLS = """
- { ask: order_number, say: Number? }
- { call: sub, with: { order_number: order_number }, save: { email: email } }
- { confirm: "{order_number} {email}?", if_no: [{ say: No. }] }
"""


def test_a_corrected_value_that_a_called_flow_brought_is_kept() -> None:
    """keeps later answers"""
    bot(CALLS, flows__sub=SUB).chat("""
        - user: track my order
        - bot: Number?
        - user: AB-111111
        - bot: Mail for AB-111111?
        - user: a@b.example
        - bot: AB-111111 a@b.example?
        - user: no, c@d.example
        - bot: AB-111111 c@d.example?
        - user: no, AB-222222
        - bot: AB-222222 c@d.example?
        - user: no, AB-333333 and e@f.example
        - bot: AB-333333 e@f.example?
        - user: the email is wrong
        - bot: Mail for AB-333333?
        - user: g@h.example
        - bot: AB-333333 g@h.example?
    """)


def test_what_was_rated_in_a_called_flow_is_known_when_it_is_called_anew() -> None:
    """keeps later answers"""
    sub = """
        flow: sub
        steps:
          - { rate: csat, say: Rate? }
          - { if: "has(csat) and csat >= 4", then: { say: Great! }, else: { say: So sorry! } }
    """
    bot("- { ask: city, say: City? }\n- { call: sub }\n- { ask: email, say: 'Mail, {city}?' }", flows__sub=sub).chat("""
        - user: track my order
        - bot: City?
        - user: nyc
        - bot: Rate?
        - user: 5
        - bot: Great!
        - bot: Mail, New York?
        - user: no, San Francisco
        - bot: Great!
        - bot: Mail, San Francisco?
    """)


RUNG = """
- ask: email
  say: Mail?
  if_silent: [{ after: 5m, ask: count, say: How many? }]
- { ask: day, say: "Day, {count|default('-')}?" }
- say: "{email} {count} {day|date}"
"""


@pytest.mark.parametrize("said", [["no, 6"], ["the count is wrong", "6"]])
def test_what_a_rung_asked_is_corrected_behind_the_question_as_well(said: list[str]) -> None:
    """It goes back to that slot's earliest `ask` and runs forward"""
    asked = ["- bot: How many?"] if len(said) > 1 else []
    lines = [f"- user: {said[0]}", *asked, *(f"- user: {each}" for each in said[1:])]
    bot(RUNG).chat(
        START
        + "- bot: Mail?\n- after: 5m\n- bot: How many?\n- user: 4\n- bot: Mail?\n- user: a@b.example\n- bot: Day, 4?\n"
        + "\n".join(lines)
        + "\n- bot: Day, 6?\n- user: friday\n- bot: a@b.example 6 9 January 2026"
    )


@pytest.mark.parametrize("outer", ["- ask: email\n  say: Mail?", "- wait: { event: paid }"])
def test_a_rung_that_asks_may_have_rungs_of_its_own(outer: str) -> None:
    """if_silent: a list of steps"""
    rung = "\n  if_silent: [{ after: 10m, ask: city, say: City?, if_silent: [{ after: 5m, say: Still there? }] }]"
    waits = outer.startswith("- wait")
    bot(outer + rung + "\n- say: 'Done, {city}.'").chat(
        START
        + ("" if waits else "- bot: Mail?\n")
        + "- after: 10m\n- bot: City?\n- after: 5m\n- bot: Still there?\n- user: nyc\n"
        + ("- event: paid\n" if waits else "- bot: Mail?\n- user: a@b.example\n")
        + "- bot: Done, New York."
    )


def test_a_value_that_a_later_step_sets_can_be_asked_for_anew() -> None:
    """The date is wrong asks for the date again"""
    bot(
        "- { ask: email, say: Mail? }\n- set: { email: lower(email) }\n- { confirm: '{email}?', if_no: [{ say: No. }] }"
    ).chat("""
        - user: track my order
        - bot: Mail?
        - user: A@b.example
        - bot: a@b.example?
        - user: the email is wrong
        - bot: Mail?
    """)


def test_a_choice_is_kept_once() -> None:
    """keeps later answers"""
    bot("""
        - { ask: city, say: City? }
        - choose: menu
          id: fruit
          say: Fruit in {city}?
          options:
            - { title: Apples, then: [{ say: Apples. }, { goto: fruit }] }
            - { title: Bananas }
        - say: Done.
    """).chat("""
        - user: track my order
        - bot: City?
        - user: nyc
        - bot: Fruit in New York?
        - user: apples
        - bot: Apples.
        - bot: Fruit in New York?
        - user: no, San Francisco
        - bot: Fruit in San Francisco?
        - user: bananas
        - bot: Done.
    """)


def test_a_second_correction_on_the_way_forgets_nothing() -> None:
    """keeps later answers"""
    bot("""
        - { ask: count, say: How many? }
        - { if: count > 3, then: { ask: email, say: "Mail, {count}?" } }
        - { tag: counted }
        - { choose: kind, say: Kind?, options: [{ title: Red }, { title: Blue }] }
        - { confirm: "{count} {kind}?", if_no: [{ say: No. }] }
    """).chat("""
        - user: track my order
        - bot: How many?
        - user: 2
        - bot: Kind?
        - user: red
        - bot: 2 Red?
        - user: no, 5
        - bot: Mail, 5?
        - user: no, 6
        - bot: Mail, 6?
        - user: a@b.example
        - bot: 6 Red?
    """)


def test_a_reminder_follows_the_date_it_was_set_for() -> None:
    """clears what was computed after it and runs forward"""
    bot(
        """
        - { ask: day, say: Day? }
        - { remind: nudge, at: "{day}", with: { day: day } }
        - { confirm: "{day|date}?", if_no: [{ say: No. }] }
        - say: Booked.
    """,
        flows__nudge="flow: nudge\nsteps: [{ say: 'Today is {event.day|date}.' }]",
    ).chat("""
        - user: track my order
        - bot: Day?
        - user: friday
        - bot: 9 January 2026?
        - user: no, wednesday
        - bot: 7 January 2026?
        - user: "yes"
        - bot: Booked.
        - after: 2d
        - bot: Today is 7 January 2026.
        - after: 5d
        - expect: { flow: null }
    """)


def test_a_yes_with_a_value_that_does_not_pass_confirms_nothing() -> None:
    """Yes, AB-222222 is a correction too, and asks again"""
    bot("""
        - { ask: count, say: How many?, check: count < 10, if_invalid: Below ten. }
        - { confirm: "Book {count}?", if_no: [{ say: No. }] }
        - fetch: POST shop /book/{count}
        - say: Booked {count}.
    """).chat(
        """
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Book 3?
        - user: yes, 12
        - bot: Below ten.
        - bot: Book 3?
        - user: yes, 9
        - bot: Book 9?
        - user: "yes"
        - bot: Booked 9.
    """,
        mock="POST shop /book/9: {}",
    )


@pytest.mark.parametrize("said", ["no, not on friday", "no, I can't on friday"])
def test_what_is_denied_is_no_new_value(said: str) -> None:
    """Correction needs a cue and a new value"""
    bot(
        "- { ask: day, say: Day? }\n- { confirm: '{day|date}?', if_no: [{ say: 'No, {day|date}.' }, { end: x }] }"
    ).chat(f"""
        - user: track my order
        - bot: Day?
        - user: tomorrow
        - bot: 6 January 2026?
        - user: "{said}"
        - bot: No, 6 January 2026.
    """)


@pytest.mark.parametrize("said", ["It was wrong on Friday", "not on Friday"])
def test_free_text_that_only_speaks_of_a_value_is_free_text(said: str) -> None:
    """Free-text slots take any words"""
    bot("- { ask: day, say: Day? }\n- { ask: story, say: What happened? }\n- say: '{day|date} {story}'").chat(f"""
        - user: track my order
        - bot: Day?
        - user: tomorrow
        - bot: What happened?
        - user: {said}
        - bot: 6 January 2026 {said}
    """)


@pytest.mark.parametrize("first", ["- user: where is my order AB-111111", "- user: track my order"])
def test_what_was_made_of_a_value_that_nobody_asked_for_counts_as_well(first: str) -> None:
    """It never crosses a completed non-GET fetch"""
    given = "" if "AB-" in first else "- set: { order_number: '\"AB-111111\"' }\n"
    steps = (
        given + "- fetch: POST shop /x/{order_number}\n- { confirm: 'Right {order_number}?', if_no: [{ say: No. }] }"
    )
    bot(steps).chat(
        first + "\n- bot: Right AB-111111?\n- user: no, AB-222222\n- bot: I am sorry, that can no longer*\n"
        "- bot: Right AB-111111?",
        mock="POST shop /x/AB-111111: {}",
    )


def test_a_button_belongs_to_its_own_question() -> None:
    """Timers and option buttons of an older visit change nothing"""
    options = "options: [{ title: Small }, { title: Large }]"
    bot(
        f"- {{ choose: outer, say: Outer?, {options} }}\n- {{ choose: inner, say: 'Inner of {{outer}}?', {options} }}\n"
        "- { ask: email, say: 'Mail, {outer} {inner}?' }"
    ).chat("""
        - user: track my order
        - bot: Outer?
        - button: Small
        - bot: Inner of Small?
        - button: Small
        - bot: Mail, Small Small?
        - button: Large
        - bot: Mail, Small Large?
    """)


def test_what_a_called_flow_calls_it_names_a_value_too() -> None:
    """change the name to Bo"""
    sub = "flow: sub\nslots: { name: text }\nsteps: [{ confirm: 'Right, {name}?', if_no: [{ say: No. }] }]"
    bot(
        "- { ask: story, say: Name? }\n- { call: sub, with: { name: story } }\n- say: 'Done {story}.'", flows__sub=sub
    ).chat("""
        - user: track my order
        - bot: Name?
        - user: Ana
        - bot: Right, Ana?
        - user: no, change the name to Bob
        - bot: Right, Bob?
        - user: the name is wrong
        - bot: Name?
        - user: Cleo
        - bot: Right, Cleo?
        - user: "yes"
        - bot: Done Cleo.
    """)


def test_a_value_passed_on_is_read_by_the_type_it_has_there() -> None:
    """Pre-filled slots are checked exactly as answered ones"""
    sub = "flow: sub\nslots: { email: email }\nsteps: [{ ask: email, say: Mail? }, { say: 'Got {email}.' }]"
    bot("- { ask: story, say: Story? }\n- { call: sub, with: { email: story } }", flows__sub=sub).chat("""
        - user: track my order
        - bot: Story?
        - user: hello there
        - bot: Mail?
    """)


@pytest.mark.parametrize("locale", ["en", "de"])
def test_what_a_system_says_is_read_alike_for_every_customer(locale: str) -> None:
    """Values of services are data"""
    bot(
        "- fetch: GET shop /n\n  save: { amount: n, sure: s }\n- { ask: amount, say: N? }\n- { ask: sure, say: S? }\n"
        "- say: '={amount}'"
    ).chat(
        START + "- bot: =1.5",
        mock='GET shop /n: { json: { n: "1.500", s: "yes" } }',
        scene=f"{{ locale: {locale} }}",
    )


def test_options_from_data_that_is_gone_stand_in_nobodys_way() -> None:
    """an expression that fails goes to its outcome"""
    bot("""
        - { fetch: GET shop /s, save: found }
        - { choose: kind, say: Kind?, options: found.kinds }
        - set: { found: none }
        - { confirm: "{kind}?", if_no: [{ say: No. }] }
    """).chat(
        "- user: track my order\n- bot: Kind?\n- user: Red\n- bot: Red?\n- user: no, blue\n- bot: No.",
        mock="GET shop /s: { json: { kinds: [Red, Blue] } }",
    )


MOMENT = """
flow: main
start: { intent: order_status }
slots: { at: datetime }
steps:
  - { ask: at, say: When? }
  - { confirm: "{at|date} {at|time}?", if_no: [{ say: "NO" }] }
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no, at 9pm", "6 January 2026 21:00?"),
        ("no, 21:00", "6 January 2026 21:00?"),
        ("actually saturday", "10 January 2026 20:00?"),
        ("no, on saturday at 5pm", "10 January 2026 17:00?"),
        ("no, in 2 hours", "5 January 2026 12:00?"),
    ],
)
def test_another_time_keeps_the_day_of_a_moment_and_another_day_its_time(said: str, told: str) -> None:
    """Correction needs a cue and a new value"""
    bot(MOMENT).chat(
        "- user: track my order\n- bot: When?\n- user: tomorrow at 8pm\n- bot: 6 January 2026 20:00?\n"
        f"- user: {said}\n- bot: {told}"
    )


TABLE = (
    "- { ask: count, say: Q1? }\n- { ask: day, say: Q2? }\n- { confirm: '{count} {day.value}?', if_no: [{ say: NO }] }"
)


@pytest.mark.parametrize(
    ("locale", "said", "told"),
    [
        ("de", "nein, am 9.", "3 2026-01-09?"),
        ("de", "no, 5 am Freitag", "5 2026-01-09?"),
        ("fr", "non, le 9", "3 2026-01-09?"),
        ("it", "no, il 9", "3 2026-01-09?"),
        ("es", "no, el 9", "3 2026-01-09?"),
        ("en", "no, on the 9th", "3 2026-01-09?"),
        ("en", "no, 9", "9 2026-01-07?"),
    ],
)
def test_a_numbered_day_corrects_the_day_and_no_count(locale: str, said: str, told: str) -> None:
    """Unnamed, only typed slots can be corrected"""
    bot(TABLE).chat(
        "- user: track my order\n- bot: Q1?\n- user: 3\n- bot: Q2?\n- user: 2026-01-07\n- bot: 3 2026-01-07?\n"
        f'- user: "{said}"\n- bot: {told}',
        scene=f"{{ locale: {locale} }}",
    )


SIZES = """
- { ask: order_number, say: Number? }
- { ask: day, say: Day? }
- choose: size
  say: Size?
  options: [{ title: Small, value: s }, { title: Medium, value: m }, { title: Large, value: l }]
- { confirm: "{order_number} {day.value} {size}?", if_no: [{ say: "NO" }] }
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no, medium", "AB-111111 2026-01-06 Medium?"),
        ("not medium, large", "AB-111111 2026-01-06 Large?"),
        ("not medium", "Sorry, I did not get that*"),
        ("my order number is AB-222222", "Size?"),
        ("it's AB-222222", "Size?"),
        ("on friday", "Size?"),
    ],
)
def test_what_is_nothing_but_a_value_needs_no_cue_at_a_choice(said: str, told: str) -> None:
    """a message that is nothing but a new value of a typed slot"""
    bot(SIZES).chat(
        "- user: track my order\n- bot: Number?\n- user: AB-111111\n- bot: Day?\n- user: tomorrow\n- bot: Size?\n"
        f'- user: "{said}"\n- bot: "{told}"'
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("yes, book it for 4", "4 2026-01-07?"),
        ("no i said 4", "4 2026-01-07?"),
        ("actually we're going to be 6", "6 2026-01-07?"),
        ("no, 5 people on the 9th at 8pm", "5 2026-01-09?"),
        ("can i change the day?", "Q2?"),
        ("can i change the day later?", "Sorry, I did not get that*"),
        ("yes, call me at 5", "DONE"),
        ("yes, 2 of us are vegetarian", "DONE"),
    ],
)
def test_a_count_is_corrected_in_a_sentence_of_small_words_only(said: str, told: str) -> None:
    """Yes with another value is a correction, too"""
    bot(f"{TABLE}\n- say: DONE").chat(
        "- user: track my order\n- bot: Q1?\n- user: 3\n- bot: Q2?\n- user: 2026-01-07\n- bot: 3 2026-01-07?\n"
        f'- user: "{said}"\n- bot: {told}'
    )

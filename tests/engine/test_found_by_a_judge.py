"""Promises that somebody who had only the contract found broken, each in the smallest bot that shows it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chatbot.channels.telegram.parsing import parse
from chatbot.conversation.record import Arrival
from chatbot.testing.models import Setting
from chatbot.types import CallAnswer, Found
from tests.conformance.kit import bot, messages
from tests.conversation.path_kit import NOW
from tests.engine.talk import Talk, program

CONFIRMED = """\
- { ask: count, say: How many? }
- { ask: day, say: Which day? }
- { confirm: "{count} on {day|date}?", if_no: [{ say: No. }, { end: no }] }
- say: Booked.
"""


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("yes, but on friday", "3 on 9 January 2026?"),
        ("yes, but 6", "6 on 6 January 2026?"),
        ("yes but make it 6", "6 on 6 January 2026?"),
        ("yes, for 6 people", "6 on 6 January 2026?"),
        ("that's wrong, it's 6", "6 on 6 January 2026?"),
        ("yes", "Booked."),
        ("yes, but hurry", "Booked."),
    ],
)
def test_a_yes_with_another_value_is_a_correction(said: str, asked: str) -> None:
    """Yes, AB-222222 is a correction too, and asks again"""
    bot(CONFIRMED).chat(f"""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Which day?
        - user: tomorrow
        - bot: 3 on 6 January 2026?
        - user: "{said}"
        - bot: "{asked}"
    """)


def test_the_same_value_again_changes_nothing_and_costs_no_try() -> None:
    """The same value again changes nothing"""
    bot("- { ask: count, say: How many? }\n- { ask: email, say: Mail?, tries: 1 }\n- say: '{count} {email}'").chat("""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Mail?
        - user: no, 3
        - bot: Mail?
        - user: a@b.example
        - bot: 3 a@b.example
    """)


def test_a_number_that_an_option_from_data_stands_for_keeps_its_type() -> None:
    """choose: options of {title, value}"""
    steps = (
        "- { fetch: GET shop /slots, save: found }\n"
        "- { choose: slot, say: When?, options: found.slots }\n"
        "- if: slot == 2\n  then: { say: 'Two: {slot}' }\n"
        "- fetch: PUT shop /take/{slot}\n- say: Taken."
    )
    mock = """
        GET shop /slots: { json: { slots: [{ title: Monday at ten, value: 0 }, { title: Tuesday at ten, value: 2 }] } }
        PUT shop /take/2: {}
        PUT shop /take/0: {}
    """
    bot(steps).chat(
        """
        - user: track my order
        - bot: When?
        - user: tuesday
        - bot: "Two: Tuesday at ten"
        - bot: Taken.
        - expect: { slots: { slot: 2 } }
    """,
        mock=mock,
    )
    bot(steps).chat(
        """
        - user: track my order
        - bot: When?
        - user: monday
        - bot: Taken.
        - expect: { slots: { slot: 0 } }
    """,
        mock=mock,
    )


def test_a_default_changes_nothing_of_a_value_that_is_there() -> None:
    """A list value prints its first synonym in texts"""
    bot("- { ask: city, say: City? }\n- say: \"{city|default('-')}, {city|default('-')|upper}\"").chat("""
        - user: track my order
        - bot: City?
        - user: big apple
        - bot: New York, NEW YORK
    """)
    bot("- { ask: day, say: Day? }\n- say: \"{day|default('-')} is {day|default('-')|date}\"").chat("""
        - user: track my order
        - bot: Day?
        - user: friday
        - bot: 9 January 2026 is 9 January 2026
    """)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("the other shoe was missing from the box", "the other shoe was missing from the box"),
        ("it has a small hole", "it has a small hole"),
        ("other", "Other"),
        ("to small", "Too small"),
        ("2", "Damaged"),
    ],
)
def test_words_that_hold_a_suggestion_are_words_of_their_own(said: str, kept: str) -> None:
    """a title or near miss of this question's options; free-text slots take any words"""
    bot("- { ask: story, say: Why?, suggest: [Too small, Damaged, Other] }\n- say: 'Noted: {story}'").chat(f"""
        - user: track my order
        - bot: Why?
        - user: "{said}"
        - bot: "Noted: {kept}"
    """)


def test_an_event_from_outside_does_not_begin_the_silence_anew() -> None:
    """Silence belongs to one visit of one question and only a customer message cancels it"""
    asks = """
        - ask: email
          say: Mail?
          if_silent: [{ after: 10m, say: Hello? }, { after: 20m, end: silent }]
        - say: Thanks.
    """
    ping = "flow: ping\nstart: { event: ping }\nsteps: [{ say: Ping. }]"
    bot(asks, flows__ping=ping).chat("""
        - user: track my order
        - bot: Mail?
        - after: 5m
        - event: ping
        - bot: Ping.
        - bot: Mail?
        - after: 5m
        - bot: Hello?
        - after: 5m
        - event: ping
        - bot: Ping.
        - bot: Mail?
        - after: 5m
        - expect: { ended: silent }
    """)


def test_a_flow_that_is_called_comes_back_behind_its_handoff() -> None:
    """`call`: another flow; comes back. handoff ends the flow, unless `then:` follows"""
    sub = """
        flow: sub
        returns: [got]
        slots: { got: text }
        steps:
          - handoff: default
            then: [{ say: Back. }, { set: { got: '"1"' } }]
    """
    bot("- { call: sub, save: { story: got } }\n- say: After {story}.", flows__sub=sub).chat("""
        - user: track my order
        - expect: { handoff: default }
        - agent: { claim: ana }
        - agent: back_to_bot
        - bot: Back.
        - bot: After 1.
        - expect: { ended: done, flow: null }
    """)


def test_a_correction_to_a_value_that_does_not_pass_is_told_so_and_costs_the_open_question_nothing() -> None:
    """An invalid answer: only this costs a try"""
    steps = (
        "- { ask: count, say: How many?, check: count < 10, if_invalid: Below ten. }\n"
        "- { ask: email, say: Mail?, tries: 1 }\n- say: '{count} {email}'"
    )
    bot(steps).chat("""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: Mail?
        - user: no, 40
        - bot: Below ten.
        - bot: Mail?
        - user: no, 4
        - bot: Mail?
        - user: a@b.example
        - bot: 4 a@b.example
    """)


@pytest.mark.parametrize(("ref", "told"), [("summer", "Hello, summer!"), ("winter", "Mail?")])
def test_a_link_followed_on_telegram_is_no_answer_to_an_open_question(ref: str, told: str) -> None:
    """Telegram brings `/start REF` as its text, in the shape that its parser gives."""
    summer = "flow: summer\nstart: { referral: summer }\nsteps: [{ say: 'Hello, summer!' }]"
    simulator = bot("- { ask: story, say: Mail? }\n- say: 'Kept {story}'", flows__summer=summer).bench.simulator(
        Setting(channel="telegram"), NOW, lambda _call, _n: CallAnswer(0)
    )
    simulator.user("track my order")
    body = {
        "update_id": 1,
        "message": {
            "message_id": 5, "date": 1_700_000_000, "text": f"/start {ref}",
            "from": {"id": 9, "first_name": "A"}, "chat": {"id": 9, "type": "private"},
        },
    }  # fmt: skip
    (link,) = parse(json.dumps(body).encode(), "tg")
    inbound = replace(link, key=simulator.scene.record.key)
    moved = simulator._run(Arrival(simulator.scene.now, inbound=inbound))
    assert told in [line.message.text for line in moved.lines]
    assert not any("Kept" in line.message.text for line in moved.lines)


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("2 guests on 10 January", "2"),
        ("5 at 8pm", "5"),
        ("$50", "50"),
        ("2 for $50", "2"),
        ("10 January", None),
        ("it says AB-123456", None),
        ("five and a half", None),
        ("2 1/2", None),
        ("2½", None),
    ],
)
def test_a_number_is_no_part_of_something_else(said: str, count: str | None) -> None:
    """Typed answers are found inside a sentence when exactly one value is there; 3.5 is no integer"""
    bot("- { ask: count, say: How many?, if_invalid: A number please. }\n- say: 'For {count}.'").chat(f"""
        - user: track my order
        - bot: How many?
        - user: "{said}"
        - bot: "{f"For {count}." if count else "A number please."}"
    """)


def test_a_form_takes_a_count_and_a_date_from_one_sentence() -> None:
    """form: several slots in any order"""
    bot("- form: [{ ask: count, say: How many? }, { ask: day, say: When? }]\n- say: '{count} on {day|date}.'").chat("""
        - user: track my order
        - bot: How many?
        - user: 2 guests on 10 January
        - bot: 2 on 10 January 2026.
    """)


def test_a_side_flow_that_asked_in_a_called_flow_offers_to_resume_by_the_title_of_the_whole() -> None:
    """one that asked something ends with the offer of `resume`"""
    sub = "flow: sub\ntitle: The reason\nslots: { reason: text }\nsteps: [{ ask: reason, say: Why? }]"
    side = "flow: side\nstart: { intent: refund }\nsteps: [{ call: sub }, { say: Noted. }]"
    count = "flow: count_it\ntitle: The count\nslots: { count: integer }\nsteps: [{ ask: count, say: How many? }]"
    bot("- { call: count_it }", flows__sub=sub, flows__side=side, flows__count=count).chat("""
        - user: track my order
        - bot: How many?
        - user: i want my money back
        - bot: Why?
        - user: it broke
        - bot: Noted.
        - bot: /Your order/
    """)


def test_never_coming_back_is_for_side_flows_that_asked() -> None:
    """A side flow that asked nothing simply answers, then the open question is repeated"""
    project = "name: Acme\nlanguages: [en]\ndisclosure: I am a bot.\ndefaults: { resume: never }\n"
    hours = "flow: hours\nstart: { intent: opening_hours }\nsteps: [{ say: At nine. }]"
    bot("- { ask: count, say: How many? }", flows__hours=hours, bot=project).chat("""
        - user: track my order
        - bot: How many?
        - user: when are you open
        - bot: At nine.
        - bot: How many?
    """)


@pytest.mark.parametrize("name", ["from", "class", "return", "for", "import", "pass"])
def test_a_value_may_be_called_by_a_word_of_python(name: str) -> None:
    """Root names are slots, saved results, ..."""
    flow = f"""
        flow: main
        start: {{ intent: order_status }}
        slots: {{ {name}: integer }}
        steps:
          - {{ ask: {name}, say: How many?, check: "{name} < 9" }}
          - {{ if: "has({name}) and {name} > 2", then: {{ say: "Many: {{{name}}}." }}, else: {{ say: Few. }} }}
    """
    bot(flow).chat("""
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: "Many: 3."
    """)


def test_what_may_not_start_is_not_offered() -> None:
    """The menu offers what can be started; a false guard is no match"""
    vip = "flow: vip\ntitle: A gift\nif: contact.vip\nstart: { intent: refund }\nsteps: [{ say: A gift. }]"
    for known, offered in (("{}", False), ("{ vip: true }", True)):
        bot("- say: Hello.", flows__vip=vip).chat(
            f"""
            - user: help
            - bot: /./
            - expect: {{ buttons: [Check an order{", Get a refund" if offered else ""}, Talk to a person] }}
        """,
            scene=f"{{ contact: {known} }}",
        )


def test_what_a_step_brings_is_read_by_the_type_of_its_slot() -> None:
    """Pre-filled slots are checked exactly as answered ones; an invalid one is dropped without costing a try"""
    asks = (
        "- { ask: day, say: Day?, tries: 1 }\n- { ask: count, say: How many?, tries: 1 }\n- say: '{day|date} {count}'"
    )
    fetch = "- fetch: GET shop /me\n  save: { day: when, count: many }\n" + asks
    talk = "- user: track my order\n"
    bot(fetch).chat(talk + "- bot: 10 January 2026 2", mock='GET shop /me: { json: { when: "2026-01-10", many: 2 } }')
    bot(fetch).chat(talk + "- bot: 9 January 2026 3", mock='GET shop /me: { json: { when: friday, many: "3" } }')
    wrong = "GET shop /me: { json: { when: soon, many: 2.5 } }"
    bot(fetch).chat(
        talk + "- bot: Day?\n- user: friday\n- bot: How many?\n- user: 4\n- bot: 9 January 2026 4", mock=wrong
    )
    sub = "flow: sub\nslots: { town: city }\nsteps: [{ ask: town, say: Town?, tries: 1 }, { say: 'In {town}.' }]"
    call = "- { call: sub, with: { town: '\"%s\"' } }"
    bot(call % "big apple", flows__sub=sub).chat(talk + "- bot: In New York.")
    bot(call % "Atlantis", flows__sub=sub).chat(talk + "- bot: Town?\n- user: nyc\n- bot: In New York.")


def test_what_a_handoff_interrupted_goes_on_behind_its_then() -> None:
    """`then:` runs when the conversation comes back to the bot within 30 minutes"""
    side = """
        flow: side
        start: { intent: refund }
        steps: [{ handoff: default, then: [{ say: Back with me. }] }]
    """
    bot("- { ask: count, say: How many? }\n- say: '{count}!'", flows__side=side).chat("""
        - user: track my order
        - bot: How many?
        - user: i want my money back
        - expect: { handoff: default }
        - agent: { claim: ana }
        - agent: back_to_bot
        - bot: Back with me.
        - bot: How many?
        - user: 3
        - bot: 3!
    """)


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("no", "No thanks"),
        ("nope", "No thanks"),
        ("yeah", "Yes please"),
        ("the blue one", "Blue box"),
        ("blue", "Blue box"),
    ],
)
def test_an_option_is_named_as_people_name_it(said: str, taken: str) -> None:
    """a near title is accepted"""
    bot(
        "- { choose: pick, say: Gift?, options: [{ title: Yes please }, { title: No thanks }, { title: Blue box }] }\n"
        "- say: '{pick}'"
    ).chat(f"""
        - user: track my order
        - bot: Gift?
        - user: "{said}"
        - bot: "{taken}"
    """)


def test_what_closed_quietly_is_told_by_its_title() -> None:
    """ids are never shown to a customer"""
    own = "flow: system.silent\nsteps: [{ say: 'Closed: {event.flow}.' }]"
    bot("- { ask: count, say: How many? }", flows__silent=own).chat("""
        - user: track my order
        - bot: How many?
        - after: 31m
        - bot: "Closed: Your order."
    """)


@pytest.mark.parametrize("word", ["none", "and", "true", "in"])
def test_no_value_is_called_by_a_word_of_expressions(word: str) -> None:
    """Expressions: literals incl. `none`, `and or not`, ..."""
    flow = f"flow: main\nstart: {{ intent: order_status }}\nslots: {{ {word}: integer }}\nsteps: [{{ ask: {word} }}]"
    assert f"`{word}` is a word of expressions" in messages(flow)


EMPTY = (
    "- { fetch: GET shop /slots, save: found }\n- { choose: slot, say: When?, options: found.slots%s }\n- say: After."
)


def test_where_there_is_nothing_to_choose_from_nothing_is_asked() -> None:
    """if_failed, else a person"""
    mock = "GET shop /slots: { json: { slots: [] } }"
    bot(EMPTY % ", if_failed: { say: Nothing is free. }").chat(
        "- user: track my order\n- bot: Nothing is free.\n- expect: { ended: failed }", mock=mock
    )
    bot(EMPTY % "").chat("- user: track my order\n- expect: { handoff: default }", mock=mock)


def test_an_old_button_chooses_anew_or_changes_nothing() -> None:
    """A button of this question's options; timers and option buttons of an older visit change nothing"""
    steps = (
        "- { choose: kind, say: Which?, options: [{ title: Red }, { title: Blue }] }\n"
        "- { choose: size, say: 'Size of {kind}?', options: [{ title: Small }, { title: Large }], tries: 1 }\n"
        "- { ask: story, say: Why? }\n- say: '{kind} {size} {story}'"
    )
    bot(steps).chat("""
        - user: track my order
        - bot: Which?
        - button: Red
        - bot: Size of Red?
        - button: Red
        - bot: Size of Red?
        - button: Blue
        - bot: Size of Blue?
        - button: Small
        - bot: Why?
        - button: Red
        - bot: Why?
        - user: it is nice
        - bot: Red Small it is nice
    """)


def test_a_question_whose_variants_are_for_other_channels_says_something() -> None:
    """`only:` on a variant limits it to those channel kinds"""
    bot(
        "- { ask: count, say: [{ text: Tap, only: [whatsapp] }] }\n"
        "- { choose: kind, say: [{ text: Tap, only: [whatsapp] }], options: [{ title: A }] }"
    ).chat("""
        - user: track my order
        - bot: "Please tell me:*"
        - user: 3
        - bot: "Please choose one:"
    """)


def test_who_writes_again_has_lifted_their_block() -> None:
    """Refused sends are events; a block ends with their next message"""
    bot("- { ask: count, say: How many? }\n- { fetch: GET shop /a, save: a }\n- say: 'Then {a.x}.'").chat(
        """
        - user: track my order
        - bot: How many?
        - refused: blocked
        - user: 3
        - bot: Then 1.
    """,
        mock="GET shop /a: { json: { x: 1 } }",
    )


BOOK = """
flow: main
start: { intent: order_status }
slots: { n: integer, d: date, t: time, who: text }
steps:
  - { ask: n, say: N? }
  - { ask: d, say: D? }
  - { ask: t, say: T? }
  - { ask: who, say: W? }
  - { confirm: "{n} {d.value} {t} {who}?", if_no: [{ say: Dropped. }, { end: x }] }
  - say: DONE
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no 5 seats not 4", "5 2026-01-09 19:30 Max?"),
        ("no, i said 19:00 not 19:30", "4 2026-01-09 19:00 Max?"),
        ("saturday instead of friday", "4 2026-01-10 19:30 Max?"),
        ("can we do 9 instead of 19:30?", "Sorry, I did not get that*"),
        ("no, who Ana Maria please", "4 2026-01-09 19:30 Ana Maria?"),
        ("no, at 8", "4 2026-01-09 08:00 Max?"),
        ("at 8 please", "4 2026-01-09 08:00 Max?"),
        ("no, saturday at 8", "4 2026-01-10 08:00 Max?"),
        ("no, 8", "8 2026-01-09 19:30 Max?"),
        ("no, change 4 to 5", "5 2026-01-09 19:30 Max?"),
        ("no 4", "Dropped."),
        ("yes, call me at 6", "DONE"),
        ("yes, see you at 7 for drinks", "DONE"),
        ("an hour later", "4 2026-01-09 20:30 Max?"),
        ("half an hour earlier please", "4 2026-01-09 19:00 Max?"),
        ("two days later", "4 2026-01-11 19:30 Max?"),
        ("no, one day earlier", "4 2026-01-08 19:30 Max?"),
        ("eine stunde später", "4 2026-01-09 20:30 Max?"),
    ],
)
def test_what_a_correction_at_a_confirm_leaves_and_moves(said: str, told: str) -> None:
    """in `confirm` it wins over `if_no`, and the confirm is asked again with the new value"""
    bot(BOOK).chat(
        "- user: track my order\n- bot: N?\n- user: 4\n- bot: D?\n- user: friday\n- bot: T?\n- user: 19:30\n- bot: W?\n"
        f"- user: Max\n- bot: 4 2026-01-09 19:30 Max?\n- user: {said}\n- bot: {told}"
    )


MOVE = """
flow: main
start: { intent: order_status }
slots: { day: date, street: text, zip: integer, floor: integer, until: date }
steps:
  - { ask: day, say: When? }
  - { ask: street, say: Street? }
  - { ask: zip, say: Zip? }
  - { ask: floor, say: "Floor? {day.value} {street} {zip}" }
  - { ask: until, say: "Until? {day.value} {floor}" }
  - say: "{until.value}"
"""
MOVING = """
- user: track my order
- bot: When?
- user: tomorrow
- bot: Street?
- user: Elm 1
- bot: Zip?
- user: 12345
"""
AT_FLOOR = "- bot: Floor? 2026-01-06 Elm 1 12345\n"
AT_UNTIL = "- user: 3\n- bot: Until? 2026-01-06 3\n"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("change the street to Oak 3", "Floor? 2026-01-06 Oak 3 12345"),
        ("no, street: Oak 3", "Floor? 2026-01-06 Oak 3 12345"),
        ("no, the zip is 54321", "Floor? 2026-01-06 Elm 1 54321"),
        ("7", "Until? 2026-01-06 7"),
    ],
)
def test_who_names_an_earlier_answer_means_that_one(said: str, told: str) -> None:
    """a cue (no, actually, I meant, change the number to ...)"""
    bot(MOVE).chat(f'{MOVING}{AT_FLOOR}- user: "{said}"\n- bot: "{told}"')


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no, day 9 january", "Until? 2026-01-09 3"),
        ("until friday, no saturday", "I see more than one answer there*"),
        ("friday or saturday", "I see more than one answer there*"),
        ("until the 9th", "2026-01-09"),
    ],
)
def test_two_values_for_the_open_question_are_asked_about_before_they_fit_elsewhere(said: str, told: str) -> None:
    """Two different values for one slot in one message: ask which"""
    bot(MOVE).chat(f'{MOVING}{AT_FLOOR}{AT_UNTIL}- user: "{said}"\n- bot: "{told}"')


@pytest.mark.parametrize("said", ["ok but I want to speak to a person", "before I answer, can I talk to a person?"])
def test_a_clear_wish_for_a_person_is_heard_over_free_text(said: str) -> None:
    """free-text slots lose to a *clear* intent"""
    bot("- { ask: story, say: Story? }\n- say: Noted.").chat(f"""
        - user: track my order
        - bot: Story?
        - user: "{said}"
        - expect: {{ handoff: default }}
    """)


@pytest.mark.parametrize("said", ["insurance agent", "the agent was rude to me", "help me with my broken lamp"])
def test_words_about_people_and_help_are_a_story(said: str) -> None:
    """Free-text slots take any words"""
    bot("- { ask: story, say: Story? }\n- say: Noted.").chat(
        f"- user: track my order\n- bot: Story?\n- user: {said}\n- bot: Noted."
    )


CLAIMED = "- agent: { claim: ana }\n"
OPTED_OUT = "- user: unsubscribe\n- bot: You will get no more messages*\n"


@pytest.mark.parametrize("meanwhile", [CLAIMED + OPTED_OUT, OPTED_OUT + CLAIMED])
def test_who_opted_out_meanwhile_gets_no_survey(meanwhile: str) -> None:
    """Outside consent nothing is sent, whoever asks"""
    bot("- { handoff: orders, then: [{ rate: csat, say: How was it? }] }").chat(
        f"- user: track my order\n- expect: {{ handoff: orders }}\n{meanwhile}"
        "- agent: back_to_bot\n- user: hello\n- bot: What can I do for you?"
    )


def test_a_question_that_was_given_up_can_be_asked_anew() -> None:
    """One shared counter per question visit"""
    bot("""
        - { ask: email, id: mail, say: Mail?, tries: 2, if_invalid: No., if_failed: [{ goto: other }] }
        - say: "{email}"
        - { end: done }
        - { choose: next, id: other, say: Other?, options: [{ title: Mail, then: [{ goto: mail }] }] }
    """).chat("""
        - user: track my order
        - bot: Mail?
        - user: zzz
        - bot: No.
        - user: qqq
        - bot: Other?
        - user: mail
        - bot: Mail?
        - user: zzz
        - bot: No.
        - user: a@b.example
        - bot: a@b.example
    """)


def test_a_whole_title_beside_small_words_is_that_title() -> None:
    """a title or near miss of this question's options"""
    drinks = (
        "- choose: x\n  say: X?\n  options: [{ title: Cola, value: c }, { title: Cola light, value: l }]\n- say: '{x}'"
    )
    bot(drinks).chat("- user: track my order\n- bot: X?\n- user: cola please\n- bot: Cola")
    bot(drinks).chat("- user: track my order\n- bot: X?\n- user: a cola light\n- bot: Cola light")


def test_values_of_the_second_wish_are_kept_for_it() -> None:
    """the first starts, the second is offered when it ends"""
    refund = (
        "flow: back\ntitle: Back\nstart: { intent: refund }\nslots: { day: date }\n"
        "steps: [{ ask: day, say: Day? }, { say: 'By {day.value}.' }]"
    )
    bot("- { ask: order_number, say: Number? }", refund).chat("""
        - user: where is my order. i want my money back by friday
        - bot: Number?
        - user: AB-111111
        - bot: "You also asked about this: Get a refund. Shall we do that now?"
        - user: "yes"
        - bot: By 2026-01-09.
    """)


@pytest.mark.parametrize(
    ("kind", "said", "got"),
    [
        ("order_number", "I have not received AB-123456", "AB-123456"),
        ("order_number", "AB-123456 ist nicht angekommen", "AB-123456"),
        ("email", "I can't log in with ana@x.example", "ana@x.example"),
        ("email", "not ana@y.example, ana@x.example", "ana@x.example"),
        ("day", "friday is no problem", "2026-01-09"),
        ("day", "Freitag wäre nicht schlecht", "2026-01-09"),
        ("day", "can't we do friday?", "2026-01-09"),
        ("day", "friday if the order isn't late", "2026-01-09"),
        ("count", "15 not 5", "15"),
        ("count", "5 not 15", "5"),
    ],
)
def test_a_no_beside_the_only_value_denies_it_only_where_it_says_nothing_else(kind: str, said: str, got: str) -> None:
    """Typed answers are found inside a sentence when exactly one value is there"""
    bot(f"- {{ ask: {kind}, say: Q? }}\n- say: '={{{kind}.value}}'").chat(
        f'- user: track my order\n- bot: Q?\n- user: "{said}"\n- bot: ={got}'
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("change the n to 5, friday", "5 2026-01-09"),
        ("sorry, we are 5 people, friday", "5 2026-01-09"),
        ("friday, the n can change", "4 2026-01-09"),
        ("friday, not 4 people but 5", "5 2026-01-09"),
    ],
)
def test_the_answer_is_taken_whatever_else_is_corrected_beside_it(said: str, told: str) -> None:
    """Correction is tried after the slot's own parser"""
    flow = """
        flow: main
        start: { intent: order_status }
        slots: { n: integer, d: date }
        steps: [{ ask: n, say: N? }, { ask: d, say: D? }, { say: "{n} {d.value}" }]
    """
    bot(flow).chat(f"- user: track my order\n- bot: N?\n- user: 4\n- bot: D?\n- user: {said}\n- bot: {told}")


@pytest.mark.parametrize(
    "said",
    ["yes, remind me a day before", "yes, I paid two days before", "no, 30 minutes later", "yes but a day later"],
)
def test_a_span_moves_an_answer_only_where_nothing_else_is_said(said: str) -> None:
    """Yes with another value is a correction, too"""
    told = {"no, 30 minutes later": "4 2026-01-09 20:00 Max?", "yes but a day later": "4 2026-01-10 19:30 Max?"}
    bot(BOOK).chat(
        "- user: track my order\n- bot: N?\n- user: 4\n- bot: D?\n- user: friday\n- bot: T?\n- user: 19:30\n- bot: W?\n"
        f"- user: Max\n- bot: 4 2026-01-09 19:30 Max?\n- user: {said}\n- bot: {told.get(said, 'DONE')}"
    )


@pytest.mark.parametrize(
    "said",
    [
        "I talked to a person and nobody helped",
        "they refused to let me talk to a person",
        "your customer service does not answer",
        "hablé con una persona y nadie me ayudó",
        "Mr. Human",
    ],
)
def test_a_story_about_people_is_no_wish_for_one(said: str) -> None:
    """Free-text slots take any words"""
    bot("- { ask: story, say: Story? }\n- say: Noted.").chat(
        f"- user: track my order\n- bot: Story?\n- user: {said}\n- bot: Noted."
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no, medium", "Medium"),
        ("not small, medium", "Medium"),
        ("not small or medium", "Sorry, I did not get that*"),
        ("I have no delivery", "Sorry, I did not get that*"),
    ],
)
def test_what_is_denied_of_a_list_of_options_is_not_picked(said: str, told: str) -> None:
    """a title or near miss of this question's options"""
    options = "[{ title: Small, value: s }, { title: Medium, value: m }, { title: Delivery, value: d }]"
    bot(f"- {{ choose: x, say: X?, options: {options} }}\n- say: '{{x}}'").chat(
        f"- user: track my order\n- bot: X?\n- user: {said}\n- bot: {told}"
    )


def test_a_keyword_that_is_denied_interrupts_nothing() -> None:
    """a clear intent interrupts"""
    parking = "flow: parking\nstart: { keyword: parking }\nsteps: [{ say: Park free. }]"
    bot("- { ask: count, say: N? }", parking).chat("""
        - user: track my order
        - bot: N?
        - user: no parking
        - bot: Sorry, I did not get that*
        - user: parking
        - bot: Park free.
        - bot: N?
    """)


@pytest.mark.parametrize(
    ("day", "said", "told"),
    [
        ("soon", "no, a day later", "Right?"),
        ("2026-01-09", "no, a day later", "Right?"),
        ("2026-01-09", "no, 99999999 years later", "Dropped."),
    ],
)
def test_a_day_that_is_none_and_a_span_beyond_the_calendar_move_nothing_and_break_nothing(
    day: str, said: str, told: str
) -> None:
    """No unhandled failure"""
    bot(f"- set: {{ day: '\"{day}\"' }}\n- {{ confirm: 'Right?', if_no: [{{ say: Dropped. }}] }}").chat(
        f"- user: track my order\n- bot: Right?\n- user: {said}\n- bot: {told}"
    )


def test_what_came_with_a_second_wish_goes_with_what_is_forgotten() -> None:
    """delete_data: everything of the contact goes"""
    talk = Talk(
        program(
            "flow: a\nstart: [{intent: a}]\nslots: {mail: email}\nsteps: [{ask: mail, say: Mail?}]",
            "flow: b\ntitle: B\nstart: [{intent: b}]\nslots: {mail: email}\nsteps: [{ask: mail, say: Mail?}]",
        )
    )
    talk.state.later, talk.state.brought = ["b"], [Found("email", "a@b.example", "a@b.example", 0, 11)]
    talk.says("unsubscribe", "command_opt_out", payload="intent:command_opt_out")
    assert (talk.state.later, talk.state.brought) == ([], [])

"""Promises that somebody who had only the contract found broken, each in the smallest bot that shows it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chatbot.channels.telegram.parsing import parse
from chatbot.conversation.record import Arrival
from chatbot.testing.models import Setting
from chatbot.types import CallAnswer
from tests.conformance.kit import bot
from tests.conversation.path_kit import NOW

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

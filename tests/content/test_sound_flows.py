"""Flows that a sensible author writes, and of which `check` has nothing to say."""

from __future__ import annotations

import pytest

from tests.conformance.kit import BOT, found

TWO_CHANNELS = BOT.replace("kind: webchat }", "kind: webchat }\n  wa: { kind: whatsapp, phone_number_id: '1' }")
UNUSED = {"CB306", "CB307", "CB220"}
"""The kit declares slots, intents and entities that no flow here needs."""

EXITS = (
    "- { if: '%s', then: { ask: email, say: Mail? } }\n"
    "- { if: '%s', then: [{ say: 'No.' }, { end: x }] }\n- say: '{email}'"
)
PLANS = "- { choose: plan, say: Which?, options: [{ title: Basic, value: basic }, { title: Pro, value: pro }] }\n"

SOUND = {
    "an answer, where there is one": (
        "- { fetch: GET shop /things, save: thing, if_error: { say: Not now. } }\n"
        "- { if: has(thing), then: { say: '{thing.name}' } }"
    ),
    "a text for each channel there is": "- { say: A, only: [webchat] }\n- { say: B, only: [whatsapp] }",
    "open, and not open": (
        "- { if: 'open(\"office\")', then: { say: A } }\n- { if: 'not open(\"office\")', then: { say: B } }"
    ),
    "a channel, and the others": (
        "- { if: 'channel == \"whatsapp\"', then: { say: A } }\n- { if: 'channel != \"whatsapp\"', then: { say: B } }"
    ),
    "a moment, and before it": (
        "- { if: 'now >= \"2026-03-01\"', then: { say: A } }\n- { if: 'now < \"2026-03-01\"', then: { say: B } }"
    ),
    "a key, and the others": "- { ask: city, say: Where? }\n" + EXITS % ('city == "nyc"', 'city != "nyc"'),
    "more, and not more": "- { ask: count, say: How many? }\n" + EXITS % ("count > 3", "count <= 3"),
    "cases that leave none out": (
        PLANS + "- cases: [{ if: 'plan == \"basic\"', then: { say: A } }, { if: 'plan == \"pro\"', then: { say: B } }]"
    ),
}


@pytest.mark.parametrize("steps", SOUND.values(), ids=SOUND.keys())
def test_nothing_is_found(steps: str) -> None:
    assert set(found(steps, bot=TWO_CHANNELS)) <= UNUSED


def test_a_slot_may_be_called_message() -> None:
    flow = """
        flow: main
        start: { intent: order_status }
        slots: { message: text }
        steps:
          - { ask: message, say: What shall we know? }
          - { handoff: orders, note: "{message}" }
    """
    assert set(found(flow)) <= UNUSED


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ("- { say: A, only: [webchat] }", "CB313"),
        ("- { if: 'open(\"office\")', then: { say: A } }\n- { if: 'not open(\"orders\")', then: { say: B } }", "CB313"),
        ("- fetch: GET shop /a\n  save: o\n" + EXITS % ('o.a == "x"', 'o.a != "x"'), "CB308"),
        (PLANS + "- cases: [{ if: 'plan == \"prof\"', then: { say: A } }, { else: { say: B } }]", "CB315"),
    ],
)
def test_what_is_left_out_is_found(steps: str, code: str) -> None:
    assert code in found(steps, bot=TWO_CHANNELS)

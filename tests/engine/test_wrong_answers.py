"""A wrong answer is a wrong answer: it changes nothing that was said before."""

from __future__ import annotations

import pytest

from tests.conformance.kit import HEAD, bot

AGE = HEAD + "  age: { type: integer, check: age >= 18 }\n  back: { type: date, check: back > day }\nsteps:\n"


def test_a_value_that_a_check_refuses_corrects_no_earlier_slot_of_its_type() -> None:
    bot(AGE + "  - ask: count\n    say: How many?\n  - ask: age\n    say: Age?\n    if_invalid: Too young.\n").chat("""
        - user: track my order
        - bot: How many?
        - user: 2
        - bot: Age?
        - user: 12
        - bot: Too young.
        - user: 30
        - expect: { slots: { count: 2, age: 30 } }
    """)


def test_a_day_that_is_too_early_corrects_no_earlier_day() -> None:
    bot(AGE + "  - ask: day\n    say: Out?\n  - ask: back\n    say: Back?\n    if_invalid: Later.\n").chat("""
        - user: track my order
        - bot: Out?
        - user: 2026-02-10
        - bot: Back?
        - user: 2026-02-05
        - bot: Later.
        - user: 2026-02-15
        - expect: { slots: { day: 2026-02-10, back: 2026-02-15 } }
    """)


@pytest.mark.parametrize(
    "question",
    [
        "- choose: act\n  say: Well?\n  if_invalid: Not one.\n  options: [{ title: Ham, value: a }]",
        "- rate: csat\n  say: Well?\n  if_invalid: Not one.",
    ],
)
def test_a_number_off_a_list_or_a_scale_corrects_no_earlier_number(question: str) -> None:
    bot(f"- ask: count\n  say: How many?\n{question}").chat("""
        - user: track my order
        - bot: How many?
        - user: 2
        - bot: Well?
        - user: 9
        - bot: Not one.
        - expect: { slots: { count: 2 } }
        - user: no, count 7
        - expect: { slots: { count: 7 } }
        - bot: Well?
    """)

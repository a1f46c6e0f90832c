from __future__ import annotations

import pytest
import re2

from chatbot.testing.matching import gaps, pattern, said
from chatbot.types import Attachment, Message


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Hello.", "Hello."),
        ("What is your order number*", "What is your order number? It looks like AB-123456."),
        ("*number*", "your number is\n7"),
        ("Costs (5 * 3) = *", "Costs (5 any 3) = 15"),
        ("/late/", "Sorry, it is late."),
        ("/^Sorry.*late\\.$/", "Sorry, it is late."),
        ("/(?i)SORRY/", "Sorry, it is late."),
        ("Two lines.\n", "Two lines."),
        ("/", "/"),
        ("", ""),
    ],
)
def test_a_bot_line_fits(line: str, text: str) -> None:
    assert pattern(line)(text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Hello.", "Hello"),
        ("Hello.", "Hellox"),
        ("hello.", "Hello."),
        ("What is*", "So: What is it?"),
        ("/late$/", "late again"),
        ("a.c", "abc"),
    ],
)
def test_a_bot_line_does_not_fit(line: str, text: str) -> None:
    assert not pattern(line)(text)


def test_an_expression_re2_does_not_know_is_refused_without_noise(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(re2.error):
        pattern("/(?=late)/")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        ({"flow": "a"}, {"flow": "a", "step": "b"}),
        ({"slots": {"n": "AB-1"}}, {"slots": {"n": "AB-1", "m": 2}}),
        ({"slots": {"n": "12345"}}, {"slots": {"n": "12345"}}),
        ({"slots": {"n": "5"}}, {"slots": {"n": 5}}),
        ({"slots": {"n": "5.50"}}, {"slots": {"n": 5.5}}),
        ({"slots": {"n": "yes"}}, {"slots": {"n": True}}),
        ({"slots": {"n": "false"}}, {"slots": {"n": False}}),
        ({"slots": {"n": None}}, {"slots": {}}),
        ({"handoff": None}, {"handoff": ""}),
        ({"tags": None}, {"tags": []}),
        ({"tags": ["a", "b"]}, {"tags": ["a", "b"]}),
        ({"fetches": "3"}, {"fetches": 3}),
    ],
)
def test_an_expectation_holds(expected: object, seen: object) -> None:
    assert [*gaps(expected, seen)] == []


@pytest.mark.parametrize(
    ("expected", "seen", "said_so"),
    [
        ({"flow": "a"}, {"flow": None}, "flow: expected a, was nothing"),
        ({"slots": {"n": "AB-1"}}, {"slots": {"n": "AB-2"}}, "slots.n: expected AB-1, was AB-2"),
        ({"slots": {"n": "5"}}, {"slots": {"n": 6}}, "slots.n: expected 5, was 6"),
        ({"slots": {"n": "five"}}, {"slots": {"n": 5}}, "slots.n: expected five, was 5"),
        ({"slots": {"n": "1"}}, {"slots": {"n": True}}, "slots.n: expected 1, was true"),
        ({"slots": {"n": None}}, {"slots": {"n": 0}}, "slots.n: expected nothing, was 0"),
        ({"tags": ["a"]}, {"tags": ["a", "b"]}, "tags: expected [a], was [a, b]"),
        ({"tags": ["b", "a"]}, {"tags": ["a", "b"]}, "tags: expected [b, a], was [a, b]"),
        ({"slots": {"n": "x"}}, {"slots": None}, "slots: expected { n: x }, was nothing"),
    ],
)
def test_an_expectation_that_does_not_hold_says_where(expected: object, seen: object, said_so: str) -> None:
    assert [str(gap) for gap in gaps(expected, seen)] == [said_so]


def test_a_message_that_is_only_an_attachment_has_words_too() -> None:
    assert said(Message(attachment=Attachment("image", "https://x/y.png"))) == "[image] https://x/y.png"
    assert said(Message("Look:", attachment=Attachment("image", "https://x/y.png"))) == "Look:"

from __future__ import annotations

import random

import pytest

from chatbot.understanding import Context, Understanding
from tests.understanding.messages import CLEAR, lines
from tests.understanding.noise import NOISE

EN = Context("en", "en-US")
CLEAN = [(intent, text) for intent, texts in CLEAR.items() for text in lines(texts)]
LEAST = {"two slips": 0.85, "a blank forgotten": 0.85, "by ear": 0.85, "one slip": 0.9}
"""Share of messages that still start their intent; the other kinds of noise change no word."""


@pytest.mark.parametrize("kind", NOISE)
def test_noise_keeps_messages_with_their_intent(support: Understanding, kind: str) -> None:
    dice = random.Random(kind)
    noisy = [(intent, NOISE[kind](text, dice)) for intent, text in CLEAN for _ in range(2)]
    lost = [(text, intent) for intent, text in noisy if support.read(text, EN).intent != intent]
    assert 1 - len(lost) / len(noisy) >= LEAST.get(kind, 0.95), lost


def test_what_names_something_is_never_repaired(support: Understanding) -> None:
    for text in ("ab-123456", "bob@refnd.com", "https://ordr.example/trak", "A1B2C3", "0612345678"):
        assert all(not word.taken_for for word in support.explain(text, EN).words), text

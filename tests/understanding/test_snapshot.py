from __future__ import annotations

from dataclasses import replace

import pytest

from chatbot.understanding import Context, Understanding
from tests.understanding.messages import CLEAR, NOTHING, lines
from tests.understanding.processes import printed_everywhere
from tests.understanding.support_bot import program

EN = Context("en", "en-US")
TEXTS = [*(text for texts in CLEAR.values() for text in lines(texts)), *lines(NOTHING), "a qué hora abren", "agent"]
BUILT = Understanding.build(program())
LEARNT = BUILT.to_bytes()


def test_what_was_learnt_reads_the_same_when_it_comes_back() -> None:
    again = Understanding.build(program(), LEARNT)
    assert [again.read(text, EN) for text in TEXTS] == [BUILT.read(text, EN) for text in TEXTS]
    assert again.explain("wheres my ordr", EN).to_json() == BUILT.explain("wheres my ordr", EN).to_json()
    assert again.to_bytes() == LEARNT


def test_it_is_the_same_in_every_process() -> None:
    code = (
        "from hashlib import sha256\n"
        "from tests.understanding.test_snapshot import *\n"
        "print(sha256(LEARNT).hexdigest())\n"
    )
    assert len(printed_everywhere(code)) == 1


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"nonsense",
        LEARNT[: len(LEARNT) // 2],
        LEARNT[:-1],
        LEARNT + b"x",
        LEARNT[:200] + bytes([LEARNT[200] ^ 1]) + LEARNT[201:],
        b"x" + LEARNT[1:],
    ],
)
def test_damaged_bytes_are_learnt_anew(damaged: bytes) -> None:
    again = Understanding.build(program(), damaged)
    assert again.read("wheres my ordr", EN) == BUILT.read("wheres my ordr", EN)


def test_bytes_of_another_program_are_passed_over() -> None:
    other = replace(program({"greet": {"say": ["hello", "hi there", "good morning"]}}), hash="other")
    assert Understanding.build(other, LEARNT).read("where is my order", EN).intent == ""

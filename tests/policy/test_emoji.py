"""One emoji, and nothing beside it."""

from __future__ import annotations

import unicodedata

import pytest

from chatbot.policy.capabilities import TELEGRAM_EMOJI
from chatbot.policy.emoji import is_emoji


@pytest.mark.parametrize(
    "emoji",
    [
        "👍", "❤", "❤️", "☹️", "©️", "‼️", "ℹ️", "↔️", "㊙️", "👍🏽", "☝🏿", "1️⃣", "#️⃣", "*⃣", "🇩🇪", "🇺🇳",
        "👩‍👩‍👧‍👦", "👩🏻‍❤️‍💋‍👨🏿", "🕵🏻‍♂️", "🏳️‍🌈", "🏴‍☠️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🤷‍♀", "🪿", "🫩",
    ],
)  # fmt: skip
def test_each_of_these_is_one(emoji: str) -> None:
    assert is_emoji(emoji)


def test_all_that_telegram_takes_are() -> None:
    assert all(map(is_emoji, TELEGRAM_EMOJI))


FAMILY = "\u200d".join("👩👩👧👦")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "👍 ", "👍👍", "👍🏽🏽", "👍a", "a👍", "ok", ":)", "1", "#", "12", "…", "—", "§", "№", "™™", "€", "┌",
        "☇", "🇩", "🇩🇪🇫", "🇩🇪🇫🇷", "👍\u200d", "\u200d👍", "👩\u200d\u200d👧", "\ufe0f", "\u200d", "\u20e3", "❤\ufe0e",
        "🏴\U000e0067\U000e0062", "e\u0301", f"{FAMILY}\u200d{FAMILY}\u200d👩",
    ],
)  # fmt: skip
def test_none_of_these_is(text: str) -> None:
    assert not is_emoji(text)


def test_half_a_character_is_none() -> None:
    assert not is_emoji("\ud83d")


def test_no_letter_or_digit_of_any_script_is_one() -> None:
    letters = [chr(code) for code in range(0x20000) if unicodedata.category(chr(code))[0] in "LN"]
    assert [letter for letter in letters if is_emoji(letter)] == ["ℹ"]

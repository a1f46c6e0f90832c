"""Which emoji may stand on a customer's message, platform by platform."""

import pytest
from telegram.constants import ReactionEmoji

from chatbot.policy.capabilities import CAPABILITIES, TELEGRAM_EMOJI
from chatbot.policy.reactions import fitting
from chatbot.testing.telegram_rules import REACTIONS


@pytest.mark.parametrize(
    ("kind", "emoji", "shown"),
    [
        ("whatsapp", "👍", "👍"),
        ("whatsapp", "1️⃣", "1️⃣"),
        ("whatsapp", "🇩🇪", "🇩🇪"),
        ("messenger", "👩‍👩‍👧", "👩‍👩‍👧"),
        ("whatsapp", "thanks", None),
        ("whatsapp", "👍 thanks", None),
        ("whatsapp", ":)", None),
        ("instagram", "❤️", "❤"),
        ("instagram", "👍", None),
        ("telegram", "❤️", "❤"),
        ("telegram", "❤‍🔥", "❤️‍🔥"),
        ("telegram", "🥦", None),
        ("x", "👍", None),
        ("tiktok", "", None),
        ("telegram", "", ""),
    ],
)
def test_an_emoji_goes_out_as_its_platform_writes_it_or_not_at_all(kind: str, emoji: str, shown: str | None) -> None:
    assert fitting(emoji, CAPABILITIES[kind]) == shown


def test_telegrams_list_is_telegrams() -> None:
    assert set(TELEGRAM_EMOJI) == REACTIONS == {each.value for each in ReactionEmoji}

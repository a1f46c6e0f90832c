"""Turns while people have the conversation, over the real engine and the real store."""

from __future__ import annotations

from pathlib import Path as File

from chatbot.conversation.elsewhere import NATIVE_IDLE
from chatbot.types import Inbound
from tests.conversation.house import House
from tests.conversation.path_kit import said


def native(number: int) -> Inbound:
    return said("Hi, Bo here", number, kind="echo")


async def test_who_wrote_to_a_native_inbox_and_got_no_answer_waits_in_the_queue(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), native(2), said("are you there?", 3), NATIVE_IDLE + 1)
    assert house.rows("SELECT control, queue FROM conversations") == [("queued", "default")]
    assert house.rows("SELECT reason, ended_at IS NULL FROM handoffs ORDER BY id") == [("echo", 0), ("unanswered", 1)]


async def test_who_was_answered_there_goes_back_to_the_bot_quietly(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), native(2), said("thank you", 3), native(4), NATIVE_IDLE + 1)
    assert house.rows("SELECT control FROM conversations") == [("bot",)]
    assert len(house.channel.sent) == 2


async def test_the_platforms_own_opt_out_is_written_down_and_not_answered(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), said("", 2, kind="opt_out", payload="STOP_PROMOTIONS"))
    assert house.rows("SELECT action FROM consents") == [("opt_out",)]
    assert len(house.channel.sent) == 2

"""Another app may own the thread: we watch, are silent, and go on when it comes back."""

from __future__ import annotations

from pathlib import Path as File

import pytest

from chatbot.conversation.ports import NOTICE
from chatbot.errors import PlatformError, Refused
from chatbot.types import Inbound
from tests.conversation.house import House, Routed
from tests.conversation.path_kit import FakeChannel, said

PLACE = "SELECT control, assignee, thread FROM conversations"


def control(number: int, to: str, app: str = "42") -> Inbound:
    return said("", number, kind="thread_control", payload=app, data={"to": to})


def watched(text: str, number: int) -> Inbound:
    return said(text, number, kind="standby")


async def test_what_is_written_to_another_app_is_seen_and_not_answered(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), control(2, "them"), watched("wheres my order", 3), watched("hello?", 4))
    assert house.rows(PLACE) == [("human", "native", "42")]
    lines = house.rows("SELECT text FROM messages WHERE author = 'customer' ORDER BY id")
    assert [text for (text,) in lines] == ["hello", "wheres my order", "hello?"]
    assert len(house.channel.sent) == 2  # the greeting
    assert house.rows("SELECT reason, agent FROM handoffs") == [("thread", "native")]


async def test_a_message_on_standby_alone_says_that_another_app_answers(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(watched("hello", 1))
    assert house.rows(PLACE) == [("human", "native", "another app")]
    assert house.channel.sent == []


async def test_passed_back_the_bot_goes_on(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), control(2, "them"), control(3, "us"), said("what are your opening hours", 4))
    assert house.rows(PLACE) == [("bot", None, "")]
    assert house.rows("SELECT end_reason FROM handoffs") == [("returned",)]
    assert len(house.channel.sent) > 2


async def test_a_message_that_comes_to_us_says_that_the_thread_is_ours_again(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), control(2, "them"), said("what are your opening hours", 3))
    assert house.rows(PLACE) == [("bot", None, "")]
    assert len(house.channel.sent) > 2


async def test_another_app_keeps_the_thread_however_long_it_is_silent(tmp_path: File) -> None:
    house = House(tmp_path)
    await house.plays(said("hello", 1), control(2, "them"), 20 * 3_600_000)
    assert house.rows(PLACE) == [("human", "native", "42")]


async def test_whoever_of_our_people_has_it_keeps_it_and_their_answer_takes_the_thread(tmp_path: File) -> None:
    channel = Routed()
    house = House(tmp_path, channel)
    await house.plays(said("agent", 1), "claim", control(2, "them"), "Bo here")
    assert house.rows(PLACE) == [("human", "bo", "")]
    assert channel.calls == ["take"]
    assert channel.texts()[-1] == "Bo here"


async def test_a_reaction_takes_no_thread(tmp_path: File) -> None:
    channel = Routed()
    house = House(tmp_path, channel)
    with pytest.raises(Refused, match="another app answers"):
        await house.plays(said("agent", 1), "claim", control(2, "them"), "👍")
    await house.store.close(clean=True)
    assert house.rows(PLACE) == [("human", "bo", "42")]
    assert channel.calls == []


async def test_giving_it_back_to_the_bot_takes_the_thread_first(tmp_path: File) -> None:
    channel = Routed()
    house = House(tmp_path, channel)
    await house.plays(said("agent", 1), "claim", control(2, "them"), "release", said("hello", 3))
    assert house.rows(PLACE) == [("bot", None, "")]
    assert channel.calls == ["take"]


async def test_a_handoff_passes_the_thread_to_the_teams_inbox_behind_the_notice_and_a_release_takes_it(
    tmp_path: File,
) -> None:
    channel = Routed("42")
    house = House(tmp_path, channel)
    await house.plays(said("agent", 1))
    assert channel.calls == ["pass"]
    assert house.rows("SELECT control, thread FROM conversations") == [("queued", "42")]
    order = house.rows("SELECT json_extract(body, '$.thread'), status FROM outbox ORDER BY id")
    assert order[-1] == ("pass", "sent")
    assert all(status == "sent" for _, status in order)


async def test_who_waited_for_the_team_is_the_bots_again_when_the_teams_app_gives_the_thread_back(
    tmp_path: File,
) -> None:
    house = House(tmp_path, Routed("42"))
    await house.plays(said("agent", 1), control(2, "us"), said("what are your opening hours", 3))
    assert house.rows(PLACE) == [("bot", None, "")]
    assert house.rows("SELECT end_reason FROM handoffs") == [("returned",)]


@pytest.mark.parametrize(("app", "passed"), [("42", ["pass"]), ("7", [])])
async def test_an_app_that_asks_gets_the_thread_if_it_is_the_teams(tmp_path: File, app: str, passed: list[str]) -> None:
    channel = Routed("42")
    house = House(tmp_path, channel)
    await house.plays(said("hello", 1), control(2, "asks", app))
    assert channel.calls == passed
    assert len(house.rows("SELECT 1 FROM alerts")) == (not passed)


async def test_a_refusal_because_the_thread_is_anothers_silences_the_bot_and_not_the_account(tmp_path: File) -> None:
    channel = FakeChannel(script=[PlatformError("not the owner", reason="thread")])
    house = House(tmp_path, channel)
    await house.plays(said("hello", 1), said("hello", 2, contact="cy"))
    assert sorted(house.rows("SELECT control, thread FROM conversations")) == [("bot", ""), ("human", "another app")]
    assert {who for who, _ in channel.sent} == {"cy"}
    assert house.rows("SELECT count(*) FROM alerts WHERE kind = 'account'") == [(0,)]


async def test_news_of_the_account_itself_is_an_alert_and_told_once(tmp_path: File) -> None:
    house = House(tmp_path)
    news = said("", 1, contact="", kind="ignored", data={NOTICE: "Our app has another role now."})
    await house.plays(news, news)
    assert house.rows("SELECT conversation, text FROM alerts") == [(None, "Our app has another role now.")]
    assert house.rows("SELECT count(*) FROM conversations") == [(0,)]

"""Words of a person, and threads that several apps share, on Messenger and Instagram, over real HTTP."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from chatbot.channels.messenger.threads import whose
from chatbot.channels.protocol import Platform
from chatbot.channels.registry import open_channel
from chatbot.conversation.ports import NOTICE, HumanAgent, Threads
from chatbot.errors import OperatorError, PlatformError
from chatbot.types import ConversationKey, Inbound, Message
from tests.channels.test_accounts import META, Standin, standing

ACCOUNTS = {
    "messenger": {"kind": "messenger", "page_id": "17", "page_token": "EAAB", "app_secret": "s", "verify_token": "v"},
    "instagram": {"kind": "instagram", "account_id": "17", **META},
}


def opened(kind: str, standin: Standin, web: aiohttp.ClientSession, **more: Any) -> Platform:
    return open_channel("acct", {**ACCOUNTS[kind], "api_url": standin.url, **more}, web)


@pytest.fixture
async def platform() -> AsyncIterator[Standin]:
    async with standing() as standin:
        yield standin


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as web:
        yield web


@pytest.fixture(params=sorted(ACCOUNTS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_persons_late_words_are_marked_and_nothing_else_is(
    kind: str,
    platform: Standin,
    session: aiohttp.ClientSession,
) -> None:
    channel = opened(kind, platform, session, human_agent="true")
    assert isinstance(channel, HumanAgent)
    assert channel.human_agent
    platform.answer = {"message_id": "m_1"}
    (body,) = channel.render(Message("Sorry it took so long."))
    assert await channel.send("9", body, "row", human_agent=True) == "m_1"
    await channel.send("9", body, "row")
    marks = [(call["messaging_type"], call.get("tag")) for _, _, call in platform.calls]
    assert marks == [("MESSAGE_TAG", "HUMAN_AGENT"), ("RESPONSE", None)]


async def test_without_the_setting_an_account_may_not(
    kind: str,
    platform: Standin,
    session: aiohttp.ClientSession,
) -> None:
    channel = opened(kind, platform, session)
    assert isinstance(channel, HumanAgent)
    assert not channel.human_agent


async def test_the_thread_is_passed_to_the_teams_app_and_taken_back(
    kind: str,
    platform: Standin,
    session: aiohttp.ClientSession,
) -> None:
    channel = opened(kind, platform, session, inbox_app_id="263902037430900")
    assert isinstance(channel, Threads)
    passing = channel.pass_thread("asked for a person")
    assert passing is not None
    assert await channel.send("9", passing, "row") == ""
    await channel.send("9", channel.take_thread(), "row")
    calls = [(path.rsplit("/", 1)[1], call) for path, _, call in platform.calls]
    assert calls == [
        (
            "pass_thread_control",
            {"recipient": {"id": "9"}, "target_app_id": "263902037430900", "metadata": "asked for a person"},
        ),
        ("take_thread_control", {"recipient": {"id": "9"}}),
    ]


async def test_a_refused_pass_says_so_as_a_message_would(
    kind: str,
    platform: Standin,
    session: aiohttp.ClientSession,
) -> None:
    channel = opened(kind, platform, session, inbox_app_id="2")
    platform.status, platform.answer = 400, {"error": {"code": 10, "error_subcode": 2018300, "message": "no"}}
    with pytest.raises(PlatformError) as refused:
        await channel.send("9", {"thread": "take"}, "row")
    assert refused.value.reason == "thread"


def test_an_account_without_a_team_app_passes_nothing(kind: str) -> None:
    channel = open_channel("acct", ACCOUNTS[kind])
    assert isinstance(channel, Threads)
    assert channel.pass_thread("x") is None


@pytest.mark.parametrize(
    ("event", "app_id", "to"),
    [
        ({"pass_thread_control": {"new_owner_app_id": "5"}}, "5", "us"),
        ({"pass_thread_control": {"new_owner_app_id": 6}}, "5", "them"),
        ({"pass_thread_control": {"new_owner_app_id": None}}, "5", "us"),
        ({"pass_thread_control": {"new_owner_app_id": "6"}}, "", "us"),  # told to the new owner only
        ({"take_thread_control": {"previous_owner_app_id": "5"}}, "5", "them"),
        ({"take_thread_control": {"previous_owner_app_id": "5"}}, "", "them"),
        ({"request_thread_control": {"requested_owner_app_id": "6"}}, "5", "asks"),
        ({"app_roles": {"5": ["primary_receiver"]}}, "5", None),
    ],
)
@pytest.mark.parametrize("standby", [False, True])
def test_whose_a_thread_is(kind: str, event: Any, app_id: str, to: str | None, standby: bool) -> None:
    channel = open_channel("acct", {**ACCOUNTS[kind], "app_id": app_id})
    group = "standby" if standby else "messaging"
    events = [{"sender": {"id": "9"}, "recipient": {"id": "17"}, "timestamp": 1_700_000_000_000, **event}]
    body = {"object": "page" if kind == "messenger" else "instagram", "entry": [{"id": "17", group: events}]}
    (found,) = channel.parse(json.dumps(body).encode())
    named = app_id and event.get("pass_thread_control", {}).get("new_owner_app_id")
    expected = "them" if standby and to == "us" and not named else to
    assert found.kind == "thread_control"
    assert found.data.get("to") == expected


@pytest.mark.parametrize(
    ("roles", "app_id", "told"),
    [
        ({"5": ["primary_receiver"]}, "5", "is the primary receiver"),
        ({"5": ["secondary_receiver"], "6": ["primary_receiver"]}, "5", "no primary receiver"),
        ({"6": ["primary_receiver"]}, "5", None),
        ({"5": ["primary_receiver"]}, "", None),
        ({"5": "primary_receiver"}, "5", "no primary receiver"),
        ([], "5", None),
    ],
)
def test_a_new_role_of_our_app_is_told_though_it_names_no_customer(
    kind: str, roles: Any, app_id: str, told: str | None
) -> None:
    channel = open_channel("acct", {**ACCOUNTS[kind], "app_id": app_id})
    event = {"recipient": {"id": "17"}, "timestamp": 1_700_000_000_000, "app_roles": roles}
    product = "page" if kind == "messenger" else "instagram"
    body = {"object": product, "entry": [{"id": "17", "messaging": [event]}]}
    (found,) = channel.parse(json.dumps(body).encode())
    assert (found.kind, found.raw_type) == ("thread_control", "app_roles")
    notice = found.data.get(NOTICE)
    assert (notice is None) if told is None else (told in str(notice))


@pytest.mark.parametrize(
    ("code", "subcode", "asks", "reason"),
    # Where asking is refused as well, nobody is told that the app was asked.
    [(10, 2018300, True, "thread"), (200, 0, True, "permission"), (190, 0, False, "token"), (2, 0, False, "outage")],
)
async def test_who_may_not_take_a_thread_asks_for_it(
    kind: str, platform: Standin, session: aiohttp.ClientSession, code: int, subcode: int, asks: bool, reason: str
) -> None:
    channel = opened(kind, platform, session)
    platform.status, platform.answer = 400, {"error": {"code": code, "error_subcode": subcode, "message": "no"}}
    with pytest.raises(PlatformError) as refused:
        await channel.send("9", {"thread": "take"}, "row")
    assert refused.value.reason == reason
    calls = [path.rsplit("/", 1)[1] for path, _, _ in platform.calls]
    assert ("request_thread_control" in calls) is asks


def test_other_events_are_left_alone() -> None:
    said = Inbound(ConversationKey("acct", "9"), "text", "m", 1, text="hi", payload="5")
    assert whose(said, "5") is said


@pytest.mark.parametrize(
    "more", [{"app_id": "five"}, {"inbox_app_id": "x"}, {"human_agent": "perhaps"}, {"messages_per_second": "0"}]
)
def test_a_wrong_setting_is_named(kind: str, more: dict[str, str]) -> None:
    with pytest.raises(OperatorError, match=next(iter(more))):
        open_channel("acct", {**ACCOUNTS[kind], **more})

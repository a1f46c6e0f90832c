"""Who a customer is: what messages bring along, and what Meta tells when asked."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from chatbot.channels.messenger.profiles import profile_of
from chatbot.channels.registry import open_channel, parser
from chatbot.contacts.lookups import ProfileSource
from chatbot.errors import PlatformError
from tests.channels.test_accounts import Standin, standing
from tests.channels.test_threads import ACCOUNTS

AT = "1700000000"


@pytest.fixture
async def platform() -> AsyncIterator[Standin]:
    async with standing() as standin:
        yield standin


@pytest.mark.parametrize(
    ("kind", "body", "profile"),
    [
        (
            "whatsapp",
            {
                "object": "whatsapp_business_account",
                "entry": [
                    {
                        "changes": [
                            {
                                "field": "messages",
                                "value": {
                                    "contacts": [{"wa_id": "1555", "profile": {"name": "Ana Ruiz", "username": "ana"}}],
                                    "messages": [
                                        {
                                            "from": "1555",
                                            "id": "w",
                                            "timestamp": AT,
                                            "type": "text",
                                            "text": {"body": "hi"},
                                        }
                                    ],
                                },
                            }
                        ]
                    }
                ],
            },
            {"name": "Ana Ruiz", "username": "ana"},
        ),
        (
            "telegram",
            {
                "update_id": 1,
                "message": {
                    "message_id": 5,
                    "from": {"id": 9, "first_name": "Ana", "last_name": "Ruiz", "language_code": "es"},
                    "chat": {"id": 9, "type": "private"},
                    "date": 1_700_000_000,
                    "text": "hi",
                },
            },
            {"name": "Ana Ruiz", "first_name": "Ana", "last_name": "Ruiz", "locale": "es"},
        ),
        (
            "x",
            {
                "for_user_id": "BOT",
                "direct_message_events": [
                    {
                        "type": "message_create",
                        "id": "20",
                        "created_timestamp": "1784928224372",
                        "message_create": {
                            "sender_id": "U",
                            "target": {"recipient_id": "BOT"},
                            "message_data": {"text": "hi"},
                        },
                    }
                ],
                "users": {"U": {"id": "U", "name": "Ana Ruiz", "screen_name": "ana"}},
            },
            {"name": "Ana Ruiz", "username": "ana"},
        ),
    ],
)
def test_what_a_message_says_of_its_sender(kind: str, body: Any, profile: dict[str, str]) -> None:
    (found,) = parser(kind)(json.dumps(body).encode(), "acct")
    assert found.profile == profile


@pytest.mark.parametrize(
    ("fields", "profile"),
    [
        (
            {"first_name": "Ana", "last_name": "Ruiz", "profile_pic": "https://x.example/a", "locale": "es_ES"},
            {
                "name": "Ana Ruiz", "first_name": "Ana", "last_name": "Ruiz", "picture": "https://x.example/a",
                "locale": "es_ES",
            },
        ),
        ({"name": "Ana", "username": "ana"}, {"name": "Ana", "username": "ana"}),
        ({"timezone": -7}, {"timezone": "Etc/GMT+7"}),
        ({"timezone": 2.0}, {"timezone": "Etc/GMT-2"}),
        ({"timezone": 0}, {"timezone": "UTC"}),
        ({"timezone": 5.5, "name": None, "locale": 3}, {}),
        ({"timezone": "Europe/Madrid"}, {}),
    ],
)  # fmt: skip
def test_what_graph_tells_in_our_words(fields: Any, profile: dict[str, str]) -> None:
    assert profile_of(fields) == profile


@pytest.mark.parametrize(
    ("kind", "fields"), [("messenger", "first_name,last_name,profile_pic"), ("instagram", "name,username,profile_pic")]
)
async def test_meta_is_asked_for_what_needs_no_further_permission(kind: str, fields: str, platform: Standin) -> None:
    async with aiohttp.ClientSession() as session:
        channel = open_channel("acct", {**ACCOUNTS[kind], "api_url": platform.url}, session)
        assert isinstance(channel, ProfileSource)
        platform.answer = {"first_name": "Ana", "name": "Ana", "id": "9"}
        assert (await channel.profile("9"))["name"] == "Ana"
        [(path, _, query)] = platform.calls
        assert (path, query["fields"]) == ("/v25.0/9", fields)
        platform.status, platform.answer = 400, {"error": {"code": 100, "error_subcode": 33}}
        with pytest.raises(PlatformError):
            await channel.profile("9")


async def test_nobody_is_asked_about_who_is_known_by_a_checkbox_only(platform: Standin) -> None:
    channel = open_channel("acct", {**ACCOUNTS["messenger"], "api_url": platform.url})
    assert isinstance(channel, ProfileSource)
    assert await channel.profile("user_ref:abc") == {}

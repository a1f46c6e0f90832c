"""Any JSON at all, come through a platform's own door: events, or a ParseError, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given

from chatbot.channels.registry import open_channel
from chatbot.testing.fake_bridge import FakeBridge
from chatbot.testing.fake_instagram import FakeInstagram
from chatbot.testing.fake_messenger import FakeMessenger
from chatbot.testing.fake_platform import FakePlatform
from chatbot.testing.fake_telegram import FakeTelegram
from chatbot.testing.fake_tiktok import FakeTikTok
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.fake_x import FakeX
from chatbot.types import Inbound, Json
from tests.channels.reading import check_storable, strange

WORDS = """entry messaging standby changes object field value message mid text attachments type payload url sender
recipient id timestamp postback referral delivery read reaction from messages statuses contacts metadata
phone_number_id interactive data event_type filter user_id direct_message_events message_create message_data users
for_user_id update_id chat date callback_query edited_message photo event content user_openid conversation_id from_user
kind events account user name profile pass_thread_control is_echo"""
VALUES = ("page", "instagram", "whatsapp_business_account", "messages", "dm.received", "im_receive_msg", 1_700_000_000)

FAKES: list[Callable[[], FakePlatform]] = [
    FakeMessenger, FakeInstagram, FakeWhatsApp, FakeTelegram, FakeX, FakeTikTok, FakeBridge,
]  # fmt: skip


@pytest.mark.parametrize("make", FAKES)
@given(body=strange(WORDS, VALUES))
def test_no_json_breaks_it(make: Callable[[], FakePlatform], body: Json) -> None:
    channel = open_channel("acct", {**make().settings, "api_url": "https://api.invalid"})

    def parse(raw: bytes, account: str, own_id: str = "", /) -> tuple[Inbound, ...]:
        return channel.parse(raw)

    check_storable(parse, json.dumps(body).encode())

"""What an account says of its platform's limits, where the platform's own word is not sure."""

from __future__ import annotations

from typing import Any

import pytest

from chatbot.channels.protocol import readable_settings
from chatbot.channels.registry import open_channel, settings_of
from chatbot.conversation.ports import Limited
from chatbot.errors import OperatorError
from chatbot.policy.pacing import RATES, Rates
from chatbot.policy.sending import WINDOWS
from tests.channels.test_accounts import SETTINGS
from tests.channels.test_checking_accounts import found

HOUR = 3_600_000
ACCOUNTS: dict[str, dict[str, Any]] = {
    **SETTINGS,
    "messenger": {"kind": "messenger", "page_id": "1", "page_token": "t", "app_secret": "s", "verify_token": "v"},
    "tiktok": {"kind": "tiktok", "business_id": "b", "client_id": "c", "client_secret": "s", "access_token": "t"},
    "x": {"kind": "x", "user_id": "1", "consumer_secret": "s", "access_token": "t"},
}


def limits(kind: str, **own: str) -> Limited:
    channel = open_channel("acct", {**ACCOUNTS[kind], **own})
    assert isinstance(channel, Limited)
    return channel


@pytest.mark.parametrize("kind", sorted(RATES))
def test_an_account_that_says_nothing_has_the_limits_of_its_kind(kind: str) -> None:
    assert limits(kind).messaging_window == WINDOWS.get(kind)
    assert limits(kind).rates == RATES[kind]


def test_tiktok_takes_as_many_for_as_long_as_the_account_says() -> None:
    window = limits("tiktok", window="24h", messages_per_window="20").messaging_window
    assert window is not None
    assert (window.free, window.most) == (24 * HOUR, 20)


def test_whatsapp_has_a_span_after_an_ad_and_a_burst_to_one_customer() -> None:
    channel = limits("whatsapp", ad_window="1d12h", contact_burst="10", messages_per_second="20")
    window, rates = channel.messaging_window, channel.rates
    assert window is not None
    assert (window.free, window.ad, window.templates) == (24 * HOUR, 36 * HOUR, True)
    assert rates.account is not None
    assert rates.contact is not None
    assert (rates.account.burst, rates.contact.burst, rates.contact.every) == (20, 10, 6_000)


def test_x_takes_so_many_in_a_quarter_of_an_hour() -> None:
    rate = limits("x", messages_per_quarter_hour="200").rates.account
    assert rate is not None
    assert (rate.burst, rate.every) == (200, 4_500)


def test_a_wrong_limit_is_found_at_its_line() -> None:
    accounts = (
        "  tt:\n    kind: tiktok\n    business_id: b\n    client_id: c\n    client_secret: s\n    access_token: t\n"
        "    window: 2 days\n    messages_per_window: 0\n"
        "  wa: { kind: whatsapp, phone_number_id: '1', token: t, app_secret: s, verify_token: v, ad_window: 72,\n"
        "    contact_burst: many }\n"
        "  us: { kind: x, user_id: '1', consumer_secret: s, access_token: t, messages_per_quarter_hour: -1 }\n"
    )
    told = found(accounts)
    assert [line.partition(": ")[0] for line in told] == ["9", "10", "11", "12", "13"]
    assert told[0].endswith("a time span is written `2d`")


def test_a_wrong_limit_opens_no_channel() -> None:
    with pytest.raises(OperatorError, match=r"channels\.acct\.window: expected a time span such as"):
        limits("tiktok", window="long")


def test_limits_are_read_where_secrets_are_not_set() -> None:
    model = settings_of("tiktok")
    assert model is not None
    bare = {"kind": "tiktok", "client_secret": "", "window": "24h", "messages_per_window": "${MANY}"}
    window = readable_settings(model, bare).messaging_window
    assert window is not None
    assert (window.free, window.most) == (24 * HOUR, 10)
    telegram = settings_of("telegram")
    assert telegram is not None
    assert readable_settings(telegram, {"kind": "telegram", "token": ""}).rates == RATES["telegram"]


def test_a_kind_without_limits_has_none() -> None:
    model = settings_of("webchat")
    assert model is not None
    settings = readable_settings(model, {"kind": "webchat"})
    assert (settings.messaging_window, settings.rates) == (None, Rates())

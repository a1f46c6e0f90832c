"""Each fake platform against our channel for it, both ways: one was written from documents, so was the other."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from chatbot.channels.protocol import Platform
from chatbot.channels.registry import open_channel
from chatbot.errors import PlatformError
from chatbot.testing.fake_bridge import FakeBridge
from chatbot.testing.fake_instagram import FakeInstagram
from chatbot.testing.fake_messenger import FakeMessenger
from chatbot.testing.fake_platform import DAY, PICTURE, FakePlatform
from chatbot.testing.fake_telegram import FakeTelegram
from chatbot.testing.fake_tiktok import FakeTikTok
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.fake_x import FakeX
from chatbot.types import Attachment, Button, Inbound, Message

FAKES: dict[str, Callable[..., FakePlatform]] = {
    "messenger": FakeMessenger,
    "instagram": FakeInstagram,
    "whatsapp": FakeWhatsApp,
    "telegram": FakeTelegram,
    "x": FakeX,
    "tiktok": FakeTikTok,
    "bridge": FakeBridge,
}
WHO = "7700"
TWO = Message("Which one?", options=(Button("Red", "r"), Button("Blue", "b")))


class Clock:
    """Real time, and what was added to it."""

    later = 0.0

    def __call__(self) -> float:
        return time.time() + self.later


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=FAKES)
async def fake(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[FakePlatform]:
    async with FAKES[request.param](clock=clock) as opened:
        yield opened


@pytest.fixture
async def channel(fake: FakePlatform) -> AsyncIterator[Platform]:
    async with aiohttp.ClientSession() as session:
        yield open_channel("acct", fake.settings, session)


def contact(fake: FakePlatform) -> str:
    return fake.thread(WHO) if isinstance(fake, FakeTikTok) else WHO


ROWS = itertools.count(1)


async def say(fake: FakePlatform, channel: Platform, message: Message, row: str = "") -> list[str]:
    bodies = channel.render(message)
    return [await channel.send(contact(fake), body, row or f"cb:{next(ROWS)}:x") for body in bodies]


async def refused(fake: FakePlatform, channel: Platform) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        await say(fake, channel, Message("Hello"))
    return caught.value


async def test_what_the_channel_says_the_fake_takes(fake: FakePlatform, channel: Platform) -> None:
    fake.customer_wrote(WHO)
    ids = await say(fake, channel, Message("Hello & <welcome>"))
    assert fake.texts(WHO) == ["Hello & <welcome>"]
    assert ids == [sent.mid for sent in fake.sent]
    await say(fake, channel, TWO)
    shown = fake.sent[-1]
    assert shown.ways == {"Red": "r", "Blue": "b"} or "1" in shown.text, "buttons, or numbers where there are none"
    await say(fake, channel, Message("A sentence that goes on. " * 400))
    assert len(fake.sent) >= 3


async def test_a_picture_arrives(fake: FakePlatform, channel: Platform) -> None:
    fake.customer_wrote(WHO)
    await say(fake, channel, Message("", attachment=Attachment("image", fake.photo_url)))
    assert len(fake.sent) == 1
    if isinstance(fake, FakeX | FakeTikTok):
        assert list(fake.uploads.values()) == [PICTURE]
    else:
        assert fake.photo_url in str(fake.sent[0].message)


async def test_what_the_fake_brings_the_channel_verifies_and_reads(fake: FakePlatform, channel: Platform) -> None:
    events = [
        fake.message(WHO, "hi & <hello>"), fake.press(WHO, "Red", "r"), fake.photo(WHO), fake.arrived_by(WHO, "spring"),
    ]  # fmt: skip
    found: list[Inbound] = []
    for headers, raw in fake.signed(events):
        assert channel.verify(headers, raw)
        if not isinstance(fake, FakeTelegram):  # which signs nothing, but repeats a secret
            assert not channel.verify(headers, raw + b" ")
        assert not channel.verify({}, raw)
        found += channel.parse(raw)
    assert {each.key.contact for each in found} == {contact(fake)}
    said, pressed, shown, came = found
    assert (said.kind, said.text) == ("text", "hi & <hello>")
    assert (pressed.kind, pressed.payload) == ("button", "r") or (pressed.kind, pressed.text) == ("text", "Red")
    assert (shown.kind, shown.attachments[0].kind) == ("attachment", "image")
    assert came.referral is not None
    assert "spring" in (came.referral.ref, came.referral.ad_id)
    assert len({each.message_id for each in found}) == 4
    assert all(abs(each.timestamp - time.time() * 1000) < 60_000 for each in found)


async def test_a_person_in_the_platforms_own_inbox_is_an_echo(fake: FakePlatform, channel: Platform) -> None:
    if isinstance(fake, FakeTelegram):
        return  # a bot has no other inbox
    fake.customer_wrote(WHO)
    [(headers, raw)] = fake.signed([fake.person_wrote(WHO, "Bo here")])  # type: ignore[attr-defined]
    assert channel.verify(headers, raw)
    [found] = channel.parse(raw)
    assert (found.kind, found.text, found.key.contact) == ("echo", "Bo here", contact(fake))


async def test_its_own_news_of_a_send_names_that_send(fake: FakePlatform, channel: Platform) -> None:
    fake.customer_wrote(WHO)
    [sent_id] = await say(fake, channel, Message("Hello"))
    for event in fake.told_of(fake.sent[0]):
        [(_, raw)] = fake.signed([event])
        [found] = channel.parse(raw)
        assert found.kind in {"echo", "delivered", "read", "ignored"}
        assert sent_id in {found.message_id, found.refers_to}


async def test_strangers_get_nothing(fake: FakePlatform, channel: Platform) -> None:
    error = await refused(fake, channel)
    assert error.reason in {"recipient", "blocked"}
    assert fake.sent == []


async def test_a_closed_window_is_told_as_one(fake: FakePlatform, channel: Platform, clock: Clock) -> None:
    if isinstance(fake, FakeTelegram | FakeX):
        return  # neither has one
    if isinstance(fake, FakeBridge):
        fake.window = DAY
    fake.customer_wrote(WHO, clock() - 8 * DAY)
    assert (await refused(fake, channel)).reason == "window"


@pytest.mark.parametrize(("mode", "reason"), [("rate", "rate"), ("outage", "outage")])
async def test_troubles_can_be_tried_again(fake: FakePlatform, channel: Platform, mode: Any, reason: str) -> None:
    fake.customer_wrote(WHO)
    await say(fake, channel, Message("Hello"))  # with a token in hand
    fake.mode = mode
    error = await refused(fake, channel)
    assert (error.reason, error.retryable) == (reason, True)
    if reason == "rate" and not isinstance(fake, FakeTikTok):
        assert error.retry_after is not None
    fake.mode = "ok"
    await say(fake, channel, Message("Again"))


@pytest.mark.parametrize(("mode", "taken"), [("reset", 1), ("reset_after", 2)])
async def test_a_broken_connection_is_uncertain(fake: FakePlatform, channel: Platform, mode: Any, taken: int) -> None:
    fake.customer_wrote(WHO)
    await say(fake, channel, Message("Hello"))
    fake.mode = mode
    error = await refused(fake, channel)
    assert error.uncertain
    assert len(fake.sent) == taken


async def test_a_wrong_token_is_told_as_one_and_shown_nowhere(fake: FakePlatform) -> None:
    wrong = {
        "messenger": {"page_token": "EAAB-wrong"}, "instagram": {"token": "EAAB-wrong"},
        "whatsapp": {"token": "EAAB-wrong"}, "telegram": {"token": "123456:EAAB-wrong"},
        "x": {"refresh_token": "EAAB-wrong"}, "tiktok": {"refresh_token": "EAAB-wrong"},
        "bridge": {"secret": "whsec_b2xkLWtleS1vbGQta2V5LW9sZC1rZXkt"},
    }[fake.kind]  # fmt: skip
    fake.customer_wrote(WHO)
    async with aiohttp.ClientSession() as session:
        error = await refused(fake, open_channel("acct", {**fake.settings, **wrong}, session))
    assert error.reason == "token"
    assert "EAAB-wrong" not in str(error)


async def test_typing_is_shown_where_there_is_such_a_thing_and_never_fails(
    fake: FakePlatform, channel: Platform
) -> None:
    await channel.typing(contact(fake))  # to a stranger
    fake.customer_wrote(WHO)
    before = len(fake.typing)
    await channel.typing(contact(fake))
    # WhatsApp shows it with a message that was read, which none was here; X and what is behind a bridge have none.
    shown = isinstance(fake, FakeMessenger | FakeInstagram | FakeTelegram | FakeTikTok)
    assert fake.typing[before:] == ([contact(fake)] if shown else [])
    fake.mode = "outage"
    await channel.typing(contact(fake))


async def test_bursts_beyond_the_rate_are_refused(fake: FakePlatform, channel: Platform) -> None:
    fake.customer_wrote(WHO)
    for name in ("rate", "chat_rate", "pair_rate", "send_rate"):
        if hasattr(fake, name):
            getattr(fake, name).most = 3
    for _ in range(3):
        await say(fake, channel, Message("Hello"))
    error = await refused(fake, channel)
    assert (error.reason, error.retryable) == ("rate", True)


@pytest.mark.parametrize("make", [FakeX, FakeTikTok])
async def test_a_token_that_has_ended_is_renewed_under_way_and_once(make: Callable[..., FakeX | FakeTikTok]) -> None:
    async with make() as fake, aiohttp.ClientSession() as session:
        channel = open_channel("acct", fake.settings, session)
        fake.customer_wrote(WHO)
        await say(fake, channel, Message("Hello"))
        fake.expire()
        await asyncio.gather(*(say(fake, channel, Message(f"Number {n}")) for n in range(5)))
        assert len(fake.sent) == 6
        assert fake.refreshed == 2


@pytest.mark.parametrize("make", [FakeX, FakeTikTok])
async def test_a_token_that_was_lost_on_the_way_makes_no_message_uncertain(
    make: Callable[..., FakeX | FakeTikTok],
) -> None:
    """The message was never sent, so it may be sent again without a second thought."""
    async with make() as fake, aiohttp.ClientSession() as session:
        channel = open_channel("acct", fake.settings, session)
        fake.customer_wrote(WHO)
        fake.mode = "reset_after"
        error = await refused(fake, channel)
        assert (error.reason, error.retryable, error.uncertain) == ("outage", True, False)
        assert fake.sent == []


async def test_tiktok_takes_ten_messages_in_a_window() -> None:
    async with FakeTikTok() as fake, aiohttp.ClientSession() as session:
        fake.rate.most = 100
        channel = open_channel("acct", fake.settings, session)
        fake.customer_wrote(WHO)
        for _ in range(10):
            await say(fake, channel, Message("Hello"))
        assert (await refused(fake, channel)).reason == "window"
        fake.message(WHO, "and now?")
        await say(fake, channel, Message("Hello"))


async def test_x_tells_how_long_its_limit_lasts() -> None:
    async with FakeX() as fake, aiohttp.ClientSession() as session:
        channel = open_channel("acct", fake.settings, session)
        fake.customer_wrote(WHO)
        for _ in range(15):
            await say(fake, channel, Message("Hello"))
        error = await refused(fake, channel)
        assert error.retry_after is not None
        assert 800 < error.retry_after <= 901
        fake.send_rate.most = 10_000
        fake.day_rate.most = 15
        error = await refused(fake, channel)
        assert error.retry_after is not None
        assert error.retry_after > 80_000, "the day's limit outlasts that of a quarter of an hour"


@pytest.mark.parametrize("envelope", ["xaa", "aaa"])
async def test_both_envelopes_of_x_bring_the_same(envelope: str) -> None:
    async with FakeX(envelope=envelope) as fake:
        channel = open_channel("acct", fake.settings)
        [(headers, raw)] = fake.signed([fake.message(WHO, "hi")])
        assert channel.verify(headers, raw)
        assert channel.parse(raw)[0].text == "hi"
        [(_, raw)] = fake.signed([fake.person_wrote(WHO, "Bo")])
        assert channel.parse(raw)[0].kind == "echo"


async def test_a_picture_that_cannot_be_had_goes_out_as_its_link() -> None:
    async with FakeX() as fake, aiohttp.ClientSession() as session:
        fake.customer_wrote(WHO)
        for url, settings in (
            (f"{fake.url}/files/none.png", {}),
            (f"{fake.url}/2/users/me", {}),
            (fake.photo_url, {"private_media": "false"}),
        ):
            channel = open_channel("acct", {**fake.settings, "refresh_token": fake.refresh_token, **settings}, session)
            await say(fake, channel, Message("", attachment=Attachment("image", url)))
            assert fake.texts(WHO)[-1] == url
        assert fake.uploads == {}


async def test_a_picture_that_x_or_tiktok_will_not_take_goes_out_as_its_link() -> None:
    async with FakeX() as fake, aiohttp.ClientSession() as session:
        fake.customer_wrote(WHO)
        fake.media.allowed = False
        channel = open_channel("acct", {**fake.settings, "refresh_token": fake.refresh_token}, session)
        await say(fake, channel, Message("Our shop", attachment=Attachment("image", fake.photo_url)))
        assert fake.photo_url in fake.texts(WHO)[-1]
    async with FakeTikTok() as tiktok, aiohttp.ClientSession() as session:
        tiktok.customer_wrote(WHO)
        tiktok.takes_images = False
        channel = open_channel("acct", {**tiktok.settings, "refresh_token": tiktok.refresh_token}, session)
        await say(tiktok, channel, Message("", attachment=Attachment("image", tiktok.photo_url)))
        assert tiktok.texts(WHO)[-1] == tiktok.photo_url


async def test_a_bridge_takes_what_comes_twice_once() -> None:
    async with FakeBridge() as fake, aiohttp.ClientSession() as session:
        channel = open_channel("acct", fake.settings, session)
        fake.customer_wrote(WHO)
        once = await say(fake, channel, Message("Hello"), "cb:1:x")
        assert await say(fake, channel, Message("Hello"), "cb:1:x") == once
        assert len(fake.sent) == 1


# --- what a platform refuses of whoever calls it --------------------------------------------------------------


async def told(fake: FakeTelegram, method: str, **call: Any) -> str:
    """What the Bot API says of a call: "ok", or why not."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{fake.url}/bot{fake.token}/{method}", json=call) as response,
    ):
        answer = await response.json()
        return "ok" if answer["ok"] else answer["description"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<b>bold</b> &lt; <i>more</i>", "ok"),
        ("<b>open", "can't parse entities: Can't find end tag"),
        ("<b><i>crossed</b></i>", "can't parse entities: Unmatched end tag"),
        ("a < b", "can't parse entities: Unsupported start tag"),
        ("<script>x</script>", "can't parse entities: Unsupported start tag"),
        ("<b></b>", "message text is empty"),
        ("<b>" + "x" * 4096 + "</b>", "ok"),
        ("x" * 4097, "message is too long"),
    ],
)
async def test_telegram_reads_the_marks_of_a_text(text: str, said: str) -> None:
    async with FakeTelegram() as fake:
        fake.customer_wrote(WHO)
        assert said in await told(fake, "sendMessage", chat_id=WHO, text=text, parse_mode="HTML")


async def test_telegram_answers_a_press_once_and_knows_its_actions_and_messages() -> None:
    async with FakeTelegram() as fake:
        press = fake.press(WHO, "Yes", "y")["callback_query"]["id"]
        assert await told(fake, "answerCallbackQuery", callback_query_id=press) == "ok"
        assert "query ID is invalid" in await told(fake, "answerCallbackQuery", callback_query_id=press)
        assert await told(fake, "sendChatAction", chat_id=WHO, action="typing") == "ok"
        assert "wrong parameter action" in await told(fake, "sendChatAction", chat_id=WHO, action="thinking")
        assert "chat not found" in await told(fake, "sendChatAction", chat_id="404", action="typing")
        number = fake.message(WHO, "hi")["message"]["message_id"]
        assert await told(fake, "sendMessage", chat_id=WHO, text="a", reply_parameters={"message_id": number}) == "ok"
        lost = {"chat_id": WHO, "text": "a", "reply_parameters": {"message_id": 999}}
        assert "message to be replied not found" in await told(fake, "sendMessage", **lost)


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        ({"url": "http://bot.example/hook"}, "HTTPS url must be provided"),
        ({"url": "https://bot.example:8080/hook"}, "only on ports"),
        ({"url": "https://bot.example/hook", "secret_token": "no blanks"}, "unallowed characters"),
        ({"url": "https://bot.example:8443/hook", "secret_token": "abc_-1"}, "ok"),
    ],
)
async def test_telegram_calls_only_some_addresses(hook: dict[str, str], said: str) -> None:
    async with FakeTelegram() as fake:
        assert said in await told(fake, "setWebhook", **hook)


async def graph(fake: FakeWhatsApp, **call: Any) -> int:
    """The error code of the Cloud API, 0 for none."""
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {fake.token}"}) as session,
        session.post(
            f"{fake.url}/v25.0/{fake.phone_number_id}/messages", json={"messaging_product": "whatsapp", **call}
        ) as response,
    ):
        return int((await response.json()).get("error", {}).get("code", 0))


async def test_whatsapp_fills_a_template_as_it_was_approved() -> None:
    async with FakeWhatsApp() as fake:
        parts = [{"type": "BODY", "text": "Order {{1}} is {{2}}."}]
        fake.submitted["shipped", "en_US"] = {"name": "shipped", "language": "en_US", "components": parts}
        fake.approve("shipped", "en_US")

        async def send(*values: str, language: str = "en_US") -> int:
            body = {"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}
            shown = {"name": "shipped", "language": {"code": language}, "components": [body]}
            return await graph(fake, to=WHO, type="template", template=shown)

        assert await send("AB-1", "late") == 0
        assert await send("AB-1") == 132000
        assert await send("AB-1", " ") == 131008
        assert await send("AB-1", "late", language="es") == 132001
        fake.submitted["shipped", "en_US"]["status"] = "PAUSED"
        assert await send("AB-1", "late") == 132015


async def test_whatsapp_marks_only_what_it_brought_itself_as_read() -> None:
    async with FakeWhatsApp() as fake:
        number = fake.message(WHO, "hi")["value"]["messages"][0]["id"]
        assert await graph(fake, status="read", message_id=number) == 0
        assert await graph(fake, status="read", message_id="wamid.of-another") == 131009


async def test_whatsapp_takes_so_many_messages_a_second() -> None:
    now = [1_700_000_000.0]
    async with FakeWhatsApp(clock=lambda: now[0]) as fake:
        fake.rate.most = 2
        fake.message(WHO, "hi")
        hello = {"to": WHO, "type": "text", "text": {"body": "Hello"}}
        assert [await graph(fake, **hello) for _ in range(3)] == [0, 0, 130429]
        now[0] += 1.1
        assert await graph(fake, **hello) == 0

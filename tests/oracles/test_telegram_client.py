"""Telegram beside python-telegram-bot: both read the same updates alike, and our fake takes what its client sends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import telegram
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from chatbot.channels.telegram.channel import UPDATES
from chatbot.channels.telegram.parsing import parse
from chatbot.testing.fake_platform import PICTURE, Event
from chatbot.testing.fake_telegram import FakeTelegram
from chatbot.types import Inbound

WHO = 7700


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _as_it_will_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spans of time as python-telegram-bot will give them; else it warns."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    made = Bot(fake.token, base_url=f"{fake.url}/bot", base_file_url=f"{fake.url}/file/bot")
    async with made:
        yield made


def both(fake: FakeTelegram, bot: Bot, event: Event) -> tuple[Update, Inbound]:
    [(_, raw)] = fake.signed([event])
    theirs = Update.de_json(json.loads(raw), bot)
    [ours] = parse(raw, "acct")
    return theirs, ours


async def test_updates_are_read_alike(fake: FakeTelegram, bot: Bot) -> None:
    update, ours = both(fake, bot, fake.message(str(WHO), "hi & hello"))
    theirs = update.message
    assert theirs is not None
    assert (str(theirs.message_id), theirs.text, str(theirs.chat.id)) == (ours.message_id, ours.text, ours.key.contact)
    assert theirs.date.timestamp() * 1000 == ours.timestamp
    update, ours = both(fake, bot, fake.photo(str(WHO)))
    assert update.message is not None
    assert max(update.message.photo, key=lambda size: size.width).file_id == ours.attachments[0].id
    update, ours = both(fake, bot, fake.press(str(WHO), "Yes", "y"))
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (ours.message_id, ours.payload)
    update, ours = both(fake, bot, fake.blocked(str(WHO)))
    assert update.my_chat_member is not None
    assert (update.my_chat_member.new_chat_member.status, ours.kind) == ("kicked", "opt_out")


async def test_our_fake_takes_what_their_client_sends(fake: FakeTelegram, bot: Bot) -> None:
    fake.customer_wrote(str(WHO))
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    sent = await bot.send_message(WHO, "Which?", reply_markup=keyboard)
    assert (str(sent.message_id), dict(fake.sent[0].ways)) == (fake.sent[0].mid, {"Yes": "y"})
    await bot.send_photo(WHO, "https://shop.example/1.png", caption="A hat")
    await bot.send_location(WHO, 1.5, 2.5)
    await bot.send_chat_action(WHO, "typing")
    assert (fake.texts(str(WHO)), fake.typing) == (["Which?", "A hat", ""], [str(WHO)])
    file = await bot.get_file("large")
    assert bytes(await file.download_as_bytearray()) == PICTURE


async def test_their_client_understands_our_refusals(fake: FakeTelegram, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(WHO, "Hello")
    fake.customer_wrote(str(WHO))
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(WHO, "x" * 4097)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y" * 65)]])
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(WHO, "Which?", reply_markup=keyboard)
    fake.mode = "rate"
    with pytest.raises(RetryAfter):
        await bot.send_message(WHO, "Hello")
    fake.mode = "ok"
    fake.blocked(str(WHO))
    with pytest.raises(Forbidden):
        await bot.send_message(WHO, "Hello")
    fake.token = "1:another"
    with pytest.raises(InvalidToken):
        await bot.get_me()


async def test_their_client_sees_the_webhook_that_ours_sets(fake: FakeTelegram, bot: Bot) -> None:
    assert set(UPDATES) <= set(Update.ALL_TYPES)
    await bot.set_webhook("https://bot.invalid/webhooks/tg", secret_token=fake.secret_token, allowed_updates=UPDATES)
    told = await bot.get_webhook_info()
    assert told.url == "https://bot.invalid/webhooks/tg"
    await bot.set_my_commands([telegram.BotCommand("order", "Check an order")])
    assert [each.command for each in await bot.get_my_commands()] == ["order"]

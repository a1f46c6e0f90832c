"""Every form of a message, rendered, sent over HTTP, and taken by a fake platform that keeps the platform's rules."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import aiohttp
import pytest

from chatbot.channels.registry import open_channel, renderer
from chatbot.conversation.ports import Seeing
from chatbot.errors import PlatformError
from chatbot.testing.fake_bridge import FakeBridge
from chatbot.testing.fake_instagram import FakeInstagram
from chatbot.testing.fake_messenger import FakeMessenger
from chatbot.testing.fake_platform import FakePlatform, Rate
from chatbot.testing.fake_telegram import FakeTelegram
from chatbot.testing.fake_tiktok import FakeTikTok
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.fake_x import FakeX
from chatbot.types import Attachment, Message, Reaction
from tests.channels.forms import FORMS

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
PAUSE = 2000.0
"""Seconds between two messages: more than any platform's limit on how fast they may come."""


class Clock:
    """Real time, and what was added to it."""

    later = 0.0

    def __call__(self) -> float:
        return time.time() + self.later


@pytest.mark.parametrize("kind", ["messenger", "instagram", "whatsapp", "tiktok"])
async def test_a_customer_sees_that_the_bot_has_read_and_writes(kind: str) -> None:
    async with FAKES[kind]() as fake, aiohttp.ClientSession() as session:
        [(_, raw)] = fake.signed([fake.message(WHO, "hi")])
        channel = open_channel("acct", fake.settings, session)
        assert isinstance(channel, Seeing)
        assert channel.mark_seen
        [said] = channel.parse(raw)
        await channel.seen(said.key.contact, said.message_id)
        await channel.typing(said.key.contact)
        whose = [said.message_id] if kind == "whatsapp" else [said.key.contact]
        assert list(dict.fromkeys(fake.seen)) == whose
        assert fake.typing == whose
        fake.mode = "outage"
        await channel.seen(said.key.contact, said.message_id)  # nobody's concern


async def test_whatsapp_shows_no_typing_to_who_has_written_nothing() -> None:
    async with FakeWhatsApp() as fake, aiohttp.ClientSession() as session:
        await open_channel("acct", fake.settings, session).typing(WHO)
        assert fake.typing == []


@pytest.mark.parametrize(
    ("kind", "first", "then"),
    [("messenger", "👍", "🎉"), ("instagram", "❤️", "❤"), ("whatsapp", "👍", "🎉"), ("telegram", "👍", "❤️")],
)
async def test_an_emoji_on_a_message_can_be_another_and_be_taken_back(kind: str, first: str, then: str) -> None:
    async with FAKES[kind]() as fake, aiohttp.ClientSession() as session:
        [(_, raw)] = fake.signed([fake.message(WHO, "thank you!")])
        channel = open_channel("acct", fake.settings, session)
        [said] = channel.parse(raw)
        seen = []
        for emoji in (first, then, ""):
            [body] = channel.render(Message(reaction=Reaction(said.message_id, emoji)))
            await channel.send(WHO, body, "cb:1:1")
            seen.append(dict(fake.reactions))
        plain = ["love", "love"] if kind == "instagram" else [first, then.replace("\ufe0f", "")]
        assert seen == [{said.message_id: plain[0]}, {said.message_id: plain[1]}, {}]
        assert "".join(fake.texts(WHO)) == ""
        [body] = channel.render(Message(reaction=Reaction("7" if kind == "telegram" else "nothing", "❤")))
        with pytest.raises(PlatformError) as refused:
            await channel.send(WHO, body, "cb:1:2")
        assert refused.value.reason == "content"


@pytest.mark.parametrize("kind", ["x", "tiktok", "bridge", "webchat", "console"])
def test_where_there_are_no_reactions_nothing_is_sent_in_their_place(kind: str) -> None:
    assert renderer(kind).render(Message(reaction=Reaction("1", "👍"))) == ()


@pytest.mark.parametrize("kind", ["messenger", "instagram", "telegram"])
async def test_a_file_that_the_platform_cannot_fetch_goes_out_as_a_link(kind: str) -> None:
    gone = "https://x.example/gone.jpg"
    async with FAKES[kind]() as fake, aiohttp.ClientSession() as session:
        fake.unreachable.add(gone)
        fake.customer_wrote(WHO)
        channel = open_channel("acct", fake.settings, session)
        for body in channel.render(Message("Our shop", attachment=Attachment("image", gone))):
            await channel.send(WHO, body, "cb:1:1")
        assert "\n".join(sorted(fake.texts(WHO))) == f"Our shop\n{gone}"
        with pytest.raises(PlatformError):  # what has no file stays refused
            await channel.send(WHO, channel.render(Message("x"))[0] | {"message": {}, "text": ""}, "cb:1:2")


@pytest.mark.parametrize("kind", ["messenger", "instagram"])
async def test_a_link_that_is_longer_than_a_text_may_be_stands_behind_a_button(kind: str) -> None:
    gone = "https://files.of.acme.example/" + "x" * 2_000
    async with FAKES[kind]() as fake, aiohttp.ClientSession() as session:
        fake.unreachable.add(gone)
        fake.customer_wrote(WHO)
        channel = open_channel("acct", fake.settings, session)
        [body] = channel.render(Message(attachment=Attachment("image", gone)))
        await channel.send(WHO, body, "cb:1:1")
    [sent] = fake.sent
    [button] = sent.message["attachment"]["payload"]["buttons"]
    assert (button["type"], button["url"]) == ("web_url", gone)
    assert sent.text == "👇"


def with_files_that_are_there(message: Message, fake: FakePlatform) -> Message:
    cards = tuple(replace(card, image=fake.photo_url if card.image else "") for card in message.cards)
    shown = message.attachment
    if shown is not None and shown.kind in ("image", "video"):
        shown = replace(shown, url=fake.photo_url if shown.kind == "image" else fake.film_url)
    return replace(message, attachment=shown, cards=cards)


@pytest.mark.parametrize("kind", FAKES)
async def test_the_platform_takes_every_form(kind: str) -> None:
    clock = Clock()
    async with FAKES[kind](clock=clock) as fake, aiohttp.ClientSession() as session:
        if isinstance(fake, FakeWhatsApp):
            fake.templates |= {form.template.name for form in FORMS.values() if form.template is not None}
        if isinstance(fake, FakeBridge):
            fake.rate = Rate(1000, 1.0, clock)
        channel = open_channel("acct", fake.settings, session)
        who = fake.thread(WHO) if isinstance(fake, FakeTikTok) else WHO
        sent = 0
        for name, form in FORMS.items():
            if form.reaction is not None:  # which wants a message that the customer has sent
                continue
            bodies = channel.render(with_files_that_are_there(form, fake))
            fake.customer_wrote(WHO)
            for place, body in enumerate(bodies):
                if not isinstance(fake, FakeBridge):  # which believes no signature of another hour
                    clock.later += PAUSE
                await channel.send(who, body, f"cb:{sent}:{place}")
                sent += 1
            assert len(fake.sent) == sent, name

"""What the pages of the channels show is what the commands say: the set-up against a fake, and a body that is read."""

from __future__ import annotations

import asyncio
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from chatbot.testing.fake_instagram import FakeInstagram
from chatbot.testing.fake_platform import FakePlatform
from chatbot.testing.fake_telegram import FakeTelegram
from chatbot.testing.fake_tiktok import FakeTikTok
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.fake_x import FakeX
from tests.journeys.served import ROOT, chatbot, project, running

HOME = "https://bot.invalid"
NOT_SEEN = f"  warn {HOME}/healthz does not answer\n       -> see that the server runs, and the proxy"
SEEN = "  ok   public_url leads to a running server"
FAKES: dict[str, type[FakePlatform]] = {
    "instagram": FakeInstagram, "telegram": FakeTelegram, "tiktok": FakeTikTok, "whatsapp": FakeWhatsApp, "x": FakeX,
}  # fmt: skip


def page(kind: str) -> str:
    return (ROOT / "docs" / "how-to" / f"{kind}.md").read_text("utf-8").replace("https://bot.example.com", HOME)


def shown(kind: str, command: str) -> Iterator[tuple[str, str]]:
    """Commands on the page that begin so, and what they say."""
    for block in re.findall(rf"^```\n\$ ({command}.*?)^```$", page(kind), re.MULTILINE | re.DOTALL):
        words, _, said = block.partition(f"chatbot parse {kind}\n" if command == "echo" else "\n")
        yield words, said


def account(kind: str, fake: FakePlatform) -> dict[str, dict[str, str]]:
    """The account of the page, with the ids and secrets of the fake in it."""
    written = re.search(r"```yaml\n(.*?)```", page(kind), re.DOTALL)
    assert written is not None
    [(name, settings)] = yaml.load(written[1], yaml.CBaseLoader)["channels"].items()  # noqa: S506 - makes texts only
    filled = {key: "filled" if str(value).startswith("${") else value for key, value in settings.items()}
    return {name: {**filled, **fake.settings}}


@pytest.mark.parametrize("kind", FAKES)
async def test_the_set_up_goes_as_the_page_of_the_channel_shows_it(tmp_path: Path, kind: str) -> None:
    async with FAKES[kind]() as fake:
        folder = project(tmp_path / "bot", public_url=HOME, channels=account(kind, fake))
        async with running(folder) as served:
            fake.homes[HOME] = served.url
            steps = list(shown(kind, "chatbot channels"))
            assert [words.split()[-1] for words, _ in steps][1:] == ["--yes"]
            for words, said in steps:
                done = await asyncio.to_thread(chatbot, folder, *words.split()[1:])
                told = (done.stdout + done.stderr).replace(NOT_SEEN, SEEN)
                assert told.replace("fake", "acme").replace("Fake", "Acme") == said, words


@pytest.mark.parametrize("kind", FAKES)
def test_the_body_on_the_page_of_a_channel_is_read_as_it_says(tmp_path: Path, kind: str) -> None:
    [(words, said)] = shown(kind, "echo")
    body = tmp_path / "body.json"
    body.write_text(shlex.split(words)[1], "utf-8")
    read = parse(kind, body)
    assert read.stdout + read.stderr == said


def parse(kind: str, body: Path) -> subprocess.CompletedProcess[str]:
    return chatbot(body.parent, "parse", kind, str(body))

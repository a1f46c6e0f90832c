"""Be a customer of a platform in the terminal, with no account there: what the bot sends to the fake is shown.

What you type goes to the bot's webhook, signed as the platform signs it. `python -m chatbot.testing.fake_telegram` and
the like end up here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, get_args

import yaml

from chatbot.testing.fake_platform import Event, FakePlatform, Mode, Refusal, Sent
from chatbot.types import Json

PORT: Final = 8092
BOT: Final = "http://127.0.0.1:8000"
CUSTOMER: Final = "7700"
QUIET_SECONDS: Final = 2.0
"""After the end of what is piped in: how long no reply must come before it is over."""
MODES: Final = get_args(Mode)
ACCOUNTS: Final = {"messenger": "main_page", "instagram": "ig", "whatsapp": "sales", "telegram": "tg"}
"""What an account is called here as on the pages of docs/how-to; elsewhere as its kind."""

WELCOME: Final = """\
A stand-in for {name} at {url}; nothing reaches the platform. Put its account under `channels:` in bot.yaml:

{account}
Start the bot in another terminal (`chatbot serve`, or `make serve`), then write here as a customer; it goes to
{webhook}
"""
HELP: Final = """\
/press TITLE presses a button, /photo sends a picture, /link REF comes by a link or an ad, /person TEXT answers in the
platform's own inbox, /fail {modes} breaks the platform and /fail ok mends it, Ctrl-D ends.
"""

REFUSED: Final[Mapping[int, str]] = {
    0: "nothing answers there: is the bot running?",
    401: "the bot refuses the signature: put the account into bot.yaml as above, and start it again",
    403: "the bot refuses the signature: put the account into bot.yaml as above, and start it again",
    404: "the bot has no such account: add it to bot.yaml as above, and start it again",
}


class Terminal:
    """One customer at a keyboard."""

    def __init__(self, platform: FakePlatform, webhook: str) -> None:
        self._platform = platform
        self._webhook = webhook
        self._offered: dict[str, tuple[str, str]] = {}  # title as it is typed -> title, payload
        self._links: dict[str, str] = {}
        self._heard = asyncio.Event()
        platform.told = self._show

    async def talk(self, lines: asyncio.Queue[str | None]) -> None:
        """Take lines until the end of them, and then the replies that still come."""
        while (line := await lines.get()) is not None:
            if words := line.strip():
                await self._take(words)
        while True:
            self._heard.clear()
            try:
                await asyncio.wait_for(self._heard.wait(), QUIET_SECONDS)
            except TimeoutError:
                return

    async def _take(self, words: str) -> None:
        name, _, rest = words.partition(" ")
        match name:
            case "/press":
                await self._press(rest.strip())
            case "/photo":
                await self._send(self._platform.photo(CUSTOMER))
            case "/link" if rest:
                await self._send(self._platform.arrived_by(CUSTOMER, rest.strip()))
            case "/person" if rest:
                await self._person(rest)
            case "/fail" if rest in MODES:
                self._platform.mode = rest  # type: ignore[assignment]  # one of MODES
                _tell(f"(the platform is now: {rest})")
            case _ if name.startswith("/"):
                _tell(_help().strip())
            case _:
                await self._send(self._platform.message(CUSTOMER, words))

    async def _press(self, title: str) -> None:
        if way := self._offered.get(title.casefold()):
            await self._send(self._platform.press(CUSTOMER, *way))
        elif link := self._links.get(title.casefold()):
            _tell(f"(it opens {link})")
        else:
            shown = ", ".join([*(each for each, _ in self._offered.values()), *self._links])
            _tell(f"(there is no button {title!r}; there are: {shown or 'none'})")

    async def _person(self, words: str) -> None:
        wrote: Callable[[str, str], Event] | None = getattr(self._platform, "person_wrote", None)
        if wrote is None:
            _tell("(this platform has no inbox of its own: people answer with `chatbot handoffs`)")
        else:
            await self._send(wrote(CUSTOMER, words))

    async def _send(self, event: Event) -> None:
        for headers, raw in self._platform.signed([event]):
            status = await self._platform.post(self._webhook, headers, raw)
            if status != 200:
                _tell(f"(not taken, {status or 'no answer'}: {REFUSED.get(status, 'look into the log of the bot')})")

    def _show(self, news: Sent | Refusal) -> None:
        self._heard.set()
        if isinstance(news, Refusal):
            _tell(f"(the platform refused a call of the bot: {news})")
            return
        links = dict(_links(news.message))
        self._offered |= {title.casefold(): (title, payload) for title, payload in news.ways.items()}
        self._links |= {title.casefold(): url for title, url in links.items()}
        buttons = "".join(f" [{title}]" for title in (*news.ways, *links))
        _tell(f"bot: {news.text or json.dumps(news.message, ensure_ascii=False)}{buttons}")


def _help() -> str:
    return HELP.format(modes="|".join(mode for mode in MODES if mode != "ok"))


def _links(shown: Json) -> Iterator[tuple[str, str]]:
    """Title and address of the buttons in a message that open something, whatever a platform calls these."""
    if isinstance(shown, Mapping):
        title = next((shown[key] for key in ("title", "text", "display_text") if key in shown), None)
        if isinstance(title, str) and isinstance(shown.get("url"), str):
            yield title, shown["url"]
        shown = list(shown.values())
    if isinstance(shown, list | tuple):
        for each in shown:
            yield from _links(each)


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _read_into(lines: asyncio.Queue[str | None], loop: asyncio.AbstractEventLoop) -> None:
    """Lines of stdin; a thread of its own, as a terminal cannot be asked whether a line is ready."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(lines.put_nowait, line)
    loop.call_soon_threadsafe(lines.put_nowait, None)


async def _run(platform: FakePlatform, name: str, webhook: str) -> None:
    async with platform:
        platform.echo_to = webhook
        account = {webhook.rpartition("/")[2]: platform.settings}
        written = "".join(f"  {line}\n" for line in yaml.safe_dump(account, sort_keys=False).splitlines())
        _tell(WELCOME.format(name=name, url=platform.url, account=written, webhook=webhook))
        _tell(_help())
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        terminal = Terminal(platform, webhook)
        threading.Thread(target=_read_into, args=(lines, asyncio.get_running_loop()), daemon=True).start()
        await terminal.talk(lines)


def main(make: Callable[..., FakePlatform], kind: str, arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-D or Ctrl-C; 3 when the port is taken. `make` takes the port to listen on."""
    name = make.__name__.removeprefix("Fake")
    webhook = f"{BOT}/webhooks/{ACCOUNTS.get(kind, kind)}"
    parser = argparse.ArgumentParser(
        prog=f"python -m chatbot.testing.fake_{kind}", description=f"A stand-in for {name} to talk to your bot."
    )
    parser.add_argument("--port", type=int, default=PORT, help="port to listen on (default: %(default)s)")
    parser.add_argument("--webhook", default=webhook, help="where the bot listens (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(_run(make(port=options.port), name, options.webhook))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        sys.stderr.write(f"cannot listen on port {options.port}: {reason}; choose another with --port\n")
        return 3
    return 0

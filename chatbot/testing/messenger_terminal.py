"""Be a Messenger customer in the terminal, with no account at Meta: what the bot sends to the fake platform is shown.

What you type goes to the bot's webhook, signed as Meta signs it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

from chatbot.testing.fake_messenger import FakeMessenger, Sent
from chatbot.testing.messenger_rules import GraphError

PORT: Final = 8092
WEBHOOK: Final = "http://127.0.0.1:8000/webhooks/main_page"
CUSTOMER: Final = "7700"
QUIET_SECONDS: Final = 2.0
"""After the end of what is piped in: how long no reply must come before it is over."""
MODES: Final = ("ok", "rate", "outage", "hang", "reset", "reset_after")

WELCOME: Final = """\
A stand-in for Messenger at {url}; nothing reaches Facebook. Its page, under `channels:` in bot.yaml:

  main_page:
    kind: messenger
    page_id: "{page_id}"
    page_token: ${{PAGE_TOKEN}}
    app_secret: ${{APP_SECRET}}
    verify_token: ${{VERIFY_TOKEN}}
    api_url: {url}

Then, in another terminal:

  export PAGE_TOKEN={page_token} APP_SECRET={app_secret} VERIFY_TOKEN={verify_token}
  make serve

Write here as a customer of that page; it goes to {webhook}
/press TITLE presses a button, /fail outage|rate|hang|reset breaks the platform, /fail ok mends it, Ctrl-D ends.
"""

REFUSED: Final[Mapping[int, str]] = {
    0: "nothing answers there: is the bot running? (`make serve`)",
    401: "the bot refuses the signature: export APP_SECRET as above, and start it again",
    403: "the bot refuses the signature: export APP_SECRET as above, and start it again",
    404: "the bot has no such account: add main_page to bot.yaml, and start it again",
}


class Terminal:
    """One customer at a keyboard."""

    def __init__(self, meta: FakeMessenger, webhook: str) -> None:
        self._meta = meta
        self._webhook = webhook
        self._offered: dict[str, Mapping[str, Any]] = {}
        self._heard = asyncio.Event()
        meta.told = self._show

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
            case "/fail" if rest in MODES:
                self._meta.mode = rest  # type: ignore[assignment]  # one of MODES
                _tell(f"(the platform is now: {rest})")
            case _ if name.startswith("/"):
                _tell(f"(/press TITLE, /fail {'|'.join(MODES)})")
            case _:
                await self._send(self._meta.message(CUSTOMER, words))

    async def _press(self, title: str) -> None:
        button = self._offered.get(title.casefold())
        if button is None:
            shown = ", ".join(str(each["title"]) for each in self._offered.values())
            _tell(f"(there is no button {title!r}; there are: {shown or 'none'})")
        elif "url" in button:
            _tell(f"(it opens {button['url']})")
        else:
            press = self._meta.postback if button.get("type") == "postback" else self._meta.quick_reply
            await self._send(press(CUSTOMER, str(button["title"]), str(button["payload"])))

    async def _send(self, event: Mapping[str, Any]) -> None:
        status = await self._meta.post(self._webhook, *self._meta.signed_webhook([event]))
        if status != 200:
            _tell(f"(not taken, {status or 'no answer'}: {REFUSED.get(status, 'look into the log of the bot')})")

    def _show(self, news: Sent | GraphError) -> None:
        self._heard.set()
        if isinstance(news, GraphError):
            _tell(f"(the platform refused a message of the bot: {news})")
            return
        payload = news.message.get("attachment", {}).get("payload", {})
        ways = [*payload.get("buttons", ()), *news.message.get("quick_replies", ())]
        self._offered |= {str(way["title"]).casefold(): way for way in ways}
        buttons = "".join(f" [{way['title']}]" for way in ways)
        _tell(f"bot: {news.text or payload.get('url', '')}{buttons}")


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _read_into(lines: asyncio.Queue[str | None], loop: asyncio.AbstractEventLoop) -> None:
    """Lines of stdin; a thread of its own, as a terminal cannot be asked whether a line is ready."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(lines.put_nowait, line)
    loop.call_soon_threadsafe(lines.put_nowait, None)


async def _run(port: int, webhook: str) -> None:
    async with FakeMessenger(port=port) as meta:
        meta.echo_to = webhook
        _tell(WELCOME.format(webhook=webhook, **meta.settings, url=meta.url))
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        terminal = Terminal(meta, webhook)
        threading.Thread(target=_read_into, args=(lines, asyncio.get_running_loop()), daemon=True).start()
        await terminal.talk(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-D or Ctrl-C; 3 when the port is taken."""
    parser = argparse.ArgumentParser(
        prog="python -m chatbot.testing.fake_messenger", description="A stand-in for Messenger to talk to your bot."
    )
    parser.add_argument("--port", type=int, default=PORT, help="port to listen on (default: %(default)s)")
    parser.add_argument("--webhook", default=WEBHOOK, help="where the bot listens (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(_run(options.port, options.webhook))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        sys.stderr.write(f"cannot listen on port {options.port}: {reason}; choose another with --port\n")
        return 3
    return 0

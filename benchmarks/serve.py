"""CPU microseconds per message, end to end: signed webhook in, reply at the platform out, over real sockets.

    python benchmarks/serve.py [--messages 3000] [--people 300] [--in-flight 32]

Three servers, one after the other, each in a process of its own, with the same load and the same platform:

    bare      an aiohttp handler that checks the signature, reads the JSON and answers 200. It never replies.
    in memory an aiohttp bot as people write them: state in a dict, a reply by aiohttp's client, nothing kept.
    chatbot   `chatbot serve` as shipped: stored and deduplicated, understood, a flow run, committed, sent.

What is counted is the server process's own CPU time. The load generator and the fake platform run here.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import yaml
from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[1]))

from chatbot.testing.fake_messenger import FakeMessenger
from tests.crash.test_serve import COUNTER, INTENTS
from tests.journeys.served import Served, free_port

TICK = os.sysconf("SC_CLK_TCK")


class Platform:
    """The least a platform can be: takes every send and counts it, so that it costs the machine little."""

    def __init__(self) -> None:
        self.taken = 0
        self.url = ""

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/{version}/me/messages", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _take(self, request: web.Request) -> web.Response:
        if "sender_action" not in json.loads(await request.read()):
            self.taken += 1
        return web.json_response({"recipient_id": "1", "message_id": f"m_{self.taken}"})


def rival(secret: str, port: int, reply_to: str) -> None:
    """The bare handler (no `reply_to`) and the in-memory bot; runs in a process of its own."""
    counts: dict[str, int] = {}
    key = secret.encode()
    session: list[aiohttp.ClientSession] = []
    replies: set[asyncio.Task[None]] = set()

    async def reply(who: str) -> None:
        counts[who] = counts.get(who, 0) + 1
        body = {
            "recipient": {"id": who}, "messaging_type": "RESPONSE", "message": {"text": f"Number {counts[who]}"},
        }  # fmt: skip
        async with session[0].post(f"{reply_to}/v25.0/me/messages", json=body) as answer:
            await answer.read()

    async def webhook(request: web.Request) -> web.Response:
        raw = await request.read()
        signature = "sha256=" + hmac.new(key, raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, request.headers.get("X-Hub-Signature-256", "")):
            return web.Response(status=403)
        for entry in json.loads(raw)["entry"]:
            for event in entry["messaging"]:
                if reply_to:
                    task = asyncio.create_task(reply(event["sender"]["id"]))
                    replies.add(task)
                    task.add_done_callback(replies.discard)
        return web.Response()

    async def ready(_request: web.Request) -> web.Response:
        return web.Response()

    async def one_session(_app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as opened:
            session.append(opened)
            yield
            await asyncio.gather(*replies, return_exceptions=True)

    app = web.Application()
    app.cleanup_ctx.append(one_session)
    app.router.add_post("/webhooks/main_page", webhook)
    app.router.add_get("/readyz", ready)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


async def load(url: str, meta: FakeMessenger, options: argparse.Namespace) -> None:
    waiting = iter([meta.signed_webhook([meta.message(str(n % options.people), "one more please")])
                    for n in range(options.messages)])  # fmt: skip

    async def sender(session: aiohttp.ClientSession) -> None:
        for headers, raw in waiting:
            while True:
                async with session.post(f"{url}/webhooks/main_page", data=raw, headers=headers) as answer:
                    await answer.read()
                    if answer.status == 200:
                        break
                await asyncio.sleep(0.05)

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        for _ in range(options.in_flight):
            group.create_task(sender(session))


async def measured(
    name: str, pid: int, url: str, meta: FakeMessenger, platform: Platform, expected: int, options: argparse.Namespace
) -> float:
    platform.taken = 0
    loop = asyncio.get_running_loop()
    cpu, wall = cpu_seconds(pid), loop.time()
    await load(url, meta, options)
    async with asyncio.timeout(300):
        while platform.taken < expected:
            await asyncio.sleep(0.02)
    wall = loop.time() - wall
    each: float = (cpu_seconds(pid) - cpu) / options.messages * 1e6
    print(f"{name:10} {each:7.0f} us CPU/message  {options.messages / wall:7.0f} messages/s")
    return each


async def run_rival(
    name: str, meta: FakeMessenger, platform: Platform, reply: bool, options: argparse.Namespace
) -> float:
    port = free_port()
    command = [sys.executable, __file__, "--rival", str(port), "--reply-to", platform.url if reply else ""]
    process = subprocess.Popen(command)
    url = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(20):
            while True:
                try:
                    async with session.get(f"{url}/readyz"):
                        break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        expected = options.messages if reply else 0
        return await measured(name, process.pid, url, meta, platform, expected, options)
    finally:
        process.terminate()
        process.wait()


def project(folder: Path, meta: FakeMessenger, platform: Platform) -> Path:
    (folder / "flows").mkdir(parents=True)
    (folder / "intents").mkdir()
    (folder / "flows" / "count.yaml").write_text(COUNTER, "utf-8")
    (folder / "intents" / "count.yaml").write_text(INTENTS, "utf-8")
    account = {**meta.settings, "api_url": platform.url, "messages_per_second": 10_000}
    bot = {"name": "Counter", "disclosure": "I count.", "channels": {"main_page": account}}
    (folder / "bot.yaml").write_text(yaml.safe_dump(bot), "utf-8")
    return folder


async def run_chatbot(meta: FakeMessenger, platform: Platform, options: argparse.Namespace) -> float:
    with tempfile.TemporaryDirectory() as folder:
        served = Served(project(Path(folder) / "bot", meta, platform))
        await served.start()
        try:
            # The disclosure goes out once a person, beside the reply to every message.
            expected = options.messages + options.people
            return await measured("chatbot", served.pid, served.url, meta, platform, expected, options)
        finally:
            await served.stop()


async def compare(options: argparse.Namespace) -> None:
    platform, meta = Platform(), FakeMessenger()
    runner = await platform.start()
    try:
        bare = await run_rival("bare", meta, platform, False, options)
        memory = await run_rival("in memory", meta, platform, True, options)
        ours = await run_chatbot(meta, platform, options)
    finally:
        await runner.cleanup()
    print(f"ratio {ours / bare:.1f} to the bare handler, {ours / memory:.1f} to the in-memory bot")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=3_000)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--in-flight", type=int, default=32)
    parser.add_argument("--rival", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--reply-to", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rival:
        rival(FakeMessenger().app_secret, options.rival, options.reply_to)
    else:
        asyncio.run(compare(options))


if __name__ == "__main__":
    main()

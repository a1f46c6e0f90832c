"""Bad input of every kind gets a clear error or a kind reply, a log line, and loses nothing."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from chatbot.testing.fake_messenger import FakeMessenger
from tests.journeys.served import Served, chatbot, project, running, until

WHO = "7700"


# --- what an operator gets wrong ------------------------------------------------------------------------------


def test_broken_yaml_is_shown_with_file_line_and_caret_and_serve_does_not_start(tmp_path: Path) -> None:
    folder = project(tmp_path / "bot")
    (folder / "flows" / "bad.yaml").write_text("flow: bad\nsteps:\n  - sya: Hello\n  - say: Hi: there\n", "utf-8")
    done = chatbot(folder, "serve", "--port", "0")
    assert done.returncode == 1
    assert "flows/bad.yaml:4:" in done.stderr + done.stdout
    assert "^" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_all_problems_of_all_files_come_in_one_run(tmp_path: Path) -> None:
    folder = project(tmp_path / "bot")
    (folder / "flows" / "a.yaml").write_text("flow: a\nsteps:\n  - sya: Hello\n", "utf-8")
    (folder / "flows" / "b.yaml").write_text("flow: b\nstart: [{intent: order_staus}]\nsteps: [{say: x}]\n", "utf-8")
    done = chatbot(folder, "check")
    assert done.returncode == 1
    assert "flows/a.yaml:3:" in done.stdout
    assert "did you mean `say`" in done.stdout
    problems = json.loads(chatbot(folder, "check", "--format", "json").stdout)["problems"]
    assert {problem["file"] for problem in problems} >= {"flows/a.yaml"}


def test_a_missing_variable_is_named_and_serve_exits_3(tmp_path: Path) -> None:
    folder = project(tmp_path / "bot", public_url="${SURELY_NOT_SET_ANYWHERE}")
    done = chatbot(folder, "serve", "--port", "0")
    assert done.returncode == 3
    assert "SURELY_NOT_SET_ANYWHERE" in done.stderr
    assert chatbot(folder, "check").returncode == 0


def test_a_busy_port_is_named_and_serve_exits_3(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = chatbot(project(tmp_path / "bot"), "serve", "--port", port)
    assert done.returncode == 3
    assert port in done.stderr
    assert "--port" in done.stderr


async def test_a_second_serve_on_the_same_database_exits_3_and_the_first_goes_on(tmp_path: Path) -> None:
    async with running(project(tmp_path / "bot")) as first:
        done = await asyncio.to_thread(chatbot, first.folder, "serve", "--port", "0")
        assert done.returncode == 3
        assert "in use by process" in done.stderr
        async with aiohttp.ClientSession() as session, session.get(f"{first.url}/readyz") as answer:
            assert answer.status == 200


def test_an_empty_secret_refuses_to_start(tmp_path: Path) -> None:
    account = {**FakeMessenger().settings, "app_secret": "", "api_url": "http://127.0.0.1:9"}
    folder = project(tmp_path / "bot", channels={"main_page": account})
    done = chatbot(folder, "serve", "--port", "0")
    assert done.returncode == 3
    assert "channels.main_page.app_secret" in done.stderr


# --- what strangers and platforms send ------------------------------------------------------------------------


async def post(served: Served, headers: dict[str, str], raw: bytes) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{served.url}/webhooks/main_page", data=io.BytesIO(raw), headers=headers) as answer,
    ):
        return answer.status


def signed(meta: FakeMessenger, raw: bytes) -> dict[str, str]:
    digest = hmac.new(meta.app_secret.encode(), raw, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}


async def answered(meta: FakeMessenger, served: Served, text: str, replies: int = 1, who: str = WHO) -> list[str]:
    before = len(meta.texts(who))
    await meta.deliver(f"{served.url}/webhooks/main_page", [meta.message(who, text)])
    await until(lambda: len(meta.texts(who)) >= before + replies)
    return meta.texts(who)[before:]


async def test_what_is_not_signed_by_the_platform_is_refused_and_changes_nothing(
    meta: FakeMessenger, served: Served
) -> None:
    headers, raw = meta.signed_webhook([meta.message(WHO, "wheres my ordr")])
    forged = [
        {**headers, "X-Hub-Signature-256": "sha256=" + "0" * 64},
        {**headers, "X-Hub-Signature-256": "sha256=schlüssel"},
        {"Content-Type": "application/json"},
    ]
    assert [await post(served, each, raw) for each in forged] == [403, 403, 403]
    assert await post(served, headers, raw + b" ") == 403
    await asyncio.sleep(0.3)
    assert meta.sent == []


_ENTRY = b'{"object":"page","entry":[{"id":"1029384756","messaging":[%s]}]}'
MALFORMED = [
    b"",
    b"not json",
    b"[]",
    b"null",
    b"{}",
    b'{"object":"page"}',
    b'{"object":"page","entry":"x"}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    _ENTRY % (b'{"message":{"mid":' + b"9" * 5000 + b"}}"),
    _ENTRY % b'{"sender":{"id":"1"},"surprise":{}}',
    _ENTRY % b'{"sender":{"id":"1"},"timestamp":1,"message":{"mid":"a","text":"\\ud800"}}',
]


async def test_a_signed_body_that_cannot_be_handled_is_kept_and_answered_200(
    meta: FakeMessenger, served: Served
) -> None:
    for raw in MALFORMED:
        assert await post(served, signed(meta, raw), raw) == 200, raw[:80]
    with closing(sqlite3.connect(f"file:{served.folder / 'chatbot.db'}?mode=ro", uri=True)) as database:
        kept = {row[0] for row in database.execute("SELECT raw FROM dead_letters")}
    assert {b"not json", b"\xff\xfe\x00", b"[" * 100_000} <= kept
    assert (await answered(meta, served, "hello"))[0].startswith("Hi!")


async def test_a_huge_body_is_refused_before_it_is_read(meta: FakeMessenger, served: Served) -> None:
    raw = b"x" * (2 << 20)
    assert await post(served, signed(meta, raw), raw) == 413


# --- what customers write -------------------------------------------------------------------------------------


WORDS = {
    "long": "a" * 10_000,
    "emoji": "😀😀😀",
    "arabic": "مرحبا أين طلبي",
    "bidi": "\u202eevil\u202c",
    "template": "{{7*7}} {contact.id} {message}",
    "markup": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE inbox; --",
}


async def test_any_words_get_a_kind_reply(meta: FakeMessenger, served: Served) -> None:
    for who, text in WORDS.items():
        said = await answered(meta, served, text, 2, who=who)
        assert said[0].startswith("Hi! I'm Acme's automated assistant."), who
        assert "49" not in said[1], who
        assert (await answered(meta, served, "wheres my ordr", who=who))[0].startswith("What is your order number?")


# --- services that fail ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["EF-500500", "EF-000408"], ids=["500", "hangs"])
async def test_a_failing_service_ends_in_kind_words_and_a_person(
    meta: FakeMessenger, served: Served, number: str
) -> None:
    await answered(meta, served, "wheres my ordr", 2)
    said = await answered(meta, served, number, 2)
    assert "isn't answering me right now" in said[0]
    assert "orders" in chatbot(served.folder, "handoffs", "list").stdout
    assert "a call failed for good: conversation=1 " in served.logged


async def test_a_service_that_answers_nonsense_is_a_failed_call(tmp_path: Path, meta: FakeMessenger) -> None:
    async def nonsense(_request: web.Request) -> web.Response:
        return web.Response(text="<html>It works!</html>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{tail:.*}", nonsense)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with running(project(tmp_path / "bot", meta), {"SHOP_API_URL": address}) as served:
            await answered(meta, served, "wheres my ordr", 2)
            assert "isn't answering me right now" in (await answered(meta, served, "AB-123456", 2))[0]
    finally:
        await runner.cleanup()


async def test_words_sent_while_a_call_runs_wait_their_turn_and_a_command_overtakes(
    meta: FakeMessenger, served: Served
) -> None:
    await answered(meta, served, "wheres my ordr", 2)
    webhook = f"{served.url}/webhooks/main_page"
    await meta.deliver(webhook, [meta.message(WHO, "EF-000408")])  # hangs
    await asyncio.sleep(0.5)
    await meta.deliver(webhook, [meta.message(WHO, "are you open on sunday")])
    assert (await answered(meta, served, "agent"))[0].startswith("I am passing you to a person")


async def test_refusals_are_logged_with_the_account_and_without_a_secret(meta: FakeMessenger, served: Served) -> None:
    headers, raw = meta.signed_webhook([meta.message(WHO, "hello")])
    await post(served, {**headers, "X-Hub-Signature-256": "sha256=" + "1" * 64}, raw)
    await answered(meta, served, "wheres my ordr", 2)
    assert '"account": "main_page"' in served.logged
    for secret in (meta.app_secret, meta.page_token, "fake-verify-token"):
        assert secret not in served.logged

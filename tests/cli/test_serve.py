"""The real server in a process of its own, and the operator's commands beside it and after it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.cli.conftest import Run

SESSION = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CHATBOT = (sys.executable, "-c", "import sys; from chatbot.cli import main; sys.exit(main())")


@pytest.fixture
def server(bot: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        [*CHATBOT, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        base = next(found[1] for line in process.stdout if (found := re.search(r"(http://\S+)/chat/site", line)))
        yield process, base
        if process.poll() is None:
            process.kill()
        process.stdout.close()


def write(base: str, text: str, number: int) -> None:
    body = json.dumps({"session": SESSION, "id": f"message-{number}", "text": text}).encode()
    request = Request(f"{base}/chat/site/messages", body, {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
        assert answer.status == 200


def said(base: str) -> list[str]:
    with urlopen(f"{base}/chat/site/messages?session={SESSION}&after=0", timeout=10) as answer:  # noqa: S310
        return [frame["text"] for frame in json.load(answer)["frames"] if frame["type"] == "line"]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_customer_gets_a_persons_answer_from_the_terminal(
    server: tuple[subprocess.Popen[str], str], run: Run, bot: Path
) -> None:
    process, base = server
    write(base, "agent", 1)
    until(lambda: "1" in run("handoffs", "list").out.split())
    assert run("handoffs", "claim", "1", "--agent", "ana").code == 0
    late = run("handoffs", "claim", "1", "--agent", "bo")
    assert late.code == 1
    assert "ana holds this conversation" in late.err
    assert run("handoffs", "reply", "1", "Hello, Ana here.", "--agent", "ana").err.startswith("queued")
    until(lambda: "Hello, Ana here." in said(base))
    assert "Hello, Ana here." in run("handoffs", "show", "1").out
    assert run("handoffs", "show", "99").code == 1

    busy = run("db", "upgrade")
    assert busy.code == 3
    assert f"in use by process {process.pid}" in busy.err
    second = run("serve", "--port", "0")
    assert second.code == 3
    assert "is in use by process" in second.err

    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert process.stdout is not None
    assert process.stdout.read().endswith("Stopped.\n")
    assert run("handoffs", "reply", "1", "One more thing.", "--agent", "ana").err.startswith("queued: no server runs")
    assert run("handoffs", "release", "1", "--agent", "bo").code == 1
    assert run("handoffs", "show", "77").code == 1
    assert "One more thing." in run("handoffs", "show", "1").out
    assert run("handoffs", "resolve", "1", "--agent", "ana").code == 0
    over = run("handoffs", "claim", "1", "--agent", "bo")
    assert over.err == "error: handoff 1 is over: ana closed the conversation\n"
    assert json.loads(run("handoffs", "list", "--format", "json").out)["handoffs"] == []


def test_a_busy_port_is_an_operator_problem(run: Run, bot: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = run("serve", "--port", str(taken.getsockname()[1]))
    assert told.code == 3
    assert "is in use" in told.err


def test_a_missing_variable_keeps_the_server_from_starting(run: Run, bot: Path) -> None:
    text = (bot / "bot.yaml").read_text(encoding="utf-8").replace("http://127.0.0.1:9", "${ORDERS_URL}")
    (bot / "bot.yaml").write_text(text, encoding="utf-8")
    told = run("serve")
    assert told.code == 3
    assert "ORDERS_URL" in told.err


def test_broken_files_keep_the_server_from_starting(run: Run, bot: Path) -> None:
    (bot / "flows" / "broken.yaml").write_text("flow: [", encoding="utf-8")
    told = run("serve")
    assert told.code == 1
    assert "flows/broken.yaml:" in told.err

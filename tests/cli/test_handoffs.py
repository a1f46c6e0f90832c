"""The operator's commands against a server on a real Unix socket."""

from __future__ import annotations

import json
import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from chatbot import operator_socket
from chatbot.cli.offline_desk import OfflineDesk
from chatbot.errors import Refused
from chatbot.storage.sqlite.lock import FileLock
from tests.cli.conftest import Run

HANDOFF: dict[str, Any] = {
    "id": 7,
    "conversation": 3,
    "account": "site",
    "contact": "c-1",
    "queue": "orders",
    "priority": "high",
    "skills": [],
    "note": "5 days late \x1b[31m",
    "reason": "flow",
    "requested_at": 1_767_607_200_000,
    "claimed_at": None,
    "agent": None,
    "ended_at": None,
    "end_reason": "",
}


def line(author: str, text: str, **more: Any) -> dict[str, Any]:
    plain = {"delivery": "", "why": "", "edited_at": None, "deleted_at": None, "reaction": ""}
    return {"id": 1, "author": author, "agent": "", "text": text, "at": 1, **plain, **more}


SHOWN: dict[str, Any] = {
    "handoff": HANDOFF,
    "control": "queued",
    "status": "open",
    "answering": {"may": True, "until": None, "why_not": "", "tagged": False},
    "lines": [
        line("customer", "wheres my ordr\x1b]0;x\x07", reaction="❤"),
        line("customer", "", deleted_at=5),
        line("customer", "where is it?", edited_at=5),
        line("bot", "What is your order number?", delivery="failed"),
        line("bot", "Still there?", delivery="refused", why="the 24 hours are over"),
    ],
}


class Operator(socketserver.ThreadingUnixStreamServer):
    """A stand-in for chatbot/server's operator API: keeps what it was asked, answers from `answers`."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), Handler)
        self.asked: list[tuple[str, str, Any]] = []
        self.answers: dict[str, tuple[int, Any]] = {}


class Handler(BaseHTTPRequestHandler):
    server: Operator

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body: Any) -> None:
        self.server.asked.append((self.command, self.path, body))
        status, answer = self.server.answers.get(self.path, (404, {"error": "there is no such handoff"}))
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def address_string(self) -> str:
        return "operator"

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(bot: Path) -> Iterator[Operator]:
    running = Operator(operator_socket.prepare(bot))
    running.answers = {
        "/handoffs": (200, {"handoffs": [HANDOFF]}),
        "/handoffs/7": (200, SHOWN),
        **{f"/handoffs/7/{verb}": (200, SHOWN) for verb in ("claim", "reply", "release", "resolve")},
        "/handoffs/8/claim": (409, {"error": "handoff 8 is taken", "owner": "bo"}),
        "/status": (200, {"status": "running"}),
    }
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def test_list_is_a_table(run: Run, server: Operator) -> None:
    told = run("handoffs", "list")
    assert (told.code, told.err) == (0, "")
    head, row = told.out.splitlines()
    assert head.split() == ["ID", "SINCE", "WAITING", "PRIORITY", "QUEUE", "AGENT", "CUSTOMER", "UNSENT", "NOTE"]
    assert row.startswith("7 ")
    assert "orders" in row
    assert "5 days late" in row
    assert re.search(r"2026-01-0\d \d\d:\d\d:00 [A-Z+0-9-]+ +\d+d\d+h +high", row)  # local, its zone, how long
    assert "\x1b" not in told.out


def test_without_a_note_the_reason_stands_in_words(run: Run, server: Operator) -> None:
    server.answers["/handoffs"] = (200, {"handoffs": [{**HANDOFF, "note": "", "reason": "user"}]})
    server.answers["/handoffs/7"] = (200, {**SHOWN, "lines": []})
    told = run("handoffs", "list")
    assert told.out.rstrip().endswith("asked for a person")
    assert "UNSENT" not in told.out


def test_a_reply_is_queued_not_sent(run: Run, server: Operator) -> None:
    told = run("handoffs", "reply", "7", "Hello!")
    assert told.err.startswith("queued: ")
    assert "chatbot handoffs show 7" in told.err


def test_a_reply_may_be_a_template(run: Run, server: Operator) -> None:
    told = run(
        "handoffs", "reply", "7", "--template", "shipped", "--value", "1=Ana=Li", "--value", "2=", "--agent", "ana"
    )
    assert told.code == 0
    assert server.asked[-1] == (
        "POST",
        "/handoffs/7/reply",
        {"agent": "ana", "template": "shipped", "values": {"1": "Ana=Li", "2": ""}, "language": "", "media": ""},
    )
    assert run("handoffs", "reply", "7", "Hello!", "--template", "shipped").code == 2
    assert "1=Ana" in run("handoffs", "reply", "7", "--template", "shipped", "--value", "Ana").err


def test_a_person_reacts_to_what_the_customer_wrote_last(run: Run, server: Operator) -> None:
    server.answers["/handoffs/7/react"] = (200, SHOWN)
    assert run("handoffs", "react", "7", "👍", "--agent", "ana").err.startswith("queued: ")
    assert server.asked[-1] == ("POST", "/handoffs/7/react", {"agent": "ana", "emoji": "👍"})
    run("handoffs", "react", "7", "--agent", "ana")
    assert server.asked[-1] == ("POST", "/handoffs/7/react", {"agent": "ana", "emoji": ""})


def test_list_in_json(run: Run, server: Operator) -> None:
    assert json.loads(run("handoffs", "list", "--format", "json").out) == {"version": 1, "handoffs": [HANDOFF]}


def test_nobody_waiting_is_said(run: Run, server: Operator) -> None:
    server.answers["/handoffs"] = (200, {"handoffs": []})
    told = run("handoffs", "list")
    assert (told.code, told.out) == (0, "")
    assert "nobody is waiting" in told.err


def test_show_prints_the_transcript_without_terminal_escapes(run: Run, server: Operator) -> None:
    told = run("handoffs", "show", "7")
    assert told.code == 0
    assert "queue:      orders" in told.out
    assert "customer  wheres my ordr" in told.out
    assert "bot       What is your order number?  [NOT SENT: the platform refused it]" in told.out
    assert "bot       Still there?  [NOT SENT: the 24 hours are over]" in told.out
    assert "customer    [taken back by the customer]" in told.out
    assert "customer  where is it?  [edited]" in told.out
    assert "[❤]" in told.out
    assert "answering:  at any time" in told.out
    assert "\x1b" not in told.out
    assert "\x07" not in told.out


@pytest.mark.parametrize(
    ("answering", "expected"),
    [
        ({"may": True, "until": 4_102_444_800_000, "tagged": False}, "answering:  until "),
        ({"may": True, "until": 4_102_444_800_000, "tagged": True}, "marked as a person's"),
        ({"may": False, "until": 1, "why_not": "the 24 hours are over"}, "answering:  NOT POSSIBLE: the 24 hours are"),
    ],
)
def test_show_says_until_when_a_person_may_answer(
    run: Run, server: Operator, answering: dict[str, Any], expected: str
) -> None:
    shown = {**SHOWN, "answering": {"why_not": "", **answering}}
    server.answers["/handoffs/7"] = (200, shown)
    assert expected in run("handoffs", "show", "7").out
    assert json.loads(run("handoffs", "show", "7", "--format", "json").out)["answering"] == shown["answering"]


def test_claim_reply_release_resolve_name_the_agent(run: Run, server: Operator) -> None:
    assert run("handoffs", "claim", "7", "--agent", "ana").code == 0
    assert run("handoffs", "reply", "7", "Hello!", "--agent", "ana").code == 0
    assert run("handoffs", "release", "7", "--agent", "ana").code == 0
    assert run("handoffs", "resolve", "7", "--agent", "ana").code == 0
    assert server.asked == [
        ("POST", "/handoffs/7/claim", {"agent": "ana"}),
        ("POST", "/handoffs/7/reply", {"agent": "ana", "text": "Hello!"}),
        ("POST", "/handoffs/7/release", {"agent": "ana"}),
        ("POST", "/handoffs/7/resolve", {"agent": "ana"}),
    ]


def test_the_agent_is_the_user_unless_named(run: Run, server: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "eva")
    monkeypatch.setenv("LOGNAME", "eva")
    assert "chatbot handoffs reply 7 TEXT" in run("handoffs", "claim", "7").err
    assert server.asked[-1][2] == {"agent": "eva"}
    assert "chatbot handoffs reply 7 --agent ana TEXT" in run("handoffs", "claim", "7", "--agent", "ana").err


def test_a_lost_race_names_the_owner(run: Run, server: Operator) -> None:
    told = run("handoffs", "claim", "8")
    assert (told.code, told.out) == (1, "")
    assert "error: handoff 8 is taken (it is bo's)" in told.err


def test_a_handoff_there_is_not(run: Run, server: Operator) -> None:
    told = run("handoffs", "show", "9")
    assert told.code == 1
    assert "there is no such handoff" in told.err
    assert run("handoffs", "show", "x").code == 2
    assert run("handoffs", "reply", "7", "  ").code == 2


def test_a_server_in_trouble_is_an_operator_problem(run: Run, server: Operator) -> None:
    server.answers["/handoffs"] = (500, {"error": "no disk"})
    told = run("handoffs", "list")
    assert told.code == 3
    assert "the server answered 500: no disk" in told.err


def test_doctor_sees_the_running_server(run: Run, server: Operator) -> None:
    checks = json.loads(run("doctor", "--format", "json").out)["checks"]
    assert {"running, and answers its operators"} == {c["message"] for c in checks if c["name"] == "server"}
    assert "port" not in {check["name"] for check in checks}


def test_a_dead_servers_socket_means_no_server(run: Run, bot: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(operator_socket.prepare(bot)))
    told = run("handoffs", "list")
    assert (told.code, told.out) == (0, "")
    assert "nobody is waiting" in told.err


@pytest.mark.parametrize("answer", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
def test_a_server_that_answers_nonsense_is_an_operator_problem(run: Run, bot: Path, answer: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(operator_socket.prepare(bot)))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        told = run("handoffs", "claim", "7")
        thread.join()
    assert told.code == 3
    assert "whether it acted is unknown" in told.err


def test_offline_a_busy_database_is_said_to_be_busy(run: Run, bot: Path) -> None:
    lock = FileLock.take(bot / "chatbot.db")
    try:
        told = run("handoffs", "list")
    finally:
        lock.release()
    assert told.code == 3
    assert "is in use by process" in told.err


@pytest.mark.parametrize("words", [("reply", "7", "--template", "shipped", "--value", "1=Ana"), ("react", "7", "👍")])
def test_offline_a_person_can_do_what_they_can_with_a_server(run: Run, bot: Path, words: tuple[str, ...]) -> None:
    told = run("handoffs", *words)
    assert (told.code, "there is no handoff 7" in told.err) == (1, True)


def test_offline_a_wrong_argument_is_a_refusal(bot: Path) -> None:
    desk = OfflineDesk(bot)
    try:
        with pytest.raises(Refused, match="needs a text"):
            desk.post("/handoffs/7/reply", {"agent": "bo", "text": " "})
    finally:
        desk.close()

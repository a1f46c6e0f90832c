"""`chatbot parse` reads any body anywhere, and says what it found."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chatbot.channels.registry import PARSERS
from chatbot.cli.commands.parse import command

UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 5,
        "from": {"id": 9, "first_name": "Ann"},
        "chat": {"id": 9, "type": "private"},
        "date": 1_700_000_000,
        "photo": [{"file_id": "f", "width": 1, "height": 1}],
        "caption": "this one",
    },
}


def parse(*args: str, body: Any = None, raw: str | None = None) -> Result:
    return CliRunner().invoke(command, list(args), input=json.dumps(body) if raw is None else raw)


def test_json_gives_every_field_of_an_event() -> None:
    result = parse("telegram", "--format", "json", body=UPDATE)
    assert result.exit_code == 0
    (event,) = json.loads(result.stdout)
    photo = {
        "kind": "image",
        "url": "",
        "title": "",
        "latitude": None,
        "longitude": None,
        "id": "f",
        "mime": "",
        "address": "",
    }
    assert event == {
        "kind": "attachment",
        "text": "this one",
        "payload": "",
        "sender": "9",
        "conversation": "9",
        "message_id": "5",
        "timestamp": 1_700_000_000_000,
        "attachments": [photo],
        "referral": None,
        "refers_to": "",
        "metadata": "",
        "raw_type": "message.photo",
        "reason": "",
        "data": {"name": "Ann"},
    }


def test_text_shows_one_line_an_event(tmp_path: Path) -> None:
    file = tmp_path / "update.json"
    file.write_text(json.dumps(UPDATE))
    result = parse("telegram", str(file))
    assert result.stdout == 'attachment      9  "this one"  image=f  [message.photo]\n'
    assert result.stderr == "1 event\n"


def test_an_event_without_a_use_is_no_failure_and_says_why() -> None:
    result = parse("telegram", "-", "--format", "json", body={"update_id": 1, "poll": {}})
    assert result.exit_code == 0
    (event,) = json.loads(result.stdout)
    assert event["kind"] == "ignored"
    assert event["reason"] == "no use for events of the type 'poll'"


@pytest.mark.parametrize("kind", PARSERS)
@pytest.mark.parametrize("body", [{}, [], None, "text", 5, {"entry": []}, {"object": "page", "entry": []}])
def test_json_without_events_is_no_failure_of_any_kind(kind: str, body: Any) -> None:
    result = parse(kind, "--format", "json", body=body)
    assert result.exit_code == 0
    kinds = {event["kind"] for event in json.loads(result.stdout)}
    assert kinds <= ({"ignored"} if body else set())


@pytest.mark.parametrize("raw", ["", "{", "hello", "{'a': 1}"])
def test_what_is_no_json_is_said_to_be_none(raw: str) -> None:
    result = parse("whatsapp", "--format", "json", raw=raw)
    assert result.exit_code == 1
    assert "this is no webhook body: not JSON" in result.stderr


def test_a_kind_that_is_none_is_a_usage_error_that_names_all() -> None:
    result = parse("telegraph", body={})
    assert result.exit_code == 2
    assert all(kind in result.stderr for kind in PARSERS)


def test_no_project_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse("telegram", body=UPDATE).exit_code == 0

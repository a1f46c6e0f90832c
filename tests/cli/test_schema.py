"""Schemas for editors: they take every good file, refuse typical mistakes, and say something about each key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from chatbot.cli.commands.schema import KINDS, text_of
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
PROJECTS = (ROOT, ROOT / "chatbot" / "starters" / "plain", ROOT / "tests" / "content" / "example")


@cache
def validator(kind: str) -> Any:
    schema = json.loads(text_of(kind))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def read(text: str) -> Any:
    """As the YAML language server does: YAML 1.2, in which only true and false are truth values."""
    return _plain(yaml.load(text, yaml.CBaseLoader))  # noqa: S506 - a base loader makes texts only


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if value in ("true", "false"):
        return value == "true"
    try:
        return int(value)
    except ValueError:
        try:
            return float(value)
        except ValueError:
            return value


def good_files() -> Iterator[tuple[str, Path]]:
    for project in PROJECTS:
        yield "bot", project / "bot.yaml"
        for kind, pattern in (
            ("intents", "intents/**/*.yaml"),
            ("flows", "flows/**/*.yaml"),
            ("texts", "texts/*.yaml"),
        ):
            yield from ((kind, path) for path in project.glob(pattern))
    for folder in (ROOT / "tests" / "conversations", ROOT / "chatbot" / "starters" / "plain" / "tests"):
        yield from (("tests", path) for path in folder.glob("*.test.yaml"))
    yield from (("flows", path) for path in (ROOT / "chatbot" / "content" / "builtin" / "flows").glob("*.yaml"))


@pytest.mark.parametrize(("kind", "path"), list(good_files()), ids=lambda value: str(value).removeprefix(str(ROOT)))
def test_a_good_file_is_good_for_editors_too(kind: str, path: Path) -> None:
    if path.exists():
        assert [error.message for error in validator(kind).iter_errors(read(path.read_text("utf-8")))] == []


EVERY_VERB = """
flow: f
slots: { city: city, mail: { type: email, check: 'mail != "x"' } }
steps:
  - say: [{ text: Hi, only: telegram }, Hello]
    cards: { title: Hat, buttons: [{ title: Buy, payload: BUY }] }
    location: { latitude: 52.5, longitude: "{contact.east}" }
    delay: 2s
    if_not_sent: { end: missed }
  - form: [city, { ask: mail, say: Your mail?, if_silent: { after: 5m, say: Still there? } }]
  - { choose: size, options: [{ title: S }, { title: M, then: { end: m } }] }
  - { consent: offers, say: May we?, if_no: [{ end: no }] }
  - { rate: csat }
  - { wait: 10m }
  - { wait: { event: paid }, save: payment, if_silent: [{ after: 1h, end: late }] }
  - { remind: soon, after: 1d, with: { at: "now" } }
  - { split: s, branches: [{ weight: 1, then: { say: A } }, { weight: 3, then: [{ say: B }] }] }
  - { tag: { goal: sold, value: 1 + 1 } }
  - { run: act, with: { a: "1" }, if_error: { say: Oh } }
  - fetch: GET shop /x
    if_error: { 404: { say: No }, other: [{ say: Oh }] }
  - cases: [{ if: "1 == 1", then: { goto: x } }, { else: { again: mail } }]
"""


def test_every_verb_is_known_to_editors() -> None:
    assert [error.message for error in validator("flows").iter_errors(read(EVERY_VERB))] == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("flows", "flow: f\nsteps: [{ sya: Hi }]"),
        ("flows", "steps: [{ say: Hi }]"),
        ("flows", "flow: f\nsteps: [{ ask: x, say: Hi, tires: 3 }]"),
        ("flows", "flow: f\nsteps: [{ handoff: q, priority: highest }]"),
        ("flows", "flow: f\nsteps: [{ ask: x, if_silent: [{ after: soon, say: Hi }] }]"),
        ("intents", "intents: { a: { said: [x] } }"),
        ("bot", "name: A\nqueues: { q: { hour: shop } }"),
        ("tests", "test: t\ncases: [{ name: c, chat: [{ usr: hi }] }]"),
    ],
)
def test_typical_mistakes_are_underlined(kind: str, text: str) -> None:
    assert list(validator(kind).iter_errors(read(text)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_says_what_it_is(kind: str) -> None:
    schema = json.loads(text_of(kind))
    named = [schema, *schema.get("definitions", {}).values()]
    silent = {key for each in named for key, inner in each.get("properties", {}).items() if "description" not in inner}
    assert silent == set()


def test_schemas_are_written_where_editors_find_them(run: Run, bot: Path) -> None:
    assert run("schema", "--write").code == 0
    settings = json.loads((bot / ".vscode" / "settings.json").read_text())["yaml.schemas"]
    assert all((bot / path).exists() for path in settings)
    told = run("schema", "--write")
    assert "add to .vscode/settings.json" in told.err
    assert run("schema").code == 2

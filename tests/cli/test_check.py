from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

BROKEN = """\
flow: broken
start: [{ intent: order_statsu }]
steps:
  - say: Hello {nobody}.
"""


def test_a_clean_project_is_counted_on_stderr(run: Run, bot: Path) -> None:
    told = run("check")
    assert (told.code, told.out) == (0, "")
    assert told.err.startswith("5 files, 2 intents, 0 errors, 0 warnings in ")


def test_every_problem_of_every_file_is_shown_with_its_place(run: Run, bot: Path) -> None:
    (bot / "flows" / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    (bot / "tests" / "broken.test.yaml").write_text("test: t\ncases:\n  - nam: c\n    chat: []\n", encoding="utf-8")
    told = run("check")
    assert told.code == 1
    assert "CB201 unknown intent `order_statsu`" in told.out
    assert "--> flows/broken.yaml:2:" in told.out
    assert "did you mean `order_status`?" in told.out
    assert "--> tests/broken.test.yaml:3:" in told.out
    assert " errors, " in told.err


def test_broken_yaml_is_one_clear_finding(run: Run, bot: Path) -> None:
    (bot / "flows" / "broken.yaml").write_text('flow: x\nsteps:\n  - say: "unfinished\n', encoding="utf-8")
    told = run("check")
    assert told.code == 1
    assert told.out.count("-->") == 1
    assert "CB101" in told.out


def test_warnings_fail_only_a_strict_check(run: Run, bot: Path) -> None:
    text = (bot / "bot.yaml").read_text(encoding="utf-8").replace("http://127.0.0.1:9", "${ORDERS_URL}")
    (bot / "bot.yaml").write_text(text, encoding="utf-8")
    told = run("check")
    assert told.code == 0
    assert "ORDERS_URL" in told.out
    assert "1 warning in" in told.err
    assert run("check", "--strict").code == 1


def test_json_is_one_documented_object(run: Run, bot: Path) -> None:
    assert json.loads(run("check", "--format", "json").out) == {"version": 1, "problems": []}
    (bot / "flows" / "broken.yaml").write_text("flow: x\nsteps: [{ sya: hi }]\n", encoding="utf-8")
    told = json.loads(run("check", "--format", "json").out)
    keys = {"code", "severity", "file", "line", "column", "end_column", "message", "help"}
    assert told["problems"]
    assert all(set(problem) == keys for problem in told["problems"])


def test_github_gets_annotations(run: Run, bot: Path) -> None:
    (bot / "flows" / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    told = run("check", "--format", "github")
    assert told.code == 1
    assert told.out.startswith("::error file=flows/broken.yaml,line=2,")


def test_quiet_says_only_what_was_asked_for(run: Run, bot: Path) -> None:
    told = run("check", "--quiet")
    assert (told.code, told.out, told.err) == (0, "", "")


def test_a_rule_is_explained(run: Run) -> None:
    told = run("rule", "cb203")
    assert told.code == 0
    assert told.out.startswith("CB203 unknown queue (error)\n\n")
    assert json.loads(run("rule", "--format", "json", "CB203").out)["rules"][0]["code"] == "CB203"
    assert run("rule").out.count("\n") > 30
    told = run("rule", "CB999")
    assert told.code == 2
    assert "there is no rule 'CB999'; `chatbot rule` lists them" in told.err


@pytest.mark.parametrize("command", ["test", "chat", "why", "db"])
def test_other_commands_refuse_a_broken_project_and_say_why(run: Run, bot: Path, command: str) -> None:
    (bot / "flows" / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    told = run(command, *{"why": ["hi"], "db": ["status"]}.get(command, []))
    assert (told.code, told.out) == (1, "")
    assert "flows/broken.yaml:2:" in told.err
    assert "2 | start: [{ intent: order_statsu }]" in told.err
    assert "error: 2 problems in the project's files" in told.err

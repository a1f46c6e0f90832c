from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from chatbot.testing.simulator import Moved, Simulator
from tests.cli.conftest import Run

FAILING = """\
test: wrong
cases:
  - name: expects too much
    chat:
      - user: track my order
      - bot: Where do you live?
"""


def test_passing_cases_end_in_one_line(run: Run, bot: Path) -> None:
    told = run("test")
    assert (told.code, told.out) == (0, "")
    assert told.err.startswith("2 cases in 1 file passed in ")


def test_a_failing_case_shows_both_columns_and_its_place(run: Run, bot: Path) -> None:
    (bot / "tests" / "wrong.test.yaml").write_text(FAILING, encoding="utf-8")
    told = run("test")
    assert told.code == 1
    assert "FAILED wrong: expects too much" in told.out
    assert "tests/wrong.test.yaml:6" in told.out
    assert "Where do you live?" in told.out
    assert "1 of 3 cases in 2 files failed in " in told.err


def test_only_the_paths_and_words_asked_for_are_played(run: Run, bot: Path) -> None:
    (bot / "tests" / "wrong.test.yaml").write_text(FAILING, encoding="utf-8")
    assert run("test", "tests/order_status.test.yaml").code == 0
    assert run("test", "-k", "silence").err.startswith("1 case in 1 file passed")
    told = run("test", "-k", "nothing like it")
    assert told.code == 1
    assert "nothing matched -k 'nothing like it'" in told.err
    assert "there are 3" in told.err
    assert run("test", "tests/nowhere.test.yaml").code == 2


def test_json_github_and_junit(run: Run, bot: Path) -> None:
    (bot / "tests" / "wrong.test.yaml").write_text(FAILING, encoding="utf-8")
    told = json.loads(run("test", "--format", "json", "--junit", "out.xml").out)
    assert (told["version"], told["passed"], told["failed"]) == (1, 2, 1)
    failed = next(case for case in told["cases"] if case["outcome"] == "failed")
    assert failed["difference"]["line"] == 6
    assert failed["difference"]["rows"][-1]["said"].startswith("What is your order number?")
    suite = ET.parse(bot / "out.xml").getroot()[0]  # noqa: S314 - we wrote it
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert run("test", "--format", "github").out.startswith("::error file=tests/wrong.test.yaml,line=6,")


def test_broken_test_files_are_refused_before_anything_plays(run: Run, bot: Path) -> None:
    (bot / "tests" / "wrong.test.yaml").write_text(
        "test: t\ncases: [{ name: c, chat: [{ usr: hi }] }]\n", encoding="utf-8"
    )
    told = run("test")
    assert (told.code, told.out) == (1, "")
    assert "unknown key `usr`" in told.err


def test_a_project_without_tests_says_where_they_go(run: Run, bot: Path) -> None:
    (bot / "tests" / "order_status.test.yaml").unlink()
    told = run("test")
    assert told.code == 0
    assert "tests/**/*.test.yaml" in told.err


def test_the_json_of_a_failure_in_full(run: Run, bot: Path) -> None:
    (bot / "tests" / "wrong.test.yaml").write_text(FAILING, encoding="utf-8")
    told = json.loads(run("test", "--format", "json", "tests/wrong.test.yaml").out)
    assert told.pop("seconds") >= 0
    assert told["cases"][0].pop("seconds") >= 0
    prompt = "What is your order number? It looks like AB-123456."
    assert told == {
        "version": 1,
        "passed": 0,
        "failed": 1,
        "cases": [
            {
                "file": "tests/wrong.test.yaml",
                "line": 3,
                "test": "wrong",
                "name": "expects too much",
                "outcome": "failed",
                "difference": {
                    "line": 6,
                    "message": "the bot said something else than: Where do you live?",
                    "move": "user: track my order",
                    "rows": [
                        {"line": None, "expected": None, "said": "Hi! I'm Acme's automated assistant.", "fits": True},
                        {"line": 6, "expected": ["Where do you live?"], "said": prompt, "fits": False},
                    ],
                },
            }
        ],
    }


def test_a_crash_is_one_cases_failure_and_the_others_are_played(
    run: Run, bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = Simulator.user

    def broken(simulator: Simulator, text: str) -> Moved:
        if text == "boom":
            raise KeyError("slot")
        return user(simulator, text)

    monkeypatch.setattr(Simulator, "user", broken)
    (bot / "tests" / "wrong.test.yaml").write_text(FAILING.replace("track my order", "boom"), encoding="utf-8")
    told = run("test")
    assert told.code == 1
    assert "FAILED wrong: expects too much" in told.out
    assert "the bot crashed: KeyError: 'slot' (test_test.py:" in told.out
    assert "1 of 3 cases in 2 files failed in " in told.err

from __future__ import annotations

import json
import signal
import subprocess
import sys
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


def test_update_shows_then_writes_and_plays_again(run: Run, bot: Path) -> None:
    path = bot / "tests" / "wrong.test.yaml"
    path.write_text(FAILING, encoding="utf-8")
    told = run("test", "--update")
    assert told.code == 0
    assert "FAILED wrong: expects too much" in told.out
    assert "-      - bot: Where do you live?" in told.err
    assert "+      - bot: What is your order number? It looks like AB-123456." in told.err
    assert "1 case updated: they pass now" in told.err
    assert path.read_text("utf-8") == FAILING.replace(
        "Where do you live?", "What is your order number? It looks like AB-123456."
    )
    assert run("test").code == 0


def test_update_leaves_what_it_cannot_mend_and_says_so(run: Run, bot: Path) -> None:
    path = bot / "tests" / "wrong.test.yaml"
    text = FAILING.replace("bot: Where do you live?", 'bot: "*"') + "      - button: Refund\n"
    path.write_text(text, encoding="utf-8")
    told = run("test", "--update")
    assert told.code == 1
    assert "1 case of 1 cannot be mended" in told.err
    assert path.read_text("utf-8") == text


def test_without_update_no_file_changes(run: Run, bot: Path) -> None:
    path = bot / "tests" / "wrong.test.yaml"
    path.write_text(FAILING, encoding="utf-8")
    assert run("test").code == 1
    assert path.read_text("utf-8") == FAILING


def test_coverage_in_the_terminal_as_a_page_in_json_and_in_junit(run: Run, bot: Path) -> None:
    told = run("test", "--coverage", "--html", "cover.html", "--junit", "out.xml")
    assert told.code == 0
    assert "flows/order_status.yaml" in told.out
    assert "missed lines" in told.out
    assert "not reached: thanks" in (bot / "cover.html").read_text("utf-8")
    properties = ET.parse(bot / "out.xml").getroot()[0][0]  # noqa: S314 - we wrote it
    assert {each.get("name"): each.get("value") for each in properties}["coverage.intents"] == "50.0"
    assert json.loads(run("test", "--coverage", "--format", "json").out)["coverage"]["intents"]["reached"] == 1
    assert "coverage" not in json.loads(run("test", "--format", "json").out)


def test_many_cases_are_told_in_their_order(run: Run, bot: Path) -> None:
    case = "  - name: case {}\n    chat: [{{ user: track my order }}, {{ bot: {} }}]\n"
    cases = "".join(case.format(n, "Where?" if n in (7, 90, 119) else "What*") for n in range(120))
    (bot / "tests" / "many.test.yaml").write_text(f"test: many\ncases:\n{cases}", encoding="utf-8")
    told = run("test", "--jobs", "2", "tests/many.test.yaml")
    assert told.code == 1
    assert [line for line in told.out.splitlines() if line.startswith("FAILED")] == [
        "FAILED many: case 7", "FAILED many: case 90", "FAILED many: case 119",
    ]  # fmt: skip
    assert "3 of 120 cases in 1 file failed" in told.err


def test_watch_plays_again_when_a_file_changes(bot: Path) -> None:
    code = "import sys; from chatbot.cli import main; sys.exit(main())"
    command = [sys.executable, "-u", "-c", code, "test", "--watch", "-k", "late"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as watching:
        assert watching.stderr is not None
        try:
            told = iter(watching.stderr.readline, "")
            assert next(told).startswith("1 case in 1 file passed")
            assert "waiting for changes" in next(told)
            path = bot / "tests" / "order_status.test.yaml"
            path.write_text(path.read_text("utf-8").replace("/late/", "Where?"), encoding="utf-8")
            assert next(line for line in told if "passed" in line or "failed" in line).startswith("1 of 1 case")
            watching.send_signal(signal.SIGINT)
            assert watching.wait(timeout=60) == 130
        finally:
            watching.kill()


def test_watch_and_update_do_not_go_together(run: Run, bot: Path) -> None:
    assert run("test", "--watch", "--update").code == 2

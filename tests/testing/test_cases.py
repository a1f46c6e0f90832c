"""What an author can write wrong in a test file is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.content.diagnostics import Diagnostic
from chatbot.testing.bench import Bench
from chatbot.testing.cases import find_files, load_cases
from tests.testing.bots import TESTS


def problems(bench: Bench, root: Path, text: str) -> list[Diagnostic]:
    (root / "tests").mkdir(exist_ok=True)
    (root / "tests" / "t.test.yaml").write_text(text, encoding="utf-8")
    cases = load_cases(root, bench.program)
    assert cases.scripts == []
    return cases.diagnostics


def case(*lines: str) -> str:
    return "test: t\ncases:\n  - name: c\n    chat:\n" + "".join(f"      - {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "code", "line", "message"),
    [
        (case("usr: hi"), "CB105", 5, "unknown key `usr`"),
        (case("{ user: hi, bot: hello }"), "CB107", 5, "exactly one of user, bot"),
        (case("bot: /(?=x)/"), "CB107", 5, "RE2 cannot use this regular expression"),
        (case("bot: { a: b }"), "CB107", 5, "a text, or a list of texts"),
        (case("after: soon"), "CB107", 5, "expected a time span"),
        (case("agent: dance"), "CB107", 5, "expected one of claim: NAME"),
        (case("agent: { claim: ana, say: hi }"), "CB107", 5, "expected one of claim: NAME"),
        (case("attach: smell"), "CB107", 5, "is none of image"),
        (case("expect: { slot: { order_number: b } }"), "CB105", 5, "unknown key `slot`"),
        (case("expect: { flow: ordr_status }"), "CB202", 5, "unknown flow `ordr_status`"),
        (case("expect: { handoff: nowhere }"), "CB203", 5, "unknown queue `nowhere`"),
        (case("expect: { template: nowhere }"), "CB504", 5, "unknown template `nowhere`"),
        ("test: t\nmock:\n  GET order_api /x: {}\n" + case("user: hi")[8:], "CB204", 3, "unknown service `order_api`"),
        ("test: t\nmock:\n  /x: {}\n" + case("user: hi")[8:], "CB107", 3, "a method, a service and a path"),
        ("test: t\nmock:\n  GET orders_api /x: { status: 99 }\n" + case("user: hi")[8:], "CB107", 3, ""),
        ("test: t\nmock:\n  GET orders_api /x: []\n" + case("user: hi")[8:], "CB107", 3, "at least one"),
        ("test: t\nas: { channel: fax }\n" + case("user: hi")[8:], "CB107", 2, "unknown channel `fax`"),
        ("test: t\nnow: yesterday\n" + case("user: hi")[8:], "CB107", 2, "expected a date and time"),
        ("test: t\n", "CB106", 1, "`cases:` is missing"),
        ("test: t\ncases: []\n", "CB107", 2, "at least one entry"),
        ("test: [\n", "CB101", 0, ""),
    ],
)
def test_a_mistake_is_found(bench: Bench, tmp_path: Path, text: str, code: str, line: int, message: str) -> None:
    found = problems(bench, tmp_path, text)
    assert [problem.code for problem in found] == [code], found
    assert message in found[0].message
    assert found[0].file == "tests/t.test.yaml"
    assert line in (0, found[0].line)


def test_two_cases_of_one_name_are_an_error(bench: Bench, tmp_path: Path) -> None:
    text = case("user: hi") + "  - name: c\n    chat: [{ user: hi }]\n"
    (problem,) = problems(bench, tmp_path, text)
    assert (problem.line, problem.message) == (6, "two cases are called 'c'")


def test_files_are_found_but_not_those_of_a_project_inside(tmp_path: Path) -> None:
    for name in ("tests/b.test.yaml", "tests/a/x.test.yaml", "tests/inner/tests/y.test.yaml", "tests/notes.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TESTS, encoding="utf-8")
    (tmp_path / "tests/inner/bot.yaml").write_text("name: x\n", encoding="utf-8")
    found = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path)]
    assert found == ["tests/b.test.yaml", "tests/a/x.test.yaml"]
    one = tmp_path / "tests/b.test.yaml"
    assert list(find_files(tmp_path, (one, tmp_path / "tests/a", one))) == [one, tmp_path / "tests/a/x.test.yaml"]


def test_a_project_without_tests_has_no_cases(bench: Bench, tmp_path: Path) -> None:
    cases = load_cases(tmp_path, bench.program)
    assert (cases.scripts, cases.diagnostics, cases.sources) == ([], [], {})

"""What stands in for services and actions in a conversation test."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.content.load import load_project
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.playing import Played, play

BOT = """\
name: Acme
disclosure: Hello.
services: { shop: { url: "https://shop.example" } }
channels: { site: { kind: webchat } }
"""
INTENTS = "intents: { stock: { title: Stock, say: [is it in stock, do you have it, any left] } }\n"
FLOW = """\
flow: stock
start: [{ intent: stock }]
slots: { sku: text }
steps:
  - { ask: sku, say: Which one? }
  - run: check_stock
    with: { sku: sku }
    save: left
    if_error:
      OutOfStock: [{ say: Sold out. }, { end: sold_out }]
      timeout: [{ say: Too slow. }, { end: slow }]
      other: [{ say: Something broke. }, { end: broken }]
  - if: has(left.count)
    then: { say: "{left.count} left." }
    else: { say: "{left} left." }
"""
ACTIONS = """
raise AssertionError("a conversation test runs nothing of this")


def check_stock(sku: str) -> dict: ...
def never_run() -> None: ...
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bot")
    for name in ("intents", "flows", "tests"):
        (root / name).mkdir()
    (root / "bot.yaml").write_text(BOT)
    (root / "intents" / "all.yaml").write_text(INTENTS)
    (root / "flows" / "stock.yaml").write_text(FLOW)
    (root / "actions.py").write_text(ACTIONS)
    return root


@pytest.fixture(scope="module")
def bench(project: Path) -> Bench:
    loaded = load_project(project, {})
    assert loaded.program is not None, loaded.diagnostics
    assert loaded.diagnostics == ()
    return Bench(loaded.program)


def read(bench: Bench, project: Path, mock: str, said: str, *more: str) -> tuple[list[str], list[Played]]:
    lines = "".join(
        f"      - {line}\n"
        for line in ("user: is it in stock", "bot: Which one?", "user: a lamp", f"bot: {said}", *more)
    )
    text = f"test: t\n{mock}\ncases:\n  - name: c\n    chat:\n{lines}"
    (project / "tests" / "t.test.yaml").write_text(text)
    cases = load_cases(project, bench.program)
    told = [f"{each.code} {each.line} {each.message}; {each.help}" for each in cases.diagnostics]
    return told, [play(script, bench) for script in cases.scripts]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("{ return: { count: 3 } }", "3 left."),
        ("{ return: 3 }", "3 left."),
        ("3", "3 left."),
        ("{ count: 3 }", "3 left."),
        ("{ count: 3, status: few }", "3 left."),
        ("{ json: { count: 3 } }", "3 left."),
        ("[{ return: 3 }, { error: OutOfStock }]", "3 left."),
        ("[7, 3]", "7 left."),
        ("{ return: [] }", "left."),
        ("{ error: OutOfStock }", "Sold out."),
        ("{ error: KeyError }", "Something broke."),
        ("{ error: invalid }", "Something broke."),
        ("{ timeout: true }", "Too slow."),
    ],
)
def test_an_action_answers_as_its_line_says(bench: Bench, project: Path, reply: str, said: str) -> None:
    told, (played,) = read(
        bench, project, f"mock: {{ run check_stock: {reply} }}", f'"*{said}"', "expect: { fetches: 0 }"
    )
    assert told == []
    assert played.difference is None, played.difference


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('run check_stock: 1, run check_stock sku="a lamp": 2', "2 left."),
        ("run check_stock: 1, run check_stock sku=lamp: 2", "1 left."),
        ("'run check_stock sku=\"a lamp\"': 2, run check_stock sku=lamp: 3", "2 left."),
    ],
)
def test_of_several_lines_the_one_that_names_the_arguments_answers(
    bench: Bench, project: Path, lines: str, said: str
) -> None:
    told, (played,) = read(bench, project, f"mock: {{ {lines} }}", said)
    assert told == []
    assert played.difference is None, played.difference


def test_an_action_without_a_line_fails_the_case_and_says_how_to_write_one(bench: Bench, project: Path) -> None:
    told, (played,) = read(bench, project, "mock: {}", "3 left.")
    assert told == []
    assert played.difference is not None
    asked, written = 'run check_stock sku="a lamp"', "run check_stock: { return: ... }"
    assert played.difference.message == f"unmocked action `{asked}`: add it under `mock:`; write `{written}`"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("run chek_stock: 3", "CB230 2 unknown action `chek_stock`; did you mean `check_stock`?"),
        ("run check_stock skuu=1: 3", "CB231 2 unknown argument of check_stock `skuu`; did you mean `sku`?"),
        ("run check_stock sku: 3", "CB107 2 expected a method, a service and a path, or an action"),
        ("run never_run: 3", "CB230 2 unknown action `never_run`; there are check_stock"),
        ("run: { return: 3 }", "CB107 2 expected a method, a service and a path, or an action: GET orders_api"),
        ("run check_stock: { return: 3, timeout: true }", "CB107 2 a reply has either timeout or return"),
        ("run check_stock: { return: 3, erorr: X }", "CB105 2 unknown key `erorr`; did you mean `error`?"),
        ("run check_stock: { return: 3, status: 200 }", "CB107 2 a reply has either status or return"),
        ("GET shop /x: { return: 3 }", "CB107 2 a service does not answer with `return`"),
        ("GET shop /x: { error: OutOfStock }", "CB107 2 a service does not answer with `error: OutOfStock`"),
        ("GET shop /x: { error: conection }", "CB107 2 expected one of connection, invalid, refused"),
        ("GET shop /x: 3", "CB107 2 expected a mapping"),
    ],
)
def test_a_line_that_answers_nothing_is_a_finding(bench: Bench, project: Path, line: str, message: str) -> None:
    told, played = read(bench, project, f"mock: {{ {line} }}", "3 left.")
    assert played == []
    assert len(told) == 1
    assert told[0].startswith(message), told

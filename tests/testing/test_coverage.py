"""Coverage counts what was reached, where it stands, and nothing that was not."""

from __future__ import annotations

import re
from pathlib import Path

from chatbot.content.load import load_project
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.coverage import Coverage, Item, as_json, lines, measured
from chatbot.testing.coverage_page import page
from chatbot.testing.coverage_table import table
from chatbot.testing.playing import Played, play
from tests.testing.bots import ORDER_STATUS, TESTS, write


def cover(root: Path, tests: str, **changed: str) -> tuple[Coverage, list[Played]]:
    write(root, **changed)
    (root / "tests" / "order_status.test.yaml").write_text(tests, encoding="utf-8")
    loaded = load_project(root, {})
    assert loaded.program is not None
    bench = Bench(loaded.program)
    played = [play(script, bench) for script in load_cases(root, loaded.program).scripts]
    assert [each.difference for each in played] == [None] * len(played)
    return measured(loaded.sources, played), played


def missing(coverage: Coverage, what: str) -> set[str]:
    return {item.name for item in coverage.items if item.what == what and not item.cases}


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_what_the_example_of_the_contract_reaches(tmp_path: Path) -> None:
    coverage, _ = cover(tmp_path, TESTS)
    assert missing(coverage, "intents") == {"thanks"}
    assert missing(coverage, "branches") == {"if:order-days-late-3 else"}
    assert missing(coverage, "outcomes") == {
        "ask:order_number if_failed",
        "ask:order_number if_silent.1",
        "fetch:order if_error.404",
        "confirm:shall-i-open-a-complaint if_no",
    }
    assert {"end:silent", "end:kept", "end:unknown", "say:you-are-welcome"} <= missing(coverage, "steps")
    assert coverage.share("outcomes").all == 7
    assert "ask:order_number if_invalid" not in missing(coverage, "outcomes")
    assert "fetch:order if_error.other" not in missing(coverage, "outcomes")


def test_each_thing_to_reach_has_its_line(tmp_path: Path) -> None:
    coverage, _ = cover(tmp_path, TESTS)
    at = {item.name: item.line for item in coverage.items if item.file == "flows/order_status.yaml"}
    assert at["ask:order_number"] == line_of(ORDER_STATUS, "- ask:")
    assert at["ask:order_number if_silent.1"] == line_of(ORDER_STATUS, "after: 1h")
    assert at["fetch:order if_error.404"] == line_of(ORDER_STATUS, "404:")
    assert at["if:order-days-late-3 else"] == line_of(ORDER_STATUS, "else:")


CHOICES = """\
flow: thanks
start: [{ intent: thanks }]
steps:
  - choose: size
    say: Which size?
    options:
      - { title: Small, then: [{ say: "Small it is." }] }
      - { title: Large, then: [{ say: "Large it is." }] }
  - cases:
      - { if: 'size == "Small"', then: [{ say: one }] }
      - { if: 'size == "Large"', then: [{ say: two }] }
  - if: has(contact.phone)
    then: [{ say: three }]
"""


def test_options_cases_and_an_else_that_is_not_written(tmp_path: Path) -> None:
    tests = """\
test: t
cases:
  - name: c
    chat: [{ user: thanks a lot }, { bot: Which size? }, { user: Large }, { bot: Large it is. }, { bot: two }]
"""
    coverage, _ = cover(tmp_path, tests, flows__thanks=CHOICES)
    in_file = {item.name for item in coverage.items if item.file == "flows/thanks.yaml" and not item.cases}
    assert in_file == {
        "choose:size option.0", "cases case.0", "cases else", "if:has-contact-phone then", "say:small-it-is", "say:one",
        "say:three",
    }  # fmt: skip


def test_a_step_reached_twice_counts_a_case_once(tmp_path: Path) -> None:
    coverage, _ = cover(tmp_path, TESTS)
    (asked,) = [item for item in coverage.items if item.name == "ask:order_number"]
    assert asked.cases == 2


def test_the_table_names_files_figures_and_lines(tmp_path: Path) -> None:
    coverage, _ = cover(tmp_path, TESTS)
    rows = {row.split()[0]: row.split() for row in table(coverage, width=120).splitlines()}
    share = coverage.share("steps", "flows/order_status.yaml")
    assert rows["flows/order_status.yaml"][1:5] == [f"{share.reached}/{share.all}", "1/2", "3/7", "-"]
    assert rows["flows/thanks.yaml"] == ["flows/thanks.yaml", "0/1", "-", "-", "-", "4"]
    assert rows["all"][4] == "1/2"


def test_the_page_holds_everything_and_calls_for_nothing(tmp_path: Path) -> None:
    evil = "flow: thanks\nstart: [{ intent: thanks }]\nsteps:\n  - say: <script>alert(1)</script> & more\n"
    coverage, played = cover(tmp_path, TESTS, flows__thanks=evil)
    text = page("Acme & Co", coverage, played)
    assert "Acme &amp; Co" in text
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "not reached: ask:order_number if_failed" in text
    assert re.findall(r"""(?:src|href)=["'](?!#)""", text) == []
    assert "2 conversation tests reach: 2 passed, 0 failed" in text


def test_json_lists_what_is_missing(tmp_path: Path) -> None:
    coverage, _ = cover(tmp_path, TESTS)
    told = as_json(coverage)
    assert told["intents"] == {"reached": 1, "all": 2}
    assert {"what": "intents", "file": "intents/orders.yaml", "line": 7, "name": "thanks"} in told["missing"]


def test_lines_that_follow_one_another_are_joined() -> None:
    items = [Item("steps", "f", line, "x", 0) for line in (9, 3, 7, 8, 8)]
    assert lines(items) == "3, 7-9"


FORM = """\
flow: thanks
start: [{ intent: thanks }]
slots: { order_number: order_number, email: email }
steps:
  - form:
      - ask: order_number
        say: Which order?
        if_invalid: No.
      - ask: email
        say: Which address?
        if_failed: { end: given_up }
    tries: 1
    if_failed: { say: Never mind. }
    if_silent: { after: 5m, say: Still there? }
  - split: tone
    branches:
      - { weight: 1, then: [{ say: Formal. }] }
      - { weight: 0, then: [{ say: Casual. }] }
"""


def test_the_outcomes_of_a_form_count_once_and_its_questions_are_steps(tmp_path: Path) -> None:
    tests = """\
test: t
cases:
  - name: silent
    chat: [{ user: thanks a lot }, { bot: Which order? }, { after: 5m }, { bot: Still there? }]
  - name: filled
    chat: [{ user: thanks a lot }, { bot: Which order? }, { user: AB-123456 }, { bot: Which address? },
      { user: a@b.example }, { bot: Formal. }]
"""
    coverage, _ = cover(tmp_path, tests, flows__thanks=FORM)
    here = {item.name: item.cases for item in coverage.items if item.file == "flows/thanks.yaml"}
    assert {name: cases for name, cases in here.items() if "if_" in name} == {
        "form:order_number,email if_failed": 0,
        "form:order_number,email if_silent.0": 1,
        "ask:order_number if_invalid": 0,
        "ask:email if_failed": 0,
    }
    assert here["ask:order_number"] == 2
    assert (here["split:tone branch.0"], here["split:tone branch.1"]) == (1, 0)

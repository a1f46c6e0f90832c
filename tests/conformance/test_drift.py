"""The table of promises is what the tests say it is: each test names its sentence, each sentence has one test.

`python -m tests.conformance.test_drift` writes PROMISES.md anew.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.elsewhere import ELSEWHERE

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = HERE / "PROMISES.md"
NUMBER = re.compile(r"(?:[1-7]|A|C)\.\d+")
HEAD = """\
# What the contract promises, and the test that holds it

Made from the tests by `python -m tests.conformance.test_drift`; what you change by hand here is overwritten. 1 to 7 are the
sections of the flow language's contract, A the semantics other systems get wrong, C what their users complain about.

| | promise | test |
|---|---|---|
"""


def defined_in(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node


def promises() -> Iterator[tuple[str, str, str, str]]:
    """Number, sentence, file and test of each promise."""
    for path in sorted(HERE.glob("test_*.py")):
        if path == Path(__file__):
            continue
        for test in defined_in(path):
            number, _, sentence = " ".join((ast.get_docstring(test) or "").split()).partition(" ")
            yield number, sentence, path.relative_to(ROOT).as_posix(), test.name
    for promise, (file, name) in ELSEWHERE.items():
        number, _, sentence = promise.partition(" ")
        yield number, sentence, file, name


def page() -> str:
    def order(row: tuple[str, str, str, str]) -> tuple[str, int]:
        section, _, number = row[0].partition(".")
        return section, int(number)

    return HEAD + "".join(
        f"| {number} | {sentence.replace('|', chr(92) + '|')} | `{file.rpartition('/')[2]}` {name} |\n"
        for number, sentence, file, name in sorted(promises(), key=order)
    )


def test_each_test_begins_with_the_number_and_the_sentence_it_proves() -> None:
    bad = [(file, name) for number, sentence, file, name in promises() if not NUMBER.fullmatch(number) or not sentence]
    assert bad == []


def test_no_number_stands_for_two_promises() -> None:
    counts = Counter(number for number, *_ in promises())
    assert [number for number, count in counts.items() if count > 1] == []


def test_every_test_of_the_table_exists() -> None:
    missing = [
        (file, name) for file, name in ELSEWHERE.values() if name not in {test.name for test in defined_in(ROOT / file)}
    ]
    assert missing == []


def test_the_page_of_promises_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.conformance.test_drift"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")

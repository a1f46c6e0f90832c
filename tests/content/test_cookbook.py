"""Every pattern of the cookbook is a project that checks and tests clean, and its page shows the files as they are."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path

import pytest

from chatbot.content.load import load_project
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.playing import play
from tests.content.kit import shown

COOKBOOK = Path(__file__).parents[2] / "docs" / "how-to" / "cookbook"
PATTERNS = sorted(folder.name for folder in COOKBOOK.iterdir() if folder.is_dir())
QUOTED = re.compile(r"^`([^`\n]+)`:\n\n```(?:yaml|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(pattern: str) -> str:
    return (COOKBOOK / pattern / f"{pattern}.md").read_text("utf-8")


def files(pattern: str) -> dict[str, str]:
    """Path in the project -> text of every file that makes the pattern up."""
    folder = COOKBOOK / pattern
    found = [*folder.rglob("*.yaml"), *folder.rglob("*.py")]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


def test_there_are_patterns_enough_and_the_contents_lists_each() -> None:
    listed = re.findall(r"\(([a-z-]+)/\1\.md\)", (COOKBOOK / "README.md").read_text("utf-8"))
    assert sorted(listed) == PATTERNS
    assert len(PATTERNS) >= 25


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_checks_and_tests_clean(pattern: str) -> None:
    loaded = load_project(COOKBOOK / pattern, {})
    assert shown(loaded) == ""
    assert loaded.program is not None
    cases = load_cases(COOKBOOK / pattern, loaded.program)
    assert cases.diagnostics == []
    bench = Bench(loaded.program)
    played = [play(script, bench) for script in cases.scripts]
    assert {each.script.name: each.differences for each in played if not each.passed} == {}
    assert played


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_page_shows_the_files_as_they_are(pattern: str) -> None:
    quoted = QUOTED.findall(page(pattern))
    assert dict(quoted) == files(pattern)
    assert len(quoted) == len(files(pattern))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_page_leads_only_to_pages_that_are_there(pattern: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page(pattern))
    assert [link for link in links if not (COOKBOOK / pattern / link).is_file()] == []


@pytest.mark.parametrize(
    ("day", "people", "price"), [("2026-01-06", 2, 42), ("2026-07-06", 2, 52), ("2026-01-06", 10, 189)]
)
def test_the_action_of_the_pattern_computes_what_its_page_says(day: str, people: int, price: float) -> None:
    actions = run_path(str(COOKBOOK / "python-actions" / "actions.py"))
    assert actions["fare"](day, people) == price
    with pytest.raises(actions["NoFerry"]):
        actions["fare"]("2026-12-25", people)

"""What CONTRIBUTING.md and pyproject.toml promise about the tree itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "chatbot").rglob("*.py"))
UNDECLARED = {"pydantic_core", "pytest"}
"""pydantic's own, and what has imported our plugin for it."""
READ_AS_FILES = {"wordllama"}
"""Its model is read from its folder, none of its code runs."""
LONGEST_FUNCTION = 60
LONGEST_MODULE = 500


def test_the_declared_dependencies_are_the_imported_ones() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    written = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    declared = {re.split(r"[<>=!\[; ]", line, maxsplit=1)[0].lower() for line in written} - READ_AS_FILES
    homes = packages_distributions()
    foreign = set(_imports()) - sys.stdlib_module_names - {"chatbot"} - UNDECLARED
    imported = {homes[name][0].lower() for name in foreign}
    assert imported == declared


def _imports() -> Iterator[str]:
    for module in MODULES:
        for node in ast.walk(_tree(module)):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


@cache
def _tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


@pytest.mark.parametrize("room", ["policy", "content", "understanding", "engine"])
@pytest.mark.parametrize("line", ["import asyncio", "from time import time", "import os.path", "import random"])
def test_the_fence_around_the_pure_rooms_holds(room: str, line: str) -> None:
    assert "TID251" in _banned(f"chatbot/{room}/example.py", line)


def test_a_pure_room_may_read_dates_but_not_the_calendar() -> None:
    used = "from datetime import datetime\n\nx = datetime.{}\n"
    assert "TID251" in _banned("chatbot/engine/example.py", used.format("now()"))
    assert "TID251" not in _banned("chatbot/engine/example.py", used.format("fromisoformat('2026-01-05')"))


def test_other_rooms_may_look_at_the_clock() -> None:
    assert "TID251" not in _banned("chatbot/conversation/example.py", "import time")


def _banned(path: str, source: str) -> str:
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--stdin-filename", path, "-"]
    done = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False)
    return done.stdout


def test_no_function_or_module_is_longer_than_the_house_allows() -> None:
    long = [f"{where}: {lines} lines" for where, lines, limit in _lengths() if lines > limit]
    assert long == []


def _lengths() -> Iterator[tuple[str, int, int]]:
    for module in MODULES:
        name = str(module.relative_to(ROOT))
        if "migrations" in module.parts:  # generated
            continue
        yield name, len(module.read_text(encoding="utf-8").splitlines()), LONGEST_MODULE
        for node in ast.walk(_tree(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (
                    f"{name}:{node.lineno} {node.name}",
                    (node.end_lineno or node.lineno) - node.lineno + 1,
                    LONGEST_FUNCTION,
                )


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if name.startswith("chatbot/")}
    files = (path for path in (ROOT / "chatbot").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert packed == {path.relative_to(ROOT).as_posix() for path in files}


def test_the_tests_the_architecture_page_names_exist() -> None:
    page = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page)
    assert named
    gone = [test for file, test in named if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")]
    assert gone == []


@pytest.mark.parametrize(
    "page", sorted(str(p.relative_to(ROOT)) for p in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = (link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link)
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []

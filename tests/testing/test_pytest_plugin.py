"""pytest collects the same files, with the same verdicts."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from chatbot.testing import pytest_plugin
from tests.testing.bots import write


def run(root: Path, *args: str) -> tuple[int, str]:
    plugin = ("-p", "chatbot.testing.pytest_plugin", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *args],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return done.returncode, done.stdout


def test_cases_are_items(tmp_path: Path) -> None:
    code, out = run(write(tmp_path), "-v")
    assert code == 0
    assert "tests/order_status.test.yaml::late order, complaint opened PASSED" in out
    assert "2 passed" in out


def test_a_case_can_be_chosen(tmp_path: Path) -> None:
    code, out = run(write(tmp_path), "-k", "silence")
    assert code == 0
    assert "1 passed, 1 deselected" in out


def test_a_difference_is_a_failure_shown_as_its_transcript(tmp_path: Path) -> None:
    root = write(tmp_path)
    wrong = "test: wrong\ncases:\n  - name: c\n    chat: [{ user: track my order }, { bot: Where? }]\n"
    (root / "tests" / "wrong.test.yaml").write_text(wrong, encoding="utf-8")
    code, out = run(root, "tests/wrong.test.yaml")
    assert code == 1
    assert "tests/wrong.test.yaml:4" in out
    assert "Where?" in out
    assert "Traceback" not in out
    assert "simulator.py" not in out


def test_broken_files_are_collection_errors(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / "tests" / "wrong.test.yaml").write_text("test: [\n", encoding="utf-8")
    code, out = run(root)
    assert code == 2
    assert "CB101" in out
    (root / "tests" / "wrong.test.yaml").unlink()
    (root / "flows" / "thanks.yaml").write_text("flow: [\n", encoding="utf-8")
    code, out = run(root)
    assert code == 2
    assert "flows/thanks.yaml" in out


def test_other_runs_import_nothing_of_ours(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "import sys\ndef test_one():\n    assert 'pydantic' not in sys.modules\n    assert 'yaml' not in sys.modules\n",
        encoding="utf-8",
    )
    code, out = run(tmp_path)
    assert code == 0, out


def test_the_plugin_is_found_by_its_entry_point() -> None:
    (entry,) = [each for each in entry_points(group="pytest11") if each.name == "chatbot"]
    assert entry.value == pytest_plugin.__name__

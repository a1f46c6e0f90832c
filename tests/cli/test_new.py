"""`chatbot new`: a project that is sound from its first moment, and never at the cost of what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.cli.commands.new import STARTERS
from tests.cli.conftest import Run


@pytest.mark.parametrize("starter", sorted(path.name for path in STARTERS.iterdir() if (path / "bot.yaml").exists()))
def test_a_new_project_checks_and_tests_clean(run: Run, tmp_path: Path, starter: str) -> None:
    folder = tmp_path / "my bot"
    made = run("new", str(folder), "--starter", starter)
    assert made.code == 0
    assert "cd '" in made.out
    assert [line.split()[1] for line in made.out.splitlines()[2:]] == ["chat", "test", "serve"]
    checked = run("check", "--strict", "--project", str(folder))
    assert (checked.code, checked.out) == (0, "")
    tested = run("test", "--project", str(folder))
    assert tested.code == 0
    assert "passed" in tested.err


def test_nothing_is_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").write_text("x")
    made = run("new", str(tmp_path / "there"))
    assert made.code == 3
    assert "not empty" in made.err
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == ["mine.txt"]

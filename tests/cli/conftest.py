from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot.cli import main
from tests.testing.bots import write


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small bot, and we stand in its folder."""
    root = write(tmp_path / "bot")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """`run("check", "--strict")` in this process, through the same `main` as the console script."""

    def chatbot(*args: str) -> Ran:
        capfd.readouterr()
        code = main(args)
        said = capfd.readouterr()
        return Ran(code, said.out, said.err)

    return chatbot


@pytest.fixture
def run_apart() -> Run:
    """The command in a process of its own, from a pipe."""

    def chatbot(*args: str, given: str = "", **environ: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from chatbot.cli import main; sys.exit(main())", *args],
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, **environ},
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return chatbot

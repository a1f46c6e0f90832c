from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.content.load import load_project
from chatbot.testing.bench import Bench
from tests.testing.bots import write


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The small bot, built once: a bench holds nothing of any conversation."""
    return made(tmp_path_factory.mktemp("bot"))


def made(root: Path, **changed: str) -> Bench:
    loaded = load_project(write(root, **changed), {})
    assert loaded.program is not None, loaded.diagnostics
    return Bench(loaded.program)

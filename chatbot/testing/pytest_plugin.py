"""Lets pytest collect conversation tests: every *.test.yaml below a bot.yaml, one item a case.

Imported by every pytest run on a machine that has chatbot installed, so it imports nothing until it meets such a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from chatbot.testing.bench import Bench
    from chatbot.testing.script import Script

_BENCHES = pytest.StashKey["dict[Path, Bench]"]()


class CaseFailed(Exception):
    """A conversation went another way; the text is the transcript."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseModule | None:
    return CaseModule.from_parent(parent, path=file_path) if file_path.name.endswith(".test.yaml") else None


class CaseModule(pytest.File):
    """One test file. Its project is the nearest bot.yaml upwards."""

    def collect(self) -> Iterator[CaseItem]:
        from chatbot.content.diagnostics import render_text  # noqa: PLC0415 - see the module's first lines
        from chatbot.content.load import find_project  # noqa: PLC0415
        from chatbot.errors import ChatbotError  # noqa: PLC0415
        from chatbot.testing.cases import load_cases  # noqa: PLC0415

        try:
            root = find_project(self.path.parent)
            bench = self._bench(root)
        except ChatbotError as error:
            raise self.CollectError(str(error)) from None
        cases = load_cases(root, bench.program, (self.path,))
        if any(problem.is_error for problem in cases.diagnostics):
            raise self.CollectError(render_text(cases.diagnostics, cases.sources))
        for script in cases.scripts:
            yield CaseItem.from_parent(self, name=script.name, script=script, bench=bench)

    def _bench(self, root: Path) -> Bench:
        """One a project and session: building what a program understands is the costly part."""
        from chatbot.content.diagnostics import render_text  # noqa: PLC0415 - see the module's first lines
        from chatbot.content.load import load_project  # noqa: PLC0415
        from chatbot.testing.bench import Bench  # noqa: PLC0415

        benches = self.session.stash.setdefault(_BENCHES, {})
        if root not in benches:
            loaded = load_project(root, os.environ)
            if loaded.program is None:
                raise self.CollectError(render_text(loaded.diagnostics, loaded.sources))
            benches[root] = Bench(loaded.program)
        return benches[root]


class CaseItem(pytest.Item):
    def __init__(self, *, script: Script, bench: Bench, **rest: Any) -> None:
        super().__init__(**rest)
        self._script = script
        self._bench = bench

    def runtest(self) -> None:
        from chatbot.testing.playing import play  # noqa: PLC0415 - see the module's first lines
        from chatbot.testing.report import failure  # noqa: PLC0415

        played = play(self._script, self._bench)
        if not played.passed:
            raise CaseFailed(failure(played))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The transcript alone: a traceback through the simulator tells an author nothing."""
        return str(excinfo.value) if isinstance(excinfo.value, CaseFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._script.line - 1, f"{self._script.test}: {self._script.name}"

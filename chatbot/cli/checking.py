"""Everything `check` looks at together: the project, its conversation tests, and what only both can tell."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chatbot.channels.accounts import check_accounts
from chatbot.content.check_mocks import check_mocks
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.ignores import needless, sifted
from chatbot.content.index import index_of
from chatbot.content.load import Loaded, examine, read_files
from chatbot.content.project import Project
from chatbot.testing.cases import Cases, load_cases
from chatbot.types import Json


@dataclass(frozen=True, slots=True)
class Checked:
    """`problems` are those of the project and of its tests, in order; `sources` the texts of all their files."""

    loaded: Loaded
    project: Project
    problems: tuple[Diagnostic, ...]
    sources: Mapping[str, str]


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: what is made is kept to the end; looking through it took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def check_project(root: Path, environ: Mapping[str, str]) -> Checked:
    """Read and check a project with its tests. Raises OperatorError: unreadable files, a missing extra."""
    files, unreadable = read_files(root)
    examined = examine(files, environ, unreadable)
    loaded, project = examined.loaded, examined.project
    cases = load_cases(root, loaded.program)
    sources = {**loaded.sources, **cases.sources}
    bodies = _bodies(cases) if loaded.program is not None else {}
    found = check_mocks(index_of(project), bodies) if bodies else ()
    accounts = check_accounts(project)
    kept, silenced = sifted((*loaded.diagnostics, *accounts, *cases.diagnostics, *found), sources)
    whole = not project.lost and not project.broken
    used = examined.silenced | cases.silenced | silenced
    problems, _ = sifted((*kept, *(needless(sources, used) if whole else ())), sources)
    if loaded.program is not None and loaded.program.bot.matching.meaning == "embeddings":
        from chatbot.understanding.embeddings import embeddings  # noqa: PLC0415 - `check` else does without numpy

        embeddings()
    return Checked(loaded, project, problems, sources)


def _bodies(cases: Cases) -> dict[str, Sequence[Json]]:
    """Request -> what the mocks answer it with when it succeeds."""
    bodies: dict[str, list[Json]] = {}
    for script in cases.scripts:
        for line, replies in script.mock.items():
            for reply in replies:
                answers = not reply.timeout and not reply.error and 200 <= reply.status < 300
                if answers and reply.json_ is not None:
                    bodies.setdefault(line, []).append(reply.json_)
    return dict(bodies)

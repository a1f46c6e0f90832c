"""Reads conversation tests: which files there are, what is wrong with them, and the cases ready to play."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.ignores import Spot, sifted
from chatbot.content.mending import read_mended
from chatbot.content.program import Program
from chatbot.content.rules import NotReadable, WrongValue
from chatbot.content.shape import place_of, plain
from chatbot.content.yaml_source import Source, decode, parse
from chatbot.testing.models import Case, CaseFile, Reply, Setting
from chatbot.testing.naming import check_names
from chatbot.testing.script import Script

SUFFIX: Final = ".test.yaml"
MONDAY: Final = 1_767_607_200_000
"""Monday 2026-01-05 10:00 UTC: when a case plays that does not say."""


@dataclass(slots=True)
class Cases:
    """What was read: `sources` are the texts by the name findings use, `scripts` only those of files without error."""

    scripts: list[Script] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    silenced: frozenset[Spot] = frozenset()


def load_cases(root: Path, program: Program | None, paths: Sequence[Path] = ()) -> Cases:
    """The cases of a project, or those below `paths`. Names are checked against `program` when there is one."""
    cases = Cases()
    for path in find_files(root, paths):
        _load(path, _name(root, path), program, cases)
    cases.diagnostics[:], cases.silenced = sifted(cases.diagnostics, cases.sources)
    return cases


def find_files(root: Path, paths: Sequence[Path] = ()) -> Iterator[Path]:
    """Test files in the order of their names, each once; another project below this one is not entered."""
    seen: set[Path] = set()
    for start in paths or (root / "tests",):
        for path in (start,) if start.is_file() else _below(start):
            if (real := path.resolve()) not in seen:
                seen.add(real)
                yield path


def _below(start: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(start):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not (here / name / "bot.yaml").exists()
        )
        yield from (here / name for name in sorted(files) if name.endswith(SUFFIX))


def _name(root: Path, path: Path) -> str:
    real = path.resolve()
    return real.relative_to(root.resolve()).as_posix() if real.is_relative_to(root.resolve()) else str(path)


def _load(path: Path, name: str, program: Program | None, cases: Cases) -> None:
    try:
        text = decode(path.read_bytes(), name)
    except OSError as error:
        cases.diagnostics.append(NotReadable.at(Place(name), f"cannot be read: {error.strerror}"))
        return
    if isinstance(text, Diagnostic):
        cases.diagnostics.append(text)
    else:
        read_cases(text, name, program, cases)


def read_cases(text: str, name: str, program: Program | None, cases: Cases) -> None:
    """Add what one file holds, or what is wrong with it."""
    cases.sources[name] = text
    source = parse(text, name)
    cases.diagnostics += source.problems
    if any(problem.is_error for problem in source.problems):
        return
    mended = read_mended(CaseFile, source, plain(source.root), lambda leaf: leaf.text)
    file, source, problems = mended.model, mended.source, mended.problems
    if file is not None:
        problems += [*_twice(file, source), *(check_names(file, source, program) if program is not None else ())]
    cases.diagnostics += problems
    if file is not None and not any(problem.is_error for problem in problems):
        cases.scripts += [_script(file, source, n, case) for n, case in enumerate(file.cases)]


def _twice(file: CaseFile, source: Source) -> Iterator[Diagnostic]:
    """Reports, --junit and pytest know a case by its name."""
    first: dict[str, int] = {}
    for n, case in enumerate(file.cases):
        if first.setdefault(case.name, n) != n:
            place = place_of(source, ("cases", n, "name"))
            yield WrongValue.at(place, f"two cases are called {case.name!r}", "give one of them another name")


def _script(file: CaseFile, source: Source, n: int, case: Case) -> Script:
    return Script(
        file=source.file,
        number=n,
        line=place_of(source, ("cases", n, "name")).line,
        test=file.test,
        name=case.name,
        now=next((at for at in (case.now, file.now) if at is not None), MONDAY),
        setting=_merged(file.as_, case.as_),
        mock=_mocks(file, case),
        moves=tuple((place_of(source, ("cases", n, "chat", m)).line, move) for m, move in enumerate(case.chat)),
    )


def _merged(file: Setting | None, case: Setting | None) -> Setting:
    """The case's `as:` over the file's; contact fields are merged one by one."""
    if file is None or case is None:
        return case or file or Setting()
    changed = {name: getattr(case, name) for name in case.model_fields_set}
    return file.model_copy(update={**changed, "contact": {**file.contact, **case.contact}})


def _mocks(file: CaseFile, case: Case) -> Mapping[str, Sequence[Reply]]:
    return {**file.mock, **case.mock}

"""`check --fix`: what can safely be put right in a project's files, shown as a diff and written whole or not at all."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chatbot.content.diagnostics import Diagnostic
from chatbot.content.fixes import apart, applied, mended
from chatbot.content.ignores import needless, sifted
from chatbot.content.load import Examined, examine
from chatbot.content.rules import NoMockHas
from chatbot.content.verb_first import verbs_first
from chatbot.errors import OperatorError

_DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was changed: the new texts by file, as a unified diff, and how many edits."""

    texts: Mapping[str, str]
    diff: str
    count: int


def fixed(files: Mapping[str, str], environ: Mapping[str, str]) -> Fixed:
    """The project's own files put right; nothing is written."""

    def check(texts: Mapping[str, str]) -> Sequence[Diagnostic]:
        examined = examine(texts, environ)
        whole = not examined.project.lost and not examined.project.broken
        found = needless(texts, examined.silenced) if whole else ()
        # What the tests tell is not looked at here, so a comment about that is left alone.
        ours = (each for each in found if NoMockHas.code not in each.message)
        return sifted((*examined.loaded.diagnostics, *ours), texts)[0]

    texts, count = mended(files, check)
    ordered, moved = _in_order(texts, environ)
    count += moved
    changed = {file: text for file, text in ordered.items() if text != files[file]}
    return Fixed(changed, "".join(_diff(file, files[file], text) for file, text in sorted(changed.items())), count)


def _in_order(texts: Mapping[str, str], environ: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """The texts with every step's verb first, and how many steps that took; inner steps wait for the outer ones."""
    before = examine(texts, environ)
    now, moved, examined = dict(texts), 0, before
    for _ in range(_DEEPEST):
        edits = apart(verbs_first(examined.project, now))
        if not edits:
            break
        tried = applied(now, edits)
        examined = examine(tried, environ)
        if _meaning(examined) != _meaning(before):
            break  # a move that changes what the files say is not made
        now, moved = tried, moved + len(edits)
    return now, moved


def _meaning(examined: Examined) -> object:
    """What must stay the same: the flows as they are run, and what is found."""
    found = sorted((each.file, each.code, each.message) for each in examined.loaded.diagnostics)
    return [(file.source.file, file.model) for file in examined.project.flows], found


def _diff(file: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{file}", f"b/{file}")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def write(root: Path, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Put new texts in the place of old ones. Raises OperatorError, with nothing written, where a file changed."""
    for file in after:
        if (root / file).read_bytes() != before[file].encode("utf-8"):
            raise OperatorError(f"{file} has changed since it was read: nothing was written; run it again")
    for file, text in after.items():
        _replace((root / file).resolve(), text)


def _replace(path: Path, text: str) -> None:
    """Write beside the file and put it in its place, with its rights: a reader sees the old text or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

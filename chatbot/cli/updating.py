"""`chatbot test --update`: shows what would change in the test files, writes it, and plays them once more."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from chatbot.cli.command import Terminal
from chatbot.cli.showing import count
from chatbot.content.yaml_source import decode
from chatbot.errors import OperatorError
from chatbot.testing import report
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.playing import Played
from chatbot.testing.running import play_all
from chatbot.testing.updating import updated


def update(terminal: Terminal, root: Path, bench: Bench, played: Sequence[Played]) -> int:
    """Write what the bot did where cases differ; 1 when some differ still. Asks first where somebody can answer."""
    new = _changes(root, played)
    for name, (old, text) in new.items():
        shown = difflib.unified_diff(old.splitlines(), text.splitlines(), name, name, lineterm="", n=1)
        terminal.say("\n".join(shown) + "\n")
    if new and sys.stdin.isatty() and sys.stdout.isatty():
        click.confirm(f"Write these changes to {count(len(new), 'file')}?", abort=True, err=True)
    for name, (_, text) in new.items():
        _write(root / name, text)
        terminal.say(f"updated {name}")
    return _again(terminal, root, bench, played)


def _changes(root: Path, played: Sequence[Played]) -> Mapping[str, tuple[str, str]]:
    """File -> its text as it is and as it would be."""
    changes = {}
    for name in dict.fromkeys(each.script.file for each in played if not each.passed):
        old = decode((root / name).read_bytes(), name)
        if not isinstance(old, str):
            continue
        new = updated(old, [each for each in played if each.script.file == name])
        if new != old:
            changes[name] = (old, new)
    return changes


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise OperatorError(f"cannot write {path}: {error.strerror}") from None


def _again(terminal: Terminal, root: Path, bench: Bench, before: Sequence[Played]) -> int:
    """Play what differed once more: what is still wrong is not a matter of words."""
    failed = {(each.script.file, each.script.name) for each in before if not each.passed}
    files = [root / name for name in dict.fromkeys(file for file, _ in failed)]
    scripts = [each for each in load_cases(root, bench.program, files).scripts if (each.file, each.name) in failed]
    left = [each for each in play_all(scripts, bench) if not each.passed]
    if not left:
        terminal.say(f"{count(len(failed), 'case')} updated: they pass now")
        return 0
    for each in left:
        terminal.data(report.failure(each, color=terminal.colored) + "\n")
    terminal.say(f"{count(len(left), 'case')} of {len(failed)} cannot be mended by writing other words: see above")
    return 1

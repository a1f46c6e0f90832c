"""Cases are played in processes, and nobody can tell from what comes out."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.errors import OperatorError
from chatbot.testing import running
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.playing import Played, play
from chatbot.testing.running import play_all
from chatbot.testing.script import Script
from tests.testing.bots import TESTS


def scripts(bench: Bench, root: Path, wanted: int) -> list[Script]:
    """As many cases as wanted, every third one of them wrong."""
    (root / "tests").mkdir()
    (root / "tests" / "t.test.yaml").write_text(TESTS, encoding="utf-8")
    good = load_cases(root, bench.program).scripts
    return [
        replace(good[n % 2], name=str(n), moves=good[n % 2].moves[: 1 if n % 3 == 0 else None]) for n in range(wanted)
    ]


def told(played: Played) -> object:
    return played.script.name, played.differences, played.ways, played.intents


def test_processes_change_neither_the_order_nor_how_cases_go(bench: Bench, tmp_path: Path) -> None:
    cases = scripts(bench, tmp_path, 151)
    apart, here = list(play_all(cases, bench, jobs=3)), list(play_all(cases, bench, jobs=1))
    assert [told(each) for each in apart] == [told(each) for each in here]
    assert [each.script for each in apart] == cases
    assert sum(not each.passed for each in apart) == 51


def test_each_case_may_tell_all_its_differences(bench: Bench, tmp_path: Path) -> None:
    (case,) = scripts(bench, tmp_path, 1)
    moves = load_cases(tmp_path, bench.program).scripts[0].moves
    silent = replace(case, moves=tuple((line, move) for line, move in moves if move.bot is None))
    assert len(play(silent, bench).differences) == 1
    assert len(play(silent, bench, to_the_end=True).differences) == 3


def test_a_process_that_dies_is_an_error_that_says_so(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = scripts(bench, tmp_path, 100)
    parent = os.getpid()

    def killed(script: Script, bench: Bench, *, to_the_end: bool) -> Played:
        if os.getpid() != parent:
            os._exit(9)
        return play(script, bench, to_the_end=to_the_end)

    monkeypatch.setattr(running, "play", killed)
    with pytest.raises(OperatorError, match="--jobs 1"):
        list(play_all(cases, bench, jobs=2))

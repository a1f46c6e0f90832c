"""Plays many cases at once, in processes; what comes out is in the order of the cases, whoever was faster."""

from __future__ import annotations

import gc
import multiprocessing
import os
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from chatbot.errors import OperatorError
from chatbot.testing.bench import Bench
from chatbot.testing.playing import Difference, Played, play
from chatbot.testing.script import Script
from chatbot.testing.ways import Way

WORTH_A_PROCESS: Final = 50
"""Cases below which another process costs more than it saves."""
AT_ONCE: Final = 16
"""Cases a process takes in one go."""

_Outcome = tuple[float, tuple[Difference, ...], frozenset[Way], frozenset[str]]
_work: tuple[Sequence[Script], Bench, bool] | None = None
"""What the processes were forked with: a program is read and built once, and then there for all of them."""


def play_all(scripts: Sequence[Script], bench: Bench, *, jobs: int = 0, to_the_end: bool = False) -> Iterator[Played]:
    """Every case, in order, each as soon as it and those before it are done. `jobs` 0: as many as there are CPUs.

    Cases share nothing: how they are spread over processes cannot change how they go. Raises OperatorError when the
    system ends one of the processes.
    """
    jobs = min(jobs or _cpus(), -(-len(scripts) // WORTH_A_PROCESS))
    if jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from (play(script, bench, to_the_end=to_the_end) for script in scripts)
        return
    try:
        yield from _in_processes(scripts, bench, jobs, to_the_end=to_the_end)
    except BrokenProcessPool:
        message = "a process that played cases was ended from outside (out of memory?): try again with --jobs 1"
        raise OperatorError(message) from None


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_processes(scripts: Sequence[Script], bench: Bench, jobs: int, *, to_the_end: bool) -> Iterator[Played]:
    global _work  # noqa: PLW0603  # how a fork inherits what could not be sent to it
    _work = scripts, bench, to_the_end
    gc.freeze()  # what is there already is looked through in no process again
    try:
        with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
            with warnings.catch_warnings():
                # Libraries for numbers keep threads of their own, which sleep here and know how to survive a fork.
                warnings.simplefilter("ignore", DeprecationWarning)
                outcomes = pool.map(_play, range(len(scripts)), chunksize=AT_ONCE)
            for script, outcome in zip(scripts, outcomes, strict=True):
                yield Played(script, *outcome)
    finally:
        gc.unfreeze()
        _work = None


def _play(number: int) -> _Outcome:
    assert _work is not None
    scripts, bench, to_the_end = _work
    played = play(scripts[number], bench, to_the_end=to_the_end)
    return played.seconds, played.differences, played.ways, played.intents

"""Plays one case of a conversation test and says where it differs from what is written.

A case is a row of scenes: one move, and below it the bot lines and expectations that belong to it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from chatbot.conversation.turn import Line
from chatbot.errors import ChatbotError
from chatbot.testing.alignment import Listed, Row, Spoken, align
from chatbot.testing.bench import DISCLOSURE, Bench
from chatbot.testing.matching import difference, said
from chatbot.testing.mocks import Mocks
from chatbot.testing.models import AgentMove, Expectation, Move
from chatbot.testing.script import Script, describe
from chatbot.testing.simulator import Moved, Simulator
from chatbot.types import Trace

ACKNOWLEDGEMENT = "system.handoff/"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a case went another way: `line` of its file, what is wrong, and the two columns of that exchange."""

    line: int
    message: str
    move: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """How a case went; `difference` is None when it passed. `trace` is what the engine did, for coverage."""

    script: Script
    seconds: float
    difference: Difference | None
    trace: tuple[Trace, ...] = ()
    intents: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        return self.difference is None


@dataclass(slots=True)
class _Exchange:
    """One move with everything that must follow from it."""

    line: int
    move: Move | None
    listed: list[Listed]
    expectations: list[tuple[int, Expectation]]

    def __str__(self) -> str:
        return describe(self.move) if self.move else "before anything happened"


def play(script: Script, bench: Bench) -> Played:
    """Play a case in a fresh conversation; whatever is raised meanwhile is this case's failure."""
    began = perf_counter()
    simulator = bench.simulator(script.setting, script.now, Mocks(script.mock).respond)
    done: list[Moved] = []
    found: Difference | None = None
    for exchange in _exchanges(script.moves):
        try:
            moved = _make(simulator, exchange.move)
        except ChatbotError as error:
            found = Difference(exchange.line, str(error), str(exchange))
            break
        except Exception as error:  # noqa: BLE001  # the edge: one case that breaks the engine must not end the run
            found = Difference(exchange.line, _crash(error), str(exchange))
            break
        done.append(moved)
        if (found := _compare(exchange, moved, simulator)) is not None:
            break
    results = [result for moved in done for result in moved.results]
    readings = [result.event.reading for result in results if result.event and result.event.reading]
    intents = frozenset(reading.command or reading.intent for reading in readings) - {""}
    return Played(script, perf_counter() - began, found, tuple(t for moved in done for t in moved.trace), intents)


def _crash(error: Exception) -> str:
    """A fault of ours, with the place of it: the author needs to know that the test is not to blame."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    return f"the bot crashed: {type(error).__name__}: {error} ({place}). This is a bug in chatbot, please report it."


def _exchanges(moves: Sequence[tuple[int, Move]]) -> Iterator[_Exchange]:
    exchange = _Exchange(moves[0][0], None, [], [])
    for line, move in moves:
        if move.bot is not None:
            exchange.listed.append(Listed(move.bot, line))
        elif move.expect is not None:
            exchange.expectations.append((line, move.expect))
        else:
            if exchange.move or exchange.listed or exchange.expectations:
                yield exchange
            exchange = _Exchange(line, move, [], [])
    yield exchange


def _make(simulator: Simulator, move: Move | None) -> Moved:
    match move:
        case None:
            return Moved()
        case Move(user=str(text)):
            return simulator.user(text)
        case Move(button=str(name)):
            return simulator.button(name)
        case Move(attach=str(kind)):
            return simulator.attach(kind)
        case Move(after=int(duration)):
            return simulator.after(duration)
        case Move(event=str(name)):
            return simulator.event(name)
        case Move(agent=agent) if agent is not None:
            return _act(simulator, agent)
        case _:
            raise AssertionError(f"not a move: {move!r}")


def _act(simulator: Simulator, agent: AgentMove) -> Moved:
    match agent:
        case AgentMove(claim=str(name)):
            return simulator.claim(name)
        case AgentMove(say=str(text)):
            return simulator.say(text)
        case AgentMove(back_to_bot=True):
            return simulator.release()
        case _:
            return simulator.resolve()


def _compare(exchange: _Exchange, moved: Moved, simulator: Simulator) -> Difference | None:
    handed_off = any(each.handoff is not None for _, each in exchange.expectations)
    spoken = [_spoken(line, acknowledged=handed_off) for line in moved.lines]
    rows = align(exchange.listed, spoken)
    wrong = next((row for row in rows if not row.fits), None)
    if wrong is not None:
        return Difference(wrong.listed.line if wrong.listed else exchange.line, _wrong(wrong), str(exchange), rows)
    seen = simulator.scene.seen()
    for line, expectation in exchange.expectations:
        wanted = expectation.wanted()
        if wanted.get("step") in simulator.scene.step_names:
            wanted["step"] = seen["step"]
        if message := difference(wanted, seen):
            return Difference(line, message, str(exchange), rows)
    return None


def _spoken(line: Line, *, acknowledged: bool) -> Spoken:
    implied = line.origin == DISCLOSURE or (acknowledged and line.origin.startswith(ACKNOWLEDGEMENT))
    return Spoken(said(line.message), implied)


def _wrong(row: Row) -> str:
    if row.listed is None and row.spoken is not None:
        return f"the bot said more than is listed: {row.spoken.text}"
    if row.spoken is None:
        return f"the bot did not say: {row.listed}"
    return f"the bot said something else than: {row.listed}"

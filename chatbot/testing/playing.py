"""Plays one case of a conversation test and says where it differs from what is written.

A case is a row of scenes: one move, and below it the bot lines and expectations that belong to it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from chatbot.conversation.record import Line
from chatbot.errors import ChatbotError
from chatbot.policy.consent import OPTED_IN, OPTED_OUT
from chatbot.testing.alignment import Listed, Row, Spoken, align
from chatbot.testing.bench import DISCLOSURE, Bench
from chatbot.testing.matching import Gap, gaps, said
from chatbot.testing.mocks import Mocks
from chatbot.testing.models import AgentMove, Expectation, Happening, Move, Sent
from chatbot.testing.scene import Scene
from chatbot.testing.script import Script, describe
from chatbot.testing.simulator import Moved, Simulator
from chatbot.testing.ways import Way, walked
from chatbot.types import Json

ACKNOWLEDGEMENTS = ("system.handoff/", "system.closed/")
"""Where the words come from that say a person will answer: the queue is open, or it is not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a case went another way: `line` of its file, what is wrong, and the two columns of that exchange.

    `at` is the position in `chat:` of the move the exchange begins with; -1 where something stands before any move.
    `gaps` are the expected values that are otherwise, each with the position of its `expect:`. `stuck`: the case could
    not go on, so there is nothing to compare.
    """

    line: int
    message: str
    move: str
    rows: tuple[Row, ...] = ()
    at: int = -1
    gaps: tuple[tuple[int, Gap], ...] = ()
    stuck: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """How a case went: no differences when it passed, else the first, or all when it was played to its end.

    `ways` are the steps and outcomes it went through, `intents` what was understood; for coverage.
    """

    script: Script
    seconds: float
    differences: tuple[Difference, ...] = ()
    ways: frozenset[Way] = frozenset()
    intents: frozenset[str] = frozenset()

    @property
    def difference(self) -> Difference | None:
        """The first difference."""
        return self.differences[0] if self.differences else None

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass(slots=True)
class _Exchange:
    """One move with everything that must follow from it; `at` is the move's position, `expectations` carry theirs."""

    line: int
    at: int
    move: Move | None
    listed: list[Listed]
    expectations: list[tuple[int, int, Expectation]]

    def __str__(self) -> str:
        return describe(self.move) if self.move else "before anything happened"


def play(script: Script, bench: Bench, *, to_the_end: bool = False, conversation: int = 1) -> Played:
    """Play a case in a fresh conversation; whatever is raised meanwhile is this case's failure.

    It stops at the first difference, or goes on `to_the_end` as if what the bot did were right.
    """
    began = perf_counter()
    simulator = bench.simulator(script.setting, script.now, Mocks(script.mock).respond, conversation)
    done: list[Moved] = []
    differences: list[Difference] = []
    for exchange in _exchanges(script.moves):
        try:
            moved = _make(simulator, exchange.move)
        except ChatbotError as error:
            differences.append(_stuck(exchange, str(error)))
            break
        except Exception as error:  # noqa: BLE001  # the edge: one case that breaks the engine must not end the run
            differences.append(_stuck(exchange, _crash(error)))
            break
        done.append(moved)
        if (found := _compare(exchange, moved, simulator)) is not None:
            differences.append(found)
            if not to_the_end:
                break
    results = [result for moved in done for result in moved.results]
    readings = [result.event.reading for result in results if result.event and result.event.reading]
    intents = frozenset(name for each in readings for name in (each.command or each.intent, each.then)) - {""}
    ways = walked(bench.program, [entry for moved in done for entry in moved.trace])
    return Played(script, perf_counter() - began, tuple(differences), ways, intents)


def _stuck(exchange: _Exchange, message: str) -> Difference:
    return Difference(exchange.line, message, str(exchange), at=exchange.at, stuck=True)


def _crash(error: Exception) -> str:
    """A fault of ours, with the place of it: the author needs to know that the test is not to blame."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    return f"the bot crashed: {type(error).__name__}: {error} ({place}). This is a bug in chatbot, please report it."


def _exchanges(moves: Sequence[tuple[int, Move]]) -> Iterator[_Exchange]:
    exchange = _Exchange(moves[0][0], -1, None, [], [])
    for at, (line, move) in enumerate(moves):
        if move.bot is not None:
            exchange.listed.append(Listed(move.bot, line, at))
        elif move.expect is not None:
            exchange.expectations.append((at, line, move.expect))
        else:
            if exchange.move or exchange.listed or exchange.expectations:
                yield exchange
            exchange = _Exchange(line, at, move, [], [])
    yield exchange


def _make(simulator: Simulator, move: Move | None) -> Moved:
    match move:
        case None:
            return Moved()
        case Move(user=str(text)):
            return simulator.user(text)
        case Move(button=str(name)):
            return simulator.button(name)
        case Move(attach=Sent() as sent):
            return simulator.attach(sent.attachment())
        case Move(referral=str(ref)):
            return simulator.referral(ref)
        case Move(comment=str(text)):
            return simulator.comment(text)
        case Move(story=str(text)):
            return simulator.story(text)
        case Move(opt_in=str(name)):
            return simulator.opt_in(name)
        case Move(after=int(duration)):
            return simulator.after(duration)
        case Move(event=Happening() as event):
            return simulator.event(event.name, event.with_)
        case Move(refused=str(reason)):
            return simulator.refused(reason)
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
    handed_off = any(each.handoff is not None for _, _, each in exchange.expectations)
    spoken = [_spoken(line, acknowledged=handed_off) for line in moved.lines]
    rows = align(exchange.listed, spoken)
    missed = [(at, line, gap) for at, line, each in exchange.expectations for gap in _gaps(each, simulator)]
    wrong = next((row for row in rows if not row.fits), None)
    if wrong is not None:
        line, message = wrong.listed.line if wrong.listed else exchange.line, _wrong(wrong)
    elif missed:
        line, message = missed[0][1], "\n".join(str(gap) for _, _, gap in missed)
    else:
        return None
    return Difference(line, message, str(exchange), rows, exchange.at, tuple((at, gap) for at, _, gap in missed))


def _gaps(expectation: Expectation, simulator: Simulator) -> Iterator[Gap]:
    wanted, seen = expectation.wanted(), simulator.scene.seen()
    if wanted.get("step") in simulator.scene.step_names:
        wanted["step"] = seen["step"]
    if "consent" in wanted:
        seen["consent"], wanted["consent"] = _consent(wanted["consent"], simulator.scene)
    if str(wanted.get("not_sent")).lower() == "true":
        seen["not_sent"] = seen["not_sent"] is not None
    return gaps(wanted, seen)


def _consent(wanted: Json, scene: Scene) -> tuple[Json, Json]:
    """What is seen, in the form that was asked for: the last entry, the purposes allowed, or how each stands."""
    standing = scene.record.contact.get("consent") or {}
    if isinstance(wanted, str):
        return scene.consent or None, wanted
    if isinstance(wanted, list):
        purposes = standing.keys() - {OPTED_OUT, OPTED_IN}
        return sorted(name for name in purposes if standing[name]), sorted(wanted)
    if isinstance(wanted, dict):
        wanted = {name: _ALLOWED.get(str(value).lower(), value) for name, value in wanted.items()}
    return standing, wanted


_ALLOWED: Final = {"granted": "true", "given": "true", "revoked": "false", "refused": "false", "declined": "false"}


def _spoken(line: Line, *, acknowledged: bool) -> Spoken:
    implied = line.origin == DISCLOSURE or (acknowledged and line.origin.startswith(ACKNOWLEDGEMENTS))
    return Spoken(said(line.message), implied)


def _wrong(row: Row) -> str:
    if row.listed is None and row.spoken is not None:
        return f"the bot said more than is listed: {row.spoken.text}"
    if row.spoken is None:
        return f"the bot did not say: {row.listed}"
    return f"the bot said something else than: {row.listed}"

"""`chatbot why`: how a text is understood, what each part scored, and what the bot would do next."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.explaining import understood
from chatbot.cli.project import load_clean
from chatbot.testing.bench import Bench
from chatbot.testing.matching import said
from chatbot.testing.models import Setting
from chatbot.testing.simulator import Moved, Simulator
from chatbot.types import Call, Json

_SPEAKS_FOR_NONE: Final = frozenset({"system.greeting", "system.fallback"})


@dataclass(frozen=True, slots=True)
class Next:
    """What would happen: the flow that would run ("" for none), what it would say, and a request it would make."""

    flow: str
    says: tuple[str, ...]
    asks: str
    handoff: str
    trace: tuple[str, ...]


@click.command(
    cls=Command,
    examples=('chatbot why "wheres my ordr"', "chatbot why --locale es pedido", "chatbot why --format json hi"),
)
@click.argument("text", nargs=-1, required=True)
@click.option("--locale", metavar="LOCALE", help="The customer's locale, such as es or en-GB.")
@common("text", "json")
def command(terminal: Terminal, text: tuple[str, ...], locale: str | None) -> None:
    """Explain how a text is understood and what would happen next.

    As the first message of a new customer; no service is called. In `chatbot chat`, /why explains the last message.
    """
    program, _ = load_clean(terminal)
    bench = Bench(program)
    simulator = bench.simulator(Setting(locale=locale), time.time_ns() // 1_000_000, _unanswered)
    spoken = " ".join(text)
    explanation = bench.explain(spoken, simulator.scene)
    following = _next(simulator, simulator.user(spoken))
    if terminal.format == "json":
        terminal.data(
            json.dumps({"version": 1, **explanation.to_json(), "next": _json(following)}, ensure_ascii=False, indent=2)
        )
    else:
        terminal.data(understood(explanation))
        terminal.data("\n".join(_lines(following)))


def _unanswered(call: Call, attempt: int) -> None:
    """No service is called: the conversation would wait here."""
    del call, attempt


def _next(simulator: Simulator, moved: Moved) -> Next:
    scene = simulator.scene
    ended = [each.flow for result in moved.results for each in result.ended]
    flow = scene.frame.flow if scene.frame else ended[-1] if ended else _system(moved)
    request = f"{scene.call.method} {scene.call.service} {scene.call.path}" if scene.call else ""
    return Next(
        flow,
        tuple(said(line.message) for line in moved.lines),
        request,
        scene.handoff.queue if scene.handoff else "",
        tuple(f"{entry.at}: {entry.note}" for entry in moved.trace),
    )


def _system(moved: Moved) -> str:
    """The system flow that spoke: its lines carry its name."""
    flows = [line.origin.split("/")[0] for line in moved.lines if "/" in line.origin]
    return flows[-1] if flows else ""


def _json(following: Next) -> dict[str, Json]:
    return {
        "flow": following.flow or None,
        "says": list(following.says),
        "request": following.asks or None,
        "handoff": following.handoff or None,
        "trace": list(following.trace),
    }


def _what(flow: str) -> str:
    """A system flow says what it is for: it speaks where no flow of the project does."""
    if not flow:
        return "next: no flow starts on this"
    return f"next: {flow}" + ("  (no flow of yours starts on this)" if flow in _SPEAKS_FOR_NONE else "")


def _lines(following: Next) -> Sequence[str]:
    lines = [_what(following.flow)]
    lines += [f"  bot: {text}" for text in following.says]
    lines += [f"  asks {following.asks}"] if following.asks else []
    lines += [f"  hands off to queue {following.handoff}"] if following.handoff else []
    return lines

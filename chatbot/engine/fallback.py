"""Not understood: rephrase, then the menu, then a person; any success starts the ladder anew."""

from __future__ import annotations

from chatbot.engine.menu import menu
from chatbot.engine.run import Run
from chatbot.types import HandOff


def fall_back(run: Run) -> None:
    """One rung further up the ladder of bot.yaml's `fallback`."""
    ladder = run.program.bot.fallback
    rung = ladder[min(run.state.misses, len(ladder) - 1)]
    run.state.misses += 1
    run.note("engine", f"not understood, {rung}")
    if rung == "handoff":
        run.hand_over(HandOff("default", note=f"not understood: {run.event.text[:200]}", reason="fallback"))
    else:
        run.push("system.fallback", rung=rung, options=menu(run))

"""What `chatbot` alone says inside a project: how it stands, and what to do next."""

from __future__ import annotations

from chatbot.cli.command import Terminal, plain_colors
from chatbot.cli.project import load
from chatbot.cli.showing import count


def show() -> None:
    """Counts, problems and next commands of the project we stand in."""
    terminal = Terminal(color=plain_colors())
    loaded = load(terminal)
    errors = sum(problem.is_error for problem in loaded.diagnostics)
    warnings = len(loaded.diagnostics) - errors
    problems = f"{count(errors, 'error')}, {count(warnings, 'warning')}"
    if loaded.program is None:
        terminal.data(f"{count(len(loaded.sources), 'file')}, {problems}")
        terminal.data("next: `chatbot check` shows what is wrong")
        return
    program = loaded.program
    flows = sum(not name.startswith("system.") for name in program.flows)
    intents = sum(intent.command is None for intent in program.intents.values())
    terminal.data(f"{program.bot.name}: {count(flows, 'flow')}, {count(intents, 'intent')}, {problems}")
    if loaded.diagnostics:
        terminal.data("next: `chatbot check` shows what to look at")
    else:
        terminal.data("next: `chatbot chat` to talk to it, `chatbot test` to test it, `chatbot serve` to run it")
    terminal.data("`chatbot --help` lists every command")

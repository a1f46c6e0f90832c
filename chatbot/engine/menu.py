"""What the bot can do, as buttons: the menu of the fallback ladder, of help and of the greeting."""

from __future__ import annotations

from chatbot.engine.guards import may_start
from chatbot.engine.run import Run


def menu(run: Run) -> list[dict[str, str]]:
    """What can be started, as buttons: every intent with a title that may start a flow, then a person."""
    options: list[dict[str, str]] = []
    human = []
    for name, intent in run.program.intents.items():
        title = run.translated(intent.title)
        if intent.command == "human" and title:
            human.append({"title": title, "payload": f"intent:{name}"})
        elif intent.command is None and title and may_start(run, run.starts.intents.get(name, ())):
            options.append({"title": title, "payload": f"intent:{name}"})
    return options + human

"""What the bot can do, as buttons: the menu of the fallback ladder, of help and of the greeting."""

from __future__ import annotations

from chatbot.engine.run import Run


def menu(run: Run) -> list[dict[str, str]]:
    """What can be started, as buttons: every flow that an intent with a title starts, then a person."""
    options: list[dict[str, str]] = []
    human = []
    for name, intent in run.program.intents.items():
        title = run.translated(intent.title)
        if intent.command == "human" and title:
            human.append({"title": title, "payload": f"intent:{name}"})
        elif intent.command is None and title and name in run.starts.intents:
            options.append({"title": title, "payload": f"intent:{name}"})
    return options + human

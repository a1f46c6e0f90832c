"""`chatbot rule`: what a code that `check` printed means."""

from __future__ import annotations

import inspect
import json

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.content.diagnostics import Rule
from chatbot.content.rules import RULES


@click.command(cls=Command, examples=("chatbot rule CB203", "chatbot rule --format json CB203", "chatbot rule"))
@click.argument("code", required=False)
@common("text", "json")
def command(terminal: Terminal, code: str | None) -> None:
    """Explain a code that `check` printed; without a code, list them all."""
    rules = list(RULES.values()) if code is None else [_find(code)]
    if terminal.format == "json":
        pages = [_page(rule) for rule in rules]
        terminal.data(json.dumps({"version": 1, "rules": pages}, ensure_ascii=False, indent=2))
    elif code is None:
        for rule in rules:
            terminal.data(f"{rule.code}  {rule.severities():16}  {rule.title}")
    else:
        terminal.data(f"{rules[0].code} {rules[0].title} ({rules[0].severities()})\n\n{inspect.getdoc(rules[0])}")


def _page(rule: type[Rule]) -> dict[str, str]:
    return {"code": rule.code, "severity": rule.severity, "title": rule.title, "text": inspect.getdoc(rule) or ""}


def _find(code: str) -> type[Rule]:
    rule = RULES.get(code.upper())
    if rule is None:
        raise click.BadParameter(f"there is no rule {code!r}; `chatbot rule` lists them", param_hint="CODE")
    return rule

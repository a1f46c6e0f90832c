"""Flows that speak unasked in a project that asks nobody whether they may."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.content.diagnostics import Diagnostic
from chatbot.content.index import Flow, Index
from chatbot.content.rules_of_channels import NoOptIn
from chatbot.content.steps import Asking, ConsentStep, SayStep
from chatbot.policy.opt_ins import opt_in_rule


def check_opt_ins(index: Index) -> Iterator[Diagnostic]:
    bot = index.project.bot
    kinds = {account.kind for account in bot.model.channels.values()} if bot is not None else set()
    wanting = sorted(kind for kind in kinds if opt_in_rule(kind).wanted)
    if not wanting or not index.sure("flows") or any(_knows_of_consent(flow) for flow in index.own_flows()):
        return
    for flow in index.own_flows():
        for i, trigger in enumerate(flow.model.start):
            if trigger.event is not None and any(isinstance(step, SayStep | Asking) for _, step in flow.steps):
                what = f"this speaks unasked, and no flow asks for the opt-in that {wanting[0]} wants"
                advice = "ask for one with `consent:`, or tell of those given elsewhere by /api/consents"
                yield NoOptIn.at(flow.place(("start", i, "event")), what, advice)


def _knows_of_consent(flow: Flow) -> bool:
    """Whether a flow asks for an opt-in, starts on one, or minds what the customer has agreed to."""
    asks = any(isinstance(step, ConsentStep) for _, step in flow.steps)
    guard = flow.model.if_.paths if flow.model.if_ is not None else ()
    minded = (path for used in flow.written.values() for _, each in used for path in each.paths)
    return (
        asks
        or any(trigger.opt_in is not None for trigger in flow.model.start)
        or any(path[:2] == ("contact", "consent") for path in (*guard, *minded))
    )

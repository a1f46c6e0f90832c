"""What a step is called when it has no `id:`: its verb and what the verb is about.

A running conversation finds its step again by this name, also in a changed file; so a name must not say where a step
stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from chatbot.content.steps import (
    AgainStep,
    AskStep,
    CallingStep,
    CallStep,
    CasesStep,
    ChooseStep,
    ConfirmStep,
    ConsentStep,
    EndStep,
    FetchStep,
    FormStep,
    Goal,
    GotoStep,
    HandoffStep,
    IfStep,
    RateStep,
    RemindStep,
    RunStep,
    SayStep,
    SetStep,
    SplitStep,
    Step,
    TagStep,
    WaitStep,
)  # fmt: skip


def name_of(step: Step) -> str:
    return _NAMES[type(step)](step)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:40] or "text"


def _kept(step: CallingStep) -> str:
    return step.save if isinstance(step.save, str) else ""


def _wait(step: WaitStep) -> str:
    awaited = step.wait
    return awaited.event or (_slug(awaited.until.source) if awaited.until else f"{awaited.for_}ms")


def _tag(step: TagStep) -> str:
    return (step.tag.goal or step.tag.event or "") if isinstance(step.tag, Goal) else ",".join(step.tag)


_NAMES: Final[Mapping[type[Any], Callable[[Any], str]]] = MappingProxyType(
    {
        SayStep: lambda step: f"say:{_slug(step.say[0].source) if step.say else 'media'}",
        AskStep: lambda step: f"ask:{step.ask}",
        FormStep: lambda step: f"form:{','.join(ask.ask for ask in step.form)}",
        ChooseStep: lambda step: f"choose:{step.choose}",
        ConfirmStep: lambda step: f"confirm:{_slug(step.confirm[0].source) if step.confirm else 'text'}",
        ConsentStep: lambda step: f"{'consent' if step.action == 'ask' else step.action}:{step.consent}",
        RateStep: lambda step: f"rate:{step.rate}",
        SetStep: lambda step: f"set:{','.join(step.set)}",
        IfStep: lambda step: f"if:{_slug(step.if_.source)}",
        CasesStep: lambda _: "cases",
        SplitStep: lambda step: f"split:{step.split}",
        FetchStep: lambda step: f"fetch:{_kept(step) or _slug(str(step.fetch))}",
        RunStep: lambda step: f"run:{_kept(step) or step.run}",
        CallStep: lambda step: f"call:{step.call}",
        GotoStep: lambda step: f"goto:{step.goto}",
        AgainStep: lambda step: f"again:{step.again}",
        WaitStep: lambda step: f"wait:{_wait(step)}",
        RemindStep: lambda step: f"remind:{step.remind}",
        TagStep: lambda step: f"tag:{_tag(step)}",
        HandoffStep: lambda step: f"handoff:{step.handoff or 'default'}",
        EndStep: lambda step: f"end:{step.end}",
    }
)

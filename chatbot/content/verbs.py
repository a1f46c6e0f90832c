"""Which verb a written step has, and what all steps share whatever their verb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic_core import PydanticCustomError

from chatbot.content.bot_file import Written
from chatbot.content.nearest import near_word
from chatbot.content.scalars import Name, OneOrMany, one_or_more

VERBS: Final = (
    "say", "ask", "form", "choose", "confirm", "set", "if", "cases", "fetch", "run", "call", "goto", "again", "wait",
    "remind", "tag", "split", "consent", "rate", "handoff", "end",
)  # fmt: skip
QUESTIONS: Final = ("ask", "form", "choose", "confirm", "consent", "rate")
"""Verbs beside which `say` is the prompt."""
_ASKING: Final = frozenset(QUESTIONS)
_THEN: Final = "; in place of `then:` write the step itself, as in `say: ...`"


class StepBase(Written):
    id: Name | None = None
    only: Annotated[tuple[Name, ...], OneOrMany(one_or_more)] = ()


def verb_of(step: Any) -> str | None:
    """The one verb of a written step; None where there is none or more than one."""
    verbs = verbs_of(step) if isinstance(step, Mapping) else []
    return verbs[0] if len(verbs) == 1 else None


def verbs_of(step: Mapping[str, Any]) -> list[str]:
    """The verbs among its keys, without a `say` that is only the prompt of another."""
    verbs = [key for key in step if key in VERBS]
    return [verb for verb in verbs if verb != "say"] if _ASKING & step.keys() else verbs


def _way_out(verbs: list[str]) -> str:
    if {"if", "cases"} == set(verbs):
        return "; write `- cases:` alone, each entry of it has its own `if`"
    return "; what an `if` guards goes under its `then:`" if "if" in verbs else "; make them two steps"


def has_one_verb(step: Any) -> Any:
    if isinstance(step, StepBase):
        return step
    if not isinstance(step, Mapping):
        raise PydanticCustomError("step", "a step is a mapping with a verb, such as `say: Hello`")
    verbs = verbs_of(step)
    if not verbs:
        for key in step:
            if near := near_word(key, VERBS):
                raise PydanticCustomError(
                    "step", "unknown verb `{key}`; did you mean `{near}`?", {"key": key, "near": near}
                )
        hint = _THEN if "then" in step else ""
        raise PydanticCustomError("step", "this step has no verb{hint}", {"key": next(iter(step), ""), "hint": hint})
    if len(verbs) > 1:
        hint = _way_out(verbs)
        said = " and ".join(f"`{verb}`" for verb in verbs)
        raise PydanticCustomError(
            "step", "a step has one verb, this one has {said}{hint}", {"key": verbs[1], "said": said, "hint": hint}
        )
    return step

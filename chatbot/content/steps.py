"""The steps of a flow as an author writes them: what all share, one model a verb, and which verb a step has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from chatbot.content.arguments import Action, Argument, Identifier, Save
from chatbot.content.bot_file import Written
from chatbot.content.expression import Expression
from chatbot.content.nearest import near_word, nearest
from chatbot.content.scalars import (
    Count,
    Duration,
    JsonTemplate,
    Name,
    OneOrMore,
    RequestLine,
    StepList,
    TextList,
    Texts,
    Tries,
    Word,
    one_or_list,
    one_or_more,
    written,
)
from chatbot.content.template import Template
from chatbot.types import Priority


class ButtonText(Written):
    """Something to press: a link (`url`), or a way on (`intent`, or a `payload` a flow starts on)."""

    title: Template
    url: Template | None = None
    intent: Name | None = None
    payload: str | None = None

    @model_validator(mode="after")
    def _leads_one_way(self) -> ButtonText:
        if sum(way is not None for way in (self.url, self.intent, self.payload)) > 1:
            raise PydanticCustomError("shape", "a button has one of `url`, `intent` and `payload`")
        return self


class StepBase(Written):
    id: Name | None = None
    only: Annotated[tuple[Name, ...], BeforeValidator(one_or_more)] = ()


class Silence(Written):
    """One rung of `if_silent`: after so long without an answer, the step; on one level: {after: 10m, say: ...}."""

    after: Duration
    step: Step = Field(alias="<step>")

    @model_validator(mode="before")
    @classmethod
    def _one_level(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or "<step>" in value or isinstance(value.get("step"), StepBase):
            return value
        return {
            **{key: inner for key, inner in value.items() if key == "after"},
            "<step>": {key: inner for key, inner in value.items() if key != "after"},
        }


class Question(StepBase):
    """What every step that waits for an answer shares."""

    say: TextList = ()
    if_invalid: TextList = ()
    tries: Tries | None = None
    if_failed: StepList | None = None
    if_silent: Annotated[tuple[Silence, ...], BeforeValidator(one_or_list)] = ()


def _list_or_expression(value: Any) -> str:
    return "<expression>" if isinstance(value, str | Expression) else "<list>"


# --- the verbs --------------------------------------------------------------------------------------------


class SayStep(StepBase):
    """`buttons` is a list, or a bare expression that names a list of {title, url|intent|payload}."""

    say: TextList
    buttons: Annotated[
        Annotated[tuple[ButtonText, ...], Tag("<list>")] | Annotated[Expression, Tag("<expression>")],
        Discriminator(_list_or_expression),
    ] = ()
    image: Template | None = None
    file: Template | None = None
    audio: Template | None = None
    video: Template | None = None


class AskStep(Question):
    ask: Word
    check: Expression | None = None
    suggest: TextList = ()


class Option(Written):
    """A title with its steps (`then`) or the value to save (`value`, by default the title)."""

    title: Template
    then: StepList | None = None
    value: Template | None = None


class ChooseStep(Question):
    """`options` is a list, or a bare expression that names a list of titles or {title, value}."""

    choose: Word
    options: Annotated[
        Annotated[tuple[Option, ...], Field(min_length=1), Tag("<list>")] | Annotated[Expression, Tag("<expression>")],
        Discriminator(_list_or_expression),
    ]


class ConfirmStep(Question):
    confirm: TextList = Field(min_length=1)
    if_no: StepList | None = None


Target: TypeAlias = Annotated[
    str,
    written(
        r"(?:(?:contact|conversation)\.)?[a-z_][a-z0-9_]*",
        "expected a name to set: a slot, `contact.x` or `conversation.x`",
    ),
]


class SetStep(StepBase):
    """Target -> expression; a target is a slot, `contact.x` or `conversation.x`."""

    set: Mapping[Target, Expression]


class Case(Written):
    """{if, then}, or as the last of the list {else}."""

    if_: Expression | None = Field(default=None, alias="if")
    then: StepList = ()
    else_: StepList | None = Field(default=None, alias="else")

    @model_validator(mode="before")
    @classmethod
    def _one_form(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "else" in value and len(value) > 1:
            raise PydanticCustomError("shape", "a case is {if, then}; {else} is a case of its own, the last one")
        if isinstance(value, Mapping) and not {"if", "then"} & value.keys() and "else" not in value:
            raise PydanticCustomError("shape", "a case is {if, then}, the last one may be {else}")
        return value


class IfStep(StepBase):
    if_: Expression = Field(alias="if")
    then: StepList
    else_: StepList | None = Field(default=None, alias="else")


class CasesStep(StepBase):
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]
    else_: StepList | None = Field(default=None, alias="else")

    @model_validator(mode="after")
    def _else_is_last(self) -> CasesStep:
        early = [case for case in self.cases[: None if self.else_ is not None else -1] if case.else_ is not None]
        if early:
            raise PydanticCustomError("shape", "only the last case is an {else}")
        return self


_STATUSES: Final = tuple(str(status.value) for status in HTTPStatus if not 200 <= status < 300)


def _failure(value: Any) -> str:
    """What a fetch may fail with: a status that is no success, `timeout` or `other`."""
    digits = isinstance(value, str) and re.fullmatch("[1-5][0-9][0-9]", value)
    if value in ("timeout", "other", ANY) or (digits and value[0] != "2"):
        return str(value)
    near = "" if str(value).isdigit() else nearest(str(value), ("timeout", "other", *_STATUSES))
    said = f"`{value}` is no way to fail: write a status such as 404 or 503, `timeout` or `other`"
    raise PydanticCustomError("failure", "{said}", {"said": said, "advice": near})


def _raised(value: Any) -> str:
    """What an action may fail with: the class of what it raised, `timeout` or `other`."""
    if value in ("timeout", "other", ANY) or (isinstance(value, str) and re.fullmatch(r"[A-Z]\w*", value, re.ASCII)):
        return str(value)
    said = f"`{value}` is no way to fail: write the class of an exception such as OutOfStock, `timeout` or `other`"
    near = nearest(str(value), ("timeout", "other"))
    raise PydanticCustomError("failure", "{said}", {"said": said, "advice": near})


def _by_failure(value: Any) -> Any:
    """Steps that stand alone are for every failure."""
    by_name = isinstance(value, Mapping) and not _verbs(value)
    return value if by_name else {ANY: value}


ANY: Final = "<any>"
"""The key under which `if_error` keeps steps that are for every failure; never an author's key."""

Failure: TypeAlias = Annotated[str, BeforeValidator(_failure)]
Raised: TypeAlias = Annotated[str, BeforeValidator(_raised)]


class CallingStep(StepBase):
    """What `fetch` and `run` share: a call into the world, for whose answer the conversation waits."""

    save: Save | None = None
    timeout: Duration | None = None

    @property
    def saved(self) -> Mapping[str, tuple[str, ...]]:
        """The names it brings about, and where in the answer each stands; () is the whole of it."""
        if self.save is None or isinstance(self.save, str):
            return {self.save: ()} if self.save else {}
        return {name: tuple(path.split(".")) for name, path in self.save.items()}


class FetchStep(CallingStep):
    """`if_error` maps a status ("404"), "timeout" or "other" to steps; steps alone are for every failure."""

    fetch: RequestLine
    with_: Mapping[str, Template] = Field(default_factory=dict, alias="with")
    json_: JsonTemplate | None = Field(default=None, alias="json")
    headers: Mapping[str, Template] = Field(default_factory=dict)
    retry: Count | None = None
    if_error: Annotated[Mapping[Failure, StepList], BeforeValidator(_by_failure)] = Field(default_factory=dict)


class RunStep(CallingStep):
    """A function of actions.py. `if_error` is as that of `fetch`, with the class of an exception for a status."""

    run: Action
    with_: Mapping[Identifier, Argument] = Field(default_factory=dict, alias="with")
    if_error: Annotated[Mapping[Raised, StepList], BeforeValidator(_by_failure)] = Field(default_factory=dict)


class HandoffStep(StepBase):
    """A queue's name; empty means `default`."""

    handoff: str
    priority: Priority | None = None
    skills: Texts = ()
    note: Template | None = None
    then: StepList | None = None
    if_closed: StepList | None = None


class EndStep(StepBase):
    end: Name


class AgainStep(StepBase):
    again: Word


class GotoStep(StepBase):
    goto: Name


class CallStep(StepBase):
    call: Name
    with_: Mapping[Word, Expression] = Field(default_factory=dict, alias="with")
    save: Mapping[Word, Word] = Field(default_factory=dict)


class TagStep(StepBase):
    tag: OneOrMore


# --- which verb a step has --------------------------------------------------------------------------------

VERBS: Final = (
    "say", "ask", "choose", "confirm", "set", "if", "cases", "fetch", "run", "handoff", "end", "again", "goto", "call",
    "tag",
)  # fmt: skip
LATER: Final = ("form", "wait", "remind", "split", "consent", "rate")
"""Verbs of the language that this version does not have yet."""
LATER_KEYS: Final = ("cards", "location", "delay", "if_not_sent")
"""Keys of `say` that this version does not have yet."""

QUESTIONS: Final = ("ask", "choose", "confirm")
"""Verbs beside which `say` is the prompt."""
_ASKING: Final = frozenset({*QUESTIONS, "form", "rate", "consent"})


def verb_of(step: Any) -> str | None:
    """The one verb of a written step; None where there is none or more than one."""
    verbs = _verbs(step) if isinstance(step, Mapping) else []
    return verbs[0] if len(verbs) == 1 else None


def _verbs(step: Mapping[str, Any]) -> list[str]:
    verbs = [key for key in step if key in VERBS or key in LATER]
    return [verb for verb in verbs if verb != "say"] if _ASKING & step.keys() else verbs


def _has_one_verb(step: Any) -> Any:
    if isinstance(step, StepBase):
        return step
    if not isinstance(step, Mapping):
        raise PydanticCustomError("step", "a step is a mapping with a verb, such as `say: Hello`")
    verbs = _verbs(step)
    if not verbs:
        for key in step:
            if near := near_word(key, VERBS):
                raise PydanticCustomError(
                    "step", "unknown verb `{key}`; did you mean `{near}`?", {"key": key, "near": near}
                )
        raise PydanticCustomError("step", "this step has no verb", {"key": next(iter(step), "")})
    if len(verbs) > 1:
        hint = "; what an `if` guards goes under its `then:`" if "if" in verbs else "; make them two steps"
        said = " and ".join(f"`{verb}`" for verb in verbs)
        raise PydanticCustomError(
            "step", "a step has one verb, this one has {said}{hint}", {"key": verbs[1], "said": said, "hint": hint}
        )
    if verbs[0] in LATER:
        raise PydanticCustomError("later", "`{key}` is not supported yet", {"key": verbs[0]})
    return step


def _tag(step: Any) -> str | None:
    if isinstance(step, StepBase):
        return _TAGS.get(type(step))
    return f"<{verb_of(step)}>"


Step: TypeAlias = Annotated[
    Annotated[SayStep, Tag("<say>")]
    | Annotated[AskStep, Tag("<ask>")]
    | Annotated[ChooseStep, Tag("<choose>")]
    | Annotated[ConfirmStep, Tag("<confirm>")]
    | Annotated[SetStep, Tag("<set>")]
    | Annotated[IfStep, Tag("<if>")]
    | Annotated[CasesStep, Tag("<cases>")]
    | Annotated[FetchStep, Tag("<fetch>")]
    | Annotated[RunStep, Tag("<run>")]
    | Annotated[HandoffStep, Tag("<handoff>")]
    | Annotated[EndStep, Tag("<end>")]
    | Annotated[AgainStep, Tag("<again>")]
    | Annotated[GotoStep, Tag("<goto>")]
    | Annotated[CallStep, Tag("<call>")]
    | Annotated[TagStep, Tag("<tag>")],
    Discriminator(_tag),
    BeforeValidator(_has_one_verb),
]
"""Tags stand in < > so that in a place ("steps", 0, "<say>", "say") they cannot be taken for an author's key."""

_TAGS: Final[dict[type[StepBase], str]] = {
    SayStep: "<say>", AskStep: "<ask>", ChooseStep: "<choose>", ConfirmStep: "<confirm>", SetStep: "<set>",
    IfStep: "<if>", CasesStep: "<cases>", FetchStep: "<fetch>", RunStep: "<run>", HandoffStep: "<handoff>",
    EndStep: "<end>",
    AgainStep: "<again>", GotoStep: "<goto>", CallStep: "<call>", TagStep: "<tag>",
}  # fmt: skip

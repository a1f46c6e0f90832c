"""The steps of a flow as an author writes them: one model a verb. Which verb a step has is told by verbs.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from chatbot.content.arguments import Action, Argument, Failure, Identifier, Raised, Save, by_failure
from chatbot.content.bot_file import HeaderName, TemplateName, Written
from chatbot.content.expression import Expression
from chatbot.content.messages import Buttons, Cards, PlaceText, list_or_expression
from chatbot.content.scalars import (
    Choices,
    Count,
    Duration,
    JsonTemplate,
    MomentText,
    Name,
    OneOrMany,
    OneOrMore,
    RequestLine,
    Share,
    ShortForm,
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
from chatbot.content.verbs import StepBase, has_one_verb, verb_of
from chatbot.types import Priority


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


Hole: TypeAlias = Annotated[
    str, written(r"[A-Za-z_]\w*|[1-9]\d?", "expected a hole of the template: a number such as 1, or its name")
]
Rungs: TypeAlias = Annotated[tuple[Silence, ...], OneOrMany(one_or_list)]


class Asking(StepBase):
    """The words of asking, and what happens when no valid answer comes."""

    say: TextList = ()
    if_invalid: TextList = ()
    tries: Tries | None = None
    if_failed: StepList | None = None
    if_silent: Rungs = ()


class Question(Asking):
    """What every step that waits for an answer shares."""


# --- the verbs --------------------------------------------------------------------------------------------


class SayStep(StepBase):
    """A text and what goes beside it; `cards` is a list, or a bare expression that names a list of such mappings.

    `delay` shows that something is being written for so long first. `template` goes out instead when the platform's
    window is over, where the channel has such a thing; `with` fills its holes. `if_not_sent` runs when the message may
    not or cannot be delivered: outside the window, without consent, to somebody who has blocked us.
    """

    say: TextList
    buttons: Buttons = ()
    cards: Cards = ()
    image: Template | None = None
    file: Template | None = None
    audio: Template | None = None
    video: Template | None = None
    location: PlaceText | None = None
    delay: Duration | None = None
    template: TemplateName | None = None
    with_: Mapping[Hole, Template] = Field(default_factory=dict, alias="with")
    if_not_sent: StepList | None = None

    @model_validator(mode="after")
    def _values_for_something(self) -> SayStep:
        if self.with_ and self.template is None:
            raise PydanticCustomError("shape", "`with` fills the holes of a `template`, and there is none")
        return self


class AskStep(Question):
    ask: Word
    check: Expression | None = None
    suggest: TextList = ()


def _slot_or_question(value: Any) -> Any:
    """A slot's name alone asks for it in general words."""
    return {"ask": value} if isinstance(value, str) else value


class FormStep(Asking):
    """Slots to fill in any order: names, or mappings as `ask` has them. What is known already is not asked for.

    `say` comes before the first question; `tries` and the outcomes hold for each slot that has none of its own.
    """

    form: Annotated[
        tuple[Annotated[AskStep, ShortForm(_slot_or_question)], ...],
        OneOrMany(one_or_more),
        Field(min_length=1),
    ]

    @model_validator(mode="after")
    def _share(self) -> FormStep:
        """Questions that say nothing of their own take over what the form says; outcomes are shared in the graph."""
        shared = {key: getattr(self, key) for key in ("if_invalid", "tries") if getattr(self, key)}
        asks = tuple(
            ask.model_copy(update={key: value for key, value in shared.items() if not getattr(ask, key)})
            for ask in self.form
        )
        object.__setattr__(self, "form", asks)
        return self


class Option(Written):
    """A title with its steps (`then`) or the value to save (`value`, by default the title); `text` says more."""

    title: Template
    text: Template | None = None
    then: StepList | None = None
    value: Template | None = None


class ChooseStep(Question):
    """`options` is a list, or a bare expression that names a list of titles or {title, value}."""

    choose: Word
    options: Annotated[
        Annotated[tuple[Option, ...], Field(min_length=1), Tag("<list>")] | Annotated[Expression, Tag("<expression>")],
        Discriminator(list_or_expression),
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


class ConsentStep(Question):
    """Asks for the opt-in to a purpose; with `action` it writes the answer down and asks nothing."""

    consent: Word
    action: Literal["ask", "record", "revoke"] = "ask"
    if_no: StepList | None = None


class RateStep(Question):
    """A rating from 1 to 5 (`csat`) or from 0 to 10 (`nps`), stored; flows read it under its own name or `save`."""

    rate: Literal["csat", "nps"]
    save: Word | None = None


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
    headers: Mapping[HeaderName, Template] = Field(default_factory=dict)
    retry: Count | None = None
    if_error: Annotated[Mapping[Failure, StepList], Choices(by_failure)] = Field(default_factory=dict)


class RunStep(CallingStep):
    """A function of actions.py. `if_error` is as that of `fetch`, with the class of an exception for a status."""

    run: Action
    with_: Mapping[Identifier, Argument] = Field(default_factory=dict, alias="with")
    if_error: Annotated[Mapping[Raised, StepList], Choices(by_failure)] = Field(default_factory=dict)


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


class Goal(Written):
    """Something worth counting: `goal` is what the business wants to reach, `event` anything else."""

    goal: Name | None = None
    event: Name | None = None
    with_: Mapping[Word, Expression] = Field(default_factory=dict, alias="with")
    value: Expression | None = None

    @model_validator(mode="after")
    def _one_name(self) -> Goal:
        if (self.goal is None) is (self.event is None):
            raise PydanticCustomError("shape", "expected a label, or a mapping with either `goal` or `event`")
        return self


def _label_or_goal(value: Any) -> str:
    return "<goal>" if isinstance(value, Mapping | Goal) else "<labels>"


class TagStep(StepBase):
    """A label or several; or {goal: NAME, value: EXPRESSION} or {event: NAME, with: {...}} for the reports."""

    tag: Annotated[
        Annotated[OneOrMore, Tag("<labels>")] | Annotated[Goal, Tag("<goal>")], Discriminator(_label_or_goal)
    ]


def _wait_or_span(value: Any) -> Any:
    return {"for": value} if isinstance(value, str) else value


class Awaited(Written):
    """What a `wait` waits for: a time span, a moment, or an event from outside."""

    for_: Duration | None = Field(default=None, alias="for")
    until: MomentText | None = None
    event: Name | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Awaited:
        if sum(end is not None for end in (self.for_, self.until, self.event)) != 1:
            raise PydanticCustomError("shape", "a wait is a time span such as 10m, {until: MOMENT} or {event: NAME}")
        return self


class WaitStep(StepBase):
    """The flow stands still; what the customer writes meanwhile is handled. `save` keeps what an event brought."""

    wait: Annotated[Awaited, ShortForm(_wait_or_span)]
    save: Word | None = None
    if_silent: Rungs = ()

    @model_validator(mode="after")
    def _only_of_an_event(self) -> WaitStep:
        for key in ("save", "if_silent"):
            if getattr(self, key) and self.wait.event is None:
                raise PydanticCustomError("shape", "`{key}` goes with `wait: {event: NAME}` only", {"key": key})
        return self


class RemindStep(StepBase):
    """Schedules an event for this contact, or a flow; `with` becomes its event.* values."""

    remind: Name
    after: Duration | None = None
    at: MomentText | None = None
    with_: Mapping[Word, Expression] = Field(default_factory=dict, alias="with")

    @model_validator(mode="after")
    def _one_time(self) -> RemindStep:
        if (self.after is None) is (self.at is None):
            raise PydanticCustomError("shape", "a reminder has either `after` (a time span) or `at` (a moment)")
        return self


class Branch(Written):
    """One way of a split. Weights are shares: 1 and 3 is a quarter and three quarters."""

    weight: Share = 1
    then: StepList


class SplitStep(StepBase):
    """Sends each contact one way, always the same one under this name."""

    split: Name
    branches: Annotated[tuple[Branch, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _leads_somewhere(self) -> SplitStep:
        if not sum(branch.weight for branch in self.branches):
            raise PydanticCustomError("shape", "at least one branch needs a weight above 0")
        return self


# --- which model a verb has ---------------------------------------------------------------------------------


def _tag(step: Any) -> str | None:
    if isinstance(step, StepBase):
        return _TAGS.get(type(step))
    return f"<{verb_of(step)}>"


Step: TypeAlias = Annotated[
    Annotated[SayStep, Tag("<say>")]
    | Annotated[AskStep, Tag("<ask>")]
    | Annotated[FormStep, Tag("<form>")]
    | Annotated[ChooseStep, Tag("<choose>")]
    | Annotated[ConfirmStep, Tag("<confirm>")]
    | Annotated[ConsentStep, Tag("<consent>")]
    | Annotated[RateStep, Tag("<rate>")]
    | Annotated[SetStep, Tag("<set>")]
    | Annotated[IfStep, Tag("<if>")]
    | Annotated[CasesStep, Tag("<cases>")]
    | Annotated[SplitStep, Tag("<split>")]
    | Annotated[FetchStep, Tag("<fetch>")]
    | Annotated[RunStep, Tag("<run>")]
    | Annotated[CallStep, Tag("<call>")]
    | Annotated[GotoStep, Tag("<goto>")]
    | Annotated[AgainStep, Tag("<again>")]
    | Annotated[WaitStep, Tag("<wait>")]
    | Annotated[RemindStep, Tag("<remind>")]
    | Annotated[TagStep, Tag("<tag>")]
    | Annotated[HandoffStep, Tag("<handoff>")]
    | Annotated[EndStep, Tag("<end>")],
    Discriminator(_tag),
    BeforeValidator(has_one_verb),
]
"""Tags stand in < > so that in a place ("steps", 0, "<say>", "say") they cannot be taken for an author's key."""

_TAGS: Final[dict[type[StepBase], str]] = {
    SayStep: "<say>", AskStep: "<ask>", FormStep: "<form>", ChooseStep: "<choose>", ConfirmStep: "<confirm>",
    ConsentStep: "<consent>", RateStep: "<rate>", SetStep: "<set>", IfStep: "<if>", CasesStep: "<cases>",
    SplitStep: "<split>", FetchStep: "<fetch>", RunStep: "<run>", CallStep: "<call>", GotoStep: "<goto>",
    AgainStep: "<again>", WaitStep: "<wait>", RemindStep: "<remind>", TagStep: "<tag>", HandoffStep: "<handoff>",
    EndStep: "<end>",
}  # fmt: skip

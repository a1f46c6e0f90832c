"""Questions: posing one, finding its answer in a message, refusing a wrong one and giving up.

A question is open while `frame.question` is set. Everything that waits for a customer waits here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from chatbot.content.expression import Expression
from chatbot.content.graph import Node
from chatbot.content.models import SlotType
from chatbot.content.steps import AskStep, ChooseStep, ConfirmStep
from chatbot.content.steps import Question as QuestionStep
from chatbot.content.template import Template
from chatbot.content.values import EvaluationError
from chatbot.engine import silence
from chatbot.engine.run import Run
from chatbot.engine.state import Choice, Frame, Question
from chatbot.types import Button, HandOff, Json, Message, Slot
from chatbot.understanding.entities import ATTACHED, attached, pick

FREE_TEXT: Final = "text"
"""The slot type that takes any words; it loses to a clear intent, every other type wins over one."""

PLEASE_CHOOSE: Final = Template("Please choose one:")
PLEASE_TELL: Final = Template("Please tell me:")
NOT_UNDERSTOOD: Final = Template("Sorry, I did not get that. Could you try again?")
YES_OR_NO: Final = Template("Sorry, I did not get that. Please answer yes or no.")
WHICH_ONE: Final = Template("I see more than one answer there. Which one do you mean?")

Verdict = Literal["answered", "refused", "ambiguous", "nothing"]


@dataclass(frozen=True, slots=True)
class Given:
    """What the customer gave to a question: words typed, or the payload of an option with its title."""

    text: str
    payload: str = ""


# --- posing ---------------------------------------------------------------------------------------------------


def pose(run: Run, frame: Frame, node: Node) -> None:
    """Open a question: prompt, options, silence timer. A new visit each time."""
    step = node.step
    assert isinstance(step, QuestionStep)
    frame.at = node.address
    options = _options(run, frame, step)
    frame.question = Question(node.address, run.visit(), run.event.at, options=options)
    frame.asked = True
    _say_with_options(run, frame, _prompt(step), node.address)
    silence.watch(run, frame, step)


def repeat(run: Run) -> bool:
    """Pose the running flow's open question again, as after an interruption; False if none is open."""
    frame = run.state.top
    if frame is None or frame.question is None:
        return False
    pose(run, frame, run.node(frame, frame.question.address))
    return True


def _prompt(step: QuestionStep) -> Sequence[Template]:
    if step.say:
        return step.say
    if isinstance(step, ConfirmStep):
        return step.confirm
    return (PLEASE_CHOOSE,) if isinstance(step, ChooseStep) else (PLEASE_TELL,)


def _options(run: Run, frame: Frame, step: QuestionStep) -> list[Choice]:
    if isinstance(step, AskStep):
        return [Choice(run.text(title, frame)) for title in step.suggest]
    if not isinstance(step, ChooseStep):
        return []
    if isinstance(step.options, Expression):
        return listed(step.options.evaluate(run.scope(frame)))
    return [
        Choice(run.text(option.title, frame), run.text(option.value, frame) if option.value else option.title.source)
        for option in step.options
    ]


def listed(value: Json) -> list[Choice]:
    """Choices from data: a list of titles, or of mappings with `title` and what choosing it means."""
    if not isinstance(value, (list, tuple)):
        raise EvaluationError("options must be a list of titles or of {title, value}")
    choices = []
    for item in value:
        if isinstance(item, str):
            choices.append(Choice(item, item))
        elif isinstance(item, dict) and isinstance(item.get("title"), str):
            meant = item.get("value", item.get("payload", item["title"]))
            choices.append(Choice(item["title"], meant if isinstance(meant, str) else item["title"]))
        else:
            raise EvaluationError("options must be a list of titles or of {title, value}")
    return choices


def _say_with_options(run: Run, frame: Frame, texts: Sequence[Template], origin: str) -> None:
    question = frame.question
    assert question is not None
    buttons = tuple(Button(each.title, f"pick:{question.visit}:{i}") for i, each in enumerate(question.options))
    text = run.text(run.variant(texts, f"{frame.flow}/{origin}"), frame, origin)
    run.say(Message(text, options=buttons), frame, origin)


# --- answering ------------------------------------------------------------------------------------------------


def slot_type(run: Run, frame: Frame, name: str) -> SlotType:
    """How a slot is declared; an undeclared one has the type of its own name, or takes free text."""
    declared = run.graph(frame).slots.get(name)
    if declared is not None:
        return declared
    return SlotType(type=name if name in run.program.entities else FREE_TEXT)


def takes_any_text(run: Run, frame: Frame) -> bool:
    """Whether the open question would take any words as its answer."""
    question = frame.question
    step = run.node(frame, question.address).step if question else None
    return isinstance(step, AskStep) and slot_type(run, frame, step.ask).type == FREE_TEXT


def confirms(run: Run, frame: Frame) -> bool:
    """Whether the open question is a confirm."""
    return frame.question is not None and isinstance(run.node(frame, frame.question.address).step, ConfirmStep)


def try_answer(run: Run, frame: Frame, given: Given) -> Verdict:
    """Take what was given as the answer of this frame's question, if it is one; the flow then stands behind it."""
    question = frame.question
    assert question is not None
    node = run.node(frame, question.address)
    match node.step:
        case ConfirmStep():
            return _answer_confirm(run, frame, node, given)
        case ChooseStep():
            return _answer_choose(run, frame, node, given)
        case AskStep() as step:
            return _answer_ask(run, frame, node, step, given)
        case _:
            raise AssertionError(f"{node.address} asks nothing")


def _pressed(question: Question, given: Given) -> int | None:
    """The option whose button of this very visit was pressed."""
    prefix, _, index = given.payload.rpartition(":")
    if prefix == f"pick:{question.visit}" and index.isdecimal() and int(index) < len(question.options):
        return int(index)
    return None


def _picked(run: Run, question: Question, given: Given) -> tuple[int, ...]:
    """Which options were meant: by the button, else by number or title."""
    pressed = _pressed(question, given)
    if pressed is not None:
        return (pressed,)
    titles = [option.title for option in question.options]
    return pick(given.text, titles, locale=run.event.facts.locale or run.language) if titles else ()


def _answer_confirm(run: Run, frame: Frame, node: Node, given: Given) -> Verdict:
    found = run.entities.find("yes_no", given.text, run.event.facts.locale or run.language, run.event.at)
    values = {each.value for each in found}
    if len(values) != 1:
        return "ambiguous" if values else "nothing"
    if values == {True}:
        _close(frame, node.next)
    elif "if_no" in node.branches:
        _close(frame, node.branches["if_no"])
    else:
        _close(frame, "=declined")
    run.mark(frame, node, "yes" if values == {True} else "no")
    return "answered"


def _answer_choose(run: Run, frame: Frame, node: Node, given: Given) -> Verdict:
    step, question = node.step, frame.question
    assert isinstance(step, ChooseStep)
    assert question is not None
    picked = _picked(run, question, given)
    if len(picked) != 1:
        return "ambiguous" if picked else "nothing"
    choice = question.options[picked[0]]
    frame.slots[step.choose] = Slot(choice.value or choice.title, given.text or choice.title, choice.title)
    run.mark(frame, node, f"chose {choice.title!r}")
    _close(frame, node.branches.get(f"option.{picked[0]}", node.next))
    return "answered"


def chosen_before(run: Run, frame: Frame, node: Node) -> str | None:
    """Where the choice made before leads, if it is still one of the options."""
    step = node.step
    assert isinstance(step, ChooseStep)
    before = frame.slots[step.choose].value
    for number, choice in enumerate(_options(run, frame, step)):
        if before == (choice.value or choice.title):
            return node.branches.get(f"option.{number}", node.next)
    return None


def _answer_ask(run: Run, frame: Frame, node: Node, step: AskStep, given: Given) -> Verdict:
    slots = _given_values(run, frame, step, given)
    if not slots:
        return "nothing"
    if len(slots) > 1:
        return "ambiguous"
    if not fits(run, frame, step.ask, slots[0], step):
        run.mark(frame, node, "the check refused it")
        return "refused"
    frame.slots[step.ask] = slots[0]
    run.mark(frame, node, f"{step.ask} filled")
    _close(frame, node.next)
    return "answered"


def takes_attachment(run: Run, frame: Frame) -> bool:
    """Whether the open question wants something sent: a picture, a file, a place."""
    question = frame.question
    step = run.node(frame, question.address).step if question else None
    return isinstance(step, AskStep) and slot_type(run, frame, step.ask).type in ATTACHED


def _given_values(run: Run, frame: Frame, step: AskStep, given: Given) -> list[Slot]:
    """The values a reply to `ask` holds: of the button pressed, of the words, of the suggestion the words name."""
    question, kind = frame.question, slot_type(run, frame, step.ask).type
    assert question is not None
    pressed = _pressed(question, given)
    if pressed is not None:
        return read_values(run, kind, question.options[pressed].title)
    # A value of a typed slot beats the number of a suggestion; any words would beat its title, so it goes first there.
    typed = read_values(run, kind, given.text) if kind != FREE_TEXT else []
    if typed:
        return typed
    picked = _picked(run, question, given)
    text = question.options[picked[0]].title if len(picked) == 1 else given.text
    return read_values(run, kind, text)


def read_values(run: Run, kind: str, text: str) -> list[Slot]:
    """The different values of a type in a text, or what was sent with it."""
    if kind == FREE_TEXT:
        stripped = text.strip()
        return [Slot(stripped, stripped)] if stripped else []
    sent = attached(kind, run.event.attachments) if kind in ATTACHED else None
    if sent is not None:
        return [sent]
    facts = run.event.facts
    country = facts.contact.get("country")
    found = run.entities.find(
        kind,
        text,
        facts.locale or run.language,
        run.event.at,
        facts.timezone,
        country if isinstance(country, str) else "",
    )
    return [Slot(each.value, each.raw, each.shown) for each in found]


def fits(run: Run, frame: Frame, name: str, slot: Slot, step: AskStep | None) -> bool:
    """Whether the checks of the slot and of the step that asks for it hold for this value."""
    checks = [slot_type(run, frame, name).check, step.check if step else None]
    scope = run.scope(frame)
    scope.names = {**scope.names, name: slot}
    return all(check.evaluate(scope) for check in checks if check is not None)


def _close(frame: Frame, address: str) -> None:
    frame.question = None
    frame.at = address


# --- wrong answers --------------------------------------------------------------------------------------------


def refuse(run: Run, frame: Frame, verdict: Verdict) -> None:
    """A wrong answer costs a try; the last one gives up."""
    question = frame.question
    assert question is not None
    node = run.node(frame, question.address)
    if spend_try(run, frame, node):
        give_up(run, frame, node)
        return
    step = node.step
    assert isinstance(step, QuestionStep)
    frame.question = Question(node.address, run.visit(), run.event.at, options=question.options)
    _say_with_options(run, frame, (_refusal(step, verdict, frame.wrong[node.address]),), node.address)
    silence.watch(run, frame, step)


def _refusal(step: QuestionStep, verdict: Verdict, attempt: int) -> Template:
    """What a wrong answer is told: the author's text for this attempt (the last repeats), else words of ours."""
    if verdict == "ambiguous" and isinstance(step, AskStep):
        return WHICH_ONE
    if step.if_invalid:
        return step.if_invalid[min(attempt, len(step.if_invalid)) - 1]
    return YES_OR_NO if isinstance(step, ConfirmStep) else NOT_UNDERSTOOD


def spend_try(run: Run, frame: Frame, node: Node) -> bool:
    """Use up one try of a question in this run of its flow; True when none is left."""
    step = node.step
    assert isinstance(step, QuestionStep)
    used = frame.wrong.get(node.address, 0) + 1
    frame.wrong[node.address] = used
    tries = step.tries if step.tries is not None else run.program.bot.defaults.tries
    run.mark(frame, node, f"try {used} of {tries} used up")
    return used >= tries


def give_up(run: Run, frame: Frame, node: Node) -> None:
    """No valid answer came: the author's `if_failed`, else a person."""
    frame.question = None
    address = node.branches.get("if_failed")
    if address is not None:
        frame.at = address
        return
    note = f"{frame.flow}: no valid answer to {node.address}"
    run.hand_over(HandOff("default", note=note, reason="failed"))

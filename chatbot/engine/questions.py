"""Questions: posing one, refusing a wrong answer and giving up; what an answer is, answers.py knows.

A question is open while `frame.question` is set. Everything that waits for a customer waits here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from chatbot.content.expression import Expression
from chatbot.content.graph import Node
from chatbot.content.steps import AskStep, ChooseStep, ConfirmStep, ConsentStep, RateStep
from chatbot.content.steps import Question as QuestionStep
from chatbot.content.template import Template
from chatbot.content.values import EvaluationError
from chatbot.engine import silence, unsent
from chatbot.engine.run import NOTHING, Run
from chatbot.engine.state import Choice, Frame, Question
from chatbot.types import Button, HandOff, Json, Message

PLEASE_CHOOSE: Final = Template("Please choose one:")
PICK: Final = "pick:"
"""How the payload of an option begins; the visit of its question and its place follow."""
PLEASE_TELL: Final = Template("Please tell me:")
PLEASE_AGREE: Final = Template("Is that all right with you?")
PLEASE_RATE: Final = Template("How did we do, from 1 (bad) to 5 (great)?")
PLEASE_RECOMMEND: Final = Template("How likely are you to recommend us to a friend, from 0 (not at all) to 10 (very)?")
NOT_UNDERSTOOD: Final = Template("Sorry, I did not get that. Could you try again?")
A_NUMBER: Final = Template("Sorry, I did not get that. Please answer with a number.")
YES_OR_NO: Final = Template("Sorry, I did not get that. Please answer yes or no.")
WHICH_ONE: Final = Template("I see more than one answer there. Which one do you mean?")

SCALES: Final[Mapping[str, range]] = {"csat": range(1, 6), "nps": range(11)}

Verdict = Literal["answered", "refused", "ambiguous", "nothing"]


# --- posing ---------------------------------------------------------------------------------------------------


def pose(run: Run, frame: Frame, node: Node) -> None:
    """Open a question: prompt, options, silence timer. A new visit each time."""
    step = node.step
    assert isinstance(step, QuestionStep)
    frame.at = node.address
    reason = run.refusal()
    if reason is not None:
        unsent.give_up(run, frame, node, reason)
        return
    before, options = frame.question, options_of(run, frame, step)
    if isinstance(step, ChooseStep) and not options:
        run.mark(frame, node, "there is nothing to choose from")
        give_up(run, frame, node)
        return
    frame.question = Question(node.address, run.visit(), run.event.at, options=options)
    if before is not None and before.address == node.address and run.proactive:
        # Put again behind what a system had to say: the customer has been silent all the while.
        frame.question.asked_at, frame.question.rung = before.asked_at, before.rung
    frame.asked = True
    about = step.ask.replace("_", " ") if isinstance(step, AskStep) and not step.say else ""
    text = _say_with_options(run, frame, _prompt(step), node.address, about)
    if isinstance(step, ConsentStep):
        frame.question.text = text
    silence.watch(run, frame)


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
    return step.confirm if isinstance(step, ConfirmStep) else (_own_words(step),)


def _own_words(step: object) -> Template:
    """What a question without a text of its own says."""
    match step:
        case ChooseStep():
            return PLEASE_CHOOSE
        case ConsentStep():
            return PLEASE_AGREE
        case RateStep(rate=rate):
            return PLEASE_RATE if rate == "csat" else PLEASE_RECOMMEND
        case ConfirmStep():
            return YES_OR_NO
        case _:
            return PLEASE_TELL


def options_of(run: Run, frame: Frame, step: QuestionStep) -> list[Choice]:
    """What a question offers to pick from."""
    match step:
        case AskStep(suggest=titles):
            return [Choice(run.text(title, frame)) for title in titles]
        case RateStep(rate=rate):
            return [Choice(str(score), str(score)) for score in SCALES[rate]]
        case ChooseStep(options=Expression() as options):
            return listed(options.evaluate(run.scope(frame)))
        case ChooseStep(options=tuple() as written):
            return [
                Choice(
                    run.text(option.title, frame),
                    run.text(option.value, frame) if option.value else option.title.source,
                    run.text(option.text, frame) if option.text else "",
                )
                for option in written
            ]
        case _:
            return []


def listed(value: Json) -> list[Choice]:
    """Choices from data: a list of titles, or of mappings with `title`, what choosing it means and `text`."""
    if not isinstance(value, (list, tuple)):
        raise EvaluationError("options must be a list of titles or of {title, value}")
    choices = []
    for item in value:
        if isinstance(item, str):
            choices.append(Choice(item, item))
        elif isinstance(item, dict) and isinstance(item.get("title"), str):
            meant = item.get("value", item.get("payload", item["title"]))
            text = item["text"] if isinstance(item.get("text"), str) else ""
            choices.append(Choice(item["title"], meant if isinstance(meant, str | int | float) else "", text))
        else:
            raise EvaluationError("options must be a list of titles or of {title, value}")
    return choices


_REMEMBERED: Final = 20
"""So many questions with options a flow remembers having put: buttons of older ones stand for nothing."""


def _remember(frame: Frame, question: Question) -> None:
    """Which question the buttons of this visit belong to."""
    if question.options:
        frame.posed[question.visit] = question.address
        for visit in sorted(frame.posed)[:-_REMEMBERED]:
            del frame.posed[visit]


def _say_with_options(run: Run, frame: Frame, texts: Sequence[Template], origin: str, about: str = "") -> str:
    """Speak, with the options of the open question; `about` names what is wanted where the author wrote no prompt."""
    question = frame.question
    assert question is not None
    _remember(frame, question)
    buttons = tuple(
        Button(each.title, f"{PICK}{question.visit}:{i}", text=each.text) for i, each in enumerate(question.options)
    )
    template = run.variant(texts, f"{frame.flow}/{origin}")
    if template is NOTHING:  # all variants are for other channels
        template = _own_words(run.node(frame, question.address).step)
    text = run.text(template, frame, origin)
    text = f"{text} {run.translated(about)}" if about else text
    run.say(Message(text, options=buttons), frame, origin)
    return text


# --- wrong answers --------------------------------------------------------------------------------------------


def refuse(run: Run, frame: Frame, verdict: Verdict) -> None:
    """A wrong answer costs a try, and the last one gives up. Which of several values was meant is asked for free."""
    question = frame.question
    assert question is not None
    node = run.node(frame, question.address)
    step = node.step
    assert isinstance(step, QuestionStep)
    which = verdict == "ambiguous" and isinstance(step, AskStep)
    if not which and spend_try(run, frame, node):
        give_up(run, frame, node)
        return
    frame.question = Question(node.address, run.visit(), run.event.at, options=question.options, text=question.text)
    words = WHICH_ONE if which else _refusal(step, frame.wrong[node.address])
    _say_with_options(run, frame, (words,), node.address)
    silence.watch(run, frame)


def _refusal(step: QuestionStep, attempt: int) -> Template:
    """What a wrong answer is told: the author's text for this attempt (the last repeats), else words of ours."""
    if step.if_invalid:
        return step.if_invalid[min(attempt, len(step.if_invalid)) - 1]
    if isinstance(step, RateStep):
        return A_NUMBER
    return YES_OR_NO if isinstance(step, ConfirmStep | ConsentStep) else NOT_UNDERSTOOD


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
    """No valid answer came: the author's `if_failed`, else a person.

    Nobody needs one because a rating or an opt-in was not given: the flow goes on without.
    """
    frame.question = None
    address = node.branches.get("if_failed")
    if address is None and isinstance(node.step, ConsentStep | RateStep):
        address = node.branches.get("if_no", node.next)
    if address is not None:
        frame.at = address
        frame.wrong.pop(node.address, None)  # who comes back to it is asked anew
        return
    note = f"{frame.flow}: no valid answer to {node.address}"
    run.hand_over(HandOff("default", note=note, reason="failed"))

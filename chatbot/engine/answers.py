"""Answers: whether a message holds the answer to the open question, and taking it up.

Nothing here speaks: what a wrong answer is told is for questions.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.content.graph import Node
from chatbot.content.models import SlotType
from chatbot.content.steps import AskStep, ChooseStep, ConfirmStep, ConsentStep, FormStep, RateStep
from chatbot.content.template import Template
from chatbot.content.values import EvaluationError, printed, same
from chatbot.engine.questions import PICK, SCALES, Verdict, options_of
from chatbot.engine.run import Run
from chatbot.engine.state import Frame, Question
from chatbot.types import Found, Rating, Slot
from chatbot.understanding.denying import contradicts, denies_outright, standing, undenied_clauses
from chatbot.understanding.entities import ATTACHED, attached, pick
from chatbot.understanding.words.judgement import JUDGEMENTS

FREE_TEXT: Final = "text"
"""The slot type that takes any words; it loses to a clear intent, every other type wins over one."""

TOLD_OF: Final = frozenset({"yes_no", "email", "phone", "url", *ATTACHED})
"""Types whose only value is the answer whatever is said of it: "I can't log in with ana@acme.example"."""

YES: Final = Template("yes")
NO: Final = Template("no")


@dataclass(frozen=True, slots=True)
class Given:
    """What the customer gave to a question: words typed, or the payload of an option with its title."""

    text: str
    payload: str = ""


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


def picks_option(run: Run, frame: Frame, given: Given) -> bool:
    """Whether exactly one option of the open question was meant."""
    if frame.question is None:
        return False
    suggested = isinstance(run.node(frame, frame.question.address).step, AskStep)
    return len(_picked(run, frame.question, given, whole=suggested)) == 1


def asks(run: Run, frame: Frame) -> bool:
    """Whether the open question asks for a value."""
    return frame.question is not None and isinstance(run.node(frame, frame.question.address).step, AskStep)


def confirms(run: Run, frame: Frame) -> bool:
    """Whether the open question is answered by yes or no, beside which other words may stand."""
    step = run.node(frame, frame.question.address).step if frame.question is not None else None
    return isinstance(step, ConfirmStep | ConsentStep)


def try_answer(run: Run, frame: Frame, given: Given) -> Verdict:
    """Take what was given as the answer of this frame's question, if it is one; the flow then stands behind it."""
    question = frame.question
    assert question is not None
    node = run.node(frame, question.address)
    match node.step:
        case ConfirmStep() | ConsentStep():
            return _answer_yes_no(run, frame, node, given)
        case RateStep() as step:
            return _answer_rate(run, frame, node, step, given)
        case ChooseStep():
            return _answer_choose(run, frame, node, given)
        case AskStep() as step:
            return _answer_ask(run, frame, node, step, given)
        case _:
            raise AssertionError(f"{node.address} asks nothing")


def _pressed(question: Question, given: Given) -> int | None:
    """The option whose button of this very visit was pressed."""
    prefix, _, index = given.payload.rpartition(":")
    if prefix == f"{PICK}{question.visit}" and index.isdecimal() and int(index) < len(question.options):
        return int(index)
    return None


def posed_by(run: Run, payload: str) -> tuple[Frame | None, str]:
    """The running flow, and the address of its question, whose option a button is; (None, "") for one of neither."""
    visit = payload.removeprefix(PICK).partition(":")[0]
    number = int(visit) if visit.isdecimal() and len(visit) < 10 else -1
    return next(((frame, frame.posed[number]) for frame in run.group() if number in frame.posed), (None, ""))


def _picked(run: Run, question: Question, given: Given, *, whole: bool = False) -> tuple[int, ...]:
    """Which options were meant: by the button, else by number or title; `whole`: not by a title among other words."""
    pressed = _pressed(question, given)
    if pressed is not None:
        return (pressed,)
    if given.payload.startswith(PICK):
        owner, address = posed_by(run, given.payload)
        if address != question.address or owner is not run.state.top:
            return ()  # the button of another question, whatever its title
    titles = [option.title for option in question.options]
    locale = run.event.facts.locale or run.language
    picked = pick(given.text, titles, whole=whole, locale=locale) if titles else ()
    left = "" if picked or whole else undenied_clauses(given.text)  # "no, medium", "not medium, large"
    return pick(left, titles, numbers=False, locale=locale) if left else picked


def _answer_yes_no(run: Run, frame: Frame, node: Node, given: Given) -> Verdict:
    found = run.entities.find("yes_no", given.text, run.event.facts.locale or run.language, run.event.at)
    values = {each.value for each in found}
    if len(values) != 1:
        return "ambiguous" if values else "nothing"
    yes = values == {True}
    if yes and isinstance(node.step, ConfirmStep) and contradicts(given.text):
        return "ambiguous"
    run.mark(frame, node, "yes" if yes else "no")
    no = "=declined"
    if isinstance(node.step, ConsentStep):
        no = node.next
        asked = frame.question.text if frame.question else ""
        run.record_consent("record" if yes else "refuse", node.step.consent, asked)
    _close(frame, node.next if yes else node.branches.get("if_no", no))
    return "answered"


def _answer_rate(run: Run, frame: Frame, node: Node, step: RateStep, given: Given) -> Verdict:
    assert frame.question is not None
    pressed = _pressed(frame.question, given)
    if pressed is not None:
        scores = {SCALES[step.rate][pressed]}
    else:
        found = run.entities.find("rating", given.text, run.event.facts.locale or run.language, run.event.at)
        scores = {score for each in found if (score := _on_scale(each, SCALES[step.rate])) is not None}
    if len(scores) != 1:
        return "ambiguous" if scores else "nothing"
    score = scores.pop()
    frame.saved[step.save or step.rate] = score
    run.emit(Rating(step.rate, score, frame.flow))
    run.mark(frame, node, f"{step.rate} {score}")
    _close(frame, node.next)
    return "answered"


def _on_scale(found: Found, scale: range) -> int | None:
    """A rating on the scale that was asked for: "8/10" is a 4 of 5, "great" a 10 of 10; None where it is off it."""
    best = scale[-1]
    of = re.search(r"\D(5|10)\D*$", found.raw)
    words = not any(sign.isdigit() for sign in found.raw)
    judged = words and any(found.raw.casefold() in judgements for judgements in JUDGEMENTS.values())
    top = int(of[1]) if of else 5 if judged else best
    score = math.ceil(found.value * best / top)
    return score if score in scale else None


def _answer_choose(run: Run, frame: Frame, node: Node, given: Given) -> Verdict:
    step, question = node.step, frame.question
    assert isinstance(step, ChooseStep)
    assert question is not None
    picked = _picked(run, question, given)
    if len(picked) != 1:
        return "ambiguous" if picked else "nothing"
    choice = question.options[picked[0]]
    frame.slots[step.choose] = Slot(choice.meaning, given.text or choice.title, choice.title)
    run.mark(frame, node, f"chose {choice.title!r}")
    _close(frame, node.branches.get(f"option.{picked[0]}", node.next))
    return "answered"


def chosen_before(run: Run, frame: Frame, node: Node) -> str | None:
    """Where the choice made before leads, if it is still one of the options."""
    step = node.step
    assert isinstance(step, ChooseStep)
    before = frame.slots[step.choose].value
    for number, choice in enumerate(options_of(run, frame, step)):
        if same(before, choice.meaning):
            return node.branches.get(f"option.{number}", node.next)
    return None


def _answer_ask(run: Run, frame: Frame, node: Node, step: AskStep, given: Given) -> Verdict:
    slots = _given_values(run, frame, step, given)
    if not slots:
        return "answered" if node.form and _answer_elsewhere(run, frame, node) else "nothing"
    if len(slots) > 1:
        # Two readings of the same words are a tie, which is no answer; only two different words can be asked about.
        return "ambiguous" if len({slot.raw for slot in slots}) > 1 else "nothing"
    good = fits(run, frame, step.ask, slots[0], step)
    if good:
        frame.slots[step.ask] = slots[0]
        run.mark(frame, node, f"{step.ask} filled")
        _close(frame, node.next)
    else:
        run.mark(frame, node, "the check refused it")
    if node.form and slot_type(run, frame, step.ask).type != FREE_TEXT:
        # What else the message holds is kept, even where this one is to be given again.
        _fill_form(run, frame, node, but=slots[0].raw)
    return "answered" if good else "refused"


def _answer_elsewhere(run: Run, frame: Frame, node: Node) -> bool:
    """A form takes its answers in any order: the message fills another of its slots, and this one is asked again."""
    if not _fill_form(run, frame, node):
        return False
    _close(frame, node.address)
    return True


def _fill_form(run: Run, frame: Frame, node: Node, but: str = "") -> list[str]:
    """Fill what else of a form stands in the message, leaving out what was an answer already."""
    form = run.node(frame, node.form).step
    assert isinstance(form, FormStep)
    reading, asked = run.event.reading, node.step
    found = [each for each in reading.found if not but or but not in each.raw] if reading else []
    return fill(run, frame, [ask.ask for ask in form.form if not but or ask is not asked], found)


def fill(run: Run, frame: Frame, names: Iterable[str], found: Sequence[Found]) -> list[str]:
    """Take values for these slots out of what was found in a message, checked exactly as answers are.

    An entity fills the slot of its name, else the only slot of its type; what does not pass is left out. Gives the
    names that were filled.
    """
    graph, filled = run.graph(frame), []
    for name in names:
        declared = slot_type(run, frame, name)
        values = [each for each in found if each.type == declared.type]
        if not values and declared.type == "integer":
            values = [each for each in found if each.type == "number" and isinstance(each.value, int)]
        alone = sum(other.type == declared.type for other in graph.slots.values()) == 1
        if name in frame.slots or len(values) != 1 or not (declared.type == name or alone):
            continue
        if turned_down(run, declared.type, values[0].raw, run.event.text):
            continue
        slot = Slot(values[0].value, values[0].raw, values[0].shown)
        asking = graph.nodes[graph.asks[name]].step if name in graph.asks else None
        try:
            good = fits(run, frame, name, slot, asking if isinstance(asking, AskStep) else None)
        except EvaluationError:
            good = False
        if good:
            frame.slots[name] = slot
            run.note(frame.flow, f"{name} came with the message")
            filled.append(name)
    return filled


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
        return _standing(run, kind, typed, given.text)
    picked = _picked(run, question, given, whole=True)
    text = question.options[picked[0]].title if len(picked) == 1 else given.text
    return read_values(run, kind, text)


def _standing(run: Run, kind: str, values: list[Slot], text: str) -> list[Slot]:
    """The values of an answer that it does not deny: "not Friday, Saturday" is Saturday, "not 5" none."""
    if len(values) > 1:
        kept = standing([each.raw for each in values], text)
        return [each for each in values if each.raw in kept]
    return [] if values and turned_down(run, kind, values[0].raw, text) else values


def turned_down(run: Run, kind: str, raw: str, text: str) -> bool:
    """Whether all that is said of the only value is that it is not meant; a number of an order is one all the same."""
    entity = run.program.entities.get(kind)
    numbered = entity is not None and entity.match is not None
    return bool(raw) and kind not in TOLD_OF and not numbered and denies_outright(raw, text)


def read_values(run: Run, kind: str, text: str, *, of_a_system: bool = False) -> list[Slot]:
    """The different values of a type in a text, or what was sent with it.

    `of_a_system`: it comes from data, which has points in its numbers wherever the customer lives.
    """
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
        "en" if of_a_system else facts.locale or run.language,
        run.event.at,
        facts.timezone,
        country if isinstance(country, str) else "",
    )
    if kind == "yes_no":  # a text about it is read by people, who do not say "true"
        return [Slot(each.value, each.raw, run.text(YES if each.value else NO, None)) for each in found]
    return [Slot(each.value, each.raw, each.shown) for each in found]


def typed(run: Run, frame: Frame, name: str, slot: Slot) -> Slot | None:
    """A value that a step brought (`with`, `set`, `save`), read as an answer would be; None where it is no such value.

    What the customer gave was read when it came.
    """
    kind, value = slot_type(run, frame, name).type, slot.value
    if slot.raw or slot.shown or kind in (FREE_TEXT, "choice", *ATTACHED) or isinstance(value, list | tuple | dict):
        return slot
    if isinstance(value, bool):
        return slot if kind == "yes_no" else None
    if isinstance(value, int | float) and kind in ("number", "integer", "rating"):
        return slot if math.isfinite(value) and (kind == "number" or value == int(value)) else None
    read = read_values(run, kind, printed(value), of_a_system=True)
    return read[0] if len(read) == 1 else None


def fits(run: Run, frame: Frame, name: str, slot: Slot, step: AskStep | None) -> bool:
    """Whether the checks of the slot and of the step that asks for it hold for this value."""
    both = slot_type(run, frame, name).check, step.check if step else None
    checks = [check for check in both if check is not None]
    if not checks:
        return True
    scope = run.scope(frame)
    scope.names = {**scope.names, name: slot}
    return all(check.evaluate(scope) for check in checks)


def _close(frame: Frame, address: str) -> None:
    frame.question = None
    frame.at = address

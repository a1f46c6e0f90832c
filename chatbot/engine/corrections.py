"""Taking an answer back: "no, AB-222222", "change the number to AB-222222".

The flow goes back to the earliest ask of that slot, keeps what was answered later, forgets what was computed after
it, and runs forward. It never goes back over what cannot be undone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from chatbot.content.steps import (
    AskStep,
    CallingStep,
    CallStep,
    ChooseStep,
    ConfirmStep,
    ConsentStep,
    FetchStep,
    HandoffStep,
    Question,
    RateStep,
    RunStep,
    SetStep,
    Step,
)
from chatbot.content.template import Template
from chatbot.engine import answers, questions
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import Button, Message, Slot
from chatbot.understanding.corrections import hedges, new_words, says_only, takes_back, wants_change, without_cues
from chatbot.understanding.entities import pick

TOO_LATE: Final = Template("I am sorry, that can no longer be changed here. A person can help you with it.")

COUNTED: Final = frozenset({"number", "integer"})
"""Types whose words are said of other things too: "yes, that one" takes no number back."""

CALLED: Final = "/"
"""Stands between flow and address where a path holds a step of a called flow; never in an address."""

Outcome = Literal["corrected", "told", "nothing"]
"""`told`: it was a correction, and the customer was told what stands in its way; the question stays open."""


def try_correction(run: Run, frame: Frame, text: str, *, refused: bool = False, understood: bool = False) -> Outcome:
    """Take the message as a correction of an earlier answer of the running flow, if it is one; costs no try.

    `refused`: the open question read the message as its own answer and its check said no. Without a cue it is that
    wrong answer, and not a new one to an earlier question of the same type. `understood`: it is a clear intent, which
    goes before a wish to change something that brings no new value.
    """
    found = _meant(run, frame, text, bare=not refused)
    if found is None:
        name = "" if understood else _to_be_changed(run, frame, text)
        if name:
            return _ask_anew(run, frame, name)
        return "told" if _says_again(run, frame, text) else "nothing"
    name, values = found
    if len(values) > 1:
        run.say(Message(run.text(questions.WHICH_ONE, frame)), frame, "correction")
        return "told"
    asking = run.graph(frame).asks.get(name)
    node = run.graph(frame).nodes[asking] if asking else None
    step = node.step if node is not None else None
    asked = step if isinstance(step, AskStep) else None
    if not answers.fits(run, frame, name, values[0], asked):
        if asked is None or not asked.if_invalid or not takes_back(text, run.language):
            return "nothing"
        # Meant for that slot and not good enough for it: its own words say so, and the open question loses no try.
        run.say(Message(run.text(asked.if_invalid[0], frame)), frame, "correction")
        return "told"
    after = _since(frame, asking)
    if _crosses_a_border(run, frame, after):
        return _too_late(run, frame)
    run.note(f"{frame.flow}/{asking or name}", f"{name} corrected")
    _go_back(run, frame, name, values[0], asking, after)
    return "corrected"


def _since(frame: Frame, asking: str | None) -> list[str]:
    """The steps taken since a question was asked first, with it."""
    return frame.path[frame.path.index(asking) :] if asking in frame.path else []


def _to_be_changed(run: Run, frame: Frame, text: str) -> str:
    """The filled slot that a message wants changed without saying what to, "" for none."""
    if not wants_change(text):
        return ""
    named = (name for name in frame.slots if _is_named(name, text) and _asked_by(run, frame, name))
    return next((name for name in named if not _is_repeated(frame.slots[name], text)), "")


def _is_repeated(slot: Slot, text: str) -> bool:
    """Whether a message holds the value a slot has: who says it again does not want another."""
    said = {str(each).casefold() for each in (slot.value, slot.raw, slot.shown) if each is not None and each != ""}
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text.casefold()) for each in said)


def _says_again(run: Run, frame: Frame, text: str) -> bool:
    """Whether a message takes something back only to say the value again that a slot has: that changes nothing.

    To a confirm it is a plain no.
    """
    if isinstance(_open_step(run, frame), ConfirmStep) or not takes_back(text, run.language):
        return False
    for name, slot in frame.slots.items():
        kind = answers.slot_type(run, frame, name).type
        if kind == answers.FREE_TEXT or isinstance(_asked_by(run, frame, name), ChooseStep):
            continue
        values = answers.read_values(run, kind, text)
        if len(values) == 1 and values[0].value == slot.value and says_only(values[0].raw, text, run.language):
            return True
    return False


def _ask_anew(run: Run, frame: Frame, name: str) -> Outcome:
    """Go back to where a slot was asked for and put that question again."""
    asking = run.graph(frame).asks[name]
    after = _since(frame, asking)
    if _crosses_a_border(run, frame, after):
        return _too_late(run, frame)
    run.note(f"{frame.flow}/{asking}", f"{name} is to be changed")
    _rewind(run, frame, asking, after)
    del frame.slots[name]
    return "corrected"


def _meant(run: Run, frame: Frame, text: str, *, bare: bool) -> tuple[str, Sequence[Slot]] | None:
    """The filled slot that a message gives new values for; a value that is the same again is no new one.

    `bare`: a message that is nothing but a value needs no cue.
    """
    words, asked = text.strip().strip(".!?,;"), _open_step(run, frame)
    cue = takes_back(text, run.language) or (isinstance(asked, ConfirmStep) and hedges(text))
    sure = cue or (isinstance(asked, ConfirmStep) and not text.rstrip().endswith("?"))
    for name, slot in sorted(frame.slots.items(), key=lambda item: not _is_named(item[0], text)):
        named = _is_named(name, text)
        kind = answers.slot_type(run, frame, name).type
        asking = _asked_by(run, frame, name)
        if isinstance(asking, ChooseStep):
            values = [each for each in _options_in(run, frame, asking, name, text) if each.value != slot.value]
            values = values if sure else []
        elif kind == answers.FREE_TEXT:
            new = new_words(words) if named and cue else ""
            values = [Slot(new, new)] if new and asking is not None and not _is_named(name, new) else []
        elif named or _alone_of_its_type(run, frame, name, kind):
            values = [each for each in answers.read_values(run, kind, text) if each.value != slot.value]
            # Numbers are said of other things too, and behind a yes so is every value: "yes, I wrote to info@...".
            if not named and (kind in COUNTED or not cue):
                values = [each for each in values if says_only(each.raw, text, run.language)]
            if kind in COUNTED and not named:
                values = [each for each in values if any(sign.isdigit() for sign in each.raw)]
            # A number given to a list of options or a scale is a place on it, right or wrong.
            alone = bare and not (kind in COUNTED and isinstance(asked, ChooseStep | RateStep))
            if not (sure or (alone and len(values) == 1 and values[0].raw == words)):
                values = []
        else:
            values = []
        if values:
            return name, values
    return None


def _options_in(run: Run, frame: Frame, step: ChooseStep, name: str, text: str) -> list[Slot]:
    """The option a message names beside its cue; none where it may be more than one."""
    said = without_cues(text, run.language)
    said = re.sub(rf"\b{_pattern(name)}\b", " ", said)
    options = questions.options_of(run, frame, step)
    picked = pick(said, [option.title for option in options], numbers=False, locale=run.language)
    if len(picked) != 1:
        return []
    option = options[picked[0]]
    return [Slot(option.meaning, text.strip(), option.title)]


def _open_step(run: Run, frame: Frame) -> object:
    return run.node(frame, frame.question.address).step if frame.question else None


def _asked_by(run: Run, frame: Frame, name: str) -> object:
    asking = run.graph(frame).asks.get(name)
    return run.graph(frame).nodes[asking].step if asking else None


def _is_named(name: str, text: str) -> bool:
    """Whether a message names a slot: "change the order number" means order_number."""
    return re.search(rf"(?i)\b{_pattern(name)}\b", text) is not None


def _pattern(name: str) -> str:
    return re.escape(name.replace("_", " ")).replace(r"\ ", r"[\s_-]+")


def _alone_of_its_type(run: Run, frame: Frame, name: str, kind: str) -> bool:
    return not any(
        other != name and answers.slot_type(run, frame, other).type == kind for other in frame.slots
    )  # fmt: skip


def _crosses_a_border(run: Run, frame: Frame, after: Sequence[str]) -> bool:
    """Whether one of these steps cannot be undone; a question that is still open has done nothing yet."""
    still_open = frame.question.address if frame.question else ""
    return any(_cannot_be_undone(run, frame, address) for address in after if address != still_open)


def _cannot_be_undone(run: Run, frame: Frame, address: str) -> bool:
    """A step of another flow was called from here, and its address was kept for just this reason."""
    return CALLED in address or final(run.node(frame, address).step)


def final(step: Step) -> bool:
    """Whether a step did something in the world that no correction takes back."""
    changes = isinstance(step, FetchStep) and step.fetch.method not in ("GET", "HEAD")
    return changes or isinstance(step, HandoffStep | ConsentStep | RunStep)


def finals(run: Run, frame: Frame) -> list[str]:
    """What a called flow leaves in the path of its caller: the addresses that no correction of the caller crosses."""
    kept = (address for address in frame.path if CALLED in address or final(run.node(frame, address).step))
    return [address if CALLED in address else f"{frame.flow}{CALLED}{address}" for address in kept]


def _too_late(run: Run, frame: Frame) -> Outcome:
    human = next((name for name, intent in run.program.intents.items() if intent.command == "human"), "")
    title = run.translated(run.program.intents[human].title) if human else ""
    buttons = (Button(title, f"intent:{human}"),) if title else ()
    run.say(Message(run.text(TOO_LATE, frame), buttons=buttons), frame, "correction")
    return "told"


def _go_back(run: Run, frame: Frame, name: str, slot: Slot, asking: str | None, after: Sequence[str]) -> None:
    frame.slots[name] = slot
    if not after or asking is None:
        # It came with the opening sentence and was not needed yet: nothing was made of it.
        questions.repeat(run)
        return
    _rewind(run, frame, asking, after)
    if isinstance(run.node(frame, asking).step, ChooseStep):
        frame.kept.append(asking)  # the new choice is known: it leads on without being asked for


def _rewind(run: Run, frame: Frame, asking: str, after: Sequence[str]) -> None:
    for address in after:
        _forget(run, frame, address)
    frame.path = frame.path[: len(frame.path) - len(after)]
    frame.kept = [each for each in after if isinstance(run.node(frame, each).step, Question) and each != asking]
    frame.question = None
    frame.at = asking


def _forget(run: Run, frame: Frame, address: str) -> None:
    """What a step computed from earlier answers is no longer so."""
    step = run.node(frame, address).step
    names: list[str] = []
    if isinstance(step, SetStep):
        names = list(step.set)
    elif isinstance(step, CallingStep):
        names = list(step.saved)
    elif isinstance(step, CallStep):
        names = list(step.save)
    for name in names:
        frame.saved.pop(name, None)
        frame.slots.pop(name, None)

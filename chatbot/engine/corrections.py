"""Taking an answer back: "no, AB-222222", "change the number to AB-222222", "no, 4 on Friday".

What a message means is told in meant.py; how the flow goes back, in going_back.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from chatbot.content.steps import AskStep, ChooseStep, ConfirmStep
from chatbot.content.template import Template
from chatbot.engine import answers, going_back, questions
from chatbot.engine.meant import COUNTED, Said, asked_by, meant_values, open_step
from chatbot.engine.naming import bare, is_named
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import Button, Message, Slot
from chatbot.understanding.corrections import begins_with_cue, says_only, takes_back, wants_change

TOO_LATE: Final = Template("I am sorry, that can no longer be changed here. A person can help you with it.")

Outcome = Literal["corrected", "told", "nothing"]
"""`told`: it was a correction, and the customer was told what stands in its way; the question stays open."""


def try_correction(run: Run, frame: Frame, said: Said) -> Outcome:
    """Take the message as a correction of earlier answers of the running flow, or of those that called it.

    It costs no try.
    """
    group = run.group(frame)
    for owner in reversed(group):
        outcome = _correct(run, owner, said)
        if outcome != "nothing":
            return outcome
    for owner in reversed(group):
        name = "" if said.understood or said.free else _to_be_changed(run, owner, said.text)
        if name:
            return _ask_anew(run, owner, name)
    again = not said.free and any(_says_again(run, owner, said) for owner in group)
    return "told" if again else "nothing"


def try_named(run: Run, frame: Frame, text: str) -> bool:
    """Take "no, the zip is 54321" for the zip, though another number is asked for.

    Only where the message begins with a cue, names the earlier answer before its new value, and has no value beside it
    that could be the answer.
    """
    step, said = open_step(run), Said(text)
    if not isinstance(step, AskStep) or not begins_with_cue(text, run.language) or is_named(run, frame, step.ask, text):
        return False
    kind = answers.slot_type(run, frame, step.ask).type
    own = [slot.raw for slot in answers.read_values(run, kind, text)]
    for owner in reversed(run.group(frame)):
        new = meant_values(run, owner, said)
        named = [
            slot.raw
            for name, values in new.items()
            if _is_named_before(run, owner, name, values, text)
            for slot in values
        ]
        taken = own and all(any(each in raw for raw in named) for each in own)
        typed = kind in COUNTED or any(answers.slot_type(run, owner, name).type == kind for name in new)
        if len(new) == 1 and named and taken and typed:
            return _correct(run, owner, said) != "nothing"
    return False


def _is_named_before(run: Run, frame: Frame, name: str, values: Sequence[Slot], text: str) -> bool:
    return len(values) == 1 and is_named(run, frame, name, text[: text.find(values[0].raw)])


def _correct(run: Run, frame: Frame, said: Said) -> Outcome:
    meant = meant_values(run, frame, said)
    if not meant:
        return "nothing"
    if any(len(values) > 1 for values in meant.values()):
        run.say(Message(run.text(questions.WHICH_ONE, frame)), frame, "correction")
        return "told"
    for name, (value,) in meant.items():
        asked = asked_by(run, frame, name)
        asked = asked if isinstance(asked, AskStep) else None
        if answers.fits(run, frame, name, value, asked):
            continue
        # Meant for that slot and not good enough for it: its own words say so, and the open question loses no try. A
        # yes beside it must not confirm the old one.
        cue, told = takes_back(said.text, run.language), asked is not None and bool(asked.if_invalid)
        if not isinstance(open_step(run), ConfirmStep) and not (cue and told):
            return "nothing"
        if asked is not None and asked.if_invalid:
            run.say(Message(run.text(asked.if_invalid[0], frame)), frame, "correction")
        return "told"
    return _take_up(run, frame, {name: value for name, (value,) in meant.items()})


def _take_up(run: Run, frame: Frame, values: Mapping[str, Slot]) -> Outcome:
    """Put the new values in and go back to where the earliest of them came from."""
    origins = [back for name in values if (back := going_back.origin(run, frame, name)) is not None]
    back = max(origins, key=lambda each: len(each.after), default=None)
    if back is not None and going_back.too_late(run, frame, back):
        return _too_late(run, frame)
    asks = run.graph(frame).asks
    for name, value in values.items():
        run.note(f"{frame.flow}/{asks.get(name, name)}", f"{name} corrected")
        frame.slots[name] = value
        going_back.tell(run, frame, name, value)
    if back is None:
        # They came with the opening sentence and were not needed yet: nothing was made of them.
        questions.repeat(run)
        return "corrected"
    going_back.go_back(run, frame, back)
    frame.slots.update(values)
    for name in values:
        going_back.keep_choice(run, frame, asks.get(name))
    return "corrected"


def _ask_anew(run: Run, frame: Frame, name: str) -> Outcome:
    """Go back to where a slot was asked for, here or in a flow that was called, and put that question again."""
    back = going_back.asked_at(run, frame, name)
    if back is None or going_back.too_late(run, frame, back):
        return _too_late(run, frame)
    run.note(f"{frame.flow}/{back.address}", f"{name} is to be changed")
    going_back.go_back(run, frame, back)
    going_back.tell(run, frame, name, None)
    frame.slots.pop(name, None)
    return "corrected"


def _too_late(run: Run, frame: Frame) -> Outcome:
    human = next((name for name, intent in run.program.intents.items() if intent.command == "human"), "")
    title = run.translated(run.program.intents[human].title) if human else ""
    buttons = (Button(title, f"intent:{human}"),) if title else ()
    run.say(Message(run.text(TOO_LATE, frame), buttons=buttons), frame, "correction")
    return "told"


def _to_be_changed(run: Run, frame: Frame, text: str) -> str:
    """The filled slot that a message wants changed without saying what to, "" for none."""
    if not wants_change(text):
        return ""
    named = (name for name in frame.slots if is_named(run, frame, name, text))
    asked = (name for name in named if going_back.asked_at(run, frame, name) is not None)
    return next((name for name in asked if not _is_repeated(frame.slots[name], text)), "")


def _is_repeated(slot: Slot, text: str) -> bool:
    """Whether a message holds the value a slot has: who says it again does not want another."""
    said = {str(each).casefold() for each in (slot.value, slot.raw, slot.shown) if each is not None and each != ""}
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text.casefold()) for each in said)


def _says_again(run: Run, frame: Frame, said: Said) -> bool:
    """Whether a message only says a value again that a slot has: that changes nothing.

    To a confirm "no" with the same value is a plain no. A bare number may be meant for the open question.
    """
    text, cue = said.text, takes_back(said.text, run.language)
    if said.refused or (cue and isinstance(open_step(run), ConfirmStep)):
        return False
    for name, slot in frame.slots.items():
        kind = answers.slot_type(run, frame, name).type
        if kind == answers.FREE_TEXT or isinstance(asked_by(run, frame, name), ChooseStep):
            continue
        if kind == "yes_no" or (not cue and kind in COUNTED):
            continue
        values = answers.read_values(run, kind, text)
        if len(values) != 1 or values[0].value != slot.value:
            continue
        if says_only(values[0].raw, text, run.language) if cue else values[0].raw == bare(text):
            return True
    return False

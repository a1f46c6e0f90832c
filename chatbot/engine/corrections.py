"""Taking an answer back: "no, AB-222222", "change the number to AB-222222", "no, 4 on Friday".

What is corrected is told here; how the flow goes back, in going_back.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from chatbot.content.steps import AskStep, ChooseStep, ConfirmStep, ConsentStep, RateStep
from chatbot.content.template import Template
from chatbot.content.values import EvaluationError
from chatbot.engine import answers, going_back, questions
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import Button, Message, Slot
from chatbot.understanding.corrections import (
    begins_with_cue,
    hedges,
    moved_by,
    new_words,
    says_only,
    takes_back,
    wants_change,
    without_cues,
)
from chatbot.understanding.denying import denies
from chatbot.understanding.entities import pick

TOO_LATE: Final = Template("I am sorry, that can no longer be changed here. A person can help you with it.")

COUNTED: Final = frozenset({"number", "integer"})
"""Types whose words are said of other things too: "yes, that one" takes no number back."""

MEASURED: Final = ("money", "duration")
"""Types whose values have numbers in them: "no, $60" is no 60 where there is an amount."""

DAY: Final = 86_400
"""Seconds."""

DATED: Final = ("date", "time", "datetime")
"""Types whose values may be said with a number: "non, le 9" is no 9 where there is a day."""

SAID_OF_OTHERS: Final = frozenset({"email", "phone", "url", "money", "duration", "rating"})
"""Types whose values stand beside a yes without taking anything back: "yes, I wrote to info@acme.example"."""

_AT_AN_HOUR: Final = re.compile(r"(?i)(?:\b(?:at|um|gegen|a las?|à|alle|às?|as|om|saat)|@)\s*$")

_POLITE_END: Final = re.compile(
    r"(?i)[\s,]*(?:please|pls|thanks|thank you|por favor|gracias|bitte|danke|merci|grazie|obrigad[oa])$"
)
_MOST_WORDS: Final = 5
"""So many words a text may have that is named without "is" or "to"."""

Outcome = Literal["corrected", "told", "nothing"]
"""`told`: it was a correction, and the customer was told what stands in its way; the question stays open."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message while a question is open.

    `refused`: the open question read it as its own answer and its check said no. Without a cue it is that wrong answer,
    and not a new one to an earlier question of the same type. `understood`: it is a clear intent, which goes before a
    wish to change something that brings no new value. `free`: the open question takes any words, so that only what
    can be nothing but a correction is one.
    """

    text: str
    refused: bool = False
    understood: bool = False
    free: bool = False


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


def names_another(run: Run, text: str) -> bool:
    """Whether a message takes something back and names an earlier answer, not what the open question asks for."""
    top, step = run.state.top, _open_step(run)
    if top is None or not isinstance(step, AskStep) or not takes_back(text, run.language):
        return False
    if _is_named(run, top, step.ask, text):
        return False
    return any(_is_named(run, frame, name, text) for frame in run.group() for name in frame.slots)


def _correct(run: Run, frame: Frame, said: Said) -> Outcome:
    meant = _meant(run, frame, said)
    if not meant:
        return "nothing"
    if any(len(values) > 1 for values in meant.values()):
        run.say(Message(run.text(questions.WHICH_ONE, frame)), frame, "correction")
        return "told"
    for name, (value,) in meant.items():
        asked = _asked_by(run, frame, name)
        asked = asked if isinstance(asked, AskStep) else None
        if answers.fits(run, frame, name, value, asked):
            continue
        # Meant for that slot and not good enough for it: its own words say so, and the open question loses no try. A
        # yes beside it must not confirm the old one.
        cue, told = takes_back(said.text, run.language), asked is not None and bool(asked.if_invalid)
        if not isinstance(_open_step(run), ConfirmStep) and not (cue and told):
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


# --- what a message means ---------------------------------------------------------------------------------------


def _meant(run: Run, frame: Frame, said: Said) -> dict[str, Sequence[Slot]]:
    """The filled slots that a message gives new values for, those it names first.

    Words that are a value of one slot are none of another; a value that is the same again is no new one.
    """
    text, asked = said.text, _open_step(run)
    cue = takes_back(text, run.language) or (isinstance(asked, ConfirmStep) and hedges(text))
    sure = cue or (isinstance(asked, ConfirmStep) and not text.rstrip().endswith("?"))
    named = sorted((name for name in frame.slots if _is_named(run, frame, name, text)), key=len, reverse=True)
    passed = going_back.passed_on(run, frame)
    found: dict[str, Sequence[Slot]] = {}
    for name in dict.fromkeys((*named, *frame.slots)):
        values = [] if name in passed else _values(run, frame, name, said, cue=cue, sure=sure)
        taken = [slot.raw for slots in found.values() for slot in slots]
        found[name] = [each for each in values if not any(each.raw in raw or raw in each.raw for raw in taken)]
    # What it was before may stand there, too: "4, not 3", "3 on Friday" where only the day is new.
    before = [frame.slots[name].raw for name, values in found.items() if values]
    said_values = [slot.raw for slots in found.values() for slot in slots]
    counted = [_counted(raw, text) for raw in said_values] if cue else []
    # An hour weighs nothing beside them, even where no slot takes it: "no, 5 people on the 9th at 8pm".
    hours = _raws(run, "time", text) if said_values and not _raws(run, "duration", text) else []
    raws = " ".join([*said_values, *counted, *before, *hours])
    only = says_only(raws, _without(named, text), run.language)
    new = {name: [each for each in values if each.value != frame.slots[name].value] for name, values in found.items()}
    return {
        name: values
        for name, values in new.items()
        if values and _weighs(run, frame, name, said, named=name in named, cue=cue, only=only)
    }


def _values(run: Run, frame: Frame, name: str, said: Said, *, cue: bool, sure: bool) -> Sequence[Slot]:
    """What a message may say a slot is, the value it has among it."""
    text, asking = said.text, _asked_by(run, frame, name)
    kind, named = answers.slot_type(run, frame, name).type, _is_named(run, frame, name, text)
    if isinstance(asking, ChooseStep):
        if run.event.payload.startswith(questions.PICK):
            pressed = answers.posed_by(run, run.event.payload) == (frame, run.graph(frame).asks[name])
            return _options_in(run, frame, asking, name, text) if pressed else []
        return _options_in(run, frame, asking, name, text) if sure else []
    if kind == answers.FREE_TEXT:
        new = (new_words(_bare(text)) or _named_words(run, frame, name, text)) if named and cue else ""
        return [Slot(new, new)] if new and asking is not None and not _is_named(run, frame, name, new) else []
    if named:
        values = _named_values(run, name, kind, text)
    elif _alone_of_its_type(run, frame, name, kind):
        values = _unnamed_values(run, frame, kind, text, sure=sure)
    else:
        return []
    if kind in DATED:
        values = _moved(run, kind, frame.slots[name], text) or values
    if kind == "datetime":
        values = _part_of_a_moment(run, frame.slots[name], text) or values
    if sure:
        return values
    # A number given to a list of options or a scale is a place on it, right or wrong.
    alone = not said.refused and not (kind in COUNTED and isinstance(_open_step(run), ChooseStep | RateStep))
    if not alone or len(values) != 1:
        return []
    whole = values[0].raw == _bare(text)
    if not whole and (named or kind not in COUNTED):  # "my number is AB-222222", "on Friday"
        whole = says_only(values[0].raw, _without([name], text), run.language)
    return values if whole else []


def _moved(run: Run, kind: str, slot: Slot, text: str) -> list[Slot]:
    """What a slot has, so much later or earlier: "an hour later", "no, two days earlier"."""
    spans = answers.read_values(run, "duration", text)
    raw = spans[0].raw if len(spans) == 1 else ""
    sense = moved_by(text[text.find(raw) + len(raw) :]) if raw else 0
    seconds = spans[0].value.get("seconds") if sense and isinstance(spans[0].value, dict) else None
    if not isinstance(seconds, int | float) or not isinstance(slot.value, str):
        return []
    day, _, clock = slot.value.rpartition("T") if kind != "date" else (slot.value, "", "12:00")
    before = datetime.fromisoformat(f"{day or '2000-01-02'}T{clock[:5]}")
    after = before + timedelta(seconds=seconds * sense)
    written = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%d %H:%M"}[kind]
    if (kind == "date" and seconds % DAY) or (kind == "time" and after.date() != before.date()):
        return []
    whole = re.match(rf".*?{re.escape(raw)}\W*\S+", text[text.find(raw) :])
    return [
        replace(each, raw=whole[0] if whole else raw) for each in answers.read_values(run, kind, f"{after:{written}}")
    ]


def _part_of_a_moment(run: Run, slot: Slot, text: str) -> list[Slot]:
    """The moment a slot has with another time, or on another day: "no, at 9pm", "on Saturday"."""
    days, times = (_undenied(answers.read_values(run, kind, text), text) for kind in ("date", "time"))
    if not isinstance(slot.value, str) or len(days) + len(times) != 1 or _raws(run, "duration", text):
        return []
    (new,) = (*days, *times)
    day, clock = (new.value, slot.value[11:16]) if days else (slot.value[:10], new.value)
    return [replace(each, raw=new.raw) for each in answers.read_values(run, "datetime", f"{day} {clock}")]


def _bare(text: str) -> str:
    return text.strip().strip(".!?,;")


def _named_values(run: Run, name: str, kind: str, text: str) -> Sequence[Slot]:
    """Of a slot that the message names: "change the time to 9" is read as the answer to its own question would be."""
    values = answers.read_values(run, kind, text) or answers.read_values(run, kind, new_words(_bare(text)))
    return _nearest(name, _undenied(values, text), text)


def _unnamed_values(run: Run, frame: Frame, kind: str, text: str, *, sure: bool) -> Sequence[Slot]:
    """Of a slot that is meant by the type of the value alone."""
    values = _undenied(answers.read_values(run, kind, text), text)
    if kind in COUNTED:
        if any(_is_named(run, frame, each, text) for each in frame.slots):
            return []  # what is named is meant, and a number is part of that
        measured = [raw for other in MEASURED if _has_a(run, frame, other) for raw in _raws(run, other, text)]
        dated = [raw for other in DATED if _has_a(run, frame, other) for raw in _raws(run, other, text)]
        hours = _raws(run, "time", text) if _has_a(run, frame, "time") or _has_a(run, frame, "datetime") else []
        values = [each for each in values if not _is_part(each.raw, measured) and not _is_hour(each.raw, hours, text)]
        values = [each for each in values if _counted(each.raw, text) or not _is_part(each.raw, dated)]
        # "That one" is no number; any other word for one is, where something is being taken back.
        return [each for each in values if any(map(str.isdigit, each.raw)) or (sure and each.value != 1)]
    if kind in MEASURED and any(_has_a(run, frame, other) for other in COUNTED):
        return [each for each in values if not each.raw.isdigit()]  # a bare number is one of the others
    if kind == "yes_no":
        # A bare yes or no answers what is open; "actually no" takes another one back.
        bare = isinstance(_open_step(run), ConfirmStep | ConsentStep | RateStep)
        return [each for each in values if not bare and takes_back(text.replace(each.raw, " "), run.language)]
    return values


def _has_a(run: Run, frame: Frame, kind: str) -> bool:
    return any(answers.slot_type(run, frame, name).type == kind for name in frame.slots)


def _raws(run: Run, kind: str, text: str) -> list[str]:
    return [slot.raw for slot in answers.read_values(run, kind, text)]


def _named_words(run: Run, frame: Frame, name: str, text: str) -> str:
    """The new value of a text that stands right behind its name: "no, name Ana"; it begins like a name or number."""
    for each in (name, *going_back.called_there(run, frame, name)):
        found = re.search(rf"(?i:\b{_pattern(each)})\s+((?:[A-ZÀ-ÞĀ-Ž]|\d)[^,;!?]*)$", _bare(text))
        new = _POLITE_END.sub("", found[1]) if found else ""
        if new and len(new.split()) <= _MOST_WORDS:
            return new
    return ""


def _undenied(values: Sequence[Slot], text: str) -> list[Slot]:
    return [each for each in values if not denies(each.raw, text, [other.raw for other in values if other is not each])]


def _is_hour(raw: str, hours: Sequence[str], text: str) -> bool:
    """Whether a number is an hour where there is a time: "no, at 8", "7 or 8pm"; a bare 8 may be either."""
    marked = any(not hour.isdigit() for hour in hours) or _AT_AN_HOUR.search(text[: text.find(raw)]) is not None
    return raw in hours and marked


def _is_part(raw: str, of: Sequence[str]) -> bool:
    return any(raw in other and raw != other for other in of)


def _counted(raw: str, text: str) -> str:
    """What a number counts: the "tickets" of "no, 5 tickets"."""
    found = re.search(rf"(?<!\w){re.escape(raw)}\s+([^\W\d_]+)", text) if raw.isdigit() else None
    return found[1] if found else ""


def _nearest(name: str, values: Sequence[Slot], text: str) -> Sequence[Slot]:
    """Of several values those that stand nearest to the name of the slot: "1 adult and 2 children"."""
    found = re.search(rf"(?i)\b{_pattern(name)}\b", text)
    if len(values) < 2 or found is None:
        return values
    gaps = []
    for each in values:
        start = text.find(each.raw)
        gaps.append(min(abs(start - found.end()), abs(found.start() - start - len(each.raw))))
    return [each for each, gap in zip(values, gaps, strict=True) if gap == min(gaps)]


def _weighs(run: Run, frame: Frame, name: str, said: Said, *, named: bool, cue: bool, only: bool) -> bool:
    """Whether a new value is one: numbers and addresses are said of other things too."""
    kind = answers.slot_type(run, frame, name).type
    if isinstance(_asked_by(run, frame, name), ChooseStep):
        return not said.free
    if said.free and (not cue or not only or not begins_with_cue(said.text, run.language)):
        return False
    if kind == answers.FREE_TEXT or named:
        return True
    if kind in COUNTED:
        return only
    return only or cue or (isinstance(_open_step(run), ConfirmStep) and kind not in SAID_OF_OTHERS)


def _to_be_changed(run: Run, frame: Frame, text: str) -> str:
    """The filled slot that a message wants changed without saying what to, "" for none."""
    if not wants_change(text):
        return ""
    named = (name for name in frame.slots if _is_named(run, frame, name, text))
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
    if said.refused or (cue and isinstance(_open_step(run), ConfirmStep)):
        return False
    for name, slot in frame.slots.items():
        kind = answers.slot_type(run, frame, name).type
        if kind == answers.FREE_TEXT or isinstance(_asked_by(run, frame, name), ChooseStep):
            continue
        if kind == "yes_no" or (not cue and kind in COUNTED):
            continue
        values = answers.read_values(run, kind, text)
        if len(values) != 1 or values[0].value != slot.value:
            continue
        if says_only(values[0].raw, text, run.language) if cue else values[0].raw == _bare(text):
            return True
    return False


def _options_in(run: Run, frame: Frame, step: ChooseStep, name: str, text: str) -> list[Slot]:
    """The option a message names beside its cue; none where it may be more than one."""
    said = without_cues(text, run.language)
    said = re.sub(rf"\b{_pattern(name)}\b", " ", said)
    try:
        options = questions.options_of(run, frame, step)
    except EvaluationError:
        return []  # they come from data that is gone
    picked = pick(said, [option.title for option in options], numbers=False, locale=run.language)
    if len(picked) != 1:
        return []
    option = options[picked[0]]
    return [Slot(option.meaning, option.title, option.title)]


def _open_step(run: Run) -> object:
    top = run.state.top
    return run.node(top, top.question.address).step if top is not None and top.question is not None else None


def _asked_by(run: Run, frame: Frame, name: str) -> object:
    asking = run.graph(frame).asks.get(name)
    return run.graph(frame).nodes[asking].step if asking else None


def _is_named(run: Run, frame: Frame, name: str, text: str) -> bool:
    """Whether a message names a slot: "change the order number" means order_number.

    By its name here, or by that in the flow that was called with it and speaks of it now.
    """
    names = (name, *going_back.called_there(run, frame, name))
    return any(re.search(rf"(?i)\b{_pattern(each)}\b", text) for each in names)


def _without(names: Sequence[str], text: str) -> str:
    """A message but for the names of slots in it."""
    for name in names:
        text = re.sub(rf"(?i)\b{_pattern(name)}\b", " ", text)
    return text


def _pattern(name: str) -> str:
    """How a slot is named in a message: with blanks, as one or as several."""
    return re.escape(name.removesuffix("s").replace("_", " ")).replace(r"\ ", r"[\s_-]+") + "s?"


def _alone_of_its_type(run: Run, frame: Frame, name: str, kind: str) -> bool:
    return not any(
        other != name and answers.slot_type(run, frame, other).type == kind for other in frame.slots
    )  # fmt: skip

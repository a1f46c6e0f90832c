"""What new values a message means, of the answers given before: whose they are, by name or type, and how sure that is.

What is then done about it is for corrections.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from chatbot.content.steps import ChooseStep, ConfirmStep, ConsentStep, RateStep
from chatbot.content.values import EvaluationError
from chatbot.engine import answers, going_back, questions
from chatbot.engine.naming import bare, is_named, nearest, pattern, without, words_behind
from chatbot.engine.run import Run
from chatbot.engine.state import Frame
from chatbot.types import Slot
from chatbot.understanding.corrections import (
    begins_with_cue,
    hedges,
    moved_by,
    new_words,
    says_only,
    takes_back,
    without_cues,
)
from chatbot.understanding.denying import denies
from chatbot.understanding.entities import pick

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


def meant_values(run: Run, frame: Frame, said: Said) -> dict[str, Sequence[Slot]]:
    """The filled slots that a message gives new values for, those it names first.

    Words that are a value of one slot are none of another; a value that is the same again is no new one.
    """
    text, asked = said.text, open_step(run)
    cue = takes_back(text, run.language) or (isinstance(asked, ConfirmStep) and hedges(text))
    sure = cue or (isinstance(asked, ConfirmStep) and not text.rstrip().endswith("?"))
    named = sorted((name for name in frame.slots if is_named(run, frame, name, text)), key=len, reverse=True)
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
    only = says_only(raws, without(named, text), run.language)
    new = {name: [each for each in values if each.value != frame.slots[name].value] for name, values in found.items()}
    return {
        name: values
        for name, values in new.items()
        if values and _weighs(run, frame, name, said, named=name in named, cue=cue, only=only, values=values)
    }


def _values(run: Run, frame: Frame, name: str, said: Said, *, cue: bool, sure: bool) -> Sequence[Slot]:
    """What a message may say a slot is, the value it has among it."""
    text, asking = said.text, asked_by(run, frame, name)
    kind, named = answers.slot_type(run, frame, name).type, is_named(run, frame, name, text)
    if isinstance(asking, ChooseStep):
        if run.event.payload.startswith(questions.PICK):
            pressed = answers.posed_by(run, run.event.payload) == (frame, run.graph(frame).asks[name])
            return _options_in(run, frame, asking, name, text) if pressed else []
        return _options_in(run, frame, asking, name, text) if sure else []
    if kind == answers.FREE_TEXT:
        new = (new_words(bare(text)) or words_behind(run, frame, name, text)) if named and cue else ""
        return [Slot(new, new)] if new and asking is not None and not is_named(run, frame, name, new) else []
    if named:
        values = _named_values(run, name, kind, text)
    elif _alone_of_its_type(run, frame, name, kind):
        values = _unnamed_values(run, frame, kind, text, sure=sure)
    else:
        return []
    if kind in DATED:
        changed = _moved(run, kind, frame.slots[name], text)
        if not changed and kind == "datetime":
            changed = _part_of_a_moment(run, frame.slots[name], text)
        # A part is easily said of something else: "yes, remind me a day before", "yes, I called today".
        raws = " ".join([*(each.raw for each in changed), frame.slots[name].raw])
        values = changed if changed and says_only(raws, without([name], text), run.language) else values
    if sure:
        return values
    # A number given to a list of options or a scale is a place on it, right or wrong.
    alone = not said.refused and not (kind in COUNTED and isinstance(open_step(run), ChooseStep | RateStep))
    if not alone or len(values) != 1:
        return []
    whole = values[0].raw == bare(text)
    if not whole and (named or kind not in COUNTED):  # "my number is AB-222222", "on Friday"
        whole = says_only(values[0].raw, without([name], text), run.language)
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
    try:
        before = datetime.fromisoformat(f"{day or '2000-01-02'}T{clock[:5]}")
        after = before + timedelta(seconds=seconds * sense)
    except (ValueError, OverflowError):
        return []  # a step has set it to something else, or nobody lives to see that day
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


def _named_values(run: Run, name: str, kind: str, text: str) -> Sequence[Slot]:
    """Of a slot that the message names: "change the time to 9" is read as the answer to its own question would be."""
    values = answers.read_values(run, kind, text) or answers.read_values(run, kind, new_words(bare(text)))
    return nearest(name, _undenied(values, text), text)


def _unnamed_values(run: Run, frame: Frame, kind: str, text: str, *, sure: bool) -> Sequence[Slot]:
    """Of a slot that is meant by the type of the value alone."""
    values = _undenied(answers.read_values(run, kind, text), text)
    if kind in COUNTED:
        if any(is_named(run, frame, each, text) for each in frame.slots):
            return []  # what is named is meant, and a number is part of that
        spans = ("duration",) if any(_has_a(run, frame, other) for other in DATED) else ()
        kinds = dict.fromkeys((*spans, *(other for other in MEASURED if _has_a(run, frame, other))))
        measured = [raw for other in kinds for raw in _raws(run, other, text)]
        days = _raws(run, "date", text) if _has_a(run, frame, "date") or _has_a(run, frame, "datetime") else []
        dated = [raw for raw in days if not raw.casefold().startswith("no ")]  # a no, before it is Portuguese
        hours = _raws(run, "time", text) if _has_a(run, frame, "time") or _has_a(run, frame, "datetime") else []
        values = [each for each in values if not _is_part(each.raw, measured) and not _is_hour(each.raw, hours, text)]
        values = [each for each in values if _counted(each.raw, text) or not _is_part(each.raw, dated)]
        # "That one" is no number; any other word for one is, where something is being taken back.
        return [each for each in values if any(map(str.isdigit, each.raw)) or (sure and each.value != 1)]
    if kind in MEASURED and any(_has_a(run, frame, other) for other in COUNTED):
        return [each for each in values if not each.raw.isdigit()]  # a bare number is one of the others
    if kind == "yes_no":
        # A bare yes or no answers what is open; "actually no" takes another one back.
        alone = isinstance(open_step(run), ConfirmStep | ConsentStep | RateStep)
        return [each for each in values if not alone and takes_back(text.replace(each.raw, " "), run.language)]
    return values


def _has_a(run: Run, frame: Frame, kind: str) -> bool:
    return any(answers.slot_type(run, frame, name).type == kind for name in frame.slots)


def _raws(run: Run, kind: str, text: str) -> list[str]:
    return [slot.raw for slot in answers.read_values(run, kind, text)]


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


def _weighs(
    run: Run, frame: Frame, name: str, said: Said, *, named: bool, cue: bool, only: bool, values: Sequence[Slot]
) -> bool:
    """Whether a new value is one: numbers and addresses are said of other things too."""
    kind = answers.slot_type(run, frame, name).type
    if isinstance(asked_by(run, frame, name), ChooseStep):
        return not said.free
    if said.free and (not cue or not only or not begins_with_cue(said.text, run.language)):
        return False
    if kind == answers.FREE_TEXT or named:
        return True
    if kind in COUNTED or (kind == "time" and values[0].raw.isdigit()):  # "yes, call me at 6"
        return only
    return only or cue or (isinstance(open_step(run), ConfirmStep) and kind not in SAID_OF_OTHERS)


def _options_in(run: Run, frame: Frame, step: ChooseStep, name: str, text: str) -> list[Slot]:
    """The option a message names beside its cue; none where it may be more than one."""
    said = without_cues(text, run.language)
    said = re.sub(rf"\b{pattern(name)}\b", " ", said)
    try:
        options = questions.options_of(run, frame, step)
    except EvaluationError:
        return []  # they come from data that is gone
    picked = pick(said, [option.title for option in options], numbers=False, locale=run.language)
    if len(picked) != 1:
        return []
    option = options[picked[0]]
    return [Slot(option.meaning, option.title, option.title)]


def open_step(run: Run) -> object:
    top = run.state.top
    return run.node(top, top.question.address).step if top is not None and top.question is not None else None


def asked_by(run: Run, frame: Frame, name: str) -> object:
    asking = run.graph(frame).asks.get(name)
    return run.graph(frame).nodes[asking].step if asking else None


def _alone_of_its_type(run: Run, frame: Frame, name: str, kind: str) -> bool:
    return not any(
        other != name and answers.slot_type(run, frame, other).type == kind for other in frame.slots
    )  # fmt: skip

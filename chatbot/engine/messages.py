"""What happens to one message: the order of the contract, read from top to bottom.

With a question open: command, option, slot, clear intent, invalid answer. With none: command, button, referral or
keyword, intent, close race, fallback. The first that fits wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chatbot.content.template import Template
from chatbot.engine import commands, flow, questions
from chatbot.engine.menu import menu
from chatbot.engine.questions import Given
from chatbot.engine.run import Run
from chatbot.engine.state import Choice, Frame
from chatbot.types import Found, HandOff, Message, Reading
from chatbot.understanding.entities import pick

ONLY_TEXT: Final = Template("Thanks, but I can only read text here. Could you write it?")
SOMETHING_ELSE: Final = Template("Something else")
NOTHING_READ: Final = Reading("")


def take(run: Run) -> None:
    """One message of the customer."""
    event, reading = run.event, run.event.reading or NOTHING_READ
    if not (event.text.strip() or event.payload or event.attachments or event.referral or _unreadable(run)):
        run.note("engine", "an empty message is ignored")
        return
    questions.hush(run)
    flow.guarded(run, lambda: _dispatch(run, reading))
    flow.walk(run)


def _dispatch(run: Run, reading: Reading) -> None:
    event = run.event
    offers, run.state.offers = run.state.offers, []
    if event.facts.control == "bot":
        _introduce(run)
    if reading.command:
        commands.obey(run, reading.command)
    elif event.facts.control != "bot":
        run.note("engine", f"waits for a person ({event.facts.control}): only commands are answered")
    elif run.state.question is not None:
        _during_question(run, reading)
    else:
        _with_nothing_open(run, reading, offers)


def _unreadable(run: Run) -> bool:
    """A message of a kind we cannot read: the customer said something all the same, and waits."""
    return run.event.reason == "unsupported"


def _introduce(run: Run) -> None:
    """A contact's first message gets the disclosure line before its answer."""
    if run.state.met:
        return
    run.state.met = True
    disclose(run)


def disclose(run: Run) -> None:
    bot = run.program.bot
    text = (
        run.text(bot.disclosure, None)
        if bot.disclosure is not None
        else f'Hi! I am the automated assistant of {bot.name}. Type "agent" any time to reach a person.'
    )
    run.say(Message(text), None, "system.disclosure")


# --- a question is open ---------------------------------------------------------------------------------------


def _during_question(run: Run, reading: Reading) -> None:
    frame = run.state.top
    assert frame is not None
    if _attachment_alone(run, frame):
        return
    given = Given(run.event.text, run.event.payload)
    wanted = _button_intent(run.event.payload) or reading.intent
    if questions.takes_any_text(run, frame) and wanted and _turn_to(run, frame, wanted, reading.found):
        return
    if not _button_intent(run.event.payload):
        verdict = questions.try_answer(run, frame, given)
        if verdict == "answered":
            run.state.misses = 0
            return
        if _answers_beneath(run, frame, given, free_text=False):
            return
    else:
        verdict = "nothing"
    if _press(run) or (wanted and _turn_to(run, frame, wanted, reading.found)):
        return
    if _answers_beneath(run, frame, given, free_text=True):
        return
    questions.refuse(run, frame, verdict)


def _wordless(run: Run) -> bool:
    """Only a picture, a file, or something we cannot read."""
    return not (run.event.text.strip() or run.event.payload) and bool(run.event.attachments or _unreadable(run))


def _attachment_alone(run: Run, frame: Frame) -> bool:
    """The first picture or file sent to a question that wants words costs nothing."""
    if not _wordless(run) or questions.takes_attachment(run, frame):
        return False
    assert frame.question is not None
    seen = f"{frame.question.address}#attachment"
    if seen in frame.wrong:
        return False
    frame.wrong[seen] = 1
    run.say(Message(run.text(ONLY_TEXT, frame)), frame, frame.question.address)
    questions.repeat(run)
    return True


def _answers_beneath(run: Run, frame: Frame, given: Given, *, free_text: bool) -> bool:
    """While the offer to resume stands, an answer to the interrupted question counts as yes."""
    if frame.flow != "system.resume" or frame.event.get("next") or len(run.state.frames) < 2:
        return False
    beneath = run.state.frames[-2]
    if beneath.question is None or questions.takes_any_text(run, beneath) != free_text:
        return False
    run.state.frames.pop()
    if questions.try_answer(run, beneath, given) == "answered":
        run.state.misses = 0
        return True
    run.state.frames.append(frame)
    return False


def _turn_to(run: Run, frame: Frame, intent: str, found: Sequence[Found]) -> bool:
    """A clear intent while a question is open: digress; the running flow's own intent only asks again."""
    base = run.group()[0]
    flows = run.starts.intents.get(intent, ())
    if base.flow in flows:
        if questions.takes_any_text(run, frame):
            return False
        run.note(base.flow, "its own intent: the question is put again")
        return questions.repeat(run)
    if flow.start_first(run, flows, found):
        run.state.misses = 0
        return True
    return not flows and commands.obey_within(run, intent)


# --- nothing is open ------------------------------------------------------------------------------------------


def _with_nothing_open(run: Run, reading: Reading, offers: Sequence[Choice]) -> None:
    if _press(run) or _take_offer(run, offers) or _referred(run) or _keyword(run) or _intended(run, reading):
        run.state.misses = 0
        return
    if reading.close and _clarify(run, reading.close):
        return
    if _wordless(run):
        run.say(Message(run.text(ONLY_TEXT, None)), None, "engine")
        return
    if run.state.turns == 1 and _greet(run):
        return
    fall_back(run)


def _button_intent(payload: str) -> str:
    return payload.removeprefix("intent:") if payload.startswith("intent:") else ""


def _press(run: Run) -> bool:
    """A button that starts something, wherever it was pressed."""
    payload, found = run.event.payload, (run.event.reading or NOTHING_READ).found
    return bool(payload) and press(run, payload, found)


def press(run: Run, payload: str, found: Sequence[Found]) -> bool:
    intent = _button_intent(payload)
    if intent:
        return intent in run.program.intents and (
            flow.start_on_intent(run, intent, found) or commands.obey_within(run, intent)
        )
    return flow.start_first(run, run.starts.buttons.get(payload, ()), found)


def _take_offer(run: Run, offers: Sequence[Choice]) -> bool:
    """The title or number of a button just shown does what the button does."""
    picked = pick(run.event.text, [offer.title for offer in offers]) if offers else ()
    if len(picked) != 1:
        return False
    run.note("engine", f"takes up the button {offers[picked[0]].title!r}")
    return press(run, offers[picked[0]].value, (run.event.reading or NOTHING_READ).found)


def _referred(run: Run) -> bool:
    referral = run.event.referral
    return referral is not None and flow.start_first(run, run.starts.referrals.get(referral.ref, ()), ())


def _keyword(run: Run) -> bool:
    flows = [name for pattern, name in run.starts.keywords if pattern.search(run.event.text)]
    return flow.start_first(run, flows, (run.event.reading or NOTHING_READ).found)


def _intended(run: Run, reading: Reading) -> bool:
    if not reading.intent:
        return False
    flows = run.starts.intents.get(reading.intent, ())
    if flow.start_first(run, flows, reading.found):
        if reading.then and reading.then != reading.intent:
            run.state.later.append(reading.then)
        return True
    return not flows and commands.obey_within(run, reading.intent)


def _clarify(run: Run, close: Sequence[str]) -> bool:
    options = [
        {"title": flow.intent_title(run, intent), "value": intent} for intent in close if run.starts.intents.get(intent)
    ][:3]
    if len(options) < 2:
        return False
    way_out = run.text(SOMETHING_ELSE, None)
    run.push("system.clarify", options=[*options, {"title": way_out, "value": "none"}])
    return True


def _greet(run: Run) -> bool:
    """A first message that nothing else fits."""
    if not flow.start_first(run, run.starts.first_message, ()):
        run.push("system.greeting", options=menu(run))
    return True


def fall_back(run: Run) -> None:
    """Not understood: rephrase, then the menu, then a person; any success starts the ladder anew."""
    ladder = run.program.bot.fallback
    rung = ladder[min(run.state.misses, len(ladder) - 1)]
    run.state.misses += 1
    run.note("engine", f"not understood, {rung}")
    if rung == "handoff":
        run.hand_over(HandOff("default", note=f"not understood: {run.event.text[:200]}", reason="fallback"))
    else:
        run.push("system.fallback", rung=rung, options=menu(run))

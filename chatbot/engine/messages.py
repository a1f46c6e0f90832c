"""What happens to one message: the order of the contract, read from top to bottom.

With a question open: command, option, slot, clear intent, invalid answer. With none: command, button, referral or
keyword, intent, close race, fallback. The first that fits wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chatbot.content.program import Program
from chatbot.content.steps import AskStep
from chatbot.content.template import Template
from chatbot.engine import answers, commands, flow, guards, questions, silence
from chatbot.engine.answers import Given
from chatbot.engine.corrections import try_correction, try_named
from chatbot.engine.fallback import fall_back
from chatbot.engine.meant import Said
from chatbot.engine.menu import menu
from chatbot.engine.questions import PICK
from chatbot.engine.run import Run
from chatbot.engine.starts import INTENT, Starts
from chatbot.engine.state import Choice, Frame
from chatbot.types import Found, Message, Reading
from chatbot.understanding.denying import denies_word
from chatbot.understanding.entities import pick
from chatbot.understanding.greeting import greets
from chatbot.understanding.repeating import asks_again
from chatbot.understanding.requesting import requests

ONLY_TEXT: Final = Template("Thanks, but I can only read text here. Could you write it?")
DISCLOSURE: Final = Template('Hi! I am the automated assistant of {name}. Type "agent" any time to reach a person.')
SOMETHING_ELSE: Final = Template("Something else")
WAYS_IN: Final = frozenset({"comment", "opt_in"})
"""What is no message to the bot but may start a flow; nobody wants every comment answered."""
NOTHING_READ: Final = Reading("")


def take(run: Run) -> None:
    """One message of the customer."""
    event, reading = run.event, run.event.reading or NOTHING_READ
    if not (event.text.strip() or event.payload or event.attachments or event.referral or _unreadable(run)):
        run.note("engine", "an empty message is ignored")
        return
    if _has_words(event.text, reading) and reading.language in run.program.bot.languages:
        run.state.language = reading.language
    if event.reason in WAYS_IN and not guards.may_start(run, _ways_in(run)):
        run.note("engine", f"no flow starts on this {event.reason}")
        return
    silence.hush(run)
    flow.guarded(run, lambda: _dispatch(run, reading))
    flow.walk(run)


def _dispatch(run: Run, reading: Reading) -> None:
    event = run.event
    offers, run.state.offers = run.state.offers, []
    first = event.facts.control == "bot" and introduce(run)
    if reading.command:
        commands.obey(run, reading.command)
    elif event.facts.control != "bot":
        run.note("engine", f"waits for a person ({event.facts.control}): only commands are answered")
    elif run.state.question is not None:
        _during_question(run, reading)
    else:
        _with_nothing_open(run, reading, offers, first=first)


def _has_words(text: str, reading: Reading) -> bool:
    """Whether a message has a word beside the values in it: an order number alone is in no language."""
    for value in reading.found:
        text = text.replace(value.raw, " ")
    return any(letter.isalpha() for letter in text)


def _unreadable(run: Run) -> bool:
    """A message of a kind we cannot read: the customer said something all the same, and waits."""
    return run.event.reason == "unsupported"


def introduce(run: Run) -> bool:
    """A contact's first message gets the disclosure line before its answer; True if this was the first."""
    if run.state.met:
        return False
    run.state.met = True
    disclose(run)
    return True


def disclose(run: Run) -> None:
    bot = run.program.bot
    if bot.disclosure is not None:
        text = run.text(bot.disclosure, None)
    else:
        scope = run.scope(None)
        scope.names = {"name": bot.name}
        text = run.program.texts.get(run.language, {}).get(DISCLOSURE.source, DISCLOSURE).render(scope)
    run.say(Message(text), None, "system.disclosure")


# --- a question is open ---------------------------------------------------------------------------------------


def _during_question(run: Run, reading: Reading) -> None:
    frame = run.state.top
    assert frame is not None
    if _arrived(run) or _attachment_alone(run, frame):
        return
    if _press(run):
        run.state.misses = 0
        return
    given, wanted = Given(run.event.text, run.event.payload), reading.intent
    picks = answers.picks_option(run, frame, given)
    if not wanted and not picks and asks_again(run.event.text, run.language):
        run.note("engine", "asked to hear the question again")
        questions.repeat(run)
        return
    if not picks and _old_button(run, frame):
        return
    free = answers.takes_any_text(run, frame) and not picks
    if free and (_turn_to(run, frame, wanted, reading.found) or _keyword_meant(run, frame, whole=True)):
        return
    if free and (_words_of_an_ad(run) or _corrected(run, frame, free=True)):
        return
    # In a confirm a new value is a correction even behind a yes: "yes, AB-222222" must not confirm the old one.
    if answers.confirms(run, frame) and _corrected(run, frame, understood=bool(wanted)):
        return
    if not (free or picks) and try_named(run, frame, run.event.text):
        run.state.misses = 0
        return
    asked = frame.question.address if frame.question is not None else ""
    verdict = answers.try_answer(run, frame, given)
    if verdict == "answered":
        run.state.misses = 0
        _corrects_too(run, frame, asked)
        return
    if _answers_beneath(run, frame, given, free_text=False):
        return
    # Which of two values was meant is asked; that one of them would fit elsewhere is chance.
    which = verdict == "ambiguous" and answers.asks(run, frame)
    if not which and _corrected(run, frame, refused=verdict == "refused", understood=bool(wanted)):
        return
    if _turn_to(run, frame, wanted, reading.found) or (not free and _keyword_meant(run, frame)):
        return
    if not (_words_of_an_ad(run) or _answers_beneath(run, frame, given, free_text=True)):
        questions.refuse(run, frame, verdict)


def _arrived(run: Run) -> bool:
    """By a link, an ad or a comment: no answer to the question, and so no wrong one."""
    came = _came_without_words(run)
    if (came or run.event.referral is not None) and _arrived_from(run):
        return True
    return came and questions.repeat(run)


def _words_of_an_ad(run: Run) -> bool:
    """What an ad puts into a message is nobody's answer, and so no wrong one."""
    return run.event.referral is not None and questions.repeat(run)


def _old_button(run: Run, frame: Frame) -> bool:
    """An option of an earlier question: a choice made anew, or nothing; no answer to this one."""
    if not run.event.payload.startswith(PICK):
        return False
    if not _corrected(run, frame):
        run.note("engine", "a button of an earlier question changes nothing")
        questions.repeat(run)
    return True


def _corrects_too(run: Run, frame: Frame, address: str) -> None:
    """What stands beside the answer may take an earlier one back: "a@b.example, no wait, on Friday"."""
    step = run.node(frame, address).step
    answer = frame.slots.get(step.ask) if isinstance(step, AskStep) else None
    if answer is not None and answer.raw and answer.raw != run.event.text:
        try_correction(run, frame, Said(run.event.text.replace(answer.raw, " "), free=True))


def _corrected(run: Run, frame: Frame, *, refused: bool = False, understood: bool = False, free: bool = False) -> bool:
    said = Said(run.event.text, refused=refused, understood=understood, free=free)
    outcome = try_correction(run, frame, said)
    if outcome == "told":
        questions.repeat(run)
    if outcome == "corrected":
        run.state.misses = 0
    return outcome != "nothing"


def _wordless(run: Run) -> bool:
    """Only a picture, a file, or something we cannot read."""
    return not (run.event.text.strip() or run.event.payload) and bool(run.event.attachments or _unreadable(run))


def _attachment_alone(run: Run, frame: Frame) -> bool:
    """The first picture or file sent to a question that wants words costs nothing."""
    if not _wordless(run) or answers.takes_attachment(run, frame):
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
    if beneath.question is None or answers.takes_any_text(run, beneath) != free_text:
        return False
    run.state.frames.pop()
    if answers.try_answer(run, beneath, given) == "answered":
        run.state.misses = 0
        return True
    run.state.frames.append(frame)
    return False


def _turn_to(run: Run, frame: Frame, intent: str, found: Sequence[Found]) -> bool:
    """A clear intent while a question is open: digress; the running flow's own intent only asks again."""
    if not intent:
        return False
    flows = run.starts.intents.get(intent, ())
    if _turn_to_flow(run, frame, flows, found):
        return True
    # A wish for a person is no story, as a story about people is no wish; help may well be a part of one.
    wish = _asks_for_a_person(run, intent) and requests(run.event.text)
    words = answers.takes_any_text(run, frame) and not wish
    return not flows and not words and commands.meant(run, intent)


def _turn_to_flow(run: Run, frame: Frame, flows: Sequence[str], found: Sequence[Found]) -> bool:
    if any(each.flow in flows for each in run.group()):
        return _ask_again(run, frame)
    if not flow.start_first(run, flows, found):
        return False
    run.state.misses = 0
    return True


def _keyword_meant(run: Run, frame: Frame, *, whole: bool = False) -> bool:
    """A keyword while a question is open, as a clear intent is; `whole`: only where it is all that is said."""
    flows = _by_keyword(run, meant=True)
    said = run.event.text.strip().strip(".!?")
    if not flows or (whole and not any(pattern.fullmatch(said) for pattern, _ in run.starts.keywords)):
        return False
    return _turn_to_flow(run, frame, flows, (run.event.reading or NOTHING_READ).found)


def _ask_again(run: Run, frame: Frame) -> bool:
    """The running flow's own intent: the question is put again, and costs no try.

    A question that takes any words does so once only: who says it again means it as the answer.
    """
    assert frame.question is not None
    said = f"{frame.question.address}#own"
    if answers.takes_any_text(run, frame):
        if said in frame.wrong:
            return False
        frame.wrong[said] = 1
    run.note(frame.flow, "its own intent: the question is put again")
    base, found = run.group()[0], (run.event.reading or NOTHING_READ).found
    answers.fill(run, base, run.graph(base).slots, found)
    return questions.repeat(run)


# --- nothing is open ------------------------------------------------------------------------------------------


def _with_nothing_open(run: Run, reading: Reading, offers: Sequence[Choice], *, first: bool) -> None:
    if _press(run) or _take_offer(run, offers) or _arrived_from(run) or _keyword(run) or _intended(run, reading):
        run.state.misses = 0
        return
    if _clarify(run, reading.close or _perhaps_a_person(run, reading)):
        return
    if _wordless(run):
        run.say(Message(run.text(ONLY_TEXT, None)), None, "engine")
        return
    if first and _greet(run):
        return
    if greets(run.event.text) or _came_without_words(run):
        run.note("engine", "a greeting that starts no flow of its own")
        run.state.misses = 0
        run.push("system.greeting", options=menu(run))
        return
    fall_back(run)


def _button_intent(payload: str) -> str:
    return payload.removeprefix(INTENT) if payload.startswith(INTENT) else ""


def command_of(program: Program, starts: Starts, payload: str, read: str) -> str:
    """The command intent of a message that pressed `payload` and whose words were read as the command `read`."""
    intent = _button_intent(payload)
    if intent in program.intents:
        return intent if program.intents[intent].command else ""
    return "" if payload in starts.buttons or payload.startswith(PICK) else read


def _press(run: Run) -> bool:
    """A button that starts something, wherever it was pressed."""
    payload, found = run.event.payload, (run.event.reading or NOTHING_READ).found
    return bool(payload) and press(run, payload, found)


def press(run: Run, payload: str, found: Sequence[Found]) -> bool:
    intent = _button_intent(payload)
    if intent:
        return _press_intent(run, intent, found)
    return flow.start_first(run, run.starts.buttons.get(payload, ()), found)


def _press_intent(run: Run, intent: str, found: Sequence[Found]) -> bool:
    """A pressed button is meant, whichever command it is."""
    known = run.program.intents.get(intent)
    if known is None:
        return False
    if known.command is not None:
        commands.obey(run, intent)
        return True
    return flow.start_on_intent(run, intent, found)


def _take_offer(run: Run, offers: Sequence[Choice]) -> bool:
    """The title or number of a button just shown does what the button does."""
    titles = [offer.title for offer in offers]
    picked = pick(run.event.text, titles, locale=run.event.facts.locale or run.language) if offers else ()
    if len(picked) != 1:
        return False
    run.note("engine", f"takes up the button {offers[picked[0]].title!r}")
    return press(run, str(offers[picked[0]].value), (run.event.reading or NOTHING_READ).found)


def _came_without_words(run: Run) -> bool:
    """By an ad, a link, an opt-in or a comment, with nothing said to the bot."""
    event = run.event
    if event.reason in WAYS_IN or event.reason == "referral":
        return True  # whatever the platform puts into its text, such as Telegram's "/start summer"
    silent = not (event.text.strip() or event.payload or event.attachments or _unreadable(run))
    return event.referral is not None and silent


def _arrived_from(run: Run) -> bool:
    """A message that came by a way a flow starts on."""
    if not flow.start_first(run, _ways_in(run), (run.event.reading or NOTHING_READ).found):
        return False
    run.state.misses = 0
    return True


def _ways_in(run: Run) -> list[str]:
    """The flows that start on the way a message came: a referral, an opt-in, a comment, the reply to a story."""
    event, starts = run.event, run.starts
    flows: list[str] = []
    if event.referral is not None:
        # An ad is known by its id where its reference is another one for each click, or none.
        for name in dict.fromkeys((event.referral.ref, event.referral.ad_id)):
            flows += starts.referrals.get(name, ())
    if event.reason == "opt_in":
        flows += starts.opt_ins.get(event.payload, ())
    if event.reason == "comment":
        flows += starts.comment_reply
    if any(attachment.kind == "story" for attachment in event.attachments):
        flows += starts.story_reply
    return flows


def _keyword(run: Run) -> bool:
    return flow.start_first(run, _by_keyword(run), (run.event.reading or NOTHING_READ).found)


def _by_keyword(run: Run, *, meant: bool = False) -> list[str]:
    """The flows whose keyword a message has; `meant`: and no denial right before it ("no parking")."""
    text = run.event.text
    found = ((pattern.search(text), name) for pattern, name in run.starts.keywords)
    return [name for word, name in found if word and not (meant and denies_word(word.start(), text))]


def _intended(run: Run, reading: Reading) -> bool:
    if not reading.intent:
        return False
    flows = run.starts.intents.get(reading.intent, ())
    if flow.start_first(run, flows, reading.found):
        if reading.then != reading.intent and _can_be_offered(run, reading.then):
            run.state.later.append(reading.then)
            run.state.brought = list(reading.found)
        return True
    return not flows and commands.meant(run, reading.intent)


def _can_be_offered(run: Run, intent: str) -> bool:
    return _asks_for_a_person(run, intent) or guards.may_start(run, run.starts.intents.get(intent, ()))


def _asks_for_a_person(run: Run, intent: str) -> bool:
    known = run.program.intents.get(intent)
    return known is not None and known.command == "human"


def _perhaps_a_person(run: Run, reading: Reading) -> tuple[str, ...]:
    """Who may be asking for a person is asked, even where nothing else comes near: nobody climbs a ladder for that."""
    best = reading.ranked[0] if reading.ranked else None
    if best is None or best.probability < run.program.bot.matching.suggest or not _asks_for_a_person(run, best.intent):
        return ()
    return (best.intent,)


def _clarify(run: Run, close: Sequence[str]) -> bool:
    options = [
        {"title": flow.intent_title(run, intent), "value": intent} for intent in close if _can_be_offered(run, intent)
    ][:3]
    if len(options) < 2 and not any(_asks_for_a_person(run, option["value"]) for option in options):
        return False
    way_out = run.text(SOMETHING_ELSE, None)
    run.state.brought = list((run.event.reading or NOTHING_READ).found)
    run.push("system.clarify", options=[*options, {"title": way_out, "value": "none"}])
    return True


def _greet(run: Run) -> bool:
    """A first message that nothing else fits."""
    if not flow.start_first(run, run.starts.first_message, ()):
        run.push("system.greeting", options=menu(run))
    return True

"""Laws that hold for any flow and any course of a conversation, over generated programs and events."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.engine.engine import Engine
from chatbot.engine.state import Frame, State, decode, encode
from chatbot.types import StartTimer, TimerFired
from tests.engine.talk import Talk, program

WORDS = (
    "yes",
    "no",
    "AB-123456",
    "7",
    "two",
    "hello there",
    "",
    "  ",
    "a@b.example",
    "😀",
    "שלום",
    "2",
    "Blue",
    "{x}",
    "x" * 300,
)
FLOWS = ("one", "two", "three")
COMMANDS = ("human", "cancel", "restart", "help", "opt_out", "opt_in", "delete_data", "emergency")


def steps(depth: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    plain: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [
            {"say": "Hello {x}"},
            {"say": ["a", "b", "c"], "buttons": [{"title": "Blue", "intent": "two"}]},
            {"ask": "order_number", "say": "Number?", "tries": "2"},
            {"ask": "mail", "if_silent": [{"after": "5m", "say": "Still there?"}]},
            {"ask": "story", "if_silent": [{"after": "5m", "end": "gone"}]},
            {"choose": "color", "options": [{"title": "Red"}, {"title": "Blue", "then": {"say": "b"}}]},
            {"confirm": "Sure?", "if_no": {"end": "no"}, "if_failed": {"say": "never mind"}},
            {"confirm": "Really?"},
            {"set": {"x": "1"}},
            {"set": {"x": "x + 1", "contact.n": "len(message)"}},
            {"fetch": "GET shop /a/{x}", "save": "x", "if_error": {"404": {"say": "none"}, "other": {"again": "mail"}}},
            {"fetch": "GET shop /b", "save": "x"},
            {"fetch": "POST shop /b", "save": {"x": "a", "mail": "b.c"}, "if_error": {"end": "broken"}},
            {"run": "act", "with": {"a": "x", "b": "{mail}"}, "save": {"x": "a"}, "if_error": [{"say": "none"}]},
            {"run": "act", "with": {"n": "x + 1"}, "if_error": {"KeyError": {"again": "mail"}, "other": {"say": "b"}}},
            {"handoff": "default"},
            {"handoff": "default", "then": {"say": "back"}, "if_closed": {"say": "closed"}},
            {"call": "two"},
            {"call": "three", "with": {"x": "x"}, "save": {"x": "mail"}},
            {"again": "order_number"},
            {"end": "early"},
            {"tag": "seen"},
            {"tag": {"goal": "sold", "value": "1 + 1"}},
            {
                "form": ["story", {"ask": "mail", "say": "Mail, please?"}],
                "tries": "2",
                "if_failed": {"say": "never mind"},
            },
            {"form": ["mail"], "say": "Some questions.", "if_silent": [{"after": "5m", "say": "Still there?"}]},
            {"wait": "10m"},
            {"wait": {"until": "18:00"}},
            {"wait": {"until": "{x}"}},
            {"wait": {"event": "paid"}, "save": "x", "if_silent": [{"after": "5m", "say": "Not yet."}]},
            {"wait": {"event": "paid"}, "if_silent": [{"after": "5m", "end": "late"}]},
            {"remind": "paid", "after": "5m", "with": {"a": "x"}},
            {"remind": "two", "after": "10m"},
            {
                "split": "color",
                "branches": [{"weight": "1", "then": {"say": "a"}}, {"weight": "2", "then": {"again": "mail"}}],
            },
            {"consent": "offers", "say": "May we?", "if_no": {"say": "no offers"}},
            {"consent": "offers", "action": "revoke"},
            {"rate": "csat", "tries": "2"},
            {"say": "Look", "cards": {"title": "Hat", "buttons": [{"title": "Buy", "intent": "two"}]}, "delay": "2s"},
            {"say": "Only sometimes", "if_not_sent": {"end": "missed"}},
        ]
    )
    if depth == 0:
        return st.lists(plain, max_size=4)
    inner = steps(depth - 1)
    branch: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {"if": st.sampled_from(["x == 1", "message == 'yes'", "mail"]), "then": inner}
    )
    return st.lists(st.one_of(plain, branch), min_size=1, max_size=5)


@st.composite
def programs(draw: st.DrawFn) -> Any:
    texts = []
    for name in FLOWS:
        body = draw(steps(1))
        # Every slot that `again` may name is asked for somewhere.
        body.append({"ask": "order_number", "say": "Last number?"})
        body.append({"ask": "mail", "say": "Mail?"})
        flow = {
            "flow": name,
            "start": [{"intent": name}, *([{"event": "paid"}] if name == "three" else [])],
            "slots": {"order_number": "order_number", "mail": "email", "story": "text"},
            "steps": body,
        }
        texts.append(yaml.safe_dump(flow, sort_keys=False))
    return program(*texts, bot={"services": {"shop": {"url": "https://shop.example"}}, "defaults": {"silence": "20m"}})


moves = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(WORDS), st.sampled_from(["", "", "", *FLOWS])),
    st.tuples(st.just("commands"), st.sampled_from(COMMANDS)),
    st.tuples(st.just("answers"), st.sampled_from([(200, {"a": 1}), (404, None), (500, None), (0, "timeout")])),
    st.tuples(st.just("waits"), st.sampled_from([1, 5, 25])),
    st.tuples(st.just("hears"), st.sampled_from(["paid", "unheard of"])),
    st.tuples(st.just("refused"), st.sampled_from(["say:only-sometimes", "ask:mail", "gone"])),
    st.tuples(st.just("stale timer"), st.integers(0, 5)),
    st.tuples(st.just("returned")),
    st.tuples(st.just("close race")),
)


def play(talk: Talk, move: tuple[Any, ...]) -> None:
    match move:
        case ("says", text, intent):
            # While a call runs the path keeps messages back; only commands reach the engine.
            if talk.state.call is None:
                talk.says(text, intent)
        case ("commands", command):
            talk.says(command, command=command)
        case ("answers", (status, body)) if talk.state.call is not None:
            talk.service_answers(status, None if body == "timeout" else body, error="timeout" if not status else "")
        case ("waits", minutes):
            talk.minutes_pass(minutes)
        case ("hears", name) if talk.state.call is None:
            talk.hears(name, amount=5)
        case ("refused", address):
            talk.happens("not_sent", reason="blocked", origin=f"one/{address}")
        case ("stale timer", visit):
            for name in ("silence", f"wait:{visit - 1000}", f"remind:{visit - 1000}"):
                talk.happens("timer", timer=TimerFired(name, visit - 1000))
        case ("returned",) if talk.control == "queued":
            talk.control = "bot"
            talk.happens("returned")
        case ("close race",) if talk.state.call is None:
            talk.says("one or two", close=("one", "two"))


def groups(frames: list[Frame]) -> list[list[Frame]]:
    """Each flow with all it called."""
    found: list[list[Frame]] = []
    for frame in frames:
        if frame.called and found:
            found[-1].append(frame)
        else:
            found.append([frame])
    return found


def check_laws(talk: Talk) -> None:
    frames = talk.state.frames
    assert all(not frame.running or i < len(frames) - 1 for i, frame in enumerate(frames)), (
        "a flow stands still, unseen"
    )
    waiting = [any(each.wait for each in group) for group in groups(frames)]
    bases = [group[0].flow for group, waits in zip(groups(frames), waiting, strict=True) if not waits]
    assert len(bases) <= 3 + 1, "deeper than `depth` and an offer to resume"
    assert len(bases) == len(set(bases)), "a flow is on the stack twice"
    timed = {frame.wait.visit for frame in frames if frame.wait and not frame.wait.event}
    assert timed <= {timer.visit for timer in talk.timers.values()} or talk.control != "bot", "a wait without end"
    assert set(talk.state.reminders) <= {timer.visit for timer in talk.timers.values()}, "a reminder without a timer"
    if talk.control == "bot" and frames and frames[-1].question is not None:
        timer = talk.timers.get("silence")
        assert timer is not None, "an open question that nothing will ever close"
        assert timer.visit == frames[-1].question.visit
    assert decode(encode(talk.state)) == talk.state


@settings(max_examples=150, deadline=None)
@given(programs(), st.lists(moves, max_size=14))
def test_any_course_of_any_conversation_keeps_the_laws_and_replays_to_the_same_end(
    made: Any, course: list[tuple[Any, ...]]
) -> None:
    talk = Talk(made)
    texts: list[str] = []
    for move in course:
        before = len(talk.events)
        play(talk, move)
        if len(talk.events) > before:
            texts += talk.texts
        check_laws(talk)

    again, state, replayed = Engine(made, talk.engine.entities), State(met=True, turns=1), []
    for event in talk.events:
        turn = again.advance(decode(encode(state)), event)
        state = turn.state
        replayed.append(turn.effects)
    assert state == talk.state
    assert replayed[-1:] == ([talk.turn.effects] if talk.events else [])


@settings(max_examples=60, deadline=None)
@given(programs(), st.text(max_size=200), st.text(max_size=30))
def test_no_text_and_no_payload_breaks_the_engine(made: Any, text: str, payload: str) -> None:
    talk = Talk(made)
    talk.says("go", "one")
    if talk.state.call is None:
        talk.says(text, payload=payload)
    check_laws(talk)


def test_a_timer_is_only_ever_set_for_the_visit_that_is_open() -> None:
    talk = Talk(program("flow: f\nstart: [{intent: go}]\nslots: {m: email}\nsteps: [{ask: m, say: Mail?}]"))
    talk.says("go", "go")
    started = [effect for effect in talk.turn.effects if isinstance(effect, StartTimer)]
    assert talk.state.question is not None
    assert [timer.visit for timer in started] == [talk.state.question.visit]

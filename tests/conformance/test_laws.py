"""Laws over generated programs and courses of events, through the bare engine and through the durable path.

The generators and the laws of the stack, of open questions and of waits are those of tests/engine/test_laws.py.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from contextlib import suppress
from pathlib import Path as File
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.content.load import load_texts
from chatbot.conversation.codec import EVENT
from chatbot.conversation.path import Path
from chatbot.conversation.programs import Programs
from chatbot.conversation.queues import QueueBoard
from chatbot.conversation.turn import take_turn
from chatbot.engine.engine import Engine
from chatbot.engine.state import State, decode, encode
from chatbot.errors import Refused
from chatbot.runtime import compiled
from chatbot.storage.sqlite.store import SqliteStore
from chatbot.testing.models import Setting
from chatbot.testing.simulator import ImpossibleMove
from chatbot.types import Call, CallAnswer, Say, TimerFired
from tests.conformance.kit import BOT, HOURS, INTENTS, REFUND, bot, files
from tests.conversation.path_kit import ACCOUNT, NOW, FakeChannel, said
from tests.conversation.test_replay import stored
from tests.engine.talk import Talk
from tests.engine.test_laws import check_laws, moves, play, programs

MOST_TRACE: Final = 1000
"""Lines of trace one turn may leave: two hundred steps, each with a few."""

EVERY_VERB: Final = """\
- { say: [Hello, Hi, Good day], buttons: [{ title: Hours, intent: opening_hours }], if_not_sent: { tag: unreached } }
- { form: [{ ask: order_number, say: Number?, tries: 4 }, { ask: email, say: Mail?, if_silent: { after: 5m, say: Still there? } }] }
- { split: tone, branches: [{ weight: 1, then: { say: Tone a }  }, { weight: 2, then: { say: [Tone b, Tone c] } }] }
- { choose: color, say: Color?, options: [{ title: Red }, { title: Blue, then: { set: { n: 1 } } }] }
- { fetch: "GET shop /orders/{order_number}", save: o, if_error: { 404: { say: Not found. }, other: { say: Shop down. } } }
- { remind: shipped, after: 30m, with: { what: order_number } }
- { consent: news, say: News?, if_no: { say: No news. } }
- { confirm: "Order {order_number}?", if_no: [{ say: Kept. }, { end: kept }] }
- { call: inner, save: { mine: out }, with: { n: 2 } }
- { wait: { event: paid }, save: p, if_silent: { after: 10m, say: Not paid. } }
- { rate: csat, say: How was it?, if_invalid: One to five. }
- { ask: story, say: Anything else? }
- { handoff: orders, note: "{story}", then: { say: Welcome back. } }
"""
INNER: Final = "flow: inner\nslots: { n: integer, m: integer }\nreturns: [out]\nsteps: [{ ask: m, say: M? }, { set: { out: n * m } }]"
SHIPPED: Final = "flow: shipped\ntitle: S\nstart: { event: shipped }\nsteps: [{ say: 'Shipped {event.what}.' }, { ask: count, say: How many? }]\nslots: { count: integer }"
LOADED = load_texts(files(EVERY_VERB, INNER, SHIPPED, HOURS, REFUND, bot=BOT, intents__main=INTENTS), {})
assert LOADED.program is not None, [problem for problem in LOADED.diagnostics if problem.is_error]
READY = compiled(LOADED.program)

WORDS = (
    "track my order", "where is my order AB-123456", "AB-123456, a@b.example", "AB-222222", "a@b.example", "Blue", "2", "yes", "no",
    "no, AB-333333", "5", "when are you open", "refund me please", "agent", "cancel", "unsubscribe", "start", "help", "start over",
    "blorp", "", "😀", "{order_number}", "it broke", "track my order and when are you open",
)  # fmt: skip
HAPPENINGS = ("claim", "release", "resolve", "event paid", "event shipped", "wait 6", "wait 40")


# --- the bare engine ----------------------------------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(programs(), st.lists(moves, max_size=16))
def test_every_turn_of_a_generated_course_is_the_same_again(made: Any, course: list[tuple[Any, ...]]) -> None:
    """A.60 determinism through the bare engine: each turn of a replay has the same state and the same effects"""
    talk = Talk(made)
    lived: list[tuple[bytes, tuple[Any, ...]] | None] = []
    for move in course:
        known = len(talk.events)
        play(talk, move)
        if len(talk.events) == known + 1:
            lived.append((encode(talk.state), talk.turn.effects))
        else:
            lived += [None] * (len(talk.events) - known)
    engine, state = Engine(made, talk.engine.entities), State(met=True, turns=1)
    for event, before in zip(talk.events, lived, strict=True):
        turn = engine.advance(decode(encode(state)), event)
        state = turn.state
        assert before is None or before == (encode(state), turn.effects)


@settings(max_examples=120, deadline=None)
@given(programs(), st.lists(moves, max_size=16))
def test_no_turn_takes_more_steps_than_its_bound(made: Any, course: list[tuple[Any, ...]]) -> None:
    """A.61 bounded steps, no unhandled failure"""
    talk = Talk(made)
    for move in course:
        play(talk, move)
        assert len(talk.turn.trace) <= MOST_TRACE
        assert len(talk.texts) <= 2 * 200


@settings(max_examples=120, deadline=None)
@given(programs(), st.lists(moves, max_size=12), st.integers(1, 50))
def test_a_timer_of_another_visit_changes_nothing(made: Any, course: list[tuple[Any, ...]], behind: int) -> None:
    """A.62 timers fenced: one that fires late, for a visit that is over, says and changes nothing"""
    talk = Talk(made)
    for move in course:
        play(talk, move)
        for name in ("silence", f"wait:{-behind}", f"remind:{-behind}"):
            before = decode(encode(talk.state))
            assert talk.happens("timer", timer=TimerFired(name, -behind)) == []
            assert talk.state.frames == before.frames
            assert talk.state.reminders == before.reminders
            assert talk.state.misses == before.misses


@settings(max_examples=120, deadline=None)
@given(programs(), st.lists(moves, max_size=16))
def test_no_slot_is_lost_while_another_flow_runs(made: Any, course: list[tuple[Any, ...]]) -> None:
    """A.63 no lost slot: a flow that stays beneath another keeps every slot"""
    talk = Talk(made)
    for move in course:
        before = decode(encode(talk.state)).frames
        play(talk, move)
        after = talk.state.frames
        for index, frame in enumerate(before[:-1]):
            if frame.wait is not None:
                continue  # it may have got a twin, which waits beneath it with slots of its own
            if index < len(after) - 1 and after[index].flow == frame.flow and before[-1].flow == after[-1].flow:
                assert after[index].slots == frame.slots
        check_laws(talk)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS + HAPPENINGS), max_size=14))
def test_a_bot_of_every_verb_never_fails_and_never_falls_silent(course: list[str]) -> None:
    """A.64 no unhandled failure; 4 Errors: never silence: a message of words with no person in control is answered"""
    talk = bot(EVERY_VERB, INNER, SHIPPED, HOURS, REFUND).bench.simulator(
        Setting(), NOW, lambda call, _n: CallAnswer(call.id, 200, body={"status": "late"})
    )
    for move in ("track my order", *course):
        name, _, what = move.partition(" ")
        with suppress(Refused, ImpossibleMove):
            if name == "event":
                talk.event(what)
            elif name == "wait":
                talk.after(int(what) * 60_000)
            elif name == "claim":
                talk.claim("ana")
            elif name in ("release", "resolve"):
                getattr(talk, name)()
            else:
                before = talk.scene.record.control
                moved = talk.user(move)
                told = "something went wrong" in " ".join(line.message.text for line in moved.lines)
                assert not told, [trace.note for trace in moved.trace]
                assert moved.lines or before != "bot" or not move.strip() or _waits_quietly(moved)


def _waits_quietly(moved: Any) -> bool:
    """The answer led into a `wait`, or to the end of a flow: nothing is left to say, and the trace tells."""
    return any("wait" in trace.at or "wait" in trace.note or "end" in trace.note for trace in moved.trace)


# --- the durable path ---------------------------------------------------------------------------------------


class Shop:
    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer:
        return CallAnswer(call.id, 404) if "222222" in call.path else CallAnswer(call.id, 200, body={"status": "late"})


async def live(folder: File, course: list[str]) -> None:
    """A conversation over the real path, on real SQLite."""
    ticks, ahead = itertools.count(NOW, 100), [0]
    store, channel = SqliteStore.open(folder / "bot.db", durability="fast"), FakeChannel()

    def clock() -> int:
        return next(ticks) + ahead[0]

    programs_of = Programs(store, READY, lambda _bundle: READY, clock)
    await programs_of.activate(READY, LOADED.bundle)
    board = QueueBoard(READY.program.bot)
    path = Path(store, {ACCOUNT: channel}, Shop(), programs_of, take_turn, board.facts, clock)
    async with path.running():
        for number, move in enumerate(["track my order", *course, "bye"]):
            name, _, what = move.partition(" ")
            if name in ("claim", "release", "resolve"):
                for waiting in (await path.handoffs.list())[:1]:
                    with suppress(Refused):
                        await getattr(path.handoffs, name)(waiting.id, "ana")
                continue
            if name == "wait":
                # The loop sleeps in real time; it sees that the clock has moved with the next thing that arrives.
                ahead[0] += int(what) * 60_000
                continue
            if name == "event":
                await path.accept(ACCOUNT, [said("", number, kind="event", at=clock(), payload=what)])
            else:
                await path.accept(ACCOUNT, [said(move, number, at=clock())])
            await path.quiet()
    await store.close(clean=True)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS + HAPPENINGS), min_size=1, max_size=12))
def test_what_the_durable_path_stored_replays_to_the_same_states_and_texts(course: list[str]) -> None:
    """A.65 determinism through the durable path, with every verb"""
    with tempfile.TemporaryDirectory() as name:
        folder = File(name)
        asyncio.run(live(folder, course))
        events, state, texts = stored(folder)
    again, told = State(), []
    for event in events:
        turn = READY.engine.advance(decode(encode(again)), EVENT.decode(event))
        again = turn.state
        told += [effect.message.text for effect in turn.effects if isinstance(effect, Say)]
    assert told == texts
    assert not events or encode(again) == state

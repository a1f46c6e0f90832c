"""Laws of the simulator over moves nobody thought of: repeatable, can be gone back, never stuck."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.errors import ChatbotError
from chatbot.testing.alignment import Listed, Spoken, align
from chatbot.testing.bench import Bench
from chatbot.testing.cases import MONDAY
from chatbot.testing.models import Setting
from chatbot.testing.simulator import Simulator
from chatbot.types import Call, CallAnswer

TEXTS = st.one_of(
    st.sampled_from(
        ["track my order", "AB-123456", "AB-000001", "yes", "no", "agent", "cancel", "stop", "thanks a lot", "1"]
    ),
    st.text(max_size=30),
)
MOVES = st.one_of(
    st.tuples(st.just("user"), TEXTS),
    st.tuples(st.just("button"), st.sampled_from(["ORDER_STATUS", "Check another", "Yes"])),
    st.tuples(st.just("after"), st.integers(1, 3 * 3_600_000)),
    st.tuples(st.sampled_from(["claim", "say"]), st.just("ana")),
    st.tuples(st.sampled_from(["release", "resolve"]), st.just("")),
)
RARELY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def respond(call: Call, attempt: int) -> CallAnswer:
    known = {"/orders/AB-123456": (200, 5), "/orders/AB-000001": (200, 0)}
    status, late = known.get(call.path, (503, 0))
    return CallAnswer(call.id, status, body={"status": "transit", "days_late": late})


def make(simulator: Simulator, move: tuple[str, str | int]) -> list[str]:
    """What is said; a move the moment does not allow says why and changes nothing."""
    name, argument = move
    before = simulator.scene
    try:
        moved = getattr(simulator, name)(*([argument] if argument != "" or name == "user" else []))
    except ChatbotError as error:
        simulator.scene = before
        return [str(error)]
    return [line.message.text for line in moved.lines]


@RARELY
@given(st.lists(MOVES, max_size=12))
def test_the_same_moves_give_the_same_conversation(bench: Bench, moves: list[tuple[str, str | int]]) -> None:
    first, second = (bench.simulator(Setting(), MONDAY, respond) for _ in range(2))
    assert [make(first, move) for move in moves] == [make(second, move) for move in moves]
    assert first.scene == second.scene


@RARELY
@given(st.lists(MOVES, min_size=1, max_size=8), st.data())
def test_every_moment_can_be_gone_back_to(
    bench: Bench, moves: list[tuple[str, str | int]], data: st.DataObject
) -> None:
    simulator = bench.simulator(Setting(), MONDAY, respond)
    moments, said = [simulator.scene], []
    for move in moves:
        said.append(make(simulator, move))
        moments.append(simulator.scene)
    back = data.draw(st.integers(0, len(moves) - 1))
    simulator.scene = moments[back]
    assert [make(simulator, move) for move in moves[back:]] == said[back:]
    assert simulator.scene == moments[-1]


@RARELY
@given(st.lists(MOVES, max_size=12))
def test_nobody_waits_for_a_call_that_was_answered(bench: Bench, moves: list[tuple[str, str | int]]) -> None:
    simulator = bench.simulator(Setting(), MONDAY, respond)
    now = MONDAY
    for move in moves:
        make(simulator, move)
        scene = simulator.scene
        assert (scene.call, scene.parked) == (None, ())
        assert (scene.handoff is None) == (scene.record.control == "bot")
        assert scene.now >= now
        now = scene.now


@given(
    st.lists(st.sampled_from("abc*"), max_size=6),
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=6),
)
def test_an_alignment_leaves_nothing_out_and_nothing_disordered(
    listed: list[str], spoken: list[tuple[str, bool]]
) -> None:
    left = [Listed((text,), line) for line, text in enumerate(listed)]
    right = [Spoken(text, implied) for text, implied in spoken]
    rows = align(left, right)
    assert [row.listed for row in rows if row.listed] == left
    assert [row.spoken for row in rows if row.spoken] == right

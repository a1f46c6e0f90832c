"""`fetch` and `run` in conversations: what is asked, what is kept, which way a failure leads, and what is too late."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from chatbot.content.steps import FetchStep
from chatbot.content.values import EvaluationError, Scope
from chatbot.types import CallAnswer, Slot, StopCall
from tests.engine.talk import MONDAY, Talk, program

SERVICES: dict[str, Any] = {"services": {"shop": {"url": "https://shop.example", "timeout": "2s", "retry": "1"}}}


def flow(*steps: str, slots: str = "{ order: text, amount: number, city: city }") -> str:
    lines = "".join(f"  - {step}\n" for step in steps)
    return f"flow: f\nstart: [{{ intent: go }}]\nslots: {slots}\nsteps:\n{lines}"


def talk(*steps: str, more: str = "", **settings: Any) -> Talk:
    texts = [flow(*steps), *([more] if more else [])]
    return Talk(program(*texts, bot={**SERVICES, **settings}))


ASK = "{ ask: order, say: Which? }"


# --- fetch: what is asked ----------------------------------------------------------------------------------------


def test_values_cannot_leave_their_place_in_an_address() -> None:
    said = talk(ASK, '{ fetch: "GET shop /orders/{order}/items?q={order}", save: x }')
    said.says("go", "go")
    said.says("a/../b?c=d&e#f%2e ü")
    assert said.call is not None
    assert said.call.path == (
        "/orders/a%2F..%2Fb%3Fc%3Dd%26e%23f%252e%20%C3%BC/items?q=a%2F..%2Fb%3Fc%3Dd%26e%23f%252e%20%C3%BC"
    )


LINE = FetchStep.model_validate({"fetch": "GET shop /orders/{order}/items?of={order}"}).fetch


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_whatever_is_typed_an_address_keeps_its_parts(typed: str) -> None:
    scope = Scope({"order": Slot(typed)}, datetime(2026, 1, 5, tzinfo=UTC), lambda _: True)
    if typed in (".", ".."):
        with pytest.raises(EvaluationError):
            LINE.render_path(scope)
        return
    url = URL("https://shop.example" + LINE.render_path(scope), encoded=True)
    assert url.host == "shop.example"
    assert len(url.raw_path.split("/")) == 4
    assert unquote(url.raw_path.split("/")[2]) == typed
    assert url.raw_path.endswith("/items")
    assert parse_qsl(url.raw_query_string) == [("of", typed)]


@pytest.mark.parametrize("word", ["..", ".", "%2e%2e/.."])
def test_a_value_that_would_leave_its_path_takes_the_outcome_of_a_failure(word: str) -> None:
    said = talk(ASK, '{ fetch: "GET shop /orders/{order}", if_error: { other: [{ say: Not that. }] } }')
    said.says("go", "go")
    words = said.says(word)
    assert (words == ["Not that."]) == (word in ("..", "."))


def test_query_and_headers_carry_keys_and_leave_out_what_is_not_there() -> None:
    said = talk(
        "{ ask: city, say: Where? }",
        '{ fetch: "GET shop /x", with: { c: "{city}", n: "{amount}", w: "in {city}" }, headers: { X-C: "{city}" } }',
    )
    said.says("go", "go")
    said.says("big apple")
    assert said.call is not None
    assert said.call.query == {"c": "nyc", "w": "in nyc"}
    assert said.call.headers == {"X-C": "nyc"}


def test_a_line_break_in_a_header_is_no_header() -> None:
    said = talk(ASK, '{ fetch: "GET shop /x", headers: { X-O: "{order}" }, if_error: [{ say: No. }] }')
    said.says("go", "go")
    assert said.says("a\r\nX-Admin: yes") == ["No."]


@pytest.mark.parametrize(
    ("step", "retries", "timeout"),
    [
        ("{ fetch: GET shop /x }", 1, 2000),
        ("{ fetch: PUT shop /x }", 1, 2000),
        ("{ fetch: POST shop /x }", 0, 2000),
        ("{ fetch: POST shop /x, retry: 3, timeout: 100ms }", 3, 100),
        ("{ run: act }", 0, 5000),
        ("{ run: act, timeout: 30s }", 0, 30_000),
    ],
)
def test_what_may_be_made_again_and_by_when(step: str, retries: int, timeout: int) -> None:
    said = talk(step)
    said.says("go", "go")
    call = said.call
    assert call is not None
    assert (call.retries, call.timeout) == (retries, timeout)
    assert (
        MONDAY + (retries + 1) * timeout <= call.deadline_at <= MONDAY + (retries + 1) * timeout + retries * 1000 + 1000
    )


# --- run: what is asked ------------------------------------------------------------------------------------------


def test_arguments_are_expressions_or_texts_and_keep_their_types() -> None:
    arguments = 'a: amount + 1, b: "{amount}", c: "no. {amount}", d: \'"text"\', e: order, f: "[1, true]"'
    said = talk("{ ask: amount, say: How many? }", f"{{ run: check_stock, with: {{ {arguments} }} }}")
    said.says("go", "go")
    said.says("3")
    call = said.call
    assert call is not None
    assert (call.action, call.service, call.method, call.path) == ("check_stock", "", "", "")
    assert call.json == {"a": 4, "b": 3, "c": "no. 3", "d": "text", "e": None, "f": [1, True]}
    assert call.about["conversation"] == 1
    assert call.about["now"] == "2026-01-05T10:00:00+00:00"


def test_the_trace_names_an_action_and_its_arguments_without_their_values() -> None:
    said = talk(ASK, "{ run: check_stock, with: { sku: order } }")
    said.says("go", "go")
    said.says("PRIVATE")
    assert "check_stock(sku)" in said.notes
    assert "PRIVATE" not in said.notes


def test_an_argument_that_cannot_be_computed_takes_the_outcome_of_a_failure() -> None:
    said = talk("{ run: check_stock, with: { n: amount + 1 }, if_error: [{ say: No. }] }")
    assert said.says("go", "go") == ["No."]


# --- what is kept ------------------------------------------------------------------------------------------------

BODY = {"order": {"status": "late", "items": [{"name": "Lamp"}]}, "eta": None}


@pytest.mark.parametrize("step", ["fetch: GET shop /x", "run: act"])
@pytest.mark.parametrize(
    ("save", "text", "said"),
    [
        ("o", "{o.order.status} {o.order.items.0.name}", "late Lamp"),
        ("{ s: order.status, n: order.items.0.name }", "{s} {n}", "late Lamp"),
        ("{ s: order.nowhere.at_all, e: eta }", "{s|default('none')} {e|default('none')}", "none none"),
        ("{ s: order.items.7.name }", "{s|default('none')}", "none"),
        ("{ order: order.status, s: order.status }", "{order} {s}", "late late"),
    ],
)
def test_an_answer_is_kept_whole_or_by_its_parts(step: str, save: str, text: str, said: str) -> None:
    conversation = talk(f"{{ {step}, save: {save} }}", f'{{ say: "{text}" }}')
    conversation.says("go", "go")
    assert conversation.service_answers(body=BODY) == [said]


def test_what_is_kept_under_the_name_of_a_slot_fills_it() -> None:
    said = talk("{ run: act, save: { amount: n } }", "{ ask: amount, say: How many? }", '{ say: "{amount}" }')
    said.says("go", "go")
    assert said.service_answers(body={"n": 4}) == ["4"]
    said = talk("{ run: act, save: { amount: n } }", "{ ask: amount, say: How many? }")
    said.says("go", "go")
    assert said.service_answers(body={}) == ["How many?"]


# --- failures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "failure", "said"),
    [
        ("fetch: GET shop /x", {"status": 404}, "404"),
        ("fetch: GET shop /x", {"status": 503}, "other"),
        ("fetch: GET shop /x", {"error": "timeout"}, "timeout"),
        ("fetch: GET shop /x", {"error": "refused"}, "other"),
        ("fetch: GET shop /x", {"status": 200, "error": "invalid"}, "other"),
        ("fetch: GET shop /x", {"status": 302}, "other"),
        ("run: act", {"error": "timeout"}, "timeout"),
        ("run: act", {"error": "OutOfStock", "reason": "OutOfStock: no"}, "OutOfStock"),
        ("run: act", {"error": "KeyError"}, "other"),
        ("run: act", {"error": "LampsGone", "bases": ("OutOfStock",)}, "OutOfStock"),
        ("run: act", {"error": "interrupted"}, "other"),
    ],
)
def test_a_failure_goes_to_its_outcome(step: str, failure: dict[str, Any], said: str) -> None:
    own = "404" if step.startswith("fetch") else "OutOfStock"
    outcomes = ", ".join(f"{name}: {{ say: {name}. }}" for name in (own, "timeout", "other"))
    conversation = talk(f"{{ {step}, if_error: {{ {outcomes} }} }}", "{ say: Behind. }")
    conversation.says("go", "go")
    assert conversation.call is not None
    answer = CallAnswer(conversation.call.id, **failure)
    assert conversation.happens("answer", answer=answer) == [f"{said}.", "Behind."]
    assert failure.get("reason", "") in conversation.notes


@pytest.mark.parametrize("steps", ["{ say: No. }", "[{ say: No. }]", "[{ say: No. }, { end: lost }]"])
@pytest.mark.parametrize("step", ["fetch: GET shop /x", "run: act"])
def test_steps_alone_are_for_every_failure(step: str, steps: str) -> None:
    for error in ("timeout", "connection", "Whatever"):
        said = talk(f"{{ {step}, if_error: {steps} }}")
        said.says("go", "go")
        assert said.service_answers(0, error=error) == ["No."]


@pytest.mark.parametrize("step", ["fetch: GET shop /x", "run: act"])
def test_a_failure_without_an_outcome_gets_a_person(step: str) -> None:
    said = talk(f"{{ {step}, if_error: {{ timeout: {{ say: Late. }} }} }}")
    said.says("go", "go")
    said.service_answers(0, error="KeyError")
    assert said.handoff is not None
    assert said.handoff.reason == "error"


def test_an_answer_nobody_waits_for_any_more_changes_nothing() -> None:
    said = talk("{ run: act, save: x }", "{ say: Done. }")
    said.says("go", "go")
    call = said.call
    said.says("cancel", command="cancel")
    assert StopCall(1) in said.turn.effects
    assert call is not None
    assert said.happens("answer", answer=CallAnswer(call.id, 200, body=1)) == []


# --- corrections -------------------------------------------------------------------------------------------------

TOO_LATE = "I am sorry, that can no longer be changed here. A person can help you with it."
CALLED = "flow: g\nsteps:\n  - {}\n"


@pytest.mark.parametrize(
    ("step", "too_late"),
    [
        ("{ fetch: GET shop /x, save: x }", False),
        ("{ fetch: HEAD shop /x }", False),
        ("{ fetch: POST shop /x, save: x }", True),
        ("{ fetch: DELETE shop /x }", True),
        ("{ run: act, save: x }", True),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_a_correction_never_crosses_what_was_done_in_the_world(step: str, too_late: bool, nested: bool) -> None:
    middle = "{ call: g }" if nested else step
    more = CALLED.format(step) if nested else ""
    said = talk("{ ask: amount, say: How many? }", middle, "{ confirm: Sure? }", more=more)
    said.says("go", "go")
    said.says("3")
    assert said.service_answers(body={}) == ["Sure?"]
    words = said.says("no, 4")
    assert words == ([TOO_LATE, "Sure?"] if too_late else [])
    assert said.state.frames[0].slots["amount"].value == (3 if too_late else 4)


def test_what_a_call_computed_is_forgotten_with_what_it_was_computed_from() -> None:
    said = talk(
        "{ ask: amount, say: How many? }",
        "{ fetch: GET shop /x, save: { price: p, left: l } }",
        "{ confirm: \"{price|default('?')} for {amount}?\" }",
    )
    said.says("go", "go")
    said.says("3")
    assert said.service_answers(body={"p": 30, "l": 1}) == ["30 for 3?"]
    said.says("no, 4")
    assert said.state.top is not None
    assert said.state.top.saved == {}
    assert said.service_answers(body={"p": 40}) == ["40 for 4?"]

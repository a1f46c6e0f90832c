"""The verbs: saying, setting, branching, calling services and flows, handing off, ending, and what goes wrong."""

from __future__ import annotations

import itertools

import pytest

from chatbot.types import Call, Message, QueueFacts, Say, SetContact, StopCall, Tag
from tests.engine.talk import Talk, program

SERVICES = {"services": {"shop": {"url": "https://shop.example", "retry": "2"}}}


def flow(steps: str, **extra: str) -> str:
    head = "".join(f"{key}: {value}\n" for key, value in extra.items())
    return f"flow: f\nstart: [{{intent: go}}]\n{head}steps:\n{steps}"


def go(*flows: str, bot: dict[str, object] | None = None, **facts: object) -> Talk:
    talk = Talk(program(*flows, bot={**SERVICES, **(bot or {})}), **facts)
    talk.says("go", "go")
    return talk


FETCH = flow(
    """
  - ask: order_number
    say: Number?
  - fetch: GET shop /orders/{order_number}
    save: order
    if_error:
      404: [{say: "No {order_number}."}, {again: order_number}]
      timeout: [{say: Slow.}, {end: slow}]
      other: [{say: Down.}, {handoff: default}]
  - say: "It is {order.status}, {order.missing}!"
""",
    slots="{order_number: order_number}",
)


def test_fetch_ends_the_turn_and_its_answer_goes_on() -> None:
    talk = go(FETCH)
    assert talk.says("AB-123456") == []
    assert talk.call is not None
    assert (talk.call.method, talk.call.service, talk.call.path) == ("GET", "shop", "/orders/AB-123456")
    assert talk.call.retries == 2
    assert talk.service_answers(200, {"status": "on its way"}) == ["It is on its way, !"]
    assert "{order.missing} has no value" in talk.notes


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"status": 503}, "Down."),
        ({"status": 0, "error": "connection"}, "Down."),
        ({"status": 200, "error": "invalid"}, "Down."),
        ({"status": 0, "error": "timeout"}, "Slow."),
    ],
)
def test_a_failed_fetch_takes_the_outcome_that_fits(answer: dict[str, object], text: str) -> None:
    talk = go(FETCH)
    talk.says("AB-123456")
    assert talk.service_answers(**answer)[0] == text  # type: ignore[arg-type]


def test_404_asks_again() -> None:
    talk = go(FETCH)
    talk.says("AB-123456")
    assert talk.service_answers(404) == ["No AB-123456.", "Number?"]


def test_a_fetch_without_an_outcome_for_its_failure_ends_in_system_error_and_a_person() -> None:
    talk = go(flow("  - fetch: GET shop /x\n  - say: fine"))
    assert talk.service_answers(500)[0] == "Sorry, something went wrong on our side."
    assert talk.handoff is not None
    assert talk.handoff.reason == "error"


def test_the_answer_of_another_call_changes_nothing() -> None:
    talk = go(FETCH)
    talk.says("AB-123456")
    assert talk.call is not None
    talk.call = Call(99, "GET", "shop", "/")
    assert talk.service_answers(200, {"status": "x"}) == []
    assert talk.state.call is not None


def test_a_command_overtakes_a_call_and_cancels_it() -> None:
    talk = go(FETCH)
    talk.says("AB-123456")
    assert talk.call is not None
    talk.says("agent", command="human")
    assert StopCall(talk.call.id) in talk.turn.effects
    assert talk.state.call is None


def test_path_values_are_percent_encoded_and_json_keeps_types() -> None:
    talk = go(
        flow(
            """
  - ask: story
    say: What?
  - set: {n: 3, yes: true}
  - fetch: POST shop /say/{story}
    json: {text: "said {story}", count: "{n}", sure: "{yes}", list: ["{n}"]}
""",
            slots="{story: text}",
        )
    )
    talk.says("a/b ../?x=1")
    assert talk.call is not None
    assert talk.call.path == "/say/a%2Fb%20..%2F%3Fx%3D1"
    assert talk.call.json == {"text": "said a/b ../?x=1", "count": 3, "sure": True, "list": [3]}
    assert talk.call.retries == 0


def test_what_a_customer_types_is_never_a_template() -> None:
    talk = go(flow("  - {ask: story, say: What?}\n  - say: '{story}'", slots="{story: text}"))
    assert talk.says("{contact.email} {{ {story}") == ["{contact.email} {{ {story}"]


def test_set_writes_slots_contact_and_conversation_and_they_are_read_back() -> None:
    steps = """
  - set: {a: 1 + 1, contact.tier: "'gold'", conversation.seen: true}
  - say: "{a} {contact.tier} {conversation.seen}"
"""
    talk = go(flow(steps))
    assert talk.texts == ["2 gold true"]
    assert SetContact("tier", "gold") in talk.turn.effects
    assert talk.state.variables == {"seen": True}


def test_if_and_cases_take_their_branches() -> None:
    steps = """
  - set: {n: 5}
  - if: n > 9
    then: {say: big}
    else: {say: small}
  - cases:
      - {if: n == 4, then: {say: four}}
      - {if: n == 5, then: {say: five}}
      - else: {say: other}
  - say: end
"""
    assert go(flow(steps)).texts == ["small", "five", "end"]


def test_an_expression_that_fails_ends_in_system_error_and_a_person() -> None:
    talk = go(flow("  - if: missing + 1 > 2\n    then: {say: x}"))
    assert talk.texts[0] == "Sorry, something went wrong on our side."
    assert talk.handoff is not None


def test_going_round_in_circles_ends_in_system_error_and_a_person() -> None:
    talk = go(flow("  - {id: top, set: {n: 1}}\n  - goto: top"))
    assert talk.texts[0] == "Sorry, something went wrong on our side."
    assert "more than 200 steps" in talk.notes


def test_call_hands_values_in_and_out_and_comes_back() -> None:
    child = """
flow: mail
slots: {email: email}
returns: [email]
steps:
  - {ask: email, say: "Mail, {who}?"}
"""
    talk = go(
        flow("  - {call: mail, with: {who: \"'Ana'\"}, save: {address: email}}\n  - say: 'Got {address}.'"), child
    )
    assert talk.texts == ["Mail, Ana?"]
    assert talk.says("ana@example.com") == ["Got ana@example.com."]
    assert [name for name, _ in talk.ended] == ["mail", "f"]


def test_calls_nested_too_deep_end_in_system_error() -> None:
    talk = go(flow("  - call: f"))
    assert talk.texts[0] == "Sorry, something went wrong on our side."
    assert "20 deep" in talk.notes


def test_cancel_takes_a_flow_with_all_it_called() -> None:
    child = "flow: mail\nslots: {email: email}\nsteps: [{ask: email, say: Mail?}]"
    talk = go(flow("  - call: mail\n  - say: not reached"), child)
    assert talk.says("cancel", command="cancel") == ["OK, I stopped that."]
    assert talk.state.frames == []


def test_handoff_carries_queue_priority_skills_and_a_filled_in_note() -> None:
    talk = go(flow("  - set: {n: 7}\n  - {handoff: orders, priority: high, skills: [refunds], note: '{n} days late'}"))
    assert talk.handoff is not None
    assert (talk.handoff.queue, talk.handoff.priority, talk.handoff.skills, talk.handoff.note) == (
        "orders", "high", ("refunds",), "7 days late",
    )  # fmt: skip


def test_if_closed_takes_over_when_the_queue_is_closed_or_full() -> None:
    steps = flow("  - {handoff: default, if_closed: {say: Come back tomorrow.}}")
    assert go(steps, queues=Talk.queue(open=False)).texts == ["Come back tomorrow."]
    assert go(steps, queues=Talk.queue(full=True)).texts == ["Come back tomorrow."]
    assert go(steps).handoff is not None


def test_what_follows_a_handoff_runs_when_people_give_the_conversation_back_in_time() -> None:
    talk = go(flow("  - {handoff: default, then: {say: Welcome back.}}"))
    talk.control, talk.at = "bot", talk.at + 60_000
    assert talk.happens("returned") == ["Welcome back."]


def test_after_thirty_minutes_a_returned_conversation_begins_anew() -> None:
    talk = go(flow("  - {handoff: default, then: {say: Welcome back.}}"))
    talk.control, talk.at = "bot", talk.at + 31 * 60_000
    assert talk.happens("returned") == ["I am a bot."]
    assert talk.state.frames == []


def test_variants_never_come_twice_running_and_are_the_same_on_every_machine() -> None:
    variants = flow("  - say: [one, two, three]")
    first, second = Talk(program(variants)), Talk(program(variants))
    said = [first.says("go", "go")[0] for _ in range(30)]
    assert said == [second.says("go", "go")[0] for _ in range(30)]
    assert all(a != b for a, b in itertools.pairwise(said))
    assert set(said) == {"one", "two", "three"}


def test_only_limits_a_step_to_its_channels() -> None:
    steps = flow("  - {say: here, only: [console]}\n  - {say: there, only: [whatsapp]}")
    assert go(steps).texts == ["here"]


def test_buttons_links_and_tags() -> None:
    steps = """
  - say: Look
    buttons:
      - {title: Track, url: "https://shop.example/{what}"}
      - {title: Person, intent: command_human}
  - tag: [looked, twice]
"""
    talk = go(flow("  - set: {what: \"'a b'\"}" + steps))
    message = next(effect.message for effect in talk.turn.effects if isinstance(effect, Say))
    assert isinstance(message, Message)
    assert message.buttons[0].url == "https://shop.example/a%20b"
    assert message.buttons[1].payload == "intent:command_human"
    assert [effect.label for effect in talk.turn.effects if isinstance(effect, Tag)] == ["looked", "twice"]


def test_a_link_that_is_one_value_must_be_https() -> None:
    steps = flow("  - set: {link: \"'javascript:alert(1)'\"}\n  - {say: Look, buttons: [{title: Go, url: '{link}'}]}")
    assert go(steps).texts[0] == "Sorry, something went wrong on our side."


def test_a_flow_changed_under_a_conversation_is_said_and_never_a_silent_wipe() -> None:
    talk = go(flow("  - {ask: mail, say: Mail?}", slots="{mail: email}"))
    changed = Talk(program(flow("  - {ask: phone, say: Phone?}", slots="{phone: integer}")))
    changed.state = talk.state
    assert changed.says("a@example.com")[0].startswith("Sorry, I was changed")


def test_a_value_that_would_leave_its_path_is_never_asked_for() -> None:
    steps = "  - {ask: story, say: What?}\n  - {fetch: 'GET shop /orders/{story}', if_error: {other: {say: Cannot.}}}"
    talk = go(flow(steps, slots="{story: text}"))
    assert talk.says("..") == ["Cannot."]
    assert talk.call is None


SHOP = {"hours": {"shop": {"timezone": "Europe/Madrid", "week": {"mon": "09:00-13:30"}}}}
OPEN = """
flow: hours
start: [{intent: hours}]
steps:
  - if: open('shop')
    then: {say: Open.}
    else: {say: Closed.}
"""


def test_open_goes_by_hours_as_well_as_by_queues() -> None:
    talk = Talk(program(OPEN, bot=SHOP))
    assert talk.says("hours", "hours") == ["Open."]
    talk.at += 3 * 3_600_000
    assert talk.says("hours", "hours") == ["Closed."]


def test_a_queue_that_is_full_is_not_open() -> None:
    talk = Talk(program(OPEN), queues={"shop": QueueFacts(full=True)})
    assert talk.says("hours", "hours") == ["Closed."]

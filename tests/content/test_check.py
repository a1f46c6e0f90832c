"""What check says about how a flow runs, and above all what it does not say."""

from pathlib import Path

import pytest

from chatbot.content.load import load_project
from tests.content.kit import ASK, BOT, HEAD, INTENTS, load, places, shown, steps

FETCH = "  - fetch: GET orders_api /orders/{order_number}\n    save: order\n    if_error: { other: { end: broken } }\n"


SOUND = {
    "a circle with a question": """
  - { id: top, say: x }
  - confirm: Again?
    if_no: { end: done }
  - goto: top
""",
    "a handoff that runs through when closed": """
  - { handoff: orders, if_closed: { say: We are closed. } }
  - say: Bye
""",
    "a handoff that comes back": """
  - { handoff: orders, then: { say: Welcome back } }
  - say: Bye
""",
    "a circle that waits for a person": """
  - { id: top, say: x }
  - { handoff: orders, then: { goto: top } }
""",
    "a choice of which one option goes on": """
  - { choose: size, say: Which?, options: [{ title: S, then: { end: small } }, { title: L }] }
  - say: Large it is
""",
    "one branch ends": """
  - if: order_number == "A"
    then: { end: a }
  - say: Bye
""",
    "a jump forward": """
  - goto: last
  - { id: last, say: x }
""",
    "a fetched value": f"""
{FETCH}
  - say: "{{order.status}}"
""",
    "literal braces and a default": f"""
{FETCH}
  - say: '{{{{literal}}}} {{order.eta|default("-")}}'
""",
    "computed values": """
  - set: { n: len(order_number), contact.vip: n > 3 }
  - say: "{n} {contact.vip}"
""",
    "a choice": """
  - { choose: size, say: Which?, options: [{ title: S }, { title: L, then: { say: large } }] }
  - say: "{size}"
""",
    "buttons": """
  - say: Pick
    buttons:
      - { title: A, url: "https://x.example/{order_number}" }
      - { title: B, intent: order_status }
""",
    "cases": """
  - cases:
      - { if: has(order_number), then: { say: x } }
      - { if: open("orders"), then: { say: y } }
      - else: { say: z }
""",
    "a second question of the same slot": """
  - ask: order_number
    id: second
    say: And the other?
    if_failed: { again: order_number }
""",
    "one channel only": """
  - { say: x, only: [messenger, webchat] }
""",
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_a_sound_flow_has_no_findings(text: str) -> None:
    loaded = steps(text)
    assert shown(loaded) == ""
    assert loaded.program is not None


def test_the_example_of_the_language_has_no_errors() -> None:
    loaded = load_project(Path(__file__).parent / "example", {})
    assert {problem.code for problem in loaded.diagnostics} == {"CB113", "CB306"}
    assert loaded.program is not None


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (FETCH.replace("end: broken", "say: Hm."), ["CB308 flows/order.yaml:9:12-24"]),
        ('  - if: order_number == "A"\n    then: { set: { n: "1" } }\n', ["CB308 flows/order.yaml:8:12-13"]),
        ('  - if: order_number == "A"\n    then: { set: { n: "1" } }\n    else: { set: { n: "2" } }\n', []),
        ('  - if: order_number == "A"\n    then: { set: { n: "1" } }\n    else: { end: x }\n', []),
    ],
)
def test_a_value_that_is_missing_on_some_way_is_a_warning(text: str, where: list[str]) -> None:
    printed = '  - say: "{order.status}"\n' if "fetch" in text else '  - say: "{n}"\n'
    loaded = steps(text + printed)
    assert places(loaded.diagnostics) == where
    assert loaded.program is not None


@pytest.mark.parametrize(
    ("guard", "opposite"), [("has(email)", "not has(email)"), ('email != "x"', "email == none"), ("email", "not email")]
)
def test_a_guard_vouches_for_the_value_it_tests(guard: str, opposite: str) -> None:
    slots = HEAD.replace("order_number: order_number }", "order_number: order_number, email: email }")
    guarded = f'  - if: {guard}\n    then: {{ say: "{{email}}" }}\n    else: {{ say: "{{email}}" }}\n'
    loaded = load(flows_order=slots + ASK + guarded)
    assert places(loaded.diagnostics) == ["CB308 flows/order.yaml:8:20-25"]
    turned = guarded.replace(f"if: {guard}", f"if: {opposite}")
    assert places(load(flows_order=slots + ASK + turned).diagnostics) == ["CB308 flows/order.yaml:7:20-25"]


def test_slots_that_every_call_fills_have_values() -> None:
    callee = 'flow: two\nslots: { name: text }\nsteps: [{ say: "Hi {name}" }]\n'
    filled = load(flows_two=callee, flows_order=HEAD + ASK + "  - { call: two, with: { name: \"'x'\" } }\n")
    assert shown(filled) == ""
    empty = load(flows_two=callee, flows_order=HEAD + ASK + "  - call: two\n")
    assert places(empty.diagnostics) == ["CB308 flows/two.yaml:3:21-25"]


@pytest.mark.parametrize(
    ("callee", "codes"),
    [
        ("  - say: quick\n", ["CB302"]),
        ("  - confirm: Go on?\n", []),
        ("  - if: now\n    then: { confirm: Go on? }\n", ["CB302"]),
        ("  - handoff: orders\n", []),
        ("  - end: done\n", ["CB302"]),
    ],
)
def test_a_circle_through_a_called_flow_needs_a_question_on_every_way(callee: str, codes: list[str]) -> None:
    caller = HEAD + ASK + "  - { id: top, call: two }\n  - goto: top\n"
    loaded = load(flows_order=caller, flows_two="flow: two\nsteps:\n" + callee)
    assert [problem.code for problem in loaded.diagnostics] == codes


def test_what_follows_a_choice_of_which_every_option_ends_is_unreachable() -> None:
    options = "[{ title: S, then: { end: small } }, { title: L, then: { end: large } }]"
    loaded = steps(f"  - {{ choose: size, say: Which?, options: {options} }}\n  - say: Bye\n")
    assert places(loaded.diagnostics) == ["CB301 flows/order.yaml:7:5-8"]


def test_a_fetch_does_not_break_a_circle() -> None:
    loaded = steps("  - { id: top, fetch: GET orders_api /x }\n  - goto: top\n")
    assert [problem.code for problem in loaded.diagnostics] == ["CB302"]


def test_flows_that_start_on_the_same_need_a_guard() -> None:
    two = HEAD.replace("flow: order_status", "flow: two") + ASK
    assert [p.code for p in load(flows_two=two).diagnostics] == ["CB303"]
    assert shown(load(flows_two=two.replace("slots:", "if: contact.vip\nslots:"))) == ""


def test_event_values_are_for_flows_that_an_event_starts() -> None:
    flow = 'flow: paid\nstart: [{ %s }]\nsteps: [{ say: "Paid: {event.amount}" }]\n'
    assert shown(load(flows_paid=flow % "event: paid")) == ""
    assert [p.code for p in load(flows_paid=flow % "button: PAID").diagnostics] == ["CB209"]


def test_phrases_may_use_brackets_entities_and_escapes() -> None:
    phrases = r"""['a (b|c [d]) \(e\)', '[x|y] {order_number}', 'costs {money} \{ok\}']"""
    loaded = load(intents_main=INTENTS.replace("[where is my order, track my order, has it shipped]", phrases))
    assert shown(loaded) == ""


def test_the_same_phrase_in_two_languages_is_no_clash() -> None:
    intents = "intents:\n  a: { say: { en: [no, nope, nah] } }\n  b: { say: { es: [no, nop, na] } }\n"
    flows = "flow: two\nstart: [{ intent: a }, { intent: b }]\nsteps: [{ say: x }]\n"
    assert shown(load(intents_more=intents, flows_two=flows)) == ""


def test_unknown_references_of_bot_yaml_are_not_guessed_when_it_is_broken() -> None:
    loaded = load(bot=BOT + "x: 1\n", flows_order=HEAD + ASK + "  - handoff: nobody\n")
    assert places(loaded.diagnostics) == ["CB105 bot.yaml:7:1-2"]

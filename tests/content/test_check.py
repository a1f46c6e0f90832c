"""What check says about how a flow runs, and above all what it does not say."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.content.conditions import tree_of
from chatbot.content.knowledge import Knowledge, there
from chatbot.content.load import load_project
from chatbot.content.rules import UnknownType
from chatbot.content.vocabulary import SLOT_TYPES
from chatbot.policy.hours import opening_hours
from chatbot.understanding.entities import BUILT_IN
from tests.content.kit import ASK, BOT, HEAD, INTENTS, load, places, shown, steps

FETCH = (
    "  - fetch: GET orders_api /orders/{order_number}\n    save: order\n"
    "    if_error: { other: [{ say: Sorry. }, { end: broken }] }\n"
)


EXAMPLE = (Path(__file__).parent / "example" / "flows" / "order_status.yaml").read_text("utf-8")

RETURNING = """\
flow: two
slots: { m: text }
returns: [m]
steps:
  - { ask: m, say: What?, if_failed: { set: { m: "'nothing'" } } }
"""

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
    "the same condition twice": """
  - if: order_number == "A" and contact.vip
    then: { set: { n: 1 } }
  - say: Let me see.
  - if: order_number == "A" and contact.vip
    then: { say: "{n}" }
""",
    "half of a condition that was met before": """
  - if: order_number == "A"
    then: { set: { n: 1 } }
  - if: contact.vip and order_number == "A"
    then: { say: "{n}" }
""",
    "a mark that is set on one way": """
  - set: { late: false }
  - if: open("orders")
    then: { set: { late: true, n: 3 } }
  - if: late
    then: { say: "{n}" }
""",
    "a choice that decides": """
  - { choose: way, say: How?, options: [{ title: Post, value: post }, { title: Shop, value: shop }] }
  - if: way == "post"
    then: { set: { place: "'your door'" } }
  - if: way == "shop"
    then: { say: See you. }
    else: { say: "{place}" }
""",
    "what may change between two looks": """
  - if: open("orders")
    then: { say: Open }
  - if: open("orders")
    then: { say: Still open }
    else: { say: Closed }
""",
    "a counter": """
  - set: { n: 0 }
  - { id: top, confirm: Go on?, if_no: { end: done } }
  - set: { n: n + 1 }
  - if: n > 3
    then: [{ say: Enough. }, { end: done }]
  - goto: top
""",
    "a question that is asked again": """
  - if: order_number == "A"
    then: { again: order_number }
  - say: "{order_number}"
""",
    "an answer of no body": f"""
{FETCH}
  - if: order == none
    then: [{{ say: Nothing there. }}, {{ end: none }}]
  - say: "{{order.status}}"
""",
    "a form": """
  - form: [{ ask: order_number, id: form_number }]
    say: Some questions.
    if_failed: { handoff: orders }
  - say: "{order_number}"
""",
    "a rating, an event and a reminder": """
  - { rate: csat, say: How was it? }
  - { wait: { event: paid }, save: payment }
  - say: "{csat|default('-')} {payment.id} {event.id}"
  - { remind: paid, after: 1d }
""",
    "conditions without end": "\n".join(
        f"  - if: contact.vip == {n % 9}\n    then: {{ set: {{ x{n % 9}: contact.vip }} }}" for n in range(60)
    )
    + "\n",
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
    "an end on one channel": """
  - { end: x, only: messenger }
  - { say: web }
""",
    "a handoff on one channel": """
  - { handoff: orders, only: messenger }
  - { say: web }
""",
    "a jump on one channel": """
  - { id: top, confirm: Again?, if_no: { end: done } }
  - { goto: top, only: messenger }
  - { say: web }
""",
    "every way to fail": f"""
{FETCH.replace("other: [", "100: { say: a }, 404: { say: a }, 599: { say: a }, timeout: { say: a }, other: [")}
""",
    "a value that every way of a called flow returns": """
  - { call: two, save: { n: m } }
  - say: "{n}"
""",
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_a_sound_flow_has_no_findings(text: str) -> None:
    loaded = load(flows_order=HEAD + ASK + text, **({"flows_two": RETURNING} if "call: two" in text else {}))
    assert shown(loaded) == ""
    assert loaded.program is not None


def test_the_example_of_the_language_has_no_errors() -> None:
    loaded = load_project(Path(__file__).parent / "example", {})
    assert {problem.code for problem in loaded.diagnostics} == {"CB113", "CB306", "CB217", "CB220"}
    assert loaded.program is not None


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (FETCH.replace(", { end: broken }", ""), ["CB308 flows/order.yaml:9:12-24"]),
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
        ("  - { confirm: Go on?, if_no: { end: no } }\n", []),
        ("  - if: now\n    then: { confirm: Go on?, if_no: { end: no } }\n", ["CB302"]),
        ("  - handoff: orders\n", ["CB301"]),
        ("  - end: done\n", ["CB302"]),
        ("  - { confirm: Go on?, if_no: { end: no }, only: messenger }\n", ["CB302"]),
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
    assert [p.code for p in load(flows_paid=flow % "event: paid").diagnostics] == []
    assert [p.code for p in load(flows_paid=flow % "button: PAID").diagnostics] == ["CB209"]


def test_phrases_may_use_brackets_entities_and_escapes() -> None:
    phrases = r"""['a (b|c [d]) \(e\)', '[x|y] {order_number}', 'costs {number} \{ok\}']"""
    loaded = load(intents_main=INTENTS.replace("[where is my order, track my order, has it shipped]", phrases))
    assert shown(loaded) == ""


def test_the_same_phrase_in_two_languages_is_no_clash() -> None:
    intents = "intents:\n  a: { say: { en: [no, nope, nah] } }\n  b: { say: { es: [no, nop, na] } }\n"
    flows = "flow: two\nstart: [{ intent: a }, { intent: b }]\nsteps: [{ say: x }]\n"
    codes = {
        problem.code
        for problem in load(bot=BOT.replace("[en]", "[en, es]"), intents_more=intents, flows_two=flows).diagnostics
    }
    assert codes == {"CB217"}


def test_a_wrong_key_in_bot_yaml_hides_nothing() -> None:
    loaded = load(bot=BOT + "x: 1\n", flows_order=HEAD + ASK + "  - handoff: nobody\n")
    assert places(loaded.diagnostics) == ["CB105 bot.yaml:7:1-2", "CB203 flows/order.yaml:6:14-20"]


LEFT_OUT = {
    "a question, and its slot is printed": "  - { ask: order_number, say: x, tries: no }\n  - say: '{order_number}'\n",
    "a fetch, and what it saves is printed": "  - { fetch: GET, save: parcel }\n  - say: '{parcel.state}'\n",
    "a step that cannot be read and is gone to": "  - { fetch: GET, id: later }\n  - goto: later\n",
    "all that `set` defines": "  - set: { n: '1 +', m: 1 }\n  - say: '{n} {m}'\n",
    "a choice without its options": "  - { choose: size, options: [S, M] }\n  - say: '{size}'\n",
    "what follows a wrong option": "  - { choose: a, say: A?, options: [{ title: S, then: { end: x } }, M] }\n",
    "the texts of a question": "  - { confirm: Sure?, say: [[x]], if_no: { end: x } }\n",
    "a key that stands twice": "  - { set: { n: 1 }, set: { m: 1 } }\n  - say: '{n} {m}'\n",
    "what happens on no": "  - { confirm: Sure?, if_no: { sya: { a: b } } }\n",
}


@pytest.mark.parametrize("text", LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_what_had_to_be_left_out_leads_to_no_finding_of_its_own(text: str) -> None:
    loaded = load(flows_order=HEAD + text)
    assert loaded.program is None
    assert {problem.code[:3] for problem in loaded.diagnostics} == {"CB1"}


def test_a_key_with_a_typing_mistake_is_read_as_the_one_it_was_meant_to_be() -> None:
    typos = HEAD.replace("start:", "strat:").replace("slots:", "slts:").replace("steps:", "stpes:") + ASK
    assert [p.code for p in load(flows_order=typos).diagnostics] == ["CB105"] * 3
    typo = load(bot=BOT.replace("queues:", "quues:"), flows_order=HEAD + ASK + "  - handoff: orders\n")
    assert [p.code for p in typo.diagnostics] == ["CB105"]


def test_what_a_guessed_key_does_not_fit_is_no_finding_of_its_own() -> None:
    assert [p.code for p in steps("  - { say: Hi, button: [x, { y: z }] }\n").diagnostics] == ["CB105"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_full_of_mistakes_is_read_to_its_end(data: st.DataObject) -> None:
    text = EXAMPLE
    for _ in range(data.draw(st.integers(1, 5))):
        places_ = list(re.finditer(r"(?<=: )[^\n{\[|>]+|\b[a-z_]+(?=:)", text))
        at = data.draw(st.sampled_from(places_))
        junk = data.draw(st.sampled_from(["x", "{ a: b }", "[a, b]", "", "3", "say", "ask", "[]", "[[x]]", "{}", "if"]))
        text = text[: at.start()] + junk + text[at.end() :]
    loaded = load(flows_order=text)
    assert (loaded.program is None) is any(problem.is_error for problem in loaded.diagnostics)


@pytest.mark.parametrize(
    ("condition", "met", "unmet"),
    [
        ("m > 3 or n > 3", "", ""),
        ("m > 3 and n > 3", "m n", ""),
        ("not (m > 3 and n > 3)", "", "m n"),
        ("not (m == none or n == none)", "m n", ""),
        ("m == none or n == none", "", "m n"),
        ("m == 3", "m", ""),
        ("m == n", "", ""),
        ("1 < m < n", "m n", ""),
        ("has(m) and not n", "m", ""),
        ("len(m) > 3", "m", ""),
        ("m + n > 3", "m n", ""),
        ("m.x in ['a']", "m", ""),
        ("m if n else m + 1", "m", ""),
        ('m == "a or b"', "m", ""),
    ],
)
def test_a_condition_vouches_for_what_it_cannot_hold_without(condition: str, met: str, unmet: str) -> None:
    for way, names in ((True, met), (False, unmet)):
        behind = Knowledge().assume(tree_of(condition), met=way)
        assert behind is not None
        assert {name for name in "mn" if there(behind.of(name))} == set(names.split())


def test_a_later_case_knows_that_those_above_it_did_not_hold() -> None:
    slots = HEAD.replace("slots: {", "slots: { m: number,")
    cases = "  - cases: [{ if: m == none, then: { end: x } }, { if: now, then: { say: '{m}' } }]\n  - say: '{m}'\n"
    assert shown(load(flows_order=slots + ASK + cases)) == ""


def test_the_built_in_types_are_those_that_understanding_reads() -> None:
    assert set(SLOT_TYPES) == set(BUILT_IN)
    assert all(kind in (UnknownType.__doc__ or "") for kind in SLOT_TYPES)


@pytest.mark.parametrize(
    "week", ['{ Mon: ["9:00-17:30"] }', "{ sat-mon: [22:00-02:00, 20:00-24:00] }", "{ mon: [], tue: [1:00-2:00] }"]
)
def test_hours_that_check_passes_can_be_loaded(week: str) -> None:
    hours = f"{{ shop: {{ timezone: Europe/Madrid, week: {week}, holidays: [2026-1-5] }} }}"
    loaded = load(bot=re.sub(r"hours: \{.*\n", f"hours: {hours}\n", BOT, count=1))
    assert shown(loaded) == ""
    assert loaded.program is not None
    shop = loaded.program.bot.hours["shop"]
    assert "2026-01-05" in opening_hours(shop.timezone, shop.week, shop.holidays).holidays


@pytest.mark.parametrize("line", ["confirm: []", "cases: []", "tag: []", "{choose: c, options: []}"])
def test_a_step_with_nothing_in_it_is_an_error_and_never_a_crash(line: str) -> None:
    loaded = load(flows_order=f"flow: empty\nstart: [{{first_message: true}}]\nsteps:\n  - {line}\n")
    assert loaded.program is None
    assert "at least one entry is needed here" in str(loaded.diagnostics)


def test_where_nothing_can_be_sent_nobody_asks_for_words() -> None:
    flow = "flow: hi\nstart: [{ button: HI }]\nsteps:\n  - say: Hello\n    if_not_sent:\n"
    flow += "      - { fetch: POST shop_api /missed, if_error: { other: { end: lost } } }\n      - end: missed\n"
    services = BOT + "services: { shop_api: { url: https://shop.example } }\n" if "services:" not in BOT else BOT
    assert "CB314" not in shown(load(bot=services, flows_hi=flow))


def test_a_form_that_gives_up_on_who_stays_silent_is_no_dead_end() -> None:
    form = """\
flow: visit
start: [{ button: VISIT }]
slots: { day: date }
steps:
  - form: [{ ask: day, say: Which day? }]
    if_silent: [{ after: 5m, say: Still there? }, { after: 2h, end: silent }]
  - say: "See you on {day|date}."
"""
    assert "CB313" not in shown(load(flows_visit=form))

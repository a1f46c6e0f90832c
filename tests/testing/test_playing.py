"""The runner passes what is right and fails, at the right line, wherever a conversation differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.content.load import load_texts
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.playing import Played, play
from chatbot.testing.report import as_github, as_json, as_junit, failure, summary
from tests.testing.bots import TESTS
from tests.testing.conftest import made

HEAD = """\
test: t
mock:
  GET orders_api /orders/AB-123456: { json: { status: transit, days_late: 5 } }
  GET orders_api /orders/AB-000001: { json: { status: delivered, days_late: 0 } }
cases:
  - name: c
    chat:
"""
FIRST_LINE = HEAD.count("\n") + 1


def run(bench: Bench, root: Path, text: str) -> list[Played]:
    (root / "tests").mkdir(exist_ok=True)
    (root / "tests" / "t.test.yaml").write_text(text, encoding="utf-8")
    cases = load_cases(root, bench.program)
    assert cases.diagnostics == []
    return [play(script, bench) for script in cases.scripts]


def chat(bench: Bench, root: Path, *lines: str) -> Played:
    (played,) = run(bench, root, HEAD + "".join(f"      - {line}\n" for line in lines))
    return played


ASK = ("user: track my order", "bot: What is your order number*")
LATE = (*ASK, "user: AB-123456", "bot: /late/", "bot: Shall I open a complaint?")


def test_the_example_of_the_contract_passes(bench: Bench, tmp_path: Path) -> None:
    played = run(bench, tmp_path, TESTS)
    assert [each.difference for each in played] == [None, None]
    assert played[0].intents >= {"order_status"}
    assert ("order_status", "fetch:order", "") in played[0].ways


@pytest.mark.parametrize(
    "lines",
    [
        (*LATE, "user: no", "bot: No problem.", "expect: { ended: kept, handoff: null, flow: null }"),
        (*ASK, "expect: { flow: order_status, step: 'ask:order_number', slots: null }"),
        (*ASK, "expect: { step: order_number }", "expect: { step: 'order_status/ask:order_number' }"),
        (*ASK, "after: 70m", "bot: Still there*", "expect: { ended: silent }"),
        (*ASK, "user: AB-000001", "bot: AB-000001 is delivered.", "expect: { buttons: [Track, Check another] }"),
        (*ASK, "user: AB-000001", "bot: '*'", "button: Check another", "bot: What is your order number*"),
        ("button: ORDER_STATUS", "bot: What is*"),
        ("user: agent", "expect: { handoff: default }", "agent: { claim: ana }", "agent: { say: Hello }", "user: hi"),
        ("user: agent", "bot: '*'", "expect: { handoff: default }"),
        ("user: agent", "expect: { handoff: default }", "agent: { claim: ana }", "agent: back_to_bot",
         "expect: { handoff: null }", *ASK),
        ("user: agent", "expect: { handoff: default }", "agent: resolve", "expect: { handoff: null }"),
        ("user: track my order", "bot: [Nonsense, What is your order number*]"),
        ("user: track my order", "bot: \"Hi! I'm Acme's automated assistant.\"", "bot: What is*"),
    ],
)  # fmt: skip
def test_a_case_passes(bench: Bench, tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert chat(bench, tmp_path, *lines).difference is None


@pytest.mark.parametrize(
    ("lines", "at", "message"),
    [
        (("user: track my order",), 0, "the bot said more than is listed: What is your order number? It looks"),
        (("user: track my order", "bot: Where is it?"), 1, "the bot said something else than: Where is it?"),
        ((*ASK, "bot: And your name?"), 2, "the bot did not say: And your name?"),
        ((*LATE[:4], "user: no"), 2, "the bot said more than is listed: Shall I open a complaint?"),
        ((*LATE[:3], LATE[4], LATE[3]), 3, "the bot did not say: Shall I open"),
        (("bot: Hello", *ASK), 0, "the bot did not say: Hello"),
        ((*LATE, "user: yes", "expect: { handoff: orders }"), 6, "handoff: expected orders, was complaints"),
        ((*LATE, "user: yes", "expect: { handoff: complaints, priority: low }"), 6, "priority: expected low, was high"),
        ((*ASK, "expect: { slots: { order_number: AB-1 } }"), 2, "slots.order_number: expected AB-1, was nothing"),
        ((*ASK, "expect: { handoff: default }"), 2, "handoff: expected default, was nothing"),
        ((*ASK, "expect: { step: 'confirm:shall-i-open-a-complaint' }"), 2, "step: expected confirm:shall-i"),
        ((*ASK, "expect: { fetches: 1 }"), 2, "fetches: expected 1, was 0"),
        ((*ASK, "user: AB-999999"), 2, "unmocked request `GET orders_api /orders/AB-999999`"),
        ((*ASK, "button: Refund"), 2, 'there is no button "Refund"'),
        (("agent: { claim: ana }",), 0, "claim is not possible"),
        (("user: agent", "expect: { flow: null }"), 0, "the bot said more than is listed"),
    ],
)
def test_a_case_fails_where_it_differs(
    bench: Bench, tmp_path: Path, lines: tuple[str, ...], at: int, message: str
) -> None:
    found = chat(bench, tmp_path, *lines).difference
    assert found is not None
    assert found.message.startswith(message)
    assert found.line == FIRST_LINE + at


def test_each_case_meets_a_new_contact(bench: Bench, tmp_path: Path) -> None:
    case = "      - user: track my order\n      - bot: What is*\n"
    first, second = run(bench, tmp_path, HEAD + case + "  - name: d\n    chat:\n" + case)
    assert first.passed
    assert second.passed


def test_mocks_may_answer_each_attempt_differently(bench: Bench, tmp_path: Path) -> None:
    text = """\
test: t
mock:
  GET orders_api /orders/AB-000001:
    - { timeout: true }
    - { error: connection }
    - { status: 200, json: { status: "5", days_late: 0 } }
cases:
  - name: c
    chat:
      - user: track my order
      - bot: "*"
      - user: AB-000001
      - bot: AB-000001 is 5.
      - expect: { fetches: 3 }
"""
    (played,) = run(bench, tmp_path, text)
    assert played.difference is None


def test_now_and_as_stand_at_the_test_or_the_case(bench: Bench, tmp_path: Path) -> None:
    text = """\
test: t
now: 2026-02-03 09:00
as: { channel: messenger, contact: { first_name: Eva, country: DE } }
cases:
  - name: as the test
    chat: [{ user: track my order }, { bot: "*" }]
  - name: as the case
    now: 2026-02-03T10:00+02:00
    as: { locale: es, contact: { country: ES } }
    chat: [{ user: track my order }, { bot: "*" }]
"""
    first, second = run(bench, tmp_path, text)
    assert (first.script.now, second.script.now) == (1_770_109_200_000, 1_770_105_600_000)
    assert first.script.setting.contact == {"first_name": "Eva", "country": "DE"}
    assert (second.script.setting.channel, second.script.setting.locale) == ("messenger", "es")
    assert second.script.setting.contact == {"first_name": "Eva", "country": "ES"}


def test_a_failure_is_shown_as_two_columns_with_its_place(bench: Bench, tmp_path: Path) -> None:
    text = failure(chat(bench, tmp_path, "user: track my order", "bot: Where is it?"), width=80)
    assert f"tests/t.test.yaml:{FIRST_LINE + 1}" in text
    assert "user: track my order" in text
    assert "Where is it?" in text
    assert "What is your order number?" in text
    assert "\x1b" not in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_customer_text_is_never_markup(bench: Bench, tmp_path: Path) -> None:
    text = failure(chat(bench, tmp_path, "user: '[bold]track my order[/bold]'", "bot: '[red]x[/nope]'"))
    assert "[bold]track my order[/bold]" in text
    assert "[red]x[/nope]" in text


def test_a_run_can_be_told_to_people_and_machines(bench: Bench, tmp_path: Path) -> None:
    good, bad = chat(bench, tmp_path, *ASK), chat(bench, tmp_path, *ASK, "bot: And & <more>?")
    assert summary([good], 0.44) == "1 case in 1 file passed in 0.4 s"
    assert summary([good, bad], 0.44) == "1 of 2 cases in 1 file failed in 0.4 s"
    assert '"failed": 1' in as_json([good, bad], 0.4)
    assert as_github([good]) == ""
    assert as_github([bad]).startswith(f"::error file=tests/t.test.yaml,line={FIRST_LINE + 2},title=test::c: the bot")
    junit = as_junit([good, bad], 0.4)
    assert 'tests="2" failures="1"' in junit
    assert "And &amp; &lt;more&gt;?" in junit


SHOP = """
flow: pay
start: [{ button: PAY }]
steps:
  - wait: { event: paid }
    save: payment
  - say: "Paid {payment.amount}."
    if_not_sent: [{ tag: unreachable }]
  - wait: 1h
  - consent: offers
    say: May we write to you?
  - say: Bye.
"""
PAID = """
test: pay
cases:
  - name: an event with values, a refusal, a consent
    chat:
      - button: PAY
      - event: { name: paid, with: { amount: 5 } }
      - bot: Paid 5.
      - after: 1h
      - bot: May we write to you?
      - user: yes
      - bot: Bye.
      - expect: { consent: { offers: true }, ended: done }
      - expect: { consent: [offers] }
      - expect: { consent: record, not_sent: null }
  - name: what cannot be delivered goes the author's way
    chat:
      - button: PAY
      - event: paid
      - bot: Paid .
      - refused: content
      - expect: { tags: [unreachable], not_sent: content }
      - after: 1h
      - bot: May we write to you?
      - user: no
      - bot: Bye.
      - expect: { consent: { offers: declined } }
"""


def test_events_refusals_and_consent_are_played(tmp_path: Path) -> None:
    loaded = load_texts({"bot.yaml": "name: Acme\n", "flows/pay.yaml": SHOP}, {})
    assert loaded.program is not None
    path = tmp_path / "tests" / "pay.test.yaml"
    path.parent.mkdir()
    path.write_text(PAID, encoding="utf-8")
    cases = load_cases(tmp_path, loaded.program, ())
    bench = Bench(loaded.program)
    played = [play(script, bench) for script in cases.scripts]
    assert [each.difference for each in played] == [None, None]


WAYS_IN = """\
flow: thanks
start: [{ referral: ad-7 }, { opt_in: news }, { comment_reply: true }, { story_reply: true }]
slots: { where: location, photo: image }
steps:
  - ask: photo
    say: Send a photo.
  - ask: where
    say: Where are you?
  - say: "{photo} at {where}"
"""


@pytest.mark.parametrize("move", ["referral: ad-7", "opt_in: news", "comment: How nice!", "story: How nice!"])
def test_a_case_may_begin_by_any_way_in_and_send_pictures_and_places(tmp_path: Path, move: str) -> None:
    bench = made(tmp_path / "bot", flows__thanks=WAYS_IN)
    asked = (
        move,
        "bot: Send a photo.",
        "attach: { kind: image, url: 'https://x.example/1.png' }",
        "bot: Where are you?",
    )
    placed = ("attach: { kind: location, latitude: 1.5, longitude: -2 }", "bot: https://x.example/1.png at 1.50000*")
    assert chat(bench, tmp_path, *asked, *placed, "expect: { ended: done }").difference is None


def test_a_place_needs_no_numbers(tmp_path: Path) -> None:
    bench = made(tmp_path / "bot", flows__thanks=WAYS_IN)
    lines = ("referral: ad-7", "bot: Send*", "attach: image", "bot: Where*", "attach: location", "bot: '* at *'")
    assert chat(bench, tmp_path, *lines).difference is None

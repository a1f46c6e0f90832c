"""What the how-tos show is a project that checks clean."""

from __future__ import annotations

import re
from pathlib import Path

from chatbot.content.load import load_texts
from chatbot.content.vocabulary import SYSTEM_EVENTS
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from tests.content.kit import INTENTS, shown

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
CASE = "cases:\n  - { name: c, chat: [{ user: hi }] }\n"


def blocks(page: str, language: str) -> list[str]:
    text = (HOW_TO / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def checked(tmp_path: Path, bot: str, flow: str, tests: str, **more: str) -> None:
    environ = {"ORDERS_API_TOKEN": "s3cret-token"}
    loaded = load_texts({"bot.yaml": bot, "intents/main.yaml": INTENTS, "flows/order.yaml": flow, **more}, environ)
    assert shown(loaded) == ""
    assert loaded.program is not None
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "t.test.yaml").write_text(tests)
    cases = load_cases(tmp_path, loaded.program)
    assert cases.diagnostics == []
    assert Bench(loaded.program).program is loaded.program


def test_call_a_service(tmp_path: Path) -> None:
    services, ask, send, tests = blocks("call-a-service.md", "yaml")
    queues = "queues: { orders: {}, complaints: {} }\n"
    slots = "slots: { order_number: order_number, amount: number, words: text }\n"
    asked = "  - { ask: amount, say: How much? }\n  - { ask: words, say: What happened? }\n"
    flow = f"flow: order\nstart: [{{ intent: order_status }}]\n{slots}{ask}{asked}{send}"
    flow += '  - { say: "Noted: {complaint.id}." }\n'
    checked(tmp_path, f"name: Acme\n{queues}{services}", flow, tests + CASE)


def test_python_actions(tmp_path: Path) -> None:
    (source,) = blocks("python-actions.md", "python")
    run, mock = blocks("python-actions.md", "yaml")
    head = "flow: order\nstart: [{ intent: order_status }]\nslots: { sku: text, amount: integer }\nsteps:\n"
    asked = "  - { ask: sku, say: Which? }\n  - { ask: amount, say: How many? }\n"
    reserve = "  - { run: reserve, with: { sku: sku }, save: receipt }\n  - { say: '{receipt}' }\n"
    tests = f"test: t\n{mock}{CASE}"
    bot = "name: Acme\nqueues: { orders: {} }\n"
    more = {"actions.py": source, "intents/main.yaml": INTENTS[INTENTS.index("intents:") :]}
    checked(tmp_path, bot, head + asked + run + reserve, tests, **more)


def test_what_the_page_of_system_flows_tells_of_is_known_to_check() -> None:
    page = (HOW_TO.parent / "reference" / "system-flows.md").read_text("utf-8")
    sections = re.split(r"^## (system\.\w+)$", page, flags=re.MULTILINE)[1:]
    told = {
        name: set(re.findall(r"event\.(\w+)", text)) for name, text in zip(sections[::2], sections[1::2], strict=True)
    }
    assert told.keys() == SYSTEM_EVENTS.keys()
    assert {name: fields - {*SYSTEM_EVENTS[name]} for name, fields in told.items()} == {key: set() for key in told}

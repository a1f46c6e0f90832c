"""Python actions: what they are given, what becomes of what they return or raise, and the bot goes on meanwhile."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.errors import OperatorError
from chatbot.integrations.actions import MOST_ABANDONED, Actions
from chatbot.integrations.masking import MASK, Mask
from chatbot.types import Call, CallAnswer, Json

SOURCE = """
from __future__ import annotations

import asyncio
import functools
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chatbot import ActionContext

SECRET = "s3cret-token"


class OutOfStock(Exception):
    pass


@dataclass
class Stock:
    count: int
    until: date


def check_stock(sku: str, count: int = 1, *, day: date | None = None) -> Stock:
    return Stock(count * 2, day or date(2026, 1, 5))


def kinds(number: float, yes: bool, some: list[int], word: Literal["a", "b"] = "a") -> list:
    return [number, yes, some, word]


async def later(sku: str) -> dict:
    await asyncio.sleep(0.01)
    return {"sku": sku}


def who(context: ActionContext) -> list:
    return [context.idempotency_key, context.conversation, context.channel, context.now.isoformat()]


def json(copy: int, model_config: str = "", _under: int = 0) -> list:
    return [copy, model_config, _under]


def nowhere() -> None:
    raise KeyError("x")


def positional(a: int, /, b: int) -> int:
    return a - b


def more(**given: int) -> dict:
    return given


def sold_out() -> None:
    raise OutOfStock(f"nothing left, says {SECRET}\\nand more")


async def sold_out_later() -> None:
    raise OutOfStock("nothing left")


def too_late() -> None:
    raise TimeoutError("the other side")


def leaves() -> None:
    raise SystemExit(3)


async def leaves_later() -> None:
    raise SystemExit(3)


async def cancels() -> None:
    raise asyncio.CancelledError


def stops() -> None:
    raise StopIteration


def odd() -> object:
    return object()


def endless_number() -> list:
    return [float("inf"), float("nan"), Decimal("1.5")]


def endless() -> object:
    while True:
        yield 1


def large() -> str:
    return "x" * (2 << 20)


def round_and_round() -> list:
    it: list = []
    it.append(it)
    return it


def sleeps(seconds: float) -> str:
    time.sleep(seconds)
    return "awake"


async def blocks(seconds: float) -> str:
    time.sleep(seconds)
    return "awake"


async def waits(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "awake"


def wrapped(function):
    @functools.wraps(function)
    def inner(*args, **named):
        return function(*args, **named)
    return inner


@wrapped
async def decorated(sku: str) -> str:
    return sku


def _private() -> None: ...
"""


@pytest.fixture
async def actions(tmp_path: Path) -> AsyncIterator[Actions]:
    (tmp_path / "actions.py").write_text(SOURCE)
    made = Actions.load(tmp_path, Mask(["s3cret-token"]))
    yield made
    await made.close()


async def run(actions: Actions, name: str, limit: int = 2000, **given: Json) -> CallAnswer:
    about = {"conversation": 7, "channel": "webchat", "now": "2026-01-05T10:00:00+00:00"}
    return await actions.attempt(Call(1, json=given, timeout=limit, action=name, about=about), "key-1")


@pytest.mark.parametrize(
    ("name", "given", "result"),
    [
        ("check_stock", {"sku": "A", "count": "3"}, {"count": 6, "until": "2026-01-05"}),
        ("check_stock", {"sku": "A", "day": "2026-02-01"}, {"count": 2, "until": "2026-02-01"}),
        ("kinds", {"number": "1.5", "yes": True, "some": ["1", 2]}, [1.5, True, [1, 2], "a"]),
        ("later", {"sku": "A"}, {"sku": "A"}),
        ("who", {}, ["key-1", 7, "webchat", "2026-01-05T10:00:00+00:00"]),
        ("positional", {"a": 5, "b": 3}, 2),
        ("json", {"copy": "1", "model_config": "x", "_under": 2}, [1, "x", 2]),
        ("more", {"x": 1, "y": 2}, {"x": 1, "y": 2}),
        ("endless_number", {}, [None, None, "1.5"]),
        ("decorated", {"sku": "A"}, "A"),
    ],
)
async def test_arguments_become_what_the_annotations_say_and_results_become_json(
    actions: Actions, name: str, given: dict[str, Json], result: Json
) -> None:
    answer = await run(actions, name, **given)
    assert (answer.status, answer.error, answer.reason, answer.body) == (200, "", "", result)


@pytest.mark.parametrize(
    ("name", "given", "error", "reason"),
    [
        ("sold_out", {}, "OutOfStock", f"OutOfStock: nothing left, says {MASK} and more"),
        ("sold_out_later", {}, "OutOfStock", "OutOfStock: nothing left"),
        ("too_late", {}, "timeout", "TimeoutError: the other side"),
        ("leaves", {}, "RuntimeError", "RuntimeError: raised SystemExit"),
        ("leaves_later", {}, "RuntimeError", "RuntimeError: raised SystemExit"),
        ("cancels", {}, "CancelledError", "CancelledError"),
        ("stops", {}, "RuntimeError", "RuntimeError: raised StopIteration"),
        ("odd", {}, "invalid", "what it returned is no JSON: object"),
        ("endless", {}, "invalid", "what it returned is no JSON: generator"),
        ("round_and_round", {}, "invalid", "what it returned is no JSON: list"),
        ("large", {}, "invalid", "what it returned is more than 1 MiB"),
        ("check_stock", {}, "invalid", "arguments that do not fit: sku"),
        ("check_stock", {"sku": "A", "count": "many"}, "invalid", "arguments that do not fit: count"),
        ("check_stock", {"sku": "A", "other": 1}, "invalid", "arguments that do not fit: other"),
        ("kinds", {"number": 1, "yes": 1, "some": [], "word": "c"}, "invalid", "arguments that do not fit: word"),
        ("_private", {}, "invalid", "there is no action _private in actions.py"),
        ("OutOfStock", {}, "invalid", "there is no action OutOfStock in actions.py"),
        ("date", {}, "invalid", "there is no action date in actions.py"),
    ],
)
async def test_whatever_goes_wrong_is_an_answer_and_tells_no_secret(
    actions: Actions, name: str, given: dict[str, Json], error: str, reason: str
) -> None:
    answer = await run(actions, name, **given)
    assert (answer.status, answer.error, answer.reason) == (0, error, reason)
    assert (await run(actions, "later", sku="A")).status == 200, "the others go on"


@pytest.mark.parametrize("name", ["sleeps", "blocks", "waits"])
async def test_a_time_limit_ends_the_wait_and_the_bot_goes_on_meanwhile(actions: Actions, name: str) -> None:
    began, beats = time.monotonic(), 0
    waiting = asyncio.create_task(run(actions, name, 200, seconds=1.0))
    while not waiting.done():
        await asyncio.sleep(0.01)
        beats += 1
    assert (await waiting).error == "timeout"
    assert time.monotonic() - began < 0.9
    assert beats >= 5


async def test_an_exception_is_also_what_stands_above_it(actions: Actions) -> None:
    answer = await run(actions, "nowhere")
    assert (answer.error, answer.bases) == ("KeyError", ("LookupError",))


async def test_synchronous_actions_run_beside_one_another(actions: Actions) -> None:
    began = time.monotonic()
    answers = await asyncio.gather(*(run(actions, "sleeps", seconds=0.2) for _ in range(10)))
    assert {answer.body for answer in answers} == {"awake"}
    assert time.monotonic() - began < 1.5


async def test_threads_that_hang_are_counted_and_at_some_point_no_more_are_begun(actions: Actions) -> None:
    before = threading.active_count()
    await asyncio.gather(*(run(actions, "sleeps", 10, seconds=0.8) for _ in range(MOST_ABANDONED)))
    refused = await run(actions, "sleeps", 10, seconds=0.8)
    assert (refused.error, refused.reason) == ("invalid", "too many actions still run behind their time limit")
    assert (await run(actions, "later", sku="A")).status == 200
    while threading.active_count() > before + 1:
        await asyncio.sleep(0.05)
    assert (await run(actions, "sleeps", seconds=0)).body == "awake"


async def test_what_an_action_raised_is_in_the_log_with_its_line_but_not_its_words(
    actions: Actions, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "chatbot.integrations.actions"):
        await run(actions, "sold_out")
    line = next(n for n, text in enumerate(SOURCE.splitlines(), 1) if "raise OutOfStock(f" in text)
    assert caplog.messages == [f"action sold_out raised OutOfStock at actions.py:{line}"]


async def test_a_call_that_is_cancelled_stays_cancelled(actions: Actions) -> None:
    waiting = asyncio.create_task(run(actions, "waits", seconds=5))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_project_without_actions_has_none(tmp_path: Path) -> None:
    assert (await run(Actions.load(tmp_path), "check_stock")).error == "invalid"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import nowhere_at_all\n", "line 1: ModuleNotFoundError"),
        ("x = 1\nraise SystemExit(3)\n", "line 2: SystemExit"),
        ("def f(x: Unknown): ...\n", "cannot be imported: line 1: NameError"),
        ("from __future__ import annotations\ndef f(x: Unknown): ...\n", "the types of f cannot be read"),
        ("class Thing: ...\ndef f(x: Thing): ...\n", "x of f cannot be made of JSON"),
        ("def f(): ...\nf = 3\n", "f in actions.py is no longer a function"),
    ],
)
def test_an_actions_file_that_cannot_be_used_is_an_operators_error_with_its_place(
    tmp_path: Path, source: str, said: str
) -> None:
    (tmp_path / "actions.py").write_text(source)
    with pytest.raises(OperatorError, match=said):
        Actions.load(tmp_path)


async def test_actions_may_import_what_lies_beside_them(tmp_path: Path) -> None:
    (tmp_path / "stock_of_this_test.py").write_text("COUNT = 5\n")
    (tmp_path / "actions.py").write_text("from stock_of_this_test import COUNT\ndef stock() -> int: return COUNT\n")
    assert (await run(Actions.load(tmp_path), "stock")).body == 5

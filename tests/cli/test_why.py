from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_why_ranks_the_intents_and_tells_what_comes_next(run: Run, bot: Path) -> None:
    told = run("why", "wheres my ordr")
    assert (told.code, told.err) == (0, "")
    assert "order_status" in told.out
    assert "next: order_status" in told.out
    assert "bot: What is your order number?" in told.out


def test_why_calls_no_service_but_names_the_request(run: Run, bot: Path) -> None:
    told = run("why", "where", "is", "my", "order", "AB-123456")
    assert "asks GET orders_api /orders/AB-123456" in told.out


def test_why_in_json(run: Run, bot: Path) -> None:
    told = json.loads(run("why", "thank you", "--format", "json").out)
    assert (told["version"], told["intent"]) == (1, "thanks")
    assert told["next"]["flow"] == "thanks"
    assert told["next"]["says"][-1] == "You are welcome."
    assert told["next"]["request"] is None


def test_why_says_when_people_would_take_over(run: Run, bot: Path) -> None:
    assert "hands off to queue default" in run("why", "agent").out


def test_why_needs_a_text(run: Run, bot: Path) -> None:
    assert run("why").code == 2


def test_why_says_when_no_flow_of_the_project_starts(run: Run, bot: Path) -> None:
    told = run("why", "do u have giftcards")
    assert "(no flow of yours starts on this)" in told.out

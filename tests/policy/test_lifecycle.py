from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from chatbot.policy.lifecycle import TRANSITIONS, Trigger, epoch_rises, move
from chatbot.types import Control, Status

PLACES = {place for place, _ in TRANSITIONS} | set(TRANSITIONS.values())


def test_a_resolved_conversation_is_the_bots() -> None:
    assert all(control == "bot" for status, control in PLACES if status == "resolved")


def test_an_inbound_message_is_possible_everywhere_and_never_changes_who_may_speak() -> None:
    for status, control in PLACES:
        assert move(status, control, "inbound") == ("open", control)


def test_every_place_a_conversation_can_reach_can_be_left_for_the_bot() -> None:
    """Nobody is stuck: from wherever people have it, some trigger leads back to the bot."""
    for place in PLACES - {("open", "bot"), ("resolved", "bot")}:
        assert any(TRANSITIONS.get((place, trigger)) == ("open", "bot") for trigger in get_args(Trigger))


@pytest.mark.parametrize(("before", "after"), list(product(get_args(Control), get_args(Control))))
def test_the_epoch_rises_on_entering_and_on_leaving_human_only(before: Control, after: Control) -> None:
    assert epoch_rises(before, after) == ((before == "human") != (after == "human"))


def test_what_is_not_in_the_table_is_not_possible() -> None:
    assert move("resolved", "bot", "claim") is None
    assert get_args(Status) == ("open", "snoozed", "resolved")

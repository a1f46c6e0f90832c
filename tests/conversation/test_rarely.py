"""A trouble that lasts: said at once, then now and then."""

from __future__ import annotations

from chatbot.conversation.rarely import Rarely


def test_a_trouble_is_said_at_once_and_then_after_a_pause_with_how_often() -> None:
    troubles = Rarely(pause=100)
    assert [troubles.due("page", "token", now) for now in (0, 10, 20, 110, 120)] == [1, 0, 0, 3, 0]


def test_troubles_are_kept_apart() -> None:
    troubles = Rarely(pause=100)
    assert troubles.due("page", "token", 0) == 1
    assert troubles.due("page", "outage", 0) == 1
    assert troubles.due("other", "token", 0) == 1


def test_after_it_worked_again_the_next_trouble_is_said_at_once() -> None:
    troubles = Rarely(pause=100)
    assert not troubles.over("page")
    troubles.due("page", "token", 0)
    assert troubles.over("page")
    assert not troubles.over("page")
    assert troubles.due("page", "token", 1) == 1

"""What is kept beside the conversations: types of events that nobody knows, wishes that data be deleted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unused:
    """A type of event that an account got and that nothing in here knows, with how often and when."""

    account: str
    raw_type: str
    count: int
    first_at: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Deletion:
    """A platform's wish that somebody's data be deleted. `subject` is its id for them, "" once it is done."""

    code: str
    account: str
    subject: str
    asked_at: int
    done_at: int | None = None

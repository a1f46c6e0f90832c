"""What the log may say of an exception nobody expected: what it is and where it came from, never its words.

The words of an exception often quote the value that caused it, and values are what customers wrote.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

from chatbot.errors import ChatbotError

_FRAMES: Final = 8
"""The innermost; what lies further out is the same for every fault."""


def told(error: BaseException) -> str:
    """One line: the exception, its last frames, innermost first, and its cause. Our own errors keep their words."""
    name = f"{type(error).__name__}: {error}" if isinstance(error, ChatbotError) else type(error).__name__
    frames = reversed(traceback.extract_tb(error.__traceback__)[-_FRAMES:])
    places = " < ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{name} at {places or 'no place'}" + (f"; after {type(cause).__name__}" if cause else "")


def reason(error: BaseException) -> str:
    """What an expected failure is called in a line of the log: our own errors by their words, others by their type."""
    return str(error) if isinstance(error, ChatbotError) else type(error).__name__


def _short(filename: str) -> str:
    return "/".join(Path(filename).parts[-3:])

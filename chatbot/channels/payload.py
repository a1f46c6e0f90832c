"""Reading JSON that strangers wrote: every accessor accepts anything and answers with the type it promises.

What comes out is safe to store: no lone surrogates, no NUL, ids of bounded length, times that fit 64 bits.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from chatbot.channels.protocol import ParseError
from chatbot.types import Json

MAX_DEPTH: Final = 64
MAX_IDENTIFIER: Final = 255
_LATEST: Final = 1 << 53
_SECONDS_BELOW: Final = 10**11  # as milliseconds this is 1973, so a smaller number counts seconds
_STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def load(raw: bytes) -> Json:
    """The JSON value in a body. Raises ParseError for anything else, deep nesting and NaN included."""
    if _too_deep(raw):
        raise ParseError(f"nested deeper than {MAX_DEPTH} levels")
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        # The position helps, the text does not: an exception's message must not carry what a customer wrote.
        where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise ParseError(f"not JSON in UTF-8{where}") from None


def _too_deep(raw: bytes) -> bool:
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:  # nearly every body: no need to look closer
        return False
    depth = 0
    for byte in _STRING.sub(b"", raw):
        if byte in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def load_object(raw: bytes, what: str) -> Mapping[str, Any]:
    """The JSON object in a body; `what` names what was expected, for the ParseError."""
    body = load(raw)
    if not isinstance(body, dict):
        raise ParseError(f"not {what}: no JSON object")
    return body


def mapping(value: Json) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def sequence(value: Json) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def text(value: Json) -> str:
    """A string as it came, with what no database can hold replaced; "" for any other type."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else ""


def identifier(value: Json) -> str:
    """An opaque id as text; platforms send some as numbers. An absurdly long one is replaced by its hash."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    found = text(value)
    return found if len(found) <= MAX_IDENTIFIER else digest(found)


def number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def milliseconds(value: Json) -> int:
    """A time as milliseconds: from ms, seconds, either as text, or ISO 8601; 0 when it is none of these."""
    if isinstance(value, str):
        value = _number_or_iso(value)
    found = number(value)
    if found is None or not 0 < found < _LATEST:
        return 0
    return int(found * 1000) if found < _SECONDS_BELOW else int(found)


def _number_or_iso(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(value)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000
    except (ValueError, OverflowError):
        return None


def digest(*parts: Json) -> str:
    """A stable id for what has none: the same event, redelivered, gives the same."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:32]

"""What Graph's error answers mean for us, as one table.

Docs: Messenger Platform > Error codes; Graph API > Handling errors; Graph API > Rate limiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from chatbot.channels.payload import load, mapping, text
from chatbot.channels.posting import seconds
from chatbot.channels.protocol import ParseError
from chatbot.errors import PlatformError

_LONGEST_MESSAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Meaning:
    reason: str
    retryable: bool = False


_RATE: Final = Meaning("rate", retryable=True)
_OUTAGE: Final = Meaning("outage", retryable=True)
_WINDOW: Final = Meaning("window")
_BLOCKED: Final = Meaning("blocked")
_RECIPIENT: Final = Meaning("recipient")
_TOKEN: Final = Meaning("token")
_PERMISSION: Final = Meaning("permission")
_CONTENT: Final = Meaning("content")
_THREAD: Final = Meaning("thread")
_THREAD_LATER: Final = Meaning("thread", retryable=True)

# The subcode decides wherever it is known; the bare code only where it is not.
_BY_SUBCODE: Final[Mapping[int, Meaning]] = {
    2018278: _WINDOW,
    2534022: _WINDOW,
    2018065: _WINDOW,
    1545041: _BLOCKED,
    2018108: _BLOCKED,
    1893015: _BLOCKED,
    2018354: _BLOCKED,
    2018001: _RECIPIENT,
    2534014: _RECIPIENT,
    33: _RECIPIENT,
    2018300: _THREAD,
    2534037: _THREAD,
    2018321: _THREAD_LATER,
    2018028: _PERMISSION,
    1893063: _PERMISSION,
    2018338: _PERMISSION,
    2534029: _PERMISSION,
    2534040: _RATE,
    2018008: _CONTENT,
    2018047: _CONTENT,
    2018109: _CONTENT,
    2018294: _CONTENT,
    460: _TOKEN,
    463: _TOKEN,
    467: _TOKEN,
}
_BY_CODE: Final[Mapping[int, Meaning]] = {
    1: _OUTAGE,
    2: _OUTAGE,
    1200: _OUTAGE,
    4: _RATE,
    17: _RATE,
    32: _RATE,
    341: _RATE,
    613: _RATE,
    80007: _RATE,
    551: _BLOCKED,
    190: _TOKEN,
    102: _TOKEN,
    3: _PERMISSION,
    10: _PERMISSION,
    200: _PERMISSION,
    299: _PERMISSION,
    368: _PERMISSION,
    2022: _PERMISSION,
    100: _CONTENT,
    2018001: _RECIPIENT,
    2018047: _CONTENT,
    2018109: _CONTENT,
    2018294: _CONTENT,
}


def refusal(
    status: int,
    headers: Mapping[str, str],
    raw: bytes,
    secrets: tuple[str, ...] = (),
    codes: Mapping[int, Meaning] = MappingProxyType({}),
) -> PlatformError:
    """The error for an answer that is no success. `secrets` never reach its message, even if Graph repeats them.

    `codes` are those of another product than Messenger, and come first.
    """
    code, subcode, said = _read(raw)
    meaning = codes.get(code) or _BY_SUBCODE.get(subcode) or _BY_CODE.get(code) or _by_status(status)
    for secret in secrets:
        said = said.replace(secret, "***")
    return PlatformError(
        f"Graph answered {status}, code {code}, subcode {subcode}: {said[:_LONGEST_MESSAGE] or 'no explanation'}",
        reason=meaning.reason,
        retryable=meaning.retryable,
        # A gateway that gave up waiting does not know whether the message went out.
        uncertain=status == 504 and not code,
        retry_after=seconds(headers.get("Retry-After", "")) if meaning.retryable else None,
    )


def _read(raw: bytes) -> tuple[int, int, str]:
    try:
        error = mapping(mapping(load(raw)).get("error"))
    except ParseError:
        return 0, 0, ""
    code, subcode = error.get("code"), error.get("error_subcode")
    return (
        code if isinstance(code, int) else 0,
        subcode if isinstance(subcode, int) else 0,
        text(error.get("message")),
    )


def _by_status(status: int) -> Meaning:
    """Without a code of Graph's own: something in between answered."""
    if status == 429:
        return _RATE
    if status == 401:
        return _TOKEN
    if status == 403:
        return _PERMISSION
    return _CONTENT if 400 <= status < 500 and status not in {408, 425} else _OUTAGE

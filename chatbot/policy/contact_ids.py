"""How each platform writes its ids of customers, and to which of them a business may write first. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_ANY: Final = re.compile(r".{1,255}")


@dataclass(frozen=True, slots=True)
class ContactIds:
    """`form` is what all of an id must match, `described` says it in words.

    `strangers`: whether who has never written can be written to, once they have agreed to it elsewhere.
    """

    form: re.Pattern[str] = _ANY
    described: str = "1 to 255 characters"
    strangers: bool = True


_SCOPED: Final = re.compile(r"\d{1,32}|user_ref:.{1,200}")
_IDS: Final[Mapping[str, ContactIds]] = {
    "messenger": ContactIds(_SCOPED, "digits, as Meta numbers people for each page", strangers=False),
    "instagram": ContactIds(_SCOPED, "digits, as Meta numbers people for each account", strangers=False),
    "whatsapp": ContactIds(
        re.compile(r"[1-9]\d{4,19}|[A-Z]{2}\.[A-Za-z0-9.]{1,128}"),
        "the number with its country and nothing but digits (34600111222), or a user id (US.1349)",
    ),
    "x": ContactIds(re.compile(r"\d{1,20}"), "digits: the user's id, not the name"),
    "telegram": ContactIds(re.compile(r"\d{1,20}"), "digits: the id of a private chat, not the name", strangers=False),
    "tiktok": ContactIds(described="the id of the conversation, 1 to 255 characters", strangers=False),
    "webchat": ContactIds(re.compile(r"[0-9a-f]{32}|user:.{1,190}"), "32 hexadecimal digits, or user: and your own id"),
}
_OTHERS: Final = ContactIds()


def contact_ids(channel: str) -> ContactIds:
    """What holds for a kind of channel; a bridge and a channel of your own take any id, strangers included."""
    return _IDS.get(channel, _OTHERS)

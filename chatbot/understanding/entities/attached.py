"""Values that are sent and not written: pictures, files, sounds, films, places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from chatbot.types import Attachment, Slot
from chatbot.understanding.entities.place import place_text, place_value

KINDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "attachment": frozenset({"image", "file", "audio", "voice", "video"}),
        "image": frozenset({"image"}),
        "file": frozenset({"file"}),
        "audio": frozenset({"audio", "voice"}),
        "video": frozenset({"video"}),
        "location": frozenset({"location"}),
    }
)
"""Slot type -> the kinds of attachment it takes. A sticker is no answer to "send us a photo"."""

HANDLE: Final = "media:"
"""What a value begins with where a platform gives a handle and no address, as WhatsApp, Telegram and TikTok do."""


def attached(kind: str, attachments: Iterable[Attachment]) -> Slot | None:
    """The first attachment of a message that a slot of this type takes: five photos answer as well as one."""
    for one in attachments:
        if one.kind not in KINDS[kind]:
            continue
        if one.kind != "location":
            if where := one.url or (HANDLE + one.id if one.id else ""):
                return Slot(where, one.title or where, one.title or None)
        elif one.latitude is not None and one.longitude is not None:
            place = place_value(one.latitude, one.longitude)
            if place is not None:
                return Slot(place, one.title or place_text(place), one.title or place_text(place))
    return None

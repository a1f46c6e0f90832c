"""A partner's own JSON to the words of the bridge, as `map:` in bot.yaml says: a dotted path for each field.

    map:
      events: batch.messages          # where the list of them lies; without it the body is one
      type: kind                      # the partner's word for the kind, and what its words mean
      kinds: { msg: text, tap: button }
      sender: from.uid
      text: content.0.body            # a number takes that item of a list
      attachments: files
      attachment: { kind: mime, url: href }

Pure. What is not there is left out; nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from chatbot.channels.payload import mapping, sequence, text
from chatbot.types import Json

Path = Annotated[str, Field(pattern=r"^[^.\s]+(\.[^.\s]+)*$", max_length=200)]
Fields = Mapping[str, Any]


class _Paths(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class AttachmentPaths(_Paths):
    """Within one item of `attachments`. A `kind` may be a MIME type: `image/png` is an image."""

    kind: Path | None = None
    url: Path | None = None
    title: Path | None = None
    id: Path | None = None
    mime: Path | None = None
    latitude: Path | None = None
    longitude: Path | None = None


class ReferralPaths(_Paths):
    ref: Path | None = None
    source: Path | None = None
    ad_id: Path | None = None


class BridgeMap(_Paths):
    """`channels.<account>.map` of a bridge. Paths are within one event, `events` within the body."""

    events: Path | None = None
    type: Path | None = None
    kinds: Mapping[str, str] = Field(default_factory=dict)
    id: Path | None = None
    timestamp: Path | None = None
    account: Path | None = None
    sender: Path | None = None
    recipient: Path | None = None
    conversation: Path | None = None
    text: Path | None = None
    payload: Path | None = None
    refers_to: Path | None = None
    metadata: Path | None = None
    purpose: Path | None = None
    reason: Path | None = None
    attachments: Path | None = None
    attachment: AttachmentPaths = AttachmentPaths()
    referral: ReferralPaths | None = None


_PLAIN: Final = (
    "id", "timestamp", "account", "sender", "recipient", "conversation", "text", "payload", "refers_to", "metadata",
    "purpose", "reason",
)  # fmt: skip


def translated(body: Json, paths: BridgeMap) -> list[Fields]:
    """The events of a partner's body in the words of the bridge; a type that `kinds` does not name stays as it is."""
    found = body if paths.events is None else at(body, paths.events)
    events = found if isinstance(found, list) else [found]
    return [_event(event, paths) for event in events if isinstance(event, dict) and event]


def at(value: Json, path: str | None) -> Json:
    """What lies at a dotted path; None when something on the way is missing."""
    for name in path.split(".") if path is not None else ():
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return None if path is None else value


def _event(event: Fields, paths: BridgeMap) -> Fields:
    said = {name: at(event, getattr(paths, name)) for name in _PLAIN}
    named = text(at(event, paths.type))
    said["kind"] = paths.kinds.get(named, named) if paths.type is not None else None
    said["attachments"] = list(_attachments(at(event, paths.attachments), paths.attachment)) or None
    if paths.referral is not None:
        referral = {name: at(event, path) for name, path in paths.referral}
        said["referral"] = referral if any(referral.values()) else None
    return {name: value for name, value in said.items() if value is not None}


def _attachments(value: Json, paths: AttachmentPaths) -> Iterator[Fields]:
    """A list, or one that stands alone."""
    for item in sequence(value) if isinstance(value, list) else [value]:
        if isinstance(item, str) and item:
            yield {"kind": "file", "url": item}
        elif fields := mapping(item):
            found = {name: at(fields, path) for name, path in paths}
            yield {**found, "kind": text(found.get("kind")).partition("/")[0]}

"""What arrives that asks for no answer: switches of the platform, changes of earlier messages, new ids.

Pure, and without the engine: none of it is a word to the bot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from chatbot.conversation.record import UNBLOCKED, Mark, Record, Result
from chatbot.policy.consent import OPTED_OUT
from chatbot.types import Consent, Inbound, Json

_KEPT: Final = ("name", "first_name", "last_name", "username", "picture", "email", "phone")
"""What a platform tells of a contact and stands in contact.*; locale and time zone have places of their own."""

UTC: Final = "UTC"
"""The time zone of a contact who has none."""

BLOCKED: Final = "blocked"
"""The payload of an opt-out that is the platform's own block: nothing arrives until it is taken back."""


def switched(record: Record, inbound: Inbound) -> Result | None:
    """A switch of the platform that is about more, or less, than all messages; None if it is about all of them."""
    if inbound.kind == "opt_out" and inbound.payload == BLOCKED:
        return Result(record, blocked=True)
    if inbound.kind == "opt_in" and inbound.payload == UNBLOCKED:
        return Result(record, blocked=False)
    purpose = inbound.data.get("purpose")
    if inbound.kind not in ("opt_out", "opt_in") or not isinstance(purpose, str):
        return None
    if inbound.raw_type == "api" and inbound.kind == "opt_in" and _opted_out(record):
        return Result(record)  # who said STOP here is asked here: a list kept elsewhere knows nothing of it
    entry = Consent("record" if inbound.kind == "opt_in" else "revoke", purpose, text=inbound.text or inbound.raw_type)
    return Result(record, consent=(entry,))


def _opted_out(record: Record) -> bool:
    consent = record.contact.get("consent")
    return isinstance(consent, Mapping) and bool(consent.get(OPTED_OUT))


def changed(record: Record, inbound: Inbound) -> Result:
    """An earlier message was edited, taken back, or liked."""
    match inbound.kind:
        case "edit":
            mark = Mark("edit", inbound.refers_to, inbound.text)
        case "delete":
            mark = Mark("delete", inbound.refers_to)
        case _:
            mark = Mark("reaction", inbound.refers_to, "" if inbound.payload == "unreact" else inbound.text)
    return Result(record, mark=mark if inbound.refers_to else None)


_RENAMED: Final = ("user_changed_number", "user_changed_user_id", "user_id_update")


def renamed(record: Record, inbound: Inbound) -> Result:
    """A new phone number or user id of the same person; whichever of the two the platform knew them by changes."""
    if inbound.payload not in _RENAMED:
        return Result(record)
    names = ("new_wa_id", "wa_id") if record.key.contact.isdigit() else ("user_id",)
    found = (str(inbound.data.get(name) or "") for name in names)
    return Result(record, external=next((name for name in found if name and name != record.key.contact), ""))


def introduced(record: Record, profile: Mapping[str, Json]) -> tuple[Record, dict[str, Json]]:
    """The record with what the platform tells of the contact and nobody has said yet; and which fields are new."""
    new = {name: profile[name] for name in _KEPT if profile.get(name) and not record.contact.get(name)}
    locale = record.locale or str(profile.get("locale") or "")
    timezone = record.timezone if record.timezone != UTC else str(profile.get("timezone") or UTC)
    return replace(record, contact={**record.contact, **new}, locale=locale, timezone=timezone), new

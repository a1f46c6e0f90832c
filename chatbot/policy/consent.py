"""Consent: what a contact has allowed, as it stands after each entry of the ledger.

The ledger (storage) keeps every entry for ever; this is the one place that says what the entries add up to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

ConsentAction = Literal["opt_out", "opt_in", "delete_data", "erase", "record", "refuse", "revoke"]

OPTED_OUT: Final = "opted_out"
"""Beside the purposes: the contact wants no message that is not an answer, whatever the purpose."""
OPTED_IN: Final = "opted_in"
"""Beside the purposes: the contact has asked for messages (START, an opt-in of the platform), and named no purpose."""


def merged(ours: Mapping[str, bool], theirs: Mapping[str, bool]) -> dict[str, bool]:
    """What a contact allows who turns out to have written under a second id.

    A refusal counts under whichever id it was given; agreement under another id may have been somebody else's.
    """
    refused = {purpose: False for purpose, allowed in theirs.items() if not allowed}
    both = {**ours, **refused}
    return standing(both, "opt_out") if theirs.get(OPTED_OUT) else both


def agreed(consent: Mapping[str, bool]) -> bool:
    """Whether an opt-in is on record: to some purpose, or to messages as such."""
    return not consent.get(OPTED_OUT) and any(consent.values())


def forgotten(consent: Mapping[str, bool]) -> dict[str, bool]:
    """What is left of it once the contact is forgotten: what they refused, so that nobody asks or writes again."""
    return {purpose: said for purpose, said in consent.items() if purpose == OPTED_OUT or not said}


def standing(before: Mapping[str, bool], action: ConsentAction, purpose: str = "") -> dict[str, bool]:
    """Purpose -> whether it is allowed, after one more entry.

    `opt_out` revokes every purpose; `opt_in` lets messages through again but brings no purpose back, and a purpose
    that is agreed to by name does both.
    """
    now = dict(before)
    match action:
        case "opt_out":
            return {**dict.fromkeys(now, False), OPTED_OUT: True}
        case "opt_in":
            now.pop(OPTED_OUT, None)
            now[OPTED_IN] = True
        case "record":
            now.pop(OPTED_OUT, None)
            now[purpose] = True
        case "refuse" | "revoke":
            now[purpose] = False
        case "erase":
            return forgotten(now)
        case "delete_data":
            pass
    return now

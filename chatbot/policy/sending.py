"""May something be said to a contact now? Windows and consent, as one table and one function.

The engine asks before it speaks, so that an author can say what happens instead; delivery asks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from chatbot.policy.consent import OPTED_OUT

Refusal = Literal["window", "consent", "blocked"]

HOUR: Final = 3_600_000
WINDOWS: Final[Mapping[str, int]] = {
    "messenger": 24 * HOUR,
    "instagram": 24 * HOUR,
    "whatsapp": 24 * HOUR,
    "tiktok": 48 * HOUR,
}
"""Kind of channel -> milliseconds after the contact's last message in which free text may be sent; others have none."""


def refusal(
    channel: str, at: int, last_in_at: int | None, consent: Mapping[str, bool], *, proactive: bool
) -> Refusal | None:
    """Why a text may not be sent at the moment `at`, None when it may.

    `last_in_at` is when the contact last wrote, None for never. `proactive`: it answers nothing the contact did.
    """
    if proactive and consent.get(OPTED_OUT):
        return "consent"
    window = WINDOWS.get(channel)
    if window is not None and (last_in_at is None or at - last_in_at > window):
        return "window"
    return None

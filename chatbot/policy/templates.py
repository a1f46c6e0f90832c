"""May a template go out: unlike an answer it comes unasked, so what the contact allows decides. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from chatbot.policy.consent import OPTED_OUT, agreed

MARKETING: Final = "marketing"
"""The category, and the purpose of the consent ledger that the platform's own switch sets, too."""


def unwanted(category: str, consent: Mapping[str, bool]) -> Literal["consent", "opt_in"] | None:
    """Nothing to who has opted out or never opted in, no advertising to who has refused it."""
    if consent.get(OPTED_OUT) or (category == MARKETING and consent.get(MARKETING) is False):
        return "consent"
    return None if agreed(consent) else "opt_in"

"""May a template go out: unlike an answer it comes unasked, so what the contact allows decides. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chatbot.policy.consent import OPTED_OUT

MARKETING: Final = "marketing"
"""The category, and the purpose of the consent ledger that the platform's own switch sets, too."""


def may_go_out(category: str, consent: Mapping[str, bool]) -> bool:
    """Nothing to who has opted out, no advertising to who has refused it."""
    return not consent.get(OPTED_OUT) and not (category == MARKETING and consent.get(MARKETING) is False)

"""Which intents are looked at closer, once the words have spoken."""

from __future__ import annotations

from typing import Final

SHORTLIST: Final = 3
LEAST: Final = 0.03
"""Intents that are looked at closer: so many, and none with a smaller share (the first one always)."""

NONE_OF_THEM: Final = 2.0
"""The score of "none of these intents" among the others: words that speak for nothing leave little to share."""

LOUDEST: Final = 60.0
"""A score whose chance still is a number; louder ones are seen from the best."""

"""What counts as unfinished: the conditions of the partial indexes, which queries must repeat word for word."""

from __future__ import annotations

from typing import Final

OUTBOX_LIVE: Final = "status IN ('waiting', 'sending', 'uncertain')"
CALLS_LIVE: Final = "status IN ('pending', 'running')"

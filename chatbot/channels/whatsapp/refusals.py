"""What the Cloud API's own error codes mean for us; Graph's general ones are Messenger's too.

Docs: WhatsApp Business Platform > Cloud API > Error codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chatbot.channels.messenger.refusals import Meaning

_RATE: Final = Meaning("rate", retryable=True)
_OUTAGE: Final = Meaning("outage", retryable=True)

CODES: Final[Mapping[int, Meaning]] = {
    **dict.fromkeys((130429, 131056, 131048, 133016), _RATE),
    **dict.fromkeys((131016, 131000, 131057, 135000), _OUTAGE),
    131047: Meaning("window"),
    # Meta keeps these from a customer for a day at least: trying again sooner only counts against the number.
    **dict.fromkeys((131049, 130472), Meaning("rate")),
    **dict.fromkeys((131026, 131050), Meaning("blocked")),
    **dict.fromkeys((131021, 131030, 131062), Meaning("recipient")),
    **dict.fromkeys((131005, 131031, 131042, 131045, 133010, 131037), Meaning("permission")),
    **dict.fromkeys(
        (131008, 131009, 131051, 131052, 131053, 132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016),
        Meaning("content"),
    ),
    **dict.fromkeys((132068, 132069), Meaning("content")),
}

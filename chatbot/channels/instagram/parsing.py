"""An Instagram webhook body to the events in it: Messenger's shape, with an Instagram account where the page stands.

The same for both stacks, through a linked page or with Instagram Login. Signature and handshake: `channels/meta.py`
with the app secret, or with the Instagram app secret under Instagram Login.
"""

from __future__ import annotations

from chatbot.channels.messenger import parsing
from chatbot.types import Inbound


def parse(raw: bytes, account: str, account_id: str = "") -> tuple[Inbound, ...]:
    """Every event of a body in its order. With `account_id`, events of other accounts come as `ignored`."""
    return parsing.parse(raw, account, account_id, "instagram")

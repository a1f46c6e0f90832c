"""One body for several accounts: a platform calls one address for an app, whatever pages and numbers the app has.

What the account of that address has no part in goes to the account of this project that it names, as long as the
signature is good for that account too: another app's secret never speaks for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from chatbot.channels.origin import is_foreign
from chatbot.channels.protocol import ParseError, Platform
from chatbot.conversation.faults import told
from chatbot.types import Inbound

_log = logging.getLogger(__name__)


def fanned_out(
    channels: Mapping[str, Platform],
    account: str,
    headers: Mapping[str, str],
    raw: bytes,
    inbounds: Sequence[Inbound],
) -> Mapping[str, Sequence[Inbound]]:
    """The events of a body by account, beginning with `account`, whose reading of it is `inbounds`.

    What belongs to none of ours stays with `account`, as ignored.
    """
    if not any(map(is_foreign, inbounds)):
        return {account: inbounds}
    own = [inbound for inbound in inbounds if not is_foreign(inbound)]
    taken: set[tuple[str, str]] = {(inbound.kind, inbound.message_id) for inbound in own}
    others = {
        name: theirs
        for name, channel in channels.items()
        if name != account and channel.verify(headers, raw) and (theirs := list(_part(channel, raw, taken)))
    }
    kept = own if others else inbounds
    return {account: kept, **others} if kept else others


def _part(channel: Platform, raw: bytes, taken: AbstractSet[tuple[str, str]]) -> Iterator[Inbound]:
    """What another account reads for itself; an event that names no account was for the address it came to."""
    try:
        found = channel.parse(raw)
    except ParseError:
        return
    except Exception as error:  # noqa: BLE001  # a fault in a channel from outside must not cost this account its events
        _log.error("a body cannot be read for another account: %s", told(error))
        return
    for inbound in found:
        if not is_foreign(inbound) and (inbound.kind, inbound.message_id) not in taken:
            yield inbound

"""Where an event of a webhook body comes from, and the `Inbound` it makes: the rules that hold for every platform.

What belongs to nobody is ignored, what has no id gets a stable one, and who acted is kept where it is not the contact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from chatbot.channels.payload import digest
from chatbot.types import ConversationKey, Inbound, InboundKind

LONGEST_TYPE: Final = 80
OTHER_ACCOUNT: Final = "of another account"
OTHER_PRODUCT: Final = "of another product of Meta"
_OF_THE_ACCOUNT: Final = frozenset({"system", "thread_control"})
"""What a platform also tells of the account as a whole: such news keeps its kind though no customer is named."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The surroundings of one event. `contact` is the customer, "" where none is named; `at` in milliseconds."""

    account: str
    contact: str
    at: int
    event: Any
    sender: str = ""
    conversation: str = ""

    def inbound(self, kind: InboundKind, message_id: str, raw_type: str, **fields: Any) -> Inbound:
        """An event; one that only a customer can cause is `ignored` without one. `fields` are more of Inbound's."""
        raw_type = raw_type[:LONGEST_TYPE]
        found = Inbound(
            ConversationKey(self.account, self.contact),
            kind,
            message_id or f"{raw_type}:{digest(self.event)}",
            self.at,
            raw_type=raw_type,
            sender=self.sender,
            conversation=self.conversation,
            **fields,
        )
        if self.contact or kind == "ignored" or kind in _OF_THE_ACCOUNT:
            return found
        return replace(found, kind="ignored", reason="names no customer")

    def ignored(self, reason: str, raw_type: str) -> Inbound:
        return self.inbound("ignored", "", raw_type, reason=reason)


def no_use(origin: Origin, raw_type: str) -> Inbound:
    """For a type we know nothing of, or that is no business of a conversation."""
    name = raw_type[:LONGEST_TYPE] or "unknown"
    return replace(origin.ignored(f"no use for events of the type {name!r}", name), unknown=True)


def is_foreign(inbound: Inbound) -> bool:
    """Whether an event was brought to the address of one account and is for another one."""
    return inbound.kind == "ignored" and inbound.reason in {OTHER_ACCOUNT, OTHER_PRODUCT}

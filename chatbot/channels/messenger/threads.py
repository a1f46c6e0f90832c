"""Several apps on one page or account, one of which answers a thread: what Messenger and Instagram share of it.

Docs: Messenger Platform > Conversation Routing; Handover Protocol; Instagram Platform > Conversation routing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chatbot.channels.messenger.settings import MetaSettings
from chatbot.conversation.ports import NOTICE, THREAD
from chatbot.policy.pacing import Rates
from chatbot.types import Inbound, Json, Window

_NOTE_LIMIT: Final = 1000


class MetaThreads:
    """Satisfies `Threads`, `Limited` and the property of `HumanAgent`; `_shared` are the account's settings."""

    _shared: MetaSettings

    @property
    def mark_seen(self) -> bool:
        return self._shared.mark_seen

    @property
    def inbox_app(self) -> str:
        return self._shared.inbox_app_id

    @property
    def human_agent(self) -> bool:
        return self._shared.human_agent

    @property
    def messaging_window(self) -> Window | None:
        return self._shared.messaging_window

    @property
    def rates(self) -> Rates:
        return self._shared.rates

    def pass_thread(self, note: str) -> Json | None:
        app = self._shared.inbox_app_id
        return {THREAD: "pass", "app": app, "metadata": note[:_NOTE_LIMIT]} if app else None

    def take_thread(self) -> Json:
        return {THREAD: "take"}


def whose(inbound: Inbound, app_id: str) -> Inbound:
    """An event about the thread with `data.to`: "us", "them", or "asks" when somebody wants it.

    Without our own `app_id` it counts that Meta tells a change to whom it concerns, and others only on standby. When
    the roles of the apps change, people are told what ours is.
    """
    if inbound.raw_type.removeprefix("standby.") == "app_roles":
        return _with_our_role(inbound, app_id)
    if inbound.kind != "thread_control":
        return inbound
    standby = inbound.raw_type.startswith("standby.")
    named_us = inbound.payload == app_id if app_id and inbound.payload else not standby
    match inbound.raw_type.removeprefix("standby."):
        case "pass_thread_control":
            to = "us" if named_us else "them"
        case "take_thread_control":
            to = "us" if app_id and inbound.payload == app_id else "them"
        case "request_thread_control":
            to = "asks"
        case _:
            return inbound
    return replace(inbound, data={**inbound.data, "to": to})


def _with_our_role(inbound: Inbound, app_id: str) -> Inbound:
    """A change that is not about our app, or of which nobody knows whether it is, says nothing."""
    roles = inbound.data.get("roles", {}).get(app_id) if app_id else None
    if roles is None:
        return inbound
    role = "primary" if PRIMARY in roles else "secondary"
    return replace(inbound, data={**inbound.data, NOTICE: f"{_ROLES[role]} (account {inbound.key.account})."})


PRIMARY: Final = "primary_receiver"
_ROLES: Final = {
    "primary": "Our app is the primary receiver at Meta now: conversations come to the bot first",
    "secondary": "Our app is no primary receiver at Meta any more: the bot answers only what another app passes to it"
    ". If that is not meant, choose it again under conversation routing in the page's settings",
}

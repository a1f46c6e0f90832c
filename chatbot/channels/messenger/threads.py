"""Several apps on one page or account, one of which answers a thread: what Messenger and Instagram share of it.

Docs: Messenger Platform > Conversation Routing; Handover Protocol; Instagram Platform > Conversation routing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from pydantic import Field

from chatbot.channels.protocol import RatedSettings
from chatbot.conversation.ports import THREAD
from chatbot.types import Inbound, Json

_NOTE_LIMIT: Final = 1000


class MetaSettings(RatedSettings):
    """`app_id` is our own app, `inbox_app_id` the one in which the team answers, if that is not here.

    `human_agent`: Meta has granted the app the human agent permission.
    """

    app_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    inbox_app_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    human_agent: bool = False


class MetaThreads:
    """Satisfies `Threads` and the property of `HumanAgent`; `_shared` are the account's settings."""

    _shared: MetaSettings

    @property
    def inbox_app(self) -> str:
        return self._shared.inbox_app_id

    @property
    def human_agent(self) -> bool:
        return self._shared.human_agent

    @property
    def messages_per_second(self) -> float | None:
        return self._shared.messages_per_second

    def pass_thread(self, note: str) -> Json | None:
        app = self._shared.inbox_app_id
        return {THREAD: "pass", "app": app, "metadata": note[:_NOTE_LIMIT]} if app else None

    def take_thread(self) -> Json:
        return {THREAD: "take"}


def whose(inbound: Inbound, app_id: str) -> Inbound:
    """An event about the thread with `data.to`: "us", "them", or "asks" when somebody wants it.

    Without our own `app_id` it counts that Meta tells a change to whom it concerns, and others only on standby.
    """
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

"""A message as Instagram takes it: Messenger's bodies within Instagram's limits, the text's counted in bytes."""

from __future__ import annotations

from chatbot.channels.messenger.rendering import bodies
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import Json, Message


class InstagramRenderer:
    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["instagram"]

    def render(self, message: Message) -> tuple[Json, ...]:
        return bodies(message, self.capabilities)

"""A message as bodies of X's direct message calls, `{"text", "attachments"?}` each; delivery adds who it is for.

Ways on are numbered text: the current API shows no buttons. Docs: X API v2 > Direct Messages > Manage. Pure.
"""

from __future__ import annotations

from chatbot.channels.degrading import degrade
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.types import Json, Message


class XRenderer:
    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES["x"]

    def render(self, message: Message) -> tuple[Json, ...]:
        """An attachment is the `{"url"}` of a picture or a film: `send` uploads it and puts its `media_id` in place."""
        return tuple(_body(part) for part in degrade(message, self.capabilities))


def _body(part: Message) -> dict[str, Json]:
    body: dict[str, Json] = {"text": part.text} if part.text else {}
    if part.attachment is not None:
        body["attachments"] = [{"url": part.attachment.url}]
    return body

"""Calls of Meta's Send API, which Messenger and Instagram share: to a recipient a message, or a sign of typing.

Docs: Messenger Platform > Send API reference.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

from chatbot.channels.messenger.refusals import refusal
from chatbot.channels.messenger.rendering import without_file
from chatbot.channels.payload import identifier, load, mapping, sequence, text
from chatbot.channels.posting import Api
from chatbot.channels.protocol import ParseError
from chatbot.conversation.ports import THREAD
from chatbot.errors import PlatformError
from chatbot.policy.capabilities import Capabilities

_log = logging.getLogger(__name__)

_NOT_OURS_TO_TAKE: Final = frozenset({"permission", "thread", "content"})


@dataclass(frozen=True, slots=True)
class SendApi:
    """`secrets` never stand in an error; `limits` are those of the product, Messenger or Instagram."""

    api: Api
    url: str
    secrets: tuple[str, ...]
    limits: Capabilities

    async def send(self, recipient: Mapping[str, str], message: Mapping[str, Any], *, human_agent: bool = False) -> str:
        """The message id; "" where Graph does not tell it. Raises PlatformError.

        `human_agent`: words of a person, which Meta takes after the window when they are marked so. A file that Meta
        does not take goes out as a link.
        """
        try:
            return await self._sent(recipient, message, human_agent=human_agent)
        except PlatformError as error:
            plain = without_file(message, self.limits) if error.reason == "content" else None
            if plain is None:
                raise
            _log.warning("a file goes out as a link: account=%s: %s", self.api.account, error)
        return await self._sent(recipient, plain, human_agent=human_agent)

    async def _sent(self, recipient: Mapping[str, str], message: Mapping[str, Any], *, human_agent: bool) -> str:
        kind = (
            {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if human_agent else {"messaging_type": "RESPONSE"}
        )
        return text(
            (await self._post(self.url, {"recipient": recipient, **kind, "message": message})).get("message_id")
        )

    async def react(self, recipient: Mapping[str, str], action: Mapping[str, Any]) -> str:
        """A reaction to a message of theirs, or taking it back; has no message id. Raises PlatformError."""
        await self._post(self.url, {"recipient": recipient, **action})
        return ""

    async def thread(self, recipient: Mapping[str, str], body: Mapping[str, Any]) -> str:
        """Pass or take the thread, as a body of `Threads` says; has no message id. Raises PlatformError.

        From another app only the page's primary receiver may take it; who is not asks that app to pass it, and is told.
        """
        call: dict[str, Any] = {"recipient": recipient}
        if body.get("app"):
            call["target_app_id"] = body["app"]
        if body.get("metadata"):
            call["metadata"] = body["metadata"]
        try:
            await self._control(str(body[THREAD]), call)
        except PlatformError as error:
            if body[THREAD] != "take" or error.retryable or error.reason not in _NOT_OURS_TO_TAKE:
                raise
            if not await self._ask_for_it(recipient):
                raise
            raise PlatformError(
                f"another app has the conversation and was asked to pass it: write again when it has ({error})",
                reason="thread",
            ) from None
        return ""

    async def _ask_for_it(self, recipient: Mapping[str, str]) -> bool:
        """Whether the app that has the thread was asked; it may grant it or not."""
        try:
            await self._control("request", {"recipient": recipient})
        except PlatformError as error:
            _log.warning("a conversation could not be asked for: account=%s: %s", self.api.account, error)
            return False
        return True

    async def _control(self, action: str, call: Mapping[str, Any]) -> None:
        await self._post(f"{self.url.removesuffix('/messages')}/{action}_thread_control", call)

    async def fields(self, node: str, names: str) -> Mapping[str, Any]:
        """What Graph tells of a node, as far as it is asked for. Raises PlatformError."""
        url = f"{self.url.removesuffix('/me/messages')}/{quote(node, safe='')}?fields={names}"
        answer = await self.api.request("GET", url)
        if answer.status != 200:
            raise refusal(answer.status, answer.headers, answer.raw, self.secrets)
        try:
            return mapping(load(answer.raw))
        except ParseError:
            return {}

    async def page_ids(self, user: str, page: str, token: str, secret: str) -> tuple[str, ...]:
        """The ids under which a user of the app writes to the page. Raises PlatformError."""
        proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        asked = replace(self.api, query={"page": page, "access_token": token, "appsecret_proof": proof}, headers={})
        url = f"{self.url.removesuffix('/me/messages')}/{quote(user, safe='')}/ids_for_pages"
        answer = await asked.request("GET", url)
        if answer.status != 200:
            raise refusal(answer.status, answer.headers, answer.raw, (*self.secrets, token, proof))
        try:
            found = sequence(mapping(load(answer.raw)).get("data"))
        except ParseError:
            return ()
        return tuple(filter(None, (identifier(mapping(each).get("id")) for each in found)))

    async def act(self, recipient: Mapping[str, str], action: str) -> None:
        """`typing_on` or `mark_seen`. A failure is nobody's concern."""
        try:
            await self._post(self.url, {"recipient": recipient, "sender_action": action})
        except PlatformError:
            return

    async def _post(self, url: str, call: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = await self.api.post(url, call)
        if answer.status != 200:
            raise refusal(answer.status, answer.headers, answer.raw, self.secrets)
        try:
            return mapping(load(answer.raw))
        except ParseError:
            return {}  # Graph said 200: the message is out, only its id is unknown

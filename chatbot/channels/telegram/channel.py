"""One Telegram bot: settings, its webhook's secret, and calls of the Bot API.

Docs: Telegram Bot API > Making requests. The token stands in the URL, so no URL is ever put in a message.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

from chatbot.channels.fetching import nothing, stream
from chatbot.channels.payload import identifier, load, mapping, number, sequence, text
from chatbot.channels.posting import Answer, Api
from chatbot.channels.protocol import ParseError, Unsettled, read_settings
from chatbot.channels.setup import Look, Step
from chatbot.channels.telegram import parsing, signature
from chatbot.channels.telegram.rendering import TelegramRenderer, without_file
from chatbot.channels.telegram.settings import TelegramSettings
from chatbot.errors import PlatformError
from chatbot.types import Attachment, Inbound, Json

if TYPE_CHECKING:
    import aiohttp

_log = logging.getLogger(__name__)

_LONGEST_MESSAGE: Final = 200
UPDATES: Final = ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member")
"""What Telegram tells us of; without a list it leaves reactions out."""


class Telegram(TelegramRenderer):
    """Satisfies `Platform` and `Acknowledging`."""

    kind: Final = "telegram"
    idempotent: Final = False

    def __init__(self, account: str, settings: TelegramSettings, session: aiohttp.ClientSession | None) -> None:
        self.account = account
        self.unsettled: Unsettled = settings.unsettled
        self.messaging_window = settings.messaging_window
        self.rates = settings.rates
        self._settings = settings
        self._secret = settings.secret_token.get_secret_value()
        self._token = settings.token.get_secret_value()
        self._url = f"{settings.api_url}/bot{self._token}"
        self._api = Api("Telegram", account, session, {}, {})

    @classmethod
    def open(cls, account: str, settings: Mapping[str, Json], session: aiohttp.ClientSession | None) -> Self:
        return cls(account, read_settings(TelegramSettings, account, settings), session)

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """Telegram asks nothing: setWebhook is called by us."""
        del query
        return None

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        return signature.signed(self._secret, headers, raw)

    def parse(self, raw: bytes) -> tuple[Inbound, ...]:
        """A press has only the time of its message, which may be days old: it counts as pressed when it comes."""
        found = parsing.parse(raw, self.account, self._token.partition(":")[0])
        now = int(time.time() * 1000)
        return tuple(
            replace(each, timestamp=now) if each.kind == "button" and each.raw_type == "callback_query" else each
            for each in found
        )

    def acknowledgment(self, inbounds: Sequence[Inbound]) -> Json:
        """A pressed button shows a clock until its press is answered; the answer to the webhook can do that."""
        for inbound in inbounds:
            if inbound.raw_type == "callback_query":
                return {"method": "answerCallbackQuery", "callback_query_id": inbound.message_id}
        return {"ok": True}

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        """One call, and one more with a link where Telegram does not take the file. It carries no reference of ours."""
        del reference
        try:
            return await self._sent(recipient, mapping(body))
        except PlatformError as error:
            plain = without_file(mapping(body)) if error.reason == "content" else None
            if plain is None:
                raise
            _log.warning("a file goes out as a link: account=%s: %s", self.account, error)
        return await self._sent(recipient, plain)

    async def _sent(self, recipient: str, call: Mapping[str, Any]) -> str:
        fields = {name: value for name, value in call.items() if name != "method"}
        result = await self._call(text(call.get("method")), {"chat_id": recipient, **fields})
        return identifier(result.get("message_id"))

    async def media(self, attachment: Attachment, said: Inbound) -> AsyncGenerator[bytes]:
        """By its handle; the address that it has then holds the bot's token, and is told to nobody."""
        del said
        path = text((await self._call("getFile", {"file_id": attachment.id})).get("file_path"))
        if not path or ".." in path:
            raise nothing("no address")
        root = f"{self._settings.api_url}/file/bot{self._token}"
        async for piece in stream(self._api.session, f"{root}/{quote(path)}"):
            yield piece

    async def typing(self, recipient: str) -> None:
        """Lasts 5 s, or until the next message. A failure is nobody's concern."""
        try:
            await self._call("sendChatAction", {"chat_id": recipient, "action": "typing"})
        except PlatformError:
            return

    async def look(self, webhook: str) -> Look:
        """Satisfies `Administered`."""
        look = Look()
        try:
            bot = await self._call("getMe", {})
        except PlatformError as error:
            look.refused("the token does not work", error)
            return look
        look.ok(f"the token is of @{text(bot.get('username'))}")
        with look.asking("the webhook"):
            self._look_at_webhook(look, await self._call("getWebhookInfo", {}), webhook)
        with look.asking("the commands"):
            await self._look_at_commands(look)
        return look

    def _look_at_webhook(self, look: Look, told: Mapping[str, Any], webhook: str) -> None:
        called, allowed = text(told.get("url")), set(map(text, sequence(told.get("allowed_updates"))))
        if trouble := text(told.get("last_error_message")):
            look.warn(f"Telegram's last call failed: {trouble}", "see that public_url leads here")
        if not webhook:
            look.warn(f"Telegram calls {called or 'nobody'}", "set public_url in bot.yaml, then it can call here")
        elif called == webhook and allowed >= set(UPDATES):
            look.ok(f"Telegram calls {webhook}")
        else:
            fields = {"url": webhook, "secret_token": self._secret, "allowed_updates": list(UPDATES)}
            what = f"Telegram calls {called or 'nobody'}" if called != webhook else "Telegram does not tell everything"
            look.missing(what, Step(f"have Telegram call {webhook}", lambda: self._call("setWebhook", fields)))

    async def _look_at_commands(self, look: Look) -> None:
        wanted = [{"command": name, "description": line} for name, line in self._settings.commands.items()]
        if not wanted:
            return
        if await self._result("getMyCommands", {}) == wanted:
            look.ok("commands as in bot.yaml")
        else:
            does = Step("set the commands as in bot.yaml", lambda: self._call("setMyCommands", {"commands": wanted}))
            look.missing("the commands are not as in bot.yaml", does)

    async def _call(self, method: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        return mapping(await self._result(method, fields))

    async def _result(self, method: str, fields: Mapping[str, Any]) -> Json:
        answer = await self._api.post(f"{self._url}/{method}", fields)
        try:
            told = mapping(load(answer.raw))
        except ParseError:
            told = {}
        if answer.status != 200 or told.get("ok") is False:
            raise self._refusal(answer, told)
        return told.get("result")

    def _refusal(self, answer: Answer, told: Mapping[str, Any]) -> PlatformError:
        code = int(number(told.get("error_code")) or answer.status)
        said = text(told.get("description")).replace(self._token, "***")[:_LONGEST_MESSAGE]
        wait = number(mapping(told.get("parameters")).get("retry_after"))
        reason, retryable = _meaning(code, said.lower())
        return PlatformError(
            f"Telegram answered {code}: {said or 'no explanation'}",
            reason=reason,
            retryable=retryable,
            uncertain=code == 504,
            retry_after=wait if retryable else None,
        )


def _meaning(code: int, said: str) -> tuple[str, bool]:
    """The reason of a refusal and whether trying again helps. Docs: Bot API > Making requests > ResponseParameters."""
    match code:
        case 429:
            return "rate", True
        case 401 | 404:
            return "token", False
        case 403:
            return "blocked", False
        case 409:
            return "permission", False
        case 400 if "chat not found" in said or "peer_id_invalid" in said or "upgraded to a supergroup" in said:
            return "recipient", False
        case _ if 400 <= code < 500:
            return "content", False
    return "outage", True

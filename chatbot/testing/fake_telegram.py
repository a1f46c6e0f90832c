"""A Bot API to test against: one bot with its token, limits, blocked customers, and updates that come one at a time.

Written from Telegram's documents (Bot API), not from our channel.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from aiohttp import web

from chatbot.testing.fake_platform import PICTURE, Event, FakePlatform, Post, Rate, Refusal, Sent
from chatbot.testing.telegram_rules import ACTIONS, ANSWER, FILES, BotError, check_call, check_reaction
from chatbot.types import Json


class FakeTelegram(FakePlatform):
    """`webhook` is what setWebhook was told. Telegram has no window, and tells a bot nothing of what it sent itself."""

    kind: ClassVar[str] = "telegram"

    def __init__(
        self,
        *,
        token: str = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",  # noqa: S107 - a fake
        secret_token: str = "fake-secret-token",  # noqa: S107 - a fake
        clock: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(clock=clock, port=port)
        self.token = token
        self.secret_token = secret_token
        self.webhook: dict[str, Json] = {}
        self.commands: list[Json] = []
        self.answered: list[str] = []
        self._asked: set[str] = set()  # presses of buttons that wait for an answer
        self.blocked_by: set[str] = set()
        self.rate = Rate(30, 1.0, clock)
        self.chat_rate = Rate(20, 20.0, clock)  # one a second, with some patience for a burst

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/bot{token}/{method}", self._call),
            web.get("/bot{token}/{method}", self._call),
            web.get("/file/bot{token}/{path:.+}", self._file),
        ]

    @property
    def settings(self) -> dict[str, str]:
        return {"kind": "telegram", "token": self.token, "secret_token": self.secret_token, "api_url": self.url}

    # --- what customers do ---

    def message(self, who: str, text: str, **more: Json) -> Event:
        return self._update("message", self._message(who, text=text, **more))

    def press(self, who: str, title: str, payload: str) -> Event:
        number = str(self.number())
        self._asked.add(number)
        query = {
            "id": number, "from": self._user(who), "message": self._message(who, text="Which?"),
            "chat_instance": "1", "data": payload,
        }  # fmt: skip
        return self._update("callback_query", query)

    def photo(self, who: str) -> Event:
        sizes = [
            {"file_id": name, "file_unique_id": f"u-{name}", "width": edge, "height": edge}
            for name, edge in (("small", 90), ("large", 900))
        ]
        return self._update("message", self._message(who, photo=sizes))

    def arrived_by(self, who: str, ref: str) -> Event:
        """A link https://t.me/<bot>?start=REF, and a press on Start."""
        return self.message(who, f"/start {ref}")

    def blocked(self, who: str) -> Event:
        """A customer blocks the bot."""
        self.blocked_by.add(who)
        return self._membership(who, "kicked")

    def unblocked(self, who: str) -> Event:
        self.blocked_by.discard(who)
        return self._membership(who, "member")

    def _membership(self, who: str, status: str) -> Event:
        bot = self._me({})
        before = {"status": "member" if status == "kicked" else "kicked", "user": bot, "until_date": 0}
        update = {
            "chat": self._chat(who), "from": self._user(who), "date": int(self._clock()),
            "old_chat_member": before, "new_chat_member": {**before, "status": status},
        }  # fmt: skip
        return self._update("my_chat_member", update)

    def _message(self, who: str, **content: Json) -> Event:
        self.customer_wrote(who)
        number = self.number()
        self._said[str(number)] = who
        return {
            "message_id": number, "from": self._user(who), "chat": self._chat(who), "date": int(self._clock()),
            **content,
        }  # fmt: skip

    @staticmethod
    def _user(who: str) -> Event:
        return {"id": int(who), "is_bot": False, "first_name": "Ann", "language_code": "en"}

    @staticmethod
    def _chat(who: str) -> Event:
        return {"id": int(who), "type": "private", "first_name": "Ann"}

    def _update(self, name: str, content: Event) -> Event:
        return {"update_id": self.number(), name: content}

    def told_of(self, sent: Sent) -> list[Event]:
        return []

    def signed(self, events: Sequence[Event]) -> list[Post]:
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": self.secret_token}
        return [(headers, json.dumps(event).encode()) for event in events]

    # --- the API ---

    async def _call(self, request: web.Request) -> web.Response:
        return await self.answer(request, self._take)

    async def _take(self, request: web.Request) -> Json:
        if request.match_info["token"] != self.token:
            raise BotError(401, "Unauthorized")
        call = await _fields(request)
        method = request.match_info["method"]
        if method in self._methods:
            return {"ok": True, "result": self._methods[method](self, call)}
        return {"ok": True, "result": self._send(method, call)}

    def _send(self, method: str, call: Mapping[str, Any]) -> Json:
        recipient = str(call.get("chat_id", ""))
        self._reach(recipient)
        if wait := self.rate.take() or self.chat_rate.take(recipient):
            raise self.slow_down(wait)
        check_call(method, call)
        answered = call.get("reply_parameters", {})
        if answered and not answered.get("allow_sending_without_reply"):
            known = {*self._said, *(sent.mid for sent in self.sent)}
            if str(answered.get("message_id")) not in known:
                raise BotError(400, "Bad Request: message to be replied not found")
        if call.get(FILES.get(method, "")) in self.unreachable:
            raise BotError(400, "Bad Request: failed to get HTTP URL content")
        text = call.get("text") or call.get("caption") or ""
        number = self.number()
        self.took(Sent(recipient, {"method": method, **call}, str(number), self._clock(), text, ways_of(call)))
        return {"message_id": number, "chat": self._chat(recipient), "date": int(self._clock()), "text": text}

    def _react(self, call: Mapping[str, Any]) -> Json:
        who, number, given = str(call.get("chat_id", "")), str(call.get("message_id", "")), call.get("reaction", [])
        if who in self.blocked_by:
            raise BotError(403, "Forbidden: bot was blocked by the user")
        if self._said.get(number) != who:
            raise BotError(400, "Bad Request: message to react not found")
        check_reaction(given)
        self.reacted(number, given[0]["emoji"] if given else "")
        return True

    def _typing(self, call: Mapping[str, Any]) -> Json:
        recipient = str(call.get("chat_id", ""))
        self._reach(recipient)
        if call.get("action") not in ACTIONS:
            raise BotError(400, "Bad Request: wrong parameter action in request")
        self.typing.append(recipient)
        return True

    def _answer_query(self, call: Mapping[str, Any]) -> Json:
        query = str(call.get("callback_query_id", ""))
        if query not in self._asked:
            raise BotError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if len(str(call.get("text", ""))) > ANSWER:
            raise BotError(400, "Bad Request: MESSAGE_TOO_LONG")
        self._asked.discard(query)
        self.answered.append(query)
        return True

    def _reach(self, recipient: str) -> None:
        if recipient not in self._last_wrote:
            raise BotError(400, "Bad Request: chat not found")
        if recipient in self.blocked_by:
            raise BotError(403, "Forbidden: bot was blocked by the user")

    def _me(self, call: Mapping[str, Any]) -> Json:
        return {"id": int(self.token.partition(":")[0]), "is_bot": True, "first_name": "Fake", "username": "fake_bot"}

    def _set_webhook(self, call: Mapping[str, Any]) -> Json:
        url = str(call.get("url", ""))
        if url and not re.fullmatch(r"https://[^/:]+(:(443|80|88|8443))?(/.*)?", url):
            said = (
                "HTTPS url must be provided for webhook"
                if not url.startswith("https://")
                else ("Webhook can be set up only on ports 80, 88, 443 or 8443")
            )
            raise BotError(400, f"Bad Request: bad webhook: {said}")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", str(call.get("secret_token", ""))):
            raise BotError(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = dict(call)
        return True

    def _webhook_info(self, call: Mapping[str, Any]) -> Json:
        told = {name: self.webhook[name] for name in ("url", "allowed_updates") if name in self.webhook}
        return {"url": "", "has_custom_certificate": False, "pending_update_count": 0, **told}

    def _set_commands(self, call: Mapping[str, Any]) -> Json:
        self.commands = list(call.get("commands", ()))
        return True

    def _my_commands(self, call: Mapping[str, Any]) -> Json:
        return self.commands

    def _get_file(self, call: Mapping[str, Any]) -> Json:
        return {
            "file_id": call.get("file_id"),
            "file_unique_id": "u-1",
            "file_size": len(PICTURE),
            "file_path": "photos/file_1.png",
        }

    _methods: ClassVar[Mapping[str, Callable[[FakeTelegram, Mapping[str, Any]], Json]]] = {
        "sendChatAction": _typing,
        "setMessageReaction": _react,
        "answerCallbackQuery": _answer_query,
        "getMe": _me,
        "setWebhook": _set_webhook,
        "getWebhookInfo": _webhook_info,
        "setMyCommands": _set_commands,
        "getMyCommands": _my_commands,
        "getFile": _get_file,
    }

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return web.Response(status=401)
        return web.Response(body=PICTURE, content_type="image/png")

    def slow_down(self, seconds: float) -> Refusal:
        wait = max(1, int(seconds + 0.999))
        return BotError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    def broken(self) -> Refusal:
        return BotError(502, "Bad Gateway")


async def _fields(request: web.Request) -> dict[str, Any]:
    """Telegram takes a query, a form or JSON; what is no text stands in a form as JSON."""
    if request.content_type == "application/json":
        try:
            return dict(json.loads(await request.read()))
        except (ValueError, TypeError):
            raise BotError(400, "Bad Request: can't parse JSON") from None
    given = {**request.query, **await request.post()}
    return {name: json.loads(str(value)) if name in _NO_TEXTS else value for name, value in given.items()}


_NO_TEXTS: Final = frozenset(
    {"reply_markup", "allowed_updates", "commands", "media", "latitude", "longitude", "reply_parameters"}
)


def ways_of(call: Mapping[str, Any]) -> dict[str, str]:
    rows = call.get("reply_markup", {}).get("inline_keyboard", ())
    return {button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button}


if __name__ == "__main__":
    from chatbot.testing.customer_terminal import main

    raise SystemExit(main(FakeTelegram, "telegram"))

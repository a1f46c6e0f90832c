"""The operators' JSON API, served on an owner-only Unix socket: whoever can open it owns the installation.

GET /versions, POST /versions/deploy|rollback {"version"}, GET /handoffs, GET /handoffs/<id>, POST
/handoffs/<id>/claim|reply|react|release|resolve {"agent", "text"} (to reply with a template, instead of the text
"template", "values", "language", "media"; to react "emoji", "" takes it back), GET /channels[/<account>], POST
/channels/<account>/setup, GET /status.
Errors are {"error": ..., "owner": ...}: 404 no such handoff, 409 the state does not allow it, 400 a wrong argument.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Mapping
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler

from chatbot.channels.payload import load, mapping, text
from chatbot.channels.protocol import ParseError
from chatbot.conversation.handoffs import Wanted
from chatbot.errors import AuthorError, ChatbotError, Refused
from chatbot.server.bodies import BodyRefused, read_body
from chatbot.server.ports import Accounts, Desk, Status, Versions
from chatbot.types import Json

_ID: Final = r"{id:\d{1,18}}"


def create_operator_app(
    desk: Desk, status: Status | None = None, versions: Versions | None = None, accounts: Accounts | None = None
) -> web.Application:
    app = web.Application(middlewares=[_errors])
    api = _Operators(desk, status, versions, accounts)
    app.router.add_routes(
        [
            web.get("/status", api.status),
            web.get("/versions", api.versions),
            web.post("/versions/{action:deploy|rollback}", api.change_version),
            web.get("/channels", api.channels),
            web.get("/channels/{account}", api.channels),
            web.post("/channels/{account}/setup", api.set_up),
            web.get("/handoffs", api.handoffs),
            web.get(f"/handoffs/{_ID}", api.handoff),
            web.post(f"/handoffs/{_ID}/{{action:claim|reply|react|release|resolve}}", api.act),
        ]
    )
    return app


class _Operators:
    def __init__(self, desk: Desk, status: Status | None, versions: Versions | None, accounts: Accounts | None) -> None:
        self._desk = desk
        self._status = status
        self._versions = versions
        self._accounts = accounts

    async def status(self, _request: web.Request) -> web.Response:
        return _answer(await self._status() if self._status else {"status": "running"})

    async def versions(self, _request: web.Request) -> web.Response:
        return _answer({"versions": await self._versions.versions()} if self._versions else None)

    async def change_version(self, request: web.Request) -> web.Response:
        if self._versions is None:
            return _error(404, "this server has one version only")
        wanted = text(mapping(load(await read_body(request))).get("version"))
        act = self._versions.deploy if request.match_info["action"] == "deploy" else self._versions.rollback
        return _answer(await act(wanted))

    async def channels(self, request: web.Request) -> web.Response:
        if self._accounts is None:
            return _error(404, "this server has no accounts")
        return _answer(await self._accounts.status(request.match_info.get("account", "")))

    async def set_up(self, request: web.Request) -> web.Response:
        if self._accounts is None:
            return _error(404, "this server has no accounts")
        return _answer(await self._accounts.setup(request.match_info["account"]))

    async def handoffs(self, _request: web.Request) -> web.Response:
        return _answer({"handoffs": await self._desk.list()})

    async def handoff(self, request: web.Request) -> web.Response:
        return _answer(await self._desk.show(int(request.match_info["id"])))

    async def act(self, request: web.Request) -> web.Response:
        fields = mapping(load(await read_body(request)))
        agent = text(fields.get("agent")).strip()
        if not agent:
            raise ValueError("agent is missing: say who acts")
        done = await self._action(request.match_info["action"], int(request.match_info["id"]), agent, fields)
        return _answer({"ok": True} if done is None else done)

    def _action(self, action: str, handoff: int, agent: str, fields: Mapping[str, Any]) -> Awaitable[Json]:
        match action:
            case "claim":
                return self._desk.claim(handoff, agent)
            case "release":
                return self._desk.release(handoff, agent)
            case "resolve":
                return self._desk.resolve(handoff, agent)
            case "react":
                return self._desk.react(handoff, agent, text(fields.get("emoji")))
            case _:
                if name := text(fields.get("template")):
                    values = {key: text(value) for key, value in mapping(fields.get("values")).items()}
                    more = (text(fields.get("language")), text(fields.get("media")))
                    return self._desk.send_template(handoff, agent, Wanted(name, values, *more))
                said = text(fields.get("text")).strip()
                if not said:
                    raise ValueError("text is missing: say what to reply")
                return self._desk.reply(handoff, agent, said)


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return web.json_response({"error": str(refused), "owner": refused.owner}, status=409)
    except LookupError:
        return _error(404, f"there is no handoff {request.match_info.get('id', '')}".rstrip())
    except (ValueError, ParseError) as error:
        return _error(400, str(error))
    except BodyRefused as error:
        return _error(error.status, error.reason)
    except AuthorError as error:
        return _error(422, f"{error}: run `chatbot check`")
    except ChatbotError as error:
        return _error(503, str(error))
    except web.HTTPException as error:
        return _error(error.status, error.reason)


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message, "owner": None}, status=status)


def _answer(value: Json) -> web.Response:
    if value is None:
        raise LookupError("no such handoff")
    return web.json_response(_plain(value))


def _plain(value: Json) -> Json:
    """Dataclasses of the desk as JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain(dataclasses.asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value

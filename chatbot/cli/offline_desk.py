"""The operators' API without a server: the same objects on the database, under its lock, for one command."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

from chatbot.conversation.handoffs import Handoffs, Wanted
from chatbot.deploying import Offline, offline
from chatbot.errors import Refused
from chatbot.types import Json

_PATH: Final = re.compile(r"/handoffs(?:/(\d+)(?:/(claim|reply|react|release|resolve))?)?")


class OfflineDesk:
    """Speaks the paths of the operator API. Raises OperatorError when the database is in use."""

    def __init__(self, project: Path) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        try:
            self._place: Offline = self._runner.run(self._stack.enter_async_context(offline(project)))
        except BaseException:
            self._runner.close()
            raise

    def close(self) -> None:
        try:
            self._runner.run(self._stack.aclose())
        finally:
            self._runner.close()

    def get(self, path: str) -> Json:
        return self._runner.run(self._answer(path, {}))

    def post(self, path: str, body: Mapping[str, Json]) -> Json:
        return self._runner.run(self._answer(path, body))

    async def _answer(self, path: str, body: Mapping[str, Any]) -> Json:
        if path.startswith("/versions"):
            return await self._version(path, body)
        if path.startswith("/channels"):
            return await self._channels(path)
        found = _PATH.fullmatch(path)
        if found is None:
            raise Refused(f"{path} needs a running server")
        desk = self._place.handoffs
        if found[1] is None:
            return {"handoffs": plain(await desk.list())}
        try:
            answer = await _act(desk, found[2] or "show", int(found[1]), body)
        except LookupError:
            answer = None
        except ValueError as error:
            raise Refused(str(error)) from None
        if answer is None:
            raise Refused(f"there is no handoff {found[1]}")
        return plain(answer)

    async def _channels(self, path: str) -> Json:
        account = path.removeprefix("/channels").removeprefix("/")
        if account.endswith("/setup"):
            return await self._place.accounts.setup(account.removesuffix("/setup"))
        return await self._place.accounts.status(account)

    async def _version(self, path: str, body: Mapping[str, Any]) -> Json:
        deployment = self._place.deployment
        match path:
            case "/versions":
                return {"versions": plain(await deployment.versions())}
            case "/versions/deploy":
                return plain(await deployment.deploy(str(body.get("version", ""))))
            case "/versions/rollback":
                return plain(await deployment.rollback(str(body.get("version", ""))))
            case _:
                raise Refused(f"{path} needs a running server")


async def _act(desk: Handoffs, verb: str, handoff: int, body: Mapping[str, Any]) -> object:
    """As the server does; a reply is a text or a template."""
    if name := body.get("template"):
        wanted = Wanted(name, body["values"], body["language"], body["media"])
        return await desk.send_template(handoff, body["agent"], wanted)
    return await getattr(desk, verb)(handoff, **body)


def plain(value: Json) -> Json:
    """Dataclasses as the JSON the server would send."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value

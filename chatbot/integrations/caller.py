"""Everything a conversation may call: the services of bot.yaml over HTTP, and the functions of actions.py."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chatbot.content.bot_file import Bot
from chatbot.integrations.actions import Actions
from chatbot.integrations.masking import Mask, secrets_in, secrets_of
from chatbot.integrations.services import Services
from chatbot.types import Call, CallAnswer


class ProjectCaller:
    """Makes the calls of one project."""

    def __init__(self, services: Services, actions: Actions) -> None:
        self._services = services
        self._actions = actions
        self._before: list[tuple[Services, Actions]] = []

    @classmethod
    def open(cls, root: Path, bot: Bot, environ: Mapping[str, str]) -> ProjectCaller:
        """Import the project's actions and make its services ready; nothing is connected yet. Raises OperatorError."""
        secrets = secrets_of(bot)
        return cls(Services(bot.services, Mask(secrets)), Actions.load(root, Mask(secrets | secrets_in(environ))))

    @classmethod
    def idle(cls) -> ProjectCaller:
        """Calls nothing: for who looks at conversations and runs none."""
        return cls(Services({}), Actions({}))

    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer:
        """One attempt; whatever goes wrong is an answer too."""
        return await (self._actions if call.action else self._services).attempt(call, idempotency_key)

    def replace(self, other: ProjectCaller) -> None:
        """Call what `other` would from now on; calls under way end as they began."""
        self._before.append((self._services, self._actions))
        self._services, self._actions = other._services, other._actions

    async def close(self) -> None:
        for services, actions in (*self._before, (self._services, self._actions)):
            await services.close()
            await actions.close()

"""A platform asks for somebody's data to be deleted: noted, done, and answered with where to see that it was.

Meta names the person by an id of the app, which is not the one they write under; a channel may be able to tell. Where
nobody is found by either, the people at the desk are told: nothing here says who it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, runtime_checkable

from chatbot.conversation.faults import told
from chatbot.conversation.ledgers import Deletion
from chatbot.conversation.store import Clock, Unavailable
from chatbot.errors import PlatformError

_log = logging.getLogger(__name__)

LONGEST: Final = 8.0
"""Seconds for finding out who is meant; the platform waits."""

NOBODY: Final = (
    "The platform asks to delete the data of the app's user {subject}, whom we cannot match to a customer of {account}."
    " If you know who it is, delete what you keep of them."
)


@runtime_checkable
class Deleting(Protocol):
    """A channel whose platform passes on such wishes."""

    def deletion_subject(self, signed_request: str) -> str:
        """Whose data it is about; "" when the platform did not sign this."""
        ...

    async def contacts_of(self, subject: str) -> Sequence[str] | None:
        """The ids under which that person writes to this account; None when nobody can tell. Raises PlatformError."""
        ...


class Shelf(Protocol):
    """Where wishes and data are."""

    async def ask_deletion(self, wish: Deletion) -> bool:
        """Note it; False when it is known already."""
        ...

    async def deletion(self, code: str) -> Deletion | None: ...

    async def unfinished_deletions(self) -> Sequence[Deletion]: ...

    async def deletion_done(self, code: str, now: int) -> None: ...

    async def erase(self, account: str, externals: Sequence[str], now: int) -> int:
        """Forget whoever writes under any of these ids; how many they were."""
        ...

    async def warn(self, text: str, now: int) -> None:
        """Tell the people at the desk."""
        ...


class Deletions:
    """`base` is where the world reaches us, without a slash at its end."""

    def __init__(self, store: Shelf, channels: Mapping[str, object], clock: Clock, base: str) -> None:
        self._store = store
        self._channels = {name: each for name, each in channels.items() if isinstance(each, Deleting)}
        self._clock = clock
        self._base = base

    async def ask(self, account: str, signed_request: str) -> dict[str, str] | None:
        """The answer the platform wants; None for an account that has none of this, or when it is not signed."""
        channel = self._channels.get(account)
        subject = channel.deletion_subject(signed_request) if channel is not None else ""
        if not subject:
            return None
        code = hashlib.sha256(signed_request.encode()).hexdigest()[:24]  # the same when it is asked again
        wish = Deletion(code, account, subject, self._clock())
        if await self._store.ask_deletion(wish) and not await self._carry_out(wish):
            await self._store.warn(NOBODY.format(subject=subject, account=account), self._clock())
        return {"url": f"{self._base}/data-deletion/{code}", "confirmation_code": code}

    async def status(self, code: str) -> Deletion | None:
        return await self._store.deletion(code)

    async def resume(self) -> None:
        """What the last process did not finish, and who may have become known since."""
        try:
            for wish in await self._store.unfinished_deletions():
                await self._carry_out(wish)
        except Unavailable as error:
            _log.warning("data deletions wait for the next start: %s", error)

    async def _carry_out(self, wish: Deletion) -> bool:
        """Whether it is done: somebody is forgotten, or surely nobody is known."""
        contacts = await self._contacts(wish)
        found = await self._store.erase(wish.account, [wish.subject, *(contacts or ())], self._clock())
        done = found > 0 or contacts is not None
        if done:
            await self._store.deletion_done(wish.code, self._clock())
        _log.info("data deletion: account=%s code=%s contacts=%d done=%s", wish.account, wish.code, found, done)
        return done

    async def _contacts(self, wish: Deletion) -> Sequence[str] | None:
        channel = self._channels.get(wish.account)
        if channel is None:
            return None
        try:
            async with asyncio.timeout(LONGEST):
                return await channel.contacts_of(wish.subject)
        except (PlatformError, TimeoutError) as error:
            _log.warning("nobody can be matched: account=%s code=%s: %s", wish.account, wish.code, error)
        except Exception as error:  # noqa: BLE001  # the wish is noted, and people are told
            _log.error("nobody can be matched: account=%s code=%s: %s", wish.account, wish.code, told(error))
        return None

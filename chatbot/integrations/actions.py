"""The Python actions of a project: the public functions of its actions.py, run beside the event loop and never in it.

A synchronous action gets a thread of its own, asynchronous ones share a loop in another thread: whatever an action
does, the bot goes on, and its time limit ends the wait. A thread cannot be stopped; what goes on in it is abandoned.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import importlib.util
import inspect
import logging
import sys
import threading
import traceback
import typing
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from pydantic import PydanticUserError, TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_json

from chatbot.content.actions import ACTIONS_FILE, read_actions
from chatbot.errors import OperatorError
from chatbot.integrations.bodies import MOST_BYTES
from chatbot.integrations.masking import Mask
from chatbot.types import Call, CallAnswer, Json

_log = logging.getLogger(__name__)

MODULE: Final = "chatbot_project_actions"
MOST_ABANDONED: Final = 64
"""Threads that go on behind their time limit; beyond them no further synchronous action is begun."""
CLOSING: Final = 1.0
"""Seconds for asynchronous actions to end when the process stops."""
_LONGEST_REASON: Final = 300
_EVERYTHING: Final = (Exception, BaseException, object)
_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class ActionContext:
    """What an action may know of the conversation it runs for, by a parameter of this type.

    `idempotency_key` is the same whenever this one run is made again, and never for another. `now` is aware, in the
    contact's time zone.
    """

    idempotency_key: str
    conversation: int
    channel: str
    language: str
    locale: str
    now: datetime


class _Unfit(Exception):
    """Arguments that are missing, unknown, or not what their annotations say; holds their names."""


@dataclass(frozen=True, slots=True)
class _Action:
    """One function, ready: `types` converts arguments by their annotations, `context` names the parameter for it.

    `needed` have no default, `positional` come without their name, `more` stands for arguments of any other name.
    """

    run: Callable[..., Any]
    types: Mapping[str, TypeAdapter[Any]]
    needed: frozenset[str]
    positional: tuple[str, ...]
    more: TypeAdapter[Any] | None
    context: str

    def bound(self, given: Mapping[str, Json], context: ActionContext) -> tuple[list[Any], dict[str, Any]]:
        """The arguments as the function takes them; what was not given is left to its defaults. Raises _Unfit."""
        values: dict[str, Any] = {}
        wrong = self.needed - given.keys()
        for name, value in given.items():
            adapter = self.types.get(name, self.more)
            read = _converted(adapter, value) if adapter is not None else _MISSING
            if read is _MISSING:
                wrong |= {name}
            values[name] = read
        if wrong:
            raise _Unfit(", ".join(sorted(wrong)))
        if self.context:
            values[self.context] = context
        return [values.pop(name) for name in self.positional if name in values], values


def _converted(adapter: TypeAdapter[Any], value: Json) -> Any:
    try:
        return adapter.validate_python(value)
    except Exception:  # noqa: BLE001  # the edge: a project's own types may raise anything
        return _MISSING


class Actions:
    """Runs actions by name. `close` lets go of the loop; threads that hang are left behind and end with the process."""

    def __init__(self, actions: Mapping[str, _Action], mask: Mask | None = None) -> None:
        self._actions = actions
        self._mask = mask or Mask()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._abandoned = 0
        self._lock = threading.Lock()

    @classmethod
    def load(cls, root: Path, mask: Mask | None = None) -> Actions:
        """Import the actions.py of the project at `root`; without one there are none. Raises OperatorError."""
        path = root / ACTIONS_FILE
        if not path.is_file():
            return cls({}, mask)
        module = _imported(path)
        names = read_actions(path.read_text("utf-8"))[0].signatures
        return cls({name: _prepared(name, getattr(module, name, None)) for name in names}, mask)

    async def close(self) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            await asyncio.to_thread(self._thread.join, CLOSING)
            self._loop = None

    async def attempt(self, call: Call, idempotency_key: str) -> CallAnswer:
        """Run an action once. Whatever happens in it is an answer; what it raised is its `error` and `reason`."""
        action = self._actions.get(call.action)
        if action is None:
            return CallAnswer(call.id, error="invalid", reason=f"there is no action {call.action} in {ACTIONS_FILE}")
        try:
            positional, named = action.bound(call.json or {}, _context(call, idempotency_key))
        except _Unfit as error:
            return CallAnswer(call.id, error="invalid", reason=f"arguments that do not fit: {error}")
        is_async = inspect.iscoroutinefunction(action.run)
        if not is_async and self._abandoned >= MOST_ABANDONED:
            return CallAnswer(call.id, error="invalid", reason="too many actions still run behind their time limit")
        begin = self._in_loop if is_async else self._in_thread
        running = begin(action.run, positional, named)
        try:
            async with asyncio.timeout(call.timeout / 1000):
                return CallAnswer(call.id, 200, body=await asyncio.wrap_future(running))
        except TimeoutError as error:
            if running.done() and not running.cancelled():
                return self._raised(call, running.exception() or error)  # its own, before ours
            running.cancel()
            return CallAnswer(call.id, error="timeout")
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return self._raised(call, error)  # the action raised it; nobody cancelled us
        except Exception as error:  # noqa: BLE001  # the edge: an action is somebody else's code, and fails as it likes
            return self._raised(call, error)

    def _raised(self, call: Call, error: BaseException) -> CallAnswer:
        if isinstance(error, _Unusable):
            return CallAnswer(call.id, error="invalid", reason=str(error))
        words = self._mask.text(" ".join(str(error).split()))[:_LONGEST_REASON]
        name = type(error).__name__
        places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(ACTIONS_FILE)]
        where = f"{ACTIONS_FILE}:{places[-1].lineno}" if places else ACTIONS_FILE
        _log.warning("action %s raised %s at %s", call.action, name, where)  # its words may be a customer's
        kind = "timeout" if isinstance(error, TimeoutError) else name
        bases = tuple(each.__name__ for each in type(error).__mro__[1:] if each not in _EVERYTHING)
        return CallAnswer(call.id, error=kind, reason=f"{name}: {words}" if words else name, bases=bases)

    # --- beside the loop -------------------------------------------------------------------------------------

    def _in_thread(
        self, run: Callable[..., Any], positional: list[Any], named: dict[str, Any]
    ) -> concurrent.futures.Future[Json]:
        done: concurrent.futures.Future[Json] = concurrent.futures.Future()

        def work() -> None:
            _settle(done, lambda: _usable(contextvars.Context().run(_run_to_its_end, run, positional, named)))
            with self._lock:
                self._abandoned -= done.cancelled()

        def count(future: concurrent.futures.Future[Json]) -> None:
            if future.cancelled():
                with self._lock:
                    self._abandoned += 1

        done.add_done_callback(count)
        # A daemon: an action that hangs must not keep the process from ending.
        threading.Thread(target=work, name=f"action-{run.__name__}", daemon=True).start()
        return done

    def _in_loop(
        self, run: Callable[..., Any], positional: list[Any], named: dict[str, Any]
    ) -> concurrent.futures.Future[Json]:
        async def work() -> Json:
            try:
                return _usable(await run(*positional, **named))
            except (SystemExit, KeyboardInterrupt) as error:  # would end the loop for all others
                raise RuntimeError(f"raised {type(error).__name__}") from error

        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_run_loop, args=(self._loop,), name="actions", daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(work(), self._loop)


class _Unusable(Exception):
    """What an action returned cannot be kept."""


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
    finally:
        loop.close()


def _run_to_its_end(run: Callable[..., Any], positional: list[Any], named: dict[str, Any]) -> object:
    """A decorated asynchronous function may look like any other until it is called."""
    result = run(*positional, **named)
    return asyncio.run(_awaited(result)) if inspect.isawaitable(result) else result


async def _awaited(result: Awaitable[object]) -> object:
    return await result


def _settle(done: concurrent.futures.Future[Json], work: Callable[[], Json]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001  # also SystemExit: whoever waits must hear of it
        ordinary = isinstance(error, Exception) and not isinstance(error, StopIteration)  # no future may hold that
        failure = error if ordinary else RuntimeError(f"raised {type(error).__name__}")
        _late(done, lambda: done.set_exception(failure))
    else:
        _late(done, lambda: done.set_result(result))


def _late(done: concurrent.futures.Future[Json], settle: Callable[[], None]) -> None:
    """Nobody waits any more once the time limit has passed."""
    with contextlib.suppress(concurrent.futures.InvalidStateError):
        settle()


def _usable(result: object) -> Json:
    """What an action returned, as JSON: models, dataclasses, dates and decimals are turned into it."""
    if isinstance(result, Iterator):  # it may never end
        raise _Unusable(f"what it returned is no JSON: {type(result).__name__}")
    try:
        raw = to_json(result, inf_nan_mode="null")
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        raise _Unusable(f"what it returned is no JSON: {type(result).__name__}") from error
    if len(raw) > MOST_BYTES:
        raise _Unusable(f"what it returned is more than {MOST_BYTES >> 20} MiB")
    return from_json(raw)


def _context(call: Call, key: str) -> ActionContext:
    about = call.about
    return ActionContext(
        key,
        int(about.get("conversation", 0)),
        str(about.get("channel", "")),
        str(about.get("language", "")),
        str(about.get("locale", "")),
        datetime.fromisoformat(str(about.get("now") or "1970-01-01T00:00:00+00:00")),
    )


# --- loading ----------------------------------------------------------------------------------------------------


def _imported(path: Path) -> ModuleType:
    """The module, with its folder on the path so that it may import what lies beside it."""
    spec = importlib.util.spec_from_file_location(MODULE, path)
    if spec is None or spec.loader is None:
        raise OperatorError(f"{path} cannot be imported")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[MODULE]
        if isinstance(error, KeyboardInterrupt):
            raise
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        where = f"line {lines[-1]}: " if lines else ""
        raise OperatorError(f"{path} cannot be imported: {where}{type(error).__name__}: {error}") from error
    return module


def _prepared(name: str, run: object) -> _Action:
    """A function with what its parameters take. Raises OperatorError for one whose types cannot be used."""
    if not callable(run):
        raise OperatorError(f"{name} in {ACTIONS_FILE} is no longer a function once the file has been read")
    try:
        hints = typing.get_type_hints(run, include_extras=True)
        parameters = inspect.signature(run).parameters.values()
    except (NameError, TypeError, ValueError) as error:
        raise OperatorError(f"{ACTIONS_FILE}: the types of {name} cannot be read: {error}") from None
    types: dict[str, TypeAdapter[Any]] = {}
    context, more = "", None
    for each in parameters:
        if hints.get(each.name) is ActionContext:
            context = each.name
        elif each.kind is not each.VAR_POSITIONAL:
            try:
                types[each.name] = TypeAdapter(hints.get(each.name, Any))
            except PydanticUserError as error:
                said = str(error).splitlines()[0]
                raise OperatorError(f"{ACTIONS_FILE}: {each.name} of {name} cannot be made of JSON: {said}") from None
        if each.kind is each.VAR_KEYWORD:
            more = types.pop(each.name)
    needed = frozenset(each.name for each in parameters if each.name in types and each.default is each.empty)
    positional = tuple(each.name for each in parameters if each.kind is each.POSITIONAL_ONLY)
    return _Action(run, types, needed, positional, more, context)

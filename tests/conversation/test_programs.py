"""Versions are loaded by hash when a turn needs them, and a broken one stops nobody."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from chatbot.conversation.programs import AT_HAND, KEPT, Programs
from chatbot.storage.sqlite.store import SqliteStore
from tests.conversation.path_kit import Ticking


def version(name: str) -> Any:
    return SimpleNamespace(program=SimpleNamespace(hash=name))


def compiles(bundle: bytes) -> Any:
    if bundle == b"broken":
        raise ValueError("cannot be read")
    return version(bundle.decode())


async def test_a_stored_version_is_loaded_once_and_kept(store: SqliteStore) -> None:
    first = Programs(store, version("one"), compiles, Ticking())
    await first.activate(version("two"), b"two")
    assert first.active.program.hash == "two"
    later = Programs(store, version("three"), compiles, Ticking())
    assert later.get("two") is None
    await later.prepare(["two", "", "three"])
    found = later.get("two")
    assert found is not None
    assert found.program.hash == "two"
    await later.prepare(["two"])
    assert later.get("two") is found
    assert await store.active_program() == "two"


async def test_versions_that_nobody_stands_on_leave_the_memory_and_come_back_when_wanted(store: SqliteStore) -> None:
    programs = Programs(store, version("v0"), compiles, Ticking())
    for number in range(AT_HAND + 5):
        await programs.activate(version(f"v{number}"), f"v{number}".encode())
        await programs.prepare(["v1"])
    assert programs.get("v2") is None
    assert programs.get("v1") is not None
    await programs.prepare(["v2"])
    assert programs.get("v2") is not None


async def test_a_version_that_is_gone_or_broken_falls_back(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    await store.activate("bad", b"broken", 0)
    programs = Programs(store, version("one"), compiles, Ticking())
    await programs.prepare(["bad", "never stored"])
    assert programs.get("bad") is None
    assert programs.get("never stored") is None


async def test_a_version_is_kept_for_a_day_behind_its_successor(store: SqliteStore) -> None:
    clock = Ticking()
    programs = Programs(store, version("one"), compiles, clock)
    await programs.activate(version("one"), b"one")
    await programs.activate(version("two"), b"two")
    clock.now += KEPT - 10_000
    await programs.prepare(["one"])
    assert programs.get("one") is not None
    clock.now += 20_000
    await programs.prepare(["one"])
    assert programs.get("one") is None
    again = Programs(store, version("two"), compiles, clock)
    await again.prepare(["one"])
    assert again.get("one") is None


async def test_a_version_that_is_active_again_is_as_fresh_as_any(store: SqliteStore) -> None:
    clock = Ticking()
    programs = Programs(store, version("one"), compiles, clock)
    for name in ("one", "two", "one", "two"):
        await programs.activate(version(name), name.encode())
        clock.now += KEPT // 2
    await programs.prepare(["one"])
    assert programs.get("one") is not None
    assert [(each.program, each.active) for each in await store.versions()] == [("two", True), ("one", False)]

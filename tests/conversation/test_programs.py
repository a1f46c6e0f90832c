"""Versions are loaded by hash when a turn needs them, and a broken one stops nobody."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from chatbot.conversation.programs import Programs
from chatbot.storage.sqlite.store import SqliteStore
from tests.conversation.path_kit import Ticking


def version(name: str) -> Any:
    return SimpleNamespace(program=SimpleNamespace(hash=name))


def compiles(bundle: bytes) -> Any:
    if bundle == b"broken":
        raise ValueError("cannot be read")
    return version(bundle.decode())


async def test_a_stored_version_is_loaded_once_and_kept(store: SqliteStore) -> None:
    first = Programs(store, version("one"), compiles)
    await first.activate(version("two"), b"two", Ticking())
    assert first.active.program.hash == "two"
    later = Programs(store, version("three"), compiles)
    assert later.get("two") is None
    await later.prepare(["two", "", "three"])
    found = later.get("two")
    assert found is not None
    assert found.program.hash == "two"
    await later.prepare(["two"])
    assert later.get("two") is found
    assert await store.active_program() == "two"


async def test_a_version_that_is_gone_or_broken_falls_back(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    await store.activate("bad", b"broken", 0)
    programs = Programs(store, version("one"), compiles)
    await programs.prepare(["bad", "never stored"])
    assert programs.get("bad") is None
    assert programs.get("never stored") is None

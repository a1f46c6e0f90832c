from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from chatbot import operator_socket
from chatbot.errors import OperatorError


def test_the_socket_lies_in_the_project(tmp_path: Path) -> None:
    assert operator_socket.socket_path(tmp_path) == tmp_path / ".chatbot" / "operator.sock"


def deep(tmp_path: Path) -> Path:
    root = tmp_path / ("a" * 60) / ("b" * 60)
    root.mkdir(parents=True)
    return root


def test_a_path_too_long_for_a_socket_becomes_a_short_private_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    root = deep(tmp_path)
    path = operator_socket.socket_path(root)
    assert len(os.fsencode(path)) <= operator_socket.LONGEST
    assert path == operator_socket.socket_path(root / ".." / root.name)
    assert path != operator_socket.socket_path(root.parent)


def test_the_private_folder_is_in_the_runtime_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    path = operator_socket.prepare(deep(tmp_path))
    assert path.parent == tmp_path / "run" / "chatbot"
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_folder_others_can_write_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    root = deep(tmp_path)
    folder = operator_socket.socket_path(root).parent
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    with pytest.raises(OperatorError, match="only you can use"):
        operator_socket.prepare(root)


def test_a_dead_servers_socket_is_cleared_away(tmp_path: Path) -> None:
    path = operator_socket.prepare(tmp_path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert operator_socket.find(tmp_path) == path
    assert operator_socket.prepare(tmp_path) == path
    assert operator_socket.find(tmp_path) is None


def test_what_is_no_socket_is_not_talked_to(tmp_path: Path) -> None:
    operator_socket.prepare(tmp_path).write_text("not a socket", encoding="utf-8")
    with pytest.raises(OperatorError, match="not a socket of yours"):
        operator_socket.find(tmp_path)

"""Where a running server listens for its operators: one Unix socket a project, for its owner only.

The server and the command line both ask here, so they always mean the same place.
"""

from __future__ import annotations

import os
import stat
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from chatbot.errors import OperatorError

LONGEST: Final = 103
"""Bytes a socket's path may have on every system we know (Linux takes 107, macOS 103)."""


def socket_path(project: Path) -> Path:
    """`.chatbot/operator.sock` in the project; where that is too long, a hashed name in a folder of our own."""
    root = project.resolve()
    path = root / ".chatbot" / "operator.sock"
    if len(os.fsencode(path)) <= LONGEST:
        return path
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(runtime, "chatbot") if runtime else Path(tempfile.gettempdir(), f"chatbot-{os.getuid()}")
    return folder / f"{sha256(os.fsencode(root)).hexdigest()[:16]}.sock"


def prepare(project: Path) -> Path:
    """Make the place ready to bind, and give its path. Only for the holder of the database lock.

    A socket that is left there belongs to a dead server and is removed. Bind under `os.umask(0o177)`.
    Raises OperatorError when the folder is somebody else's.
    """
    path = socket_path(project)
    inside = path.parent.parent == project.resolve()
    path.parent.mkdir(mode=0o755 if inside else 0o700, parents=True, exist_ok=True)
    found = path.parent.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or (not inside and found.st_mode & 0o077):
        raise OperatorError(f"{path.parent} must be a folder that only you can use: remove it, or set XDG_RUNTIME_DIR")
    path.unlink(missing_ok=True)
    return path


def find(project: Path) -> Path | None:
    """The socket of a server that may be running; None when there is none.

    Raises OperatorError when somebody else put it there: what we would send is meant for our own server.
    """
    path = socket_path(project)
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    except PermissionError:
        raise OperatorError(f"{path} is not yours to use: run this as the user who runs the server") from None
    if not stat.S_ISSOCK(found.st_mode) or os.getuid() not in (0, found.st_uid):
        raise OperatorError(f"{path} is not a socket of yours: run this as the user who runs the server")
    return path

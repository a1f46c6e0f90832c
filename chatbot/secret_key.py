"""The installation's secret key: what our own signatures are made with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chatbot.errors import OperatorError

VARIABLE: Final = "CHATBOT_SECRET_KEY"
SHORTEST: Final = 32


def secret_key(environ: Mapping[str, str], database: Path) -> bytes:
    """CHATBOT_SECRET_KEY, else the key in an owner-only file beside the database, made on first use.

    Raises OperatorError for a key that can be guessed, or a file that cannot be read or made.
    """
    given = environ.get(VARIABLE, "")
    if given:
        if len(given) < SHORTEST:
            raise OperatorError(
                f"{VARIABLE} is too short: give it at least {SHORTEST} random characters,"
                " such as those of `openssl rand -hex 32`"
            )
        return given.encode()
    path = database.with_name(database.name + ".key")
    try:
        return _kept(path)
    except OSError as error:
        raise OperatorError(f"cannot use the key file {path}: {error.strerror or error}; or set {VARIABLE}") from None


def _kept(path: Path) -> bytes:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = path.read_bytes().strip()
        if len(found) < SHORTEST:
            raise OperatorError(
                f"the key file {path} is damaged: delete it, and links made before stop working"
            ) from None
        return found
    with os.fdopen(file, "wb") as made:
        key = secrets.token_hex(SHORTEST).encode()
        made.write(key + b"\n")
    return key

"""Where the files of a contact are kept: keys of blobs, which whoever stores, shows or deletes one must agree on.

A key says whose file it is and which, never of what type: that its first bytes say. So one message has one file,
whatever comes in its name a second time.
"""

from __future__ import annotations

import hashlib
from typing import Final

MARK: Final = "blob:"
"""Begins the id of an attachment that is kept here; the rest is its key."""


def key(account: str, contact: str, name: str) -> str:
    """The key of one file; `name` tells it from all others of that contact."""
    return f"{folder(account, contact)}/{digest(name)}"


def folder(account: str, contact: str) -> str:
    """What holds all files of a contact of an account."""
    return f"{account}/{digest(contact)}"


def digest(text: str) -> str:
    """A part of a key: nobody's id stands in the name of a file."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]

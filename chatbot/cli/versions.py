"""How versions and changes of version are told in the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chatbot.types import Json

SHORT = 12
"""Digits of a hash that are shown; enough to tell all versions apart, and to name one with."""


def told(done: Json, form: str, *, offline: bool) -> str:
    """A change of version in a few lines."""
    if form == "json":
        return json.dumps({**done, "offline": offline}, indent=1)
    program, before = str(done["program"])[:SHORT], str(done["before"])[:SHORT]
    if program == before:
        return f"version {program} is active already: nothing changed"
    lines = [f"version {program} is active" + (f", after {before}" if before else "")]
    lines += [f"  {what}: {', '.join(names)}" for what, names in done["changes"].items() if names]
    if left := done["left_on"]:
        counted, finish = ("conversation", "finishes on its") if left == 1 else ("conversations", "finish on their")
        lines.append(f"  {left} {counted} in the middle of a flow {finish} version")
    if offline:
        lines.append("  no server is running: the next one begins with the files as they are then")
    return "\n".join(lines)


def listed(versions: Sequence[Any]) -> str:
    """A line a version, the latest first."""
    rows = [("", "VERSION", "ACTIVE SINCE", "IN A FLOW")]
    for each in versions:
        at = datetime.fromtimestamp(each["activated_at"] / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        rows.append(("*" if each["active"] else "", each["program"][:SHORT], at, str(each["conversations"])))
    return "\n".join(f"{mark:<1} {name:<{SHORT}}  {at:<19}  {count}".rstrip() for mark, name, at, count in rows)

"""What is different between two versions of a bot, by the names an author knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.types import Json


@dataclass(frozen=True, slots=True)
class Changes:
    """Names such as "flow order_status", "intent greeting", "texts es", "bot.yaml": each in one of the three."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def changes(before: bytes, after: bytes) -> Changes:
    """From one stored bundle to another."""
    old, new = _parts(before), _parts(after)
    return Changes(
        added=tuple(name for name in new if name not in old),
        changed=tuple(name for name in new if name in old and new[name] != old[name]),
        removed=tuple(name for name in old if name not in new),
    )


def _parts(bundle: bytes) -> dict[str, Json]:
    """Name -> content of everything a version consists of, in the order of its files."""
    parts: dict[str, Json] = {}
    for file in json.loads(bundle)["files"]:
        tree = file["tree"]
        match file["kind"]:
            case "bot":
                parts["bot.yaml"] = tree
            case "flows":
                parts.setdefault(f"flow {tree.get('flow')}", tree)
            case "texts":
                parts[f"texts {file['file'].rpartition('/')[2].partition('.')[0]}"] = tree
            case _:
                parts |= {f"{kind} {name}": inner for kind, name, inner in _words(tree)}
    return parts


def _words(tree: Mapping[str, Json]) -> list[tuple[str, str, Json]]:
    return [
        (kind, name, inner)
        for key, kind in (("intents", "intent"), ("entities", "entity"))
        for name, inner in (tree.get(key) or {}).items()
    ]

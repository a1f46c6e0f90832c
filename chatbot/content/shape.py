"""From a tree to a model: pydantic's findings in an author's words, at the place they are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from chatbot.content import yaml_traps
from chatbot.content.diagnostics import Diagnostic, Place, Rule
from chatbot.content.messages import ButtonText
from chatbot.content.models import Trigger
from chatbot.content.nearest import near_word, nearest
from chatbot.content.rules import MissingKey, OneVerb, UnknownKey, WrongExpression, WrongText, WrongValue
from chatbot.content.steps import Option, SayStep, Silence
from chatbot.content.verbs import QUESTIONS, VERBS
from chatbot.content.yaml_source import Branch, Leaf, Node, Row, Source

__all__ = [
    "Path", "described", "key_place", "known_keys", "locate", "meant_key", "nearest", "place_of", "plain", "read_shape",
    "validated", "verbs_first", "within",
]  # fmt: skip

T = TypeVar("T")
Path: TypeAlias = tuple[str | int, ...]
"""The way from the root of a file to a value: keys and positions, as pydantic's `loc`."""

_KEY: Final = "[key]"


def plain(node: Node | None, read: Callable[[Leaf], Any] = lambda leaf: leaf.text) -> Any:
    """A tree as dicts, lists and texts; `read` may change a text."""
    match node:
        case None:
            return {}
        case Leaf():
            return read(node)
        case Row(items=items):
            return [plain(item, read) for item in items]
        case Branch(entries=entries):
            return {str(key): plain(value, read) for key, (_, value) in entries.items()}


def locate(root: Node | None, path: Path) -> tuple[Leaf | None, Node | None]:
    """The key and the value a path leads to, as far as the file goes.

    Parts in < > are pydantic's own; a position in what the author wrote without a list stays where it is.
    """
    key: Leaf | None = None
    node = root
    for part in path:
        if isinstance(node, Branch) and str(part) in node.entries:
            key, node = node.entries[str(part)]
        elif isinstance(node, Row) and isinstance(part, int) and part < len(node.items):
            key, node = None, node.items[part]
        elif not isinstance(part, int) and not part.startswith("<"):
            break
    return key, node


def place_of(source: Source, path: Path, *, key: bool = False) -> Place:
    """Where the value at the end of a path stands, or its key."""
    name, node = locate(source.root, path)
    if name is not None and (key or node is None or isinstance(node, Branch | Row) or not node.text):
        return name.place
    if isinstance(node, Branch) and node.entries:
        return next(iter(node.entries.values()))[0].place
    return node.place if node is not None else Place(source.file)


def key_place(source: Source, path: Path, name: str) -> Place:
    """Where the key `name` of the mapping at the end of a path stands."""
    node = locate(source.root, path)[1]
    if isinstance(node, Branch) and name in node.entries:
        return node.entries[name][0].place
    return place_of(source, path)


def within(source: Source, path: Path, column: int, length: int) -> Place:
    """A stretch inside the text at the end of a path."""
    node = locate(source.root, path)[1]
    return source.inside(node, column, length) if isinstance(node, Leaf) else place_of(source, path)


def read_shape(kind: type[T], source: Source, data: Any) -> tuple[T | None, list[Diagnostic]]:
    """The model a file holds, or what is wrong with it."""
    model, found = validated(kind, data)
    return model, described(kind, source, found)


def validated(kind: type[T], data: Any) -> tuple[T | None, list[ErrorDetails]]:
    try:
        return _adapter(kind).validate_python(data), []
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    # A list whose only entries are wrong is empty for pydantic: what is wrong with them says it all.
    inner = {item["loc"][:end] for item in found for end in range(len(item["loc"]))}
    return None, [item for item in found if item["type"] != "too_short" or item["loc"] not in inner]


def verbs_first(kind: Any, found: Iterable[ErrorDetails]) -> list[ErrorDetails]:
    """The same findings without those of steps whose verb is misspelt: what a step may hold follows from its verb."""
    found = list(found)
    extra = {tuple(item["loc"]) for item in found if item["type"] == "extra_forbidden"}
    verbs = {path for path in extra if near_word(str(path[-1]), _verbs_beside(kind, path[:-1]))}
    steps = {path[:-1] for path in verbs}
    return [item for item in found if tuple(item["loc"]) in verbs or tuple(item["loc"])[:-1] not in steps]


def described(kind: Any, source: Source, found: Iterable[ErrorDetails]) -> list[Diagnostic]:
    """Pydantic's findings as ours."""
    found = list(found)
    if source.root is None and any(item["type"] == "missing" for item in found):
        needed = ", ".join(f"`{item['loc'][-1]}:`" for item in found)
        return [MissingKey.at(Place(source.file), "this file is empty", f"it needs at least {needed}")]
    lacking: dict[Path, str] = {}
    for item in found:
        if item["type"] == "missing":
            lacking.setdefault(tuple(item["loc"])[:-1], str(item["loc"][-1]))
    extra = {tuple(item["loc"])[:-1] for item in found if item["type"] == "extra_forbidden"}
    problems = []
    for item in found:
        path = tuple(item["loc"])
        if _behind_a_comma(source, path):
            continue
        wanted = lacking.get(path[:-1], "") if path[:-1] in extra else ""
        if item["type"] == "missing" and path[-1] == wanted:
            continue  # told with the key that stands there in its place
        problem = _translate(kind, source, item["type"], path, item["msg"], item.get("ctx") or {})
        if item["type"] == "extra_forbidden" and wanted and f"`{wanted}`" not in problem.help:
            advice = f"`{wanted}:` is missing here: is that what was meant?"
            near = problem.help.startswith("did you mean")
            problem = replace(problem, help=f"{problem.help} `{wanted}:` is missing, too" if near else advice)
        problems.append(problem)
    return problems


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    adapter = _ADAPTERS.get(kind)
    if adapter is None:
        adapter = _ADAPTERS[kind] = TypeAdapter(kind)
    return adapter


_ADAPTERS: Final[dict[Any, TypeAdapter[Any]]] = {}


def _translate(kind: Any, source: Source, error: str, path: Path, message: str, ctx: Mapping[str, Any]) -> Diagnostic:
    key, node = locate(source.root, path)
    if error in _RULES:
        rule = _RULES[error]
        if error == "expression" and isinstance(node, Leaf) and _is_parted(source, node):
            advice = (
                f"a comma parts what stands between {{ and }}: put quotes round the whole of it: '{node.text}, ...'"
            )
            return rule.at(place_of(source, path), "this expression ends at a comma", advice)
        if "column" in ctx and isinstance(node, Leaf):
            return rule.at(source.inside(node, ctx["column"], ctx["length"]), message)
        return rule.at(key_place(source, path, str(ctx.get("key", ""))), message, _step_advice(error, node, ctx))
    if error == "missing":
        holder = place_of(source, path[:-1], key=len(path) > 1 and _holds(source, path[:-1]))
        return MissingKey.at(holder, f"`{path[-1]}:` is missing here")
    if error == "extra_forbidden":
        return _unknown_key(kind, source, path)
    place = key.place if key is not None and path[-1:] == (_KEY,) else place_of(source, path)
    return WrongValue.at(place, *_expected(error, message, node, ctx, kind_at(kind, path)))


_RULES: Final[dict[str, type[Rule]]] = {
    "expression": WrongExpression,
    "template": WrongText,
    "step": OneVerb,
}


def _holds(source: Source, path: Path) -> bool:
    return isinstance(locate(source.root, path)[1], Branch) and not isinstance(path[-1], int)


_BARE: Final = {"handoff": "handoff: default", "end": "end: done"}
"""What a verb that stands alone is completed to."""


def _step_advice(error: str, node: Node | None, ctx: Mapping[str, Any]) -> str:
    if error == "step" and isinstance(node, Leaf):
        if node.text in VERBS:
            example = _BARE.get(node.text, f"{node.text}: ...")
            return f"a verb has a colon behind it: `{example}`"
        first, _, rest = node.text.partition(" ")
        if first in VERBS and rest:
            return f"a colon is missing behind the verb: `{first}: {rest}`"
        verb = node.text.partition(":")[0]
        if verb in VERBS and ":" in node.text:
            return f"put a blank behind the colon: `{verb}: ...`"
        return f"to send it, write `say: {node.text}`" if node.text and len(node.text) <= 60 else ""
    keys = [str(key) for key in node.entries] if isinstance(node, Branch) else []
    if keys and all(key.isdigit() or key in ("other", "timeout") for key in keys):
        return f"outcomes stand in one mapping, without `- `: `{keys[0]}: ...`"
    if keys and keys[0] in ("else", "then", "if_no"):
        return f"`{keys[0]}:` stands in the step it belongs to, without a `- ` of its own"
    if error == "step" and "near" not in ctx and "said" not in ctx:
        return f"a step begins with one of {', '.join(VERBS)}"
    return ""


_MEANT: Final = {"if_yes": "a yes goes on with the next step; only a no needs steps of its own, under `if_no`"}
"""Keys that other tools have, and what there is in their place."""


def _unknown_key(kind: Any, source: Source, path: Path) -> Diagnostic:
    name = str(path[-1])
    place = key_place(source, path[:-1], name)
    if _is_cut_off(source, place):
        advice = "a comma parts what stands between { and }: put quotes round the whole text"
        return UnknownKey.at(place, f"unknown key `{name}`", advice)
    known = known_keys(kind, path[:-1])
    advice = _MEANT.get(name, "") or nearest(name, (*known, *_verbs_beside(kind, path[:-1])))
    if not advice and known:
        advice = f"known here: {', '.join(known)}"
        if path[:-1] and isinstance(locate(source.root, path)[1], Branch):
            advice += f"; or `{name}:` is indented too far"
    return UnknownKey.at(place, f"unknown key `{name}`", advice)


def _behind_a_comma(source: Source, path: Path) -> bool:
    """Whether a key is the rest of an expression that a comma parted: the `2)` of `{ a: max(1, 2) }`."""
    for end, name in enumerate(path):
        holder = locate(source.root, path[:end])[1]
        if isinstance(name, str) and ")" in name and "(" not in name and isinstance(holder, Branch):
            values = [value for _, value in holder.entries.values()]
            return any(isinstance(value, Leaf) and _is_parted(source, value) for value in values)
    return False


def _is_parted(source: Source, node: Leaf) -> bool:
    """Whether a bracket in an expression is open where a comma of YAML ended it: `{ a: max(1, 2) }`."""
    line = source.lines[node.place.line - 1] if node.place.line <= len(source.lines) else ""
    return node.text.count("(") > node.text.count(")") and line[node.place.end_column - 1 :].lstrip()[:1] == ","


def _is_cut_off(source: Source, place: Place) -> bool:
    """Whether a key has no colon: `{ say: No problem, bye. }`, where a comma was meant to be part of a text."""
    line = source.lines[place.line - 1] if place.line <= len(source.lines) else ""
    return line[place.end_column - 1 :].lstrip()[:1] in (",", "}") and line[: place.column - 1].rstrip().endswith(",")


def meant_key(kind: Any, path: Path) -> str:
    """The key that an unknown one at the end of a path was probably meant to be, "" where none is like it."""
    return near_word(str(path[-1]), (*known_keys(kind, path[:-1]), *_verbs_beside(kind, path[:-1])))


def _verbs_beside(kind: Any, path: Path) -> tuple[str, ...]:
    """A `say` may be the prompt of a question, whose verb then is what was misspelt."""
    return QUESTIONS if kind_at(kind, path) is SayStep else ()


def kind_at(kind: Any, path: Path) -> Any:
    """The type at the end of a path; None where it is not known."""
    for part in path:
        kind = _inside(kind, part)
    return _bare(kind)


def known_keys(kind: Any, path: Path) -> list[str]:
    """The keys a mapping at the end of a path may have."""
    kind = kind_at(kind, path)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    names = (field.alias or name for name, field in kind.model_fields.items())
    return [name for name in names if not name.startswith("<")]


@cache
def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Key -> type; steps hold steps, so what stands in quotes there is looked up."""
    hints = get_type_hints(model, include_extras=True)
    return {field.alias or name: hints[name] for name, field in model.model_fields.items() if name in hints}


def _bare(kind: Any) -> Any:
    """A type without what is said about it, and without its None."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    others = [arg for arg in get_args(kind) if arg is not type(None)]
    return _bare(others[0]) if _is_union(kind) and len(others) == 1 else kind


def _is_union(kind: Any) -> bool:
    return get_origin(kind) is Union or isinstance(kind, UnionType)


def _inside(kind: Any, part: str | int) -> Any:
    """The type one step further along a path; None where it is not known."""
    kind = _bare(kind)
    if _is_union(kind):
        tagged = [arg for arg in get_args(kind) if any(getattr(m, "tag", None) == part for m in get_args(arg)[1:])]
        return tagged[0] if tagged else None
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _fields(kind).get(str(part))
    args = get_args(kind)
    if isinstance(part, int) and args:
        return args[0]
    return args[1] if len(args) > 1 and args[1] is not Ellipsis else None


_EXPECTED: Final = {
    "string_type": "expected a text here",
    "string_unicode": "this text holds half a character: write it again",
    "tuple_type": "expected a list here, every entry behind `- `",
    "too_short": "at least one entry is needed here",
    "mapping_type": "expected a mapping of `key: value` here",
    "dict_type": "expected a mapping of `key: value` here",
    "model_type": "expected a mapping of `key: value` here",
    "model_attributes_type": "expected a mapping of `key: value` here",
}


_EXAMPLES: Final[dict[Any, str]] = {
    ButtonText: "{{ title: {}, intent: its_intent }}",
    Option: "{{ title: {} }}",
    Trigger: "{{ intent: {} }}",
    Silence: "{{ after: {}, say: Still there? }}",
}


def _expected(error: str, message: str, node: Node | None, ctx: Mapping[str, Any], kind: Any) -> tuple[str, str]:
    """The message and the advice for a value that does not fit."""
    written = node.text if isinstance(node, Leaf) else ""
    if error == "literal_error":
        words = re.findall(r"'([^']*)'", str(ctx.get("expected", "")))
        shown = f"`{written}`" if written else "this"
        return f"{shown} is none of {', '.join(words)}", nearest(written, words)
    if error == "too_short" and ctx.get("min_length", 1) > 1:
        return f"at least {ctx['min_length']} entries are needed here", ""
    if error in ("less_than_equal", "greater_than_equal"):
        most = error == "less_than_equal"
        return f"expected a number of at {'most' if most else 'least'} {ctx['le' if most else 'ge']:g}", ""
    if "${" in written:
        return "what this variable holds does not fit here", ""
    if error in ("string_type", "text", "tuple_type") and isinstance(node, Branch) and len(node.entries) == 1:
        key, value = next(iter(node.entries.values()))
        if isinstance(value, Leaf) and not value.text:
            return "a text that begins with `{` needs quotes", yaml_traps.quoted(f"{{{key.text}}}")
        if isinstance(value, Leaf) and error != "tuple_type":
            return "a text with `: ` in it needs quotes", yaml_traps.quoted(f"{key.text}: {value.text}")
    if error in ("tuple_type", "string_type") and isinstance(node, Branch) and not _is_of_mappings(kind):
        return "expected a text here, not a mapping", _unmapped(node, kind)
    return _EXPECTED.get(error, message), str(ctx.get("advice", "")) or _example(error, written, kind)


def _is_of_mappings(kind: Any) -> bool:
    """Whether it is a list whose entries are mappings."""
    inner = _bare(_inside(kind, 0))
    return isinstance(inner, type) and issubclass(inner, BaseModel)


def _unmapped(node: Branch, kind: Any) -> str:
    """What to write instead of a mapping where a text belongs."""
    keys = [str(key) for key in node.entries]
    if all(re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", key) and key not in VERBS for key in keys):
        return "translations stand in texts/<language>.yaml"
    first = next(iter(node.entries.values()))[1]
    if isinstance(first, Leaf) and keys[0] in (*VERBS, "queue", "text"):
        return f"write `{first.text}` alone" + ("; the other keys stand beside it" if len(keys) > 1 else "")
    return ""


def _example(error: str, written: str, kind: Any) -> str:
    if error == "tuple_type":
        inner = _EXAMPLES.get(_bare(_inside(kind, 0))) if 0 < len(written) <= 40 else None
        return f"such as `[{inner.format(written)}]`" if inner else ""
    if error not in ("mapping_type", "dict_type", "model_type", "model_attributes_type"):
        return ""
    if re.match(r"\w+:\S", written):
        return "put a blank behind the colon"
    example = _EXAMPLES.get(kind) if isinstance(kind, type) and 0 < len(written) <= 40 else None
    return f"such as `{example.format(written)}`" if example else ""

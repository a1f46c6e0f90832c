"""Are the names in texts and expressions defined, and what `set` writes to?"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from chatbot.content.check_references import unknown
from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.expression import Expression
from chatbot.content.index import Flow, Index, brought_about
from chatbot.content.nearest import is_slip, nearest
from chatbot.content.rules import MayBeUnset, UnknownContactField, UnknownName, WrongValue
from chatbot.content.shape import Path, locate, place_of, within
from chatbot.content.steps import AskStep, RemindStep, SetStep, WaitStep
from chatbot.content.template import Template
from chatbot.content.vocabulary import READ_ONLY, ROOTS, SYSTEM_EVENTS
from chatbot.content.walk import written_in
from chatbot.content.yaml_source import Branch, Leaf, Source

_LITERALS: Final = {"null": "none", "nil": "none", "undefined": "none", "true": "true", "false": "false", "yes": "true",
                    "no": "false"}  # fmt: skip
"""What other languages write for the values that have a word of their own."""


_OWN: Final = frozenset({*ROOTS, "event"})


def check_names(index: Index) -> Iterator[Diagnostic]:
    bot = index.project.bot
    if bot is not None and bot.model.disclosure is not None:
        yield from _known(index, bot.source, ("disclosure",), bot.model.disclosure, ROOTS)
    reminded = _reminded(index)
    for flow in index.own_flows():
        names = _names(flow, reminded)
        brought = _brought(index, flow, reminded.get(flow.name))
        for path, used in _everything(flow):
            yield from _known(index, flow.source, path, used, names)
            yield from _not_brought(flow, path, used, brought) if brought is not None else ()
        yield from _targets(index, flow)
        yield from _taken(flow)


def _reminded(index: Index) -> dict[str, set[str]]:
    """What reminders start, each with the names that any of them brings."""
    found: dict[str, set[str]] = {}
    for flow in index.flows:
        for _, step in flow.steps:
            if isinstance(step, RemindStep):
                found.setdefault(step.remind, set()).update(step.with_)
    return found


def _names(flow: Flow, reminded: Collection[str]) -> set[str]:
    """The roots a flow may use; `event` is what the engine, an outside event or a reminder brought along."""
    eventful = (
        flow.name.startswith("system.")
        or flow.name in reminded
        or any(trigger.event is not None for trigger in flow.model.start)
        or any(isinstance(step, WaitStep) and step.wait.event is not None for _, step in flow.steps)
    )
    asked = (step.ask for _, step in flow.steps if isinstance(step, AskStep))  # undeclared, that is said at the `ask`
    return {*ROOTS, *flow.model.slots, *asked, *flow.saved(), *(("event",) if eventful else ())}


def _brought(index: Index, flow: Flow, by_reminders: set[str] | None) -> set[str] | None:
    """What the engine and reminders bring to a flow as `event.*`, where nothing else can; else None."""
    outside = any(trigger.event is not None for trigger in flow.model.start) or any(
        isinstance(step, WaitStep) and step.wait.event is not None for _, step in flow.steps
    )
    told = SYSTEM_EVENTS.get(flow.name)
    if outside or (by_reminders is None and told is None) or not index.sure("flows"):
        return None
    return {*(told or ()), *(by_reminders or ())}


def _not_brought(flow: Flow, path: Path, used: Template | Expression, brought: Collection[str]) -> Iterator[Diagnostic]:
    for dotted in sorted(used.paths):
        if dotted[0] == "event" and len(dotted) > 1 and dotted[1] not in brought:
            name, advice = dotted[1], nearest(dotted[1], brought)
            if flow.name in SYSTEM_EVENTS:
                what = f"`{flow.name}` is not told `{name}`: `event.{name}` has no value"
                known = ", ".join(f"`event.{each}`" for each in sorted(brought))
                advice = advice or (f"it is told {known}" if known else "it is told nothing")
            else:
                what = f"no reminder brings `{name}`: `event.{name}` has no value"
                advice = advice or f"bring it where the reminder is set: `with: {{ {name}: ... }}`"
            yield MayBeUnset.at(name_place(flow.source, path, dotted[:2]), what, advice)


def _everything(flow: Flow) -> Iterator[tuple[Path, Template | Expression]]:
    model = flow.model
    if model.title is not None:
        yield ("title",), model.title
    if model.if_ is not None:
        yield ("if",), model.if_
    for name, slot in model.slots.items():
        yield from written_in(slot, ("slots", name))
    for _, step in flow.steps:
        yield from flow.written[id(step)]


def _known(
    index: Index, source: Source, path: Path, used: Template | Expression, names: Collection[str]
) -> Iterator[Diagnostic]:
    for name in sorted(used.names):
        if name not in names:
            found = unknown(UnknownName, name_place(source, path, (name,)), "name", name, names)
            if isinstance(used, Expression) and (meant := _LITERALS.get(name.casefold())):
                yield replace(found, help=f"write `{meant}`")
                continue
            perhaps_text = isinstance(used, Expression) and (name,) in used.paths and "did you" not in found.help
            yield replace(found, help=f"a text stands in quotes: '{name}'; {found.help}") if perhaps_text else found
    for dotted in sorted(used.paths):
        if dotted[0] == "callback" and len(dotted) > 1 and dotted[1] not in index.awaited:
            yield unknown(UnknownName, name_place(source, path, dotted), "awaited event", dotted[1], index.awaited)
        if (
            dotted[0] == "conversation"
            and len(dotted) > 1
            and dotted[1] not in index.remembered
            and index.sure("flows")
        ):
            place = name_place(source, path, dotted)
            advice = nearest(dotted[1], index.remembered) or f"set it first: `set: {{ conversation.{dotted[1]}: ... }}`"
            yield MayBeUnset.at(place, f"no flow sets `conversation.{dotted[1]}`: it has no value", advice)
        if dotted[0] == "contact" and len(dotted) > 1 and dotted[1] not in index.contact and index.sure("bot"):
            place = name_place(source, path, dotted)
            yield unknown(UnknownContactField, place, "contact field", dotted[1], index.contact)
        if dotted[:2] == ("contact", "consent") and len(dotted) > 2:
            yield from _purpose(index, name_place(source, path, dotted), dotted[2])


def _purpose(index: Index, place: Place, name: str) -> Iterator[Diagnostic]:
    """A purpose that no flow asks consent for may come by the API: only one that looks like a slip is told."""
    meant = next((each for each in sorted(index.purposes) if is_slip(name, each)), "")
    if meant and name not in index.purposes:
        what = f"no flow asks for the consent `{name}`: `contact.consent.{name}` has no value"
        yield MayBeUnset.at(place, what, f"did you mean `{meant}`?")


def name_place(source: Source, path: Path, dotted: tuple[str, ...]) -> Place:
    """Where a name stands in the text or expression at a path; the whole of it where it cannot be told."""
    node = locate(source.root, path)[1]
    if isinstance(node, Leaf):
        quoteless = re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: " " * len(found[0]), node.text)
        for text in (quoteless, node.text):
            if found := re.search(rf"(?<![\w.]){re.escape('.'.join(dotted))}(?!\w)", text):
                return within(source, path, found.start(), len(found[0]))
    return place_of(source, path)


def node_place(source: Source, path: Path, used: Expression, node: ast.expr) -> Place:
    """Where a part of the tree of an expression (`tree_of`) stands in it."""
    indent = len(used.source) - len(used.source.lstrip())
    return within(source, path, indent + node.col_offset, (node.end_col_offset or 0) - node.col_offset)


_LENT: Final = frozenset({"channel", "message"})
"""Names that a slot, a choice or an answer may have: that is what its author asks for, and nobody misses the other."""


def _taken(flow: Flow) -> Iterator[Diagnostic]:
    """Names of slots and of what steps save that mean something else already."""
    for name in flow.model.slots:
        if name in _OWN - _LENT:
            yield WrongValue.at(flow.key(("slots",), name), *_said(name))
    for path, step in flow.steps:
        for name in brought_about(step):
            lent = name in _LENT and not isinstance(step, SetStep)
            if name in _OWN and name not in flow.model.slots and not lent:
                yield WrongValue.at(_saved_place(flow, path, name), *_said(name))


def _said(name: str) -> tuple[str, str]:
    return (
        f"`{name}` is a name of the framework's own: nothing else can be called so",
        f"take another name, such as `my_{name}`",
    )


def _saved_place(flow: Flow, path: Path, name: str) -> Place:
    """Where a step names what it saves."""
    for key in ("set", "save", "choose"):
        node = locate(flow.source.root, (*path, key))[1]
        if isinstance(node, Branch) and name in node.entries:
            return flow.key((*path, key), name)
        if isinstance(node, Leaf) and node.text == name:
            return node.place
    return flow.place(path)


def _targets(index: Index, flow: Flow) -> Iterator[Diagnostic]:
    """What `set` writes to on the contact: a field that is declared, and not one the framework keeps."""
    for path, step in flow.steps:
        for target in step.set if isinstance(step, SetStep) else ():
            root, _, name = target.partition(".")
            place = flow.key((*path, "set"), target)
            if root == "contact" and name in READ_ONLY:
                advice = "labels are given with the step `tag`" if name == "tags" else ""
                yield UnknownContactField.at(place, f"`{target}` is read only", advice)
            elif root == "contact" and name and name not in index.contact and index.sure("bot"):
                found = unknown(UnknownContactField, place, "contact field", name, index.contact)
                near = found.help.startswith("did you mean")
                yield found if near else replace(found, help=f"declare it in bot.yaml: `contact: {{ {name}: text }}`")

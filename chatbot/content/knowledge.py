"""What is known at one point of a flow: which names have a value, which have none, which value, what held before.

Reading a condition with it says whether the condition holds; taking one way behind a condition adds to it. Nothing here
knows steps or flows.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from chatbot.content.conditions import LITERALS, atom, complement, dotted, is_changing, is_none, is_written, needed
from chatbot.content.values import same
from chatbot.types import Json

Fact: TypeAlias = tuple[str, Json]
Facts: TypeAlias = frozenset[tuple[str, Fact]]
"""Facts by name, `order.status` and `?condition` among the names; of what is not in it nothing is known."""

HAS: Final[Fact] = ("has", None)
"""It has a value."""
GOT: Final[Fact] = ("got", None)
"""It was brought about by a step; that may have found nothing, so a condition that asks is not foolish."""
NONE: Final[Fact] = ("none", None)
"""It has no value."""

ALWAYS: Final = frozenset({"channel", "now"})
"""Names that always have a value."""

MAYBE: Final[Fact] = ("maybe", None)
"""Nothing is known; no set of facts holds it."""


def known(value: Json) -> Fact:
    """The fact that something has this very value; a value that is no scalar is only there."""
    if value is None:
        return NONE
    return ("is", value) if isinstance(value, str | int | float) else HAS


def there(fact: Fact | None) -> bool:
    """Whether a value may be counted on."""
    return fact is not None and fact[0] in ("has", "got", "is")


def common(a: Facts, b: Facts) -> Facts:
    """What holds both ways."""
    if a == b:
        return a
    one, two = dict(a), dict(b)
    merged = {
        name: fact if fact == two[name] else None if name[0] == "?" else _either(fact, two[name])
        for name, fact in one.items()
        if name in two
    }
    return frozenset((name, fact) for name, fact in merged.items() if fact is not None)


def _either(a: Fact, b: Fact) -> Fact | None:
    if a == b:
        return a
    if not (there(a) and there(b)):
        return None
    return GOT if GOT in (a, b) else HAS


class Knowledge:
    """Facts to ask and to add to; `assume` and `given` leave it as it is and give another."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[str, Fact] | Iterable[tuple[str, Fact]] = ()) -> None:
        self._facts: dict[str, Fact] = dict(facts)

    def facts(self) -> Facts:
        return frozenset(self._facts.items())

    def items(self) -> Iterable[tuple[str, Fact]]:
        return self._facts.items()

    def of(self, name: str) -> Fact | None:
        """What is known of a name or a dotted one; what has no value has no fields."""
        fact = self._facts.get(name)
        while fact is None and "." in name:
            name = name.rpartition(".")[0]
            fact = NONE if self._facts.get(name) == NONE else None
        return fact

    def given(self, name: str, fact: Fact | None) -> Knowledge:
        """After a new value: what was known of the old one is forgotten."""
        if self._facts.get(name) == fact and name[0] == "!":
            return self
        kept = {
            key: old
            for key, old in self._facts.items()
            if key != name and not key.startswith(f"{name}.") and not (key[0] == "?" and _about(key, name))
        }
        if fact is not None:
            kept[name] = fact
        return Knowledge(kept)

    def without(self, *facts: Fact) -> Knowledge:
        return Knowledge({name: fact for name, fact in self._facts.items() if fact not in facts})

    def without_changing(self) -> Knowledge:
        """Time has passed: what was true of the hour, or of the message before, may be so no longer."""
        kept = {name: fact for name, fact in self._facts.items() if not is_changing(name)}
        return Knowledge(kept) if len(kept) < len(self._facts) else self

    def without_roots(self, *roots: str) -> Knowledge:
        """Without what is known of the fields of these: others may have changed them."""
        kept = {
            name: fact
            for name, fact in self._facts.items()
            if name.partition(".")[0] not in roots
            and not (name[0] == "?" and any(_about(name, root) for root in roots))
        }
        return Knowledge(kept) if len(kept) < len(self._facts) else self

    def value(self, node: ast.expr) -> Fact | None:
        """What an expression gives, as far as can be told."""
        match node:
            case ast.Constant(value=value):
                return known(value)
            case ast.Name(id=name) if name in LITERALS:
                return known(LITERALS[name])
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return known(-value)
            case ast.IfExp(test=test, body=body, orelse=other):
                met = self.truth(test)
                if met is not None:
                    return self.value(body if met else other)
                one, two = self.value(body), self.value(other)
                return _either(one, two) if one and two else None
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self.of(path) if (path := dotted(node)) else None
            case ast.BoolOp():
                return None
            case _:
                return HAS

    # --- reading a condition ---------------------------------------------------------------------------------

    def truth(self, node: ast.expr) -> bool | None:
        """Whether a condition holds; None where it may or may not."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                met = self.truth(inner)
                return None if met is None else not met
            case ast.BoolOp(op=op, values=values):
                met = self._junction(values, stop=isinstance(op, ast.Or))
                return self._remembered(node) if met is None else met
            case ast.IfExp(test=test, body=body, orelse=other):
                met = self.truth(test)
                if met is not None:
                    return self.truth(body if met else other)
                one, two = self.truth(body), self.truth(other)
                return one if one is two else None
            case ast.Call(func=ast.Name(id="has"), args=[name]):
                return self._there(self.value(name))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                decided = self._compared(op, left, right)
                return decided if decided is not None else self._remembered(node)
            case _:
                fact = self.value(node) if not isinstance(node, ast.Compare | ast.Call | ast.BinOp) else None
                if fact is not None and fact[0] in ("is", "none"):
                    return bool(fact[1])
                return self._remembered(node)

    def _remembered(self, node: ast.expr) -> bool | None:
        fact = self._facts.get(atom(node))
        return bool(fact[1]) if fact is not None else None

    @staticmethod
    def _there(fact: Fact | None) -> bool | None:
        return None if fact is None or fact == GOT else fact != NONE

    def _junction(self, values: list[ast.expr], *, stop: bool) -> bool | None:
        """`and` stops at what is false, `or` at what is true; each part is read knowing the ones before it."""
        here, decided = self, True
        for value in values:
            met = here.truth(value)
            if met is stop:
                return stop if decided else None
            if met is None:
                decided = False
                following = here.assume(value, met=not stop)
                if following is None:
                    return None
                here = following
        return (not stop) if decided else None

    def _compared(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> bool | None:
        a, b = self.value(left), self.value(right)
        equal, unequal = isinstance(op, ast.Eq), isinstance(op, ast.NotEq)
        if (equal or unequal) and (is_none(left) or is_none(right)):
            found = self._there(a if is_none(right) else b)
            return None if found is None else found is unequal
        if NONE in (a, b):
            return None if equal and a == b else (False if there(a) or there(b) or not equal else None)
        if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.List) and a and a[0] == "is":
            items = [self.value(item) for item in right.elts]
            if all(item is not None and item[0] == "is" for item in items):
                return any(same(a[1], item[1]) for item in items if item) is isinstance(op, ast.In)
        if not (a and b and a[0] == b[0] == "is"):
            return None
        if equal or unequal:
            return same(a[1], b[1]) is equal
        return _ordered(op, a[1], b[1])

    # --- taking a way behind a condition ---------------------------------------------------------------------

    def assume(self, node: ast.expr, *, met: bool) -> Knowledge | None:
        """What is known where the condition was met, or was not; None where that cannot be."""
        decided = self.truth(node)
        if decided is not None and decided is not met:
            return None
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.assume(inner, met=not met)
            case ast.BoolOp(op=op, values=values):
                every = isinstance(op, ast.And) is met
                return self._all(values, met=met) if every else self._any(node, values, met=met)
            case ast.IfExp(test=test, body=body, orelse=other):
                ways = [(self.assume(test, met=True), body), (self.assume(test, met=False), other)]
                ended = [way.assume(result, met=met) for way, result in ways if way is not None]
                return _joined([way for way in ended if way is not None])
            case _:
                return self._refined(node, met=met)

    def _all(self, values: list[ast.expr], *, met: bool) -> Knowledge | None:
        here: Knowledge | None = self
        for value in values:
            here = here.assume(value, met=met) if here is not None else None
        return here

    def _any(self, node: ast.expr, values: list[ast.expr], *, met: bool) -> Knowledge | None:
        """One of them came out so, those before it the other way."""
        ways: list[Knowledge] = []
        here: Knowledge | None = self
        for value in values:
            if here is None:
                break
            way = here.assume(value, met=met)
            if way is not None:
                ways.append(way)
            here = here.assume(value, met=not met)
        joined = _joined(ways)
        return joined.noted({atom(node): known(met)}) if joined is not None else None

    def _refined(self, node: ast.expr, *, met: bool) -> Knowledge:
        told: dict[str, Fact] = {atom(node): known(met)}
        if (other := complement(node)) and (met or self._is_whole(node)):
            told[other] = known(not met)
        match node:
            case ast.Call(func=ast.Name(id="has"), args=[name]):
                told |= {dotted(name): HAS if met else NONE}
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
                told |= self._equality(left, right, met=met, same_=isinstance(op, ast.Eq))
            case ast.Compare(left=left, ops=ops, comparators=others) if met:
                both = zip(ops, [left, *others], others, strict=False)
                told |= {
                    name: HAS
                    for op, a, b in both
                    if not isinstance(op, ast.Eq) or is_written(a) or is_written(b)
                    for name in needed(a) | needed(b)
                }
            case ast.Compare():
                pass
            case _ if met:
                told |= dict.fromkeys(needed(node), HAS)
        return self.noted(told)

    def _is_whole(self, node: ast.expr) -> bool:
        """Whether both sides of a comparison have a value: else neither it nor its complement holds."""
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        return all(
            (is_written(side) and not is_none(side))
            or dotted(side) in ALWAYS
            or self.value(side) not in (None, GOT, NONE)
            for side in sides
        )

    def _equality(self, left: ast.expr, right: ast.expr, *, met: bool, same_: bool) -> dict[str, Fact]:
        both = needed(left) | needed(right)
        if is_none(left) or is_none(right):
            missing = dotted(right if is_none(left) else left)
            return {missing: NONE} if met is same_ else dict.fromkeys(both, HAS)
        if not met:
            return {}
        if not same_:
            return dict.fromkeys(both, HAS)
        told: dict[str, Fact] = {}
        for side, other in ((left, right), (right, left)):
            fact = self.value(other)
            if fact is not None and fact[0] == "is" and (path := dotted(side)):
                told[path] = fact
        # Two missing values are equal: only one that is written out proves the other.
        if is_written(left) or is_written(right):
            told = dict.fromkeys(both, HAS) | told
        return told

    def noted(self, told: Mapping[str, Fact]) -> Knowledge:
        """More of the same values: what has a field has a value itself."""
        facts = dict(self._facts)
        for name, fact in told.items():
            if not name:
                continue
            if name[0] != "?" and there(fact) and "." in name and facts.get(root := name.partition(".")[0], GOT) == GOT:
                facts[root] = HAS
            if fact != HAS or facts.get(name, ("", None))[0] != "is":
                facts[name] = fact
        return Knowledge(facts)


def _joined(ways: list[Knowledge]) -> Knowledge | None:
    if not ways:
        return None
    facts = ways[0].facts()
    for way in ways[1:]:
        facts = common(facts, way.facts())
    return Knowledge(facts)


def _about(key: str, name: str) -> bool:
    """Whether a remembered condition looks at a name."""
    at = key.find(name)
    while at >= 0:
        before, behind = key[at - 1 : at], key[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or before in "_.") and not (behind.isalnum() or behind == "_"):
            return True
        at = key.find(name, at + 1)
    return False


def _ordered(op: ast.cmpop, a: Json, b: Json) -> bool | None:
    if isinstance(a, bool) or isinstance(b, bool) or not isinstance(a, int | float) or not isinstance(b, int | float):
        return None
    match op:
        case ast.Lt():
            return a < b
        case ast.LtE():
            return a <= b
        case ast.Gt():
            return a > b
        case ast.GtE():
            return a >= b
        case _:
            return None

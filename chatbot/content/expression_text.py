"""An expression as characters: its texts set aside, the usual mistakes told, before Python's grammar sees it."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Mapping
from typing import Final

from chatbot.content.compiled import CompileError

_TRAPS: Final = (
    (re.compile(r"&&"), "write `and`, not `&&`"),
    (re.compile(r"\|\|"), "write `or`, not `||`"),
    (re.compile(r"!(?!=)"), "write `not`, not `!`"),
    (re.compile(r"<>"), "write `!=`, not `<>`"),
    (re.compile(r"===?(?==)"), "write `==`, not `===`"),
    (re.compile(r"(?<![=!<>:])=(?!=)"), "to compare, write `==`, not `=`"),
    (re.compile(r"\bAND\b"), "write `and`, not `AND`"),
    (re.compile(r"\bOR\b"), "write `or`, not `OR`"),
    (re.compile(r"\bNOT\b"), "write `not`, not `NOT`"),
    (re.compile(r"(?<=\s)equals?(?=\s)"), "write `==`, not `equals`"),
    (re.compile(r"(?<=\s)contains(?=\s)"), "write `part in whole`: what is looked for stands first"),
    (re.compile(r"[{}]"), "names stand without braces here"),
    (re.compile(r"#"), "`#` does not belong here; texts need quotes"),
    (re.compile("[\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb]"), "use straight quotes: \"...\" or '...'"),
    (
        re.compile(r"(?<![\w.])(?!(?:0|[1-9]\d*)(?:\.\d+)?(?![\w.]))\d[\w.]*"),
        "a number is written like 12 or 3.5; anything else is a text and needs quotes",
    ),
    (re.compile(r"[^\x20-\x7e]"), "outside quotes only plain letters, digits and signs"),
)  # fmt: skip


_GRAMMAR: Final = frozenset({"and", "or", "not", "in", "is", "if", "else", "True", "False", "None"})
"""The words of Python that mean the same here; no value can be called so."""


class ExpressionError(CompileError):
    """An expression does not compile."""


def mask(source: str) -> tuple[str, dict[int, str]]:
    """The source with every text blanked out (same length), and the texts by the column of their quote.

    Texts are read here and not by Python, so that a backslash is only a backslash.
    """
    out: list[str] = []
    literals: dict[int, str] = {}
    at = 0
    while at < len(source):
        quote = source[at]
        if quote not in "\"'":
            out.append(" " if quote in "\r\n\t" else quote)
            at += 1
            continue
        if at and (source[at - 1].isalnum() or source[at - 1] in "_\"'"):
            raise ExpressionError("put a space or a sign before this quote", at, 1)
        end = at + 1
        while end < len(source) and source[end] != quote:
            end += 2 if source[end] == "\\" else 1
        if end >= len(source):
            raise ExpressionError("this text is never closed: a quote is missing", at, len(source) - at)
        literals[at] = source[at + 1 : end].replace("\\" + quote, quote)
        out.append(f'"{"_" * (end - at - 1)}"')
        at = end + 1
    return "".join(out), literals


def unreserve(masked: str) -> tuple[str, dict[int, str]]:
    """Names and fields may be words that Python keeps for itself (`from`, `mail.class`).

    They are masked, and found again by the column at which they begin.
    """
    hidden: dict[int, str] = {}

    def hide(found: re.Match[str]) -> str:
        word = found[2]
        if not keyword.iskeyword(word) or (not found[1] and word in _GRAMMAR):
            return found[0]
        hidden[found.start(2)] = word
        return found[1] + "_" * len(word)

    return re.sub(r"((?<=[\w\])])\.|(?<![\w.]))([A-Za-z]+)\b", hide, masked), hidden


def restore(tree: ast.expr, hidden: Mapping[int, str], indent: int) -> None:
    """Put the words that `unreserve` hid back into the tree; `indent`: blanks that were cut off before it was read."""
    for node in ast.walk(tree) if hidden else ():
        if isinstance(node, ast.Name):
            node.id = hidden.get(indent + node.col_offset, node.id)
        elif isinstance(node, ast.Attribute):
            node.attr = hidden.get(indent + (node.end_col_offset or 0) - len(node.attr), node.attr)


def refuse_traps(masked: str) -> None:
    """Raise ExpressionError for what people write who know another language, with what to write instead."""
    for trap, hint in _TRAPS:
        if found := trap.search(masked):
            raise ExpressionError(hint, found.start(), len(found[0]))

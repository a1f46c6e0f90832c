"""Edits that put a finding right and change nothing else: a mistyped word, quotes round a text, a step's verb first.

Pure: from texts and findings to texts. Every round is checked again: an edit after which its finding is still there, or
which makes a readable file unreadable, is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from chatbot.content.diagnostics import Diagnostic
from chatbot.content.nearest import is_slip
from chatbot.content.rules import UnusedIgnore

Check: TypeAlias = Callable[[Mapping[str, str]], Sequence[Diagnostic]]

_ROUNDS: Final = 50
_UNREADABLE: Final = frozenset({"CB101", "CB102", "CB103", "CB104"})
_MEANT: Final = re.compile(r"did you mean `([^`]+)`\?")
_INSTEAD: Final = re.compile(r"write `([^`]+)`, not `([^`]+)`")
_QUOTED: Final = re.compile(r'put quotes round the text: (".*")')
_ESCAPES: Final = re.compile(r'\\[0abtnvfre"/\\N_LPxuU ]')


class Edit(NamedTuple):
    """Put `text` in the place of the characters from `start` to before `end` of a file."""

    file: str
    start: int
    end: int
    text: str


def mended(files: Mapping[str, str], check: Check) -> tuple[dict[str, str], int]:
    """The files with everything put right that safely can be, and how many edits that took."""
    now, made, problems = dict(files), 0, check(files)
    refused: set[tuple[str, str, str]] = set()
    for _ in range(_ROUNDS):
        wanted = [(each, edit) for each in problems if _key(each) not in refused and (edit := edit_for(each, now))]
        if not wanted:
            break
        tried, after, good = _tried(now, problems, wanted, check)
        if not good:
            # One of them does not help: one after the other, so that the others still do.
            for each, edit in wanted:
                tried, after, good = _tried(now, problems, [(each, edit)], check)
                if good:
                    wanted = [(each, edit)]
                    break
                refused.add(_key(each))
        if not good:
            break
        made += len(apart(edit for _, edit in wanted))
        now, problems = tried, after
    return now, made


def _key(problem: Diagnostic) -> tuple[str, str, str]:
    return problem.file, problem.code, problem.message


def apart(wanted: Iterable[Edit]) -> list[Edit]:
    """Those that do not touch one another; of two that do, the one that begins first."""
    kept: list[Edit] = []
    for edit in sorted(wanted):
        if not kept or kept[-1].file != edit.file or kept[-1].end <= edit.start:
            kept.append(edit)
    return kept


def applied(files: Mapping[str, str], edits: Iterable[Edit]) -> dict[str, str]:
    """The files after edits that do not touch one another."""
    texts = dict(files)
    for file, start, end, text in sorted(edits, reverse=True):
        texts[file] = texts[file][:start] + text + texts[file][end:]
    return texts


def _tried(
    files: Mapping[str, str], before: Sequence[Diagnostic], wanted: Sequence[tuple[Diagnostic, Edit]], check: Check
) -> tuple[dict[str, str], Sequence[Diagnostic], bool]:
    """The files after some edits, what is found then, and whether that is what was wanted."""
    edits = apart(edit for _, edit in wanted)
    tried = applied(files, edits)
    after = check(tried)
    gone = {(each.file, each.line, each.code, each.message) for each, edit in wanted if edit in edits}
    there = {(each.file, each.line, each.code, each.message) for each in after}
    unreadable = {each.file for each in before if each.code in _UNREADABLE}
    broken = {each.file for each in after if each.code in _UNREADABLE} - unreadable
    return tried, after, not broken and not gone & there


def edit_for(problem: Diagnostic, files: Mapping[str, str]) -> Edit | None:
    """The edit that puts a finding right, None where a person has to look."""
    text = files.get(problem.file)
    if text is None:
        return None
    start, end, line = _span(text, problem)
    raw = text[start:end]
    if problem.code == UnusedIgnore.code:
        return _comment_out(problem.file, text, start, line)
    if "double quotes" in problem.message:
        return _single_quoted(problem.file, text, start, line)
    if (quoted := _QUOTED.fullmatch(problem.help)) and "begins with" in problem.message:
        return _in_brackets(problem.file, text, start, quoted[1])
    replacement = _sign(problem, text, start, end) or _replacement(problem, raw)
    return Edit(problem.file, start, end, replacement) if replacement and replacement != raw else None


def _in_brackets(file: str, text: str, start: int, quoted: str) -> Edit | None:
    """Quotes round a text that begins like a mapping or a list; the finding stands at the text or at its key."""
    plain = quoted[1:-1]
    found = re.compile(r"(?:\w+:[ ]+)?(" + re.escape(plain) + r")(?=[ ]*(?:\r|\n|$))").match(text, start)
    if found is None or "\\" in plain or " #" in plain:
        return None
    return Edit(file, found.start(1), found.end(1), quoted)


def _sign(problem: Diagnostic, text: str, start: int, end: int) -> str:
    """The sign or word that an expression has for one of another language; words keep a blank on each side."""
    instead = _INSTEAD.search(problem.message)
    if instead is None or problem.code != "CB110" or text[start:end] != instead[2]:
        return ""
    if not instead[1].isalpha():
        return instead[1]
    before = "" if text[start - 1 : start] in " ([" else " "
    return before + instead[1] + ("" if text[end : end + 1] == " " else " ")


def _replacement(problem: Diagnostic, raw: str) -> str:
    said = f"{problem.message}; {problem.help}"
    if (quoted := _QUOTED.fullmatch(problem.help)) and quoted[1] == _in_quotes(raw):
        return quoted[1]
    if "put a blank behind the colon" in said and (glued := re.match(r"(\w+):(?=\S)", raw)):
        return f"{glued[1]}: {raw[glued.end() :]}"
    meant = _MEANT.findall(said)
    if problem.is_error and len(meant) == 1 and f"`{raw}`" in problem.message and " or `" not in problem.help:
        return meant[0] if is_slip(raw, meant[0]) else ""
    return ""


def _in_quotes(raw: str) -> str:
    """A text in double quotes; "" for one that ends in a comment or has quotes of its own at an end."""
    if " #" in raw or raw[:1] in "\"'{[" or raw[-1:] in "\"'" or not raw:
        return ""
    return '"' + raw.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _comment_out(file: str, text: str, start: int, line: tuple[int, int]) -> Edit | None:
    """A comment with one code goes; one that stood alone takes its line along."""
    begin = text.rfind("#", line[0], start)
    rest = text[begin : line[1]]
    if begin < 0 or not re.fullmatch(r"#\s*chatbot:\s*ignore\s+CB\d{3}\s*", rest):
        return None
    if text[line[0] : begin].strip():
        return Edit(file, line[0] + len(text[line[0] : begin].rstrip()), line[1], "")
    ending = re.match(r"\r\n|\r|\n", text[line[1] :])
    return Edit(file, line[0], line[1] + (ending.end() if ending else 0), "")


def _single_quoted(file: str, text: str, start: int, line: tuple[int, int]) -> Edit | None:
    """Double quotes become single ones, where no backslash in them could have been meant as one."""
    for found in re.finditer(r'"((?:[^"\\]|\\.)*)"', text[line[0] : line[1]]):
        begin, end = line[0] + found.start(), line[0] + found.end()
        if begin <= start < end and "'" not in found[1] and not _ESCAPES.search(found[1]):
            return Edit(file, begin, end, f"'{found[1]}'")
    return None


def _span(text: str, problem: Diagnostic) -> tuple[int, int, tuple[int, int]]:
    """Where a finding stands in a text: from, to, and its line."""
    lines = list(_lines(text))
    if not 0 < problem.line <= len(lines):
        return 0, 0, (0, 0)
    begin, end = lines[problem.line - 1]
    return begin + problem.column - 1, min(begin + problem.end_column - 1, end), (begin, end)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where every line begins and ends, without its ending; a byte order mark belongs to no line."""
    begin = 1 if text.startswith("\ufeff") else 0
    for ending in re.finditer(r"\r\n|\r|\n", text):
        if ending.start() >= begin:
            yield begin, ending.start()
            begin = ending.end()
    yield begin, len(text)

"""How a run of conversation tests is shown: text with a two-column transcript, JSON, annotations, JUnit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import StringIO
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chatbot.testing import coverage as measures
from chatbot.testing.coverage import Coverage
from chatbot.testing.playing import Difference, Played
from chatbot.types import Json

VERSION = 1


def summary(played: Sequence[Played], seconds: float) -> str:
    """`6 cases in 3 files passed in 0.4 s`, or how many did not."""
    files = len({each.script.file for each in played})
    failed = sum(not each.passed for each in played)
    cases = f"{_count(len(played), 'case')} in {_count(files, 'file')}"
    if failed:
        return f"{failed} of {cases} failed in {seconds:.1f} s"
    return f"{cases} passed in {seconds:.1f} s"


def failure(played: Played, *, width: int = 100, color: bool = False) -> str:
    """One case that failed: where, what, and the exchange in two columns. "" for one that passed."""
    found = played.difference
    if found is None:
        return ""
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=color, no_color=not color, highlight=False, soft_wrap=False)
    script = played.script
    console.print(Text.assemble(("FAILED ", "bold red"), f"{script.test}: {script.name}"))
    console.print(Text.assemble(("  --> ", "blue"), f"{script.file}:{found.line}"), soft_wrap=True)
    console.print(_columns(found))
    console.print(Text(found.message), soft_wrap=True)
    return out.getvalue().rstrip("\n")


def _columns(found: Difference) -> Table:
    table = Table(box=None, padding=(0, 1), show_edge=False, expand=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("expected", ratio=1, overflow="fold")
    table.add_column("", no_wrap=True, width=1)
    table.add_column("the bot said", ratio=1, overflow="fold")
    table.add_row("", Text(found.move, "bold"), "", "")
    for row in found.rows:
        line = str(row.listed.line) if row.listed else ""
        mark = Text("|", "dim") if row.fits else Text("x", "bold red")
        style = "" if row.fits else "red"
        expected = str(row.listed) if row.listed else "(implied)" if row.fits else "(nothing listed)"
        said = row.spoken.text if row.spoken else "(nothing)"
        table.add_row(Text(line, "blue"), Text(expected, style), mark, Text(said, style))
    return table


def as_json(played: Sequence[Played], seconds: float, coverage: Coverage | None = None) -> str:
    """One documented object: {version, passed, failed, seconds, cases: [...]}, and `coverage` where it was measured."""
    failed = sum(not each.passed for each in played)
    cases = [_case(each) for each in played]
    whole = {
        "version": VERSION,
        "passed": len(played) - failed,
        "failed": failed,
        "seconds": round(seconds, 3),
        "cases": cases,
        **({"coverage": measures.as_json(coverage)} if coverage is not None else {}),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _case(played: Played) -> dict[str, Json]:
    found = played.difference
    case: dict[str, Json] = {
        "file": played.script.file,
        "line": played.script.line,
        "test": played.script.test,
        "name": played.script.name,
        "outcome": "passed" if found is None else "failed",
        "seconds": round(played.seconds, 4),
    }
    if found is not None:
        case["difference"] = difference_as_json(found)
    return case


def difference_as_json(found: Difference) -> dict[str, Json]:
    """{line, message, move, rows: [{line, expected, said, fits}]}."""
    rows = [
        {
            "line": row.listed.line if row.listed else None,
            "expected": list(row.listed.texts) if row.listed else None,
            "said": row.spoken.text if row.spoken else None,
            "fits": row.fits,
        }
        for row in found.rows
    ]
    return {"line": found.line, "message": found.message, "move": found.move, "rows": rows}


def as_github(played: Sequence[Played]) -> str:
    """A workflow annotation for each failed case."""
    lines = []
    for each in played:
        if each.difference is not None:
            message = _escaped(f"{each.script.name}: {each.difference.message}")
            lines.append(f"::error file={_escaped(each.script.file)},line={each.difference.line},title=test::{message}")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_junit(played: Sequence[Played], seconds: float, coverage: Coverage | None = None) -> str:
    """JUnit's XML: one suite, a test case for each conversation; coverage as properties, in percent."""
    suite = ET.Element(
        "testsuite",
        name="chatbot",
        tests=str(len(played)),
        failures=str(sum(not each.passed for each in played)),
        time=f"{seconds:.3f}",
    )
    if coverage is not None:
        properties = ET.SubElement(suite, "properties")
        for what in measures.WHAT:
            value = f"{coverage.share(what).percent:.1f}"
            ET.SubElement(properties, "property", name=f"coverage.{what}", value=value)
    for each in played:
        script = each.script
        case = ET.SubElement(
            suite,
            "testcase",
            classname=script.test,
            name=_printable(script.name),
            file=script.file,
            line=str(script.line),
            time=f"{each.seconds:.4f}",
        )
        if each.difference is not None:
            element = ET.SubElement(case, "failure", message=_printable(each.difference.message))
            element.text = _printable(failure(each))
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _printable(text: str) -> str:
    """Without the control characters XML cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

"""An evaluation as one page of HTML: no script, nothing from elsewhere, and every word of a customer escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from chatbot.cli.evaluation_report import Report, percent, thresholds
from chatbot.understanding.evaluation import (
    Outcome,
    accuracy,
    confusions,
    curve,
    interval,
    out_of_scope,
    outcome,
    per_intent,
)

MOST_IN_MATRIX: Final = 40
WIDTH, HEIGHT = 560, 240

STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse } td, th { padding: .15rem .6rem; text-align: left; border-bottom: 1px solid #e3e7ec }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.matrix { overflow-x: auto } .matrix td { width: 1.6rem; padding: 0; text-align: center; font-size: .75rem; border: 0 }
.matrix th { font-size: .75rem; font-weight: normal; border: 0; white-space: nowrap }
.matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); padding: .3rem 0 }
.key span { display: inline-block; margin-right: 1.2rem } .key i { display: inline-block; width: 1rem; height: .25rem;
margin-right: .4rem; vertical-align: middle }
"""
LINES: Final = (("right", "#1a7f4b"), ("wrong", "#c23b3b"), ("silent", "#8a94a3"), ("false_starts", "#b7791f"))
NAMES: Final = {
    "right": "start right",
    "wrong": "start wrong",
    "silent": "do not start",
    "false_starts": "out of scope, yet start",
}


def page(report: Report) -> str:
    judged = report.measured.judged
    inside = sum(one.inside for one in judged)
    share = accuracy(judged)
    low, high = interval(share, inside)
    best = report.best
    scope = out_of_scope(judged)
    facts = [
        f"accuracy {percent(share)} ({percent(low)} to {percent(high)}) on {inside} messages",
        thresholds("today", report.now),
        thresholds("recommended", outcome(judged, best["accept"], best["margin"])),
    ]
    if scope is not None:
        facts.append(
            f"out of scope: AUROC {percent(scope.auroc)}, kept out at 5 % refused: {percent(scope.recall_at_5)}"
        )
    said = report.advice()
    parts = [
        "<h1>How well messages are understood</h1>",
        listed(facts),
        "<h2>Advice</h2>",
        listed(said) if said else "<p>Nothing stands out.</p>",
        "<h2>What each level of <code>accept</code> leads to</h2>",
        drawing(curve(judged, report.now.margin), report.now.accept),
        "<h2>Which intent is taken for which</h2>",
        matrix(report),
        "<h2>Phrases of two intents that are nearly the same</h2>",
        collisions(report),
        "<h2>Every intent</h2>",
        table(
            ("intent", "precision", "recall", "f1", "messages"),
            (
                (name, percent(one.precision), percent(one.recall), percent(one.f1), str(one.support))
                for name, one in sorted(per_intent(judged).items(), key=lambda pair: (pair[1].f1, pair[0]))
            ),
        ),
    ]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Evaluation</title><style>{STYLE}</style>\n<body>{body}</body></html>\n"
    )


def listed(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(f"<{tag}{' class=n' if place else ''}>{escape(cell)}</{tag}>" for place, cell in enumerate(row))

    lines = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', head)}</tr></thead><tbody>{lines}</tbody></table>"


def drawing(outcomes: Sequence[Outcome], accept: float) -> str:
    """The threshold curve as lines, with today's `accept` as a rule."""

    def x(level: float) -> float:
        return round(40 + (WIDTH - 50) * level, 1)

    def y(share: float) -> float:
        return round(10 + (HEIGHT - 40) * (1 - share), 1)

    lines = [
        f'<polyline fill="none" stroke="{color}" stroke-width="2" points="'
        + " ".join(f"{x(one.accept)},{y(getattr(one, name))}" for one in outcomes)
        + '"/>'
        for name, color in LINES
    ]
    grid = [
        f'<line x1="40" x2="{WIDTH - 10}" y1="{y(share)}" y2="{y(share)}" stroke="#e3e7ec"/>'
        f'<text x="4" y="{y(share) + 4}" font-size="11">{100 * share:.0f} %</text>'
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    marks = [
        f'<text x="{x(level) - 8}" y="{HEIGHT - 8}" font-size="11">{level:.1f}</text>' for level in (0.2, 0.4, 0.6, 0.8)
    ]
    rule = f'<line x1="{x(accept)}" x2="{x(accept)}" y1="10" y2="{HEIGHT - 30}" stroke="#1c2430" stroke-dasharray="4"/>'
    key = "".join(f'<span><i style="background:{color}"></i>{NAMES[name]}</span>' for name, color in LINES)
    shape = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" aria-label="threshold curve">'
    return f"{shape}{''.join((*grid, *marks, rule, *lines))}</svg><p class=key>{key}</p>"


def matrix(report: Report) -> str:
    """The intents that are taken for one another: rows as they are, columns as they were read."""
    wrong = confusions(report.measured.judged)
    weight: Counter[str] = Counter()
    for one in wrong:
        weight.update({one.intent: one.count, one.taken_for or "nothing": one.count})
    names = sorted(name for name, _ in weight.most_common(MOST_IN_MATRIX))
    if not names:
        return "<p>None.</p>"
    counts = Counter({(one.intent, one.taken_for or "nothing"): one.count for one in wrong})
    counts.update((each.intent, each.intent) for each in report.measured.judged if each.inside and each.right)
    most = max(count for (row, column), count in counts.items() if row != column)
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    rows = "".join(
        f"<tr><th>{escape(row)}</th>{''.join(cell(counts[row, column], row == column, most) for column in names)}</tr>"
        for row in names
        if row != "nothing"
    )
    return f'<div class="matrix"><table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def cell(count: int, right: bool, most: int) -> str:
    if not count:
        return "<td></td>"
    color = "26,127,75,.15" if right else f"194,59,59,{0.2 + 0.7 * count / most:.2f}"
    return f'<td style="background:rgba({color})">{count}</td>'


def collisions(report: Report) -> str:
    if not report.measured.collisions:
        return "<p>None.</p>"
    return table(
        ("intent", "phrase", "other intent", "phrase", "likeness"),
        (
            (one.intent, one.phrase, one.other_intent, one.other_phrase, f"{one.likeness:.2f}")
            for one in report.measured.collisions
        ),
    )

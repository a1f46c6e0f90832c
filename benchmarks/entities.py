"""How many of the values people write are found, how many found ones are right, and what that costs.

    python benchmarks/entities.py [--misses]

The sentences are those of tests/understanding/entity_sentences.txt.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chatbot.types import Found
from chatbot.understanding import Entities

SENTENCES = Path(__file__).parent.parent / "tests" / "understanding" / "entity_sentences.txt"
MONDAY = 1_767_607_200_000  # 2026-01-05 10:00 UTC
KINDS = ("number", "money", "date", "time", "duration", "phone", "rating")
KNOWN = Entities.build({}, KINDS)
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Sentence:
    """One row; `kind` is "all" for a message in which nothing was asked for, `wrong`: known to be read so."""

    locale: str
    kind: str
    text: str
    expected: tuple[str, ...]
    wrong: bool = False

    def found(self) -> tuple[str, ...]:
        if self.kind == "all":
            return tuple(f"{one.type}={shown(one)}" for one in KNOWN.find_all(self.text, self.locale, MONDAY))
        return tuple(shown(one) for one in KNOWN.find(self.kind, self.text, self.locale, MONDAY))


def sentences() -> Iterator[Sentence]:
    locale = ""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            locale = line.strip("[]")
        elif line and not line.startswith("#"):
            kind, text, values = line.split(" | ")
            wanted = () if values == "-" else tuple(values.split())
            yield Sentence(locale, kind.removeprefix("~"), text, wanted, wrong=kind.startswith("~"))


def shown(found: Found) -> str:
    """A value as the rows write it."""
    match found.type, found.value:
        case "money", {"amount": amount, "currency": currency}:
            return f"{amount}:{currency}"
        case "duration", {"seconds": seconds}:
            return str(seconds)
        case "location", {"latitude": latitude, "longitude": longitude}:
            return f"{latitude},{longitude}"
        case "datetime", str(moment):
            return moment.removesuffix("+00:00")
        case _:
            return str(found.value)


def score(rows: list[Sentence]) -> tuple[int, int, int]:
    """Values expected, found, and found rightly."""
    expected = found = right = 0
    for row in rows:
        want, got = Counter(row.expected), Counter(row.found())
        expected, found, right = expected + want.total(), found + got.total(), right + (want & got).total()
    return expected, found, right


def figures(rows: list[Sentence]) -> str:
    expected, found, right = score(rows)
    exact = sum(Counter(row.expected) == Counter(row.found()) for row in rows)
    precision, recall = (100 * right / whole if whole else 100.0 for whole in (found, expected))
    return f"{len(rows):5} {exact:6} {precision:10.1f} {recall:8.1f}"


def microseconds(kinds: tuple[str, ...], rows: list[Sentence]) -> float:
    """One message read unasked, none seen before."""
    known = Entities.build({}, kinds)
    texts = [(f"{row.text} {number}x", row.locale) for number in range(ROUNDS // 20) for row in rows]
    began = time.perf_counter()
    for text, locale in texts:
        known.find_all(text, locale, MONDAY)
    return (time.perf_counter() - began) / len(texts) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print every row that is wrong")
    arguments = parser.parse_args()
    rows = list(sentences())
    print(f"{'':12} rows  exact  precision   recall")
    print(f"{'everything':12}{figures(rows)}")
    for name in dict.fromkeys(row.locale for row in rows):
        print(f"{name:12}{figures([row for row in rows if row.locale == name])}")
    for name in dict.fromkeys(row.kind for row in rows):
        print(f"{name:12}{figures([row for row in rows if row.kind == name])}")
    print(f"a message, no typed slots: {microseconds((), rows):.0f} us; all kinds: {microseconds(KINDS, rows):.0f} us")
    if arguments.misses:
        for row in rows:
            if Counter(row.expected) != Counter(row.found()):
                print(f"{row.locale} | {row.kind} | {row.text} | {' '.join(row.expected)} <> {' '.join(row.found())}")


if __name__ == "__main__":
    main()

"""How accurate and fast intents are recognised, beside plain rapidfuzz on the same rows.

    python benchmarks/intents.py FOLDER [--train train_10shot_s0.csv] [--rows 1000] [--format text|json]

FOLDER holds train.csv, dev.csv and, if there, dev_typo1.csv and dev_typo2.csv with the columns text,intent; `oos` is
out of scope and never trained on. Public sets with a free licence: BANKING77 (PolyAI), CLINC150 (clinc/oos-eval),
HWU64 (xliuhw/NLU-Evaluation-Data). One core, one message at a time, messages never seen before.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from chatbot.content.bot_file import Bot
from chatbot.content.models import Intent
from chatbot.content.program import Program
from chatbot.understanding import Context, Understanding

Rows = Sequence[tuple[str, str]]
Guess = Callable[[str], tuple[str, float]]
OUT = "oos"
FILES = ("dev.csv", "dev_typo1.csv", "dev_typo2.csv")


@dataclass(frozen=True, slots=True)
class Figures:
    """Accuracy (best candidate, no threshold) and AUROC in percent, times in microseconds."""

    build_seconds: float
    accuracy: dict[str, float]
    auroc: float | None
    messages_per_second: float
    p50_us: float
    p99_us: float


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["intent"]) for row in csv.DictReader(file)]


def program_of(rows: Rows) -> Program:
    phrases: dict[str, list[str]] = {}
    for text, intent in rows:
        if intent != OUT:
            phrases.setdefault(intent, []).append(escaped(text))
    intents = {name: Intent.model_validate({"say": tuple(said)}) for name, said in phrases.items()}
    return Program("benchmark", Bot.model_validate({"name": "benchmark"}), intents, {}, {})


def escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "()[]{}|\\" else character for character in text)


def ours(rows: Rows) -> Guess:
    understanding = Understanding.build(program_of(rows))
    context = Context("en", "en")

    def guess(text: str) -> tuple[str, float]:
        ranked = understanding.read(text, context).ranked
        return (ranked[0].intent, ranked[0].probability) if ranked else ("", 0.0)

    return guess


def rapidfuzz_ratio(rows: Rows) -> Guess:
    texts = [text.lower() for text, intent in rows if intent != OUT]
    intents = [intent for _, intent in rows if intent != OUT]

    def guess(text: str) -> tuple[str, float]:
        _, score, index = process.extractOne(text.lower(), texts, scorer=fuzz.ratio)
        return intents[index], score / 100

    return guess


def measure(make: Callable[[Rows], Guess], train: Rows, sets: dict[str, Rows]) -> Figures:
    began = time.perf_counter()
    guess = make(train)
    built = time.perf_counter() - began
    accuracy: dict[str, float] = {}
    inside: list[float] = []
    outside: list[float] = []
    times: list[float] = []
    for name, rows in sets.items():
        right = known = 0
        for text, intent in rows:
            start = time.perf_counter()
            found, score = guess(text)
            times.append(time.perf_counter() - start)
            if intent == OUT:
                outside.append(score)
                continue
            inside.append(score)
            known += 1
            right += found == intent
        accuracy[name] = round(100 * right / known, 1)
    times.sort()
    return Figures(
        round(built, 2),
        accuracy,
        auroc(inside, outside),
        round(len(times) / sum(times)),
        round(1e6 * times[len(times) // 2]),
        round(1e6 * times[len(times) * 99 // 100]),
    )


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """The chance that a message in scope scores above one out of scope, in percent."""
    if not outside:
        return None
    ranked = sorted([(score, True) for score in inside] + [(score, False) for score in outside])
    below = wins = 0
    for _, is_inside in ranked:
        wins += below if is_inside else 0
        below += not is_inside
    return round(100 * wins / (len(inside) * len(outside)), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="a data folder; without one there is nothing to measure")
    parser.add_argument("--train", default="train.csv")
    parser.add_argument("--rows", type=int, default=1000, help="messages of each set, evenly spread")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    if options.folder is None:
        parser.error("name a folder with train.csv and dev.csv")
    train = rows_of(options.folder / options.train)
    sets = {name.removesuffix(".csv"): spread(rows_of(options.folder / name), options.rows)
            for name in FILES if (options.folder / name).exists()}  # fmt: skip
    figures = {"chatbot": measure(ours, train, sets), "rapidfuzz ratio": measure(rapidfuzz_ratio, train, sets)}
    if options.format == "json":
        print(json.dumps({name: asdict(one) for name, one in figures.items()}, indent=2))
    else:
        print(table(f"{options.folder.name} {options.train}", figures))


def spread(rows: Rows, most: int) -> Rows:
    step = max(1.0, len(rows) / most)
    return [rows[int(number * step)] for number in range(min(most, len(rows)))]


def table(title: str, figures: dict[str, Figures]) -> str:
    lines = [title, f"{'':16}{'accuracy':>24}{'AUROC':>8}{'msgs/s':>9}{'p50 us':>8}{'p99 us':>8}{'build s':>9}"]
    for name, one in figures.items():
        accuracy = " / ".join(f"{value:.1f}" for value in one.accuracy.values())
        shown = "-" if one.auroc is None else f"{one.auroc:.1f}"
        lines.append(f"{name:16}{accuracy:>24}{shown:>8}{one.messages_per_second:>9.0f}{one.p50_us:>8.0f}"
                     f"{one.p99_us:>8.0f}{one.build_seconds:>9.2f}")  # fmt: skip
    first, second = figures.values()
    gains = " / ".join(f"{first.accuracy[name] - second.accuracy[name]:+.1f}" for name in first.accuracy)
    lines.append(f"{'difference':16}{gains:>24}{'':8}{first.messages_per_second / second.messages_per_second:>8.2f}x")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

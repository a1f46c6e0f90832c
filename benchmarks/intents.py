"""How accurate and fast intents are recognised, beside others on the same rows in one go.

    python benchmarks/intents.py FOLDER [--train train_10shot_s0.csv] [--rows 1000] [--nlpjs DIR] [--ablation]
                                 [--meaning on|off|embeddings]

FOLDER holds train.csv, dev.csv and, if there, dev_typo1.csv and dev_typo2.csv with the columns text,intent; `oos` is
out of scope and never trained on. Without a dev.csv train.csv is parted in five: each part is read by bots that learnt
from the others, as it is and with slips of the finger. Public sets with a free licence: BANKING77 (PolyAI), CLINC150
(clinc/oos-eval), HWU64 (xliuhw/NLU-Evaluation-Data), xSID (mainlp/xsid). One core, one message at a time, messages
never seen before.

Beside ours: rapidfuzz (ratio, nearest phrase); scikit-learn (words and letters by TF-IDF, LinearSVC; dependency group
`bench`); nlp.js (DIR: where `npm install node-nlp` was run).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from rapidfuzz import fuzz, process

from chatbot.cli.evaluating import program_of, rows_of
from chatbot.understanding import Context, Understanding, evidence, meaning, sheet
from chatbot.understanding.evaluation import Judged, accuracy, interval, out_of_scope
from chatbot.understanding.meaning import Kind

Rows = Sequence[tuple[str, str]]
Answer = tuple[str, float]
Guess = Callable[[str], Answer]
OUT = "oos"
FOLDS = 5
FILES = ("dev.csv", "dev_typo1.csv", "dev_typo2.csv")
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Figures:
    """Accuracy (best candidate, no threshold) and out-of-scope figures in percent, times in microseconds."""

    build_seconds: float
    accuracy: dict[str, float]
    plus_minus: dict[str, float]
    oos: dict[str, float] | None
    messages_per_second: dict[str, int]
    p50_us: float
    p99_us: float


def ours(rows: Rows, meaning: Kind = "on") -> Guess:
    program = program_of(rows, None)
    matching = program.bot.matching.model_copy(update={"meaning": meaning})
    program = replace(program, bot=program.bot.model_copy(update={"matching": matching}))
    understanding = Understanding.build(program)
    context = Context(language=program.bot.languages[0], locale=program.bot.languages[0])
    gc.collect()
    gc.freeze()

    def guess(text: str) -> Answer:
        ranked = understanding.read(text, context).ranked
        return (ranked[0].intent, ranked[0].probability) if ranked else ("", 0.0)

    return guess


def rapidfuzz_ratio(rows: Rows) -> Guess:
    texts = [text.lower() for text, intent in rows if intent != OUT]
    intents = [intent for _, intent in rows if intent != OUT]

    def guess(text: str) -> Answer:
        _, score, index = process.extractOne(text.lower(), texts, scorer=fuzz.ratio)
        return intents[index], score / 100

    return guess


def scikit_learn(rows: Rows) -> Guess:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - only where it is asked for
    from sklearn.pipeline import make_union  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    kept = [(text, intent) for text, intent in rows if intent != OUT]
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    model = LinearSVC(C=1.0).fit(features.fit_transform([text for text, _ in kept]), [intent for _, intent in kept])

    def guess(text: str) -> Answer:
        scores = model.decision_function(features.transform([text]))[0]
        return str(model.classes_[scores.argmax()]), float(scores.max())

    return guess


def measure(make: Callable[[Rows], Guess], train: Rows, sets: dict[str, Rows]) -> Figures:
    if sets:
        built, answers = answered(make, train, sets)
        return figures(built, sets, answers)
    whole: dict[str, list[tuple[str, str]]] = {}
    told: dict[str, list[tuple[str, float, float]]] = {}
    slowest = 0.0
    for known, parts in folds(train):
        built, answers = answered(make, known, parts)
        slowest = max(slowest, built)
        for name, rows in parts.items():
            whole.setdefault(name, []).extend(rows)
            told.setdefault(name, []).extend(answers[name])
    return figures(slowest, whole, told)


def folds(rows: Rows) -> Iterator[tuple[Rows, Mapping[str, Rows]]]:
    """What a bot learns from, and what it then reads: the same parts and slips for everyone."""
    dice = random.Random(0)  # noqa: S311 - the same dice for everyone
    mixed = dice.sample(rows, len(rows))
    for fold in range(FOLDS):
        asked = mixed[fold::FOLDS]
        slips = [(" ".join(slipped(word, dice) for word in text.split(" ")), intent) for text, intent in asked]
        yield [row for i, row in enumerate(mixed) if i % FOLDS != fold], {"clean": asked, "typo2": slips}


def slipped(word: str, dice: random.Random) -> str:
    """Every other longer word with a letter dropped, doubled, replaced, or swapped with the one before."""
    if len(word) < 5 or not word.isalpha() or dice.random() < 0.5:
        return word
    place = dice.randrange(1, len(word))
    before, here, behind = word[: place - 1], word[place - 1 : place + 1], word[place + 1 :]
    return before + dice.choice((here[0], here + here[1], here[0] + dice.choice("aeinrst"), here[::-1])) + behind


def answered(
    make: Callable[[Rows], Guess], train: Rows, sets: Mapping[str, Rows]
) -> tuple[float, dict[str, list[tuple[str, float, float]]]]:
    began = time.perf_counter()
    guess = make(train)
    built = time.perf_counter() - began
    for text, _ in train[:: max(1, len(train) // 50)]:
        guess(text)
    answers: dict[str, list[tuple[str, float, float]]] = {}
    for name, rows in sets.items():
        answers[name] = []
        for text, _ in rows:
            start = time.perf_counter()
            found, score = guess(text)
            answers[name].append((found, score, time.perf_counter() - start))
    return built, answers


def nlpjs(folder: Path, train: Rows, sets: dict[str, Rows]) -> Figures:
    given = {
        "train": [row for row in train if row[1] != OUT],
        "sets": {name: [text for text, _ in rows] for name, rows in sets.items()},
    }
    done = subprocess.run(
        ["node", str(HERE / "nlpjs.cjs"), str(folder)],  # noqa: S607 - whichever node is on the PATH
        input=json.dumps(given), capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    return figures(told["built"], sets, told["sets"])


def figures(built: float, sets: Mapping[str, Rows], answers: Mapping[str, Sequence[Sequence[object]]]) -> Figures:
    right: dict[str, float] = {}
    spread: dict[str, float] = {}
    speed: dict[str, int] = {}
    clean: list[float] = []
    everyone: list[Judged] = []
    for name, rows in sets.items():
        times = [float(str(answer[2])) for answer in answers[name]]
        judged = [
            Judged(text, intent, ((str(answer[0]), float(str(answer[1]))),), 0.0)
            for (text, intent), answer in zip(rows, answers[name], strict=True)
        ]
        right[name] = round(100 * accuracy(judged), 1)
        low, high = interval(accuracy(judged), sum(one.inside for one in judged))
        spread[name] = round(50 * (high - low), 1)
        speed[name] = round(len(times) / sum(times))
        if not everyone:
            everyone, clean = judged, sorted(times)
    scope = out_of_scope(everyone)
    return Figures(
        round(built, 2),
        right,
        spread,
        {name: round(100 * value, 1) for name, value in asdict(scope).items() if name != "count"} if scope else None,
        speed,
        round(1e6 * clean[len(clean) // 2], 1),
        round(1e6 * clean[len(clean) * 99 // 100], 1),
    )


# --- what each part gives -------------------------------------------------------------------------------------


@contextmanager
def without(part: str) -> Iterator[None]:
    """Build as if there were no such part: its loudness is (nearly) nothing."""
    names = {"letters": "LETTERS", "neighbours": "NEIGHBOURS", "pairs": "PAIR", "synonyms": "ALIKE", "meaning": "MEANS"}
    name, nothing = names[part], 1e-4
    modules = [module for module in (evidence, meaning, sheet) if hasattr(module, name)]
    before = [getattr(module, name) for module in modules]
    for module in modules:
        setattr(module, name, nothing)
    try:
        yield
    finally:
        for module, value in zip(modules, before, strict=True):
            setattr(module, name, value)


def ablation(train: Rows, sets: dict[str, Rows]) -> dict[str, Figures]:
    found = {"all": measure(ours, train, sets)}
    for part in ("letters", "neighbours", "pairs", "synonyms", "meaning"):
        with without(part):
            found[f"without {part}"] = measure(ours, train, sets)
    found["with embeddings"] = measure(partial(ours, meaning="embeddings"), train, sets)
    return found


# --- showing --------------------------------------------------------------------------------------------------


def spread(rows: Rows, most: int) -> Rows:
    step = max(1.0, len(rows) / most)
    return [rows[int(number * step)] for number in range(min(most, len(rows)))]


def table(title: str, figures: dict[str, Figures]) -> str:
    first = next(iter(figures.values()))
    times = f"{'p50 us':>8}{'p99 us':>8}{'build s':>9}"
    lines = [
        f"{title}: {' / '.join(name.removeprefix('dev_') for name in first.accuracy)}",
        f"{'':22}{'accuracy':>20}{'±':>6}{'AUROC/FPR95/rec@5':>20}{'msgs/s':>20}{times}",
    ]
    for name, one in figures.items():
        right = " / ".join(f"{value:.1f}" for value in one.accuracy.values())
        speed = " / ".join(str(value) for value in one.messages_per_second.values())
        scope = "-" if one.oos is None else " / ".join(f"{value:.1f}" for value in one.oos.values())
        lines.append(
            f"{name:22}{right:>20}{max(one.plus_minus.values()):>6.1f}{scope:>20}{speed:>20}"
            f"{one.p50_us:>8.0f}{one.p99_us:>8.0f}{one.build_seconds:>9.2f}"
        )
    for name, one in list(figures.items())[1:]:
        gains = " / ".join(f"{first.accuracy[each] - one.accuracy[each]:+.1f}" for each in first.accuracy)
        ratio = " / ".join(
            f"{first.messages_per_second[each] / one.messages_per_second[each]:.1f}x" for each in first.accuracy
        )
        lines.append(f"{'over ' + name:22}{gains:>20}{'':26}{ratio:>20}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="a data folder")
    parser.add_argument("--train", default="train.csv")
    parser.add_argument("--rows", type=int, default=1000, help="messages of each set, evenly spread")
    parser.add_argument("--nlpjs", type=Path, metavar="DIR", help="where node_modules with node-nlp lies")
    parser.add_argument("--ablation", action="store_true", help="ours without each of its parts, nobody else")
    parser.add_argument("--meaning", choices=("on", "off", "embeddings"), default="on", help="bot.yaml's key of ours")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    if options.folder is None:
        parser.error("name a folder with train.csv and dev.csv")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    train = rows_of(options.folder / options.train)
    if not (options.folder / "dev.csv").exists() and (options.ablation or options.nlpjs):
        parser.error("--ablation and --nlpjs need a dev.csv")
    sets = {name.removesuffix(".csv"): spread(rows_of(options.folder / name), options.rows)
            for name in FILES if (options.folder / name).exists()}  # fmt: skip
    if options.ablation:
        found = ablation(train, sets)
    else:
        own = partial(ours, meaning=options.meaning)
        found = {"chatbot": measure(own, train, sets), "rapidfuzz ratio": measure(rapidfuzz_ratio, train, sets),
                 "TF-IDF + LinearSVC": measure(scikit_learn, train, sets)}  # fmt: skip
        if options.nlpjs is not None:
            found["nlp.js"] = nlpjs(options.nlpjs, train, sets)
    if options.format == "json":
        print(json.dumps({name: asdict(one) for name, one in found.items()}, indent=2))
    else:
        print(table(f"{options.folder.name} {options.train}", found))


if __name__ == "__main__":
    main()

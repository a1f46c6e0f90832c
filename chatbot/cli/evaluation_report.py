"""An evaluation as JSON and as text."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from chatbot.cli.evaluating import Measured
from chatbot.types import Json
from chatbot.understanding.evaluation import (
    Outcome,
    accuracy,
    advice,
    confusions,
    curve,
    interval,
    out_of_scope,
    outcome,
    per_intent,
    recommended,
)

VERSION = 1
MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Report:
    """All that an evaluation found. `now` is what the thresholds of today lead to, `best` the recommended ones."""

    measured: Measured
    now: Outcome
    suggest: float

    @property
    def best(self) -> dict[str, float]:
        return recommended(self.measured.judged)

    def to_json(self) -> dict[str, Json]:
        judged = self.measured.judged
        inside = sum(one.inside for one in judged)
        share = accuracy(judged)
        scope = out_of_scope(judged)
        best = self.best
        return {
            "version": VERSION,
            "accuracy": round(share, 6),
            "accuracy_95": [round(end, 6) for end in interval(share, inside)],
            "messages": len(judged),
            "in_scope": inside,
            "languages": list(self.measured.languages),
            "per_intent": {name: rounded(asdict(one)) for name, one in per_intent(judged).items()},
            "confusions": [{**asdict(one), "examples": list(one.examples)} for one in confusions(judged)],
            "oos": rounded(asdict(scope)) if scope else None,
            "speed": self.measured.speed,
            "build_seconds": round(self.measured.build_seconds, 4),
            "memory_mb": round(self.measured.memory_mb, 1),
            "thresholds": {
                "now": {**rounded(asdict(self.now)), "suggest": self.suggest},
                "recommended": {**rounded(asdict(outcome(judged, best["accept"], best["margin"]))), **best},
                "curve": [rounded(asdict(one)) for one in curve(judged, self.now.margin)],
            },
            "collisions": [asdict(one) for one in self.measured.collisions],
            "advice": self.advice(),
        }

    def advice(self) -> list[str]:
        found = advice(self.measured.judged, self.measured.phrases)
        for one in self.measured.collisions[:3]:
            found.append(
                f"“{one.phrase}” ({one.intent}) and “{one.other_phrase}” ({one.other_intent}) are nearly the same:"
                " keep one"
            )
        best = self.best
        then = outcome(self.measured.judged, best["accept"], best["margin"])
        if (
            then.right - then.wrong - then.false_starts
            > self.now.right - self.now.wrong - self.now.false_starts + 0.005
        ):
            found.append(
                f"matching: {{ accept: {best['accept']}, margin: {best['margin']}, suggest: {best['suggest']} }}"
            )
        return found

    def render(self) -> str:
        judged = self.measured.judged
        inside = sum(one.inside for one in judged)
        share = accuracy(judged)
        low, high = interval(share, inside)
        lines = [f"accuracy {percent(share)}  ({percent(low)} to {percent(high)}, {inside} messages)"]
        scope = out_of_scope(judged)
        if scope is not None:
            lines.append(
                f"out of scope: AUROC {percent(scope.auroc)}, {percent(scope.fpr95)} let in where 95 % in scope are,"
                f" {percent(scope.recall_at_5)} kept out where 5 % are  ({scope.count} messages)"
            )
        lines.append(thresholds("today", self.now))
        best = self.best
        lines.append(thresholds("recommended", outcome(judged, best["accept"], best["margin"])))
        speed = self.measured.speed
        lines.append(
            f"{speed['messages_per_second']:.0f} messages/s, half in {speed['p50_us']:.0f} µs, 99 of 100 in"
            f" {speed['p99_us']:.0f} µs; built in {self.measured.build_seconds:.2f} s,"
            f" {self.measured.memory_mb:.0f} MB"
        )
        wrong = confusions(judged)
        if wrong:
            lines += ["", "taken for another:"]
            lines += [
                f"  {one.count:4}  {one.intent} → {one.taken_for or 'nothing'}   “{one.examples[0]}”"
                for one in wrong[:MOST_SHOWN]
            ]
        asked = [(name, one) for name, one in per_intent(judged).items() if one.support]
        weak = sorted(asked, key=lambda pair: (pair[1].f1, pair[0]))[:MOST_SHOWN]
        lines += ["", "weakest intents:   precision  recall"]
        lines += [f"  {name:30} {percent(one.precision):>7} {percent(one.recall):>7}" for name, one in weak]
        said = self.advice()
        return "\n".join([*lines, *(["", "advice:"] if said else []), *(f"  - {line}" for line in said)])


def thresholds(name: str, one: Outcome) -> str:
    return (
        f"{name}: accept {one.accept:.2f}, margin {one.margin:.2f}: {percent(one.right)} start right,"
        f" {percent(one.wrong)} wrong, {percent(one.silent)} do not start"
        + (f"; {percent(one.false_starts)} of the others start something" if one.false_starts else "")
    )


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def rounded(values: dict[str, Json]) -> dict[str, Json]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in values.items()}

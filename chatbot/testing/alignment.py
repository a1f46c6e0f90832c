"""Lays the bot lines a test lists beside those the bot said, so that one missing line is one difference, not ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from chatbot.testing.matching import pattern


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing the bot said. `implied`: a test need not list it (disclosure, a handoff's acknowledgement)."""

    text: str
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One `bot:` line of a test, any of `texts`, at `line` of its file; `move` is its position in `chat:`."""

    texts: tuple[str, ...]
    line: int
    move: int = 0

    def matcher(self) -> Callable[[str], bool]:
        patterns = [pattern(text) for text in self.texts]
        return lambda text: any(matches(text) for matches in patterns)

    def __str__(self) -> str:
        return " | ".join(self.texts)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the two columns; a side is None where nothing stands against the other."""

    listed: Listed | None
    spoken: Spoken | None
    fits: bool


def align(listed: Sequence[Listed], spoken: Sequence[Spoken]) -> tuple[Row, ...]:
    """The cheapest way to lay one beside the other: what fits or is implied costs nothing, else each line costs one."""
    fits = [[matches(said.text) for said in spoken] for matches in (each.matcher() for each in listed)]
    costs = _costs(fits, spoken, len(listed))
    rows: list[Row] = []
    i = j = 0
    while i < len(listed) or j < len(spoken):
        here = costs[i][j]
        if j < len(spoken) and spoken[j].implied and costs[i][j + 1] == here:
            rows.append(Row(None, spoken[j], fits=True))
            j += 1
        elif i < len(listed) and j < len(spoken) and fits[i][j] and costs[i + 1][j + 1] == here:
            rows.append(Row(listed[i], spoken[j], fits=True))
            i, j = i + 1, j + 1
        elif i < len(listed) and costs[i + 1][j] + 1 == here:
            rows.append(Row(listed[i], None, fits=False))
            i += 1
        else:
            rows.append(Row(None, spoken[j], fits=False))
            j += 1
    return tuple(_paired(rows))


def _costs(fits: Sequence[Sequence[bool]], spoken: Sequence[Spoken], height: int) -> list[list[int]]:
    """costs[i][j]: what laying out the rest costs when i listed and j spoken lines are behind us."""
    costs = [[0] * (len(spoken) + 1) for _ in range(height + 1)]
    for i in range(height, -1, -1):
        for j in range(len(spoken), -1, -1):
            ways = []
            if i < height:
                ways.append(costs[i + 1][j] + 1)
            if j < len(spoken):
                ways.append(costs[i][j + 1] + (not spoken[j].implied))
            if i < height and j < len(spoken) and fits[i][j]:
                ways.append(costs[i + 1][j + 1])
            costs[i][j] = min(ways, default=0)
    return costs


def _paired(rows: Sequence[Row]) -> list[Row]:
    """Runs of lines that only one side has, side by side: "expected this, was that" reads better than two gaps."""
    paired: list[Row] = []
    alone: list[Row] = []
    for row in [*rows, Row(None, None, fits=True)]:
        if not row.fits:
            alone.append(row)
            continue
        missing = [each.listed for each in alone if each.listed is not None]
        extra = [each.spoken for each in alone if each.spoken is not None]
        paired += [Row(left, right, fits=False) for left, right in zip_longest(missing, extra)]
        alone.clear()
        paired.append(row)
    return paired[:-1]

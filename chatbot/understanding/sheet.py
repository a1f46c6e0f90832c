"""Sentences laid out as numbers: which words, letters and relations each of them shows, and how rare those are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from chatbot.understanding.evidence import (
    ALIKE,
    ENDS,
    LETTERS,
    MANY,
    NEIGHBOURS,
    PAIR,
    SURER,
    WORD,
    Floats,
    parts,
    relations,
)
from chatbot.understanding.learning import Design


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the sentences show, numbered.

    `scale` says how loud each stem and letter group is (stems first), `sizes` the squared length of each word, `loud`
    how loud each relation is. `shown` is sentences by words, `spelling` words by stems and letters, `related` sentences
    by relations.
    """

    words: Mapping[str, int]
    stems: dict[str, int]
    letters: Mapping[int, int]
    pairs: Mapping[int, int]
    scale: Floats
    sizes: Floats
    loud: Floats
    shown: csr_array[Any]
    spelling: csr_array[Any]
    related: csr_array[Any]

    @classmethod
    def of(
        cls,
        sentences: Sequence[Sequence[str]],
        quiet: frozenset[str],
        stem: Callable[[str], str],
        alike: Callable[[str], Sequence[str]],
    ) -> Sheet:
        words: dict[str, int] = {}
        for sentence in sentences:
            for word in sentence:
                words.setdefault(word, len(words))
        stems = {name: number for number, name in enumerate(dict.fromkeys(map(stem, words)))}
        groups: dict[int, int] = {}
        cut = [[groups.setdefault(group, len(groups)) for group in parts(word, alike(stem(word)))] for word in words]
        own = [[stems[stem(word)], *(len(stems) + number for number in numbers)]
               for word, numbers in zip(words, cut, strict=True)]  # fmt: skip
        shown = indicator([dict.fromkeys(words[word] for word in sentence) for sentence in sentences], len(words))
        spelling = indicator(own, len(stems) + len(groups))
        base = np.array([WORD] * len(stems) + [ALIKE if key < 0 else LETTERS for key in groups])
        scale = base * rarity((shown @ spelling).astype(bool).sum(axis=0), len(sentences))
        numbered = [[stems[stem(word)] for word in sentence] for sentence in sentences]
        telling = [name not in quiet for name in stems]
        keys = [
            relations([each + ENDS for each in one], [each + ENDS for each in one if telling[each]]) for one in numbered
        ]
        many = len(sentences) >= MANY
        pairs, found = kept(keys, 2 if many else 1)
        together = indicator(found, len(pairs))
        neighbours = NEIGHBOURS * SURER if many else NEIGHBOURS
        kinds = np.array([PAIR if key & 1 else neighbours for key in pairs], dtype=float)
        return cls(
            words,
            stems,
            groups,
            pairs,
            scale.astype(np.float32),
            np.asarray(spelling @ (scale**2)).astype(np.float32),
            (kinds * rarity(together.sum(axis=0), len(sentences))).astype(np.float32),
            shown,
            spelling,
            together,
        )

    def design(self, vectors: Floats, means: float) -> Design:
        """The sentences for the solver; `vectors` holds the meaning of each word, scaled by what the word says."""
        size = self.shown @ self.sizes + self.related @ (self.loud**2)
        inverse = (1 / np.sqrt(np.maximum(size, 1e-9))).astype(np.float32)
        meaning = np.asarray(self.shown @ vectors, dtype=np.float32)
        lengths = np.sqrt((meaning**2).sum(axis=1, keepdims=True))
        return Design(
            scaled(self.shown, inverse, None),
            scaled(self.spelling, None, self.scale),
            scaled(self.related, inverse, self.loud),
            meaning * (np.float32(means) / np.maximum(lengths, np.float32(1e-9))),
        )


def kept(keys: Sequence[Iterable[int]], least: int) -> tuple[dict[int, int], list[list[int]]]:
    """The relations that at least so many sentences show, numbered, and those of each sentence."""
    counts: dict[int, int] = {}
    for one in keys:
        for key in one:
            counts[key] = counts.get(key, 0) + 1
    pairs = {key: number for number, key in enumerate(key for key, count in counts.items() if count >= least)}
    return pairs, [[pairs[key] for key in one if key in pairs] for one in keys]


def indicator(rows: Sequence[Iterable[int]], columns: int) -> csr_array[Any]:
    """A one wherever a row names a column."""
    named = [list(row) for row in rows]
    ends = np.cumsum([0, *map(len, named)])
    numbers = np.array([number for row in named for number in row], dtype=np.int32)
    ones = np.ones(len(numbers), dtype=np.float32)
    return csr_array((ones, numbers, ends.astype(np.int32)), shape=(len(named), columns))


def scaled(matrix: csr_array[Any], rows: Floats | None, columns: Floats | None) -> csr_array[Any]:
    data = matrix.data.copy()
    if rows is not None:
        data *= np.repeat(rows, np.diff(matrix.indptr))
    if columns is not None and len(data):
        data *= columns[matrix.indices]
    return csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def rarity(seen: NDArray[Any], total: int) -> NDArray[np.float64]:
    """How much something says that so many of the sentences show."""
    return np.asarray(np.log(1 + total / np.maximum(1, np.asarray(seen, dtype=float))))

"""Messages that say about the same, put together: what an author may make an intent of.

The likeness is that of `weights.py`: words, letters, neighbours and meaning. Deterministic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from chatbot.understanding.classifier import Classifier
from chatbot.understanding.evidence import Floats
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.meaning import meaning_for
from chatbot.understanding.normalise import read_text
from chatbot.understanding.sheet import Sheet
from chatbot.understanding.words import words_for

MOST: Final = 2_000
"""Different messages that are compared with one another; the commonest ones where there are more."""

APART: Final = 0.72
"""Groups that are less alike than this (one less their mean likeness) stay two."""
WORDS_IN_NAME: Final = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Messages that belong together, the most typical first; `count` counts repeated ones; a name for them."""

    name: str
    texts: tuple[str, ...]
    count: int


def groups_of(texts: Sequence[str], language: str) -> list[Group]:
    """The groups of the messages, largest first; one message alone is a group of one."""
    words = words_for(language)
    counts: Counter[tuple[str, ...]] = Counter()
    written: dict[tuple[str, ...], str] = {}
    for text in texts:
        spoken = tuple(read_text(text, words.short).words)
        if spoken:
            counts[spoken] += 1
            written.setdefault(spoken, text.strip())
    messages = [spoken for spoken, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))][:MOST]
    if not messages:
        return []
    lexicon = Lexicon.build(words, messages, meaning_for(language))
    alike = likeness(messages, lexicon)
    found: dict[int, list[int]] = {}
    for place, label in enumerate(labels(alike)):
        found.setdefault(label, []).append(place)
    made = [group_of(members, messages, written, counts, alike, lexicon) for members in found.values()]
    return sorted(made, key=lambda group: (-group.count, group.name))


def likeness(messages: Sequence[Sequence[str]], lexicon: Lexicon) -> Floats:
    """How alike each is to each other, 1 for the same."""
    language = Classifier.language_of(lexicon)
    sheet = Sheet.of(messages, language.quiet, language.stem, language.alike)
    vectors = np.zeros((len(sheet.words), lexicon.meaning.dimensions), dtype=np.float32)
    for word, number in sheet.words.items():
        vector = lexicon.meaning.vector(word)
        if vector is not None:
            vectors[number] = vector * np.float32(lexicon.mass(language.stem(word)))
    both = sheet.design(vectors, lexicon.meaning.loud).similar(np.eye(len(messages), dtype=np.float32))
    own = np.sqrt(np.maximum(np.diag(both), 1e-9))
    return np.asarray(both / own[:, None] / own[None, :], dtype=np.float32)


def labels(alike: Floats) -> list[int]:
    if len(alike) < 2:
        return [0] * len(alike)
    distance = np.clip(1.0 - (alike + alike.T) / 2, 0.0, None).astype(float)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), "average")
    return [int(label) for label in fcluster(tree, APART, "distance")]


def group_of(
    members: Sequence[int],
    messages: Sequence[tuple[str, ...]],
    written: Mapping[tuple[str, ...], str],
    counts: Mapping[tuple[str, ...], int],
    alike: Floats,
    lexicon: Lexicon,
) -> Group:
    typical = sorted(members, key=lambda place: (-float(alike[place, members].sum()), place))
    return Group(
        named([messages[place] for place in members], lexicon),
        tuple(written[messages[place]] for place in typical),
        sum(counts[messages[place]] for place in members),
    )


def named(messages: Sequence[Sequence[str]], lexicon: Lexicon) -> str:
    """A name from the words that most of the messages share and that say something, in the order they are said."""
    shared: Counter[str] = Counter(word for message in messages for word in dict.fromkeys(message))
    loud = [
        word
        for word in shared
        if word.isalnum() and word not in lexicon.words.stop and word not in lexicon.words.filler
    ]
    ordered_loud = sorted(loud, key=lambda word: (-shared[word], -lexicon.mass(lexicon.stemmer.stem(word)), word))
    best = list({lexicon.stemmer.stem(word): word for word in reversed(ordered_loud)}.values())[::-1]
    chosen = {word for word in best[:WORDS_IN_NAME] if shared[word] * 2 >= len(messages)} or set(best[:1])
    first = next((message for message in messages if chosen <= set(message)), messages[0])
    ordered = sorted(chosen, key=lambda word: (list(first).index(word) if word in first else len(first), word))
    return "_".join(ordered) or "unnamed"

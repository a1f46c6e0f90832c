"""What was learnt, as bytes and back: so that a process need not learn again what another one has.

Text and numbers only, never objects: bytes from elsewhere can be wrong, and then are refused, but run nothing. They
name the program they belong to and carry a digest, so that half a file is no file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chatbot.types import Json
from chatbot.understanding.classifier import Classifier
from chatbot.understanding.index import Entry, PhraseIndex
from chatbot.understanding.lexicon import Lexicon, Stemmer
from chatbot.understanding.meaning import meaning_for
from chatbot.understanding.phrases import Phrase
from chatbot.understanding.speller import Speller
from chatbot.understanding.verbatim import Verbatim
from chatbot.understanding.weights import Rows, Weights, Word
from chatbot.understanding.words import Words, words_for

FORMAT: Final = b"chatbot-understanding-1\n"
"""Rises whenever what is learnt, or how it is written, changes: older bytes are then learnt anew."""

DIGEST: Final = 32
BETWEEN: Final = "\x1f"

Arrays = dict[str, NDArray[Any]]


def to_bytes(key: str, classifiers: Mapping[str, Classifier]) -> bytes:
    """The classifiers of a program; `key` names the program and what else they were learnt from."""
    arrays: Arrays = {}
    told = {name: classifier_to(name, one, arrays) for name, one in classifiers.items()}
    laid = {name: [str(array.dtype), list(array.shape)] for name, array in arrays.items()}
    head = json.dumps({"key": key, "classifiers": told, "arrays": laid}, ensure_ascii=False).encode()
    body = b"".join((len(head).to_bytes(8, "little"), head, *(array.tobytes() for array in arrays.values())))
    return FORMAT + sha256(body).digest() + body


def from_bytes(key: str, data: bytes, words: Callable[[str], Words] = words_for) -> dict[str, Classifier] | None:
    """The classifiers as they were; None where the bytes are damaged, of another program or another release."""
    start = len(FORMAT) + DIGEST
    body = memoryview(data)[start:]
    if not data.startswith(FORMAT) or sha256(body).digest() != data[len(FORMAT) : start]:
        return None
    try:
        length = int.from_bytes(body[:8], "little")
        head = json.loads(bytes(body[8 : 8 + length]))
        if head["key"] != key:
            return None
        arrays = arrays_from(head["arrays"], body[8 + length :])
        return {name: classifier_from(name, told, arrays, words(name)) for name, told in head["classifiers"].items()}
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def arrays_from(laid: Mapping[str, Json], data: memoryview) -> Arrays:
    arrays: Arrays = {}
    place = 0
    for name, (kind, shape) in laid.items():
        count = int(np.prod(shape))
        array = np.frombuffer(data, dtype=np.dtype(kind), count=count, offset=place)
        arrays[name] = array.reshape(shape).copy()
        place += array.nbytes
    return arrays


def classifier_to(name: str, one: Classifier, arrays: Arrays) -> Json:
    weights = one.weights
    known = {word: place for word, place in weights.words.items() if place.row < weights.rows.learnt}
    arrays[f"{name} table"] = weights.rows.table[: weights.rows.learnt]
    arrays[f"{name} plain"], arrays[f"{name} turn"] = weights.plain, weights.turn
    arrays[f"{name} pairs"] = np.array([list(weights.pairs), list(weights.pairs.values())], dtype=np.int64)
    arrays[f"{name} words"] = np.array([list(place) for place in known.values()], dtype=np.int64).reshape(-1, 3)
    speller = one.lexicon.speller
    return {
        "counts": one.lexicon.counts,
        "masses": one.lexicon.masses,
        "unknown": one.lexicon.unknown,
        "speller": [speller.deletes, speller.singles, speller.sounds, speller.by_first],
        "intents": weights.intents,
        "words": list(known),
        "stems": weights.stems,
        "parts": weights.parts,
        "typical": weights.typical,
        "index": index_to(one.index),
        "counter": index_to(one.counter),
        "verbatim": [[BETWEEN.join(words), sorted(names)] for words, names in one.verbatim.intents.items()],
        "spoken": {intent: sorted(stems) for intent, stems in one.spoken.items()},
        "phrases": one.phrases,
        "heard": sorted(one.heard),
        "slots": sorted(one.slots),
    }


def classifier_from(name: str, told: Mapping[str, Json], arrays: Arrays, words: Words) -> Classifier:
    counts = told["counts"]
    speller = Speller(counts, *told["speller"])
    lexicon = Lexicon(
        words, counts, told["masses"], told["unknown"], speller, Stemmer.build(words.stemmer), meaning_for(name)
    )
    table = arrays[f"{name} table"]
    language = Classifier.language_of(lexicon)
    pairs = arrays[f"{name} pairs"].tolist()
    intents = tuple(told["intents"])
    weights = Weights(
        intents,
        {
            word: Word(row, stem, bool(loud))
            for word, (row, stem, loud) in zip(told["words"], arrays[f"{name} words"].tolist(), strict=True)
        },
        told["stems"],
        Rows(table, len(table), len(table)),
        dict(zip(*pairs, strict=True)),
        told["parts"],
        arrays[f"{name} plain"],
        arrays[f"{name} turn"],
        {intent: number for number, intent in enumerate(intents)},
        language,
        told["typical"],
    )
    verbatim = {tuple(spoken.split(BETWEEN)): frozenset(names) for spoken, names in told["verbatim"]}
    return Classifier(
        name,
        lexicon,
        weights,
        index_from(told["index"], lexicon, language.quiet),
        index_from(told["counter"], lexicon, language.quiet),
        Verbatim(verbatim, words.filler),
        {intent: frozenset(stems) for intent, stems in told["spoken"].items()},
        told["phrases"],
        frozenset(told["heard"]),
        frozenset(told["slots"]),
    )


def index_to(index: PhraseIndex) -> Json:
    """The entries by columns: thousands of them come back with one call."""
    entries, phrases = index.entries, [entry.phrase for entry in index.entries]
    return {
        "phrases": [
            [phrase.intent for phrase in phrases],
            [phrase.kind for phrase in phrases],
            [phrase.language for phrase in phrases],
            [phrase.written for phrase in phrases],
            [BETWEEN.join(phrase.words) for phrase in phrases],
        ],
        "entries": [
            [BETWEEN.join(entry.stems) for entry in entries],
            [entry.joined for entry in entries],
            [entry.total for entry in entries],
            [entry.telling for entry in entries],
            [entry.tellers for entry in entries],
            [entry.denial for entry in entries],
        ],
        "starts": index.starts,
        "intents": index.intents,
    }


def index_from(told: Mapping[str, Json], lexicon: Lexicon, quiet: frozenset[str]) -> PhraseIndex:
    *named, written, words = told["phrases"]
    phrases = list(map(Phrase, *named, written, apart(words)))
    stems, *rest = told["entries"]
    return PhraseIndex(
        tuple(map(Entry, phrases, apart(stems), *rest)), told["starts"], told["intents"], lexicon.masses, quiet
    )


def apart(joined: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(one.split(BETWEEN)) for one in joined]

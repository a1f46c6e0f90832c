"""What was learnt, as bytes and back: so that a process need not learn again what another one has.

Text and numbers only, never objects: bytes from elsewhere can be wrong, and then are refused, but run nothing. They
name the program they belong to and carry a digest, so that half a file is no file. All is laid in long columns that
come back with a call each, however many words and phrases there are.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import repeat
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from chatbot.types import Json
from chatbot.understanding.classifier import Classifier
from chatbot.understanding.index import PhraseIndex
from chatbot.understanding.lexicon import Lexicon, Stemmer
from chatbot.understanding.meaning import Kind, Meaning, meaning_for
from chatbot.understanding.message import Meant, Vocabulary
from chatbot.understanding.negation import Denial
from chatbot.understanding.speller import Groups, Speller, long_words
from chatbot.understanding.stems import Stems
from chatbot.understanding.table import Table
from chatbot.understanding.verbatim import Verbatim
from chatbot.understanding.weights import Rows, Weights, Word
from chatbot.understanding.words import Words

FORMAT: Final = b"chatbot-understanding-6\n"
"""Rises whenever what is learnt, or how it is written, changes: older bytes are then learnt anew."""

DIGEST: Final = 32
BETWEEN: Final = "\x1f"
ALIGNED: Final = 8
PAIRED: Final = -2
"""Stands for the number of a word that belongs to an unspaced script."""
DENIALS: Final[Mapping[str, Denial]] = {"n": "none", "f": "fact", "w": "wish"}


@dataclass(slots=True)
class Columns:
    """Columns by name: numbers as arrays, texts as one text; `room` stands before each name."""

    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    room: str = ""

    def within(self, name: str) -> Columns:
        return Columns(self.arrays, f"{self.room}{name}.")

    def put(self, name: str, values: ArrayLike, kind: DTypeLike) -> None:
        self.arrays[self.room + name] = np.asarray(values, dtype=kind)

    def get(self, name: str) -> NDArray[Any]:
        return self.arrays[self.room + name]

    def numbers(self, name: str) -> list[Any]:
        found: list[Any] = self.get(name).tolist()
        return found

    def put_texts(self, name: str, texts: Iterable[str]) -> None:
        joined = "".join([f"{text.replace(BETWEEN, ' ')}{BETWEEN}" for text in texts])
        self.put(name, np.frombuffer(joined.encode("utf-8", "surrogatepass"), dtype=np.uint8), np.uint8)

    def texts(self, name: str) -> list[str]:
        return self.get(name).tobytes().decode("utf-8", "surrogatepass").split(BETWEEN)[:-1]


def to_bytes(key: str, classifiers: Mapping[str, Classifier]) -> bytes:
    """The classifiers of a program; `key` names the program and what else they were learnt from."""
    columns = Columns()
    told = {name: classifier_to(one, columns.within(name)) for name, one in classifiers.items()}
    laid = {name: [str(array.dtype), list(array.shape)] for name, array in columns.arrays.items()}
    head = json.dumps({"key": key, "classifiers": told, "arrays": laid}, ensure_ascii=False).encode()
    parts = (len(head).to_bytes(ALIGNED, "little"), head, *(array.tobytes() for array in columns.arrays.values()))
    body = b"".join([part + bytes(-len(part) % ALIGNED) for part in parts])
    return FORMAT + sha256(body).digest() + body


def from_bytes(
    key: str, data: bytes | memoryview, words: Callable[[str], Words], kind: Kind
) -> dict[str, Classifier] | None:
    """The classifiers as they were; None where the bytes are damaged, of another program or another release."""
    start = len(FORMAT) + DIGEST
    data = memoryview(data)
    body = data[start:]
    if bytes(data[: len(FORMAT)]) != FORMAT or sha256(body).digest() != data[len(FORMAT) : start]:
        return None
    try:
        length = int.from_bytes(body[:ALIGNED], "little")
        head = json.loads(bytes(body[ALIGNED : ALIGNED + length]))
        if head["key"] != key:
            return None
        columns = Columns(arrays_from(head["arrays"], body[ALIGNED + length + -length % ALIGNED :]))
        return {
            name: classifier_from(name, told, columns.within(name), words(name), meaning_for(name, kind))
            for name, told in head["classifiers"].items()
        }
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def arrays_from(laid: Mapping[str, Json], data: memoryview) -> dict[str, NDArray[Any]]:
    """The arrays where they lie: none is copied before it is needed."""
    arrays: dict[str, NDArray[Any]] = {}
    place = 0
    for name, (kind, shape) in laid.items():
        array = np.frombuffer(data, dtype=np.dtype(kind), count=int(np.prod(shape)), offset=place)
        arrays[name] = array.reshape(shape)
        place += array.nbytes + -array.nbytes % ALIGNED
    return arrays


def classifier_to(one: Classifier, columns: Columns) -> Json:
    lexicon = one.lexicon
    columns.put_texts("words", lexicon.counts)
    columns.put("counts", list(lexicon.counts.values()), np.int32)
    columns.put_texts("stems", lexicon.masses)
    columns.put("masses", list(lexicon.masses.values()), np.float64)
    speller_to(lexicon.speller, columns.within("speller"))
    weights_to(one.weights, columns.within("weights"))
    plain = one.vocabulary.plain
    columns.put("plain", [plain[word].number if word in plain else PAIRED for word in learnt(one.weights)], np.int32)
    index_to(one.index, columns.within("index"))
    index_to(one.counter, columns.within("counter"))
    columns.put_texts("verbatim", one.verbatim.intents)
    sets = {names: number for number, names in enumerate(dict.fromkeys(one.verbatim.intents.values()))}
    columns.put("verbatim intents", [sets[names] for names in one.verbatim.intents.values()], np.int32)
    columns.put("spoken sizes", [len(stems) for stems in one.spoken.values()], np.int32)
    columns.put("spoken", [number for stems in one.spoken.values() for number in sorted(stems)], np.int32)
    columns.put_texts("heard", one.stems.numbers)
    columns.put("heard masses", one.stems.masses, np.int64)
    return {
        "unknown": lexicon.unknown,
        "verbatim": [sorted(names) for names in sets],
        "spoken": list(one.spoken),
        "phrases": one.phrases,
        "slots": sorted(one.slots),
        "intents": one.weights.intents,
        "typical": one.weights.typical,
        "tellers": one.stems.tellers,
        "starts": [one.index.starts, one.counter.starts],
    }


def classifier_from(
    name: str, told: Mapping[str, Json], columns: Columns, words: Words, meaning: Meaning
) -> Classifier:
    counts = dict(zip(columns.texts("words"), columns.numbers("counts"), strict=True))
    masses = dict(zip(columns.texts("stems"), columns.numbers("masses"), strict=True))
    speller = speller_from(counts, columns.within("speller"))
    lexicon = Lexicon(words, counts, masses, told["unknown"], speller, Stemmer.build(words.stemmer), meaning)
    weights = weights_from(told, lexicon, columns.within("weights"))
    stems = Stems.of(columns.texts("heard"), array("q", columns.get("heard masses").tobytes()), told["tellers"])
    sets = [frozenset(names) for names in told["verbatim"]]
    verbatim = map(sets.__getitem__, columns.numbers("verbatim intents"))
    spoken = map(frozenset, apart(columns.numbers("spoken"), columns.numbers("spoken sizes")))
    return Classifier(
        name,
        Vocabulary(lexicon, weights, stems, plain_from(lexicon, weights, stems, columns.numbers("plain"))),
        index_from(told["starts"][0], columns.within("index"), stems),
        index_from(told["starts"][1], columns.within("counter"), stems),
        Verbatim(dict(zip(columns.texts("verbatim"), verbatim, strict=True)), words.filler),
        dict(zip(told["spoken"], spoken, strict=True)),
        told["phrases"],
        frozenset(told["slots"]),
    )


def speller_to(speller: Speller, columns: Columns) -> None:
    columns.put_texts("singles", speller.singles)
    columns.put_texts("single words", speller.singles.values())
    columns.put_texts("words", speller.deletes.words)
    for name, groups in (("deletes", speller.deletes), ("sounds", speller.sounds)):
        table_to(name, groups.keys, columns)
        columns.put(f"{name} starts", groups.starts, np.int32)
        columns.put(f"{name} members", groups.members, np.int32)


def speller_from(counts: dict[str, int], columns: Columns) -> Speller:
    words = columns.texts("words")

    def groups(name: str) -> Groups:
        return Groups(
            words, table_from(name, columns), columns.numbers(f"{name} starts"), columns.numbers(f"{name} members")
        )

    singles = dict(zip(columns.texts("singles"), columns.texts("single words"), strict=True))
    return Speller(counts, groups("deletes"), singles, groups("sounds"), long_words(words))


def table_to(name: str, table: Table, columns: Columns) -> None:
    columns.put(name, table.keys, np.int64)
    columns.put(f"{name} rows", table.values, np.int32)


def table_from(name: str, columns: Columns) -> Table:
    return Table(columns.get(name), columns.get(f"{name} rows"))


def weights_to(weights: Weights, columns: Columns) -> None:
    relations, words = weights.rows.halves(weights.plain.shape[1])
    columns.put("relations", relations, np.float16)
    columns.put("rows", words, np.float16)
    columns.put("plain", weights.plain, np.float16)
    columns.put("turn", weights.turn, np.float32)
    table_to("beside", weights.beside, columns)
    table_to("near", weights.near, columns)
    table_to("parts", weights.parts, columns)
    columns.put_texts("stems", weights.stems)
    known = learnt(weights)
    columns.put_texts("words", known)
    places = [(word.row, word.first, word.second, word.loud) for word in known.values()]
    columns.put("places", list(zip(*places, strict=True)), np.int64)


def learnt(weights: Weights) -> dict[str, Word]:
    """The words of the phrases."""
    return {word: known for word, known in weights.words.items() if known.row < weights.rows.learnt}


def plain_from(lexicon: Lexicon, weights: Weights, stems: Stems, numbers: Sequence[int]) -> dict[str, Meant]:
    """What is meant by the words of the phrases, but for those that only come in pairs."""
    names = list(stems.numbers)
    texts = [names[number] for number in numbers]
    denying = map(lexicon.words.negates.__contains__, weights.words)
    meant = map(Meant, weights.words, texts, numbers, weights.words.values(), denying)
    return {one.text: one for one in meant if one.number != PAIRED}


def weights_from(told: Mapping[str, Json], lexicon: Lexicon, columns: Columns) -> Weights:
    intents = tuple(told["intents"])
    stems = columns.texts("stems")
    *places, loud = columns.numbers("places")
    words = map(Word, *places, map(bool, loud))
    return Weights(
        intents,
        dict(zip(columns.texts("words"), words, strict=True)),
        dict(zip(stems, range(len(stems)), strict=True)),
        Rows.of(columns.get("relations"), columns.get("rows"), columns.get("turn"), columns.get("plain")),
        table_from("beside", columns),
        table_from("near", columns),
        table_from("parts", columns),
        columns.get("plain"),
        columns.get("turn"),
        {intent: number for number, intent in enumerate(intents)},
        Classifier.language_of(lexicon),
        told["typical"],
    )


def index_to(index: PhraseIndex, columns: Columns) -> None:
    columns.put_texts("joined", index.joined)
    columns.put_texts("written", index.written)
    columns.put("numbers", index.numbers, np.int32)
    columns.put("cuts", index.cuts, np.int32)
    codes = {denial: ord(code) for code, denial in DENIALS.items()}
    columns.put("denials", [codes[denial] for denial in index.denials], np.uint8)
    columns.put("held sizes", [len(held) for held in index.intents.values()], np.int32)
    columns.put("held", [number for held in index.intents.values() for number in held], np.int32)
    columns.put_texts("bits", (f"{bits:x}" for held in index.intents.values() for bits in held.values()))


def index_from(starts: dict[str, int], columns: Columns, stems: Stems) -> PhraseIndex:
    bits = list(map(int, columns.texts("bits"), repeat(16)))
    sizes = columns.numbers("held sizes")
    intents = {
        intent: dict(zip(held, own, strict=True))
        for intent, held, own in zip(starts, apart(columns.numbers("held"), sizes), apart(bits, sizes), strict=True)
    }
    denials = [DENIALS[code] for code in columns.get("denials").tobytes().decode("ascii")]
    joined, written = columns.texts("joined"), columns.texts("written")
    numbers, cuts = (array("i", columns.get(name).tobytes()) for name in ("numbers", "cuts"))
    return PhraseIndex(joined, written, denials, starts, intents, stems, numbers, cuts)


def apart(laid: Sequence[Any], sizes: Sequence[int]) -> Iterator[Sequence[Any]]:
    """A long column cut into pieces of these sizes."""
    start = 0
    for size in sizes:
        yield laid[start : start + size]
        start += size

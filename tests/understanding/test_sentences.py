"""The hand-written sentences, each a row of its own; benchmarks/entities.py prints precision and recall over them."""

from __future__ import annotations

import pytest

from benchmarks.entities import Sentence, score, sentences

ROWS = list(sentences())


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.locale} {row.kind}: {row.text}" for row in ROWS])
def test_a_sentence_holds_these_values(row: Sentence) -> None:
    if row.wrong:
        assert sorted(row.found()) != sorted(row.expected), "read rightly now: take its ~ away"
    else:
        assert sorted(row.found()) == sorted(row.expected)


def test_precision_and_recall_are_what_the_docs_say() -> None:
    expected, found, right = score(ROWS)
    assert (round(100 * right / found, 1), round(100 * right / expected, 1)) == (99.0, 99.4)
    assert len(ROWS) >= 600
    assert {row.locale for row in ROWS} > {"en-US", "es-ES", "de-DE", "fr-FR"}

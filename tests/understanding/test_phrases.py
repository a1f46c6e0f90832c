from __future__ import annotations

import pytest

from chatbot.content.phrase import MOST, PhraseError, parse, sentences
from chatbot.understanding import Context, Understanding
from chatbot.understanding.phrases import expand
from tests.understanding.support_bot import program


def said(template: str) -> list[str]:
    return [" ".join(phrase.words) for phrase in expand("i", "say", "en", template, {})]


def test_a_template_stands_for_all_its_sentences() -> None:
    assert said("where is my (order|parcel) [{order_number}]") == [
        "where is my order {order_number}",
        "where is my order",
        "where is my parcel {order_number}",
        "where is my parcel",
    ]


def test_brackets_nest_and_join_parts_of_words() -> None:
    assert said("[[please] do it]") == ["please do it", "do it"]
    assert said("wh(at|ere)") == ["what", "where"]


def test_a_backslash_makes_a_bracket_literal() -> None:
    assert said(r"price \(net\) \[eur\] \{x\}") == ["price net eur x"]


def test_a_template_of_millions_is_sampled_evenly_and_the_same_each_time() -> None:
    template = "(a|b|c|d|e|f|g|h|i|j)" * 12
    assert sentences(template) == sentences(template)
    assert len(sentences(template)) == MOST
    assert {sentence[0] for sentence in sentences(template)} == set("abcdefghij")


@pytest.mark.parametrize(("template", "column"), [("a (b|c", 2), ("a) b", 1), ("(a]", 2), ("{} x", 0), ("{x", 0)])
def test_a_malformed_template_says_where(template: str, column: int) -> None:
    with pytest.raises(PhraseError) as caught:
        parse(template)
    assert caught.value.column == column


def test_a_malformed_template_is_taken_as_it_stands() -> None:
    assert said("where (is it") == ["where is it"]


@pytest.mark.parametrize("name", ["gift_wrapping", "giftWrapping", "GiftWrapping", "gift-wrapping", "gift.wrapping"])
def test_the_name_of_an_intent_is_a_phrase_of_it(name: str) -> None:
    said = {name: {"say": ["can you wrap it"]}, "hours": {"say": ["opening hours"]}}
    assert Understanding.build(program(said, ("en",))).read("gift wrapping", Context()).ranked[0].intent == name

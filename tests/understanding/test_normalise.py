from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from chatbot.understanding.fold import fold, plain
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.near import is_slip
from chatbot.understanding.normalise import read_text
from chatbot.understanding.words import WORDS, words_for


def words(text: str, language: str = "en") -> str:
    return " ".join(token.text for token in read_text(text, words_for(language).short).tokens)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where's my ORDER?!", "where is my order"),
        ("wheres my order", "where is my order"),
        ("I can’t log in", "i can not log in"),
        ("the shop's door", "the shop door"),
        ("hellooooo", "helloo"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("ca\u202efé\u200b", "cafe"),
        ("x😀y", "x y"),
        ("u r gr8", "you are great"),
        ("三 東京", "三 東 京"),
        ("٣ boxes", "3 boxes"),
        ("see https://x.example/A?b=1 ok", "see https://x.example/a?b=1 ok"),
        ("नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("", ""),
        ("?!…", ""),
    ],
)
def test_a_message_becomes_plain_words(text: str, expected: str) -> None:
    assert words(text) == expected


def test_elisions_are_opened() -> None:
    assert words("l'ordre, j'ai, d’accord", "fr") == "l ordre j ai d accord"


def test_folding_is_the_same_twice() -> None:
    for text in ("Straße", "İstanbul", "ılık", "Œuvre", "ﬁn", "مَرْحَبًا"):
        assert fold(fold(text)) == fold(text)


def test_positions_survive_what_is_taken_out() -> None:
    text = "ﬁ\u200bne e\u0301t\u0301"
    clean, origin = plain(text)
    assert len(origin) == len(clean) + 1
    assert list(origin) == sorted(origin)
    assert origin[-1] == len(text)


def test_a_token_points_at_its_letters() -> None:
    read = read_text("Hi, where's AB-12?", words_for("en").short)
    assert [read.plain[token.start : token.end] for token in read.tokens] == ["Hi", "where's", "where's", "AB", "12"]


LEXICON = Lexicon.build(WORDS["en"], [("where", "is", "my", "order"), ("opening", "hours"), ("delivery", "address")])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ordr", "order"),
        ("odrer", "order"),
        ("orderr", "order"),
        ("oppening", "opening"),
        ("adress", "address"),
        ("dleivrey", "delivery"),
        ("myorder", "my order"),
    ],
)
def test_a_misspelt_word_becomes_the_bots_word(written: str, meant: str) -> None:
    assert LEXICON.know(written).repaired == meant


@pytest.mark.parametrize(
    "written", ["order", "orders", "house", "hers", "is", "ab123", "{order_number}", "older", "xyzzy", "ord"]
)
def test_words_of_their_own_and_ids_are_never_repaired(written: str) -> None:
    assert LEXICON.know(written).repaired == ""


@given(word=st.text("abc", max_size=6), other=st.text("abc", max_size=6))
def test_a_slip_is_one_edit_or_none(word: str, other: str) -> None:
    assert is_slip(word, other) == (OSA.distance(word, other) < 2)


def test_every_language_has_its_lists() -> None:
    assert sorted(WORDS) == ["de", "en", "es", "fr", "it", "nl", "pt", "tr"]
    for table in WORDS.values():
        for name in (
            "stop",
            "filler",
            "joins",
            "common",
            "yes",
            "no",
            "firm_yes",
            "firm_no",
            "unsure",
            "question",
            "deny",
        ):
            assert getattr(table, name), (table.language, name)
        assert set(range(21)) <= set(table.numbers.values()), table.language
        assert table.firm_yes.isdisjoint(table.firm_no)
        assert table.yes.isdisjoint(table.no), table.yes & table.no

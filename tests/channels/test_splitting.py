"""A long text in pieces: nothing is lost, nothing a reader sees as one thing is cut."""

import re

from hypothesis import given
from hypothesis import strategies as st

from chatbot.channels.graphemes import is_border, shorten
from chatbot.channels.splitting import last_part, split_text


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from(" .\n👍🏽‍👩é")), st.integers(4, 50))
def test_splitting_loses_nothing_but_white_space(text: str, limit: int) -> None:
    for unit in ("characters", "bytes"):
        pieces = split_text(text, limit, unit)
        sizes = [len(piece) if unit == "characters" else len(piece.encode()) for piece in pieces]
        assert all(0 < size <= limit for size in sizes)
        assert re.sub(r"\s+", "", "".join(pieces)) == re.sub(r"\s+", "", text)


def test_a_text_is_cut_at_the_best_place_there_is() -> None:
    assert split_text("One two. Three four five.", 12) == ("One two.", "Three four", "five.")
    assert split_text("First part\n\nsecond part here", 20) == ("First part", "second part here")
    assert split_text("x" * 25, 10) == ("x" * 10, "x" * 10, "x" * 5)
    assert split_text("你好。今天天气好。", 6) == ("你好。", "今天天气好。")


def test_a_link_is_never_cut() -> None:
    link = "https://acme.example/orders?id=1.2.3,4"
    for limit in range(len(link), len(link) + 30):
        assert link in " ".join(split_text(f"See your order at {link} or call us. Bye, and thanks.", limit)).split()


def test_a_family_a_flag_and_an_accent_are_one_character_each() -> None:
    for grapheme in ("👩‍👩‍👧", "🇩🇪", "e\u0301", "👍🏽", "\r\n", "❤️", "\u1112\u1161\u11ab"):
        text = f"ab{grapheme}cd"
        assert [at for at in range(1, len(text)) if not is_border(text, at)] == list(range(3, 2 + len(grapheme)))
    assert shorten("Hello 👩‍👩‍👧 family", 9) == "Hello…"
    assert is_border("🇩🇪🇫🇷", 2)


def test_no_family_is_parted_where_bytes_are_counted() -> None:
    pieces = split_text("👩‍👩‍👧" * 30, 100, "bytes")
    assert "".join(pieces) == "👩‍👩‍👧" * 30
    assert all(len(piece) % len("👩‍👩‍👧") == 0 for piece in pieces)


def test_what_stands_over_buttons_is_whole_sentences() -> None:
    assert last_part("Hello there. It is here. Where to?", 22) == "It is here. Where to?"
    assert last_part("First one.\n\nSecond. Third.", 16) == "Second. Third."
    assert last_part("All of it.", 16) == "All of it."
    assert last_part("No end to this sentence at all", 10) == ""
    assert last_part("See https://acme.example/你。好", 3) == ""


@given(st.text(alphabet="ab .!\n", max_size=60), st.integers(1, 60))
def test_a_last_part_fits_and_is_the_end(text: str, limit: int) -> None:
    tail = last_part(text, limit)
    assert len(tail) <= limit
    assert text.endswith(tail)

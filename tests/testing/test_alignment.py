from __future__ import annotations

from chatbot.testing.alignment import Listed, Row, Spoken, align


def rows(listed: list[str | tuple[str, ...]], spoken: list[str | Spoken]) -> list[tuple[str | None, str | None, bool]]:
    left = [Listed(each if isinstance(each, tuple) else (each,), n) for n, each in enumerate(listed, 1)]
    right = [each if isinstance(each, Spoken) else Spoken(each) for each in spoken]
    return [show(row) for row in align(left, right)]


def show(row: Row) -> tuple[str | None, str | None, bool]:
    return str(row.listed) if row.listed else None, row.spoken.text if row.spoken else None, row.fits


def test_lines_in_order_fit() -> None:
    assert rows(["a*", "b"], ["abc", "b"]) == [("a*", "abc", True), ("b", "b", True)]


def test_a_missing_line_is_one_difference() -> None:
    assert rows(["a", "b", "c"], ["a", "c"]) == [("a", "a", True), ("b", None, False), ("c", "c", True)]


def test_an_extra_line_is_one_difference() -> None:
    assert rows(["a", "c"], ["a", "b", "c"]) == [("a", "a", True), (None, "b", False), ("c", "c", True)]


def test_another_line_stands_beside_the_one_expected() -> None:
    assert rows(["a", "b", "c"], ["a", "x", "c"]) == [("a", "a", True), ("b", "x", False), ("c", "c", True)]


def test_lines_in_the_wrong_order_do_not_fit() -> None:
    assert not all(fits for _, _, fits in rows(["a", "b"], ["b", "a"]))


def test_a_wildcard_does_not_swallow_two_lines() -> None:
    assert [fits for _, _, fits in rows(["*"], ["a", "b"])].count(False) == 1


def test_an_implied_line_may_be_left_out_or_listed() -> None:
    assert rows(["a"], [Spoken("Hi!", implied=True), "a"]) == [(None, "Hi!", True), ("a", "a", True)]
    assert rows(["Hi*", "a"], [Spoken("Hi!", implied=True), "a"]) == [("Hi*", "Hi!", True), ("a", "a", True)]
    assert rows(["*"], [Spoken("Hi!", implied=True), "a"]) == [(None, "Hi!", True), ("*", "a", True)]


def test_any_of_several_texts_fits() -> None:
    assert rows([("x", "/b$/")], ["ab"]) == [("x | /b$/", "ab", True)]


def test_silence_fits_silence() -> None:
    assert rows([], []) == []

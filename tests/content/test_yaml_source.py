"""YAML as authors write it: scalars are text, positions are exact, both parsers find the same."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.shape import plain
from chatbot.content.yaml_source import Branch, Leaf, Source, decode, parse

SHIPPED = Path(__file__).parents[2] / "chatbot" / "content" / "builtin"


def read(text: str, *, pure: bool = False) -> Source:
    return parse(text, "f.yaml", pure=pure)


@pytest.mark.parametrize(
    "written",
    ["no", "on", "12:30", "0123", "1.10", "2024-01-01", "null", "~", "0x1F", "1_000", ".inf", "=", "<<", "yes?"],
)
def test_a_scalar_is_the_text_as_written(written: str) -> None:
    for pure in (False, True):
        source = read(f"key: {written}\nlist: [{written}]\n", pure=pure)
        assert plain(source.root) == {"key": written, "list": [written]}


def test_keys_are_text_too() -> None:
    assert plain(read("on: 1\n404: x\nnull: y\n").root) == {"on": "1", "404": "x", "null": "y"}


def test_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    unix = read("a: 1\nb:\n  - c: |\n      x\n      y\n")
    windows = read("\ufeffa: 1\r\nb:\r\n  - c: |\r\n      x\r\n      y\r\n")
    assert windows.root == unix.root
    assert not windows.problems


def test_every_key_and_value_knows_its_place() -> None:
    root = read('a: "x\\"y"\nbb:\n  - {c: \'d\'}\n').root
    assert isinstance(root, Branch)
    key, value = root.entries["a"]
    assert key.place == Place("f.yaml", 1, 1, 2)
    assert value.place == Place("f.yaml", 1, 4, 10)
    row = root.entries["bb"][1]
    assert row.place.line == 3
    assert root.entries["bb"][0].place == Place("f.yaml", 2, 1, 3)


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("k: say {x}\n", 4, (1, 8)),
        ("k: 'it''s {x}'\n", 5, (1, 11)),
        ('k: "a\\n\\u00e9 {x}"\n', 4, (1, 15)),
        ("k: |\n  one\n  two {x}\n", 8, (3, 7)),
    ],
)
def test_a_place_inside_a_text_is_found_whatever_its_quotes(text: str, column: int, expected: tuple[int, int]) -> None:
    source = read(text)
    assert isinstance(source.root, Branch)
    leaf = source.root.entries["k"][1]
    assert isinstance(leaf, Leaf)
    place = source.inside(leaf, column, 1)
    assert (place.line, place.column) == expected
    assert source.lines[place.line - 1][place.column - 1] == "{"


def test_depth_is_limited_without_recursion() -> None:
    assert read("[" * 50 + "]" * 50).problems == []
    assert [p.code for p in read("[" * 51 + "]" * 51).problems] == ["CB102"]
    assert [p.code for p in read("[" * 20_000).problems] == ["CB102"]


def test_a_file_is_utf8_of_at_most_five_mebibytes() -> None:
    assert decode("é".encode(), "f.yaml") == "é"
    wrong = decode(b"a: 1\nb: \xe9\n", "f.yaml")
    assert isinstance(wrong, Diagnostic)
    assert (wrong.code, wrong.line, wrong.column) == ("CB102", 2, 4)
    large = decode(b"#" * (5 * 1024 * 1024 + 1), "f.yaml")
    assert isinstance(large, Diagnostic)
    assert large.code == "CB102"


def test_an_alias_bomb_is_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    assert {problem.code for problem in read(bomb).problems} == {"CB104"}


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("text", ["Still there? ok", "Still there ? ok", "a ?b", "-?d"])
def test_a_question_mark_in_brackets_is_only_a_sign(text: str, pure: bool) -> None:
    assert plain(parse(f"{{ say: {text} }}\n", "f.yaml", pure=pure).root) == {"say": text}


def test_duplicate_keys_name_both_lines() -> None:
    (problem,) = read("a: 1\nb: 2\na: 3\n").problems
    assert (problem.code, problem.line, problem.column) == ("CB103", 3, 1)
    assert "line 1" in problem.message


TRAPS = [
    "say: Hi: there\n",
    "say: {name}, hi\n",
    "say: [x] y\n",
    'm: "\\d"\n',
    "say: @x\n",
    "say: %x\n",
    "say: `x`\n",
    "say: # x\n",
    "say: !x y\n",
    "say: *bold*\n",
    "say: *bold\n",
    "say: &b x\n",
    "say: 'It's here'\n",
    'say: "Hi" there\n',
    "a:\n\t- x\n",
    "a: [1, 2\nb: 3\n",
    'a: "x\nb: 3\n',
    "- say: hi\n   buttons: x\n",
    "say Hi\na: b\n",
    "a: 1\n---\nb: 1\n",
    "{ say: Really? yes, x: d? }\n",
    "say: Order #5\n",
    "say: your # name\n",
    "{ say: Still there? ok }\n",
    "{ say: Still there ? ok }\n",
    "{ say: a ?b, c: -?d }\n",
    "{ say: is it :? ok }\n",
    "[?, b]\n",
    "{ ? a : b }\n",
    "a:\n  b: x\n  c:\n  b: y\n",
    "a:\n  b: c\n d: e\n",
    "- a\nb: c\n",
    "? a\n",
    "a: \x07\n",
    "say: >#x\n",
    "",
    "# only a comment\n",
    "---\n",
]


@pytest.mark.parametrize("text", TRAPS)
def test_libyaml_and_the_pure_parser_give_the_same_finding(text: str) -> None:
    fast, pure = read(text), read(text, pure=True)
    assert fast.problems == pure.problems
    assert fast.root == pure.root


SLIPS = [": ", "- ", "{", "}", "[", "]", ",", '"', "'", " #", "\n", "\n  ", "\t", "é", "*x", "&x", "?", " ? "]


@st.composite
def damaged_files(draw: st.DrawFn) -> str:
    """A stretch of a real file with a piece taken out and something an author mistypes put in."""
    text = draw(st.sampled_from([path.read_text() for path in sorted(SHIPPED.rglob("*.yaml"))]))
    start = draw(st.integers(0, len(text) - 1))
    piece = text[start : start + draw(st.integers(1, 300))]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(piece)))
        slip = draw(
            st.sampled_from(
                [": ", "- ", "{", "}", "[", "]", ",", '"', "'", " #", "\n", "\n  ", "\t", "é", "*x", "&x", "?", " ? "]
            )
        )
        piece = piece[:at] + slip + piece[at + draw(st.integers(0, 2)) :]
    return piece


@settings(max_examples=300, deadline=None)
@given(damaged_files())
def test_both_parsers_agree_on_damaged_files(text: str) -> None:
    fast, pure = read(text), read(text, pure=True)
    assert fast.problems == pure.problems
    assert fast.root == pure.root


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text: str) -> None:
    for pure in (False, True):
        source = read(text, pure=pure)
        for problem in source.problems:
            assert 1 <= problem.line <= len(source.lines) + 1
            assert problem.column < problem.end_column

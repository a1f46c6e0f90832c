"""`--update` writes what the bot did into the file, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content.yaml_source import Branch, Leaf, Row, parse
from chatbot.testing.alignment import Listed, Spoken
from chatbot.testing.alignment import Row as Pair
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.models import Setting
from chatbot.testing.playing import Difference, Played, play
from chatbot.testing.script import Script
from chatbot.testing.updating import updated

HEAD = """\
# kept
test: t   # kept too
mock:
  GET orders_api /orders/AB-123456: { json: { status: transit, days_late: 5 } }
cases:
  # and this
  - name: c
    chat:"""
PROMPT = "What is your order number? It looks like AB-123456."


def update(bench: Bench, root: Path, text: str) -> str:
    """The file after an update, which must then pass."""
    path = root / "tests" / "t.test.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    played = [play(script, bench, to_the_end=True) for script in load_cases(root, bench.program).scripts]
    new = updated(path.read_bytes().decode(), played)
    path.write_text(new, encoding="utf-8", newline="")
    again = load_cases(root, bench.program)
    assert again.diagnostics == []
    assert [play(script, bench).difference for script in again.scripts] == [None] * len(played)
    return new


LATE = "- { user: track my order AB-123456 }\n- { bot: /late/ }\n"
CONFIRM = "Shall I open a complaint?"


def chat(*parts: str) -> str:
    """Lines of a chat, indented as below `chat:`."""
    return "\n" + "".join(f"      {line}" for part in parts for line in part.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            chat("- user: track my order  # she\n- bot: Where? # it\n"),
            chat(f"- user: track my order  # she\n- bot: {PROMPT} # it\n"),
        ),
        (chat("- user: track my order\n"), chat(f"- user: track my order\n- bot: {PROMPT}\n")),
        (chat("- user: track my order"), chat(f"- user: track my order\n- bot: {PROMPT}\n")),
        (
            chat("- user: track my order\n- bot: '*'\n- bot: Bye # gone\n# stays\n"),
            chat("- user: track my order\n- bot: '*'\n# stays\n"),
        ),
        (
            chat("- user: track my order\n- bot:  # any: of\n    - A\n    - B\n# stays\n"),
            chat(f"- user: track my order\n- bot: {PROMPT}\n# stays\n"),
        ),
        (
            chat("- user: track my order\n- bot: |\n    Where\n    is it?\n- after: 1s\n"),
            chat(f"- user: track my order\n- bot: {PROMPT}\n- after: 1s\n"),
        ),
        (
            " [{ user: track my order }, { bot: Where? }, { bot: Bye }]",
            f" [{{ user: track my order }}, {{ bot: {PROMPT} }}]",
        ),
        (" [{ user: track my order }]\n", f" [{{ user: track my order }}, {{ bot: {PROMPT} }}]\n"),
        (
            chat("- bot: Hello\n- user: track my order\n- bot: What is*"),
            chat("- user: track my order\n- bot: What is*"),
        ),
        (
            chat(LATE, "- bot:\n- user: no\n- bot: '*'\n- expect: { ended: x, handoff: orders, buttons: [a] }  # so\n"),
            chat(LATE, f"- bot: {CONFIRM}\n- user: no\n- bot: '*'\n")
            + chat("- expect: { ended: kept, handoff: null, buttons: null }  # so\n")[1:],
        ),
        (
            chat(LATE, "- bot: '*'\n- expect:\n    slots: { order_number: AB-1 }\n")
            + chat("    step: order_number\n    tags: [x]\n")[1:],
            chat(LATE, "- bot: '*'\n- expect:\n    slots: { order_number: AB-123456 }\n")
            + chat("    step: confirm:shall-i-open-a-complaint\n    tags: null\n")[1:],
        ),
    ],
)
def test_only_what_differs_is_written(bench: Bench, tmp_path: Path, before: str, after: str) -> None:
    assert update(bench, tmp_path, HEAD + before) == HEAD + after


def test_lines_end_as_they_did(bench: Bench, tmp_path: Path) -> None:
    text = (HEAD + chat("- user: track my order\n")).replace("\n", "\r\n")
    new = update(bench, tmp_path, text)
    assert new == text + f"      - bot: {PROMPT}\r\n"


def test_what_no_text_can_mend_is_left_alone(bench: Bench, tmp_path: Path) -> None:
    text = HEAD + chat("- user: track my order\n- bot: '*'\n- button: Refund\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "t.test.yaml").write_text(text, encoding="utf-8")
    (script,) = load_cases(tmp_path, bench.program).scripts
    assert updated(text, [play(script, bench, to_the_end=True)]) == text


LAYOUTS = (chat("- user: hi\n- bot: x\n"), " [{ user: hi }, { bot: x }]\n")


@given(st.text(st.one_of(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), st.just("\n"))))
def test_whatever_a_bot_says_reads_back_as_it_is(said: str) -> None:
    for layout in LAYOUTS:
        text = f"test: t\ncases:\n  - name: c\n    chat:{layout}"
        rows = (Pair(Listed(("x",), 6, 1), Spoken(said), fits=False),)
        script = Script("t", 0, 3, "t", "c", 0, Setting(), {}, ())
        source = parse(updated(text, [Played(script, 0, (Difference(5, "", "", rows, 0),))]), "t")
        assert [problem for problem in source.problems if problem.is_error] == []
        line = _leaf(source.root, "cases", 0, "chat", 1, "bot").text
        assert line == said.strip() or line.startswith("/")


def _leaf(node: object, *path: str | int) -> Leaf:
    for part in path:
        if isinstance(node, Branch):
            node = node.entries[str(part)][1]
        elif isinstance(node, Row) and isinstance(part, int):
            node = node.items[part]
    assert isinstance(node, Leaf)
    return node

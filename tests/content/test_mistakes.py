"""What an author sees for each usual mistake: place, carets and help, letter by letter.

A file of mistakes/ holds the files that differ from the sound project of kit.py, then the findings. To add one, write
the files, run this test, and put what it shows under `=== problems` once you agree with it.
"""

import re
from pathlib import Path

import pytest

from chatbot.cli.checking import check_project
from chatbot.content.diagnostics import render_text
from chatbot.content.rules import RULES
from tests.content.kit import ASK, BOT, HEAD, INTENTS, load, shown

MISTAKES = sorted((Path(__file__).parent / "mistakes").glob("*.txt"))


def sections(path: Path) -> dict[str, str]:
    parts = re.split(r"^=== (.+)\n", path.read_bytes().decode(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def found_in(files: dict[str, str], folder: Path) -> str:
    """What `chatbot check` says of the sound project with these files in it."""
    sound = {"bot.yaml": BOT, "intents/main.yaml": INTENTS, "flows/order.yaml": HEAD + ASK}
    for name, text in (sound | {name: text for name, text in files.items() if name != "problems"}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    checked = check_project(folder, {})
    return render_text(checked.problems, checked.sources)


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_mistake_is_shown_where_it_is_with_what_to_do(path: Path, tmp_path: Path) -> None:
    assert found_in(files := sections(path), tmp_path) == files["problems"]


def test_the_project_the_mistakes_are_made_in_is_sound() -> None:
    loaded = load()
    assert shown(loaded) == ""
    assert loaded.program is not None


def test_every_rule_has_a_mistake_that_shows_it() -> None:
    seen = {code for path in MISTAKES for code in re.findall(r"^(CB\d+) ", sections(path)["problems"], re.MULTILINE)}
    assert seen == set(RULES)


def test_every_rule_has_a_page() -> None:
    for code, rule in RULES.items():
        assert re.fullmatch(r"CB[1-5]\d\d", code)
        assert rule.code == code
        assert rule.title
        assert rule.__doc__, code
        assert "None" not in rule.__doc__

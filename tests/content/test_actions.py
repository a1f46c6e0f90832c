"""What `check` reads out of actions.py, without running it, and how it holds the arguments of `run` against it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content.actions import read_actions
from chatbot.content.load import Loaded, load_texts
from tests.content.kit import BOT, INTENTS, shown

SLOTS = (
    "{ words: text, amount: number, count: integer, sure: yes_no, day: date, order_number: order_number,"
    " where: location }"
)
HEAD = f"flow: f\nstart: [{{ intent: order_status }}]\nslots: {SLOTS}\nsteps:\n"
ASKED = "".join(
    f"  - {{ ask: {slot}, say: Say it. }}\n"
    for slot in ("words", "amount", "count", "sure", "day", "order_number", "where")
)


def checked(source: str, arguments: str) -> Loaded:
    flow = HEAD + ASKED + f"  - {{ run: act, with: {{ {arguments} }} }}\n"
    files = {"bot.yaml": BOT, "intents/main.yaml": INTENTS, "flows/f.yaml": flow, "actions.py": source}
    return load_texts(files, {})


GOOD = [
    ("def act(x: str): ...", "x: words"),
    ("async def act(x: str): ...", "x: order_number"),
    ("def act(x): ...", "x: anything.at.all"),
    ("def act(x: int): ...", "x: words"),
    ("def act(x: int): ...", "x: count"),
    ("def act(x: float): ...", "x: amount"),
    ("def act(x: 'float | None'): ...", "x: amount"),
    ("def act(x: int | None = None): ...", ""),
    ("def act(*, x: int = 3): ...", ""),
    ("from typing import *\ndef act(x: Optional[bool]): ...", "x: sure"),
    ("import typing\ndef act(x: typing.Union[bool, None]): ...", "x: sure"),
    ("import datetime\ndef act(x: datetime.date): ...", "x: day"),
    ("def act(x: Annotated[str, 'about it']): ...", "x: words"),
    ("def act(x: Literal['a', 'b']): ...", "x: '\"a\"'"),
    ("def act(x: list[int]): ...", 'x: "[1, 2]"'),
    ("def act(x: Shop): ...", "x: amount"),
    ("def act(x: list[Shop]): ...", 'x: "[1]"'),
    ("def act(x: str): ...", 'x: "no. {amount}"'),
    ("def act(x: float): ...", 'x: "{amount}"'),
    ("def act(x: bool): ...", "x: amount > 3"),
    ("def act(x: dict): ...", "x: where"),
    ("def act(**more: int): ...", "x: amount, y: amount"),
    ("def act(x: str, /, y: str): ...", "x: words, y: words"),
    ("def act(x: str, context: ActionContext): ...", "x: words"),
    ("def act(x: str, context: 'chatbot.ActionContext'): ...", "x: words"),
    ("def act(x: 'not an [annotation'): ...", "x: words"),
    ("raise SystemExit('nothing of this is run')\ndef act(): ...", ""),
]


@pytest.mark.parametrize(("source", "arguments"), GOOD)
def test_arguments_that_may_fit_are_fine(source: str, arguments: str) -> None:
    loaded = checked(source, arguments.replace("anything.at.all", "words"))
    assert shown(loaded) == ""


BAD = [
    ("def act(x: str): ...", "x: amount", "`x` of `act` is `str`, and the slot `amount` is of type number"),
    ("def act(x: 'str'): ...", 'x: "{amount}"', "`x` of `act` is `str`, and the slot `amount` is of type number"),
    ("def act(x: str): ...", "x: sure", "the slot `sure` is of type yes_no"),
    ("def act(x: list[str]): ...", "x: order_number", "the slot `order_number` is of type order_number"),
    ("def act(x: date): ...", "x: '\"soon\"'", "`x` of `act` is `date`, and this is a text"),
    ("def act(x: int): ...", "x: 1.5", "`x` of `act` is `int`, and this is a number"),
    ("def act(x: int): ...", "x: none", "`x` of `act` is `int`, and this is none"),
    ("def act(x: Literal['a', 'b']): ...", "x: '\"c\"'", "and this is a text"),
    ("def act(x: list[int]): ...", 'x: "no. {amount}"', "and this is a text"),
    ("def act(x: int | None): ...", 'x: "[1]"', "and this is a list"),
    ("def act(x: str): ...", "", "`act` needs `x`"),
    ("def act(x, y, *, z): ...", "y: amount", "`act` needs `x`, `z`"),
    ("def act(): ...", "x: amount", "`act` takes no argument `x`"),
    ("def act(context: ActionContext): ...", "context: amount", "`act` takes no argument `context`"),
    ("class act: ...", "", "unknown action `act`"),
    ("from shop import act", "", "unknown action `act`"),
    ("if True:\n    def act(): ...", "", "unknown action `act`"),
]


@pytest.mark.parametrize(("source", "arguments", "message"), BAD)
def test_arguments_that_can_never_fit_are_found(source: str, arguments: str, message: str) -> None:
    loaded = checked(source, arguments)
    assert loaded.program is None
    assert [message in found.message for found in loaded.diagnostics] == [True], shown(loaded)


@given(st.one_of(st.text(), st.text("def(x:)=,*/ \n'[]|.", max_size=60).map(lambda text: f"def act({text}): ...")))
def test_no_file_breaks_the_reading_of_it(source: str) -> None:
    actions, problems = read_actions(source)
    assert actions.sure == (not problems)

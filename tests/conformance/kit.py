"""A bot in a few lines of YAML and a conversation with it, in the words of a conversation test.

    bot("- { ask: email, say: Mail? }").chat('''
        - user: track my order
        - bot: Mail?
    ''')

`bot` takes whole flows, or the steps of one flow `main` that the intent order_status starts; keywords replace or add
files (`intents__main` is intents/main.yaml). Everything is read, checked and played as `chatbot check` and
`chatbot test` do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent, indent

from chatbot.content.load import Loaded, load_texts
from chatbot.content.program import Program
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.playing import Played, play
from chatbot.testing.report import failure

BOT = """\
name: Acme Help
languages: [en]
disclosure: I am a bot.
services: { shop: { url: "https://shop.example", retry: 0 } }
hours:
  office: { timezone: Europe/Madrid, week: { mon-fri: ["09:00-13:30", "15:00-19:00"] }, holidays: [2026-01-06] }
queues:
  orders: { title: Orders team }
  complaints: { title: Complaints, priority: high }
  office: { title: Office, hours: office }
contact: { vip: yes_no, city: text, nick: text }
channels:
  site: { kind: webchat }
"""

INTENTS = """\
entities:
  order_number: { match: '[A-Z]{2}-?\\d{6}', clean: [upper] }
  city: { list: { nyc: [New York, big apple], sf: [San Francisco] }, fuzzy: 85 }
intents:
  order_status:
    title: Check an order
    say: ["where is my (order|parcel|package) [{order_number}]", track my order, has my order shipped yet]
  opening_hours:
    title: Opening hours
    say: [when are you open, what are your opening hours, what time do you close]
  refund:
    title: Get a refund
    say: [i want my money back, refund me please, how do i get a refund]
"""

SLOTS = """\
slots:
  order_number: order_number
  city: city
  email: email
  amount: number
  count: integer
  day: date
  sure: yes_no
  story: text
"""

HEAD = "flow: main\ntitle: Your order\nstart: { intent: order_status }\n" + SLOTS

HOURS = "flow: hours\ntitle: Opening hours\nstart: { intent: opening_hours }\nsteps: [{ say: We open at nine. }]\n"
"""A side flow that asks nothing."""
REFUND = (
    "flow: refund\ntitle: Your refund\nstart: { intent: refund }\nslots: { reason: text }\n"
    "steps: [{ ask: reason, say: Why? }, { say: 'Noted {reason}.' }]\n"
)
"""A side flow that asks something."""


def files(*flows: str, **more: str) -> dict[str, str]:
    """A project by path. A text that does not begin with `flow:` is the steps of the flow `main`."""
    project = {"bot.yaml": BOT, "intents/main.yaml": INTENTS}
    for number, text in enumerate(flows):
        whole = dedent(text).strip() + "\n"
        if not whole.startswith("flow:"):
            whole = f"{HEAD}steps:\n{indent(whole, '  ')}"
        project[f"flows/f{number}.yaml"] = whole
    for name, text in more.items():
        path = name.replace("__", "/")
        project[path if path == "actions.py" else f"{path}.yaml"] = dedent(text)
    if "actions" in more:
        project["actions.py"] = project.pop("actions.yaml")
    return project


def write(root: Path, project: Mapping[str, str]) -> None:
    """Lay the files out below `root`."""
    for name, text in project.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def load(*flows: str, **more: str) -> Loaded:
    return load_texts(files(*flows, **more), {})


def found(*flows: str, **more: str) -> list[str]:
    """The codes of what `check` finds, errors and warnings, in order of place."""
    return [problem.code for problem in load(*flows, **more).diagnostics]


def messages(*flows: str, **more: str) -> str:
    """Everything `check` says of the project, one finding a line with its place and help."""
    return "\n".join(
        f"{each.file}:{each.line}:{each.column} {each.code} {each.severity} {each.message} {each.help}"
        for each in load(*flows, **more).diagnostics
    )


def bot(*flows: str, **more: str) -> Shop:
    return _made(tuple(sorted(files(*flows, **more).items())))


@lru_cache(maxsize=64)
def _made(project: tuple[tuple[str, str], ...]) -> Shop:
    loaded = load_texts(dict(project), {})
    errors = [f"{each.file}:{each.line} {each.code} {each.message}" for each in loaded.diagnostics if each.is_error]
    assert loaded.program is not None, "\n".join(errors)
    return Shop(loaded.program)


class Shop:
    """A bot that is ready to talk; each chat is a new customer."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._bench: Bench | None = None

    @property
    def bench(self) -> Bench:
        if self._bench is None:
            self._bench = Bench(self.program)
        return self._bench

    def chat(self, moves: str, *, mock: str = "", scene: str = "", now: str = "") -> None:
        """Play the moves; `mock` are lines of `mock:`, `scene` is the mapping of `as:`. Fails with the two columns."""
        played = self.play(moves, mock=mock, scene=scene, now=now)
        if not played.passed:
            raise AssertionError(failure(played))

    def play(self, moves: str, *, mock: str = "", scene: str = "", now: str = "") -> Played:
        head = {"now": now, "as": scene}
        text = "test: t\n" + "".join(f"{name}: {value}\n" for name, value in head.items() if value)
        if mock:
            text += "mock:\n" + indent(dedent(mock).strip(), "  ") + "\n"
        text += "cases:\n  - name: c\n    chat:\n" + indent(dedent(moves).strip(), "      ") + "\n"
        with TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "tests").mkdir()
            (root / "tests" / "t.test.yaml").write_text(text, encoding="utf-8")
            cases = load_cases(root, self.program)
        errors = [f"{each.line}: {each.message}" for each in cases.diagnostics if each.is_error]
        assert not errors, "\n".join([*errors, text])
        (script,) = cases.scripts
        return play(script, self.bench)


def says(expression_or_text: str, expected: str, *, before: str = "", mock: Mapping[str, str] | None = None) -> None:
    """A bot that prints `expression_or_text` says `expected`."""
    steps = f"{dedent(before).strip()}\n" if before else ""
    bot(steps + f"- say: {_quoted(expression_or_text)}").chat(
        f"- user: track my order\n- bot: {_quoted(expected)}",
        mock="\n".join(f"{request}: {reply}" for request, reply in (mock or {}).items()),
    )


def computes(expression: str, expected: str, *, before: str = "") -> None:
    """An expression has a value that prints as `expected`."""
    says(
        "={result}",
        f"={expected}",
        before=f"{dedent(before).strip()}\n- set: {{ result: {_quoted(expression)} }}".strip(),
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

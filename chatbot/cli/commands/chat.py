"""`chatbot chat`: a conversation with the bot in the terminal, in memory, over the same turn as production.

From a pipe it reads one message a line and prints a transcript, without prompts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

import click
from pydantic import TypeAdapter, ValidationError

from chatbot.channels.registry import known_kinds
from chatbot.cli import explaining
from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.project import load, load_clean, project_root
from chatbot.cli.services import Services
from chatbot.content.diagnostics import render_text
from chatbot.content.load import files_of
from chatbot.content.program import Program
from chatbot.content.scalars import Duration
from chatbot.conversation.record import Line
from chatbot.engine.state import decode
from chatbot.errors import ChatbotError
from chatbot.testing.bench import Bench
from chatbot.testing.matching import said, show
from chatbot.testing.models import Sent, Setting
from chatbot.testing.naming import heard_events
from chatbot.testing.scene import Scene
from chatbot.testing.script import span
from chatbot.testing.simulator import Moved, Simulator
from chatbot.types import AttachmentKind

HELP: Final = """\
/why          how your last message was understood and what the bot did about it
/state        the flow, the open question, slots, timers, who is in control
/after 10m    let time pass: 30s, 10m, 1h
/undo         take your last message back
/press NAME   press a button by its title
/attach KIND  send an image, a file, a location, ...
/referral REF come by a link or an ad of that name
/event NAME   a system of the business brings an event about
/back         a person gives the conversation back to the bot
/new          begin again as a new customer
/as CHANNEL   begin again on another channel
/quit         leave (Ctrl-D too)
"""


@click.command(cls=Command, examples=("chatbot chat", "chatbot chat --as webchat", "printf 'hello\\n' | chatbot chat"))
@click.option("--as", "channel", metavar="CHANNEL", default="console", show_default=True, help="The channel to act as.")
@click.option("--locale", metavar="LOCALE", help="The customer's locale, such as es or en-GB.")
@common()
def command(terminal: Terminal, channel: str, locale: str | None) -> None:
    """Talk to the bot in the terminal.

    Services are called for real; nothing is stored. /help lists what else you can type.
    """
    program, loaded = load_clean(terminal)
    for name in loaded.unset_variables:
        terminal.say(f"note: ${{{name}}} is not set; services that need it will fail")
    if unknown := _unknown(program, channel):
        raise click.BadParameter(unknown, param_hint="--as")
    root = project_root(terminal)
    with Services(root, program) as services:
        _Chat(terminal, root, Bench(program), services, Setting(channel=channel, locale=locale)).run()


def _unknown(program: Program, channel: str) -> str:
    known = sorted({*program.bot.channels, *known_kinds()})
    return "" if channel in known else f"there is no channel {channel!r}; there are {', '.join(known)}"


class _Chat:
    """The loop: a line in, what the bot says out. `_past` holds the moment before each move, for /undo.

    `_last` is what /why explains: the text, the moment it came, and what it led to.
    """

    def __init__(self, terminal: Terminal, root: Path, bench: Bench, services: Services, setting: Setting) -> None:
        self._terminal = terminal
        self._root = root
        self._files = _stamps(root)
        self._bench = bench
        self._services = services
        self._setting = setting
        self._simulator = self._begin()
        self._past: list[tuple[Simulator, Scene]] = []
        self._last = ("", self._simulator.scene, Moved())
        self._talking = sys.stdin.isatty()
        self._commands: dict[str, Callable[[str], None]] = {
            "why": self._why,
            "state": self._state,
            "after": self._after,
            "undo": self._undo,
            "press": self._press,
            "attach": self._attach,
            "referral": self._referral,
            "event": self._event,
            "back": lambda _: self._hand_back(),
            "new": lambda _: self._renew(self._setting),
            "as": self._as,
            "help": lambda _: self._terminal.say(HELP),
        }

    def run(self) -> None:
        if self._talking:
            self._terminal.say(f"{self._bench.program.bot.name} - /help for commands, /quit to leave")
        for line in self._lines():
            if line in {"/quit", "/exit"}:
                return
            self._take_up_changes()
            if line.startswith("/"):
                self._command(line)
            elif line:
                self._user(line)

    def _take_up_changes(self) -> None:
        """Files that were saved since the last line: the conversation goes on with them, if they are sound."""
        stamps = _stamps(self._root)
        if stamps == self._files:
            return
        self._files = stamps
        loaded = load(self._terminal)
        if loaded.program is None:
            errors = [problem for problem in loaded.diagnostics if problem.is_error]
            self._terminal.say(f"{render_text(errors, loaded.sources)}\n(the bot goes on as it was before)")
            return
        scene, past = self._simulator.scene, self._past
        self._bench = Bench(loaded.program)
        self._services.replace(loaded.program)
        self._simulator, self._past = self._begin(), []
        self._simulator.scene = scene
        for _, before in past:
            again = self._begin()
            again.scene = before
            self._past.append((again, before))
        self._terminal.say("(the files have changed: the bot goes on with the new ones)")

    def _lines(self) -> Iterator[str]:
        if not self._talking:
            yield from (line.strip() for line in sys.stdin)
            return
        import readline  # noqa: F401, PLC0415 - importing it gives input() a history and keys to edit with

        while True:
            try:
                yield input("you> ").strip()
            except EOFError:
                self._terminal.say("")
                return

    def _command(self, line: str) -> None:
        name, _, rest = line[1:].partition(" ")
        action = self._commands.get(name)
        if action is None:
            self._terminal.say(f"there is no /{name}; /help lists what there is")
            return
        action(rest.strip())

    def _begin(self) -> Simulator:
        return self._bench.simulator(self._setting, now(), self._services.respond)

    def _user(self, text: str) -> None:
        if not self._talking:
            self._terminal.data(f"user: {text}")
        before = self._simulator.scene
        self._last = (text, before, self._move(lambda: self._simulator.user(text)))

    def _move(self, make: Callable[[], Moved]) -> Moved:
        before = self._simulator.scene
        self._simulator.scene = self._caught_up(before)
        try:
            moved = make()
        except ChatbotError as error:
            self._simulator.scene = before
            self._terminal.say(str(error))
            return Moved()
        self._past.append((self._simulator, before))
        self._show(moved)
        if self._simulator.scene.record.control != "bot" and not moved.lines:
            self._terminal.say("(people hold this conversation now; /back gives it back to the bot)")
        return moved

    def _caught_up(self, scene: Scene) -> Scene:
        """The conversation's clock never stands behind the real one; /after puts it ahead."""
        return replace(scene, now=max(scene.now, now()))

    def _show(self, moved: Moved) -> None:
        for line in moved.lines:
            for text in spoken(line):
                self._terminal.data(f"bot{'>' if self._talking else ':'} {text}")

    # --- commands ---

    def _why(self, _: str) -> None:
        text, before, moved = self._last
        if not text:
            self._terminal.say("say something first")
            return
        self._terminal.data(explaining.understood(self._bench.explain(text, before)))
        if moved.trace:
            self._terminal.data("  what the bot did:")
            self._terminal.data("\n".join(f"  {line}" for line in explaining.done(self._bench.program, moved.trace)))

    def _state(self, _: str) -> None:
        scene = self._simulator.scene
        seen = scene.seen()
        if scene.frame is not None:
            seen.pop("ended")  # how an earlier flow ended says nothing about the one that runs
        for name, value in seen.items():
            if value not in (None, "", [], {}):
                self._terminal.data(f"{name + ':':10} {show(value)}")
        kept = {"contact": scene.record.contact, "conversation": decode(scene.record.state).variables}
        for root, values in kept.items():
            for name, value in values.items():
                if name not in seen:
                    self._terminal.data(f"{f'{root}.{name}:':10} {show(value)}")
        self._terminal.data(f"{'control:':10} {scene.record.control}")
        for timer in sorted(scene.timers.values(), key=lambda timer: timer.due_at):
            self._terminal.data(f"{'timer:':10} {timer.name} in {span(max(0, timer.due_at - scene.now))}")

    def _after(self, duration: str) -> None:
        try:
            span_ = milliseconds(duration)
        except ValueError as error:
            self._terminal.say(str(error))
            return
        self._move(lambda: self._simulator.after(span_))

    def _undo(self, _: str) -> None:
        if not self._past:
            self._terminal.say("there is nothing to take back")
            return
        self._simulator, scene = self._past.pop()
        self._simulator.scene = scene
        self._last = ("", scene, Moved())
        self._terminal.say("taken back")

    def _press(self, name: str) -> None:
        before = self._simulator.scene
        self._last = (name, before, self._move(lambda: self._simulator.button(name)))

    def _attach(self, kind: str) -> None:
        if kind in get_args(AttachmentKind):
            sent = Sent.model_validate({"kind": kind}).attachment()
            self._move(lambda: self._simulator.attach(sent))
        else:
            self._terminal.say(f"/attach takes one of {', '.join(get_args(AttachmentKind))}")

    def _referral(self, ref: str) -> None:
        if ref:
            self._move(lambda: self._simulator.referral(ref))
        else:
            self._terminal.say("which link or ad? /referral REF")

    def _event(self, name: str) -> None:
        if not name:
            self._terminal.say("which event? /event NAME")
            return
        known = heard_events(self._bench.program)
        if not self._move(lambda: self._simulator.event(name)).lines and name not in known:
            listed = f"there are {', '.join(sorted(known))}" if known else "this project has none"
            self._terminal.say(f"(nothing starts on the event {name!r} or waits for it; {listed})")

    def _hand_back(self) -> None:
        if self._simulator.scene.record.control == "bot":
            self._terminal.say("the bot has the conversation")
            return
        self._move(self._simulator.release)

    def _as(self, channel: str) -> None:
        if unknown := _unknown(self._bench.program, channel):
            self._terminal.say(unknown)
        else:
            self._renew(self._setting.model_copy(update={"channel": channel}))

    def _renew(self, setting: Setting) -> None:
        self._past.append((self._simulator, self._simulator.scene))
        self._setting = setting
        self._simulator = self._begin()
        self._last = ("", self._simulator.scene, Moved())


def spoken(line: Line) -> Iterator[str]:
    """What one line of the transcript looks like here: the console's own bodies, other channels' by their text."""
    message = line.message
    for body in line.bodies:
        if isinstance(body, dict) and isinstance(body.get("text"), str) and len(body) == 1:
            yield body["text"]
        else:
            break
    else:
        return
    choices = "".join(f" [{button.title}]" for button in (*message.options, *message.buttons))
    approved = f" (template {message.template.name})" if message.template is not None else ""
    yield f"{said(message)}{choices}{approved}"


def milliseconds(duration: str) -> int:
    """`10m` as milliseconds. Raises ValueError with a sentence."""
    try:
        return int(TypeAdapter(Duration).validate_python(duration))
    except ValidationError as error:
        raise ValueError(f"/after {duration}: {error.errors()[0]['msg']}") from None


def _stamps(root: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells that a file was saved."""
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files_of(root) if path.exists())


def now() -> int:
    return time.time_ns() // 1_000_000

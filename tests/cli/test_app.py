"""What holds for every command: help, exit codes, where output goes, and what is not imported."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import click
import pytest

from chatbot.cli import app as cli
from chatbot.cli.app import COMMANDS, main
from chatbot.errors import OperatorError
from tests.cli.conftest import Run

HEAVY = {"aiohttp", "sqlalchemy", "pydantic", "yaml", "rich", "alembic", "asyncio"}
SAY_MODULES = "import sys; from chatbot.cli import main; main(sys.argv[1:]); print('\\n'.join(sys.modules))"


def modules(*args: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", SAY_MODULES, *args], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("chek",), ()])
def test_help_imports_nothing_heavy(args: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert modules(*args).isdisjoint(HEAVY)


def test_completion_of_commands_imports_no_command() -> None:
    code = "import sys; from chatbot.cli.app import app; app.shell_complete(__import__('click').Context(app), 'ch')"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('\\n'.join(sys.modules))"], capture_output=True, text=True, check=True
    )
    assert not [name for name in done.stdout.splitlines() if name.startswith("chatbot.cli.commands.")]


def test_checking_a_project_needs_neither_network_nor_database(bot: Path) -> None:
    assert modules("check").isdisjoint({"aiohttp", "sqlalchemy", "alembic"})


def test_every_command_stands_in_help_with_its_first_line(run: Run) -> None:
    told = run("--help")
    assert told.code == 0
    for name, line in COMMANDS.items():
        assert name in told.out
        assert line in told.out


def pages() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        command = importlib.import_module(f"chatbot.cli.commands.{name}").command
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.commands]
    return found


@pytest.mark.parametrize("path", pages(), ids=" ".join)
def test_every_help_page_is_a_line_then_examples_then_usage(run: Run, path: tuple[str, ...]) -> None:
    told = run(*path, "-h")
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[0].strip().endswith(".") or lines[1].strip().endswith(".")
    examples = told.out.index("Examples:")
    assert examples < told.out.index("Usage: chatbot")
    assert "  chatbot " in told.out[examples:]


@pytest.mark.parametrize(
    "path", [path for path in pages() if (path and len(path) != 1) or path in {("check",), ("chat",)}]
)
def test_the_same_options_are_everywhere(run: Run, path: tuple[str, ...]) -> None:
    told = run(*path, "--help").out
    for option in ("--project DIR", "--quiet", "--verbose", "--color"):
        assert option in told


@pytest.mark.parametrize("name", COMMANDS)
def test_the_short_help_in_the_table_is_the_commands_own_first_line(name: str) -> None:
    command = importlib.import_module(f"chatbot.cli.commands.{name}").command
    first = (command.help or "").strip().split("\n")[0]
    assert first.rstrip(".").startswith(COMMANDS[name].rstrip(".").split(";")[0][:20])


def test_an_unknown_command_is_a_usage_error_with_a_suggestion(run: Run) -> None:
    told = run("chekc")
    assert (told.code, told.out) == (2, "")
    assert "No such command 'chekc'. Did you mean 'check'?" in told.err


def test_an_unknown_option_is_a_usage_error_with_a_suggestion(run: Run) -> None:
    told = run("check", "--stric")
    assert told.code == 2
    assert "--strict" in told.err


def test_no_project_is_an_operator_problem(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("check")
    assert (told.code, told.out) == (3, "")
    assert "error: there is no bot.yaml" in told.err
    told = run("check", "--project", str(tmp_path))
    assert told.code == 3
    assert "has no bot.yaml" in told.err


def test_a_project_is_found_upwards_or_named(run: Run, bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bot / "flows")
    assert run("check").code == 0
    monkeypatch.chdir("/")
    assert run("check").code == 3
    assert run("check", "--project", str(bot)).code == 0


def test_errors_become_exit_codes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for error, code in ((OperatorError("no database"), 3), (KeyboardInterrupt(), 130), (click.Abort(), 130)):
        monkeypatch.setattr(cli.app, "main", _raising(error))
        told = run("check")
        assert (told.code, told.out) == (code, "")


def test_an_internal_error_is_short_and_keeps_its_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.app, "main", _raising(ZeroDivisionError("by accident")))
    told = run("check")
    assert told.code == 70
    assert "internal error: ZeroDivisionError: by accident" in told.err
    assert "Traceback" not in told.err
    kept = Path(told.err.strip().rsplit(" ", 1)[-1])
    assert "Traceback" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()


def _raising(error: BaseException) -> object:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_colours_are_for_terminals_that_want_them(run: Run, bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bot / "flows" / "broken.yaml").write_text("flow: [", encoding="utf-8")
    assert "\x1b" not in run("doctor").out
    assert "\x1b" in run("doctor", "--color").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("doctor").out


def test_main_takes_the_arguments_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["chatbot", "--version"])
    assert main() == 0
    assert capfd.readouterr().out.startswith("chatbot ")


def test_alone_it_says_how_the_project_stands(run: Run, bot: Path) -> None:
    told = run()
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("Acme Help: 2 flows, 2 intents, 0 errors, 0 warnings\nnext: `chatbot chat`")
    (bot / "flows" / "broken.yaml").write_text("flow: [", encoding="utf-8")
    assert "`chatbot check` shows what is wrong" in run().out


def test_alone_outside_a_project_it_helps(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run()
    assert told.code == 0
    assert "Usage: chatbot" in told.out

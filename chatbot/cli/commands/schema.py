"""`chatbot schema`: JSON Schemas for editors, so that they complete, explain and underline while you write."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chatbot.cli.command import Command, Terminal, common
from chatbot.cli.project import project_root

KINDS = ("bot", "intents", "flows", "texts", "tests")
FOLDER = Path(".chatbot", "schemas")
GLOBS = {
    "bot": "bot.yaml", "intents": "intents/**/*.yaml", "flows": "flows/**/*.yaml", "texts": "texts/*.yaml",
    "tests": "tests/**/*.test.yaml",
}  # fmt: skip


@click.command(cls=Command, examples=("chatbot schema --write", "chatbot schema flows"))
@click.argument("kind", required=False, type=click.Choice(KINDS), metavar="[KIND]")
@click.option("--write", is_flag=True, help="Write all of them into .chatbot/schemas, and tell VS Code about them.")
@common()
def command(terminal: Terminal, kind: str | None, *, write: bool) -> None:
    """Print or write JSON Schemas for editors.

    KIND is bot, intents, flows, texts or tests. With --write editors that use the YAML language server (VS Code's YAML
    extension, Neovim, JetBrains) complete keys, explain them and underline mistakes; .vscode/settings.json is made if
    there is none.
    """
    if write:
        for line in _written(project_root(terminal)):
            terminal.say(line)
    elif kind is None:
        raise click.UsageError(f"which one? {', '.join(KINDS)}; or --write for all of them")
    else:
        terminal.data(text_of(kind))


def text_of(kind: str) -> str:
    from chatbot.content.schema import FILES, schema_of  # noqa: PLC0415 - what a command imports, it imports when it runs
    from chatbot.testing.models import CaseFile  # noqa: PLC0415 - see above

    return json.dumps(schema_of(kind, FILES.get(kind, CaseFile)), indent=1, ensure_ascii=False)


def _written(root: Path) -> list[str]:
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        (folder / f"{kind}.json").write_text(text_of(kind) + "\n", encoding="utf-8")
    lines = [f"wrote {FOLDER}/{{{','.join(KINDS)}}}.json"]
    settings = {f"./{FOLDER.as_posix()}/{kind}.json": GLOBS[kind] for kind in KINDS}
    editor = root / ".vscode" / "settings.json"
    if editor.exists():
        lines.append(f"add to {editor.relative_to(root)}: {json.dumps({'yaml.schemas': settings})}")
    else:
        editor.parent.mkdir(exist_ok=True)
        editor.write_text(json.dumps({"yaml.schemas": settings}, indent=2) + "\n", encoding="utf-8")
        lines.append(f"wrote {editor.relative_to(root)}")
    lines.append("other editors: begin a file with `# yaml-language-server: $schema=PATH/flows.json`")
    return lines

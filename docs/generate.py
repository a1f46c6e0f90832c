"""Writes the reference pages that are made from the code: `python docs/generate.py`. A test fails when one is outdated.

reference/expressions.md from the tables of functions and filters, reference/command-line.md from the help pages,
reference/rules/ from the docstrings of the rules, reference/keys.md from the models of the files,
reference/system-flows.md from the flows that ship, the table in reference/channels.md from what each channel can show,
and what of these a page of a channel repeats.
"""

# ruff: noqa: INP001  # a script beside the pages, in no package

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click
from pydantic import BaseModel

from chatbot.cli.app import COMMANDS, app
from chatbot.content.diagnostics import Rule
from chatbot.content.filters import FILTERS, Filter
from chatbot.content.functions import FUNCTIONS, Function
from chatbot.content.rules import RULES
from chatbot.content.schema import FILES, schema_of
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.policy.opt_ins import opt_in_rule
from chatbot.policy.sending import HOUR, WINDOWS
from chatbot.testing.models import CaseFile
from chatbot.types import Window

HERE: Final = Path(__file__).parent
MISTAKES: Final = HERE.parent / "tests" / "content" / "mistakes"
NOTE: Final = "<!-- Made by docs/generate.py; what you change by hand here is overwritten. -->\n\n"
NAMED: Final = re.compile(r"event\.\w+|if_\w+")
WIDTH: Final = 100
PLANNED: Final = (
    "new", "evaluate", "learn", "graph", "replay", "record", "parse", "schema", "deploy", "rollback", "agents",
    "outbox", "channels", "import", "completion",
)  # fmt: skip
"""Commands the contract names; those that are there already are left out of the list of what is missing."""


def pages() -> dict[Path, str]:
    """Every generated page with what it should hold."""
    return {
        HERE / "reference" / "expressions.md": expressions(),
        HERE / "reference" / "command-line.md": command_line(),
        HERE / "reference" / "keys.md": keys(),
        HERE / "reference" / "channels.md": channels(),
        HERE / "reference" / "system-flows.md": system_flows(),
        **{HERE / "how-to" / name: channel_page(kind) for kind, name in PAGES.items()},
        HERE / "reference" / "rules" / "README.md": rule_list(),
        **{HERE / "reference" / "rules" / f"{code}.md": rule_page(rule) for code, rule in RULES.items()},
    }


KINDS: Final[Mapping[str, tuple[str, type[BaseModel]]]] = {
    "bot.yaml": ("bot", FILES["bot"]),
    "intents/*.yaml": ("intents", FILES["intents"]),
    "flows/*.yaml": ("flows", FILES["flows"]),
    "tests/**/*.test.yaml": ("tests", CaseFile),
}


def keys() -> str:
    """Every key of every file, as the models have it and as editors are told."""
    parts = [
        NOTE + "# Every key\n",
        (
            "What stands where, made from the models that read the files; `chatbot schema` gives the same to editors."
            " How the keys work together is told in [flow and intent files](flow-files.md), [bot.yaml](bot-yaml.md) and"
            " [conversation tests](tests.md). A key that must be there is marked with a star.\n"
        ),
    ]
    for file, (kind, model) in KINDS.items():
        schema = schema_of(kind, model)
        parts.append(f"## `{file}`\n")
        parts += _key_table(schema)
        for name, inner in schema.get("definitions", {}).items():
            if inner.get("properties"):
                parts.append(f"### {name.removesuffix('Step')}\n")
                parts += _key_table(inner)
    return "\n".join(parts)


def _key_table(schema: Mapping[str, Any]) -> Iterator[str]:
    yield "| key | | example |\n|---|---|---|"
    for key, inner in schema["properties"].items():
        _, _, example = inner.get("markdownDescription", "").partition("\n\n")
        star = "*" if key in schema.get("required", ()) else ""
        yield f"| `{key}`{star} | {_cell(inner.get('description', ''))} | {_cell(example)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def system_flows() -> str:
    """The shipped flows with what is said above each of them."""
    parts = [
        NOTE + "# System flows\n",
        (
            "What the bot says by itself ships as flows. A flow of the same name in flows/ replaces one:"
            " copy it from here and change its words. It has no `start`: what happens is the bot's doing, the flow"
            " speaks about it, with what it is told as `event.*`. Their texts, and the phrases of the commands, ship in"
            " English, Spanish, German, French, Italian, Portuguese, Dutch and Turkish; for another language add the"
            " texts to your texts/<language>.yaml, and the phrases with an intent of the same `command:`.\n"
        ),
    ]
    for file in sorted((HERE.parent / "chatbot" / "content" / "builtin" / "flows").glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        head, name, steps = text.partition("\nflow: ")
        told = NAMED.sub(r"`\g<0>`", " ".join(line.removeprefix("# ") for line in head.splitlines()))
        parts.append(f"## system.{file.stem}\n\n{told}\n\n```yaml{name}{steps}```\n")
    return "\n".join(parts)


CHANNELS: Final = {
    "messenger": "Messenger", "instagram": "Instagram", "whatsapp": "WhatsApp", "telegram": "Telegram", "x": "X",
    "tiktok": "TikTok", "webchat": "web chat", "bridge": "bridge",
}  # fmt: skip
BEGIN: Final = "<!-- The table is made by docs/generate.py from chatbot/policy/capabilities.py. -->\n"
END: Final = "<!-- The end of what is made. -->\n"


def channels() -> str:
    """The page as it is, with its table made anew; the rest of it is written by hand."""
    page = (HERE / "reference" / "channels.md").read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + channel_table() + END + rest.partition(END)[2]


def limits() -> dict[str, list[str]]:
    """What each channel can show, by what is asked of it; a cell a channel."""
    rows: Mapping[str, Callable[[Capabilities], str]] = {
        "text, then split at paragraphs, sentences, never in a link": lambda has: f"{has.text_limit} {has.text_unit}",
        "options": _options,
        "the text over them": _over_options,
        "buttons": _buttons,
        "the text over them ": _over_buttons,
        "links": lambda has: LINKS[has.links],
        "a payload; a longer one is kept here": lambda has: f"{has.payload} bytes" if has.options else "none is sent",
        "cards": _cards,
        "shown as what they are": lambda has: ", ".join(kind for kind in MEDIA if kind in has.media),
        "text under a picture": lambda has: _characters(has.caption) if has.captioned else "a message of its own",
        "options or buttons under it": lambda has: str(has.caption_ways or "a message of their own"),
        "a place": lambda has: "on the map" if "location" in has.media else "text with a link to the map",
        "largest files, MB": _sizes,
        "typing": lambda has: "yes" if has.typing else "no",
        "reactions of ours": _reactions,
        'a lone "stop"': lambda has: "opt-out" if has.stop_is_opt_out else "cancels",
    }
    told_of = {name: [told(CAPABILITIES[kind]) for kind in CHANNELS] for name, told in rows.items()}
    windows = [WINDOWS.get(kind, Window(0)) for kind in CHANNELS]
    told_of["free text after the customer's last message"] = [
        f"{window.free // HOUR} hours" if window.free else "always" for window in windows
    ]
    told_of["message templates after that"] = ["yes" if window.templates else "-" for window in windows]
    told_of["an opt-in before anything unasked"] = ["needed" if opt_in_rule(kind).wanted else "-" for kind in CHANNELS]
    return told_of


def channel_table() -> str:
    lines = [f"| | {' | '.join(CHANNELS.values())} |", "|---" * (len(CHANNELS) + 1) + "|"]
    lines += [f"| {name.strip()} | {' | '.join(cells)} |" for name, cells in limits().items()]
    return "\n".join(lines) + "\n"


PAGES: Final = {
    "messenger": "messenger.md", "instagram": "instagram.md", "whatsapp": "whatsapp.md", "telegram": "telegram.md",
    "x": "x.md", "tiktok": "tiktok.md", "webchat": "web-chat.md", "bridge": "bridge.md",
}  # fmt: skip
MADE: Final = re.compile(
    r"(<!-- (settings|limits|degraded): made by docs/generate.py -->\n).*?(<!-- end -->)", re.DOTALL
)


def channel_page(kind: str) -> str:
    """The page of one channel as it is, with what stands on the pages of reference put in again."""
    page = (HERE / "how-to" / PAGES[kind]).read_text(encoding="utf-8")
    made = {"settings": _settings, "limits": _limits, "degraded": _degraded}
    return MADE.sub(lambda found: found[1] + made[found[2]](kind) + found[3], page)


def _settings(kind: str) -> str:
    """The table of the channel's settings in bot-yaml.md."""
    text = (HERE / "reference" / "bot-yaml.md").read_text(encoding="utf-8")
    section = text.partition(f"\n### {kind}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return _from_how_to("\n".join(lines) + "\n")


def _limits(kind: str) -> str:
    place = list(CHANNELS).index(kind)
    lines = [f"| {name.strip()} | {cells[place]} |" for name, cells in limits().items() if cells[place] != "-"]
    return "| | |\n|---|---|\n" + "\n".join(lines) + "\n"


def _degraded(kind: str) -> str:
    text = (HERE / "reference" / "channels.md").read_text(encoding="utf-8")
    name = CHANNELS[kind][0].upper() + CHANNELS[kind][1:]
    found = re.search(rf"^- \*\*{name}\*\*: (.*?)(?=^- |^$)", text, re.DOTALL | re.MULTILINE)
    assert found is not None, name
    lines = _from_how_to(" ".join(found[1].split()))
    return lines[0].upper() + lines[1:] + "\n"


def _from_how_to(text: str) -> str:
    """Links of a page of reference as they lead there from a how-to."""

    def led(link: re.Match[str]) -> str:
        to = link[1]
        if to.startswith("http"):
            return link[0]
        if to.startswith("#"):
            return f"](../reference/bot-yaml.md{to})"
        return f"]({to.removeprefix('../how-to/')})" if to.startswith("../how-to/") else f"](../reference/{to})"

    return re.sub(r"\]\(([^)]+)\)", led, text)


MEDIA: Final = ("image", "audio", "voice", "video", "file")
LINKS: Final = {
    "buttons": "buttons", "alone": "one without other ways on is a button, else written out", "written": "written out",
}  # fmt: skip


def _characters(count: int) -> str:
    return f"{count} characters"


def _options(has: Capabilities) -> str:
    if not has.options:
        return "written out, numbered"
    quick = f"{has.options} of {has.option_title} characters"
    listed = f"{has.rows} of {has.row_title}" + (f" with a line of {has.row_text} each" if has.row_text else "")
    if has.rows > has.options:
        return f"{quick}, else a list of {listed}"
    return f"{quick}, or {listed}" if has.rows else quick


def _buttons(has: Capabilities) -> str:
    if has.buttons:
        return f"{has.buttons} of {has.button_title} characters"
    return "as options" if has.options else "written out, numbered"


def _over_options(has: Capabilities) -> str:
    if not has.options:
        return "-"
    return _characters(has.option_text) if has.option_text else "any text"


def _over_buttons(has: Capabilities) -> str:
    return _characters(has.button_text) if has.buttons else "as over options" if has.options else "-"


def _cards(has: Capabilities) -> str:
    if has.cards:
        return f"{has.cards} side by side, title {has.card_title}, text {has.card_text}"
    return f"one below the other; more than {has.cards_alone} are one text"


def _sizes(has: Capabilities) -> str:
    known = [f"{kind} {has.sizes[kind]}" for kind in MEDIA if kind in has.sizes]
    return ", ".join(known) or "-"


def _reactions(has: Capabilities) -> str:
    if not has.reactions:
        return "no"
    return "any emoji" if not has.emoji else has.emoji[0] if len(has.emoji) == 1 else f"{len(has.emoji)} emoji"


CLASSES: Final = {
    "1": "YAML and shape", "2": "References", "3": "Flow logic", "4": "Training phrases", "5": "Channels",
}  # fmt: skip


def rule_list() -> str:
    parts = [
        NOTE + "# What `chatbot check` finds\n",
        (
            "Every finding has a code that stays the same. `chatbot rule CB203` prints the page of one. An error makes"
            " `chatbot check` exit with 1, a warning only under `--strict`. `# chatbot: ignore CB203` behind a line, or"
            " alone on the line above, silences a code there; one that silences nothing is a finding itself.\n"
        ),
    ]
    for digit, name in CLASSES.items():
        parts.append(f"## {name}\n\n| code | | |\n|---|---|---|")
        rules = (rule for code, rule in sorted(RULES.items()) if code[2] == digit)
        parts += [f"| [{rule.code}]({rule.code}.md) | {rule.title} | {rule.severities()} |" for rule in rules]
        parts.append("")
    return "\n".join(parts)


def rule_page(rule: type[Rule]) -> str:
    """What a rule's docstring says, with the shortest of the mistakes that the tests keep for it."""
    parts = [NOTE + f"# {rule.code}: {rule.title}\n", f"Severity: {rule.severities()}.\n", f"{inspect.getdoc(rule)}\n"]
    shown = [found for path in sorted(MISTAKES.glob("*.txt")) if (found := _mistake(path, rule.code))]
    if shown:
        files, finding = min(shown, key=lambda each: len(each[0]) + len(each[1]))
        parts.append(f"## For example\n\n{files}\n`chatbot check` says:\n\n```text\n{finding}\n```\n")
    return "\n".join(parts)


def _mistake(path: Path, code: str) -> tuple[str, str] | None:
    """The files of a mistake and what is found in them, if it shows the code."""
    parts = re.split(r"^=== (.+)\n", path.read_bytes().decode(), flags=re.MULTILINE)
    files = dict(zip(parts[1::2], parts[2::2], strict=True))
    findings = re.split(r"\n\n(?=CB\d{3} )", files.pop("problems").strip("\n"))
    finding = next((each for each in findings if each.startswith(f"{code} ")), None)
    if finding is None or any("```" in text for text in files.values()):
        return None
    fence = "```yaml\n# {}\n{}\n```\n"
    return "\n".join(fence.format(name, text.rstrip()) for name, text in files.items()), finding


def expressions() -> str:
    frame = (HERE / "reference" / "expressions.in.md").read_text(encoding="utf-8")
    filled = frame.replace("<!-- functions -->\n", _table("function", FUNCTIONS))
    return NOTE + filled.replace("<!-- filters -->\n", _table("filter", FILTERS))


def _table(what: str, entries: Mapping[str, Function] | Mapping[str, Filter]) -> str:
    lines = [f"| {what} | what it gives |", "|---|---|"]
    for entry in entries.values():
        signature = entry.signature.replace("|", "\\|")
        lines.append(f"| `{signature}` | {entry.doc.replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def command_line() -> str:
    parts = [
        NOTE + "# Command line\n",
        (
            "All commands find their project by the nearest `bot.yaml` upwards, or take `--project DIR`. Data goes to"
            " standard output, talk to standard error. Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 trouble with"
            " settings, database or port, 70 a fault of ours, 130 Ctrl-C.\n"
        ),
        f"Not supported yet: {', '.join(f'`{name}`' for name in PLANNED if name not in COMMANDS)}.\n",
    ]
    for name, command in _commands():
        parts.append(f"## {name}\n\n```\n{_help(name, command)}\n```\n")
    return "\n".join(parts)


def _commands() -> Iterator[tuple[str, click.Command]]:
    yield "chatbot", app
    for name in COMMANDS:
        command: click.Command = import_module(f"chatbot.cli.commands.{name}").command
        yield f"chatbot {name}", command
        if isinstance(command, click.Group):
            yield from ((f"chatbot {name} {inner}", each) for inner, each in sorted(command.commands.items()))


def _help(name: str, command: click.Command) -> str:
    context = click.Context(
        command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=["-h", "--help"]
    )
    return re.sub(r"[ \t]+$", "", click.unstyle(command.get_help(context)), flags=re.MULTILINE).strip()


def main() -> None:
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

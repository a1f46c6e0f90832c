"""What the framework itself says is there in every language its commands are understood in."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import chatbot
from chatbot.content.load import load_texts
from chatbot.content.program import Program
from chatbot.content.project import Project
from chatbot.content.template import Template
from chatbot.content.walk import steps_of, written_in
from chatbot.content.yaml_source import parse
from chatbot.testing.bench import Bench
from chatbot.testing.models import Setting
from chatbot.understanding import Context, Understanding
from chatbot.understanding.fold import fold
from chatbot.understanding.words import WORDS

QUOTED = re.compile(r'["„«“]\s?([^"„“”«»]+?)\s?["“”»]')
SHOUTED = re.compile(r"\b[A-ZÉİ]{4,}(?: [A-ZÉİ]{4,})*")
MOST_OF_A_TITLE = 25
"""Characters: much longer ones are cut on buttons."""

PACKAGE = Path(chatbot.__file__).parent
BUILTIN = PACKAGE / "content" / "builtin"


def spoken() -> set[str]:
    """Every text of the shipped flows and of the engine, and the titles of the shipped intents."""
    project = Project()
    for path in (BUILTIN / "flows").glob("*.yaml"):
        project.add("flows", parse(path.read_text("utf-8"), path.name), {}, shipped=True)
    project.add("intents", parse((BUILTIN / "intents.yaml").read_text("utf-8"), "i"), {}, shipped=True)
    texts = {intent.title for file in project.intents for intent in file.model.intents.values()}
    for file in project.flows:
        for place, step in steps_of(file.model):
            texts |= {text.source for _, text in written_in(step, place) if isinstance(text, Template)}
    for path in (PACKAGE / "engine").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Template":
                texts |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return texts - {""}


def test_each_shipped_language_has_every_text_and_no_other() -> None:
    files = {path.stem: path for path in (BUILTIN / "texts").glob("*.yaml")}
    assert {"en", *files} == set(WORDS)
    for path in files.values():
        loaded = load_texts({"bot.yaml": f"name: A\nlanguages: [en, {path.stem}]\n"}, {})
        assert loaded.program is not None
        assert set(loaded.program.texts[path.stem]) == spoken(), path.name


@pytest.mark.parametrize("language", sorted(set(WORDS) - {"en"}))
def test_a_translation_says_what_the_text_says_with_the_same_values(language: str) -> None:
    for text, translation in in_language(language).texts[language].items():
        assert translation.names == Template(text).names, text
        assert text.rstrip()[-1] in ".!?:" or len(translation.source) <= MOST_OF_A_TITLE, text
        assert (text[-1] in "?:") == (translation.source[-1] in "?:"), text


@pytest.mark.parametrize("language", sorted(set(WORDS) - {"en"}))
def test_the_words_that_customers_are_told_to_write_are_understood(language: str) -> None:
    program = in_language(language)
    understanding, context = Understanding.build(program), Context(language, language)
    told = 0
    for text, translation in program.texts[language].items():
        words = [*QUOTED.findall(text), *SHOUTED.findall(text)]
        named = [*QUOTED.findall(translation.source), *SHOUTED.findall(translation.source)]
        assert len(words) == len(named), translation.source
        for english, word in zip(words, named, strict=True):
            command = understanding.read(word, context).command
            assert command == {"agent": "command_human", "cancel": "command_cancel"}.get(
                english, {"START": "command_opt_in", "STOP": "command_opt_out"}.get(english)
            ), word
            told += 1
    assert told >= 7
    for name in ("human", "cancel", "delete_data", "restart", "help"):
        title = program.texts[language][program.intents[f"command_{name}"].title].source
        assert understanding.read(title, context).command == f"command_{name}", title
    yes, no = (program.texts[language][word].source for word in ("yes", "no"))
    assert fold(yes) in WORDS[language].firm_yes
    assert fold(no) in WORDS[language].firm_no


def in_language(language: str) -> Program:
    loaded = load_texts({"bot.yaml": f"name: A\nlanguages: [{language}]\n"}, {})
    assert loaded.program is not None
    return loaded.program


BOT = "name: Acme\nlanguages: [en, es-MX]\n"
FLOW = "flow: size\nstart: [{ intent: size }]\nslots: { n: integer }\nsteps: [{ ask: n, say: How many? }]\n"
INTENTS = "intents: { size: { say: { en: [order some boxes], es-MX: [pedir unas cajas] } } }\n"


def test_the_framework_speaks_the_contacts_language_and_the_projects_words_come_first() -> None:
    own = "How many?: ¿Cuántas?\n'OK, I stopped that.': Vale.\n"
    loaded = load_texts({"bot.yaml": BOT, "flows/s.yaml": FLOW, "intents/i.yaml": INTENTS, "texts/es-MX.yaml": own}, {})
    assert loaded.program is not None
    talk = Bench(loaded.program).simulator(Setting(channel="webchat"), 0, lambda _call, _attempt: None)
    first = [line.message.text for line in talk.user("pedir unas cajas").lines]
    assert first[0].startswith("¡Hola! Soy el asistente automático de Acme.")
    assert first[1:] == ["¿Cuántas?"]
    # A number tells no language: it stays the one that was read.
    assert [line.message.text for line in talk.user("3.5").lines] == [
        "Perdona, no te he entendido. ¿Puedes intentarlo otra vez?"
    ]
    assert [line.message.text for line in talk.user("cancelar").lines] == ["Vale."]

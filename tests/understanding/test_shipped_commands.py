"""The commands that ship, in each of the eight languages: what they are said by, and what says none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from chatbot.content.bot_file import Bot
from chatbot.content.phrase import MOST, sentences
from chatbot.content.program import Program
from chatbot.understanding import Context, Understanding
from chatbot.understanding.phrases import words_of
from chatbot.understanding.repeating import asks_again
from chatbot.understanding.words import WORDS
from tests.understanding.shipped_messages import COMMANDS, NO_COMMANDS
from tests.understanding.support_bot import shipped

BOTH = {"never mind", "nevermind", "forget it", "vazgectim"}
"""What means "no" to a question with yes and no, and else the end of it: as a command it ends both."""


@cache
def bot(*languages: str) -> Understanding:
    spoken = Bot.model_validate({"name": "Shop", "languages": languages})
    return Understanding.build(Program("test", spoken, shipped(*languages), {}, {}))


def each(messages: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((key, text) for key, texts in messages.items() for text in texts.split(" | "))


SAID = [(language, command, text) for language, said in COMMANDS.items() for command, text in each(said)]


def test_every_language_with_word_lists_has_every_command() -> None:
    assert set(COMMANDS) == set(NO_COMMANDS) == set(WORDS)
    kinds = {intent.command for intent in shipped("en").values()}
    for language, said in COMMANDS.items():
        assert set(said) == kinds, language
        for name, intent in shipped(language).items():
            assert set(intent.say) == {language}, (language, name)


@pytest.mark.parametrize(("language", "command", "text"), SAID)
def test_a_whole_message_is_the_command_it_sounds_like(language: str, command: str, text: str) -> None:
    assert bot(language).read(text, Context(language, language)).command == f"command_{command}"


@pytest.mark.parametrize(("language", "command", "text"), SAID)
def test_it_still_is_where_the_bot_speaks_all_languages(language: str, command: str, text: str) -> None:
    assert bot(*WORDS).read(text, Context(language, language)).command == f"command_{command}"


STATED = {
    "en": "it works | that works for me",
    "es": "esto funciona | funciona",
    "de": "das funktioniert | das geht",
    "fr": "ça marche | ok ça marche | ça fonctionne",
    "it": "questo funziona",
    "pt": "isso funciona",
    "nl": "het werkt",
    "tr": "bu çalışıyor",
}


@pytest.mark.parametrize(("language", "text"), [*each(STATED)])
def test_what_is_stated_is_not_the_command_that_asks_how(language: str, text: str) -> None:
    reading = bot(language).read(text, Context(language, language))
    assert (reading.command, reading.intent) == ("", "")


def test_a_question_like_that_of_a_command_still_is_one() -> None:
    assert bot("fr").read("et comment ça marche", Context("fr", "fr")).intent == "command_help"
    assert bot("de").read("und wie funktioniert das hier", Context("de", "de")).intent == "command_help"


@pytest.mark.parametrize(("language", "text"), [*each(NO_COMMANDS)])
def test_an_ordinary_message_is_no_command(language: str, text: str) -> None:
    assert bot(language).read(text, Context(language, language)).command == ""


@pytest.mark.parametrize("language", WORDS)
def test_a_lone_stop_means_what_the_platform_says_in_every_language(language: str) -> None:
    for text in ("STOP", "Stop.", "stopp"):
        assert bot(language).read(text, Context(language, language)).command == "command_cancel"
        platform = Context(language, language, stop_is_opt_out=True)
        assert bot(language).read(text, platform).command == "command_opt_out"


@pytest.mark.parametrize("language", WORDS)
def test_no_answer_is_a_command(language: str) -> None:
    words = WORDS[language]
    answers = words.yes | words.no | words.unsure | words.numbers.keys() | words.ordinals.keys()
    read = {text: bot(language).read(text, Context(language, language)).command for text in answers - BOTH}
    assert {text: command for text, command in read.items() if command} == {}


@pytest.mark.parametrize("language", sorted(set(WORDS) - {"en"}))
def test_each_phrase_belongs_to_one_command_and_stands_for_no_more_than_is_read(language: str) -> None:
    owner: dict[tuple[str, ...], str] = {}
    for name, intent in shipped(language).items():
        assert isinstance(intent.say, Mapping)
        for phrase in intent.say[language]:
            forms = sentences(phrase, MOST + 1)
            assert len(forms) <= MOST, phrase
            for form in forms:
                words = words_of(form, WORDS[language].short, literal=True)
                assert owner.setdefault(words, name) == name, (form, name)
                assert not asks_again(form, language), form


@pytest.mark.parametrize("language", WORDS)
def test_words_that_stand_apart_are_no_commands(language: str) -> None:
    everything = bot(*WORDS)
    read = {word: everything.read(word, Context(language, language)).command for word in WORDS[language].apart}
    assert {word: command for word, command in read.items() if command} == {}

"""A text -> its Reading: the one door to understanding.

Built once a program, then shared: reading changes nothing but memos of what was computed before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from chatbot.content.bot_file import Matching
from chatbot.content.program import Program
from chatbot.types import Found, Reading
from chatbot.understanding.classifier import Classifier, Measured, Message
from chatbot.understanding.clauses import clauses, divisible
from chatbot.understanding.collisions import Collision, collisions
from chatbot.understanding.commands import Commands
from chatbot.understanding.decide import clear, close, ranked, verdict
from chatbot.understanding.entities import Entities, kinds_of
from chatbot.understanding.explain import Explanation, explained
from chatbot.understanding.normalise import Text, Token, read_text
from chatbot.understanding.phrases import Phrase, token_word
from chatbot.understanding.reading import Context
from chatbot.understanding.rules import Rules
from chatbot.understanding.score import Scored, size_of, weigh
from chatbot.understanding.snapshot import from_bytes, to_bytes
from chatbot.understanding.training import phrases_of, spoken_as
from chatbot.understanding.words import Words, extended, language_of, words_for

MOST_WORDS = 400
"""Words of a message that are weighed; commands and entities are looked for in all of it."""

BETTER = 0.1
"""How much surer another language must be than the contact's own."""

FOREIGN = 0.5
"""Share of unknown words from which a message is in no language but the contact's own."""

WHOLE = 0.9
"""Likeness to a phrase, or coverage by one intent, from which a message is one request, whatever joins its words."""


@dataclass(frozen=True, slots=True)
class Texts:
    """One message in the spelling of each language it is tried in."""

    text: str
    words: Callable[[str], Words]
    read: dict[str, Text] = field(default_factory=dict)

    def in_language(self, language: str) -> Text:
        known = self.read.get(language)
        if known is None:
            known = self.read[language] = read_text(self.text, self.words(language).short)
        return known


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as one language understands it."""

    language: str
    text: Text
    message: Message
    scored: tuple[Scored, ...]

    @property
    def best(self) -> float:
        return self.scored[0].probability if self.scored else 0.0


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a program understands; make it with `build`."""

    program: str
    matching: Matching
    languages: tuple[str, ...]
    classifiers: Mapping[str, Classifier]
    commands: Commands
    rules: Rules
    entities: Entities
    decisive: frozenset[str]
    words: Callable[[str], Words] = words_for
    titles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def build(cls, program: Program, learnt: bytes = b"") -> Understanding:
        """Learn a program's intents; the same program gives the same understanding in every process.

        `learnt`: what `to_bytes` gave for it before, which spares the learning; bytes that do not fit are passed over.
        """
        intents, languages = program.intents, program.bot.languages
        default = languages[0] if languages else "en"
        words = vocabulary(program)
        classifiers = from_bytes(program.hash, learnt, words) if learnt else None
        # What was learnt before holds all phrases but those that are rules.
        needed = {name: one for name, one in intents.items() if classifiers is None or one.command or one.keywords}
        phrases = phrases_of(needed, languages or (default,), words)
        if classifiers is None:
            own = ordinary(program)
            spoken = dict.fromkeys((*languages, *(one.language for one in phrases if one.intent in own)))
            classifiers = {
                name: made for name in spoken if (made := classifier_of(name, phrases, words(name))) is not None
            }
        for classifier in classifiers.values():
            classifier.warm()
        wanted = kinds_of(program).union(*(made.slots for made in classifiers.values()))
        return cls(
            program.hash,
            program.bot.matching,
            tuple(classifiers),
            classifiers,
            Commands.build(intents, phrases),
            Rules.build(intents, phrases),
            Entities.build(program.entities, wanted),
            frozenset(name for name, intent in intents.items() if intent.decisive),
            words,
            {name: intent.title for name, intent in intents.items()},
        )

    def to_bytes(self) -> bytes:
        """What was learnt, to be kept and given to `build` again; it belongs to this program and this release."""
        return to_bytes(self.program, self.classifiers)

    def read(self, text: str, context: Context) -> Reading:
        """What a text says. Never raises, whatever the text."""
        found = self.found(text, context)
        texts = Texts(text, self.words)
        heard = self.hear(texts, context, found)
        command = self.command(texts, context) or self.misspelt_command(texts, context, heard)
        if heard is None or not heard.scored:
            return Reading(self.language(context), command, found=found)
        first, then = self.intents(heard, context, found)
        return Reading(
            language=heard.language if heard.best >= self.matching.suggest else self.language(context),
            command=command,
            intent=first,
            close=() if first else close(heard.scored, self.matching, self.commands.kinds),
            then=then,
            ranked=ranked(heard.scored),
            found=found,
        )

    def judge(self, text: str, context: Context) -> tuple[tuple[tuple[str, float], ...], float]:
        """The candidates with their probabilities, best first, and the best one's score: for measuring."""
        heard = self.hear(Texts(text, self.words), context, self.found(text, context))
        if heard is None or not heard.scored:
            return (), 0.0
        return tuple((one.intent, one.probability) for one in heard.scored), heard.scored[0].logit

    def collisions(self) -> list[Collision]:
        """Phrases of two intents that are nearly the same, nearest first."""
        found = [one for classifier in self.classifiers.values() for one in collisions(classifier.index)]
        return [one for one in found if not {one.intent, one.other_intent} & self.commands.kinds.keys()]

    def explain(self, text: str, context: Context) -> Explanation:
        """The same as `read`, with what led to it."""
        found = self.found(text, context)
        heard = self.hear(Texts(text, self.words), context, found)
        reading = self.read(text, context)
        if heard is None:
            return Explanation(text, reading, (), (), "Nothing to read: no words, or no phrases.")
        classifier = self.classifiers[heard.language]
        return explained(text, reading, heard.message, heard.scored, classifier, verdict(heard.scored, self.matching))

    def found(self, text: str, context: Context) -> tuple[Found, ...]:
        return self.entities.find_all(text, context.locale, context.now, context.timezone, context.country)

    def language(self, context: Context) -> str:
        """The contact's language if the bot speaks it or a variety of it ("es", "es-MX"), else the bot's first."""
        wanted = context.language or context.locale
        return spoken_as(wanted, self.languages) or (self.languages[0] if self.languages else language_of(wanted))

    def command(self, texts: Texts, context: Context) -> str:
        if not self.commands.kinds:
            return ""
        for words in self.words_for_commands(texts, context):
            found = self.commands.find(words, stop_is_opt_out=context.stop_is_opt_out)
            if found:
                return found
        return ""

    def misspelt_command(self, texts: Texts, context: Context, heard: Heard | None) -> str:
        """A command with typos in it, unless the message is (nearly) a phrase of an ordinary intent: "helo" greets."""
        if not self.commands.kinds:
            return ""
        if heard is not None and heard.scored:
            best = heard.scored[0]
            if best.intent not in self.commands.kinds and (best.measured.verbatim or best.measured.phrase >= WHOLE):
                return ""
        for words in self.words_for_commands(texts, context):
            found = self.commands.find_misspelt(words, stop_is_opt_out=context.stop_is_opt_out)
            if found:
                return found
        return ""

    def words_for_commands(self, texts: Texts, context: Context) -> Iterator[list[str]]:
        for language in dict.fromkeys((self.language(context), *self.languages[:1], "en")):
            yield list(texts.in_language(language).words)

    def hear(self, texts: Texts, context: Context, found: Sequence[Found]) -> Heard | None:
        """The message in the contact's language; in the others too where that makes nothing clear of it."""
        own = self.language(context)
        best: Heard | None = None
        for language in dict.fromkeys((own, *self.languages)):
            classifier = self.classifiers.get(language)
            if classifier is None:
                continue
            read = texts.in_language(language)
            heard = self.listen(classifier, read, None, context, found)
            if clear(heard.scored, self.matching) and language == own:
                return heard
            if best is None or (heard.best > best.best + BETTER and heard.scored[0].measured.foreign < FOREIGN):
                best = heard
        return best

    def listen(
        self,
        classifier: Classifier,
        text: Text,
        tokens: Sequence[Token] | None,
        context: Context,
        found: Sequence[Found],
    ) -> Heard:
        """Weigh some tokens of a text, or all of it, in one language."""
        written: Sequence[str]
        if tokens is None and text.is_common and not found:
            words = written = text.words[:MOST_WORDS]
        else:
            tokens = (text.tokens if tokens is None else tokens)[:MOST_WORDS]
            words = slotted(text, tokens, found, classifier)
            written = [token_word(token.text, token.kind) for token in tokens]
        message = classifier.message(words)
        if not message.stems:
            return Heard(classifier.language, text, message, ())
        rules = self.rules.keywords_in(message.words, classifier.language)
        if self.rules.keywords and not text.is_common:
            # Characters of unspaced scripts are paired in the message, and stand alone in keywords.
            rules = tuple(dict.fromkeys((*rules, *self.rules.keywords_in(words, classifier.language))))
        if self.rules.patterns:
            span = text.plain if tokens is None else text.plain[tokens[0].start : tokens[-1].end]
            rules = (*self.rules.patterns_in(span), *rules)
        verbatim = classifier.verbatim.find(written, words, message.words)
        measured = classifier.measure(message, [rule.intent for rule in rules], verbatim)
        size = size_of(len(classifier.spoken), classifier.phrases)
        kinds = self.commands.kinds
        scored = weigh(measured, rules, self.decisive, context.running_flow_intents, size, kinds)
        # An emergency has its own rule, in commands.py: a likeness to one starts nothing.
        kept = tuple([one for one in scored if kinds.get(one.intent) != "emergency"])
        return Heard(classifier.language, text, message, kept)

    def intents(self, heard: Heard, context: Context, found: Sequence[Found]) -> tuple[str, str]:
        """The clear intent and a second one.

        A message of several requests is taken apart; so is one whose request is buried among other words.
        """
        whole = clear(heard.scored, self.matching)
        if whole and is_whole(heard.scored[0].measured):
            return whole, ""
        words = self.words(heard.language)
        if not divisible(heard.text, words.joins):
            return whole, ""
        # "Hello, where is my order": a greeting beside a request is no request.
        parts = [part for part in clauses(heard.text, words.joins) if any(one.text not in words.filler for one in part)]
        if len(parts) < 2:
            return whole, ""
        classifier = self.classifiers[heard.language]
        if whole:
            parts = [part for part in parts if classifier.tells(one.text for one in part)]
            spoken = [classifier.message(slotted(heard.text, part, found, classifier)) for part in parts]
            if all(classifier.likeliest(message) == whole for message in spoken):
                return whole, ""
        heards = (self.listen(classifier, heard.text, tokens, context, found) for tokens in parts)
        clears = list(dict.fromkeys(name for one in heards if (name := clear(one.scored, self.matching))))
        if len(clears) > 1 and self.commands.kinds.get(clears[1], "human") == "human":
            return clears[0], clears[1]
        return whole or (clears[0] if clears else ""), ""


def is_whole(measured: Measured) -> bool:
    """Whether a message is one request, whatever joins its words."""
    return measured.verbatim or max(measured.phrase, measured.coverage) >= WHOLE


def ordinary(program: Program) -> frozenset[str]:
    return frozenset(name for name, intent in program.intents.items() if intent.command is None)


def classifier_of(language: str, phrases: Sequence[Phrase], words: Words) -> Classifier | None:
    return Classifier.build(language, [phrase for phrase in phrases if phrase.language == language], words)


def vocabulary(program: Program) -> Callable[[str], Words]:
    """The word lists of each language, with the words that bot.yaml adds."""
    own = program.bot.words

    @cache
    def words(language: str) -> Words:
        return extended(words_for(language), own.synonyms, own.short)

    return words


def slotted(text: Text, tokens: Sequence[Token], found: Sequence[Found], classifier: Classifier) -> list[str]:
    """The words of a message with the values in it as `{name}`, where a phrase has a slot or no word for them.

    A word that authors wrote stays one: "one more please" is not "{number} more please".
    """
    known = classifier.lexicon.counts
    if not found:
        return [token_word(token.text, token.kind) for token in tokens]
    words: list[str] = []
    for token in tokens:
        start, end = text.origin[token.start], text.origin[token.end]
        names = [one.type for one in found if one.start < end and start < one.end]
        name = next((each for each in names if each in classifier.slots), names[0] if names else "")
        if name and (token.text not in known or name in classifier.slots):
            if not words or words[-1] != f"{{{name}}}":
                words.append(f"{{{name}}}")
        else:
            words.append(token_word(token.text, token.kind))
    return words

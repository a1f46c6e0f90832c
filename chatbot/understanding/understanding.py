"""A text -> its Reading: the one door to understanding.

Built once a program, then shared: reading changes nothing but memos of what was computed before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import zip_longest

from chatbot.content.bot_file import Matching
from chatbot.content.program import Program
from chatbot.types import Found, Reading
from chatbot.understanding.classifier import Classifier
from chatbot.understanding.clauses import Clause, clauses, clauses_of_words, divisible
from chatbot.understanding.collisions import Collision, collisions
from chatbot.understanding.commands import Commands
from chatbot.understanding.decide import clear, close, ranked, verdict
from chatbot.understanding.entities import Entities, kinds_of, number_words
from chatbot.understanding.explain import Explanation, explained
from chatbot.understanding.fold import fold
from chatbot.understanding.language import told_by_words
from chatbot.understanding.meaning import Meaning, meaning_for
from chatbot.understanding.message import Message
from chatbot.understanding.normalise import LONGEST, Text, Token, has_no_value, read_text, token_word
from chatbot.understanding.phrases import Phrase
from chatbot.understanding.reading import Context
from chatbot.understanding.rules import Rule, Rules
from chatbot.understanding.score import Scored, at_most, size_of, weigh
from chatbot.understanding.snapshot import from_bytes, to_bytes
from chatbot.understanding.training import phrases_of, spoken_as
from chatbot.understanding.words import Words, extended, language_of, words_for

MOST_WORDS = 400
"""Words of a message that are weighed; commands and entities are looked for in all of it."""

BETTER = 0.1
"""How much surer another language must be than the contact's own."""

FOREIGN = 0.5
"""Share of unknown words from which a message is in no language but the contact's own."""

SIGNS = re.compile(r"[.,;:!?\n]+")
WORD = re.compile(r"\w+")

ALL = slice(None)

WHOLE = 0.9
"""Likeness to a phrase, or coverage by one intent, from which a message is one request, whatever joins its words."""


class Texts:
    """One message in the spelling of each language it is tried in."""

    __slots__ = ("read", "text", "words")

    def __init__(self, text: str, words: Callable[[str], Words]) -> None:
        self.text, self.words = text, words
        self.read: dict[str, Text] = {}

    def in_language(self, language: str) -> Text:
        known = self.read.get(language)
        if known is None:
            known = self.read[language] = read_text(self.text, self.words(language).short)
        return known

    def between_signs(self, language: str) -> Iterator[Sequence[str]]:
        """The words of each part of the message that signs set off."""
        return (read_text(part, self.words(language).short).words for part in SIGNS.split(self.text[:LONGEST]))


@dataclass(slots=True)
class Heard:
    """A message as one language understands it."""

    language: str
    text: Text
    message: Message
    scored: list[Scored]

    @property
    def best(self) -> float:
        return self.scored[0].probability if self.scored else 0.0


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a program understands; make it with `build`."""

    program: str
    matching: Matching
    languages: tuple[str, ...]
    classifiers: dict[str, Classifier]
    commands: Commands
    rules: Rules
    entities: Entities
    decisive: frozenset[str]
    words: Callable[[str], Words] = words_for
    titles: Mapping[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)
    was_learnt_before: bool = False

    @classmethod
    def build(cls, program: Program, learnt: bytes | memoryview = b"") -> Understanding:
        """Learn a program's intents; the same program gives the same understanding in every process.

        `learnt`: what `to_bytes` gave for it before, which spares the learning; bytes that do not fit are passed over.
        """
        intents, languages = program.intents, program.bot.languages
        default = languages[0] if languages else "en"
        words, kind = vocabulary(program), program.bot.matching.meaning
        classifiers = from_bytes(key_of(program), learnt, words, kind) if learnt else None
        # What was learnt before holds all phrases but those that are rules.
        needed = {name: one for name, one in intents.items() if classifiers is None or one.command or one.keywords}
        phrases = phrases_of(needed, languages or (default,), words)
        was_learnt_before = classifiers is not None
        if classifiers is None:
            own = ordinary(program)
            spoken = dict.fromkeys((*languages, *(one.language for one in phrases if one.intent in own)))
            classifiers = {
                name: made
                for name in spoken
                if (made := classifier_of(name, phrases, words(name), meaning_for(name, kind))) is not None
            }
        wanted = kinds_of(program).union(*(made.slots for made in classifiers.values()))
        return cls(
            key_of(program),
            program.bot.matching,
            tuple(classifiers),
            classifiers,
            Commands.build(intents, phrases),
            Rules.build(intents, phrases),
            Entities.build(program.entities, wanted),
            frozenset(name for name, intent in intents.items() if intent.decisive),
            words,
            {name: intent.title for name, intent in intents.items()},
            {name: size_of(len(made.spoken), made.phrases) for name, made in classifiers.items()},
            was_learnt_before,
        )

    def to_bytes(self) -> bytes:
        """What was learnt, to be kept and given to `build` again; it belongs to this program and this release."""
        return to_bytes(self.program, self.classifiers)

    def read(self, text: str, context: Context) -> Reading:
        """What a text says. Never raises, whatever the text."""
        own = self.language(context)
        texts = Texts(text, self.words)
        found = self.found(texts.in_language(own), text, context)
        heard = self.hear(texts, own, context, found)
        command = ""
        if self.commands.kinds:
            command = self.command(texts, own, context) or self.misspelt_command(texts, own, context, heard)
        if heard is None or not heard.scored:
            return Reading(own, command, found=found)
        first, then = self.intents(heard, context, found)
        language = heard.language if first or heard.best >= self.matching.suggest else own
        if not first and len(self.languages) > 1:
            # Nothing was clear of it: its small words tell better what it is written in than a phrase it is near to.
            language = told_by_words(text, self.languages) or language
        return Reading(
            language,
            command,
            first,
            () if first else close(heard.scored, self.matching, self.commands.kinds),
            then,
            ranked(heard.scored),
            found,
        )

    def judge(self, text: str, context: Context) -> tuple[tuple[tuple[str, float], ...], float]:
        """The candidates with their probabilities, best first, and the best one's score: for measuring."""
        texts, own = Texts(text, self.words), self.language(context)
        heard = self.hear(texts, own, context, self.found(texts.in_language(own), text, context))
        if heard is None or not heard.scored:
            return (), 0.0
        return tuple((one.intent, one.probability) for one in heard.scored), heard.scored[0].logit

    def collisions(self) -> list[Collision]:
        """Phrases of two intents that are nearly the same, nearest first."""
        found = [one for classifier in self.classifiers.values() for one in collisions(classifier.index)]
        return [one for one in found if not {one.intent, one.other_intent} & self.commands.kinds.keys()]

    def explain(self, text: str, context: Context) -> Explanation:
        """The same as `read`, with what led to it."""
        texts, own = Texts(text, self.words), self.language(context)
        heard = self.hear(texts, own, context, self.found(texts.in_language(own), text, context))
        reading = self.read(text, context)
        if heard is None:
            return Explanation(text, reading, (), (), "Nothing to read: no words, or no phrases.")
        classifier = self.classifiers[heard.language]
        return explained(text, reading, heard.message, heard.scored, classifier, verdict(heard.scored, self.matching))

    def found(self, read: Text, text: str, context: Context) -> tuple[Found, ...]:
        if self.entities.few and has_no_value(read, number_words(context.locale)):
            return ()  # as most messages are
        return self.entities.find_all(text, context.locale, context.now, context.timezone, context.country, read)

    def language(self, context: Context) -> str:
        """The contact's language if the bot speaks it or a variety of it ("es", "es-MX"), else the bot's first."""
        wanted = context.language or context.locale
        return spoken_as(wanted, self.languages) or (self.languages[0] if self.languages else language_of(wanted))

    def command(self, texts: Texts, own: str, context: Context) -> str:
        for language in self.languages_of_commands(own):
            words, clauses = texts.in_language(language).words, partial(texts.between_signs, language)
            found = self.commands.find(words, stop_is_opt_out=context.stop_is_opt_out, clauses=clauses)
            if found:
                return found
        return ""

    def misspelt_command(self, texts: Texts, own: str, context: Context, heard: Heard | None) -> str:
        """A command with typos in it, unless the message is (nearly) a phrase of an ordinary intent: "helo" greets."""
        if heard is not None and heard.scored:
            best = heard.scored[0]
            if best.intent not in self.commands.kinds and (best.measured.verbatim or best.cover.phrase >= WHOLE):
                return ""
        for language in self.languages_of_commands(own):
            words = texts.in_language(language).words
            found = self.commands.find_misspelt(words, stop_is_opt_out=context.stop_is_opt_out)
            if found:
                return found
        return ""

    def languages_of_commands(self, own: str) -> Iterable[str]:
        return dict.fromkeys((own, *self.languages[:1], "en"))

    def hear(self, texts: Texts, own: str, context: Context, found: Sequence[Found]) -> Heard | None:
        """The message in the contact's `own` language; in the others too where that makes nothing clear of it."""
        if len(self.languages) == 1 and own in self.classifiers:
            return self.listen(self.classifiers[own], texts.in_language(own), None, context, found)
        best: Heard | None = None
        for language in dict.fromkeys((own, *self.languages)):
            classifier = self.classifiers.get(language)
            if classifier is None:
                continue
            heard = self.listen(classifier, texts.in_language(language), None, context, found)
            sure = not heard.message.repaired and bool(clear(heard.scored, self.matching))
            if language == own and sure:
                return heard
            # What is misspelt in one language may be a word of another: "hola" is no "hole".
            better = best is None or heard.best > best.best + BETTER or (sure and best.message.repaired)
            if best is None or (better and heard.scored[0].cover.foreign < FOREIGN):
                best = heard
        return best

    def listen(
        self,
        classifier: Classifier,
        text: Text,
        clause: Clause | None,
        context: Context,
        found: Sequence[Found],
        unless: str = "",
    ) -> Heard:
        """Weigh a clause of a text, or all of it, in one language.

        One whose words alone speak most for the intent `unless` is not looked at closer.
        """
        words, written, span = spoken_words(classifier, text, clause, found)
        message = classifier.message(words)
        if not message.meant or (unless and classifier.likeliest(message) == unless):
            return Heard(classifier.language, text, message, [])
        rules: tuple[Rule, ...] = ()
        if self.rules.keywords:
            rules = self.rules.keywords_in(message.words, classifier.language)
            if not text.is_common:
                # Characters of unspaced scripts are paired in the message, and stand alone in keywords.
                rules = tuple(dict.fromkeys((*rules, *self.rules.keywords_in(words, classifier.language))))
        if self.rules.patterns:
            rules = (*self.rules.patterns_in(text.plain[span]), *rules)
        verbatim = classifier.verbatim.find((written, words, message.words))
        if clause is not None and not (rules or verbatim) and not self.may_be_clear(classifier, message):
            return Heard(classifier.language, text, message, [])
        named = [rule.intent for rule in rules] if rules else ()
        cover, measured = classifier.measure(message, named, verbatim)
        kinds, size = self.commands.kinds, self.sizes[classifier.language]
        scored = weigh(cover, measured, rules, self.decisive, context.running_flow_intents, size, kinds)
        # An emergency has its own rule, in commands.py: a likeness to one starts nothing.
        kept = [one for one in scored if kinds.get(one.intent) != "emergency"] if kinds else scored
        asked = (*words, *message.words)
        if kept and kept[0].intent in kinds and states_what_asks(kept[0], asked, self.words(classifier.language)):
            kept = kept[1:]
        return Heard(classifier.language, text, message, kept)

    def intents(self, heard: Heard, context: Context, found: Sequence[Found]) -> tuple[str, str]:
        """The clear intent and a second one.

        A message of several requests is taken apart; so is one whose request is buried among other words.
        """
        whole = clear(heard.scored, self.matching)
        if whole and is_whole(heard.scored[0]):
            return whole, ""
        words = self.words(heard.language)
        if not divisible(heard.text, words.joins):
            return whole, ""
        # "Hello, where is my order": a greeting beside a request is no request.
        filler = words.filler
        parts = [part for part in self.clauses(heard.text, words.joins, found) if not filler.issuperset(part.words)]
        if len(parts) < 2:
            return whole, ""
        known: list[str] = []
        if whole:
            tells = self.classifiers[heard.language].vocabulary.tells
            parts = [part for part in parts if any(map(tells, part.words))]
            # Only a clause that is likely another request can be one: most are none, and then the rest need no look.
            if self.rules.keywords or self.rules.patterns:
                others = [name for part in parts if (name := self.likeliest(heard, part, found)) != whole]
            else:
                known = [self.clear_in(heard, part, context, found, whole) for part in parts]
                others = [name for name in known if name not in ("", whole)]
            if not others:
                return whole, ""
        clears = [name or self.clear_in(heard, part, context, found) for name, part in zip_longest(known, parts)]
        clears = [name for name in dict.fromkeys(clears) if name]
        if len(clears) > 1 and self.commands.kinds.get(clears[1], "human") == "human":
            return clears[0], clears[1]
        return whole or (clears[0] if clears else ""), ""

    def clear_in(self, heard: Heard, clause: Clause, context: Context, found: Sequence[Found], unless: str = "") -> str:
        """The clear intent of a clause of what was heard; `unless` as in `listen`."""
        classifier = self.classifiers[heard.language]
        return clear(self.listen(classifier, heard.text, clause, context, found, unless).scored, self.matching)

    def may_be_clear(self, classifier: Classifier, message: Message) -> bool:
        """Whether the words of a clause speak loud enough for an intent, however near a phrase of it may be."""
        words, share = classifier.loudest(message)
        return at_most(words, share, self.sizes[classifier.language]) >= self.matching.accept

    def likeliest(self, heard: Heard, clause: Clause, found: Sequence[Found]) -> str:
        """The intent that the words of a clause alone speak for most."""
        classifier = self.classifiers[heard.language]
        return classifier.likeliest(classifier.message(spoken_words(classifier, heard.text, clause, found)[0]))

    def clauses(self, text: Text, joins: frozenset[str], found: Sequence[Found]) -> list[Clause]:
        """The clauses of a text; where they stand is only worked out if it matters."""
        if text.is_common and not found and not self.rules.patterns:
            return [Clause(words) for words in clauses_of_words(text, joins)]
        return [Clause([token.text for token in tokens], tokens) for tokens in clauses(text, joins)]


def states_what_asks(best: Scored, spoken: Sequence[str], words: Words) -> bool:
    """Whether a message is like a question of a command, and asks nothing: "ça marche" is no "comment ça marche"."""
    near = best.measured.nearest
    if near is None or best.measured.verbatim or not words.question.isdisjoint(spoken):
        return False
    return not words.question.isdisjoint(map(fold, WORD.findall(near.written)))


def is_whole(best: Scored) -> bool:
    """Whether a message is one request, whatever joins its words."""
    return best.measured.verbatim or max(best.cover.phrase, best.cover.coverage) >= WHOLE


def ordinary(program: Program) -> frozenset[str]:
    return frozenset(name for name, intent in program.intents.items() if intent.command is None)


def key_of(program: Program) -> str:
    """What the bytes of what was learnt belong to."""
    return f"{program.hash} {program.bot.matching.meaning}"


def classifier_of(language: str, phrases: Sequence[Phrase], words: Words, meaning: Meaning) -> Classifier | None:
    return Classifier.build(language, [phrase for phrase in phrases if phrase.language == language], words, meaning)


def vocabulary(program: Program) -> Callable[[str], Words]:
    """The word lists of each language, with the words that bot.yaml adds."""
    own = program.bot.words

    @cache
    def words(language: str) -> Words:
        return extended(words_for(language), own.synonyms, own.short)

    return words


def spoken_words(
    classifier: Classifier, text: Text, clause: Clause | None, found: Sequence[Found]
) -> tuple[Sequence[str], Sequence[str], slice]:
    """The words of a clause (None: of all) with the values in them as `{name}`; as they were written; where they stand.

    A word that authors wrote stays one: "one more please" is not "{number} more please".
    """
    if text.is_common and not found:
        words = (text.words if clause is None else clause.words)[:MOST_WORDS]
        if clause is None or not clause.tokens:
            return words, words, ALL
    tokens = (text.tokens if clause is None or not clause.tokens else clause.tokens)[:MOST_WORDS]
    span = ALL if clause is None or not tokens else slice(tokens[0].start, tokens[-1].end)
    written = [token_word(token.text, token.kind) for token in tokens]
    return slotted(text, tokens, written, found, classifier) if found else written, written, span


def slotted(
    text: Text, tokens: Sequence[Token], written: list[str], found: Sequence[Found], classifier: Classifier
) -> list[str]:
    """The words with the values in them as `{name}`, where a phrase has a slot or no word for them."""
    known, slots, origin = classifier.lexicon.counts, classifier.slots, text.origin
    begin, end = found[0].start, max([one.end for one in found])
    words: list[str] = []
    for place, token in enumerate(tokens):
        first, last = origin[token.start], origin[token.end]
        names: list[str] = []
        if begin < last and first < end:
            names = [one.type for one in found if one.start < last and first < one.end]
        wanted = [name for name in names if name in slots]
        if not wanted and (not names or token.text in known):
            words.append(written[place])
            continue
        value = f"{{{(wanted or names)[0]}}}"
        if not words or words[-1] != value:
            words.append(value)
    return words

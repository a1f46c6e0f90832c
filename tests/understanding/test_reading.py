from __future__ import annotations

import pytest

from chatbot.understanding import Context, Understanding
from tests.understanding.messages import CLEAR, COMMANDS, NO_COMMANDS, NOTHING, TWO, lines
from tests.understanding.support_bot import INTENTS, program

EN = Context("en", "en-US")


@pytest.mark.parametrize(
    ("intent", "text"), [(intent, text) for intent, texts in CLEAR.items() for text in lines(texts)]
)
def test_a_typed_message_starts_its_intent(support: Understanding, intent: str, text: str) -> None:
    reading = support.read(text, EN)
    assert (reading.intent, reading.then) == (intent, ""), support.explain(text, EN).render()


@pytest.mark.parametrize("text", lines(NOTHING))
def test_a_message_out_of_scope_starts_nothing(support: Understanding, text: str) -> None:
    reading = support.read(text, EN)
    assert (reading.command, reading.intent, reading.then) == ("", "", ""), support.explain(text, EN).render()


@pytest.mark.parametrize(
    ("command", "text"), [(command, text) for command, texts in COMMANDS.items() for text in texts.split("|")]
)
def test_a_whole_message_is_a_command(support: Understanding, command: str, text: str) -> None:
    assert support.read(text, EN).command == command


@pytest.mark.parametrize("text", lines(NO_COMMANDS))
def test_a_command_word_inside_a_message_is_no_command(support: Understanding, text: str) -> None:
    assert support.read(text, EN).command == ""


def test_stop_means_what_the_platform_says(support: Understanding) -> None:
    assert support.read("Stop.", EN).command == "cancel"
    assert support.read("Stop.", Context("en", "en", stop_is_opt_out=True)).command == "opt_out"


@pytest.mark.parametrize("text", TWO)
def test_two_requests_in_one_message_are_both_heard(support: Understanding, text: str) -> None:
    reading = support.read(text, EN)
    assert (reading.intent, reading.then) == TWO[text], support.explain(text, EN).render()


def test_a_counter_example_keeps_its_intent_from_starting() -> None:
    said = {"say": ["where is my order", "track my order", "check my order"]}
    without = Understanding.build(program({"order_status": said}))
    with_it = Understanding.build(program({"order_status": {**said, "not": ["cancel my order"]}}))
    text = "please cancel my order now"
    assert with_it.read(text, EN).ranked == () or with_it.read(text, EN).ranked[0].probability < 0.3
    assert without.read(text, EN).ranked[0].probability > 0.4
    assert with_it.read("where is my order", EN).intent == "order_status"


def test_two_intents_with_the_same_phrase_are_a_close_race() -> None:
    intents = {
        "refund": {"say": ["I want my money"]},
        "salary": {"say": ["I want my money"]},
        "x": {"say": ["open hours"]},
    }
    reading = Understanding.build(program(intents)).read("i want my money", EN)
    assert reading.intent == ""
    assert set(reading.close) == {"refund", "salary"}


def test_a_close_race_offers_no_command_but_a_person_or_help(support: Understanding) -> None:
    for text in ("forget", "stop start", "delete order", "order", "cancel return", "person or refund"):
        for intent in support.read(text, EN).close:
            assert INTENTS[intent].get("command", "help") in ("human", "help")


def test_the_contacts_language_is_read_first_then_the_others(support: Understanding) -> None:
    spanish = support.read("a que hora abren", Context("es", "es-ES"))
    assert (spanish.intent, spanish.language) == ("opening_hours", "es")
    assert support.read("a qué hora cierran", EN).language == "es"
    assert support.read("a qué hora cierran", EN).intent == "opening_hours"
    assert support.read("hablar con una persona", Context("es", "es-MX")).command == "talk_to_human"
    assert support.read("zzz", Context("es", "es")).language == "es"
    assert support.read("zzz", Context("fr", "fr")).language == "en"


def test_a_word_of_another_language_is_no_misspelt_word_of_the_first() -> None:
    say = {
        "greet": {"say": {"en": ["hello there", "good morning"], "es": ["hola", "buenos días"]}},
        "damaged": {
            "say": {"en": ["there is a hole in it", "it has a hole", "a hole"], "es": ["está roto", "hay una raja"]}
        },
    }
    reading = Understanding.build(program(say, languages=("en", "es"))).read("hola", EN)
    assert (reading.intent, reading.language) == ("greet", "es")


def test_values_in_a_message_are_found(support: Understanding) -> None:
    found = {one.type: one.value for one in support.read("order ab-123456, 3 boxes to new yrok, bob@x.com", EN).found}
    assert found == {"order_number": "AB-123456", "number": 3, "city": "nyc", "email": "bob@x.com"}


def test_the_ranking_names_its_evidence_in_the_authors_words(support: Understanding) -> None:
    assert support.read("tracking", EN).ranked[0].because == "keyword “tracking”"
    assert support.read("wheres my ordr", EN).ranked[0].because.startswith("like “where is my (order")


def test_a_decisive_rule_is_final(support: Understanding) -> None:
    reading = support.read("i want to complain about invoice #4711, your service is terrible", EN)
    assert (reading.intent, reading.ranked[0].probability) == ("invoice", 0.99)


def test_matching_settings_mean_probabilities() -> None:
    text = "money back now"
    level = Understanding.build(program()).read(text, EN).ranked[0].probability
    assert Understanding.build(program(accept=level - 0.01)).read(text, EN).intent == "refund"
    assert Understanding.build(program(accept=min(1.0, level + 0.01))).read(text, EN).intent == ""


def test_a_bot_without_intents_reads_nothing() -> None:
    reading = Understanding.build(program({})).read("where is my order", EN)
    assert (reading.intent, reading.command, reading.ranked, reading.language) == ("", "", (), "en")


def test_the_parts_of_an_explanation_sum_up_to_the_score(support: Understanding) -> None:
    for text in ("hii wheres my ordr", "tracking", "cancel my order", "invoice 12", "what is this"):
        for candidate in support.explain(text, EN).candidates:
            assert sum(candidate.parts.values()) == pytest.approx(candidate.score, abs=1e-4)


def test_what_the_words_add_sums_up_to_their_score(support: Understanding) -> None:
    for text in ("hii wheres my ordr", "please cancel my order order", "are you open sunday", "sing me a sonng"):
        for candidate in support.explain(text, EN).candidates:
            assert sum(candidate.words.values()) == pytest.approx(candidate.words_score, abs=1e-3)
    classifier = support.classifiers["en"]
    message = classifier.message(["where", "is", "my", "order"])
    shares = classifier.weights.shares(message.shown())
    adds = classifier.weights.contributions(message.words, message.shown(), "order_status")
    assert sum(adds.values()) == pytest.approx(shares.score(classifier.weights.numbers["order_status"]), abs=1e-3)


def test_an_explanation_shows_repairs_rules_and_verdict(support: Understanding) -> None:
    explanation = support.explain("hii wheres my ordr xyzzy", EN)
    shown = explanation.render()
    assert "ordr → order" in shown
    assert "xyzzy" in shown
    assert "order_status is accepted" in shown
    assert explanation.to_json()["candidates"][0]["intent"] == "order_status"

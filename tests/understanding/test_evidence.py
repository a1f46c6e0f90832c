"""What is not enough to start something: a command's small words, a wish denied, a word the bot has never heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.content.bot_file import Bot
from chatbot.content.models import Intent
from chatbot.content.program import Program
from chatbot.understanding import Context, Understanding
from chatbot.understanding.negation import denial
from chatbot.understanding.words import WORDS
from tests.understanding.support_bot import INTENTS, program, shipped

EN, ES = Context("en", "en"), Context("es", "es")
SHIPPED = shipped("en", "es")
SHOP = {
    "cancel_order": ("cancel my order", "I want to cancel my order", "cancel order"),
    "order_status": ("where is my order", "track my order", "has my order shipped"),
    "change_order": ("change my order", "I want to change my order"),
}
BANK = {
    "block_card": ("block my card", "I lost my card", "my card was stolen"),
    "close_account": ("close my account", "I want to close my account", "delete my account"),
    "greet": ("hello", "hi", "good morning"),
}
PEDIDOS = {"pedido": ("dónde está mi pedido", "rastrear mi pedido", "cuándo llega mi pedido")}


def small(said: Mapping[str, Sequence[str]], language: str = "en") -> Understanding:
    """A bot of a few intents, beside the shipped commands."""
    own = {name: {"say": {language: list(phrases)}} for name, phrases in said.items()}
    bot = Bot.model_validate({"name": "Small", "languages": list(dict.fromkeys((language, "en")))})
    intents = {**SHIPPED, **{name: Intent.model_validate(intent) for name, intent in own.items()}}
    return Understanding.build(Program("test", bot, intents, {}, {}))


@cache
def bot(name: str) -> Understanding:
    return {"shop": lambda: small(SHOP), "bank": lambda: small(BANK), "pedidos": lambda: small(PEDIDOS, "es")}[name]()


@pytest.mark.parametrize(("text", "context"), [("please call 911", EN), ("call 112 now", EN), ("llama al 112", ES)])
def test_a_number_in_an_emergency_phrase_is_heard(text: str, context: Context) -> None:
    assert bot("pedidos").read(text, context).command == "command_emergency"


@pytest.mark.parametrize("text", ["call 42", "call 912", "call 9911", "call 91", "112 boxes", "42"])
def test_another_number_is_no_emergency(text: str) -> None:
    assert bot("shop").read(text, EN).command == ""


def test_a_digit_as_a_command_is_that_digit() -> None:
    made = Understanding.build(program({**INTENTS, "talk_to_human": {"command": "human", "say": ["0", "press 0"]}}))
    assert made.read("0", EN).command == "talk_to_human"
    for text in ("42", "00", "1", "press 1"):
        assert made.read(text, EN).command == "", text


@pytest.mark.parametrize("name", ["shop", "bank"])
@pytest.mark.parametrize(
    "text",
    """why a|an|to|aaaa|messages do not arrive|write me|remove the item from my list|insurance agent|why a human
    i dont want a human|no human please|never transfer me to an agent""".replace("\n", "|").split("|"),
)
def test_a_sentence_weakly_like_a_command_is_none(name: str, text: str) -> None:
    reading = bot(name).read(text, EN)
    assert (reading.command, reading.intent) == ("", ""), bot(name).explain(text, EN).render()


@pytest.mark.parametrize("text", ["nueva york", "un", "agente de seguros", "no quiero un agente"])
def test_a_spanish_sentence_weakly_like_a_command_is_none(text: str) -> None:
    reading = bot("pedidos").read(text, ES)
    assert (reading.command, reading.intent) == ("", ""), bot("pedidos").explain(text, ES).render()


@pytest.mark.parametrize("name", ["shop", "bank"])
@pytest.mark.parametrize(
    "text",
    [
        "I would like to talk to a real person about my order",
        "can i talk to an agent please it is urgent",
        "hello i want to speak to a human now",
    ],
)
def test_a_person_is_asked_for_within_a_sentence(name: str, text: str) -> None:
    assert bot(name).read(text, EN).intent == "command_human", bot(name).explain(text, EN).render()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shop", "please don't cancel my order"),
        ("shop", "i do not want to change my order"),
        ("shop", "never cancel my order"),
        ("bank", "do not block my card"),
        ("bank", "I don't want to close my account"),
        ("pedidos", "no rastrear mi pedido"),
    ],
)
def test_a_wish_denied_starts_nothing(name: str, text: str) -> None:
    context = ES if name == "pedidos" else EN
    reading = bot(name).read(text, context)
    assert (reading.command, reading.intent) == ("", ""), bot(name).explain(text, context).render()


def test_a_wish_is_not_read_into_a_phrase_that_denies_it() -> None:
    made = small({"keep": ("do not renew my plan", "never renew my plan"), "other": ("opening hours",)})
    assert made.read("renew my plan", EN).intent == ""
    assert made.read("please don't renew my plan", EN).intent == "keep"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("i can't cancel my order", "cancel_order"),
        ("no i want to cancel my order", "cancel_order"),
        ("my order has not shipped", "order_status"),
    ],
)
def test_what_cannot_be_done_or_has_not_happened_is_still_asked_for(text: str, intent: str) -> None:
    assert bot("shop").read(text, EN).intent == intent, bot("shop").explain(text, EN).render()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "do not cancel it"),
        ("es", "no cancelar mi pedido"),
        ("de", "bitte nicht stornieren"),
        ("fr", "ne pas annuler"),
        ("it", "non annullare"),
        ("nl", "niet annuleren"),
        ("pt", "nao cancelar"),
        ("tr", "siparisi iptal etme"),
    ],
)
def test_every_language_can_deny_a_wish(language: str, text: str) -> None:
    assert denial(text.split(), WORDS[language]) == "wish"
    assert WORDS[language].negates


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shop", "where is my dog"),
        ("shop", "where is my cat"),
        ("shop", "I want to order a pizza"),
        ("bank", "I lost my dog"),
        ("bank", "i lost my keys"),
        ("pedidos", "dónde está mi perro"),
    ],
)
def test_a_strange_thing_in_the_place_of_a_known_one_starts_nothing(name: str, text: str) -> None:
    context = ES if name == "pedidos" else EN
    assert bot(name).read(text, context).intent == "", bot(name).explain(text, context).render()


@pytest.mark.parametrize("text", ["where is my stupid order", "where the hell is my order", "track my order today"])
def test_a_strange_word_beside_a_known_thing_does_no_harm(text: str) -> None:
    assert bot("shop").read(text, EN).intent == "order_status"


POLITE = ["", "hello", "hi there", "please", "hey", "good morning", "ok so", "um"]
THANKS = ["", "please", "thanks", "thank you so", "now please", "cheers"]
PHRASES = [(name, intent, text) for name, said in (("shop", SHOP), ("bank", BANK)) for intent, texts in said.items()
           for text in texts]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(PHRASES),
    st.sampled_from(POLITE),
    st.sampled_from(THANKS),
    st.sampled_from([str.lower, str.upper, str.title]),
    st.sampled_from([" ", ", ", " ... "]),
)
def test_an_authors_phrase_is_its_intent_whatever_politeness_is_around_it(
    phrase: tuple[str, str, str], before: str, behind: str, case: object, between: str
) -> None:
    name, intent, said = phrase
    text = between.join(part for part in (before, said, behind) if part)
    assert callable(case)
    reading = bot(name).read(case(text), EN)
    assert reading.intent == intent, bot(name).explain(case(text), EN).render()


def test_an_authors_phrase_holds_against_keywords_and_rules_of_others() -> None:
    made = small({"a": ("please where is my refund",), "b": ("thank you",), "c": ("talk to your team",)})
    assert made.read("where is my refund", EN).intent == "a"
    assert made.read("thank you", EN).intent == "b"
    assert made.read("talk to your bot", EN).intent == ""
    with_rule = Understanding.build(program({**INTENTS, "late": {"say": ["my refund is late"]}}))
    assert with_rule.read("hi, my refund is late", EN).intent == "late"


@pytest.mark.parametrize("text", ["helo", "helo there", "Hallo"])
def test_a_greeting_with_a_slip_is_no_call_for_help(text: str) -> None:
    reading = bot("bank").read(text, EN)
    assert (reading.command, reading.intent) == ("", "greet")


def test_a_near_phrase_of_an_intent_wins_over_a_misspelt_command() -> None:
    made = small({"restaurant": ("restarts", "list restarts"), "other": ("opening hours",)})
    assert made.read("restarts", EN).command == ""
    assert bot("bank").read("restrat", EN).command == "command_restart"


@pytest.mark.parametrize(
    "text", ["where is my order, unsubscribe", "cancel my order. help", "track my order and start over"]
)
def test_a_second_request_is_never_a_command(text: str) -> None:
    assert not bot("shop").read(text, EN).then.startswith("command_")


def test_a_person_may_be_the_second_request() -> None:
    reading = bot("shop").read("where is my order? i want to talk to a human", EN)
    assert (reading.intent, reading.then) == ("order_status", "command_human")


def test_words_of_a_business_are_heard_as_it_says() -> None:
    said = {
        "couch": ("how long is the sofa guarantee", "is there a guarantee on the sofa", "sofa guarantee"),
        "hours": ("opening hours", "when do you open", "are you open on sunday"),
    }
    words = {"synonyms": {"sofa": ["divan", "settee"]}, "short": {"grnt": "guarantee"}}
    intents = {name: Intent.model_validate({"say": list(phrases)}) for name, phrases in said.items()}

    def built(**more: object) -> Understanding:
        bot = Bot.model_validate({"name": "Small", "languages": ["en"], **more})
        return Understanding.build(Program("test", bot, intents, {}, {}))

    text = "how long is the divan grnt"
    without, with_words = (made.read(text, EN).ranked[0].probability for made in (built(), built(words=words)))
    assert built(words=words).read(text, EN).intent == "couch"
    assert with_words > without


@pytest.mark.parametrize("words", [{"synonyms": {"money back": ["refund"]}}, {"synonyms": {"refund": ["money back"]}}])
def test_a_synonym_is_one_word(words: object) -> None:
    with pytest.raises(ValueError, match="one word"):
        Bot.model_validate({"name": "Small", "words": words})


STATUS = ("{} status", "what is the status of my {}", "where is my {}", "check {} status", "has my {} been processed")


@pytest.mark.parametrize("text", ["status", "what is the status", "check status", "has it been processed"])
def test_intents_one_word_apart_are_told_apart_by_that_word_alone(text: str) -> None:
    twins = {f"{thing}_status": [phrase.format(thing) for phrase in STATUS] for thing in ("refund", "return")}
    made = small({**twins, "hours": ("opening hours", "when do you open", "are you open on sunday")})
    reading = made.read(text, EN)
    assert sorted(one.intent for one in reading.ranked[:2]) == ["refund_status", "return_status"]
    assert reading.intent == ""
    assert reading.ranked[0].probability == pytest.approx(reading.ranked[1].probability, abs=0.01)
    assert made.read("return status please", EN).intent == "return_status"


def test_intents_of_the_same_words_are_told_apart_by_their_order() -> None:
    made = small(
        {
            "to_savings": (
                "move money from checking to savings",
                "checking to savings",
                "transfer checking to savings",
            ),
            "to_checking": (
                "move money from savings to checking",
                "savings to checking",
                "transfer savings to checking",
            ),
        }
    )
    assert made.read("please move it from checking to savings", EN).intent == "to_savings"
    assert made.read("please move it from savings to checking", EN).intent == "to_checking"

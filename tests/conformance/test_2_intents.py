"""Section 2 of the contract: intents, entities, built-in types, commands."""

from __future__ import annotations

import pytest

from chatbot.policy.capabilities import CAPABILITIES
from tests.conformance.kit import BOT, HOURS, INTENTS, bot, found


def understands(said: str, intents: str = INTENTS, *, flow: str = HOURS) -> None:
    """The sentence starts the flow that says We open at nine."""
    bot(flow, intents__main=intents).chat(f"- user: {said}\n- bot: We open at nine.")


@pytest.mark.parametrize("said", ["where is my order", "where is my parcel", "where is my package"])
def test_alternatives_are_each_a_phrase(said: str) -> None:
    """2.1 `(a|b)` alternatives"""
    bot("- say: On its way.").chat(f"- user: {said}\n- bot: On its way.")


@pytest.mark.parametrize("said", ["where is my order", "where is my order AB-123456"])
def test_brackets_are_optional_and_braces_are_slots(said: str) -> None:
    """2.2 `[optional]`, `{entity}` slots"""
    bot("- say: 'On its way {order_number}.'").chat(
        f"- user: {said}\n- bot: /On its way {'AB-123456' if 'AB' in said else ''}/"
    )


def test_a_regular_expression_entity_is_cleaned() -> None:
    """2.3 order_number: { match: ..., clean: [upper] }"""
    bot("- { ask: order_number, say: Number? }\n- say: 'Got {order_number}, typed {order_number.raw}.'").chat(
        "- user: track my order\n- bot: Number?\n- user: ab-123456\n- bot: Got AB-123456, typed ab-123456."
    )


@pytest.mark.parametrize("said", ["nyc", "New York", "big apple", "BIG APPLE", "new yrok"])
def test_a_list_entity_takes_its_synonyms_fuzzily(said: str) -> None:
    """2.4 city: { list: {...}, fuzzy: 85 }"""
    bot("- { ask: city, say: City? }\n- if: city == 'nyc'\n  then: { say: 'In {city}.' }").chat(
        f"- user: track my order\n- bot: City?\n- user: {said}\n- bot: In New York."
    )


def test_a_title_is_what_is_shown_and_ids_never_are() -> None:
    """2.5 title: what "Did you mean ...?" shows; ids are never shown to a customer"""
    bot(HOURS).chat("""
        - user: help
        - bot: I am a bot.
        - bot: '*'
        - expect: { buttons: [Opening hours, Talk to a person] }
    """)


@pytest.mark.parametrize("said", ["schedule", "Schedule!", "tell me the schedule quickly"])
def test_any_one_keyword_is_strong_evidence(said: str) -> None:
    """2.6 keywords: whole words, any one is strong evidence"""
    understands(said, INTENTS.replace("title: Opening hours\n", "title: Opening hours\n    keywords: [schedule]\n"))


def test_a_keyword_is_a_whole_word() -> None:
    """2.7 keywords: whole words"""
    intents = INTENTS.replace("title: Opening hours\n", "title: Opening hours\n    keywords: [ETA]\n")
    bot(HOURS, intents__main=intents).chat("- user: beta vegetable\n- bot: What can I do for you?")


def test_decisive_makes_rules_final() -> None:
    """2.8 `decisive: true` on the intent makes rules final"""
    intents = INTENTS.replace(
        "title: Opening hours\n", "title: Opening hours\n    keywords: [schedule]\n    decisive: true\n"
    )
    understands("i want my money back because of the schedule", intents)


def test_a_match_is_a_regular_expression() -> None:
    r"""2.9 match: ['\bETA\b'] regular expressions"""
    understands(
        "the ETA?", INTENTS.replace("title: Opening hours\n", "title: Opening hours\n    match: ['\\bETA\\b']\n")
    )


def test_what_re2_cannot_compile_is_a_load_error_with_its_position() -> None:
    """2.10 Regular expressions are compiled with RE2; what it cannot compile is a load error with its position"""
    assert "CB112" in found(HOURS, intents__main=INTENTS.replace("'[A-Z]{2}-?\\d{6}'", "'(?=a)b'"))
    assert "CB112" in found(
        HOURS,
        intents__main=INTENTS.replace("title: Refund", "title: R").replace(
            "title: Opening hours\n", "title: Opening hours\n    match: ['(a']\n"
        ),
    )


def test_a_counter_example_is_not_that_intent() -> None:
    """2.11 not: counter-examples"""
    intents = INTENTS.replace(
        "say: [when are you open", "not: [when are you open on the moon]\n    say: [when are you open"
    )
    bot(HOURS, intents__main=intents).chat("- user: when are you open on the moon\n- bot: What can I do for you?")


def test_phrases_are_a_list_or_a_mapping_by_language() -> None:
    """2.12 Languages: `say` is a list (default language) or a mapping by language code"""
    intents = INTENTS.replace(
        "say: [when are you open, what are your opening hours, what time do you close]",
        "say:\n      en: [when are you open, what are your opening hours, what time do you close]\n"
        "      es: [cuándo abren, cuál es su horario, a qué hora cierran]",
    )
    shop = bot(HOURS, intents__main=intents, bot=BOT.replace("[en]", "[en, es]"))
    shop.chat("- user: when are you open\n- bot: We open at nine.")
    shop.chat("- user: a qué hora cierran\n- bot: We open at nine.", scene="{ locale: es }")


TYPED = [
    ("number", "3.5", "3.5"), ("number", "twelve", "12"), ("number", "1,234.5", "1234.5"),
    ("integer", "about 7 of them", "7"), ("integer", "3.5", ""), ("integer", "twenty", "20"),
    ("money", "$20", "$20.00"), ("date", "2026-02-03", "3 February 2026"), ("date", "tomorrow", "6 January 2026"),
    ("date", "friday", "9 January 2026"), ("date", "5 May", "5 May 2026"), ("date", "31 April", ""),
    ("time", "20:30", "20:30"), ("time", "half past eight", "08:30"), ("datetime", "tomorrow at 8pm", "6 January 2026, 20:00"),
    ("duration", "two weeks", "two weeks"), ("email", "it's a@b.example thanks", "a@b.example"), ("email", "a@b", ""),
    ("phone", "+34612345678", "+34 612 34 56 78"), ("url", "see https://a.example/x", "https://a.example/x"),
    ("yes_no", "maybe later perhaps", ""), ("rating", "4 out of 5", "4"), ("text", "anything", "anything"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "said", "printed"), TYPED)
def test_the_built_in_types_take_what_people_write(kind: str, said: str, printed: str) -> None:
    """2.13 Built-in entity types: text, number, integer, money, date, time, datetime, duration, email, phone, url, ..."""
    flow = f"flow: a\nstart: {{ intent: refund }}\nslots: {{ v: {kind} }}\nsteps:\n  - {{ ask: v, say: V?, if_invalid: Invalid. }}\n  - say: '<{{v}}>'"
    answer = f"<{printed}>" if printed else "Invalid."
    locale = "en-GB" if kind in ("date", "time", "datetime", "number", "integer") else "en-US"
    bot(flow).chat(
        f"- user: refund me please\n- bot: V?\n- user: {said}\n- bot: {answer!r}", scene=f"{{ locale: {locale} }}"
    )


@pytest.mark.parametrize("kind", ["image", "file", "audio", "video"])
def test_an_attachment_slot_takes_that_kind(kind: str) -> None:
    """2.14 attachment (image, file, audio, video)"""
    flow = (
        "flow: a\nstart: {{ intent: refund }}\nslots: {{ v: {0} }}\nsteps: [{{ ask: v, say: V? }}, {{ say: Thanks }}]"
    )
    for slot in (kind, "attachment"):
        bot(flow.format(slot)).chat(f"- user: refund me please\n- bot: V?\n- attach: {kind}\n- bot: Thanks")


def test_the_contacts_locale_decides_what_a_number_or_a_date_means() -> None:
    """2.15 Dates, numbers, yes/no and phones follow the contact's locale and the event's time"""
    shop = bot(
        "- { ask: amount, say: N? }\n- { ask: day, say: D? }\n- if: amount == 1234.5\n  then: { say: '{day.raw}' }\n- say: '{day}'"
    )
    chat = "- user: track my order\n- bot: N?\n- user: {0}\n- bot: D?\n- user: 03/04\n- bot: 03/04\n- bot: /{1}/"
    shop.chat(chat.format("1,234.5", "March"), scene="{ locale: en-US }")
    shop.chat(chat.format("1.234,5", "3.*(abril|April)"), scene="{ locale: es-ES }")
    shop.chat(
        "- user: track my order\n- bot: N?\n- user: 5\n- bot: D?\n- user: tomorrow\n- bot: /11 July/",
        scene="{ locale: en-GB }",
        now="2027-07-10 12:00",
    )


@pytest.mark.parametrize(("said", "answer"), [
    ("agent", "I am passing*"), ("cancel", "OK*stop*"), ("unsubscribe", "You will get no more*"), ("help", "*"),
    ("delete my data", "This deletes everything*"), ("start over", "Let us start over*"), ("opt in", "You will get messages*"),
])  # fmt: skip
def test_each_command_works_in_every_state(said: str, answer: str) -> None:
    """2.16 Commands: human, cancel, opt_out, opt_in, delete_data, restart, help. They ship and work in every state"""
    shop = bot("- { ask: story, say: What? }", HOURS)
    shop.chat(f"- user: {said}\n- bot: I am a bot.\n- bot: {answer!r}")
    played = shop.play(
        f"- user: track my order\n- bot: What?\n- user: {said}\n- bot: {answer!r}\n- expect: {{ slots: {{ story: null }} }}"
    )
    assert played.difference is None or "said more" in played.difference.message, played.difference


def test_an_intent_of_a_command_adds_phrases_to_it() -> None:
    """2.17 an intent of that command in the project adds phrases"""
    intents = (
        INTENTS
        + "  person: { title: A person, command: human, say: [get me the boss, boss please, where is the boss] }\n"
    )
    shop = bot(HOURS, intents__main=intents)
    shop.chat("- user: get me the boss\n- expect: { handoff: default }\n")
    shop.chat("- user: agent\n- expect: { handoff: default }\n")


def test_a_command_fires_only_when_the_whole_message_matches_typos_allowed() -> None:
    """2.18 fire only when the whole message matches one (typos allowed)"""
    shop = bot("- { ask: story, say: What? }\n- say: 'Got {story}.'")
    shop.chat("- user: track my order\n- bot: What?\n- user: cancle\n- bot: OK, I stopped that.")
    shop.chat(
        "- user: track my order\n- bot: What?\n- user: i had to cancel the first one because it never came\n- bot: Got i had to*"
    )


def test_emergency_alone_also_matches_inside_a_sentence() -> None:
    """2.19 `emergency` alone also matches inside a sentence"""
    bot("- { ask: story, say: What? }\n- say: 'Got {story}.'").chat("""
        - user: track my order
        - bot: What?
        - user: the charger exploded and my hand is on fire, i want to kill myself
        - bot: This sounds serious*
        - expect: { handoff: default, priority: urgent }
    """)


def test_stop_is_cancel_unless_the_channels_platform_says_opt_out() -> None:
    """2.20 "stop" is opt_out on channels whose platform says so, else cancel"""
    bot("- { ask: story, say: What? }").chat(
        "- user: track my order\n- bot: What?\n- user: stop\n- bot: OK, I stopped that."
    )
    assert any(each.stop_is_opt_out for each in CAPABILITIES.values())
    assert not CAPABILITIES["webchat"].stop_is_opt_out

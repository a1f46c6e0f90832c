"""What customers say that something is not, in the languages with word lists."""

from __future__ import annotations

import pytest

from tests.conformance.kit import bot, messages

BOOKING = (
    "- { ask: count, say: Q1? }\n- { ask: day, say: Q2? }\n"
    "- { confirm: '{count} {day|date}?', if_no: [{ say: NO }, { end: x }] }\n- say: DONE"
)
TO_CONFIRM = "- user: track my order\n- bot: Q1?\n- user: 3\n- bot: Q2?\n- user: tomorrow\n- bot: 3 6 January 2026?\n"


@pytest.mark.parametrize(
    "said",
    ["yes but not on friday", "yes, but not friday", "yes, but not tomorrow", "yes but not 3", "yes, thats not right"],
)
def test_a_yes_that_denies_confirms_nothing(said: str) -> None:
    """An unclear confirm uses up tries, never a silent no; nor is it a yes"""
    bot(BOOKING).chat(TO_CONFIRM + f"- user: {said}\n- bot: Sorry, I did not get that*")


@pytest.mark.parametrize("said", ["yes, why not", "yes, not a problem", "yes, can't wait"])
def test_a_yes_with_a_harmless_not_is_a_yes(said: str) -> None:
    """confirm: yes/no"""
    bot(BOOKING).chat(TO_CONFIRM + f'- user: "{said}"\n- bot: DONE')


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "no, friday does not work"),
        ("en", "no, friday is not possible"),
        ("en", "no, except friday"),
        ("it", "no, non venerdì"),
        ("it", "no, il venerdì no"),
        ("it", "no, non 6"),
        ("es", "no, no el viernes"),
        ("es", "no, el viernes no"),
        ("pt", "não, não na sexta"),
        ("tr", "hayır, cuma değil"),
        ("nl", "nee, vrijdag niet"),
        ("de", "nein, Freitag nicht"),
        ("de", "nein, Freitag passt nicht"),
        ("fr", "non, vendredi ne va pas"),
    ],
)
def test_what_is_denied_is_taken_for_nothing(locale: str, said: str) -> None:
    """Correction needs a cue and a new value"""
    talk = TO_CONFIRM.replace("3 6 January 2026?", "/^3 /") + f'- user: "{said}"\n- bot: "NO"'
    bot(BOOKING).chat(talk, scene=f"{{ locale: {locale} }}")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no, $60", "3 $60.00?"),
        ("yes but $60", "3 $60.00?"),
        ("no, 4 pieces for $60", "4 $60.00?"),
        ("no, 4", "4 $50.00?"),
    ],
)
def test_an_amount_corrects_the_amount(said: str, told: str) -> None:
    """Unnamed, only typed slots can be corrected"""
    flow = """
        flow: main
        start: { intent: order_status }
        slots: { n: integer, price: money }
        steps:
          - { ask: n, say: N? }
          - { ask: price, say: Price? }
          - { confirm: "{n} {price}?", if_no: [{ say: "NO" }] }
    """
    bot(flow).chat(
        "- user: track my order\n- bot: N?\n- user: 3\n- bot: Price?\n- user: $50\n- bot: 3 $50.00?\n"
        f"- user: {said}\n- bot: {told}"
    )


@pytest.mark.parametrize("said", ["change the time to 9", "no, the time should be 9:00", "the time is 9"])
def test_what_is_named_is_what_is_corrected(said: str) -> None:
    """change the number to ..."""
    flow = """
        flow: main
        start: { intent: order_status }
        slots: { people: integer, time: time }
        steps:
          - { ask: people, say: People? }
          - { ask: time, say: Time? }
          - { confirm: "{people} at {time}?", if_no: [{ say: "NO" }] }
    """
    bot(flow).chat(
        "- user: track my order\n- bot: People?\n- user: 2\n- bot: Time?\n- user: 8pm\n- bot: 2 at 20:00?\n"
        f"- user: {said}\n- bot: 2 at 09:00?"
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [("no, large on saturday", "Large 3 10 January 2026?"), ("no, large and 4", "Large 4 6 January 2026?")],
)
def test_a_choice_and_a_value_are_corrected_together(said: str, told: str) -> None:
    """Correction: several at once all count"""
    choose = "- { choose: size, say: Size?, options: [{ title: Small }, { title: Large }] }\n"
    bot(choose + BOOKING.replace("'{count}", "'{size} {count}")).chat(
        "- user: track my order\n- bot: Size?\n- user: small\n"
        + TO_CONFIRM.replace("- user: track my order\n", "").replace("3 6 J", "Small 3 6 J")
        + f"- user: {said}\n- bot: {told}"
    )


def test_the_running_flows_own_intent_brings_its_values() -> None:
    """an entity fills the slot of its name"""
    bot("- { ask: email, say: Mail? }\n- { ask: order_number, say: Order? }\n- say: '{order_number}'").chat("""
        - user: track my order
        - bot: Mail?
        - user: where is my order AB-123456
        - bot: Mail?
        - user: a@b.example
        - bot: AB-123456
    """)


SOUND = {
    "consent given on the way": (
        "- { if: contact.consent.news, then: [{ say: In. }, { end: done }] }\n- { consent: news, say: May we? }\n"
        "- { if: contact.consent.news, then: { say: In now. }, else: { say: Out. } }"
    ),
    "a label set on the way": (
        "- { if: \"'vip' in contact.tags\", then: [{ say: A }, { end: x }] }\n- { tag: vip }\n"
        "- { if: \"'vip' in contact.tags\", then: { say: B }, else: { say: C } }"
    ),
    "a rung that sets a flag": (
        "- { set: { reminded: 'false' } }\n"
        "- { ask: email, say: Mail?, if_silent: [{ after: 5m, set: { reminded: 'true' } }] }\n"
        "- { if: reminded, then: { say: Late. }, else: { say: In time. } }"
    ),
    "a field that others may change": (
        "- { if: contact.vip, then: [{ say: A }, { end: x }] }\n- { ask: email, say: Mail? }\n"
        "- { if: contact.vip, then: { say: B }, else: { say: C } }"
    ),
    "asked and said on one channel": (
        "- { ask: day, say: Day?, only: [webchat] }\n- { say: 'On {day|date}.', only: [webchat] }\n- say: Done."
    ),
}


@pytest.mark.parametrize("steps", SOUND.values(), ids=SOUND.keys())
def test_check_finds_nothing_where_values_may_have_changed(steps: str) -> None:
    """values that may be unset, conditions that never change"""
    told = [
        line for line in messages(steps).splitlines() if not any(code in line for code in ("CB306", "CB307", "CB220"))
    ]
    assert told == []


def test_an_order_number_alone_is_in_no_language() -> None:
    """The language is the contact's, else the one they write in"""
    project = "name: Acme\nlanguages: [en, de]\ndisclosure: I am a bot.\n"
    intents = """
        entities: { order_number: { match: '[A-Z]{2}-?\\d{6}', clean: [upper] } }
        intents:
          back:
            title: Return
            say:
              en: ["return order {order_number}", i want to return something, "{order_number} please"]
              de: [retoure, ich möchte etwas zurückgeben, "retoure {order_number}"]
    """
    flow = """
        flow: back
        start: { intent: back }
        slots: { order_number: order_number, story: text }
        steps: [{ ask: order_number, say: Number? }, { ask: story, say: Why? }]
    """
    texts = "Number?: Nummer?\nWhy?: Warum?\n"
    bot(flow, bot=project, intents__main=intents, texts__de=texts).chat("""
        - user: ich möchte etwas zurückgeben
        - bot: Nummer?
        - user: AB-111111
        - bot: Warum?
    """)


ASKING = """
- { ask: day, say: Q1? }
- { ask: count, say: Q2? }
- { ask: city, say: Q3? }
- say: "{day|date} {count} {city}"
"""
NO_ANSWER = "Sorry, I did not get that*"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("not on friday", NO_ANSWER),
        ("friday doesn't work for me", NO_ANSWER),
        ("not friday, saturday", "Q2?"),
        ("why not friday", "Q2?"),
        ("it isn't urgent so friday is fine", "Q2?"),
    ],
)
def test_a_denied_day_is_no_answer(said: str, told: str) -> None:
    """Typed answers are found inside a sentence when exactly one value is there"""
    bot(ASKING).chat(f'- user: track my order\n- bot: Q1?\n- user: "{said}"\n- bot: {told}')


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("not 5", NO_ANSWER),
        ("not 5 but 6", "Q3?"),
        ("there are 5 of us, not more", "Q3?"),
        ("i could not sleep for 3 nights", "Q3?"),
    ],
)
def test_a_number_is_denied_only_by_a_no_at_its_side(said: str, told: str) -> None:
    """Typed answers are found inside a sentence when exactly one value is there"""
    talk = f'- user: track my order\n- bot: Q1?\n- user: tomorrow\n- bot: Q2?\n- user: "{said}"\n- bot: {told}'
    bot(ASKING).chat(talk)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("anything but new york", NO_ANSWER),
        ("not nyc, sf", "6 January 2026 3 San Francisco"),
        ("i don't know, maybe new york", "6 January 2026 3 New York"),
    ],
)
def test_a_denied_word_of_a_list_is_no_answer(said: str, told: str) -> None:
    """Typed answers are found inside a sentence when exactly one value is there"""
    bot(ASKING).chat(f"""
        - user: track my order
        - bot: Q1?
        - user: tomorrow
        - bot: Q2?
        - user: 3
        - bot: Q3?
        - user: "{said}"
        - bot: {told}
    """)

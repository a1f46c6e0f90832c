from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.types import Reading
from chatbot.understanding import Context, Understanding, pick
from chatbot.understanding.weights import MEMO
from tests.understanding.processes import printed_everywhere
from tests.understanding.support_bot import INTENTS, program

EN = Context("en", "en-US")
KNOWN = Understanding.build(program())
NOUNS = "lamp sofa violin bicycle curtain mirror kettle puppet scarf warranty catalogue engraving".split()
VERBS = "rent repair borrow swap engrave insure recycle polish assemble upgrade".split()


def work(task: Callable[[], object]) -> int:
    """Calls made, of Python and of C: what a task costs, the same on every machine."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        task()
    finally:
        sys.setprofile(None)
    return calls


def heard(reading: Reading) -> tuple[object, ...]:
    return reading.command, reading.intent, reading.close, reading.then, reading.ranked


@settings(max_examples=20, deadline=None)
@given(
    verb=st.sampled_from(VERBS),
    noun=st.sampled_from(NOUNS),
    frame=st.sampled_from(["{0} my {1}", "can I {0} a {1}", "{0} the {1} please", "how do you {0} {1}", "{1} {0}"]),
    intent=st.sampled_from([name for name, intent in INTENTS.items() if "command" not in intent]),
)
def test_a_phrase_added_to_an_intent_is_recognised_as_that_intent(
    verb: str, noun: str, frame: str, intent: str
) -> None:
    phrase = frame.format(verb, noun)
    before = INTENTS[intent]["say"]
    more = {**before, "en": [*before["en"], phrase]} if isinstance(before, dict) else [*before, phrase]
    taught = Understanding.build(program({**INTENTS, intent: {**INTENTS[intent], "say": more}}))
    assert taught.read(phrase, EN).intent == intent


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        ["where is my order", "cancel my ordr", "track order ab-123456", "agent", "any shop in madrid", "zzz"]
    )
)
def test_case_and_width_change_nothing(text: str) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" and one != "-" else one for one in text)
    assert heard(KNOWN.read(text.upper(), EN)) == heard(KNOWN.read(text, EN))
    assert heard(KNOWN.read(wide, EN)) == heard(KNOWN.read(text, EN))


def test_a_string_of_another_class_is_read_as_the_string_it_is() -> None:
    class Said(str):
        __slots__ = ()

    for text in ("where is my ordr", "order ab-123456, 3 boxes", "hola", "agent", "hello, cancel my order and call me"):
        other = Context(Said("en"), Said("en-US"))
        assert KNOWN.read(Said(text), other) == KNOWN.read(text, EN)
        assert KNOWN.explain(Said(text), other).render() == KNOWN.explain(text, EN).render()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    reading = KNOWN.read(text, EN)
    assert sum(one.probability for one in reading.ranked) <= 1.001
    for found in reading.found:
        assert text[found.start : found.end].strip() == found.raw.strip()
    KNOWN.explain(text, EN).render()
    pick(text, ["one", "two"])
    for kind in ("number", "integer", "yes_no", "email", "url", "text", "order_number", "city"):
        KNOWN.entities.find(kind, text, "de-DE")


def test_twice_the_text_is_at_most_about_twice_the_work() -> None:
    pieces = [
        "a",
        "a@",
        "1,",
        "order ",
        "e\u0301",
        "\u0301",
        "漢",
        "www.",
        "'",
        "AB-123456 ",
        "ab-",
        "and ",
        "🙂",
        "x' ",
        "new york ",
    ]
    for piece in pieces:
        short, long = ((piece * 10_000)[:length] for length in (5_000, 10_000))
        assert work(partial(KNOWN.read, long, EN)) < 3 * work(partial(KNOWN.read, short, EN)), piece
        KNOWN.read(piece * 10_000, EN)


def test_every_process_reads_the_same() -> None:
    code = (
        "from tests.understanding.test_properties import *\n"
        "from tests.understanding.messages import *\n"
        "texts = [t for c in CLEAR.values() for t in lines(c)] + lines(NOTHING) + list(TWO)\n"
        "print([repr(KNOWN.read(t, EN)) for t in texts])\n"
        "print([KNOWN.explain(t, EN).render() for t in texts[:20]])\n"
    )
    assert len(printed_everywhere(code)) == 1


def test_words_that_were_met_do_not_fill_the_memory() -> None:
    vocabulary = Understanding.build(program()).classifiers["en"].vocabulary
    times = range(1, 18)
    for spelling in ("o" * o + "r" * r + "d" * d + "er" for o in times for r in times for d in times):
        assert vocabulary.message([spelling]).words == ["order"]
    assert 0 < len(vocabulary.others) <= MEMO + 1


def test_a_message_keeps_the_words_it_needs_when_there_is_no_room_for_more() -> None:
    def word(number: int) -> str:
        return "".join("bdfgklmnpt"[int(digit)] for digit in f"{number:05}")

    full, fresh = (Understanding.build(program()).classifiers["en"] for _ in range(2))
    for number in range(MEMO - 5):
        full.vocabulary.message([word(number)])
    words = ["my", *(word(90_000 + number) for number in range(10))]
    one, other = (each.weights.shares(each.message(words).shown()) for each in (full, fresh))
    shares = [[each.share(number) for number in range(len(full.weights.intents))] for each in (one, other)]
    assert shares[0] == pytest.approx(shares[1], abs=1e-6)


def test_many_phrases_cost_little_more_than_few() -> None:
    def bot(intents: int) -> Understanding:
        made = {
            f"i{number}": {
                "say": [f"{verb} my {noun} {noun[:3]}{number}" for verb, noun in zip(VERBS, NOUNS, strict=False)]
            }
            for number in range(intents)
        }
        return Understanding.build(program(made, ("en",)))

    def cost(understanding: Understanding) -> int:
        texts = [f"can you {verb} my {noun} no{number}" for verb in VERBS for number, noun in enumerate(NOUNS)]
        for text in texts:
            understanding.read(text, EN)
        return work(lambda: [understanding.read(text, EN) for text in texts])

    assert cost(bot(60)) < 6 * cost(bot(5))


def test_a_number_word_that_an_author_wrote_stays_a_word() -> None:
    """Shipped phrases hold numbers ("call 112"): they must not turn "one more" into "{number} more"."""
    made = Understanding.build(
        program({"count": {"say": ["count one more", "one more please", "next number"]}}, ("en",))
    )
    assert made.read("one more please", EN).intent == "count"

from __future__ import annotations

import pytest

from chatbot.understanding import Understanding
from chatbot.understanding.evaluation import (
    Judged,
    accuracy,
    advice,
    confusions,
    interval,
    out_of_scope,
    outcome,
    per_intent,
    recommended,
)
from chatbot.understanding.language import spoken_language
from tests.understanding.support_bot import program


def judged(intent: str, guess: str, probability: float, second: float = 0.0) -> Judged:
    return Judged(f"{intent} as {guess}", intent, ((guess, probability), ("other", second)), probability)


SET = [
    judged("a", "a", 0.9),
    judged("a", "a", 0.7),
    judged("a", "b", 0.5, 0.45),
    judged("b", "b", 0.8),
    judged("oos", "a", 0.6),
    judged("oos", "b", 0.1),
]


def test_accuracy_counts_messages_in_scope_whatever_their_probability() -> None:
    assert accuracy(SET) == 3 / 4
    assert accuracy([]) == 0.0


def test_precision_and_recall_of_each_intent() -> None:
    quality = per_intent(SET)
    assert (quality["a"].precision, quality["a"].recall, quality["a"].support) == (1.0, 2 / 3, 3)
    assert (quality["b"].precision, quality["b"].recall) == (0.5, 1.0)


def test_confusions_name_both_intents_and_show_a_message() -> None:
    (one,) = confusions(SET)
    assert (one.intent, one.taken_for, one.count, one.examples) == ("a", "b", 1, ("a as b",))


def test_out_of_scope_figures_are_those_of_the_ordering() -> None:
    scope = out_of_scope(SET)
    assert scope is not None
    assert scope.auroc == pytest.approx(7 / 8)
    assert (scope.fpr95, scope.recall_at_5, scope.count) == (0.5, 0.5, 2)
    assert out_of_scope([one for one in SET if one.inside]) is None


def test_ties_count_half() -> None:
    scope = out_of_scope([judged("a", "a", 0.5), judged("oos", "a", 0.5)])
    assert scope is not None
    assert scope.auroc == 0.5


def test_a_threshold_starts_what_reaches_it_and_is_ahead() -> None:
    found = outcome(SET, 0.5, 0.1)
    assert (found.right, found.wrong, found.silent, found.false_starts) == (0.75, 0.0, 0.25, 0.5)
    assert outcome(SET, 0.5, 0.0).wrong == 0.25


def test_the_recommended_thresholds_keep_wrong_starts_out() -> None:
    best = recommended(SET)
    assert outcome(SET, best["accept"], best["margin"]).false_starts == 0.0
    assert 0 < best["suggest"] < best["accept"]


def test_the_interval_holds_the_share_and_narrows_with_more_messages() -> None:
    low, high = interval(0.9, 100)
    assert low < 0.9 < high
    assert interval(0.9, 10_000)[1] - interval(0.9, 10_000)[0] < (high - low) / 5


def test_advice_names_what_an_author_can_change() -> None:
    said = " ".join(advice([*SET, judged("a", "b", 0.5)], {"a": 2, "b": 9}))
    assert "a is taken for b 2 times" in said
    assert "more phrases" in said


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "where is my order and when will it arrive"),
        ("de", "wo ist meine bestellung und wann kommt sie an"),
        ("es", "dónde está mi pedido y cuándo llega a mi casa"),
        ("und", "订单在哪里"),
        ("und", "???"),
    ],
)
def test_a_language_is_told_by_its_small_words(code: str, text: str) -> None:
    assert spoken_language([text]) == code


def test_phrases_of_two_intents_that_are_nearly_the_same_collide() -> None:
    made = Understanding.build(
        program(
            {
                "refund": {"say": ["I want my money back", "refund me"]},
                "return": {"say": ["I want my money back please", "send it back"]},
            }
        )
    )
    assert {(one.intent, one.other_intent) for one in made.collisions()} == {("refund", "return")}
    assert Understanding.build(program()).collisions() == []

"""`consent`, `rate`, `tag`, `split`, and what stands beside a text."""

from __future__ import annotations

from collections import Counter

import pytest

from chatbot.types import Attachment, Button, Card, Consent, Message, Milestone, Rating, Say, Tag
from tests.engine.talk import Talk, program


def flow(steps: str, **extra: str) -> str:
    head = "".join(f"{key}: {value}\n" for key, value in extra.items())
    return f"flow: f\nstart: [{{intent: go}}]\n{head}steps:\n{steps}"


OPT_IN = "  - consent: offers\n    say: May we write to you?\n    if_no: [{say: No offers then.}]\n  - say: Thanks.\n"


def entries(talk: Talk) -> list[Consent]:
    return [effect for effect in talk.turn.effects if isinstance(effect, Consent)]


def test_a_yes_is_written_down_with_the_words_it_was_given_to() -> None:
    talk = Talk(program(flow(OPT_IN)))
    assert talk.says("go", "go") == ["May we write to you?"]
    assert talk.says("yes please") == ["Thanks."]
    assert entries(talk) == [Consent("record", "offers", "May we write to you?")]


def test_a_no_is_written_down_and_the_flow_goes_on() -> None:
    talk = Talk(program(flow(OPT_IN)))
    talk.says("go", "go")
    assert talk.says("no") == ["No offers then.", "Thanks."]
    assert entries(talk) == [Consent("refuse", "offers", "May we write to you?")]


def test_no_clear_answer_is_no_consent_and_needs_no_person() -> None:
    talk = Talk(program(flow(OPT_IN)))
    talk.says("go", "go")
    talk.says("hm")
    talk.says("well")
    assert talk.says("perhaps") == ["No offers then.", "Thanks."]
    assert entries(talk) == []
    assert talk.handoff is None


def test_what_was_agreed_to_is_not_asked_again() -> None:
    talk = Talk(program(flow(OPT_IN)), contact={"consent": {"offers": True}})
    assert talk.says("go", "go") == ["Thanks."]


@pytest.mark.parametrize("action", ["record", "revoke"])
def test_with_an_action_nothing_is_asked(action: str) -> None:
    talk = Talk(program(flow(f"  - {{consent: offers, action: {action}}}\n  - say: '{{contact.consent.offers}}'\n")))
    assert talk.says("go", "go") == ["true" if action == "record" else "false"]
    assert [entry.action for entry in entries(talk)] == [action]


def test_a_flow_reads_what_is_allowed() -> None:
    talk = Talk(program(flow(OPT_IN + "  - if: contact.consent.offers\n    then: {say: Offers it is.}\n")))
    talk.says("go", "go")
    assert talk.says("yes") == ["Thanks.", "Offers it is."]


@pytest.mark.parametrize(
    ("kind", "answer", "score"),
    [
        ("csat", "4", 4), ("csat", "8/10", 4), ("csat", "great", 5), ("csat", "five stars", 5), ("nps", "9", 9),
        ("nps", "0", 0), ("nps", "great", 10), ("nps", "4/5", 8),
    ],
)  # fmt: skip
def test_a_rating_is_stored_on_its_scale(kind: str, answer: str, score: int) -> None:
    talk = Talk(program(flow(f"  - rate: {kind}\n    say: How was it?\n  - say: '{{{kind}}}'\n")))
    talk.says("go", "go")
    assert talk.says(answer) == [str(score)]
    assert Rating(kind, score, "f") in talk.turn.effects  # type: ignore[arg-type]


def test_a_rating_is_pressed() -> None:
    talk = Talk(program(flow("  - {rate: csat, save: stars}\n  - say: '{stars}'\n")))
    talk.says("go", "go")
    assert talk.options() == ["1", "2", "3", "4", "5"]
    assert talk.presses("2") == ["2"]


def test_a_rating_off_the_scale_costs_a_try_and_none_is_forced() -> None:
    talk = Talk(program(flow("  - {rate: csat, tries: 2, if_invalid: One to five}\n  - say: Bye\n")))
    talk.says("go", "go")
    assert talk.says("9") == ["One to five"]
    assert talk.says("whatever") == ["Bye"]


def test_a_split_sends_each_contact_one_way_and_always_the_same() -> None:
    ways = "    branches: [{weight: 1, then: {say: A}}, {weight: 3, then: {say: B}}]\n"
    talk = Talk(program(flow("  - split: color\n" + ways)))
    seen: Counter[str] = Counter()
    for who in range(400):
        talk.facts["contact"] = {"id": who}
        (way,) = talk.says("go", "go")
        assert talk.says("go", "go") == [way]
        seen[way] += 1
    assert 60 <= seen["A"] <= 140


def test_labels_goals_and_events_are_noted() -> None:
    steps = (
        "  - tag: [vip, late]\n  - tag: {goal: sold, value: 2 * 5}\n  - tag: {event: saw, with: {what: '\"hats\"'}}\n"
    )
    talk = Talk(program(flow(steps)))
    talk.says("go", "go")
    assert [effect for effect in talk.turn.effects if isinstance(effect, Tag | Milestone)] == [
        Tag("vip"), Tag("late"), Milestone("goal", "sold", 10), Milestone("event", "saw", None, {"what": "hats"}),
    ]  # fmt: skip


def said(talk: Talk) -> list[Message]:
    return [effect.message for effect in talk.turn.effects if isinstance(effect, Say)]


def test_cards_stand_beside_a_text() -> None:
    cards = """
  - say: Look!
    cards:
      - title: Hat
        text: "{contact.name}'s size"
        image: https://acme.example/hat.png
        url: https://acme.example/hat
        buttons: [{title: Buy, payload: BUY}]
      - title: Scarf
    delay: 2s
"""
    talk = Talk(program(flow(cards)), contact={"name": "Ana"})
    talk.says("go", "go")
    hat = Card("Hat", "Ana's size", "https://acme.example/hat.png", "https://acme.example/hat", (Button("Buy", "BUY"),))
    assert said(talk) == [Message("Look!", cards=(hat, Card("Scarf")), delay=2000)]


def test_cards_come_from_data() -> None:
    talk = Talk(program(flow("  - say: Look!\n    cards: conversation.hats\n")))
    talk.state.variables["hats"] = [{"title": "Hat", "url": "https://a.example", "buttons": [{"title": "Buy"}]}]
    talk.says("go", "go")
    assert said(talk)[0].cards == (Card("Hat", url="https://a.example", buttons=(Button("Buy", "Buy"),)),)
    talk.state.variables["hats"] = [{"title": "Hat", "url": "javascript:alert(1)"}]
    talk.says("go", "go")
    assert talk.handoff is not None


def test_a_place_is_sent() -> None:
    steps = "  - say: Here we are.\n    location: {latitude: 52.5, longitude: '{contact.east}', title: Shop}\n"
    talk = Talk(program(flow(steps)), contact={"east": 13.4})
    talk.says("go", "go")
    place = Attachment("location", title="Shop", latitude=52.5, longitude=13.4)
    assert said(talk) == [Message("Here we are.", attachment=place)]


def test_a_variant_may_be_for_some_channels_only() -> None:
    steps = "  - say: [{text: On Telegram., only: telegram}, {text: Elsewhere., only: [console, webchat]}]\n"
    talk = Talk(program(flow(steps)), channel="telegram")
    assert talk.says("go", "go") == ["On Telegram."]
    talk.facts["channel"] = "console"
    assert talk.says("go", "go") == ["Elsewhere."]
    talk.facts["channel"] = "x"
    assert talk.says("go", "go") == []

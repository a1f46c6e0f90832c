"""Sections 3 and 7 of the contract: form, wait, remind, split, consent, rate, what `say` carries, and outside starts."""

from __future__ import annotations

from collections import Counter

import pytest

from chatbot.conversation.record import Arrival
from chatbot.testing.models import Setting
from chatbot.testing.simulator import Moved, Simulator
from chatbot.types import CallAnswer, Inbound, Referral
from tests.conformance.kit import BOT, HOURS, bot, found

GO = "- user: track my order\n"
NOW = 1_767_607_200_000


def talk(*flows: str, **more: str) -> Simulator:
    return bot(*flows, **more).bench.simulator(Setting(), NOW, lambda call, _n: CallAnswer(call.id, 200, body={}))


def said(moved: Moved) -> list[str]:
    return [line.message.text for line in moved.lines if line.message.text != "I am a bot."]


# --- form ---------------------------------------------------------------------------------------------------

FORM = "- form: [{ ask: order_number, say: Number?, if_invalid: No number. }, { ask: email, say: Mail?, if_invalid: No mail. }]\n- say: '{order_number} {email}'"


def test_a_form_asks_for_its_slots_one_by_one() -> None:
    """3.70 `form`: several slots; 7: a list of slot names or ask-like mappings"""
    bot(FORM).chat(
        GO + "- bot: Number?\n- user: AB-111111\n- bot: Mail?\n- user: a@b.example\n- bot: AB-111111 a@b.example"
    )
    bot("- form: [count, email]\n- say: '{count} {email}'").chat(
        GO + "- bot: '*'\n- user: 3\n- bot: '*'\n- user: a@b.example\n- bot: 3 a@b.example"
    )


def test_a_form_takes_several_slots_in_any_order_and_asks_only_for_what_is_missing() -> None:
    """3.71 `form`: in any order, asks only for what is missing"""
    bot(FORM).chat(
        GO
        + "- bot: Number?\n- user: my mail is a@b.example\n- bot: Number?\n- user: AB-111111\n- bot: AB-111111 a@b.example"
    )
    bot(FORM).chat(GO + "- bot: Number?\n- user: AB-111111, write to a@b.example\n- bot: AB-111111 a@b.example")
    bot(FORM).chat(
        "- user: where is my order AB-111111\n- bot: Mail?\n- user: a@b.example\n- bot: AB-111111 a@b.example"
    )


def test_each_slot_of_a_form_has_its_own_outcomes() -> None:
    """3.72 `form`: outcomes as `ask`, per slot"""
    bot(
        "- form: [{ ask: order_number, say: Number?, tries: 1, if_failed: { end: no_number } }, { ask: email, say: Mail?, if_silent: { after: 5m, say: Hello? } }]"
    ).chat(
        GO
        + "- bot: Number?\n- user: x\n- expect: { ended: no_number }\n- user: where is my order AB-111111\n- bot: Mail?\n- after: 5m\n- bot: Hello?"
    )


def test_an_invalid_answer_in_a_form_costs_a_try_of_that_slot_only() -> None:
    """3.73 anchors: a form never crashes on an unexpected answer"""
    bot(FORM).chat(
        GO
        + "- bot: Number?\n- user: blorp\n- bot: No number.\n- user: blorp\n- bot: No number.\n- user: AB-111111\n- bot: Mail?\n"
        "- user: blorp\n- bot: No mail.\n- user: blorp\n- bot: No mail.\n- user: a@b.example\n- bot: '*'"
    )


def test_a_form_is_interrupted_and_comes_back_to_the_same_question_once() -> None:
    """3.74 `form`: digressions come back to what is missing"""
    bot(FORM, HOURS).chat(
        GO
        + "- bot: Number?\n- user: AB-111111\n- bot: Mail?\n- user: when are you open\n- bot: We open at nine.\n- bot: Mail?\n- user: a@b.example\n- bot: AB-111111 a@b.example"
    )


# --- wait ---------------------------------------------------------------------------------------------------


def test_a_wait_lasts_for_a_duration() -> None:
    """3.75 `wait`: for a duration"""
    bot("- say: Wait.\n- wait: 10m\n- say: Done.").chat(GO + "- bot: Wait.\n- after: 9m\n- after: 1m\n- bot: Done.")


def test_a_wait_lasts_until_a_time() -> None:
    """3.76 `wait`: until a time (`until:`)"""
    bot("- wait: { until: '12:30' }\n- say: Half past twelve.").chat(
        GO + "- after: 2h29m\n- after: 1m\n- bot: Half past twelve."
    )
    bot("- wait: { until: '2026-01-06 09:00' }\n- say: Morning.").chat(
        GO + "- after: 22h\n- after: 1h\n- bot: Morning."
    )


def test_a_wait_lasts_until_an_outside_event() -> None:
    """3.77 `wait`: or for an outside event (`event:`), outcome `if_silent`"""
    shop = bot(
        "- { wait: { event: paid }, save: payment, if_silent: { after: 1h, end: unpaid } }\n- say: 'Paid {payment.amount}.'"
    )
    shop.chat(GO + "- event: { name: paid, with: { amount: 5 } }\n- bot: Paid 5.")
    shop.chat(GO + "- after: 1h\n- expect: { ended: unpaid, flow: null }")


def test_messages_during_a_wait_are_handled() -> None:
    """3.78 7: wait: messages meanwhile are handled"""
    bot("- wait: 10m\n- say: Done.", HOURS).chat(
        GO + "- user: when are you open\n- bot: We open at nine.\n- after: 10m\n- bot: Done."
    )


# --- remind -------------------------------------------------------------------------------------------------

REMINDED = "flow: r\ntitle: R\nstart: { event: review_due }\nsteps: [{ say: 'How was {event.what}?' }]"


def test_a_reminder_brings_an_event_about_later() -> None:
    """3.79 `remind`: schedules a later event for this contact; 7: an event name or flow, `after:` or `at:`, `with:`"""
    bot("- { remind: review_due, after: 2h, with: { what: \"'the lamp'\" } }\n- say: OK.", REMINDED).chat(
        GO + "- bot: OK.\n- after: 1h\n- after: 1h\n- bot: How was the lamp?"
    )
    bot("- { remind: review_due, at: '13:00', with: { what: \"'the lamp'\" } }\n- say: OK.", REMINDED).chat(
        GO + "- bot: OK.\n- after: 3h\n- bot: How was the lamp?"
    )
    bot("- { remind: hours, after: 2h }\n- say: OK.", HOURS).chat(
        GO + "- bot: OK.\n- after: 2h\n- bot: We open at nine."
    )


def test_a_reminder_is_not_sent_to_who_has_opted_out() -> None:
    """3.80 `remind`: inside consent and window"""
    bot("- { remind: review_due, after: 2h, with: { what: \"'the lamp'\" } }\n- say: OK.", REMINDED).chat(
        GO + "- bot: OK.\n- user: unsubscribe\n- bot: You will get no more*\n- after: 3h\n- expect: { flow: null }"
    )


# --- split --------------------------------------------------------------------------------------------------


def test_a_split_is_weighted_and_sticky_for_a_contact() -> None:
    """3.81 `split`: weighted A/B branch, sticky for a contact; 7: a name and `branches:` of {weight, then}"""
    shop = bot("- { split: tone, branches: [{ weight: 1, then: { say: a } }, { weight: 3, then: { say: b } }] }")
    counts: Counter[str] = Counter()
    for number in range(400):
        simulator = shop.bench.simulator(Setting(contact={"id": f"c{number}"}), NOW, lambda _c, _n: None)
        first = said(simulator.user("track my order"))
        assert said(simulator.user("track my order")) == first
        counts.update(first)
    assert 60 <= counts["a"] <= 140, counts


def test_a_branch_of_no_weight_is_never_taken() -> None:
    """3.82 `split`: weighted"""
    shop = bot("- { split: tone, branches: [{ weight: 0, then: { say: a } }, { weight: 1, then: { say: b } }] }")
    for number in range(50):
        simulator = shop.bench.simulator(Setting(contact={"id": f"c{number}"}), NOW, lambda _c, _n: None)
        assert said(simulator.user("track my order")) == ["b"]


# --- consent ------------------------------------------------------------------------------------------------


def test_consent_asks_for_the_opt_in_to_a_purpose() -> None:
    """3.83 `consent`: a purpose: asks for its opt-in with `say`; outcome `if_no`"""
    shop = bot("- { consent: news, say: May we write to you?, if_no: { say: OK. } }\n- say: End")
    shop.chat(GO + "- bot: May we*\n- user: yes\n- bot: End\n- expect: { consent: [news] }")
    shop.chat(GO + "- bot: May we*\n- user: no\n- bot: OK.\n- bot: End\n- expect: { consent: { news: false } }")


def test_consent_with_an_action_asks_nothing() -> None:
    """3.84 `consent`: with `action: record` or `revoke` it asks nothing"""
    bot("- { consent: news, action: record }\n- say: End").chat(GO + "- bot: End\n- expect: { consent: [news] }")
    bot("- { consent: news, action: record }\n- { consent: news, action: revoke }\n- say: End").chat(
        GO + "- bot: End\n- expect: { consent: [] }"
    )


def test_an_unclear_consent_is_never_a_yes() -> None:
    """3.85 `consent`: `if_invalid`, `if_silent`"""
    bot(
        "- { consent: news, say: May we?, if_invalid: Yes or no?, tries: 2, if_silent: { after: 5m, end: gone } }"
    ).chat(GO + "- bot: May we?\n- user: blorp\n- bot: Yes or no?\n- after: 5m\n- expect: { ended: gone, consent: [] }")


def test_opt_out_revokes_every_purpose_and_start_returns() -> None:
    """3.86 7: `opt_out` revokes every purpose, confirms once even under a person; START returns"""
    shop = bot("- { consent: news, action: record }\n- { consent: offers, action: record }\n- say: End")
    shop.chat(
        GO
        + "- bot: End\n- user: unsubscribe\n- bot: You will get no more*\n- expect: { consent: [] }\n- user: START\n- bot: You will get messages from us again*"
    )


# --- rate ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [("csat", "5", 5), ("csat", "excellent", 5), ("nps", "10", 10), ("nps", "0", 0), ("csat", "3 out of 5", 3)],
)
def test_a_rating_is_asked_and_stored(kind: str, answer: str, value: int) -> None:
    """3.87 `rate`: `csat` or `nps`: a rating question, stored; 7: csat 1-5, nps 0-10, words too"""
    simulator = talk(f"- {{ rate: {kind}, say: How was it?, save: score }}\n- say: 'Got {{score}}.'")
    simulator.user("track my order")
    moved = simulator.user(answer)
    assert said(moved) == [f"Got {value}."]
    assert [(rating.kind, rating.score) for result in moved.results for rating in result.ratings] == [(kind, value)]


@pytest.mark.parametrize(("kind", "answer"), [("csat", "0"), ("csat", "6"), ("nps", "11"), ("csat", "blorp")])
def test_a_rating_off_its_scale_is_invalid(kind: str, answer: str) -> None:
    """3.88 `rate`: `if_invalid`; 7: csat 1-5, nps 0-10"""
    bot(f"- {{ rate: {kind}, say: How?, if_invalid: No rating. }}").chat(
        f"{GO}- bot: How?\n- user: {answer}\n- bot: No rating."
    )


def test_a_rating_that_does_not_come_goes_to_if_silent() -> None:
    """3.89 `rate`: `if_silent`"""
    bot("- { rate: csat, say: How?, if_silent: { after: 5m, end: unrated } }").chat(
        GO + "- bot: How?\n- after: 5m\n- expect: { ended: unrated }"
    )


# --- what say carries ---------------------------------------------------------------------------------------


def test_say_carries_cards_media_and_a_place() -> None:
    """3.90 `say`: with `cards`, `image`, `file`, `audio`, `video`, `location`"""
    simulator = talk("""
        - { say: Look, image: "https://a.example/i.png" }
        - { say: Read, file: "https://a.example/f.pdf" }
        - { say: Hear, audio: "https://a.example/a.mp3" }
        - { say: Watch, video: "https://a.example/v.mp4" }
        - { say: Come, location: { latitude: "41.38", longitude: "2.17", title: Shop } }
        - { say: Pick, cards: [{ title: One, text: First, image: "https://a.example/1.png", buttons: [{ title: More, url: "https://a.example" }] }, { title: Two }] }
    """)
    lines = [line.message for line in simulator.user("track my order").lines][1:]
    assert [line.text for line in lines if line.text] == ["Look", "Read", "Hear", "Watch", "Come", "Pick"]
    carried = [line.attachment for line in lines if line.attachment]
    assert [each.kind for each in carried] == ["image", "file", "audio", "video", "location"]
    assert "41.38" in repr(carried[-1])
    assert "Shop" in repr(carried[-1])
    assert [card.title for line in lines for card in line.cards] == ["One", "Two"]


def test_a_delay_takes_no_virtual_time() -> None:
    """3.91 `say`: `delay`; 7: `delay` takes no virtual time"""
    bot("- { say: Hm, delay: 2s }\n- say: Yes").chat(GO + "- bot: Hm\n- bot: Yes")


# --- starts from outside ------------------------------------------------------------------------------------


def test_a_referral_starts_a_flow() -> None:
    """3.92 start: referral"""
    simulator = talk("flow: r\ntitle: R\nstart: { referral: order-help }\nsteps: [{ say: Hello ad. }]")
    inbound = Inbound(simulator.scene.record.key, "referral", "m1", NOW, referral=Referral("order-help"))
    assert said(simulator._run(Arrival(NOW, inbound=inbound))) == ["Hello ad."]


@pytest.mark.parametrize(
    "trigger",
    ["comment_reply: true", "story_reply: true", "opt_in: news", "event: paid", "keyword: wifi", "first_message: true"],
)
def test_each_start_of_the_contract_is_known(trigger: str) -> None:
    """3.93 start: keyword, event (API or timer), first_message, comment_reply, story_reply, opt_in"""
    codes = found(f"flow: a\ntitle: A\nstart: {{ {trigger} }}\nsteps: [{{ say: x }}]")
    assert not [code for code in codes if code.startswith("CB1")], codes


def test_run_calls_a_registered_python_action() -> None:
    """3.94 `run`: a registered Python action, typed by its signature; 7: `with`, `save`; `if_error`"""
    actions = "def double(n: int) -> int:\n    return n * 2\n"
    steps = "- { run: double, with: { n: '2 + 1' }, save: r, if_error: { other: { say: Broken. } } }\n- say: 'r={r}'"
    shop = bot(steps, actions=actions)
    shop.chat(GO + "- bot: r=6", mock="run double: 6")
    shop.chat(GO + "- bot: Broken.\n- bot: r=", mock="run double: { error: ValueError }")


def test_an_action_is_checked_by_its_signature_at_load() -> None:
    """3.95 `run`: typed by its signature"""
    actions = "def double(n: int) -> int:\n    return n * 2\n"
    assert "CB230" in found("- { run: tripel }", actions=actions)
    assert "CB231" in found("- { run: double, with: { m: '1' } }", actions=actions)


def test_resume_of_a_bot_without_the_default_is_asked() -> None:
    """3.96 Defaults live once in bot.yaml"""
    assert "CB105" in found("- say: x", bot=BOT + "defaults: { retries: 1 }\n")

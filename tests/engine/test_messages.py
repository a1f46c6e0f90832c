"""The order in which a message is understood, interruptions and coming back, commands, and the fallback ladder."""

from __future__ import annotations

from typing import Any

import pytest

from chatbot.types import Alert, Attachment, Consent, LeaveQueue, Referral, Say
from tests.engine.talk import Talk, program

ORDER = """
flow: order_status
title: Check an order
start: [{intent: order_status}, {button: ORDER_STATUS}, {referral: order-help}, {keyword: tracking}]
slots: {order_number: order_number}
steps:
  - {ask: order_number, say: Number?, if_invalid: Not a number.}
  - say: "Looking for {order_number}."
"""
HOURS = "flow: hours\ntitle: Opening hours\nstart: [{intent: hours}]\nsteps: [{say: 9 to 5.}]"
COMPLAINT = """
flow: complaint
title: A complaint
start: [{intent: complaint}]
slots: {story: text}
steps:
  - {ask: story, say: What happened?}
  - say: "Noted: {story}"
"""
BOOKING = """
flow: booking
title: Book a table
start: [{intent: book}]
slots: {people: integer}
steps: [{ask: people, say: How many?}, {say: Booked.}]
"""


@pytest.fixture
def talk() -> Talk:
    return Talk(program(ORDER, HOURS, COMPLAINT, BOOKING))


def resuming(policy: str) -> Talk:
    return Talk(program(ORDER, HOURS, COMPLAINT, BOOKING, bot={"defaults": {"resume": policy}}))


# --- interruptions --------------------------------------------------------------------------------------------


def test_a_side_question_is_answered_and_the_open_one_repeated_without_a_try(talk: Talk) -> None:
    talk.says("order", "order_status")
    assert talk.says("when are you open", "hours") == ["9 to 5.", "Number?"]
    assert talk.state.frames[0].wrong == {}


def test_a_side_flow_that_asked_something_ends_with_the_offer_to_resume(talk: Talk) -> None:
    talk.says("order", "order_status")
    assert talk.says("book", "book") == ["How many?"]
    assert talk.says("two") == ["Booked.", "Shall we go on with this: Check an order?"]
    assert talk.says("yes") == ["Number?"]
    assert talk.says("AB-123456") == ["Looking for AB-123456."]


def test_declining_to_resume_drops_the_interrupted_flow(talk: Talk) -> None:
    talk.says("order", "order_status")
    talk.says("book", "book")
    talk.says("two")
    assert talk.says("no") == ["OK, I left it."]
    assert talk.ended == [("order_status", "dropped")]
    assert talk.state.frames == []


def test_an_answer_to_the_interrupted_question_counts_as_yes(talk: Talk) -> None:
    talk.says("order", "order_status")
    talk.says("book", "book")
    talk.says("two")
    assert talk.says("AB-123456") == ["Looking for AB-123456."]


def test_resume_always_repeats_and_never_drops() -> None:
    always, never = resuming("always"), resuming("never")
    for talk in (always, never):
        talk.says("order", "order_status")
        talk.says("book", "book")
    assert always.says("two") == ["Booked.", "Number?"]
    assert never.says("two") == ["Booked."]
    assert never.state.frames == []


def test_a_typed_slot_wins_over_a_clear_intent(talk: Talk) -> None:
    talk.says("order", "order_status")
    assert talk.says("my order is AB-123456, when are you open", "hours") == ["Looking for AB-123456."]


def test_free_text_loses_to_a_clear_intent_but_takes_everything_else(talk: Talk) -> None:
    talk.says("complain", "complaint")
    assert talk.says("when are you open", "hours") == ["9 to 5.", "What happened?"]
    assert talk.says("it was cold") == ["Noted: it was cold"]


def test_the_running_flows_own_intent_asks_again_without_a_try(talk: Talk) -> None:
    talk.says("order", "order_status")
    assert talk.says("where is my order", "order_status") == ["Number?"]
    assert talk.state.frames[0].wrong == {}
    assert len(talk.state.frames) == 1


def test_a_flow_already_on_the_stack_comes_to_the_top_with_its_slots(talk: Talk) -> None:
    talk.says("order", "order_status")
    talk.says("book", "book")
    assert talk.says("my order", "order_status") == ["Number?"]
    assert [frame.flow for frame in talk.state.frames] == ["booking", "order_status"]


def test_the_oldest_flow_falls_out_when_more_interrupt_than_depth_allows() -> None:
    talk = Talk(program(ORDER, BOOKING, COMPLAINT, bot={"defaults": {"depth": "2"}}))
    talk.says("order", "order_status")
    talk.says("book", "book")
    talk.says("complain", "complaint")
    assert [frame.flow for frame in talk.state.frames] == ["booking", "complaint"]
    assert ("order_status", "dropped") in talk.ended


# --- nothing open ---------------------------------------------------------------------------------------------


def test_two_clear_clauses_start_the_first_and_offer_the_second(talk: Talk) -> None:
    said = talk.says("hours and a table", "hours", then="book")
    assert said == ["9 to 5.", "You also asked about this: Book. Shall we do that now?"]
    assert talk.says("yes") == ["How many?"]


def test_a_close_race_asks_with_titles_and_never_with_ids(talk: Talk) -> None:
    assert talk.says("order or table", close=("order_status", "book")) == ["Which of these did you mean?"]
    assert talk.options() == ["Order status", "Book", "Something else"]
    assert talk.says("Book") == ["How many?"]


def test_something_else_asks_for_other_words(talk: Talk) -> None:
    talk.says("order or table", close=("order_status", "book"))
    assert talk.presses("Something else") == ["OK. Please tell me in other words what you need."]


@pytest.mark.parametrize(
    "what", [{"payload": "ORDER_STATUS"}, {"referral": Referral("order-help")}, {"text": "the tracking please"}]
)
def test_a_flow_starts_on_its_button_referral_or_keyword(talk: Talk, what: dict[str, object]) -> None:
    assert talk.says(str(what.pop("text", "")), **what) == ["Number?"]  # type: ignore[arg-type]


COMMENTED = """
flow: commented
title: Commented
start: [{ comment_reply: true }, { opt_in: news }]
if: not contact.blocked
steps:
  - say: Thanks for your comment!
"""


@pytest.mark.parametrize(
    ("what", "repeated"),
    [
        ({"referral": Referral("summer")}, ["Number?"]),
        ({"reason": "comment", "text": "12"}, []),
        ({"reason": "opt_in", "payload": "other"}, []),
    ],
)
def test_who_comes_without_words_to_the_bot_gave_no_wrong_answer(what: dict[str, Any], repeated: list[str]) -> None:
    talk = Talk(program(ORDER, COMPLAINT))
    talk.says("order", "order_status")
    assert talk.says(str(what.pop("text", "")), **what) == repeated
    assert talk.state.frames[0].wrong == {}


def test_a_comment_or_a_link_starts_its_flow_over_an_open_question() -> None:
    talk = Talk(program(ORDER, BOOKING, COMMENTED))
    talk.says("book", "book")
    assert talk.says("very nice", reason="comment") == ["Thanks for your comment!", "How many?"]
    assert talk.says("", referral=Referral("order-help")) == ["Number?"]
    assert [frame.flow for frame in talk.state.frames] == ["booking", "order_status"]


@pytest.mark.parametrize("ref", ["", "ARAkLkA8rmlFeiCktEJQ", "120208"])
def test_an_ad_starts_the_flow_that_names_it_by_its_id(ref: str) -> None:
    talk = Talk(program(ORDER.replace("referral: order-help", "referral: '120208'")))
    assert talk.says("Hi! I saw your ad.", referral=Referral(ref, "ad", "120208")) == ["Number?"]
    assert [frame.flow for frame in talk.state.frames] == ["order_status"]


def test_an_ad_with_words_of_its_own_starts_its_flow_over_an_open_question() -> None:
    talk = Talk(program(ORDER, BOOKING))
    talk.says("book", "book")
    assert talk.says("Hi! I saw your ad about 3 hats.", referral=Referral("order-help")) == ["Number?"]
    assert [frame.flow for frame in talk.state.frames] == ["booking", "order_status"]


@pytest.mark.parametrize(
    ("words", "intent", "told"), [("Hi, tell me more", "", "Story?"), ("order?", "order_status", "Number?")]
)
def test_the_words_of_an_ad_no_flow_starts_on_answer_no_question_in_the_customers_own_words(
    words: str, intent: str, told: str
) -> None:
    story = "flow: story\nstart: [{ intent: tell }]\nsteps:\n  - { ask: story, say: Story? }\n  - say: Kept {story}\n"
    talk = Talk(program(ORDER, story))
    talk.says("tell", "tell")
    assert talk.says(words, intent, referral=Referral("", "ad", "42")) == [told]
    assert talk.says("I bought a hat.", "")[-1:] != [told]


def test_the_words_of_an_ad_are_no_wrong_answer_and_may_be_a_right_one() -> None:
    talk = Talk(program(ORDER))
    talk.says("order", "order_status")
    assert talk.says("I want to know more", referral=Referral("", "ad", "42")) == ["Number?"]
    assert talk.state.frames[0].wrong == {}
    talk.says("it is AB-123456", referral=Referral("", "ad", "42"))
    assert talk.state.question is None


def test_a_link_no_flow_starts_on_greets_and_is_no_miss(talk: Talk) -> None:
    talk.says("hours", "hours")
    assert talk.says("", referral=Referral("summer")) == ["What can I do for you?"]
    assert talk.says("asdf")[0].startswith("Sorry, I did not understand")


def test_a_comment_whose_flow_has_a_false_guard_is_passed_over() -> None:
    talk = Talk(program(COMMENTED), contact={"blocked": True})
    assert talk.says("very nice", reason="comment") == []


def test_not_understood_climbs_rephrase_menu_person_and_success_resets(talk: Talk) -> None:
    assert talk.says("asdf")[0].startswith("Sorry, I did not understand")
    assert talk.says("asdf")[0].startswith("I am still not sure")
    assert "Order status" in talk.options()
    talk.says("hours", "hours")
    assert talk.says("asdf")[0].startswith("Sorry, I did not understand")
    talk.says("asdf")
    talk.says("asdf")
    assert talk.handoff is not None
    assert talk.handoff.reason == "fallback"


def test_a_menu_title_typed_or_its_number_does_what_its_button_does(talk: Talk) -> None:
    talk.says("asdf")
    talk.says("asdf")
    assert talk.says("order status") == ["Number?"]


def test_a_guard_that_is_false_is_no_match() -> None:
    flow = "flow: vip\nstart: [{intent: vip}]\nif: contact.vip\nsteps: [{say: Welcome.}]"
    assert Talk(program(flow), contact={"vip": True}).says("vip", "vip") == ["Welcome."]
    assert Talk(program(flow)).says("vip", "vip")[0].startswith("Sorry, I did not understand")


def test_an_empty_message_is_ignored_with_a_trace(talk: Talk) -> None:
    assert talk.says("  \n ") == []
    assert "ignored" in talk.notes


# --- the first message ----------------------------------------------------------------------------------------


def test_a_first_message_gets_the_disclosure_and_then_its_answer() -> None:
    talk = Talk(program(HOURS))
    talk.state.met, talk.state.turns = False, 0
    assert talk.says("hours?", "hours") == ["I am a bot.", "9 to 5."]
    assert talk.says("hours?", "hours") == ["9 to 5."]


def test_a_first_message_that_nothing_fits_is_greeted() -> None:
    talk = Talk(program(HOURS))
    talk.state.met, talk.state.turns = False, 0
    assert talk.says("hmm") == ["I am a bot.", "What can I do for you?"]
    assert talk.options() == ["Hours"]


# --- commands -------------------------------------------------------------------------------------------------


def test_cancel_takes_the_running_flow_with_one_message_and_repeats_what_is_beneath(talk: Talk) -> None:
    talk.says("order", "order_status")
    talk.says("book", "book")
    assert talk.says("cancel", command="cancel") == ["OK, I stopped that.", "Number?"]
    assert talk.ended == [("booking", "cancelled")]


def test_cancel_with_nothing_running_says_so(talk: Talk) -> None:
    assert talk.says("cancel", command="cancel") == ["OK. There was nothing to stop."]


def test_human_hands_off_with_the_place_in_line() -> None:
    talk = Talk(program(ORDER), queues=Talk.queue(waiting=2))
    talk.says("order", "order_status")
    assert talk.says("agent", command="human") == ["I am passing you to a person. You are number 3 in line."]
    assert talk.handoff is not None
    assert (talk.handoff.queue, talk.handoff.reason) == ("default", "user")
    assert talk.state.frames == []


def test_a_longer_message_that_clearly_asks_for_a_person_gets_one(talk: Talk) -> None:
    talk.says("order", "order_status")
    talk.says("I would rather talk to somebody about this", "command_human")
    assert talk.handoff is not None


def test_a_flow_may_run_in_place_of_a_command() -> None:
    flow = "flow: person\nstart: [{intent: command_human}]\nsteps: [{say: Why?}, {handoff: default}]"
    talk = Talk(program(flow))
    assert talk.says("agent", command="human")[0] == "Why?"


def test_a_closed_queue_says_so_and_the_customer_waits_all_the_same() -> None:
    talk = Talk(program(ORDER), queues=Talk.queue(open=False))
    assert talk.says("agent", command="human")[0].startswith("Our team is away")
    assert talk.control == "queued"


def test_in_the_queue_only_commands_are_answered(talk: Talk) -> None:
    talk.says("agent", command="human")
    assert talk.says("hours", "hours") == []
    assert talk.says("cancel", command="cancel") == [
        "You are no longer waiting for a person. I am here if you need anything else."
    ]
    assert any(isinstance(effect, LeaveQueue) for effect in talk.turn.effects)
    assert talk.says("hours", "hours") == ["9 to 5."]


def test_help_costs_no_try_and_the_question_is_repeated(talk: Talk) -> None:
    talk.says("order", "order_status")
    said = talk.says("help", command="help")
    assert said[0].startswith('You can type "cancel"')
    assert said[1:] == ["Number?"]
    assert talk.state.frames[0].wrong == {}


def test_restart_forgets_the_stack(talk: Talk) -> None:
    talk.says("order", "order_status")
    assert talk.says("start over", command="restart") == ["Let us start over. What can I do for you?"]
    assert talk.state.frames == []


def test_opt_out_revokes_consent_and_confirms_once_even_under_a_person(talk: Talk) -> None:
    talk.control = "human"
    assert talk.says("stop", command="opt_out") == [
        "You will get no more messages from us. Write START if you want them again."
    ]
    assert Consent("opt_out") in talk.turn.effects
    assert all(effect.author == "system" for effect in talk.turn.effects if isinstance(effect, Say))


def test_emergency_says_its_fixed_text_and_goes_ahead_of_everybody(talk: Talk) -> None:
    talk.says("order", "order_status")
    assert talk.says("someone is hurt", command="emergency")[0].startswith("This sounds serious")
    assert talk.handoff is not None
    assert talk.handoff.priority == "urgent"
    assert any(isinstance(effect, Alert) for effect in talk.turn.effects)


def test_emergency_under_a_person_alerts_and_keeps_the_person(talk: Talk) -> None:
    talk.control = "human"
    talk.says("someone is hurt", command="emergency")
    assert talk.handoff is None
    assert any(isinstance(effect, Alert) for effect in talk.turn.effects)


@pytest.mark.parametrize(
    "what", [{"attachments": (Attachment("image", "https://x.example/a"),)}, {"reason": "unsupported"}]
)
def test_what_cannot_be_read_gets_a_kind_word_and_climbs_no_ladder(talk: Talk, what: dict[str, object]) -> None:
    assert talk.says("", **what) == ["Thanks, but I can only read text here. Could you write it?"]  # type: ignore[arg-type]
    assert talk.state.misses == 0
    talk.says("order", "order_status")
    said = talk.says("", **what)  # type: ignore[arg-type]
    assert said[1:] == ["Number?"]


def test_a_keyword_interrupts_a_typed_question_whose_answer_it_is_not(talk: Talk) -> None:
    talk.says("book", "book")
    assert talk.says("tracking please") == ["Number?"]
    assert talk.says("ab-123456")[0] == "Looking for AB-123456."


def test_a_keyword_within_free_text_is_part_of_it_and_one_alone_is_meant(talk: Talk) -> None:
    talk.says("it broke", "complaint")
    assert talk.says("Tracking!") == ["Number?"]
    fresh = Talk(program(ORDER, COMPLAINT))
    fresh.says("it broke", "complaint")
    assert fresh.says("the tracking never worked") == ["Noted: the tracking never worked"]


@pytest.mark.parametrize("text", ["hi", "Hello there!", "good morning", "hola", "hi again"])
def test_who_greets_later_is_greeted_and_climbs_no_ladder(talk: Talk, text: str) -> None:
    talk.says("blorp")
    for _ in range(4):
        assert talk.says(text) == ["What can I do for you?"]
    assert talk.says("hi where is my zebra") != ["What can I do for you?"]


@pytest.mark.parametrize("ref", ["order-help", "summer"])
def test_a_link_with_words_of_the_platforms_own_is_no_answer(ref: str) -> None:
    """Telegram brings `/start REF` as the text of a link that was followed."""
    talk = Talk(program(ORDER, BOOKING))
    talk.says("book", "book")
    said = talk.says(f"/start {ref}", payload=ref, reason="referral", referral=Referral(ref))
    assert said == (["Number?"] if ref == "order-help" else ["How many?"])
    assert all(frame.wrong == {} for frame in talk.state.frames)

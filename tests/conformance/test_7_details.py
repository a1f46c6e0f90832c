"""Section 7 of the contract: the details decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatbot.cli import main
from chatbot.content.yaml_source import decode, parse
from chatbot.testing.models import Setting
from chatbot.types import Attachment
from tests.conformance.kit import BOT, HOURS, INTENTS, REFUND, bot, files, found, load, messages, write

GO = "- user: track my order\n"


# --- commands -----------------------------------------------------------------------------------------------


def test_commands_win_over_the_slot_parser() -> None:
    """7.1 Commands win over the slot parser"""
    bot("- { ask: story, say: What? }").chat(
        GO + "- bot: What?\n- user: agent\n- bot: I am passing*\n- expect: { handoff: default }"
    )


def test_a_message_that_merely_contains_a_commands_words_is_an_intent() -> None:
    """7.2 a message that merely contains a command's words ("cancel my order") is an intent"""
    intents = (
        INTENTS
        + "  cancel_order: { title: Cancel an order, say: [cancel my order, i want to cancel an order, call off my order] }\n"
    )
    bot(
        "flow: c\ntitle: C\nstart: { intent: cancel_order }\nsteps: [{ say: Which order? }]", intents__main=intents
    ).chat("- user: cancel my order\n- bot: Which order?")


def test_cancel_asks_nothing_and_takes_the_top_flow_and_what_it_called() -> None:
    """7.3 `cancel` asks nothing: one message, the top flow and what it called are gone"""
    callee = "flow: inner\nslots: { m: email }\nsteps: [{ ask: m, say: Mail? }]"
    bot("- { call: inner }\n- say: never", callee).chat(
        GO + "- bot: Mail?\n- user: cancel\n- bot: OK, I stopped that.\n- expect: { flow: null }"
    )


def test_after_a_cancel_the_frame_beneath_repeats_its_question_without_comment() -> None:
    """7.4 After a cancel or a declined resume the frame beneath repeats its question, without comment"""
    bot("- { ask: email, say: Mail? }\n- say: 'Got {email}.'", REFUND).chat(
        GO
        + "- bot: Mail?\n- user: refund me please\n- bot: Why?\n- user: cancel\n- bot: OK, I stopped that.\n- bot: Mail?\n- user: a@b.example\n- bot: Got a@b.example."
    )


def test_opt_out_confirms_once_even_under_a_person() -> None:
    """7.5 `opt_out` revokes every purpose, confirms once even under a person; START returns"""
    bot(HOURS).chat("""
        - user: agent
        - bot: I am passing*
        - agent: { claim: ana }
        - user: unsubscribe
        - bot: You will get no more*
        - user: thank you
    """)


def test_emergency_under_a_person_alerts_the_supervisor() -> None:
    """7.6 `emergency` under a person alerts the supervisor"""
    talk = bot(HOURS).bench.simulator(Setting(), 1_767_607_200_000, lambda _c, _n: None)
    talk.user("agent")
    talk.claim("ana")
    before = talk.scene.alerts
    talk.user("i want to kill myself")
    assert len(talk.scene.alerts) > len(before)


def test_system_flows_have_no_start() -> None:
    """7.7 System flows have no `start`; the effect is the engine's, the flow speaks, with `event.*` values given"""
    assert "CB310" in found("flow: system.cancel\nstart: { intent: refund }\nsteps: [{ say: x }]")
    own = "flow: system.cancel\nsteps: [{ say: 'Stopped {event.flow}.' }]"
    bot("- { ask: email, say: Mail? }", own).chat(GO + "- bot: Mail?\n- user: cancel\n- bot: Stopped Your order.")


def test_a_flow_that_starts_on_a_command_intent_runs_in_place_of_the_system_flow() -> None:
    """7.8 A flow may start on a command intent: it then runs in place of the system flow"""
    bot("flow: h\ntitle: H\nstart: { intent: command_help }\nsteps: [{ say: Own help. }]").chat(
        "- user: help\n- bot: Own help."
    )


def test_a_command_intent_that_is_not_the_whole_message_counts_as_an_ordinary_intent() -> None:
    """7.9 A command intent that is not the whole message counts as an ordinary intent"""
    own = (
        INTENTS
        + "  person: { title: A person, command: human, say: [put me through to the boss, is the boss there, i need the boss] }\n"
    )
    bot("- { ask: story, say: What? }\n- say: 'Got {story}.'", intents__main=own).chat(
        GO + "- bot: What?\n- user: the boss of the warehouse told me it was sent\n- bot: Got the boss of*"
    )
    bot(HOURS, intents__main=own).chat(
        "- user: i would like to talk to a person about my bike\n- expect: { handoff: default }"
    )


def test_human_goes_to_its_intents_queue_else_default() -> None:
    """7.10 `human` goes to the intent's `queue:`, else `default`"""
    bot(HOURS).chat("- user: agent\n- expect: { handoff: default }")
    own = (
        INTENTS
        + "  person: { title: A person, command: human, queue: orders, say: [the boss please, get me the boss, where is the boss] }\n"
    )
    bot(HOURS, intents__main=own).chat("- user: get me the boss\n- expect: { handoff: orders }")


def test_emergency_goes_to_its_queue_if_there_is_one_else_default_urgent() -> None:
    """7.11 `emergency` says its fixed text and goes to queue `emergency` if there is one, else `default`, urgent"""
    moves = "- user: i want to kill myself\n- bot: This sounds serious*\n- expect: { handoff: %s, priority: urgent }"
    bot(HOURS).chat(moves % "default")
    bot(HOURS, bot=BOT.replace("queues:\n", "queues:\n  emergency: { title: Emergency }\n")).chat(moves % "emergency")


# --- asking -------------------------------------------------------------------------------------------------


def test_tries_three_means_the_third_wrong_answer_fails() -> None:
    """7.12 `tries: 3` means the third wrong answer fails; without `if_failed` the flow goes to a person"""
    bot("- { ask: email, say: Mail?, if_invalid: No., tries: 3 }").chat(
        GO
        + "- bot: Mail?\n- user: x\n- bot: No.\n- user: x\n- bot: No.\n- user: x\n- expect: { handoff: default, flow: null }"
    )


def test_an_invalid_answer_gets_its_text_only() -> None:
    """7.13 An invalid answer gets its text only, not the prompt again"""
    bot("- { ask: email, say: Mail?, if_invalid: No. }").chat(GO + "- bot: Mail?\n- user: x\n- bot: No.")


def test_goto_to_a_filled_ask_asks_again_and_costs_a_try() -> None:
    """7.14 One shared counter per question visit, also for `again`; `goto` to a filled ask asks again and costs a try"""
    bot(
        "- { ask: count, id: n, say: N?, tries: 2, if_failed: { say: Enough. } }\n- { if: count > 5, then: { goto: n } }\n- say: 'Got {count}.'"
    ).chat(GO + "- bot: N?\n- user: 7\n- bot: N?\n- user: 3\n- bot: Got 3.")
    bot(
        "- { ask: count, id: n, say: N?, tries: 2, if_failed: { say: Enough. } }\n- { if: count > 5, then: { goto: n } }\n- say: 'Got {count}.'"
    ).chat(GO + "- bot: N?\n- user: 7\n- bot: N?\n- user: 7\n- bot: Enough.")


@pytest.mark.parametrize("move", ["user: help", "attach: image"])
def test_help_and_a_first_attachment_cost_no_try(move: str) -> None:
    """7.15 Help, repeat and a first attachment cost none"""
    talk = bot("- { ask: email, say: Mail?, if_invalid: No., tries: 1, if_failed: { say: Enough. } }").bench.simulator(
        Setting(), 1_767_607_200_000, lambda _c, _n: None
    )
    talk.user("track my order")
    kind, _, what = move.partition(": ")
    after = talk.user(what) if kind == "user" else talk.attach(Attachment("image", "https://files.example/image"))
    assert "Enough." not in [line.message.text for line in after.lines]
    assert [line.message.text for line in talk.user("x").lines] == ["Enough."]


@pytest.mark.parametrize(
    "said",
    [
        "repeat",
        "come again?",
        "can you repeat that please",
        "Sorry, what was the question?",
        "say that again",
        "I didn't get that",
    ],
)
def test_asking_to_hear_the_question_again_costs_no_try(said: str) -> None:
    """7.61 Help, repeat and a first attachment cost none (repeat)"""
    for kind, answer in (("count", "3"), ("story", "it broke")):
        bot(f"- {{ ask: {kind}, say: What now?, tries: 1, if_failed: {{ say: Enough. }} }}\n- say: Done").chat(
            f'{GO}- bot: What now?\n- user: "{said}"\n- bot: What now?\n- user: {answer}\n- bot: Done'
        )


@pytest.mark.parametrize(
    ("locale", "said"),
    [("es", "¿Puedes repetir la pregunta?"), ("es", "¿cómo dice?"), ("de", "wie bitte?"), ("fr", "pardon ?")],
)
def test_the_question_is_repeated_in_every_language(locale: str, said: str) -> None:
    """7.62 Help, repeat and a first attachment cost none (in the contact's language)"""
    bot(
        "- { ask: count, say: N?, tries: 1, if_failed: { say: Enough. } }", bot=BOT.replace("[en]", f"[en, {locale}]")
    ).chat(f"{GO}- bot: N?\n- user: '{said}'\n- bot: N?", scene=f"{{ locale: {locale} }}")


def test_an_answer_that_merely_holds_such_words_is_an_answer() -> None:
    """7.63 repeat: only the whole message"""
    bot("- { ask: story, say: What? }\n- say: 'Got {story}.'").chat(
        GO + "- bot: What?\n- user: what came again was the wrong one\n- bot: Got what came*"
    )
    bot("- { choose: c, say: Which?, options: [{ title: Again }, { title: Stop it }] }\n- say: 'Got {c}.'").chat(
        GO + "- bot: Which?\n- user: again\n- bot: Got Again."
    )


def test_a_correction_costs_no_try() -> None:
    """7.16 Correction is tried after the slot's own parser and before intents, costs no try"""
    bot(
        "- { ask: order_number, say: Number? }\n- { ask: email, say: Mail?, tries: 1, if_failed: { say: Enough. } }\n- say: '{order_number}'"
    ).chat(
        GO
        + "- bot: Number?\n- user: AB-111111\n- bot: Mail?\n- user: no, AB-222222\n- bot: Mail?\n- user: a@b.example\n- bot: AB-222222"
    )


CONFIRM = "- { ask: order_number, say: Number? }\n- { confirm: 'Order {order_number}?', if_no: [{ say: OK. }, { end: kept }] }\n- say: Done."


@pytest.mark.parametrize("answer", ["no, AB-222222", "Yes, AB-222222", "AB-222222", "i meant AB-222222"])
def test_a_new_value_in_a_confirm_is_a_correction_and_asks_again(answer: str) -> None:
    """7.17 in `confirm` it wins over `if_no`, and the confirm is asked again with the new value. "Yes, AB-222222" too"""
    bot(CONFIRM).chat(
        GO
        + f"- bot: Number?\n- user: AB-111111\n- bot: Order AB-111111?\n- user: '{answer}'\n- bot: Order AB-222222?\n- user: yes\n- bot: Done."
    )


def test_no_with_the_same_value_is_a_no() -> None:
    """7.18 "no" with the same value is a no"""
    bot(CONFIRM).chat(
        GO
        + "- bot: Number?\n- user: AB-111111\n- bot: Order AB-111111?\n- user: no, AB-111111\n- bot: OK.\n- expect: { ended: kept }"
    )


def test_unnamed_only_the_one_slot_of_a_type_can_be_corrected() -> None:
    """7.19 Unnamed, only typed slots can be corrected, and only if one filled slot has that type; text slots need their name"""
    flow = (
        "flow: a\nstart: { intent: refund }\nslots: { first: email, second: email, sure: yes_no }\nsteps:\n"
        "  - { ask: first, say: First? }\n  - { ask: second, say: Second? }\n  - { ask: sure, say: Sure?, if_invalid: Yes or no. }\n  - say: '{first} {second}'"
    )
    bot(flow).chat(
        "- user: refund me please\n- bot: First?\n- user: a@b.example\n- bot: Second?\n- user: c@d.example\n- bot: Sure?\n"
        "- user: x@y.example\n- bot: Yes or no.\n- user: actually, the second is x@y.example\n- bot: Sure?\n- user: yes\n- bot: a@b.example x@y.example"
    )


def test_a_text_slot_is_corrected_by_its_name() -> None:
    """7.20 text slots need their name"""
    bot("- { ask: story, say: Story? }\n- { ask: email, say: Mail? }\n- say: '{story}'").chat(
        GO
        + "- bot: Story?\n- user: it broke\n- bot: Mail?\n- user: change the story to it melted\n- bot: Mail?\n- user: a@b.example\n- bot: it melted"
    )


def test_the_same_value_again_changes_nothing() -> None:
    """7.21 The same value again changes nothing"""
    bot(
        "- { ask: order_number, say: Number? }\n- { fetch: GET shop /a, save: a }\n- { ask: email, say: Mail? }\n- say: '{order_number}'"
    ).chat(
        GO
        + "- bot: Number?\n- user: AB-111111\n- bot: Mail?\n- user: no, AB-111111\n- bot: '*'\n- user: a@b.example\n- bot: AB-111111\n- expect: { fetches: 1 }",
        mock="GET shop /a: { json: 1 }",
    )


def test_two_different_values_for_one_slot_in_one_message_are_asked_about() -> None:
    """7.22 Two different values for one slot in one message: ask which"""
    bot("- { ask: order_number, say: Number? }\n- say: 'Got {order_number}.'").chat(
        GO
        + "- bot: Number?\n- user: AB-111111 or AB-222222\n- bot: '*'\n- expect: { step: order_number }\n- user: AB-222222\n- bot: Got AB-222222."
    )


def test_an_unclear_confirm_uses_up_tries_and_is_never_a_silent_no() -> None:
    """7.23 An unclear `confirm` uses up tries, never a silent no"""
    bot(
        "- { confirm: Sure?, if_no: { end: no }, if_invalid: Yes or no?, tries: 2, if_failed: { say: Unclear. } }"
    ).chat(
        GO
        + "- bot: Sure?\n- user: blorp\n- bot: Yes or no?\n- user: blorp\n- bot: Unclear.\n- expect: { ended: failed }"
    )


# --- typed answers ------------------------------------------------------------------------------------------


def test_a_typed_answer_is_found_inside_a_sentence() -> None:
    """7.24 Typed answers are found inside a sentence when exactly one value is there ("it's ab-123456 thanks")"""
    bot("- { ask: order_number, say: Number? }\n- say: 'Got {order_number}.'").chat(
        GO + "- bot: Number?\n- user: it's ab-123456 thanks\n- bot: Got AB-123456."
    )


def test_an_entity_fills_the_slot_of_its_name_else_the_only_slot_of_its_type() -> None:
    """7.25 An entity fills the slot of its name, else the only slot of its type"""
    flow = "flow: a\nstart: { intent: order_status }\nslots: { ref: order_number }\nsteps: [{ ask: ref, say: Ref? }, { say: 'Got {ref}.' }]"
    bot(flow).chat("- user: where is my order AB-123456\n- bot: Got AB-123456.")
    two = flow.replace("{ ref: order_number }", "{ ref: order_number, other: order_number }").replace(
        "steps: [", "steps: [{ ask: other, say: Other? }, "
    )
    bot(two).chat("- user: where is my order AB-123456\n- bot: Other?")


@pytest.mark.parametrize(
    ("said", "valid"),
    [
        ("ab-123456", True),
        ("ＡＢ-１２３４５６", True),
        ("XAB-123456", False),
        ("AB-1234567", False),
        ("AB123456", True),
    ],
)
def test_regex_entities_are_nfkc_case_insensitive_and_whole_tokens(said: str, valid: bool) -> None:
    """7.26 Regex entities: NFKC, case-insensitive, whole token, then `clean`"""
    bot("- { ask: order_number, say: Number?, if_invalid: No. }\n- say: Got it.").chat(
        f"{GO}- bot: Number?\n- user: {said}\n- bot: {'Got it.' if valid else 'No.'}"
    )


def test_a_tie_of_a_list_is_invalid() -> None:
    """7.27 Lists: the key or any synonym, compares by key, prints the first synonym, a tie is invalid"""
    entities = INTENTS.replace("sf: [San Francisco] }, fuzzy: 85", "a: [lemon tree], b: [lemon free] }, fuzzy: 70")
    bot("- { ask: city, say: City?, if_invalid: Which?, tries: 3 }\n- say: 'In {city}.'", intents__main=entities).chat(
        GO + "- bot: City?\n- user: lemon xree\n- bot: Which?\n- user: lemon tree\n- bot: In lemon tree."
    )


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-03-01", "1 March 2026"),
        ("5 January", "5 January 2026"),
        ("4 January", "4 January 2027"),
        ("monday", "12 January 2026"),
        ("tomorrow", "6 January 2026"),
    ],
)
def test_dates_are_the_next_occurrence(said: str, day: str) -> None:
    """7.28 Dates: ISO, names of days and months, relative words; the next occurrence"""
    bot("- { ask: day, say: Day? }\n- say: '{day}'").chat(
        f"{GO}- bot: Day?\n- user: {said}\n- bot: {day}", scene="{ locale: en-GB }"
    )


def test_three_and_a_half_is_no_integer() -> None:
    """7.29 Numbers: words to twenty, locale separators; 3.5 is no integer"""
    bot("- { ask: count, say: N?, if_invalid: No. }\n- say: '{count}'").chat(
        GO + "- bot: N?\n- user: 3.5\n- bot: No.\n- user: nineteen\n- bot: '19'"
    )


def test_phones_are_read_as_the_contacts_country_dials() -> None:
    """7.30 Phones: the contact's country"""
    flow = "flow: a\nstart: { intent: refund }\nslots: { p: phone }\nsteps: [{ ask: p, say: Phone?, if_invalid: No. }, { if: \"p == '+34612345678'\", then: { say: Spanish. }, else: { say: Other. } }]"
    bot(flow).chat(
        "- user: refund me please\n- bot: Phone?\n- user: 612 345 678\n- bot: Spanish.",
        scene="{ contact: { country: ES } }",
    )


def test_titles_appear_in_the_text_only_where_a_channel_has_no_buttons() -> None:
    """7.64 Titles appear in the text only where a channel has no buttons"""
    bot("- { choose: c, say: Which?, options: [{ title: Red }, { title: Blue }] }").chat(
        GO + "- bot: Which?\n- expect: { buttons: [Red, Blue] }"
    )


@pytest.mark.parametrize(
    ("said", "yes"),
    [
        ("no thanks", False),
        ("not now", False),
        ("yes, why not", True),
        ("no, that is not ok", False),
        ("sure", True),
        ("absolutely not", False),
    ],
)
def test_yes_no_reads_negation_first(said: str, yes: bool) -> None:
    """7.31 yes_no: negation first"""
    bot("- { ask: sure, say: Sure?, if_invalid: '?' }\n- { if: sure, then: { say: 'Y' }, else: { say: 'N' } }").chat(
        f"{GO}- bot: Sure?\n- user: {said}\n- bot: {'Y' if yes else 'N'}"
    )


# --- choose and call ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "got"),
    [
        ("small", "Small shirt"),
        ("smal shirt", "Small shirt"),
        ("2", "Large shirt"),
        ("shirt", ""),
        ("Large shirt", "Large shirt"),
    ],
)
def test_a_near_title_or_number_is_accepted_and_a_part_shared_by_two_is_invalid(said: str, got: str) -> None:
    """7.32 choose: a near title or number is accepted, a part shared by two titles is invalid"""
    bot(
        "- { choose: c, say: Which?, if_invalid: Hm., options: [{ title: Small shirt }, { title: Large shirt }] }\n- say: 'Got {c}.'"
    ).chat(f"{GO}- bot: Which?\n- user: {said}\n- bot: {'Got ' + got + '.' if got else 'Hm.'}")


def test_set_takes_a_text_in_inner_quotes() -> None:
    """7.33 set: `name: expression`, text in inner quotes"""
    bot("- set: { a: '\"late\"' }\n- say: '{a}'").chat(GO + "- bot: late")
    assert "CB209" in found("- set: { a: late }\n- say: '{a}'")


def test_a_call_passes_only_what_it_lists() -> None:
    """7.34 call: `with` are expressions, the callee lists `returns`, `save` maps them"""
    callee = "flow: inner\nslots: { n: integer }\nreturns: [out]\nsteps: [{ ask: n, say: N? }, { set: { out: n * 2, hidden: '1' } }]"
    bot("- { call: inner, with: { n: 2 + 2 }, save: { mine: out } }\n- say: '{mine}'", callee).chat(GO + "- bot: '8'")
    assert "CB215" in found("- { call: inner, save: { mine: hidden } }\n- say: '{mine}'", callee)


# --- fetch --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "step", "reply", "attempts"),
    [
        ("GET", "", "{ status: 503 }", 3), ("GET", "", "{ status: 429 }", 3), ("GET", "", "{ status: 408 }", 3), ("GET", "", "{ timeout: true }", 3), ("GET", "", "{ error: connection }", 3),
        ("GET", "", "{ status: 404 }", 1), ("PUT", "", "{ status: 500 }", 3), ("DELETE", "", "{ status: 500 }", 3), ("POST", "", "{ status: 500 }", 1), ("POST", ", retry: 1", "{ status: 500 }", 2),
        ("GET", ", retry: 0", "{ status: 500 }", 1), ("GET", "", "{ status: 204 }", 1),
    ],
)  # fmt: skip
def test_which_requests_are_retried(method: str, step: str, reply: str, attempts: int) -> None:
    """7.35 fetch: retries on 408, 429, 5xx, timeout, connection; GET, PUT, DELETE as the service says (default 2), a POST only when `retry` stands on the step"""
    shop = bot(
        f"- {{ fetch: {method} shop /a{step}, if_error: {{ other: {{ say: Failed. }}, timeout: {{ say: Failed. }} }} }}\n- say: End",
        bot=BOT.replace(", retry: 0", ""),
    )
    failed = "" if "204" in reply else "- bot: Failed.\n"
    shop.chat(f"{GO}{failed}- bot: End\n- expect: {{ fetches: {attempts} }}", mock=f"{method} shop /a: {reply}")


def test_exactly_one_name_keeps_its_type() -> None:
    """7.36 fetch: `json`, `with`, `headers` are templates and exactly one `{name}` keeps its type"""
    talk = bot(
        "- set: { n: 1 + 1, l: '[1, 2]', b: 'true' }\n- { fetch: POST shop /a, json: { n: '{n}', l: '{l}', b: '{b}', t: 'x{n}' } }"
    ).bench.simulator(Setting(), 1_767_607_200_000, lambda _c, _n: None)
    talk.user("track my order")
    assert talk.scene.call is not None
    assert talk.scene.call.json == {"n": 2, "l": [1, 2], "b": True, "t": "x2"}


# --- handoff, slots, contact --------------------------------------------------------------------------------


def test_a_handoff_without_a_queue_goes_to_default() -> None:
    """7.37 handoff without a queue: `default`"""
    bot("- handoff:").chat(GO + "- expect: { handoff: default }")
    bot('- handoff: ""').chat(GO + "- expect: { handoff: default }")


def test_a_step_behind_a_handoff_without_then_is_a_finding() -> None:
    """7.38 A step after it without `then:` is a finding, unless its `if_closed` runs through to it"""
    assert "CB301" in found("- handoff: orders\n- say: never")
    assert "CB301" not in found("- { handoff: office, if_closed: { say: Closed. } }\n- say: Bye")


@pytest.mark.parametrize("priority", ["low", "normal", "high", "urgent"])
def test_the_priorities(priority: str) -> None:
    """7.39 Priorities: low, normal, high, urgent"""
    bot(f"- {{ handoff: orders, priority: {priority} }}").chat(
        GO + f"- expect: {{ handoff: orders, priority: {priority} }}"
    )
    assert "CB107" in found("- { handoff: orders, priority: highest }")


def test_a_correction_does_not_cross_a_handoff() -> None:
    """7.65 4 Correction: never crosses a completed `handoff`: says that this can no longer be changed, offers a person"""
    bot(
        "- { ask: order_number, say: Number? }\n- { handoff: orders, then: { ask: email, say: Mail? } }\n- say: '{order_number} {email}'"
    ).chat(
        GO
        + "- bot: Number?\n- user: AB-111111\n- bot: I am passing*\n- agent: { claim: ana }\n- agent: back_to_bot\n- bot: Mail?\n"
        "- user: no, AB-222222\n- bot: '*person*'\n- bot: Mail?\n- user: a@b.example\n- bot: AB-111111 a@b.example"
    )


def test_outcomes_that_run_through_go_on_except_if_failed_of_a_question() -> None:
    """7.40 outcomes that run through continue behind the step, except `if_failed` of a question: that ends the flow as `failed`"""
    bot("- { ask: email, say: Mail?, tries: 1, if_failed: { say: Enough. } }\n- say: Behind").chat(
        GO + "- bot: Mail?\n- user: x\n- bot: Enough.\n- expect: { ended: failed, flow: null }"
    )
    bot("- { fetch: GET shop /a, if_error: { other: { say: Sorry. } } }\n- say: Behind").chat(
        GO + "- bot: Sorry.\n- bot: Behind", mock="GET shop /a: { status: 500 }"
    )
    bot("- { handoff: office, if_closed: { say: Closed. } }\n- say: Behind").chat(
        GO + "- bot: Closed.\n- bot: Behind", now="2026-01-04 10:00"
    )


def test_contact_fields_are_declared() -> None:
    """7.41 `contact.x` and `conversation.x` outlive it (declared in bot.yaml `contact:`)"""
    assert "CB214" in found("- set: { contact.nonsense: '1' }")


@pytest.mark.parametrize(
    "name", ["id", "name", "first_name", "locale", "timezone", "country", "email", "phone", "tags", "blocked"]
)
def test_contact_fields_that_are_built_in(name: str) -> None:
    """7.42 Built in: contact.id, name, first_name, locale, timezone, country, email, phone, tags, blocked"""
    assert "CB214" not in found(f"- {{ if: has(contact.{name}), then: {{ say: x }} }}")


def test_an_open_question_without_if_silent_closes_quietly() -> None:
    """7.43 An open question without `if_silent` closes quietly after `defaults.silence`"""
    bot("- { ask: email, say: Mail? }").chat(
        GO + "- bot: Mail?\n- after: 29m\n- expect: { flow: main }\n- after: 1m\n- expect: { flow: null }"
    )


def test_an_unset_variable_is_a_warning_of_check() -> None:
    """7.44 An unset `${VAR}` without default: `check` warns"""
    loaded = load("- say: x", bot=BOT + "public_url: ${NOT_SET}\n")
    assert loaded.unset_variables == ("NOT_SET",)
    assert [(each.code, each.severity) for each in loaded.diagnostics if each.code == "CB113"] == [("CB113", "warning")]


# --- ladder, menu -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["''", "'   '", '"\\n\\t"'])
def test_empty_text_is_ignored(text: str) -> None:
    """7.45 empty or whitespace text is ignored with a trace"""
    bot("- { ask: email, say: Mail?, tries: 1 }").chat(
        GO + f"- bot: Mail?\n- user: {text}\n- expect: {{ step: email }}"
    )
    bot(HOURS).chat(f"- user: {text}\n- expect: {{ flow: null }}")


def test_the_ladder_counts_per_conversation() -> None:
    """7.46 Fallback ladder counts per conversation; the third miss in a row hands off"""
    bot(HOURS, REFUND).chat(
        "- user: when are you open\n- bot: We*\n- user: blorp fizzle\n- bot: Sorry, I did*\n- user: gnarf\n- bot: I am still*\n- user: zork plugh\n- expect: { handoff: default }"
    )


# --- check --------------------------------------------------------------------------------------------------


def test_warnings_exit_0_unless_strict(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """7.47 Check: warnings exit 0 unless `--strict`"""

    write(tmp_path, files("- say: x"))
    assert main(["check", "--project", str(tmp_path)]) == 0
    assert main(["check", "--strict", "--project", str(tmp_path)]) == 1
    assert "CB306 warning" in capfd.readouterr().out


def test_the_json_of_check_has_its_documented_keys(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """7.48 JSON: `{version, problems: [{code, severity, file, line, column, end_column, message, help}]}`"""

    write(tmp_path, files("- handoff: nobody"))
    assert main(["check", "--format", "json", "--project", str(tmp_path)]) == 1
    report = json.loads(capfd.readouterr().out)
    assert {"version", "problems"} <= set(report)
    assert all(
        {"code", "severity", "file", "line", "column", "end_column", "message", "help"} <= set(each)
        for each in report["problems"]
    )
    assert any(each["code"] == "CB203" and each["file"] == "flows/f0.yaml" for each in report["problems"])


def test_a_file_that_does_not_parse_yields_no_follow_on_findings() -> None:
    """7.49 A file that does not parse yields no follow-on findings"""
    errors = [each.code for each in load("- { call: b }", "flow: b\nsteps: [{ say: x }").diagnostics if each.is_error]
    assert errors == ["CB101"]


@pytest.mark.parametrize(
    ("code", "flow", "intents"),
    [
        ("CB402", HOURS, INTENTS.replace(", what are your opening hours, what time do you close", "")),
        ("CB307", HOURS, INTENTS),
        ("CB306", "- say: x", INTENTS),
        ("CB309", "flow: lonely\nsteps: [{ say: x }]", INTENTS),
    ],
    ids=["few phrases", "unused intent", "unused slot", "flow never starts"],
)
def test_few_phrases_and_unreachable_or_unused_things_are_warnings(code: str, flow: str, intents: str) -> None:
    """7.50 Fewer than three phrases, unreachable or unused things: warnings"""
    seen = {each.code: each.severity for each in load(flow, intents__main=intents).diagnostics}
    assert seen.get(code) == "warning", seen


def test_an_unreachable_step_is_found() -> None:
    """7.51 unreachable or unused things: warnings"""
    seen = {each.code: each.severity for each in load("- end: x\n- say: never").diagnostics}
    assert seen.get("CB301") == "warning", seen


def test_limits_of_files() -> None:
    """7.52 Limits: depth 50, 5 MiB a file, UTF-8 (BOM and CRLF fine)"""
    assert parse("a: " + "[" * 60 + "]" * 60, "f.yaml").problems
    assert not parse("a: " + "[" * 40 + "]" * 40, "f.yaml").problems
    assert (
        not isinstance(decode(b"\xef\xbb\xbfflow: a\r\nsteps: []\r\n", "f.yaml"), str)
        or parse(str(decode(b"\xef\xbb\xbfflow: a\r\nsteps: []\r\n", "f.yaml")), "f.yaml").problems == []
    )
    assert not isinstance(decode(b"flow: \xff\xfe", "f.yaml"), str)
    assert "5 MiB" in messages("- say: x", flows__big="#" * (5 * 1024 * 1024 + 1))


def test_a_project_with_errors_is_not_tested(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """7.53 `test` refuses to run on errors. Test files are checked too"""

    cases = "test: t\ncases: [{ name: c, chat: [{ user: track my order }, { bot: x }] }]\n"
    write(tmp_path, {**files("- handoff: nobody"), "tests/a.test.yaml": cases})
    assert main(["test", "--project", str(tmp_path)]) == 1
    (tmp_path / "flows/f0.yaml").write_text(files("- say: x")["flows/f0.yaml"], "utf-8")
    assert main(["test", "--project", str(tmp_path)]) == 0
    (tmp_path / "tests/a.test.yaml").write_text(cases.replace("bot:", "bto:"), "utf-8")
    capfd.readouterr()
    assert main(["check", "--project", str(tmp_path)]) == 1
    assert "tests/a.test.yaml" in capfd.readouterr().out

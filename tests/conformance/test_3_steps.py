"""Section 3 of the contract: flows, their starts, and the steps that ask, answer, compute and end."""

from __future__ import annotations

import itertools

import pytest

from chatbot.testing.models import Setting
from tests.conformance.kit import BOT, HOURS, INTENTS, REFUND, bot, found

GO = "- user: track my order\n"


# --- how a flow starts --------------------------------------------------------------------------------------


def test_a_keyword_starts_a_flow() -> None:
    """3.1 start: also keyword"""
    bot("flow: a\nstart: { keyword: wifi }\nsteps: [{ say: 'Code: 1234' }]").chat("- user: wifi\n- bot: 'Code: 1234'")


def test_a_first_message_starts_a_flow_when_nothing_else_fits() -> None:
    """3.2 start: also first_message"""
    shop = bot("flow: a\nstart: { first_message: true }\nsteps: [{ say: Welcome! }]", HOURS)
    shop.chat("- user: blorp fizzle\n- bot: Welcome!\n- user: blorp fizzle\n- bot: Sorry, I did not*")


def test_a_guard_decides_whether_a_flow_starts() -> None:
    """3.3 if: optional guard; 7: Guards are read at start only; a false guard is no match"""
    flow = "flow: a\ntitle: A\nstart: { intent: refund }\nif: contact.vip\nsteps: [{ say: For you. }]"
    shop = bot(flow, HOURS)
    shop.chat("- user: refund me please\n- bot: For you.", scene="{ contact: { vip: true } }")
    shop.chat("- user: refund me please\n- bot: What can I do for you?", scene="{ contact: { vip: false } }")


def test_a_guard_is_read_at_the_start_only() -> None:
    """3.4 7: Guards are read at start only"""
    flow = (
        "flow: a\ntitle: A\nstart: { intent: refund }\nif: contact.vip\nslots: { m: email }\nsteps:\n"
        "  - set: { contact.vip: 'false' }\n  - { ask: m, say: Mail? }\n  - say: 'Got {m}.'"
    )
    bot(flow).chat(
        "- user: refund me please\n- bot: Mail?\n- user: a@b.example\n- bot: Got a@b.example.",
        scene="{ contact: { vip: true } }",
    )


def test_the_short_form_of_a_slot_is_its_type() -> None:
    """3.5 slots: order_number: order_number (short form: the type); { type, check }"""
    flow = "flow: a\nstart: { intent: refund }\nslots: { n: { type: integer, check: n < 5 } }\nsteps: [{ ask: n, say: N?, if_invalid: No. }, { say: '{n}' }]"
    bot(flow).chat("- user: refund me please\n- bot: N?\n- user: 7\n- bot: No.\n- user: 3\n- bot: '3'")


# --- a step ---------------------------------------------------------------------------------------------------


def test_a_step_has_exactly_one_verb_in_any_place() -> None:
    """3.6 A step is a mapping with exactly one verb, in any place"""
    bot("- { say: Mail?, ask: email }\n- say: Done").chat(GO + "- bot: Mail?\n- user: a@b.example\n- bot: Done")
    assert "CB108" in found("- { ask: email, say: Mail?, handoff: orders }")
    assert "CB108" in found("- { buttons: [{ title: x }] }")


@pytest.mark.parametrize(
    "step",
    [
        "ask: email",
        "form: [email]",
        "choose: c, options: [{ title: A }]",
        "confirm: Sure?",
        "rate: csat",
        "consent: news",
    ],
)
def test_say_beside_a_question_is_its_prompt(step: str) -> None:
    """3.7 `say` beside `ask`, `form`, `choose`, `confirm`, `rate`, `consent` is that step's prompt"""
    if step.startswith("confirm"):
        bot("- { confirm: Sure?, if_no: { end: no } }").chat(GO + "- bot: Sure?")
        return
    played = bot(f"- {{ {step}, say: The prompt. }}\n- say: Behind").play(GO + "- bot: The prompt*")
    assert played.differences == () or "said more" in played.differences[0].message, played.differences


def test_a_list_under_say_is_variants_without_immediate_repeat() -> None:
    """3.8 A list under `say` is variants (random, no immediate repeat)"""
    shop = bot("- say: [a, b, c]")
    talk = shop.bench.simulator(Setting(), 1_767_607_200_000, lambda _c, _n: None)
    said = [talk.user("track my order").lines[-1].message.text for _ in range(40)]
    assert set(said) == {"a", "b", "c"}
    assert all(one != other for one, other in itertools.pairwise(said))


def test_a_list_under_if_invalid_is_one_text_an_attempt_and_the_last_repeats() -> None:
    """3.9 a list under `if_invalid` is one text per attempt, the last repeats"""
    bot("- { ask: email, say: Mail?, tries: 5, if_invalid: [One., Two.] }").chat(
        GO + "- bot: Mail?\n- user: x\n- bot: One.\n- user: x\n- bot: Two.\n- user: x\n- bot: Two."
    )


def test_an_outcome_takes_a_step_or_a_list_and_goes_on_behind_the_step() -> None:
    """3.10 An outcome takes a step or a list of steps; after them the flow goes on behind the step"""
    for outcome in ("{ say: No mail. }", "[{ say: No mail. }]"):
        bot(f"- {{ confirm: Sure?, if_no: {outcome} }}\n- say: Behind").chat(
            GO + "- bot: Sure?\n- user: no\n- bot: No mail.\n- bot: Behind"
        )


# --- the verbs ----------------------------------------------------------------------------------------------


def test_say_has_buttons_of_three_kinds() -> None:
    """3.11 `say`: a text with `buttons`"""
    bot(
        "- { say: Hi, buttons: [{ title: Site, url: 'https://a.example' }, { title: Hours, intent: opening_hours }, { title: Raw, payload: RAW }] }",
        HOURS, "flow: r\nstart: { button: RAW }\nsteps: [{ say: Raw! }]",
    ).chat(GO + "- bot: Hi\n- expect: { buttons: [Site, Hours, Raw] }\n- button: Hours\n- bot: We open at nine.\n- button: Raw\n- bot: Raw!")  # fmt: skip


def test_ask_is_skipped_when_the_slot_is_filled_and_valid() -> None:
    """3.12 `ask`: skipped when the slot is already filled and valid"""
    bot("- set: { count: '3' }\n- { ask: count, say: N?, check: count < 5 }\n- say: '{count}'").chat(GO + "- bot: '3'")
    bot("- set: { count: '9' }\n- { ask: count, say: N?, check: count < 5 }\n- say: '{count}'").chat(
        GO + "- bot: N?\n- user: 4\n- bot: '4'"
    )


def test_ask_suggests_quick_replies() -> None:
    """3.13 `ask`: `suggest` (quick replies)"""
    bot("- { ask: count, say: N?, suggest: ['1', '2'] }\n- say: 'Got {count}.'").chat(
        GO + "- bot: N?\n- expect: { buttons: ['1', '2'] }\n- button: '2'\n- bot: Got 2."
    )


def test_if_failed_runs_after_the_last_try() -> None:
    """3.14 `ask`: `if_failed`"""
    bot("- { ask: email, say: Mail?, tries: 2, if_invalid: No., if_failed: { handoff: orders, note: no mail } }").chat(
        GO + "- bot: Mail?\n- user: x\n- bot: No.\n- user: x\n- expect: { handoff: orders, note: no mail }"
    )


def test_if_silent_is_a_ladder_of_steps() -> None:
    """3.15 `ask`: `if_silent`: { after: 10m, say: ... }, { after: 1h, end: silent }"""
    bot(
        "- { ask: email, say: Mail?, if_silent: [{ after: 10m, say: Still there? }, { after: 1h, end: silent }] }"
    ).chat(
        GO
        + "- bot: Mail?\n- after: 10m\n- bot: Still there?\n- after: 59m\n- after: 1m\n- expect: { ended: silent, flow: null }"
    )


def test_choose_runs_the_steps_of_an_option_or_saves_its_value() -> None:
    """3.16 `choose`: options, each a title with its steps or a value"""
    bot(
        "- { choose: c, say: Which?, options: [{ title: Steps, then: { say: Ran. } }, { title: Value, value: v }] }\n- { if: c == 'v', then: { say: 'Saved v.' } }"
    ).chat(GO + "- bot: Which?\n- user: Value\n- bot: Saved v.")
    bot(
        "- { choose: c, say: Which?, options: [{ title: Steps, then: { say: Ran. } }, { title: Value, value: v }] }\n- say: End"
    ).chat(GO + "- bot: Which?\n- expect: { buttons: [Steps, Value] }\n- button: Steps\n- bot: Ran.\n- bot: End")


def test_confirm_goes_on_with_yes_and_to_if_no_with_no() -> None:
    """3.17 `confirm`: yes/no, `if_no`"""
    shop = bot("- { confirm: Sure?, if_no: [{ say: OK. }, { end: kept }] }\n- say: Done")
    shop.chat(GO + "- bot: Sure?\n- user: yes\n- bot: Done")
    shop.chat(GO + "- bot: Sure?\n- user: nope\n- bot: OK.\n- expect: { ended: kept }")


def test_no_with_a_new_value_is_a_no_and_a_correction() -> None:
    """3.18 `confirm`: "no, AB-222222" is a no and a correction"""
    bot(
        "- { ask: order_number, say: Number? }\n- { confirm: 'Order {order_number}?', if_no: { end: kept } }\n- say: 'Done {order_number}.'"
    ).chat("""
        - user: track my order
        - bot: Number?
        - user: AB-111111
        - bot: Order AB-111111?
        - user: no, AB-222222
        - bot: Order AB-222222?
        - user: yes
        - bot: Done AB-222222.
    """)


def test_set_assigns_slots_contact_and_conversation_values() -> None:
    """3.19 `set`: assigns values by expressions (slot, `contact.x`, `conversation.x`)"""
    bot(
        "- set: { count: 1 + 2, contact.nick: '\"Bo\"', conversation.k: count * 2 }\n- say: '{count} {contact.nick} {conversation.k}'"
    ).chat(GO + "- bot: 3 Bo 6")


def test_contact_and_conversation_values_outlive_the_flow_and_slots_do_not() -> None:
    """3.20 7: Slots live for one run of a flow; `contact.x` and `conversation.x` outlive it"""
    read = "flow: r\ntitle: R\nstart: { intent: refund }\nsteps: [{ say: '{contact.nick} {conversation.k}' }]"
    bot("- { ask: email, say: Mail? }\n- set: { contact.nick: '\"Bo\"', conversation.k: '5' }", read).chat(
        GO
        + "- bot: Mail?\n- user: a@b.example\n- user: refund me please\n- bot: Bo 5\n- user: track my order\n- bot: Mail?"
    )


def test_if_takes_then_and_else_or_cases() -> None:
    """3.21 `if`: `then`, `else`; or `cases:` a list of {if, then} with `else`"""
    bot("- { if: 1 > 2, then: { say: a }, else: { say: b } }\n- { if: 1 < 2, then: { say: c } }").chat(
        GO + "- bot: b\n- bot: c"
    )
    cases = "- cases: [{ if: 'false', then: { say: a } }, { if: 'true', then: { say: b } }, { if: 'true', then: { say: c } }]"
    bot(cases).chat(GO + "- bot: b")
    bot("- cases: [{ if: 'false', then: { say: a } }, { else: { say: z } }]").chat(GO + "- bot: z")
    bot("- { cases: [{ if: 'false', then: { say: a } }], else: { say: z } }").chat(GO + "- bot: z")


def test_fetch_sends_query_json_and_headers_and_saves_the_parsed_body() -> None:
    """3.22 `fetch`: HTTP on a named service; `with` (query), `json`, `headers`, `save`, `timeout`, `retry`"""
    shop = bot(
        "- set: { count: '3' }\n- { fetch: POST shop /a, with: { q: 'a b' }, json: { n: '{count}', t: 'n={count}' }, "
        "headers: { X-K: v }, save: r, timeout: 2s, retry: 1 }"
    )
    talk = shop.bench.simulator(Setting(), 1_767_607_200_000, lambda _c, _n: None)
    talk.user("track my order")
    call = talk.scene.call
    assert call is not None
    assert (call.service, call.method, call.path) == ("shop", "POST", "/a?q=a%20b") or (
        call.path,
        dict(call.query),
    ) == ("/a", {"q": "a b"})
    assert call.json == {"n": 3, "t": "n=3"}
    assert dict(call.headers) == {"X-K": "v"}
    assert call.retries == 1


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("{ status: 404 }", "Missing."),
        ("{ status: 500 }", "Other."),
        ("{ timeout: true }", "Slow."),
        ("{ error: connection }", "Other."),
        ("{ json: 1 }", "Fine."),
    ],
)
def test_if_error_branches_by_status_timeout_and_other(reply: str, said: str) -> None:
    """3.23 `fetch`: `if_error` by status, `timeout`, `other`"""
    bot("""
        - fetch: GET shop /a
          save: a
          if_error:
            404: [{ say: Missing. }, { end: x }]
            timeout: [{ say: Slow. }, { end: x }]
            other: [{ say: Other. }, { end: x }]
        - say: Fine.
    """).chat(f"{GO}- bot: {said}", mock=f"GET shop /a: {reply}")


def test_call_passes_values_in_and_out_and_comes_back() -> None:
    """3.24 `call`: another flow, `with:` in, `save:` out; comes back"""
    callee = (
        "flow: double\nslots: { n: integer }\nreturns: [twice]\nsteps: [{ ask: n, say: N? }, { set: { twice: n * 2 } }]"
    )
    bot("- { call: double, with: { n: 1 + 2 }, save: { out: twice } }\n- say: '{out}'", callee).chat(GO + "- bot: '6'")
    bot("- { call: double, save: { out: twice } }\n- say: '{out}'", callee).chat(
        GO + "- bot: N?\n- user: 4\n- bot: '8'"
    )


def test_goto_goes_to_the_step_of_that_id_in_the_same_flow() -> None:
    """3.25 `goto`: a step with that `id:` in the same flow"""
    bot("- { if: 1 < 2, then: { goto: z } }\n- { id: y, say: never }\n- { id: z, say: Z }").chat(GO + "- bot: Z")
    assert "CB208" in found("- goto: nowhere")


def test_again_clears_a_slot_asks_again_and_costs_a_try() -> None:
    """3.26 `again`: clears a slot and asks again; costs a try, so it cannot run for ever"""
    bot(
        "- { ask: email, say: Mail?, tries: 3, if_failed: { say: Enough. } }\n- { if: email == 'x@b.example', then: { again: email } }\n- say: End"
    ).chat("""
        - user: track my order
        - bot: Mail?
        - user: x@b.example
        - bot: Mail?
        - user: x@b.example
        - bot: Mail?
        - user: x@b.example
        - bot: Enough.
    """)


def test_tag_labels_the_conversation() -> None:
    """3.27 `tag`: labels the conversation, records a goal or an analytics event"""
    bot("- tag: [late, vip]\n- tag: { goal: ordered, value: '5' }\n- tag: { event: seen }").chat(
        GO + "- expect: { tags: [late, vip] }"
    )


def test_handoff_ends_the_flow() -> None:
    """3.28 `handoff`: queue, priority, skills, note. Ends the flow"""
    bot("- { handoff: orders, priority: urgent, skills: [refunds], note: 'Of {contact.id}' }").chat(
        GO + "- bot: I am passing*\n- expect: { handoff: orders, priority: urgent, note: Of customer, flow: null }"
    )


def test_handoff_with_then_runs_on_when_it_comes_back_within_thirty_minutes() -> None:
    """3.29 unless `then:` follows: that runs when the conversation comes back to the bot within 30 minutes"""
    shop = bot("- { handoff: orders, then: { say: Welcome back. } }")
    shop.chat(GO + "- bot: I am*\n- agent: { claim: ana }\n- after: 20m\n- agent: back_to_bot\n- bot: Welcome back.")
    shop.chat(
        GO + "- bot: I am*\n- agent: { claim: ana }\n- after: 31m\n- agent: back_to_bot\n- expect: { flow: null }"
    )


def test_if_closed_runs_outside_hours_and_when_the_queue_is_full() -> None:
    """3.30 `handoff`: `if_closed` (outside hours, or full)"""
    bot("- { handoff: office, if_closed: { say: Closed. } }").chat(
        GO + "- bot: Closed.\n- expect: { handoff: null }", now="2026-01-04 10:00"
    )
    full = BOT.replace("queues:\n", "queues:\n  tiny: { max_waiting: 0 }\n")
    bot("- { handoff: tiny, if_closed: { say: Full. } }", bot=full).chat(GO + "- bot: Full.")


def test_end_ends_the_flow_with_a_named_outcome() -> None:
    """3.31 `end`: ends the flow with a named outcome; 7: `end` is optional and ends that frame only"""
    bot("- end: early\n").chat(GO + "- expect: { ended: early, flow: null }")
    bot("- { call: inner }\n- say: Outer", "flow: inner\nsteps: [{ say: Inner }, { end: here }]").chat(
        GO + "- bot: Inner\n- bot: Outer"
    )


def test_only_limits_a_step_or_a_variant_to_channel_kinds() -> None:
    """3.32 `only: [whatsapp, telegram]` on a step or a variant limits it to those channel kinds"""
    shop = bot(
        "- { say: For chat., only: [webchat] }\n- { say: For others., only: [whatsapp, telegram] }\n- say: [{ text: Chat variant., only: [webchat] }, { text: Other variant., only: [messenger] }]"
    )
    shop.chat(GO + "- bot: For chat.\n- bot: Chat variant.")
    shop.chat(GO + "- bot: For others.", scene="{ channel: telegram }")


SYSTEM = [
    ("greeting", "- user: blorp fizzle"), ("cancel", "- user: cancel"), ("fallback", "- user: when are you open\n- bot: We open*\n- user: blorp fizzle"),
    ("error", "- user: refund me please"), ("closed", "- user: track my order"), ("handoff", "- user: agent"), ("opt_out", "- user: unsubscribe"),
    ("delete_data", "- user: delete my data"), ("emergency", "- user: i want to kill myself"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "moves"), SYSTEM, ids=[name for name, _ in SYSTEM])
def test_a_flow_of_a_system_flows_name_overrides_it(name: str, moves: str) -> None:
    """3.33 System flows ship ready; a flow of that name in the project overrides one"""
    broken = "flow: b\ntitle: B\nstart: { intent: refund }\nsteps: [{ set: { n: 1 / 0 } }]"
    shop = bot("- handoff: office", broken, HOURS, f"flow: system.{name}\nsteps: [{{ say: Own {name}. }}]")
    played = shop.play(f"{moves}\n- bot: Own {name}.", now="2026-01-04 10:00")
    assert played.difference is None or "said more" in played.difference.message, played.difference


# --- corrections, several intents: what section 3's `confirm` and section 4 promise ---------------------------


def test_a_cue_corrects_an_earlier_answer_and_keeps_later_ones() -> None:
    """3.34 4 Correction: goes back to that slot's earliest `ask`, keeps later answers and runs forward"""
    bot(
        "- { ask: order_number, say: Number? }\n- { ask: email, say: Mail? }\n- { ask: count, say: N? }\n- say: '{order_number} {email} {count}'"
    ).chat("""
        - user: track my order
        - bot: Number?
        - user: AB-111111
        - bot: Mail?
        - user: a@b.example
        - bot: N?
        - user: actually, the number is AB-222222
        - bot: N?
        - user: 4
        - bot: AB-222222 a@b.example 4
    """)


def test_a_message_that_is_nothing_but_a_new_value_corrects_a_typed_slot() -> None:
    """3.35 4 Correction: or a message that is nothing but a new value of a typed slot"""
    bot("- { ask: order_number, say: Number? }\n- { ask: email, say: Mail? }\n- say: '{order_number} {email}'").chat("""
        - user: track my order
        - bot: Number?
        - user: AB-111111
        - bot: Mail?
        - user: AB-222222
        - bot: Mail?
        - user: a@b.example
        - bot: AB-222222 a@b.example
    """)


def test_a_correction_clears_what_was_computed_after_it() -> None:
    """3.36 4 Correction: clears what was computed (set, fetch, run) after it"""
    bot("- { ask: order_number, say: Number? }\n- { fetch: 'GET shop /{order_number}', save: o }\n- set: { up: 'upper(o)' }\n- { ask: email, say: 'Mail for {up}?' }\n- say: End").chat(
        """
        - user: track my order
        - bot: Number?
        - user: AB-111111
        - bot: Mail for ONE?
        - user: no, I meant AB-222222
        - bot: Mail for TWO?
    """, mock="GET shop /AB-111111: { json: one }\nGET shop /AB-222222: { json: two }")  # fmt: skip


@pytest.mark.parametrize("step", ["{ fetch: POST shop /o, save: r }", "{ consent: news, action: record }"])
def test_a_correction_never_crosses_what_cannot_be_undone_and_offers_a_person(step: str) -> None:
    """3.37 4 Correction: never crosses a completed non-GET fetch, `run`, `consent` or `handoff`: says so, offers a person"""
    bot(
        f"- {{ ask: order_number, say: Number? }}\n- {step}\n- {{ ask: email, say: Mail? }}\n- say: '{{order_number}} {{email}}'"
    ).chat(
        """
        - user: track my order
        - bot: Number?
        - user: AB-111111
        - bot: Mail?
        - user: no, I meant AB-222222
        - bot: '*person*'
        - bot: Mail?
        - user: a@b.example
        - bot: AB-111111 a@b.example
    """,
        mock="POST shop /o: { json: {} }",
    )


def test_a_clear_intent_without_a_cue_is_a_digression() -> None:
    """3.38 4 Correction: a clear intent without a cue is a digression"""
    bot("- { ask: order_number, say: Number? }\n- { ask: email, say: Mail? }\n- say: '{order_number}'", HOURS).chat("""
        - user: track my order
        - bot: Number?
        - user: AB-111111
        - bot: Mail?
        - user: when are you open
        - bot: We open at nine.
        - bot: Mail?
    """)


def test_expressions_know_their_root_names_at_load() -> None:
    """3.39 Root names are checked at load (slots, saved results, contact, conversation, channel, message, now)"""
    assert "CB209" in found("- { if: nobody == 1, then: { say: x } }")
    bot("- set: { a: message, b: channel, c: contact.id, d: conversation.k }\n- say: '{a} {b} {c}'").chat(
        GO + "- bot: track my order webchat customer"
    )


def test_a_text_that_may_be_unset_on_some_path_is_a_warning() -> None:
    """3.40 a `{name}` that may be unset on some path is a warning of `check` and prints nothing at run time"""
    steps = "- { if: 1 > 2, then: { set: { x: '1' } } }\n- say: 'Value <{x}>'"
    assert "CB308" in found(steps)
    bot(steps).chat(GO + "- bot: Value <>")


def test_a_side_flow_may_be_of_any_kind(  # the two kinds side by side
) -> None:
    """3.41 steps of one flow are never those of another: a digression leaves the slots of the flow beneath alone"""
    bot(
        "- { ask: count, say: N? }\n- { ask: email, say: Mail? }\n- say: '{count} {email}'",
        REFUND,
        HOURS,
        intents__main=INTENTS,
    ).chat("""
        - user: track my order
        - bot: N?
        - user: 5
        - bot: Mail?
        - user: when are you open
        - bot: We open at nine.
        - bot: Mail?
        - user: a@b.example
        - bot: 5 a@b.example
    """)

"""Section 4 of the contract: what happens to one message, with a question open and with none."""

from __future__ import annotations

import pytest

from chatbot.testing.models import Setting
from chatbot.types import CallAnswer
from tests.conformance.kit import BOT, HOURS, INTENTS, REFUND, bot, found

ASK_NUMBER = "- { ask: order_number, say: Number?, if_invalid: Not a number. }\n- say: 'Got {order_number}.'"
ASK_STORY = "- { ask: story, say: What happened? }\n- say: 'Got {story}.'"
ASK_MAIL = "- { ask: email, say: Mail?, if_invalid: Not a mail. }\n- say: 'Got {email}.'"


# --- while a question is open -------------------------------------------------------------------------------


def test_a_command_comes_before_everything_even_a_free_text_answer() -> None:
    """4.1 While a question is open, first match wins: 1. a command"""
    bot(ASK_STORY).chat("""
        - user: track my order
        - bot: What happened?
        - user: cancel
        - bot: OK, I stopped that.
        - expect: { flow: null }
    """)


@pytest.mark.parametrize("answer", ["Blue", "blue", "2", "bleu"])
def test_an_option_is_taken_by_button_title_number_or_near_miss(answer: str) -> None:
    """4.2 2. a button, quick reply, number, title or near miss of this question's options"""
    bot("- { choose: color, say: Color?, options: [{ title: Red }, { title: Blue }] }\n- say: 'Got {color}.'").chat(f"""
        - user: track my order
        - bot: Color?
        - user: {answer}
        - bot: Got Blue.
    """)


def test_a_press_of_an_option_is_its_answer() -> None:
    """4.3 2. a button, quick reply [...] of this question's options"""
    bot("- { choose: color, say: Color?, options: [{ title: Red }, { title: Blue }] }\n- say: 'Got {color}.'").chat("""
        - user: track my order
        - bot: Color?
        - button: Red
        - bot: Got Red.
    """)


def test_a_value_of_a_typed_slot_beats_an_option_number() -> None:
    """4.4 a value of a typed slot beats an option number"""
    bot("- { ask: count, say: How many?, suggest: ['10', '20', '30'] }\n- say: 'Got {count}.'").chat("""
        - user: track my order
        - bot: How many?
        - user: 2
        - bot: Got 2.
    """)


def test_typed_slots_win_over_intents() -> None:
    """4.5 the slot's own parser and check (typed slots win over intents)"""
    bot("- { ask: order_number, say: Number? }\n- say: 'Got {order_number}.'", HOURS).chat("""
        - user: track my order
        - bot: Number?
        - user: it is AB-123456, and when are you open
        - bot: Got AB-123456.
    """)


def test_free_text_slots_lose_to_a_clear_intent() -> None:
    """4.6 free-text slots lose to a *clear* intent"""
    bot(ASK_STORY, HOURS).chat("""
        - user: track my order
        - bot: What happened?
        - user: when are you open
        - bot: We open at nine.
        - bot: What happened?
        - user: the box was wet
        - bot: Got the box was wet.
    """)


def test_a_text_that_is_no_clear_intent_is_the_free_text_answer() -> None:
    """4.7 free-text slots lose to a *clear* intent (and to nothing less)"""
    bot(ASK_STORY, HOURS).chat("""
        - user: track my order
        - bot: What happened?
        - user: they told me you close when the parcel is late
        - bot: Got they told me you close when the parcel is late.
    """)


def test_a_clear_intent_is_a_digression_and_costs_no_try() -> None:
    """4.8 4. a clear intent: digress, then come back; 5. an invalid answer: only this costs a try"""
    bot(
        "- { ask: email, say: Mail?, tries: 2, if_invalid: Not a mail., if_failed: { say: Enough. } }\n- say: End",
        HOURS,
    ).chat("""
        - user: track my order
        - bot: Mail?
        - user: when are you open
        - bot: We open at nine.
        - bot: Mail?
        - user: when are you open
        - bot: We open at nine.
        - bot: Mail?
        - user: nonsense
        - bot: Not a mail.
        - user: nonsense again
        - bot: Enough.
    """)


# --- with no question open ----------------------------------------------------------------------------------


def test_a_button_starts_the_flow_that_lists_its_payload() -> None:
    """4.9 With no question open: command; button"""
    bot("flow: a\nstart: [{ button: START_A }]\nsteps: [{ say: A here. }]").chat("""
        - button: START_A
        - bot: A here.
    """)


def test_an_event_starts_the_flow_that_waits_for_it() -> None:
    """4.10 With no question open: [...] referral or event"""
    bot("flow: a\nstart: [{ event: paid }]\nsteps: [{ say: 'Thanks for {event.amount}.' }]").chat("""
        - event: { name: paid, with: { amount: 5 } }
        - bot: Thanks for 5.
    """)


def test_a_clear_intent_starts_its_flow() -> None:
    """4.11 intent (clear -> start it)"""
    bot(HOURS).chat("""
        - user: when are you open
        - bot: We open at nine.
        - expect: { flow: null }
    """)


def test_two_clear_clauses_the_first_starts_and_the_second_is_offered_when_it_ends() -> None:
    """4.12 two clauses that are clear on their own -> the first starts, the second is offered when it ends"""
    bot(ASK_MAIL, HOURS).chat("""
        - user: track my order and when are you open
        - bot: Mail?
        - user: a@b.example
        - bot: Got a@b.example.
        - bot: You also asked about this*Opening hours*
        - user: yes
        - bot: We open at nine.
    """)


def test_a_close_race_is_clarified_with_titles_and_something_else() -> None:
    """4.13 a close race -> `system.clarify` with titles as buttons, three at most plus "something else" """
    intents = INTENTS + (
        "  cancel_order: { title: Cancel an order, say: [cancel my yearly plan, cancel the yearly plan, end my yearly plan] }\n"
        "  change_order: { title: Change an order, say: [cancel my monthly plan, cancel the monthly plan, end my monthly plan] }\n"
    )
    flows = (
        "flow: a\ntitle: A\nstart: { intent: cancel_order }\nsteps: [{ say: Canceled. }]",
        "flow: b\ntitle: B\nstart: { intent: change_order }\nsteps: [{ say: Changed. }]",
    )
    bot(*flows, intents__main=intents).chat("""
        - user: end my plan
        - bot: Which of these did you mean?
        - expect: { buttons: [Cancel an order, Change an order, Something else] }
        - user: Change an order
        - bot: Changed.
    """)


def test_the_fallback_ladder_goes_from_rephrase_to_menu_to_a_person() -> None:
    """4.14 nothing -> fallback ladder rephrase -> menu -> person"""
    bot(HOURS).chat("""
        - user: when are you open
        - bot: We open at nine.
        - user: blorp fizzle
        - bot: Sorry, I did not understand*
        - user: blorp fizzle
        - bot: I am still not sure*
        - expect: { buttons: [Opening hours, Talk to a person] }
        - user: blorp fizzle
        - expect: { handoff: default }
    """)


def test_any_success_resets_the_ladder() -> None:
    """4.15 any success resets it"""
    bot(HOURS).chat("""
        - user: when are you open
        - bot: We open at nine.
        - user: blorp fizzle
        - bot: Sorry, I did not understand*
        - user: when are you open
        - bot: We open at nine.
        - user: blorp fizzle
        - bot: Sorry, I did not understand*
    """)


def test_the_first_message_gets_the_disclosure_line_then_its_answer() -> None:
    """4.16 A contact's first message gets the disclosure line, then its answer"""
    bot(HOURS).chat("""
        - user: when are you open
        - bot: I am a bot.
        - bot: We open at nine.
        - user: when are you open
        - bot: We open at nine.
    """)


def test_the_greeting_comes_only_when_nothing_else_fits() -> None:
    """4.17 `system.greeting` only when nothing else fits"""
    bot(HOURS).chat("""
        - user: blorp fizzle
        - bot: I am a bot.
        - bot: What can I do for you?
        - expect: { buttons: [Opening hours, Talk to a person] }
    """)


# --- digression ---------------------------------------------------------------------------------------------


def test_a_side_flow_that_asked_nothing_answers_and_the_question_is_repeated() -> None:
    """4.18 Digression: a side flow that asked nothing simply answers, then the open question is repeated"""
    bot(ASK_MAIL, HOURS).chat("""
        - user: track my order
        - bot: Mail?
        - user: when are you open
        - bot: We open at nine.
        - bot: Mail?
        - expect: { flow: main, step: email }
    """)


DIGRESSED = """
    - user: track my order
    - bot: Mail?
    - user: refund me please
    - bot: Why?
    - user: it broke
    - bot: Noted it broke.
"""


@pytest.mark.parametrize(
    "rest",
    [
        "- user: yes\n    - bot: Mail?\n    - user: a@b.example\n    - bot: Got a@b.example.",
        "- user: no\n    - bot: OK, I left it.\n    - expect: { flow: null }",
        "- user: a@b.example\n    - bot: Got a@b.example.\n    - expect: { flow: null }",
    ],
    ids=["yes repeats the question", "no drops the frame", "an answer counts as yes"],
)
def test_a_side_flow_that_asked_something_ends_with_the_offer_to_resume(rest: str) -> None:
    """4.19 one that asked something ends with the offer of `resume`: yes repeats, no drops, an answer counts as yes"""
    bot(ASK_MAIL, REFUND).chat(f"""{DIGRESSED}    - bot: Shall we go on with this*Your order*\n    {rest}\n""")


def test_resume_always_comes_back_unasked_and_never_does_not_come_back() -> None:
    """4.20 digress, then come back as `resume` says (ask | always | never)"""
    always = bot(ASK_MAIL, REFUND, bot=BOT + "defaults: { resume: always }\n")
    always.chat(DIGRESSED + "    - bot: Mail?\n    - expect: { flow: main }\n")
    never = bot(ASK_MAIL, REFUND, bot=BOT + "defaults: { resume: never }\n")
    never.chat(DIGRESSED + "    - expect: { flow: null }\n")


def test_silence_timers_pause_meanwhile() -> None:
    """4.21 Silence timers pause meanwhile"""
    bot("- { ask: email, say: Mail?, if_silent: { after: 10m, say: Still there? } }", REFUND).chat("""
        - user: track my order
        - bot: Mail?
        - user: refund me please
        - bot: Why?
        - after: 15m
        - user: it broke
        - bot: Noted it broke.
        - bot: Shall we go on*
        - user: yes
        - bot: Mail?
        - after: 10m
        - bot: Still there?
    """)


def test_the_running_flows_own_intent_asks_again_without_costing_a_try() -> None:
    """4.22 The running flow's own intent re-asks without costing a try"""
    bot("- { ask: email, say: Mail?, tries: 1, if_failed: { say: Enough. } }\n- say: Got it").chat("""
        - user: track my order
        - bot: Mail?
        - user: track my order
        - bot: Mail?
        - user: track my order
        - bot: Mail?
        - user: nonsense
        - bot: Enough.
    """)


# --- stack --------------------------------------------------------------------------------------------------


def asking(name: str, intent: str) -> str:
    return (
        f"flow: {name}\ntitle: Title {name}\nstart: {{ intent: {intent} }}\nslots: {{ m_{name}: email }}\n"
        f"steps: [{{ ask: m_{name}, say: 'Mail {name}?' }}, {{ say: 'Done {name} {{m_{name}}}.' }}]"
    )


FOUR = (
    asking("a", "order_status"), asking("b", "refund"), asking("c", "opening_hours"), asking("d", "discount"),
)  # fmt: skip
DISCOUNT = INTENTS + "  discount: { title: Discounts, say: [got any discount codes, coupon please, voucher codes] }\n"


def test_the_oldest_frame_falls_out_of_a_full_stack() -> None:
    """4.23 Stack: flows interrupt one another as frames, `depth` at most (the oldest falls out)"""
    bot(*FOUR, intents__main=DISCOUNT, bot=BOT + "defaults: { resume: always }\n").chat("""
        - user: track my order
        - bot: Mail a?
        - user: refund me please
        - bot: Mail b?
        - user: when are you open
        - bot: Mail c?
        - user: got any discount codes
        - bot: Mail d?
        - user: d@b.example
        - bot: Done d*
        - bot: Mail c?
        - user: c@b.example
        - bot: Done c*
        - bot: Mail b?
        - user: b@b.example
        - bot: Done b*
        - expect: { flow: null }
    """)


def test_a_flow_on_the_stack_comes_to_the_top_with_its_slots_instead_of_starting_twice() -> None:
    """4.24 a flow that is already on the stack comes to the top, slots kept, instead of starting twice"""
    bot("- { ask: email, say: Mail? }\n- { ask: count, say: How many? }\n- say: '{count} to {email}.'", REFUND).chat("""
        - user: track my order
        - bot: Mail?
        - user: a@b.example
        - bot: How many?
        - user: refund me please
        - bot: Why?
        - user: track my order
        - bot: How many?
        - user: 3
        - bot: 3 to a@b.example.
        - bot: Shall we go on with this*Your refund*
        - user: no
        - bot: OK, I left it.
        - expect: { flow: null }
    """)


def test_calls_go_twenty_deep_and_recursion_is_allowed() -> None:
    """4.25 `call` is separate: depth 20, recursion allowed"""
    down = """
        flow: down
        slots: { n: integer }
        steps:
          - { ask: n, say: N? }
          - if: n > 0
            then: { call: down, with: { n: n - 1 } }
          - say: "{n}"
    """
    start = "- { call: down, with: { n: %s } }\n- say: End"
    bot(start % 3, down).chat("- user: track my order\n" + "".join(f"- bot: '{n}'\n" for n in range(4)) + "- bot: End")
    bot(start % 30, down).chat(
        "- user: track my order\n- bot: Sorry, something went wrong*\n- expect: { handoff: default }"
    )


# --- the rest -----------------------------------------------------------------------------------------------


def test_two_hundred_steps_a_turn_then_the_error_flow() -> None:
    """4.26 Loops: 200 steps a turn, then `system.error`"""
    many = "\n".join("- set: { n: 1 }" for _ in range(250))
    bot(many).chat("- user: track my order\n- bot: Sorry, something went wrong*\n- expect: { handoff: default }")
    enough = "\n".join("- set: { n: 1 }" for _ in range(150))
    bot(enough + "\n- say: End").chat("- user: track my order\n- bot: End")


def test_an_expression_that_fails_goes_to_the_error_flow_and_a_person() -> None:
    """4.27 Errors: an expression [...] that fails goes to its outcome, else `system.error`, then a person"""
    bot("- set: { n: 1 / 0 }\n- say: never").chat("""
        - user: track my order
        - bot: Sorry, something went wrong on our side.
        - expect: { handoff: default }
    """)


def test_a_fetch_that_fails_without_an_outcome_goes_to_the_error_flow_and_a_person() -> None:
    """4.28 Errors: [...] a fetch that fails goes to its outcome, else `system.error`, then a person"""
    bot("- { fetch: GET shop /a, save: a }\n- say: never").chat(
        "- user: track my order\n- bot: Sorry, something went wrong*\n- expect: { handoff: default }",
        mock="GET shop /a: { status: 404 }",
    )


def test_a_cycle_without_a_question_is_a_check_error_and_a_fetch_does_not_break_one() -> None:
    """4.29 a cycle with no question or wait in it is a check error; a fetch does not break one"""
    assert "CB302" in found("- { id: top, say: x }\n- goto: top")
    assert "CB302" in found("- { id: top, fetch: GET shop /a, save: a }\n- goto: top")
    assert "CB302" not in found("- { id: top, confirm: Again?, if_no: { end: no } }\n- goto: top")
    assert "CB302" not in found("- { id: top, say: x }\n- wait: 10m\n- goto: top")
    assert "CB302" in found("flow: a\nstart: { intent: refund }\nsteps: [{ say: x }, { call: a }]")


def test_the_customer_in_the_queue_is_acknowledged_once_and_may_cancel() -> None:
    """4.30 Queued: the bot answers commands, acknowledges once with the place in the queue; nothing else"""
    bot("- handoff: orders", HOURS).chat("""
        - user: track my order
        - bot: I am passing you to a person*
        - user: when are you open
        - user: hello?
        - user: cancel
        - bot: You are no longer waiting*
        - expect: { handoff: null }
        - user: when are you open
        - bot: We open at nine.
    """)


def test_a_person_in_control_is_never_talked_over() -> None:
    """4.31 A person in control: the engine does not run; only emergency, opt_out and delete_data are seen"""
    bot("- handoff: orders", HOURS).chat("""
        - user: track my order
        - bot: I am passing*
        - agent: { claim: ana }
        - user: when are you open
        - user: cancel
        - user: agent
        - user: unsubscribe
        - bot: You will get no more messages*
        - agent: back_to_bot
        - user: when are you open
        - bot: We open at nine.
    """)


def test_timers_that_fall_due_under_a_person_change_nothing() -> None:
    """4.32 Answers and timers that arrive meanwhile are recorded and change nothing"""
    bot(
        "- { remind: shipped, after: 10m }\n- handoff: orders",
        "flow: s\nstart: { event: shipped }\nsteps: [{ say: Shipped! }]",
    ).chat("""
        - user: track my order
        - bot: I am passing*
        - agent: { claim: ana }
        - after: 30m
        - expect: { flow: null }
    """)


def test_a_silence_timer_belongs_to_one_visit_and_a_message_cancels_it() -> None:
    """4.33 Silence belongs to one visit of one question and only a customer message cancels it"""
    bot(
        "- { ask: email, say: Mail?, if_invalid: Not a mail., if_silent: { after: 10m, say: Still there? } }\n"
        "- { ask: count, say: How many?, if_silent: { after: 20m, say: Hello? } }"
    ).chat("""
        - user: track my order
        - bot: Mail?
        - after: 9m
        - user: a@b.example
        - bot: How many?
        - after: 11m
        - after: 9m
        - bot: Hello?
    """)


def test_a_refused_send_goes_to_the_steps_if_not_sent() -> None:
    """4.34 Refused sends (window, consent, blocked) are events: the step's `if_not_sent`, else `system.not_sent`"""
    bot("- { say: Hello, if_not_sent: { set: { conversation.lost: '1' } } }\n- { ask: email, say: Mail? }").chat("""
        - user: track my order
        - bot: Hello
        - bot: Mail?
        - refused: blocked
        - expect: { not_sent: blocked }
    """)
    bot("- { say: Hello, if_not_sent: { tag: unreached } }").chat("""
        - user: track my order
        - bot: Hello
        - refused: window
        - expect: { not_sent: window, tags: [unreached] }
    """)
    own = "flow: system.not_sent\nsteps: [{ tag: lost }]"
    bot("- say: Hello", own).chat("""
        - user: track my order
        - bot: Hello
        - refused: blocked
        - expect: { tags: [lost] }
    """)


def test_messages_wait_their_turn_while_a_call_runs_and_commands_overtake() -> None:
    """4.35 Waiting for a call: later messages wait their turn until the answer; commands overtake and cancel it"""
    shop = bot(
        "- { fetch: GET shop /a, save: a }\n- { ask: story, say: 'Got {a}. Why?' }\n- say: 'Noted {story}.'", HOURS
    )

    def said(talk: object) -> list[str]:
        return [line.message.text for line in talk.lines]  # type: ignore[attr-defined]

    talk = shop.bench.simulator(Setting(), 1_767_607_200_000, lambda _call, _attempt: None)
    talk.user("track my order")
    assert said(talk.user("because it is late")) == []
    assert talk.scene.call is not None
    assert said(talk.answer(CallAnswer(talk.scene.call.id, 200, body="A"))) == [
        "Got A. Why?",
        "Noted because it is late.",
    ]

    talk = shop.bench.simulator(Setting(), 1_767_607_200_000, lambda _call, _attempt: None)
    talk.user("track my order")
    assert said(talk.user("cancel")) == ["OK, I stopped that."]
    assert talk.scene.call is None


def test_the_deadline_of_a_call_is_a_failure_like_any_other() -> None:
    """4.36 later messages wait their turn until the answer or the deadline"""
    bot("- { fetch: GET shop /a, save: a, if_error: { timeout: { say: Too slow. } } }\n- say: End").chat(
        "- user: track my order\n- bot: Too slow.\n- bot: End", mock="GET shop /a: { timeout: true }"
    )


def test_a_prefilled_slot_is_checked_and_an_invalid_one_dropped_without_a_try() -> None:
    """4.37 Pre-filled slots are checked exactly as answered ones; an invalid one is dropped without costing a try"""
    steps = "- { ask: order_number, say: Number?, check: 'not starts_with(order_number, \"ZZ\")', tries: 1, if_failed: { say: Enough. } }\n- say: 'Got {order_number}.'"
    bot(steps).chat("""
        - user: where is my order AB-123456
        - bot: Got AB-123456.
    """)
    bot(steps).chat("""
        - user: where is my order ZZ-123456
        - bot: Number?
        - user: AB-123456
        - bot: Got AB-123456.
    """)

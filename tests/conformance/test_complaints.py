"""What the users of other systems complain about (facts/flow-anchors.md, section 3): none of it can happen here.

Complaints about processes, sockets or stores are named in `elsewhere.py` with the test that holds them.
"""

from __future__ import annotations

import time

import pytest

from chatbot.content.load import load_texts
from tests.conformance.kit import BOT, HOURS, INTENTS, REFUND, bot, files, found, messages

GO = "- user: track my order\n"
FORM = "- form: [{ ask: count, say: N?, if_invalid: No number. }, { ask: email, say: Mail? }]\n- say: '{count} {email}'"


def test_after_an_interruption_a_form_asks_once() -> None:
    """C.1 after a form interruption the bot re-asks / asks twice"""
    bot(FORM, HOURS).chat(
        GO
        + "- bot: N?\n- user: when are you open\n- bot: We open at nine.\n- bot: N?\n- user: 3\n- bot: Mail?\n- user: a@b.example\n- bot: 3 a@b.example"
    )


def test_a_wrong_answer_can_be_given_again_without_code() -> None:
    """C.2 let the user re-enter a wrong answer (told: write a custom action)"""
    bot(FORM).chat(
        GO
        + "- bot: N?\n- user: blorp\n- bot: '*'\n- user: 3\n- bot: Mail?\n- user: actually the count is 4\n- bot: Mail?\n- user: a@b.example\n- bot: 4 a@b.example"
    )


@pytest.mark.parametrize(
    ("said", "answer"),
    [("stop", "OK, I stopped that."), ("agent", "I am passing*"), ("when are you open", "We open at nine.")],
)
def test_a_free_text_slot_does_not_swallow_every_message(said: str, answer: str) -> None:
    """C.3 free-text slot swallows every message, even "stop", unless each intent is listed in not_intent"""
    played = bot("- { ask: story, say: What? }", HOURS).play(f"{GO}- bot: What?\n- user: {said}\n- bot: '{answer}'")
    assert played.difference is None or played.difference.message == "the bot said more than is listed: What?"


@pytest.mark.parametrize(
    "said", ["😀", "שלום", "{count}", "''", "x: y", "<script>", "9999999999999999999999", "-1e999", "NaN", "null"]
)
def test_an_unexpected_answer_does_not_crash_a_form(said: str) -> None:
    """C.4 unexpected answer in a form crashes it"""
    quoted = said.replace("'", "''")
    played = bot(FORM).play(f"{GO}- bot: N?\n- user: '{quoted}'\n- bot: '*'\n- user: a@b.example")
    assert played.difference is None or "crashed" not in played.difference.message
    assert "something went wrong" not in str(played.difference)


@pytest.mark.parametrize(
    ("resume", "then"),
    [("always", "- bot: N?"), ("never", "- expect: { flow: null }"), ("ask", "- bot: Shall we go on*")],
)
def test_whether_to_return_to_the_old_question_is_a_setting(resume: str, then: str) -> None:
    """C.5 opposite wishes: return to the old question after an interruption or not -> must be a setting"""
    bot("- { ask: count, say: N? }", REFUND, bot=BOT + f"defaults: {{ resume: {resume} }}\n").chat(
        f"{GO}- bot: N?\n- user: refund me please\n- bot: Why?\n- user: it broke\n- bot: Noted it broke.\n{then}"
    )


def test_a_side_question_is_no_failed_attempt() -> None:
    """C.6 a side question counts as a failed attempt"""
    bot("- { ask: count, say: N?, tries: 1, if_failed: { say: Enough. } }", HOURS).chat(
        GO + "- bot: N?\n- user: when are you open\n- bot: We open at nine.\n- bot: N?"
    )


def test_an_interruption_works_in_a_called_flow_too() -> None:
    """C.7 interruption silently does nothing in a child dialog"""
    inner = "flow: inner\nslots: { m: email }\nreturns: [m]\nsteps: [{ ask: m, say: Mail? }]"
    bot("- { call: inner, save: { mail: m } }\n- say: 'Got {mail}.'", inner, HOURS).chat(
        GO
        + "- bot: Mail?\n- user: when are you open\n- bot: We open at nine.\n- bot: Mail?\n- user: a@b.example\n- bot: Got a@b.example."
    )
    bot("- { call: inner, save: { mail: m } }\n- say: 'Got {mail}.'", inner, REFUND).chat(
        GO
        + "- bot: Mail?\n- user: refund me please\n- bot: Why?\n- user: it broke\n- bot: Noted it broke.\n- bot: Shall we go on*\n- user: yes\n- bot: Mail?\n"
        "- user: a@b.example\n- bot: Got a@b.example."
    )


def test_customers_never_see_an_id() -> None:
    """C.8 "Did you mean 'nlu_fallback'?" / raw intent names shown to customers"""
    untitled = INTENTS.replace("    title: Opening hours\n", "")
    shop = bot(HOURS.replace("title: Opening hours\n", ""), intents__main=untitled)
    played = shop.play("- user: help\n- bot: '*'\n- expect: { buttons: [] }")
    assert "opening_hours" not in str(played.difference)
    assert "command_" not in str(played.difference)


def test_a_slot_filled_by_the_opening_sentence_is_validated() -> None:
    """C.9 validation skipped when the slot was filled by the opening sentence"""
    bot("- { ask: order_number, say: Number?, check: 'starts_with(order_number, \"AB\")' }").chat(
        "- user: where is my order ZZ-123456\n- bot: Number?"
    )


def test_one_slots_verdict_does_not_leak_into_the_next() -> None:
    """C.10 stale `valid` flag from one slot breaks the next one"""
    bot(
        "- { ask: count, say: N?, if_invalid: No. }\n- { ask: amount, say: A?, if_invalid: No amount. }\n- say: '{count} {amount}'"
    ).chat(
        GO
        + "- bot: N?\n- user: x\n- bot: No.\n- user: 3\n- bot: A?\n- user: x\n- bot: No amount.\n- user: 4\n- bot: 3 4"
    )


def test_asking_again_has_a_limit() -> None:
    """C.11 no limit on re-asking"""
    bot("- { ask: count, say: N?, if_invalid: No. }").chat(
        GO + "- bot: N?\n- user: x\n- bot: No.\n- user: x\n- bot: No.\n- user: x\n- expect: { handoff: default }"
    )


def test_a_command_inside_a_called_flow_returns_rightly() -> None:
    """C.12 return from a command inside a sub-flow fails (single return mark in state, not a stack)"""
    inner = "flow: inner\nslots: { m: email }\nreturns: [m]\nsteps: [{ call: deeper }, { ask: m, say: Mail? }]"
    deeper = "flow: deeper\nslots: { n: integer }\nsteps: [{ ask: n, say: N? }]"
    bot("- { call: inner, save: { mail: m } }\n- say: 'Got {mail}.'", inner, deeper).chat(
        GO
        + "- bot: N?\n- user: help\n- bot: '*'\n- bot: N?\n- user: 3\n- bot: Mail?\n- user: a@b.example\n- bot: Got a@b.example."
    )


def test_a_loop_is_written_with_goto_or_again() -> None:
    """C.13 loop block; computed jump target"""
    bot(
        "- set: { n: 0 }\n- { ask: email, id: top, say: 'Mail {n}?' }\n- set: { n: n + 1 }\n- { if: n < 3, then: { again: email } }\n- say: 'Done {n}.'"
    ).chat(
        GO
        + "- bot: Mail 0?\n- user: a@b.example\n- bot: Mail 1?\n- user: c@d.example\n- bot: Mail 2?\n- user: e@f.example\n- bot: Done 3."
    )


def test_the_same_text_after_a_goto_starts_no_endless_loop() -> None:
    """C.14 infinite loops when the same text re-triggers after goto"""
    bot(
        "- { choose: c, id: top, say: Which?, tries: 3, options: [{ title: Again, then: { goto: top } }, { title: Enough }] }\n- say: End"
    ).chat(GO + "- bot: Which?\n- user: Again\n- bot: Which?\n- user: Enough\n- bot: End")


def test_a_jump_to_nothing_is_found_before_it_runs() -> None:
    """C.15 missing transition or removed flow leaves the user stuck; jump to a deleted block"""
    assert "CB208" in found("- goto: deleted")
    assert "CB202" in found("- call: deleted")
    bot("- say: The end").chat(GO + "- bot: The end\n- expect: { flow: null }")


def test_a_failing_request_has_a_branch_of_its_own() -> None:
    """C.16 error block / notify on error"""
    bot(
        "- { fetch: GET shop /a, save: a, if_error: { other: [{ say: Sorry. }, { handoff: orders, note: shop is down }] } }"
    ).chat(GO + "- bot: Sorry.\n- expect: { handoff: orders, note: shop is down }", mock="GET shop /a: { status: 500 }")


def test_a_request_is_made_once_a_pass() -> None:
    """C.17 HTTP called 3 times at once instead of once per loop; timeouts unclear"""
    bot(
        "- { ask: email, id: top, say: Mail? }\n- { fetch: GET shop /a, save: a }\n- { if: a == 1, then: { again: email } }\n- say: End"
    ).chat(
        GO
        + "- bot: Mail?\n- user: a@b.example\n- bot: Mail?\n- expect: { fetches: 1 }\n- user: a@b.example\n- bot: End\n- expect: { fetches: 2 }",
        mock="GET shop /a: [{ json: 1 }, { json: 2 }]",
    )


def test_a_question_has_a_time_limit_with_its_own_branch() -> None:
    """C.18 per-question timeout with own branch"""
    bot("- { ask: email, say: Mail?, if_silent: { after: 10m, handoff: orders } }").chat(
        GO + "- bot: Mail?\n- after: 10m\n- expect: { handoff: orders }"
    )


def test_no_session_expires_while_the_customer_is_active() -> None:
    """C.19 session "expires" while user is active and drops slots; restarts flow after timeout"""
    bot(
        "- { ask: count, say: N? }\n- { ask: email, say: Mail?, if_invalid: No., tries: 9 }\n- say: '{count} {email}'"
    ).chat(
        GO
        + "- bot: N?\n- after: 29m\n- user: 3\n- bot: Mail?\n- after: 29m\n- user: x\n- bot: No.\n- after: 29m\n- user: a@b.example\n- bot: 3 a@b.example"
    )


def test_business_hours_have_ranges_of_days_and_a_time_zone() -> None:
    """C.20 business hours: weekday ranges + timezone"""
    shop = bot("- if: open('office')\n  then: { say: Open. }\n  else: { say: Closed. }")
    shop.chat(GO + "- bot: Open.", now="2026-01-07 08:05")
    shop.chat(GO + "- bot: Closed.", now="2026-01-07 07:55")
    shop.chat(GO + "- bot: Closed.", now="2026-01-10 10:00")


def test_the_bot_is_quiet_during_a_handoff_and_comes_back_after_it() -> None:
    """C.21 pause/close/reopen; bot keeps replying after handoff; bot never comes back"""
    bot("- handoff: orders", HOURS).chat(
        GO
        + "- bot: I am*\n- agent: { claim: ana }\n- user: when are you open\n- agent: back_to_bot\n- user: when are you open\n- bot: We open at nine."
    )


def test_bad_yaml_is_told_with_its_line_and_never_an_empty_bot() -> None:
    """C.24 bad YAML -> "using empty domain", no line number; train passes, test fails"""
    loaded = load_texts({**files("- say: x"), "intents/bad.yaml": "intents:\n  a:\n    say: [b\n"}, {})
    assert loaded.program is None
    assert [(each.file, each.line > 0) for each in loaded.diagnostics if each.is_error] == [("intents/bad.yaml", True)]


def test_flows_that_start_on_the_same_are_told_in_plain_words() -> None:
    """C.25 "contradicting rules" cryptic; intent must be repeated in the domain; template match scales with names"""
    said = messages(HOURS, HOURS.replace("flow: hours", "flow: hours_two"))
    assert "CB303" in said
    assert "opening_hours" in said
    names = ", ".join(f"n{number}: [customer name{number}]" for number in range(2000))
    intents = INTENTS.replace("entities:\n", f"entities:\n  who: {{ list: {{ {names} }} }}\n").replace(
        "say: [when are you open", "say: ['call {who} now', when are you open"
    )
    shop = bot(HOURS, intents__main=intents)
    shop.chat("- user: when are you open\n- bot: We open at nine.")
    began = time.perf_counter()
    shop.chat("- user: when are you open\n- bot: We open at nine.")
    assert time.perf_counter() - began < 0.5

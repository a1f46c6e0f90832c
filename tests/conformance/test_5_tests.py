"""Section 5 of the contract: conversation tests. A case passes where the contract says so, and fails elsewhere."""

from __future__ import annotations

import pytest

from chatbot.testing.report import failure
from tests.conformance.kit import BOT, HOURS, bot
from tests.testing.bots import FILES, TESTS

ASK = "- { ask: email, say: 'Which mail, please?', if_invalid: Not a mail. }\n- say: 'Thanks, {email}.'"
GO = "- user: track my order\n"
PROMPT = GO + "- bot: Which mail*\n"


def fails(moves: str, *flows: str, mock: str = "", **more: str) -> str:
    played = bot(*(flows or (ASK,)), **more).play(moves, mock=mock)
    assert played.difference is not None, "the case should have failed"
    return played.difference.message


def test_the_example_of_the_contract_plays() -> None:
    """5.1 test, mock, cases: the example"""
    assert "late order, complaint opened" in TESTS
    assert set(FILES) >= {"bot.yaml", "flows/order_status.yaml"}  # tests/testing/test_playing.py plays it


def test_only_the_star_is_special_in_a_bot_line() -> None:
    """5.2 In a `bot:` line only `*` is special; 7: `*` matches anywhere, any text"""
    shop = bot("- say: 'a.b (c) [d] ? + $'")
    shop.chat(GO + "- bot: 'a.b (c) [d] ? + $'")
    shop.chat(GO + "- bot: 'a*[d]*$'")
    shop.chat(GO + "- bot: '*'")
    assert "something else" in fails(GO + "- bot: 'axb*'", "- say: 'a.b (c)'")
    bot('- say: "one\\ntwo"').chat(GO + "- bot: one*two")


def test_slashes_hold_a_regular_expression_that_searches() -> None:
    """5.3 `/.../` is a regular expression; 7: `/re/` searches"""
    bot(ASK).chat(GO + "- bot: /mail, pl.ase/")
    fails(GO + "- bot: /^mail/")


def test_a_list_means_any_of_these() -> None:
    """5.4 a list means any of these (variants)"""
    bot("- say: [one, two]").chat(GO + "- bot: [one, two]")
    fails(GO + "- bot: [three, four]", "- say: [one, two]")


def test_the_disclosure_line_is_implied_on_first_contact() -> None:
    """5.5 the disclosure line is implied on first contact and not listed"""
    bot(HOURS).chat("- user: when are you open\n- bot: We open at nine.")


def test_every_bot_message_must_be_listed_in_order() -> None:
    """5.6 Every bot message must be listed, in order"""
    two = "- say: one\n- say: two"
    bot(two).chat(GO + "- bot: one\n- bot: two")
    assert "said more" in fails(GO + "- bot: one", two)
    fails(GO + "- bot: two\n- bot: one", two)
    assert "did not say" in fails(GO + "- bot: one\n- bot: two\n- bot: three", two)


def test_only_the_handoff_acknowledgement_may_be_left_out_where_a_handoff_is_expected() -> None:
    """5.7 only the handoff acknowledgement may be left out where an `expect: handoff` follows"""
    bot("- handoff: orders").chat(GO + "- expect: { handoff: orders }")
    fails(GO + "- expect: { flow: null }", "- handoff: orders")
    fails(GO + "- expect: { handoff: orders }", "- say: Before.\n- handoff: orders")


def test_the_clock_stands_at_monday_ten_utc_unless_now_sets_it() -> None:
    """5.8 7: fixed clock Monday 2026-01-05 10:00 UTC unless `now:`"""
    shop = bot("- set: { t: now() }\n- say: '{t|datetime}'")
    shop.chat(GO + "- bot: 5 January 2026, 10:00", scene="{ locale: en-GB }")
    shop.chat(GO + "- bot: 1 March 2027, 08:30", scene="{ locale: en-GB }", now="2027-03-01 08:30")


def test_time_passes_by_after_lines() -> None:
    """5.9 virtual clock; `after: 10m`"""
    bot("- { ask: email, say: Mail?, if_silent: { after: 10m, say: Still there? } }").chat(
        GO + "- bot: Mail?\n- after: 10m\n- bot: Still there?"
    )


@pytest.mark.parametrize(
    "moves",
    [
        "- button: START_A\n- bot: A here.",
        "- event: paid\n- bot: Paid.",
        "- user: agent\n- bot: '*'\n- agent: { claim: ana }\n- agent: { say: Hello }\n- agent: back_to_bot\n- button: START_A\n- bot: A here.",
        "- button: ASK_PICTURE\n- bot: Picture?\n- attach: image\n- bot: Thanks.",
    ],
    ids=["button", "event", "agent", "attach"],
)
def test_the_other_moves(moves: str) -> None:
    """5.10 `button: TITLE`, `event: NAME`, `attach: image`, `agent: {claim: ana}`, `agent: {say: ...}`, `agent: back_to_bot`"""
    bot(
        "flow: a\nstart: { button: START_A }\nsteps: [{ say: A here. }]",
        "flow: b\nstart: { event: paid }\nsteps: [{ say: Paid. }]",
        "flow: c\nstart: { button: ASK_PICTURE }\nslots: { p: image }\nsteps: [{ ask: p, say: 'Picture?' }, { say: Thanks. }]",
    ).chat(moves)


def test_as_sets_the_scene() -> None:
    """5.11 `as: {channel: whatsapp, locale: es, contact: {...}}` sets the scene"""
    bot("- say: '{channel} {contact.locale} {contact.first_name} {contact.vip}'").chat(
        GO + "- bot: whatsapp es Ana true",
        scene="{ channel: whatsapp, locale: es, contact: { first_name: Ana, vip: true } }",
    )


def test_expect_may_hold_what_the_contract_lists() -> None:
    """5.12 `expect` may hold flow, step, slots, handoff, priority, ended, tags, consent, fetches, buttons, not_sent"""
    bot(
        "- tag: t\n- { consent: news, action: record }\n- { fetch: GET shop /a, save: a }\n- { ask: count, say: N?, suggest: ['1'] }\n- { end: fine }"
    ).chat(
        GO
        + "- bot: N?\n- expect: { flow: main, step: count, tags: [t], consent: [news], fetches: 1, buttons: ['1'], not_sent: null, ended: null }\n"
        "- user: 1\n- expect: { slots: { count: 1 }, ended: fine, handoff: null, priority: null, flow: null }",
        mock="GET shop /a: { json: 1 }",
    )


def test_expect_is_a_subset_a_list_in_it_is_equal_and_null_means_empty() -> None:
    """5.13 7: `expect` is a subset, a list in it is equal, `null` means must be empty"""
    shop = bot("- tag: [a, b]\n- { ask: count, say: N? }\n- { ask: email, say: Mail? }")
    head = GO + "- bot: N?\n- user: 3\n- bot: Mail?\n"
    shop.chat(head + "- expect: { slots: { count: 3 }, tags: [a, b] }")
    assert "tags" in str(shop.play(head + "- expect: { tags: [a] }").differences)
    assert "slots" in str(shop.play(head + "- expect: { slots: null }").differences)
    assert "slots" in str(shop.play(head + "- expect: { slots: { email: x } }").differences)


def test_ended_is_the_outcome_of_the_flow_that_ended_last() -> None:
    """5.14 7: `ended` is the outcome of the flow that ended last"""
    bot("- { call: inner }\n- end: outer", "flow: inner\nsteps: [{ end: inside }]").chat(
        GO + "- expect: { ended: outer }"
    )


def test_fetches_counts_attempts_since_the_case_began() -> None:
    """5.15 7: `fetches` counts attempts since the case began; a mock may be a list (one per attempt)"""
    services = BOT.replace("retry: 0", "retry: 2")
    shop = bot("- { fetch: GET shop /a, save: a }\n- say: '{a}'", bot=services)
    shop.chat(
        GO + "- bot: OK\n- expect: { fetches: 3 }",
        mock="GET shop /a: [{ status: 503 }, { timeout: true }, { json: OK }]",
    )


@pytest.mark.parametrize(
    ("reply", "said"),
    [("{ timeout: true }", "timeout"), ("{ error: connection }", "other"), ("{ status: 418 }", "other")],
)
def test_a_mock_may_time_out_or_fail_to_connect(reply: str, said: str) -> None:
    """5.16 7: `timeout: true` or `error: connection`"""
    bot("- { fetch: GET shop /a, save: a, if_error: { timeout: { say: timeout }, other: { say: other } } }").chat(
        f"{GO}- bot: {said}", mock=f"GET shop /a: {reply}"
    )


def test_an_unmocked_request_fails_the_case() -> None:
    """5.17 7: an unmocked request fails the case"""
    assert "unmocked request" in fails(
        GO + "- bot: '*'", "- { fetch: GET shop /a, save: a }\n- say: x", mock="GET shop /b: { json: 1 }"
    )


def test_each_case_meets_a_new_contact() -> None:
    """5.18 7: a new contact per case"""
    shop = bot(
        "- set: { contact.nick: '\"Bo\"' }\n- say: x",
        "flow: r\ntitle: R\nstart: { intent: refund }\nsteps: [{ say: '<{contact.nick}>' }]",
    )
    shop.chat(GO + "- bot: x\n- user: refund me please\n- bot: <Bo>")
    shop.chat("- user: refund me please\n- bot: <>")


def test_user_lines_are_as_written() -> None:
    """5.19 7: `user:` is as written"""
    bot("- { ask: story, say: What? }\n- say: '<{story}>'").chat(
        GO + "- bot: What?\n- user: '{story} no 0123'\n- bot: '<{story} no 0123>'"
    )
    bot("- { ask: story, say: What? }\n- say: '<{story}>'").chat(GO + "- bot: What?\n- user: 0123\n- bot: <0123>")


def test_the_channel_is_the_first_of_bot_yaml_else_webchat() -> None:
    """5.20 7: the channel is the first of bot.yaml, else webchat"""
    bot("- say: '{channel}'").chat(GO + "- bot: webchat")
    page = "channels:\n  page: { kind: messenger, page_id: '1', page_token: a, app_secret: b, verify_token: c }\n"
    bot("- say: '{channel}'", bot=BOT.replace("channels:\n", page)).chat(GO + "- bot: messenger")
    bot("- say: '{channel}'", bot=BOT.partition("channels:")[0]).chat(GO + "- bot: webchat")


def test_a_difference_is_shown_as_two_columns_with_its_line() -> None:
    """5.21 A difference prints the turn as a two-column transcript with file:line"""
    shown = failure(bot(ASK).play(GO + "- bot: Something"))
    assert "tests/t.test.yaml:6" in shown
    assert "expected" in shown
    assert "the bot said" in shown
    assert "Which mail, please?" in shown

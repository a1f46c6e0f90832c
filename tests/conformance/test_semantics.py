"""The table of semantics that other systems get wrong (facts/flow-anchors.md, section 4), row by row.

Rows whose proof needs processes, sockets or a database are named in `elsewhere.py` with the test that holds them.
"""

from __future__ import annotations

import time

import pytest

from chatbot.content.load import load_texts
from chatbot.engine.engine import Engine
from chatbot.engine.state import State, decode, encode
from chatbot.testing.models import Setting
from chatbot.types import CallAnswer, Event, Facts
from chatbot.understanding.entities import Entities
from tests.conformance.kit import BOT, HOURS, INTENTS, REFUND, bot, computes, files, found, messages, says

GO = "- user: track my order\n"
NOW = 1_767_607_200_000


def test_a_repeated_start_brings_the_old_frame_to_the_top() -> None:
    """A.1 interruption stack: real stack, default depth 3, same flow never twice; a repeated start brings the old frame to the top"""
    bot("- { ask: email, say: Mail? }\n- say: 'Got {email}.'", REFUND).chat(
        GO
        + "- bot: Mail?\n- user: refund me please\n- bot: Why?\n- user: track my order\n- bot: Mail?\n- user: a@b.example\n"
        "- bot: Got a@b.example.\n- bot: Shall we go on with this*Your refund*"
    )


def test_a_side_question_costs_no_try() -> None:
    """A.2 does a side question cost a try? no; only an answer that was tried against the slot and rejected counts"""
    side = "- user: when are you open\n- bot: We open at nine.\n- bot: Mail?\n"
    bot("- { ask: email, say: Mail?, tries: 2, if_invalid: No., if_failed: { say: Enough. } }", HOURS).chat(
        GO + "- bot: Mail?\n" + side * 4 + "- user: x\n- bot: No.\n" + side * 2 + "- user: x\n- bot: Enough."
    )


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("cancel", "OK, I stopped that."),
        ("Blue", "Got Blue."),
        ("when are you open", "We open at nine."),
        ("blorp", "Hm."),
    ],
    ids=["1 a command", "2-3 an option", "4 a clear intent", "5 an invalid answer"],
)
def test_who_gets_the_message_first_while_a_question_is_open(said: str, answer: str) -> None:
    """A.3 who gets the message first while `ask` is open: commands, button, slot, clear intent, invalid answer"""
    played = bot(
        "- { choose: c, say: Color?, if_invalid: Hm., options: [{ title: Red }, { title: Blue }] }\n- say: 'Got {c}.'",
        HOURS,
    ).play(f"{GO}- bot: Color?\n- user: {said}\n- bot: {answer}")
    assert played.difference is None or played.difference.message == "the bot said more than is listed: Color?"


def test_a_correction_goes_to_the_earliest_ask_and_walks_forward_clearing_what_was_computed() -> None:
    """A.4 correction ("no, AB-222222"): jump to the earliest changed ask, clear every value computed after it"""
    bot("""
        - { ask: order_number, say: Number? }
        - { fetch: "GET shop /{order_number}", save: o }
        - { ask: count, say: "How many of {o}?" }
        - { ask: email, say: Mail? }
        - say: "{o} {count} {email}"
    """).chat(
        GO + "- bot: Number?\n- user: AB-111111\n- bot: How many of one?\n- user: 2\n- bot: Mail?\n"
        "- user: no, AB-222222\n- bot: Mail?\n- user: a@b.example\n- bot: two 2 a@b.example\n- expect: { fetches: 2 }",
        mock="GET shop /AB-111111: { json: one }\nGET shop /AB-222222: { json: two }",
    )


def test_a_slot_filled_on_entry_is_checked() -> None:
    """A.5 filled slot on entry: validate also when it came from the opening sentence"""
    bot(
        "- { ask: order_number, say: Number?, check: 'starts_with(order_number, \"AB\")' }\n- say: 'Got {order_number}.'"
    ).chat("- user: where is my order ZZ-123456\n- bot: Number?")


def test_two_steps_of_one_name_need_an_id() -> None:
    """A.6 step address: flow / verb:name, `id:` only when two clash (lint tells)"""
    assert "CB304" in found("- { ask: count, say: N? }\n- { ask: count, say: Again? }")
    assert "CB304" not in found("- { ask: count, say: N? }\n- { ask: count, id: again, say: Again? }")
    bot("- { say: first }\n- { ask: count, say: N? }").chat(
        GO + "- bot: first\n- bot: N?\n- expect: { step: 'main/ask:count' }"
    )


def test_an_infinite_loop_is_stopped_after_two_hundred_steps_and_found_by_lint() -> None:
    """A.7 infinite loop / recursion: 200 steps per turn and 20 call depth; static lint"""
    assert "CB302" in found("- { id: top, set: { x: 1 } }\n- goto: top")
    endless = "- { id: top, set: { n: 1 } }\n- { ask: count, id: q, say: N?, only: [telegram] }\n- if: 1 < 2\n  then: { goto: top }"
    loaded = load_texts(files(endless), {})
    if loaded.program is not None:
        bot(endless).chat(GO + "- bot: Sorry, something went wrong*\n- expect: { handoff: default }")


def test_a_condition_that_fails_speaks_and_is_never_silently_else() -> None:
    """A.8 condition error: lint all names at load; at run time -> `system.error`, trace, handoff; never silently else"""
    assert "CB209" in found("- if: ordr.late\n  then: { say: a }\n  else: { say: b }")
    bot("- { fetch: GET shop /o, save: o }\n- if: o.days + 1 > 3\n  then: { say: a }\n  else: { say: b }").chat(
        GO + "- bot: Sorry, something went wrong*\n- expect: { handoff: default }",
        mock="GET shop /o: { json: { days: soon } }",
    )


def test_a_timer_is_cancelled_by_the_first_message_and_a_stale_one_is_dropped() -> None:
    """A.9 timers: first message cancels; drop it if the version moved"""
    talk = bot(
        "- { ask: email, say: Mail?, if_invalid: No., if_silent: { after: 10m, say: Still there? } }"
    ).bench.simulator(Setting(), NOW, lambda _c, _n: None)
    talk.user("track my order")
    talk.after(9 * 60_000)
    talk.user("x")
    assert [line.message.text for line in talk.after(9 * 60_000).lines] == []
    assert [line.message.text for line in talk.after(60_000).lines] in ([], ["Still there?"])


def test_two_quick_messages_are_both_handled_in_order() -> None:
    """A.10 two quick messages: FIFO per conversation"""
    bot("- { ask: count, say: N? }\n- { ask: email, say: Mail? }\n- say: '{count} {email}'").chat(
        GO + "- bot: N?\n- user: 5\n- bot: Mail?\n- user: a@b.example\n- bot: 5 a@b.example"
    )


def test_a_late_result_is_dropped() -> None:
    """A.11 late HTTP result: check state version before use, else drop"""
    shop = bot("- { fetch: GET shop /o, save: o }\n- say: 'Got {o}.'", HOURS)
    talk = shop.bench.simulator(Setting(), NOW, lambda _c, _n: None)
    talk.user("track my order")
    call = talk.scene.call
    assert call is not None
    talk.user("cancel")
    program = shop.program
    late = Event("answer", NOW, Facts(1, "site", "webchat", "en"), answer=CallAnswer(call.id, 200, body="late"))
    turn = Engine(program, Entities.build(program.entities)).advance(decode(talk.scene.record.state), late)
    assert not [effect for effect in turn.effects if type(effect).__name__ == "Say"]


def test_during_a_handoff_the_bot_is_silent_until_it_is_given_back() -> None:
    """A.12 message during handoff: bot silent; only `back to bot`, close returns control; then fresh start"""
    bot("- handoff: orders", HOURS).chat(
        GO
        + "- bot: I am*\n- agent: { claim: ana }\n- user: when are you open\n- agent: { say: At nine. }\n- user: thanks\n"
        "- agent: back_to_bot\n- user: when are you open\n- bot: We open at nine."
    )
    bot("- handoff: orders", HOURS).chat(
        GO
        + "- bot: I am*\n- agent: { claim: ana }\n- agent: resolve\n- user: when are you open\n- bot: We open at nine."
    )


def test_hours_are_checked_before_a_promise_and_if_closed_takes_a_message() -> None:
    """A.13 queue closed / full: hours check before promise; `if_closed:` branch takes a message instead"""
    bot("- { handoff: office, if_closed: [{ ask: story, say: 'Closed. Your message?' }, { say: Noted. }] }").chat(
        GO + "- bot: Closed*\n- user: call me please about the lamp\n- bot: Noted.\n- expect: { handoff: null }",
        now="2026-01-04 10:00",
    )
    bot("- handoff: office").chat(
        GO + "- bot: Our team is away*\n- expect: { handoff: office }", now="2026-01-04 10:00"
    )


def test_a_close_race_shows_titles_and_never_ids() -> None:
    """A.14 ambiguity: ask with `title`s as buttons, max 3 + "something else"; never show ids"""
    names = ("yearly", "monthly")
    intents = INTENTS + "".join(
        f"  plan_{name}: {{ title: The {name} one, say: [end my {name} plan, stop the {name} plan of mine, no more {name} plan] }}\n"
        for name in names
    )
    flows = [f"flow: {name}\ntitle: T\nstart: {{ intent: plan_{name} }}\nsteps: [{{ say: OK. }}]" for name in names]
    talk = bot(*flows, intents__main=intents).bench.simulator(Setting(), NOW, lambda _c, _n: None)
    talk.user("stop the plan of mine")
    titles = [button.title for button in talk.scene.offered]
    assert titles[-1] == "Something else"
    assert 2 <= len(titles) - 1 <= 3
    assert all(title.startswith("The ") for title in titles[:-1])


def test_fallback_has_three_rungs_and_resets_on_any_success() -> None:
    """A.15 fallback: 1 rephrase, 2 menu, 3 human; counter resets on any success"""
    talk = bot("- { ask: count, say: N? }\n- say: '{count}'", HOURS).bench.simulator(
        Setting(), NOW, lambda _c, _n: None
    )
    talk.user("when are you open")
    first = [line.message.text for line in talk.user("blorp fizzle").lines]
    second = [line.message.text for line in talk.user("blorp fizzle").lines]
    talk.user("track my order")
    talk.user("3")
    again = [line.message.text for line in talk.user("blorp fizzle").lines]
    assert first == again != second


@pytest.mark.parametrize(
    ("locale", "typed", "value"),
    [("en-US", "1,234.5", "1234.5"), ("de-DE", "1.234,5", "1234.5"), ("en-GB", "٣", "3"), ("en-GB", "１２", "12")],
)
def test_numbers_follow_the_contacts_locale_and_digits_of_any_script(locale: str, typed: str, value: str) -> None:
    """A.16 entity by locale: 1.234,5 vs 1,234.5; Arabic digits; NFKC; keep `raw` and `value`, locale from the contact"""
    bot(
        f"- {{ ask: amount, say: N?, if_invalid: No. }}\n- if: amount == {value}\n  then: {{ say: 'Yes {{amount.raw}}' }}"
    ).chat(f"{GO}- bot: N?\n- user: '{typed}'\n- bot: 'Yes {typed}'", scene=f"{{ locale: {locale} }}")


def test_the_day_or_the_month_first_is_the_contacts_habit() -> None:
    """A.17 entity by locale: 03/04"""
    shop = bot("- { ask: day, say: D? }\n- say: '{day}'")
    shop.chat(GO + "- bot: D?\n- user: 03/04\n- bot: /March/", scene="{ locale: en-US }")
    shop.chat(GO + "- bot: D?\n- user: 03/04\n- bot: /April/", scene="{ locale: en-GB }")


@pytest.mark.parametrize("locale", ["en", "es", "de", "fr"])
def test_yes_and_no_are_understood_in_the_contacts_language(locale: str) -> None:
    """A.18 yes/no: own built-in type per locale; "no, 12345" in a confirm = decline + correction"""
    words = {"en": ("yes", "no"), "es": ("sí", "no"), "de": ("ja", "nein"), "fr": ("oui", "non")}[locale]
    shop = bot(
        "- { confirm: Sure?, if_no: [{ say: N }, { end: n }] }\n- say: Y",
        bot=BOT.replace("[en]", f"[en, {locale}]" if locale != "en" else "[en]"),
    )
    for word, answer in zip(words, "YN", strict=True):
        shop.chat(f"{GO}- bot: '*'\n- user: '{word}'\n- bot: '{answer}'", scene=f"{{ locale: {locale} }}")


@pytest.mark.parametrize(
    "expression",
    ["().__class__", "'a'.format()", "contact.__init__", "[i for i in now]", "open('/etc/passwd').read()", "9 ** 9"],
)
def test_the_expression_sandbox_lets_nothing_out(expression: str) -> None:
    """A.19 expression sandbox: whitelist AST, no calls but listed functions, size caps; never `eval`"""
    codes = set(found(f'- set: {{ r: "{expression}" }}'))
    assert codes & {"CB110", "CB209", "CB214"}, codes


def test_a_value_is_never_rendered_twice() -> None:
    """A.20 template injection: parse template once at load, values are only data, encode by target"""
    bot("- { fetch: GET shop /o, save: o }\n- set: { copy: o }\n- say: '{copy} {o|upper}'").chat(
        GO + "- bot: '{copy} {{7*7}} {COPY} {{7*7}}'", mock="GET shop /o: { json: '{copy} {{7*7}}' }"
    )
    bot("- { ask: story, say: S? }\n- { fetch: 'POST shop /a', json: { t: 'x {story}' }, save: r }\n- say: '{r}'").chat(
        GO + '- bot: S?\n- user: \'","admin":"yes\'\n- bot: OK', mock="POST shop /a: { json: OK }"
    )


def test_a_customer_never_chooses_the_address_of_a_request() -> None:
    """A.21 SSRF / secrets: only named services with fixed base URL; user value only as path segment/query/json"""
    codes = found("- { ask: story, say: S? }\n- { fetch: 'GET {story} /a', save: r }")
    assert any(code.startswith("CB1") or code == "CB204" for code in codes), codes
    assert "CB204" in found("- { fetch: GET nobody /a, save: r }")
    bot("- { ask: story, say: S? }\n- { fetch: 'GET shop /a/{story}', save: r }\n- say: '{r}'").chat(
        GO + "- bot: S?\n- user: ../../admin\n- bot: OK", mock='"GET shop /a/..%2F..%2Fadmin": { json: OK }'
    )


def test_secrets_cannot_be_read_by_texts_or_expressions() -> None:
    """A.22 SSRF / secrets: secrets not readable from texts or expressions"""
    services = BOT.replace("retry: 0 }", 'retry: 0, auth: { bearer: "${T}" } }')
    for name in ("services.shop.auth.bearer", "bot.services", "env.T", "T"):
        assert "CB209" in found(f"- set: {{ r: {name} }}", bot=services)


def test_a_regular_expression_that_explodes_elsewhere_takes_no_time() -> None:
    """A.23 regex DoS: google-re2 or a cap"""
    shop = bot("- { ask: story, say: S?, check: 'not matches(story, \"(a+)+$\")' }\n- say: OK")
    began = time.perf_counter()
    shop.chat(GO + f"- bot: S?\n- user: {'a' * 5000}b\n- bot: OK")
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("text", ["no", "on", "12:30", "010", "2024-01-01", "1.10", "yes", "off"])
def test_the_traps_of_yaml_1_1_are_none(text: str) -> None:
    """A.24 YAML 1.1 traps: `no`, `on` (also as key), `12:30`, `010`, dates, `1.10`"""
    bot(f"- {{ choose: c, say: '?', options: [{{ title: {text} }}, {{ title: other }}] }}\n- say: '<{{c}}>'").chat(
        f"{GO}- bot: '?'\n- expect: {{ buttons: [{text!r}, other] }}\n- button: {text!r}\n- bot: '<{text}>'"
    )


def test_a_duplicate_key_is_an_error_that_names_both_lines() -> None:
    """A.25 duplicate keys: error with both lines"""
    said = next(
        line for line in messages("flow: a\ntitle: x\nflow: b\nsteps: [{ say: x }]").splitlines() if "CB103" in line
    )
    assert ":3:" in said
    assert "line 1" in said


def test_an_alias_bomb_is_refused_at_once() -> None:
    """A.26 anchors: 201-byte alias bomb: reject anchors/aliases"""
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    began = time.perf_counter()
    assert "CB104" in found(bomb)
    assert "CB104" in found("flow: &a [*a]")
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "say", ["Hi: there", "{name}, hi", "[x] y", "@x", "*x*", "%x", "`x`", "- a", "!x", "# x", "&x y", "| x"]
)
def test_plain_text_traps_are_told_with_what_to_do(say: str) -> None:
    """A.27 plain text traps: targeted hint "put quotes round the text", and lint empty `say`"""
    said = messages(f"flow: a\nstart: {{ intent: refund }}\nsteps:\n  - say: {say}\n")
    assert any(word in said for word in ("quotes", "CB305", "CB114")), said


def test_a_comment_that_swallows_the_rest_of_a_text_is_told() -> None:
    """A.28 plain text traps: `# x` and `!x` vanish silently"""
    assert "CB114" in found(
        "flow: a\nstart: { intent: refund }\nsteps:\n  - say: Order #5 is late # very\n"
    ) or "CB305" in found("flow: a\nstart: { intent: refund }\nsteps:\n  - say: # hello\n")


def test_a_regex_in_double_quotes_gets_a_hint() -> None:
    r"""A.29 regex in "…": `"\d"` is a YAML error -> hint: use '…'"""
    said = messages(
        "flow: a\nstart: { intent: refund }\nslots: { n: { type: text, check: \"matches(n, '\\d')\" } }\nsteps: [{ say: x }]"
    )
    assert "'" in said
    assert "CB101" in said or "quotes" in said


def test_every_message_says_where_and_the_nearest_word() -> None:
    """A.30 error positions: message = what, where, nearest valid word, all errors in one run"""
    said = messages(
        "- { ask: email, say: M?, tryes: 2 }\n- { handoff: ordres }\n- { goto: nowher }",
        "flow: b\nstart: { intent: refnd }\nsteps: [{ sya: x }]",
    )
    for word in ("`tries`", "orders", "refund", "say"):
        assert word in said, said
    assert len([line for line in said.splitlines() if " error " in line]) >= 4


def test_a_running_program_is_the_same_whatever_is_said_to_it() -> None:
    """A.31 determinism: the same state and event give the same turn"""
    program = bot("- { ask: email, say: [Mail?, Your mail?, Which mail?] }").program
    engine = Engine(program, Entities.build(program.entities))
    event = Event("message", NOW, Facts(1, "site", "webchat", "en"), text="hello")
    one, other = engine.advance(State(), event), engine.advance(decode(encode(State())), event)
    assert one.effects == other.effects
    assert encode(one.state) == encode(other.state)


def test_expressions_and_texts_share_one_notation() -> None:
    """A.32 the lesson of section 2: one expression language, no ids unless you jump"""
    computes("1 + 1", "2")
    says("{n}", "2", before="- set: { n: 1 + 1 }")

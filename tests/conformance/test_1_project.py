"""Section 1 of the contract: a project and how its files are read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import chatbot.content.pure_yaml as pure
from chatbot.content.diagnostics import render_text
from chatbot.content.load import load_project, load_texts
from chatbot.content.yaml_source import parse
from chatbot.testing.cases import MONDAY
from chatbot.testing.models import Setting
from tests.conformance.kit import BOT, HOURS, INTENTS, bot, files, found, load, messages, says, write

SAY = "- say: Hello"


def test_a_project_is_bot_yaml_with_intents_flows_texts_and_actions(tmp_path: Path) -> None:
    """1.1 bot.yaml, intents/*.yaml, flows/*.yaml, texts/<lang>.yaml, actions.py, tests/**/*.test.yaml"""
    project = files(SAY, bot=BOT.replace("[en]", "[en, es]"), texts__es="Hello: Hola\n")
    write(tmp_path, {**project, "actions.py": ""})
    loaded = load_project(tmp_path, {})
    assert loaded.program is not None
    assert {"main"} <= set(loaded.program.flows)
    assert "order_status" in loaded.program.intents


def test_the_repository_root_is_itself_a_project_without_errors() -> None:
    """1.2 The repository root is itself such a project (the default support bot)"""
    loaded = load_project(Path(__file__).parents[2], {})
    assert loaded.program is not None, [problem for problem in loaded.diagnostics if problem.is_error]


def test_a_folder_with_its_own_bot_yaml_is_another_project_and_never_entered(tmp_path: Path) -> None:
    """1.3 A folder below a project that has its own bot.yaml is another project and is never entered"""
    inner = "flow: inner\nstart: { intent: refund }\nsteps: [{ say: never }]"
    write(tmp_path, {**files(SAY), "flows/other/bot.yaml": BOT, "flows/other/inner.yaml": inner})
    loaded = load_project(tmp_path, {})
    assert loaded.program is not None
    assert "inner" not in loaded.program.flows


@pytest.mark.parametrize("text", ["no", "on", "12:30", "0123", "1.10", "2024-01-01", "yes", "null", "~", "1e3", "0x1F"])
def test_scalars_are_the_text_as_written(text: str) -> None:
    """1.4 YAML scalars are the text as written - `no`, `on`, `12:30`, `0123`, `1.10`, `2024-01-01`"""
    bot(f"- say: {text}").chat(f"- user: track my order\n- bot: {text}")


def test_inside_json_plain_numbers_true_false_and_null_are_json() -> None:
    """1.5 inside `json:` and `mock:` plain numbers, true, false and null are JSON"""
    bot("""
        - { fetch: GET shop /a, save: a }
        - if: a.n == 5 and a.t == true and a.f == false and a.x == none and a.s == "5"
          then: { say: JSON }
          else: { say: text }
    """).chat(
        "- user: track my order\n- bot: JSON",
        mock='GET shop /a: { json: { n: 5, t: true, f: false, x: null, s: "5" } }',
    )


def test_keys_are_always_text() -> None:
    """1.6 Keys are always text"""
    bot("- { fetch: GET shop /a, save: a, if_error: { 404: { say: Missing. } } }\n- say: End").chat(
        "- user: track my order\n- bot: Missing.\n- bot: End", mock="GET shop /a: { status: 404 }"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("flow: a\nflow: b\nsteps: [{ say: x }]", "CB103"),
        ("flow: a\nsteps: &s [{ say: x }]", "CB104"),
        ("flow: a\nsteps: *s", "CB104"),
        ("flow: a\nsteps: !!seq [{ say: x }]", "CB104"),
        ("flow: a\nsteps: [{ say: x }]\n---\nflow: b\nsteps: [{ say: y }]", "CB104"),
    ],
    ids=["duplicate key", "anchor", "alias", "tag", "second document"],
)
def test_duplicate_keys_anchors_aliases_tags_and_a_second_document_are_errors(text: str, code: str) -> None:
    """1.7 duplicate keys, anchors, aliases, tags and a second document are errors"""
    assert code in found(text)


BROKEN = [
    "flow: a\nsteps: [{ say: x }",
    "flow: a\nsteps:\n\t- say: x",
    'flow: a\nsteps: [{ say: "\\d" }]',
    "flow: a\nsteps:\n  - say: Hi: there",
    "flow: a\nsteps:\n  - say: {name}, hi",
    "flow: a\nsteps:\n  - say: [x] y",
    "flow: a\nsteps:\n  - say: @x",
    "flow: a\nsteps:\n  - say: *x*",
    "flow: a\nsteps:\n  - say: %x",
    "flow: a\nsteps: [{ say: b? c }]",
    "flow: a\nflow: b",
    "a: &x 1\nb: *x",
]


@pytest.mark.parametrize("text", BROKEN)
def test_pure_python_and_c_parsers_give_the_same_finding(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """1.8 pure Python and C parsers give the same finding"""

    def seen() -> list[tuple[object, ...]]:
        return [(each.code, each.line, each.column, each.message, each.help) for each in parse(text, "f.yaml").problems]

    quick = seen()
    assert pure is not None
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert seen() == quick


def test_every_problem_is_reported_with_its_place_a_caret_and_the_nearest_word_all_in_one_run() -> None:
    """1.9 every problem is reported with file:line:col, a caret and the nearest valid word, all problems in one run"""
    loaded = load(
        "- { ask: email, say: Mail?, tryes: 2 }\n- { handoff: ordres }",
        "flow: b\nstart: { intent: refnd }\nsteps: [{ say: x }]",
    )
    shown = render_text(loaded.diagnostics, loaded.sources)
    assert "flows/f0.yaml:15:" in shown
    assert "^" in shown
    for word in ("`tries`", "orders", "refund"):
        assert word in shown, shown


@pytest.mark.parametrize("say", ["Hi: there", "{name}, hi", "[x] y", "@x", "*x*", "%x", '"\\d"'])
def test_the_usual_traps_get_a_targeted_hint(say: str) -> None:
    """1.10 with a targeted hint for the usual traps (a text that needs quotes, `"\\d"`)"""
    said = messages(f"flow: a\nstart: {{ intent: refund }}\nsteps:\n  - say: {say}\n")
    assert "quotes" in said, said


def test_a_value_in_braces_means_one_thing_everywhere() -> None:
    """1.11 `{name}` means one thing everywhere - intents, texts, URLs, button titles, notes"""
    bot("""
        - set: { n: "'AB 1'" }
        - { fetch: "GET shop /orders/{n}", save: o }
        - { say: "Text {n}", buttons: [{ title: "Title {n}", url: "https://x.example/{n}" }] }
        - { handoff: orders, note: "Note {n}" }
    """).chat(
        """
        - user: track my order
        - bot: Text AB 1
        - expect: { buttons: [Title AB 1], handoff: orders, note: Note AB 1 }
    """,
        mock="GET shop /orders/AB%201: { json: {} }",
    )


def test_a_dot_reaches_into_a_value_and_filters_format_it() -> None:
    """1.12 `{order.status}` reaches into it; `{name|filter}` and `{name|default('-')}` format it"""
    says(
        "{o.status|upper} {o.at.city} {o.eta|default('-')}", "LATE Rome -",
        before="- { fetch: GET shop /o, save: o }",
        mock={"GET shop /o": "{ json: { status: late, at: { city: Rome } } }"},
    )  # fmt: skip


def test_a_doubled_brace_is_a_literal_one() -> None:
    """1.13 `{{` is a literal brace"""
    says("a {{b} c", "a {b} c")


def test_if_set_and_check_hold_bare_expressions() -> None:
    """1.14 `if`, `set`, `check` hold bare expressions"""
    bot(
        "- { ask: count, say: N?, check: count > 1, if_invalid: No. }\n- set: { n: count + 1 }\n- if: n > 2\n  then: { say: Yes }"
    ).chat("""
        - user: track my order
        - bot: N?
        - user: 1
        - bot: No.
        - user: 2
        - bot: Yes
    """)


@pytest.mark.parametrize("typed", ["{email}", "{{email}}", "{1+1}", "1 + 1", "{story|upper}", "{{ 7*7 }}", "${HOME}"])
def test_nothing_an_end_user_typed_is_ever_parsed(typed: str) -> None:
    """1.15 Nothing an end user typed is ever parsed as a template or an expression"""
    bot(
        "- { ask: story, say: What? }\n- set: { again: story }\n- say: '{again}!'\n- { handoff: orders, note: '{story}' }"
    ).chat(f"""
        - user: track my order
        - bot: What?
        - user: '{typed}'
        - bot: '{typed}!'
        - expect: {{ handoff: orders, note: '{typed}' }}
    """)


def test_a_value_in_a_url_is_percent_encoded() -> None:
    """1.16 In a URL a value is percent-encoded"""
    bot("- { ask: story, say: What? }\n- { fetch: 'GET shop /a/{story}', save: a }\n- say: '{a}'").chat(
        "- user: track my order\n- bot: What?\n- user: ../x?y=1&z=#é\n- bot: OK",
        mock='"GET shop /a/..%2Fx%3Fy%3D1%26z%3D%23%C3%A9": { json: OK }',
    )


def test_a_url_that_is_exactly_one_value_must_be_https() -> None:
    """1.17 a URL that is exactly one value must be https"""
    steps = "- { fetch: GET shop /u, save: u }\n- { say: Here, buttons: [{ title: Open, url: '{u}' }] }"
    bot(steps).chat(
        "- user: track my order\n- bot: Here\n- expect: { buttons: [Open] }",
        mock="GET shop /u: { json: 'https://a.example/x' }",
    )
    for bad in ("http://a.example", "javascript:alert(1)", "ftp://a.example"):
        bot(steps).chat(
            "- user: track my order\n- bot: Sorry, something went wrong*\n- expect: { handoff: default }",
            mock=f"GET shop /u: {{ json: '{bad}' }}",
        )


def test_in_intents_escaped_brackets_are_literal() -> None:
    r"""1.18 In intents `\(`, `\[`, `\{` are literal"""
    intents = INTENTS.replace("say: [when", "say: ['what is plan \\(b\\)', when")
    bot(HOURS, intents__main=intents).chat("- user: what is plan (b)\n- bot: We open at nine.")


def test_variables_are_replaced_in_bot_yaml_only_and_have_defaults() -> None:
    """1.19 ${VAR} and ${VAR:-default} in this file only"""
    project = files("- say: '${{WHO}'", bot=BOT + "public_url: ${URL}\nstore: ${DB:-sqlite:///x.db}\n")
    loaded = load_texts(project, {"URL": "https://a.example", "WHO": "me"})
    assert loaded.program is not None
    assert loaded.program.bot.public_url == "https://a.example"
    assert loaded.program.bot.store == "sqlite:///x.db"
    bot("- say: '${{WHO}'").chat("- user: track my order\n- bot: '${WHO}'")


def test_secrets_are_never_printed() -> None:
    """1.20 secrets are never printed"""
    services = BOT.replace("retry: 0 }", 'retry: 0, auth: { bearer: "${TOKEN}" } }')
    loaded = load_texts(files(SAY, bot=services), {"TOKEN": "hush-hush-secret"})
    assert loaded.program is not None
    assert "hush-hush-secret" not in repr(loaded.program)
    assert "hush-hush-secret" not in str(loaded.program.bot.model_dump())


def test_defaults_live_in_bot_yaml_and_hold_for_every_question() -> None:
    """1.21 defaults: { tries, resume, silence, ... }"""
    bot(
        "- { ask: email, say: Mail?, if_invalid: No., if_failed: { say: Enough. } }",
        bot=BOT + "defaults: { tries: 1, silence: 5m }\n",
    ).chat("""
        - user: track my order
        - bot: Mail?
        - user: nonsense
        - bot: Enough.
    """)
    bot("- { ask: email, say: Mail? }", bot=BOT + "defaults: { tries: 1, silence: 5m }\n").chat("""
        - user: track my order
        - bot: Mail?
        - after: 5m
        - expect: { flow: null }
    """)


def test_the_fallback_ladder_is_what_bot_yaml_says() -> None:
    """1.22 fallback: [rephrase, menu, handoff]"""
    bot(HOURS, bot=BOT + "fallback: [handoff]\n").chat("""
        - user: when are you open
        - bot: We open at nine.
        - user: blorp fizzle
        - expect: { handoff: default }
    """)


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        ("2026-01-05 08:30", False),  # 09:30 in Madrid
        ("2026-01-05 13:00", True),  # the afternoon break
        ("2026-01-05 15:00", False),
        ("2026-01-05 07:30", True),
        ("2026-01-06 09:00", True),  # a holiday
        ("2026-01-04 09:00", True),  # a Sunday
        ("2026-07-06 07:30", False),  # summer time
    ],
)
def test_hours_have_several_spans_a_time_zone_and_holidays(now: str, closed: bool) -> None:
    """1.23 hours: { timezone, week: { mon-fri: [...spans] }, holidays }"""
    said = "Closed." if closed else "I am passing*"
    bot("- { handoff: office, if_closed: { say: Closed. } }").chat(f"- user: track my order\n- bot: {said}", now=now)


def test_the_default_queue_always_exists() -> None:
    """1.24 queues: `default` always exists"""
    bot("- handoff: default").chat("- user: track my order\n- bot: I am*\n- expect: { handoff: default }")


def test_a_queues_priority_is_the_handoffs_unless_it_says_otherwise() -> None:
    """1.25 queues: complaints: { priority: high }"""
    bot("- handoff: complaints").chat("- user: track my order\n- bot: I am*\n- expect: { priority: high }")
    bot("- { handoff: complaints, priority: low }").chat(
        "- user: track my order\n- bot: I am*\n- expect: { priority: low }"
    )


def test_texts_of_another_language_are_translations_of_the_default_ones() -> None:
    """1.26 texts/<lang>.yaml: text of the default language -> text of <lang>"""
    shop = bot(
        "- { ask: email, say: Your mail?, if_invalid: No mail. }\n- say: 'Thanks, {email}.'",
        bot=BOT.replace("[en]", "[en, es]"),
        texts__es="Your mail?: ¿Su correo?\nNo mail.: Eso no es un correo.\n'Thanks, {email}.': 'Gracias, {email}.'\n",
    )
    shop.chat(
        "- user: track my order\n- bot: ¿Su correo?\n- user: no sé\n- bot: Eso no es un correo.\n- user: a@b.example\n- bot: Gracias, a@b.example.",
        scene="{ locale: es }",
    )
    shop.chat("- user: track my order\n- bot: Your mail?", scene="{ locale: fr }")


def test_matching_says_how_sure_an_intent_must_be() -> None:
    """1.27 matching: { accept, margin, suggest }: probabilities"""
    strict = BOT + "matching: { accept: 0.9999, margin: 0.15, suggest: 0.9999 }\n"
    bot(HOURS, bot=strict).chat("- user: are you open at five\n- bot: What can I do for you?")


def test_a_call_has_the_time_limit_of_step_service_or_defaults() -> None:
    """1.28 defaults: { call_timeout: 5s }, services: { timeout: 5s }, timeout on the step"""
    for text, step, limit in (
        (BOT, "", 5_000),
        (BOT + "defaults: { call_timeout: 7s }\n", "", 7_000),
        (BOT.replace("retry: 0", "retry: 0, timeout: 3s"), "", 3_000),
        (BOT.replace("retry: 0", "retry: 0, timeout: 3s"), ", timeout: 1s", 1_000),
    ):
        talk = bot(f"- {{ fetch: GET shop /a, save: a{step} }}", bot=text).bench.simulator(
            Setting(), MONDAY, lambda _c, _n: None
        )
        talk.user("track my order")
        assert talk.scene.call is not None
        assert talk.scene.call.timeout == limit


def test_every_channel_takes_api_url() -> None:
    """1.29 Every channel and integration takes `api_url` (where the platform's API is)"""
    page = "  page: { kind: messenger, page_id: '1', page_token: a, app_secret: b, verify_token: c, api_url: 'http://127.0.0.1:1' }\n"
    assert load(SAY, bot=BOT + page).program is not None

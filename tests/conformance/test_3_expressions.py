"""Section 3 and 7 of the contract: expressions, functions, filters."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.content.filters import FILTERS
from chatbot.content.functions import FUNCTIONS
from chatbot.testing.models import Setting
from chatbot.types import CallAnswer
from tests.conformance.kit import bot, computes, found, messages, says

GO = "- user: track my order\n"
FETCH = "- { fetch: GET shop /o, save: o }"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 % 4", "3"), ("7 / 2", "3.5"), ("6 / 2", "3"), ("0.1 + 0.2", "0.3"), ("-3 + 1", "-2"),
        ("'a' + 'b'", "ab"), ('"x"', "x"), ("1 if 2 > 1 else 0", "1"), ("1 if 2 < 1 else 0", "0"),
        ("'y' if 'a' in 'cat' else 'n'", "y"), ("'y' if 2 in [1, 2] else 'n'", "y"), ("'y' if 3 not in [1, 2] else 'n'", "y"),
        ("'y' if true and not false else 'n'", "y"), ("'y' if false or true else 'n'", "y"), ("'y' if 1 < 2 < 3 else 'n'", "y"),
        ("'y' if 1 < 3 < 2 else 'n'", "n"), ("'y' if 1 != 2 else 'n'", "y"), ("'y' if 2 >= 2 and 2 <= 2 else 'n'", "y"), ("[5, 6][1]", "6"),
    ],
)  # fmt: skip
def test_expressions_compute(expression: str, value: str) -> None:
    """3.50 literals, `and or not`, comparisons, `in`, `+ - * / %`, `x if y else z`; 7: list literals, indexing, chained"""
    computes(expression, value)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("len('abc')", "3"), ("len([1, 2])", "2"), ("lower('AbC')", "abc"), ("upper('AbC')", "ABC"), ("round(2.5)", "3"), ("round(2.345, 2)", "2.35"),
        ("min(3, 1, 2)", "1"), ("max([3, 1, 2])", "3"), ("days_since('2026-01-01')", "4"), ("'y' if matches('AB-1', '^[A-Z]+-') else 'n'", "y"),
        ("'y' if starts_with('abc', 'ab') else 'n'", "y"), ("'y' if open('default') else 'n'", "y"), ("number('5') + 1", "6"), ("sum([1, 2, 3])", "6"),
        ("abs(-2)", "2"), ("trim(' a ')", "a"), ("text(5) + '!'", "5!"), ("'y' if ends_with('abc', 'bc') else 'n'", "y"),
        ("'y' if contains([1, 2], 2) else 'n'", "y"), ("hours_since('2026-01-05T08:00:00+00:00')", "2"),
    ],
)  # fmt: skip
def test_the_listed_functions_compute(expression: str, value: str) -> None:
    """3.51 the listed functions (`len lower upper round min max now days_since matches starts_with open ...`)"""
    computes(expression, value)


def test_now_is_the_time_of_the_message_in_the_contacts_time_zone() -> None:
    """3.52 Root names: now"""
    bot("- set: { t: now() }\n- say: '{t|time}'").chat(
        GO + "- bot: /11:00/", scene="{ timezone: Europe/Madrid, locale: en-GB }"
    )


def test_has_asks_whether_there_is_a_value() -> None:
    """3.53 `has(order.eta)`"""
    bot(FETCH + "\n- if: has(o.eta) and not has(o.other) and not has(o.other.deeper)\n  then: { say: Yes }").chat(
        GO + "- bot: Yes", mock="GET shop /o: { json: { eta: 1 } }"
    )


@pytest.mark.parametrize(
    "condition",
    ["o.no == 1", "o.no != 1", "o.no < 1", "o.no > 1", "o.no <= 'a'", "o.no == 'none'", "o.no == false", "o.no in [1]"],
)
def test_none_compares_false_with_anything_but_none(condition: str) -> None:
    """3.54 a missing field is `none`, `none` compares false with anything but `none`; 7: any comparison but `== none` is false"""
    bot(FETCH + f'\n- if: "{condition}"\n  then: {{ say: true }}\n  else: {{ say: false }}').chat(
        GO + "- bot: false", mock="GET shop /o: { json: { a: 1 } }"
    )


def test_a_missing_field_equals_none() -> None:
    """3.55 a missing field is `none`"""
    bot(FETCH + "\n- if: o.no == none and o.no.deeper == none\n  then: { say: None }").chat(
        GO + "- bot: None", mock="GET shop /o: { json: { a: 1 } }"
    )


def test_text_and_number_are_never_equal() -> None:
    """3.56 7: text and number are never equal"""
    computes("'y' if '5' == 5 else 'n'", "n")
    computes("'y' if '5' != 5 else 'n'", "y")


@pytest.mark.parametrize(
    "expression",
    ["none + 1", "upper(none)", "'a' + 1", "len(5)", "1 / 0", "'a' < 1", "round('a')", "-'a'", "number('x')"],
)
def test_the_wrong_type_is_an_error_that_goes_to_system_error(expression: str) -> None:
    """3.57 7: arithmetic or a function on `none`, or on the wrong type, is an error that goes to system.error"""
    bot(f'- set: {{ value: none }}\n- set: {{ r: "{expression}" }}\n- say: never').chat(
        GO + "- bot: Sorry, something went wrong*\n- expect: { handoff: default }"
    )


@pytest.mark.parametrize(
    ("expression", "printed"),
    [("4 / 2", "2"), ("1.50 + 0", "1.5"), ("10 / 4", "2.5"), ("100.0", "100"), ("1 / 3", "0.333*")],
)
def test_decimals_print_without_a_needless_zero(expression: str, printed: str) -> None:
    """3.58 7: decimals, printed without a needless `.0`"""
    computes(expression, printed)


@pytest.mark.parametrize(
    "expression",
    ["2 ** 3", "'a' * 9", "[1] * 9", "__import__('os')", "().__class__", "contact.__class__", "lambda: 1", "[x for x in [1]]", "open('default').x()",
     "eval('1')", "f'{1}'", "1 << 2", "x := 1", "matches('a', 'a' + 'b')", "unknown(1)", "1 +", "a b", "'x'.upper()"],
)  # fmt: skip
def test_what_is_not_in_the_language_is_a_load_error(expression: str) -> None:
    """3.59 no `**`, no `*` on text or lists, no calls but the listed; 7: regex arguments are literals"""
    codes = found(f'- set: {{ r: "{expression}" }}')
    if expression in ("'a' * 9", "[1] * 9") and not {"CB110", "CB209", "CB214"} & set(codes):
        bot(f'- set: {{ r: "{expression}" }}').chat(
            GO + "- bot: Sorry, something went wrong*\n- expect: { handoff: default }"
        )
        return
    assert {"CB110", "CB209", "CB214"} & set(codes), codes


def test_length_node_count_and_result_size_are_capped() -> None:
    """3.60 Caps on length, node count and result size"""
    assert "CB110" in found(f"- set: {{ r: \"'{'a' * 600}'\" }}")
    assert "CB110" in found(f"- set: {{ r: {' + '.join(['1'] * 120)} }}")
    doubling = "- set: { r: \"'" + "a" * 300 + "'\" }\n" + "- set: { r: r + r }\n" * 12
    bot(doubling + "- say: never").chat(GO + "- bot: Sorry, something went wrong*\n- expect: { handoff: default }")


@pytest.mark.parametrize(
    ("text", "printed"),
    [("{o.d|date}", "7 January 2026"), ("{o.n|number(2)}", "1,234.50"), ("{o.t|upper}", "LATE"), ("{o.t|lower}", "late"), ("{o.no|default('-')}", "-"),
     ("{o.l|join(', ')}", "a, b"), ("{o.t|truncate(3)}", "/^.{1,3}$/"), ("{o.no|default('x')|upper}", "X"), ("{o.l|length}", "2"), ("{o.l|first}", "a"), ("{o.l|last}", "b"),
     ("{o.n|money('EUR')}", "/1,234.50/")],
)  # fmt: skip
def test_filters_format_a_value(text: str, printed: str) -> None:
    """3.61 `{name|filter}` and `{name|default('-')}` format it"""
    bot(f'{FETCH}\n- say: "{text}"').chat(
        f"{GO}- bot: '{printed}'",
        mock="GET shop /o: { json: { d: '2026-01-07', n: 1234.5, t: Late, l: [a, b] } }",
        scene="{ locale: en-GB }",
    )


def test_an_unknown_filter_is_a_load_error_with_the_nearest_name() -> None:
    """3.62 1: every problem with the nearest valid word"""
    assert "upper" in messages("- set: { x: '1' }\n- say: '{x|uper}'")


def test_a_list_value_prints_its_first_synonym_and_compares_by_key() -> None:
    """3.63 7: A list value prints its first synonym in texts and is its key in URLs, JSON and comparisons"""
    bot(
        "- { ask: city, say: City? }\n- { fetch: 'POST shop /{city}', json: { c: '{city}' }, save: r }\n- if: city == 'sf'\n  then: { say: 'In {city}, typed {city.raw}.' }"
    ).chat(
        GO + "- bot: City?\n- user: san francisco\n- bot: In San Francisco, typed san francisco.",
        mock="POST shop /sf: { json: {} }",
    )


def test_the_functions_and_filters_are_published() -> None:
    """3.64 7: Publish the function and filter lists in docs and schema"""
    page = (Path(__file__).parents[2] / "docs/reference/expressions.md").read_text("utf-8")
    for name in (*FUNCTIONS, *FILTERS):
        assert f"`{name}" in page, name


def test_a_value_that_may_be_missing_says_nothing() -> None:
    """3.65 prints nothing, with a warning in the trace, at run time"""
    shop = bot(FETCH + "\n- say: '<{o.nothing}>'")
    talk = shop.bench.simulator(Setting(), 1_767_607_200_000, lambda call, _n: CallAnswer(call.id, 200, body={"a": 1}))
    moved = talk.user("track my order")
    assert moved.lines[-1].message.text == "<>"
    assert any("nothing" in entry.note for entry in moved.trace), moved.trace


def test_says_is_what_it_prints() -> None:
    """3.66 `{{` is a literal brace in expressions' texts as well"""
    says("{{}", "{}")

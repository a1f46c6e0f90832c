import pickle
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot.content.expression import FUNCTIONS, EvaluationError, Expression, ExpressionError, Scope
from chatbot.types import Slot

ORDER = {
    "status": "late",
    "days": 5,
    "price": 12.5,
    "tags": ["vip", "new"],
    "lines": [{"sku": "A1"}],
    "from": "shop",
    "since": "2026-01-01",
    "ok": True,
    "off": False,
    "zero": 0,
}


def scope(**names: Any) -> Scope:
    return Scope(
        names={"order": ORDER, "city": Slot("nyc", raw="big apple", shown="New York"), **names},
        now=datetime(2026, 1, 5, 10, 0, tzinfo=UTC),
        open=lambda queue: queue == "orders",
    )


def compile_or_error(source: str) -> Expression | ExpressionError:
    try:
        return Expression(source)
    except ExpressionError as error:
        return error


def value_of(source: str, **names: Any) -> Any:
    return Expression(source).evaluate(scope(**names))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('order.status == "late" and order.days > 3', True),
        ("order.tags[0]", "vip"),
        ("order.tags[-1]", "new"),
        ("order.tags[7]", None),
        ("order.lines[0].sku", "A1"),
        ('order["status"]', "late"),
        ("order.from", "shop"),
        ('"vip" in order.tags', True),
        ('"gold" not in order.tags', True),
        ('"at" in order.status', True),
        ("1 < 2 < 3", True),
        ("1 < 3 < 2", False),
        ("7 % 3", 1),
        ("-7 % 3", 2),
        ("6 / 2", 3),
        ("1 / 4", 0.25),
        ("0.1 + 0.2 == 0.3", True),
        ("order.price * 2", 25),
        ('"a" + "b"', "ab"),
        ("[1] + [2]", [1, 2]),
        ('"yes" if order.ok else "no"', "yes"),
        ('order.nothing or "fallback"', "fallback"),
        ("not order.off", True),
        ("None == none and True == true", True),
    ],
)
def test_an_expression_gives_the_value_an_author_expects(source: str, expected: Any) -> None:
    result = value_of(source)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("order.eta == none", True),
        ("order.eta != none", False),
        ("order.days != none", True),
        ("none != order.days", True),
        ('order.eta == "x"', False),
        ('order.eta != "x"', False),
        ("order.eta > 3", False),
        ("order.eta <= 3", False),
        ("order.eta in order.tags", False),
        ('"x" in order.eta', False),
        ('"x" not in order.eta', False),
        ("order.eta.deeper.still == none", True),
        ("has(order.eta)", False),
        ("has(order.zero)", True),
        ("has(order.off)", True),
        ("has(order.lines[0].sku)", True),
    ],
)
def test_a_missing_field_is_none_and_only_equals_none(source: str, *, expected: bool) -> None:
    assert value_of(source) is expected


@pytest.mark.parametrize("source", ['5 == "5"', "true == 1", "0 == false", '"true" == true', '[1] == ["1"]'])
def test_values_of_different_kinds_are_never_equal(source: str) -> None:
    assert value_of(source) is False
    assert value_of(source.replace("==", "!=")) is True


@pytest.mark.parametrize(
    "source",
    [
        "order.eta + 1",
        "1 + none",
        "order.status + 1",
        '"a" * 3',
        "[1] * 3",
        "true + 1",
        "1 / 0",
        "1 % 0",
        "-order.status",
        "order.status > 3",
        "len(order.eta)",
        "upper(order.days)",
        "days_since(order.status)",
        "round(order.status)",
        "min(order.eta)",
        "max([])",
        "order.days in 5",
        'number("many")',
        "order.tags[order.status]",
        'matches(order.days, "x")',
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_and_never_silently_false(source: str) -> None:
    with pytest.raises(EvaluationError):
        value_of(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("len(order.status)", 4),
        ("len(order.tags)", 2),
        ("lower(upper(order.status))", "late"),
        ('trim("  a ")', "a"),
        ("round(2.5)", 3),
        ("round(3.14159, 2)", 3.14),
        ("abs(-2)", 2),
        ("min(3, 1, 2)", 1),
        ("max([3, 1, 2])", 3),
        ("sum([0.1, 0.2])", 0.3),
        ("text(12.0)", "12"),
        ('number("12.50")', 12.5),
        ("now()", "2026-01-05T10:00:00+00:00"),
        ("now", "2026-01-05T10:00:00+00:00"),
        ("days_since(order.since)", 4),
        ('days_since("2026-01-07")', -2),
        ('hours_since("2026-01-05T08:30:00Z")', 1),
        (r'matches(order.lines[0].sku, "^[A-Z]\d$")', True),
        ('starts_with(order.status, "la")', True),
        ('ends_with(order.status, "la")', False),
        ('contains(order.tags, "vip")', True),
        ('contains(order.status, "at")', True),
        ('open("orders")', True),
        ('open("complaints")', False),
        ('order.since < now and now < "2026-02-01"', True),
        ('"2026-01-05T11:00:00+02:00" < now', True),
    ],
)
def test_functions(source: str, expected: Any) -> None:
    assert value_of(source) == expected


def test_every_listed_function_has_a_signature_that_names_it_and_a_description() -> None:
    for name, function in FUNCTIONS.items():
        assert function.signature.startswith(f"{name}(")
        assert function.doc.endswith(".")


def test_a_slot_is_its_value_and_raw_is_what_was_typed() -> None:
    assert value_of("city") == "nyc"
    assert value_of("city.value") == "nyc"
    assert value_of("city.raw") == "big apple"
    assert value_of("city.raw.more") is None


def test_names_and_paths_are_known_at_load() -> None:
    compiled = Expression('order.days > limit and has(contact["email"]) and open("orders")')
    assert compiled.names == {"order", "limit", "contact"}
    assert compiled.paths == {("order", "days"), ("limit",), ("contact", "email")}
    assert compiled.queues == {"orders"}


@pytest.mark.parametrize(
    ("source", "column", "length", "said"),
    [
        ('order.status = "x"', 13, 1, "write `==`"),
        ("a && b", 2, 2, "`and`"),
        ("!a", 0, 1, "`not`"),
        ("{order.x} > 1", 0, 1, "without braces"),
        ("order.x > 1 # why", 12, 1, "`#`"),
        ("a == \u201cx\u201d", 5, 1, "straight quotes"),
        ("a == 'x", 5, 2, "never closed"),
        ("lenn(a)", 0, 4, "did you mean `len`"),
        ("len(a, b)", 0, 9, "len(x)"),
        ("a > 2 and len()", 10, 5, "len(x)"),
        ('matches(a, "(b")', 11, 4, "RE2"),
        ("matches(a, b)", 11, 1, "written out"),
        ('matches(a, "(?=b)")', 11, 7, "RE2"),
        ("a ** 2", 0, 6, "+ - * / %"),
        ("a is none", 0, 9, "=="),
        ("a +", 2, 1, "not an expression"),
        ("", 0, 1, "missing"),
        ("a at 12:30", 2, 1, "not an expression"),
        ("a == 12abc", 5, 5, "a number is written"),
        ('"a" "b"', 0, 7, "join"),
        ('f"{a}"', 1, 1, "before this quote"),
        ("has(1 + 2)", 4, 5, "takes a name"),
        ("a[1:2]", 2, 3, "only one position"),
        ("len(x=1)", 5, 1, "write `==`"),
        ("len(*a)", 0, 7, "len(x)"),
        ("1e999 > a", 0, 5, "a number is written"),
    ],
)
def test_a_mistake_is_told_with_its_column(source: str, column: int, length: int, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression(source)
    assert said in caught.value.message
    assert (caught.value.column, caught.value.length) == (column, length)


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__",
        "(lambda: 1)()",
        "[x for x in order]",
        "{1: 2}",
        "(a := 1)",
        "open.__class__('x')",
        "order.status.upper()",
        "f'{order}'",
        "print(1)",
        "eval('1')",
        "getattr(order, 'x')",
        "a; b",
        "yield a",
        "await a",
        "...",
        "b'x'",
        "1j",
        "~1",
        "1 << 9",
        "order.tags[:]",
        "order.tags[0, 1]",
        "*a",
    ],
)
def test_nothing_outside_the_whitelist_compiles(source: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(source)


def test_python_attributes_are_not_fields() -> None:
    assert value_of("order.__class__") is None
    assert value_of("order.tags.append") is None
    assert value_of("city.shown") is None


def test_size_is_capped_at_load_and_at_run() -> None:
    with pytest.raises(ExpressionError, match="at most 500"):
        Expression("a" * 501)
    with pytest.raises(ExpressionError, match="100 at most"):
        Expression("+".join(["1"] * 101))
    with pytest.raises(ExpressionError):
        Expression("(" * 250 + "1" + ")" * 250)
    with pytest.raises(ExpressionError):
        Expression("-" * 499 + "1")
    with pytest.raises(EvaluationError, match="10000"):
        value_of("big + big", big="x" * 6000)
    with pytest.raises(EvaluationError, match="1000"):
        value_of("big + big", big=[1] * 600)
    with pytest.raises(EvaluationError, match="too large"):
        value_of("n * n * n", n=10**17)


def test_two_expressions_are_equal_by_source_and_survive_pickling() -> None:
    first = Expression("order.days > 3")
    again = pickle.loads(pickle.dumps(first))  # noqa: S301 - our own bytes
    assert again == first
    assert hash(again) == hash(first)
    assert again.evaluate(scope()) is True
    assert first != Expression("order.days > 4")
    with pytest.raises(AttributeError):
        first.source = "true"


_ATOMS = st.sampled_from(
    [
        "order",
        "order.days",
        "order.eta",
        "none",
        "true",
        "1",
        "2.5",
        '"a"',
        "'b\\d'",
        "city",
        "[1, 'x']",
        "now",
        "order.tags",
    ]
)
_SIGNS = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "and", "or", "in", "not in", "if true else"])
_CALLS = st.sampled_from([*(f"{name}(%s)" for name in FUNCTIONS), "(%s)", "not %s", "-%s", "%s.x", "%s[0]", "[%s]"])


@settings(deadline=None)
@given(
    st.recursive(
        _ATOMS,
        lambda inner: st.one_of(
            st.builds(lambda a, sign, b: f"{a} {sign} {b}", inner, _SIGNS, inner),
            st.builds(lambda form, a: form % a, _CALLS, inner),
        ),
        max_leaves=12,
    )
)
def test_whatever_compiles_gives_json_or_an_evaluation_error(source: str) -> None:
    compiled = compile_or_error(source)
    if isinstance(compiled, ExpressionError):
        assert 0 <= compiled.column <= len(source)
        return
    with suppress(EvaluationError):
        assert isinstance(compiled.evaluate(scope()), str | int | float | bool | list | dict | None)


@settings(deadline=None)
@given(st.text(max_size=60))
@example("\x00")
@example("é")
@example('"\ud800"')
@example('matches(a, "\ud800")')
def test_no_text_crashes_the_compiler(source: str) -> None:
    compiled = compile_or_error(source)
    if isinstance(compiled, ExpressionError):
        assert compiled.message
        assert compiled.length >= 1

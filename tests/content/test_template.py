import pickle
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.content.template import FILTERS, Template, TemplateError, percent_encoded
from chatbot.content.values import EvaluationError, Scope
from chatbot.types import Slot


def scope(locale: str = "en", **names: Any) -> Scope:
    known = {
        "order": {"status": "late", "n": 3.0, "tags": ["a", 1], "eta": "2026-02-03", "price": 1234.5, "ok": True},
        "city": Slot("nyc", raw="big apple", shown="New York"),
        "day": Slot("2026-02-03", raw="tuesday"),
    }
    return Scope({**known, **names}, datetime(2026, 1, 5, 10, 0, tzinfo=UTC), lambda _: True, locale)


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("plain", "plain"),
        ("", ""),
        ("It is {order.status}.", "It is late."),
        ("{ order.status }", "late"),
        ("{order.n} {order.ok} {order.tags}", "3 true a, 1"),
        ("{order.tags.0}", "a"),
        ("{{name}} and }} and }", "{name} and } and }"),
        ("{{{order.status}}}", "{late}"),
        ("{city} {city.raw} {city.value}", "New York big apple nyc"),
        ("{city|upper}", "NEW YORK"),
        ("{order.zip|default('-')}", "-"),
        ('{order.zip|default("none yet")|upper}', "NONE YET"),
        ("{order.status|upper|lower|capitalize}", "Late"),
        ("{order.eta|date}", "3 February 2026"),
        ("{day|date}", "3 February 2026"),
        ("{order.price|number}", "1,234.5"),
        ("{order.price|number(2)}", "1,234.50"),
        ("{order.price|money('EUR')}", "€1,234.50"),
        ("{order.price|round}", "1235"),
        ("{order.tags|join(' / ')}", "a / 1"),
        ("{order.tags|first}{order.tags|last}{order.tags|length}", "a12"),
        ("{order.status|truncate(3)}", "la…"),
        ("{now|time}", "10:00"),
    ],
)
def test_a_text_prints_its_values(source: str, printed: str) -> None:
    assert Template(source).render(scope()) == printed


@pytest.mark.parametrize(
    ("locale", "printed"),
    [
        ("en-US", "February 3, 2026, 1,234.50 €"),
        ("es", "3 de febrero de 2026, 1.234,50 €"),
        ("de-AT", "3. Februar 2026, 1.234,50 €"),
        ("ja", "2026-02-03, 1,234.50 €"),
    ],
)
def test_dates_and_amounts_follow_the_contacts_language(locale: str, printed: str) -> None:
    expected = printed.replace("1,234.50 €", "€1,234.50") if locale.startswith("en") else printed
    assert Template("{order.eta|date}, {order.price|money('EUR')}").render(scope(locale)) == expected


@pytest.mark.parametrize(
    ("locale", "country", "printed"),
    [
        ("en-US", None, "$20.00 20.00 MXN"),
        ("es-MX", None, "US$20.00 $20.00"),
        ("es", "MX", "US$20,00 $20,00"),
        ("en-GB", None, "US$20.00 20.00 MXN"),
        ("de", None, "20,00 US$ 20,00 MXN"),
    ],
)
def test_a_dollar_sign_alone_is_the_money_of_the_contacts_country(
    locale: str, country: str | None, printed: str
) -> None:
    seen = scope(locale, contact={"country": country}, price=20)
    assert Template("{price|money('USD')} {price|money('MXN')}").render(seen) == printed


def test_a_missing_value_prints_nothing_and_is_told() -> None:
    missing: list[str] = []
    text = Template("a{order.zip}b{nobody}c{order.zip|upper}d{order.zip|default('')}").render(
        scope(), missing=missing.append
    )
    assert text == "abcd"
    assert missing == ["order.zip", "nobody", "order.zip"]


def test_one_name_alone_keeps_its_type_for_machines() -> None:
    assert Template("{order.tags}").value(scope()) == ["a", 1]
    assert Template("{order.n}").value(scope()) == 3.0
    assert Template("n={order.n}").value(scope()) == "n=3"
    assert Template("{city}").value(scope()) == "nyc"
    assert Template("{order.zip}").value(scope()) is None
    assert Template("plain").value(scope()) == "plain"


def test_an_address_encodes_its_values_and_uses_keys_not_what_texts_show() -> None:
    assert Template("https://x.example/{city}?q={q}").render_url(scope(q="a/b&c d?é")) == (
        "https://x.example/nyc?q=a%2Fb%26c%20d%3F%C3%A9"
    )
    assert Template("/{q}").render(scope(q="../x"), escape=percent_encoded) == "/..%2Fx"


@pytest.mark.parametrize("value", ["http://x.example", "javascript:alert(1)", "https://", "https://a b", 5, "//x"])
def test_an_address_that_is_one_value_must_be_https(value: Any) -> None:
    with pytest.raises(EvaluationError, match="https"):
        Template("{link}").render_url(scope(link=value))


def test_an_https_value_is_an_address() -> None:
    assert Template("{link}").render_url(scope(link="https://x.example/a?b=c")) == "https://x.example/a?b=c"


@settings(deadline=None)
@given(st.text())
def test_what_a_customer_typed_is_never_parsed(typed: str) -> None:
    assert Template("<{x}>").render(scope(x=typed)) == f"<{typed}>"
    assert Template("<{x}>").render(scope(x=Slot("{order.status}", shown="{{order.status|upper}}"))) == (
        "<{{order.status|upper}}>"
    )


@pytest.mark.parametrize(
    ("source", "column", "length", "said"),
    [
        ("Hi {name", 3, 1, "never closed"),
        ("Hi {}", 3, 2, "a name goes"),
        ("Hi {a b} you", 6, 1, "only a name and filters"),
        ("{a == 1}", 3, 4, "only a name and filters"),
        ("{a|uper}", 3, 4, "did you mean `upper`"),
        ("{a|upper(1)}", 3, 5, "`upper` is used as upper"),
        ("{a|default}", 3, 7, "default('-')"),
        ("{a|default(x)}", 10, 1, "quoted texts or numbers"),
        ("{1a}", 0, 4, "a name goes"),
    ],
)
def test_a_mistake_is_told_with_its_column(source: str, column: int, length: int, said: str) -> None:
    with pytest.raises(TemplateError) as caught:
        Template(source)
    assert said in caught.value.message
    assert (caught.value.column, caught.value.length) == (column, length)


@pytest.mark.parametrize("source", ["{order.status|date}", "{order.tags|number}", "{order.n|join}", "{order.n|first}"])
def test_a_filter_that_cannot_use_its_value_is_an_error(source: str) -> None:
    with pytest.raises(EvaluationError):
        Template(source).render(scope())


def test_names_are_known_at_load() -> None:
    text = Template("{order.status} {city|upper} {order.zip|default('-')}")
    assert text.names == {"order", "city"}
    assert text.paths == {("order", "status"), ("city",), ("order", "zip")}
    assert text.certain == {("order", "zip")}
    assert not text.is_plain
    assert Template("a {{b}}").is_plain


def test_two_templates_are_equal_by_source_and_survive_pickling() -> None:
    first = Template("Hi {city}")
    again = pickle.loads(pickle.dumps(first))  # noqa: S301 - our own bytes
    assert again == first
    assert hash(again) == hash(first)
    assert again.render(scope()) == "Hi New York"


def test_every_listed_filter_has_a_signature_that_names_it() -> None:
    for name, known in FILTERS.items():
        assert known.signature.split("(")[0] == name
        assert known.doc


@settings(deadline=None)
@given(st.text(alphabet="{}|'\"().ab 1,\\é", max_size=30))
def test_no_text_crashes_the_parser(source: str) -> None:
    with suppress(TemplateError, EvaluationError):
        Template(source).render(scope(a="A", b=[1]))

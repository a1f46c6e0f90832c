"""The small words of a file, through the models that use them."""

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chatbot.content import scalars
from chatbot.content.bot_file import Bot
from chatbot.content.models import FlowFile, Intent
from chatbot.content.scalars import JsonTemplate, RequestLine, Text
from chatbot.content.steps import FetchStep
from chatbot.content.values import EvaluationError, Scope
from chatbot.types import Slot


def scope(**names: Any) -> Scope:
    return Scope(names, datetime(2026, 1, 5, tzinfo=UTC), lambda _: True)


def read(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("10m", 600_000),
        ("1h30m", 5_400_000),
        ("1h 30m", 5_400_000),
        ("5s", 5_000),
        ("2d", 172_800_000),
        ("1.5h", 5_400_000),
    ],
)
def test_a_time_span_is_milliseconds(written: str, milliseconds: int) -> None:
    assert read(scalars.Duration, Text(written, plain=True)) == milliseconds


@pytest.mark.parametrize("written", ["10", "10 minutes", "-5s", "0s", "", "m", "400d", "1e3s", "٣s"])
def test_what_is_no_time_span_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        read(scalars.Duration, written)


@pytest.mark.parametrize(("kind", "good", "bad"), [
    (scalars.Count, ["0", "12"], ["-1", "1.5", "x", "", "9999999999", "²"]),
    (scalars.Tries, ["1"], ["0"]),
    (scalars.Flag, ["true", "no", "On"], ["1", "y", ""]),
    (scalars.Probability, ["0", "0.6", "1"], ["1.1", "-0.1", "nan", "60%"]),
    (scalars.Score, ["85", "100"], ["101", "x"]),
    (scalars.Name, ["a", "order.status", "a-b", "_x"], ["A", "1a", "a b", "", "é", "a\n"]),
    (scalars.Word, ["a_1"], ["a.b", "a-b"]),
])  # fmt: skip
def test_small_words(kind: Any, good: list[str], bad: list[str]) -> None:
    for text in good:
        read(kind, text)
    for text in bad:
        with pytest.raises(ValidationError):
            read(kind, text)


def test_a_step_or_a_list_of_steps_and_a_text_or_a_list_of_texts() -> None:
    one = FlowFile.model_validate({"flow": "x", "steps": {"say": "hi"}})
    many = FlowFile.model_validate({"flow": "x", "steps": [{"say": ["hi"]}]})
    assert one == many


def test_phrases_are_a_list_or_a_mapping_by_language() -> None:
    assert Intent.model_validate({"say": "hi"}).say == ("hi",)
    assert Intent.model_validate({"say": {"en": "hi", "es": ["hola"]}}).say == {"en": ("hi",), "es": ("hola",)}


def test_plain_words_under_json_are_json_and_quoted_ones_are_text() -> None:
    tree = {"n": Text("5", plain=True), "t": Text("5"), "f": Text("1.50", plain=True), "y": Text("true", plain=True),
            "z": Text("null", plain=True), "l": [Text("0123", plain=True), Text("-7", plain=True)]}  # fmt: skip
    assert scalars.as_json(tree) == {"n": 5, "t": "5", "f": 1.5, "y": True, "z": None, "l": ["0123", -7]}


def test_a_name_alone_under_json_keeps_its_type() -> None:
    body = JsonTemplate({"id": "{n}", "all": ["{list}", "no. {n}", 5], "city": "{city}", "gone": "{gone}"})
    missing: list[str] = []
    value = body.value(scope(n=7, list=[1, "a"], city=Slot("nyc", shown="New York")), missing.append)
    assert value == {"id": 7, "all": [[1, "a"], "no. 7", 5], "city": "nyc", "gone": None}
    assert missing == ["gone"]
    assert pickle.loads(pickle.dumps(body)) == body  # noqa: S301 - our own bytes


def request(line: str) -> RequestLine:
    return FetchStep.model_validate({"fetch": line}).fetch


def test_a_request_line_encodes_its_values() -> None:
    line = request("GET orders_api /orders/{id}/lines?sort={by}")
    assert (line.method, line.service, str(line)) == (
        "GET",
        "orders_api",
        "GET orders_api /orders/{id}/lines?sort={by}",
    )
    assert line.render_path(scope(id="a/b?c#d e", by="x&y=1")) == "/orders/a%2Fb%3Fc%23d%20e/lines?sort=x%26y%3D1"
    assert line.render_path(scope(id=Slot("k", shown="The K"), by=3)) == "/orders/k/lines?sort=3"


@pytest.mark.parametrize("value", [None, "", "..", ".", []])
def test_a_value_that_would_make_it_another_request_is_an_error(value: Any) -> None:
    with pytest.raises(EvaluationError):
        request("DELETE orders_api /orders/{id}").render_path(scope(id=value))


@pytest.mark.parametrize(
    "line", ["orders_api /x", "GET /x", "GET orders_api x", "get orders_api /x", "GET a b /x", "GET a /{", ""]
)
def test_what_is_no_request_line_is_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        request(line)


@pytest.mark.parametrize("hours", [
    {"week": {"mon-fry": ["09:00-10:00"]}}, {"week": {"mon": ["9-10"]}}, {"week": {"mon": ["09:00-25:00"]}},
    {"week": {}, "holidays": ["25.12."]}, {},
])  # fmt: skip
def test_opening_hours_have_one_form(hours: Any) -> None:
    with pytest.raises(ValidationError):
        Bot.model_validate({"name": "x", "hours": {"shop": hours}})


def test_models_never_change_and_refuse_unknown_keys() -> None:
    bot = Bot.model_validate({"name": "x"})
    with pytest.raises(ValidationError):
        bot.name = "y"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Bot.model_validate({"name": "x", "nam": "y"})


def test_a_schema_can_be_made_of_every_file() -> None:
    for kind in (Bot, FlowFile):
        assert kind.model_json_schema()["properties"]

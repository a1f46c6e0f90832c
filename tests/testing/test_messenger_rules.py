"""What Meta's Send API takes and refuses, call by call; from its reference."""

from __future__ import annotations

from typing import Any

import pytest

from chatbot.testing.messenger_rules import GraphError, check_message


def template(**payload: Any) -> dict[str, Any]:
    return {"messaging_type": "RESPONSE", "message": {"attachment": {"type": "template", "payload": payload}}}


def button(**fields: Any) -> dict[str, Any]:
    return template(template_type="button", text="What next?", buttons=[{"title": "Go", **fields}])


def card(**fields: Any) -> dict[str, Any]:
    return template(template_type="generic", elements=[{"title": "Hat", "subtitle": "Warm", **fields}])


@pytest.mark.parametrize(
    "call",
    [
        button(type="phone_number", payload="+15105551234"),
        button(type="web_url", url="https://x.example"),
        card(image_url="https://x.example/hat.jpg", default_action={"type": "web_url", "url": "https://x.example"}),
    ],
)
def test_these_are_taken(call: dict[str, Any]) -> None:
    check_message(call)


@pytest.mark.parametrize(
    "call",
    [
        {"messaging_type": "RESPONSE", "message": {"text": " \n "}},
        button(type="phone_number", payload="5105551234"),
        button(type="web_url", url="x.example"),
        button(type="account_link", url="https://x.example"),
        card(image_url="hat.jpg"),
        card(default_action={"type": "web_url", "url": "mailto:us@x.example"}),
    ],
)
def test_these_are_refused(call: dict[str, Any]) -> None:
    with pytest.raises(GraphError):
        check_message(call)

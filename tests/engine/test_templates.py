"""What goes out when the window is over: the approved template, in the right language, with every hole filled."""

from __future__ import annotations

from typing import Any

import pytest

from chatbot.types import Attachment, Message, MessageTemplate, NotSent, Say, TemplateButton, TemplateValue
from tests.engine.talk import MONDAY, Talk, program

ANA = {"name": "Ana Li", "consent": {"shipping": True}}
SHIPPED = {
    "category": "utility",
    "body": {"en_US": "Hi {1}, order {2} is on its way.", "es": "Hola {1}, el pedido {2} va en camino."},
}
FLOW = """\
flow: shipped
start: [{ event: shipped }]
steps:
  - say: Your order is on its way.
    template: order_shipped
    with: { 1: "{contact.name}", 2: "{event.order}" }
    if_not_sent: [{ tag: not-told }]
"""


def talk(template: dict[str, Any], flow: str = FLOW, /, *, hours: int = 48, **facts: Any) -> Talk:
    """A conversation in which the contact wrote last so many hours ago, on WhatsApp if nothing else is said."""
    bot = {"languages": ["en", "es"], "templates": {"order_shipped": template}}
    known = {"channel": "whatsapp", "last_in_at": MONDAY - hours * 3_600_000, "contact": ANA, **facts}
    return Talk(program(flow, bot=bot), **known)


def said(talk: Talk) -> Message:
    (message,) = [effect.message for effect in talk.turn.effects if isinstance(effect, Say)]
    return message


def test_within_the_window_the_text_goes_out() -> None:
    open_ = talk(SHIPPED, hours=2)
    assert open_.hears("shipped", order="B-77") == ["Your order is on its way."]
    assert said(open_).template is None


def test_outside_of_it_the_template_does_with_what_the_customer_reads() -> None:
    over = talk(SHIPPED)
    assert over.hears("shipped", order="B-77") == ["Hi Ana Li, order B-77 is on its way."]
    values = (TemplateValue("Ana Li"), TemplateValue("B-77"))
    assert said(over).template == MessageTemplate("order_shipped", "en_US", body=values)


@pytest.mark.parametrize(("locale", "code"), [("es_MX", "es"), ("en_GB", "en_US"), ("fr", "en_US"), ("", "en_US")])
def test_the_locale_decides_on_the_language(locale: str, code: str) -> None:
    over = talk(SHIPPED, locale=locale)
    over.hears("shipped", order="B-77")
    template = said(over).template
    assert template is not None
    assert template.language == code


def test_a_country_of_its_own_goes_before_the_language_alone() -> None:
    over = talk({**SHIPPED, "body": "Hi {1}, order {2} is on its way.", "languages": ["es", "es_MX"]}, locale="es-MX")
    over.hears("shipped", order="B-77")
    assert said(over).template == MessageTemplate(
        "order_shipped", "es_MX", body=(TemplateValue("Ana Li"), TemplateValue("B-77"))
    )


def test_a_channel_without_templates_has_nothing_to_send() -> None:
    over = talk(SHIPPED, channel="messenger")
    assert over.hears("shipped", order="B-77") == []
    assert NotSent("window", "shipped/say:your-order-is-on-its-way") in over.turn.effects


@pytest.mark.parametrize(
    ("category", "consent", "refused"),
    [
        ("utility", {"shipping": True}, ""),
        ("utility", {"opted_in": True}, ""),
        ("utility", {"shipping": True, "marketing": False}, ""),
        ("marketing", {"shipping": True}, ""),
        ("marketing", {"marketing": True}, ""),
        ("marketing", {"shipping": True, "marketing": False}, "consent"),
        ("utility", {"opted_out": True}, "consent"),
        ("utility", {}, "opt_in"),
        ("authentication", {}, "opt_in"),
        ("utility", {"shipping": False}, "opt_in"),
    ],
)
def test_a_template_goes_to_who_has_agreed_and_not_refused(
    category: str, consent: dict[str, bool], refused: str
) -> None:
    over = talk({**SHIPPED, "category": category}, contact={"name": "Ana Li", "consent": consent})
    assert bool(over.hears("shipped", order="B-77")) is not bool(refused)
    reasons = [effect.reason for effect in over.turn.effects if isinstance(effect, NotSent)]
    assert reasons == ([refused] if refused else [])


def test_values_stand_on_one_line_and_are_never_empty() -> None:
    over = talk(SHIPPED, contact={**ANA, "name": " Ana \n\t  Li "})
    over.hears("shipped", order="")
    assert said(over).text == "Hi Ana Li, order - is on its way."
    template = said(over).template
    assert template is not None
    assert template.body == (TemplateValue("Ana Li"), TemplateValue("-"))


def test_names_links_replies_and_pictures_come_along() -> None:
    template = {
        "category": "utility",
        "body": "Order {{number}} is on its way, {{ first }}.",
        "media": "image",
        "buttons": [
            {"title": "Track it", "url": "https://acme.example/{number}"},
            {"title": "The shop", "url": "https://acme.example"},
            {"title": "Call", "phone": "+34600123123"},
            {"title": "Help", "intent": "shipped_help"},
            {"title": "More"},
        ],
    }
    flow = """\
flow: shipped
start: [{ event: shipped }]
steps:
  - say: It is on its way.
    image: "https://acme.example/{event.order}.jpg"
    template: order_shipped
    with: { number: "{event.order}", first: "{contact.first_name}" }
"""
    over = talk(template, flow)
    assert over.hears("shipped", order="B 7") == ["Order B 7 is on its way, Ana."]
    assert said(over).attachment == Attachment("image", "https://acme.example/B%207.jpg")
    assert said(over).template == MessageTemplate(
        "order_shipped",
        "en",
        body=(TemplateValue("B 7", "number"), TemplateValue("Ana", "first")),
        buttons=(
            TemplateButton(0, "url", "B%207"),
            TemplateButton(3, "quick_reply", "intent:shipped_help"),
            TemplateButton(4, "quick_reply", "More"),
        ),
    )


def test_without_its_picture_a_template_does_not_go_out() -> None:
    over = talk(
        {"category": "utility", "body": "Hi {1}, {2} left.", "media": "image"},
        FLOW.replace("    template", '    image: "{event.photo}"\n    template'),
    )
    assert over.hears("shipped", order="B-77") == []
    assert NotSent("window", "shipped/say:your-order-is-on-its-way") in over.turn.effects

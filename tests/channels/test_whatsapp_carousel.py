"""Cards side by side on WhatsApp: as Meta wants them, or one below the other as before."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from pywa.types.callback import Button as PywaButton
from pywa.types.callback import ImageCarouselCard, URLButton
from syrupy.assertion import SnapshotAssertion

from chatbot.channels.registry import open_channel, renderer
from chatbot.channels.whatsapp.rendering import WhatsAppRenderer
from chatbot.errors import OperatorError
from chatbot.testing.fake_whatsapp import FakeWhatsApp
from chatbot.testing.whatsapp_rules import check_message
from chatbot.types import Attachment, Button, Card, Message
from tests.channels.forms import FORMS, MESSAGES, hats, ways

SETTINGS = {
    "kind": "whatsapp", "phone_number_id": "106", "token": "t", "app_secret": "s", "verify_token": "v",
}  # fmt: skip
LINKED = tuple(Card(f"Hat {n}", "Warm", f"https://x.example/{n}.jpg", f"https://x.example/{n}") for n in (1, 2))


def shown(message: Message) -> tuple[Any, ...]:
    side_by_side = WhatsAppRenderer()
    side_by_side.carousel = True
    return side_by_side.render(message)


def carousels(message: Message) -> list[Any]:
    """The carousels among the calls of a message."""
    inner = [body["interactive"] for body in shown(message) if body["type"] == "interactive"]
    return [each for each in inner if each["type"] == "carousel"]


@pytest.mark.parametrize("form", ["1 card", "3 cards", "12 cards", "card with 5 buttons", "image with 11 options"])
def test_each_form_has_its_golden_bodies(form: str, snapshot: SnapshotAssertion) -> None:
    assert json.dumps(shown(FORMS[form]), indent=1, ensure_ascii=False) == snapshot


def test_without_the_setting_cards_come_one_below_the_other() -> None:
    plain = renderer("whatsapp").render(FORMS["3 cards"])
    assert open_channel("wa", SETTINGS, None).render(FORMS["3 cards"]) == plain
    assert open_channel("wa", {**SETTINGS, "carousel": "true"}, None).render(FORMS["3 cards"]) != plain
    with pytest.raises(OperatorError, match="carousel"):
        open_channel("wa", {**SETTINGS, "carousel": "sometimes"}, None)


def test_cards_are_as_another_library_has_them() -> None:
    answers = [PywaButton("Buy 1", "flow:buy 1")]
    ours = carousels(Message("Our hats:", cards=hats(2)))[0]["action"]["cards"][0]
    assert ours == ImageCarouselCard(body="Hat 1\nWarm", image="https://x.example/1.jpg", buttons=answers).to_dict(0)
    linked = carousels(Message("Our hats:", cards=LINKED))[0]["action"]["cards"][1]
    opens = URLButton(title="Hat 2", url="https://x.example/2")
    assert linked == ImageCarouselCard(body="Hat 2\nWarm", image="https://x.example/2.jpg", buttons=opens).to_dict(1)


def test_no_row_has_one_card() -> None:
    assert [len(each["action"]["cards"]) for each in carousels(Message("Hats", cards=hats(11)))] == [6, 5]


def test_what_stands_beside_the_cards_goes_before_and_behind_them() -> None:
    message = Message(
        "Our hats:", buttons=ways("Shop"), options=ways("More"), cards=hats(2), attachment=Attachment("image", "https://x.example/a.jpg")
    )  # fmt: skip
    kinds = [body["interactive"]["type"] if "interactive" in body else body["type"] for body in shown(message)]
    assert kinds == ["button", "carousel", "button"]
    assert "Our hats:" not in str(carousels(message))


def test_numbers_run_on_behind_the_cards_as_they_do_without_a_carousel() -> None:
    many = [f"way {n}" for n in range(11)]
    message = Message("Our hats:", buttons=ways(*many), options=ways(*(f"else {n}" for n in range(11))), cards=hats(2))

    def numbers(bodies: Iterable[Any]) -> list[int]:
        texts = [body["text"]["body"] for body in bodies if body["type"] == "text"]
        return [int(number) for text in texts for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]

    assert numbers(shown(message)) == [*range(1, 12), *range(14, 25)]
    assert numbers(renderer("whatsapp").render(message)) == numbers(shown(message))


FIRST, SECOND = hats(2)


@pytest.mark.parametrize(
    "cards",
    [
        (FIRST,),
        (FIRST, replace(SECOND, image="")),
        (FIRST, replace(SECOND, image="/2.jpg")),
        (FIRST, replace(SECOND, buttons=())),
        (FIRST, replace(SECOND, buttons=ways("Buy 2", "More"))),
        (FIRST, replace(SECOND, buttons=(Button("Shop", url="https://x.example"),))),
        (FIRST, replace(SECOND, buttons=FIRST.buttons)),
        (FIRST, replace(SECOND, url="https://x.example/2")),
        (FIRST, replace(SECOND, text="w" * 160)),
        (FIRST, replace(SECOND, text="a\nb\nc")),
        tuple(replace(each, buttons=ways(*(f"{each.title} {n}" for n in range(3)))) for each in hats(2)),
        (LINKED[0], replace(LINKED[1], url="tel:+1")),
    ],
)
def test_cards_that_are_not_alike_stay_one_below_the_other(cards: tuple[Card, ...]) -> None:
    message = Message("Our hats:", cards=cards)
    assert shown(message) == renderer("whatsapp").render(message)


@given(MESSAGES)
def test_whatever_is_said_meta_takes_it(message: Message) -> None:
    for body in shown(message):
        check_message({"messaging_product": "whatsapp", **body})


async def test_an_answer_on_a_card_is_a_press() -> None:
    async with FakeWhatsApp() as fake, aiohttp.ClientSession() as session:
        fake.customer_wrote("7700")
        channel = open_channel("wa", {**fake.settings, "carousel": "true"}, session)
        for body in channel.render(FORMS["3 cards"]):
            await channel.send("7700", body, "cb:1:1")
        title, payload = next(iter(fake.sent[0].ways.items()))
        [(_, raw)] = fake.signed([fake.press("7700", title, payload)])
        [pressed] = channel.parse(raw)
    assert (pressed.kind, pressed.text, pressed.payload) == ("button", "Buy 1", "flow:buy 1")
    assert fake.sent[0].text == "Our hats:"

"""Whatever is said, each platform takes the bodies: its limits once more, from its documentation, not from our table.

Where a platform tells two things apart by their titles, so must we; where it takes a text only, it gets one.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import HealthCheck, example, given, settings

from chatbot.channels.degrading import degrade, on_cards
from chatbot.channels.registry import renderer
from chatbot.channels.splitting import split_text
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.policy.payloads import carried
from chatbot.testing.messenger_rules import check_message
from chatbot.testing.telegram_rules import check_call
from chatbot.testing.whatsapp_rules import check_message as check_whatsapp
from chatbot.types import Button, Card, Message
from tests.channels.forms import FORMS, LONG, MESSAGES, ways

EXPLAINED: Final = (Button("Post", "post", text="Three days"), Button("Courier", "courier", text="Tomorrow"))
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Messages are large, and the machine may be busy."""


def text_between(text: str, least: int, most: int) -> None:
    assert least <= len(text) <= most
    assert text.strip()


def told_apart(titles: list[str], most: int) -> None:
    assert len(set(titles)) == len(titles)
    for title in titles:
        text_between(title, 1, most)
        assert "\n" not in title


@unhurried
@given(MESSAGES)
def test_messenger_takes_whatever_we_render(message: Message) -> None:
    for body in renderer("messenger").render(message):
        check_message({"messaging_type": "RESPONSE", **body})


@unhurried
@given(MESSAGES)
def test_instagram_takes_whatever_we_render(message: Message) -> None:
    for body in renderer("instagram").render(message):
        check_message({"messaging_type": "RESPONSE", **body})
        assert len(body["message"].get("text", "").encode()) <= 1000


@unhurried
@given(MESSAGES)
def test_whatsapp_takes_whatever_we_render(message: Message) -> None:
    for body in renderer("whatsapp").render(message):
        check_whatsapp({"messaging_product": "whatsapp", **body})
        kind = body["type"]
        match kind:
            case "text":
                text_between(body["text"]["body"], 1, 4096)
            case "interactive":
                whatsapp_interactive(body["interactive"])
            case "location":
                assert {"latitude", "longitude"} <= body["location"].keys()
            case _:
                whatsapp_media(body, kind, captioned=kind in {"image", "video", "document"})


def whatsapp_media(body: Mapping[str, Any], kind: str, *, captioned: bool) -> None:
    assert kind in {"image", "video", "document", "audio"}
    assert body[kind]["link"].startswith("https://")
    if "caption" in body[kind]:
        assert captioned
        text_between(body[kind]["caption"], 1, 1024)


def whatsapp_interactive(shown: Mapping[str, Any]) -> None:
    text_between(shown["body"]["text"], 1, 1024)
    action = shown["action"]
    if "header" in shown:
        assert shown["type"] in {"button", "cta_url"}
        whatsapp_media(shown["header"], shown["header"]["type"], captioned=False)
        assert shown["header"]["type"] != "audio"
    match shown["type"]:
        case "button":
            replies = [button["reply"] for button in action["buttons"]]
            assert 1 <= len(replies) <= 3
            told_apart([reply["title"] for reply in replies], 20)
            assert all(1 <= len(reply["id"]) <= 256 for reply in replies)
        case "list":
            text_between(action["button"], 1, 20)
            rows = [row for section in action["sections"] for row in section["rows"]]
            assert 1 <= len(rows) <= 10
            assert all(1 <= len(section["title"]) <= 24 for section in action["sections"])
            told_apart([row["title"] for row in rows], 24)
            assert all(1 <= len(row["id"]) <= 200 for row in rows)
            assert all(1 <= len(row.get("description", "x")) <= 72 for row in rows)
        case "cta_url":
            text_between(action["parameters"]["display_text"], 1, 20)
            assert action["parameters"]["url"].startswith("https://")
        case other:
            raise AssertionError(other)


TELEGRAM_MEDIA: Final = {
    "sendPhoto": "photo", "sendAudio": "audio", "sendVoice": "voice", "sendVideo": "video", "sendDocument": "document",
}  # fmt: skip


@unhurried
@given(MESSAGES)
def test_telegram_takes_whatever_we_render(message: Message) -> None:
    for call in renderer("telegram").render(message):
        check_call(call["method"], call)
        match call["method"]:
            case "sendMessage":
                text_between(call["text"], 1, 4096)
            case "sendLocation":
                assert {"latitude", "longitude"} <= call.keys()
            case "sendVenue":
                assert call["title"]
                assert call["address"]
            case method:
                assert call[TELEGRAM_MEDIA[method]].startswith("https://")
                text_between(call.get("caption", "x"), 1, 1024)
        rows = call.get("reply_markup", {}).get("inline_keyboard", [])
        assert len(rows) <= 100
        for (button,) in rows:
            assert button["text"].strip()
            assert ("url" in button) != ("callback_data" in button)
            assert 1 <= len(button.get("callback_data", "x").encode()) <= 64


@unhurried
@given(MESSAGES)
def test_x_takes_whatever_we_render(message: Message) -> None:
    for body in renderer("x").render(message):
        assert body.keys() <= {"text", "attachments"}
        assert body
        text_between(body.get("text", "x"), 1, 10_000)
        assert [each.keys() for each in body.get("attachments", [{"url": ""}])] == [{"url"}]


@unhurried
@given(MESSAGES)
def test_tiktok_takes_whatever_we_render(message: Message) -> None:
    for body in renderer("tiktok").render(message):
        match body["message_type"]:
            case "TEXT":
                text_between(body["text"]["body"], 1, 6000)
            case "IMAGE":
                assert body["image"]["url"].startswith("https://")
            case "TEMPLATE":
                card = body["template"]
                text_between(card["title"], 1, 40)
                assert 1 <= len(card["buttons"]) <= 3
                most = {"QA_BUTTON_CARD": 20, "QA_LINK_CARD": 40}[card["type"]]
                told_apart([button["title"] for button in card["buttons"]], most)
                assert all(1 <= len(button["id"].encode()) <= 40 for button in card["buttons"])
            case other:
                raise AssertionError(other)


def without_space(text: str) -> str:
    return re.sub(r"\s+", "", text)


def all_text(message: Message) -> str:
    return "\n".join((message.text, *(f"{card.title}\n{card.text}" for card in message.cards)))


@unhurried
@given(MESSAGES)
@example(FORMS["long payload"])
def test_nothing_said_is_lost_on_any_channel(message: Message) -> None:
    """Every way on is there or written out, every word of the text, every attachment."""
    for kind, limits in CAPABILITIES.items():
        parts = degrade(message, limits)
        written = without_space("".join(all_text(part) for part in parts))
        links = {way.url for part in parts for way in (*part.buttons, *on_cards(part))}
        shown = {way.payload for part in parts for way in (*part.buttons, *part.options, *on_cards(part))}
        for way in (*message.buttons, *message.options, *on_cards(message)):
            there = way.url in links if way.url else carried(way.payload or way.title, limits.payload) in shown
            assert there or without_space(way.title) in written, kind
        assert without_space(message.text) in written, kind
        for way in message.options:
            assert way.url or limits.row_text or without_space(way.text) in written, kind
        attached = message.attachment
        if attached is not None and attached.url and attached not in {part.attachment for part in parts}:
            assert attached.url in written, kind


@unhurried
@given(MESSAGES)
def test_no_link_is_cut_on_any_channel(message: Message) -> None:
    link = "https://acme.example/orders?id=" + "1.2,3;" * 20
    said = Message(f"{message.text[:4000]} {link} and more", message.buttons, message.options)
    for kind in CAPABILITIES:
        assert link in json_texts(renderer(kind).render(said)), kind


def json_texts(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(json_texts(each) for each in value.values())
    if isinstance(value, list | tuple):
        return " ".join(json_texts(each) for each in value)
    return str(value)


def test_numbers_run_on_over_buttons_and_options() -> None:
    message = Message("Now?", buttons=ways("A", "B"), options=ways("C"))
    (part,) = degrade(message, Capabilities(1000))
    assert part.text == "Now?\n1. A\n2. B\n3. C"


def test_numbers_run_on_over_cards() -> None:
    message = Message(
        "Hats", buttons=ways("All"), cards=(Card("Hat", buttons=ways("Buy")), Card("Cap", buttons=ways("Get")))
    )
    assert [body["text"] for body in renderer("x").render(message)] == ["Hats\n1. All", "Hat\n2. Buy", "Cap\n3. Get"]


def test_more_cards_than_messages_are_wanted_are_one_text() -> None:
    cards = tuple(Card(f"Hat {n}", "Warm", "https://x.example/1.jpg", buttons=ways(f"Buy {n}")) for n in range(1, 5))
    (body,) = renderer("tiktok").render(Message(cards=cards))
    blocks = body["text"]["body"].split("\n\n")
    assert blocks == [f"Hat {n}\nWarm\n{n}. Buy {n}" for n in range(1, 5)]


def test_a_long_text_stands_before_its_buttons_in_whole_sentences() -> None:
    first, last = renderer("tiktok").render(Message(f"{LONG} What now?", options=ways("A", "B")))
    assert first["text"]["body"] == LONG
    assert last["template"]["title"] == "What now?"


def test_lines_that_were_added_are_no_question_to_stand_over_options() -> None:
    said, card = renderer("tiktok").render(Message("How shall we send it to you, and when? Say.", options=EXPLAINED))
    assert said["text"]["body"].endswith("Say.\nPost: Three days\nCourier: Tomorrow")
    assert card["template"]["title"] == "👇"


def test_pieces_of_a_long_text_keep_the_order_in_which_it_was_written() -> None:
    bodies = renderer("instagram").render(Message(LONG, options=ways("A")))
    assert " ".join(body["message"]["text"] for body in bodies) == LONG
    assert split_text(LONG, 1000, "bytes") == tuple(body["message"]["text"] for body in bodies)

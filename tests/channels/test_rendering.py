"""Each form of a message on each channel, as golden bodies - and the laws no example can show."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from chatbot.channels.degrading import degrade
from chatbot.channels.graphemes import is_border, shorten
from chatbot.channels.registry import KINDS, renderer
from chatbot.channels.splitting import split_text
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.testing.messenger_rules import check_message
from chatbot.types import Attachment, Button, Card, Message


def on_cards(message: Message) -> tuple[Button, ...]:
    return tuple(way for card in message.cards for way in card.buttons)


def ways(*titles: str) -> tuple[Button, ...]:
    return tuple(Button(title, payload=f"flow:{title.lower()}") for title in titles)


SHOP = Button("Open the shop", url="https://acme.example/shop?a=1&b=2")
SENTENCES = " ".join(f"This is sentence number {n}, and it is here to be long." for n in range(60))

FORMS: dict[str, Message] = {
    "text": Message("Hello! How can we help?"),
    "options": Message("Which colour?", options=ways("Red", "Green")),
    "many options": Message("Which size?", options=ways(*(f"Size {n}" for n in range(1, 16)))),
    "buttons": Message("What next?", buttons=(*ways("Track", "Return"), SHOP)),
    "many buttons": Message("What next?", buttons=ways("Track", "Return", "Cancel", "Person")),
    "buttons and options": Message("And now?", buttons=(SHOP,), options=ways("Yes", "No")),
    "many links": Message(
        "Read on:", buttons=tuple(Button(f"Page {n}", url=f"https://x.example/{n}") for n in range(4))
    ),
    "long titles": Message("Which?", options=ways("The very first of all options", "Another quite long option")),
    "titles alike once cut": Message(
        "Which?", options=ways("Returns of electronic goods", "Returns of electronic toys")
    ),
    "long payload": Message("Which?", options=(Button("A", payload="x" * 1001), Button("B", payload="b"))),
    "options without a text": Message(options=ways("Yes", "No")),
    "image with text": Message("Our shop", attachment=Attachment("image", "https://x.example/shop.jpg")),
    "file": Message(attachment=Attachment("file", "https://x.example/invoice.pdf", "Invoice")),
    "location": Message("We are here:", attachment=Attachment("location", "", "Acme", 52.5, 13.4)),
    "cards": Message(
        "Our hats:",
        options=ways("More"),
        cards=(
            Card("Hat", "Warm", "https://x.example/hat.jpg", "https://x.example/hat", ways("Buy")),
            Card("Cap", "Cool"),
        ),
    ),
    "cards too long for side by side": Message("Our hats:", cards=(Card("Hat", "w" * 1001, buttons=ways("Buy")),)),
    "many cards": Message(cards=tuple(Card(f"Hat {n}", "Warm") for n in range(12))),
    "long text with buttons": Message(SENTENCES, buttons=ways("More")),
    "empty": Message(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_form_has_its_golden_bodies(kind: str, form: str, snapshot: SnapshotAssertion) -> None:
    bodies = renderer(kind).render(FORMS[form])
    assert json.dumps(bodies, indent=1, ensure_ascii=False) == snapshot


titles = st.text(min_size=1, max_size=40)
links = st.just("https://acme.example/" + "x" * 40)
buttons = st.builds(Button, title=titles, payload=st.text(max_size=1100), url=st.just("") | links)
messages = st.builds(
    Message,
    text=st.text(max_size=100) | st.text(alphabet="ab .\n", min_size=1500, max_size=6000),
    buttons=st.lists(buttons, max_size=6).map(tuple),
    options=st.lists(buttons, max_size=16).map(tuple),
    attachment=st.none() | st.just(Attachment("image", "https://x.example/1.png")),
    cards=st.lists(
        st.builds(
            Card,
            title=st.text(min_size=1, max_size=90),
            text=st.text(max_size=90),
            url=st.just("") | st.just("https://x.example"),
            buttons=st.lists(buttons, max_size=4).map(tuple),
        ),
        max_size=12,
    ).map(tuple),
)


@given(messages)
def test_instagram_takes_whatever_we_render(message: Message) -> None:
    for body in renderer("instagram").render(message):
        shown = body["message"]
        assert len(shown.get("text", "").encode()) <= 1000
        assert len(shown.get("quick_replies", ())) <= 13
        assert shown.get("text") or shown.get("attachment")


@given(messages)
def test_telegram_takes_whatever_we_render(message: Message) -> None:
    for call in renderer("telegram").render(message):
        if call["method"] != "sendMessage":
            continue
        assert 1 <= len(call["text"].strip()) <= 4096
        for (button,) in call.get("reply_markup", {}).get("inline_keyboard", ()):
            assert 1 <= len(button.get("callback_data", "x").encode()) <= 64


@given(messages)
def test_whatsapp_takes_whatever_we_render(message: Message) -> None:
    for body in renderer("whatsapp").render(message):
        if body["type"] == "text":
            assert 1 <= len(body["text"]["body"].strip()) <= 4096
        if body["type"] != "interactive":
            continue
        shown = body["interactive"]
        assert 1 <= len(shown["body"]["text"].strip()) <= 1024
        buttons = [button["reply"] for button in shown["action"].get("buttons", ())]
        rows = [row for section in shown["action"].get("sections", ()) for row in section["rows"]]
        assert 1 <= len(buttons or rows) <= (3 if buttons else 10)
        assert len({way["title"] for way in buttons or rows}) == len(buttons or rows)
        for way in buttons or rows:
            assert 1 <= len(way["title"]) <= (20 if buttons else 24)
            assert 1 <= len(way["id"].encode()) <= 200


@given(messages)
def test_messenger_takes_whatever_we_render(message: Message) -> None:
    for body in renderer("messenger").render(message):
        check_message({"messaging_type": "RESPONSE", **body})


@given(messages)
def test_every_way_on_is_somewhere_in_what_is_sent(message: Message) -> None:
    parts = degrade(message, CAPABILITIES["messenger"])
    shown = {way.payload for part in parts for way in (*part.buttons, *part.options, *on_cards(part))}
    written = "\n".join(part.text for part in parts)
    for way in (*message.buttons, *message.options, *on_cards(message)):
        found = way.payload in shown or re.sub(r"\s+", "", way.title) in re.sub(r"\s+", "", written)
        assert found or any(button.url == way.url for part in parts for button in (*part.buttons, *on_cards(part)))


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from(" .\n👍🏽‍👩é")), st.integers(4, 50))
def test_splitting_loses_nothing_but_white_space(text: str, limit: int) -> None:
    for unit in ("characters", "bytes"):
        pieces = split_text(text, limit, unit)
        sizes = [len(piece) if unit == "characters" else len(piece.encode()) for piece in pieces]
        assert all(0 < size <= limit for size in sizes)
        assert re.sub(r"\s+", "", "".join(pieces)) == re.sub(r"\s+", "", text)


def test_a_text_is_cut_at_the_best_place_there_is() -> None:
    assert split_text("One two. Three four five.", 12) == ("One two.", "Three four", "five.")
    assert split_text("First part\n\nsecond part here", 20) == ("First part", "second part here")
    assert split_text("x" * 25, 10) == ("x" * 10, "x" * 10, "x" * 5)
    assert split_text("你好。今天天气好。", 6) == ("你好。", "今天天气好。")


def test_a_link_is_never_cut() -> None:
    link = "https://acme.example/orders?id=1.2.3,4"
    for limit in range(len(link), len(link) + 30):
        assert link in " ".join(split_text(f"See your order at {link} or call us. Bye, and thanks.", limit)).split()


def test_a_family_a_flag_and_an_accent_are_one_character_each() -> None:
    for grapheme in ("👩‍👩‍👧", "🇩🇪", "e\u0301", "👍🏽", "\r\n", "❤️", "\u1112\u1161\u11ab"):
        text = f"ab{grapheme}cd"
        assert [at for at in range(1, len(text)) if not is_border(text, at)] == list(range(3, 2 + len(grapheme)))
    assert shorten("Hello 👩‍👩‍👧 family", 9) == "Hello…"
    assert is_border("🇩🇪🇫🇷", 2)


def test_numbers_run_on_over_buttons_and_options() -> None:
    message = Message("Now?", buttons=ways("A", "B"), options=ways("C"))
    (part,) = degrade(message, Capabilities(1000))
    assert part.text == "Now?\n1. A\n2. B\n3. C"

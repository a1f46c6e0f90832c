"""What a page may post, and what becomes of its session token."""

import asyncio
import gzip
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.channels.console import Console
from chatbot.channels.protocol import ParseError, Platform
from chatbot.channels.registry import open_channel, renderer
from chatbot.channels.webchat.channel import WebChat
from chatbot.channels.webchat.page import page, widget
from chatbot.channels.webchat.parsing import contact_of
from chatbot.errors import OperatorError
from chatbot.types import Message

SESSION = "a" * 43


def chat(**settings: Any) -> WebChat:
    return WebChat.open("site", {"kind": "webchat", **settings}, None)


def body(**fields: Any) -> bytes:
    return json.dumps({"session": SESSION, "id": "message-1", **fields}).encode()


def test_a_text_and_a_pressed_button() -> None:
    (text,) = chat().parse(body(text="  hello "))
    assert (text.kind, text.text, text.payload, text.key.account) == ("text", "hello", "", "site")
    (button,) = chat().parse(body(title="Yes", payload="flow:yes"))
    assert (button.kind, button.text, button.payload) == ("button", "Yes", "flow:yes")


def test_the_contact_is_a_hash_of_the_token_and_owns_its_message_ids() -> None:
    (mine,) = chat().parse(body(text="hello"))
    (other,) = chat().parse(body(text="hello", session="b" * 43))
    assert mine.key.contact == contact_of(SESSION) != other.key.contact
    assert SESSION not in repr(mine)
    assert mine.message_id == f"{mine.key.contact}:message-1" != other.message_id


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        body(),
        body(text="   "),
        body(text=5),
        body(text="x" * 4001),
        body(payload="x" * 1001, title="y"),
        body(text="hi", session="short"),
        body(text="hi", session="a" * 42 + "\n"),
        body(text="hi", session=None),
        body(text="hi", id="a"),
        body(text="hi", id="a b c d e f"),
        body(text="hi", id=12345678),
    ],
    ids=lambda raw: f"{raw[:70]!r}{len(raw)}",
)
def test_anything_else_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(ParseError):
        chat().parse(raw)


@given(st.binary())
def test_no_bytes_raise_anything_but_a_parse_error(raw: bytes) -> None:
    for channel in (chat(), Console("console")):
        with pytest.raises(ParseError):
            channel.parse(raw + b"?")


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5)


@given(st.dictionaries(st.sampled_from(["session", "id", "text", "payload", "title", "timestamp"]), json_values))
def test_no_object_raises_anything_but_a_parse_error(fields: dict[str, Any]) -> None:
    channels: tuple[Platform, ...] = (chat(), Console("console"))
    for channel in channels:
        try:
            channel.parse(json.dumps({"session": SESSION, "id": "message-1", **fields}).encode())
        except ParseError:
            continue


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"origins": ["acme.example"]}, "channels.site.origins.0 must be an origin"),
        ({"origins": ["https://acme.example/shop"]}, "channels.site.origins.0 must be an origin"),
        ({"accent": "red"}, "channels.site.accent"),
        ({"colour": "red"}, "channels.site.colour is not a setting"),
    ],
    ids=str,
)
def test_wrong_settings_are_named(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(OperatorError, match=re.escape(named)):
        chat(**settings)


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(OperatorError, match="no channel is called 'pigeon'; there are bridge, console, instagram"):
        open_channel("site", {"kind": "pigeon"})
    assert renderer("webchat").render(Message("hi")) == ({"text": "hi"},)


async def test_sending_wakes_the_streams_of_that_contact_only() -> None:
    channel = chat()
    with channel.notifier.listening("one") as one, channel.notifier.listening("two") as two:
        assert await channel.send("one", {"text": "hi"}, "row-1") == "row-1"
        await channel.typing("one")
        assert await asyncio.wait_for(one.wait(5), 1) is True
        assert await two.wait(0.01) is False
    assert channel.notifier.open_streams("one") == 0


def test_the_widget_is_one_small_script_and_the_page_has_no_inline_code() -> None:
    settings = chat(title='</script><b>"Acme"').settings
    script, tag = widget("site", settings)
    assert len(gzip.compress(script.encode())) < 25_000
    assert tag == widget("site", settings)[1]
    assert "innerHTML" not in script
    assert "eval(" not in script
    html = page("site", settings)
    assert "<b>" not in html
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html)

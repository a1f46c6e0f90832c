"""What a page may post, and what becomes of its session token."""

import asyncio
import base64
import gzip
import hmac
import json
import re
import time
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.channels.console import Console
from chatbot.channels.protocol import ParseError, Platform
from chatbot.channels.registry import open_channel, renderer
from chatbot.channels.webchat import colours
from chatbot.channels.webchat.channel import WebChat
from chatbot.channels.webchat.page import page, widget
from chatbot.channels.webchat.parsing import contact_of
from chatbot.channels.webchat.settings import WORDS
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


def test_what_is_no_message_is_a_hint_dated_by_our_clock() -> None:
    (typing,) = chat().parse(body(type="typing"))
    (read,) = chat().parse(body(type="read", cursor=7, timestamp=5))
    assert (typing.kind, read.kind) == ("typing", "read")
    assert typing.message_id
    assert read.message_id
    assert abs(read.timestamp / 1000 - time.time()) < 60


SECRET = "the shop's own secret"


def token(user: str, secret: str = SECRET) -> str:
    coded = base64.urlsafe_b64encode(user.encode()).decode().rstrip("=")
    return f"u.{coded}.{hmac.new(secret.encode(), user.encode(), 'sha256').hexdigest()}"


def test_a_proven_user_is_the_same_contact_everywhere() -> None:
    channel = chat(identity_secret=SECRET)
    (one,) = channel.parse(body(text="hi", session=token("Zoë/42")))
    assert one.key.contact == "user:Zoë/42"
    assert channel.contact_of(SESSION) == contact_of(SESSION), "who is not signed in writes as before"


def test_what_a_page_tells_of_a_visitor_counts_once_the_visitor_is_proven() -> None:
    told = {"name": "Ana Díaz", "email": "ana@example.com", "locale": "es-MX", "admin": True}
    channel = chat(identity_secret=SECRET)
    (proven,) = channel.parse(body(text="hi", session=token("42"), profile=told))
    (anybody,) = channel.parse(body(text="hi", profile=told))
    assert proven.profile == {"name": "Ana Díaz", "email": "ana@example.com", "locale": "es-MX"}
    assert anybody.profile == {"locale": "es-MX"}
    for wrong in ({"name": "a\nb", "email": "nobody", "locale": "../.."}, {"name": ["x"], "email": 5}, "text", None):
        (inbound,) = channel.parse(body(text="hi", session=token("42"), profile=wrong))
        assert inbound.profile == {}


@pytest.mark.parametrize(
    "session",
    [token("42", "another secret"), token("42")[:-1] + "0x", token("42").replace("NDI", "NDM"), token(""),
     token("x" * 191), token(" 42"), token("4\n2"), "u.", "u.!!.00", "u.NDI." + "é" * 64],
    ids=str,
)  # fmt: skip
def test_who_is_not_proven_is_nobody(session: str) -> None:
    assert chat(identity_secret=SECRET).contact_of(session) == ""
    with pytest.raises(ParseError):
        chat(identity_secret=SECRET).parse(body(text="hi", session=session))


def test_without_a_secret_nobody_is_proven() -> None:
    assert chat().contact_of(token("42")) == ""
    assert chat().contact_of(token("42", "")) == ""


def test_the_script_does_not_know_the_secret() -> None:
    assert SECRET not in widget("site", chat(identity_secret=SECRET).settings).text


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_every_accent_can_be_read(accent: str) -> None:
    def contrast(one: str, other: str) -> float:
        return colours.contrast(colours._read(one), colours._read(other))

    assert contrast(accent, colours.on(accent)) >= 4.4
    assert contrast(colours.as_text(accent, dark=False), "#f1f3f8") >= 4.5
    assert contrast(colours.as_text(accent, dark=True), "#242a39") >= 4.5


def test_every_language_of_the_widget_has_every_word() -> None:
    script = (resources.files("chatbot.channels.webchat") / "assets" / "words.js").read_text("utf-8")
    found = re.search(r'const KEYS = "([^"]*)"', script)
    assert found is not None
    assert set(found[1].split()) == set(WORDS)
    languages = dict(re.findall(r'^  ([a-z]{2}): "(.*)",$', script, re.MULTILINE))
    assert set(languages) == {"en", "es", "de", "fr", "it", "pt", "nl", "tr", "ar"}
    assert {language: len(words.split("|")) for language, words in languages.items()} == dict.fromkeys(
        languages, len(found[1].split())
    )


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
        body(type="shout", text="hi"),
        body(text="hi", session=f"u.{'eA'}.{'0' * 64}"),
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
        ({"words": {"en": {"sendd": "Go"}}}, "channels.site.words.en.sendd"),
        ({"files": {"types": ["exe"]}}, "channels.site.files.types.0"),
        ({"files": {"max_size": "10 GB"}}, "channels.site.files.max_size"),
        ({"identity_secret": ""}, "channels.site.identity_secret is empty"),
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
        await asyncio.wait_for(one.wait(60), 5)
        await channel.typing("one")
        await asyncio.wait_for(one.wait(60), 5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(two.wait(60), 0.05)
    assert channel.notifier.open_streams("one") == 0


def test_the_widget_is_one_small_script_and_the_page_has_no_inline_code() -> None:
    settings = chat(title='</script><b>"Acme"').settings
    script = widget("site", settings)
    assert len(gzip.compress(script.text.encode())) < 25_000
    assert script == widget("site", settings)
    assert "innerHTML" not in script.text
    assert "eval(" not in script.text
    html = page("site", settings)
    assert "<b>" not in html
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html)

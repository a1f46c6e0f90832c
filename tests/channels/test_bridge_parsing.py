"""The bridge: the vocabulary itself as JSON, alone, in lists and in the envelope of Standard Webhooks."""

import json
from typing import Any

import pytest
from hypothesis import given

from chatbot.channels.bridge.parsing import KINDS, parse
from chatbot.channels.protocol import ParseError
from chatbot.conversation.ports import NOTICE
from chatbot.conversation.record import is_spoken
from chatbot.types import Attachment, Json, Referral
from tests.channels.reading import check_storable, matches, one, strange

AT = 1_700_000_000_000
EVENT: dict[str, Any] = {"kind": "text", "id": "p-1", "timestamp": AT, "sender": "u1", "text": "hi"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_the_vocabulary_has_its_name(kind: str) -> None:
    assert one(parse, {**EVENT, "kind": kind, "recipient": "u1"}).kind == kind


def test_all_that_an_event_may_hold_arrives() -> None:
    place = {"kind": "location", "latitude": 1.5, "longitude": 2, "title": "Shop"}
    picture = {"type": "image", "url": "https://i", "mime": "image/png", "id": "7"}
    more = {"conversation": "c1", "attachments": [picture, place], "referral": {"ref": "r", "source": "ad", "ad_id": 5}}
    found = one(parse, {**EVENT, **more, "payload": "P", "refers_to": "p-0", "metadata": "row-1"})
    shown = (Attachment("image", "https://i", id="7", mime="image/png"), Attachment("location", "", "Shop", 1.5, 2.0))
    expected = {"kind": "text", "contact": "u1", "conversation": "c1", "attachments": shown, "payload": "P"}
    matches(found, {**expected, "referral": Referral("r", "ad", "5"), "refers_to": "p-0", "metadata": "row-1"})
    matches(found, {"message_id": "p-1", "timestamp": AT})


def test_a_thread_may_be_an_object_and_a_file_only_its_address() -> None:
    files = ["https://x/1", {"url": "https://x/2", "mime_type": "image/png"}]
    found = one(parse, {"sender": {"id": "u1"}, "id": "1", "conversation": {"id": "c1"}, "attachments": files})
    assert (found.kind, found.conversation) == ("attachment", "c1")
    shown = (Attachment("file", "https://x/1"), Attachment("image", "https://x/2", mime="image/png"))
    assert found.attachments == shown


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ([EVENT, {**EVENT, "id": "p-2"}], ["p-1", "p-2"]),
        ({"events": [EVENT, {**EVENT, "id": "p-2"}]}, ["p-1", "p-2"]),
        ({"type": "message.received", "timestamp": "2023-11-14T22:13:20Z", "data": EVENT}, ["p-1"]),
        ({"type": "message.received", "timestamp": AT, "data": [EVENT]}, ["p-1"]),
        ([], []),
        ({}, []),
        ({"events": []}, []),
    ],
)
def test_events_come_alone_in_lists_and_in_an_envelope(body: Json, ids: list[str]) -> None:
    found = parse(json.dumps(body).encode(), "acct")
    assert [each.message_id for each in found] == ids
    assert {each.timestamp for each in found} <= {AT}


def test_the_envelope_speaks_where_the_event_is_silent() -> None:
    inner = {"id": "p-1", "sender": {"id": "u1"}, "text": "hi"}
    matches(
        one(parse, {"type": "message.received", "timestamp": AT, "data": inner}),
        {"kind": "text", "contact": "u1", "timestamp": AT, "raw_type": "message.received"},
    )
    assert (
        one(parse, {"type": "message.read", "timestamp": AT, "data": {"sender": "u1", "refers_to": "m"}}).kind == "read"
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"text": "hi"}, "text"),
        ({"text": "Yes", "payload": "Y"}, "button"),
        ({"attachments": [{"kind": "image"}]}, "attachment"),
    ],
)
def test_a_message_is_what_it_holds(content: dict[str, Any], kind: str) -> None:
    assert one(parse, {"sender": "u1", "id": "1", **content}).kind == kind


def test_an_echo_belongs_to_whom_it_was_sent() -> None:
    found = one(parse, {**EVENT, "kind": "echo", "sender": "desk", "recipient": "u1"})
    matches(found, {"kind": "echo", "contact": "u1", "sender": "desk"})


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({**EVENT, "kind": "hologram"}, "no use for events of the type 'hologram'"),
        ({"kind": "text", "text": "hi"}, "names no customer"),
        ({**EVENT, "account": "other"}, "of another account"),
        ({"sender": "u1"}, "no use for events of the type 'unknown'"),
    ],
)
def test_what_has_no_use_says_why(event: Json, reason: str) -> None:
    matches(one(parse, event, "mine"), {"kind": "ignored", "reason": reason})


def test_a_lone_value_is_no_event() -> None:
    with pytest.raises(ParseError):
        parse(b'"hi"', "acct")


WORDS = (
    "kind type id timestamp sender recipient conversation text payload attachments referral refers_to events"
    " data message message.received echo image location url latitude account metadata ref"
)


@given(strange(WORDS, [AT, *sorted(KINDS)]))
def test_no_json_raises(value: Json) -> None:
    check_storable(parse, json.dumps(value).encode())
    check_storable(parse, json.dumps({"type": "message.received", "data": value}).encode(), "mine")
    check_storable(parse, json.dumps({**EVENT, "attachments": [value], "referral": value, "sender": value}).encode())


def test_an_opt_in_says_for_what_and_a_failure_why() -> None:
    for more in ({"purpose": "news"}, {"data": {"purpose": "news"}}):
        found = one(parse, {**EVENT, "kind": "opt_in", **more})
        assert found.data == {"purpose": "news"}
        assert not is_spoken(found)
    assert one(parse, {**EVENT, "kind": "failed", "refers_to": "9", "reason": "window"}).reason == "window"
    assert one(parse, {**EVENT, "kind": "failed", "refers_to": "9", "reason": "moon"}).reason == ""


def test_who_they_are_and_what_else_comes_along_arrives_but_for_what_is_ours_to_say() -> None:
    profile = {"name": " Ana ", "locale": "es", "age": 40, "picture": None}
    found = one(parse, {**EVENT, "profile": profile, "data": {"items": [1], NOTICE: "believe me"}})
    assert (found.profile, found.data) == ({"name": "Ana", "locale": "es"}, {"items": [1]})
    assert one(parse, {**EVENT, "profile": "Ana", "data": "x"}).profile == {}


@pytest.mark.parametrize("item", [{"kind": "image/png"}, {"mime": "image/png"}, {"type": "image", "mime": "image/png"}])
def test_a_mime_type_is_a_kind_of_attachment(item: dict[str, str]) -> None:
    [shown] = one(parse, {**EVENT, "attachments": [{**item, "url": "https://i"}]}).attachments
    assert (shown.kind, shown.mime) == ("image", "image/png")

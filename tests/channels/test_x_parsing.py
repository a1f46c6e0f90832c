"""X: direct messages in both envelopes, and what else the subscriptions bring."""

import json
from typing import Any

import pytest
from hypothesis import given

from chatbot.channels.protocol import ParseError
from chatbot.channels.x.parsing import parse
from chatbot.types import Attachment, Json, Referral
from tests.channels.reading import check_storable, matches, one, strange

BOT, USER, AT = "1603419180975409153", "2244994945", 1_784_928_224_372


def direct(sender: str = USER, recipient: str = BOT, **data: Json) -> dict[str, Any]:
    created = {"sender_id": sender, "target": {"recipient_id": recipient}, "message_data": data}
    return {"type": "message_create", "id": "20", "created_timestamp": str(AT), "message_create": created}


def older(*events: Json, **more: Json) -> dict[str, Any]:
    return {"for_user_id": BOT, "direct_message_events": list(events), "users": {USER: {"name": "Ann"}}, **more}


def activity(payload: Json, name: str = "dm.received") -> dict[str, Any]:
    return {
        "data": {"event_uuid": "-68", "event_type": name, "filter": {"user_id": BOT}, "tag": "t", "payload": payload}
    }


def both(event: Json) -> list[dict[str, Any]]:
    users = {USER: {"data": {"name": "Ann", "username": "ann"}}}
    return [older(event), activity({"direct_message_events": [event], "users": users})]


PHOTO = {"type": "media", "media": {"id_str": "7", "media_url_https": "https://ton.x.com/7.jpg", "type": "photo"}}
VERSIONS = [
    {"bitrate": 100, "url": "https://v/low"},
    {"bitrate": 900, "url": "https://v/high"},
    {"url": "https://v/m3u8"},
]
PLACE = {"type": "shared_coordinate", "shared_coordinate": {"coordinates": {"coordinates": [-122.4, 37.8]}}}
TABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text", {"text": "hi"}, {"kind": "text", "text": "hi"}),
    ("escaped", {"text": "a &lt; b &amp;&amp; c &gt; d"}, {"kind": "text", "text": "a < b && c > d"}),
    (
        "picture, its link left out",
        {"text": "look https://t.co/abc123", "attachment": PHOTO},
        {"kind": "text", "text": "look", "attachments": (Attachment("image", "https://ton.x.com/7.jpg", id="7"),)},
    ),
    (
        "picture alone",
        {"text": " https://t.co/abc123", "attachment": PHOTO},
        {"kind": "attachment", "text": "", "attachments": (Attachment("image", "https://ton.x.com/7.jpg", id="7"),)},
    ),
    (
        "video, in its best form",
        {"attachment": {"media": {"id_str": "8", "type": "video", "video_info": {"variants": VERSIONS}}}},
        {"kind": "attachment", "attachments": (Attachment("video", "https://v/high", id="8"),)},
    ),
    ("a link stays where nothing is attached", {"text": "see https://t.co/abc"}, {"text": "see https://t.co/abc"}),
    (
        "place",
        {"text": "here", "attachment": {"type": "location", "location": PLACE}},
        {"kind": "text", "attachments": (Attachment("location", latitude=37.8, longitude=-122.4),)},
    ),
    (
        "a place that was asked for, its link left out",
        {
            "text": " https://t.co/JyjK",
            "attachment": {"type": "location", "location": PLACE},
            "quick_reply_response": {"type": "location", "metadata": "where"},
        },
        {"kind": "attachment", "text": "", "attachments": (Attachment("location", latitude=37.8, longitude=-122.4),)},
    ),
    (
        "quick reply",
        {"text": "Red", "quick_reply_response": {"type": "options", "metadata": "RED"}},
        {"kind": "button", "text": "Red", "payload": "RED"},
    ),
    (
        "an answer in the customer's own words",
        {"text": "about noon", "quick_reply_response": {"type": "text_input", "metadata": "when"}},
        {"kind": "text", "text": "about noon"},
    ),
    (
        "a place that has a name",
        {
            "attachment": {
                "type": "location",
                "location": {"type": "shared_place", "shared_place": {"place": {"id": "5a", "full_name": "Oakland"}}},
            }
        },
        {"kind": "attachment", "attachments": (Attachment("location", title="Oakland", id="5a"),)},
    ),
    ("nothing in it", {}, {"kind": "unsupported"}),
]


@pytest.mark.parametrize("envelope", [0, 1], ids=["older", "activity"])
@pytest.mark.parametrize(("data", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_message_is_understood(data: dict[str, Any], expected: dict[str, Any], envelope: int) -> None:
    found = one(parse, both(direct(**data))[envelope], BOT)
    matches(found, {"contact": USER, "message_id": "20", "timestamp": AT, **expected})
    assert found.data["name"] == "Ann"


@pytest.mark.parametrize("own_id", [BOT, ""])
def test_what_the_account_wrote_is_an_echo(own_id: str) -> None:
    event = direct(BOT, USER, text="Hello")
    for body in (older(event), activity({"direct_message_events": [event]}, "dm.sent")):
        matches(one(parse, body, own_id), {"kind": "echo", "contact": USER, "sender": BOT, "text": "Hello"})


def test_several_messages_in_one_body_are_several_events() -> None:
    raw = json.dumps(activity({"direct_message_events": [direct(text="a"), {**direct(text="b"), "id": "21"}]})).encode()
    assert [each.message_id for each in parse(raw, "acct", BOT)] == ["20", "21"]


def test_a_payload_may_be_one_event_in_the_words_of_the_second_api() -> None:
    event = {
        "id": "30",
        "event_type": "MessageCreate",
        "sender_id": USER,
        "text": "a &amp; b",
        "dm_conversation_id": f"{USER}-{BOT}",
    }
    found = one(parse, activity({**event, "created_at": "2026-07-20T01:51:31Z"}), BOT)
    expected = {"kind": "text", "text": "a & b", "contact": USER, "conversation": f"{USER}-{BOT}", "message_id": "30"}
    matches(found, {**expected, "timestamp": 1_784_512_291_000})
    matches(one(parse, activity({**event, "sender_id": BOT}, "dm.sent"), BOT), {"kind": "echo", "contact": USER})


@pytest.mark.parametrize(("key", "kind"), [("3_1", "image"), ("7_1", "video"), ("16_1", "video"), ("99_1", "file")])
def test_a_media_key_says_what_it_names_and_its_link_is_left_out(key: str, kind: str) -> None:
    event = {"id": "30", "sender_id": USER, "text": "look https://t.co/x", "attachments": {"media_keys": [key]}}
    found = one(parse, activity(event), BOT)
    assert (found.kind, found.text) == ("text", "look")
    assert [(each.kind, each.id) for each in found.attachments] == [(kind, key)]


def test_a_conversation_with_a_number_of_its_own_is_a_group() -> None:
    event = {"id": "30", "sender_id": USER, "text": "hi all", "dm_conversation_id": "1582103724607971328"}
    matches(one(parse, activity(event), BOT), {"kind": "group", "contact": USER, "text": "hi all"})
    assert one(parse, activity({**event, "sender_id": BOT}, "dm.sent"), BOT).kind == "ignored"


def test_a_first_message_tells_what_it_was_brought_by() -> None:
    event = {**direct(text="hi"), "initiated_via": {"welcome_message_id": "w1"}}
    assert one(parse, older(event), BOT).referral == Referral("w1", "welcome_message")


def test_typing_and_reading_are_signals() -> None:
    signal = {"created_timestamp": str(AT), "sender_id": USER, "target": {"recipient_id": BOT}}
    body = {"for_user_id": BOT, "direct_message_indicate_typing_events": [signal]}
    matches(one(parse, body, BOT), {"kind": "typing", "contact": USER, "timestamp": AT})
    seen = {**signal, "last_read_event_id": "20"}
    body = {"for_user_id": BOT, "direct_message_mark_read_events": [seen]}
    matches(one(parse, body, BOT), {"kind": "read", "contact": USER, "refers_to": "20", "message_id": "read:20"})
    assert one(parse, activity(seen, "dm.read"), BOT).kind == "read"
    assert (
        one(parse, activity({"direct_message_indicate_typing_events": [signal]}, "dm.indicate_typing"), BOT).kind
        == "typing"
    )
    assert one(parse, {**body, "direct_message_mark_read_events": [{**seen, "sender_id": BOT}]}, BOT).kind == "ignored"


def test_an_encrypted_chat_is_said_to_be_one() -> None:
    found = one(parse, activity({"sender_id": USER, "conversation_id": f"{USER}-{BOT}"}, "chat.received"), BOT)
    matches(found, {"kind": "unsupported", "contact": USER})
    assert one(parse, activity({"sender_id": BOT}, "chat.sent"), BOT).kind == "ignored"


def test_an_encrypted_chat_names_its_parties_and_its_time_in_a_way_of_its_own() -> None:
    payload = {"id": "7", "sender_id": USER, "conversation_id": f"{USER}:{BOT}", "created_at_msec": str(AT)}
    found = one(parse, activity(payload, "chat.received"), BOT)
    matches(found, {"kind": "unsupported", "contact": USER, "timestamp": AT, "message_id": "7"})
    read = one(parse, activity({"conversation_id": f"{USER}:{BOT}", "sender_id": BOT, "text": "hi"}, "dm.sent"), BOT)
    matches(read, {"kind": "echo", "contact": USER})


@pytest.mark.parametrize(
    "body",
    [
        {"for_user_id": BOT, "tweet_create_events": [{"id_str": "1", "text": "@bot hi"}]},
        {"for_user_id": BOT, "favorite_events": [{"id": "1"}]},
        {"for_user_id": BOT, "follow_events": [{"type": "follow"}]},
        {"user_event": {"revoke": {"source": {"user_id": USER}}}},
        activity({"before": "a", "after": "b"}, "profile.update.bio"),
        activity({}, "follow.follow"),
        older({"type": "participants_join", "id": "1"}),
        {**older(direct(text="hi")), "for_user_id": "999"},
    ],
)
def test_what_is_no_direct_message_says_why(body: Json) -> None:
    found = one(parse, body, BOT)
    assert found.kind == "ignored"
    assert found.reason


def test_an_empty_object_has_no_events_and_a_list_is_no_body() -> None:
    assert parse(b"{}", "acct") == ()
    with pytest.raises(ParseError):
        parse(b"[]", "acct")


WORDS = (
    "data payload event_type filter user_id direct_message_events direct_message_indicate_typing_events type"
    " id direct_message_mark_read_events message_create sender_id target recipient_id message_data text"
    " attachment media location quick_reply_response users dm.received dm.sent dm.read chat.received"
    " for_user_id created_timestamp video_info variants bitrate url shared_coordinate coordinates initiated_via"
    " dm_conversation_id attachments media_keys"
)


@given(strange(WORDS, [BOT, USER, AT]))
def test_no_json_raises(value: Json) -> None:
    check_storable(parse, json.dumps(value).encode())
    check_storable(parse, json.dumps(older(value, direct_message_mark_read_events=[value])).encode(), BOT)
    for name in ("dm.received", "dm.sent", "dm.read", "dm.indicate_typing", "chat.received", "x"):
        check_storable(parse, json.dumps(activity(value, name)).encode())
    created = {"sender_id": USER, "message_data": {"attachment": value, "text": value}, "target": value}
    check_storable(parse, json.dumps(older({"message_create": created, "initiated_via": value})).encode())

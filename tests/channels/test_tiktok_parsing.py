"""TikTok: every event and message type of Business Messaging."""

import json
from typing import Any

import pytest
from hypothesis import given

from chatbot.channels.protocol import ParseError
from chatbot.channels.tiktok.parsing import parse
from chatbot.types import Attachment, Inbound, Json, Referral
from tests.channels.reading import check_storable, matches, one, strange

BUSINESS, USER, THREAD, AT = "biz-open-id", "user-open-id", "u5JhpselBAho+POlnH0tZ9y07kg==", 1_789_814_497_488
PERSON, SHOP = {"id": USER, "role": "personal_account"}, {"id": BUSINESS, "role": "business_account"}


def body(event: str = "im_receive_msg", *, packed: bool = True, **content: Json) -> dict[str, Any]:
    inner = {"conversation_id": THREAD, "message_id": "m1", "timestamp": AT, "from": "ann", "to": "shop"}
    inner |= {"unique_identifier": USER, "from_user": PERSON, "to_user": SHOP, **content}
    whole: Json = json.dumps(inner) if packed else inner
    return {"client_key": "app", "event": event, "create_time": AT // 1000, "user_openid": BUSINESS, "content": whole}


def read(event: str = "im_receive_msg", **content: Json) -> Inbound:
    return one(parse, body(event, **content), BUSINESS)


TABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text", {"type": "text", "text": {"body": "hi"}}, {"kind": "text", "text": "hi"}),
    (
        "answer",
        {"type": "text", "text": {"body": "hi"}, "referenced_message_info": {"referenced_message_id": "m0"}},
        {"kind": "text", "refers_to": "m0"},
    ),
    (
        "button",
        {
            "type": "text",
            "text": {"body": "Yes"},
            "reply_source_payload": {"reply_source_msg_id": "m0", "reply_source_unique_id": "YES"},
        },
        {"kind": "button", "text": "Yes", "payload": "YES", "refers_to": "m0"},
    ),
    ("image", {"type": "image", "image": {"media_id": "i"}}, {"attachments": (Attachment("image", id="i"),)}),
    ("video", {"type": "video", "video": {"media_id": "v"}}, {"attachments": (Attachment("video", id="v"),)}),
    (
        "sticker",
        {"type": "sticker", "sticker": {"url": "https://s"}},
        {"attachments": (Attachment("sticker", "https://s"),)},
    ),
    ("emoji", {"type": "emoji", "emoji": {"url": "https://e"}}, {"attachments": (Attachment("sticker", "https://e"),)}),
    (
        "shared post",
        {"type": "share_post", "share_post": {"embed_url": "https://p", "video_id": "9"}},
        {"kind": "attachment", "attachments": (Attachment("share", "https://p", id="9"),)},
    ),
    (
        "a card comes back with its title within elements",
        {"type": "template", "template": {"type": "qa_button_card", "elements": [{"title": "How can we help?"}]}},
        {"kind": "text", "text": "How can we help?"},
    ),
    (
        "reaction",
        {"type": "reaction", "reaction": [{"operation": "ADD", "emoji": "👍", "original_msg_id": "m0"}]},
        {"kind": "reaction", "text": "👍", "payload": "react", "refers_to": "m0"},
    ),
    (
        "reaction taken back",
        {"type": "reaction", "reaction": {"operation": "REMOVE", "type": "heart", "original_msg_id": "m0"}},
        {"kind": "reaction", "text": "heart", "payload": "unreact"},
    ),
    ("a type of tomorrow", {"type": "hologram", "hologram": {}}, {"kind": "unsupported"}),
]


@pytest.mark.parametrize(("content", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_message_type_is_understood(content: dict[str, Any], expected: dict[str, Any]) -> None:
    found = read(**content)
    matches(found, {"contact": THREAD, "sender": USER, "conversation": THREAD, "timestamp": AT, **expected})
    assert found.message_id == "m1"


def test_several_reactions_are_several_events() -> None:
    reactions = [{"operation": "ADD", "original_msg_id": "a"}, {"operation": "ADD", "original_msg_id": "b"}]
    found = parse(json.dumps(body(type="reaction", reaction=reactions)).encode(), "acct", BUSINESS)
    assert [(each.refers_to, each.message_id) for each in found] == [("a", "m1"), ("b", "m1:1")]


@pytest.mark.parametrize("source", ["APP", "WEB", "API"])
def test_what_the_business_sent_says_by_what(source: str) -> None:
    sent = {
        "from_user": SHOP,
        "to_user": PERSON,
        "type": "text",
        "text": {"body": "Hi"},
        "message_tag": {"source": source},
    }
    expected = {"kind": "echo", "contact": THREAD, "sender": BUSINESS, "payload": source, "text": "Hi"}
    matches(read("im_send_msg", **sent), expected)
    assert read("im_receive_msg", **sent).kind == "echo"


def test_a_message_from_the_business_itself_is_an_echo_though_no_role_says_so() -> None:
    found = read(type="text", text={"body": "hi"}, from_user={"id": BUSINESS}, to_user={"id": USER})
    assert (found.kind, found.sender) == ("echo", BUSINESS)


def test_read_until_a_moment() -> None:
    found = read("im_mark_read_msg", read={"last_read_timestamp": AT})
    matches(found, {"kind": "read", "payload": str(AT), "timestamp": AT})
    assert read("im_mark_read_msg", from_user=SHOP, read={"last_read_timestamp": AT}).kind == "ignored"


def test_ads_and_links_are_referrals() -> None:
    ad = {"referral": {"source": "ad", "ad": {"ad_id": 77, "ad_name": "N"}}}
    matches(read("im_referral_msg", **ad), {"kind": "referral", "referral": Referral("", "ad", "77")})
    link = {"referral": {"source": "short_link", "short_link": {"ref": "summer"}}}
    assert read("im_referral_msg", **link).referral == Referral("summer", "short_link")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"type": "reaction", "reaction": [{"operation": "ADD", "emoji": "x"}]}, "done by the account itself"),
        ({"type": "text", "text": {"body": "Hi"}, "auto_message_type": "WELCOME_MESSAGE"}, "an automatic message"),
    ],
)
def test_what_is_no_answer_of_a_person_lets_the_bot_go_on(more: dict[str, Any], reason: str) -> None:
    found = read("im_send_msg", **more)
    assert (found.kind, found.reason) == ("ignored", reason)


@pytest.mark.parametrize(
    "event", ["im_receive_msg_eu", "im_auto_message_update", "im_receive_high_intent_comment", "authorization.removed"]
)
def test_what_has_no_use_says_why(event: str) -> None:
    found = read(event)
    assert found.kind == "ignored"
    assert found.reason


def test_content_may_come_unpacked_or_broken() -> None:
    assert one(parse, body(packed=False, type="text", text={"body": "hi"}), BUSINESS).text == "hi"
    assert one(parse, {**body(), "content": "{"}, BUSINESS).kind == "ignored"


def test_another_business_is_ignored() -> None:
    assert one(parse, body(type="text", text={"body": "hi"}), "other").reason == "of another account"


def test_an_empty_object_has_no_events_and_a_list_is_no_body() -> None:
    assert parse(b"{}", "acct") == ()
    with pytest.raises(ParseError):
        parse(b"[]", "acct")


WORDS = (
    "event content create_time user_openid conversation_id message_id timestamp from to from_user to_user role"
    " id type text body image video sticker emoji share_post reaction operation template referral ad short_link"
    " ref read media_id last_read_timestamp reply_source_payload reply_source_unique_id message_tag source"
    " referenced_message_info"
)


@given(strange(WORDS, [BUSINESS, USER, AT, "business_account"]))
def test_no_json_raises(value: Json) -> None:
    check_storable(parse, json.dumps(value).encode())
    for event in ("im_receive_msg", "im_send_msg", "im_mark_read_msg", "im_referral_msg", "im_receive_msg_eu"):
        check_storable(parse, json.dumps({"event": event, "content": value}).encode())
        check_storable(parse, json.dumps({"event": event, "content": json.dumps(value)}).encode())
        given = body(event, type="reaction", reaction=value, referral=value, read=value, from_user=value, text=value)
        check_storable(parse, json.dumps(given).encode())

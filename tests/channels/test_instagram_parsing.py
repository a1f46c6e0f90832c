"""Instagram: Messenger's webhooks with stories, hearts and comments, from both API stacks."""

import json
from typing import Any

import pytest
from hypothesis import given

from chatbot.channels.instagram.parsing import parse
from chatbot.types import Attachment, Inbound, Json, Referral
from tests.channels.reading import check_storable, matches, one, strange

IG, USER, AT = "17841400000000000", "6003", 1_700_000_000_000


def event(**fields: Json) -> dict[str, Any]:
    return {"sender": {"id": USER}, "recipient": {"id": IG}, "timestamp": AT, **fields}


def body(*events: Json, **entry: Json) -> dict[str, Any]:
    shown = {"messaging": list(events)} if events else {}
    return {"object": "instagram", "entry": [{"id": IG, "time": AT, **shown, **entry}]}


def read(**fields: Json) -> Inbound:
    return one(parse, body(event(**fields)), IG)


TABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text", {"message": {"mid": "aWdf", "text": "hi"}}, {"kind": "text", "text": "hi", "message_id": "aWdf"}),
    (
        "quick reply",
        {"message": {"mid": "m", "text": "Red", "quick_reply": {"payload": "RED"}}},
        {"kind": "button", "payload": "RED"},
    ),
    (
        "ice breaker",
        {"postback": {"mid": "m", "title": "Hours?", "payload": "HOURS"}},
        {"kind": "button", "payload": "HOURS", "text": "Hours?"},
    ),
    (
        "story reply",
        {"message": {"mid": "m", "text": "nice", "reply_to": {"story": {"id": "st1", "url": "https://s"}}}},
        {
            "kind": "text",
            "text": "nice",
            "attachments": (Attachment("story", "https://s", id="st1"),),
            "raw_type": "message.reply_to.story",
        },
    ),
    (
        "story mention",
        {"message": {"mid": "m", "attachments": [{"type": "story_mention", "payload": {"url": "https://s"}}]}},
        {
            "kind": "attachment",
            "attachments": (Attachment("story", "https://s"),),
            "raw_type": "message.story_mention",
        },
    ),
    (
        "heart",
        {"message": {"mid": "m", "attachments": [{"type": "like_heart"}]}},
        {"kind": "attachment", "text": "❤️", "attachments": (Attachment("sticker"),)},
    ),
    (
        "shared post",
        {"message": {"mid": "m", "attachments": [{"type": "ig_post", "payload": {"url": "https://p", "title": "T"}}]}},
        {"kind": "attachment", "attachments": (Attachment("share", "https://p", "T"),)},
    ),
    (
        "shared post in both of its forms",
        {
            "message": {
                "mid": "m",
                "attachments": [
                    {"type": "share", "payload": {"url": "https://p"}},
                    {"type": "ig_post", "payload": {"url": "https://p", "title": "T", "ig_post_media_id": "18"}},
                ],
            }
        },
        {"kind": "attachment", "attachments": (Attachment("share", "https://p", "T", id="18"),)},
    ),
    (
        "shared story",
        {
            "message": {
                "mid": "m",
                "attachments": [
                    {"type": "ig_story", "payload": {"story_media_id": "s1", "story_media_url": "https://s"}}
                ],
            }
        },
        {"kind": "attachment", "attachments": (Attachment("share", "https://s", id="s1"),)},
    ),
    (
        "shared reel",
        {"message": {"mid": "m", "attachments": [{"type": "ig_reel", "payload": {"url": "https://r"}}]}},
        {"kind": "attachment", "attachments": (Attachment("share", "https://r"),)},
    ),
    (
        "a type without a word",
        {"message": {"mid": "m", "attachments": [{"type": "unsupported_type", "payload": {"url": "https://x"}}]}},
        {"kind": "unsupported", "attachments": ()},
    ),
    (
        "a picture that vanishes",
        {"message": {"mid": "m", "attachments": [{"type": "ephemeral"}]}},
        {"kind": "unsupported"},
    ),
    ("unsent", {"message": {"mid": "m", "is_deleted": True}}, {"kind": "delete", "refers_to": "m"}),
    (
        "edit",
        {"message_edit": {"mid": "m", "text": "x", "num_edit": 1}},
        {"kind": "edit", "text": "x", "refers_to": "m"},
    ),
    ("seen", {"read": {"mid": "m_7"}}, {"kind": "read", "refers_to": "m_7", "message_id": "read:m_7"}),
    (
        "reaction taken back",
        {"reaction": {"mid": "m", "action": "unreact"}},
        {"kind": "reaction", "payload": "unreact", "refers_to": "m"},
    ),
    (
        "ig.me link",
        {"referral": {"ref": "r", "source": "IGME-SOURCE-LINK", "type": "OPEN_THREAD"}},
        {"kind": "referral", "referral": Referral("r", "IGME-SOURCE-LINK")},
    ),
    (
        "ad",
        {"message": {"mid": "m", "text": "hi", "referral": {"ref": "r", "ad_id": "9", "source": "ADS"}}},
        {"kind": "text", "referral": Referral("r", "ADS", "9")},
    ),
    ("control", {"take_thread_control": {"previous_owner_app_id": 1}}, {"kind": "thread_control"}),
]


@pytest.mark.parametrize(("fields", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_event_of_the_reference_is_understood(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    found = read(**fields)
    matches(found, {**expected, "contact": USER, "timestamp": AT})


def test_a_press_of_an_account_that_tries_its_own_bot_counts() -> None:
    pressed = {"mid": "m", "title": "Start", "payload": "GO"}
    own = {"sender": {"id": IG}, "recipient": {"id": "scoped"}, "timestamp": AT, "is_self": True, "postback": pressed}
    matches(one(parse, body(own), IG), {"kind": "button", "contact": "scoped", "payload": "GO"})


def test_a_body_that_does_not_say_its_product_is_taken_at_its_word() -> None:
    given = body(event(message={"mid": "m", "text": "hi"}))
    del given["object"]
    assert one(parse, given, IG).kind == "text"


def test_an_echo_is_the_customers_conversation_and_the_accounts_words() -> None:
    message = {"mid": "m", "text": "Hello", "is_echo": True}
    found = one(parse, body({"sender": {"id": IG}, "recipient": {"id": USER}, "timestamp": AT, "message": message}), IG)
    matches(found, {"kind": "echo", "contact": USER, "sender": IG})


COMMENT = {
    "from": {"id": USER, "username": "ann"},
    "id": "c1",
    "text": "price?",
    "media": {"id": "p1"},
    "parent_id": "c0",
}


@pytest.mark.parametrize("field", ["comments", "live_comments"])
@pytest.mark.parametrize("bare", [False, True], ids=["in changes", "in the entry itself"])
def test_a_comment_names_its_author_and_its_post(field: str, bare: bool) -> None:
    change = {"field": field, "value": COMMENT}
    found = one(parse, body(**change) if bare else body(changes=[change]), IG)
    matches(found, {"kind": "comment", "contact": USER, "text": "price?", "payload": "p1", "message_id": "c1"})


def test_a_comment_of_our_own_is_known_by_its_scoped_id_too() -> None:
    value = {**COMMENT, "from": {"id": "another-id", "username": "shop", "self_ig_scoped_id": "9"}}
    found = one(parse, body(changes=[{"field": "comments", "value": value}]), IG)
    matches(found, {"kind": "ignored", "reason": "done by the account itself"})


def test_a_comment_of_our_own_is_not_answered() -> None:
    own = {"field": "comments", "value": {**COMMENT, "from": {"id": IG}}}
    assert one(parse, body(changes=[own]), IG).kind == "ignored"


def test_a_message_under_changes_is_a_message() -> None:
    change = {"field": "messages", "value": event(message={"mid": "random_mid", "text": "random_text"})}
    matches(one(parse, body(changes=[change]), IG), {"kind": "text", "text": "random_text", "contact": USER})


def test_standby_is_seen_but_not_answered() -> None:
    assert one(parse, body(standby=[event(message={"mid": "m", "text": "hi"})]), IG).kind == "standby"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            body(changes=[{"field": "story_insights", "value": {}}]),
            "no use for events of the type 'changes.story_insights'",
        ),
        ({**body(event(message={"mid": "m", "text": "x"})), "object": "page"}, "of another product of Meta"),
        (
            {"object": "instagram", "entry": [{"id": "9", "messaging": [event(message={"mid": "m"})]}]},
            "of another account",
        ),
    ],
)
def test_what_is_not_for_us_says_why(given: Json, reason: str) -> None:
    matches(one(parse, given, IG), {"kind": "ignored", "reason": reason})


WORDS = (
    "id mid text message postback sender recipient timestamp payload attachments type url reply_to story field"
    " value from media changes messaging standby entry object read reaction message_edit is_echo is_deleted"
    " comments referral"
)


@given(strange(WORDS, [IG, USER, AT]))
def test_no_json_raises(value: Json) -> None:
    check_storable(parse, json.dumps({"object": "instagram", "entry": [value, {"messaging": [value]}]}).encode())
    check_storable(
        parse, json.dumps({"object": "instagram", "entry": [{"changes": [value], "field": value}]}).encode(), IG
    )
    check_storable(parse, json.dumps(value).encode())

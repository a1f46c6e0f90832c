"""Telegram: every kind of update, and anything else a body could hold."""

import json
from typing import Any

import pytest
from hypothesis import given

from chatbot.channels.protocol import ParseError
from chatbot.channels.telegram.parsing import parse
from chatbot.types import Attachment, Inbound, Json, Referral
from tests.channels.reading import check_storable, matches, one, strange

USER, AT = 987654321, 1_700_000_000_000
ANN = {"id": USER, "is_bot": False, "first_name": "Ann", "last_name": "Lee", "language_code": "en"}
CHAT = {"id": USER, "type": "private", "first_name": "Ann"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Friends"}
SMALL, LARGE = {"file_id": "s", "width": 90, "height": 90}, {"file_id": "l", "width": 800, "height": 600}


def message(**fields: Json) -> dict[str, Any]:
    return {"message_id": 5, "from": ANN, "chat": CHAT, "date": 1_700_000_000, **fields}


def read(name: str = "message", **fields: Json) -> Inbound:
    return one(parse, {"update_id": 1, name: fields})


TABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text", {"text": "hi"}, {"kind": "text", "text": "hi", "raw_type": "message.text"}),
    ("answer", {"text": "hi", "reply_to_message": {"message_id": 3}}, {"kind": "text", "refers_to": "3"}),
    ("start", {"text": "/start", "entities": []}, {"kind": "text", "text": "/start"}),
    (
        "deep link",
        {"text": "/start ref1"},
        {"kind": "referral", "payload": "ref1", "referral": Referral("ref1", "link")},
    ),
    (
        "photo: the largest",
        {"photo": [SMALL, LARGE], "caption": "look"},
        {"kind": "attachment", "text": "look", "attachments": (Attachment("image", id="l"),)},
    ),
    (
        "document",
        {"document": {"file_id": "d", "file_name": "a.pdf", "mime_type": "application/pdf"}},
        {"attachments": (Attachment("file", title="a.pdf", id="d", mime="application/pdf"),)},
    ),
    (
        "animation comes with a document",
        {"animation": {"file_id": "a"}, "document": {"file_id": "a"}},
        {"attachments": (Attachment("video", id="a"),)},
    ),
    ("audio", {"audio": {"file_id": "a"}}, {"attachments": (Attachment("audio", id="a"),)}),
    ("voice", {"voice": {"file_id": "a"}}, {"attachments": (Attachment("voice", id="a"),)}),
    ("video", {"video": {"file_id": "a"}}, {"attachments": (Attachment("video", id="a"),)}),
    ("round video", {"video_note": {"file_id": "a"}}, {"attachments": (Attachment("video", id="a"),)}),
    ("sticker", {"sticker": {"file_id": "a", "emoji": "🙂"}}, {"attachments": (Attachment("sticker", id="a"),)}),
    (
        "location",
        {"location": {"latitude": 1.5, "longitude": -2}},
        {"kind": "attachment", "attachments": (Attachment("location", latitude=1.5, longitude=-2.0),)},
    ),
    (
        "venue comes with a location",
        {
            "location": {"latitude": 1.5, "longitude": 2.5},
            "venue": {"location": {"latitude": 1.5, "longitude": 2.5}, "title": "Shop", "address": "Main St"},
        },
        {"attachments": (Attachment("location", "", "Shop, Main St", 1.5, 2.5),)},
    ),
    (
        "contact",
        {"contact": {"phone_number": "+1555", "first_name": "Bob", "user_id": 7}},
        {"kind": "attachment", "attachments": (Attachment("contact", "tel:+1555", "Bob", id="7"),)},
    ),
    ("dice", {"dice": {"emoji": "🎲", "value": 3}}, {"kind": "text", "text": "🎲"}),
    ("poll", {"poll": {"id": "1", "question": "?"}}, {"kind": "unsupported", "raw_type": "message.poll"}),
    (
        "web app",
        {"web_app_data": {"data": "D", "button_text": "Order"}},
        {"kind": "button", "payload": "D", "text": "Order"},
    ),
    ("may write", {"write_access_allowed": {}}, {"kind": "opt_in"}),
    ("pinned", {"pinned_message": {"message_id": 1}}, {"kind": "system", "payload": "pinned_message"}),
    ("something of tomorrow", {"hologram": {}}, {"kind": "unsupported", "raw_type": "message.hologram"}),
]


@pytest.mark.parametrize(("fields", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_kind_of_message_is_understood(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    found = read(**message(**fields))
    matches(found, {"contact": str(USER), "message_id": "5", "timestamp": AT, **expected})


@pytest.mark.parametrize(
    "named",
    "forum_topic_created forum_topic_edited checklist_tasks_done paid_message_price_changed giveaway_completed"
    " gift_upgrade_sent boost_added managed_bot_created chat_owner_changed".split(),
)
def test_what_telegram_tells_by_itself_waits_for_no_answer(named: str) -> None:
    found = read(**message(**{named: {"name": "Orders"}}))
    assert (found.kind, found.payload) == ("system", named)


def test_a_rich_message_is_read_as_its_text() -> None:
    item = {"blocks": [{"type": "paragraph", "text": "a list"}]}
    blocks = [
        {"type": "heading", "text": "Order"},
        {"type": "paragraph", "text": ["two ", {"type": "bold", "text": ["red"]}, " shoes"]},
        {"type": "divider"},
        {"type": "list", "items": [item]},
    ]
    found = read(**message(rich_message={"blocks": blocks}))
    assert (found.kind, found.text) == ("text", "Order\ntwo red shoes\na list")
    assert found.raw_type == "message.rich_message"


def test_a_message_without_a_number_of_its_own_has_that_of_its_update() -> None:
    scheduled = {"update_id": 77, "message": {**message(text="hi"), "message_id": 0}}
    assert one(parse, scheduled).message_id == "update:77"


def test_an_older_forward_is_what_it_holds() -> None:
    forwarded = {"forward_from": ANN, "forward_date": 1_600_000_000, "poll": {"question": "?"}}
    assert read(**message(**forwarded)).raw_type == "message.poll"


def test_what_is_null_is_not_there() -> None:
    assert read(**message(photo=None, text="hi", reply_to_message=None)).kind == "text"


def test_paid_pictures_are_pictures() -> None:
    items = [
        {"type": "photo", "photo": [SMALL, LARGE]},
        {"type": "video", "video": {"file_id": "v"}},
        {"type": "preview"},
    ]
    found = read(**message(paid_media={"star_count": 5, "paid_media": items}))
    assert found.kind == "attachment"
    assert found.attachments == (Attachment("image", id="l"), Attachment("video", id="v"))


def test_a_post_of_a_channel_keeps_its_picture() -> None:
    found = read("channel_post", **message(chat={"id": -1, "type": "channel"}, photo=[LARGE], caption="new"))
    assert (found.kind, found.text, found.attachments) == ("group", "new", (Attachment("image", id="l"),))


def test_who_writes_comes_along() -> None:
    assert read(**message(text="hi")).data == {"name": "Ann Lee", "language": "en"}


def test_a_press_names_its_button_and_its_message() -> None:
    keyboard = {"inline_keyboard": [[{"text": "No", "callback_data": "N"}, {"text": "Yes", "callback_data": "Y"}]]}
    query = {"id": "4382bfdwdsb323b2d9", "from": ANN, "message": message(reply_markup=keyboard), "data": "Y"}
    expected = {"kind": "button", "payload": "Y", "text": "Yes", "refers_to": "5", "contact": str(USER)}
    matches(read("callback_query", **query), {**expected, "message_id": query["id"], "timestamp": AT})


@pytest.mark.parametrize(
    "gone", [{}, {"message": {"chat": CHAT, "message_id": 5, "date": 0}}, {"inline_message_id": "i"}]
)
def test_a_press_on_a_message_that_is_gone_is_still_a_press(gone: dict[str, Any]) -> None:
    found = read("callback_query", **{"id": "7", "from": ANN, "data": "A", **gone})
    matches(found, {"kind": "button", "payload": "A", "contact": str(USER), "timestamp": 0})


def test_an_edit_is_about_its_message_and_each_edit_is_another() -> None:
    edited = message(text="better", edit_date=1_700_000_060)
    matches(
        read("edited_message", **edited),
        {
            "kind": "edit",
            "text": "better",
            "refers_to": "5",
            "message_id": "5:edit:1700000060",
            "timestamp": AT + 60_000,
        },
    )


@pytest.mark.parametrize(
    ("new", "old", "payload"),
    [([{"type": "emoji", "emoji": "👍"}], [], "react"), ([], [{"type": "emoji", "emoji": "👍"}], "unreact")],
)
def test_reactions_are_given_and_taken_back(new: Json, old: Json, payload: str) -> None:
    fields = {
        "chat": CHAT,
        "message_id": 5,
        "user": ANN,
        "date": 1_700_000_000,
        "new_reaction": new,
        "old_reaction": old,
    }
    matches(
        read("message_reaction", **fields), {"kind": "reaction", "text": "👍", "payload": payload, "refers_to": "5"}
    )


@pytest.mark.parametrize(
    ("status", "kind"), [("kicked", "opt_out"), ("member", "opt_in"), ("administrator", "ignored")]
)
def test_blocking_the_bot_and_letting_it_in_again(status: str, kind: str) -> None:
    fields = {"chat": CHAT, "from": ANN, "date": 1_700_000_000, "new_chat_member": {"status": status}}
    matches(read("my_chat_member", **fields), {"kind": kind, "contact": str(USER), "timestamp": AT})


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("message", message(chat=GROUP, text="hi")),
        ("message", message(chat=GROUP, new_chat_members=[ANN])),
        ("message", message(chat=GROUP, migrate_to_chat_id=-5)),
        ("edited_message", message(chat=GROUP, text="hi")),
        ("channel_post", {"message_id": 1, "chat": {"id": -1, "type": "channel"}, "date": 1, "text": "news"}),
        ("edited_channel_post", {"message_id": 1, "chat": {"id": -1, "type": "channel"}, "date": 1, "text": "news"}),
        ("message_reaction", {"chat": GROUP, "message_id": 1, "user": ANN, "date": 1}),
        ("my_chat_member", {"chat": GROUP, "from": ANN, "date": 1, "new_chat_member": {"status": "member"}}),
        ("chat_member", {"chat": GROUP, "from": ANN, "date": 1}),
        ("callback_query", {"id": "1", "from": ANN, "message": message(chat=GROUP), "data": "A"}),
    ],
)
def test_groups_and_channels_are_no_conversations(name: str, fields: dict[str, Any]) -> None:
    assert read(name, **fields).kind == "group"


def test_in_a_group_the_sender_is_told_from_the_group() -> None:
    matches(read(**message(chat=GROUP, text="hi")), {"contact": "-100123", "sender": str(USER), "text": "hi"})


def test_what_a_bot_wrote_is_no_customers_message() -> None:
    assert read(**message(**{"from": {"id": 1, "is_bot": True}, "text": "hi"})).kind == "echo"


@pytest.mark.parametrize(
    "name",
    "business_message edited_business_message deleted_business_messages business_connection inline_query poll"
    " poll_answer chosen_inline_result shipping_query pre_checkout_query purchased_paid_media guest_message"
    " of_tomorrow".split(),
)
def test_updates_without_a_use_say_why(name: str) -> None:
    found = read(name, **message(text="hi"))
    assert found.kind == "ignored"
    assert found.reason


def test_an_empty_object_has_no_events_and_an_update_of_nothing_is_ignored() -> None:
    assert parse(b"{}", "acct") == ()
    assert one(parse, {"update_id": 1}).kind == "ignored"


def test_a_list_is_no_update() -> None:
    with pytest.raises(ParseError):
        parse(b"[]", "acct")


WORDS = (
    "update_id message edited_message callback_query message_reaction my_chat_member chat_member"
    " business_message from chat id type private group date text caption photo document audio voice video"
    " video_note animation sticker location venue contact dice web_app_data data reply_markup inline_keyboard"
    " rich_message blocks items paid_media"
    " new_reaction old_reaction new_chat_member status latitude longitude file_id width height is_bot edit_date"
    " entities reply_to_message first_name emoji user"
)


@given(strange(WORDS, [USER, AT, "/start x"]))
def test_no_json_raises(value: Json) -> None:
    check_storable(parse, json.dumps(value).encode())
    for name in ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member", "channel_post"):
        check_storable(parse, json.dumps({"update_id": 1, name: value}).encode())
        given = {"chat": CHAT, "from": value, "message": value, "date": value, "photo": value, "new_chat_member": value}
        check_storable(
            parse, json.dumps({"update_id": 1, name: {**given, "reply_markup": value, "text": value}}).encode()
        )

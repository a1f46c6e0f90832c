"""Every row of Meta's event reference, and anything else a signed body could hold."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.channels.messenger.parsing import parse
from chatbot.channels.protocol import ParseError
from chatbot.conversation.record import is_spoken
from chatbot.types import Attachment, Inbound, Json, Referral

PAGE, USER, AT = "1029384756", "7700", 1_700_000_000_000


def body(*events: Json, group: str = "messaging", page: str = PAGE, object_type: str = "page") -> bytes:
    return json.dumps({"object": object_type, "entry": [{"id": page, "time": AT, group: list(events)}]}).encode()


def event(**fields: Json) -> dict[str, Any]:
    return {"sender": {"id": USER}, "recipient": {"id": PAGE}, "timestamp": AT, **fields}


def one(raw: bytes) -> Inbound:
    (found,) = parse(raw, "main_page", PAGE)
    return found


def read(**fields: Json) -> Inbound:
    return one(body(event(**fields)))


TABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text", {"message": {"mid": "m_1", "text": "hi"}}, {"kind": "text", "message_id": "m_1", "text": "hi"}),
    (
        "reply to a message",
        {"message": {"mid": "m_1", "text": "this one", "reply_to": {"mid": "m_0"}}},
        {"kind": "text", "refers_to": "m_0"},
    ),
    (
        "quick reply",
        {"message": {"mid": "m_2", "text": "Red", "quick_reply": {"payload": "RED"}}},
        {"kind": "button", "message_id": "m_2", "text": "Red", "payload": "RED"},
    ),
    (
        "postback",
        {"postback": {"mid": "m_3", "title": "Start", "payload": "GO", "referral": {"ref": "summer", "source": "ADS"}}},
        {
            "kind": "button",
            "message_id": "m_3",
            "text": "Start",
            "payload": "GO",
            "referral": Referral("summer", "ADS"),
        },
    ),
    (
        "image",
        {"message": {"mid": "m", "attachments": [{"type": "image", "payload": {"url": "https://x/1.jpg"}}]}},
        {"kind": "attachment", "attachments": (Attachment("image", "https://x/1.jpg"),)},
    ),
    (
        "sticker as of 2026-08-30",
        {"message": {"mid": "m", "attachments": [{"type": "sticker", "payload": {"url": "u", "sticker_id": 9}}]}},
        {"kind": "attachment", "attachments": (Attachment("sticker", "u"),), "text": ""},
    ),
    (
        "the like button, older form",
        {
            "message": {
                "mid": "m",
                "sticker_id": 369239263222822,
                "attachments": [{"type": "image", "payload": {"url": "u", "sticker_id": 369239263222822}}],
            }
        },
        {"kind": "attachment", "text": "👍", "attachments": (Attachment("sticker", "u"),)},
    ),
    (
        "location",
        {
            "message": {
                "mid": "m",
                "attachments": [{"type": "location", "payload": {"coordinates": {"lat": 1.5, "long": -2}}}],
            }
        },
        {"kind": "attachment", "attachments": (Attachment("location", latitude=1.5, longitude=-2.0),)},
    ),
    (
        "a link with text",
        {
            "message": {
                "mid": "m",
                "text": "look",
                "attachments": [{"type": "fallback", "title": "T", "url": "https://x"}],
            }
        },
        {"kind": "text", "text": "look", "attachments": (Attachment("share", "https://x", "T"),)},
    ),
    (
        "a shared reel",
        {"message": {"mid": "m", "attachments": [{"type": "reel", "payload": {"url": "https://r", "title": "R"}}]}},
        {"kind": "attachment", "attachments": (Attachment("share", "https://r", "R"),)},
    ),
    (
        "ad click with the first message",
        {
            "message": {
                "mid": "m",
                "text": "hi",
                "referral": {"ref": "r", "ad_id": 77, "source": "ADS", "type": "OPEN_THREAD"},
            }
        },
        {"kind": "text", "referral": Referral("r", "ADS", "77")},
    ),
    (
        "m.me link in an existing thread",
        {"referral": {"ref": "promo", "source": "SHORTLINK", "type": "OPEN_THREAD"}},
        {"kind": "referral", "referral": Referral("promo", "SHORTLINK")},
    ),
    (
        "notification opt-in",
        {"optin": {"type": "notification_messages", "payload": "news", "notification_messages_token": "t"}},
        {"kind": "opt_in", "payload": "news", "raw_type": "optin.notification_messages"},
    ),
    (
        "notification stopped",
        {"optin": {"type": "notification_messages", "notification_messages_status": "STOP_NOTIFICATIONS"}},
        {"kind": "opt_out"},
    ),
    ("delivery", {"delivery": {"mids": ["m_9"], "watermark": AT}}, {"kind": "delivered", "refers_to": "m_9"}),
    (
        "delivery by watermark",
        {"delivery": {"watermark": AT}},
        {"kind": "delivered", "refers_to": "", "payload": str(AT)},
    ),
    ("read", {"read": {"watermark": AT}}, {"kind": "read", "payload": str(AT)}),
    (
        "reaction",
        {"reaction": {"mid": "m_1", "action": "react", "reaction": "love", "emoji": "❤"}},
        {"kind": "reaction", "refers_to": "m_1", "text": "❤", "payload": "react"},
    ),
    (
        "edit",
        {"message_edit": {"mid": "m_1", "text": "better", "num_edit": 2}},
        {"kind": "edit", "refers_to": "m_1", "text": "better", "message_id": "m_1:edit:2"},
    ),
    (
        "deleted",
        {"message": {"mid": "m_1", "is_deleted": True}},
        {"kind": "delete", "refers_to": "m_1", "message_id": "m_1:deleted"},
    ),
    ("unsupported", {"message": {"mid": "m_1", "is_unsupported": True}}, {"kind": "unsupported"}),
    (
        "control passed",
        {"pass_thread_control": {"previous_owner_app_id": None, "new_owner_app_id": 26, "metadata": "x"}},
        {"kind": "thread_control", "payload": "26", "metadata": "x", "raw_type": "pass_thread_control"},
    ),
    ("control taken", {"take_thread_control": {"previous_owner_app_id": "1"}}, {"kind": "thread_control"}),
    ("control asked for", {"request_thread_control": {"requested_owner_app_id": "5"}}, {"payload": "5"}),
    ("roles", {"app_roles": {"123": ["primary_receiver"]}}, {"kind": "thread_control", "raw_type": "app_roles"}),
    ("account linked", {"account_linking": {"status": "linked"}}, {"kind": "system", "payload": "linked"}),
    ("policy", {"policy_enforcement": {"action": "block", "reason": "spam"}}, {"kind": "system", "payload": "block"}),
    ("policy, as older apps get it", {"policy-enforcement": {"action": "warning"}}, {"kind": "system"}),
    (
        "an appointment",
        {
            "message": {
                "mid": "m",
                "attachments": [{"type": "appointment_booking", "payload": {"booking_id": "b", "status": "requested"}}],
            }
        },
        {"kind": "attachment", "attachments": (Attachment("share", title="requested", id="b"),)},
    ),
    (
        "a shared post",
        {"message": {"mid": "m", "attachments": [{"type": "post", "payload": {"url": "u", "title": "T", "id": 77}}]}},
        {"kind": "attachment", "attachments": (Attachment("share", "u", "T", id="77"),)},
    ),
    (
        "a card that was passed on",
        {
            "message": {
                "mid": "m",
                "attachments": [{"type": "template", "payload": {"elements": [{"title": "Card", "image_url": "u"}]}}],
            }
        },
        {"kind": "attachment", "attachments": (Attachment("share", "u", "Card"),)},
    ),
    (
        "ad of a product in an existing thread",
        {"referral": {"ad_id": "7", "source": "ADS", "ads_context_data": {"product_id": "p1"}}},
        {"kind": "referral", "referral": Referral("", "ADS", "7"), "data": {"product": "p1"}},
    ),
    (
        "an edit of nothing",
        {"message_edit": {"mid": "m", "num_edit": 0}},
        {"kind": "ignored", "raw_type": "message_edit"},
    ),
    ("an event of tomorrow", {"holograms": {"x": 1}}, {"kind": "ignored", "raw_type": "holograms"}),
    ("a message with nothing in it", {"message": {"mid": "m"}}, {"kind": "unsupported"}),
]


@pytest.mark.parametrize(("fields", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_event_of_the_reference_is_understood(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    found = read(**fields)
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.key.contact == USER
    assert found.key.account == "main_page"
    assert found.timestamp == AT
    assert found.message_id


def test_an_echo_belongs_to_the_customer_it_was_sent_to() -> None:
    message = {"mid": "m_5", "text": "Hello", "is_echo": True, "app_id": 4242, "metadata": "row-17"}
    found = one(body({"sender": {"id": PAGE}, "recipient": {"id": USER}, "timestamp": AT, "message": message}))
    assert (found.kind, found.key.contact, found.metadata, found.payload) == ("echo", USER, "row-17", "4242")


def test_what_the_page_itself_does_is_never_the_customers() -> None:
    own = {"sender": {"id": PAGE}, "recipient": {"id": USER}, "timestamp": AT}
    assert one(body({**own, "message": {"mid": "m", "text": "no echo flag"}})).kind == "echo"
    assert one(body({**own, "reaction": {"mid": "m", "action": "react"}})).kind == "ignored"


def test_one_delivery_of_several_messages_is_one_event_each() -> None:
    found = parse(body(event(delivery={"mids": ["a", "b"], "watermark": AT})), "main_page", PAGE)
    assert [(each.refers_to, each.message_id) for each in found] == [("a", "delivered:a"), ("b", "delivered:b")]


def test_standby_is_seen_but_marked() -> None:
    found = one(body(event(message={"mid": "m", "text": "hi"}), group="standby"))
    assert (found.kind, found.text, found.raw_type) == ("standby", "hi", "standby.message")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("STOP_NOTIFICATIONS", "opt_out"),
        ("STOP NOTIFICATIONS", "opt_out"),
        ("RESUME_NOTIFICATIONS", "opt_in"),
        ("RESUME NOTIFICATIONS", "opt_in"),
    ],
)
def test_a_switch_of_metas_is_about_marketing_and_no_word_of_the_customers(status: str, kind: str) -> None:
    switch = {"type": "notification_messages", "notification_messages_status": status, "payload": "news"}
    found = one(body(event(optin=switch)))
    assert (found.kind, found.data) == (kind, {"purpose": "marketing"})
    assert not is_spoken(found)


def test_a_checkbox_opt_in_has_no_sender_but_a_reference() -> None:
    found = one(body({"recipient": {"id": PAGE}, "timestamp": AT, "optin": {"ref": "cart", "user_ref": "u-1"}}))
    assert (found.kind, found.key.contact, found.payload) == ("opt_in", "user_ref:u-1", "cart")


def test_a_postback_without_mid_gets_a_stable_id() -> None:
    fields = {"title": "Start", "payload": "GO"}
    first, second = read(postback=fields), read(postback=dict(reversed(fields.items())))
    assert first.message_id == second.message_id
    assert read(postback={**fields, "payload": "STOP"}).message_id != first.message_id


def test_events_of_other_pages_are_ignored() -> None:
    found = one(body(event(message={"mid": "m", "text": "hi"}), page="999"))
    assert (found.kind, found.raw_type, found.text) == ("ignored", "other_page", "")


def test_another_product_is_ignored() -> None:
    assert one(body(event(message={"mid": "m", "text": "hi"}), object_type="instagram")).kind == "ignored"


def test_a_product_of_other_words_is_ignored_and_not_silence() -> None:
    raw = json.dumps({"object": "user", "entry": [{"uid": "1", "time": 1, "changed_fields": ["email"]}]}).encode()
    assert [(each.kind, each.raw_type) for each in parse(raw, "main_page", PAGE)] == [("ignored", "object:user")]


@pytest.mark.parametrize("name", ["policy_enforcement", "policy-enforcement"])
def test_people_are_told_when_meta_acts_against_the_page(name: str) -> None:
    found = one(body({"recipient": {"id": PAGE}, "timestamp": AT, name: {"action": "block", "reason": "spam"}}))
    assert (found.kind, found.key.contact, found.payload) == ("system", "", "block")
    assert found.data["notice"] == "Meta enforces its policies (account main_page): block: spam"


def test_an_inner_layer_of_a_webhook_alone_is_read_as_if_it_had_come_within_all() -> None:
    said = event(message={"mid": "m_1", "text": "hi"})
    entry = {"id": PAGE, "time": AT, "messaging": [said]}
    change = {"field": "messages", "value": said}
    for layer in (entry, change, {"id": PAGE, "changes": [change]}, said, [said]):
        found = one(json.dumps(layer).encode())
        assert (found.kind, found.text, found.key.contact) == ("text", "hi", USER)


def test_page_changes_are_no_direct_messages() -> None:
    raw = json.dumps({"object": "page", "entry": [{"id": PAGE, "changes": [{"field": "feed", "value": {}}]}]}).encode()
    assert (one(raw).kind, one(raw).raw_type) == ("ignored", "changes.feed")


def test_an_event_of_nobody_is_ignored() -> None:
    assert one(body({"timestamp": AT, "message": {"mid": "m", "text": "hi"}})).kind == "ignored"


def test_a_press_by_someone_of_the_checkbox_plugin_has_a_reference_too() -> None:
    pressed = {"mid": "m", "title": "Go", "payload": "GO"}
    found = one(body({"sender": {"user_ref": "ref-7"}, "recipient": {"id": PAGE}, "postback": pressed}))
    assert (found.kind, found.key.contact, found.payload) == ("button", "user_ref:ref-7", "GO")


def test_a_share_that_is_not_passed_on_is_unsupported_and_not_silence() -> None:
    shared = {"mid": "m", "attachments": [{"type": "fallback", "payload": None}]}
    assert (read(message=shared).kind, read(message=shared).attachments) == ("unsupported", ())


def test_a_sticker_that_comes_as_picture_and_as_sticker_is_one_sticker() -> None:
    both = [{"type": named, "payload": {"url": "https://s"}} for named in ("image", "sticker")]
    assert read(message={"mid": "m", "attachments": both}).attachments == (Attachment("sticker", "https://s"),)


def test_two_pictures_are_two_attachments_even_if_they_are_the_same() -> None:
    both = [{"type": "image", "payload": {"url": "https://x/1", "sticker_id": None}}] * 2
    assert read(message={"mid": "m", "attachments": both}).attachments == (Attachment("image", "https://x/1"),) * 2


def test_what_is_null_is_not_there() -> None:
    pressed = {"payload": "GO", "title": "Go"}
    found = read(message=None, optin=None, referral=None, postback=pressed)
    assert (found.kind, found.payload) == ("button", "GO")
    assert read(message=None).kind == "ignored"


def test_a_product_of_the_shop_is_named() -> None:
    product = {"id": "7", "retailer_id": "SKU-1", "image_url": "https://i", "title": "Red shoes"}
    asked: dict[str, Any] = {"mid": "m", "text": "How much?", "referral": {"product": {"id": "7"}}}
    asked["attachments"] = [{"type": "template", "payload": {"product": {"elements": [product]}}}]
    found = read(message=asked)
    assert found.attachments == (Attachment("share", "https://i", "Red shoes", id="SKU-1"),)
    assert (found.kind, found.text, found.data) == ("text", "How much?", {"product": "7"})


def test_a_cart_is_a_text_with_its_items() -> None:
    product = {"id": 1, "retailer_id": "SKU-1", "name": "Shoes", "unit_price": 11, "currency": "THB", "quantity": 2}
    found = read(order={"products": [product], "note": "quickly, please"})
    assert (found.kind, found.text, found.key.contact) == ("text", "quickly, please", USER)
    assert found.data == {"items": [{"product": "SKU-1", "quantity": 2, "price": 11, "currency": "THB"}]}


def test_a_thumb_for_a_message_is_a_reaction_to_it() -> None:
    found = read(response_feedback={"feedback": "Good response", "mid": "m_9"})
    assert (found.kind, found.text, found.refers_to) == ("reaction", "Good response", "m_9")


def test_messages_within_a_change_are_messages() -> None:
    events = [event(message={"mid": str(n), "text": "hi"}) for n in range(2)]
    change = {"field": "messages", "value": {"messaging": events}}
    raw = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": AT, "changes": [change]}]}).encode()
    assert [(found.kind, found.message_id) for found in parse(raw, "a", PAGE)] == [("text", "0"), ("text", "1")]


def test_several_webhooks_in_a_list_are_read_one_after_the_other() -> None:
    bodies = [json.loads(body(event(message={"mid": str(n), "text": "hi"}))) for n in range(3)]
    assert [found.message_id for found in parse(json.dumps(bodies).encode(), "a", PAGE)] == list("012")


def test_a_batch_keeps_its_order() -> None:
    entries = [{"id": PAGE, "messaging": [event(message={"mid": str(n), "text": "x"})]} for n in range(5)]
    raw = json.dumps({"object": "page", "entry": entries}).encode()
    assert [found.message_id for found in parse(raw, "a", PAGE)] == list("01234")


@pytest.mark.parametrize(
    "given",
    [AT, AT // 1000, str(AT), str(AT // 1000), "2023-11-14T22:13:20+0000", "2023-11-14T22:13:20Z"],
    ids=["ms", "s", "ms as text", "s as text", "ISO", "ISO with Z"],
)
def test_times_come_in_many_forms(given: Json) -> None:
    assert one(body({**event(message={"mid": "m", "text": "x"}), "timestamp": given})).timestamp == AT


@pytest.mark.parametrize("given", [None, 10**30, True, -5, "soon", []], ids=repr)
def test_a_time_that_is_none_is_the_entrys(given: Json) -> None:
    assert one(body({**event(message={"mid": "m", "text": "x"}), "timestamp": given})).timestamp == AT


def test_ids_are_text_and_texts_are_storable() -> None:
    raw = body({"sender": {"id": 7700}, "recipient": {"id": PAGE}, "message": {"mid": "m", "text": "a\ud800\x00b"}})
    assert one(raw).key.contact == USER
    assert one(raw).text == "a\ufffd\ufffdb"
    assert len(read(message={"mid": "x" * 10_000, "text": "hi"}).message_id) == 32


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"entry": 5}',
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"entry":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"entry": NaN}',
        b'{"entry": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda raw: repr(raw[:20]) + str(len(raw)),
)
def test_what_is_not_metas_json_is_a_parse_error(raw: bytes) -> None:
    with pytest.raises(ParseError):
        parse(raw, "main_page", PAGE)


def test_brackets_in_a_text_are_not_depth() -> None:
    assert read(message={"mid": "m", "text": '[{"' * 500}).text == '[{"' * 500


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([PAGE, USER, AT])
names = (
    st.sampled_from(
        "id mid text message postback sender recipient timestamp payload attachments type url coordinates lat long "
        "quick_reply referral optin user_ref delivery mids watermark read reaction message_edit is_echo is_deleted "
        "product elements order products note response_feedback feedback messaging ig_post_media_id story_media_url "
        "app_id reply_to pass_thread_control app_roles account_linking sticker_id title ref field value".split()
    )
    | st.text()
)
anything = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=25)


@given(st.lists(anything), st.sampled_from(["messaging", "standby", "changes"]), anything)
def test_no_signed_json_raises_and_all_that_comes_out_can_be_stored(
    events: list[Json], group: str, entry_id: Json
) -> None:
    raw = json.dumps({"object": "page", "entry": [{"id": entry_id, group: events}, *events]}, default=str)
    check_storable(raw.encode())


@given(anything)
def test_no_json_at_all_raises_anything_but_a_parse_error(value: Json) -> None:
    check_storable(json.dumps(value).encode())


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_raise_anything_but_a_parse_error(raw: bytes) -> None:
    check_storable(raw)


def check_storable(raw: bytes) -> None:
    try:
        found = parse(raw, "main_page", PAGE)
    except ParseError:
        return
    for each in found:
        for value in (each.key.contact, each.message_id, each.text, each.payload, each.refers_to, each.metadata):
            assert "\x00" not in value
            value.encode("utf-8")
        assert 0 <= each.timestamp < 1 << 63
        assert each.message_id

"""WhatsApp: every message type, status and field of the Cloud API, and anything else a signed body could hold."""

import json
from typing import Any

import pytest
from hypothesis import given

from chatbot.channels.protocol import ParseError
from chatbot.channels.whatsapp.parsing import parse
from chatbot.types import Attachment, Inbound, Json, Referral
from tests.channels.reading import check_storable, matches, one, strange

NUMBER, USER, AT = "106540352242922", "15551234567", 1_700_000_000_000
CONTACT = {"profile": {"name": "Ann"}, "wa_id": USER}


def body(field: str = "messages", **value: Json) -> dict[str, Any]:
    metadata = {"display_phone_number": "1555", "phone_number_id": NUMBER}
    change = {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": "waba", "changes": [change]}]}


def read(**fields: Json) -> Inbound:
    message = {"from": USER, "id": "wamid.A", "timestamp": "1700000000", **fields}
    return one(parse, body(contacts=[CONTACT], messages=[message]), NUMBER)


MEDIA = {"id": "m1", "mime_type": "x/y", "sha256": "s"}
TABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text", {"type": "text", "text": {"body": "hi"}}, {"kind": "text", "text": "hi"}),
    (
        "answer to a message",
        {"type": "text", "text": {"body": "hi"}, "context": {"from": "1555", "id": "wamid.0"}},
        {"kind": "text", "refers_to": "wamid.0"},
    ),
    (
        "ad",
        {
            "type": "text",
            "text": {"body": "hi"},
            "referral": {"source_type": "ad", "source_id": "77", "ctwa_clid": "clid", "headline": "H"},
        },
        {"kind": "text", "referral": Referral("clid", "ad", "77")},
    ),
    (
        "template button",
        {"type": "button", "button": {"text": "Yes", "payload": "YES"}, "context": {"id": "wamid.0"}},
        {"kind": "button", "text": "Yes", "payload": "YES", "refers_to": "wamid.0"},
    ),
    (
        "reply button",
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "b1", "title": "Go"}}},
        {"kind": "button", "text": "Go", "payload": "b1", "raw_type": "interactive.button_reply"},
    ),
    (
        "list",
        {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "r1", "title": "Row"}}},
        {"kind": "button", "text": "Row", "payload": "r1"},
    ),
    (
        "flow",
        {
            "type": "interactive",
            "interactive": {
                "type": "nfm_reply",
                "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"flow_token": "t", "size": "L"}'},
            },
        },
        {"kind": "button", "text": "Sent", "payload": "t"},
    ),
    (
        "image with caption",
        {"type": "image", "image": {**MEDIA, "caption": "this one"}},
        {"kind": "attachment", "text": "this one", "attachments": (Attachment("image", id="m1", mime="x/y"),)},
    ),
    ("audio", {"type": "audio", "audio": MEDIA}, {"attachments": (Attachment("audio", id="m1", mime="x/y"),)}),
    (
        "voice",
        {"type": "audio", "audio": {**MEDIA, "voice": True}},
        {"attachments": (Attachment("voice", id="m1", mime="x/y"),)},
    ),
    ("video", {"type": "video", "video": MEDIA}, {"attachments": (Attachment("video", id="m1", mime="x/y"),)}),
    (
        "document",
        {"type": "document", "document": {**MEDIA, "filename": "a.pdf"}},
        {"attachments": (Attachment("file", title="a.pdf", id="m1", mime="x/y"),)},
    ),
    ("sticker", {"type": "sticker", "sticker": MEDIA}, {"attachments": (Attachment("sticker", id="m1", mime="x/y"),)}),
    (
        "location",
        {"type": "location", "location": {"latitude": 1.5, "longitude": -2, "name": "Shop", "address": "Main St"}},
        {"kind": "attachment", "attachments": (Attachment("location", "", "Shop, Main St", 1.5, -2.0),)},
    ),
    (
        "contact",
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "Bob"}, "phones": [{"phone": "+1"}]}]},
        {"kind": "attachment", "attachments": (Attachment("contact", "tel:+1", "Bob"),)},
    ),
    (
        "reaction",
        {"type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": "👍"}},
        {"kind": "reaction", "text": "👍", "payload": "react", "refers_to": "wamid.0"},
    ),
    (
        "reaction taken back",
        {"type": "reaction", "reaction": {"message_id": "wamid.0"}},
        {"kind": "reaction", "payload": "unreact"},
    ),
    (
        "order",
        {"type": "order", "order": {"catalog_id": "c", "text": "asap", "product_items": [{"quantity": 2}]}},
        {"kind": "text", "text": "asap", "raw_type": "order"},
    ),
    (
        "edit",
        {
            "type": "edit",
            "edit": {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "better"}}},
        },
        {"kind": "edit", "text": "better", "refers_to": "wamid.0"},
    ),
    (
        "revoke",
        {"type": "revoke", "revoke": {"original_message_id": "wamid.0"}},
        {"kind": "delete", "refers_to": "wamid.0"},
    ),
    (
        "number changed",
        {"type": "system", "system": {"body": "changed", "type": "user_changed_number", "wa_id": "1999"}},
        {"kind": "system", "payload": "user_changed_number", "text": "changed"},
    ),
    (
        "unsupported",
        {"type": "unsupported", "errors": [{"code": 131051, "title": "Message type unknown"}]},
        {"kind": "unsupported", "reason": "Message type unknown"},
    ),
    ("a type of tomorrow", {"type": "hologram", "hologram": {}}, {"kind": "unsupported", "raw_type": "hologram"}),
    ("a chat opened", {"type": "request_welcome"}, {"kind": "referral", "raw_type": "request_welcome"}),
    ("group", {"type": "text", "text": {"body": "hi"}, "group_id": "g1"}, {"kind": "group", "conversation": "g1"}),
]


@pytest.mark.parametrize(("fields", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_message_type_is_understood(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    matches(read(**fields), {"contact": USER, "message_id": "wamid.A", "timestamp": AT, **expected})


def test_what_a_flow_asked_comes_along() -> None:
    reply = {"name": "flow", "response_json": '{"size": "L"}'}
    found = read(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": reply})
    assert found.data["size"] == "L"
    assert found.data["name"] == "Ann"


STATUSES = [
    ("delivered", "delivered"),
    ("read", "read"),
    ("played", "read"),
    ("failed", "failed"),
    ("sent", "ignored"),
    ("lost in thought", "ignored"),
]


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_a_status_names_the_message_and_the_customer(status: str, kind: str) -> None:
    told = {"id": "wamid.S", "status": status, "timestamp": "1700000000", "recipient_id": USER}
    found = one(parse, body(statuses=[told]), NUMBER)
    matches(found, {"kind": kind, "refers_to": "wamid.S", "contact": USER, "timestamp": AT})


def test_a_failure_says_code_and_reason_and_which_send_it_was() -> None:
    error = {"code": 131047, "title": "Re-engagement", "error_data": {"details": "more than 24 hours"}}
    told = {"id": "w", "status": "failed", "recipient_id": USER, "errors": [error], "biz_opaque_callback_data": "row-1"}
    found = one(parse, body(statuses=[told]), NUMBER)
    matches(found, {"kind": "failed", "payload": "131047", "text": "more than 24 hours", "metadata": "row-1"})


def test_a_customer_without_a_phone_number_is_known_by_the_user_id() -> None:
    person = {"profile": {"name": "Ann", "username": "ann"}, "user_id": "US.1349"}
    message = {"from_user_id": "US.1349", "id": "w", "timestamp": "1700000000", "type": "text", "text": {"body": "hi"}}
    found = one(parse, body(contacts=[person], messages=[message]), NUMBER)
    matches(found, {"kind": "text", "contact": "US.1349"})
    assert found.data["username"] == "ann"
    told = {"id": "w", "status": "read", "recipient_user_id": "US.1349"}
    assert one(parse, body(statuses=[told]), NUMBER).key.contact == "US.1349"


def test_a_batch_goes_to_each_customers_conversation() -> None:
    people = [CONTACT, {"wa_id": "222", "profile": {"name": "Bob"}}]
    messages = [{"from": USER, "id": "a", "type": "text"}, {"from": "222", "id": "b", "type": "text"}]
    found = parse(json.dumps(body(contacts=people, messages=messages)).encode(), "acct", NUMBER)
    assert [(each.key.contact, each.data["name"]) for each in found] == [(USER, "Ann"), ("222", "Bob")]


@pytest.mark.parametrize("field", ["smb_message_echoes", "message_echoes"])
def test_an_answer_in_the_business_app_is_an_echo(field: str) -> None:
    echo = {"from": "1555", "to": USER, "id": "w", "timestamp": "1700000000", "type": "text", "text": {"body": "Hi!"}}
    found = one(parse, body(field, message_echoes=[echo]), NUMBER)
    matches(found, {"kind": "echo", "contact": USER, "sender": "1555", "text": "Hi!"})


def test_a_heart_from_the_business_app_is_no_answer_and_what_is_taken_back_there_goes() -> None:
    sent = {"from": "1555", "to": USER, "id": "w2", "timestamp": "1700000000"}
    heart = {**sent, "type": "reaction", "reaction": {"message_id": "w", "emoji": "❤"}}
    found = one(parse, body("smb_message_echoes", message_echoes=[heart]), NUMBER)
    matches(found, {"kind": "ignored", "raw_type": "message_echoes.reaction", "reason": "done by the account itself"})
    gone = {**sent, "type": "revoke", "revoke": {"original_message_id": "w"}}
    found = one(parse, body("smb_message_echoes", message_echoes=[gone]), NUMBER)
    matches(found, {"kind": "delete", "contact": USER, "refers_to": "w"})


def test_a_thread_of_metas_agent_is_only_watched() -> None:
    message = {"from": USER, "id": "w", "type": "text", "text": {"body": "hi"}}
    for value in ({"messages": [message]}, {"standby": {"contacts": [CONTACT], "messages": [message]}}):
        found = one(parse, body("standby", **value), NUMBER)
        matches(found, {"kind": "standby", "contact": USER, "text": "hi", "raw_type": "standby.text"})
    assert one(parse, body("standby", standby={}), NUMBER).kind == "ignored"


def test_what_metas_agent_said_is_an_echo_with_the_send_inside() -> None:
    sent = {"messaging_product": "whatsapp", "to": USER, "type": "text", "text": {"body": "Shipped."}}
    echo = {"id": "w", "timestamp": "1700000000", "message": sent}
    found = one(parse, body("standby", standby={"message_echoes": [echo]}), NUMBER)
    matches(found, {"kind": "echo", "contact": USER, "text": "Shipped.", "message_id": "w", "timestamp": AT})


def test_a_receipt_of_what_metas_agent_said_stays_a_receipt() -> None:
    status = {"id": "w", "status": "delivered", "recipient_id": USER}
    assert one(parse, body("standby", standby={"statuses": [status]}), NUMBER).kind == "delivered"


@pytest.mark.parametrize(("change", "to"), [("control_passed", "us"), ("control_taken", "them")])
def test_a_thread_that_changes_hands_says_whose_it_is(change: str, to: str) -> None:
    role = {"previous_owner_role": "ai_agent", "new_owner_role": "escalation", "metadata": "asked for a person"}
    value: dict[str, Json] = {"sender": {"phone_number": USER}, "recipient": {"phone_number_id": NUMBER}}
    given = body("messaging_handovers", type=change, timestamp="1700000000", **value, **{change: role})
    del given["entry"][0]["changes"][0]["value"]["metadata"]
    found = one(parse, given, NUMBER)
    matches(found, {"kind": "thread_control", "contact": USER, "payload": "escalation", "timestamp": AT})
    assert (found.metadata, found.raw_type) == ("asked for a person", f"messaging_handovers.{change}")
    assert found.data == {"to": to}
    assert one(parse, given, "another").reason == "of another account"


@pytest.mark.parametrize(
    "product",
    [
        {"type": "product", "product": {"product_retailer_id": "SKU-1", "catalog_id": "c"}},
        {"type": "product", "action": {"product_retailer_id": "SKU-1", "catalog_id": "c"}},
    ],
    ids=["as an answer", "as it is sent"],
)
def test_a_question_about_a_product_names_it(product: dict[str, Any]) -> None:
    found = read(type="interactive", interactive={**product, "body": {"text": "In blue?"}})
    assert (found.kind, found.text, found.data["product"]) == ("text", "In blue?", "SKU-1")


@pytest.mark.parametrize(("value", "kind"), [("stop", "opt_out"), ("resume", "opt_in")])
def test_marketing_wishes_are_consent(value: str, kind: str) -> None:
    wish = {"wa_id": USER, "category": "marketing_messages", "value": value, "timestamp": 1_700_000_000}
    found = one(parse, body("user_preferences", user_preferences=[wish]), NUMBER)
    matches(found, {"kind": kind, "contact": USER, "payload": "marketing_messages", "timestamp": AT})


def test_a_new_user_id_is_a_system_event() -> None:
    update = {"wa_id": USER, "user_id": {"previous": "US.1", "current": "US.2"}, "timestamp": 1_700_000_000}
    found = one(parse, body("user_id_update", user_id_update=[update]), NUMBER)
    matches(found, {"kind": "system", "contact": USER, "data": {"user_id": "US.2"}})


def test_the_news_of_a_new_user_id_belongs_to_whom_we_knew_by_the_old_one() -> None:
    news = {"type": "user_changed_user_id", "previous_user_id": "US.1", "user_id": "US.2", "body": "changed"}
    message = {"id": "w", "timestamp": "1700000000", "type": "system", "system": news}
    found = one(parse, body(messages=[message]), NUMBER)
    matches(found, {"kind": "system", "contact": "US.1", "payload": "user_changed_user_id"})
    assert found.data["user_id"] == "US.2"


@pytest.mark.parametrize("outcome", ["captured", "pending", "failed"])
def test_what_became_of_a_payment_is_no_status_of_a_message(outcome: str) -> None:
    payment = {"reference_id": "order-7", "amount": {"value": 21000, "offset": 100}}
    status = {"id": "w", "from": USER, "type": "payment", "status": outcome, "payment": payment}
    found = one(parse, body(statuses=[{**status, "timestamp": "1700000000"}]), NUMBER)
    matches(found, {"kind": "system", "contact": USER, "payload": outcome, "data": {"reference": "order-7"}})
    assert (found.raw_type, found.refers_to) == (f"statuses.payment.{outcome}", "w")


def test_sent_settles_which_send_it_was_even_where_it_has_no_use() -> None:
    status = {"id": "w", "status": "sent", "recipient_id": USER, "biz_opaque_callback_data": "row-7"}
    found = one(parse, body(statuses=[status]), NUMBER)
    matches(found, {"kind": "ignored", "refers_to": "w", "metadata": "row-7"})


def test_a_change_that_does_not_say_its_field_is_known_by_what_it_holds() -> None:
    message = {"from": USER, "id": "w", "type": "text", "text": {"body": "hi"}}
    echo = {"from": "1555", "to": USER, "id": "e", "type": "text", "text": {"body": "ho"}}
    value = {"messages": [message], "message_echoes": [echo]}
    raw = json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": [{"value": value}]}]}).encode()
    assert [(found.kind, found.text) for found in parse(raw, "a")] == [("text", "hi"), ("echo", "ho")]


@pytest.mark.parametrize(
    ("call", "raw_type"),
    [
        ({"from": USER, "to": "1555", "event": "connect", "direction": "USER_INITIATED"}, "calls.connect"),
        ({"from": "1555", "to": USER, "event": "terminate", "direction": "BUSINESS_INITIATED"}, "calls.terminate"),
    ],
)
def test_a_call_is_seen_with_its_customer_and_not_answered(call: dict[str, Any], raw_type: str) -> None:
    found = one(parse, body("calls", calls=[{"id": "wacid.1", "timestamp": "1700000000", **call}]), NUMBER)
    matches(found, {"kind": "ignored", "contact": USER, "raw_type": raw_type, "timestamp": AT, "refers_to": "wacid.1"})
    status = {"id": "wacid.1", "type": "call", "status": "RINGING", "recipient_id": USER}
    assert one(parse, body("calls", statuses=[status]), NUMBER).raw_type == "calls.ringing"


def test_a_chat_history_is_no_message_of_today() -> None:
    old = {"from": USER, "id": "w", "type": "text", "text": {"body": "hi"}, "history_context": {"status": "READ"}}
    thread = {"metadata": {"phase": 0}, "threads": [{"id": USER, "messages": [old]}]}
    assert one(parse, body("history", history=[thread]), NUMBER).kind == "ignored"
    assert one(parse, body("history", messages=[old]), NUMBER).kind == "ignored"


def test_each_member_of_a_group_has_a_receipt_of_its_own() -> None:
    status = {"id": "w", "status": "read", "recipient_id": "group-1", "recipient_type": "group"}
    members = [{**status, "recipient_participant_id": USER}, {**status, "recipient_participant_user_id": "US.2"}]
    found = parse(json.dumps(body(statuses=members)).encode(), "a")
    assert [(each.kind, each.key.contact, each.sender) for each in found] == [
        ("group", "group-1", USER),
        ("group", "group-1", "US.2"),
    ]
    assert len({each.message_id for each in found}) == 2


def test_a_number_is_the_same_with_a_sign_before_it() -> None:
    message = {"from": f"+{USER}", "id": "w", "type": "text", "text": {"body": "hi"}}
    found = one(parse, body(contacts=[CONTACT], messages=[message]), NUMBER)
    assert (found.key.contact, found.data["name"]) == (USER, "Ann")
    echo = {"from": "1555", "to": f"+{USER}", "id": "e", "type": "text", "text": {"body": "ho"}}
    assert one(parse, body("smb_message_echoes", message_echoes=[echo]), NUMBER).key.contact == USER


def test_a_card_without_a_name_has_the_one_written_on_it() -> None:
    card = {"vcard": "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Pablo M.\r\nEND:VCARD", "phones": [{"phone": "+1 650"}]}
    found = read(type="contacts", contacts=[card])
    assert found.attachments == (Attachment("contact", "tel:+1 650", "Pablo M."),)


def test_a_post_is_told_from_an_ad() -> None:
    by_post = {"source_type": "post", "source_id": "9"}
    assert read(type="text", text={"body": "hi"}, referral=by_post).referral == Referral("9", "post")


def test_a_user_name_is_written_without_its_sign() -> None:
    person = {"profile": {"name": "Ann", "username": "@ann"}, "user_id": "US.1"}
    message = {"from_user_id": "US.1", "id": "w", "type": "text", "text": {"body": "hi"}}
    found = one(parse, body(contacts=[person], messages=[message]), NUMBER)
    assert (found.key.contact, found.data["username"]) == ("US.1", "ann")


def test_what_was_written_in_an_unsupported_message_is_kept() -> None:
    found = read(
        type="unsupported", text={"body": "hi"}, errors=[{"code": 131051, "title": "Unsupported message type"}]
    )
    matches(found, {"kind": "unsupported", "text": "hi", "reason": "Unsupported message type"})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (body("account_update", event="VERIFIED"), "no use for events of the type 'account_update'"),
        (body("message_template_status_update"), "no use for events of the type 'message_template_status_update'"),
        (body(errors=[{"code": 130429, "title": "Rate limit hit"}]), "an error of the account: 130429 Rate limit hit"),
        (body(messages=[{"id": "w", "type": "text"}]), "names no customer"),
    ],
)
def test_what_has_no_use_says_why(given: Json, reason: str) -> None:
    matches(one(parse, given, NUMBER), {"kind": "ignored", "reason": reason})


def test_other_numbers_and_other_products_are_ignored() -> None:
    message = {"from": USER, "id": "w", "type": "text", "text": {"body": "hi"}}
    assert one(parse, body(messages=[message]), "999").reason == "of another account"
    assert one(parse, {**body(messages=[message]), "object": "page"}).reason == "of another product of Meta"


def test_a_body_without_entries_is_none_of_metas() -> None:
    with pytest.raises(ParseError):
        parse(b"{}", "acct")


WORDS = (
    "from id timestamp type text body image audio voice video document sticker location contacts interactive"
    " button_reply list_reply nfm_reply response_json button order reaction edit message revoke system statuses"
    " status errors code messages metadata phone_number_id wa_id user_id profile name phones field value"
    " changes recipient_id context referral user_preferences user_id_update message_echoes group_id"
    " original_message_id product_items title payment reference_id previous_user_id"
    " standby sender recipient phone_number control_passed new_owner_role conversation_context summary body action"
)


@given(strange(WORDS, [NUMBER, USER, AT, "delivered", "stop"]))
def test_no_json_raises(value: Json) -> None:
    check_storable(parse, json.dumps(value).encode())
    for field in (
        "messages",
        "calls",
        "messaging_handovers",
        "message_echoes",
        "user_preferences",
        "user_id_update",
        "standby",
    ):
        given = body(
            field, messages=[value], statuses=[value], contacts=[value], errors=[value], message_echoes=[value]
        )
        check_storable(parse, json.dumps(given).encode())
        check_storable(parse, json.dumps(body(field, **{field: [value]})).encode())
    check_storable(parse, json.dumps({"object": "whatsapp_business_account", "entry": [value]}).encode())

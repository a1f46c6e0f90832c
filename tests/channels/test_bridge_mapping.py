"""A partner with JSON of its own: paths in bot.yaml say where our fields lie."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.channels.bridge.mapping import BridgeMap, translated
from chatbot.channels.bridge.parsing import parse
from chatbot.channels.registry import open_channel
from chatbot.errors import OperatorError
from chatbot.types import Attachment, Inbound, Json, Referral
from tests.channels.reading import check_storable, strange

SETTINGS = {
    "kind": "bridge", "api_url": "https://partner.example", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}  # fmt: skip
MAP = yaml.safe_load("""
events: batch.messages
type: kind
kinds: { msg: text, tap: button, ours: echo, seen: read }
id: uid
timestamp: sent
sender: from.uid
recipient: to.uid
conversation: thread
text: content.0.body
payload: content.0.value
attachments: files
attachment: { kind: mime, url: links.full, title: name }
referral: { ref: campaign.code, source: campaign.kind }
""")


def read(*events: dict[str, Any]) -> tuple[Inbound, ...]:
    channel = open_channel("snap", {**SETTINGS, "map": MAP})
    return channel.parse(json.dumps({"batch": {"messages": events}}).encode())


def test_a_message_is_found_where_the_map_says() -> None:
    [found] = read(
        {
            "kind": "msg", "uid": 5, "sent": 1_700_000_000, "from": {"uid": "u1"}, "thread": "t9",
            "content": [{"body": "hi"}], "campaign": {"code": "spring", "kind": "ad"},
        }
    )  # fmt: skip
    assert (found.kind, found.text, found.key.contact, found.message_id) == ("text", "hi", "u1", "5")
    assert (found.timestamp, found.conversation) == (1_700_000_000_000, "t9")
    assert found.referral == Referral("spring", "ad")


def test_presses_files_and_answers_by_hand_are_told_apart() -> None:
    pressed, shown, ours = read(
        {"kind": "tap", "uid": "2", "from": {"uid": "u1"}, "content": [{"body": "Yes", "value": "Y"}]},
        {"kind": "", "uid": "3", "from": {"uid": "u1"},
         "files": [{"mime": "image/png", "links": {"full": "https://p"}, "name": "cat"}]},
        {"kind": "ours", "uid": "4", "from": {"uid": "shop"}, "to": {"uid": "u1"}, "content": [{"body": "Bo here"}]},
    )  # fmt: skip
    assert (pressed.kind, pressed.payload) == ("button", "Y")
    assert (shown.kind, shown.attachments) == ("attachment", (Attachment("image", "https://p", "cat"),))
    assert (ours.kind, ours.key.contact) == ("echo", "u1")


def test_a_type_nobody_named_has_no_use() -> None:
    [found] = read({"kind": "billing", "uid": "1", "from": {"uid": "u1"}})
    assert (found.kind, "billing" in found.reason) == ("ignored", True)


def test_without_events_the_body_is_one_or_a_list() -> None:
    paths = BridgeMap(sender="from", text="say")
    one = {"from": "u1", "say": "hi"}
    assert [each.text for each in parse(json.dumps(one).encode(), "a", "", paths)] == ["hi"]
    assert [each.text for each in parse(json.dumps([one, one]).encode(), "a", "", paths)] == ["hi", "hi"]
    assert translated({"no": "list"}, BridgeMap(events="batch.messages")) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"txet": "a"}, "map.txet is not a setting"), ({"text": "a..b"}, "map.text"), ({"attachment": "x"}, "attachment")],
)
def test_a_wrong_map_is_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        open_channel("snap", {**SETTINGS, "map": wrong})
    assert said in str(caught.value)


WORDS = "batch messages kind uid sent from to thread content body value files mime links full name campaign code 0"
JSON = strange(WORDS, ["msg", "tap", "ours", "image/png", 1_700_000_000, "\ud800", "\x00"])


@settings(deadline=None)
@given(JSON | st.fixed_dictionaries({"batch": st.fixed_dictionaries({"messages": JSON | st.lists(JSON)})}))
def test_no_json_breaks_it(body: Json) -> None:
    for paths in (BridgeMap.model_validate(MAP), BridgeMap(sender="from.to", text="content.0", attachments="files")):

        def mapped(raw: bytes, account: str, own_id: str = "", paths: BridgeMap = paths) -> tuple[Inbound, ...]:
            return parse(raw, account, own_id, paths)

        check_storable(mapped, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ({"challenge": "abc-1", "verify_token": "mine"}, "abc-1"),
        ({"challenge": "abc-1", "verify_token": "guess"}, None),
        ({"challenge": "abc-1"}, None),
        ({"challenge": "<b>", "verify_token": "mine"}, None),
        ({"challenge": '{"a":1}', "verify_token": "mine"}, None),
        ({}, None),
    ],
)
def test_a_challenge_is_answered_for_who_knows_the_token(query: dict[str, str], answer: str | None) -> None:
    assert open_channel("snap", {**SETTINGS, "challenge": {"token": "mine"}}).handshake(query) == answer


def test_a_challenge_may_have_other_names_and_stands_beside_linkedins() -> None:
    channel = open_channel("snap", {**SETTINGS, "challenge": {"parameter": "echo"}, "linkedin_secret": "s"})
    assert channel.handshake({"echo": "word"}) == "word"
    answer = channel.handshake({"challengeCode": "890e4665-4dfe-4ab1-b689-ed553bceeed0"})
    assert "challengeResponse" in (answer or "")

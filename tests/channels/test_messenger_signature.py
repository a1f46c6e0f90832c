"""Only Meta's signature over these very bytes opens the door."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.channels.messenger.channel import Messenger
from chatbot.channels.meta import signed
from chatbot.errors import OperatorError

SETTINGS = {
    "kind": "messenger",
    "page_id": "1",
    "page_token": "EAAB",
    "app_secret": "the-app-secret",
    "verify_token": "the-verify-token",
}
RAW = json.dumps({"object": "page", "entry": [{"text": "gr\u00fc\u00df dich \U0001f600"}]}).encode()


def sign(raw: bytes, secret: str = "the-app-secret") -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


@pytest.fixture
def page() -> Messenger:
    return Messenger.open("main_page", SETTINGS, None)


def test_a_known_vector_verifies() -> None:
    # RFC 4231, test case 2
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    headers = {"X-Hub-Signature-256": f"sha256={digest}"}
    assert signed("Jefe", headers, b"what do ya want for nothing?")


def test_the_header_is_found_in_any_case(page: Messenger) -> None:
    assert page.verify({"x-hub-signature-256": sign(RAW)}, RAW)


def test_hex_is_the_same_in_either_case(page: Messenger) -> None:
    assert page.verify({"X-Hub-Signature-256": "sha256=" + sign(RAW)[7:].upper()}, RAW)


def test_every_changed_byte_of_body_or_signature_is_noticed(page: Messenger) -> None:
    good = sign(RAW)
    for at in range(len(RAW)):
        changed = RAW[:at] + bytes([RAW[at] ^ 1]) + RAW[at + 1 :]
        assert not page.verify({"X-Hub-Signature-256": good}, changed)
    for at in range(len(good)):
        wrong = good[:at] + chr(ord(good[at]) ^ 1) + good[at + 1 :]
        assert not page.verify({"X-Hub-Signature-256": wrong}, RAW)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "sha256=",
        "sha256=ü",
        "\udcff",
        sign(RAW)[7:],
        "sha1=" + hmac.new(b"the-app-secret", RAW, hashlib.sha1).hexdigest(),
        sign(RAW, ""),
        sign(RAW) + "0",
        "sha256=" + "0" * 64,
    ],
    ids="empty prefix umlaut surrogate bare sha1 emptykey longer zeros".split(),
)
def test_wrong_signatures_are_refused_without_an_exception(page: Messenger, value: str) -> None:
    assert not page.verify({"X-Hub-Signature-256": value}, RAW)


def test_a_missing_signature_or_only_the_old_sha1_one_is_refused(page: Messenger) -> None:
    sha1 = "sha1=" + hmac.new(b"the-app-secret", RAW, hashlib.sha1).hexdigest()
    assert not page.verify({}, RAW)
    assert not page.verify({"X-Hub-Signature": sha1}, RAW)


def test_a_body_whose_escapes_a_proxy_decoded_still_verifies(page: Messenger) -> None:
    decoded = json.dumps(json.loads(RAW), ensure_ascii=False).encode()
    assert decoded != RAW
    assert page.verify({"X-Hub-Signature-256": sign(RAW)}, decoded)
    assert not page.verify({"X-Hub-Signature-256": sign(RAW)}, decoded + b" ")


@given(st.text(), st.binary())
def test_no_header_and_no_body_raise(value: str, raw: bytes) -> None:
    assert not signed("secret", {"X-Hub-Signature-256": value}, raw)


def test_the_handshake_echoes_the_challenge_to_who_knows_the_token(page: Messenger) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "the-verify-token", "hub.challenge": "1158201444"}
    assert page.handshake(query) == "1158201444"
    assert page.handshake({**query, "hub.verify_token": "the-verify-tokeñ"}) is None
    assert page.handshake({**query, "hub.mode": "unsubscribe"}) is None
    assert page.handshake({}) is None


@pytest.mark.parametrize("name", ["app_secret", "page_token", "verify_token"])
def test_an_empty_secret_refuses_to_start_and_is_named(name: str) -> None:
    with pytest.raises(OperatorError, match=f"channels.main_page.{name} is empty"):
        Messenger.open("main_page", {**SETTINGS, name: " "}, None)
    with pytest.raises(OperatorError, match=f"channels.main_page.{name} is missing"):
        Messenger.open("main_page", {key: value for key, value in SETTINGS.items() if key != name}, None)


def test_a_misspelt_setting_is_named_and_no_secret_is_shown() -> None:
    with pytest.raises(OperatorError) as caught:
        Messenger.open("main_page", {**SETTINGS, "page_tokn": "s3cret", "version": "EAAB"}, None)
    assert "channels.main_page.page_tokn is not a setting" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "EAAB" not in str(caught.value)

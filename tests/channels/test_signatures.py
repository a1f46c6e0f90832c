"""Each platform's own way to say "it was me": right bytes pass, all else is refused, and nothing raises.

Meta's is in test_messenger_signature.py.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.channels import meta
from chatbot.channels.bridge import linkedin
from chatbot.channels.bridge import signature as bridge
from chatbot.channels.protocol import ParseError
from chatbot.channels.telegram import signature as telegram
from chatbot.channels.tiktok import signature as tiktok
from chatbot.channels.x import parsing as x_parsing
from chatbot.channels.x import signature as x

Verify: TypeAlias = Callable[[Mapping[str, str], bytes], bool]
SECRET, RAW, NOW = "the-secret", '{"text": "grüß dich"}'.encode(), 1_700_000_000
KEY = b"0123456789abcdef01234567"


def digest(content: bytes, key: bytes = SECRET.encode()) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()


def x_headers(raw: bytes) -> dict[str, str]:
    return {"X-Twitter-Webhooks-Signature": "sha256=" + base64.b64encode(digest(raw)).decode()}


def tiktok_headers(raw: bytes, at: int = NOW) -> dict[str, str]:
    return {"Tiktok-Signature": f"t={at},s={digest(f'{at}.'.encode() + raw).hex()}"}


def bridge_headers(raw: bytes, at: int = NOW, key: bytes = KEY) -> dict[str, str]:
    shown = base64.b64encode(digest(f"msg_1.{at}.".encode() + raw, key)).decode()
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": f"v1,{shown}"}


SIGNED: dict[str, tuple[Verify, Callable[[bytes], dict[str, str]]]] = {
    "x": (lambda headers, raw: x.signed(SECRET, headers, raw), x_headers),
    "tiktok": (lambda headers, raw: tiktok.signed(SECRET, headers, raw, NOW), tiktok_headers),
    "bridge": (lambda headers, raw: bridge.signed([KEY], headers, raw, NOW), bridge_headers),
    "linkedin": (
        lambda headers, raw: linkedin.signed(SECRET, headers, raw),
        lambda raw: {"X-LI-Signature": "hmacsha256=" + digest(raw).hex()},
    ),
    "linkedin, bare": (
        lambda headers, raw: linkedin.signed(SECRET, headers, raw),
        lambda raw: {"X-LI-Signature": digest(b"hmacsha256=" + raw).hex()},
    ),
    "linkedin, upper case, the scheme twice": (
        lambda headers, raw: linkedin.signed(SECRET, headers, raw),
        lambda raw: {"X-LI-Signature": "hmacsha256=" + digest(b"hmacsha256=" + raw).hex().upper()},
    ),
}


@pytest.mark.parametrize("kind", SIGNED)
def test_what_the_platform_signed_passes_whatever_the_headers_case(kind: str) -> None:
    verify, sign = SIGNED[kind]
    headers = sign(RAW)
    assert verify(headers, RAW)
    assert verify({name.upper(): value for name, value in headers.items()}, RAW)


@pytest.mark.parametrize("kind", SIGNED)
def test_other_bytes_other_signatures_and_none_are_refused(kind: str) -> None:
    verify, sign = SIGNED[kind]
    headers = sign(RAW)
    assert not verify(headers, RAW + b" ")
    assert not verify(sign(RAW + b" "), RAW)
    assert not verify({}, RAW)
    assert not verify(dict.fromkeys(headers, ""), RAW)
    assert not verify({name: value[:-2] for name, value in headers.items()}, RAW)
    assert not verify(dict.fromkeys(headers, "ünßafe"), RAW)


anything = st.dictionaries(
    st.sampled_from(
        "x-twitter-webhooks-signature Tiktok-Signature webhook-id webhook-timestamp webhook-signature"
        " X-LI-Signature X-Telegram-Bot-Api-Secret-Token".split()
    ),
    st.text() | st.sampled_from(["t=1,s=2", "t=²,s=", "v1,", "sha256=", "9" * 30, str(NOW)]),
)


@given(anything, st.binary())
def test_no_header_raises_and_none_that_is_made_up_passes(headers: dict[str, str], raw: bytes) -> None:
    for verify, _ in SIGNED.values():
        assert not verify(headers, raw)
    assert not telegram.signed("s3cret-token", headers, raw)


def test_an_empty_secret_opens_no_door() -> None:
    empty = hmac.new(b"", RAW, hashlib.sha256).digest()
    assert not x.signed("", {x.HEADER: "sha256=" + base64.b64encode(empty).decode()}, RAW)
    assert not linkedin.signed("", {linkedin.HEADER: "hmacsha256=" + empty.hex()}, RAW)
    shown = hmac.new(b"", f"{NOW}.".encode() + RAW, hashlib.sha256).hexdigest()
    assert not tiktok.signed("", {tiktok.HEADER: f"t={NOW},s={shown}"}, RAW, NOW)
    assert not telegram.signed("", {telegram.HEADER: ""}, RAW)
    assert not bridge.signed([], bridge_headers(RAW), RAW, NOW)
    assert not bridge.signed([b""], bridge_headers(RAW, key=b""), RAW, NOW)


def test_telegram_repeats_the_secret_it_was_given() -> None:
    headers = {"x-telegram-bot-api-secret-token": "s3cret_token-1"}
    assert telegram.signed("s3cret_token-1", headers, RAW)
    assert not telegram.signed("s3cret_token-2", headers, RAW)


@pytest.mark.parametrize("age", [-301, -300, 0, 300, 301])
def test_an_old_signature_is_a_replay(age: int) -> None:
    allowed = abs(age) <= 300
    assert tiktok.signed(SECRET, tiktok_headers(RAW, NOW - age), RAW, NOW) == allowed
    assert bridge.signed([KEY], bridge_headers(RAW, NOW - age), RAW, NOW) == allowed


def test_the_tolerance_is_a_setting() -> None:
    assert not tiktok.signed(SECRET, tiktok_headers(RAW, NOW - 6), RAW, NOW, 5)
    assert bridge.signed([KEY], bridge_headers(RAW, NOW - 900), RAW, NOW, 1000)


def test_a_known_vector_of_standard_webhooks_verifies() -> None:
    key = bridge.key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    raw = b'{"test": 2432232314}'
    assert bridge.signed([key], headers, raw, 1614265330)
    assert bridge.signature(key, headers["webhook-id"], 1614265330, raw) == headers["webhook-signature"]


@pytest.mark.parametrize("written", ["MDEyMw==", "whsec_MDEyMw==", " whsec_MDEyMw==\n", "v1,whsec_MDEyMw=="])
def test_a_secret_is_the_same_however_partners_write_it(written: str) -> None:
    assert bridge.key_of(written) == b"0123"


def test_signatures_of_other_versions_and_none_at_all_are_refused() -> None:
    headers = bridge_headers(RAW)
    for wrong in ("v1a," + headers["webhook-signature"][3:], headers["webhook-signature"][3:], " ", "v1,"):
        assert not bridge.signed([KEY], {**headers, "webhook-signature": wrong}, RAW, NOW)
    for missing in headers:
        assert not bridge.signed([KEY], {name: value for name, value in headers.items() if name != missing}, RAW, NOW)


@pytest.mark.parametrize(
    "mangled", ["t={t}", "s={s}", "{t},{s}", "t={t};s={s}", "t=,s={s}", "t=-{t},s={s}", "t={t}.0,s={s}"]
)
def test_a_mangled_header_of_tiktok_is_refused(mangled: str) -> None:
    signed = tiktok_headers(RAW)["Tiktok-Signature"].partition(",s=")[2]
    header = {"Tiktok-Signature": mangled.format(t=NOW, s=signed)}
    assert not tiktok.signed(SECRET, header, RAW, NOW)
    assert tiktok.signed(SECRET, {"Tiktok-Signature": f"s={signed.upper()}, t={NOW}"}, RAW, NOW)


def test_while_a_secret_is_changed_both_are_good_on_either_side() -> None:
    old, new = b"old-key-old-key-old-key-", b"new-key-new-key-new-key-"
    headers = bridge_headers(RAW, key=old)
    assert bridge.signed([new, old], headers, RAW, NOW)
    assert not bridge.signed([new], headers, RAW, NOW)
    two = headers["webhook-signature"] + " v2,xyz " + bridge_headers(RAW, key=new)["webhook-signature"]
    assert bridge.signed([new], {**headers, "webhook-signature": two}, RAW, NOW)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_!!", "", "whsec_a"])
def test_a_secret_that_is_none_is_said_to_be_none(secret: str) -> None:
    with pytest.raises(ValueError, match=r"base64|empty"):
        bridge.key_of(secret)


def test_metas_challenge_is_echoed_to_who_knows_the_token() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "right", "hub.challenge": "1158201444"}
    assert meta.handshake("right", query) == "1158201444"
    assert meta.handshake("wrong", query) is None
    assert meta.handshake("right", {**query, "hub.mode": "unsubscribe"}) is None


def test_a_challenge_of_x_is_answered_with_the_tokens_hmac() -> None:
    token = "MTU4MjYxNTQzMi1hYmNkZWY="
    answer = x.handshake(SECRET, {"crc_token": token, "nonce": "MTU4"})
    assert answer is not None
    assert json.loads(answer) == {"response_token": "sha256=" + base64.b64encode(digest(token.encode())).decode()}


@pytest.mark.parametrize("token", ["", "{}", '{"for_user_id":"1"}', "a b", "ü", "[1]", "x" * 300, '"quoted"', "a\n"])
def test_x_gets_nothing_signed_that_is_no_token(token: str) -> None:
    assert x.handshake(SECRET, {"crc_token": token}) is None


@given(st.text())
def test_nothing_signed_as_a_challenge_can_be_read_as_a_body(token: str) -> None:
    answer = x.handshake(SECRET, {"crc_token": token})
    if answer is None:
        return
    signature = json.loads(answer)["response_token"]
    assert x.signed(SECRET, {x.HEADER: signature}, token.encode())  # this is why the form of a token matters
    with pytest.raises(ParseError):
        x_parsing.parse(token.encode(), "acct")


def test_a_challenge_of_linkedin_is_answered_and_only_a_code_is_signed() -> None:
    code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
    answer = linkedin.handshake(SECRET, {"challengeCode": code})
    assert answer is not None
    assert json.loads(answer) == {"challengeCode": code, "challengeResponse": digest(code.encode()).hex()}
    for wrong in ("", '{"kind": "text"}', "hmacsha256={}", "short"):
        assert linkedin.handshake(SECRET, {"challengeCode": wrong}) is None

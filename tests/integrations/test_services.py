"""One attempt of a flow's HTTP call, against a real server that misbehaves in every way a service can."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from chatbot.connecting import Refused
from chatbot.content.bot_file import Bot, Service
from chatbot.conversation.codec import ANSWER
from chatbot.errors import OperatorError
from chatbot.integrations.bodies import LONGEST_WAIT, MOST_BYTES, retry_after
from chatbot.integrations.masking import MASK, Mask, secrets_in, secrets_of
from chatbot.integrations.services import Services, _Hop
from chatbot.types import Call, CallAnswer, Json
from tests.integrations.serving import Names, Served, serving

BIG = {"rows": ["x" * 1000] * 300}
BOMB = gzip.compress(b'"' + b"x" * (64 << 20) + b'"')


PACKED = {"Content-Encoding": "gzip"}
READY: dict[str, dict[str, Any]] = {
    "/big": {"body": json.dumps(BIG)},
    "/huge": {"body": b'"' + b"x" * (3 << 20) + b'"'},
    "/bomb": {"body": BOMB, "headers": PACKED},
    "/packed": {"body": gzip.compress(b'{"a": 1}'), "headers": PACKED},
    "/cut": {"body": gzip.compress(b'{"a": 1}')[:-12], "headers": PACKED},
    "/odd": {"body": b"xxxx", "headers": {"Content-Encoding": "br"}},
    "/html": {"text": "<html>", "content_type": "text/html"},
    "/nan": {"body": b'{"a": NaN}'},
    "/broken": {"status": 500, "text": "<html>"},
    "/busy": {"status": 503, "headers": {"Retry-After": "7"}},
    "/nothing": {"status": 204},
    "/deep": {"body": b"[" * 200_000},
    "/login": {"body": b"{}", "headers": {"Set-Cookie": "session=PRIVATE"}},
}


async def answer(request: web.Request) -> web.StreamResponse:
    match request.path:
        case path if path in READY:
            return web.Response(**READY[path])
        case "/pieces":
            return await pieces(request, [b'{"a": [1,', b" 2,", b" 3]}"])
        case "/drip":
            return await pieces(request, [b" "] * 1000)
        case "/slow":
            await asyncio.sleep(5)
        case path if path.startswith("/redirect/"):
            _, _, status, target = path.split("/", 3)
            return web.Response(status=int(status), headers={"Location": target or "/echo"})
    seen = {"headers": dict(request.headers), "query": dict(request.query), "path": request.raw_path}
    return web.json_response({**seen, "method": request.method, "body": await request.text()})


async def pieces(request: web.Request, parts: list[bytes]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for part in parts:
        await response.write(part)
        await asyncio.sleep(0.01)
    return response


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving(answer) as made:
        yield made


def service(url: str, **more: Any) -> Service:
    return Service.model_validate({"url": url, "private": True, **more})


@pytest.fixture
async def services(served: Served) -> AsyncIterator[Services]:
    made = Services({"shop": service(served.url, auth={"bearer": "TOKEN"}), "gone": service("http://127.0.0.1:9")})
    yield made
    await made.close()


async def get(services: Services, path: str, **more: Json) -> CallAnswer:
    return await services.attempt(
        Call(1, more.pop("method", "GET"), more.pop("service", "shop"), path, **more), "key-1"
    )


# --- what is sent and read -------------------------------------------------------------------------------------


async def test_a_body_that_comes_in_pieces_or_is_large_or_packed_is_read_whole(services: Services) -> None:
    assert (await get(services, "/pieces")).body == {"a": [1, 2, 3]}
    assert (await get(services, "/big")).body == BIG
    assert (await get(services, "/packed")).body == {"a": 1}


async def test_what_one_customer_was_given_does_not_travel_with_the_next_call(services: Services) -> None:
    await get(services, "/login")
    assert "Cookie" not in (await get(services, "/echo")).body["headers"]


async def test_a_call_carries_its_path_query_json_credentials_and_key(services: Services, served: Served) -> None:
    await get(services, "/say/a%2Fb", method="POST", query={"q": "x y"}, json={"n": 1})
    method, path, headers, body = served.seen[-1]
    assert (method, path) == ("POST", "/say/a%2Fb?q=x+y")
    assert json.loads(body) == {"n": 1}
    assert headers["Authorization"] == "Bearer TOKEN"
    assert headers["Idempotency-Key"] == "key-1"


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        ({"bearer": "t-1"}, "Authorization", "Bearer t-1"),
        ({"basic": {"user": "ana", "password": "geheim"}}, "Authorization", "Basic YW5hOmdlaGVpbQ=="),
        ({"header": {"X-Api-Key": "k-1"}}, "X-Api-Key", "k-1"),
    ],
)
async def test_each_way_to_log_in(served: Served, auth: dict[str, Json], name: str, value: str) -> None:
    services = Services({"shop": service(served.url, auth=auth)})
    await get(services, "/echo", headers={"authorization": "mine", "x-api-key": "mine"})
    await services.close()
    sent = {key: each for key, each in served.headers().items() if key.lower() == name.lower()}
    assert list(sent.values()) == [value], "what a flow says never stands in for the credentials, nor beside them"


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/html", 200, "invalid"),
        ("/deep", 200, "invalid"),
        ("/huge", 200, "invalid"),
        ("/bomb", 200, "invalid"),
        ("/cut", 200, "invalid"),
        ("/odd", 200, "invalid"),
        ("/nan", 200, "invalid"),
        ("/broken", 500, ""),
        ("/nothing", 204, ""),
    ],
)
async def test_answers_that_are_no_json_too_large_or_packed_to_burst(
    services: Services, path: str, status: int, error: str
) -> None:
    answered = await get(services, path)
    assert (answered.status, answered.error, answered.body) == (status, error, None)


def test_a_bomb_is_small_on_the_wire_and_large_behind_it() -> None:
    assert len(BOMB) < MOST_BYTES / 8


@pytest.mark.parametrize("path", ["/slow", "/drip"])
async def test_a_service_that_hangs_or_drips_ends_with_its_time_limit(services: Services, path: str) -> None:
    async with asyncio.timeout(2):
        assert (await get(services, path, timeout=100)).error == "timeout"


async def test_a_service_that_is_not_there(services: Services) -> None:
    assert (await get(services, "/", service="gone")).error == "connection"
    assert (await get(services, "/", service="unknown")).error == "connection"


# --- Retry-After -----------------------------------------------------------------------------------------------


async def test_how_long_a_service_wants_to_be_left_alone_comes_with_its_answer(services: Services) -> None:
    answered = await get(services, "/busy")
    assert (answered.status, answered.retry_after) == (503, 7_000)


@given(st.one_of(st.text(), st.integers().map(str), st.datetimes().map(str)))
def test_no_words_in_retry_after_do_any_harm(said: str) -> None:
    assert 0 <= retry_after({"Retry-After": said}) <= LONGEST_WAIT


def test_retry_after_may_be_a_date() -> None:
    now = datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert retry_after({"Retry-After": format_datetime(now + timedelta(seconds=90), usegmt=True)}, now) == 90_000
    assert retry_after({"Retry-After": format_datetime(now - timedelta(seconds=90), usegmt=True)}, now) == 0


# --- redirects --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "status", "ends"),
    [
        ("GET", 301, ("GET", "")), ("GET", 302, ("GET", "")), ("GET", 303, ("GET", "")), ("GET", 307, ("GET", "")),
        ("GET", 308, ("GET", "")), ("POST", 303, ("GET", "")), ("POST", 307, ("POST", '{"n": 1}')),
        ("POST", 308, ("POST", '{"n": 1}')), ("PUT", 308, ("PUT", '{"n": 1}')),
    ],
)  # fmt: skip
async def test_a_redirect_within_the_service_is_followed(
    services: Services, served: Served, method: str, status: int, ends: tuple[str, str]
) -> None:
    body = None if method == "GET" else {"n": 1}
    answered = await get(services, f"/redirect/{status}/", method=method, json=body)
    assert (answered.status, answered.body["method"], answered.body["body"]) == (200, *ends)
    assert served.headers()["Authorization"] == "Bearer TOKEN"


@pytest.mark.parametrize(("method", "status"), [("POST", 301), ("POST", 302), ("DELETE", 302), ("PUT", 301)])
async def test_a_redirect_that_leaves_open_what_is_meant_is_the_answer(
    services: Services, served: Served, method: str, status: int
) -> None:
    assert (await get(services, f"/redirect/{status}/", method=method)).status == status
    assert len(served.seen) == 1


@pytest.mark.parametrize("host", ["127.0.0.1:9", "localhost:{port}", "169.254.169.254", "8.8.8.8"])
async def test_a_redirect_to_another_host_is_refused_and_nobody_there_is_asked(host: str) -> None:
    async def away(request: web.Request) -> web.StreamResponse:
        port = request.url.port
        return web.Response(status=302, headers={"Location": f"http://{host.format(port=port)}/echo"})

    async with serving(away) as served:
        services = Services({"shop": service(served.url, auth={"bearer": "TOKEN"})})
        assert (await get(services, "/")).error == "refused"
        await services.close()
    assert len(served.seen) == 1


@pytest.mark.parametrize(
    ("here", "there", "followed"),
    [
        ("https://shop.example/a", "https://shop.example/b", True),
        ("https://shop.example/a", "b?c=d", True),
        ("https://shop.example:8443/a", "https://shop.example:8443/b", True),
        ("http://shop.example/a", "https://shop.example/b", True),
        ("https://shop.example/a", "http://shop.example/b", False),
        ("https://shop.example/a", "https://shop.example:8443/b", False),
        ("http://shop.example:8080/a", "https://shop.example/b", False),
        ("http://shop.example/a", "https://shop.example:8443/b", False),
        ("https://shop.example/a", "https://shop.example.evil.example/b", False),
        ("https://shop.example/a", "//evil.example/b", False),
        ("https://shop.example/a", "https://shop.example@evil.example/b", False),
        ("https://shop.example/a", "https:\\\\evil.example/b", None),
        ("https://shop.example/a", "file:///etc/passwd", False),
        ("https://shop.example/a", "javascript:alert(1)", False),
    ],
)
def test_a_redirect_stays_with_the_service(here: str, there: str, followed: bool | None) -> None:
    response: Any = SimpleNamespace(status=302, headers={"Location": there})
    try:
        hop = _Hop("GET", URL(here), body=False).after(response)
    except Refused:
        assert not followed
    else:
        assert hop is not None
        assert followed is not False
        assert hop.url.host == "shop.example"


@pytest.mark.parametrize("target", ["//", "http://[", "http:///x", "ftp://127.0.0.1/", "http://127.0.0.1:x/", "\x01"])
async def test_a_redirect_to_nowhere_is_an_answer_too(target: str) -> None:
    async def away(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0)
        return web.Response(status=302, headers={"Location": target})

    async with serving(away) as served:
        services = Services({"shop": service(served.url)})
        answered = await get(services, "/", timeout=500)
        await services.close()
    assert answered.error in ("refused", "connection")


async def test_redirects_that_never_end_are_refused() -> None:
    async def round_and_round(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/again"})

    async with serving(round_and_round) as served:
        services = Services({"shop": service(served.url)})
        assert (await get(services, "/")).error == "refused"
        await services.close()
    assert len(served.seen) == 6


# --- where a service may be --------------------------------------------------------------------------------------


@pytest.mark.parametrize("addresses", ["127.0.0.1", "10.0.0.1 192.168.0.1", "169.254.169.254", "::ffff:127.0.0.1"])
async def test_a_name_that_leads_to_a_private_address_is_refused(served: Served, addresses: str) -> None:
    names = Names({"shop.example": [addresses]})
    url = f"http://shop.example:{served.port}"
    services = Services({"shop": Service(url=url)}, resolver=names)
    assert (await get(services, "/echo")).error == "refused"
    await services.close()
    assert served.seen == []


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "0177.0.0.1", "127.0.0.1."])
async def test_no_other_spelling_of_an_address_gets_by(served: Served, host: str) -> None:
    services = Services({"shop": Service(url=f"http://{host}:{served.port}")})
    assert (await get(services, "/echo")).error in ("refused", "connection")
    await services.close()
    assert served.seen == []


async def test_a_private_service_is_reached_by_name(served: Served) -> None:
    names = Names({"shop.example": ["127.0.0.1"]})
    services = Services({"shop": service(f"http://shop.example:{served.port}")}, resolver=names)
    assert (await get(services, "/echo")).status == 200
    await services.close()


async def test_metadata_is_refused_to_private_services_too() -> None:
    names = Names({"shop.example": ["169.254.169.254"]})
    services = Services({"shop": service("http://shop.example")}, resolver=names)
    assert (await get(services, "/latest/meta-data/")).error == "refused"
    await services.close()
    with pytest.raises(OperatorError, match=r"services\.shop\.url is an address that no service may be at"):
        Services({"shop": service("http://169.254.169.254")})


async def test_what_was_checked_is_what_is_connected_to(served: Served) -> None:
    """A name that is harmless when it is looked up first and private afterwards (DNS rebinding) reaches nobody."""
    names = Names({"shop.example": ["192.88.99.2", "127.0.0.1"]})
    services = Services({"shop": Service(url=f"http://shop.example:{served.port}")}, resolver=names)
    first = await get(services, "/echo", timeout=200)
    asked_once = list(names.asked)
    second = await get(services, "/echo", timeout=200)
    await services.close()
    assert asked_once == ["shop.example"]
    assert first.error in ("timeout", "connection")
    assert second.error in ("refused", "timeout", "connection")
    assert served.seen == []


async def test_of_several_addresses_only_the_allowed_ones_are_tried(served: Served) -> None:
    names = Names({"shop.example": ["127.0.0.1 192.88.99.2"]})
    services = Services({"shop": Service(url=f"http://shop.example:{served.port}")}, resolver=names)
    assert (await get(services, "/echo", timeout=200)).error in ("timeout", "connection")
    await services.close()
    assert served.seen == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:8091", "https://localhost", "http://[::1]:80", "http://10.1.2.3/x"])
def test_a_private_address_without_the_setting_is_named_with_it(url: str) -> None:
    with pytest.raises(OperatorError, match=r"services\.shop\.url .* `private: true`"):
        Services({"shop": Service(url=url)})


# --- secrets -----------------------------------------------------------------------------------------------------


async def test_an_answer_that_echoes_our_credentials_comes_without_them(served: Served) -> None:
    bot = Bot.model_validate({
        "name": "x",
        "services": {
            "shop": {
                "url": served.url,
                "private": True,
                "auth": {"bearer": "s3cret-token"},
                "headers": {"X-Key": "s3cret-key"},
            }
        },
    })  # fmt: skip
    services = Services(bot.services, Mask(secrets_of(bot)))
    answered = await get(services, "/echo")
    await services.close()
    assert served.headers()["Authorization"] == "Bearer s3cret-token"
    assert answered.body["headers"]["Authorization"] == f"Bearer {MASK}"
    assert answered.body["headers"]["X-Key"] == MASK
    assert "s3cret" not in repr(answered)


def test_the_secret_of_the_bucket_is_one_too() -> None:
    files = {"bucket": "acme-chat", "access_key": "AKIAFAKE", "secret_key": "s3cret-key"}
    assert secrets_of(Bot.model_validate({"name": "x", "files": files})) == {"s3cret-key"}


def test_variables_with_secret_names_are_secrets() -> None:
    environ = {
        "SHOP_TOKEN": "abcdef1",
        "API_KEY": "abcdef2",
        "HOME": "/home/x",
        "KEYBOARD": "qwertz",
        "PIN_SECRET": "1",
    }
    mask = Mask(secrets_in(environ))
    assert mask.text("abcdef1 abcdef2 /home/x qwertz 1") == f"{MASK} {MASK} /home/x qwertz 1"


@given(st.recursive(st.one_of(st.none(), st.text(), st.just("a s3cret-token b")), st.lists, max_leaves=20))
def test_no_secret_is_left_anywhere_in_an_answer(body: Json) -> None:
    masked = Mask(["s3cret-token"]).json({"key s3cret-token": body, "more": [body]})
    assert "s3cret-token" not in json.dumps(masked)


async def test_no_log_line_says_where_or_with_what(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "chatbot")
    services = Services({"shop": service(f"{served.url}/base-path", auth={"bearer": "s3cret-token"})})
    for path in ("/echo", "/slow", "/huge"):
        await get(services, path, timeout=50)
    await services.close()
    assert "s3cret-token" not in caplog.text
    assert "base-path" not in caplog.text


# --- a service that has gone mad ---------------------------------------------------------------------------------

STATUS = st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.1 302 Found", b"HTTP/1.0 503 No", b"HTTP/9.9 999 ?", b"\xff"])
HEADERS = st.lists(
    st.sampled_from([
        b"Content-Length: 2", b"Content-Length: -1", b"Content-Length: 99999999999", b"Transfer-Encoding: chunked",
        b"Content-Encoding: gzip", b"Content-Encoding: br", b"Location: /x", b"Location: \xff", b"Retry-After: 1e9",
        b"x: " + b"y" * 9000, b"Connection: close",
    ]),
    max_size=3,
)  # fmt: skip
BODY = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [b"{}", b"[1", b"FFFFFFFFFFFF\r\n", b"2\r\n{}\r\n", b"0\r\n\r\n", gzip.compress(b"{}"), b"\xff"]
        ),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(STATUS, HEADERS, BODY, st.booleans())
def test_whatever_bytes_a_service_sends_there_is_an_answer_within_the_time_limit(
    status: bytes, headers: list[bytes], body: list[bytes], hangs: bool
) -> None:
    async def ask() -> CallAnswer:
        over = asyncio.Event()
        talks: list[asyncio.Task[None] | None] = []

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talks.append(asyncio.current_task())
            with suppress(OSError, EOFError), closing(writer):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"\r\n".join([status, *headers, b"", b"".join(body)]))
                if hangs:
                    await over.wait()
            with suppress(OSError):
                await writer.wait_closed()

        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            services = Services({"shop": service(f"http://127.0.0.1:{port}")})
            async with asyncio.timeout(5):
                answered = await get(services, "/x", timeout=50)
            await services.close()
            over.set()
            await asyncio.gather(*filter(None, talks))
        return answered

    answered = asyncio.run(ask())
    assert answered.error in ("", "timeout", "connection", "invalid", "refused")
    assert answered.error or answered.status >= 100
    ANSWER.decode(ANSWER.encode(answered))

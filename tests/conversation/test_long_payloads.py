"""A button whose payload is longer than its platform carries, pressed days later, over restarts and deployments."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

import pytest

from chatbot.channels.registry import parser, renderer
from chatbot.content.load import load_texts
from chatbot.conversation.path import Path
from chatbot.conversation.programs import Programs
from chatbot.conversation.turn import take_turn
from chatbot.policy.capabilities import CAPABILITIES, Capabilities
from chatbot.policy.payloads import carried, is_name, name_of
from chatbot.types import Inbound, Json, Message
from tests.conversation.path_kit import ACCOUNT, FakeCaller, FakeChannel, Ticking, open_queues
from tests.conversation.test_versions import compile_bundle
from tests.storage.store_kit import open_sqlite

LONG = "ORDER/2026/11/" + "detail=yes;" * 120
"""1334 bytes: more than any platform carries."""
FLOWS = f"""\
flow: shop
start: [{{ button: SHOP }}]
steps:
  - say: What next?
    buttons: [{{ title: Details, payload: "{LONG}" }}, {{ title: Other, payload: OTHER }}]
---
flow: details
start: [{{ button: "{LONG}" }}]
steps:
  - say: "Here they are{{number}}."
"""
OTHER = "flow: other\nstart: [{ button: OTHER }]\nsteps:\n  - say: Something else\n"


def bundle(number: int) -> bytes:
    shop, details = FLOWS.replace("{number}", str(number)).split("---\n")
    files = {"bot.yaml": f"name: Bot {number}\n", "flows/shop.yaml": shop, "flows/details.yaml": details}
    loaded = load_texts({**files, "flows/other.yaml": OTHER}, {})
    assert loaded.program is not None, loaded.diagnostics
    return loaded.bundle


@dataclass
class Renders(FakeChannel):
    """A platform in memory that is told what the real renderer of its kind makes."""

    bodies: list[Any] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES[self.kind]

    def render(self, message: Message) -> tuple[Json, ...]:
        return renderer(self.kind).render(message)

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        self.bodies.append(body)
        return f"p{len(self.bodies)}"


def telegram(payload: str) -> dict[str, Any]:
    person = {"id": 9, "is_bot": False, "first_name": "Ana"}
    shown = {"message_id": 5, "date": 1, "chat": {"id": 9, "type": "private"}, "text": "What next?"}
    return {
        "update_id": len(payload),
        "callback_query": {"id": payload, "from": person, "message": shown, "data": payload},
    }


def whatsapp(payload: str) -> dict[str, Any]:
    pressed = {"type": "button_reply", "button_reply": {"id": payload, "title": "Details"}}
    message = {"from": "9", "id": payload, "timestamp": "1700000001", "type": "interactive", "interactive": pressed}
    value = {"metadata": {"phone_number_id": "1"}, "contacts": [{"wa_id": "9"}], "messages": [message]}
    return {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}


def tiktok(payload: str) -> dict[str, Any]:
    content = {
        "message_id": payload, "timestamp": 1700000001000, "type": "text", "text": {"body": "Details"},
        "from_user": {"id": "9", "role": "personal_account"}, "to_user": {"id": "1"}, "conversation_id": "c",
        "reply_source_payload": {"reply_source_unique_id": payload},
    }  # fmt: skip
    return {"event": "im_receive_msg", "create_time": 1700000001, "user_openid": "1", "content": json.dumps(content)}


def messenger(payload: str) -> dict[str, Any]:
    event = {"sender": {"id": "9"}, "recipient": {"id": "1"}, "timestamp": 1700000001000}
    return {
        "object": "page",
        "entry": [{"id": "1", "messaging": [{**event, "postback": {"mid": payload, "payload": payload}}]}],
    }


PRESSES: dict[str, Callable[[str], dict[str, Any]]] = {
    "telegram": telegram, "whatsapp": whatsapp, "tiktok": tiktok, "messenger": messenger,
}  # fmt: skip


def pressed(kind: str, payload: str) -> Inbound:
    (inbound,) = parser(kind)(json.dumps(PRESSES[kind](payload)).encode(), ACCOUNT, "1")
    return inbound


def strings(body: Json) -> Iterator[str]:
    if isinstance(body, dict | list):
        for each in body.values() if isinstance(body, dict) else body:
            yield from strings(each)
    elif isinstance(body, str):
        yield body


async def one_run(folder: File, kind: str, number: int, press: str) -> list[Any]:
    """A server that starts, hears one press, answers and ends; gives the bodies it sent."""
    content, clock, channel = bundle(number), Ticking(), Renders(kind=kind)
    store, ready = open_sqlite(folder / "chatbot.db"), compile_bundle(content)
    programs = Programs(store, ready, compile_bundle, clock)
    await programs.activate(ready, content)
    path = Path(store, {ACCOUNT: channel}, FakeCaller(), programs, take_turn, open_queues, clock)
    async with path.running():
        await path.accept(ACCOUNT, [pressed(kind, press)])
        await path.quiet()
    await store.close(clean=True)
    return channel.bodies


@pytest.mark.parametrize("kind", PRESSES)
async def test_a_long_payload_means_the_same_after_a_restart_and_in_the_next_version(tmp_path: File, kind: str) -> None:
    bodies = await one_run(tmp_path, kind, 1, "SHOP")
    (name,) = [text for text in strings(bodies[-1]) if is_name(text)]
    assert len(name.encode()) <= 40
    (answer,) = await one_run(tmp_path, kind, 2, name)
    assert "Here they are2." in list(strings(answer))


async def test_a_name_that_nothing_has_is_not_understood_and_breaks_nothing(tmp_path: File) -> None:
    bodies = await one_run(tmp_path, "telegram", 1, name_of("SOMETHING_THAT_WAS_ONCE"))
    assert bodies
    assert "Here they are1." not in list(strings(bodies))


def test_a_payload_that_fits_goes_as_it_is() -> None:
    assert carried("é" * 32, 64) == "é" * 32
    assert carried("é" * 33, 64) == name_of("é" * 33)
    assert name_of("a") != name_of("b")
    assert not is_name("~short")

"""A partner behind the bridge, from a link to the opt-out: over real processes, sockets and disks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from chatbot.testing.fake_bridge import FakeBridge
from chatbot.testing.fake_platform import Event
from chatbot.types import Json
from tests.journeys.journey import (
    Journey,
    a_person_in_the_app_takes_over,
    and_out,
    back_to_the_bot,
    from_the_link_to_a_person,
    journeying,
)


@pytest.fixture
async def journey(tmp_path: Path) -> AsyncIterator[Journey]:
    async with FakeBridge() as fake, journeying(tmp_path, fake) as opened:
        yield opened


async def test_a_customers_way_from_a_link_to_the_opt_out(journey: Journey) -> None:
    await from_the_link_to_a_person(journey)
    await a_person_in_the_app_takes_over(journey)
    await back_to_the_bot(journey)
    await and_out(journey, "unsubscribe")


def own_words(event: Event) -> Json:
    """A partner that writes all of it in another way."""
    shown = event.get("attachments")
    return {
        "payload": {"items": [{
            "what": {"text": "msg", "button": "tap", "attachment": "file", "referral": "visit", "echo": "ours"}.get(
                event["kind"], event["kind"]
            ),
            "no": event["id"], "when": event["timestamp"],
            "who": {"uid": event.get("sender", "")}, "whom": {"uid": event.get("recipient", "")},
            "said": [{"body": event.get("text", ""), "code": event.get("payload", "")}],
            "files": [{"type": "image/png", "href": shown[0]["url"]}] if shown else [],
            "from_campaign": event.get("referral", {}).get("ref"),
            "ours": event.get("metadata", ""),
        }]}
    }  # fmt: skip


MAP = {
    "events": "payload.items", "type": "what", "id": "no", "timestamp": "when", "sender": "who.uid",
    "kinds": {"msg": "text", "tap": "button", "file": "attachment", "visit": "referral", "ours": "echo"},
    "recipient": "whom.uid", "text": "said.0.body", "payload": "said.0.code", "attachments": "files",
    "attachment": {"kind": "type", "url": "href"}, "referral": {"ref": "from_campaign"}, "metadata": "ours",
}  # fmt: skip


async def test_a_partner_with_words_of_its_own_goes_the_same_way(tmp_path: Path) -> None:
    async with FakeBridge(shape=own_words) as fake, journeying(tmp_path, fake, map=MAP, challenge={}) as journey:
        asked = {"challenge": "are-you-there"}
        async with aiohttp.ClientSession() as session, session.get(journey.webhook, params=asked) as answer:
            assert (answer.status, await answer.text()) == (200, "are-you-there")
        await from_the_link_to_a_person(journey)
        await a_person_in_the_app_takes_over(journey)
        await back_to_the_bot(journey)

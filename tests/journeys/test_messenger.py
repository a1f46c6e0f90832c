"""A signed Messenger webhook in, the right reply out: over real processes, sockets and disks."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from chatbot.testing.fake_messenger import FakeMessenger
from tests.journeys.journey import (
    Journey,
    a_person_in_the_app_takes_over,
    and_out,
    back_to_the_bot,
    from_the_link_to_a_person,
)
from tests.journeys.served import Served, chatbot, until

ASKED = "What is your order number? It looks like AB-123456."


def webhook(served: Served) -> str:
    return f"{served.url}/webhooks/main_page"


async def writes(meta: FakeMessenger, served: Served, who: str, text: str, replies: int) -> list[str]:
    """A customer writes; waits for so many replies more and gives them."""
    before = len(meta.texts(who))
    await meta.deliver(webhook(served), [meta.message(who, text)])
    await until(lambda: len(meta.texts(who)) >= before + replies)
    return meta.texts(who)[before:]


async def test_meta_can_verify_the_webhook_and_nobody_else(meta: FakeMessenger, served: Served) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "4711", "hub.verify_token": "fake-verify-token"}
    async with aiohttp.ClientSession() as session:
        async with session.get(webhook(served), params=query) as answer:
            assert (answer.status, await answer.text()) == (200, "4711")
        async with session.get(webhook(served), params={**query, "hub.verify_token": "guess"}) as answer:
            assert answer.status == 403


async def test_a_customers_way_from_a_link_to_the_opt_out(meta: FakeMessenger, served: Served) -> None:
    journey = Journey(meta, served)
    meta.echo_to = journey.webhook
    await from_the_link_to_a_person(journey)
    await a_person_in_the_app_takes_over(journey)
    await back_to_the_bot(journey)
    await and_out(journey)


async def test_a_conversation_from_the_first_word_to_a_person_and_back(meta: FakeMessenger, served: Served) -> None:
    said = await writes(meta, served, "7700", "wheres my ordr", 2)
    assert said == ["Hi! I'm Acme's automated assistant. Type \"agent\" any time to reach a person.", ASKED]
    assert await writes(meta, served, "7700", "12345", 1) == ["Hmm, that doesn't look like an order number."]
    late = await writes(meta, served, "7700", "it's cd-654321", 2)
    assert "CD-654321 is 5 days late" in late[0]
    assert late[1] == "Shall I open a complaint for you?"
    assert (await writes(meta, served, "7700", "yes please", 1))[0].startswith("I am passing you to a person")

    assert "complaints" in chatbot(served.folder, "handoffs", "list").stdout
    assert chatbot(served.folder, "handoffs", "claim", "1", "--agent", "ana").returncode == 0
    assert (
        chatbot(served.folder, "handoffs", "reply", "1", "Ana here, sorry about that.", "--agent", "ana").returncode
        == 0
    )
    await until(lambda: "Ana here, sorry about that." in meta.texts("7700"))

    # While Ana holds it the bot is silent; the next words are hers to read.
    before = len(meta.sent)
    await meta.deliver(webhook(served), [meta.message("7700", "what are your opening hours")])
    await until(lambda: "opening hours" in chatbot(served.folder, "handoffs", "show", "1").stdout)
    assert len(meta.sent) == before
    assert chatbot(served.folder, "handoffs", "release", "1", "--agent", "ana").returncode == 0
    await until(lambda: len(meta.sent) > before)
    assert await writes(meta, served, "7700", "where is my order", 1) == [ASKED]


async def test_a_webhook_delivered_three_times_is_answered_once(meta: FakeMessenger, served: Served) -> None:
    await meta.deliver(webhook(served), [meta.message("7700", "wheres my ordr")], times=3)
    await until(lambda: len(meta.texts("7700")) >= 2)
    await asyncio.sleep(0.5)
    assert meta.texts("7700")[1:] == [ASKED]


async def test_two_customers_get_their_own_answers_in_order(meta: FakeMessenger, served: Served) -> None:
    events = [meta.message("1", "wheres my ordr"), meta.message("2", "hello"), meta.message("1", "AB-123456")]
    await meta.deliver(webhook(served), events)
    await until(lambda: len(meta.texts("1")) >= 3 and len(meta.texts("2")) >= 2)
    assert meta.texts("1")[1] == ASKED
    assert meta.texts("1")[2].startswith("Your order AB-123456 is on its way.")


async def test_killed_between_acceptance_and_reply_it_replies_once_after_the_restart(
    meta: FakeMessenger, served: Served
) -> None:
    meta.mode = "outage"  # accepted and decided, but no reply can leave
    await meta.deliver(webhook(served), [meta.message("7700", "wheres my ordr")])
    await until(lambda: bool(meta.refused))
    served.kill()
    meta.mode = "ok"
    await served.start()
    await until(lambda: len(meta.texts("7700")) >= 2)
    await asyncio.sleep(1.0)
    assert meta.texts("7700")[1:] == [ASKED]


@pytest.mark.parametrize("pause", [0.0, 0.004, 0.02])
async def test_killed_right_after_its_200_it_still_replies(meta: FakeMessenger, served: Served, pause: float) -> None:
    await meta.deliver(webhook(served), [meta.message("7700", "wheres my ordr")])
    await asyncio.sleep(pause)
    served.kill()
    meta.echo_to = webhook(served)
    await served.start()
    await until(lambda: ASKED in meta.texts("7700"), 30)
    # A send whose answer was lost in the kill is made again: at most the one message that was under way.
    assert len(meta.texts("7700")) <= 3


async def test_a_send_whose_answer_was_lost_is_settled_by_its_echo(meta: FakeMessenger, served: Served) -> None:
    meta.echo_to = webhook(served)
    meta.mode = "reset_after"  # the page takes the message, and the connection breaks
    await meta.deliver(webhook(served), [meta.message("7700", "wheres my ordr")])
    await until(lambda: len(meta.texts("7700")) >= 2)
    meta.mode = "ok"
    await asyncio.sleep(2.0)
    assert len(meta.texts("7700")) == 2


async def test_an_answer_from_metas_own_inbox_silences_the_bot(meta: FakeMessenger, served: Served) -> None:
    await writes(meta, served, "7700", "hello", 2)
    echo = {
        "sender": {"id": meta.page_id}, "recipient": {"id": "7700"}, "timestamp": 1_800_000_000_000,
        "message": {"is_echo": True, "app_id": 263902037430900, "mid": "m_inbox", "text": "Hi, Bo from the shop here"},
    }  # fmt: skip
    await meta.deliver(webhook(served), [echo])
    await until(lambda: "native" in chatbot(served.folder, "handoffs", "list").stdout)
    before = len(meta.sent)
    await meta.deliver(webhook(served), [meta.message("7700", "where is my order")])
    await asyncio.sleep(0.7)
    assert len(meta.sent) == before


async def test_buttons_come_back_as_their_payload(meta: FakeMessenger, served: Served) -> None:
    await writes(meta, served, "7700", "help", 2)
    buttons = meta.sent[-1].message
    replies = buttons.get("quick_replies") or buttons["attachment"]["payload"]["buttons"]
    check = next(button for button in replies if "order" in button["title"].lower())
    await meta.deliver(webhook(served), [meta.postback("7700", check["title"], check["payload"])])
    await until(lambda: meta.texts("7700")[-1] == ASKED)


async def test_sigterm_finishes_what_was_begun_and_exits_cleanly(meta: FakeMessenger, served: Served) -> None:
    await writes(meta, served, "7700", "hello", 2)
    assert await served.stop() == 0
    assert "Traceback" not in served.logged


async def test_an_emergency_gets_its_text_a_person_and_an_alert_that_doctor_tells(
    meta: FakeMessenger, served: Served
) -> None:
    said = await writes(meta, served, "7700", "please hurry, call 911", 2)
    assert said[1].startswith("This sounds serious")
    assert "urgent" in chatbot(served.folder, "handoffs", "list").stdout
    assert "emergency words from a customer" in chatbot(served.folder, "doctor").stdout

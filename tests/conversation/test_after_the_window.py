"""Days after the customer wrote, over the whole path: an approved template goes out, and nothing else does."""

from __future__ import annotations

import re
from pathlib import Path as File
from typing import Any

import pytest

from chatbot.content.load import load_texts
from chatbot.conversation.handoffs import Wanted
from chatbot.conversation.path import Path
from chatbot.conversation.programs import Programs
from chatbot.conversation.turn import take_turn
from chatbot.errors import Refused
from tests.conversation.path_kit import ACCOUNT, FakeCaller, Ticking, open_queues, said, until
from tests.conversation.test_long_payloads import Renders
from tests.conversation.test_versions import compile_bundle
from tests.storage.store_kit import open_sqlite

DAYS = 3 * 24 * 3_600_000
FILES = {
    "bot.yaml": (
        "name: Acme\ntemplates:\n"
        '  order_shipped: { category: utility, languages: en_US, body: "Hi {1}, order {2} has left." }\n'
    ),
    "flows/shipped.yaml": """\
flow: shipped
start: [{ event: shipped }]
steps:
  - say: It is on its way.
    template: order_shipped
    with: { 1: "{contact.first_name|default('there')}", 2: "{event.order}" }
""",
    "intents/main.yaml": "intents: { agent: { command: human } }\n",
    "flows/plain.yaml": "flow: plain\nstart: [{ event: plain }]\nsteps:\n  - say: It is on its way.\n",
}


async def hears(folder: File, event: str, after: int, *, agreed: bool = True) -> list[Any]:
    """The bodies sent on WhatsApp for an event that comes so long after the customer wrote, and perhaps opted in."""
    loaded = load_texts(FILES, {})
    assert loaded.program is not None, loaded.diagnostics
    clock, channel, store = Ticking(), Renders(kind="whatsapp"), open_sqlite(folder / f"{event}.db")
    ready = compile_bundle(loaded.bundle)
    programs = Programs(store, ready, compile_bundle, clock)
    await programs.activate(ready, loaded.bundle)
    path = Path(store, {ACCOUNT: channel}, FakeCaller(), programs, take_turn, open_queues, clock)
    async with path.running():
        await path.accept(ACCOUNT, [said("hello", 1)])
        if agreed:
            await path.accept(ACCOUNT, [said("", 3, kind="opt_in", data={"purpose": "shipping"})])
        await path.quiet()
        channel.bodies.clear()
        clock.now += after
        await path.accept(ACCOUNT, [said("", 2, kind="event", payload=event, data={"order": "B-77"}, at=clock.now)])
        await path.quiet()
    await store.close(clean=True)
    return channel.bodies


async def test_the_template_goes_out_when_the_window_is_over(tmp_path: File) -> None:
    (body,) = await hears(tmp_path, "shipped", DAYS)
    values = [{"type": "text", "text": "there"}, {"type": "text", "text": "B-77"}]
    assert body == {
        "type": "template",
        "template": {
            "name": "order_shipped",
            "language": {"code": "en_US"},
            "components": [{"type": "body", "parameters": values}],
        },
    }


async def test_it_does_not_where_no_opt_in_is_on_record(tmp_path: File) -> None:
    assert await hears(tmp_path, "shipped", DAYS, agreed=False) == []


async def test_the_text_does_while_it_is_open(tmp_path: File) -> None:
    (body,) = await hears(tmp_path, "shipped", 1000)
    assert body["text"]["body"] == "It is on its way."


async def test_a_person_may_send_the_template_when_words_of_their_own_are_too_late(tmp_path: File) -> None:
    loaded = load_texts(FILES, {})
    clock, channel, store = Ticking(), Renders(kind="whatsapp"), open_sqlite(tmp_path / "desk.db")
    ready = compile_bundle(loaded.bundle)
    programs = Programs(store, ready, compile_bundle, clock)
    await programs.activate(ready, loaded.bundle)
    path = Path(store, {ACCOUNT: channel}, FakeCaller(), programs, take_turn, open_queues, clock)
    shipped = Wanted("order_shipped", {"1": "Ana", "2": "B-77"})
    async with path.running():
        await path.accept(ACCOUNT, [said("agent please", 1, kind="button", payload="intent:agent")])
        await path.quiet()
        [handoff] = await path.handoffs.list()
        with pytest.raises(Refused, match="does not hold this conversation"):
            await path.handoffs.send_template(handoff.id, "bo", shipped)
        await path.handoffs.claim(handoff.id, "bo")
        channel.bodies.clear()
        clock.now += DAYS
        with pytest.raises(Refused, match="only an approved template"):
            await path.handoffs.reply(handoff.id, "bo", "Sorry for the wait!")
        shown = await path.handoffs.send_template(handoff.id, "bo", shipped)
        assert shown.lines[-1].text == "Hi Ana, order B-77 has left."
        await until(lambda: bool(channel.bodies))
    await store.close(clean=True)
    assert [body["type"] for body in channel.bodies] == ["template"]
    assert channel.bodies[0]["template"]["components"][0]["parameters"][1] == {"type": "text", "text": "B-77"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("order_shiped", {}), "no template is called 'order_shiped': there are order_shipped"),
        (Wanted("order_shipped", {"1": "Ana", "2": " "}), "order_shipped needs a value for 2"),
        (Wanted("order_shipped", {"1": "a", "2": "b", "3": "c"}), "order_shipped has no hole 3: there are 1, 2"),
        (Wanted("order_shipped", {"1": "a", "2": "b"}, "de"), "not approved in 'de': there are en_US"),
        (Wanted("order_shipped", {"1": "a", "2": "b"}, media="https://x"), "stands under nothing"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_refused_in_words(wanted: Wanted, said: str) -> None:
    program = load_texts(FILES, {}).program
    assert program is not None
    with pytest.raises(ValueError, match=re.escape(said)):
        wanted.message(program.bot)


async def test_a_text_without_a_template_does_not(tmp_path: File) -> None:
    assert await hears(tmp_path, "plain", DAYS) == []

"""Days after the customer wrote, over the whole path: an approved template goes out, and nothing else does."""

from __future__ import annotations

from pathlib import Path as File
from typing import Any

from chatbot.content.load import load_texts
from chatbot.conversation.path import Path
from chatbot.conversation.programs import Programs
from chatbot.conversation.turn import take_turn
from tests.conversation.path_kit import ACCOUNT, FakeCaller, Ticking, open_queues, said
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
    "flows/plain.yaml": "flow: plain\nstart: [{ event: plain }]\nsteps:\n  - say: It is on its way.\n",
}


async def hears(folder: File, event: str, after: int) -> list[Any]:
    """The bodies sent on WhatsApp for an event that comes so long after the customer wrote."""
    loaded = load_texts(FILES, {})
    assert loaded.program is not None, loaded.diagnostics
    clock, channel, store = Ticking(), Renders(kind="whatsapp"), open_sqlite(folder / f"{event}.db")
    ready = compile_bundle(loaded.bundle)
    programs = Programs(store, ready, compile_bundle, clock)
    await programs.activate(ready, loaded.bundle)
    path = Path(store, {ACCOUNT: channel}, FakeCaller(), programs, take_turn, open_queues, clock)
    async with path.running():
        await path.accept(ACCOUNT, [said("hello", 1)])
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


async def test_the_text_does_while_it_is_open(tmp_path: File) -> None:
    (body,) = await hears(tmp_path, "shipped", 1000)
    assert body["text"]["body"] == "It is on its way."


async def test_a_text_without_a_template_does_not(tmp_path: File) -> None:
    assert await hears(tmp_path, "plain", DAYS) == []

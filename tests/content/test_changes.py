"""What is different between two versions, in the names an author knows."""

from __future__ import annotations

from chatbot.content.changes import Changes, changes
from tests.content.kit import BOT, INTENTS, load


def test_flows_intents_and_texts_are_told_by_name() -> None:
    before = load(flows_extra="flow: extra\nstart: [{ button: X }]\nsteps: [{ say: Hi }]\n", texts_es="{Hi: Hola}")
    after = load(
        flows_more="flow: more\nstart: [{ button: Y }]\nsteps: [{ say: Hi }]\n",
        intents_main=INTENTS.replace("track my order", "follow my order"),
        bot=BOT + "public_url: https://x.example\n",
        texts_es="{Hi: Buenas}",
    )
    assert changes(before.bundle, after.bundle) == Changes(
        added=("flow more",), changed=("intent order_status", "texts es"), removed=("flow extra",)
    )
    assert not changes(before.bundle, before.bundle)

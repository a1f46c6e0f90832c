"""An account's own window, from bot.yaml to the flow that is told, in a bot that runs."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from chatbot.runtime import now, open_project, opened
from chatbot.types import ConversationKey, Inbound

BOT = """
name: Acme
store: sqlite:///bot.db
channels:
  shop:
    kind: tiktok
    business_id: b
    client_id: c
    client_secret: s
    access_token: t
    api_url: http://127.0.0.1:9
"""
FLOW = """
flow: news
start: [{ event: news }]
steps:
  - say: We have news.
    if_not_sent: [{ tag: missed }]
"""
ANA = ConversationKey("shop", "ana")


@pytest.mark.parametrize(
    ("own", "planned", "missed"), [("", 1, 0), ("    window: 1ms\n", 0, 1)], ids=["usual", "closed at once"]
)
async def test_a_flow_hears_that_the_accounts_window_is_over(
    own: str, planned: int, missed: int, tmp_path: Path
) -> None:
    """It is asked before it speaks: what may not be said does not wait in the outbox to be refused there."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "bot.yaml").write_text(BOT + own)
    (tmp_path / "flows" / "news.yaml").write_text(FLOW)
    environ = {"CHATBOT_CACHE_DIR": str(tmp_path / "kept")}
    async with opened(open_project(tmp_path, environ), environ) as bot, bot.path.running():
        await bot.path.accept("shop", [Inbound(ANA, "text", "m1", now(), text="hello")])
        await asyncio.sleep(0.05)
        await bot.path.accept("shop", [Inbound(ANA, "event", "e1", now(), payload="news")])
        async with asyncio.timeout(5):
            while [planned, missed] != _count(tmp_path / "bot.db"):
                await asyncio.sleep(0.02)


def _count(database: Path) -> list[int]:
    """How often the news was put down as said, and how often as missed."""
    with sqlite3.connect(database) as conn:
        said = conn.execute("SELECT count(*) FROM messages WHERE text = 'We have news.'").fetchone()[0]
        return [said, conn.execute("SELECT count(*) FROM tags WHERE label = 'missed'").fetchone()[0]]

"""Conversation tests mind the window of the very account they play on."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.content.load import load_texts
from chatbot.testing.bench import Bench
from chatbot.testing.cases import load_cases
from chatbot.testing.playing import play

BOT = """\
name: Acme
channels:
  usual: { kind: tiktok, client_secret: "${TIKTOK_SECRET}" }
  strict: { kind: tiktok, client_secret: "${TIKTOK_SECRET}", window: 24h }
"""
CARE = """\
flow: care
start: [{ button: CARE }]
steps:
  - say: We will ask again.
  - wait: 30h
  - say: How was it?
    if_not_sent: [{ tag: missed }, { end: missed }]
"""
CASE = """\
test: care
as: {{ channel: {account} }}
cases:
  - name: thirty hours later
    chat:
      - button: CARE
      - bot: We will ask again.
      - after: 30h
{rest}
"""


@pytest.mark.parametrize(
    ("account", "rest"),
    [
        ("usual", "      - bot: How was it?\n      - expect: { ended: done }"),
        ("strict", "      - expect: { ended: missed, tags: [missed] }"),
        ("tiktok", "      - bot: How was it?"),
    ],
)
def test_what_is_too_late_on_an_account_is_too_late_in_its_test(account: str, rest: str, tmp_path: Path) -> None:
    program = load_texts({"bot.yaml": BOT, "flows/care.yaml": CARE}, {}).program
    assert program is not None
    path = tmp_path / "tests" / "care.test.yaml"
    path.parent.mkdir()
    path.write_text(CASE.format(account=account, rest=rest), encoding="utf-8")
    cases = load_cases(tmp_path, program, ())
    assert cases.diagnostics == []
    (script,) = cases.scripts
    assert play(script, Bench(program)).difference is None

"""The partner's code on docs/how-to/bridge.md is let in, and reads as it says."""

from __future__ import annotations

import re
from typing import Any

from chatbot.channels.registry import open_channel
from tests.journeys.served import ROOT

PAGE = (ROOT / "docs/how-to/bridge.md").read_text("utf-8")


def test_what_the_page_signs_is_verified_and_read() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {"SECRET": secret}
    exec(code[1], names)  # noqa: S102 - our own page
    settings = {"kind": "bridge", "api_url": "https://partner.example/send", "secret": secret}
    channel = open_channel("linkedin", settings)
    assert channel.verify(names["headers"], names["body"])
    assert not channel.verify(names["headers"], names["body"] + b" ")
    [found] = channel.parse(names["body"])
    assert (found.kind, found.text, found.key.contact) == ("text", "where is my order", "u1")

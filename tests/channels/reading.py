"""What the tests of all parsers share: reading one event, and strange JSON made of a platform's own words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from chatbot.channels.protocol import ParseError
from chatbot.channels.registry import Parse
from chatbot.types import Inbound, Json


def one(parse: Parse, body: Json, own_id: str = "") -> Inbound:
    (found,) = parse(json.dumps(body).encode(), "acct", own_id)
    return found


def matches(found: Inbound, expected: dict[str, Any]) -> None:
    """Compares what a row names; `contact` stands for the key's."""
    seen = {name: found.key.contact if name == "contact" else getattr(found, name) for name in expected}
    assert seen == expected


def strange(words: str, values: Sequence[Json]) -> st.SearchStrategy[Json]:
    """JSON of any shape whose keys and leaves are mostly `words` and `values` of the platform."""
    names = st.sampled_from(words.split()) | st.text(max_size=5)
    leaves = (
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
        | st.sampled_from([*values, *words.split()])
    )  # fmt: skip
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6), max_leaves=30
    )


def check_storable(parse: Parse, raw: bytes, own_id: str = "") -> None:
    """No exception but ParseError, and nothing a database cannot hold."""
    try:
        found = parse(raw, "acct", own_id)
    except ParseError:
        return
    for each in found:
        shown = (each.key.contact, each.message_id, each.text, each.payload, each.refers_to, each.metadata)
        more = (each.raw_type, each.reason, each.sender, each.conversation, json.dumps(dict(each.data)))
        for value in (*shown, *more):
            assert "\x00" not in value
            value.encode("utf-8")
        for attachment in each.attachments:
            for value in (attachment.url, attachment.title, attachment.id, attachment.mime):
                value.encode("utf-8")
        assert 0 <= each.timestamp < 1 << 63
        assert each.message_id
        assert each.key.contact or each.kind in {"ignored", "system", "thread_control"}
        assert each.kind != "ignored" or each.reason

"""Comments under posts, which Meta sends beside the messages: of Facebook pages (`feed`) and Instagram accounts.

Docs: Graph API > Webhooks > Page > feed; Instagram Platform > Webhooks > comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from chatbot.channels.origin import Origin, no_use
from chatbot.channels.payload import identifier, mapping, milliseconds, text
from chatbot.types import Inbound

_COMMENTS: Final = frozenset({"comments", "live_comments"})


def comment_of(field: str, value: Mapping[str, Any], origin: Origin, page: str) -> Inbound:
    """A customer's comment, its post as payload; whatever else a change tells is ignored."""
    raw_type = f"changes.{field}"
    if field == "feed" and text(value.get("item")) == "comment":
        if text(value.get("verb")) != "add":
            return origin.ignored("a comment was changed, hidden or removed", raw_type)
        names = ("comment_id", "message", identifier(value.get("post_id")), "parent_id")
    elif field in _COMMENTS:
        names = ("id", "text", identifier(mapping(value.get("media")).get("id")), "parent_id")
    else:
        return no_use(origin, raw_type)
    person = mapping(value.get("from"))
    author = identifier(person.get("id")) or identifier(value.get("sender_id"))
    at = milliseconds(value.get("created_time")) or origin.at
    if (author == page and page) or "self_ig_scoped_id" in person:  # comes along only where the account comments itself
        return replace(origin, at=at).ignored("done by the account itself", f"own.{field}")
    own_id, content, post, parent = names
    return replace(origin, contact=author, at=at).inbound(
        "comment",
        identifier(value.get(own_id)),
        raw_type,
        text=text(value.get(content)),
        payload=post,
        refers_to=identifier(value.get(parent)),
    )

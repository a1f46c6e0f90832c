"""What is sent and not written: an address, or a handle where the platform has no more to give."""

import pytest

from chatbot.types import Attachment
from chatbot.understanding.entities.attached import attached


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (Attachment("image", "https://p.example/1.png"), "https://p.example/1.png"),
        (Attachment("image", "https://p.example/1.png", id="5"), "https://p.example/1.png"),
        (Attachment("image", id="AgACAgQ"), "media:AgACAgQ"),
        (Attachment("image"), None),
        (Attachment("sticker", "https://p.example/1.webp"), None),
    ],
)
def test_a_picture_is_known_by_its_address_else_by_its_handle(sent: Attachment, value: str | None) -> None:
    found = attached("image", [sent])
    assert (found.value if found is not None else None) == value

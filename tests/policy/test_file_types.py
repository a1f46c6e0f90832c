"""A file is what its first bytes say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.policy.file_types import HEAD, detect

HEADS = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "image/gif": b"GIF89a\x01\x00",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "image/avif": b"\x00\x00\x00\x1cftypavif",
    "image/heic": b"\x00\x00\x00\x18ftypheic",
    "application/pdf": b"%PDF-1.7",
    "audio/mp4": b"\x00\x00\x00\x1cftypM4A ",
    "video/mp4": b"\x00\x00\x00\x18ftypmp42",
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  ",
    "video/webm": b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm",
    "audio/mpeg": b"ID3\x04\x00",
    "audio/ogg": b"OggS\x00\x02",
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "audio/flac": b"fLaC\x00",
    "text/plain": "order,amount\nAB-1,5 €".encode(),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": b"PK\x03\x04\x14\x00..word/document.xml",
    "application/vnd.oasis.opendocument.text": b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.textPK",
}


@pytest.mark.parametrize(("mime", "head"), HEADS.items())
def test_it_is_known_by_its_head(mime: str, head: bytes) -> None:
    found = detect(head + b"\x00" * (0 if mime == "text/plain" else 64))
    assert found is not None
    assert found.mime == mime


@pytest.mark.parametrize(
    "head",
    [b"", b"   \n", "\ufeff".encode(), b"MZ\x90\x00", b"\x7fELF", b"PK\x03\x04plain zip", b"a\x00b", b"caf\xe9",
     b"\x1a\x45\xdf\xa3" + b"\x00" * 80, b"\x00\x00\x00\x18ftypevil", b"RIFF\x24\x00\x00\x00AVI "],
    ids=repr,
)  # fmt: skip
def test_anything_else_is_not(head: bytes) -> None:
    assert detect(head) is None


def test_a_text_may_be_cut_within_a_letter_but_only_where_the_head_ends() -> None:
    text = ("é" * HEAD).encode()
    assert detect(text[: HEAD + 1]) is not None
    assert detect("short é".encode()[:-1]) is None


@given(st.binary(max_size=200))
def test_no_bytes_break_it(head: bytes) -> None:
    detect(head)

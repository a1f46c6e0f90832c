"""What a file is, by its first bytes and never by what it is called: the types customers may send.

Nothing that a browser would run is among them: an SVG or an HTML page is text here, and is only ever handed out as
text. What is not in the table is not known, and so not taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

HEAD: Final = 4096
"""Bytes that `detect` wants to see; a shorter file is seen whole."""

Group = Literal["image", "audio", "video", "pdf", "office", "text"]
Kind = Literal["image", "audio", "video", "file"]


@dataclass(frozen=True, slots=True)
class FileType:
    """`kind` is how a bot is told of it, `group` how settings name it, `extension` what its name must end in."""

    mime: str
    kind: Kind
    group: Group
    extension: str


_Test = Callable[[bytes], bool]


def _begins(*marks: bytes) -> _Test:
    return lambda head: head.startswith(marks)


def _riff(form: bytes) -> _Test:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _brand(*brands: bytes) -> _Test:
    """ISO media: `ftyp` and the major brand behind the box's length."""
    return lambda head: head[4:8] == b"ftyp" and head[8:12] in brands


def _matroska(document: bytes) -> _Test:
    return lambda head: head.startswith(b"\x1a\x45\xdf\xa3") and document in head[:64]


def _packed(mark: bytes) -> _Test:
    return lambda head: head.startswith(b"PK\x03\x04") and mark in head


_MP4: Final = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"3gp4", b"3gp5")
_ODF: Final = "application/vnd.oasis.opendocument."
_OOXML: Final = "application/vnd.openxmlformats-officedocument."

TYPES: Final[tuple[tuple[FileType, _Test], ...]] = (
    (FileType("image/jpeg", "image", "image", "jpg"), _begins(b"\xff\xd8\xff")),
    (FileType("image/png", "image", "image", "png"), _begins(b"\x89PNG\r\n\x1a\n")),
    (FileType("image/gif", "image", "image", "gif"), _begins(b"GIF87a", b"GIF89a")),
    (FileType("image/webp", "image", "image", "webp"), _riff(b"WEBP")),
    (FileType("image/avif", "image", "image", "avif"), _brand(b"avif", b"avis")),
    (FileType("image/heic", "image", "image", "heic"), _brand(b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")),
    (FileType("application/pdf", "file", "pdf", "pdf"), _begins(b"%PDF-")),
    (FileType("audio/mp4", "audio", "audio", "m4a"), _brand(b"M4A ", b"M4B ")),
    (FileType("video/quicktime", "video", "video", "mov"), _brand(b"qt  ")),
    (FileType("video/mp4", "video", "video", "mp4"), _brand(*_MP4)),
    (FileType("video/webm", "video", "video", "webm"), _matroska(b"webm")),
    (FileType("audio/mpeg", "audio", "audio", "mp3"), _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    (FileType("audio/ogg", "audio", "audio", "ogg"), _begins(b"OggS")),
    (FileType("audio/wav", "audio", "audio", "wav"), _riff(b"WAVE")),
    (FileType("audio/flac", "audio", "audio", "flac"), _begins(b"fLaC")),
    (FileType(_OOXML + "wordprocessingml.document", "file", "office", "docx"), _packed(b"word/")),
    (FileType(_OOXML + "spreadsheetml.sheet", "file", "office", "xlsx"), _packed(b"xl/")),
    (FileType(_OOXML + "presentationml.presentation", "file", "office", "pptx"), _packed(b"ppt/")),
    (FileType(_ODF + "text", "file", "office", "odt"), _packed(b"mimetype" + _ODF.encode() + b"text")),
    (
        FileType(_ODF + "spreadsheet", "file", "office", "ods"),
        _packed(b"mimetype" + _ODF.encode() + b"spreadsheet"),
    ),
)
"""Tried in this order; each row's test sees the head of the file."""

TEXT: Final = FileType("text/plain", "file", "text", "txt")
GROUPS: Final[tuple[Group, ...]] = ("image", "audio", "video", "pdf", "office", "text")

_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BOM: Final = "\ufeff"


def detect(head: bytes) -> FileType | None:
    """The type of a file that begins so; None for an unknown one and for an empty one.

    Of a longer beginning only HEAD bytes count, so that the answer is the same whoever asks, and when.
    """
    head = head[:HEAD]
    for kind, test in TYPES:
        if test(head):
            return kind
    return TEXT if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters. The head may end within a character."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data" or len(head) < HEAD:
            return False
        text = head[: error.start].decode("utf-8")
    return bool(text.strip(_BOM + " \r\n\t")) and not _UNSEEN.search(text)

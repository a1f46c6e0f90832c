"""What stands behind the server in the browser tests: a small shop that keeps everything in memory."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from chatbot.channels.webchat.channel import WebChat
from chatbot.channels.webchat.transcript import EntryAuthor
from chatbot.server.app import create_app
from chatbot.server.webchat.files import Files
from chatbot.storage.blobs import Directory
from chatbot.types import Button, Inbound, Message


@dataclass(frozen=True, slots=True)
class Line:
    cursor: int
    author: EntryAuthor
    message: Message
    message_id: str = ""
    at: int = field(default_factory=lambda: int(time.time() * 1000))


class Shop:
    """Stands in for store and engine: keeps lines, answers what it knows."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        given = {
            "kind": "webchat",
            "title": "Acme Support",
            "origins": ["http://localhost:1"],
            "files": {"max_size": "1 MB"},
            **settings,
        }
        self.chat = WebChat.open("site", given, None)
        self.folder = folder
        self.lines: dict[str, list[Line]] = {}
        self.inbounds: list[Inbound] = []
        self.raw: list[bytes] = []
        self.hints: list[Inbound] = []
        self.broken = False
        self.busy = False
        self.url = ""

    async def accept(self, account: str, inbounds: Sequence[Inbound], raw: bytes) -> None:
        if self.broken:
            raise OSError("disk full")
        for inbound in inbounds:
            if inbound.kind in ("typing", "read"):
                self.hints.append(inbound)
                continue
            if all(known.message_id != inbound.message_id for known in self.inbounds):
                self.inbounds.append(inbound)
                self.raw.append(raw)
                file = inbound.attachments[0] if inbound.attachments else None
                said = Message(inbound.text, attachment=file)
                self.put(inbound.key.contact, "customer", said, inbound.message_id)
                await self.answer(inbound)

    async def answer(self, inbound: Inbound) -> None:
        contact = inbound.key.contact
        match inbound.payload or inbound.text:
            case "where is my order":
                order = Button("I have the number"), Button("I lost the number", payload="lost")
                self.put(
                    contact, "bot", Message("Happy to look. Do you have your order number at hand?", options=order)
                )
            case "lost":
                shop = Button("Open my orders", url="https://acme.example/orders"), Button("Talk to a person", "person")
                self.put(contact, "bot", Message("No problem: it is in the e-mail we sent you.", buttons=shop))
            case "person":
                self.put(contact, "system", Message("You are next in line. A colleague will be with you shortly."))
                self.put(contact, "person", Message("Hello, this is Ana! Which order is it about?"))
            case "wait":
                self.busy = True
                await self.chat.typing(contact)
            case "":
                file = inbound.attachments[0]
                self.put(contact, "bot", Message(f"Thank you for the {file.kind} {file.title}"))
            case text:
                self.put(contact, "bot", Message(f"You said: {text}"))

    def put(self, contact: str, author: EntryAuthor, message: Message, message_id: str = "") -> None:
        lines = self.lines.setdefault(contact, [])
        lines.append(Line(len(lines) + 1, author, message, message_id))
        self.chat.notifier.ring(contact)

    async def after(self, account: str, contact: str, cursor: int) -> Sequence[Line]:
        return [line for line in self.lines.get(contact, []) if line.cursor > cursor]

    async def at_work(self, account: str, contact: str) -> bool:
        return self.busy

    async def dead_letter(self, account: str, raw: bytes, reason: str) -> None:
        raise AssertionError(reason)

    async def ready(self) -> str:
        return ""

    def app(self) -> web.Application:
        return create_app(
            channels={"site": self.chat},
            accept=self.accept,
            dead_letter=self.dead_letter,
            transcript=self,
            ready=self.ready,
            files=Files(Directory(self.folder), b"a key for tests", self.url),
        )

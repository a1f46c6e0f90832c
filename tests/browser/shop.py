"""What stands behind the server in the browser tests: a small shop that keeps everything in memory."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from chatbot.channels.webchat.channel import WebChat
from chatbot.channels.webchat.transcript import EntryAuthor
from chatbot.server.app import create_app
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

    def __init__(self) -> None:
        self.chat = WebChat.open(
            "site", {"kind": "webchat", "title": "Acme Support", "origins": ["http://localhost:1"]}, None
        )
        self.lines: dict[str, list[Line]] = {}
        self.inbounds: list[Inbound] = []
        self.raw: list[bytes] = []
        self.broken = False
        self.url = ""

    async def accept(self, account: str, inbounds: Sequence[Inbound], raw: bytes) -> None:
        if self.broken:
            raise OSError("disk full")
        for inbound in inbounds:
            if all(known.message_id != inbound.message_id for known in self.inbounds):
                self.inbounds.append(inbound)
                self.raw.append(raw)
                self.put(inbound.key.contact, "customer", Message(inbound.text), inbound.message_id)
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
                await self.chat.typing(contact)
            case text:
                self.put(contact, "bot", Message(f"You said: {text}"))

    def put(self, contact: str, author: EntryAuthor, message: Message, message_id: str = "") -> None:
        lines = self.lines.setdefault(contact, [])
        lines.append(Line(len(lines) + 1, author, message, message_id))
        self.chat.notifier.ring(contact)

    async def after(self, account: str, contact: str, cursor: int) -> Sequence[Line]:
        return [line for line in self.lines.get(contact, []) if line.cursor > cursor]

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
        )

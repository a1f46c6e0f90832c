"""Making a message fit a channel: what it cannot show natively becomes text that says the same.

Every channel renders the `Message`s this returns one by one, each within the capability table. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from chatbot.channels.graphemes import shorten
from chatbot.channels.splitting import last_part, split_text
from chatbot.policy.capabilities import Capabilities
from chatbot.types import Attachment, Button, Card, Message

POINTER: Final = "👇"
"""Stands over ways on that have no text of their own: platforms show none without one, and it needs no language."""


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways on, as this channel can show them: `written` are lines of the text."""

    buttons: tuple[Button, ...] = ()
    options: tuple[Button, ...] = ()
    written: tuple[str, ...] = ()


def degrade(message: Message, limits: Capabilities) -> tuple[Message, ...]:
    """The message as one or more that the channel can show, in sending order.

    An attachment goes first and alone; buttons go with the last text, cards behind it; options go with whatever is
    last. Where cards cannot stand side by side each becomes a picture and a text with its buttons.
    """
    if message.cards:
        return _with_cards(message, limits)
    ways = _ways(message, limits)
    lines = list(ways.written)
    parts: list[Message] = []
    if message.attachment is not None:
        if message.attachment.kind in limits.media and message.attachment.url:
            parts.append(Message(attachment=message.attachment))
        else:
            lines.insert(0, describe(message.attachment))
    body = "\n".join(part for part in (message.text.strip(), *lines) if part)
    parts.extend(_texts(body, ways, limits))
    return tuple(parts)


def _with_cards(message: Message, limits: Capabilities) -> tuple[Message, ...]:
    before = degrade(replace(message, cards=(), options=()), limits)
    if not all(_shown(card, limits) for card in message.cards):
        singly = [part for card in message.cards for part in degrade(_as_text(card), limits)]
        return (*before, *singly, *degrade(Message(options=message.options), limits))
    rows = [message.cards[at : at + limits.cards] for at in range(0, len(message.cards), limits.cards)]
    shown = [Message(cards=tuple(_cut(card, limits) for card in row)) for row in rows]
    if message.options and _fit(message.options, limits.options, limits.option_title, limits):
        shown[-1] = replace(shown[-1], options=_titled(message.options, limits.option_title))
        return (*before, *shown)
    return (*before, *shown, *degrade(Message(options=message.options), limits))


def _shown(card: Card, limits: Capabilities) -> bool:
    """Whether a card can be shown as one: it has something beside its title, and nothing of it is too long."""
    ways = tuple(way for way in card.buttons if not way.url or limits.links)
    return (
        limits.cards > 0
        and bool(card.text or card.image or card.url or card.buttons)
        and len(card.title) <= limits.card_title
        and len(card.text) <= limits.card_text
        and len(ways) == len(card.buttons)
        and _fit(ways, limits.buttons, limits.button_title, limits)
    )


def _cut(card: Card, limits: Capabilities) -> Card:
    return replace(card, buttons=_titled(card.buttons, limits.button_title))


def _as_text(card: Card) -> Message:
    picture = Attachment("image", card.image) if card.image else None
    text = "\n".join(part for part in (card.title, card.text, card.url) if part)
    return Message(text, card.buttons, attachment=picture)


def _ways(message: Message, limits: Capabilities) -> _Ways:
    links = tuple(way for way in (*message.buttons, *message.options) if way.url)
    buttons = tuple(way for way in message.buttons if not way.url)
    options = tuple(way for way in message.options if not way.url)
    written: tuple[str, ...] = ()
    if not limits.links or len(links) > limits.buttons:
        written, links = tuple(f"{way.title}: {way.url}" for way in links), ()
    if not _fit((*links, *buttons), limits.buttons, limits.button_title, limits):
        # Quick replies are the next best thing: they answer the same, they only do not stay.
        buttons, options = (), (*buttons, *options)
    in_order = (*message.buttons, *(way for way in message.options if way.url))
    shown = tuple(way for way in in_order if (links if way.url else buttons))
    if not _fit(options, limits.options, limits.option_title, limits):
        numbered = tuple(f"{number}. {way.title}" for number, way in enumerate((*buttons, *options), 1))
        written, shown, options = (*written, *numbered), links, ()
    return _Ways(_titled(shown, limits.button_title), _titled(options, limits.option_title), written)


def _fit(ways: Sequence[Button], count: int, title: int, limits: Capabilities) -> bool:
    """Whether all can be shown, and told apart once their titles are cut."""
    return (
        len(ways) <= count
        and all(len(way.payload.encode("utf-8", "replace")) <= limits.payload for way in ways)
        and len({shorten(way.title, title) for way in ways}) == len(ways)
    )


def _titled(ways: Sequence[Button], limit: int) -> tuple[Button, ...]:
    return tuple(replace(way, title=shorten(way.title, limit)) for way in ways)


def _texts(body: str, ways: _Ways, limits: Capabilities) -> Iterator[Message]:
    """The text in pieces that fit; platforms show no buttons without a text, so there is always one then."""
    pieces = list(split_text(body, limits.text_limit, limits.text_unit))
    if not pieces and (ways.buttons or ways.options):
        pieces = [POINTER]
    most = _beside(ways, limits)
    if pieces and len(pieces[-1]) > most:
        tail = last_part(pieces[-1], most)
        pieces[-1:] = [pieces[-1].removesuffix(tail).rstrip(), tail or POINTER]
    for piece in pieces[:-1]:
        yield Message(piece)
    if pieces:
        yield Message(pieces[-1], ways.buttons, ways.options)


def _beside(ways: _Ways, limits: Capabilities) -> int:
    """The longest text that may stand with these ways on."""
    most = limits.text_limit
    if ways.buttons:
        most = min(most, limits.button_text)
    if ways.options and limits.option_text:
        most = min(most, limits.option_text)
    return most


def describe(attachment: Attachment) -> str:
    """An attachment in words, for a channel that cannot show it."""
    if attachment.latitude is not None and attachment.longitude is not None:
        place = f"{attachment.latitude:g}, {attachment.longitude:g}"
        return f"{attachment.title}: {place}" if attachment.title else place
    if not attachment.url:
        return attachment.title or f"[{attachment.kind}]"
    return f"{attachment.title}: {attachment.url}" if attachment.title else attachment.url

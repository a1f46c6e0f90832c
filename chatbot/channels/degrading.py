"""Making a message fit a channel: what it cannot show natively becomes text that says the same.

Every channel renders the `Message`s this returns one by one, each within the capability table. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from chatbot.channels.graphemes import ELLIPSIS, shorten
from chatbot.channels.splitting import last_part, split_text
from chatbot.policy.addresses import is_web
from chatbot.policy.capabilities import Capabilities
from chatbot.policy.payloads import carried
from chatbot.policy.reactions import fitting
from chatbot.types import Attachment, Button, Card, Message
from chatbot.understanding.entities import number_themselves

POINTER: Final = "👇"
"""Stands over ways on that have no text of their own: platforms show none without one, and it needs no language."""


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways on, as this channel can show them: `written` are lines of the text."""

    buttons: tuple[Button, ...] = ()
    options: tuple[Button, ...] = ()
    written: tuple[str, ...] = ()


def degrade(message: Message, limits: Capabilities, first: int = 1) -> tuple[Message, ...]:
    """The message as one or more that the channel can show, in sending order.

    `first` is the number of its first way on, where they are numbered.

    A part that has an attachment and text stands for one call: the text is its caption. Else the attachment goes first
    and alone; buttons go with the last text, cards behind it; options go with whatever is last. A card that cannot
    stand beside others becomes a picture and a text with its buttons; where they are too many for that, all are
    one text. Numbers run on over the whole message. Payloads are as short as the channel's. A reaction comes alone,
    with its emoji as the platform writes it, or not at all: no words stand for it.
    """
    if message.reaction is not None:
        emoji = fitting(message.reaction.emoji, limits)
        return () if emoji is None else (Message(reaction=replace(message.reaction, emoji=emoji)),)
    return _parts(_with_web_addresses(message), limits, first)


def _parts(message: Message, limits: Capabilities, first: int) -> tuple[Message, ...]:
    if message.cards:
        return _with_cards(message, limits, first)
    ways = _ways(message, limits, first)
    attachment, words = _shown_of(message.attachment, limits)
    said = message.text.strip()
    body = "\n".join(part for part in (said, *words, *ways.written) if part)
    texts = tuple(_texts(body, ways, limits, alone=body == said))
    if attachment is None:
        return texts
    if len(texts) == 1 and _is_caption(texts[0], attachment, limits):
        return (replace(texts[0], attachment=attachment),)
    return (Message(attachment=attachment), *texts)


def _shown_of(attachment: Attachment | None, limits: Capabilities) -> tuple[Attachment | None, tuple[str, ...]]:
    """The attachment if the channel shows it, and the lines that say it where it does not."""
    if attachment is None:
        return None, ()
    if attachment.kind not in limits.media or not (attachment.url or attachment.kind == "location"):
        return None, (describe(attachment),)
    return attachment, ()


def _is_caption(text: Message, attachment: Attachment, limits: Capabilities) -> bool:
    ways = (*text.buttons, *text.options)
    short = all(len(way.title) <= limits.option_title and not way.text for way in text.options)
    fits = len(ways) <= limits.caption_ways and short
    return attachment.kind in limits.captioned and len(text.text) <= limits.caption and (not ways or fits)


def _with_cards(message: Message, limits: Capabilities, first: int) -> tuple[Message, ...]:
    """Cards that can stand side by side do, in rows; those between them that cannot become texts in their place."""
    parts = [*_parts(replace(message, cards=(), options=()), limits, first)]
    first += pressed(message.buttons)
    one_by_one = len(message.cards) <= limits.cards_alone
    for shown, group in groupby(message.cards, lambda card: _shown(card, limits)):
        cards = tuple(group)
        if shown:
            rows = (cards[at : at + limits.cards] for at in range(0, len(cards), limits.cards))
            parts += (Message(cards=tuple(_cut(card, limits) for card in row)) for row in rows)
        else:
            parts += (_alone if one_by_one else _listed)(cards, limits, first)
        first += sum(pressed(card.buttons) for card in cards)
    more = any(way.url or way.text for way in message.options)
    if parts and parts[-1].cards and not more and _fit(message.options, limits.options, limits.option_title, limits):
        parts[-1] = replace(parts[-1], options=_sent(message.options, limits.option_title, limits))
        return tuple(parts)
    return (*parts, *_parts(Message(options=message.options), limits, first))


def on_cards(message: Message) -> tuple[Button, ...]:
    return tuple(way for card in message.cards for way in card.buttons)


def pressed(ways: Sequence[Button]) -> int:
    """How many of them are numbered where ways on are: links are not."""
    return sum(not way.url for way in ways)


def _alone(cards: Sequence[Card], limits: Capabilities, first: int) -> Iterator[Message]:
    """Each as a picture and a text with its buttons."""
    for card in cards:
        picture = Attachment("image", card.image) if card.image else None
        yield from _parts(Message(_words(card), card.buttons, attachment=picture), limits, first)
        first += pressed(card.buttons)


def _listed(cards: Sequence[Card], limits: Capabilities, first: int) -> Iterator[Message]:
    """All as one text, without the pictures."""
    blocks = []
    for card in cards:
        blocks.append("\n".join((_words(card), *_written(card.buttons), *_numbered(card.buttons, first))))
        first += pressed(card.buttons)
    yield from _parts(Message("\n\n".join(blocks)), limits, first)


def _shown(card: Card, limits: Capabilities) -> bool:
    """Whether a card can be shown as one: it has something beside its title, and nothing of it is too long."""
    ways = tuple(way for way in card.buttons if not way.url or limits.links == "buttons")
    return (
        limits.cards > 0
        and bool(card.title.strip())
        and bool(card.text or card.image or card.url or card.buttons)
        and len(card.title) <= limits.card_title
        and len(card.text) <= limits.card_text
        and len(ways) == len(card.buttons)
        and _fit(ways, limits.buttons, limits.button_title, limits)
    )


def _cut(card: Card, limits: Capabilities) -> Card:
    return replace(card, buttons=_sent(card.buttons, limits.button_title, limits))


def _words(card: Card) -> str:
    return "\n".join(part for part in (card.title, card.text, card.url) if part)


# --- addresses ------------------------------------------------------------------------------------------------


def _with_web_addresses(message: Message) -> Message:
    """The message with what no platform opens (`tel:`, `/orders`) written out; platforms refuse it whole."""
    lines = list(_elsewhere((*message.buttons, *message.options)))
    attachment = message.attachment
    if attachment is not None and attachment.url and not is_web(attachment.url):
        lines.insert(0, describe(attachment))
        attachment = None
    cards = tuple(_card_with_web_addresses(card) for card in message.cards)
    if not lines and cards == message.cards:
        return message
    return replace(
        message,
        text="\n".join(part for part in (message.text, *lines) if part),
        buttons=_opening(message.buttons),
        options=_opening(message.options),
        attachment=attachment,
        cards=cards,
    )


def _card_with_web_addresses(card: Card) -> Card:
    lines = [*([card.url] if card.url and not is_web(card.url) else []), *_elsewhere(card.buttons)]
    if not lines and (not card.image or is_web(card.image)):
        return card
    return replace(
        card,
        text="\n".join(part for part in (card.text, *lines) if part),
        image=card.image if is_web(card.image) else "",
        url=card.url if is_web(card.url) else "",
        buttons=_opening(card.buttons),
    )


def _elsewhere(ways: Sequence[Button]) -> tuple[str, ...]:
    return _written([way for way in ways if way.url and not is_web(way.url)])


def _opening(ways: Sequence[Button]) -> tuple[Button, ...]:
    return tuple(way for way in ways if not way.url or is_web(way.url))


# --- ways on --------------------------------------------------------------------------------------------------


def _ways(message: Message, limits: Capabilities, first: int) -> _Ways:
    links = tuple(way for way in (*message.buttons, *message.options) if way.url)
    buttons = tuple(way for way in message.buttons if not way.url)
    options = tuple(way for way in message.options if not way.url)
    if limits.links == "alone" and len(links) == 1 and not (buttons or options):
        return _Ways(_sent(links, limits.button_title, limits))
    written: tuple[str, ...] = ()
    if limits.links != "buttons" or len(links) > limits.buttons:
        written, links = _written(links), ()
    if not _fit((*links, *buttons), limits.buttons, limits.button_title, limits):
        # Quick replies are the next best thing: they answer the same, they only do not stay.
        buttons, options = (), (*buttons, *options)
    in_order = (*message.buttons, *(way for way in message.options if way.url))
    shown = tuple(way for way in in_order if (links if way.url else buttons))
    most = _title_limit(options, limits)
    if most is None:
        return _Ways(_sent(links, limits.button_title, limits), (), (*written, *_numbered((*buttons, *options), first)))
    said = () if limits.row_text else described(options)
    return _Ways(_sent(shown, limits.button_title, limits), _sent(options, most, limits), (*said, *written))


def _written(ways: Sequence[Button]) -> tuple[str, ...]:
    return tuple(f"{_one_line(way.title)}: {way.url}" for way in ways if way.url)


def _numbered(ways: Sequence[Button], first: int) -> tuple[str, ...]:
    """An answer by number finds them, too; titles that begin with numbers of their own are found by those."""
    pressed = [way for way in ways if not way.url]
    titles = [way.title.strip() for way in pressed]
    if not number_themselves(titles):
        return tuple(f"{number}. {_said(way)}" for number, way in enumerate(pressed, first))
    if all(map(str.isdecimal, titles)) and not any(way.text for way in pressed):
        return (", ".join(titles),)
    return tuple(_said(way) for way in pressed)


def described(ways: Sequence[Button]) -> tuple[str, ...]:
    """The lines that say more about some of them, where the channel shows titles only."""
    return tuple(_said(way) for way in ways if way.text.strip())


def _said(way: Button) -> str:
    return ": ".join(part for part in (_one_line(way.title), _one_line(way.text)) if part)


def _title_limit(options: Sequence[Button], limits: Capabilities) -> int | None:
    """How long the titles of quick replies may be, or of a list if that shows more of them; None: neither will do."""
    quick, listed = limits.option_title, limits.row_title
    whole = all(len(_one_line(way.title)) <= quick and not (way.text and limits.row_text) for way in options)
    rows = _fit(options, limits.rows, listed, limits)
    if _fit(options, limits.options, quick, limits) and (whole or not rows):
        return quick
    return listed if rows else None


def _fit(ways: Sequence[Button], count: int, title: int, limits: Capabilities) -> bool:
    """Whether all can be shown, and told apart once their titles are cut."""
    if len(ways) > count or len({_title(way, title) for way in ways}) < len(ways):
        return False
    return not limits.ids_differ or len({_payload(way, limits) for way in ways}) == len(ways)


def _sent(ways: Sequence[Button], title: int, limits: Capabilities) -> tuple[Button, ...]:
    """Titles as they are shown, payloads as they are sent."""
    return tuple(
        replace(
            way,
            title=_title(way, title),
            payload="" if way.url else _payload(way, limits),
            text=shorten(_one_line(way.text), limits.row_text) if limits.row_text else "",
        )
        for way in ways
    )


def _payload(way: Button, limits: Capabilities) -> str:
    return carried(way.payload or way.title, limits.payload)


def _title(way: Button, limit: int) -> str:
    return shorten(_one_line(way.title), limit) or ELLIPSIS


def _one_line(title: str) -> str:
    return " ".join(title.split())


# --- texts ----------------------------------------------------------------------------------------------------


def _texts(body: str, ways: _Ways, limits: Capabilities, *, alone: bool) -> Iterator[Message]:
    """The text in pieces that fit; platforms show no buttons without a text, so there is always one then.

    `alone`: no lines were added to what the author wrote, so its end is what the ways on answer.
    """
    pieces = list(split_text(body, limits.text_limit, limits.text_unit))
    if not pieces and (ways.buttons or ways.options):
        pieces = [POINTER]
    most = _beside(ways, limits)
    if pieces and len(pieces[-1]) > most:
        tail = last_part(pieces[-1], most) if alone else ""
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
    """An attachment in words, for a channel that cannot show it; a place with a link to the map."""
    if attachment.latitude is not None and attachment.longitude is not None:
        return "\n".join(part for part in (attachment.title, attachment.address, map_link(attachment)) if part)
    if not attachment.url:
        return attachment.title or f"[{attachment.kind}]"
    return f"{attachment.title}: {attachment.url}" if attachment.title else attachment.url


def map_link(place: Attachment) -> str:
    """An address that opens a place in the map the reader uses."""
    return f"https://www.google.com/maps/search/?api=1&query={place.latitude},{place.longitude}"

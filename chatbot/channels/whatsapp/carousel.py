"""Cards side by side on WhatsApp, where they are enough alike: from 2 to 10 of them, each with a picture of its own.

All have one link, or all have the same number of answers. Cards that are not like that stay what they are without this:
one below the other. Docs: WhatsApp Business Platform > Interactive media carousel messages. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final

from chatbot.channels.degrading import POINTER, degrade, on_cards, pressed
from chatbot.channels.graphemes import shorten
from chatbot.policy.addresses import is_web
from chatbot.policy.capabilities import Capabilities
from chatbot.policy.payloads import carried
from chatbot.types import Button, Card, Message

FEWEST: Final = 2
MOST: Final = 10
TEXT: Final = 160
LINE_BREAKS: Final = 2
ANSWERS: Final = 2
"""Quick replies of a card; Meta shows two and names no limit."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What goes before the cards, their rows as the `interactive` of calls, and what comes behind them."""

    before: tuple[Message, ...]
    rows: tuple[dict[str, Any], ...]
    behind: tuple[Message, ...]


def side_by_side(message: Message, limits: Capabilities) -> Rows | None:
    """The message with its cards side by side; None if they cannot be."""
    cards = tuple(map(_with_its_link, message.cards))
    if len(cards) < FEWEST or not _alike(cards, limits):
        return None
    size = ceil(len(cards) / ceil(len(cards) / MOST))  # no row of one card
    rows = [cards[at : at + size] for at in range(0, len(cards), size)]
    said = message.text.strip()
    alone = bool(message.buttons or message.attachment or len(said) > limits.option_text)
    before = degrade(replace(message, cards=(), options=()), limits) if alone else ()
    texts = ["" if alone else said, *[""] * (len(rows) - 1)]
    return Rows(
        before,
        tuple(_row(text or POINTER, row, limits) for text, row in zip(texts, rows, strict=True)),
        degrade(Message(options=message.options), limits, 1 + pressed(message.buttons) + pressed(on_cards(message))),
    )


def _with_its_link(card: Card) -> Card:
    """A card that leads somewhere when it is pressed has a button for that here."""
    if not card.url or card.buttons:
        return card
    return replace(card, url="", buttons=(Button(card.title, url=card.url),))


def _alike(cards: Sequence[Card], limits: Capabilities) -> bool:
    forms = {tuple(bool(way.url) for way in card.buttons) for card in cards}
    answers = [_id(way, limits) for card in cards for way in card.buttons if not way.url]
    return (
        all(_fits(card) for card in cards)
        and len(forms) == 1
        and (forms <= {(True,)} or forms <= {(False,) * count for count in range(1, ANSWERS + 1)})
        and len(set(answers)) == len(answers)
    )


def _fits(card: Card) -> bool:
    text = _text(card)
    links = all(is_web(way.url) for way in card.buttons if way.url)
    return is_web(card.image) and not card.url and links and len(text) <= TEXT and text.count("\n") <= LINE_BREAKS


def _text(card: Card) -> str:
    return "\n".join(part for part in (card.title.strip(), card.text.strip()) if part)


def _row(text: str, cards: Sequence[Card], limits: Capabilities) -> dict[str, Any]:
    shown = [_card(place, card, limits) for place, card in enumerate(cards)]
    return {"type": "carousel", "body": {"text": text}, "action": {"cards": shown}}


def _card(place: int, card: Card, limits: Capabilities) -> dict[str, Any]:
    """Every card is of the type "cta_url", also where it has answers: so Meta has it."""
    shown: dict[str, Any] = {
        "card_index": place,
        "type": "cta_url",
        "header": {"type": "image", "image": {"link": card.image}},
        "action": _action(card.buttons, limits),
    }
    return {**shown, "body": {"text": _text(card)}} if _text(card) else shown


def _action(ways: Sequence[Button], limits: Capabilities) -> dict[str, Any]:
    if ways[0].url:
        opens = {"display_text": _title(ways[0], limits), "url": ways[0].url}
        return {"name": "cta_url", "parameters": opens}
    replies = [{"id": _id(way, limits), "title": _title(way, limits)} for way in ways]
    return {"buttons": [{"type": "quick_reply", "quick_reply": reply} for reply in replies]}


def _title(way: Button, limits: Capabilities) -> str:
    return shorten(" ".join(way.title.split()), limits.option_title) or POINTER


def _id(way: Button, limits: Capabilities) -> str:
    return carried(way.payload or way.title, limits.payload)

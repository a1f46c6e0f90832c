"""What `say` sends: a text with what goes beside it, filled in with the values of the flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from chatbot.content.expression import Expression
from chatbot.content.graph import Node
from chatbot.content.messages import ButtonText, CardText, PlaceText
from chatbot.content.steps import SayStep
from chatbot.content.template import Template
from chatbot.content.values import EvaluationError
from chatbot.engine import questions, templates, unsent
from chatbot.engine.run import SYSTEM_VOICE, Run
from chatbot.engine.starts import INTENT
from chatbot.engine.state import Frame
from chatbot.types import Attachment, AttachmentKind, Button, Card, Json, Message

MEDIA: Final[tuple[AttachmentKind, ...]] = ("image", "file", "audio", "video")
"""What may stand beside a text, by the key of `say`, in the order it is sent."""
FARTHEST: Final = {"latitude": 90, "longitude": 180}


def say(run: Run, frame: Frame, node: Node) -> str | None:
    step = node.step
    assert isinstance(step, SayStep)
    reason = None if frame.flow in SYSTEM_VOICE else run.refusal()
    if reason == "window":
        instead = templates.instead_of(run, frame, node)
        if isinstance(instead, Message):
            run.say(instead, frame, node.address)
            return node.next
        reason = instead
    if reason is not None:
        return node.next if frame.flow == "system.not_sent" else unsent.give_up(run, frame, node, reason)
    origin = node.address
    text = run.text(run.variant(step.say, f"{frame.flow}/{origin}"), frame, origin) if step.say else ""
    buttons = _buttons(run, frame, step.buttons) if step.buttons else ()
    cards = _cards(run, frame, step.cards) if step.cards else ()
    # One message for one `say`, so that a channel may show it as one; further pictures and files go before it.
    attached = _attached(run, frame, step, origin)
    said = [Message(attachment=each) for each in attached[1:]]
    if text or buttons or cards or attached:
        said.append(Message(text, buttons, (), attached[0] if attached else None, cards))
    for i, message in enumerate(said):
        run.say(replace(message, delay=step.delay) if step.delay and i == 0 else message, frame, origin)
    return node.next


def _attached(run: Run, frame: Frame, step: SayStep, origin: str) -> list[Attachment]:
    """The pictures, files and places beside the text."""
    found = []
    for kind in MEDIA:
        template: Template | None = getattr(step, kind)
        if template is not None and (url := run.url(template, frame, origin)):
            found.append(Attachment(kind, url))
    if step.location is not None:
        found.append(_place(run, frame, step.location))
    return found


def _place(run: Run, frame: Frame, place: PlaceText) -> Attachment:
    title, address = (run.text(each, frame) if each is not None else "" for each in (place.title, place.address))
    north, east = (_degrees(run, frame, name, getattr(place, name)) for name in ("latitude", "longitude"))
    return Attachment("location", title=title, latitude=north, longitude=east, address=address)


def _degrees(run: Run, frame: Frame, name: str, template: Template) -> float:
    value = template.value(run.scope(frame))
    try:
        degrees = float(value)
    except (TypeError, ValueError):
        raise EvaluationError(f"`{name}` of the location is no number") from None
    if not abs(degrees) <= FARTHEST[name]:
        raise EvaluationError(f"`{name}` of the location is not between -{FARTHEST[name]} and {FARTHEST[name]}")
    return degrees


# --- buttons and cards ----------------------------------------------------------------------------------------


def _buttons(run: Run, frame: Frame, buttons: tuple[ButtonText, ...] | Expression) -> tuple[Button, ...]:
    if isinstance(buttons, Expression):
        return tuple(_listed_buttons(buttons.evaluate(run.scope(frame))))
    made = []
    for button in buttons:
        title = run.text(button.title, frame)
        if button.url is not None:
            # A link that has no value yet is no way on: its button is left out, and the trace says why.
            url = run.url(button.url, frame, "buttons")
            made += [Button(title, url=url)] if url else []
        else:
            made.append(Button(title, f"{INTENT}{button.intent}" if button.intent else button.payload or title))
    return tuple(made)


def _listed_buttons(value: Json) -> list[Button]:
    """Buttons from data: titles, or mappings with `title` and one of `url`, `intent`, `payload` and `value`."""
    made = []
    for choice, item in zip(questions.listed(value), value, strict=True):
        given: Mapping[str, Json] = item if isinstance(item, dict) else {}
        if isinstance(given.get("url"), str):
            made.append(Button(choice.title, url=_link(given["url"])))
        elif isinstance(given.get("intent"), str):
            made.append(Button(choice.title, f"{INTENT}{given['intent']}"))
        else:
            made.append(Button(choice.title, choice.meaning if isinstance(choice.meaning, str) else choice.title))
    return made


def _cards(run: Run, frame: Frame, cards: tuple[CardText, ...] | Expression) -> tuple[Card, ...]:
    if isinstance(cards, Expression):
        return tuple(_listed_card(each) for each in _list(cards.evaluate(run.scope(frame))))
    return tuple(
        Card(
            run.text(card.title, frame),
            run.text(card.text, frame) if card.text is not None else "",
            run.url(card.image, frame, "cards") if card.image is not None else "",
            run.url(card.url, frame, "cards") if card.url is not None else "",
            _buttons(run, frame, card.buttons),
        )
        for card in cards
    )


def _list(value: Json) -> Sequence[Json]:
    if not isinstance(value, list | tuple):
        raise EvaluationError("cards must be a list of {title, text, image, url, buttons}")
    return value


def _listed_card(value: Json) -> Card:
    if not isinstance(value, dict) or not isinstance(value.get("title"), str):
        raise EvaluationError("cards must be a list of {title, text, image, url, buttons}")
    words = {name: value[name] for name in ("text", "image", "url") if isinstance(value.get(name), str)}
    links = {name: _link(words[name]) for name in ("image", "url") if words.get(name)}
    return Card(value["title"], **(words | links), buttons=tuple(_listed_buttons(value.get("buttons") or ())))


def _link(value: str) -> str:
    """An address that came as data: as a text's own, it must be https."""
    if not value.startswith("https://"):
        raise EvaluationError("an address that comes from data must begin with https://")
    return value

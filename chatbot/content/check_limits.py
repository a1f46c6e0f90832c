"""What a channel of the project cannot show as written: texts, titles and ways on over its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeGuard

from chatbot.content.customer_texts import CustomerText, Part, customer_texts, written_part
from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.index import Flow, Index
from chatbot.content.rules_of_channels import NotAWebAddress, TextTooLong, TitleTooLong, TooManyWays
from chatbot.content.shape import Path, key_place, place_of
from chatbot.content.steps import AskStep, ChooseStep, SayStep, Step
from chatbot.policy.addresses import is_web
from chatbot.policy.capabilities import CAPABILITIES, Capabilities

_ADDRESSES: Final = frozenset({"url", "image", "file", "audio", "video"})
_HTTPS: Final = "write all of it, as in https://shop.example/orders"


def check_limits(index: Index) -> Iterator[Diagnostic]:
    limits = _channels(index)
    parts: dict[str, CustomerText] = {}
    for each in customer_texts(index):
        parts.setdefault(each.text.source, each)
        kinds = _for(limits, each.step)
        yield from _fits(each.text.source, each, kinds, place_of(each.source, each.path))
    for flow in index.own_flows():
        for path, step in flow.steps:
            yield from _ways(flow, path, step, _for(limits, step))
            yield from _addresses(flow, path, step)
    for file in index.own_texts():
        for text, translation in file.model.root.items():
            if text in parts:
                each = parts[text]
                place = place_of(file.source, (text,))
                yield from _fits(translation.source, each, _for(limits, each.step), place)


def _channels(index: Index) -> Mapping[str, Capabilities]:
    """The limits of the kinds of channel the project has; one without any is talked to in the web chat."""
    bot = index.project.bot
    kinds = {account.kind for account in bot.model.channels.values()} if bot else set()
    return {kind: CAPABILITIES[kind] for kind in sorted(kinds or {"webchat"}) if kind in CAPABILITIES}


def _for(limits: Mapping[str, Capabilities], step: Step | None) -> Mapping[str, Capabilities]:
    only = step.only if step is not None else ()
    return {kind: each for kind, each in limits.items() if not only or kind in only}


def _fits(text: str, what: CustomerText, limits: Mapping[str, Capabilities], place: Place) -> Iterator[Diagnostic]:
    """The first channel a text does not fit; the values in it may make it longer still."""
    shown = written_part(text)
    only = getattr(what.text, "only", ())
    for kind, limit in limits.items():
        if only and kind not in only:
            continue
        if what.part == "text":
            size = len(shown.encode()) if limit.text_unit == "bytes" else len(shown)
            if size > limit.text_limit:
                said = f"this text has {size} {limit.text_unit}, {kind} takes {limit.text_limit}: it is sent in pieces"
                yield TextTooLong.at(place, said, "make it shorter, or two texts where it may be cut")
                return
        elif what.part != "title":
            most = _longest(limit, what.part)
            if most and len(shown) > most:
                name = "text" if what.part.endswith("_text") else "title"
                then = "the card becomes a text" if what.part.startswith("card") else "the rest is cut off"
                said = f"this {name} has {len(shown)} characters, {kind} shows {most}: {then}"
                yield TitleTooLong.at(place, said, "make it shorter")
                return


def _addresses(flow: Flow, path: Path, step: Step) -> Iterator[Diagnostic]:
    """Addresses that no platform opens; where one begins with a value, only the running bot can tell."""
    for where, text in flow.texts(step):
        inside, begins = where[len(path) :], text.source.partition("{")[0]
        if isinstance(step, SayStep) and inside[-1] in _ADDRESSES and begins and not is_web(begins):
            yield NotAWebAddress.at(place_of(flow.source, where), "this is no web address: it is written out", _HTTPS)


def _longest(limit: Capabilities, part: Part) -> int:
    """How many characters of a title a channel shows; 0 where it writes all of it out."""
    option = max(limit.options, limit.rows), max(limit.option_title, limit.row_title)
    shown = {
        "option": option,
        "button": (limit.buttons, limit.button_title) if limit.buttons else option,
        "card_title": (limit.cards, limit.card_title),
        "card_text": (limit.cards, limit.card_text),
        "option_text": (limit.row_text, limit.row_text),
    }
    count, most = shown.get(part, (0, 0))
    return most if count else 0


def _ways(flow: Flow, path: Path, step: Step, limits: Mapping[str, Capabilities]) -> Iterator[Diagnostic]:
    """Options, buttons and cards of which there are more than a channel that has such a thing can show."""
    for key, count in _counts(step):
        for kind, limit in limits.items():
            most = _most(limit, key)
            if most and count > most:
                then = "the others stand below" if key == "cards" else "they become a list in the text"
                said = f"{count} of them are too many for {kind}, which shows {most}: {then}"
                place = key_place(flow.source, path, key)
                yield TooManyWays.at(place, said, "offer fewer, or ask in two steps")
                break


def _most(limit: Capabilities, key: str) -> int:
    options = max(limit.options, limit.rows)
    return {"buttons": max(options, limit.buttons), "cards": limit.cards}.get(key, options)


def _counts(step: Step) -> Iterator[tuple[str, int]]:
    match step:
        case ChooseStep(options=tuple() as options):
            yield "options", len(options)
        case AskStep(suggest=titles):
            yield "suggest", len(titles)
        case SayStep(buttons=buttons, cards=cards):
            yield from ((key, len(each)) for key, each in (("buttons", buttons), ("cards", cards)) if _listed(each))
        case _:
            pass


def _listed(ways: object) -> TypeGuard[tuple[object, ...]]:
    """Whether they are written out, and not named by an expression."""
    return isinstance(ways, tuple)

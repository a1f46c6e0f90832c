"""Message templates: are they as WhatsApp takes them, and does each `say` that sends one give what it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from chatbot.content.bot_file import Bot, TemplateButtonText, TemplateText
from chatbot.content.check_references import unknown
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.holes import begins_or_ends_with_one, holes, is_numbered
from chatbot.content.index import Flow, Index
from chatbot.content.project import File
from chatbot.content.rules import UnknownIntent, UnknownPayload
from chatbot.content.rules_of_channels import TemplateForm, TemplateLanguage, TemplateValues, UnknownTemplate
from chatbot.content.shape import Path, key_place, place_of
from chatbot.content.steps import SayStep

LIMITS: Final = {"body": 1024, "header": 60, "footer": 60}
BUTTONS: Final = 10
BUTTON_TITLE: Final = 25
LINKS: Final = 2
PHONES: Final = 1
_CODE: Final = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?")


def check_templates(index: Index) -> Iterator[Diagnostic]:
    bot = index.project.bot
    if bot is not None:
        for name, template in bot.model.templates.items():
            yield from _form(bot, name, template)
            yield from _languages(bot, name, template)
            yield from _replies(index, bot, name, template)
    for flow in index.own_flows():
        for path, step in flow.steps:
            if isinstance(step, SayStep) and step.template is not None:
                yield from _sent(index, flow, path, step, step.template)


# --- the templates themselves ---------------------------------------------------------------------------------


def _form(bot: File[Bot], name: str, template: TemplateText) -> Iterator[Diagnostic]:
    here: Path = ("templates", name)
    for code, text in template.body.items():
        path = (*here, "body", code) if code else (*here, "body")
        yield from _too_long(bot, path, "body", text)
        if begins_or_ends_with_one(text.strip()):
            what = "a body neither begins nor ends with a hole: WhatsApp does not approve it"
            yield TemplateForm.at(place_of(bot.source, path), what)
        yield from _holes_of_body(bot, path, template, text)
    for part in ("header", "footer"):
        yield from _too_long(bot, (*here, part), part, getattr(template, part))
    yield from _holes_elsewhere(bot, here, template)
    yield from _buttons(bot, (*here, "buttons"), template.buttons)


def _too_long(bot: File[Bot], path: Path, part: str, text: str) -> Iterator[Diagnostic]:
    if len(text) > LIMITS[part]:
        what = f"this {part} has {len(text)} characters, WhatsApp takes {LIMITS[part]}"
        yield TemplateForm.at(place_of(bot.source, path), what)


def _holes_of_body(bot: File[Bot], path: Path, template: TemplateText, text: str) -> Iterator[Diagnostic]:
    names, place = holes(text), place_of(bot.source, path)
    if set(names) != set(holes(template.text(""))):
        yield TemplateForm.at(place, "this body has other holes than that of the first language")
    elif any(name.isdigit() for name in names) and not is_numbered(names):
        yield TemplateForm.at(place, "the holes of a body are either all numbered or all named")
    elif is_numbered(names) and [*map(int, names)] != list(range(1, len(names) + 1)):
        yield TemplateForm.at(place, "numbered holes count from 1 on, without a gap")


def _holes_elsewhere(bot: File[Bot], here: Path, template: TemplateText) -> Iterator[Diagnostic]:
    """WhatsApp counts those of the header and of each link from 1 again: a number could not tell them apart."""
    texts: dict[Path, str] = {(*here, "header"): template.header, (*here, "footer"): template.footer}
    texts |= {(*here, "buttons", i, "url"): button.url or "" for i, button in enumerate(template.buttons)}
    for path, text in texts.items():
        names, place = holes(text), place_of(bot.source, path)
        if any(name.isdigit() for name in names):
            yield TemplateForm.at(place, "a hole outside the body has a name here", "such as {number}")
        if len(names) > (path[-1] != "footer"):
            what = {"header": "a header has at most one hole", "footer": "a footer has no hole"}
            yield TemplateForm.at(place, what.get(str(path[-1]), "a link has at most one hole"))
        if path[-1] == "url" and names and not text.endswith("}"):
            yield TemplateForm.at(place, "the hole of a link stands at its end")


def _buttons(bot: File[Bot], path: Path, buttons: tuple[TemplateButtonText, ...]) -> Iterator[Diagnostic]:
    counts = {
        "buttons": (len(buttons), BUTTONS),
        "links": (sum(button.url is not None for button in buttons), LINKS),
        "numbers to call": (sum(button.phone is not None for button in buttons), PHONES),
    }
    for what, (count, most) in counts.items():
        if count > most:
            place = key_place(bot.source, path[:-1], "buttons")
            yield TemplateForm.at(place, f"a template has at most {most} {what}, this one has {count}")
    for i, button in enumerate(buttons):
        if len(button.title) > BUTTON_TITLE:
            what = f"this title has {len(button.title)} characters, WhatsApp takes {BUTTON_TITLE}"
            yield TemplateForm.at(place_of(bot.source, (*path, i, "title")), what)
    replies = [button.url is None and button.phone is None for button in buttons]
    if sum(before != after for before, after in pairwise(replies)) > 1:
        what = "the buttons that are answers stand together, before or behind all others"
        yield TemplateForm.at(key_place(bot.source, path[:-1], "buttons"), what)


def _languages(bot: File[Bot], name: str, template: TemplateText) -> Iterator[Diagnostic]:
    codes, place = template.codes(bot.model.languages[0]), key_place(bot.source, ("templates",), name)
    for code in codes:
        if not _CODE.fullmatch(code):
            what = f"`{code}` is no language of WhatsApp: they look like en or en_US"
            yield TemplateForm.at(place, what)
    if "" not in template.body and (gaps := [code for code in codes if code not in template.body]):
        yield TemplateForm.at(place, f"the body has no text in {', '.join(gaps)}")
    spoken = {code.partition("_")[0] for code in codes}
    if missing := [each for each in bot.model.languages if each.partition("-")[0] not in spoken]:
        what = f"`{name}` is not approved in {', '.join(missing)}: it goes out in {codes[0]} there"
        yield TemplateLanguage.at(place, what, "have it approved, and add the code to `languages`")


def _replies(index: Index, bot: File[Bot], name: str, template: TemplateText) -> Iterator[Diagnostic]:
    """What its buttons stand for must start something, as that of any button."""
    payloads = {trigger.button for flow in index.flows for trigger in flow.model.start if trigger.button}
    for i, button in enumerate(template.buttons):
        path = ("templates", name, "buttons", i)
        if button.intent is not None and button.intent not in index.intents and index.sure("intents"):
            place = place_of(bot.source, (*path, "intent"))
            yield unknown(UnknownIntent, place, "intent", button.intent, index.intents)
        if button.payload and button.payload not in payloads and index.sure("flows"):
            what = f"no flow starts on the button `{button.payload}`"
            yield UnknownPayload.at(place_of(bot.source, (*path, "payload")), what)


# --- where they are sent --------------------------------------------------------------------------------------


def _sent(index: Index, flow: Flow, path: Path, step: SayStep, name: str) -> Iterator[Diagnostic]:
    bot = index.project.bot
    template = bot.model.templates.get(name) if bot is not None else None
    if bot is None or template is None:
        if index.sure("bot"):
            known = bot.model.templates if bot is not None else ()
            yield unknown(UnknownTemplate, flow.place((*path, "template")), "template", name, known)
        return
    missing = [hole for hole in template.holes if hole not in step.with_]
    if missing:
        what = f"`{name}` needs a value for {', '.join(f'`{hole}`' for hole in missing)}"
        example = ", ".join(f'{hole}: "..."' for hole in template.holes)
        yield TemplateValues.at(flow.place((*path, "template")), what, f"with: {{ {example} }}")
    for hole in step.with_:
        if hole not in template.holes:
            place = flow.key((*path, "with"), hole)
            yield TemplateValues.at(place, f"`{name}` has no hole `{hole}`", _known(template))
    if template.media is not None and getattr(step, template.media) is None:
        what = f"`{name}` stands under a{'n' if template.media == 'image' else ''} {template.media}: it needs one here"
        yield TemplateValues.at(flow.place((*path, "template")), what, f"add `{template.media}: https://...`")


def _known(template: TemplateText) -> str:
    return f"it has {', '.join(template.holes)}" if template.holes else "it has none"

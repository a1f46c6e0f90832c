"""What goes out when a window is over: the template that a step names, in the customer's language, with its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from chatbot.content.bot_file import TemplateText
from chatbot.content.graph import Node
from chatbot.content.holes import filled, holes, is_numbered
from chatbot.content.steps import SayStep
from chatbot.content.template import percent_encoded
from chatbot.engine.run import Run
from chatbot.engine.starts import INTENT
from chatbot.engine.state import Frame
from chatbot.policy.sending import Refusal
from chatbot.policy.templates import unwanted
from chatbot.types import Attachment, Message, MessageTemplate, TemplateButton, TemplateValue

NO_VALUE: Final = "-"
"""Platforms refuse an empty value, and line breaks and rows of blanks in one."""


def instead_of(run: Run, frame: Frame, node: Node) -> Message | Refusal:
    """The message of a `say` as its template; where it has none, or it may not go out either, why nothing does."""
    step, window = node.step, run.reach.window
    assert isinstance(step, SayStep)
    template = run.program.bot.templates.get(step.template or "")
    if template is None or step.template is None or window is None or not window.templates:
        return "window"
    reason = unwanted(template.category, run.consent)
    if reason is not None:
        run.mark(frame, node, f"the template {step.template} is not wanted")
        return reason
    media = _media(run, frame, step, template)
    if template.media is not None and media is None:
        run.mark(frame, node, f"the template {step.template} needs its {template.media}, which has no address")
        return "window"
    values = {name: _value(run, frame, step, name) for name in template.holes}
    run.mark(frame, node, f"the window is over: goes out as the template {step.template}")
    message = message_of(step.template, template, _language(run, template), values, media)
    return replace(message, delay=step.delay) if step.delay else message


def message_of(
    name: str, template: TemplateText, code: str, values: Mapping[str, str], media: Attachment | None = None
) -> Message:
    """A template in one of its languages, with a value for each of its holes and what stands on top."""
    body = template.text(code)
    values = {hole: " ".join(value.split()) or NO_VALUE for hole, value in values.items()}
    named = not is_numbered(holes(body))
    approved = MessageTemplate(
        name,
        code,
        header=_values(holes(template.header), values, named=named),
        body=_values(holes(body), values, named=named),
        buttons=tuple(_buttons(template, values)),
    )
    return Message(filled(body, values), attachment=media, template=approved)


def _language(run: Run, template: TemplateText) -> str:
    """The code that fits the contact's locale best, else the language spoken, else the first."""
    codes = template.codes(run.program.bot.languages[0])
    exact = run.event.facts.locale.replace("-", "_").lower()
    by_country = (code for code in codes if code.lower() == exact)
    by_language = (code for code in codes if code.partition("_")[0].lower() == run.language.partition("-")[0])
    return next(by_country, None) or next(by_language, codes[0])


def _value(run: Run, frame: Frame, step: SayStep, name: str) -> str:
    template = step.with_.get(name)
    return run.text(template, frame, "with") if template is not None else ""


def _values(names: Sequence[str], values: Mapping[str, str], *, named: bool) -> tuple[TemplateValue, ...]:
    return tuple(TemplateValue(values[name], name if named else "") for name in names)


def _buttons(template: TemplateText, values: Mapping[str, str]) -> Iterator[TemplateButton]:
    for index, button in enumerate(template.buttons):
        if button.url is not None:
            for name in holes(button.url):
                yield TemplateButton(index, "url", percent_encoded(values[name]))
        elif button.phone is None:
            payload = f"{INTENT}{button.intent}" if button.intent else button.payload or button.title
            yield TemplateButton(index, "quick_reply", payload)


def _media(run: Run, frame: Frame, step: SayStep, template: TemplateText) -> Attachment | None:
    """What stands on top: the step's own picture, video or file."""
    if template.media is None:
        return None
    address = getattr(step, template.media)
    url = run.url(address, frame, "media") if address is not None else ""
    return Attachment(template.media, url) if url else None

"""The message templates of bot.yaml at WhatsApp: which are approved, which differ, and submitting those it lacks.

Docs: WhatsApp Business Platform > Message templates > Template management, Components.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from chatbot.channels.graph import Graph
from chatbot.channels.payload import mapping, sequence, text
from chatbot.channels.setup import Look, Step
from chatbot.content.bot_file import TemplateButtonText, TemplateText
from chatbot.content.holes import braced, holes, is_numbered, renamed
from chatbot.types import Json

_WAITING: Final = frozenset({"PENDING", "IN_APPEAL", "PENDING_DELETION"})
_PAGE: Final = "200"


async def look_at_templates(
    look: Look, graph: Graph, account: str, templates: Mapping[str, TemplateText], default: str
) -> None:
    """`account` is the business account, `default` the bot's first language."""
    with look.asking("the message templates"):
        known = {(text(each.get("name")), text(each.get("language"))): each for each in await _known(graph, account)}
        for name, template in templates.items():
            for code in template.codes(default):
                found = known.get((name, code))
                if found is None:
                    _missing(look, graph, account, name, template, code)
                else:
                    _compare(look, f"the template {name} ({code})", template, code, found)


async def _known(graph: Graph, account: str) -> list[Mapping[str, Any]]:
    found, after = list[Mapping[str, Any]](), ""
    while True:
        more = {"after": after} if after else {}
        asked = "name,language,status,category,components"
        told = await graph.get(f"{account}/message_templates", fields=asked, limit=_PAGE, **more)
        found += map(mapping, sequence(told.get("data")))
        paging = mapping(told.get("paging"))
        after = text(mapping(paging.get("cursors")).get("after")) if paging.get("next") else ""
        if not after:
            return found


def _missing(look: Look, graph: Graph, account: str, name: str, template: TemplateText, code: str) -> None:
    says = f"the template {name} ({code}) is not there"
    if template.media is not None or template.category == "authentication":
        why = f"its {template.media} needs a sample" if template.media else "it is made of WhatsApp's own words"
        look.warn(says, f"submit it in WhatsApp Manager: {why}")
        return
    body = submission(name, template, code)
    does = partial(graph.post, f"{account}/message_templates", body)
    look.missing(says, Step(f"submit the template {name} in {code} for approval", does))


def _compare(look: Look, which: str, template: TemplateText, code: str, found: Mapping[str, Any]) -> None:
    status, category = text(found.get("status")), text(found.get("category")).lower()
    parts = {text(part.get("type")): part for part in map(mapping, sequence(found.get("components")))}
    if braced(text(mapping(parts.get("BODY")).get("text"))) != braced(template.text(code)):
        look.fail(f"{which} has another body there", "make bot.yaml say what was approved, word for word")
    elif status in _WAITING:
        look.warn(f"{which} waits for approval", "nothing to do: WhatsApp decides within a day or so")
    elif status != "APPROVED":
        look.fail(f"{which} is {status.lower().replace('_', ' ')}", "WhatsApp Manager says why")
    elif category != template.category:
        look.warn(f"{which} is of the category {category} there", "say so in bot.yaml: consent goes by it")
    else:
        look.ok(f"{which} is approved")


# --- what is submitted ----------------------------------------------------------------------------------------


def submission(name: str, template: TemplateText, code: str) -> dict[str, Json]:
    """The call that submits it. Holes get their names as samples, since nobody has said others."""
    body = template.text(code)
    named = bool(holes(body)) and not is_numbered(holes(body))
    return {
        "name": name,
        "language": code,
        "category": template.category.upper(),
        "parameter_format": "NAMED" if named else "POSITIONAL",
        "components": list(_components(template, body, named=named)),
    }


def _components(template: TemplateText, body: str, *, named: bool) -> Iterator[dict[str, Json]]:
    if template.header:
        header = template.header if named else renamed(template.header)
        yield {
            "type": "HEADER",
            "format": "TEXT",
            "text": braced(header),
            **_sample("header_text", header, named=named),
        }
    yield {"type": "BODY", "text": braced(body), **_sample("body_text", body, named=named)}
    if template.footer:
        yield {"type": "FOOTER", "text": template.footer}
    if template.buttons:
        yield {"type": "BUTTONS", "buttons": [_button(each) for each in template.buttons]}


def _sample(key: str, written: str, *, named: bool) -> dict[str, Json]:
    names = holes(written)
    if not names:
        return {}
    if named:
        return {"example": {f"{key}_named_params": [{"param_name": name, "example": name} for name in names]}}
    samples = [f"sample {name}" for name in names]
    return {"example": {key: [samples] if key == "body_text" else samples}}


def _button(button: TemplateButtonText) -> dict[str, Json]:
    if button.phone is not None:
        return {"type": "PHONE_NUMBER", "text": button.title, "phone_number": button.phone}
    if button.url is None:
        return {"type": "QUICK_REPLY", "text": button.title}
    sample = {"example": [button.url.partition("{")[0] + "sample"]} if holes(button.url) else {}
    return {"type": "URL", "text": button.title, "url": braced(renamed(button.url)), **sample}

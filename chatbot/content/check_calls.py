"""Do flows call what there is, and can it be reached: actions with their arguments, addresses of services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from chatbot.content.actions import ACTIONS_FILE, Parameter, Signature
from chatbot.content.bot_file import Bot
from chatbot.content.check_references import unknown
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.expression import Expression
from chatbot.content.index import Flow, Index
from chatbot.content.nearest import near_word, nearest
from chatbot.content.project import File
from chatbot.content.rules import PrivateAddress, UnknownAction, UnknownFailure, WrongArgument, WrongValue
from chatbot.content.shape import Path, place_of
from chatbot.content.steps import RunStep
from chatbot.content.template import Template
from chatbot.content.values import EvaluationError, Scope, kind
from chatbot.policy.addresses import is_never, is_private
from chatbot.types import Json

_SAMPLES: Final[Mapping[str, Sequence[Json]]] = {
    "text": ("12", "a", "true", "2026-01-05", "12:30", "2026-01-05T12:30:00", "P1D"),
    "number": (1, 1.5),
    "integer": (1,),
    "rating": (1,),
    "yes_no": (True,),
    "date": ("2026-01-05",),
    "time": ("12:30",),
    "datetime": ("2026-01-05T12:30:00",),
    "email": ("ana@shop.example",),
    "phone": ("+34600123123",),
    "url": ("https://shop.example",),
    "money": ({"amount": 12, "currency": "EUR"}, {"amount": 12.5, "currency": "EUR"}),
    "duration": ({"seconds": 5400, "minutes": 90, "hours": 1.5, "days": 0.0625},),
    "location": ({"latitude": 40.4, "longitude": -3.7},),
}
"""What a slot of a type may hold: an argument is wrong only where none of it would do."""


_SLIP: Final = 85
"""How alike, of 100, two names of exceptions are where one must be a slip: what libraries raise is not known here."""


def check_calls(index: Index) -> Iterator[Diagnostic]:
    bot = index.project.bot
    if bot is not None:
        yield from _addresses(bot)
    for flow in index.own_flows():
        for path, step in flow.steps:
            if isinstance(step, RunStep) and index.project.actions.sure:
                yield from _run(index, flow, path, step)


def _addresses(bot: File[Bot]) -> Iterator[Diagnostic]:
    """What a variable holds is never shown; what one that is not set would hold cannot be told."""
    for name, service in bot.model.services.items():
        oauth = service.auth.oauth if service.auth is not None else None
        where: dict[Path, str] = {("services", name, "url"): service.url}
        if oauth is not None and oauth.token_url:
            path: Path = ("services", name, "auth", "oauth", "token_url")
            where[path] = oauth.token_url
            if not re.match(r"https?://[^\s/]", oauth.token_url):
                what = "this is no address"
                yield WrongValue.at(place_of(bot.source, path), what, "an address begins with https:// or http://")
        for path, address in where.items():
            yield from _address(bot, name, path, address, private=service.private)


def _address(bot: File[Bot], name: str, path: Path, address: str, *, private: bool) -> Iterator[Diagnostic]:
    try:
        url = urlsplit(address)
    except ValueError:
        return
    if url.username is not None:
        advice = "write them beside it: `auth: { basic: { user: ..., password: ... } }`"
        yield WrongValue.at(place_of(bot.source, path), "user and password do not belong into an address", advice)
    elif path[-1] == "url" and (url.query or url.fragment):
        what = "the address of a service has no `?` and no `#`: the path of a `fetch` comes behind it"
        yield WrongValue.at(place_of(bot.source, path), what, "put a key into `auth: { header: ... }` or `headers`")
    elif url.hostname and is_never(url.hostname):
        what = "no service is ever looked for at this address: it is link-local, metadata or no address of one machine"
        yield WrongValue.at(place_of(bot.source, path), what)
    elif url.hostname and not private and is_private(url.hostname):
        what = f"`{name}` is at an address of this machine or the local network, which `serve` refuses"
        yield PrivateAddress.at(
            place_of(bot.source, path), what, "if it is meant, write `private: true` beside its `url`"
        )


def _run(index: Index, flow: Flow, path: Path, step: RunStep) -> Iterator[Diagnostic]:
    actions = index.project.actions
    signature = actions.signatures.get(step.run)
    if signature is None:
        place = flow.place((*path, "run"))
        if actions.there:
            found = unknown(UnknownAction, place, "action", step.run, actions.signatures)
            declare = f"write it in {ACTIONS_FILE}: `def {step.run}(...):`"
            yield found if found.help else replace(found, help=declare)
        else:
            advice = f"put `def {step.run}(...):` into {ACTIONS_FILE} beside bot.yaml"
            yield UnknownAction.at(place, f"unknown action `{step.run}`: the project has no {ACTIONS_FILE}", advice)
        return
    meant: set[str] = set()
    for name in step.with_:
        if name not in signature.parameters and not signature.open:
            known = ", ".join(signature.parameters)
            meant.add(near_word(name, signature.parameters))
            advice = nearest(name, signature.parameters) or (f"it takes: {known}" if known else "it takes none")
            yield WrongArgument.at(flow.key((*path, "with"), name), f"`{step.run}` takes no argument `{name}`", advice)
    given = step.with_.keys() | meant
    missing = [each.name for each in signature.parameters.values() if each.required and each.name not in given]
    if missing:
        said = ", ".join(f"`{name}`" for name in missing)
        advice = f"give it under `with:`; it is line {signature.line} of {ACTIONS_FILE}"
        yield WrongArgument.at(flow.place((*path, "run")), f"`{step.run}` needs {said}", advice)
    yield from _types(index, flow, path, step, signature)
    for name in step.if_error:
        near = process.extractOne(name, actions.classes, scorer=fuzz.ratio, score_cutoff=_SLIP)
        if name[0].isupper() and near and near[0] != name:
            what = f"nothing in {ACTIONS_FILE} is called `{name}`"
            yield UnknownFailure.at(flow.key((*path, "if_error"), name), what, f"did you mean `{near[0]}`?")


def _types(index: Index, flow: Flow, path: Path, step: RunStep, signature: Signature) -> Iterator[Diagnostic]:
    for name, given in step.with_.items():
        parameter = signature.parameters.get(name)
        why = _ill_typed(index, flow, given, parameter) if parameter is not None else ""
        if parameter is not None and why:
            what = f"`{name}` of `{step.run}` is `{parameter.written}`, and {why}"
            yield WrongArgument.at(flow.place((*path, "with", name)), what, _advice(given, parameter))


def _ill_typed(index: Index, flow: Flow, given: Expression | Template, parameter: Parameter) -> str:
    """Why an argument can never be what its parameter says; "" where it can, or nobody knows."""
    slot = _slot_name(given)
    if slot in flow.model.slots:
        of_type = flow.model.slots[slot].type
        samples = _SAMPLES.get("text" if of_type in index.entities else of_type, ())
        if samples and not any(parameter.takes(sample) for sample in samples):
            return f"the slot `{slot}` is of type {of_type}"
        return ""
    if isinstance(given, Expression) and not given.names and "(" not in given.source:
        scope = Scope({}, datetime(2026, 1, 5, tzinfo=UTC), lambda _: True)
        try:
            value = given.evaluate(scope)
        except EvaluationError:
            return ""
        what = "none" if value is None else f"a {kind(value)}"
        return "" if parameter.takes(value) else f"this is {what}"
    several = isinstance(given, Template) and not given.is_value
    return "this is a text" if several and not any(map(parameter.takes, _SAMPLES["text"])) else ""


def _slot_name(given: Expression | Template) -> str:
    """The one bare name an argument is, "" where it is more."""
    if len(given.paths) != 1:
        return ""
    (path,) = given.paths
    if isinstance(given, Template):
        bare = given.source.strip(" {}") == path[0] and given.is_value
    else:
        bare = given.source.strip() == path[0]
    return path[0] if bare and len(path) == 1 else ""


def _advice(given: Expression | Template, parameter: Parameter) -> str:
    text = isinstance(given, Expression) and not given.names and parameter.takes(given.source.strip())
    return f"a text stands in inner quotes: '\"{given.source.strip()}\"'" if text else ""

"""Meta's side of an account: what its token may do, what app and page are subscribed to, what the profile shows.

Docs: Graph API > Debug token; Webhooks > Subscriptions; Messenger Platform > Messenger profile; WhatsApp > Webhooks.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

from chatbot.channels.messenger.refusals import refusal
from chatbot.channels.messenger.settings import IceBreaker, MenuItem
from chatbot.channels.payload import identifier, load, mapping, number, sequence, text
from chatbot.channels.posting import Api
from chatbot.channels.protocol import ParseError
from chatbot.channels.setup import Look, Step
from chatbot.types import Json

_SOON: Final = 14 * 86_400
"""Seconds before its end at which people are told to make another token."""


@dataclass(frozen=True, slots=True)
class Graph:
    """`url` is Graph with its version, `secrets` never stand in an error."""

    api: Api
    url: str
    secrets: tuple[str, ...]

    async def get(self, path: str, **query: str) -> Mapping[str, Any]:
        return await self._call("GET", path, None, query)

    async def post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._call("POST", path, body, {})

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, query: Mapping[str, str]
    ) -> Mapping[str, Any]:
        api = replace(self.api, query={**self.api.query, **query})
        answer = await api.request(method, f"{self.url}/{path}", body)
        if answer.status != 200:
            raise refusal(answer.status, answer.headers, answer.raw, self.secrets)
        try:
            return mapping(load(answer.raw))
        except ParseError:
            return {}


@dataclass(frozen=True, slots=True)
class App:
    """The app behind the account; without `id` nothing of it can be asked."""

    id: str
    secret: str
    verify_token: str
    product: Literal["page", "instagram", "whatsapp_business_account"]


async def look_at_app(look: Look, graph: Graph, app: App, webhook: str, fields: Sequence[str]) -> None:
    """Whether Meta calls us for this product, and with which fields."""
    if not app.id:
        look.warn("app_id is not set: nobody can see here where Meta calls", "set it in bot.yaml, or look at Meta")
        return
    graph = _as_app(graph, app)
    with look.asking("the app's subscriptions"):
        _look_at_subscription(look, graph, app, webhook, await graph.get(f"{app.id}/subscriptions"), fields)


def _as_app(graph: Graph, app: App) -> Graph:
    """The app speaks for itself, with its own token."""
    return replace(graph, api=replace(graph.api, headers={}, query={"access_token": f"{app.id}|{app.secret}"}))


async def look_at_token(look: Look, graph: Graph, app: App, token: str, wanted: Sequence[str]) -> None:
    """Whether a token has the permissions `wanted`, and how long it is good for; only its app may ask that."""
    if not app.id:
        return  # said by `look_at_app`
    with look.asking("what the token may do"):
        told = mapping((await _as_app(graph, app).get("debug_token", input_token=token)).get("data"))
        given = {text(each) for each in sequence(told.get("scopes"))}
        ends_at = number(told.get("expires_at")) or 0  # 0: it has no end
        if missing := [name for name in wanted if name not in given]:
            does = "add it to the app's permissions at Meta, have it reviewed, and make a new token with it"
            look.fail(f"the token lacks {', '.join(missing)}", does)
        elif ends_at and ends_at - time.time() < _SOON:
            ends = datetime.fromtimestamp(ends_at, UTC).date().isoformat()
            look.warn(f"the token ends on {ends}", "make one without an end: that of a system user, or of a page")
        else:
            look.ok(f"the token has {', '.join(wanted)}")


def _look_at_subscription(
    look: Look, graph: Graph, app: App, webhook: str, told: Mapping[str, Any], fields: Sequence[str]
) -> None:
    ours = next((each for each in map(mapping, sequence(told.get("data"))) if each.get("object") == app.product), {})
    known = {text(each.get("name")) if isinstance(each, dict) else text(each) for each in sequence(ours.get("fields"))}
    called = text(ours.get("callback_url"))
    missing = [name for name in fields if name not in known]
    if not webhook:
        look.warn(f"Meta calls {called or 'nobody'}", "set public_url in bot.yaml, then it can be told to call here")
    elif called == webhook and not missing:
        look.ok(f"Meta calls {webhook}")
    else:
        body = {
            "object": app.product, "callback_url": webhook, "verify_token": app.verify_token,
            "fields": ",".join(sorted({*known, *fields} - {""})),
        }  # fmt: skip
        untold = f"Meta does not tell of {', '.join(missing)}"
        does = Step(f"have Meta call {webhook}", lambda: graph.post(f"{app.id}/subscriptions", body))
        look.missing(untold if called == webhook else f"Meta calls {called or 'nobody'}", does)


async def look_at_page(look: Look, graph: Graph, node: str, app_id: str, fields: Sequence[str]) -> None:
    """Whether the page (or Instagram account) is subscribed to the app, and with which fields."""
    with look.asking("what it is subscribed to"):
        told = await graph.get(f"{node}/subscribed_apps", fields="subscribed_fields")
        apps = [mapping(each) for each in sequence(told.get("data"))]
        ours = next((each for each in apps if not app_id or identifier(each.get("id")) == app_id), {})
        known = {text(each) for each in sequence(ours.get("subscribed_fields"))}
        missing = [name for name in fields if name not in known]
        if not missing:
            look.ok("subscribed to all that is of use")
            return
        body = {"subscribed_fields": ",".join(sorted({*known, *fields} - {""}))}
        named = ", ".join(missing)
        does = Step(f"subscribe to {named}", lambda: graph.post(f"{node}/subscribed_apps", body))
        look.missing(f"not subscribed to {named}", does)


async def look_at_profile(look: Look, graph: Graph, wanted: Mapping[str, Json], platform: str = "") -> None:
    """Get started, ice breakers and the menu, as far as bot.yaml has them; set together, as one wants the other."""
    if not wanted:
        return
    where = {"platform": platform} if platform else {}
    with look.asking("the profile"):
        told = await graph.get("me/messenger_profile", fields=",".join(wanted), **where)
        shown = next((mapping(each) for each in sequence(told.get("data"))), {})
        other = {name: value for name, value in wanted.items() if shown.get(name) != value}
        if not other:
            look.ok("the profile is as in bot.yaml")
            return
        named = ", ".join(name.replace("_", " ") for name in other)
        does = Step(f"set {named} as in bot.yaml", lambda: graph.post("me/messenger_profile", {**wanted, **where}))
        look.missing(f"not as in bot.yaml: {named}", does)


def shown_profile(get_started: str, ice_breakers: Sequence[IceBreaker], menu: Sequence[MenuItem]) -> dict[str, Json]:
    """What the settings of an account want shown, as the calls have it. A menu needs a way to get started."""
    wanted: dict[str, Json] = {}
    if get_started or menu:
        wanted["get_started"] = {"payload": get_started or "GET_STARTED"}
    if ice_breakers:
        questions = [{"question": each.question, "payload": each.payload} for each in ice_breakers]
        wanted["ice_breakers"] = [{"call_to_actions": questions, "locale": "default"}]
    if menu:
        items = [each.call() for each in menu]
        wanted["persistent_menu"] = [{"locale": "default", "composer_input_disabled": False, "call_to_actions": items}]
    return wanted

"""Projects of a given size, as a shop's team would write them: what `check`, load and the intents are measured on.

    python benchmarks/sizes.py DIR [--flows 200] [--intents 1000]

The same numbers always give the same files. Every project checks clean.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Final

VERBS: Final = (
    "cancel", "change", "track", "return", "exchange", "repair", "renew", "pause", "gift", "insure", "upgrade", "swap",
    "split", "merge", "rename", "print", "archive", "share", "verify", "collect",
)  # fmt: skip
THINGS: Final = (
    "parcel", "invoice", "voucher", "account", "address", "subscription", "warranty", "receipt", "delivery", "basket",
    "password", "newsletter", "discount", "booking", "refund", "membership", "catalog", "deposit", "label", "reward",
)  # fmt: skip
PLACES: Final = ("shop", "app", "website", "store", "branch")

BOT: Final = """\
name: Big Shop
languages: [en]
services:
  shop_api: { url: "https://api.example", timeout: 5s, retry: 1 }
hours:
  shop: { timezone: Europe/Madrid, week: { mon-fri: ["09:00-13:30", "15:00-19:00"] } }
queues:
  default: { title: Customer care }
  orders: { title: Orders team, hours: shop }
channels:
  site: { kind: webchat }
"""
ENTITIES: Final = """\
entities:
  order_number: { match: '[A-Z]{2}-?\\d{6}', clean: [upper] }
  size: { list: { s: [small], m: [medium], l: [large] } }
intents:
  talk_to_human: { title: Talk to a person, command: human, say: [get me somebody real] }
"""
VERIFY: Final = """\
flow: verify
slots: { email: email }
returns: [email]
steps:
  - ask: email
    say: Which email address did you order with?
    if_invalid: That does not look like an email address.
    if_failed: { handoff: default, note: no email address }
"""
FLOW: Final = """\
flow: {name}
title: {title}
start:
  - intent: {name}
  - button: {button}
slots:
  order_number: order_number
  amount: {{ type: integer, check: amount > 0 }}
  size: size
  reason: text
steps:
  - ask: order_number
    say: What is the order number of your {thing}? It looks like AB-123456.
    if_invalid: ["Hmm, that is not an order number.", "It is two letters, a dash and six digits."]
    tries: 3
    if_failed: {{ handoff: orders, note: no valid order number }}
    if_silent:
      - {{ after: 10m, say: "Still there? I only need your order number." }}
      - {{ after: 1h, end: silent }}
  - fetch: GET shop_api /{thing}/{{order_number}}
    save: order
    if_error:
      404: [{{ say: "I cannot find {{order_number}}." }}, {{ again: order_number }}]
      other: [{{ say: "Our system is not answering." }}, {{ handoff: orders, priority: high }}]
  - if: order.status == "delivered"
    then:
      - say: "Your {thing} was delivered on {{order.delivered_at|date}}."
      - end: done
  - choose: way
    say: How shall we go on with your {thing}?
    options:
      - {{ title: By post, value: post }}
      - {{ title: In the {place}, then: [{{ say: "Just come in with {{order_number}}." }}] }}
      - {{ title: Talk to a person, then: [{{ handoff: orders, note: "about {{order_number}}" }}] }}
  - if: way == "post" and order.days_late > 3
    then:
      - say: ["Sorry, {{order_number}} is {{order.days_late}} days late.", "I am sorry: {{order_number}} is late."]
      - confirm: Shall I open a complaint?
        if_no: [{{ say: "No problem." }}, {{ end: done }}]
      - ask: reason
        say: What happened?
      - call: verify
        save: {{ address: email }}
      - fetch: POST shop_api /complaints
        json: {{ order: "{{order_number}}", why: "{{reason}}", email: "{{address}}" }}
        save: complaint
        if_error: {{ other: [{{ say: "I could not save that." }}, {{ handoff: orders }}] }}
      - say: "Your complaint has the number {{complaint.id}}."
    else:
      - ask: amount
        say: How many of them?
        if_invalid: A number above zero, please.
      - ask: size
        say: In which size?
      - set: {{ total: amount * 2 }}
      - cases:
          - if: total > 100
            then: {{ handoff: orders, note: "{{total}} of {{order_number}}, {{size}}" }}
          - if: total > 10
            then: {{ say: "{{total}} points for you." }}
          - else: {{ say: "All right." }}
  - tag: {name}
  - say: "That is all for {{order_number}}."
    buttons:
      - {{ title: Talk to a person, intent: talk_to_human }}
"""


def project(flows: int = 200, intents: int = 1000) -> Mapping[str, str]:
    """Path -> text. The first `flows` intents start a flow each; all others share the flows' starts."""
    names = list(_names(intents))
    files = {"bot.yaml": BOT, "intents/shared.yaml": ENTITIES, "flows/verify.yaml": VERIFY}
    for thing in dict.fromkeys(name.split("_")[1] for name in names):
        mine = [name for name in names if name.split("_")[1] == thing]
        files[f"intents/{thing}.yaml"] = "intents:\n" + "".join(map(_intent, mine))
    more = names[flows:]
    for i, name in enumerate(names[:flows]):
        verb, thing, place = name.split("_")
        title = f"{verb.capitalize()} a {thing} ({place})"
        text = FLOW.format(name=name, title=title, button=name.upper(), thing=thing, place=place)
        starts = "".join(f"  - intent: {other}\n" for other in more[i::flows])
        files[f"flows/{name}.yaml"] = text.replace("  - button:", f"{starts}  - button:", 1)
    return files


def _names(count: int) -> Iterator[str]:
    """Different three-word names: verb_thing_place."""
    made = product(PLACES, THINGS, VERBS)
    return (f"{verb}_{thing}_{place}" for (place, thing, verb), _ in zip(made, range(count), strict=False))


def _intent(name: str) -> str:
    verb, thing, place = name.split("_")
    return f"""\
  {name}:
    title: {verb.capitalize()} a {thing} ({place})
    say:
      - (can|could) you {verb} my {thing} in the {place}
      - I [really] want to {verb} the {thing} I got from the {place}
      - {verb} {thing} {place} [for {{order_number}}]
      - how do I {verb} a {thing} at your {place}
      - "please {verb} this {thing}, {place} order"
"""


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--flows", type=int, default=200)
    parser.add_argument("--intents", type=int, default=1000)
    options = parser.parse_args()
    write(options.folder, project(options.flows, options.intents))


if __name__ == "__main__":
    main()

"""A small bot for tests, as files: one question, one request, one handoff, one rung of silence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

BOT = """\
name: Acme Help
languages: [en]
disclosure: Hi! I'm Acme's automated assistant.
services:
  orders_api: { url: "http://127.0.0.1:9", private: true, timeout: 1s, retry: 2 }
queues:
  orders: { title: Orders team }
  complaints: { title: Complaints, priority: high }
channels:
  site: { kind: webchat }
"""

INTENTS = """\
entities:
  order_number: { match: '[A-Z]{2}-?\\d{6}', clean: [upper] }
intents:
  order_status:
    title: Check an order
    say: ["where is my (order|parcel|package) [{order_number}]", "track [my] order", has my order shipped yet]
  thanks:
    title: Say thanks
    say: [thank you, thanks a lot, many thanks]
"""

ORDER_STATUS = """\
flow: order_status
title: Check an order
start:
  - intent: order_status
  - button: ORDER_STATUS
slots: { order_number: order_number }
steps:
  - ask: order_number
    say: What is your order number? It looks like AB-123456.
    if_invalid: ["Hmm, that is not an order number.", "It is two letters, a dash and six digits."]
    tries: 3
    if_failed: { handoff: orders, note: no valid order number }
    if_silent:
      - { after: 10m, say: "Still there? I only need your order number." }
      - { after: 1h, end: silent }
  - fetch: GET orders_api /orders/{order_number}
    save: order
    if_error:
      404: [{ say: "I cannot find {order_number}." }, { end: unknown }]
      other: [{ say: "Our order system is not answering." }, { handoff: orders, priority: high }]
  - if: order.days_late > 3
    then:
      - say: ["Sorry, {order_number} is {order.days_late} days late.", "I am sorry: {order_number} is running late."]
      - confirm: Shall I open a complaint?
        if_no: [{ say: "No problem." }, { end: kept }]
      - { handoff: complaints, priority: high, note: "{order_number}, {order.days_late} days late" }
    else:
      - say: "{order_number} is {order.status}."
        buttons:
          - { title: Track, url: "https://acme.example/{order_number}" }
          - { title: Check another, payload: ORDER_STATUS }
"""

THANKS = """\
flow: thanks
start: [{ intent: thanks }]
steps:
  - say: You are welcome.
"""

TESTS = """\
test: order_status
mock:
  GET orders_api /orders/AB-123456: { status: 200, json: { status: transit, days_late: 5 } }
  GET orders_api /orders/AB-000001: { json: { status: delivered, days_late: 0 } }
  GET orders_api /orders/ZZ-000000: { status: 503 }
cases:
  - name: late order, complaint opened
    chat:
      - user: wheres my ordr
      - bot: What is your order number*
      - user: 12345
      - bot: Hmm, that is not an order number.
      - user: ab-123456
      - bot: /late/
      - bot: Shall I open a complaint?
      - user: yes please
      - expect: { handoff: complaints, priority: high, slots: { order_number: AB-123456 } }
  - name: silence, then the shop is down
    chat:
      - user: track my order
      - bot: What is*
      - after: 10m
      - bot: Still there*
      - user: ZZ-000000
      - bot: Our order system*
      - expect: { handoff: orders, fetches: 3 }
"""

FILES: Mapping[str, str] = {
    "bot.yaml": BOT,
    "intents/orders.yaml": INTENTS,
    "flows/order_status.yaml": ORDER_STATUS,
    "flows/thanks.yaml": THANKS,
    "tests/order_status.test.yaml": TESTS,
}


def write(root: Path, **changed: str) -> Path:
    """Lay the bot out below `root`; `changed` replaces files, by name with `__` for `/` and without `.yaml`."""
    replaced = {f"{name.replace('__', '/')}.yaml": text for name, text in changed.items()}
    for name, text in {**FILES, **replaced}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root

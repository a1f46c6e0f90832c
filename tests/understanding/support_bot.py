"""A shop's bot as a support lead would write it: fifteen intents, a few phrases each, and every kind of command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatbot.content.bot_file import Bot
from chatbot.content.load import load_texts
from chatbot.content.models import EntityType, Intent
from chatbot.content.program import Program

INTENTS: Mapping[str, Mapping[str, Any]] = {
    "order_status": {
        "title": "Check an order",
        "say": [
            "where is my (order|parcel|package) [{order_number}]",
            "track [my] order",
            "has my order shipped yet",
            "when will my (order|package) arrive",
        ],
        "keywords": ["tracking", "where's my stuff"],
        "match": [r"\bETA\b"],
        "not": ["cancel my order", "change my order"],
    },
    "cancel_order": {
        "title": "Cancel an order",
        "say": ["cancel my order [{order_number}]", "I want to cancel an order", "please cancel what I ordered"],
        "not": ["how do I cancel my subscription"],
    },
    "refund": {
        "title": "Get a refund",
        "say": ["I want a refund", "(give me|I want) my money back", "when do I get my refund"],
        "keywords": ["refund"],
    },
    "return_item": {
        "title": "Send something back",
        "say": ["how do I return (an item|this)", "I want to send something back", "return label"],
    },
    "opening_hours": {
        "title": "Opening hours",
        "say": {
            "en": [
                "what are your opening hours",
                "when (are you open|do you open|do you close)",
                "are you open on sunday",
            ],
            "es": ["cuál es su horario", "a qué hora (abren|cierran)", "están abiertos el domingo"],
        },
    },
    "shipping_cost": {
        "title": "Shipping costs",
        "say": ["how much is shipping", "what does delivery cost", "is (delivery|shipping) free"],
    },
    "payment": {
        "title": "Ways to pay",
        "say": ["how can I pay", "do you (accept|take) (paypal|credit cards)", "what payment methods are there"],
    },
    "change_address": {
        "title": "Change my address",
        "say": ["change my [delivery] address", "I moved", "send it to another address"],
    },
    "broken_item": {
        "title": "Something is broken",
        "say": ["my (order|item) arrived (broken|damaged)", "it does not work", "the item is (defective|broken)"],
    },
    "login_problem": {
        "title": "Trouble signing in",
        "say": ["I cannot log in", "I forgot my password", "my account is locked", "reset my password"],
    },
    "invoice": {
        "title": "Invoices",
        "say": ["I need an invoice", "send me the (invoice|receipt)", "where is my bill"],
        "decisive": True,
        "match": [r"\binvoice\s*#?\d+"],
    },
    "complaint": {
        "title": "Make a complaint",
        "say": ["I want to (complain|make a complaint)", "your service is (terrible|awful)", "this is unacceptable"],
    },
    "gift_card": {"title": "Gift cards", "say": ["do you sell gift cards", "how do I use a (gift card|voucher)"]},
    "store_in": {"title": "Find a shop", "say": ["is there a shop in {city}", "where is your (shop|store)"]},
    "stock": {
        "title": "In stock",
        "say": ["is this in stock", "when will it be available again", "do you have size {number}"],
    },
    "talk_to_human": {
        "title": "Talk to a person",
        "command": "human",
        "say": {
            "en": ["agent", "human", "real person", "(talk|speak) to (someone|a person|a human|an agent)"],
            "es": ["agente", "hablar con (alguien|una persona)"],
        },
    },
    "cancel": {"title": "Cancel", "command": "cancel", "say": ["cancel", "never mind", "forget it", "stop"]},
    "opt_out": {"title": "Stop messages", "command": "opt_out", "say": ["stop", "unsubscribe", "stop all"]},
    "opt_in": {"title": "Get messages", "command": "opt_in", "say": ["start", "subscribe"]},
    "restart": {"title": "Start over", "command": "restart", "say": ["restart", "start over"]},
    "help": {"title": "Help", "command": "help", "say": ["help", "what can you do"]},
    "erase": {"title": "Delete my data", "command": "delete_data", "say": ["delete my data", "forget me"]},
    "emergency": {
        "title": "Emergency",
        "command": "emergency",
        "say": ["call an ambulance", "I want to die", "emergency"],
    },
}

ENTITIES: Mapping[str, Mapping[str, Any]] = {
    "order_number": {"match": r"[A-Z]{2}-?\d{6}", "clean": ["upper"]},
    "city": {"list": {"nyc": ["New York", "big apple"], "sf": ["San Francisco"], "madrid": ["Madrid"]}, "fuzzy": 85},
}


def shipped(*languages: str) -> dict[str, Intent]:
    """The commands that come with the framework, as a bot of these languages has them."""
    loaded = load_texts({"bot.yaml": f"name: Shop\nlanguages: [{', '.join(languages)}]\n"}, {})
    assert loaded.program is not None
    return dict(loaded.program.intents)


def program(
    intents: Mapping[str, Mapping[str, Any]] = INTENTS, languages: tuple[str, ...] = ("en", "es"), **matching: float
) -> Program:
    return Program(
        "test",
        Bot.model_validate({"name": "Shop", "languages": languages, "matching": matching}),
        {name: Intent.model_validate(intent) for name, intent in intents.items()},
        {name: EntityType.model_validate(entity) for name, entity in ENTITIES.items()},
        {},
    )

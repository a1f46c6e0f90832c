"""A whole project, checked and compiled: what the engine runs and what understanding is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chatbot.content.bot_file import Bot
from chatbot.content.graph import Graph
from chatbot.content.models import EntityType, Intent
from chatbot.content.template import Template


@dataclass(frozen=True, slots=True)
class Program:
    """One version of a bot. `hash` names it: SHA-256 over the bot part of bot.yaml, intents, flows and texts.

    `flows` holds the project's flows and the shipped system flows it does not override (`system.greeting`, ...).
    `intents` holds the project's intents merged with the shipped command intents.
    `texts` maps a language to its translations: text of the default language -> text of that language.
    """

    hash: str
    bot: Bot
    intents: Mapping[str, Intent]
    entities: Mapping[str, EntityType]
    flows: Mapping[str, Graph]
    texts: Mapping[str, Mapping[str, Template]] = field(default_factory=dict)

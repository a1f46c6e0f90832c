"""JSON Schemas of the files an author writes, for editors: made from the models that read them.

In the dialect of the YAML language server: draft 7, without discriminators; and with a sentence about every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter

from chatbot.content.bot_file import Bot
from chatbot.content.models import FlowFile, IntentFile, TextFile
from chatbot.content.schema_words import WORDS
from chatbot.types import Json

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
FILES: Final[Mapping[str, type[BaseModel]]] = {
    "bot": Bot, "intents": IntentFile, "flows": FlowFile, "texts": TextFile,
}  # fmt: skip
"""Name of a schema -> the model of the files it is for."""

_OPEN: Final = frozenset({"Silence"})
"""Mappings that hold a whole step beside keys of their own."""


def schema_of(name: str, model: type[BaseModel]) -> dict[str, Json]:
    """The schema of one kind of file."""
    made = TypeAdapter(model).json_schema(by_alias=True)
    definitions = made.pop("$defs", {})
    whole = {"$schema": DRAFT, "title": f"chatbot {name}", **_simple(made)}
    if definitions:
        whole["definitions"] = {key: _definition(key, inner) for key, inner in sorted(definitions.items())}
    return whole


def _definition(name: str, schema: Json) -> Json:
    simple = _simple(schema)
    if name in _OPEN:
        simple["properties"].pop("<step>", None)
        simple["required"] = [key for key in simple.get("required", ()) if key != "<step>"]
        simple["additionalProperties"] = True
    return simple


def _simple(schema: Json) -> Json:
    """One schema as editors like it: no nulls, no empty defaults, no titles of ours, definitions in their place."""
    if isinstance(schema, list):
        return [_simple(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if set(schema) >= {"anyOf"} and {"type": "null"} in schema["anyOf"]:
        ways = [each for each in schema["anyOf"] if each != {"type": "null"}]
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
        return _simple({**rest, **(ways[0] if len(ways) == 1 else {"anyOf": ways})})
    made: dict[str, Any] = {}
    for key, value in schema.items():
        match key:
            case "title" | "discriminator":
                continue
            case "default" if value in (None, [], {}, ""):
                continue
            case "oneOf":
                made["anyOf"] = _simple(value)
            case "$ref":
                made["$ref"] = value.replace("#/$defs/", "#/definitions/")
            case "properties":
                made["properties"] = {name: _told(name, _simple(inner)) for name, inner in value.items()}
            case "type" if value == "string":
                made["type"] = ["string", "number", "boolean"]  # what stands there without quotes is a text to us
            case "default" | "enum" | "examples" | "required" | "const" | "pattern" | "description" | "type":
                made[key] = value
            case _:
                made[key] = _simple(value)
    return made


def _told(key: str, schema: dict[str, Json]) -> dict[str, Json]:
    """A property with what an editor says about it; beside a `$ref` draft 7 would ignore it."""
    if key not in WORDS:
        return schema
    sentence, *examples = WORDS[key]
    said = {
        "description": sentence,
        "markdownDescription": sentence + "".join(f"\n\n`{key}: {one}`" for one in examples),
    }
    if "$ref" in schema:
        return {**said, "allOf": [schema]}
    return {**schema, **said}

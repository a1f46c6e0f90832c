"""Places on the map: what a channel sends as a location, and coordinates in words or in a map's link."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatbot.types import Found, Json
from chatbot.understanding.entities.finder import Setting
from chatbot.understanding.entities.lexemes import folded

NUMBER = r"[-+\u2212]?\d{1,3}\.\d{2,10}"
COORDINATES = re.compile(
    rf"(?<![\w.,])(?:geo:|@)?(?P<latitude>{NUMBER})\s{{0,2}}[,;]?\s{{0,2}}(?P<longitude>{NUMBER})(?![\w]|[.,]\d)"
)
LINKED = re.compile(
    rf"https?://\S{{0,200}}?(?:[@/=]|%40)(?P<latitude>{NUMBER})(?:,|%2c)(?P<longitude>{NUMBER})\S{{0,500}}"
)


@dataclass(frozen=True, slots=True)
class PlaceFinder:
    def find(self, text: str, setting: Setting) -> tuple[Found, ...]:
        clean, origin = folded(text)
        if "." not in clean:
            return ()
        found: list[Found] = []
        for match in (*LINKED.finditer(clean), *COORDINATES.finditer(clean)):
            place = place_value(*(float(match[name].replace("\u2212", "-")) for name in ("latitude", "longitude")))
            if place is not None:
                start, end = origin[match.start()], origin[match.end()]
                found.append(Found("location", place, text[start:end], start, end, place_text(place)))
        return tuple(found)


def place_value(latitude: float, longitude: float) -> Json:
    """None for a point that is nowhere on Earth."""
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return {"latitude": latitude, "longitude": longitude}


def place_text(place: Json) -> str:
    return f"{place['latitude']:.5f}, {place['longitude']:.5f}"

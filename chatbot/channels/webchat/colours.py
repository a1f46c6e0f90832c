"""Colours that can be read: what stands on the accent, and the accent as text on light and on dark. Pure.

Contrast is WCAG 2's; 4.5 is what text needs.
"""

from __future__ import annotations

from typing import Final, TypeAlias

Colour: TypeAlias = tuple[float, float, float]
"""Red, green, blue from 0 to 255."""

ENOUGH: Final = 4.5
_LIGHT: Final = (241.0, 243.0, 248.0)  # the bubble, darker than the surface behind it
_DARK: Final = (36.0, 42.0, 57.0)
_BLACK: Final = (10.0, 12.0, 18.0)
_WHITE: Final = (255.0, 255.0, 255.0)


def on(accent: str) -> str:
    """Black or white, whichever is easier to read on the accent."""
    colour = _read(accent)
    return _written(max(_WHITE, _BLACK, key=lambda ink: contrast(colour, ink)))


def as_text(accent: str, *, dark: bool) -> str:
    """The accent, made darker or lighter until it can be read on our own background."""
    colour, ground, towards = _read(accent), *((_DARK, _WHITE) if dark else (_LIGHT, _BLACK))
    for step in range(21):
        mixed = _mix(colour, towards, step / 20)
        if contrast(mixed, ground) >= ENOUGH:
            return _written(mixed)
    return _written(towards)


def contrast(one: Colour, other: Colour) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _read(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _written(colour: Colour) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in colour)

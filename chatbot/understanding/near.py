"""How far two words may differ and still be the same word with a typo: one rule for the whole house."""

from __future__ import annotations

from rapidfuzz.distance import OSA


def allowed(length: int) -> int:
    """Edits a text of this length may carry, a swap of neighbours is one: short words change meaning too easily."""
    if length < 4:
        return 0
    if length < 8:
        return 1
    return 2 if length < 16 else 3


def distance(one: str, other: str) -> int | None:
    """Edits between two texts, None if too many for the shorter of them."""
    if one == other:
        return 0
    limit = allowed(min(len(one), len(other)))
    if not limit or abs(len(one) - len(other)) > limit:
        return None
    found = OSA.distance(one, other, score_cutoff=limit)
    return found if found <= limit else None


def single(word: str) -> str:
    """The word with every repeated letter once: "yesss" and "yes" meet here. Digits stay: 911 is not 91."""
    once: list[str] = []
    last = "\0"
    for letter in word:
        if letter != last or not once or letter.isdecimal():
            once.append(letter)
        last = letter
    return word if len(once) == len(word) else "".join(once)


def is_slip(one: str, other: str) -> bool:
    """Whether two words are at most one edit apart: a letter more, less, another, or swapped with its neighbour."""
    begin, end, other_end = 0, len(one), len(other)
    while begin < end and begin < other_end and one[begin] == other[begin]:
        begin += 1
    while end > begin and other_end > begin and one[end - 1] == other[other_end - 1]:
        end -= 1
        other_end -= 1
    left, right = end - begin, other_end - begin
    if left == 2 and right == 2:
        return one[begin] == other[begin + 1] and one[begin + 1] == other[begin]
    return left < 2 and right < 2

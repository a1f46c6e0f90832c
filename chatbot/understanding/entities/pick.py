"""Which of a question's options a reply names. Nothing sure is nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.understanding.near import distance
from chatbot.understanding.normalise import read_text
from chatbot.understanding.words import Words, words_for

MOST_EXTRA = 6
"""Words a reply may hold beside the title it names; a longer one is about something else."""
COUNTERS = frozenset({"option", "opcion", "opcao", "opzione", "number", "nummer", "numero", "nr", "no", "choice"})

LEADING = re.compile(r"\s*(\d{1,2})(?:[.)](?=\s)|(?=\s|$))")
MOST_COUNTED = 20
"""Titles with larger numbers than this are years, hours or sizes: a small number is a place among them."""

STANDS_FOR = frozenset({"one", "ones"})
"""Words that stand for what the others of a reply describe."""


def pick(
    text: str, titles: Sequence[str], *, numbers: bool = True, whole: bool = False, locale: str = "en"
) -> tuple[int, ...]:
    """Indices of the titles a reply may mean: one is an answer, two are a tie, () is none.

    In this order: the title itself, a part of it or the title inside the reply, its number ("2", "2)", "the second"),
    the title with a typo. `numbers=False` where the reply may be a number that means itself; `whole=True` where it may
    be words of its own, that only happen to hold a title.
    """
    words = [words_for(name) for name in dict.fromkeys((words_for(locale).language, "en"))]
    reply = spelled(text, words)
    options = [spelled(title, words) for title in titles]
    if not reply:
        return ()
    same = tuple(index for index, option in enumerate(options) if option == reply)
    if same:
        return same
    content = without_small_talk(reply, words)
    asks = any(word in table.question for word in reply for table in words)
    if not asks:
        # "It works" is not "It does not work", nor "not the small one" the small one.
        alike = [option if is_denied(option, words) == is_denied(reply, words) else () for option in options]
        parts = by_part(content, alike, words, whole=whole)
        if parts:
            return parts
    if not whole and (plain := by_yes_or_no(reply, options, words)):
        return plain
    if numbers:
        number = by_number(reply, content, titles, words)
        if number is not None:
            return (number,)
    return near(" ".join(reply), [" ".join(option) for option in options])


def number_themselves(titles: Sequence[str]) -> bool:
    """Whether each title begins with a small number of its own, so that it and no place is meant: "2 people"."""
    own = own_numbers(titles)
    return len(titles) > 1 and len(set(own)) == len(titles) and all(0 <= each <= MOST_COUNTED for each in own)


def own_numbers(titles: Sequence[str]) -> list[int]:
    """The numbers that titles begin with, -1 for a title without one."""
    found = (LEADING.match(title) for title in titles)
    return [int(each[1]) if each else -1 for each in found]


def spelled(text: str, words: Sequence[Words]) -> list[str]:
    short = {key: value for table in reversed(words) for key, value in table.short.items() if len(key) > 1}
    return [token.text for token in read_text(text, short).tokens]


def without_small_talk(reply: Sequence[str], words: Sequence[Words]) -> list[str]:
    return [word for word in reply if not any(word in table.stop or word in table.filler for table in words)]


def by_part(
    content: Sequence[str], options: Sequence[Sequence[str]], words: Sequence[Words], *, whole: bool = False
) -> tuple[int, ...]:
    """Titles that hold every content word of the reply, else (not if `whole`) those whose content words it holds."""
    # "The small one": what it is called is "small".
    content = [word for word in content if word not in STANDS_FOR or any(word in option for option in options)]
    if not content:
        return ()
    exact = tuple(index for index, option in enumerate(options) if without_small_talk(option, words) == content)
    if len(exact) == 1:  # "cola please" where there is a "Cola light", too
        return exact
    inside = tuple(index for index, option in enumerate(options) if all(holds(option, word) for word in content))
    if inside or whole:
        return inside
    named = {
        index: frozenset(core)
        for index, option in enumerate(options)
        if (core := without_small_talk(option, words))
        and len(content) - len(core) <= MOST_EXTRA
        and all(holds(content, word) for word in core)
    }
    # "express plus" names "Express plus"; that it holds "Express" too makes no tie.
    return tuple(index for index, core in named.items() if not any(core < other for other in named.values()))


def by_yes_or_no(reply: Sequence[str], options: Sequence[Sequence[str]], words: Sequence[Words]) -> tuple[int, ...]:
    """The titles that begin with a yes, or with a no, if the reply is nothing else: "nope" names "No, thanks"."""
    for answers in (
        frozenset[str]().union(*(table.yes for table in words)),
        frozenset[str]().union(*(table.no for table in words)),
    ):
        said = [word for word in reply if not any(word in table.filler for table in words) or word in answers]
        if said and answers.issuperset(said):
            named = {index: option[0] for index, option in enumerate(options) if option and option[0] in answers}
            # "No" names "No, keep it" where "Not sure yet" stands beside it.
            return tuple(index for index, word in named.items() if word in said) or tuple(named)
    return ()


def is_denied(title: Sequence[str], words: Sequence[Words]) -> bool:
    """Whether a title says that something is not so: "it works" is not "It does not work"."""
    return any(word in table.deny for word in title for table in words)


def holds(words: Sequence[str], word: str) -> bool:
    return any(distance(word, other) is not None for other in words)


def by_number(
    reply: Sequence[str], content: Sequence[str], titles: Sequence[str], words: Sequence[Words]
) -> int | None:
    """The title that a bare number or ordinal names: by the title's own number, else by its place."""
    loud = [word for word in content if word not in COUNTERS]
    candidates = loud or [word for word in reply if any(word in table.numbers for table in words)]
    if len(candidates) > 1:  # "the second one"
        candidates = [word for word in candidates if word != "one"]
    if len(candidates) != 1:
        return None
    value = position(candidates[0], words)
    if value is None:
        return None
    place = any(candidates[0] in table.ordinals for table in words) or any(word in COUNTERS for word in content)
    if number_themselves(titles) and not place:
        own = own_numbers(titles)
        return own.index(value) if value in own else None
    index = len(titles) - 1 if value == -1 else value - 1
    return index if 0 <= index < len(titles) else None


def position(word: str, words: Sequence[Words]) -> int | None:
    if word.isdecimal() and len(word) < 4:
        return int(word)
    for table in words:
        for names in (table.ordinals, table.numbers):
            if word in names:
                return names[word]
    return None


def near(reply: str, options: Sequence[str]) -> tuple[int, ...]:
    """The titles at the smallest distance, if it is small enough to be a typo."""
    steps = {index: found for index, option in enumerate(options) if (found := distance(reply, option)) is not None}
    best = min(steps.values(), default=None)
    return tuple(index for index, found in steps.items() if found == best)

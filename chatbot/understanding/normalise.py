"""Text -> tokens: what a message is to everything that compares it.

Total over Unicode and linear in the text; a text longer than LONGEST is cut there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Final, Literal

from chatbot.understanding.fold import APOSTROPHES, fold, plain

LONGEST = 10_000
"""Characters of a message that are read; nobody writes more, and an attacker gains nothing by it."""

Kind = Literal["word", "number", "id", "url", "email"]

TOKEN = re.compile(
    r"(?P<url>(?:https?://|www\.)[^\s<>\"]{1,2000})"
    r"|(?P<email>[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})"
    r"|(?P<word>[^\W_](?:[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
    r"\u0e00-\u109f\u1780-\u17dd']|[\u2018\u2019\u02bc\u00b4`](?=\w))*)",
    re.IGNORECASE,
)
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
)
"""Scripts written without blanks: each character is a token, neighbours meet again as pairs."""

SIGN: Final = "0"


def ascii_table(inside: str, signs: str = "") -> bytes:
    """ASCII -> letters, small, and those of `inside`; SIGN for each of `signs`; a blank for all else."""
    kept = {*ascii_lowercase, *inside}
    spread = [SIGN if one in signs else one if one in kept else " " for one in map(str.lower, map(chr, range(128)))]
    return "".join(spread).encode().ljust(256)


SPREAD: Final = ascii_table("'", signs="0123456789@`_/")
"""What needs a closer look are digits and addresses."""
SIMPLE: Final = ascii_table("'_0123456789")
"""The words of a text without an address or a link in it, but for what they begin with."""
DOTTED = re.compile(r"\.\w")
"""What a link has if it has no other sign in it: "shop.example"."""
RUN = re.compile(r"(.)\1{2,}")
ENDINGS: Mapping[str, str] = {"re": "are", "ll": "will", "ve": "have", "d": "would", "m": "am"}
QUESTION_WORDS = frozenset({"where", "what", "when", "who", "how", "why", "it", "that", "there", "here", "he", "she"})
ELISIONS = frozenset({"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "dell", "all", "nell",
                      "un", "quell", "dov", "com", "cos"})  # fmt: skip


@dataclass(slots=True)
class Token:
    """One word as it is compared, and where it stood in the plain text."""

    text: str
    start: int
    end: int
    kind: Kind = "word"


class Text:
    """A message read once. `plain` is NFKC without invisible characters; tokens point into it.

    `words` are those of the tokens. Most messages are plain words: where these stand is only worked out when asked for.
    """

    __slots__ = ("_chat", "_origin", "_tokens", "is_common", "plain", "words")

    def __init__(
        self,
        plain: str,
        words: Sequence[str],
        chat: Mapping[str, str] | None = None,
        tokens: tuple[Token, ...] | None = None,
        origin: Sequence[int] | None = None,
    ) -> None:
        self.plain, self.words, self._chat, self._tokens, self._origin = plain, words, chat, tokens, origin
        # Only words in plain letters: no number, address or sign that needs a closer look.
        self.is_common = chat is not None

    @property
    def origin(self) -> Sequence[int]:
        """For each character of `plain`, and for its end, where it stood in the message."""
        return range(len(self.plain) + 1) if self._origin is None else self._origin

    def respelled(self, piece: str) -> list[str]:
        """The words of a piece of a text of common words."""
        return plain_words(letters_of(piece, SPREAD), self._chat or {})

    @property
    def tokens(self) -> tuple[Token, ...]:
        if self._tokens is None:
            self._tokens = tuple(simple_tokens(letters_of(self.plain, SPREAD), self._chat or {}))
        return self._tokens


def has_no_value(text: Text, numbers: frozenset[str]) -> bool:
    """Whether a text holds neither a number, in digits or in one of these words, nor an address."""
    if not text.is_common or not numbers.isdisjoint(text.words):
        return False
    return "." not in text.plain or not DOTTED.search(text.plain)


def token_word(text: str, kind: str) -> str:
    """How a token is compared: every number is a number, every link a link."""
    return text if kind in ("word", "id") else f"{{{kind}}}"


def read_text(text: str, chat: Mapping[str, str]) -> Text:
    """Normalise a message; `chat` are the chat spellings of the bot's languages."""
    clean, origin = (text[:LONGEST], None) if text.isascii() else plain(text[:LONGEST])
    if clean.isascii():
        spread = letters_of(clean, SPREAD)
        if "www" not in spread:
            if SIGN not in spread:
                return Text(clean, plain_words(spread, chat), chat, None, origin)
            if "@" not in clean and "`" not in clean and "://" not in clean:
                return text_of(clean, simple_tokens(letters_of(clean, SIMPLE), chat), origin)
    found: list[Token] = []
    for match in TOKEN.finditer(clean):
        start, end = match.span()
        if match.lastgroup == "word":
            found += word_tokens(match.group(), start, chat)
        else:
            found.append(Token(match.group().lower(), start, end, "url" if match.lastgroup == "url" else "email"))
    return text_of(clean, found, origin)


def letters_of(text: str, table: bytes) -> str:
    """An ASCII text by a table."""
    return text.encode("ascii").translate(table).decode("ascii")


def text_of(plain: str, tokens: list[Token], origin: Sequence[int] | None) -> Text:
    return Text(plain, [token.text for token in tokens], None, tuple(tokens), origin)


def simple_tokens(spread: str, chat: Mapping[str, str]) -> list[Token]:
    """The tokens of a text in small ASCII letters, digits, apostrophes, underscores and blanks."""
    found: list[Token] = []
    runs, end = has_run(spread), 0
    for run in spread.split():
        is_word = run.isalpha()
        word = run if is_word else run.lstrip("'_")
        start = spread.find(word, end)
        end = start + len(word)
        if is_word and not runs and word not in chat:
            found.append(Token(word, start, end))
        elif word.isdigit() and word not in chat:
            found.append(Token(word, start, end, "number"))
        else:
            found += word_tokens(word, start, chat)
    return found


def plain_words(spread: str, chat: Mapping[str, str]) -> list[str]:
    """The words of a text in small ASCII letters, apostrophes and blanks."""
    words = spread.split()
    if has_run(spread):
        return [part for word in words for part in opened(word, chat)]
    if "'" in spread or not chat.keys().isdisjoint(words):
        return [part for word in words for part in (opened(word, chat) if "'" in word or word in chat else (word,))]
    return words


def has_run(text: str) -> bool:
    """Whether a letter stands three times in a row."""
    last, again = " ", False
    for letter in text:
        if letter != last:
            last, again = letter, False
        elif again and letter.isalpha():
            return True
        else:
            again = True
    return False


def opened(word: str, chat: Mapping[str, str]) -> list[str]:
    """What small ASCII letters and apostrophes stand for."""
    if word.isalpha():
        if has_run(word):
            word = RUN.sub(r"\1\1", word)
        return chat[word].split() if word in chat else [word]
    known = chat.get(word.replace("'", ""))
    return known.split() if known is not None and not has_run(word) else spellings(word.lstrip("'"), chat)


def word_tokens(word: str, start: int, chat: Mapping[str, str]) -> list[Token]:
    """The tokens of one run of letters and digits: contractions opened, unspaced scripts cut up."""
    end = start + len(word)
    if word.isalpha() and word.isascii():
        folded = word.lower()
        if has_run(folded):
            folded = RUN.sub(r"\1\1", folded)
        spelled = chat.get(folded)
        if spelled is None:
            return [Token(folded, start, end)]
        return [Token(part, start, end) for part in spelled.split()]
    if UNSPACED.search(word):
        return unspaced_tokens(word, start, chat)
    return [Token(part, start, end, kind_of(part)) for part in spellings(word, chat)]


def spellings(word: str, chat: Mapping[str, str]) -> list[str]:
    """A word with apostrophes, digits or foreign letters -> the words it stands for."""
    folded = fold(word)
    if has_run(folded) if folded.isalpha() else not folded.isdigit():
        folded = RUN.sub(r"\1\1", folded)
    spelled = chat.get(folded)
    if spelled is not None:
        return spelled.split()
    if not word.isascii() or "`" in word:
        word = APOSTROPHES.sub("'", word)
    head, _, tail = word.partition("'")
    if tail:
        head, tail = fold(head), fold(tail)
        if head in ELISIONS:
            return [head, *spellings(tail, chat)] if tail else [head]
        if tail == "s":
            return [head, "is"] if head in QUESTION_WORDS else [head]
        if tail in ENDINGS:
            return [head, ENDINGS[tail]]
    return [folded] if folded else []


def in_pairs(words: Sequence[str]) -> Sequence[str]:
    """The words with the characters of unspaced scripts in overlapping pairs: one alone says little there."""
    if "".join(words).isascii():
        return words
    found: list[str] = []
    last = ""
    for word in words:
        is_character = len(word) == 1 and UNSPACED.match(word) is not None
        if is_character and last:
            if len(found[-1]) == 1 and found[-1] == last:
                found.pop()
            found.append(last + word)
        else:
            found.append(word)
        last = word if is_character else ""
    return found


def unspaced_tokens(word: str, start: int, chat: Mapping[str, str]) -> list[Token]:
    found: list[Token] = []
    begin = 0
    for index in range(len(word) + 1):
        if index < len(word) and not UNSPACED.match(word[index]):
            continue
        if begin < index:
            found += [Token(part, start + begin, start + index, kind_of(part))
                      for part in spellings(word[begin:index], chat)]  # fmt: skip
        if index < len(word) and (character := fold(word[index])):
            found.append(Token(character, start + index, start + index + 1))
        begin = index + 1
    return found


def kind_of(word: str) -> Kind:
    if word.isalpha():
        return "word"
    if word.isdigit():
        return "number"
    return "id" if any(character.isdigit() for character in word) else "word"

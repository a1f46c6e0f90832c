"""PyYAML's own parser, brought to read what libyaml reads: a plain text inside { } and [ ] may hold a question mark."""

from __future__ import annotations

from typing import Any, Final

import yaml
from yaml.tokens import ScalarToken

_BLANKS: Final = "\0 \t\r\n\x85\u2028\u2029"
_BRACKETS: Final = ",[]{}"


class PureLoader(yaml.SafeLoader):
    """The scanner with one change: PyYAML lets `?` end a plain text in a bracket, libyaml and the language do not."""

    def scan_plain(self) -> Any:
        chunks: list[str] = []
        start = end = self.get_mark()
        indent = self.indent + 1
        spaces: list[str] = []
        while self.peek() != "#":
            length = self._plain_length()
            if length == 0:
                break
            self.allow_simple_key = False
            chunks += [*spaces, self.prefix(length)]
            self.forward(length)
            end = self.get_mark()
            spaces = self.scan_plain_spaces(indent, start) or []
            if not spaces or (not self.flow_level and self.column < indent):
                break
        return ScalarToken("".join(chunks), True, start, end)

    def _plain_length(self) -> int:
        """How far a plain text goes on without a blank."""
        closing = _BRACKETS if self.flow_level else ""
        length = 0
        while (char := self.peek(length)) not in _BLANKS + closing:
            if char == ":" and self.peek(length + 1) in _BLANKS + closing:
                break
            length += 1
        return length

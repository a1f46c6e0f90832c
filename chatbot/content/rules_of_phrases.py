"""What `chatbot check` says of training phrases, codes 4xx; a class each, as in rules.py."""

from __future__ import annotations

from chatbot.content.diagnostics import Rule


class SamePhrase(Rule):
    """The same phrase stands in two intents, so neither can be told from the other by it."""

    code, title = "CB401", "same phrase in two intents"


class FewPhrases(Rule):
    """Fewer than three phrases, no keywords and no patterns: customers will say it in other words."""

    code, title, severity = "CB402", "few phrases", "warning"


class WrongPhrase(Rule):
    """A phrase has `(a|b)` alternatives, `[optional]` words and `{entity}` places; every bracket is closed."""

    code, title = "CB403", "wrong phrase"


class SameKeyword(Rule):
    """Two intents have the same keyword, so it speaks for neither."""

    code, title, severity = "CB404", "same keyword in two intents", "warning"


class SameSynonym(Rule):
    """A word stands for two keys of a list, so it names neither: to whoever says it the question is put again."""

    code, title, severity = "CB405", "same word for two keys", "warning"


class PhraseOfACommand(Rule):
    """A phrase of an intent is all of a phrase of a command that ships ("help", "never mind").

    Commands come first: a message that says this and nothing more is the command. To do something else then, start a
    flow on an intent with that `command:`.
    """

    code, title, severity = "CB406", "phrase of a command", "warning"

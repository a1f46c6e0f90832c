"""Every kind of problem `chatbot check` knows: one class a code, its docstring the page of the documentation."""

from __future__ import annotations

from typing import Final

from chatbot.content.diagnostics import Rule
from chatbot.content.rules_of_channels import (
    NoOptIn,
    NotAWebAddress,
    TemplateForm,
    TemplateLanguage,
    TemplateValues,
    TextTooLong,
    TitleTooLong,
    TooManyWays,
    UnknownTemplate,
)
from chatbot.content.rules_of_phrases import (
    FewPhrases,
    PhraseOfACommand,
    SameKeyword,
    SamePhrase,
    SameSynonym,
    WrongPhrase,
)
from chatbot.content.vocabulary import CHANNELS, SLOT_TYPES

# --- 1xx: YAML and shape ----------------------------------------------------------------------------------


class NotYaml(Rule):
    """The file cannot be read as YAML. Most often a text needs quotes: `say: "Hi: there"`, `say: "{name}, hi"`."""

    code, title = "CB101", "not YAML"


class NotReadable(Rule):
    """A file is UTF-8 text without control characters, of at most 5 MiB, nested at most 50 levels deep."""

    code, title = "CB102", "not readable"


class DuplicateKey(Rule):
    """One mapping has the same key twice; YAML would silently keep the last. Remove or rename one of them."""

    code, title = "CB103", "duplicate key"


class YamlFeature(Rule):
    """Anchors (`&x`), aliases (`*x`), tags (`!x`) and a second document (`---`) are not part of the language.

    Where a text begins with such a sign it needs quotes. What is needed twice is a flow of its own, used by `call`.
    """

    code, title = "CB104", "anchors, aliases, tags, documents"


class UnknownKey(Rule):
    """A key that has no meaning where it stands: mostly a typing mistake, or a wrong indentation."""

    code, title = "CB105", "unknown key"


class MissingKey(Rule):
    """Something that must be said here is not there."""

    code, title = "CB106", "missing key"


class WrongValue(Rule):
    """The value does not fit its place: a word that is not in the list, a number out of range, a list for a text.

    What the framework tells (`contact`, `conversation`, `channel`, `message`, `now`, `callback`, `event`) is the name
    of nothing else; only a slot may be declared as `message`. A field of the contact that is there anyway is a warning,
    and an error where nobody could write to it. So is an event of a test that no flow takes up.
    """

    code, title, or_else = "CB107", "wrong value", "warning"


class OneVerb(Rule):
    """A step is a mapping with exactly one verb: `say`, `ask`, `choose`, `confirm`, `set`, `if`, `fetch`, ...

    Only the questions take a `say` beside their verb: it is their prompt.
    """

    code, title = "CB108", "a step has one verb"


class WrongExpression(Rule):
    """An expression under `if`, `set`, `check` or `with` does not compile.

    Names stand without braces, texts in quotes: `order.status == "late" and order.days > 3`.
    """

    code, title = "CB110", "wrong expression"


class WrongText(Rule):
    """A `{...}` in a text is not a name with filters. A literal brace is written `{{`."""

    code, title = "CB111", "wrong text"


class WrongPattern(Rule):
    """A regular expression that RE2 cannot compile. RE2 has no look-ahead, look-behind or back-references.

    One that holds for every message is an error at an intent and a warning at an entity.
    """

    code, title, or_else = "CB112", "wrong regular expression", "warning"


class UnsetVariable(Rule):
    """`${NAME}` in bot.yaml is not set in the environment and has no default (`${NAME:-default}`).

    `chatbot serve` does not start without it.
    """

    code, title, severity = "CB113", "unset variable", "warning"


class SwallowedText(Rule):
    """A `#` behind a blank begins a comment, so the rest of this text is lost. Put quotes round the whole text.

    Where a comment is meant, leave two blanks before the `#` and one behind it.
    """

    code, title, severity = "CB114", "text lost in a comment", "warning"


class UnusedIgnore(Rule):
    """A `# chatbot: ignore CODE` comment that silences nothing: on its line or, standing alone, on the line below."""

    code, title, severity = "CB115", "needless ignore", "warning"


# --- 2xx: references --------------------------------------------------------------------------------------


class UnknownIntent(Rule):
    """A flow or a button names an intent that no file of intents/ defines."""

    code, title = "CB201", "unknown intent"


class UnknownFlow(Rule):
    """`call` names a flow that does not exist, or a `system.` flow the framework never starts.

    What `remind` names may also be an event of your own: that is a warning.
    """

    code, title, or_else = "CB202", "unknown flow", "warning"


class UnknownQueue(Rule):
    """A handoff, an intent or `open(...)` names a queue that bot.yaml does not list. `default` always exists."""

    code, title = "CB203", "unknown queue"


class UnknownService(Rule):
    """`fetch` names a service that bot.yaml does not list under `services:`."""

    code, title = "CB204", "unknown service"


class UnknownSlot(Rule):
    """`ask`, `again`, `with` or `returns` names a slot that the flow does not have under `slots:`."""

    code, title = "CB205", "unknown slot"


class UnknownType(Rule):
    __doc__ = (
        "A type that is neither built in nor an entity of the project, or a kind of channel that does not exist.\n\n"
        f"Built in are: {', '.join(SLOT_TYPES)}.\nKinds of channel are: {', '.join(CHANNELS)}."
    )
    code, title = "CB206", "unknown type"


class UnknownHours(Rule):
    """A queue names opening hours that bot.yaml does not list under `hours:`."""

    code, title = "CB207", "unknown hours"


class UnknownStep(Rule):
    """`goto` names a step by its `id:`; no step of the same flow has this one."""

    code, title = "CB208", "unknown step"


class UnknownName(Rule):
    """A text or an expression uses a name nothing defines.

    Known are the flow's slots, what its steps save or set, and contact, conversation, channel, message and now.
    """

    code, title = "CB209", "unknown name"


class DuplicateFlow(Rule):
    """Two files define the flow of the same name."""

    code, title = "CB210", "duplicate flow"


class DuplicateIntent(Rule):
    """Two files define the intent or the entity of the same name, or two intents are the same command."""

    code, title = "CB211", "duplicate intent"


class UnknownLanguage(Rule):
    """Phrases or translations in a language that bot.yaml does not list under `languages:`."""

    code, title, severity = "CB212", "unknown language", "warning"


class UnknownTimezone(Rule):
    """Opening hours in a time zone that does not exist; zones are named like Europe/Madrid."""

    code, title = "CB213", "unknown time zone"


class UnknownContactField(Rule):
    """`contact.x` is neither built in nor declared under `contact:` in bot.yaml, or `set` would change what it cannot.

    The fields id, tags and blocked are read only; labels are given with `tag`.
    """

    code, title = "CB214", "unknown contact field"


class UnknownReturn(Rule):
    """`save` of a `call` takes what the called flow lists under `returns:`."""

    code, title = "CB215", "unknown return value"


class UnknownPayload(Rule):
    """A button carries a payload that no flow starts on, so pressing it does nothing."""

    code, title, severity = "CB216", "button leads nowhere", "warning"


class MissingTranslation(Rule):
    """A text or an intent is missing in a language that bot.yaml lists under `languages:`.

    Texts are translated in texts/<language>.yaml: the text of the default language, then that of the other one.
    Where a text is missing, customers who speak the language read it in the default one.
    """

    code, title, severity = "CB217", "missing in a language", "warning"


class StaleTranslation(Rule):
    """A translation of a text that no flow has, while a text much like it has none: one of the two was changed."""

    code, title, severity = "CB218", "translation of no text", "warning"


class NoMockHas(Rule):
    """A field of a fetched value that no mock in the tests has: mistyped, or never tried.

    Where a service may leave the field out, ask first: `if: has(order.eta)`, or give a default:
    `{order.eta|default('-')}`.
    """

    code, title, severity = "CB219", "no mock has this field", "warning"


class NeverUsed(Rule):
    """An entity or opening hours that nothing in the project uses."""

    code, title, severity = "CB220", "never used", "warning"


class DroppedName(Rule):
    """A translation without one of the values its text shows: who reads it misses the order number, or the date."""

    code, title, severity = "CB221", "translation without a value", "warning"


class UnknownAction(Rule):
    """`run` names an action that actions.py does not have: a public function at its top level."""

    code, title = "CB230", "unknown action"


class WrongArgument(Rule):
    """The arguments of a `run` do not fit the action's signature: one is missing, unknown, or of another type.

    Types are read from the annotations in actions.py; the file itself is not run by `check`.
    """

    code, title = "CB231", "wrong argument"


class ActionsUnreadable(Rule):
    """Python cannot read actions.py. `check` looks at it without running it."""

    code, title = "CB232", "actions.py cannot be read"


class UnknownFailure(Rule):
    """`if_error` of a `run` names an exception that nothing in actions.py is called, but something nearly is."""

    code, title, severity = "CB234", "unknown exception", "warning"


class PrivateAddress(Rule):
    """A service is at an address of this machine or the local network, such as 127.0.0.1 or 10.0.0.5.

    So that nobody can make the bot reach what is not meant for it, such addresses are refused unless the service says
    `private: true`. `chatbot serve` does not start without it.
    """

    code, title, severity = "CB233", "private address", "warning"


# --- 3xx: flow logic --------------------------------------------------------------------------------------


class Unreachable(Rule):
    """No way leads to this step: what stands before it always ends, hands off or goes elsewhere.

    A handoff ends the flow; what is to happen when the conversation comes back goes under its `then:`.
    """

    code, title, severity = "CB301", "unreachable step", "warning"


class Endless(Rule):
    """A circle of steps through `goto` or `call` in which nothing is asked would run for ever.

    A question does not help where its slot is filled the second time: `again: slot` asks once more.
    """

    code, title = "CB302", "endless loop"


class SameStart(Rule):
    """Two flows without a guard start on the same thing; only one of them could."""

    code, title = "CB303", "two flows start on the same"


class SameAddress(Rule):
    """A running conversation is found again by the name of its step. Two steps of the same name need an `id:` each."""

    code, title = "CB304", "steps need an id"


class EmptyText(Rule):
    """A text that says nothing."""

    code, title = "CB305", "empty text"


class UnusedSlot(Rule):
    """A slot that is declared and never asked for nor used."""

    code, title, severity = "CB306", "unused slot", "warning"


class UnusedIntent(Rule):
    """An intent that starts no flow, is on no button and is no command: understood, and nothing happens."""

    code, title, severity = "CB307", "unused intent", "warning"


class MayBeUnset(Rule):
    """A text prints a value that has not been asked for or fetched on every way to it; then it prints nothing.

    Ask for it first, guard the text with `if: has(name)`, or give a default: `{name|default('-')}`. Computing with
    such a value (`n + 1`, `len(name)`) fails; comparing is fine, since nothing is equal to a missing value.
    """

    code, title, severity = "CB308", "may be unset", "warning"


class NeverStarts(Rule):
    """A flow without a `start:` that no other flow calls."""

    code, title, severity = "CB309", "flow never starts", "warning"


class SystemStart(Rule):
    """A `system.` flow is started by the framework and has no `start:` of its own."""

    code, title = "CB310", "system flow with a start"


class NoPrompt(Rule):
    """A question without a text of its own; the bot then asks in general words. Put yours under `say:`."""

    code, title, severity = "CB311", "question without a prompt", "warning"


class NoRefusal(Rule):
    """A `confirm` without `if_no`: a "no" then ends the flow as `declined`, and the customer reads nothing."""

    code, title, severity = "CB312", "nothing happens on no", "warning"


class DeadEnd(Rule):
    """The flow can end without a word to the customer who started it with an intent, a keyword or a button.

    Mostly an `if` without `else`: when the condition does not hold, nothing is said.
    """

    code, title, severity = "CB313", "dead end", "warning"


class UnheardFailure(Rule):
    """After a failure (`if_failed`, `if_error`, `if_closed`) the flow ends and the customer reads nothing.

    Say what happened, ask something else, or get a person with `handoff`.
    """

    code, title, severity = "CB314", "failure that leads nowhere", "warning"


class AlwaysTheSame(Rule):
    """A condition that says the same however the conversation comes to it, so one of its ways is never taken.

    Texts and numbers are never equal, no date is "tomorrow"; what a `choose` saved is one of its options' values.
    """

    code, title, severity = "CB315", "condition that never changes", "warning"


class NeverOpen(Rule):
    """A queue that never takes anybody: its hours have no time in the week, or `max_waiting: 0` lets nobody wait.

    A handoff to it without `if_closed` is an error: everybody who is handed over would wait in vain.
    """

    code, title, severity, or_else = "CB316", "queue that is never open", "warning", "error"


class TakenByKeyword(Rule):
    """A keyword is looked for in every message before intents: a phrase with that word never starts its own flow.

    Commands come before keywords: one that is a command's phrase starts nothing by itself.
    """

    code, title, severity = "CB317", "keyword takes a phrase", "warning"


class KindsMixed(Rule):
    """A sign between values it cannot work with: a number and a text do not add up, neither is larger than the other.

    Or a filter behind a slot it cannot work on, such as `{name|money}`. At run time the step fails, each time.
    `text(count) + " pieces"` makes a text of a number, `number(answer)` a number of a text; in a text names stand in
    braces: `say: "{count} pieces"`.
    """

    code, title, severity = "CB318", "values of two kinds", "warning"


class AnotherType(Rule):
    """`set` gives a slot, or a field of the contact, a value that is none of its type.

    Nothing changes it to fit: texts print it as it is, conditions on the slot do not hold, and computing fails.
    """

    code, title, severity = "CB319", "value of another type", "warning"


_ALL: Final[tuple[type[Rule], ...]] = (
    NotYaml, NotReadable, DuplicateKey, YamlFeature, UnknownKey, MissingKey, WrongValue, OneVerb,
    WrongExpression, WrongText, WrongPattern, UnsetVariable, SwallowedText, UnusedIgnore,
    UnknownIntent, UnknownFlow, UnknownQueue, UnknownService, UnknownSlot, UnknownType, UnknownHours, UnknownStep,
    UnknownName, DuplicateFlow, DuplicateIntent, UnknownLanguage, UnknownTimezone, UnknownContactField, UnknownReturn,
    UnknownPayload, MissingTranslation, StaleTranslation, DroppedName, NoMockHas, NeverUsed, UnknownAction,
    WrongArgument, ActionsUnreadable, PrivateAddress, UnknownFailure,
    Unreachable, Endless, SameStart, SameAddress, EmptyText, UnusedSlot, UnusedIntent, MayBeUnset, NeverStarts,
    SystemStart, NoPrompt, NoRefusal, DeadEnd, UnheardFailure, AlwaysTheSame, NeverOpen, TakenByKeyword,
    KindsMixed, AnotherType,
    SamePhrase, FewPhrases, WrongPhrase, SameKeyword, SameSynonym, PhraseOfACommand,
    TextTooLong, TooManyWays, TitleTooLong, NotAWebAddress, NoOptIn,
    UnknownTemplate, TemplateValues, TemplateLanguage, TemplateForm,
)  # fmt: skip

RULES: Final[dict[str, type[Rule]]] = {rule.code: rule for rule in _ALL}
"""Every rule by its code."""

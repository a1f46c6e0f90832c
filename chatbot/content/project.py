"""A project in memory: its files as trees and models, and how they become one Program."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from chatbot.content.actions import Actions
from chatbot.content.bot_file import Bot
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.graph import Graph, compile_flow
from chatbot.content.mending import read_mended, words_of
from chatbot.content.models import FlowFile, Intent, IntentFile, TextFile
from chatbot.content.program import Program
from chatbot.content.rules import UnsetVariable
from chatbot.content.scalars import Text, as_json
from chatbot.content.shape import plain
from chatbot.content.template import Template
from chatbot.content.yaml_source import Branch, Leaf, Node, Source
from chatbot.errors import OperatorError
from chatbot.types import Json

M = TypeVar("M", bound=BaseModel)
Kind: TypeAlias = Literal["bot", "intents", "flows", "texts"]

FORMAT: Final = 1
_MODELS: Final[Mapping[Kind, type[BaseModel]]] = {
    "bot": Bot, "intents": IntentFile, "flows": FlowFile, "texts": TextFile,
}  # fmt: skip
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_DEPLOYMENT: Final = frozenset({"channels", "store", "files", "public_url"})
_SECRET_NAME: Final = re.compile(r"SECRET|TOKEN|KEY|PASSW|CREDENTIAL", re.IGNORECASE)
_SECRET: Final = frozenset({"auth", "headers"})


@dataclass(slots=True)
class File(Generic[M]):
    """One file. `shipped` ones come with the framework; `stem` is the name without folder and ending."""

    source: Source
    model: M
    shipped: bool = False

    @property
    def stem(self) -> str:
        return self.source.file.rpartition("/")[2].split(".")[0]


@dataclass(slots=True)
class Project:
    """All files that could be read. `broken` names the kinds of which some file could not.

    `actions` is what actions.py declares; it is code, and no part of a version.
    """

    bot: File[Bot] | None = None
    intents: list[File[IntentFile]] = field(default_factory=list)
    flows: list[File[FlowFile]] = field(default_factory=list)
    texts: list[File[TextFile]] = field(default_factory=list)
    broken: set[Kind] = field(default_factory=set)
    problems: list[Diagnostic] = field(default_factory=list)
    unset: dict[str, None] = field(default_factory=dict)
    actions: Actions = field(default_factory=Actions)
    lost: dict[str, frozenset[str]] = field(default_factory=dict)
    """File -> the words of what had to be left out of it; see mending.py."""
    _graphs: dict[int, Graph] = field(default_factory=dict)

    def graph(self, flow: FlowFile) -> Graph:
        """One of `flows`, compiled: once for all who look at it."""
        known = self._graphs.get(id(flow))
        if known is None:
            known = self._graphs[id(flow)] = compile_flow(flow)
        return known

    def add(self, kind: Kind, source: Source, environ: Mapping[str, str], *, shipped: bool = False) -> None:
        """Read one parsed file into its model; what is wrong with it goes to `problems`."""
        self.problems += source.problems
        if source.root is None and any(problem.is_error for problem in source.problems):
            self.broken.add(kind)
            return
        expand = kind == "bot"
        data = plain(source.root, self._expander(source, environ) if expand else _text)
        mended = read_mended(_MODELS[kind], source, data, _reader(environ) if expand else _text)
        self.problems += mended.problems
        if lost := mended.lost.union(*map(words_of, source.dropped)):
            self.lost[source.file] = lost
        model, source = mended.model, mended.source
        match model:
            case Bot():
                self.bot = File(source, model)
            case IntentFile():
                self.intents.append(File(source, model, shipped))
            case FlowFile():
                self.flows.append(File(source, model, shipped))
            case TextFile():
                self.texts.append(File(source, model, shipped))
            case _:
                self.broken.add(kind)

    def _expander(self, source: Source, environ: Mapping[str, str]) -> Callable[[Leaf], Text]:
        def read(leaf: Leaf) -> Text:
            if "${" not in leaf.text:
                return leaf.text
            for found in _VARIABLE.finditer(leaf.text):
                if found[2] is None and found[1] not in environ:
                    self.unset[found[1]] = None
                    place = source.inside(leaf, found.start(), len(found[0]))
                    secret = _SECRET_NAME.search(found[1])
                    default = f", or give a default: ${{{found[1]}:-...}}"
                    advice = (
                        "set it in the environment; a secret has no place in a file" if secret else f"set it{default}"
                    )
                    self.problems.append(UnsetVariable.at(place, f"`{found[1]}` is not set here", advice))
            return expanded(leaf.text, environ)

        return read


def _text(leaf: Leaf) -> Text:
    return leaf.text


def _reader(environ: Mapping[str, str]) -> Callable[[Leaf], Text]:
    return lambda leaf: expanded(leaf.text, environ) if "${" in leaf.text else leaf.text


def expanded(text: str, environ: Mapping[str, str]) -> Text:
    """`${NAME}` and `${NAME:-default}` replaced; an unset name without default leaves nothing."""
    return Text(_VARIABLE.sub(lambda found: environ.get(found[1]) or found[2] or "", text))


# --- the bundle: what a version of a bot is ---------------------------------------------------------------


def bundle(project: Project) -> bytes:
    """Everything a version consists of, as canonical JSON: without deployment settings, secrets or comments.

    `${NAME}` stays as written. Shipped files are in it, so that a version means the same after an upgrade.
    """
    files: list[tuple[Kind, Source, bool]] = [("bot", project.bot.source, False)] if project.bot else []
    files += [("intents", file.source, file.shipped) for file in project.intents]
    files += [("flows", file.source, file.shipped) for file in project.flows]
    files += [("texts", file.source, file.shipped) for file in project.texts]
    stored = [
        {"kind": kind, "file": source.file, "shipped": shipped, "tree": _stored(kind, source.root)}
        for kind, source, shipped in files
    ]
    whole = {"format": FORMAT, "files": stored}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def version_of(data: bytes) -> str:
    """The name of a version: SHA-256 over its bundle."""
    return hashlib.sha256(data).hexdigest()


def program_from_bundle(data: bytes, environ: Mapping[str, str] | None = None) -> Program:
    """The program a stored bundle describes; it has no channels, store, files, or secrets of services.

    Without `environ`, `${NAME}` stays as written; with it, so does a name that has no value. Raises OperatorError for
    a bundle this version cannot read.
    """
    project = Project()
    try:
        whole = json.loads(data)
        if whole["format"] != FORMAT:
            raise OperatorError(f"the stored program has format {whole['format']}; this version reads {FORMAT}")
        for stored in whole["files"]:
            _restore(project, stored, environ)
    except ValidationError as error:
        places = sorted({".".join(map(str, found["loc"])) for found in error.errors(include_input=False)})
        raise OperatorError(f"a stored program cannot be read by this version: {', '.join(places[:5])}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise OperatorError(f"a stored program cannot be read by this version: {type(error).__name__}") from None
    if project.bot is None:
        raise OperatorError("a stored program has no bot.yaml in it")
    return assemble(project, version_of(data))


def _restore(project: Project, stored: Mapping[str, Any], environ: Mapping[str, str] | None) -> None:
    kind: Kind = stored["kind"]
    tree = _expand_all(stored["tree"], environ) if kind == "bot" and environ is not None else stored["tree"]
    model, source = _MODELS[kind].model_validate(tree), Source(stored["file"], [])
    match model:
        case Bot():
            project.bot = File(source, model)
        case IntentFile():
            project.intents.append(File(source, model, stored["shipped"]))
        case FlowFile():
            project.flows.append(File(source, model, stored["shipped"]))
        case TextFile():
            project.texts.append(File(source, model, stored["shipped"]))


def _expand_all(tree: Json, environ: Mapping[str, str]) -> Json:
    if isinstance(tree, str):
        return _VARIABLE.sub(lambda found: _value_or_name(found, environ), tree)
    if isinstance(tree, dict):
        return {key: _expand_all(value, environ) for key, value in tree.items()}
    return [_expand_all(value, environ) for value in tree] if isinstance(tree, list) else tree


def _value_or_name(found: re.Match[str], environ: Mapping[str, str]) -> str:
    """A name without a value stays: an old version may use one that the new has no need of any more."""
    return found[0] if found[2] is None and found[1] not in environ else str(expanded(found[0], environ))


def _stored(kind: Kind, root: Node | None) -> Json:
    tree = _json_aware(root)
    if kind == "bot" and isinstance(tree, dict):
        tree = {key: value for key, value in tree.items() if key not in _DEPLOYMENT}
        services = tree.get("services")
        if isinstance(services, dict):
            tree["services"] = {
                name: {key: value for key, value in settings.items() if key not in _SECRET}
                for name, settings in services.items()
                if isinstance(settings, dict)
            }
    return tree


def _json_aware(node: Node | None) -> Json:
    """A tree as JSON: under `json:` a plain number is one, everywhere else it is the text as written."""
    if isinstance(node, Branch):
        return {
            str(key): as_json(plain(value)) if key == "json" else _json_aware(value)
            for key, (_, value) in node.entries.items()
        }
    return str(node.text) if isinstance(node, Leaf) else [_json_aware(item) for item in node.items] if node else {}


# --- from files to a program ------------------------------------------------------------------------------


def assemble(project: Project, version: str) -> Program:
    """Merge all files; assumes that each has the right shape and that check.py found no error."""
    bot = project.bot.model if project.bot else Bot(name="")
    flows = {file.model.flow: file.model for file in sorted(project.flows, key=lambda file: not file.shipped)}
    return Program(
        hash=version,
        bot=bot,
        intents=merged_intents(project.intents, bot.languages),
        entities={name: entity for file in project.intents for name, entity in file.model.entities.items()},
        flows={name: project.graph(flow) for name, flow in flows.items()},
        texts=_merged_texts(project.texts, bot.languages),
    )


def base_language(code: str) -> str:
    """`es` of `es-MX`."""
    return re.split("[-_]", code)[0]


def _merged_texts(files: Sequence[File[TextFile]], languages: Sequence[str]) -> dict[str, dict[str, Template]]:
    """Language -> its translations: those of the framework's own texts, and over them the project's."""
    merged: dict[str, dict[str, Template]] = {}
    shipped = {file.stem: file.model.root for file in files if file.shipped}
    own = {file.stem: file.model.root for file in files if not file.shipped}
    for language in dict.fromkeys((*languages, *own)):
        texts = {**shipped.get(base_language(language), {}), **own.get(language, {})}
        if texts:
            merged[language] = texts
    return merged


def merged_intents(files: Iterable[File[IntentFile]], languages: Sequence[str]) -> dict[str, Intent]:
    """The project's intents, and each shipped command the project has none of; one it has gains the phrases."""
    files = list(files)
    own = {name: intent for file in files if not file.shipped for name, intent in file.model.intents.items()}
    by_command: dict[str | None, str] = {intent.command: name for name, intent in own.items() if intent.command}
    for name, intent in _shipped_intents(files).items():
        place = by_command.get(intent.command)
        if place is None:
            own.setdefault(name, intent.model_copy(update={"say": _spoken(_by_code(intent), languages)}))
        else:
            own[place] = _joined(own[place], intent, languages)
    return own


def _shipped_intents(files: Iterable[File[IntentFile]]) -> dict[str, Intent]:
    """The shipped commands, each with its phrases from the file of every language."""
    whole: dict[str, Intent] = {}
    for name, intent in ((name, each) for file in files if file.shipped for name, each in file.model.intents.items()):
        known = whole.get(name)
        whole[name] = known.model_copy(update={"say": {**_by_code(known), **_by_code(intent)}}) if known else intent
    return whole


def _by_code(shipped: Intent) -> Mapping[str, tuple[str, ...]]:
    return shipped.say if isinstance(shipped.say, Mapping) else {"en": shipped.say}


def _joined(own: Intent, shipped: Intent, languages: Sequence[str]) -> Intent:
    phrases = dict(own.say) if isinstance(own.say, Mapping) else {languages[0]: tuple(own.say)}
    for language, more in _spoken(_by_code(shipped), languages).items():
        phrases[language] = tuple(dict.fromkeys((*phrases.get(language, ()), *more)))
    return own.model_copy(update={"title": own.title or shipped.title, "say": phrases})


def _spoken(known: Mapping[str, tuple[str, ...]], languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Shipped phrases by the bot's languages: `es-MX` takes those of `es`; a bot of none of them takes English."""
    spoken = {code: known[base] for code in languages if (base := base_language(code)) in known}
    return spoken or {"en": tuple(known.get("en", ()))}

"""Reading a project from disk: the only module of this package that touches files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from chatbot.content.actions import ACTIONS_FILE, Actions, read_actions
from chatbot.content.bot_file import Bot
from chatbot.content.check import check
from chatbot.content.diagnostics import Diagnostic, Place
from chatbot.content.ignores import Spot, sifted
from chatbot.content.program import Program
from chatbot.content.project import Kind, Project, assemble, base_language, bundle, program_from_bundle, version_of
from chatbot.content.rules import NotReadable
from chatbot.content.yaml_source import MAX_BYTES, decode, parse
from chatbot.errors import AuthorError, OperatorError

__all__ = [
    "BOT_FILE", "Examined", "Loaded", "bot_of", "bundle_of", "examine", "files_of", "find_project", "load_project",
    "load_texts", "program_from_bundle", "read_files",
]  # fmt: skip

BOT_FILE: Final = "bot.yaml"
_FOLDERS: Final[tuple[Kind, ...]] = ("intents", "flows", "texts")
_ENDINGS: Final = (".yaml", ".yml")
_SHIPPED: Final = Path(__file__).parent / "builtin"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a project gave.

    `program` is None when there is an error among the `diagnostics`. `sources` maps a file, relative to the project,
    to its text. `unset_variables` are the `${NAME}` of bot.yaml that have no value. `bundle` is what to store for this
    version, "" bytes without a program. `actions` are the names of the functions in actions.py.
    """

    program: Program | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    unset_variables: tuple[str, ...] = ()
    bundle: bytes = b""
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """A project with what its checks looked at: the files as they were read, and where a comment silenced a finding."""

    loaded: Loaded
    project: Project
    silenced: frozenset[Spot]


def find_project(start: Path) -> Path:
    """The nearest folder upwards that has a bot.yaml; raises OperatorError when there is none."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / BOT_FILE).is_file():
            return folder
    raise OperatorError(f"there is no {BOT_FILE} in {here} or above it: go to a project, or name it with --project")


def load_project(root: Path, environ: Mapping[str, str]) -> Loaded:
    """Read and check every file of the project at `root`; all problems of all files in one run.

    Raises OperatorError where `root` has no bot.yaml or a file cannot be read from disk.
    """
    files, unreadable = read_files(root)
    return load_texts(files, environ, unreadable)


def read_files(root: Path) -> tuple[dict[str, str], list[Diagnostic]]:
    """The texts of a project's files by their path in it, and what is wrong with those that gave none."""
    if not (root / BOT_FILE).is_file():
        raise OperatorError(f"there is no {BOT_FILE} in {root}")
    files: dict[str, str] = {}
    unreadable: list[Diagnostic] = []
    for path in files_of(root):
        name = path.relative_to(root).as_posix()
        text = _read(path, name)
        if isinstance(text, Diagnostic):
            unreadable.append(text)
        else:
            files[name] = text
    return files, unreadable


def bot_of(text: str, environ: Mapping[str, str]) -> Bot:
    """bot.yaml alone, for a project whose other files are known to be good. Raises AuthorError when it is not."""
    project = Project()
    project.add("bot", parse(text, BOT_FILE), environ)
    if project.bot is None:
        raise AuthorError(project.problems, {BOT_FILE: text})
    return project.bot.model


def load_texts(files: Mapping[str, str], environ: Mapping[str, str], unreadable: Iterable[Diagnostic] = ()) -> Loaded:
    """As load_project, from texts by their path in the project; `unreadable` tells of files that gave no text."""
    return examine(files, environ, unreadable).loaded


def examine(files: Mapping[str, str], environ: Mapping[str, str], unreadable: Iterable[Diagnostic] = ()) -> Examined:
    """As load_texts, for checks that look at more than the project itself."""
    project = Project(problems=list(unreadable))
    project.broken |= {kind for problem in project.problems if (kind := _kind(problem.file))}
    if BOT_FILE in files:
        project.add("bot", parse(files[BOT_FILE], BOT_FILE), environ)
    for kind, path in _shipped(project.bot.model.languages if project.bot else ()):
        name = f"builtin/{path.relative_to(_SHIPPED).as_posix()}"
        project.add(kind, parse(path.read_text("utf-8"), name), {}, shipped=True)
    for name in sorted(files.keys() - {BOT_FILE}):
        if own := _kind(name):
            project.add(own, parse(files[name], name), environ)
    project.actions, unreadable_actions = read_actions(files.get(ACTIONS_FILE))
    if any(problem.file == ACTIONS_FILE for problem in project.problems):
        project.actions = Actions(there=True, sure=False)
    problems, silenced = sifted((*project.problems, *unreadable_actions, *check(project)), files)
    unset = tuple(project.unset)
    if project.bot is None or any(problem.is_error for problem in problems):
        return Examined(Loaded(None, problems, files, unset), project, silenced)
    stored = bundle(project)
    program = assemble(project, version_of(stored))
    loaded = Loaded(program, problems, files, unset, stored, tuple(project.actions.signatures))
    return Examined(loaded, project, silenced)


def bundle_of(loaded: Loaded) -> bytes:
    """What to store for this version; raises AuthorError when the project has errors."""
    if loaded.program is None:
        raise AuthorError(loaded.diagnostics, loaded.sources)
    return loaded.bundle


def files_of(root: Path) -> list[Path]:
    """The files a version of the project is made of. Raises OperatorError where a folder cannot be looked into."""
    try:
        actions = [root / ACTIONS_FILE] if (root / ACTIONS_FILE).is_file() else []
        return [root / BOT_FILE, *actions, *(path for folder in _FOLDERS for path in _files(root / folder))]
    except OSError as error:
        raise OperatorError(f"cannot look into {error.filename}: {error.strerror}") from None


def _kind(name: str) -> Kind | None:
    path = PurePosixPath(name)
    if name == BOT_FILE:
        return "bot"
    if path.suffix in _ENDINGS and not path.name.startswith(".") and path.parts[0] in _FOLDERS and len(path.parts) > 1:
        return next(folder for folder in _FOLDERS if folder == path.parts[0])
    return None


def _files(folder: Path) -> Iterator[Path]:
    """The YAML files below a folder, without those of a project inside it."""
    if not folder.is_dir() or (folder / BOT_FILE).exists():
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            yield from _files(path)
        elif path.suffix in _ENDINGS and path.is_file() and not path.name.startswith("."):
            yield path


def _read(path: Path, name: str) -> str | Diagnostic:
    try:
        if path.stat().st_size > MAX_BYTES:
            return NotReadable.at(Place(name), f"a file has at most {MAX_BYTES // 1024 // 1024} MiB")
        return decode(path.read_bytes(), name)
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}") from None


def _shipped(languages: Sequence[str]) -> Iterator[tuple[Kind, Path]]:
    """What comes with the framework; commands and texts of other languages only where the bot speaks them."""
    yield "intents", _SHIPPED / "intents.yaml"
    yield from (("flows", path) for path in _files(_SHIPPED / "flows"))
    kinds: tuple[Kind, ...] = ("intents", "texts")
    for kind in kinds:
        paths = (_SHIPPED / kind / f"{name}.yaml" for name in dict.fromkeys(map(base_language, languages)))
        yield from ((kind, path) for path in paths if path.exists())

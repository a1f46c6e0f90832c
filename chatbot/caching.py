"""What loading a project came to, kept between runs: a start costs a hash and a read instead of parsing and checking.

Files lie in a folder that only its owner can use, named by the hash of everything they were made from; one that is cut
short, or was made by another release, is as good as none. Nothing secret goes in: bot.yaml is read anew each time.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pydantic

import chatbot
from chatbot.content.bot_file import Bot
from chatbot.content.load import BOT_FILE, Loaded, bot_of, load_texts, read_files

if TYPE_CHECKING:
    from chatbot.content.program import Program
    from chatbot.understanding.understanding import Understanding

VARIABLE: Final = "CHATBOT_CACHE_DIR"
"""Where the files lie; "off" turns the cache off."""

MOST: Final = 40
"""Files kept; the ones used last."""

_ENDING: Final = ".cache"
_UNFINISHED: Final = ".part"
_ABANDONED: Final = 3_600
"""Seconds after which nobody is writing a file any more."""
_CHECK: Final = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Cache:
    """Bytes by name. Whatever is wrong with the folder or a file, there is just nothing in it."""

    folder: Path | None

    @classmethod
    def open(cls, environ: Mapping[str, str]) -> Cache:
        named = environ.get(VARIABLE, "")
        if named == "off":
            return cls(None)
        home = environ.get("XDG_CACHE_HOME") or os.path.join(environ.get("HOME", ""), ".cache")  # noqa: PTH118 - may be ""
        folder = Path(named) if named else Path(home, "chatbot")
        return cls(folder if folder.is_absolute() and _is_ours(folder) else None)

    def get(self, name: str, *, carries_digest: bool = False) -> memoryview | None:
        """`carries_digest`: whoever reads the bytes checks a digest of their own, one is enough."""
        if self.folder is None:
            return None
        path = self.folder / (name + _ENDING)
        with suppress(OSError), path.open("rb") as file:
            if os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            data = memoryview(file.read())
            if carries_digest or hashlib.sha256(data[_CHECK:]).digest() == data[:_CHECK]:
                os.utime(path)
                return data[_CHECK:]
        return None

    def put(self, name: str, data: bytes) -> None:
        if self.folder is None:
            return
        with suppress(OSError):
            file, made = tempfile.mkstemp(suffix=_UNFINISHED, dir=self.folder)
            try:
                with os.fdopen(file, "wb") as out:
                    out.write(hashlib.sha256(data).digest() + data)
                Path(made).replace(self.folder / (name + _ENDING))
            finally:
                Path(made).unlink(missing_ok=True)  # on a full disk, of all places, nothing may be left lying
            for old in (*self._by_age()[MOST:], *self._abandoned()):
                old.unlink(missing_ok=True)

    def _abandoned(self) -> list[Path]:
        """What a process was writing when it was killed."""
        found = self.folder.glob(f"*{_UNFINISHED}") if self.folder else ()
        return [path for path in found if time.time() - path.stat().st_mtime > _ABANDONED]

    def _by_age(self) -> list[Path]:
        """The files, the one used last first."""
        return sorted(
            self.folder.glob(f"*{_ENDING}") if self.folder else (), key=lambda path: path.stat().st_mtime, reverse=True
        )


def _is_ours(folder: Path) -> bool:
    """Make the folder, and believe what lies in it only if nobody else can write there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


# --- projects -------------------------------------------------------------------------------------------------


def load_project(root: Path, environ: Mapping[str, str]) -> Loaded:
    """As `content.load.load_project`, out of the cache where nothing has changed."""
    kept = Cache.open(environ)
    files, unreadable = read_files(root)
    name = _name(files, environ)
    with _undisturbed():
        loaded = None if unreadable else _restored(kept.get(name), files, environ)
        if loaded is None:
            loaded = load_texts(files, environ, unreadable)
            if loaded.program is not None and kept.folder is not None:
                kept.put(name, _stored(loaded))
    return loaded


def _stored(loaded: Loaded) -> bytes:
    """All that was loaded but the settings, which may hold secrets, and the files themselves."""
    assert loaded.program is not None
    bare = replace(loaded, program=replace(loaded.program, bot=Bot(name="")), sources={})
    return pickle.dumps(bare, protocol=pickle.HIGHEST_PROTOCOL)


def _restored(data: memoryview | None, files: Mapping[str, str], environ: Mapping[str, str]) -> Loaded | None:
    if data is None:
        return None
    try:
        loaded: Loaded = pickle.loads(data)  # noqa: S301 - written by us, into a folder that only we can write to
        bot = bot_of(files[BOT_FILE], environ)
        return replace(loaded, program=replace(loaded.program, bot=bot), sources=files) if loaded.program else None
    except Exception:  # noqa: BLE001 - an edge: a file of whatever shape is as good as none
        return None


def _name(files: Mapping[str, str], environ: Mapping[str, str]) -> str:
    """The hash of all that loading depends on; what variables hold counts, and does not stand in it."""
    whole = hashlib.sha256(_release())
    for name, text in sorted(files.items()):
        whole.update(f"{len(name)}:{name}{len(text)}:".encode() + text.encode("utf-8", "surrogatepass"))
    if "${" in files.get(BOT_FILE, ""):
        settings = sorted((key, value) for key, value in environ.items() if key in files[BOT_FILE])
        whole.update(repr(settings).encode("utf-8", "surrogateescape"))
    return f"project-{whole.hexdigest()}"


@cache
def _release() -> bytes:
    """What this release is made of, and whose models are kept: in development it changes without a new number."""
    package = Path(chatbot.__file__).parent
    rooms = [package / name for name in ("content", "policy", "understanding", "types.py", "caching.py")]
    paths = [path for room in rooms for path in (sorted(room.rglob("*.[py][ya]*")) if room.is_dir() else [room])]
    stats = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths]
    return repr((sys.version_info, pydantic.VERSION, stats)).encode()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector: it would look through everything again and again while nothing is thrown away."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


# --- what was learnt from them --------------------------------------------------------------------------------


def learnt_understanding(program: Program, environ: Mapping[str, str]) -> Understanding:
    """What a program understands; learnt once for its hash and release, and kept as text and numbers."""
    # `check` and others load a project and understand nothing: they need not wait for numpy.
    from chatbot.understanding.understanding import Understanding  # noqa: PLC0415

    kept = Cache.open(environ)
    made_of = f"{program.hash} {program.bot.matching.meaning}".encode()
    name = f"learnt-{hashlib.sha256(_release() + made_of).hexdigest()}"
    data = kept.get(name, carries_digest=True)
    with _undisturbed():
        understanding = Understanding.build(program, data or b"")
        if not understanding.was_learnt_before:
            kept.put(name, understanding.to_bytes())
    return understanding

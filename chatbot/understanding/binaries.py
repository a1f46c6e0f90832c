"""Where the compiled modules of this room lie, and whether they were made of the sources that lie here.

They stand in a folder of their own, ahead of the sources, all or none of them: what was made of an older source never
runs. The build asks here too (hatch_build.py), so nothing but the standard library is imported.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / "compiled"
MADE_OF = FOLDER / "made_of"

MODULES = (
    "fold", "near", "evidence", "table", "layer", "normalise", "speller", "lexicon", "stems", "weights", "message",
    "negation", "index", "verbatim", "classifier", "score", "decide", "clauses", "understanding",
)  # fmt: skip


def sources() -> list[Path]:
    """What the modules are made of; where a .pyx stands beside the .py it does the same, compiled."""
    names = (f"{name}.{kind}" for name in MODULES for kind in ("py", "pxd", "pyx"))
    return [path for name in names if (path := HERE / name).exists()]


def digest() -> str:
    """A digest of the sources."""
    found = sha256()
    for path in sources():
        found.update(path.read_bytes())
    return found.hexdigest()


def are_current() -> bool:
    """Whether there are binaries, and of these sources."""
    try:
        return MADE_OF.read_text(encoding="ascii") == digest()
    except OSError:
        return False

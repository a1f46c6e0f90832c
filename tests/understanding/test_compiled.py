"""What is compiled does what its source does, and no binary runs that was made of another source."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from shutil import copytree, ignore_patterns
from types import ModuleType

import numpy as np
import pytest

from chatbot.understanding import binaries, layer, table
from tests.understanding.messages import CLEAR, NOTHING, TWO, lines

ROOT = Path(__file__).parents[2]
READ = """
import json, sys
from chatbot.understanding import Context, Understanding, score
from tests.understanding.support_bot import program

bot, context = Understanding.build(program()), Context("en", "en-US")
texts = json.load(sys.stdin)
read = [[*bot.judge(text, context), bot.explain(text, context).render()] for text in texts]
print(json.dumps([score.__file__, read]))
"""

HAS_BINARIES = binaries.are_current()
"""Where there is no C compiler the same source is compared with itself, and all of this holds as well."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it is where nothing was compiled."""
    folder = tmp_path_factory.mktemp("plain")
    for name in ("chatbot", "tests"):
        copytree(ROOT / name, folder / name, ignore=ignore_patterns("compiled", "__pycache__"))
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return folder


def run(folder: Path, *arguments: str, text: str = "") -> str:
    """What Python prints in a project's folder."""
    here = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=here, input=text, capture_output=True, text=True, check=True).stdout


def module_of(name: str) -> ModuleType:
    """A module from its Python, whatever is compiled."""
    spec = spec_from_file_location(f"plain_{name}", binaries.HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def misspelt(texts: list[str]) -> list[str]:
    """Each with one letter that is another."""
    dice = Random(4)
    places = [dice.randrange(len(text)) for text in texts]
    pairs = zip(texts, places, strict=True)
    return [f"{text[:at]}{dice.choice('aeioumnrst')}{text[at + 1 :]}" for text, at in pairs]


def test_messages_are_read_the_same_compiled_and_not(plain: Path) -> None:
    known = [*(text for texts in CLEAR.values() for text in lines(texts)), *lines(NOTHING), *TWO]
    texts = json.dumps([*known, *misspelt(known)])
    (made, fast), (written, slow) = (json.loads(run(folder, "-c", READ, text=texts)) for folder in (ROOT, plain))
    assert Path(made).parent == (binaries.FOLDER if HAS_BINARIES else binaries.HERE)
    assert written.endswith("score.py")
    for (ranked, logit, why), (other_ranked, other_logit, other_why) in zip(fast, slow, strict=True):
        assert [name for name, _ in ranked] == [name for name, _ in other_ranked]
        assert [share for _, share in ranked] == pytest.approx([share for _, share in other_ranked], abs=1e-6)
        assert logit == pytest.approx(other_logit, abs=1e-5)
        assert why == other_why


def test_the_promises_hold_uncompiled_too(plain: Path) -> None:
    files = ("tests/understanding/test_properties.py", "tests/understanding/test_reading.py")
    assert " passed" in run(plain, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files)


@pytest.mark.parametrize("changed", ["score.py", "index.pxd", "layer.pyx", "layer.py"])
def test_binaries_of_another_source_never_run(tmp_path: Path, changed: str) -> None:
    copytree(ROOT / "chatbot", tmp_path / "chatbot", ignore=ignore_patterns("__pycache__"))
    ask = "from chatbot.understanding import binaries, score; print(score.__file__)"
    folder = tmp_path / "chatbot" / "understanding"
    assert Path(run(tmp_path, "-c", ask).strip()).parent == (folder / "compiled" if HAS_BINARIES else folder)
    with (folder / changed).open("a", encoding="utf-8") as source:
        source.write("\n# Changed.\n")
    assert Path(run(tmp_path, "-c", ask).strip()) == folder / "score.py"


def test_a_layer_comes_to_the_same_compiled_and_not() -> None:
    dice = np.random.default_rng(4)
    rows = dice.normal(size=(40, 7 + 1 + 5)).astype(np.float32)
    rows[:, 7] = 1.0
    rows[:11, 8:] = 0.0
    parts = dice.normal(size=(30, 8)).astype(np.float16)
    turn = dice.normal(size=(5, 7)).astype(np.float32)
    fast, slow = (kind(rows.copy(), turn, parts, 10) for kind in (layer.Layer, module_of("layer").Layer))
    for one in (fast, slow):
        one.write(39, [3, 1, 4, 15], turn[:, 0].copy())
        one.write(38, [], None)
    assert fast.table == pytest.approx(slow.table, abs=1e-5)
    for found in ([0], [1, 2, 39, 2], list(range(40)), [38], []):
        one, other = fast.shares(found), slow.shares(found)
        assert one.shortlist() == other.shortlist()
        assert one.likeliest() == other.likeliest()
        for number in range(7):
            assert one.share(number) == pytest.approx(other.share(number), abs=1e-6)
            assert one.score(number) == pytest.approx(other.score(number), abs=1e-5)


@pytest.mark.parametrize("count", [0, 1, 3, 4, 1000])
def test_a_table_finds_the_same_compiled_and_not(count: int) -> None:
    dice = Random(count)
    held = {dice.randrange(1 << dice.randrange(4, 60)): number for number in range(1, count + 1)}
    asked = [*held, *(dice.randrange(-(1 << 50), 1 << 50) for _ in range(1000)), 0, -1]
    fast, slow = table.table_of(held), module_of("table").table_of(held)
    assert [fast.find(key) for key in asked] == [slow.find(key) for key in asked] == [held.get(key, 0) for key in asked]

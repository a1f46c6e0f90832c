"""How long `chatbot test` takes for a thousand conversations, start of the command and reading of the files included.

    python benchmarks/conversations.py [--cases 1000] [--jobs N]

The cases are those of the default bot, written out as often as it takes, and played by the command itself.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def lay_out(root: Path, wanted: int) -> int:
    """The default bot with `wanted` cases, in copies of its test files; gives how many there are."""
    shutil.copy(ROOT / "bot.yaml", root)
    for name in ("intents", "flows", "texts"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name)
    (root / "tests").mkdir()
    made = copies = 0
    while made < wanted:
        copies += 1
        for path in sorted((ROOT / "tests/conversations").glob("*.test.yaml")):
            made += path.read_text("utf-8").count("  - name: ")
            shutil.copy(path, root / "tests" / f"{copies:03}-{path.name}")
            if made >= wanted:
                break
    return made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--jobs", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = lay_out(Path(folder), options.cases)
        for jobs in [options.jobs] if options.jobs else [1, None]:
            command = [
                sys.executable,
                "-m",
                "chatbot",
                "test",
                "--project",
                folder,
                *(["-j", str(jobs)] if jobs else []),
            ]
            began = time.perf_counter()
            done = subprocess.run(command, check=False, capture_output=True)
            assert done.returncode in (0, 1), done.stderr  # how cases go is not what is measured
            seconds = time.perf_counter() - began
            print(f"{cases} cases, {jobs or 'all'} CPUs: {seconds:.1f} s, {seconds / cases * 1000:.1f} ms a case")


if __name__ == "__main__":
    main()

"""Loading a big project: from its files, and from the cache; beside reading its YAML and nothing else.

    python -m benchmarks.load [--flows 200] [--intents 1000]

Best of several runs, each in a process of its own; imports are not counted.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.sizes import project, write

TIMED = """
import os, sys, time
from pathlib import Path
import yaml
from chatbot import caching
root, what = Path(sys.argv[1]), sys.argv[2]
caching.load_project(Path(sys.argv[3]), os.environ)  # what is imported or compiled once is not counted
began = time.perf_counter()
if what == "yaml":
    for path in root.rglob("*.yaml"):
        yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
else:
    loaded = caching.load_project(root, os.environ)
    assert loaded.program is not None
print(time.perf_counter() - began)
"""


def best(root: Path, what: str, small: Path, cache: str, runs: int = 3) -> float:
    """Seconds of the fastest run."""
    environ = {**os.environ, "CHATBOT_CACHE_DIR": cache}
    command = [sys.executable, "-c", TIMED, str(root), what, str(small)]
    return min(
        float(subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout)
        for _ in range(runs)
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--flows", type=int, default=200)
    parser.add_argument("--intents", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root, small, kept = (Path(folder, name) for name in ("big", "small", "kept"))
        write(root, project(options.flows, options.intents))
        write(small, project(1, 2))
        times = {
            "YAML alone": best(root, "yaml", small, "off"),
            "from the files": best(root, "load", small, "off"),
            "from the cache": best(root, "load", small, str(kept), runs=4),
        }
    print(f"{options.flows} flows, {options.intents} intents")
    for name, each in times.items():
        print(f"{name:16} {each:6.3f} s   ratio {each / times['YAML alone']:5.2f}")


if __name__ == "__main__":
    main()

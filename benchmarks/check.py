"""How long `chatbot check` takes for a project of 200 flows and 1,000 intents, and which part is reading the files.

    python -m benchmarks.check [--flows 200] [--intents 1000] [--runs 5]

Best of several runs in one process, imports not counted; the budget is 2 s.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.sizes import project, write
from chatbot.cli.checking import check_project
from chatbot.content.check import check


def best(work: Callable[[], object], runs: int) -> float:
    """Seconds of the fastest run."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--flows", type=int, default=200)
    parser.add_argument("--intents", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), project(options.flows, options.intents))
        checked = check_project(Path(folder), os.environ)
        if checked.problems:
            raise SystemExit(f"the project should be clean: {checked.problems[0]}")
        whole = best(lambda: check_project(Path(folder), os.environ), options.runs)
        checks = best(lambda: list(check(checked.project)), options.runs)
    print(f"{options.flows} flows, {options.intents} intents: {whole:.2f} s, of which the checks {checks:.2f} s")


if __name__ == "__main__":
    main()

"""How long the command line takes to say something, beside the Python that runs it.

    python benchmarks/startup.py [--runs 15]

Best of several runs each: other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

COMMANDS = {
    "python": "pass",
    "chatbot --help": "from chatbot.cli import main; main(['--help'])",
    "chatbot check --help": "from chatbot.cli import main; main(['check', '--help'])",
}


def best(code: str, runs: int) -> float:
    """Milliseconds of the fastest run."""

    def once() -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
        return (time.perf_counter() - began) * 1000

    return min(once() for _ in range(runs))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    times = {name: best(code, options.runs) for name, code in COMMANDS.items()}
    for name, each in times.items():
        print(f"{name:22} {each:6.0f} ms   ratio {each / times['python']:.1f}")


if __name__ == "__main__":
    main()

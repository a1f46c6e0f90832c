"""`make bench`: every benchmark that needs no data from outside, one after the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ALL = ("startup", "load", "check", "entities", "engine", "conversations", "path", "serve")

for name in ALL:
    print(f"== {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True, cwd=HERE.parent)

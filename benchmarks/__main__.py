"""`make bench`: every benchmark that needs no data from outside, one after the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ALL = ("startup.py", "check.py", "entities.py", "engine.py", "path.py", "serve.py")

for name in ALL:
    print(f"== {name}", flush=True)
    subprocess.run([sys.executable, str(HERE / name)], check=True)

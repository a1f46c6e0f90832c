"""Runs the same code in processes that hash differently: what depends on the order of a set shows."""

from __future__ import annotations

import subprocess
import sys


def printed_everywhere(code: str) -> set[str]:
    """What the code prints, under three hash seeds."""
    return {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in ("0", "1", "77")
    }

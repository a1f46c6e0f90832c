"""What a process does once when all is loaded, so that no customer waits for it later."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def settle() -> None:
    """What is there stays: the collector need not look through it again and again. What was only learnt with goes back.

    Learning leaves the C library with half the memory free and none of it returned; where there is a `malloc_trim`
    (glibc) it is told to.
    """
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

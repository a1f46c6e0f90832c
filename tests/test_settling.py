from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc
from chatbot.settling import settle

class Ring:
    pass

kept, lost = Ring(), Ring()
kept.self, lost.self = kept, lost
del lost
before = len(gc.get_objects())
settle()
frozen = gc.get_freeze_count()
print(frozen > 1000, len(gc.get_objects()) < before / 10, not any(isinstance(one, Ring) for one in gc.get_objects()))
"""


def test_what_is_loaded_is_left_alone_by_the_collector_from_then_on() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]

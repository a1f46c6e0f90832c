"""The command line: one module a command, imported only when that command runs.

`main` is the console script. Nothing here is imported at the top that `chatbot --help` does not need.
"""

from __future__ import annotations

from chatbot.cli.app import main

__all__ = ["main"]

"""`python -m chatbot`: the command line, where its script is not on the PATH."""

from __future__ import annotations

import sys

from chatbot.cli import main

sys.exit(main())

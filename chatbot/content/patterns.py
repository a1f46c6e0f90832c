"""Authors' regular expressions: RE2, which answers in linear time whatever a customer writes."""

from __future__ import annotations

from typing import Any

import re2


def compile_pattern(pattern: str, *, ignore_case: bool = False) -> Any:
    """The compiled expression. Raises ValueError saying what RE2 cannot read."""
    options = re2.Options()
    options.log_errors = False  # RE2 writes to stderr otherwise
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(said or "RE2 cannot compile it") from None
    except UnicodeEncodeError:
        raise ValueError("it holds half a character") from None

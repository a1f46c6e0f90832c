"""Logging at the edges: one pipeline for structlog and the standard library, lines for people or JSON for machines.

Customer text never stands in a line's format; values are fields. Nothing secret is given to a log call.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog


def configure(*, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send all logs to `stream` (stderr): readable lines on a terminal, one JSON object a line elsewhere."""
    stream = stream or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    people = stream.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if people else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    finish: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not people:
        finish.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*finish, renderer]))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # A migration's plumbing is nobody's news.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # aiohttp reports each malformed request of a stranger with a traceback; the server has its own line for those.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)

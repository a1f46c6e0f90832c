"""Every check over a whole project: what refers to what, how flows run, what phrases say."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.content.check_flows import check_flows
from chatbot.content.check_names import check_names
from chatbot.content.check_phrases import check_phrases
from chatbot.content.check_references import check_references
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.index import index_of
from chatbot.content.project import Project


def check(project: Project) -> Iterator[Diagnostic]:
    """What is wrong beyond shapes; a file without its shape is left out, and so is whatever might refer to it."""
    index = index_of(project)
    yield from check_references(index)
    yield from check_names(index)
    yield from check_flows(index)
    yield from check_phrases(index)

"""Every check over a whole project: what refers to what, how flows run, what phrases say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from chatbot.content.check_calls import check_calls
from chatbot.content.check_circles import check_circles
from chatbot.content.check_ends import check_ends
from chatbot.content.check_flows import check_flows
from chatbot.content.check_kinds import check_kinds
from chatbot.content.check_languages import check_languages
from chatbot.content.check_limits import check_limits
from chatbot.content.check_names import check_names
from chatbot.content.check_opt_ins import check_opt_ins
from chatbot.content.check_phrases import check_phrases
from chatbot.content.check_queues import check_queues
from chatbot.content.check_references import check_references
from chatbot.content.check_starts import check_starts
from chatbot.content.check_templates import check_templates
from chatbot.content.check_unset import check_unset
from chatbot.content.check_unused import check_unused
from chatbot.content.course import Courses
from chatbot.content.diagnostics import Diagnostic
from chatbot.content.index import index_of
from chatbot.content.project import Project
from chatbot.content.rules import (
    EmptyText,
    Endless,
    MissingTranslation,
    NeverStarts,
    NeverUsed,
    StaleTranslation,
    UnknownHours,
    UnknownPayload,
    UnknownType,
    UnusedIntent,
)
from chatbot.content.rules_of_channels import NoOptIn

_ELSEWHERE: Final = frozenset(
    rule.code
    for rule in (
        UnknownPayload,
        Endless,
        UnusedIntent,
        NeverStarts,
        NeverUsed,
        MissingTranslation,
        StaleTranslation,
        NoOptIn,
    )
)
"""Rules that look at all flows at once: with a part of one missing they cannot tell."""


def check(project: Project) -> Iterator[Diagnostic]:
    """What is wrong beyond shapes; a file that could not be read is left out, and so is whatever might refer to it."""
    index = index_of(project)
    lost = frozenset[str]().union(*project.lost.values())
    courses = Courses(index)
    problems = chain(
        check_references(index),
        check_calls(index),
        check_names(index),
        check_kinds(index),
        check_unset(index, courses),
        check_flows(index, courses),
        check_ends(index, courses),
        check_circles(index, courses),
        check_starts(index),
        check_queues(index, courses),
        check_limits(index),
        check_templates(index),
        check_opt_ins(index),
        check_languages(index),
        check_unused(index),
        check_phrases(index),
    )
    for problem in _without_followers([*problems]):
        if not lost or not _follows(problem, project, lost):
            yield problem


def _without_followers(problems: list[Diagnostic]) -> list[Diagnostic]:
    """What nothing uses may be what a mistyped name was meant to be."""
    mistyped = any(problem.code in (UnknownType.code, UnknownHours.code) for problem in problems)
    return [problem for problem in problems if not mistyped or problem.code != NeverUsed.code]


def _follows(problem: Diagnostic, project: Project, lost: frozenset[str]) -> bool:
    """Whether a finding may only come of what was left out: of how a flow runs, or of a name that stood there."""
    if problem.file in project.lost and problem.code[2] in "34" and problem.code != EmptyText.code:
        return True
    if problem.code in _ELSEWHERE:
        return True
    named = re.search(r"`([^`]*)`", problem.message)
    return problem.code[2] == "2" and named is not None and named[1] in lost

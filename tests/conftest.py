"""What holds for every test: with CI=true a test that did not run has failed."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

_CI = os.environ.get("CI") == "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if _CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"CI=true: {report.nodeid} did not run. {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if _CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"CI=true: {report.nodeid} did not run. {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> str:
    """A skip is told as (file, line, reason)."""
    return str(longrepr[2]) if isinstance(longrepr, tuple) else ""

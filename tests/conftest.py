"""What holds for every test: with CI=true a test that did not run has failed."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

# How long an example takes says something of the machine, not of the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

_CI = os.environ.get("CI") == "true"


@pytest.fixture(autouse=True, scope="session")
def _a_cache_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What projects load to is kept; not in the home of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("kept")
    folder.chmod(0o700)
    os.environ["CHATBOT_CACHE_DIR"] = str(folder)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """`chatbot serve` sets up logging for its process; a test that runs it in ours must not do so for the next."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


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

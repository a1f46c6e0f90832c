"""Another version in the place of the one that runs: whole or not at all, and saying what it said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatbot.deploying import Deployment
from chatbot.errors import AuthorError, OperatorError
from chatbot.runtime import Installation, open_project, opened

BOT = """
name: Acme
disclosure: ${GREETING:-Hi} ${WHO}
store: sqlite:///bot.db
defaults: { silence: "${SILENCE:-20m}" }
"""
FLOW = "flow: f\nstart: [{ button: F }]\nsteps:\n  - say: One\n"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"CHATBOT_CACHE_DIR": str(tmp_path / "kept"), "WHO": "there"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "bot"
    (root / "flows").mkdir(parents=True)
    (root / "bot.yaml").write_text(BOT)
    (root / "flows" / "f.yaml").write_text(FLOW)
    return root


@pytest.fixture
async def installation(root: Path, environ: dict[str, str]) -> AsyncIterator[Installation]:
    async with opened(open_project(root, environ), environ) as installation:
        yield installation


def greeting(installation: Installation) -> str:
    disclosure = installation.programs.active.program.bot.disclosure
    assert disclosure is not None
    return disclosure.source


async def test_a_version_that_comes_back_says_what_it_said(
    root: Path, environ: dict[str, str], installation: Installation
) -> None:
    deployment = Deployment(root, environ, installation)
    (root / "flows" / "f.yaml").write_text(FLOW.replace("One", "Two"))
    assert not (await deployment.deploy()).same
    await deployment.rollback()
    assert greeting(installation) == "Hi there"
    assert installation.programs.active.program.bot.defaults.silence == 20 * 60_000


async def test_an_old_version_goes_on_without_a_variable_that_the_new_one_does_not_need(
    root: Path, environ: dict[str, str], installation: Installation
) -> None:
    (root / "bot.yaml").write_text(BOT.replace(" ${WHO}", ""))
    del environ["WHO"]
    deployment = Deployment(root, environ, installation)
    await deployment.deploy()
    await deployment.rollback()
    assert greeting(installation) == "Hi ${WHO}"


@pytest.mark.parametrize(
    ("name", "text"), [("flows/f.yaml", FLOW.replace("say", "sya")), ("actions.py", "raise RuntimeError('no')\n")]
)
async def test_what_cannot_run_changes_nothing(
    root: Path, environ: dict[str, str], installation: Installation, name: str, text: str
) -> None:
    before = installation.programs.active
    (root / "flows" / "g.yaml").write_text(FLOW.replace("flow: f", "flow: g").replace("button: F", "button: G"))
    (root / name).write_text(text)
    with pytest.raises((AuthorError, OperatorError)):
        await Deployment(root, environ, installation).deploy()
    assert installation.programs.active is before
    assert await installation.store.active_program() == before.program.hash


async def test_customers_are_served_while_a_version_is_read(
    root: Path, environ: dict[str, str], installation: Installation
) -> None:
    asks = "".join(f"  - say: Text {number}\n" for number in range(2_000))
    (root / "flows" / "f.yaml").write_text(FLOW + asks)
    deploying = asyncio.create_task(Deployment(root, environ, installation).deploy())
    turns = 0
    while not deploying.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 50
    assert not deploying.result().same


async def test_two_deployments_at_once_tell_one_story(
    root: Path, environ: dict[str, str], installation: Installation
) -> None:
    deployment = Deployment(root, environ, installation)
    (root / "flows" / "f.yaml").write_text(FLOW.replace("One", "Two"))
    first, second = await asyncio.gather(deployment.deploy(), deployment.deploy())
    assert (first.same, second.same) == (False, True)

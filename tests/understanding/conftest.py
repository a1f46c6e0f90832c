from __future__ import annotations

import pytest

from chatbot.understanding import Understanding
from tests.understanding.support_bot import program


@pytest.fixture(scope="session")
def support() -> Understanding:
    return Understanding.build(program())

"""The public Python interface: each name is listed once, can be had, and costs nothing until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import chatbot


def test_every_public_name_can_be_had() -> None:
    assert chatbot.__all__ == sorted(chatbot.__all__)
    for name in chatbot.__all__:
        assert getattr(chatbot, name).__name__ == name
    assert chatbot.__version__.count(".") == 2


def test_a_name_that_is_not_public_says_which_are() -> None:
    with pytest.raises(AttributeError, match="load_project"):
        chatbot.load_projct  # noqa: B018 - the access is the test


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import chatbot, sys; print([name for name in sys.modules if name.startswith(('chatbot.', 'pydantic'))])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"

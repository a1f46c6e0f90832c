"""Each form of a message on each channel, as golden bodies."""

import json

import pytest
from syrupy.assertion import SnapshotAssertion

from chatbot.channels.registry import KINDS, renderer
from tests.channels.forms import FORMS


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_form_has_its_golden_bodies(kind: str, form: str, snapshot: SnapshotAssertion) -> None:
    bodies = renderer(kind).render(FORMS[form])
    assert json.dumps(bodies, indent=1, ensure_ascii=False) == snapshot

"""Which ids a platform could have given, so that a slip in a call of the API is told at once."""

import pytest

from chatbot.policy.contact_ids import contact_ids


@pytest.mark.parametrize(
    ("channel", "contact"),
    [
        ("messenger", "7700000000000001"),
        ("messenger", "user_ref:abc"),
        ("instagram", "17841400000000000"),
        ("whatsapp", "34600111222"),
        ("whatsapp", "US.13491208655302741918"),
        ("whatsapp", "US.ENT.11815799212886844830"),
        ("x", "2244994945"),
        ("telegram", "99"),
        ("tiktok", "u5JhpselBAhoPOlnH0tZ9y07kg=="),
        ("webchat", "user:ann@example.com"),
        ("webchat", "0" * 32),
        ("bridge", "anything at all"),
    ],
)
def test_an_id_of_the_platform_passes(channel: str, contact: str) -> None:
    assert contact_ids(channel).form.fullmatch(contact)


@pytest.mark.parametrize(
    ("channel", "contact"),
    [
        ("messenger", "ann"),
        ("whatsapp", "+34 600 111 222"),
        ("whatsapp", "0034600111222"),
        ("x", "@ann"),
        ("telegram", "@ann"),
        ("telegram", "-100123"),
        ("webchat", "ann"),
        ("bridge", "a" * 256),
    ],
)
def test_a_name_a_written_number_and_a_group_are_none(channel: str, contact: str) -> None:
    assert not contact_ids(channel).form.fullmatch(contact)

"""A pressed button means what it does, whatever its title; only typed words are read as a command."""

from __future__ import annotations

import pytest

from tests.conformance.kit import bot

COMMAND_TITLES = ("Start", "Stop", "Cancel", "Help", "Restart", "Agent")


@pytest.mark.parametrize("title", COMMAND_TITLES)
def test_an_option_of_a_commands_title_is_its_answer_when_pressed(title: str) -> None:
    bot(f"- choose: act\n  say: What now?\n  options: [{{ title: {title}, value: a }}]\n- say: Chosen.").chat(f"""
        - user: track my order
        - bot: What now?
        - button: {title}
        - bot: Chosen.
    """)


@pytest.mark.parametrize("title", COMMAND_TITLES)
def test_a_suggestion_of_a_commands_title_is_its_answer_when_pressed(title: str) -> None:
    bot(f"- ask: story\n  say: Well?\n  suggest: [{title}]\n- say: 'So {{story}}.'").chat(f"""
        - user: track my order
        - bot: Well?
        - button: {title}
        - bot: So {title}.
    """)


@pytest.mark.parametrize("title", COMMAND_TITLES)
@pytest.mark.parametrize("does", ["intent: refund", "payload: BACK"])
def test_a_button_of_a_commands_title_starts_what_it_names(title: str, does: str) -> None:
    back = "flow: back\nstart: [{ intent: refund }, { button: BACK }]\nsteps: [{ say: Back. }]\n"
    bot(f"- say: Look.\n  buttons: [{{ title: {title}, {does} }}]", back).chat(f"""
        - user: track my order
        - bot: Look.
        - button: {title}
        - bot: Back.
    """)


def test_an_option_of_a_commands_title_is_the_command_when_typed() -> None:
    bot("- choose: act\n  say: What now?\n  options: [{ title: Cancel, value: a }]\n- say: Chosen.").chat("""
        - user: track my order
        - bot: What now?
        - user: cancel
        - bot: OK*
        - expect: { flow: null }
    """)


def test_a_contact_known_by_one_name_is_called_by_its_first_word() -> None:
    bot("- say: 'Hello {contact.first_name}!'").chat(
        "- user: track my order\n- bot: Hello Ana!", scene="{ contact: { name: Ana Lopez } }"
    )
    bot("- say: 'Hello {contact.first_name}!'").chat(
        "- user: track my order\n- bot: Hello Mai!", scene="{ contact: { name: Ana Lopez, first_name: Mai } }"
    )

"""What the entries of the consent ledger add up to."""

from __future__ import annotations

from chatbot.policy.consent import OPTED_OUT, merged, standing


def test_an_opt_out_under_another_id_revokes_every_purpose_for_good() -> None:
    both = merged({"news": True}, {OPTED_OUT: True})
    assert both == {"news": False, OPTED_OUT: True}
    assert standing(both, "opt_in") == {"news": False}


def test_what_was_agreed_to_under_another_id_is_not_agreed_to_here() -> None:
    assert merged({"news": True}, {"offers": True, "news": False}) == {"news": False}

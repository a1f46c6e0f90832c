"""What the entries of the consent ledger add up to."""

from __future__ import annotations

import pytest

from chatbot.policy.consent import OPTED_IN, OPTED_OUT, ConsentAction, agreed, forgotten, merged, standing


def test_an_opt_out_under_another_id_revokes_every_purpose_for_good() -> None:
    both = merged({"news": True}, {OPTED_OUT: True})
    assert both == {"news": False, OPTED_OUT: True}
    assert standing(both, "opt_in") == {"news": False, OPTED_IN: True}


def test_what_was_agreed_to_under_another_id_is_not_agreed_to_here() -> None:
    assert merged({"news": True}, {"offers": True, "news": False}) == {"news": False}


@pytest.mark.parametrize(
    ("entries", "given"),
    [
        ((), False),
        ((("record", "news"),), True),
        ((("refuse", "news"),), False),
        ((("record", "news"), ("revoke", "news")), False),
        ((("opt_in", ""),), True),
        ((("opt_in", ""), ("refuse", "news")), True),
        ((("opt_in", ""), ("opt_out", "")), False),
        ((("record", "news"), ("opt_out", ""), ("refuse", "news")), False),
        ((("opt_out", ""), ("opt_in", "")), True),
        ((("opt_out", ""), ("record", "news")), True),
        ((("delete_data", ""),), False),
        ((("record", "news"), ("delete_data", "")), True),
        ((("record", "news"), ("opt_in", ""), ("erase", "")), False),
    ],
)
def test_an_opt_in_is_on_record_once_something_was_agreed_to_and_not_taken_back(
    entries: tuple[tuple[ConsentAction, str], ...], given: bool
) -> None:
    stands: dict[str, bool] = {}
    for action, purpose in entries:
        stands = standing(stands, action, purpose)
    assert agreed(stands) is given


def test_of_who_is_forgotten_the_refusals_stay() -> None:
    assert forgotten({"news": True, "offers": False, OPTED_IN: True}) == {"offers": False}
    assert forgotten({"news": False, OPTED_OUT: True}) == {"news": False, OPTED_OUT: True}

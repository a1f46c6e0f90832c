"""Promises whose proof needs processes, sockets or a database: which test of the suite holds each."""

from __future__ import annotations

from typing import Final

ELSEWHERE: Final[dict[str, tuple[str, str]]] = {
    "4.50 A running conversation stays on the version it began with while that version is kept": (
        "tests/journeys/test_versions.py", "test_old_and_new_run_side_by_side_through_a_crash_and_back",
    ),
    "4.51 after that it moves by question name": (
        "tests/journeys/test_versions.py", "test_a_question_of_the_same_name_goes_on_in_a_new_version",
    ),
    "4.52 else `system.updated` speaks. Never a silent wipe": (
        "tests/journeys/test_versions.py", "test_a_question_that_is_gone_is_owned_up_to",
    ),
    "4.53 past two seconds the typing indicator shows": (
        "tests/conversation/test_calls.py", "test_typing_is_shown_while_a_call_takes_long",
    ),
    "4.54 tells a better place at most every five minutes": (
        "tests/engine/test_waiting.py", "test_a_better_place_in_line_is_told_and_not_too_often",
    ),
    "4.55 A person in control: a bot row planned before goes no more out": (
        "tests/storage/test_fences.py", "test_nothing_a_bot_planned_goes_out_under_a_persons_control",
    ),
    "7.60 an unset `${VAR}` without default: `serve` exits 3 naming it": (
        "tests/journeys/test_bad_input.py", "test_a_missing_variable_is_named_and_serve_exits_3",
    ),
    "A.50 file changed in flight": (
        "tests/journeys/test_versions.py", "test_old_and_new_run_side_by_side_through_a_crash_and_back",
    ),
    "A.51 timers: a pending customer message is processed before a timer that is due": (
        "tests/storage/test_fences.py", "test_a_pending_message_goes_before_a_due_timer",
    ),
    "A.52 two quick messages: lock in the shared store, fenced by state version": (
        "tests/storage/test_fences.py", "test_a_turn_computed_from_an_older_version_is_refused",
    ),
    "A.53 duplicate webhooks: unique message id in the same transaction, answer 200 at once": (
        "tests/journeys/test_messenger.py", "test_a_webhook_delivered_three_times_is_answered_once",
    ),
    "A.54 sending: a crash must not re-run what was done": (
        "tests/journeys/test_calls.py", "test_an_action_runs_and_is_not_run_again_after_kill_minus_nine",
    ),
    "A.55 agent's own echo events must not wake the bot": (
        "tests/conversation/test_handoffs.py", "test_an_answer_in_the_native_app_silences_the_bot",
    ),
    "A.56 SSRF: no private IPs after redirect": (
        "tests/integrations/test_services.py", "test_a_redirect_to_another_host_is_refused_and_nobody_there_is_asked",
    ),
    "A.57 SSRF: resolved addresses are those connected to": (
        "tests/integrations/test_services.py", "test_what_was_checked_is_what_is_connected_to",
    ),
    "A.58 secrets masked in trace, database and log": (
        "tests/journeys/test_calls.py", "test_no_secret_is_found_in_the_database_or_the_log",
    ),
    "C.22 at-least-once webhooks = duplicate conversations; dedup key set before lock -> lost message": (
        "tests/storage/test_accepting.py", "test_a_duplicate_inside_one_batch_is_stored_once",
    ),
    "C.23 conversation lock not safe across servers/threads": (
        "tests/journeys/test_bad_input.py", "test_a_second_serve_on_the_same_database_exits_3_and_the_first_goes_on",
    ),
    "C.26 stored state unreadable after an upgrade": (
        "tests/conversation/test_path.py", "test_a_row_of_another_release_goes_to_a_person_and_neighbours_go_on",
    ),
}  # fmt: skip
"""Promise -> (file, test)."""

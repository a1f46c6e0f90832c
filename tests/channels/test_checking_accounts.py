"""What `chatbot check` finds wrong with accounts: all that `serve` would stop at, at its place, without values."""

from __future__ import annotations

import pytest

from chatbot.channels.accounts import check_accounts
from chatbot.channels.registry import KINDS, open_channel, settings_of
from chatbot.content.load import examine
from chatbot.errors import OperatorError
from tests.channels.test_accounts import SETTINGS

ENVIRON = {"TOKEN": "123456:ABC", "SECRET": "s3cr3t of ours", "BAD": "n0t-shown"}


def found(accounts: str, **environ: str) -> list[str]:
    """`line: message` of each finding; the accounts begin on line 3."""
    project = examine({"bot.yaml": f"name: Acme\nchannels:\n{accounts}"}, environ or ENVIRON, []).project
    problems = list(check_accounts(project))
    assert not any("n0t-shown" in f"{each.message} {each.help}" for each in problems)
    return [f"{each.line}: {each.message}{f' ({each.help})' if each.help else ''}" for each in problems]


def test_a_missing_key_stands_at_its_account_and_a_misspelt_one_is_one_finding() -> None:
    page = "  page:\n    kind: messenger\n    page_id: '17'\n    page_tokn: ${TOKEN}\n    app_secret: ${SECRET}\n"
    assert sorted(found(page)) == [
        "3: `verify_token:` is missing here",
        "6: unknown key `page_tokn` (did you mean `page_token`?)",
    ]


def test_all_accounts_are_looked_at_and_what_they_hold_stays_secret() -> None:
    accounts = (
        "  tg:\n    kind: telegram\n    token: ${BAD}\n    secret_token: ${SECRET}\n"
        "  wa: { kind: whatsapp, phone_number_id: '+49', token: t, app_secret: s, verify_token: v, version: 25 }\n"
        "  chat: { kind: webchat, accent: blue }\n"
    )
    lines = [line.partition(": ")[0] for line in found(accounts)]
    assert lines == ["5", "6", "7", "7", "8"]


def test_what_belongs_together_is_said_of_the_account() -> None:
    x = "  us: { kind: x, user_id: '1', consumer_secret: '${SECRET}' }\n"
    [told] = found(x)
    assert told.startswith("3: `us` is missing a token")


def test_of_a_variable_that_is_not_set_nothing_is_said_but_of_the_rest_is() -> None:
    telegram = "  tg:\n    kind: telegram\n    token: ${UNSET}\n    secret_token: ${UNSET}\n    nonsense: 1\n"
    [told] = found(telegram, OTHER="1")
    assert told.startswith("7: unknown key `nonsense`")
    x = "  us: { kind: x, user_id: '1', consumer_secret: '${SECRET}', access_token: '${UNSET}' }\n"
    assert found(x, SECRET="s") == []
    assert found("  tg: { kind: telegram, token: '${UNSET:-no token}', secret_token: a }\n", OTHER="1") != []


def test_a_bridge_is_looked_into() -> None:
    bridge = (
        "  li:\n    kind: bridge\n    api_url: https://p.example\n    secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"
        "    challenge: { parametre: a }\n"
    )
    assert found(bridge) == ["7: unknown key `parametre` (did you mean `parameter`?)"]


@pytest.mark.parametrize("kind", sorted(set(KINDS) & set(SETTINGS)))
def test_what_opens_is_clean_and_what_is_found_does_not_open(kind: str) -> None:
    model = settings_of(kind)
    assert model is not None
    model.model_validate(SETTINGS[kind])
    with pytest.raises(OperatorError):
        open_channel("acct", {**SETTINGS[kind], "nonsense": "1"})
    assert found(f"  acct: {{ kind: {kind}, nonsense: 1 }}\n")


def test_a_kind_that_nobody_tells_of_is_left_alone() -> None:
    assert settings_of("shout") is None
    assert found("  acct: { kind: shout, anything: 1 }\n") == []

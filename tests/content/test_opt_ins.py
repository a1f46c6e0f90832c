"""When a flow that speaks unasked is told to have an opt-in, and when there is nothing to tell."""

import pytest

from tests.content.kit import BOT, load

WHATSAPP = '{ kind: whatsapp, phone_number_id: "17", token: t, app_secret: s, verify_token: v }'
MESSENGER = '{ kind: messenger, page_id: "17", token: t, app_secret: s, verify_token: v }'
SHIPPED = "flow: shipped\nstart: [{ event: order_shipped }]\nsteps: [{ say: It is on its way. }]\n"
ASKS = "flow: asks\nstart: [{ keyword: news }]\nsteps: [{ consent: news, say: May we?, if_no: [{ say: Fine. }] }]\n"


def found(channel: str = WHATSAPP, shipped: str = SHIPPED, **files: str) -> list[str]:
    loaded = load(bot=f"{BOT}channels: {{ sales: {channel} }}\n", flows_shipped=shipped, **files)
    return [problem.code for problem in loaded.diagnostics]


def test_a_flow_that_speaks_on_an_event_wants_an_opt_in_somewhere() -> None:
    assert found() == ["CB509"]
    assert found(flows_asks=ASKS) == []


def test_a_project_that_minds_consent_gets_it_from_elsewhere() -> None:
    assert found(shipped=SHIPPED.replace("steps:", "if: contact.consent.shipping\nsteps:")) == []
    assert found(shipped=SHIPPED.replace("{ event:", "{ opt_in: shipping }, { event:")) == []


def test_an_author_may_say_that_opt_ins_are_given_elsewhere() -> None:
    assert found(shipped=SHIPPED.replace("]\nsteps", "] # chatbot: ignore CB509\nsteps")) == []


@pytest.mark.parametrize("steps", ["[{ tag: shipped }]", "[{ end: seen }]"])
def test_a_flow_that_says_nothing_needs_none(steps: str) -> None:
    assert found(shipped=SHIPPED.replace("[{ say: It is on its way. }]", steps)) == []


def test_a_channel_on_which_nothing_goes_out_unasked_needs_none() -> None:
    assert found(MESSENGER) == []

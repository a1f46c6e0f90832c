"""When something may be said, as the tables say it; the numbers are written a second time here, from the platforms."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.policy.capabilities import CAPABILITIES
from chatbot.policy.consent import agreed
from chatbot.policy.opt_ins import OPT_INS
from chatbot.policy.sending import WINDOWS, Reach, Refusal, Words, by_ad, refusal, verdict
from chatbot.types import Author, Referral, Window

HOUR = 3_600_000
NOW = 1_700_000_000_000
BOT, PERSON, SYSTEM = (Words(author, NOW) for author in ("bot", "person", "system"))


def decided(reach: Reach, words: Words = BOT, *, after: int = 0, human_agent: bool = False) -> Refusal | None:
    return verdict(reach, words, NOW + after, human_agent=human_agent).refusal


def wrote(channel: str, **more: int) -> Reach:
    return Reach(channel, last_in_at=NOW, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("channel", "hours"), [("messenger", 24), ("instagram", 24), ("whatsapp", 24), ("tiktok", 48)])
def test_a_window_closes_so_long_after_the_contacts_last_word(channel: str, hours: int) -> None:
    for words in (BOT, PERSON, SYSTEM):
        assert decided(wrote(channel), words, after=hours * HOUR) is None
        assert decided(wrote(channel), words, after=hours * HOUR + 1) == "window"


def test_the_window_of_an_account_holds_before_that_of_its_kind() -> None:
    own = Window(24 * HOUR, most=3)
    assert decided(replace(wrote("tiktok"), own_window=own), after=24 * HOUR) is None
    assert decided(replace(wrote("tiktok"), own_window=own), after=24 * HOUR + 1) == "window"
    assert decided(replace(wrote("tiktok", sent=3), own_window=own)) == "quota"
    assert decided(replace(wrote("telegram"), own_window=own), after=24 * HOUR + 1) == "window"


@pytest.mark.parametrize(("span", "said"), [(48 * HOUR, "48 hours"), (HOUR // 2 * 3, "90 minutes")])
def test_people_are_told_how_long_the_window_was(span: int, said: str) -> None:
    late = verdict(replace(wrote("tiktok"), own_window=Window(span)), BOT, NOW + span + 1, human_agent=False)
    assert f"the {said} after" in late.why


@pytest.mark.parametrize("channel", ["telegram", "webchat", "x", "bridge", "console"])
def test_other_channels_take_messages_at_any_time(channel: str) -> None:
    assert decided(Reach(channel, agreed=True), after=10**12) is None


@pytest.mark.parametrize(("channel", "hours"), [("messenger", 7 * 24), ("instagram", 7 * 24), ("whatsapp", 72)])
def test_an_ad_opens_a_longer_window(channel: str, hours: int) -> None:
    reach = wrote(channel, ad_at=NOW)
    assert decided(reach, after=hours * HOUR) is None
    assert decided(reach, after=hours * HOUR + 1) == "window"
    assert decided(wrote(channel, ad_at=NOW - hours * HOUR), after=24 * HOUR) is None


@pytest.mark.parametrize(
    ("referral", "is_one"),
    [
        (None, False),
        (Referral("summer", "SHORTLINK"), False),
        (Referral("", "ADS", "42"), True),
        (Referral("", "ad"), True),
        (Referral("", "", "42"), True),
    ],
)
def test_who_came_by_an_ad(referral: Referral | None, is_one: bool) -> None:
    assert by_ad(referral) == is_one


@pytest.mark.parametrize("channel", sorted(WINDOWS))
def test_whoever_never_wrote_gets_nothing_where_there_is_a_window(channel: str) -> None:
    assert decided(Reach(channel)) == "window"


@pytest.mark.parametrize("channel", ["messenger", "instagram"])
def test_a_person_may_answer_for_seven_days_once_the_account_is_allowed_to_and_then_is_marked(channel: str) -> None:
    late, latest = 25 * HOUR, 7 * 24 * HOUR
    tagged = verdict(wrote(channel), PERSON, NOW + late, human_agent=True)
    assert (tagged.refusal, tagged.human_agent) == (None, True)
    assert decided(wrote(channel), PERSON, after=latest, human_agent=True) is None
    assert decided(wrote(channel), PERSON, after=latest + 1, human_agent=True) == "window"
    assert not verdict(wrote(channel), PERSON, NOW + HOUR, human_agent=True).human_agent  # no tag while none is needed
    refused = verdict(wrote(channel), PERSON, NOW + late, human_agent=False)
    assert refused.refusal == "window"
    assert "human_agent: true" in refused.why


@pytest.mark.parametrize("channel", sorted(WINDOWS))
def test_nothing_but_a_persons_words_is_ever_marked_as_a_persons(channel: str) -> None:
    for words in (BOT, SYSTEM):
        late = verdict(wrote(channel), words, NOW + 49 * HOUR, human_agent=True)
        assert (late.refusal, late.human_agent) == ("window", False)


@pytest.mark.parametrize("channel", ["whatsapp", "tiktok"])
def test_where_there_is_no_such_mark_a_person_waits_too(channel: str) -> None:
    assert decided(wrote(channel), PERSON, after=49 * HOUR, human_agent=True) == "window"


def test_a_template_may_be_sent_at_any_time_on_whatsapp_only() -> None:
    template = replace(BOT, template=True)
    assert decided(wrote("whatsapp", agreed=True), template, after=1000 * HOUR) is None
    assert decided(Reach("whatsapp", agreed=True), template) is None
    assert decided(wrote("messenger"), template, after=25 * HOUR) == "window"


def test_tiktok_takes_ten_messages_until_the_contact_writes_again() -> None:
    assert decided(wrote("tiktok", sent=9)) is None
    assert decided(wrote("tiktok", sent=10)) == "quota"
    assert decided(wrote("messenger", sent=10)) is None


# --- opt-ins ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["x", "bridge", "a channel of somebody's own"])
def test_without_a_window_a_day_is_an_answer_and_later_wants_an_opt_in(channel: str) -> None:
    assert decided(wrote(channel), after=24 * HOUR) is None
    assert decided(wrote(channel), after=24 * HOUR + 1) == "opt_in"
    assert decided(Reach(channel)) == "opt_in"
    assert decided(wrote(channel, agreed=True), after=1000 * HOUR) is None


@pytest.mark.parametrize("channel", ["telegram", "webchat", "console"])
def test_who_came_to_us_there_need_not_opt_in(channel: str) -> None:
    assert decided(wrote(channel), after=1000 * HOUR) is None


def test_a_template_comes_unasked_and_wants_an_opt_in_too() -> None:
    template = replace(BOT, template=True)
    assert decided(wrote("whatsapp"), template, after=24 * HOUR) is None
    assert decided(wrote("whatsapp", ad_at=NOW), template, after=72 * HOUR) is None
    assert decided(wrote("whatsapp"), template, after=24 * HOUR + 1) == "opt_in"
    assert decided(Reach("whatsapp"), template) == "opt_in"


def test_an_opt_in_opens_no_window() -> None:
    assert decided(wrote("messenger", agreed=True), after=25 * HOUR) == "window"
    assert decided(wrote("whatsapp", agreed=True), after=25 * HOUR) == "window"


def test_people_and_the_system_need_no_opt_in() -> None:
    for words in (PERSON, SYSTEM):
        assert decided(wrote("x"), words, after=1000 * HOUR) is None


def test_every_channel_has_a_row_that_says_where_its_rule_is_from() -> None:
    assert set(OPT_INS) == set(CAPABILITIES) - {"bridge"}
    assert all(rule.source for rule in OPT_INS.values())


# --- consent, blocks, threads -----------------------------------------------------------------------------


def test_after_an_opt_out_only_the_system_and_answers_speak() -> None:
    out = Reach("telegram", last_in_at=NOW, opted_out_at=NOW)
    assert decided(out, SYSTEM) is None
    assert decided(out, replace(BOT, planned_at=NOW - 1)) == "consent"  # planned before it
    assert decided(out, BOT) is None  # its confirmation, where a flow of the project gives it
    assert decided(out, replace(BOT, planned_at=NOW + 1)) is None  # answers what they wrote since
    assert decided(out, replace(BOT, planned_at=NOW + 1, proactive=True)) == "consent"
    assert decided(out, PERSON) == "consent"
    assert decided(replace(out, last_in_at=NOW + 5), PERSON, after=6) is None


def test_who_has_blocked_us_gets_nothing_from_anybody() -> None:
    for words in (BOT, PERSON, SYSTEM):
        assert decided(Reach("telegram", last_in_at=NOW, blocked=True), words) == "blocked"


def test_a_thread_that_another_app_answers_gets_nothing_from_us() -> None:
    for words in (BOT, PERSON, SYSTEM):
        assert decided(Reach("messenger", last_in_at=NOW, thread="263902037430900"), words) == "thread"


# --- the engine and delivery ------------------------------------------------------------------------------

SPANS = st.integers(1, 10 * 24 * HOUR)
MOMENTS = st.none() | st.integers(NOW - 10 * 24 * HOUR, NOW)


@given(
    channel=st.sampled_from([*WINDOWS, "telegram", "webchat", "x", "bridge"]),
    last=MOMENTS,
    ad=MOMENTS,
    out=st.booleans(),
    opted_in=st.booleans(),
    proactive=st.booleans(),
    blocked=st.booleans(),
    template=st.booleans(),
    own=st.none() | st.builds(Window, free=SPANS, ad=SPANS, templates=st.booleans()),
)
def test_what_the_engine_may_say_now_delivery_lets_through_now(
    *,
    channel: str,
    last: int | None,
    ad: int | None,
    out: bool,
    opted_in: bool,
    proactive: bool,
    blocked: bool,
    template: bool,
    own: Window | None,
) -> None:
    """A flow that is told it may speak is not refused in the next moment, and the other way round."""
    consent = {"opted_out": out, "news": opted_in}
    known = Reach(channel, last, ad, blocked=blocked, agreed=agreed(consent), own_window=own)
    asked = refusal(known, NOW, opted_out=out, proactive=proactive, template=template)
    reach = replace(known, opted_out_at=NOW - 1 if out else None)
    assert decided(reach, Words("bot", NOW, proactive, template)) == asked


@given(
    author=st.sampled_from(["bot", "person", "system"]),
    channel=st.sampled_from([*WINDOWS, "telegram", "x"]),
    last=MOMENTS,
    out=MOMENTS,
    agent=st.booleans(),
)
def test_every_refusal_says_why(author: Author, channel: str, last: int | None, out: int | None, agent: bool) -> None:
    found = verdict(Reach(channel, last, opted_out_at=out), Words(author, NOW), NOW, human_agent=agent)
    assert (found.refusal is not None) == bool(found.why)

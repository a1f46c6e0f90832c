"""May something be said to a contact now? Windows, consent, blocks and threads, as one table and a few functions.

The engine asks before it speaks, so that an author can say what happens instead; delivery asks again at the moment a
message would go out, whoever said it; and the desk asks before a person has typed in vain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from chatbot.policy.opt_ins import opt_in_rule
from chatbot.types import Author, Referral, Window

Refusal = Literal["window", "consent", "opt_in", "blocked", "quota", "thread"]

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


WINDOWS: Final[Mapping[str, Window]] = {
    "messenger": Window(DAY, ad=7 * DAY, person=7 * DAY),
    "instagram": Window(DAY, ad=7 * DAY, person=7 * DAY),
    "whatsapp": Window(DAY, ad=72 * HOUR, templates=True),
    "tiktok": Window(48 * HOUR, most=10),
}
"""By kind of channel; a kind that is not here takes messages at any time. An account may have its own."""

_ADS: Final = frozenset({"ad", "ads"})


def by_ad(referral: Referral | None) -> bool:
    """Whether a contact came by an ad, which opens a longer window."""
    return referral is not None and (bool(referral.ad_id) or referral.source.lower() in _ADS)


@dataclass(frozen=True, slots=True)
class Reach:
    """How a contact can be reached in one conversation; moments in ms since 1970 UTC, None for never.

    `opted_out_at`: since when they want no messages; `stopped_at`: when the words that said so arrived. `thread`: the
    platform's app that answers this thread now, "" when that is us. `sent`: our messages since the contact last wrote,
    where the channel counts them. `agreed`: an opt-in of theirs is on record. `own_window`: that of the account, None
    where the one of its kind holds.
    """

    channel: str
    last_in_at: int | None = None
    ad_at: int | None = None
    opted_out_at: int | None = None
    stopped_at: int | None = None
    blocked: bool = False
    thread: str = ""
    sent: int = 0
    agreed: bool = False
    own_window: Window | None = None

    @property
    def window(self) -> Window | None:
        """None where messages are taken at any time."""
        return self.own_window or WINDOWS.get(self.channel)

    @property
    def closes_at(self) -> int | None:
        """When free text is no longer taken, 0 if the contact never wrote; None where that is always possible."""
        window = self.window
        if window is None:
            return None
        if self.last_in_at is None:
            return 0
        return max(self.last_in_at + window.free, (self.ad_at or 0) + window.ad)

    @property
    def answers_until(self) -> int:
        """Until when what we say answers the contact: as long as the window is open, a day where there is none."""
        closes_at = self.closes_at
        if closes_at is not None:
            return closes_at
        return 0 if self.last_in_at is None else self.last_in_at + DAY

    def lacks_opt_in(self, at: int) -> bool:
        """Whether what is said at the moment `at` comes unasked, and the platform wants an opt-in that is not there."""
        return at > self.answers_until and opt_in_rule(self.channel).wanted and not self.agreed

    @property
    def person_until(self) -> int | None:
        """Until when a person may answer with the platform's leave; None where there is no such thing."""
        window = self.window
        if window is None or not window.person:
            return None
        return 0 if self.last_in_at is None else self.last_in_at + window.person


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be sent: who says it, when that was decided, and whether it answers nothing the contact did."""

    author: Author
    planned_at: int
    proactive: bool = False
    template: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether words may go out. `why` is for people; `human_agent`: only if marked as a person's."""

    refusal: Refusal | None = None
    why: str = ""
    human_agent: bool = False


MAY: Final = Verdict()


def verdict(reach: Reach, words: Words, at: int, *, human_agent: bool) -> Verdict:
    """Whether these words may go out at the moment `at`.

    `human_agent`: the platform lets this account's people answer after the window.
    """
    if reach.blocked:
        return Verdict("blocked", "the customer has blocked us: nothing arrives until they write again")
    if reach.thread:
        return Verdict("thread", "another app answers this conversation: it has to pass it to us first")
    if _unwanted(reach, words):
        return Verdict("consent", "the customer wants no more messages, and has not written since")
    closes_at, window = reach.closes_at, reach.window
    if closes_at is not None and window is not None and at > closes_at and not (words.template and window.templates):
        return _late(reach, window, words, at, allowed=human_agent)
    if words.author == "bot" and reach.lacks_opt_in(at):
        return Verdict("opt_in", "the customer has not agreed to be written to, and this answers nothing they wrote")
    if window is not None and window.most and reach.sent >= window.most:
        return Verdict("quota", f"{window.most} messages were sent since the customer last wrote, and no more may be")
    return MAY


def _unwanted(reach: Reach, words: Words) -> bool:
    """After an opt-out its confirmation goes out, and then only answers to what the contact writes."""
    if reach.opted_out_at is None or words.author == "system":
        return False
    if words.author == "person":
        # Who wrote again while the opt-out was being stored wants an answer to that.
        return (reach.last_in_at or 0) <= (reach.stopped_at or reach.opted_out_at)
    return words.proactive or words.planned_at < reach.opted_out_at


def _late(reach: Reach, window: Window, words: Words, at: int, *, allowed: bool) -> Verdict:
    until = reach.person_until
    over = f"the {_spoken(window.free)} after the customer's last message are over"
    if window.templates:
        return Verdict("window", f"{over}: only an approved template may be sent until they write again")
    if words.author != "person" or until is None or at > until:
        return Verdict("window", f"{over}: nothing may be sent until they write again")
    if allowed:
        return Verdict(human_agent=True)
    days = window.person // DAY
    return Verdict(
        "window",
        f"{over}: a person may answer for {days} days only if Meta has granted the app the human agent permission;"
        " then set `human_agent: true` on the account in bot.yaml",
    )


def _spoken(span: int) -> str:
    """A span of milliseconds, for people: "48 hours", or "90 minutes"."""
    return f"{span // HOUR} hours" if span % HOUR == 0 else f"{span / MINUTE:g} minutes"


def refusal(reach: Reach, at: int, *, opted_out: bool, proactive: bool, template: bool = False) -> Refusal | None:
    """Why the bot may not say something at the moment `at`, None when it may; for the engine.

    `opted_out`: as the engine knows it, which is told no moment. `proactive`: it answers nothing the contact did.
    `template`: the channel's own, approved beforehand.
    """
    if reach.blocked:
        return "blocked"
    if proactive and opted_out:
        return "consent"
    closed = reach.closes_at is not None and at > reach.closes_at
    if closed and not (template and reach.window and reach.window.templates):
        return "window"
    return "opt_in" if reach.lacks_opt_in(at) else None

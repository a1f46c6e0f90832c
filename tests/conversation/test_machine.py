"""Inbox, turns, outbox and desk against a sequential model, in any order of operations, crashes included."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import Any, Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chatbot.conversation.delivery import MAX_DOUBTS
from chatbot.conversation.path import Pace
from chatbot.conversation.record import Arrival, Record, Result
from chatbot.conversation.turn import Programs, Queues
from chatbot.errors import PlatformError, Refused
from chatbot.types import Consent, HandOff, Json
from tests.conversation.path_kit import NOW, FakeChannel, Ticking, make_path, said, say
from tests.storage.store_kit import ASK, letter, open_sqlite, rows

PEOPLE = ("ana", "bo", "cy")
GRACE = 1_000
DAY = 86_400_000
"""The window of the channel, and how long what a person or the system said may wait."""
NOT_SENT = "not sent"
"""A bot row that the platform refused comes back as an arrival that changes nothing here."""
Fate = Literal["ok", "retry", "fail", "blocked", "lost", "unheard"]
SWITCHES: dict[str, Consent] = {"stop": Consent("opt_out"), "start": Consent("opt_in")}


def turn(record: Record, arrival: Arrival, programs: Programs, renderer: Any, queues: Queues) -> Result:
    count = json.loads(record.state or b"0")
    if arrival.not_sent is not None:
        return Result(record)
    told = arrival.inbound.text if arrival.inbound else arrival.desk
    if record.control == "human":
        return Result(record)
    after = replace(record, status="open", state=json.dumps(count + 1).encode())
    line = say(f"{count + 1}:{told}", renderer)
    switch = SWITCHES.get(told.rstrip("0123456789"))
    if switch is not None:
        return Result(after, lines=(replace(line, author="system"),), consent=(switch,))
    if told.startswith("event"):  # what the business brings about answers nothing they did
        line = replace(line, proactive=True)
    result = Result(after, lines=(line,))
    if told.startswith("person") and record.control == "bot":
        return replace(result, record=replace(after, control="queued"), entered=HandOff("default"))
    return result


@dataclass
class Row:
    text: str
    author: str
    epoch: int
    planned: int
    proactive: bool = False
    status: str = "waiting"
    attempts: int = 0
    doubts: int = 0
    arrived: int = 0

    @property
    def live(self) -> bool:
        return self.status in {"waiting", "uncertain"}


@dataclass
class Person:
    """What a conversation must be."""

    control: str = "bot"
    epoch: int = 0
    count: int = 0
    handoff: int = 0
    last_in: int | None = None
    opted_out: int | None = None
    blocked: bool = False
    waiting: list[tuple[str, int]] = field(default_factory=list)
    desk: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)

    def turn(self, now: int) -> None:
        told, at = self.desk.pop(0) if self.desk else "", 0
        if not told and self.waiting:
            told, at = self.waiting.pop(0)
            self.last_in, self.blocked = at, False
            self.heard.append(told)
        if not told or self.control == "human" or told == NOT_SENT:
            return
        self.count += 1
        switch = told.rstrip("0123456789")
        author = "system" if switch in SWITCHES else "bot"
        self.outbox.append(Row(f"{self.count}:{told}", author, self.epoch, now, told.startswith("event")))
        if switch in SWITCHES:
            self.opted_out = now if switch == "stop" else None
        elif told.startswith("person") and self.control == "bot":
            self.control = "queued"

    def may_get(self, row: Row, now: int) -> bool:
        """Window, consent and blocks, said a second time and in another way than policy/ does."""
        wrote = self.last_in if self.last_in is not None else -DAY
        answered = row.planned >= (self.opted_out or 0) and not row.proactive
        wanted = {"system": True, "bot": answered, "person": wrote > (self.opted_out or 0)}
        return not self.blocked and now <= wrote + DAY and (self.opted_out is None or wanted[row.author])

    def may_speak(self, row: Row) -> bool:
        return row.author != "bot" or (row.epoch == self.epoch and self.control != "human")

    def next(self, now: int) -> Row | None:
        """What the store must send next; decides on the way what is overdue, too old, void or not allowed."""
        for row in self.outbox:
            if row.status == "uncertain":
                row.status = "waiting" if row.author == "bot" else "held"
                row.status = "waiting" if row.author == "system" else row.status
        for row in self.outbox:
            if row.status == "waiting" and row.author != "bot" and now >= row.planned + DAY:
                row.status = "expired"
        for row in self.outbox:
            if row.status == "waiting" and not self.may_speak(row):
                row.status = "dropped"
            elif row.status == "waiting" and not self.may_get(row, now):
                row.status = "refused"
                self.desk += [NOT_SENT] if row.author == "bot" else []
            elif row.live:
                return row
        return None


class Platform(FakeChannel):
    """Notes what arrives and does with the next sends as it is told."""

    fate: Fate = "ok"

    async def send(self, recipient: str, body: Json, reference: str) -> str:
        match self.fate:
            case "retry":
                raise PlatformError("busy", reason="outage", retryable=True)
            case "fail":
                raise PlatformError("no", reason="content")
            case "blocked":
                raise PlatformError("no", reason="blocked")
            case "lost":
                raise PlatformError("reset", reason="outage", uncertain=True)
            case "unheard":
                await super().send(recipient, body, reference)
                raise PlatformError("reset", reason="outage", uncertain=True)
            case "ok":
                return await super().send(recipient, body, reference)


WORDS = st.sampled_from(["m", "person", "person", "stop", "start", "event"])
"""What a message asks for; every third one does."""


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = File(tempfile.mkdtemp(prefix="chatbot-machine-"))
        self.runner = asyncio.Runner()
        self.clock = Ticking()
        self.platform = Platform()
        self.people = {name: Person() for name in PEOPLE}
        self.accepted: list[tuple[str, str]] = []
        self.open()

    def open(self) -> None:
        self.store = open_sqlite(self.folder / "chatbot.db")
        self.path = make_path(
            self.store, self.clock, [self.platform], turn=turn, pace=Pace(grace=GRACE, reply_within=10**12)
        )
        self.do(self.store.start(self.clock.now, GRACE))

    def do(self, work: Awaitable[Any]) -> Any:
        async def run() -> Any:
            return await work

        return self.runner.run(run())

    def later(self) -> None:
        """Long enough for every retry and every grace."""
        self.clock.now += 61_000 + GRACE

    # --- what may happen -------------------------------------------------------------------------------------

    @rule(batch=st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 60), WORDS), min_size=1, max_size=4))
    def accept(self, batch: list[tuple[str, int, str]]) -> None:
        """Numbers repeat, so redeliveries happen; the platform's time is the number, so batches are disordered."""
        letters = sorted(
            (
                letter(said(f"{word if number % 3 == 0 else 'm'}{number}", number, contact=who, at=NOW + number))
                for who, number, word in batch
            ),
            key=lambda one: one.inbound.timestamp,
        )
        self.do(self.store.accept(letters, self.clock.now))
        for one in letters:
            mark = (one.inbound.key.contact, one.inbound.message_id)
            if mark not in self.accepted:
                self.accepted.append(mark)
                self.people[mark[0]].waiting.append((one.inbound.text, self.clock.now))

    @rule()
    def take_turns(self) -> None:
        self.do(self.path.turns.round())
        for person in self.people.values():
            person.turn(self.clock.now)

    @rule()
    def a_day_passes(self) -> None:
        self.clock.now += DAY

    @rule(fate=st.sampled_from(["ok", "ok", "retry", "fail", "blocked", "lost", "unheard"]))
    def deliver(self, fate: Fate) -> None:
        self.platform.fate = fate

        async def deliver() -> None:
            async with asyncio.TaskGroup() as group:
                await self.path.delivery.round(group)
            await self.path.delivery.finish()

        self.do(deliver())
        for person in self.people.values():
            row = person.next(self.clock.now)
            if row is None:
                continue
            row.attempts += 1
            person.blocked = person.blocked or fate == "blocked"
            row.arrived += fate in {"ok", "unheard"}
            row.doubts += fate in {"lost", "unheard"}
            doubtful = "held" if row.doubts >= MAX_DOUBTS else "uncertain"
            if fate in {"fail", "blocked"} and row.author == "bot":
                person.desk.append(NOT_SENT)
            after = {"ok": "sent", "fail": "failed", "blocked": "failed", "retry": "waiting"}
            row.status = after.get(fate, doubtful)
        self.later()

    @rule(arrives=st.booleans())
    def crash_while_sending(self, arrives: bool) -> None:
        parcels = self.do(self.store.exchange([], ASK, self.clock.now)).parcels
        for parcel in parcels:
            if arrives:
                self.platform.sent.append((parcel.recipient, parcel.body["text"]))
        for person in self.people.values():
            row = person.next(self.clock.now)
            if row is not None:
                row.attempts += 1
                row.arrived += arrives
                row.status = "uncertain"
        self.crash()

    @rule()
    def crash(self) -> None:
        self.do(self.store.close(clean=False))
        for person in self.people.values():
            for row in person.outbox:
                row.doubts = 0  # counted in memory
        self.open()
        self.later()

    @rule(who=st.sampled_from(PEOPLE))
    def echo_settles_an_uncertain_row(self, who: str) -> None:
        person = self.people[who]
        row = next((row for row in person.outbox if row.live), None)
        if row is None or row.status != "uncertain" or not row.arrived:
            return
        [(reference,)] = rows(
            self.folder / "chatbot.db",
            "SELECT o.reference FROM outbox o JOIN conversations c ON c.id = o.conversation JOIN identities d"  # noqa: S608
            f" ON d.id = c.identity WHERE d.external = '{who}' AND o.status = 'uncertain'",
        )
        echo = said(row.text, 10_000 + len(self.accepted), contact=who, kind="echo", metadata=str(reference))
        self.do(self.store.accept([letter(echo)], self.clock.now))
        row.status = "sent"

    @rule(who=st.sampled_from(PEOPLE), agent=st.sampled_from(["pat", "sam"]))
    def claim(self, who: str, agent: str) -> None:
        self.act(
            who, lambda handoff: self.path.handoffs.claim(handoff, agent), lambda person: person.control == "queued"
        )

    @rule(who=st.sampled_from(PEOPLE), agent=st.sampled_from(["pat", "sam"]))
    def release(self, who: str, agent: str) -> None:
        self.act(who, lambda handoff: self.path.handoffs.release(handoff, agent), lambda _: True)

    @rule(who=st.sampled_from(PEOPLE), agent=st.sampled_from(["pat", "sam"]))
    def resolve(self, who: str, agent: str) -> None:
        self.act(who, lambda handoff: self.path.handoffs.resolve(handoff, agent), lambda _: True)

    @precondition(lambda self: any(person.control == "human" for person in self.people.values()))
    @rule(who=st.sampled_from(PEOPLE), agent=st.sampled_from(["pat", "sam"]))
    def reply(self, who: str, agent: str) -> None:
        person, text = self.people[who], f"{agent} says {len(self.people[who].outbox)}"
        row = Row(text, "person", 0, self.clock.now)
        holders = [one.agent for one in self.do(self.path.handoffs.list()) if one.contact == who]
        said = self.act(who, lambda handoff: self.path.handoffs.reply(handoff, agent, text), lambda _: True)
        assert said == (holders == [agent] and person.may_get(row, self.clock.now))
        if said:
            person.outbox.append(row)

    def act(self, who: str, action: Callable[[int], Awaitable[Any]], allowed: Callable[[Person], bool]) -> bool:
        """Do it if there is an open handoff; the answer and the model must agree on who holds it."""
        person = self.people[who]
        found = [one for one in self.do(self.path.handoffs.list()) if one.contact == who]
        assert bool(found) == (person.control != "bot")
        if not found:
            return False
        try:
            shown = self.do(action(found[0].id))
        except Refused as refused:
            return not self.refused(refused, found[0].agent)
        assert allowed(person)
        if (shown.control == "human") != (person.control == "human"):
            person.epoch += 1
        if shown.control == "bot":
            person.desk.append(shown.handoff.end_reason)
        person.control = shown.control
        return True

    def refused(self, error: Refused, owner: str | None) -> bool:
        assert error.owner == owner
        return True

    # --- what must hold --------------------------------------------------------------------------------------

    @invariant()
    def every_message_is_applied_once_and_in_order(self) -> None:
        heard = rows(
            self.folder / "chatbot.db",
            "SELECT d.external, m.text FROM messages m JOIN conversations c ON c.id = m.conversation"
            " JOIN identities d ON d.id = c.identity WHERE m.author = 'customer' ORDER BY m.id",
        )
        for name, person in self.people.items():
            assert [text for who, text in heard if who == name] == person.heard

    @invariant()
    def the_outbox_is_the_models(self) -> None:
        """In particular: no bot row was sent that the model, under a person's control, would have dropped."""
        stored = rows(
            self.folder / "chatbot.db",
            "SELECT d.external, m.text, o.author, o.status, o.attempts"
            " FROM outbox o JOIN messages m ON m.id = o.message"
            " JOIN conversations c ON c.id = o.conversation JOIN identities d ON d.id = c.identity ORDER BY o.id",
        )
        for name, person in self.people.items():
            model = [(row.text, row.author, row.status, row.attempts) for row in person.outbox]
            assert [row[1:] for row in stored if row[0] == name] == model

    @invariant()
    def the_platform_got_what_was_sent_and_nothing_else(self) -> None:
        expected = Counter(
            {
                (name, row.text): row.arrived
                for name, person in self.people.items()
                for row in person.outbox
                if row.arrived
            }
        )
        assert Counter(self.platform.sent) == expected

    def teardown(self) -> None:
        """In the end everything accepted was heard, and nothing waits unseen."""
        for _ in range(400):
            if any(person.waiting or person.desk for person in self.people.values()):
                self.take_turns()
                self.every_message_is_applied_once_and_in_order()
            elif any(row.live for person in self.people.values() for row in person.outbox):
                self.deliver("ok")
            else:
                break
        self.the_outbox_is_the_models()
        self.the_platform_got_what_was_sent_and_nothing_else()
        assert self.do(self.store.load(self.clock.now)).quiet
        self.do(self.store.close(clean=True))
        self.runner.close()
        shutil.rmtree(self.folder)


Machine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestMachine = Machine.TestCase

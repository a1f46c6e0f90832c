"""Conversations under any course of deployments, rollbacks, crashes and passing days: nobody loses an answer."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chatbot.content.load import load_texts, program_from_bundle
from chatbot.conversation.path import Path
from chatbot.conversation.programs import KEPT, Compiled, Programs
from chatbot.conversation.turn import take_turn
from chatbot.engine.engine import Engine
from chatbot.understanding.understanding import Understanding
from tests.conversation.path_kit import ACCOUNT, FakeCaller, FakeChannel, Ticking, open_queues, said
from tests.storage.store_kit import letter, open_sqlite

PEOPLE = ("ana", "bo", "cy")
GUESTS, MAIL = "{ ask: guests, say: 'GUESTS?' }", "{ ask: mail, say: 'MAIL?' }"
PLANS = (
    (GUESTS, MAIL),
    (GUESTS.replace("GUESTS?", "Now then, GUESTS?"), MAIL),
    (MAIL, GUESTS),
    ("{ set: { guests: guests or 1 } }", MAIL),
    (),
)
"""The steps of each version: as it was, in other words, in another order, without a question, without the flow."""
UPDATED = "I was changed in the middle"


def compile_bundle(bundle: bytes) -> Compiled:
    program = program_from_bundle(bundle)
    understanding = Understanding.build(program)
    return Compiled(program, understanding, Engine(program, understanding.entities))


def files(number: int) -> dict[str, str]:
    bot = f"name: Bot {number}\ndefaults: {{ silence: 300d }}\n"
    end = f"  - say: 'DONE {number}: <{{guests}}> <{{mail}}>'\n"
    steps = "".join(f"  - {step}\n" for step in PLANS[number])
    flow = f"flow: visit\nstart: [{{ button: VISIT }}]\nslots: {{ guests: integer, mail: email }}\nsteps:\n{steps}{end}"
    other = "flow: other\nstart: [{ button: OTHER }]\nsteps:\n  - say: Other\n"
    return {"bot.yaml": bot, "flows/other.yaml": other} | ({"flows/visit.yaml": flow} if steps else {})


def version(number: int) -> bytes:
    loaded = load_texts(files(number), {})
    assert loaded.program is not None, loaded.diagnostics
    return loaded.bundle


BUNDLES = tuple(version(number) for number in range(len(PLANS)))
VERSIONS = tuple(map(compile_bundle, BUNDLES))


@dataclass
class Customer:
    """What a customer was told last, and what they answered since the flow began or the bot owned up to a change."""

    heard: int = 0
    last: str = ""
    answers: dict[str, str] = field(default_factory=dict)


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = File(tempfile.mkdtemp(prefix="chatbot-versions-"))
        self.runner = asyncio.Runner()
        self.clock = Ticking()
        self.customers = {name: Customer() for name in PEOPLE}
        self.number = 0
        self.active = 0
        self.deployed = {0}
        self.open()
        self.run(self.programs.activate(VERSIONS[0], BUNDLES[0]))

    def open(self) -> None:
        self.store = open_sqlite(self.folder / "chatbot.db")
        self.programs = Programs(self.store, VERSIONS[self.active], compile_bundle, self.clock)
        self.path = Path(
            self.store, {ACCOUNT: FakeChannel()}, FakeCaller(), self.programs, take_turn, open_queues, self.clock
        )
        self.run(self.store.start(self.clock.now, 0))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    # --- what may happen -------------------------------------------------------------------------------------

    @rule(number=st.integers(0, len(PLANS) - 1))
    def deploy(self, number: int) -> None:
        """Also back to what was active before: a rollback is the activation of a version that is stored."""
        ready = VERSIONS[number]
        if number in self.deployed:
            ready = self.run(self.programs.stored(ready.program.hash))
        self.run(self.programs.activate(ready, BUNDLES[number]))
        self.active = number
        self.deployed.add(number)

    @rule()
    def crash(self) -> None:
        self.run(self.store.close(clean=False))
        self.open()

    @rule(days=st.sampled_from([0.4, 1.1]))
    def days_pass(self, days: float) -> None:
        self.clock.now += int(days * KEPT)

    @rule(who=st.sampled_from(PEOPLE), crashes=st.booleans())
    def write(self, who: str, *, crashes: bool) -> None:
        """Answers what was asked, or begins what there is; `crashes` between acceptance and answer."""
        self.number += 1
        self.clock.now += 1_000
        customer = self.customers[who]
        if customer.last.endswith("GUESTS?"):
            text = customer.answers["guests"] = str(2 + self.number)
        elif customer.last.endswith("MAIL?"):
            text = customer.answers["mail"] = f"m{self.number}@b.example"
        else:
            text = ""
            customer.answers.clear()
        # Three presses on a button of a flow that is gone would lead to a person, and then the bot is silent.
        begins = "VISIT" if PLANS[self.active] else "OTHER"
        kind = {"kind": "text"} if text else {"kind": "button", "payload": begins}
        inbound = said(text, self.number, contact=who, at=self.clock.now, **kind)  # type: ignore[arg-type]
        self.run(self.store.accept([letter(inbound)], self.clock.now))
        if crashes:
            self.crash()
        self.run(self.settle())
        self.listen(who, customer)

    async def settle(self) -> None:
        """Take the turns and send what they say, one platform call of a conversation a round."""
        await self.path.turns.round()
        for _ in range(6):
            async with asyncio.TaskGroup() as group:
                await self.path.delivery.round(group)
            await self.path.delivery.finish()

    def listen(self, who: str, customer: Customer) -> None:
        lines = self.run(self.store.lines_after(ACCOUNT, who, customer.heard, 100))
        told = [line.message.text for line in lines if line.author != "customer"]
        assert told, f"{who} wrote and heard nothing"
        customer.heard, customer.last = lines[-1].cursor, told[-1]
        if any(UPDATED in text for text in told):
            customer.answers.clear()
        for text in told:
            if text.startswith("DONE"):
                guests, mail = (part.split(">")[0] for part in text.split("<")[1:])
                assert mail == customer.answers.get("mail", "")
                assert guests in {customer.answers.get("guests", ""), *(() if customer.answers.get("guests") else "1")}

    # --- what must hold --------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_handed_to_a_person_or_forgotten(self) -> None:
        assert self.run(self.store.troubles(5)) == []

    def teardown(self) -> None:
        try:
            self.deploy(0)
            for who, customer in self.customers.items():
                for _ in range(4):
                    self.write(who, crashes=False)
                    if customer.last.startswith("DONE"):
                        break
                else:
                    raise AssertionError(f"{who} cannot come to an end: {customer}")
        finally:
            self.run(self.store.close(clean=True))
            self.runner.close()
            shutil.rmtree(self.folder)


TestVersions = Machine.TestCase
TestVersions.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

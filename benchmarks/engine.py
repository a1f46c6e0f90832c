"""Microseconds per turn in the engine, beside the cost of only reading and writing its state.

    python benchmarks/engine.py [--turns 20000]

The turn is a realistic one: intent known, a slot out of the sentence, a condition, two texts.
"""

from __future__ import annotations

import argparse
import sys
import timeit
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from chatbot.engine.engine import Engine
from chatbot.engine.state import State, decode, encode
from chatbot.types import Event, Facts, Reading
from chatbot.understanding.entities import Entities
from tests.engine.talk import MONDAY, program

FLOW = """
flow: order_status
start: [{intent: order_status}]
slots: {order_number: order_number}
steps:
  - ask: order_number
    say: What is your order number?
  - if: order_number != "AB-000000"
    then:
      - say: "I am looking for {order_number}."
      - say: Anything else?
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=20_000)
    turns = parser.parse_args().turns
    made = program(FLOW)
    engine = Engine(made, Entities.build(made.entities))
    text = "where is my order AB-123456"
    reading = Reading("en", intent="order_status", found=engine.entities.find_all(text, "en", MONDAY))
    event = Event("message", MONDAY, Facts(1, "site", "webchat", "en"), text=text, reading=reading)
    stored = encode(State(met=True, turns=1))

    def turn() -> bytes:
        return encode(engine.advance(decode(stored), event).state)

    def only_state() -> bytes:
        return encode(decode(stored))

    each, floor = (
        min(timeit.repeat(work, number=turns // 5, repeat=5)) / (turns // 5) * 1e6 for work in (turn, only_state)
    )
    print(f"turn       {each:6.1f} us")
    print(f"state only {floor:6.1f} us   ratio {each / floor:.1f}")


if __name__ == "__main__":
    main()

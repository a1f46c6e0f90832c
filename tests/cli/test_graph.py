from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from tests.cli.conftest import Run

EVERYTHING = """\
flow: thanks
title: 'Say "thanks" [now]'
start: [{ intent: thanks }, { button: THANKS }]
slots: { order_number: order_number, email: email }
steps:
  - form: [order_number, email]
    if_failed: { end: given_up }
  - choose: size
    say: Which size; "S" | <L>?
    options:
      - { title: "Small <b>", then: [{ say: "a --> b" }] }
      - { title: Large, value: L }
  - if: size == "L" and order_number != none
    then: [{ call: order_status }]
    else: [{ again: email }]
  - cases:
      - { if: 'size == "S"', then: [{ goto: last }] }
      - { else: [{ handoff: orders, then: [{ say: Welcome back. }] }] }
  - split: tone
    branches: [{ weight: 1, then: [{ say: one }] }, { weight: 3, then: [{ wait: 10m }] }]
  - id: last
    say: "end {size} `x` \\\\ #35; & more"
"""


def test_mermaid_on_standard_output(run: Run, bot: Path) -> None:
    told = run("graph", "order_status")
    assert (told.code, told.err) == (0, "")
    lines = [line.strip() for line in told.out.splitlines()]
    assert lines[:3] == [
        "flowchart TD",
        'subgraph f0 ["order_status - Check an order"]',
        'f0in(["intent: order_status<br>button: ORDER_STATUS"]) --> f0s0',
    ]
    assert 'f0s0 -- "silence 1" --> f0s4' in lines
    assert 'f0s1 -- "error 404" --> f0s6' in lines
    assert 'f0s2{"if<br>order.days_late #62; 3"}' in lines
    assert 'f0esilent(["silent"])' not in lines


def test_every_verb_is_drawn_and_nothing_an_author_writes_is_syntax(run: Run, bot: Path) -> None:
    (bot / "flows" / "thanks.yaml").write_text(EVERYTHING, encoding="utf-8")
    out = run("graph").out
    assert out.count("subgraph") == 2
    assert "-. call .-> f0" in out
    assert '-- "weight 3" -->' in out
    for line in out.splitlines():
        inside = [re.sub(r"<br>|#\d+;", "", text) for text in re.findall(r'"([^"]*)"', line)]
        assert not any(sign in text for text in inside for sign in "<>[]{}|;`#")
        assert line.count('"') % 2 == 0


class Page(HTMLParser):
    """Ids, the anchors that are linked, and everything a browser would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            elif name == "href" and value and value.startswith("#"):
                self.links.add(value[1:])
            elif name in ("src", "href"):
                self.fetched.append(str(value))
        if tag == "script":
            self.fetched.append(tag)


def test_the_page_needs_nothing_beside_it_and_its_links_lead_somewhere(run: Run, bot: Path) -> None:
    (bot / "flows" / "thanks.yaml").write_text(EVERYTHING, encoding="utf-8")
    told = run("graph", "--html", "flows.html")
    assert (told.code, told.out) == (0, "")
    assert "wrote flows.html: 2 flows" in told.err
    text = (bot / "flows.html").read_text("utf-8")
    page = Page(text)
    assert page.fetched == []
    assert page.links <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "thanks--last" in page.links
    assert "order-status" in page.links
    assert "Small &lt;b&gt;" in text
    assert text.count("Welcome back.") == 1
    assert "ends: given_up" in text or "end:given_up" in text


def test_a_flow_that_is_not_there_is_named_with_the_nearest(run: Run, bot: Path) -> None:
    told = run("graph", "order_statu")
    assert told.code == 2
    assert "order_status" in told.err

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

TRAIN = """text,intent
where is my order,order
track my parcel,order
has my package shipped,order
when will it arrive,order
i want my money back,refund
please refund me,refund
can i get a refund,refund
return my payment,refund
are you open on sunday,hours
what are your opening hours,hours
when do you close,hours
when do you open,hours
"""
TEST = """text,intent
wheres my ordr,order
i want a refnd,refund
r u open today,hours
where is my refund,refund
sing me a song,oos
what is the weather in paris,oos
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "train.csv").write_text(TRAIN, encoding="utf-8")
    (tmp_path / "test.csv").write_text(TEST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_two_files_are_enough_and_no_project_is_needed(run: Run, files: Path) -> None:
    told = run("evaluate", "--train", "train.csv", "--test", "test.csv", "--format", "json")
    assert (told.code, told.err) == (0, "")
    found = json.loads(told.out)
    assert found["accuracy"] >= 0.75
    assert found["accuracy_95"][0] < found["accuracy"]
    assert (found["in_scope"], found["messages"]) == (4, 6)
    assert found["per_intent"]["refund"]["support"] == 2
    assert set(found["oos"]) == {"auroc", "fpr95", "recall_at_5", "count"}
    assert found["oos"]["auroc"] == 1.0
    assert set(found["speed"]) == {"messages_per_second", "p50_us", "p99_us"}
    assert found["build_seconds"] > 0
    assert found["memory_mb"] >= 0
    assert found["languages"] == ["en"]


def test_a_file_alone_is_cross_validated(run: Run, files: Path) -> None:
    told = run("evaluate", "--train", "train.csv", "--format", "json", "--quiet")
    found = json.loads(told.out)
    assert (found["messages"], found["oos"]) == (12, None)
    assert 0 < found["accuracy"] < 1


def test_a_project_is_cross_validated_and_advised(run: Run, bot: Path) -> None:
    told = run("evaluate")
    assert told.code == 0
    assert "accuracy" in told.out
    assert "recommended: accept" in told.out
    assert "round 5 of 5" in told.err


def test_phrases_of_every_language_are_held_back(run: Run, bot: Path) -> None:
    for file in bot.rglob("*.yaml"):
        file.unlink()
    (bot / "bot.yaml").write_text("name: A\nlanguages: [en, es]\n", encoding="utf-8")
    intents = (
        "intents:\n  hours:\n    say: { en: [when are you open, opening hours], es: [cuándo abren, qué horario] }\n"
    )
    (bot / "intents" / "main.yaml").write_text(intents, encoding="utf-8")
    told = run("evaluate", "--format", "json")
    assert json.loads(told.out)["messages"] == 4


def test_a_project_is_asked_the_messages_of_a_file(run: Run, bot: Path) -> None:
    (bot / "real.csv").write_text("intent,text\norder_status,wheres my ordr\noos,sing me a song\n", encoding="utf-8")
    assert json.loads(run("evaluate", "--test", "real.csv", "--format", "json").out)["accuracy"] == 1.0


def test_an_accuracy_below_the_least_fails(run: Run, files: Path) -> None:
    (files / "odd.csv").write_text("text,intent\nwhere is my order,refund\n", encoding="utf-8")
    told = run("evaluate", "--train", "train.csv", "--test", "odd.csv", "--min-accuracy", "0.5")
    assert told.code == 1
    assert "below 0.500" in told.err
    assert run("evaluate", "--train", "train.csv", "--test", "test.csv", "--min-accuracy", "0.5").code == 0


def test_the_page_holds_everything_and_nothing_a_customer_wrote_as_markup(run: Run, files: Path) -> None:
    (files / "odd.csv").write_text("text,intent\n<script>alert(1)</script> order,refund\n", encoding="utf-8")
    run("evaluate", "--train", "train.csv", "--test", "odd.csv", "--html", "page.html")
    page = (files / "page.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page
    for part in ("<svg", 'class="matrix"', "Advice", "nearly the same"):
        assert part in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sentence,label\nhi,greet\n", "text,intent"),
        ("text,intent\nhi,\n", ":2: no intent"),
        ("text,intent\n", "no rows"),
        ("text,intent\nhi,oos\n", "nothing to learn from"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong(run: Run, files: Path, content: str, said: str) -> None:
    (files / "train.csv").write_text(content, encoding="utf-8")
    told = run("evaluate", "--train", "train.csv", "--test", "test.csv")
    assert told.code == 2
    assert said in told.err

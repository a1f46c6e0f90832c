"""What is kept between runs: the same as loading anew, never believed when it could be wrong, and without secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.caching import MOST, Cache, learnt_understanding, load_project
from chatbot.content import load
from chatbot.understanding import Context

BOT = """
name: Acme
disclosure: ${GREETING:-Hi}
services: { shop: { url: "https://shop.example", auth: { bearer: "${TOKEN}" } } }
"""
FLOW = """
flow: f
start: [{ button: F }]
steps:
  - say: [{ text: "On Telegram {contact.name|upper}", only: telegram }, "Hello {contact.name}"]
  - if: contact.name == "Ana"
    then: { say: "Hi Ana" }
  - fetch: POST shop /orders
    json: { who: "{contact.name}" }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "bot"
    (root / "flows").mkdir(parents=True)
    (root / "bot.yaml").write_text(BOT)
    (root / "flows" / "f.yaml").write_text(FLOW)
    return root


def environ(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"CHATBOT_CACHE_DIR": str(tmp_path / "kept"), "TOKEN": "s3cr3t-token", **more}


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "kept").glob("*"))


def test_what_comes_out_of_the_cache_is_what_loading_gives(project: Path, tmp_path: Path) -> None:
    settings = environ(tmp_path)
    fresh, first, second = load.load_project(project, settings), *(load_project(project, settings) for _ in range(2))
    assert len(files(tmp_path)) == 1
    assert first == second == fresh
    assert second.program is not None
    assert fresh.program is not None
    step = second.program.flows["f"].nodes["if:contact-name-ana"].step
    assert step == fresh.program.flows["f"].nodes["if:contact-name-ana"].step
    assert step.if_.names == {"contact"}  # type: ignore[union-attr]  # compiled when it is used
    assert second.program.bot.services["shop"] == fresh.program.bot.services["shop"]


def test_no_secret_is_kept(project: Path, tmp_path: Path) -> None:
    load_project(project, environ(tmp_path))
    (kept,) = files(tmp_path)
    assert b"s3cr3t-token" not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


def test_a_change_of_a_file_or_of_a_variable_is_seen(project: Path, tmp_path: Path) -> None:
    load_project(project, environ(tmp_path))
    changed = load_project(project, environ(tmp_path, GREETING="Hello"))
    assert changed.program is not None
    assert changed.program.bot.disclosure is not None
    assert changed.program.bot.disclosure.source == "Hello"
    (project / "flows" / "f.yaml").write_text(FLOW.replace("Hi Ana", "Hey Ana"))
    assert "Hey Ana" in load_project(project, environ(tmp_path)).bundle.decode()
    assert len(files(tmp_path)) == 3


@pytest.mark.parametrize("damage", [b"", b"x", b"half"])
def test_a_damaged_file_is_as_good_as_none(project: Path, tmp_path: Path, damage: bytes) -> None:
    whole = load_project(project, environ(tmp_path))
    (kept,) = files(tmp_path)
    data = kept.read_bytes()
    kept.write_bytes(data[: len(data) // 2] if damage == b"half" else damage)
    assert load_project(project, environ(tmp_path)) == whole
    assert kept.read_bytes() == data


def test_a_project_with_mistakes_is_not_kept(project: Path, tmp_path: Path) -> None:
    (project / "flows" / "f.yaml").write_text(FLOW.replace("say:", "sya:"))
    assert load_project(project, environ(tmp_path)).program is None
    assert files(tmp_path) == []


def test_a_folder_that_others_can_write_to_is_not_believed(project: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o777)
    (tmp_path / "kept").chmod(0o777)
    assert load_project(project, environ(tmp_path)).program is not None
    assert files(tmp_path) == []


def test_the_cache_can_be_turned_off_and_needs_no_home(project: Path, tmp_path: Path) -> None:
    for settings in ({"CHATBOT_CACHE_DIR": "off"}, {}, {"HOME": str(project / "bot.yaml")}):
        assert load_project(project, {"TOKEN": "x", **settings}).program is not None
    assert files(tmp_path) == []


def test_the_files_used_last_are_kept(tmp_path: Path) -> None:
    cache = Cache.open(environ(tmp_path))
    for number in range(MOST + 5):
        cache.put(str(number), b"x")
    assert len(files(tmp_path)) == MOST


def test_what_was_learnt_comes_out_of_the_cache_and_reads_the_same(project: Path, tmp_path: Path) -> None:
    settings = environ(tmp_path)
    (project / "intents").mkdir()
    (project / "intents" / "i.yaml").write_text(
        "intents:\n  a: { say: [where is my order, track my parcel, has it shipped] }\n"
        "  b: { say: [open on sunday, opening hours, when do you close] }\n"
    )
    program = load_project(project, settings).program
    assert program is not None
    first, second = (learnt_understanding(program, settings) for _ in range(2))
    assert [path.name.split("-")[0] for path in files(tmp_path)] == ["learnt", "project"]
    for text in ("wheres my ordr", "r u open sundays", "sing a song"):
        assert first.read(text, Context()) == second.read(text, Context())
    assert (first.was_learnt_before, second.was_learnt_before) == (False, True)
    kept = files(tmp_path)[0]
    whole = kept.read_bytes()
    for damaged in (b"", b"half a fi", whole[: len(whole) // 2], whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]):
        kept.write_bytes(damaged)
        again = learnt_understanding(program, settings)
        assert not again.was_learnt_before
        assert again.read("track my parcel", Context()).intent == "a"
        assert kept.read_bytes() == whole

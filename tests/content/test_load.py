import json
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.content.bot_file import Bot
from chatbot.content.diagnostics import render_github, render_json, summary
from chatbot.content.graph import Graph
from chatbot.content.load import bundle_of, find_project, load_project, load_texts, program_from_bundle
from chatbot.content.program import Program
from chatbot.errors import AuthorError, OperatorError
from tests.content.kit import ASK, BOT, HEAD, INTENTS, load, places, shown, steps

ROOT = Path(__file__).parents[2]


def program_of(**files: str) -> Program:
    loaded = load({}, **files)
    assert loaded.program is not None, shown(loaded)
    return loaded.program


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


# --- reading from disk ------------------------------------------------------------------------------------


def test_a_project_is_read_from_its_folders(tmp_path: Path) -> None:
    write(tmp_path, bot=BOT, intents__main=INTENTS, flows__order=HEAD + ASK, texts__es="Which order?: ¿Qué pedido?\n")
    loaded = load_project(tmp_path, {})
    assert loaded.program is not None
    assert set(loaded.sources) == {"bot.yaml", "intents/main.yaml", "flows/order.yaml", "texts/es.yaml"}
    assert isinstance(loaded.program.flows["order_status"], Graph)
    assert loaded.program.texts["es"]["Which order?"].source == "¿Qué pedido?"


def test_a_folder_with_its_own_bot_yaml_is_another_project_and_never_entered(tmp_path: Path) -> None:
    write(tmp_path, bot=BOT, intents__main=INTENTS, flows__order=HEAD + ASK)
    write(tmp_path, flows__starter__bot="nonsense", flows__starter__flows__x="nonsense", flows__more__two="flow: two\n")
    assert set(load_project(tmp_path, {}).sources) == {
        "bot.yaml", "intents/main.yaml", "flows/order.yaml", "flows/more/two.yaml",
    }  # fmt: skip


def test_files_of_other_kinds_and_hidden_ones_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, bot=BOT, intents__main=INTENTS, flows__order=HEAD + ASK)
    (tmp_path / "flows" / "notes.txt").write_text("x")
    (tmp_path / "flows" / ".#order.yaml").write_text("{")
    (tmp_path / "flows" / "loop").symlink_to(tmp_path)
    assert load_project(tmp_path, {}).program is not None


def test_the_nearest_project_upwards_is_found(tmp_path: Path) -> None:
    write(tmp_path, bot=BOT)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_project(deep) == tmp_path.resolve()
    with pytest.raises(OperatorError, match=r"bot\.yaml"):
        find_project(tmp_path.parent)


def test_a_folder_without_bot_yaml_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"bot\.yaml"):
        load_project(tmp_path, {})


def test_a_file_that_is_not_utf8_is_a_finding_and_the_others_are_still_checked(tmp_path: Path) -> None:
    write(tmp_path, bot=BOT, intents__main=INTENTS, flows__order=HEAD + ASK + "  - sya: x\n")
    (tmp_path / "flows" / "latin.yaml").write_bytes(b"flow: caf\xe9\n")
    loaded = load_project(tmp_path, {})
    assert places(loaded.diagnostics) == ["CB102 flows/latin.yaml:1:10-11", "CB108 flows/order.yaml:6:5-8"]


def test_the_default_bot_of_this_repository_is_clean() -> None:
    loaded = load_project(ROOT, {})
    assert shown(loaded) == ""


# --- all problems, and only real ones ---------------------------------------------------------------------


def test_a_file_that_does_not_parse_yields_no_follow_on_findings() -> None:
    broken = load(intents_main="intents: {\n")
    assert places(broken.diagnostics) == ["CB101 intents/main.yaml:1:10-11"]
    broken = load(bot="name: [\n", flows_order=HEAD + ASK + "  - handoff: orders\n")
    assert places(broken.diagnostics) == ["CB101 bot.yaml:1:7-8"]
    broken = load(flows_two="flow: two\nsteps: x: y\n", flows_order=HEAD + ASK + "  - call: two\n")
    assert places(broken.diagnostics) == ["CB101 flows/two.yaml:2:8-12"]


def test_findings_are_sorted_by_file_and_place_and_come_once() -> None:
    found = load(flows_b="flow: b\nsteps: [{ sya: x }]\nx: 1\n", flows_a="flow: a\nsteps: [{ sya: x }]\n", bot="x: 1\n")
    spots = [(p.file, p.line, p.column) for p in found.diagnostics]
    assert spots == sorted(spots)
    assert len(set(found.diagnostics)) == len(found.diagnostics)
    assert {file for file, _, _ in spots} == {"bot.yaml", "flows/a.yaml", "flows/b.yaml"}


@pytest.mark.parametrize(
    "text",
    [
        "  - handoff: nobody  # chatbot: ignore CB203\n",
        "  # chatbot: ignore CB203\n  - handoff: nobody\n",
        "  - handoff: nobody  # chatbot: ignore CB101, CB203\n",
    ],
)
def test_a_comment_silences_a_code_on_its_line(text: str) -> None:
    assert shown(steps(text)) == ""
    assert shown(steps(text.replace("CB203", "CB204"))) != ""


def test_json_has_the_promised_form() -> None:
    document = json.loads(render_json(steps("  - handoff: ordrs\n").diagnostics))
    assert document == {
        "version": 1,
        "problems": [
            {
                "code": "CB203",
                "severity": "error",
                "file": "flows/order.yaml",
                "line": 6,
                "column": 14,
                "end_column": 19,
                "message": "unknown queue `ordrs`",
                "help": "did you mean `orders`?",
                "example": [],
                "docs": "docs/reference/rules/CB203.md",
            }
        ],
    }


def test_github_annotations_cannot_be_broken_out_of() -> None:
    loaded = load({}, **{"flows_100%,a:b": "flow: x\nsteps: [{ end: A b }]\n"})
    (line,) = render_github(loaded.diagnostics).splitlines()
    assert line.startswith("::error file=flows/100%25%2Ca%3Ab.yaml,line=2,col=16,endColumn=19,title=CB107::")


def test_the_last_line_counts() -> None:
    loaded = steps("  - handoff: ordrs\n")
    assert summary(loaded.diagnostics, files=12, intents=1) == "12 files, 1 intent, 1 error, 0 warnings"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["bot.yaml", "intents/main.yaml", "flows/order.yaml", "texts/es.yaml"]), st.data())
def test_no_damage_to_a_file_crashes_the_check(name: str, data: st.DataObject) -> None:
    files = {"bot.yaml": BOT, "intents/main.yaml": INTENTS, "flows/order.yaml": HEAD + ASK, "texts/es.yaml": "a: b\n"}
    text = files[name]
    at = data.draw(st.integers(0, len(text)))
    patch = data.draw(st.one_of(st.text(max_size=20), st.sampled_from(["{}", "[]", "''", "x", ": ", "\n- ", "{a: b}"])))
    files[name] = text[:at] + patch + text[at + data.draw(st.integers(0, 20)) :]
    loaded = load_texts(files, {})
    assert (loaded.program is None) == any(problem.is_error for problem in loaded.diagnostics)
    shown(loaded)


# --- variables and secrets --------------------------------------------------------------------------------

SECRETS = """\
name: Acme
public_url: ${PUBLIC_URL:-https://acme.example}
services: { api: { url: "${API_URL}", auth: { bearer: "${TOKEN}" }, headers: { X-Key: literal-secret } } }
channels: { page: { kind: messenger, page_token: "${TOKEN}", app_secret: literal-secret } }
store: ${DATABASE_URL:-sqlite:///chatbot.db}
files: { bucket: "${FILES_BUCKET:-acme-chat}", access_key: literal-secret, secret_key: literal-secret }
"""


def test_variables_are_filled_in_from_the_environment() -> None:
    loaded = load({"API_URL": "https://api.example", "TOKEN": "t0p-s3cret"}, bot=SECRETS)
    assert loaded.program is not None
    bot = loaded.program.bot
    assert bot.public_url == "https://acme.example"
    assert bot.services["api"].url == "https://api.example"
    auth = bot.services["api"].auth
    assert auth is not None
    assert auth.bearer is not None
    assert auth.bearer.get_secret_value() == "t0p-s3cret"
    assert "s3cret" not in repr(bot.services) + str(bot.services["api"].model_dump())
    assert bot.store == "sqlite:///chatbot.db"
    assert loaded.unset_variables == ()


def test_an_unset_variable_is_a_warning_and_named_for_serve() -> None:
    loaded = load({}, bot=SECRETS)
    assert loaded.unset_variables == ("API_URL", "TOKEN")
    assert [p.severity for p in loaded.diagnostics] == ["warning"] * 3
    assert loaded.program is not None


def test_variables_mean_nothing_outside_bot_yaml() -> None:
    loaded = load({"X": "y"}, flows_order=HEAD + ASK + "  - say: costs ${{X}\n")
    assert loaded.program is not None
    assert loaded.unset_variables == ()


def test_no_secret_is_in_findings_or_in_the_bundle() -> None:
    wrong = SECRETS + "queues: { '${TOKEN}': { priority: '${TOKEN}', capacity: '${TOKEN}', hours: '${TOKEN}' } }\n"
    wrong += "defaults: { resume: '${TOKEN}', silence: '${TOKEN}' }\n"
    environ = {"API_URL": "https://api.example", "TOKEN": "t0p-s3cret"}
    unknown = SECRETS + "queues: { a: { hours: '${TOKEN}' } }\nhours: { b: { timezone: '${TOKEN}', week: {} } }\n"
    unknown += "contact: { c: '${TOKEN}' }\n"
    for text in (wrong, unknown, unknown.replace("messenger", "'${TOKEN}'")):
        loaded = load(environ, bot=text)
        assert len(loaded.diagnostics) >= 3
        assert "t0p" not in shown(loaded) + render_json(loaded.diagnostics)
    stored = bundle_of(load(environ, bot=SECRETS))
    assert b"t0p" not in stored
    assert b"literal-secret" not in stored
    assert b"messenger" not in stored
    assert b"acme-chat" not in stored


def test_a_version_does_not_depend_on_where_files_lie() -> None:
    """Or nobody could read it once the bucket and its variables are gone."""
    bot = BOT + "files: { bucket: '${FILES_BUCKET}', access_key: k, secret_key: s }\n"
    stored = bundle_of(load({"FILES_BUCKET": "acme-chat"}, bot=bot))
    assert program_from_bundle(stored, {}).bot.files is None
    assert stored == bundle_of(load())


# --- versions ---------------------------------------------------------------------------------------------


def test_a_program_is_rebuilt_from_its_bundle() -> None:
    loaded = load(
        flows_order=HEAD
        + ASK
        + '  - { fetch: POST orders_api /x, json: { n: 5, t: "5", on: true, x: [null, a] }, save: o }\n'
    )
    assert loaded.program is not None
    again = program_from_bundle(bundle_of(loaded))
    assert again.hash == loaded.program.hash
    assert again.flows == loaded.program.flows
    assert again.intents == loaded.program.intents
    assert again.entities == loaded.program.entities
    assert again.texts == loaded.program.texts


def test_a_version_does_not_depend_on_comments_layout_deployment_or_the_environment() -> None:
    first = program_of().hash
    assert (
        program_of(
            flows_order="# hello\n" + (HEAD + ASK).replace("{ ask: order_number,", "{   ask: 'order_number',")
        ).hash
        == first
    )
    assert program_of(bot=BOT + "store: postgresql://x\npublic_url: https://y.example\n").hash == first
    with_variable = BOT.replace("https://api.example", "${API}")
    hashes = {load({"API": url}, bot=with_variable).program.hash for url in ("https://a", "https://b")}  # type: ignore[union-attr]
    assert len(hashes) == 1


def test_a_version_depends_on_every_word_a_customer_could_notice() -> None:
    texts = {"texts_es": "Which order?: ¿Cuál?\n"}
    changed = [
        program_of(flows_order=HEAD + ASK.replace("Which", "What")),
        program_of(intents_main=INTENTS.replace("track", "follow")),
        program_of(bot=BOT.replace("Madrid", "Lisbon")),
        program_of(**texts),
        program_of(),
    ]
    assert len({program.hash for program in changed}) == len(changed)


def test_a_bundle_of_another_format_is_an_operator_problem() -> None:
    for data in (b"{", b"{}", b'{"format": 99, "files": []}', b'{"format": 1, "files": [{"kind": "bot", "tree": 5}]}'):
        with pytest.raises(OperatorError):
            program_from_bundle(data)


def test_a_project_with_errors_has_no_bundle() -> None:
    with pytest.raises(AuthorError) as caught:
        bundle_of(steps("  - sya: x\n"))
    assert [problem.code for problem in caught.value.diagnostics] == ["CB108"]


def test_a_program_survives_pickling() -> None:
    program = program_of()
    assert pickle.loads(pickle.dumps(program)) == program  # noqa: S301 - our own bytes


# --- what is shipped --------------------------------------------------------------------------------------


def test_all_commands_are_there_in_the_bots_languages() -> None:
    intents = program_of(bot=BOT.replace("[en]", "[en, es]")).intents
    commands = {intent.command for intent in intents.values() if intent.command}
    assert commands == {"human", "cancel", "opt_out", "opt_in", "delete_data", "restart", "help", "emergency"}
    assert set(intents["command_cancel"].say) == {"en", "es"}
    assert set(program_of(bot=BOT.replace("[en]", "es-MX")).intents["command_cancel"].say) == {"es-MX"}
    assert set(program_of(bot=BOT.replace("[en]", "[de, tr]")).intents["command_cancel"].say) == {"de", "tr"}
    assert set(program_of(bot=BOT.replace("[en]", "ja")).intents["command_cancel"].say) == {"en"}


def test_what_ships_for_other_languages_is_not_part_of_a_bot() -> None:
    files = json.loads(load_texts({"bot.yaml": "name: A\nlanguages: [en, pt-BR, pt-PT]\n"}, {}).bundle)["files"]
    names = [file["file"] for file in files if "/flows/" not in file["file"]]
    assert names == ["bot.yaml", "builtin/intents.yaml", "builtin/intents/pt.yaml", "builtin/texts/pt.yaml"]


def test_a_command_of_the_project_takes_the_place_and_gains_the_shipped_phrases() -> None:
    program = program_of(
        bot=BOT.replace("[en]", "[en, es]"),
        intents_human="intents:\n  talk: { command: human, queue: orders, say: [bring me a boss] }\n",
    )
    assert "command_human" not in program.intents
    talk = program.intents["talk"]
    assert isinstance(talk.say, dict)
    assert talk.say["en"][0] == "bring me a boss"
    assert "agent" in talk.say["en"]
    assert "agente" in talk.say["es"]
    assert talk.title == "Talk to a person"
    assert talk.queue == "orders"


def test_a_system_flow_of_the_project_overrides_the_shipped_one() -> None:
    shipped = program_of().flows["system.cancel"]
    own = program_of(flows_cancel="flow: system.cancel\nsteps: [{ say: Fine. }]\n").flows["system.cancel"]
    assert list(own.nodes) == ["say:fine"]
    assert own != shipped


def test_the_shipped_files_themselves_are_clean() -> None:
    folder = ROOT / "chatbot" / "content" / "builtin"
    flows = {f"flows/{path.name}": path.read_text() for path in sorted((folder / "flows").glob("*.yaml"))}
    assert flows
    loaded = load_texts({"bot.yaml": BOT, **flows}, {})
    assert shown(loaded) == ""
    bot = Bot.model_validate({"name": "x"})
    assert bot.languages == ("en",)

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Run


def test_a_pipe_gives_a_transcript_and_no_prompts(run_apart: Run, bot: Path) -> None:
    told = run_apart("chat", given="wheres my ordr\n12345\n")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines() == [
        "user: wheres my ordr",
        "bot: Hi! I'm Acme's automated assistant.",
        "bot: What is your order number? It looks like AB-123456.",
        "user: 12345",
        "bot: Hmm, that is not an order number.",
    ]


def test_services_are_called_for_real(run_apart: Run, bot: Path) -> None:
    told = run_apart("chat", given="where is my order AB-123456\n/state\n")
    assert "bot: Our order system is not answering." in told.out
    assert "fetches:   3" in told.out
    assert "control:   queued" in told.out


def test_commands_look_inside_and_move_time(run_apart: Run, bot: Path) -> None:
    told = run_apart(
        "chat", given="track my order\n/why\n/state\n/after 10m\n/undo\n/state\n/after soon\n/dance\n/quit\nhi\n"
    )
    assert told.code == 0
    assert "order_status" in told.out
    assert "flow:      order_status" in told.out
    assert "timer:     silence in 10m" in told.out
    assert told.out.count("bot: Still there? I only need your order number.") == 1
    assert "expected a time span" in told.err
    assert "there is no /dance" in told.err
    assert "user: hi" not in told.out


def test_why_speaks_in_words_and_cuts_nothing(run_apart: Run, bot: Path) -> None:
    told = run_apart("chat", given="wheres my ordr\n/why\n")
    assert "order_status is accepted" in told.out
    assert "read as: ordr → order" in told.out
    assert "for: " in told.out
    assert "what the bot did:" in told.out
    assert not any(line.endswith((":", ": ")) for line in told.out.splitlines() if "/" in line)


def test_state_tells_no_outcome_of_an_earlier_flow_while_one_runs(run_apart: Run, bot: Path) -> None:
    told = run_apart("chat", given="thank you\n/state\ntrack my order\n/state\n")
    assert told.out.count("ended:") == 1
    assert told.out.index("ended:") < told.out.index("user: track my order")


def test_undo_and_new_go_back(run_apart: Run, bot: Path) -> None:
    told = run_apart(
        "chat", given="/undo\ntrack my order\n/undo\n/state\n/new\nthank you\n/press Refund\n/back\n/why\n"
    )
    assert "there is nothing to take back" in told.err
    assert "taken back" in told.err
    assert 'there is no button "Refund"' in told.err
    assert "bot: You are welcome." in told.out
    assert told.out.count("bot: Hi! I'm Acme's automated assistant.") == 2


def test_people_hold_the_conversation_until_it_is_given_back(run_apart: Run, bot: Path) -> None:
    told = run_apart("chat", given="agent\ntrack my order\n/back\ntrack my order\n")
    assert "/back gives it back" in told.err
    assert "bot: What is your order number?" in told.out


def test_strange_input_is_only_text(run_apart: Run, bot: Path) -> None:
    told = run_apart("chat", given="\n   \n{name} [bold]\x07\n" + "x" * 10_000 + "\n\N{SMILING FACE WITH SUNGLASSES}\n")
    assert told.code == 0
    assert "Traceback" not in told.err


def test_another_channel_can_be_tried(run_apart: Run, bot: Path) -> None:
    assert run_apart("chat", "--as", "messenger", given="thank you\n").out.endswith("bot: You are welcome.\n")
    told = run_apart("chat", "--as", "fax", given="hi\n")
    assert told.code == 2
    assert "there is no channel 'fax'; there are bridge, console, instagram" in told.err


def test_ctrl_c_ends_a_chat_with_130(bot: Path) -> None:
    code = "import sys; from chatbot.cli import main; sys.exit(main(['chat']))"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        chat.stdin.write("thank you\n")
        chat.stdin.flush()
        assert chat.stdout.readline() == "user: thank you\n"
        chat.send_signal(signal.SIGINT)
        assert chat.wait(timeout=60) == 130


def test_why_explains_the_last_message_in_its_place(run_apart: Run, bot: Path) -> None:
    told = run_apart("chat", given="track my order\nAB-000001\n/after 1m\n/why\n")
    assert "found: order_number AB-000001" in told.out
    assert "ask:order_number" in told.out


def test_the_channel_can_be_changed_and_that_undone(run_apart: Run, bot: Path) -> None:
    told = run_apart("chat", given="track my order\n/as messenger\n/state\n/as fax\n/undo\n/state\n")
    assert "there is no channel 'fax'" in told.err
    assert told.out.count("flow:      order_status") == 1


def test_files_that_are_saved_meanwhile_are_taken_up_and_the_conversation_goes_on(bot: Path) -> None:
    command = [sys.executable, "-u", "-c", "import sys; from chatbot.cli import main; sys.exit(main())", "chat"]
    flow = bot / "flows" / "order_status.yaml"
    text = flow.read_text("utf-8")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        told = iter(chat.stdout.readline, "")

        def write(line: str) -> None:
            assert chat.stdin is not None
            chat.stdin.write(line + "\n")
            chat.stdin.flush()

        write("track my order")
        assert any(line.startswith("bot: What is your order number?") for line in told)
        flow.write_text(text.replace("if_invalid:", "if_invallid:"), "utf-8")
        write("12345")
        assert any("did you mean `if_invalid`" in line for line in told)
        assert any(line.startswith("bot: Hmm, that is not") for line in told)
        flow.write_text(text.replace("Hmm, that is not", "No, that is not"), "utf-8")
        write("1234")
        assert any("the files have changed" in line for line in told)
        assert any(line.startswith("bot: ") and "12345" not in line for line in told)
        chat.stdin.close()
        assert chat.wait(timeout=60) == 0


def test_what_goes_out_as_a_template_says_so(run_apart: Run) -> None:
    cookbook = Path(__file__).parents[2] / "docs" / "how-to" / "cookbook" / "message-templates"
    moves = "tell me when it ships\nyes\n/after 3d\n/event parcel_sent\n"
    told = run_apart("chat", "--as", "sales", "--project", str(cookbook), given=moves)
    assert told.out.splitlines()[-1] == ("bot: Hi there, your order - has left our warehouse. (template order_shipped)")


def test_an_event_that_nothing_hears_is_told_with_those_there_are(run_apart: Run) -> None:
    cookbook = Path(__file__).parents[2] / "docs" / "how-to" / "cookbook" / "message-templates"
    told = run_apart("chat", "--project", str(cookbook), given="/event parcel_send\n")
    assert "nothing starts on the event 'parcel_send'" in told.err
    assert "there are parcel_sent" in told.err


KEPT = """
flow: kept
start: [{ referral: summer }]
steps:
  - set: { conversation.mood: '"good"' }
  - say: Noted.
"""


def test_a_file_is_sent_and_a_link_brings_somebody(run_apart: Run, bot: Path) -> None:
    (bot / "flows" / "kept.yaml").write_text(KEPT)
    told = run_apart("chat", given="/attach location\n/attach song\n/referral summer\n/referral\n/state\n")
    assert told.out.splitlines()[0] == "bot: Hi! I'm Acme's automated assistant."
    assert "/attach takes one of image, audio" in told.err
    assert "which link or ad?" in told.err
    assert "bot: Noted." in told.out
    assert "conversation.mood: good" in told.out

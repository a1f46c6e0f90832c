from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(run: Run, shell: str) -> None:
    told = run("completion", shell)
    assert told.code == 0
    assert "_CHATBOT_COMPLETE" in told.out


def test_bash_reads_the_script_and_completes_commands_and_options(tmp_path: Path) -> None:
    assert shutil.which("bash")
    program = tmp_path / "chatbot"
    program.write_text(f"#!{sys.executable}\nimport sys\nfrom chatbot.cli import main\nsys.exit(main())\n")
    program.chmod(0o755)
    script = f"""
    PATH={tmp_path}:$PATH
    eval "$(chatbot completion bash)"
    COMP_WORDS=(chatbot sche) COMP_CWORD=1
    _chatbot_completion chatbot; echo "${{COMPREPLY[@]}}"
    COMPREPLY=() COMP_WORDS=(chatbot test --cov) COMP_CWORD=2
    _chatbot_completion chatbot; echo "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=60)  # noqa: S607
    assert done.stdout.split() == ["schema", "--coverage"]


def test_an_unknown_shell_is_refused(run: Run) -> None:
    assert run("completion", "tcsh").code == 2

"""Compiles the modules that weigh a message (chatbot/understanding/binaries.py names them), if a C compiler is here.

The sources stay what they are and run without: the same, only slower. `python hatch_build.py` compiles in place.
"""

from __future__ import annotations

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOM = Path("chatbot", "understanding")
HERE = Path(__file__).parent
OPTIONS = {"language_level": 3, "annotation_typing": False, "auto_pickle": False, "binding": False}
FLAGS = [] if sys.platform == "win32" else ["-O2", "-g0", "-w"]
"""Objects gain nothing from more; sums do. Nobody reads what is said of made C."""
SUMS = [] if sys.platform == "win32" else ["-O3"]


class CompiledModules(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if compiled():
            build_data.update(pure_python=False, infer_tag=True)
            build_data["artifacts"].append("/chatbot/understanding/compiled/*")


def compiled() -> bool:
    """Compile what is not compiled yet, and say whether it is now."""
    binaries = run_path(str(HERE / ROOM / "binaries.py"))
    folder, modules = binaries["FOLDER"], binaries["MODULES"]
    if binaries["are_current"]() and any(folder.glob(f"*.{sys.implementation.cache_tag}-*")):
        return True
    shutil.rmtree(folder, ignore_errors=True)
    with TemporaryDirectory() as scratch:
        try:
            made = build(Path(scratch), binaries["sources"](), modules)
        except Exception as error:  # noqa: BLE001 - whatever is missing here: plain Python does the same
            why = f"{type(error).__name__} {error}".splitlines()[0]
            sys.stderr.write(f"chatbot is installed uncompiled, and reads messages at half the speed: {why}\n")
            return False
        shutil.copytree(made, folder)
    (folder / "made_of").write_text(binaries["digest"](), encoding="ascii")
    return True


def build(scratch: Path, sources: list[Path], modules: tuple[str, ...]) -> Path:
    """Compile copies of the sources, so that no C is left among them; the folder of what was made."""
    from Cython.Build import cythonize  # noqa: PLC0415 - where it is missing nothing is compiled
    from Cython.Compiler import Errors  # noqa: PLC0415 - see above
    from setuptools import Extension  # noqa: PLC0415 - see above

    package = scratch / ROOM
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    for source in sources:
        # Compiled classes have slots by nature, and Cython knows no such word.
        text = source.read_text(encoding="utf-8").replace("frozen=True, slots=True", "frozen=True")
        (package / source.name).write_text(text.replace("@dataclass(slots=True)", "@dataclass"), encoding="utf-8")
    written = {path.stem: path.name for path in sorted(sources) if path.suffix != ".pxd"}  # .pyx comes behind .py
    extensions = [
        Extension(
            ".".join((*ROOM.parts, name)),
            [str(package / written[name])],
            extra_compile_args=[*FLAGS, *SUMS] if written[name].endswith("x") else FLAGS,
        )
        for name in modules
    ]
    Errors.LEVEL = 2  # below are remarks on the code Cython adds by itself
    made = cythonize(extensions, include_path=[str(scratch)], compiler_directives=OPTIONS, quiet=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(partial(compile_one, scratch), made))
    return scratch / "lib" / ROOM


def compile_one(scratch: Path, extension: Any) -> None:
    from setuptools import Distribution  # noqa: PLC0415 - see build

    command = Distribution({"name": "chatbot", "ext_modules": [extension]}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(scratch / "lib"), str(scratch / "temp" / extension.name)
    command.ensure_finalized()
    command.run()


if __name__ == "__main__":
    sys.exit(not compiled())

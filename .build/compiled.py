"""Compiles the engine's hot modules with mypyc, in a copy: no shared object ever lies in the checkout.

hatch-mypyc compiles in place, moves pyproject.toml away meanwhile, and has no way to a wheel where
there is no C compiler.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

SWITCH: Final = "GLASSMQ_COMPILE"
"""Environment: 0 leaves the engine interpreted; with 1 a build fails where it cannot be compiled."""
NEEDS: Final = ("mypy[mypyc]>=2.4", "pynacl>=1.6")
GROUP: Final = "engine"
"""Compiled as one group: calls between its modules are C calls."""

SETUP: Final = """
from mypyc.build import mypycify
from setuptools import setup

modules = mypycify({arguments!r}, group_name={group!r}, opt_level="3", debug_level="0")
setup(name="engine", packages=[], ext_modules=modules)
"""


class CompilationFailed(Exception):
    """The engine was to be compiled, and could not be; the text says why."""


def is_demanded() -> bool:
    """Tell whether a wheel that is not compiled would be of no use."""
    return os.environ.get(SWITCH) == "1"


def needs() -> list[str]:
    """Name what compiling takes, where this machine can compile."""
    return list(NEEDS) if _machine_lacks() is None else []


def build(root: Path, modules: list[str], room: Path) -> dict[str, str]:
    """Compile, and return each shared object with its place in the wheel.

    Args:
        root: of the checkout; only read.
        modules: dotted names.
        room: an empty directory for the copy; to be kept until the wheel is written.

    Raises:
        CompilationFailed: this machine cannot, or mypyc or the C compiler gave up.
    """
    why_not = _machine_lacks()
    if why_not is not None:
        raise CompilationFailed(why_not)
    shutil.copytree(root / "engine", room / "engine", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    paths = [module.replace(".", "/") + ".py" for module in modules]
    arguments = ["--ignore-missing-imports", *paths]
    (room / "setup.py").write_text(SETUP.format(arguments=arguments, group=GROUP))
    command = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
    done = subprocess.run(command, cwd=room, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise CompilationFailed((done.stdout + done.stderr)[-2000:])
    return {
        str(made): made.relative_to(room).as_posix()
        for made in room.rglob("*.so")
        if "build" not in made.parts
    }


def _machine_lacks() -> str | None:
    if os.environ.get(SWITCH) == "0":
        return f"{SWITCH} is 0"
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
    if shutil.which(compiler) is None:
        return f"there is no C compiler {compiler!r} on the PATH"
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return "Python's headers are not installed (Debian: python3-dev)"
    return None

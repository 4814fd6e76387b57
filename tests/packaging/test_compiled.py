"""Which engine the tests test: the checkout's, all interpreted, or a wheel's with all hot modules compiled.

``make test-compiled`` sets GLASSMQ_ENGINE and runs a copy of the tests where only the wheel can be imported.
"""

import os
import sys
import tomllib
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Final

import pytest

PROJECT: Final = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
HOT: Final[list[str]] = PROJECT["tool"]["hatch"]["build"]["hooks"]["custom"]["compiled"]
IS_COMPILED: Final = os.environ.get("GLASSMQ_ENGINE") == "compiled"


@pytest.mark.parametrize("name", HOT)
def test_a_hot_module_is_compiled_in_the_compiled_run_and_in_no_other(name: str) -> None:
    origin = import_module(name).__file__
    assert origin is not None
    assert origin.endswith(tuple(EXTENSION_SUFFIXES)) == IS_COMPILED, origin


def test_the_compiled_run_imports_the_wheel_and_the_other_the_checkout() -> None:
    engine = import_module("engine").__file__
    assert engine is not None
    home = Path(sys.prefix) if IS_COMPILED else Path(__file__).parents[2]
    assert Path(engine).is_relative_to(home), engine

"""The house's own rules: rooms of one sitting, functions of one screen, a sentence that says what for."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from engine import errors

ROOT = Path(__file__).parents[2]
SOURCES = [p for room in ("engine", "app") for p in sorted((ROOT / room).rglob("*.py")) if p.stat().st_size]
PAGE = [p for p in sorted((ROOT / "static" / "src").rglob("*.ts*")) if ".gen." not in p.name]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
HOT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["hooks"]["custom"][
    "compiled"
]
COMPILED = [ROOT / (module.replace(".", "/") + ".py") for module in HOT]
EXCEPTIONS = {kind.__name__ for kind in vars(errors).values() if isinstance(kind, type)}
DUMPING_GROUNDS = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)(_|\.|$)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*SOURCES, *PAGE], ids=name)
def test_a_file_fits_in_one_sitting(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= LONGEST_FILE, f"{name(path)} has {lines} lines: which second subject moved in?"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_function_fits_on_one_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{name(path)}:{node.lineno} {node.name} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_says_what_it_is_for_in_one_line(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring, f"{name(path)} has no module docstring"
    assert docstring.splitlines()[0].endswith((".", "?")), f"{name(path)}: first line is not a sentence"


@pytest.mark.parametrize("path", [*SOURCES, *PAGE], ids=name)
def test_no_room_is_a_dumping_ground(path: Path) -> None:
    assert not DUMPING_GROUNDS.search(path.name.lower()), f"{name(path)} does not name its subject"


@pytest.mark.parametrize("path", COMPILED, ids=name)
def test_a_compiled_exception_has_no_attribute_of_its_class(path: Path) -> None:
    """mypyc loses it where the base is not compiled: the base's value would be read."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in EXCEPTIONS for base in node.bases):
            assigned = [
                ast.unparse(line) for line in node.body if isinstance(line, ast.Assign | ast.AnnAssign)
            ]
            assert not assigned, f"{name(path)}: set in __init__ of {node.name}: {assigned}"


def test_the_top_level_is_the_plan() -> None:
    seen = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    plan = {"pyproject.toml", "README.md", "Makefile", "app", "engine", "static", "templates", "tests"}
    assert seen - {"build", "dist"} <= plan

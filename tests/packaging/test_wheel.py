"""The wheel that `pip install .` makes: it holds the page, the templates and the examples, and it serves.

Without a C compiler, for speed and as a proof; `make test-compiled` tests the one with a compiled engine.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    environment = {**os.environ, "CC": "no-such-compiler"}
    subprocess.run(
        [*command, "--wheel-dir", str(folder), str(ROOT)], check=True, timeout=240, env=environment
    )
    [made] = folder.glob("*.whl")
    return made


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_wheel_holds_all_that_it_needs_to_serve(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "app/web/dist/index.html" in names
    assert any(name.startswith("app/web/dist/assets/") and name.endswith(".js") for name in names)
    assert any(name.startswith("app/topology/examples/") and name.endswith(".yaml") for name in names)
    assert any(name.endswith(".j2") for name in names)
    assert not any(name.startswith(("tests/", "static/")) or "node_modules" in name for name in names)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_outside_the_checkout_the_wheel_knows_its_examples(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    said = subprocess.run(
        [sys.executable, "-S", "-c", SPEAK, str(tmp_path / "site"), *sys.path],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        timeout=60,
    ).stdout
    assert said.splitlines()[0].split()[0] == "pipeline"


SPEAK = """
import sys
site, *rest = sys.argv[1:]
sys.path[:] = [site, *(p for p in rest if p and "__editable__" not in p)]
sys.argv = ["glassmq", "examples"]
from app.cli.main import main
import app
assert app.__file__.startswith(site), app.__file__
main()
"""

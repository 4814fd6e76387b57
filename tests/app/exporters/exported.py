"""An exported pyzmq project, written and really run."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from app.exporters.catalogue import export_document
from app.topology.keys_here import KeysHere

Json = Any

LONGEST_S = 40


async def run_exported(
    document: Json, directory: Path, *arguments: str, here: KeysHere | None = None, **environment: str
) -> dict[str, Json]:
    """Run the programs until their sources are done; return what each node handled.

    Args:
        here: knows the public halves that the drawing leaves out.
        environment: the programs' secrets.

    Raises:
        AssertionError: a program failed, with what it said.
    """
    for path, text in export_document(document, "pyzmq", here).files:
        (directory / path).write_text(text, encoding="utf-8")
    report = directory / "report.json"
    launcher = [str(directory / "run_all.py"), "--fresh", "--report", str(report), *arguments]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *launcher,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    said, _ = await asyncio.wait_for(process.communicate(), LONGEST_S)
    assert process.returncode == 0, said.decode()
    nodes: dict[str, Json] = json.loads(report.read_text(encoding="utf-8"))["nodes"]
    assert all(node["error"] is None for node in nodes.values()), said.decode()
    return nodes


def messages(node: Json) -> list[list[bytes]]:
    """Return the messages that a node reported, as frames."""
    return [[bytes.fromhex(frame) for frame in frames] for frames in node["messages"]]

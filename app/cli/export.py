"""``glassmq export``: a topology file in another form."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from app.cli.files import UNUSABLE, complain, read_topology
from app.errors import AppError
from app.exporters.catalogue import EXPORTERS, export_document
from app.exporters.exporter import Bundle
from app.settings import load
from app.workspace.key_file import locksmith_of
from app.workspace.locksmith import Here


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``export`` understands."""
    parser.add_argument("file", nargs="?", help="a topology file, JSON or YAML; - for standard input")
    parser.add_argument("--to", metavar="FORMAT", choices=EXPORTERS, help=f"one of {', '.join(EXPORTERS)}")
    parser.add_argument("-o", "--out", type=Path, metavar="OUT", help="a file, or a directory for several")
    parser.add_argument("--list", action="store_true", help="list the formats, one a line, name first")


def run(arguments: argparse.Namespace) -> int:
    """Export, or list the formats; the exit code."""
    if arguments.list:
        for exporter in EXPORTERS.values():
            print(f"{exporter.name:10} {exporter.title}")
        return 0
    if arguments.file is None or arguments.to is None:
        print("glassmq: export wants a file and --to FORMAT, or --list", file=sys.stderr)
        return UNUSABLE
    try:
        bundle = export_document(read_topology(arguments.file), arguments.to, asyncio.run(_here()))
        return _put(bundle, arguments.out)
    except (AppError, OSError) as error:
        complain(error)
        return UNUSABLE


async def _here() -> Here:
    """The public halves that follow from the secrets of this machine."""
    async with locksmith_of(load(os.environ), os.environ) as locksmith:
        return await locksmith.here()


def _put(bundle: Bundle, out: Path | None) -> int:
    for sentence in bundle.lost:
        print(f"glassmq: not in this format: {sentence}", file=sys.stderr)
    if len(bundle.files) > 1:
        if out is None:
            names = ", ".join(path for path, _ in bundle.files)
            print(f"glassmq: these are several files ({names}): say where with -o DIRECTORY", file=sys.stderr)
            return UNUSABLE
        out.mkdir(parents=True, exist_ok=True)
        for path, text in bundle.files:
            (out / path).write_text(text, encoding="utf-8")
        return 0
    _, text = bundle.files[0]
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
    return 0

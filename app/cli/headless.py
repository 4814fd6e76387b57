"""``glassmq run``: a topology file run without a page; its books are the last line on standard output."""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from app.cli.files import FAILED, UNUSABLE, complain, read_topology
from app.errors import AppError
from app.settings import load
from app.workspace.headless_run import run_headless
from app.workspace.key_file import locksmith_of

Json = Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``run`` understands."""
    parser.add_argument("file", help="a topology file, JSON or YAML; - for standard input")
    parser.add_argument(
        "--for", dest="seconds", type=_seconds, default=10.0, metavar="SECONDS",
        help="how long the sources send before it drains (10)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print nothing but the books")
    parser.add_argument(
        "--make-keys", action="store_true", help="make the stored keys that it names and are not here"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the keys of this machine are kept")


def run(arguments: argparse.Namespace) -> int:
    """Run, drain, print the books; 1 when they do not balance."""
    try:
        document = read_topology(arguments.file)
        progress = _Progress()
        books = asyncio.run(_run(document, arguments, progress))
    except (AppError, OSError) as error:
        complain(error)
        return UNUSABLE
    except KeyboardInterrupt:
        return 130
    progress.end()
    if not arguments.json:
        for link in books["links"]:
            for lane, counts in link["directions"].items():
                print(_told(link["id"], lane, counts))
    print(json.dumps(books))
    return FAILED if books["balanced"] is False else 0


async def _run(document: Json, arguments: argparse.Namespace, progress: "_Progress") -> Json:
    settings = load(os.environ, data_dir=arguments.data)
    async with locksmith_of(settings, os.environ, makes_file=arguments.make_keys) as locksmith:
        if arguments.make_keys:
            await locksmith.make_missing(document)
        return await run_headless(
            document,
            arguments.seconds,
            progress,
            allow_hosts=settings.allow_hosts,
            locksmith=locksmith,
        )


class _Progress:
    """One line on standard error, written over and over on a terminal."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._width = 0

    def __call__(self, text: str) -> None:
        if self._is_terminal:
            sys.stderr.write(f"\r{text:{self._width}}")
            self._width = len(text)
        else:
            sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal and self._width:
            sys.stderr.write("\n")


def _told(link: str, lane: str, counts: dict[str, Json]) -> str:
    dropped = sum(counts["dropped"].values())
    return (
        f"{link} {lane.replace('_', ' ')}: {_shown(counts['accepted'])} accepted = "
        f"{_shown(counts['delivered'])} delivered + {_shown(counts['queued'])} queued + "
        f"{_shown(counts['in_flight'])} in flight + {_shown(dropped)} dropped"
    )


def _shown(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(text)
    return seconds

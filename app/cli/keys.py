"""``glassmq keys``: the keys of this machine, listed, made, imported, deleted, shown to their owner."""

import argparse
import asyncio
import os
import re
import sys
from pathlib import Path

from app.cli.files import UNUSABLE, complain
from app.errors import AppError
from app.settings import load
from app.store.certificates import described
from app.store.keys import KnownKey
from app.topology.key_shapes import Kind
from app.topology.shapes import ID_PATTERN
from app.workspace.key_file import locksmith_of
from app.workspace.locksmith import Locksmith


class NameUnusable(AppError):
    """A key's name is an id like any other in a drawing."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no name for a key: a-z, then a-z, 0-9, _ and -, 63 characters at most")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``keys`` understands."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the keys of this machine are kept")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--make", metavar="NAME", help="make a key; prints its public half")
    what.add_argument("--import", dest="imported", metavar="NAME", help="keep the secret on standard input")
    what.add_argument("--delete", metavar="NAME", help="forget a key for good")
    what.add_argument("--show", metavar="NAME", help="print a secret, for a program of yours; keep it")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--plain", action="store_true", help="with --make and --import: a password")
    kind.add_argument(
        "--tls",
        action="store_true",
        help="with --make and --import: a private key and its certificate, PEM",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; without anything, list the keys."""
    try:
        asyncio.run(_run(arguments))
    except (AppError, OSError) as error:
        complain(error)
        return UNUSABLE
    return 0


async def _run(arguments: argparse.Namespace) -> None:
    settings = load(os.environ, data_dir=arguments.data)
    writes = bool(arguments.make or arguments.imported)
    async with locksmith_of(settings, os.environ, makes_file=writes) as locksmith:
        if arguments.make or arguments.imported:
            await _make(locksmith, arguments)
        elif arguments.delete:
            await locksmith.delete(arguments.delete, None)
        elif arguments.show:
            print(await locksmith.secret(arguments.show))
        else:
            for key in await locksmith.listing():
                print(f"{key.name:20} {key.kind:6} {_shown(key)}".rstrip())


async def _make(locksmith: Locksmith, arguments: argparse.Namespace) -> None:
    name = arguments.make or arguments.imported
    if not re.fullmatch(ID_PATTERN, name):
        raise NameUnusable(name)
    kind: Kind = "plain" if arguments.plain else "tls" if arguments.tls else "curve"
    secret = _read(kind) if arguments.imported else None
    made = await locksmith.make(name, kind, secret)
    print((made.public or made.name).rstrip("\n"))


def _read(kind: Kind) -> str:
    """Read a secret: one line, or the lines of a PEM text."""
    return sys.stdin.read() if kind == "tls" else sys.stdin.readline().rstrip("\n")


def _shown(key: KnownKey) -> str:
    """What a line has room for: a public half, or for whom a certificate stands."""
    return described(key.public) if key.kind == "tls" and key.public else key.public or ""

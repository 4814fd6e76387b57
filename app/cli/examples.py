"""``glassmq examples``: the topologies that come with the program."""

import argparse
import sys

from app.cli.files import UNUSABLE, complain
from app.errors import NotFound
from app.topology.document import write_json
from app.topology.examples import example, examples


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``examples`` understands."""
    parser.add_argument("name", nargs="?", help="the example to print as JSON; without it they are listed")


def run(arguments: argparse.Namespace) -> int:
    """List the examples one a line, name first; or print the one that was named, as JSON."""
    if arguments.name is None:
        for each in examples():
            print(f"{each.name:16} {each.title}")
        return 0
    try:
        sys.stdout.write(write_json(example(arguments.name)))
    except NotFound as error:
        complain(error)
        return UNUSABLE
    return 0

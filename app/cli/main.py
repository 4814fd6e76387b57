"""The command ``glassmq``: each subcommand is a module that declares its arguments and runs."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

COMMANDS: Final = {
    "serve": "serve the page on this machine",
    "check": "say everything that is wrong with a topology file",
    "run": "run a topology file without a page, and print its books",
    "export": "write a topology file in another form",
    "keys": "list, make, import and delete the keys of this machine",
    "schema": "print the JSON Schema of a topology file",
    "examples": "list the examples, or print one",
    "reference": "explain a socket type, option, transport, event, error or finding",
}
"""Subcommands and what each does."""

MODULES: Final = {name: f"app.cli.{name}" for name in COMMANDS} | {"run": "app.cli.headless"}
"""Loaded when asked for: a check should not wait for a web server to load (1.9 s against 0.6)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="glassmq",
        description="0MQ you can see into.",
        epilog="commands:\n" + "\n".join(f"  {name:10} {summary}" for name, summary in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    name = parser.parse_args(given[:1]).command
    module = import_module(MODULES[name])
    own = argparse.ArgumentParser(prog=f"glassmq {name}", description=f"{COMMANDS[name].capitalize()}.")
    module.add_arguments(own)
    chosen = own.parse_args(given[1:])
    try:
        code: int = module.run(chosen)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough: `glassmq examples | head -1`
        sys.stderr.close()
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())

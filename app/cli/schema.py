"""``glassmq schema``: the JSON Schema of a topology file."""

import argparse
import json

from app.topology.schema import json_schema


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare that ``schema`` takes nothing."""


def run(arguments: argparse.Namespace) -> int:
    """Print the schema."""
    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
    return 0

"""A topology file named on the command line, read within the limits, and errors told in one line."""

import sys
from pathlib import Path
from typing import Any, Final

from app.errors import AppError, TooLarge
from app.topology.document import LARGEST_JSON, Form, read

Json = Any

STDIN: Final = "-"
FORMS: Final[dict[str, Form]] = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}

FAILED: Final = 1
"""Exit code: the topology is not as it should be."""
UNUSABLE: Final = 2
"""Exit code: what was asked could not be done at all."""


def read_topology(name: str) -> dict[str, Json]:
    """Read the file of this name, or standard input for ``-``.

    No more octets are read than are taken, however large the file is.

    Raises:
        OSError: the file cannot be read.
        DocumentUnreadable, TooLarge: what it holds is no document.
    """
    if name == STDIN:
        return read(sys.stdin.buffer.read(LARGEST_JSON + 1))
    path = Path(name)
    size = path.stat().st_size
    if size > LARGEST_JSON:
        raise TooLarge("document", size, LARGEST_JSON)
    with path.open("rb") as file:  # a pipe says no size: there the limit of what is read holds
        return read(file.read(LARGEST_JSON + 1), FORMS.get(path.suffix.lower()))


def complain(error: AppError | OSError) -> None:
    """Print an error, and the findings behind it, to standard error."""
    if isinstance(error, OSError):
        named = f"{error.filename}: " if error.filename else ""
        print(f"glassmq: {named}{error.strerror or error}", file=sys.stderr)
        return
    findings = error.findings
    print(f"glassmq: {error.title.lower() if findings else error.detail}", file=sys.stderr)
    for finding in findings:
        print(f"  {finding['code']} {finding['sentence']}", file=sys.stderr)

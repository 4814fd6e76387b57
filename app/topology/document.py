"""Documents as text: read JSON or YAML into the plain tree, and write the tree in its one canonical form.

Reading takes nothing on trust: octets, depth and the number of values are
limited, keys are text and written once, numbers are finite. Both forms give the
same tree for the same content; a whole number is an ``int`` however it was
written, so that Python and the browser print it alike.
"""

import json
from typing import Any, Final, Literal

from app.errors import DocumentUnreadable, TooLarge
from app.topology.shapes import LARGEST_WHOLE
from app.topology.yaml_reader import read_yaml
from app.topology.yaml_writer import write_yaml

Json = Any
Document = dict[str, Json]
Form = Literal["json", "yaml"]

FORMAT: Final = "glassmq/1"

LARGEST_JSON: Final = 4 * 1024 * 1024
"""Octets; 1,000 nodes with 2,000 links have about a tenth of it."""

LARGEST_YAML: Final = 512 * 1024
"""Octets; the reader goes through 150,000 a second."""

DEEPEST: Final = 64
"""Maps and lists inside each other; the format needs a dozen."""


def read(text: str | bytes, form: Form | None = None) -> Document:
    """Read a document.

    Args:
        text: the text, or its octets in UTF-8.
        form: what it is written in; ``None`` to see by its first characters.

    Raises:
        TooLarge: it has more octets than are taken; nothing of it was parsed.
        DocumentUnreadable: it is not one well-formed map within the limits.
    """
    octets = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(octets) > LARGEST_JSON:
        raise TooLarge("document", len(octets), LARGEST_JSON)
    try:
        content = octets.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise DocumentUnreadable(None, f"octet {error.start} is not UTF-8") from None
    if (form or _form_of(content)) == "json":
        tree = _read_json(content)
    else:
        if len(octets) > LARGEST_YAML:
            raise TooLarge("YAML-document", len(octets), LARGEST_YAML)
        tree = read_yaml(content, DEEPEST)
    if not isinstance(tree, dict):
        raise DocumentUnreadable(
            None, "a topology is a map that begins with format, not a list or a single value"
        )
    return settle(tree)


def settle(tree: Document) -> Document:
    """Return a tree that came as JSON values in the form documents are kept in.

    Raises:
        DocumentUnreadable: it is too deep, or holds what the format cannot.
    """
    settled = _settled(tree, DEEPEST)
    assert isinstance(settled, dict)
    return settled


def write_json(document: Document) -> str:
    """Write the canonical JSON text: keys in the document's order, two spaces, one newline at the end."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write(document: Document, form: Form) -> str:
    """Write the canonical text in either form; reading it gives an equal document."""
    return write_json(document) if form == "json" else write_yaml(document)


def _form_of(content: str) -> Form:
    head = content[:4096].lstrip()
    if head[:1] in ("[", '"'):
        return "json"
    return "json" if head[:1] == "{" and head[1:].lstrip()[:1] in ('"', "}", "") else "yaml"


def _read_json(content: str) -> Json:
    try:
        return json.loads(content, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise DocumentUnreadable((error.lineno, error.colno), f"not JSON: {error.msg}") from None
    except RecursionError:
        raise DocumentUnreadable(None, f"maps and lists are nested deeper than {DEEPEST}") from None
    except ValueError:  # Python refuses to read thousands of digits
        raise DocumentUnreadable(None, "a number has too many digits") from None


def _once(pairs: list[tuple[str, Json]]) -> Document:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise DocumentUnreadable(None, f"the key {twice!r} is written twice in one map")
    return tree


def _refuse_constant(name: str) -> Json:
    raise DocumentUnreadable(None, f"{name} is not a number that JSON knows")


def _settled(value: Json, room: int) -> Json:
    if room < 0:
        raise DocumentUnreadable(None, f"maps and lists are nested deeper than {DEEPEST}")
    if isinstance(value, dict):
        return {_settled_text(key): _settled(inner, room - 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_settled(inner, room - 1) for inner in value]
    if isinstance(value, str):
        return _settled_text(value)
    if value is None or isinstance(value, bool):
        return value
    return _settled_number(value)


def _settled_text(value: Json) -> str:
    if not isinstance(value, str):
        raise DocumentUnreadable(None, f"the key {value!r} is not text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise DocumentUnreadable(None, f"{value!r} holds half of a surrogate pair") from None
    return value


def _settled_number(value: Json) -> int | float:
    if not isinstance(value, int | float):
        raise DocumentUnreadable(None, f"a {type(value).__name__} is no value of JSON")
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise DocumentUnreadable(None, "a number is not finite")
        return int(value) if value.is_integer() and abs(value) <= LARGEST_WHOLE else value
    if abs(value) > LARGEST_WHOLE:
        raise DocumentUnreadable(None, f"the whole number {value} is larger than JSON carries safely")
    return value

"""YAML read as JSON in YAML's clothes: 1.2 core scalars, no tags, anchors, aliases or twice-written keys.

Only the parser's events are used; the tree and the meaning of plain scalars are
made here, so nothing but JSON's values can come out and nothing multiplies.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from app.errors import DocumentUnreadable

Json = Any

CONSTANTS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
"""Source: YAML 1.2.2, section 10.3.2, the core schema."""

DECIMAL: Final = re.compile(r"[-+]?[0-9]+")
OCTAL: Final = re.compile(r"0o[0-7]+")
HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+")
FLOATING: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
MOST_DIGITS: Final = 400


class _Frame:
    """A map or list being filled."""

    __slots__ = ("items", "key", "tree")

    def __init__(self, tree: dict[str, Json] | None) -> None:
        self.tree = tree
        self.items: list[Json] = []
        self.key: str | None = None


class _Builder:
    """Makes the tree out of events, one at a time."""

    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self._open: list[_Frame] = []
        self._documents = 0
        self.root: Json = None

    def take(self, event: Any) -> None:
        """Take the next event.

        Raises:
            DocumentUnreadable: it is of a kind that a document does not have, or too deep.
        """
        if isinstance(event, NodeEvent):
            _refuse_extras(event)
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _unreadable(event, "there is more than one document in the file")
        elif isinstance(event, ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._refuse_as_key(event)
            if len(self._open) >= self._deepest:
                raise _unreadable(event, f"maps and lists are nested deeper than {self._deepest}")
            self._open.append(_Frame({} if isinstance(event, MappingStartEvent) else None))
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            frame = self._open.pop()
            self._put(frame.items if frame.tree is None else frame.tree)

    def _take_scalar(self, event: ScalarEvent) -> None:
        value = resolve(event.value, event) if event.style in (None, "") else event.value
        frame = self._open[-1] if self._open else None
        if frame is None or frame.tree is None or frame.key is not None:
            self._put(value)
        elif not isinstance(value, str):
            raise _unreadable(event, f"the key {event.value} is not text; put it in quotes")
        elif value in frame.tree:
            raise _unreadable(event, f"the key {value!r} is written twice in one map")
        else:
            frame.key = value

    def _refuse_as_key(self, event: NodeEvent) -> None:
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.tree is not None and frame.key is None:
            raise _unreadable(event, "a key is text, not a map or a list")

    def _put(self, value: Json) -> None:
        if not self._open:
            self.root = value
            return
        frame = self._open[-1]
        if frame.tree is None:
            frame.items.append(value)
        else:
            assert frame.key is not None
            frame.tree[frame.key] = value
            frame.key = None


def read_yaml(content: str, deepest: int) -> Json:
    """Read the one document in ``content``.

    Args:
        content: the text.
        deepest: maps and lists inside each other, at most.

    Raises:
        DocumentUnreadable: with the line and the column where it went wrong.
    """
    builder = _Builder(deepest)
    for event in _events(content):
        builder.take(event)
    return builder.root


def resolve(text: str, event: ScalarEvent | None = None) -> Json:
    """Give a plain scalar its meaning by the core schema.

    Raises:
        DocumentUnreadable: it is a number that JSON does not have.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if NOT_FINITE.fullmatch(text):
        raise _unreadable(event, f"{text} is not a number that JSON knows")
    if len(text) > MOST_DIGITS and FLOATING.fullmatch(text):
        raise _unreadable(event, "a number has too many digits")
    if DECIMAL.fullmatch(text):
        return int(text)
    if OCTAL.fullmatch(text) or HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    return float(text) if FLOATING.fullmatch(text) else text


def _events(content: str) -> Iterator[Any]:
    reader = YAML(typ="safe", pure=True)
    try:
        yield from reader.parse(content)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else None
        raise DocumentUnreadable(place, f"not YAML: {error.problem or error.context}") from None
    except (YAMLError, YAMLStreamError) as error:
        raise DocumentUnreadable(None, f"not YAML: {str(error).splitlines()[0]}") from None
    except (ValueError, RecursionError, IndexError, AttributeError, KeyError, AssertionError) as error:
        # The parser lets a few of these escape on broken input; none of them is about us.
        raise DocumentUnreadable(None, f"not YAML: {type(error).__name__} {error}") from None


def _refuse_extras(event: NodeEvent) -> None:
    if isinstance(event, AliasEvent) or event.anchor is not None:
        raise _unreadable(event, f"anchors and aliases are not taken (here {event.anchor!r})")
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise _unreadable(event, f"tags are not taken (here {tag})")


def _unreadable(event: Any, reason: str) -> DocumentUnreadable:
    mark = getattr(event, "start_mark", None)
    return DocumentUnreadable((mark.line + 1, mark.column + 1) if mark else None, reason)

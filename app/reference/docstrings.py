"""What the code says of itself: docstrings of classes, of their fields, and the names of libzmq in them."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

SECTION: Final = re.compile(r"^(Attributes|Args|Raises|Source):", re.MULTILINE)
IN_LIBZMQ: Final = re.compile(r" \((?:libzmq: )?([A-Z][A-Z_]{3,}(?:, [A-Z_]+)*)\)")


FREQUENT: Final = {
    "peer": "the other end, as an address",
    "reason": "why, in words",
    "topic": "the prefix, octets",
    "group": "the group's name",
    "count": "how many",
    "depth": "messages in the queue",
    "hwm": "the high-water mark, messages",
    "is_outbound": "whether it is the queue of what is sent",
    "delay_ms": "how long until then, ms",
    "mechanism": "the security mechanism: NULL, PLAIN or CURVE",
    "peer_type": "the peer's socket type",
    "endpoint": "the endpoint, as text",
    "text": "what was given",
    "why": "what is wrong with it",
    "name": "its name",
    "value": "the value that was given",
    "nearest": "a known name that is like it",
    "routing_id": "the routing id, octets",
    "socket_type": "the type of the socket",
    "operation": "what was asked for",
    "instead": "what has to be done first",
    "limit_ms": "how long was waited, ms",
    "limit": "the most there may be",
    "local": "what this end is or wants",
    "what": "what it is about",
    "waited_ms": "how long was waited, ms",
    "schemes": "the transports that it has",
    "verb": "bind or connect",
    "known": "those there are",
    "flags": "the octet of flags",
    "command": "the command's name",
    "received": "what came",
    "expected": "what the handshake wants there",
    "version": "its version of ZMTP",
    "needs": "what its version has not",
    "given": "what was given",
    "timer": "its number",
    "head": "the octets it began with",
    "phrase": "the line that it answered",
    "offered": "what the peer offers",
    "wanted": "what this end wants",
    "counter": "the number that came",
    "last": "the number before it",
    "code": "the number of the answer",
    "status": "the status, as 27/ZAP has it",
    "is_final": "whether no more attempts follow",
}
"""Names that many events and errors have, where their own docstring leaves it at the name."""


@dataclass(frozen=True, slots=True)
class Words:
    """A class in its own words."""

    summary: str
    """The first line, without what libzmq calls it."""
    body: tuple[str, ...]
    """The paragraphs after it."""
    libzmq: tuple[str, ...]
    """The names that libzmq has for it, as the docstring tells them."""
    source: str
    """Where it is taken from."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a class, or one attribute of an error."""

    name: str
    type: str
    words: str


def words_of(subject: type) -> Words:
    """Return what the docstring of a class says of it."""
    text = _docstring(subject)
    told = text[: found.start()] if (found := SECTION.search(text)) else text
    first, *others = (" ".join(paragraph.split()) for paragraph in told.strip().split("\n\n"))
    names = [name for match in IN_LIBZMQ.findall(first) for name in match.split(", ")]
    return Words(IN_LIBZMQ.sub("", first), tuple(others), tuple(names), _section(text, "Source"))


def fields_of(subject: type) -> tuple[Field, ...]:
    """Return the fields that a dataclass declares itself, each with the words below it in its source."""
    found: list[Field] = []
    listed = _listed(subject)
    body = _body(subject)
    for statement, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name, kind = statement.target.id, ast.unparse(statement.annotation)
            if "ClassVar" not in kind:
                found.append(Field(name, kind, _text(after) or listed.get(name) or FREQUENT.get(name, "")))
    return tuple(found)


def attributes_of(subject: type) -> tuple[Field, ...]:
    """Return what an error keeps: the arguments it is built from, each with its words in the docstring."""
    for holder in subject.__mro__:
        for statement in _body(holder) if holder.__module__ == subject.__module__ else ():
            if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                told = _listed(subject)
                return tuple(
                    Field(
                        each.arg,
                        ast.unparse(each.annotation or ast.Constant(None)),
                        told.get(each.arg) or FREQUENT.get(each.arg, ""),
                    )
                    for each in statement.args.args[1:]
                )
    return ()


def set_by_case(subject: type) -> frozenset[str]:
    """Return the names of the attributes that an error itself sets when it is made."""
    makers = (
        each for each in _body(subject) if isinstance(each, ast.FunctionDef) and each.name == "__init__"
    )
    return frozenset(
        node.attr
        for maker in makers
        for node in ast.walk(maker)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    )


def _body(subject: type) -> list[ast.stmt]:
    return _classes(subject.__module__)[subject.__name__].body


def _docstring(subject: type) -> str:
    told = ast.get_docstring(_classes(subject.__module__)[subject.__name__]) or ""
    return told.replace("``", "`")


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """Return the classes of a module by name, as its source has them.

    The source lies beside a compiled module, which cannot be asked for it.
    """
    package, _, name = module.rpartition(".")
    source = files(package).joinpath(f"{name}.py").read_text("utf-8")
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}


def _text(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
        return ""
    return " ".join(value.value.replace("``", "`").split())


def _section(text: str, name: str) -> str:
    found = re.search(rf"^{name}: (.+?)(?=\n\n|\n[A-Z]\w+:|\Z)", text, re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def _listed(subject: type) -> dict[str, str]:
    """Return the names under ``Attributes:`` in a docstring, each with what is said of it."""
    text = _docstring(subject)
    _, _, after = text.partition("Attributes:\n")
    found = re.findall(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", after, re.MULTILINE)
    return {name: " ".join(said.split()) for name, said in found}

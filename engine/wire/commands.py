"""ZMTP's commands as values: READY, ERROR, SUBSCRIBE, CANCEL, JOIN, LEAVE, PING, PONG."""

from dataclasses import dataclass, field
from typing import Final

from engine.errors import MalformedCommand
from engine.wire.frames import frame_header
from engine.wire.metadata import read_metadata, write_metadata

LONGEST_CONTEXT: Final = 16
"""Octets of a PING's context that a PONG returns. Source: 37/ZMTP 3.1, "Connection Heartbeating"."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The peer is ready for traffic, and says what it is."""

    properties: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Error:
    """The peer refuses, and says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The peer wants what begins with ``topic``."""

    topic: bytes


@dataclass(frozen=True, slots=True)
class Cancel:
    """The peer no longer wants what begins with ``topic``."""

    topic: bytes


@dataclass(frozen=True, slots=True)
class Join:
    """The peer wants what is sent to ``group`` (48/RADIO-DISH)."""

    group: bytes


@dataclass(frozen=True, slots=True)
class Leave:
    """The peer no longer wants what is sent to ``group``."""

    group: bytes


@dataclass(frozen=True, slots=True)
class Ping:
    """The peer asks whether we are there."""

    ttl_tenths: int
    """Tenths of a second after which the peer gives us up; 0 for not."""
    context: bytes


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a PING."""

    context: bytes


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command that we do not know; after the handshake it is ignored, as libzmq does."""

    name: str


Command = Ready | Error | Subscribe | Cancel | Join | Leave | Ping | Pong | Unknown

WISHES: Final[dict[bytes, type[Subscribe | Cancel | Join | Leave]]] = {
    b"SUBSCRIBE": Subscribe,
    b"CANCEL": Cancel,
    b"JOIN": Join,
    b"LEAVE": Leave,
}
"""The commands whose data is a topic or a group, and nothing else."""


def write_command(command: Command) -> bytes:
    """Return a command as a whole frame."""
    return frame_command(command_body(command))


def frame_command(body: bytes) -> bytes:
    """Put a command's body into a frame."""
    return frame_header(len(body), command=True) + body


def command_body(command: Command) -> bytes:
    """Return a command without its frame."""
    match command:
        case Ready(properties):
            return name_command(b"READY", write_metadata(properties))
        case Error(reason):
            text = reason.encode("ascii", "replace")[:255]
            return name_command(b"ERROR", bytes((len(text),)) + text)
        case Subscribe(subject) | Cancel(subject) | Join(subject) | Leave(subject):
            return name_command(type(command).__name__.upper().encode(), subject)
        case Ping(ttl_tenths, context):
            return name_command(b"PING", ttl_tenths.to_bytes(2, "big") + context)
        case Pong(context):
            return name_command(b"PONG", context)
        case Unknown(name):
            return name_command(name.encode("ascii", "replace"), b"")


def name_command(name: bytes, data: bytes) -> bytes:
    """Return the body of a command: its name with the length of it, then its data."""
    return bytes((len(name),)) + name + data


def split_command(body: bytes) -> tuple[bytes, bytes]:
    """Return a command's name and its data.

    Raises:
        MalformedCommand: the name is empty or cut off.

    Source: 37/ZMTP 3.1, "Commands".
    """
    if not body or len(body) < 1 + body[0] or not body[0]:
        raise MalformedCommand("command", "its name is empty or cut off")
    return body[1 : 1 + body[0]], body[1 + body[0] :]


def read_command(body: bytes) -> Command:
    """Read a command's body.

    Raises:
        MalformedCommand: its grammar is broken.

    Source: 37/ZMTP 3.1, "Commands".
    """
    name, data = split_command(body)
    if name == b"READY":
        return Ready(read_metadata(data, "READY"))
    wish = WISHES.get(name)
    if wish is not None:
        return wish(data)
    if name == b"PING":
        if len(data) < 2:
            raise MalformedCommand("PING", "its time to live is cut off")
        return Ping(int.from_bytes(data[:2], "big"), data[2 : 2 + LONGEST_CONTEXT])
    if name == b"PONG":
        return Pong(data[:LONGEST_CONTEXT])
    if name == b"ERROR":
        return read_error(data)
    return Unknown(name.decode("ascii", "replace"))


def read_error(data: bytes) -> Error:
    """Read what follows ERROR's name.

    Raises:
        MalformedCommand: the reason is cut off.

    Source: 37/ZMTP 3.1, "The NULL Security Mechanism".
    """
    if not data or len(data) < 1 + data[0]:
        raise MalformedCommand("ERROR", "its reason is cut off")
    return Error(data[1 : 1 + data[0]].decode("ascii", "replace"))

"""ZMTP's commands as values: READY, ERROR, SUBSCRIBE, CANCEL, PING, PONG."""

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


Command = Ready | Error | Subscribe | Cancel | Ping | Pong | Unknown


def write_command(command: Command) -> bytes:
    """Return a command as a whole frame."""
    match command:
        case Ready(properties):
            return _frame(b"READY", write_metadata(properties))
        case Error(reason):
            text = reason.encode("ascii", "replace")[:255]
            return _frame(b"ERROR", bytes((len(text),)) + text)
        case Subscribe(topic):
            return _frame(b"SUBSCRIBE", topic)
        case Cancel(topic):
            return _frame(b"CANCEL", topic)
        case Ping(ttl_tenths, context):
            return _frame(b"PING", ttl_tenths.to_bytes(2, "big") + context)
        case Pong(context):
            return _frame(b"PONG", context)
        case Unknown(name):
            return _frame(name.encode("ascii", "replace"), b"")


def read_command(body: bytes) -> Command:
    """Read a command's body.

    Raises:
        MalformedCommand: its grammar is broken.

    Source: 37/ZMTP 3.1, "Commands"; ERROR's lone ``^RROR`` is what libzmq's PLAIN server writes.
    """
    if not body or len(body) < 1 + body[0] or not body[0]:
        raise MalformedCommand("command", "its name is empty or cut off")
    name = body[1 : 1 + body[0]]
    data = body[1 + body[0] :]
    if name == b"READY":
        return Ready(read_metadata(data, "READY"))
    if name == b"SUBSCRIBE":
        return Subscribe(data)
    if name == b"CANCEL":
        return Cancel(data)
    if name == b"PING":
        if len(data) < 2:
            raise MalformedCommand("PING", "its time to live is cut off")
        return Ping(int.from_bytes(data[:2], "big"), data[2 : 2 + LONGEST_CONTEXT])
    if name == b"PONG":
        return Pong(data[:LONGEST_CONTEXT])
    if name == b"ERROR":
        return _read_error(data)
    return Unknown(name.decode("ascii", "replace"))


def _read_error(data: bytes) -> Error:
    if not data or len(data) < 1 + data[0]:
        raise MalformedCommand("ERROR", "its reason is cut off")
    return Error(data[1 : 1 + data[0]].decode("ascii", "replace"))


def _frame(name: bytes, data: bytes) -> bytes:
    body = bytes((len(name),)) + name + data
    return frame_header(len(body), command=True) + body

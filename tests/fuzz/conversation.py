"""Feeds a connection octets in any split and writes down all that came of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

from engine.constants import SocketType
from engine.errors import PeerViolation
from engine.protocol.connection import ZmtpConnection
from engine.protocol.conversation import Conversation
from engine.protocol.events import Event
from engine.protocol.exchange import LocalIdentity
from engine.wire.commands import Cancel, Command, Error, Ping, Pong, Ready, Subscribe, Unknown, write_command
from engine.wire.frames import frame_header

PEER_OF = {
    SocketType.PULL: b"PUSH",
    SocketType.XPUB: b"SUB",
    SocketType.SUB: b"PUB",
    SocketType.ROUTER: b"DEALER",
}
LIMIT = 5000
"""Longest frame that the connection under test accepts, octets."""


@dataclass
class Transcript:
    """What one conversation came to."""

    messages: list[list[bytes]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    violation: str = ""
    sent: bytes = b""

    @property
    def last_pong(self) -> bytes:
        """The last PONG sent; of PINGs that come together only the last need be answered."""
        return self.sent[self.sent.rfind(b"\x04PONG") :] if b"\x04PONG" in self.sent else b""


def converse(kind: SocketType, chunks: Iterable[bytes], room: int = 1000) -> Transcript:
    """Give a new connection ``chunks`` one by one, taking at most ``room`` messages at once."""
    return transcribe(ZmtpConnection(LocalIdentity(kind, b"name", {}), LIMIT), chunks, room)


def transcribe(connection: Conversation, chunks: Iterable[bytes], room: int) -> Transcript:
    """Write down a conversation of any protocol."""
    transcript = Transcript(sent=connection.data_to_send())
    try:
        for chunk in chunks:
            connection.receive_data(chunk)
            take_all(connection, transcript, room)
    except PeerViolation as violation:
        transcript.violation = type(violation).__name__  # its words tell how much had come
    return transcript


def take_all(connection: Conversation, transcript: Transcript, room: int) -> None:
    """Take what is there, as a pump with a pipe of this room does."""
    while True:
        try:
            messages = connection.take_messages(room)
            transcript.messages += [message.frames for message in messages]
            if len(messages) < room:
                connection.check()
                break
        finally:
            transcript.events += connection.take_events()
    transcript.sent += connection.data_to_send()


def cut(octets: bytes, places: list[int]) -> list[bytes]:
    """Cut octets at the given places."""
    edges = sorted({0, len(octets), *(place % (len(octets) + 1) for place in places)})
    return [octets[start:end] for start, end in pairwise(edges)]


def greeting(major: int = 3, minor: int = 1, mechanism: bytes = b"NULL") -> bytes:
    """Return a peer's greeting."""
    return b"\xff" + bytes(8) + b"\x7f" + bytes((major, minor)) + mechanism.ljust(20, b"\0") + bytes(32)


def opening(kind: SocketType, minor: int = 1) -> bytes:
    """Return greeting and READY of a peer that a socket of this kind may talk to."""
    return greeting(minor=minor) + write_command(Ready({"Socket-Type": PEER_OF[kind], "Identity": b""}))


octet_strings = st.binary(max_size=40) | st.integers(0, 400).map(bytes) | st.integers(8000, 9000).map(bytes)

commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(Subscribe, octet_strings),
    st.builds(Cancel, octet_strings),
    st.builds(Ping, st.integers(0, 0xFFFF), st.binary(max_size=20)),
    st.builds(Pong, st.binary(max_size=20)),
    st.builds(Error, st.text(max_size=10)),
    st.builds(Unknown, st.text("abcXYZ", min_size=1, max_size=10)),
    st.builds(
        Ready, st.dictionaries(st.text("aB-", min_size=1, max_size=5), st.binary(max_size=9), max_size=2)
    ),
)


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A frame, now and then in a form that nobody should send."""
    body = draw(octet_strings)
    header = frame_header(len(body), more=draw(st.booleans()), command=draw(st.integers(0, 9)) == 0)
    if draw(st.integers(0, 9)) == 0:  # a long header for a short frame
        header = bytes((header[0] | 2,)) + len(body).to_bytes(8, "big")
    if draw(st.integers(0, 19)) == 0:  # reserved bits
        header = bytes((header[0] | draw(st.integers(0, 255)) & 0xF8,)) + header[1:]
    return header + body


traffic = st.lists(frames() | commands.map(write_command), max_size=12).map(b"".join)

"""What is written is what is read: frames, batches, commands, metadata, endpoints."""

from contextlib import suppress

from hypothesis import given, strategies as st

from engine.constants import SocketType
from engine.endpoints import Endpoint, parse
from engine.errors import EndpointInvalid, MalformedCommand, PeerViolation
from engine.messages import Message
from engine.wire.commands import Command, read_command, write_command
from engine.wire.frames import (
    SharedBatch,
    decode_messages,
    encode_messages,
    frame_header,
    framed_octets,
    read_header,
)
from engine.wire.metadata import read_metadata, write_metadata
from tests.fuzz.conversation import LIMIT, commands, converse, cut, opening

sizes = st.sampled_from([0, 1, 254, 255, 256, 257, 8191, 8192, 8193, 16383, 16384, 65536])
bodies = st.binary(max_size=20) | sizes.map(bytes)
batches = st.lists(st.lists(bodies, min_size=1, max_size=4), max_size=8)


def messages_of(batch: list[list[bytes]]) -> list[Message]:
    return [Message(list(frames)) for frames in batch]


@given(batches)
def test_a_batch_is_read_as_it_was_written(batch: list[list[bytes]]) -> None:
    octets = b"".join(encode_messages(messages_of(batch)))
    decoded = decode_messages(octets, 0, 1000, 1 << 20, [])
    assert [message.frames for message in decoded.messages] == batch
    assert decoded.position == len(octets)
    assert sum(map(framed_octets, messages_of(batch))) == len(octets)


@given(batches)
def test_both_ways_to_write_a_batch_give_the_same_octets(batch: list[list[bytes]]) -> None:
    messages, shared = messages_of(batch), SharedBatch()
    once = b"".join(encode_messages(messages_of(batch)))
    assert b"".join(shared.encode(messages)) == once
    assert b"".join(shared.encode([*messages])) == once


@given(batches, st.lists(st.integers(0, 1 << 20), max_size=8), st.integers(1, 5))
def test_a_connection_gives_what_was_sent_in_any_split(
    batch: list[list[bytes]], places: list[int], room: int
) -> None:
    batch = [frames for frames in batch if max(map(len, frames)) <= LIMIT]
    octets = opening(SocketType.PULL) + b"".join(encode_messages(messages_of(batch)))
    transcript = converse(SocketType.PULL, cut(octets, places), room)
    assert transcript.messages == batch
    assert transcript.violation == ""


@given(st.integers(0, 2**63 - 1), st.booleans())
def test_a_header_is_read_as_it_was_written(length: int, more: bool) -> None:
    header = frame_header(length, more=more)
    read = read_header(header, 0, 2**63)
    assert read is not None
    assert (read.body, read.more, read.command, read.size) == (length, more, False, len(header))
    assert all(read_header(header[:size], 0, 2**63) is None for size in range(len(header)))


@given(commands)
def test_a_command_is_read_as_it_was_written(command: Command) -> None:
    octets = write_command(command)
    header = read_header(octets)
    assert header is not None
    assert header.command
    assert len(octets) == header.size + header.body
    assert write_command(read_command(octets[header.size :])) in (octets, shortened(octets))


def shortened(octets: bytes) -> bytes:
    """A reader keeps 16 octets of a context, and property names in lower case."""
    body = octets[2:]
    if body[:5] in (b"\x04PING", b"\x04PONG"):
        keep = body[: 5 + (2 if body[:5] == b"\x04PING" else 0) + 16]
        return bytes((4, len(keep))) + keep
    if body[:6] == b"\x05READY":
        return write_command(read_command(body))
    return octets


@given(st.binary(max_size=60))
def test_any_octets_are_a_command_or_a_violation(body: bytes) -> None:
    with suppress(MalformedCommand):
        read_command(body)


@given(st.dictionaries(st.from_regex(r"\A[!-~]{1,30}\Z"), st.binary(max_size=300), max_size=5))
def test_metadata_is_read_as_it_was_written_names_in_lower_case(properties: dict[str, bytes]) -> None:
    expected: dict[str, bytes] = {}
    for name, value in properties.items():
        expected[name.lower()] = value
    assert read_metadata(write_metadata(properties), "READY") == expected


@given(st.binary(max_size=60))
def test_any_octets_are_metadata_or_a_violation(octets: bytes) -> None:
    with suppress(PeerViolation):
        read_metadata(octets, "READY")


@given(st.text(max_size=40) | st.from_regex(r"\A(tcp|ipc|inproc|udp|wss?)://[\w.*\[\]:;@/-]{0,30}\Z"))
def test_any_text_is_an_endpoint_or_misuse_and_prints_as_itself(text: str) -> None:
    with suppress(EndpointInvalid):
        endpoint = parse(text)
        assert isinstance(endpoint, Endpoint)
        assert parse(str(endpoint)) == endpoint

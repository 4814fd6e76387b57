"""WebSocket's frames: ours and the ``websockets`` library's are the same octets."""

from collections.abc import Generator

import pytest
from hypothesis import given, strategies as st
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from engine.errors import FrameTooLong
from engine.messages import Message
from engine.wire.web_frames import (
    BINARY,
    CLOSE,
    PING,
    mask,
    read_web_header,
    web_frame,
)
from engine.wire.web_violations import WebSocketBroken
from engine.wire.zws import decode_zws, encode_bare, encode_masked, octets_of_body
from tests.support.web_octets import KEY

payloads = st.binary(max_size=300) | st.sampled_from((125, 126, 65535, 65536, 70000)).map(bytes)
messages = st.lists(st.lists(payloads, min_size=1, max_size=3).map(Message), max_size=5)


def their_frame(octets: bytes, *, masked: bool) -> Frame:
    """Have the library read a frame."""
    reader = StreamReader()
    reader.feed_data(octets)
    reading: Generator[None, None, Frame] = Frame.parse(reader.read_exact, mask=masked)
    with pytest.raises(StopIteration) as done:
        next(reading)
    found = done.value.value
    assert isinstance(found, Frame)
    return found


@given(payloads, st.booleans())
def test_the_library_reads_what_we_write(payload: bytes, masked: bool) -> None:
    found = their_frame(web_frame(BINARY, payload, KEY if masked else b""), masked=masked)
    assert (found.opcode, bytes(found.data), found.fin) == (Opcode.BINARY, payload, True)


@given(payloads, st.booleans(), st.sampled_from(Opcode), st.booleans())
def test_we_read_what_the_library_writes(payload: bytes, masked: bool, opcode: Opcode, fin: bool) -> None:
    if opcode >= CLOSE:
        payload, fin = payload[:125], True
    octets = Frame(opcode, payload, fin).serialize(mask=masked)
    header = read_web_header(octets, 0, masked=masked)
    assert header is not None
    assert (header.opcode, header.final, header.body) == (opcode, fin, len(payload))
    body = octets[header.size :]
    assert (mask(body, header.key) if masked else body) == payload
    for short in range(header.size):
        assert read_web_header(octets[:short], 0, masked=masked) is None


@given(messages, st.booleans(), st.integers(1, 9))
def test_messages_come_out_as_they_went_in_however_many_at_once(
    batch: list[Message], masked: bool, room: int
) -> None:
    octets = b"".join(encode_masked(batch, lambda: KEY) if masked else encode_bare(batch))
    assert len(octets) == sum(
        octets_of_body(len(body), masked=masked) for message in batch for body in message.frames
    )
    found: list[list[bytes]] = []
    position = 0
    while len(found) < len(batch):
        decoded = decode_zws(octets, position, room, 1 << 20, [], masked=masked)
        assert 0 < len(decoded.messages) <= room
        found += [message.frames for message in decoded.messages]
        position = decoded.position
    assert found == [message.frames for message in batch]
    assert position == len(octets)


@pytest.mark.parametrize(
    ("octets", "masked", "says"),
    [
        (b"\xc2\x80", True, "reserved bits"),
        (b"\x83\x80", True, "unknown kind"),
        (b"\x82\x00", True, "without a mask"),
        (b"\x82\x80", False, "with a mask"),
        (b"\x09\x80", True, "in parts"),
        (b"\x89\xfe", True, "above 125"),
    ],
)
def test_what_is_no_frame_is_refused_at_its_second_octet(octets: bytes, masked: bool, says: str) -> None:
    with pytest.raises(WebSocketBroken, match=says) as told:
        read_web_header(octets, 0, masked=masked)
    assert told.value.code == 0x30000000
    assert read_web_header(octets[:1], 0, masked=masked) is None


def test_a_long_frame_is_refused_before_it_comes_and_counted_without_its_flag() -> None:
    octets = b"\x82\x7f" + (1 << 40).to_bytes(8, "big")
    with pytest.raises(FrameTooLong) as told:
        decode_zws(octets, 0, 1, 1000, [], masked=False)
    assert (told.value.announced, told.value.limit) == ((1 << 40) - 1, 1000)
    ping = web_frame(PING, b"x" * 125)
    header = read_web_header(ping, 0, 10, masked=False)  # control frames have a limit of their own
    assert header is not None

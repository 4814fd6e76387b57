"""WebSocket's frames, one at a time, as the ``websockets`` library reads and writes them."""

import pytest
from hypothesis import given, strategies as st
from websockets.frames import Frame, Opcode

from engine.errors import FrameTooLong, PeerViolation
from engine.messages import Message
from engine.wire.web_frames import BINARY, CLOSE, PING, FrameReader, web_frame
from engine.wire.web_violations import WebSocketBroken
from engine.wire.zws import LAST, encode_zws, frame_flagged, octets_of_body
from tests.support.web_octets import KEY, first_frame

ANY = 1 << 20

payloads = st.binary(max_size=300) | st.sampled_from((125, 126, 65535, 65536, 70000)).map(bytes)
messages = st.lists(st.lists(payloads, min_size=1, max_size=3).map(Message), max_size=5)


def reader_of(octets: bytes, *, masked: bool) -> FrameReader:
    reader = FrameReader(masked=masked)
    reader.feed(octets)
    return reader


@given(payloads, st.booleans())
def test_our_own_mask_is_one_that_the_library_takes_off(payload: bytes, masked: bool) -> None:
    octets = web_frame(BINARY, payload, KEY if masked else b"")
    found = first_frame(octets + b"rest", masked=masked)
    assert found is not None
    assert (found[0].opcode, bytes(found[0].data), found[0].fin) == (Opcode.BINARY, payload, True)
    assert found[1] == b"rest"
    assert (KEY in octets[:14]) >= masked


@given(payloads, st.booleans(), st.sampled_from(Opcode), st.booleans(), st.integers(1, 40))
def test_a_frame_is_given_once_it_is_there_and_no_octet_behind_it(
    payload: bytes, masked: bool, opcode: Opcode, fin: bool, step: int
) -> None:
    if opcode >= CLOSE:
        payload, fin = payload[:125], True
    octets = Frame(opcode, payload, fin).serialize(mask=masked)
    reader = FrameReader(masked=masked)
    step = max(step, len(octets) // 50)
    for at in range(0, len(octets), step):
        assert reader.next_frame(ANY) is None
        reader.feed(octets[at : at + step])
        assert reader.octets == min(at + step, len(octets))
    reader.feed(b"\xff\xff\xff")
    found = reader.next_frame(ANY)
    assert found is not None
    assert (found.opcode, found.fin, bytes(found.data)) == (opcode, fin, payload)
    assert reader.octets == 3
    assert reader.missing == 0


@pytest.mark.parametrize("length", [0, 124, 125, 65_534, 65_535])
@pytest.mark.parametrize("masked", [False, True])
def test_where_headers_grow_a_frame_takes_what_it_is_said_to(length: int, masked: bool) -> None:
    frame = frame_flagged(LAST, bytes(length), KEY if masked else b"")
    assert len(frame) == octets_of_body(length, masked=masked)


@given(messages, st.booleans())
def test_messages_take_as_many_octets_as_they_are_said_to(batch: list[Message], masked: bool) -> None:
    octets = encode_zws(batch, lambda: KEY if masked else b"")
    bodies = [body for message in batch for body in message.frames]
    assert len(octets) == sum(octets_of_body(len(body), masked=masked) for body in bodies)
    reader = reader_of(octets, masked=masked)
    for body in bodies:
        found = reader.next_frame(ANY)
        assert found is not None
        assert bytes(found.data[1:]) == body
    assert reader.octets == 0


@pytest.mark.parametrize(
    ("octets", "masked", "says"),
    [
        (b"\xc2\x80" + KEY, True, "reserved bits"),
        (b"\x83\x80", True, "invalid opcode"),
        (b"\x82\x00", True, "incorrect masking"),
        (b"\x82\x80", False, "incorrect masking"),
        (b"\x09\x80" + KEY, True, "fragmented control"),
        (b"\x89\xfe\x00\x7e", True, "too long"),
        (b"\x89\xff" + (1 << 40).to_bytes(8, "big"), True, "too long"),
    ],
)
def test_what_is_no_frame_is_refused_as_soon_as_the_library_knows(
    octets: bytes, masked: bool, says: str
) -> None:
    with pytest.raises(WebSocketBroken, match=says) as told:
        reader_of(octets, masked=masked).next_frame(ANY)
    assert told.value.code == 0x30000000
    assert reader_of(octets[:1], masked=masked).next_frame(ANY) is None


@pytest.mark.parametrize("announced", [1001, 1 << 40, (1 << 64) - 1])
def test_a_long_frame_is_refused_before_it_comes(announced: int) -> None:
    octets = b"\x82\x7f" + announced.to_bytes(8, "big")
    with pytest.raises(FrameTooLong) as told:
        reader_of(octets, masked=False).next_frame(1000)
    assert (told.value.announced, told.value.limit) == (announced, 1000)
    assert reader_of(octets[:-1], masked=False).next_frame(1000) is None


def test_control_frames_have_a_limit_of_their_own() -> None:
    found = reader_of(web_frame(PING, b"x" * 125), masked=False).next_frame(10)
    assert found is not None
    with pytest.raises(PeerViolation, match="too long"):
        reader_of(b"\x89\x7e\x00\x7e", masked=False).next_frame(10)

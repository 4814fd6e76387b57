from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from engine.errors import FrameEmpty, FrameTooLong
from engine.messages import Message
from engine.wire.greeting import Dialect, dialect_of, write_signature
from engine.wire.legacy import decode_old, encode_old, old_header, old_octets, read_old_header

sizes = st.sampled_from([0, 1, 253, 254, 255, 256, 8192, 16383, 16384])
bodies = st.binary(max_size=20) | sizes.map(bytes)
batches = st.lists(st.lists(bodies, min_size=1, max_size=4), max_size=8)


def messages_of(batch: list[list[bytes]]) -> list[Message]:
    return [Message(list(frames)) for frames in batch]


@pytest.mark.parametrize(
    ("frames", "octets"),
    [
        ([b""], b"\x01\x00"),
        ([b"hello"], b"\x06\x00hello"),
        ([b"a", b"", b"b"], b"\x02\x01a\x01\x01\x02\x00b"),
        ([b"x" * 253], b"\xfe\x00" + b"x" * 253),
        ([b"x" * 254], b"\xff\x00\x00\x00\x00\x00\x00\x00\xff\x00" + b"x" * 254),
        ([b"x" * 300, b"y"], b"\xff\x00\x00\x00\x00\x00\x00\x01\x2d\x01" + b"x" * 300 + b"\x02\x00y"),
    ],
)
def test_messages_of_1_0_are_written_and_read_as_the_specification_has_it(
    frames: list[bytes], octets: bytes
) -> None:
    assert b"".join(encode_old([Message(frames)])) == octets
    [message] = decode_old(octets, 0, 9, 1000, []).messages
    assert message.frames == frames


@given(batches)
def test_a_batch_is_read_as_it_was_written(batch: list[list[bytes]]) -> None:
    octets = b"".join(encode_old(messages_of(batch)))
    decoded = decode_old(octets, 0, 1000, 1 << 20, [])
    assert [message.frames for message in decoded.messages] == batch
    assert decoded.position == len(octets) == sum(map(old_octets, messages_of(batch)))


@given(batches, st.lists(st.integers(0, 1 << 20), max_size=6), st.integers(1, 5))
def test_any_split_and_any_room_give_the_same_messages(
    batch: list[list[bytes]], places: list[int], room: int
) -> None:
    octets = b"".join(encode_old(messages_of(batch)))
    edges = sorted({0, len(octets), *(place % (len(octets) + 1) for place in places)})
    data, pending, seen = b"", [], []
    for start, end in pairwise(edges):
        data += octets[start:end]
        while True:
            decoded = decode_old(data, 0, room, 1 << 20, pending)
            data, pending = data[decoded.position :], decoded.pending
            seen += [message.frames for message in decoded.messages]
            if len(decoded.messages) < room:
                break
    assert seen == batch
    assert (data, pending) == (b"", [])


def test_flags_other_than_more_are_ignored_as_libzmq_does() -> None:
    header = read_old_header(b"\x02\xfe")
    assert header is not None
    assert (header.more, header.command, header.body) == (False, False, 1)


@pytest.mark.parametrize("octets", [b"\x00\x00", b"\xff" + bytes(9)])
def test_a_length_of_nothing_is_no_frame(octets: bytes) -> None:
    with pytest.raises(FrameEmpty):
        read_old_header(octets)


def test_a_frame_above_the_limit_is_refused_by_its_header_alone_after_the_messages_before_it() -> None:
    octets = b"\x02\x00a" + old_header(11)
    decoded = decode_old(octets, 0, 9, 10, [])
    assert [message.frames for message in decoded.messages] == [[b"a"]]
    assert decoded.broken
    with pytest.raises(FrameTooLong):
        decode_old(octets, decoded.position, 9, 10, [])


@pytest.mark.parametrize(
    ("octets", "dialect"),
    [
        (b"", None),
        (b"\x01", Dialect.UNVERSIONED),
        (b"\x06\x00alice", Dialect.UNVERSIONED),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01", None),
        (b"\xff\x00\x00\x00\x00\x00\x00\x01\x00\x00", Dialect.UNVERSIONED),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f", None),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x00", Dialect.VERSIONED),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01", Dialect.ZMTP_2),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x02", Dialect.ZMTP_3),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03", Dialect.ZMTP_3),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x09", Dialect.ZMTP_3),
    ],
)
def test_a_peers_version_shows_in_its_first_octets(octets: bytes, dialect: Dialect | None) -> None:
    assert dialect_of(octets) is dialect


def test_our_signature_is_the_header_of_an_identity_to_those_who_know_no_signatures() -> None:
    header = read_old_header(write_signature(b"alice"))
    assert header is not None
    assert (header.size, header.body) == (10, 5)

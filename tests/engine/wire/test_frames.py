import pytest
from hypothesis import given, strategies as st

from engine.errors import FrameTooLong, IllegalFlags
from engine.messages import Message
from engine.wire.frames import (
    FrameHeader,
    SharedBatch,
    decode_messages,
    encode_messages,
    frame_header,
    read_header,
)
from tests.support.shall import shall

bodies = st.binary(max_size=6) | st.sampled_from([255, 256, 20_000, 65_535, 65_536]).map(bytes)
messages = bodies.map(Message) | st.lists(bodies, min_size=1, max_size=3).map(Message)
batches = st.lists(messages, max_size=6)


@shall("37/ZMTP/framing")
def test_headers_as_the_specification_writes_them() -> None:
    assert frame_header(0) == b"\x00\x00"
    assert frame_header(255, more=True) == b"\x01\xff"
    assert frame_header(256) == b"\x02\x00\x00\x00\x00\x00\x00\x01\x00"
    assert frame_header(5, command=True) == b"\x04\x05"
    assert encode_messages([Message([b"a", b"bc"])]) == [b"\x01\x01a\x00\x02bc"]


def test_a_header_is_read_when_it_is_all_there_and_a_long_form_of_a_short_length_counts() -> None:
    octets = b"\x02" + (5).to_bytes(8, "big")
    assert all(read_header(octets[:size]) is None for size in range(9))
    assert read_header(octets) == FrameHeader(more=False, command=False, body=5, size=9)


def test_unknown_flags_are_ignored_and_a_multipart_command_is_refused() -> None:
    assert read_header(b"\xf8\x01") == FrameHeader(more=False, command=False, body=1, size=2)
    with pytest.raises(IllegalFlags):
        read_header(b"\x05\x01")


def test_a_hostile_length_costs_its_header() -> None:
    with pytest.raises(FrameTooLong) as long:
        read_header(b"\x02" + b"\x7f" * 8, limit=1000)
    assert long.value.limit == 1000


def test_reading_stops_before_a_command_and_keeps_an_unfinished_multipart() -> None:
    octets = b"\x00\x01a" + b"\x01\x01b" + b"\x04\x05\x04PING" + b"\x00\x01c"
    first = decode_messages(octets, 0, 9, 1000, [])
    assert [message.frames for message in first.messages] == [[b"a"]]
    assert (first.command, first.position, first.pending) == (True, 6, [b"b"])
    rest = decode_messages(octets, 13, 9, 1000, first.pending)
    assert [message.frames for message in rest.messages] == [[b"b", b"c"]]


@pytest.mark.parametrize("limit", [3, 254, 255, 1000])
def test_the_limit_holds_for_every_frame_and_what_came_before_it_is_kept(limit: int) -> None:
    octets = b"".join(encode_messages([Message([b"ok"]), Message([bytes(limit + 1)])]))
    decoded = decode_messages(octets, 0, 9, limit, [])
    assert [message.frames for message in decoded.messages] == [[b"ok"]]
    assert decoded.broken
    with pytest.raises(FrameTooLong):
        decode_messages(octets, decoded.position, 9, limit, [])


@given(batches)
def test_the_batch_loop_writes_what_one_frame_after_another_would(batch: list[Message]) -> None:
    single = b"".join(
        frame_header(len(body), more=n < len(message.frames) - 1) + body
        for message in batch
        for n, body in enumerate(message.frames)
    )
    assert b"".join(encode_messages(batch)) == single


@given(st.lists(batches, max_size=3), st.lists(st.integers(0, 2), max_size=6))
def test_pipes_that_share_a_batch_write_what_each_would_alone(
    kinds: list[list[Message]], pipes: list[int]
) -> None:
    shared = SharedBatch()
    for kind in pipes:
        batch = list(kinds[kind]) if kind < len(kinds) else []
        assert shared.encode(batch) == encode_messages(batch)


def test_a_shared_batch_is_not_taken_for_another_of_equal_messages() -> None:
    shared = SharedBatch()
    first, second, third = Message(b"a"), Message(b"b"), Message(b"a")
    octets = shared.encode([first, second])
    assert shared.encode([first, second]) is octets
    assert shared.encode([first, third]) == [b"\x00\x01a\x00\x01a"]


@given(batches, st.integers(1, 4))
def test_no_more_is_read_than_there_is_room_for(batch: list[Message], room: int) -> None:
    octets = b"".join(encode_messages(batch))
    position, seen = 0, []
    while found := (decoded := decode_messages(octets, position, room, 1 << 20, [])).messages:
        assert len(found) <= room
        seen += [message.frames for message in found]
        position = decoded.position
    assert seen == [message.frames for message in batch]
    assert position == len(octets)

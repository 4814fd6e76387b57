import pytest
from hypothesis import example, given, strategies as st

from engine.errors import MalformedDatagram, MessageInvalid
from engine.wire.datagrams import (
    LONGEST_DATAGRAM,
    address_frame,
    decode_body,
    decode_group,
    encode_group,
    read_address,
)

GROUPS = st.binary(max_size=255)


def test_a_datagram_is_a_length_a_group_and_a_body() -> None:
    assert encode_group(b"TV", b"Friends") == b"\x02TVFriends"
    assert encode_group(b"", b"") == b"\x00"
    assert decode_group(b"\x06MoviesGodfather") == [b"Movies", b"Godfather"]
    assert decode_group(b"\x02TV") == [b"TV", b""]


@given(GROUPS, st.binary(max_size=LONGEST_DATAGRAM - 256))
@example(b"g" * 255, b"b" * (LONGEST_DATAGRAM - 256))
def test_what_was_encoded_decodes_to_the_same(group: bytes, body: bytes) -> None:
    assert decode_group(encode_group(group, body)) == [group, body]


@given(st.binary(max_size=600))
@example(b"")
@example(b"\xff" + b"g" * 254)
def test_any_octets_are_a_datagram_or_malformed(octets: bytes) -> None:
    try:
        group, body = decode_group(octets)
    except MalformedDatagram:
        assert not octets or len(octets) <= octets[0]
    else:
        assert encode_group(group, body) == octets


def test_a_datagram_longer_than_any_is_malformed() -> None:
    with pytest.raises(MalformedDatagram, match="8192"):
        decode_group(bytes(LONGEST_DATAGRAM + 1))
    with pytest.raises(MalformedDatagram, match="8192"):
        decode_body(bytes(LONGEST_DATAGRAM + 1))
    assert decode_body(bytes(LONGEST_DATAGRAM)) == bytes(LONGEST_DATAGRAM)


def test_what_no_receiver_would_read_whole_is_refused() -> None:
    assert len(encode_group(b"g", bytes(LONGEST_DATAGRAM - 2))) == LONGEST_DATAGRAM
    with pytest.raises(MessageInvalid, match="8193 octets; over udp the longest is 8192"):
        encode_group(b"g", bytes(LONGEST_DATAGRAM - 1))
    with pytest.raises(MessageInvalid, match="group has 256 octets"):
        encode_group(b"g" * 256, b"")


@pytest.mark.parametrize(
    ("place", "frame"),
    [
        (("127.0.0.1", 5555), b"127.0.0.1:5555\0"),
        (("::1", 1), b"[::1]:1\0"),
        (("fe80::1%eth0", 65535), b"[fe80::1%eth0]:65535\0"),
    ],
)
def test_an_address_frame_names_a_place(place: tuple[str, int], frame: bytes) -> None:
    assert address_frame(place) == frame
    assert read_address(frame) == place
    assert read_address(frame[:-1]) == place


@pytest.mark.parametrize(
    "frame",
    [b"", b"\0", b"127.0.0.1", b"127.0.0.1:", b"127.0.0.1:0", b"127.0.0.1:65536", b"127.0.0.1:x", b"::1:5555",
     b"localhost:5555", b":5555", b"127.0.0.1:5555\0\0", b"1.2.3:80", "127.0.0.1:٣".encode()],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_words(frame: bytes) -> None:
    with pytest.raises(MessageInvalid, match="is no address as"):
        read_address(frame)


@given(st.binary(max_size=60))
def test_any_octets_are_an_address_or_refused(octets: bytes) -> None:
    try:
        place = read_address(octets)
    except MessageInvalid:
        return
    assert read_address(address_frame(place)) == place

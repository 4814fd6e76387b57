"""Z85 is what 32/Z85 says, and nothing that is none gets through."""

import contextlib

import pytest
import zmq.utils.z85
from hypothesis import given, strategies as st

from engine.z85 import Z85Invalid, decode, encode

octets = st.binary(max_size=64).map(lambda drawn: drawn[: len(drawn) // 4 * 4])


def test_the_specification_s_example() -> None:
    assert encode(bytes.fromhex("864FD26FB559F75B")) == "HelloWorld"
    assert decode("HelloWorld") == bytes.fromhex("864FD26FB559F75B")


@given(octets)
def test_what_is_written_is_what_is_read_by_us_and_by_others(drawn: bytes) -> None:
    assert decode(encode(drawn)) == drawn
    assert encode(drawn).encode() == zmq.utils.z85.encode(drawn)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 31])
def test_octets_come_in_fours(length: int) -> None:
    with pytest.raises(Z85Invalid, match=str(length)):
        encode(bytes(length))


@pytest.mark.parametrize("text", ["#####", "1234", "123456", "abc d", 'ab"cd', "ab\\cd", "äöüßé", "%nSc1"])
def test_what_is_no_z85_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(Z85Invalid) as refused:
        decode(text)
    assert text not in str(refused.value)


def test_the_largest_group_is_32_bits() -> None:
    assert decode("%nSc0") == b"\xff\xff\xff\xff"


@given(st.text(max_size=20))
def test_any_text_gives_octets_or_the_one_error(text: str) -> None:
    with contextlib.suppress(Z85Invalid):
        assert encode(decode(text)) == text

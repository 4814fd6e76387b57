"""ZAP's frames, and what its replies are refused for."""

import contextlib

import pytest
from hypothesis import given, strategies as st

from engine.security.zap import (
    ZapReply,
    ZapReplyInvalid,
    ZapRequest,
    ZapRequestInvalid,
    read_reply,
    read_request,
    write_reply,
    write_request,
)

REQUEST = ZapRequest("domain", "127.0.0.1", b"me", "PLAIN", (b"user", b"secret"))
GOOD = [b"", b"1.0", b"1", b"200", b"OK", b"user", b"\x01a\x00\x00\x00\x01b"]


def replaced(place: int, frame: bytes) -> list[bytes]:
    return [*GOOD[:place], frame, *GOOD[place + 1 :]]


def test_a_request_s_frames() -> None:
    assert write_request(REQUEST, b"7") == [
        b"", b"1.0", b"7", b"domain", b"127.0.0.1", b"me", b"PLAIN", b"user", b"secret",
    ]  # fmt: skip
    assert read_request(write_request(REQUEST, b"7")[1:]) == (b"7", REQUEST)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(REQUEST)


def test_a_reply_s_frames() -> None:
    reply = ZapReply(200, "OK", b"user", {"a": b"b"})
    assert [b"", *write_reply(reply, b"1")] == GOOD
    assert read_reply(GOOD, b"1") == reply


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([], 0x20000001),
        (GOOD[:-1], 0x20000001),
        ([*GOOD, b""], 0x20000001),
        (replaced(0, b"x"), 0x20000000),
        (replaced(1, b"1.1"), 0x20000003),
        (replaced(2, b"2"), 0x20000002),
        (replaced(3, b"201"), 0x20000004),
        (replaced(3, b"0200"), 0x20000004),
        (replaced(3, b""), 0x20000004),
        (replaced(6, b"\x05a"), 0x20000005),
        (replaced(6, b"\x01a\x00\x00\x00\x02b"), 0x20000005),
    ],
)
def test_a_reply_that_is_refused_has_libzmq_s_number(frames: list[bytes], code: int) -> None:
    with pytest.raises(ZapReplyInvalid) as refused:
        read_reply(frames, b"1")
    assert refused.value.code == code


@pytest.mark.parametrize("frames", [[], [b"1.0"] * 5, [b"2.0", b"1", b"", b"", b"", b"NULL"]])
def test_what_is_no_request_is_refused(frames: list[bytes]) -> None:
    with pytest.raises(ZapRequestInvalid):
        read_request(frames)


@given(st.lists(st.binary(max_size=20), max_size=9))
def test_any_frames_give_a_reply_or_the_one_error(frames: list[bytes]) -> None:
    for read in (lambda: read_reply(frames, b"1"), lambda: read_request(frames)):
        with contextlib.suppress(ZapReplyInvalid, ZapRequestInvalid):
            read()

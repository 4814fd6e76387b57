"""Single messages: shaped for people, kept in rings, looked at by probes that step aside."""

from typing import Any

import pytest

from app.telemetry.message_shapes import FrameUnreadable, head_of, read_frames, shape_frame
from app.telemetry.probes import PipeProbe
from app.telemetry.ring import KEPT, Kept, Ring
from engine.messages import Message
from engine.pipes.pipe import Pipe


class Time:
    def __init__(self) -> None:
        self.at = 10.0

    def now(self) -> float:
        return self.at


def test_text_is_shown_as_text_and_octets_as_hex() -> None:
    assert shape_frame(b"order 7") == {"hex": b"order 7".hex(), "octets": 7, "more": False, "text": "order 7"}
    assert shape_frame(b"\x00\xff") == {"hex": "00ff", "octets": 2, "more": False}


def test_a_long_frame_is_cut_also_through_a_character() -> None:
    shaped = shape_frame("€".encode() * 2000, 4096)
    assert shaped["octets"] == 6000
    assert shaped["more"] is True
    assert shaped["text"] == "€" * 1365


def test_a_head_is_thirty_two_octets_over_all_frames() -> None:
    assert head_of([b"a" * 30, b"b" * 30]) == (b"a" * 30 + b"bb").hex()


def test_frames_are_typed_as_text_or_hex() -> None:
    assert read_frames([{"text": "hé"}, {"hex": "00 ff"}]) == ["hé".encode(), b"\x00\xff"]
    for wrong in ({}, {"hex": "zz"}, "text", {"text": 5}):
        with pytest.raises(FrameUnreadable):
            read_frames([wrong])


def test_a_ring_keeps_the_last_and_finds_one() -> None:
    ring = Ring()
    for n in range(KEPT + 50):
        ring.add(Kept(n, 0.0, [b"x"], {}))
    assert len(ring) == KEPT
    assert [kept.seq for kept in ring.last(2)] == [KEPT + 48, KEPT + 49]
    assert ring.find(3) is None
    assert ring.find(KEPT) is not None


def test_a_ring_of_large_messages_is_shorter() -> None:
    ring = Ring()
    for n in range(20):
        ring.add(Kept(n, 0.0, [bytes(1 << 20)], {}))
    assert len(ring) == 8


class View:
    """A pipe of the connection "c", before which another carried ``before`` messages."""

    def __init__(self, pipe: Pipe, before: int = 0) -> None:
        self._pipe = pipe
        self._before = before

    @property
    def popped(self) -> int:
        return self._pipe.popped

    @property
    def probe(self) -> Any:
        return self._pipe.probe

    @probe.setter
    def probe(self, probe: Any) -> None:
        self._pipe.probe = probe

    def place_of(self, n: int) -> tuple[str, int]:
        return "c", n - self._before


def probed(pipe: Pipe, time: Time, *, ring: Ring | None = None):
    tokens: list[dict] = []
    probe = PipeProbe(View(pipe), time, {"link": "l"}, tell=tokens.append, ring=ring)
    probe.renew()
    return probe, tokens


def test_a_token_says_how_long_the_message_waited() -> None:
    pipe, time = Pipe(10), Time()
    _, tokens = probed(pipe, time)
    pipe.push(Message([b"hello", b"world"]))
    time.at += 0.25
    pipe.pop()
    (token,) = tokens
    assert token == {
        "link": "l",
        "connection": "c",
        "seq": 1,
        "octets": 10,
        "waited_ms": 250.0,
        "head": b"helloworld".hex(),
    }


def test_a_message_is_named_by_its_place_in_its_connection_also_in_another_pipe() -> None:
    one, other, time = Pipe(10), Pipe(10), Time()
    ring = Ring()
    probe, tokens = probed(one, time, ring=ring)
    probe.move(View(other, before=-4))
    assert one.probe is None
    probe.renew()
    other.push(Message([b"x"]))
    other.pop()
    assert [(token["connection"], token["seq"]) for token in tokens] == [("c", 5)]
    assert [(kept.connection, kept.seq) for kept in ring.last(1)] == [("c", 5)]


def test_a_ring_tells_messages_of_one_number_apart_by_lane_and_connection() -> None:
    ring = Ring()
    kept = [
        Kept(7, 0.0, [b"old"], {"lane": "to_bind"}, "c1"),
        Kept(7, 1.0, [b"new"], {"lane": "to_bind"}, "c2"),
        Kept(7, 2.0, [b"back"], {"lane": "to_connect"}, "c2"),
    ]
    for each in kept:
        ring.add(each)
    assert [ring.find(7, "to_bind", "c1"), ring.find(7, "to_bind"), ring.find(7)] == kept
    assert ring.find(7, "to_connect", "c1") is None


def test_a_fast_pipe_is_looked_at_once_a_second() -> None:
    pipe, time = Pipe(0), Time()
    probe, tokens = probed(pipe, time)
    for _ in range(40):
        for _ in range(100):
            pipe.push(Message([b"x"]))
            pipe.pop()
        time.at += 0.05
        probe.renew()
    assert 12 <= len(tokens) <= 14


def test_a_slow_pipe_is_shown_whole() -> None:
    pipe, time = Pipe(0), Time()
    probe, tokens = probed(pipe, time)
    for _ in range(50):
        pipe.push(Message([b"x"]))
        pipe.pop()
        time.at += 0.125
        probe.renew()
    assert [token["seq"] for token in tokens] == list(range(1, 51))


def test_a_probe_with_nothing_to_do_leaves_the_slot_empty() -> None:
    pipe, time = Pipe(0), Time()
    ring = Ring()
    probe, _ = probed(pipe, time, ring=ring)
    for _ in range(300):
        pipe.push(Message([b"x"]))
        pipe.pop()
    assert pipe.probe is None
    assert len(ring) == 100
    probe.renew()
    assert pipe.probe is probe
    probe.remove()
    assert pipe.probe is None

"""The same operations in two worlds, ours and libzmq's, with outcomes that can be compared."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

import zmq
from zmq.utils.monitor import parse_monitor_message

from engine import Context, SocketType
from engine.errors import Again, EngineError, HostUnreachable, NotSupported, WrongState
from engine.sockets.socket import Socket

Outcome = list[bytes] | str
"""Frames that were received, or a word for what happened."""

AGAIN: Final = "EAGAIN"
DONE: Final = "done"
OUR_WORDS: Final = {
    Again: AGAIN,
    WrongState: "EFSM",
    NotSupported: "ENOTSUP",
    HostUnreachable: "EHOSTUNREACH",
}
THEIR_WORDS: Final = {
    zmq.EAGAIN: AGAIN,
    zmq.EFSM: "EFSM",
    zmq.ENOTSUP: "ENOTSUP",
    zmq.EHOSTUNREACH: "EHOSTUNREACH",
}
COME: Final = zmq.EVENT_HANDSHAKE_SUCCEEDED
GONE: Final = zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED


class World(Protocol):
    """Sockets by number; a call never waits."""

    def make(self, number: int, kind: SocketType, options: dict[str, int | bytes]) -> None: ...

    def bind(self, number: int, endpoint: str) -> str: ...

    def connect(self, number: int, endpoint: str) -> None: ...

    def disconnect(self, number: int, endpoint: str) -> None: ...

    def subscribe(self, number: int, topic: bytes, *, wanted: bool) -> None: ...

    def send(self, number: int, frames: list[bytes]) -> Outcome: ...

    def receive(self, number: int) -> Outcome: ...

    def close(self, number: int) -> None: ...

    def peers(self, number: int) -> int: ...


class OurWorld:
    """The engine."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sockets: dict[int, Socket] = {}

    def make(self, number: int, kind: SocketType, options: dict[str, int | bytes]) -> None:
        self._sockets[number] = self._context.socket(kind, **options)

    def bind(self, number: int, endpoint: str) -> str:
        return self._sockets[number].bind(endpoint)

    def connect(self, number: int, endpoint: str) -> None:
        self._sockets[number].connect(endpoint)

    def disconnect(self, number: int, endpoint: str) -> None:
        self._sockets[number].disconnect(endpoint)

    def subscribe(self, number: int, topic: bytes, *, wanted: bool) -> None:
        socket = self._sockets[number]
        (socket.subscribe if wanted else socket.unsubscribe)(topic)

    def send(self, number: int, frames: list[bytes]) -> Outcome:
        return self._attempt(lambda: self._sockets[number].send_nowait(frames))

    def receive(self, number: int) -> Outcome:
        return self._attempt(self._sockets[number].recv_nowait)

    @staticmethod
    def _attempt(work: Callable[[], list[bytes] | None]) -> Outcome:
        try:
            return work() or DONE
        except EngineError as error:
            return OUR_WORDS[type(error)]

    def close(self, number: int) -> None:
        self._sockets.pop(number).close()

    def peers(self, number: int) -> int:
        for each in self._sockets.values():
            each.get("events")  # who is found to have nothing has lost its place: their owner looks, too
        pairs = self._sockets[number]._host.pairs
        return sum(not pair.is_over and (pair.is_joined or bool(pair.connection)) for pair in pairs)


class TheirWorld:
    """libzmq, by pyzmq; connections are counted by its monitors."""

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]]") -> None:
        self._context = context
        self._sockets: dict[int, zmq.Socket[bytes]] = {}
        self._monitors: dict[int, zmq.Socket[bytes]] = {}
        self._peers: Counter[int] = Counter()

    def make(self, number: int, kind: SocketType, options: dict[str, int | bytes]) -> None:
        socket = self._sockets[number] = self._context.socket(int(kind))
        for name, value in options.items():
            socket.setsockopt(getattr(zmq, name.upper()), value)
        self._monitors[number] = socket.get_monitor_socket(
            zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED
        )

    def bind(self, number: int, endpoint: str) -> str:
        self._sockets[number].bind(endpoint)
        return self._sockets[number].getsockopt_string(zmq.LAST_ENDPOINT)

    def connect(self, number: int, endpoint: str) -> None:
        self._sockets[number].connect(endpoint)

    def disconnect(self, number: int, endpoint: str) -> None:
        self._sockets[number].disconnect(endpoint)

    def subscribe(self, number: int, topic: bytes, *, wanted: bool) -> None:
        self._sockets[number].setsockopt(zmq.SUBSCRIBE if wanted else zmq.UNSUBSCRIBE, topic)

    def send(self, number: int, frames: list[bytes]) -> Outcome:
        return self._attempt(lambda: self._sockets[number].send_multipart(frames, zmq.DONTWAIT))

    def receive(self, number: int) -> Outcome:
        return self._attempt(lambda: self._sockets[number].recv_multipart(zmq.DONTWAIT))

    @staticmethod
    def _attempt(work: Callable[[], object]) -> Outcome:
        try:
            frames = work()
        except zmq.ZMQError as error:
            return THEIR_WORDS[error.errno]
        return frames if isinstance(frames, list) else DONE

    def close(self, number: int) -> None:
        socket = self._sockets.pop(number)
        socket.disable_monitor()
        self._monitors.pop(number).close(linger=0)
        socket.close()

    def peers(self, number: int) -> int:
        """Connections over a wire; those inproc, which no monitor sees, are not among them."""
        with suppress(zmq.Again):
            while True:
                event = parse_monitor_message(self._monitors[number].recv_multipart(zmq.DONTWAIT))["event"]
                self._peers[number] += 1 if event == COME else -1
        for each in self._sockets.values():
            each.getsockopt(zmq.EVENTS)  # libzmq attaches and lets go only while its owner looks
        return self._peers[number]


async def agree(
    ours: Callable[[], Outcome], theirs: Callable[[], Outcome], limit_s: float
) -> tuple[Outcome, Outcome]:
    """Try in both worlds; the one that has to wait tries again until it does as the other did."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit_s
    mine, their = ours(), theirs()
    while (mine == AGAIN) != (their == AGAIN) and loop.time() < end:
        await asyncio.sleep(0.001)
        if mine == AGAIN:
            mine = ours()
        else:
            their = theirs()
    return mine, their

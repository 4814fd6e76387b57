"""Peers that others wrote, in languages of their own: each a process that obeys lines.

A line is an order, and each order has one answer: ``ok`` with what was asked for, or ``no`` and the reason.

=====================  =======================================================================
open KIND OPTION=…     make a socket instead of the one before; linger 0, timeouts 10 s
admit USER PASSWORD    let in, by ZAP, the one who knows this
bind ENDPOINT          answers the endpoint where it listens
connect ENDPOINT
send FRAME,FRAME       waits for room
recv                   waits for a message, answers FRAME,FRAME
=====================  =======================================================================

Frames and values are an ``x`` and hexadecimal digits, so that an empty one is a word too.
"""

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine import SocketType
from tests.interop.ends import Frames

PEERS: Final = Path(__file__).parent / "peers"
JEROMQ: Final = Path("/usr/share/java/jeromq.jar")
ZMQ_H: Final = Path("/usr/include/zmq.h")


class PeerRefused(AssertionError):
    """The peer answered ``no``."""

    def __init__(self, order: str, reason: str) -> None:
        super().__init__(f"the peer answered {order[:60]!r} with {reason!r}")


class ForeignPeer:
    """One process, which has one socket at a time."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii"
        )
        self._turn = threading.Lock()

    def ask(self, order: str) -> str:
        """Give one order and return the answer.

        Raises:
            PeerRefused: the answer is no, or the peer died.
        """
        assert self._process.stdin
        assert self._process.stdout
        with self._turn:
            self._process.stdin.write(order + "\n")
            self._process.stdin.flush()
            word, _, rest = self._process.stdout.readline().rstrip("\n").partition(" ")
        if word != "ok":
            raise PeerRefused(order, rest or "its end")
        return rest

    def end(self) -> None:
        """End the process and all its sockets."""
        self._process.kill()
        self._process.communicate()


class ForeignEnd:
    """The peer's socket, as a conversation sees it."""

    def __init__(self, peer: ForeignPeer, kind: SocketType, **options: bytes) -> None:
        self._peer = peer
        settings = (f" {name}={_word(value)}" for name, value in options.items())
        peer.ask(f"open {kind.name}{''.join(settings)}")

    def bind(self, endpoint: str) -> str:
        """Bind, and return where it listens."""
        return self._peer.ask(f"bind {endpoint}")

    def connect(self, endpoint: str) -> None:
        """Connect."""
        self._peer.ask(f"connect {endpoint}")

    async def send(self, frames: Frames) -> None:
        """Send, waiting for room."""
        await asyncio.to_thread(self._peer.ask, f"send {','.join(map(_word, frames))}")

    async def recv(self) -> Frames:
        """Wait for a message."""
        answer = await asyncio.to_thread(self._peer.ask, "recv")
        return [bytes.fromhex(word[1:]) for word in answer.split(",")]


def _word(octets: bytes) -> str:
    return "x" + octets.hex()


def _build_libzmq(room: Path) -> list[str]:
    program = str(room / "peer")
    source = str(PEERS / "peer.c")
    subprocess.run(["cc", "-Wall", "-Werror", "-O1", "-o", program, source, "-lzmq", "-lpthread"], check=True)
    return [program]


def _build_jeromq(room: Path) -> list[str]:
    subprocess.run(["javac", "-cp", str(JEROMQ), "-d", str(room), str(PEERS / "Peer.java")], check=True)
    # The peer lives for seconds: it is not worth the compiler's threads.
    return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{JEROMQ}:{room}", "Peer"]


def _has_ruby() -> bool:
    if not shutil.which("ruby"):
        return False
    return (
        subprocess.run(["ruby", "-e", 'require "ffi-rzmq"'], capture_output=True, check=False).returncode == 0
    )


@dataclass(frozen=True, slots=True)
class Stack:
    """An implementation of 0MQ that is not ours.

    Attributes:
        needs: what must be installed, for the one who reads why tests were skipped.
        build: makes it ready in a directory, and returns the command that starts it.
        version: of ZMTP, or of ZWS where that is all it has, that we come to speak with it.
        is_secure: whether it has PLAIN and CURVE.
        anywhere: an endpoint to bind.
    """

    needs: str
    is_here: Callable[[], bool]
    build: Callable[[Path], list[str]]
    version: str
    is_secure: bool = True
    anywhere: str = "tcp://127.0.0.1:*"


def _has_package(name: str) -> bool:
    return bool(shutil.which("node")) and (PEERS / "node_modules" / name).exists()


STACKS: Final = {
    "libzmq": Stack(
        "gcc and libzmq3-dev", lambda: bool(shutil.which("cc")) and ZMQ_H.exists(), _build_libzmq, "3.1"
    ),
    "jeromq": Stack(
        "default-jdk-headless and libjeromq-java",
        lambda: bool(shutil.which("javac")) and JEROMQ.exists(),
        _build_jeromq,
        "2.0",
        is_secure=False,
    ),
    "ruby": Stack("ruby-ffi-rzmq", _has_ruby, lambda _room: ["ruby", str(PEERS / "peer.rb")], "3.1"),
    "node": Stack(
        "npm ci in tests/interop/peers",
        lambda: _has_package("zeromq"),
        lambda _room: ["node", str(PEERS / "peer.js")],
        "3.1",
    ),
    "jszmq": Stack(
        "npm ci in tests/interop/peers",
        lambda: _has_package("jszmq"),
        lambda _room: ["node", "--no-deprecation", str(PEERS / "ws_peer.js")],
        "2.0",
        is_secure=False,
        anywhere="ws://127.0.0.1:*/",
    ),
}
"""Debian's C library, JeroMQ of ZMTP 2.0, Ruby's face of libzmq, Node's own libzmq, and jszmq by ws."""

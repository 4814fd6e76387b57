"""CURVE's commands, octet by octet, and the protection of its traffic."""

from collections.abc import Callable
from typing import Final

from engine.clock import Chance
from engine.errors import MalformedCommand, UnexpectedCommand
from engine.security.box import KEY_OCTETS, TAG_OCTETS, SessionBox, public_of, seal, unseal
from engine.security.mechanism import Protection
from engine.security.violations import CounterRepeated
from engine.wire.commands import split_command

COUNTER_OCTETS: Final = 8
RANDOM_OCTETS: Final = 16
"""The part of a long nonce that is drawn, not counted."""

HELLO_NAME: Final = b"\x05HELLO"
WELCOME_NAME: Final = b"\x07WELCOME"
INITIATE_NAME: Final = b"\x08INITIATE"
READY_NAME: Final = b"\x05READY"
MESSAGE_NAME: Final = b"\x07MESSAGE"

HELLO_NONCE: Final = b"CurveZMQHELLO---"
WELCOME_NONCE: Final = b"WELCOME-"
COOKIE_NONCE: Final = b"COOKIE--"
INITIATE_NONCE: Final = b"CurveZMQINITIATE"
VOUCH_NONCE: Final = b"VOUCH---"
READY_NONCE: Final = b"CurveZMQREADY---"
CLIENT_NONCE: Final = b"CurveZMQMESSAGEC"
SERVER_NONCE: Final = b"CurveZMQMESSAGES"

VERSION: Final = b"\x01\x00"
HELLO_PADDING: Final = bytes(72)
HELLO_CONTENT: Final = bytes(64)

HELLO_SIZE: Final = 200
WELCOME_SIZE: Final = 168
COOKIE_SIZE: Final = RANDOM_OCTETS + 2 * KEY_OCTETS + TAG_OCTETS
VOUCH_SIZE: Final = 2 * KEY_OCTETS + TAG_OCTETS
INITIATE_SIZE: Final = 257
"""With empty metadata."""
READY_SIZE: Final = 30
MESSAGE_SIZE: Final = 33
"""With an empty payload: how much longer a protected frame's body is than what is in it."""

METADATA: Final = "metadata"
ANOTHER_COMMAND: Final = "another command"
A_MESSAGE: Final = "MESSAGE"


class ShortTermKeys:
    """A key pair for one connection, drawn from ``chance`` and never shown."""

    __slots__ = ("public", "secret")

    def __init__(self, chance: Chance) -> None:
        self.secret = chance.octets(KEY_OCTETS)
        self.public = public_of(self.secret)


class PeerCounter:
    """The counter in the peer's commands, which has to grow with each."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last = -1

    def take(self, octets: bytes, command: str) -> bytes:
        """Return the counter's octets, once they are found to be above the last.

        Raises:
            CounterRepeated: they are not.
        """
        counter = int.from_bytes(octets, "big")
        if counter <= self.last:
            raise CounterRepeated(command, counter, self.last)
        self.last = counter
        return octets


def check_command(body: bytes, name: bytes, size: int, *, exactly: bool = False) -> None:
    """Look whether a command is the one that has to come now, and has its size.

    Raises:
        UnexpectedCommand: it has another name.
        MalformedCommand: it has the name and not the size.

    Args:
        name: the name with its length.
        size: octets of the body, at least.
        exactly: whether there may be no more.
    """
    expected = name[1:].decode()
    if not body.startswith(name):
        raise UnexpectedCommand(split_command(body)[0].decode("ascii", "backslashreplace"), expected)
    if len(body) < size or (exactly and len(body) > size):
        raise MalformedCommand(expected, f"it has {len(body)} octets instead of {size}")


def write_hello(public: bytes, key: bytes) -> bytes:
    """Return HELLO, whose counter is 1.

    Args:
        public: the client's short-term public key.
        key: shared by it and the server's long-term key.
    """
    counter = _counted(1)
    box = seal(HELLO_CONTENT, HELLO_NONCE + counter, key)
    return HELLO_NAME + VERSION + HELLO_PADDING + public + counter + box


def read_hello(body: bytes, counter: PeerCounter, key_of: Callable[[bytes], bytes]) -> bytes:
    """Return the short-term public key in HELLO.

    Args:
        key_of: computes the key that a client's short-term key and ours share.

    Raises:
        PeerViolation: it is no HELLO, of another version, or does not open.
    """
    check_command(body, HELLO_NAME, HELLO_SIZE, exactly=True)
    if body[6:8] != VERSION:
        raise MalformedCommand("HELLO", f"it is of CurveZMQ version {body[6]}.{body[7]} instead of 1.0")
    public = body[80:112]
    nonce = HELLO_NONCE + counter.take(body[112:120], "HELLO")
    if unseal(body[120:200], nonce, key_of(public), "HELLO") != HELLO_CONTENT:
        raise MalformedCommand("HELLO", "its box does not hold 64 zeros")
    return public


def write_welcome(random: bytes, public: bytes, cookie: bytes, key: bytes) -> bytes:
    """Return WELCOME.

    Args:
        random: 16 octets.
        public: the server's short-term public key.
        cookie: 96 octets that the client is to send back.
        key: shared by the server's long-term and the client's short-term key.
    """
    return WELCOME_NAME + random + seal(public + cookie, WELCOME_NONCE + random, key)


def read_welcome(body: bytes, key: bytes) -> tuple[bytes, bytes]:
    """Return the server's short-term public key and its cookie.

    Raises:
        PeerViolation: it is no WELCOME, or does not open.
    """
    check_command(body, WELCOME_NAME, WELCOME_SIZE, exactly=True)
    content = unseal(body[24:168], WELCOME_NONCE + body[8:24], key, "WELCOME")
    return content[:KEY_OCTETS], content[KEY_OCTETS:]


def write_initiate(cookie: bytes, content: bytes, key: bytes) -> bytes:
    """Return INITIATE, whose counter is 2.

    Args:
        content: the client's long-term public key, its vouch with the nonce's random part before,
            and metadata.
        key: shared by both short-term keys.
    """
    counter = _counted(2)
    return INITIATE_NAME + cookie + counter + seal(content, INITIATE_NONCE + counter, key)


def write_ready(metadata: bytes, key: bytes) -> bytes:
    """Return READY, whose counter is 1."""
    counter = _counted(1)
    return READY_NAME + counter + seal(metadata, READY_NONCE + counter, key)


def read_ready(body: bytes, counter: PeerCounter, key: bytes) -> bytes:
    """Return the metadata in READY, not yet read.

    Raises:
        PeerViolation: it is no READY, or does not open.
    """
    check_command(body, READY_NAME, READY_SIZE)
    nonce = READY_NONCE + counter.take(body[6:14], "READY")
    return unseal(body[14:], nonce, key, "READY")


def _counted(counter: int) -> bytes:
    return counter.to_bytes(COUNTER_OCTETS, "big")


class CurveTraffic(Protection):
    """Boxes and opens what follows the handshake; see ``Protection``.

    Args:
        key: shared by both short-term keys.
        sends, receives: the text parts of the nonces each way.
        next_counter: of our first MESSAGE.
        counter: the peer's, as the handshake left it.

    Source: 26/CURVEZMQ, "The MESSAGE Command".
    """

    __slots__ = ("_box", "_last", "_next", "_receives", "_sends")

    def __init__(
        self, key: bytes, sends: bytes, receives: bytes, next_counter: int, counter: PeerCounter
    ) -> None:
        self.overhead = MESSAGE_SIZE
        self._box = SessionBox(key)
        self._sends = sends
        self._receives = receives
        self._next = next_counter
        self._last = max(counter.last, 0).to_bytes(COUNTER_OCTETS, "big")  # big-endian: compared as they are

    def protect(self, flags: int, content: bytes) -> bytes:
        """Return the body of the message frame that carries ``content``."""
        counter = self._next.to_bytes(COUNTER_OCTETS, "big")
        self._next += 1
        return MESSAGE_NAME + counter + self._box.seal(_FLAGS[flags] + content, self._sends + counter)

    def unprotect(self, body: bytes) -> tuple[int, bytes]:
        """Return the flags and the content of a frame's body.

        Raises:
            PeerViolation: it is no MESSAGE, repeats a counter, or does not open.
        """
        if len(body) < MESSAGE_SIZE or body[:8] != MESSAGE_NAME:
            check_command(body, MESSAGE_NAME, MESSAGE_SIZE)
        octets = body[8:16]
        if octets <= self._last:
            raise CounterRepeated("MESSAGE", int.from_bytes(octets, "big"), int.from_bytes(self._last, "big"))
        content = self._box.unseal(body[16:], self._receives + octets, A_MESSAGE)
        self._last = octets
        return content[0], content[1:]


_FLAGS: Final = tuple(bytes((flags,)) for flags in range(4))

"""PLAIN: a user name and a password in clear, judged by an authenticator."""

from collections.abc import Mapping
from typing import Final

from engine.errors import MalformedCommand, PeerRefused, UnexpectedCommand
from engine.security.mechanism import Outcome, Question, turn_away
from engine.security.zap import AuthenticatorMissing, ZapReply
from engine.wire.commands import name_command, read_error, split_command
from engine.wire.metadata import read_metadata, write_metadata

HELLO: Final = b"HELLO"
WELCOME: Final = b"WELCOME"
INITIATE: Final = b"INITIATE"
READY: Final = b"READY"
ERROR: Final = b"ERROR"

GARBLED_ERROR: Final = b"^RROR"
"""How libzmq's PLAIN writes ERROR with its length: in C the escape ``\\x05E`` is one octet."""

METADATA: Final = "metadata"


class PlainClient:
    """The side that says who it is.

    Args:
        properties: our metadata, in the order it is to be sent.
        username: at most 255 octets, as the password.

    Source: 24/ZMTP-PLAIN.
    """

    name = "PLAIN"
    as_server = False
    protection = None

    def __init__(self, properties: Mapping[str, bytes], username: bytes, password: bytes) -> None:
        self._properties = dict(properties)
        self._username = username
        self._password = password
        self._expected = WELCOME

    def begin(self) -> Outcome:
        """Say HELLO with name and password."""
        credentials = _counted(self._username) + _counted(self._password)
        return Outcome(reply=name_command(HELLO, credentials))

    def decide(self, verdict: ZapReply | None) -> Outcome:
        """A client asks nobody."""
        return Outcome()

    def receive(self, body: bytes) -> Outcome:
        """Take WELCOME, then READY.

        Raises:
            PeerRefused: the server sent ERROR, in the right form or in libzmq's.
            UnexpectedCommand: it sent anything else.
            MalformedCommand: what it sent cannot be read.
        """
        if body.startswith(GARBLED_ERROR):
            raise PeerRefused(read_error(body[len(GARBLED_ERROR) :]).reason)
        name, data = split_command(body)
        if name == ERROR:
            raise PeerRefused(read_error(data).reason)
        if name != self._expected:
            raise UnexpectedCommand(_shown(name), self._expected.decode())
        if name == READY:
            return Outcome(properties=read_metadata(data, METADATA))
        if data:
            raise MalformedCommand("WELCOME", "something follows it")
        self._expected = READY
        return Outcome(reply=name_command(INITIATE, write_metadata(self._properties)))


class PlainServer:
    """The side that has an authenticator judge name and password; without one nobody comes in.

    Source: 24/ZMTP-PLAIN; that there has to be an authenticator is libzmq's rule.
    """

    name = "PLAIN"
    as_server = True
    protection = None

    def __init__(self, properties: Mapping[str, bytes]) -> None:
        self._properties = dict(properties)
        self._expected = HELLO

    def begin(self) -> Outcome:
        """Wait for HELLO."""
        return Outcome()

    def decide(self, verdict: ZapReply | None) -> Outcome:
        """Say WELCOME, or ERROR.

        Raises:
            AuthenticatorMissing: there is nobody to ask.
        """
        if verdict is None:
            raise AuthenticatorMissing(self.name)
        self._expected = INITIATE
        return turn_away(verdict) or Outcome(reply=name_command(WELCOME, b""))

    def receive(self, body: bytes) -> Outcome:
        """Take HELLO, then INITIATE.

        Raises:
            UnexpectedCommand: it is neither, or out of turn.
            MalformedCommand: it cannot be read.
            PeerRefused: the client gave up with ERROR.
        """
        name, data = split_command(body)
        if name == ERROR:
            raise PeerRefused(read_error(data).reason)
        if name != self._expected:
            raise UnexpectedCommand(_shown(name), self._expected.decode())
        if name == HELLO:
            return Outcome(question=Question(_read_credentials(data)))
        properties = read_metadata(data, METADATA)
        ready = name_command(READY, write_metadata(self._properties))
        return Outcome(reply=ready, properties=properties)


def _read_credentials(data: bytes) -> tuple[bytes, bytes]:
    username, rest = _read_counted(data, "user name")
    password, rest = _read_counted(rest, "password")
    if rest:
        raise MalformedCommand("HELLO", "something follows the password")
    return username, password


def _read_counted(data: bytes, what: str) -> tuple[bytes, bytes]:
    if not data or len(data) < 1 + data[0]:
        raise MalformedCommand("HELLO", f"its {what} is cut off")
    end = 1 + data[0]
    return data[1:end], data[end:]


def _counted(text: bytes) -> bytes:
    return bytes((len(text),)) + text


def _shown(name: bytes) -> str:
    return name.decode("ascii", "backslashreplace")

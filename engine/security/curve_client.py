"""CURVE, the client's side: it knows the server's key, and proves its own."""

from collections.abc import Mapping

from engine.clock import Chance
from engine.errors import PeerRefused, UnexpectedCommand
from engine.security.box import seal, shared_key
from engine.security.curve_commands import (
    A_MESSAGE,
    ANOTHER_COMMAND,
    CLIENT_NONCE,
    METADATA,
    RANDOM_OCTETS,
    SERVER_NONCE,
    VOUCH_NONCE,
    CurveTraffic,
    PeerCounter,
    ShortTermKeys,
    read_ready,
    read_welcome,
    write_hello,
    write_initiate,
)
from engine.security.keys import KeyPair
from engine.security.mechanism import Outcome
from engine.security.zap import ZapReply
from engine.wire.commands import read_error, split_command
from engine.wire.metadata import read_metadata, write_metadata

ERROR = b"ERROR"


class CurveClient:
    """One connection's CURVE handshake, from HELLO to READY.

    Args:
        properties: our metadata, in the order it is to be sent.
        keys: our long-term pair.
        server: the server's long-term public key.
        chance: where the short-term keys and the nonces come from.

    Raises:
        BoxUnopened: ``server`` is a key with which nothing would be secret.

    Source: 26/CURVEZMQ.
    """

    name = "CURVE"
    as_server = False

    def __init__(self, properties: Mapping[str, bytes], keys: KeyPair, server: bytes, chance: Chance) -> None:
        self._metadata = write_metadata(properties)
        self._keys = keys
        self._server = server
        self._chance = chance
        self._short = ShortTermKeys(chance)
        self._hello_key = shared_key(server, self._short.secret, "server key")
        self._session_key = b""
        self._counter = PeerCounter()
        self.protection: CurveTraffic | None = None

    def begin(self) -> Outcome:
        """Say HELLO."""
        return Outcome(reply=write_hello(self._short.public, self._hello_key))

    def decide(self, verdict: ZapReply | None) -> Outcome:
        """A client asks nobody."""
        return Outcome()

    def receive(self, body: bytes) -> Outcome:
        """Take WELCOME, then READY.

        Raises:
            PeerRefused: the server sent ERROR.
            PeerViolation: it sent anything else that does not belong here, or that does not open.
        """
        if self.protection is not None:
            raise UnexpectedCommand(ANOTHER_COMMAND, A_MESSAGE)
        name, data = split_command(body)
        if name == ERROR:
            raise PeerRefused(read_error(data).reason)
        return self._take_ready(body) if self._session_key else self._take_welcome(body)

    def _take_welcome(self, body: bytes) -> Outcome:
        public, cookie = read_welcome(body, self._hello_key)
        self._session_key = shared_key(public, self._short.secret, "WELCOME")
        random = self._chance.octets(RANDOM_OCTETS)
        vouch_key = shared_key(public, self._keys.secret, "WELCOME")
        vouch = seal(self._short.public + self._server, VOUCH_NONCE + random, vouch_key)
        content = self._keys.public + random + vouch + self._metadata
        return Outcome(reply=write_initiate(cookie, content, self._session_key))

    def _take_ready(self, body: bytes) -> Outcome:
        metadata = read_ready(body, self._counter, self._session_key)
        properties = read_metadata(metadata, METADATA)
        self.protection = CurveTraffic(self._session_key, CLIENT_NONCE, SERVER_NONCE, 3, self._counter)
        return Outcome(properties=properties)

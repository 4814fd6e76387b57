"""CURVE, the server's side: it proves its key, and has the client's judged."""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Final

from engine.clock import Chance
from engine.errors import PeerRefused, UnexpectedCommand
from engine.security.box import KEY_OCTETS, seal, shared_key, unseal
from engine.security.curve_commands import (
    A_MESSAGE,
    ANOTHER_COMMAND,
    CLIENT_NONCE,
    COOKIE_NONCE,
    COOKIE_SIZE,
    INITIATE_NAME,
    INITIATE_NONCE,
    INITIATE_SIZE,
    METADATA,
    RANDOM_OCTETS,
    SERVER_NONCE,
    VOUCH_NONCE,
    VOUCH_SIZE,
    CurveTraffic,
    PeerCounter,
    ShortTermKeys,
    check_command,
    read_hello,
    write_ready,
    write_welcome,
)
from engine.security.keys import KeyPair
from engine.security.mechanism import Outcome, Question, turn_away
from engine.security.violations import KeysDisagree
from engine.security.zap import AuthenticatorMissing, ZapReply
from engine.wire.commands import read_error, split_command
from engine.wire.metadata import read_metadata, write_metadata

ERROR: Final = b"ERROR"
OTHER_COOKIE: Final = "cookie is not the one that it was sent"
OTHER_KEY: Final = "vouch is for another short-term key"
OTHER_SERVER: Final = "vouch is for another server"
COUNTER_AT: Final = len(INITIATE_NAME) + COOKIE_SIZE
BOX_AT: Final = COUNTER_AT + 8
VOUCH_AT: Final = KEY_OCTETS + RANDOM_OCTETS
METADATA_AT: Final = VOUCH_AT + VOUCH_SIZE


class CurveServer:
    """One connection's CURVE handshake, from HELLO to READY.

    The connection keeps its state, so the cookie proves only that the client has read WELCOME; it
    is boxed under a key that is drawn for this connection and forgotten with it, as libzmq does.

    Args:
        properties: our metadata, in the order it is to be sent.
        keys: our long-term pair; clients have to know the public one.
        chance: where the short-term keys and the nonces come from.
        asks: whether an authenticator, if there is one, decides on the client's key.
        insists: whether the client stays out when there is nobody to ask.

    Source: 26/CURVEZMQ.
    """

    name = "CURVE"
    as_server = True

    def __init__(
        self,
        properties: Mapping[str, bytes],
        keys: KeyPair,
        chance: Chance,
        *,
        asks: bool = True,
        insists: bool = False,
    ) -> None:
        self._metadata = write_metadata(properties)
        self._keys = keys
        self._chance = chance
        self._asks = asks
        self._insists = insists
        self._short = ShortTermKeys(chance)
        self._cookie_key = chance.octets(KEY_OCTETS)
        self._cookie = b""
        self._client_short = b""
        self._session_key = b""
        self._peer_properties: dict[str, bytes] = {}
        self._counter = PeerCounter()
        self.protection: CurveTraffic | None = None

    def begin(self) -> Outcome:
        """Wait for HELLO."""
        return Outcome()

    def receive(self, body: bytes) -> Outcome:
        """Take HELLO, then INITIATE.

        Raises:
            PeerRefused: the client gave up with ERROR.
            PeerViolation: it sent anything else that does not belong here, or that does not open.
        """
        if self._session_key:
            raise UnexpectedCommand(ANOTHER_COMMAND, A_MESSAGE)
        name, data = split_command(body)
        if name == ERROR:
            raise PeerRefused(read_error(data).reason)
        return self._take_initiate(body) if self._cookie else self._take_hello(body)

    def decide(self, verdict: ZapReply | None) -> Outcome:
        """Say READY, or ERROR.

        Raises:
            AuthenticatorMissing: there is nobody to ask, and ``insists``.
        """
        if verdict is None and self._insists:
            raise AuthenticatorMissing(self.name)
        refused = turn_away(verdict) if verdict is not None else None
        return refused or self._let_in()

    def _take_hello(self, body: bytes) -> Outcome:
        public = read_hello(body, self._counter, self._hello_key)
        self._client_short = public
        random = self._chance.octets(RANDOM_OCTETS)
        content = public + self._short.secret
        self._cookie = random + seal(content, COOKIE_NONCE + random, self._cookie_key)
        nonce = self._chance.octets(RANDOM_OCTETS)
        return Outcome(reply=write_welcome(nonce, self._short.public, self._cookie, self._hello_key(public)))

    def _hello_key(self, public: bytes) -> bytes:
        return shared_key(public, self._keys.secret, "HELLO")

    def _take_initiate(self, body: bytes) -> Outcome:
        check_command(body, INITIATE_NAME, INITIATE_SIZE)
        self._check_cookie(body[len(INITIATE_NAME) : COUNTER_AT])
        key = shared_key(self._client_short, self._short.secret, "INITIATE")
        nonce = INITIATE_NONCE + self._counter.take(body[COUNTER_AT:BOX_AT], "INITIATE")
        content = unseal(body[BOX_AT:], nonce, key, "INITIATE")
        client = content[:KEY_OCTETS]
        self._check_vouch(client, content[KEY_OCTETS:VOUCH_AT], content[VOUCH_AT:METADATA_AT])
        self._peer_properties = read_metadata(content[METADATA_AT:], METADATA)
        self._session_key = key
        if self._asks:
            return Outcome(question=Question((client,)))
        return self._let_in()

    def _check_cookie(self, cookie: bytes) -> None:
        content = unseal(
            cookie[RANDOM_OCTETS:], COOKIE_NONCE + cookie[:RANDOM_OCTETS], self._cookie_key, "cookie"
        )
        if not compare_digest(content, self._client_short + self._short.secret):
            raise KeysDisagree(OTHER_COOKIE)

    def _check_vouch(self, client: bytes, random: bytes, vouch: bytes) -> None:
        """Make sure that the client has the secret key to the public one that it shows.

        libzmq does not look at the server's key in the vouch; we do, as the specification has it:
        it keeps one server from passing a client's vouch on to another.
        """
        key = shared_key(client, self._short.secret, "vouch")
        content = unseal(vouch, VOUCH_NONCE + random, key, "vouch")
        if not compare_digest(content[:KEY_OCTETS], self._client_short):
            raise KeysDisagree(OTHER_KEY)
        if not compare_digest(content[KEY_OCTETS:], self._keys.public):
            raise KeysDisagree(OTHER_SERVER)

    def _let_in(self) -> Outcome:
        self.protection = CurveTraffic(self._session_key, SERVER_NONCE, CLIENT_NONCE, 2, self._counter)
        return Outcome(reply=write_ready(self._metadata, self._session_key), properties=self._peer_properties)

"""From a socket's options to the mechanism of one connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.clock import Chance
from engine.errors import LocalMisuse
from engine.options import CURVE, PLAIN, SocketOptions
from engine.security.box import shared_key
from engine.security.curve_client import CurveClient
from engine.security.curve_server import CurveServer
from engine.security.keys import KeyInvalid, KeyPair, pair_of
from engine.security.mechanism import Mechanism
from engine.security.null import NullMechanism
from engine.security.plain import PlainClient, PlainServer
from engine.security.violations import BoxUnopened


class SecurityIncomplete(LocalMisuse):
    """The socket's options name a mechanism and leave out what it needs."""

    def __init__(self, mechanism: str, why: str) -> None:
        self.mechanism = mechanism
        self.why = why
        super().__init__(f"{mechanism} cannot begin: {why}")


@dataclass(frozen=True, slots=True)
class Security:
    """How one endpoint's connections are secured: the socket's options as they stood when it was made.

    A later change of an option acts on later endpoints only, so that a connection that comes back
    still shows the keys that its server expects.
    """

    name: str = "NULL"
    is_server: bool = False
    username: bytes = b""
    password: bytes = field(default=b"", repr=False)
    keys: KeyPair | None = None
    server: bytes = b""
    """The server's public key, for a client."""
    domain: str = ""
    enforces_domain: bool = False

    def mechanism(self, properties: Mapping[str, bytes], chance: Chance) -> Mechanism:
        """Return the mechanism for a new connection.

        Args:
            properties: our metadata, in the order it is to be sent.
            chance: where keys and nonces come from.
        """
        has_domain = bool(self.domain)
        insists = has_domain and self.enforces_domain
        if self.name == CURVE:
            assert self.keys is not None
            if not self.is_server:
                return CurveClient(properties, self.keys, self.server, chance)
            asks = has_domain or not self.enforces_domain
            return CurveServer(properties, self.keys, chance, asks=asks, insists=insists)
        if self.name == PLAIN:
            if self.is_server:
                return PlainServer(properties)
            return PlainClient(properties, self.username, self.password)
        return NullMechanism(properties, asks=has_domain, insists=insists)


NO_SECURITY: Final = Security()
"""NULL, and nobody is asked."""


def security_of(options: SocketOptions) -> Security:
    """Return the security that the options ask for now.

    Raises:
        SecurityIncomplete: a key that the mechanism needs is not set or none, or two do not belong together.
    """
    return Security(
        name=options.mechanism,
        is_server=options.as_server,
        username=options.plain_username,
        password=options.plain_password,
        keys=_keys_of(options) if options.mechanism == CURVE else None,
        server=options.curve_serverkey,
        domain=options.zap_domain,
        enforces_domain=bool(options.zap_enforce_domain),
    )


def _keys_of(options: SocketOptions) -> KeyPair:
    """Return our long-term pair; the public key may be left out, since it follows from the secret one."""
    if not options.as_server and not options.curve_serverkey:
        raise SecurityIncomplete(CURVE, "set curve_server, or curve_serverkey to the server's public key")
    if not options.curve_secretkey:
        raise SecurityIncomplete(CURVE, "set curve_secretkey")
    if not options.as_server:
        _check_server_key(options)
    if not options.curve_publickey:
        return pair_of(options.curve_secretkey)
    try:
        return KeyPair(options.curve_publickey, options.curve_secretkey)
    except KeyInvalid as invalid:
        raise SecurityIncomplete(CURVE, invalid.why) from None


def _check_server_key(options: SocketOptions) -> None:
    """Refuse a server's key with which every connection would fail, while somebody is there to be told."""
    try:
        shared_key(options.curve_serverkey, options.curve_secretkey, CURVE)
    except BoxUnopened:
        raise SecurityIncomplete(CURVE, "curve_serverkey is a key with which nothing is secret") from None

"""An authenticator: who may come in by address, by password, by key; in process, or served over ZAP."""

from collections.abc import Mapping
from hmac import compare_digest
from ipaddress import ip_address, ip_network
from typing import Final

from engine.constants import SocketType
from engine.security.keys import Certificate, key_of
from engine.security.zap import (
    FAILED,
    ZapReply,
    ZapRequest,
    ZapRequestInvalid,
    accept,
    deny,
    read_request,
    write_reply,
)
from engine.sockets.socket import Socket
from engine.z85 import encode

EVERY_DOMAIN: Final = "*"
WRONG_CREDENTIALS: Final = "wrong user name or password"
UNKNOWN_KEY: Final = "the key is not known"
ADDRESS_DENIED: Final = "the address is denied"
ADDRESS_NOT_ALLOWED: Final = "the address is not among those allowed"


class Authenticator:
    """Judges peers by what it has been told; what it was not told to let in stays out.

    Set it as ``context.authenticator``, or let ``serve`` answer ZAP requests on a socket. By default
    every address may try; PLAIN then needs a known password, CURVE a known key, NULL nothing more.
    What is told while sockets are open acts on the next handshake.
    """

    def __init__(self) -> None:
        self._allowed: list[str] = []
        self._denied: list[str] = []
        self._passwords: dict[str, dict[str, bytes]] = {}
        self._keys: dict[str, dict[bytes, Certificate]] = {}
        self._any_key: set[str] = set()

    def allow(self, *addresses: str) -> None:
        """Let in nobody but these addresses, and those named by earlier calls.

        Args:
            addresses: numeric, or a network as ``192.168.0.0/16``; for ipc as ``localhost:uid:gid:pid``,
                or a beginning of that which ends with a whole number, as ``localhost:1000``.
        """
        self._allowed += addresses

    def deny(self, *addresses: str) -> None:
        """Keep these addresses out, whatever else holds; given as to ``allow``."""
        self._denied += addresses

    def set_passwords(self, passwords: Mapping[str, str], domain: str = EVERY_DOMAIN) -> None:
        """Let in, by PLAIN, the users of these names; replaces what was set for the domain."""
        self._passwords[domain] = {user: password.encode() for user, password in passwords.items()}

    def trust(self, *keys: Certificate | str | bytes, domain: str = EVERY_DOMAIN) -> None:
        """Let in, by CURVE, the owners of these public keys; a certificate's metadata goes with the peer.

        Raises:
            KeyInvalid: one of them is no key.
        """
        known = self._keys.setdefault(domain, {})
        for key in keys:
            certificate = key if isinstance(key, Certificate) else Certificate(key_of(key))
            known[certificate.public] = certificate

    def trust_any_key(self, domain: str = EVERY_DOMAIN) -> None:
        """Let in, by CURVE, whoever has any key at all; the user id still tells them apart."""
        self._any_key.add(domain)

    def forget(self, domain: str) -> None:
        """Take back the passwords and keys of a domain, for its next handshakes."""
        self._passwords.pop(domain, None)
        self._keys.pop(domain, None)
        self._any_key.discard(domain)

    def judge(self, request: ZapRequest) -> ZapReply:
        """Return the verdict on a peer."""
        if any(_matches(request.address, address) for address in self._denied):
            return deny(ADDRESS_DENIED)
        if self._allowed and not any(_matches(request.address, address) for address in self._allowed):
            return deny(ADDRESS_NOT_ALLOWED)
        match request.mechanism, request.credentials:
            case "NULL", ():
                return accept()
            case "PLAIN", (username, password):
                return self._judge_password(request.domain, username, password)
            case "CURVE", (key,):
                return self._judge_key(request.domain, key)
            case _:
                return deny("the mechanism is not known, or its credentials are not complete")

    async def serve(self, socket: Socket) -> None:
        """Answer the ZAP requests that come to a REP or ROUTER socket, until it is closed.

        Bind it to ``inproc://zeromq.zap.01`` of the context whose sockets are to ask.
        """
        async for frames in socket:
            envelope: list[bytes] = []
            if socket.type is SocketType.ROUTER and b"" in frames:
                end = frames.index(b"") + 1
                envelope, frames = frames[:end], frames[end:]  # noqa: PLW2901 - the request without its envelope
            request_id = frames[1] if len(frames) > 1 else b""
            try:
                request_id, request = read_request(frames)
                reply = self.judge(request)
            except ZapRequestInvalid as invalid:
                reply = ZapReply(FAILED, str(invalid))
            await socket.send([*envelope, *write_reply(reply, request_id)])

    def _judge_password(self, domain: str, username: bytes, password: bytes) -> ZapReply:
        user = username.decode("utf-8", "replace")
        known = [self._passwords[name][user] for name in (domain, EVERY_DOMAIN) if user in self._in(name)]
        # An unknown user takes as long as a wrong password: nobody learns by the clock who exists.
        expected = known[0] if known else bytes(len(password))
        if compare_digest(expected, password) and known:
            return accept(username)
        return deny(WRONG_CREDENTIALS)

    def _in(self, domain: str) -> Mapping[str, bytes]:
        return self._passwords.get(domain, {})

    def _judge_key(self, domain: str, key: bytes) -> ZapReply:
        user_id = encode(key).encode() if not len(key) % 4 else b""
        for name in (domain, EVERY_DOMAIN):
            certificate = self._keys.get(name, {}).get(key)
            if certificate is not None:
                return accept(user_id, {name: text.encode() for name, text in certificate.metadata.items()})
        if self._any_key & {domain, EVERY_DOMAIN}:
            return accept(user_id)
        return deny(UNKNOWN_KEY)


def _matches(address: str, rule: str) -> bool:
    if address == rule or address.startswith(f"{rule}:"):
        return True
    try:
        return "/" in rule and ip_address(address) in ip_network(rule, strict=False)
    except ValueError:
        return False

"""The opening of a WebSocket connection: one HTTP request and its answer, and the sub-protocol they agree on.

RFC 6455's rules for them are the ``websockets`` library's, but for one: the names of sub-protocols are
to be tokens, and ``ZWS2.0/NULL`` is none (so no browser can ask for it, and they use ``ZWS2.0``). A
server looks neither at the path, as libzmq does not, nor at the request's Origin: this is a messaging
endpoint that any program may call, and who may come in is decided by its mechanism and authenticator.
Extensions are declined.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Final, Protocol

from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.exceptions import NegotiationError
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import WebSocketURI

from engine.endpoints import Endpoint
from engine.errors import MechanismMismatch, PeerViolation, UnexpectedCommand, told
from engine.wire.web_violations import UNSPECIFIED
from engine.wire.zws import BARE, subprotocol_of

HEAD_END: Final = b"\r\n\r\n"
LONGEST_HEAD: Final = 16384
"""Octets of a request or an answer; libzmq takes half of that."""
REQUEST_START: Final = b"GET "
ANSWER_START: Final = b"HTTP/1.1 "
SWITCHING: Final = 101
BAD_REQUEST: Final = 400
TRY_AGAIN: Final = (408, 425, 429)
"""Refusals below 500 that are not meant for good: timeout, too early, too many requests."""
NONCE_OCTETS: Final = 16

HEAD_TOO_LONG: Final = f"its HTTP head has more than {LONGEST_HEAD} octets"
NO_HTTP: Final = "it is no HTTP"
NO_HANDSHAKE: Final = "its HTTP head is no WebSocket handshake"


class NotWebSocket(PeerViolation):
    """The peer's first octets are no WebSocket handshake."""

    is_final = False
    code = UNSPECIFIED

    def __init__(self, why: str, head: bytes = b"") -> None:
        self.head = head[:16]
        shown = f": it begins with {self.head.hex(' ')}" if head else ""
        super().__init__(f"peer does not speak WebSocket: {told(why)}{shown}")


class WebSocketRefused(PeerViolation):
    """A server answered the opening request with an HTTP status other than 101.

    Attributes:
        status: the HTTP status.
        was_strict: whether it may be the slash in a name that was offered, which is no token; without
            it we may be welcome.
    """

    code = UNSPECIFIED

    def __init__(self, status: int, phrase: str, *, may_be_strict: bool) -> None:
        self.status = status
        self.phrase = told(phrase)
        self.was_strict = status == BAD_REQUEST and may_be_strict
        self.is_final = status < 500 and status not in TRY_AGAIN and not self.was_strict
        answer = f"{status} {self.phrase}".rstrip()
        super().__init__(f"peer refused the WebSocket connection: HTTP status {answer}")


class SpokeBare(UnexpectedCommand):
    """A server took the sub-protocol with a mechanism and spoke the one without, as jszmq's does.

    It takes whatever stands first; offered only the one it speaks, it keeps its word.
    """

    is_final = False

    def __init__(self) -> None:
        super().__init__("a message", "a command")


def wants_bare(reason: Exception | None) -> bool:
    """Tell whether the server may do with only the sub-protocol without a mechanism on offer."""
    return isinstance(reason, SpokeBare) or (isinstance(reason, WebSocketRefused) and reason.was_strict)


class NoSubprotocol(PeerViolation):
    """A client offers no sub-protocol that is ZWS, or a server chose none."""

    code = UNSPECIFIED

    def __init__(self, offered: tuple[str, ...], wanted: tuple[str, ...]) -> None:
        self.offered = offered
        self.wanted = wanted
        has = told(", ".join(offered)) or "no sub-protocol"
        super().__init__(f"peer speaks WebSocket with {has}; this socket wants {' or '.join(wanted)}")


class Opening(Protocol):
    """One side's part of an opening.

    Attributes:
        outgoing: octets to send; the owner takes them away.
        subprotocol: what was agreed on; empty until then.
        offers_bare: whether the peer was offered the sub-protocol without a mechanism, and others.
    """

    outgoing: list[bytes]
    subprotocol: str
    offers_bare: bool

    def advance(self, data: bytes) -> int:
        """Look at all that has come, and return how much of it was the opening; 0 until it is all there.

        Raises:
            PeerViolation: there is no WebSocket connection to be had; what is still to be said stands
                in ``outgoing``.
        """
        ...


class ClientOpening:
    """A client's part: the request, and a look at the answer.

    Args:
        endpoint: where we connect.
        subprotocols: what we offer, best first.
        nonce: 16 octets by which the answer is known as one to this request.

    Source: RFC 6455, section 4.1.
    """

    def __init__(self, endpoint: Endpoint, subprotocols: tuple[str, ...], nonce: bytes) -> None:
        path, _, query = endpoint.path.partition("?")
        uri = WebSocketURI(endpoint.scheme == "wss", endpoint.host, endpoint.port, path, query)
        self._offered = subprotocols
        self.offers_bare = len(subprotocols) > 1 and BARE in subprotocols
        self._client = _Client(uri, subprotocols=[Subprotocol(each) for each in subprotocols])
        self._client.key = b64encode(nonce).decode()
        self._client.send_request(self._client.connect())
        self.outgoing = self._client.data_to_send()
        self.subprotocol = ""

    def advance(self, data: bytes) -> int:
        """Look for the whole answer; see ``Opening``."""
        end = _head_end(data, ANSWER_START)
        if not end:
            return 0
        status, phrase = _status_of(data)
        if status != SWITCHING:
            raise WebSocketRefused(status, phrase, may_be_strict=self.offers_bare)
        self._client.receive_data(data[:end])
        if self._client.handshake_exc is not None:
            raise NotWebSocket(str(self._client.handshake_exc))
        if self._client.subprotocol is None:
            raise NoSubprotocol((), self._offered)
        self.subprotocol = self._client.subprotocol
        return end


class ServerOpening:
    """A server's part: a look at the request, and the answer.

    Args:
        subprotocols: what we accept; of these the first that the client offers is taken (libzmq).

    Source: RFC 6455, section 4.2.
    """

    def __init__(self, subprotocols: tuple[str, ...]) -> None:
        self.outgoing: list[bytes] = []
        self.subprotocol = ""
        self.offers_bare = False
        self._wanted = subprotocols
        self._offered: tuple[str, ...] = ()

    def advance(self, data: bytes) -> int:
        """Look for the whole request; see ``Opening``."""
        end = _head_end(data, REQUEST_START)
        if not end:
            return 0
        server = _Server(self._select)
        server.receive_data(data[:end])
        events = server.events_received()
        if not events or not isinstance(events[0], Request):
            raise NotWebSocket(NO_HANDSHAKE, data)
        response = server.accept(events[0])
        del response.headers["Date"]  # no clock here, and nobody reads it
        server.send_response(response)
        self.outgoing += [octets for octets in server.data_to_send() if octets]
        if response.status_code != SWITCHING:
            raise self._failure(server.handshake_exc)
        return end

    def _select(self, offered: list[str]) -> str:
        self._offered = tuple(offered)
        for each in offered:
            if each in self._wanted:
                self.subprotocol = each
                return each
        wanted = f"this endpoint speaks {' or '.join(self._wanted)}"
        raise NegotiationError(wanted)

    def _failure(self, reason: Exception | None) -> PeerViolation:
        if not isinstance(reason, NegotiationError):
            return NotWebSocket(str(reason))
        others = [each for each in self._offered if each.startswith(subprotocol_of(""))]
        if others:
            return MechanismMismatch(self._wanted[0][len(BARE) + 1 :], others[0][len(BARE) + 1 :])
        return NoSubprotocol(self._offered, self._wanted)


class _Client(ClientProtocol):
    """A client that takes names with a slash."""

    def process_subprotocol(self, headers: Headers) -> Subprotocol | None:
        """Return what the server chose, if it was offered."""
        chosen = _names(headers)
        if not chosen:
            return None
        if len(chosen) > 1 or chosen[0] not in (self.available_subprotocols or ()):
            wrong = f"the server chose sub-protocol {', '.join(chosen)!r}, which was not offered"
            raise NegotiationError(wrong)
        return Subprotocol(chosen[0])


class _Server(ServerProtocol):
    """A server that takes names with a slash."""

    def __init__(self, choose: Callable[[list[str]], str]) -> None:
        super().__init__()
        self._choose = choose

    def process_subprotocol(self, headers: Headers) -> Subprotocol | None:
        """Choose among what the client offers."""
        return Subprotocol(self._choose(_names(headers)))


def _names(headers: Headers) -> list[str]:
    lines = headers.get_all("Sec-WebSocket-Protocol")
    return [name.strip() for line in lines for name in line.split(",") if name.strip()]


def _head_end(data: bytes, start: bytes) -> int:
    """Return where an HTTP head ends, or 0 when it is not all there.

    Raises:
        NotWebSocket: it is no HTTP, or has no end.
    """
    if data[: len(start)] != start[: len(data)]:
        raise NotWebSocket(NO_HTTP, data)
    end = data.find(HEAD_END, 0, LONGEST_HEAD)
    if end < 0 and len(data) >= LONGEST_HEAD:
        raise NotWebSocket(HEAD_TOO_LONG)
    return 0 if end < 0 else end + len(HEAD_END)


def _status_of(data: bytes) -> tuple[int, str]:
    line = data[len(ANSWER_START) :].partition(b"\r\n")[0].decode("ascii", "replace")
    digits, _, phrase = line.partition(" ")
    if not (len(digits) == 3 and digits.isascii() and digits.isdigit()):
        raise NotWebSocket(NO_HANDSHAKE, data)
    return int(digits), phrase

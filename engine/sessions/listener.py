"""The binding side: accept peers, one transient session for each."""

from collections.abc import Callable

from engine.constants import DropReason
from engine.endpoints import Endpoint
from engine.monitor.events import (
    Accepted,
    AcceptFailed,
    CloseFailed,
    EndpointClosed,
    Listening,
    failed_handshake,
)
from engine.net.interface import ByteStream
from engine.security.choose import security_of
from engine.sessions.filters import why_kept_out
from engine.sessions.host import Host
from engine.sessions.session import Session, describe, numbers_of


class AcceptedSession(Session):
    """One accepted peer; its pair lives from handshake to disconnect, and its queue dies with it."""

    def begin(self, stream: ByteStream) -> None:
        """Start to talk."""
        self._host.publish(Accepted, self.endpoint, self.label, stream.peer)
        self._try_to_begin(stream, "")

    def pump_over(self, reason: Exception | None) -> None:
        """The connection is over, and so is the session."""
        if not self._handshaken:
            why = "closed by the peer during the handshake" if reason is None else describe(reason)
            peer = self._pump.stream.peer if self._pump is not None else ""
            self._host.publish(
                failed_handshake, self.endpoint, self.label, peer, why, False, *numbers_of(reason)
            )
        self._note_end(reason)
        if self.pair is not None and not self._closing:
            self._host.take_leave(self.pair)
        self._finish(DropReason.DISCONNECTED)


class Listener:
    """One bound endpoint and the peers that came in by it.

    Args:
        on_over: told of each session that is at its end.

    Raises:
        AddressInUse, AddressNotAvailable: see ``Network.listen``.
        SecurityIncomplete: the socket's options name a mechanism and leave out what it needs.
    """

    def __init__(
        self, host: Host, endpoint: Endpoint, label: str, on_over: Callable[[Session], None]
    ) -> None:
        self._host = host
        self._label = label
        self._on_over = on_over
        self._security = security_of(host.options)
        self._is_filtered = bool(host.options.accept_filters or host.options.ipc_filters)
        self.sessions: dict[Session, None] = {}
        self._listener = host.network.listen(endpoint, host.options, self._accept, self._fail)
        self.endpoint = str(self._listener.endpoint)
        """Where it really listens."""
        host.publish(Listening, self.endpoint, label)

    def close(self, linger_ms: int) -> None:
        """Stop accepting, and end the sessions that came in here, each after its linger."""
        try:
            self._listener.close()
            self._host.publish(EndpointClosed, self.endpoint, self._label)
        except OSError as error:  # it listens no more, but its path could not be removed
            self._host.publish(CloseFailed, self.endpoint, self._label, describe(error))
        for session in tuple(self.sessions):
            session.close(linger_ms)

    def _accept(self, stream: ByteStream) -> None:
        why = why_kept_out(stream, self._host.options) if self._is_filtered else ""
        if why:
            self._host.publish(AcceptFailed, self.endpoint, self._label, why)
            stream.close()
            return
        session = AcceptedSession(self._host, self.endpoint, self._label, self._forget, self._security)
        self.sessions[session] = None
        session.begin(stream)

    def _fail(self, error: OSError) -> None:
        self._host.publish(AcceptFailed, self.endpoint, self._label, describe(error))

    def _forget(self, session: Session) -> None:
        self.sessions.pop(session, None)
        self._on_over(session)

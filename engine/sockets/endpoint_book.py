"""Which endpoints one socket has bound and connected, and the sessions behind each."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

from engine.compatibility import transports_of
from engine.constants import SocketType
from engine.endpoints import Endpoint, parse
from engine.errors import (
    AddressNotAvailable,
    EndpointInvalid,
    EndpointUnknown,
    ResourceExhausted,
    TransportIncompatible,
)
from engine.monitor.events import BindFailed, EndpointClosed
from engine.sessions.connecter import ConnectingSession
from engine.sessions.datagrams import DatagramSession
from engine.sessions.host import Host
from engine.sessions.inproc import InprocBook, InprocListener, InprocSession
from engine.sessions.listener import Listener
from engine.sessions.pump import Pump
from engine.sessions.session import Session

ONE_CONNECTION = (SocketType.DEALER, SocketType.SUB, SocketType.PUB, SocketType.REQ)
"""Types for which a second connect to the same endpoint changes nothing (libzmq; not inproc)."""

Spawn = Callable[[Coroutine[None, None, None]], "asyncio.Task[None]"]


Bound = Listener | InprocListener | DatagramSession
Reaching = ConnectingSession | InprocSession | DatagramSession

T = TypeVar("T")


class EndpointBook:
    """Bind, unbind, connect and disconnect for one socket.

    Args:
        inproc: the context's inproc names.
        spawn: runs a coroutine as a task that the context owns.
        on_empty: called when the last session has come to its end after ``close``.
    """

    def __init__(self, host: Host, inproc: InprocBook, spawn: Spawn, on_empty: Callable[[], None]) -> None:
        self._host = host
        self._inproc = inproc
        self._spawn = spawn
        self._on_empty = on_empty
        self._listeners: dict[str, list[Bound]] = {}
        self._connects: dict[str, list[Reaching]] = {}
        # the connecting ones, those whose listener is closed, and all over udp
        self._sessions: dict[Session | DatagramSession, None] = {}
        self._closing = False
        self.last_endpoint = ""

    def bind(self, text: str, label: str) -> str:
        """Bind, and return the endpoint really bound.

        Raises:
            EndpointInvalid, TransportIncompatible, AddressInUse, AddressNotAvailable.
        """
        endpoint = self._read(text, binding=True)
        if endpoint.source and endpoint.scheme == "tcp":
            raise EndpointInvalid(text, "a source before ';' is for connecting; bind to one address")
        try:
            listener = self._listen(endpoint, label)
        except ResourceExhausted as refusal:
            self._host.publish(BindFailed, str(endpoint), label, str(refusal))
            raise
        self._listeners.setdefault(listener.endpoint, []).append(listener)
        self.last_endpoint = _last(endpoint, text, listener.endpoint)
        return listener.endpoint

    def connect(self, text: str, label: str) -> None:
        """Connect; the peer need not be there yet.

        Raises:
            EndpointInvalid: not an address that can be connected to.
            TransportIncompatible: not over this transport, with this socket type.
            NotReachable: no way leads there (udp).
            RoutingIdTaken: ``connect_routing_id`` names a peer that is there already; nothing is connected.
        """
        endpoint = self._read(text, binding=False)
        if endpoint.is_wildcard:
            raise EndpointInvalid(text, "a wildcard can be bound, not connected to")
        name = str(endpoint)
        has_one = self._host.socket_type in ONE_CONNECTION and endpoint.scheme != "inproc"
        if has_one and name in self._connects:
            return
        session = self._reach(endpoint, label)
        self._connects.setdefault(name, []).append(session)
        self.last_endpoint = _last(endpoint, text, name)

    def unbind(self, text: str) -> None:
        """Stop listening there, and end the connections that came in by it.

        Raises:
            EndpointUnknown: nothing is bound under this name (a wildcard goes by its real endpoint).
        """
        self._take(self._listeners, self._name_bound(text), text).close(self._host.options.linger)

    def disconnect(self, text: str) -> None:
        """End the connection there; what is queued for it leaves first, within ``linger``.

        Raises:
            EndpointUnknown: nothing is connected under this name.
        """
        session = self._take(self._connects, str(parse(text)), text)
        self._host.publish(EndpointClosed, session.endpoint, session.label)
        session.close(self._host.options.linger)

    def close(self, linger_ms: int) -> None:
        """End everything, each after its linger."""
        self._closing = True
        for listeners in self._listeners.values():
            for listener in listeners:
                if isinstance(listener, Listener):
                    self._sessions.update(dict.fromkeys(listener.sessions))
                listener.close(linger_ms)
        for sessions in tuple(self._connects.values()):
            for session in tuple(sessions):
                session.close(linger_ms)
        self._listeners.clear()
        self._connects.clear()
        self._look_whether_empty()

    def abort(self) -> None:
        """End what still lingers."""
        for session in tuple(self._sessions):
            session.abort()

    def sessions(self) -> list[Session]:
        """Return the sessions that have a wire, those that linger included."""
        found = {session: None for session in self._sessions if isinstance(session, Session)}
        for listeners in self._listeners.values():
            for listener in listeners:
                if isinstance(listener, Listener):
                    found.update(listener.sessions)
        for connects in self._connects.values():
            found.update({session: None for session in connects if isinstance(session, Session)})
        return list(found)

    def pumps(self) -> dict[int, Pump]:
        """Return the connections of the moment, by their pair's identity."""
        return {
            id(session.pair): session.pump
            for session in self.sessions()
            if session.pair is not None and session.pump is not None
        }

    def _read(self, text: str, *, binding: bool) -> Endpoint:
        endpoint = parse(text)
        socket_type = self._host.socket_type
        schemes = transports_of(socket_type, binding=binding)
        if endpoint.scheme not in schemes:
            verb = "bind" if binding else "connect"
            raise TransportIncompatible(text, socket_type.name, verb, schemes)
        return endpoint

    def _listen(self, endpoint: Endpoint, label: str) -> Bound:
        if endpoint.scheme == "inproc":
            return InprocListener(self._host, str(endpoint), label, self._inproc)
        if endpoint.scheme == "udp":
            return self._open_port(endpoint, label, binding=True)
        return Listener(self._host, endpoint, label, self._forget)

    def _reach(self, endpoint: Endpoint, label: str) -> Reaching:
        if endpoint.scheme == "inproc":
            joining = InprocSession(self._host, str(endpoint), label, self._inproc)
            joining.start()
            return joining
        if endpoint.scheme == "udp":
            return self._open_port(endpoint, label, binding=False)
        dialling = ConnectingSession(self._host, endpoint, label, self._forget, self._spawn)
        dialling.start()
        self._sessions[dialling] = None
        return dialling

    def _open_port(self, endpoint: Endpoint, label: str, *, binding: bool) -> DatagramSession:
        session = DatagramSession(self._host, endpoint, label, self._forget, binding=binding)
        self._sessions[session] = None
        return session

    def _name_bound(self, text: str) -> str:
        """Return the name under which an endpoint was bound: a host's or an interface's is its address."""
        endpoint = parse(text)
        name = str(endpoint)
        if name in self._listeners or endpoint.is_wildcard or endpoint.scheme == "inproc":
            return name
        try:
            return str(self._host.network.locate(endpoint, self._host.options))
        except AddressNotAvailable:
            return name

    def _take(self, book: dict[str, list[T]], name: str, text: str) -> T:
        things = book.get(name)
        if things is None:
            raise EndpointUnknown(text, tuple(book))
        thing = things.pop(0)
        if not things:
            del book[name]
        if isinstance(thing, Listener):
            self._sessions.update(dict.fromkeys(thing.sessions))
        return thing

    def _forget(self, session: Session | DatagramSession) -> None:
        self._sessions.pop(session, None)
        sessions = self._connects.get(session.endpoint, [])
        if session in sessions:
            sessions.remove(session)
            if not sessions:
                del self._connects[session.endpoint]
        self._look_whether_empty()

    def _look_whether_empty(self) -> None:
        if self._closing and not self._sessions and not self._listeners and not self._connects:
            self._on_empty()


def _last(endpoint: Endpoint, text: str, name: str) -> str:
    """Return what ZMQ_LAST_ENDPOINT tells: over udp libzmq's has no scheme."""
    if endpoint.scheme != "udp":
        return name
    return (name if endpoint.is_open else text).removeprefix("udp://")

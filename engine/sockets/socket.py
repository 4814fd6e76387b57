"""The public face of the engine: a 0MQ socket for asyncio."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import Any

from engine.compatibility import SINGLE_FRAME
from engine.constants import SocketType
from engine.errors import Again, Closed, MessageInvalid, NotSupported, WrongState
from engine.messages import Message, message_of
from engine.monitor.hub import Observer
from engine.monitor.snapshot import SocketBooks
from engine.net.interface import Network
from engine.options import OptionValue, SocketOptions, options_for
from engine.pipes.pair import PipePair
from engine.routing.catalogue import pattern_for
from engine.routing.ended import Ended
from engine.routing.pattern import Pattern
from engine.routing.server import number_of
from engine.sessions.door import Door
from engine.sessions.host import Host
from engine.sessions.inproc import InprocBook
from engine.sockets.endpoint_book import EndpointBook, Spawn
from engine.sockets.option_access import events_of, read_option, write_option
from engine.sockets.readiness import Readiness
from engine.sockets.views import PipeView, views_of
from engine.sockets.waiting import TURN, Credits, Waiters

SINGLE_MESSAGES = (*SINGLE_FRAME, SocketType.RADIO)
"""Types that send messages of one frame; RADIO adds the group's on the wire."""


class Socket:
    """Messages to and from any number of peers, as its type has it.

    Made by ``Context.socket``; used from the loop that its context lives on. ``send`` and ``recv``
    wait, ``send_nowait`` and ``recv_nowait`` raise ``Again`` instead. Cancelling a ``send`` before
    it returned sends nothing; cancelling a ``recv`` loses nothing. ``async for`` receives until the
    socket is closed.
    """

    def __init__(
        self,
        socket_type: SocketType,
        *,
        network: Network,
        inproc: InprocBook,
        credit: Credits,
        spawn: Spawn,
        door: Door,
        on_closed: Callable[["Socket"], None],
    ) -> None:
        self.type = socket_type
        self.options: SocketOptions = options_for(socket_type)
        self._credits = credit
        self._on_closed = on_closed
        self._pattern: Pattern = pattern_for(socket_type, self.options, network)
        self._host = Host(socket_type, self.options, network, self._pattern, credit.drains, door)
        self._book = EndpointBook(self._host, inproc, spawn, self._end)
        self._senders = Waiters()
        self._receivers = Waiters()
        self._send_queue = self._senders.queue
        if self._pattern.chooses_by_message:  # a message for a peer with room waits behind nobody
            self._send_queue = deque()
        self._receive_queue = self._receivers.queue
        self._way: Pattern = self._pattern
        by_message = self._pattern.chooses_by_message
        self._pattern.on_sendable = self._senders.wake_all if by_message else self._senders.wake
        self._pattern.on_receivable = self._receivers.wake
        self.readiness = Readiness(self._pattern)
        """Tells pollers when to look again."""
        self._offered = 0
        self._single_frames = socket_type in SINGLE_MESSAGES
        self._over = asyncio.Event()

    def __repr__(self) -> str:
        state = "closed" if self.is_closed else ", ".join(map(repr, self.pipes)) or "no peers"
        return f"<{self.type.name} socket: {state}>"

    # -- endpoints -------------------------------------------------------------------------------

    def bind(self, endpoint: str, *, label: str = "") -> str:
        """Accept peers on an endpoint, and return the endpoint really bound.

        Args:
            endpoint: ``tcp://host:port``, ``ipc://path`` or ``inproc://name``; ``*`` for any port or path.
            label: our own name for the link, for peers that bring none.

        Raises:
            EndpointInvalid: it cannot be understood.
            AddressInUse, AddressNotAvailable: nobody can listen there.
        """
        self._check_open()
        return self._book.bind(endpoint, label)

    def connect(self, endpoint: str, *, label: str = "") -> None:
        """Reach a peer, now or when it is there, and again whenever it is lost.

        Args:
            endpoint: where the peer binds, or will; over udp where datagrams go, whoever is there.
            label: our own name for the link, told to the peer in READY as ``X-Link``.

        Raises:
            EndpointInvalid: it cannot be understood, or is a wildcard.
            NotReachable: nothing can be sent there from here (udp).
        """
        self._check_open()
        self._book.connect(endpoint, label)

    def connect_peer(self, endpoint: str, *, label: str = "") -> int:
        """Connect as ``connect`` does, and return the number to send to that peer by (zmq_connect_peer).

        Raises: as ``connect``.
            NotSupported: only PEER knows its peers so, and not with ``immediate``.
        """
        self._check_open()
        if self.type is not SocketType.PEER or self.options.immediate:
            raise NotSupported(self.type.name, "connect_peer")
        self._book.connect(endpoint, label)
        return number_of(next(reversed(self._host.pairs)))

    def unbind(self, endpoint: str) -> None:
        """Stop accepting on an endpoint and end the connections accepted there; see ``bind``."""
        self._book.unbind(endpoint)

    def disconnect(self, endpoint: str) -> None:
        """End a connection that ``connect`` made; what is queued leaves within ``linger``."""
        self._book.disconnect(endpoint)

    @property
    def last_endpoint(self) -> str:
        """The endpoint bound or connected last (ZMQ_LAST_ENDPOINT)."""
        return self._book.last_endpoint

    # -- messages --------------------------------------------------------------------------------

    def send(self, message: bytes | Sequence[bytes] | Message) -> Coroutine[Any, Any, None]:
        """Send a message, waiting while no peer can take it, at most ``sndtimeo``.

        Args:
            message: octets, or a list of frames; for SERVER, PEER and RADIO an ``AddressedMessage``,
                which names the peer or the group.

        Raises:
            Again: ``sndtimeo`` passed.
            Closed: the socket was closed.
            NotSupported, WrongState, MessageInvalid, HostUnreachable.
        """
        return self._send(message)

    async def _send(self, message: bytes | Sequence[bytes] | Message) -> None:
        made = Message(message) if type(message) is bytes else self._make(message)
        credit = self._credits
        credit.left = left = credit.left - 1
        if not left:  # yield before the message moves: a call cancelled here has sent nothing
            credit.renew()
            await TURN
        if self._send_queue or not self._way.try_send(made):
            self._check_open()
            await self._senders.within(
                lambda: self._way.try_send(made) or None, self.options.sndtimeo, "send"
            )
        self._offered += 1

    def send_nowait(self, message: bytes | Sequence[bytes] | Message) -> None:
        """Send a message, or raise ``Again`` when no peer can take it now; otherwise as ``send``."""
        made = Message(message) if type(message) is bytes else self._make(message)
        if self._send_queue or not self._way.try_send(made):
            self._check_open()
            raise Again("send")
        self._offered += 1

    def recv(self) -> Coroutine[Any, Any, list[bytes]]:
        """Return the frames of the next message, waiting for one at most ``rcvtimeo``.

        Raises:
            Again: ``rcvtimeo`` passed.
            Closed: the socket was closed.
            NotSupported, WrongState.
        """
        return self._recv()

    async def _recv(self) -> list[bytes]:
        credit = self._credits
        credit.left = left = credit.left - 1
        if not left:  # yield before the message moves: a call cancelled here has taken none
            credit.renew()
            await TURN
        message = None if self._receive_queue else self._way.try_receive()
        if message is None:
            self._check_open()
            message = await self._receivers.within(self._way.try_receive, self.options.rcvtimeo, "receive")
        return message.frames

    async def recv_message(self) -> Message:
        """Return the next message with what it bears beside its frames: a peer's number, or a group.

        Raises: as ``recv``.
        """
        credit = self._credits
        credit.left -= 1
        if not credit.left:
            credit.renew()
            await TURN
        message = None if self._receive_queue else self._way.try_receive()
        if message is None:
            self._check_open()
            message = await self._receivers.within(self._way.try_receive, self.options.rcvtimeo, "receive")
        return message

    def recv_nowait(self) -> list[bytes]:
        """Return the frames of the next message, or raise ``Again`` when there is none."""
        return self.recv_message_nowait().frames

    def recv_message_nowait(self) -> Message:
        """Return the next message, as ``recv_message`` does, or raise ``Again`` when there is none."""
        message = None if self._receive_queue else self._way.try_receive()
        if message is None:
            self._check_open()
            raise Again("receive")
        return message

    async def recv_many(self, limit: int) -> list[list[bytes]]:
        """Return the messages that are there, at most ``limit``; when there is none, wait as ``recv``."""
        many = [await self.recv()]
        way = self._way
        with suppress(WrongState):  # a lock-step socket has one at a time
            while len(many) < limit:
                message = way.try_receive()
                if message is None:
                    break
                many.append(message.frames)
        return many

    def __aiter__(self) -> "Socket":
        return self

    async def __anext__(self) -> list[bytes]:
        try:
            return await self.recv()
        except Closed:
            raise StopAsyncIteration from None

    # -- subscriptions and options ---------------------------------------------------------------

    def subscribe(self, prefix: bytes) -> None:
        """Want messages whose first frame begins with ``prefix``; counted (ZMQ_SUBSCRIBE).

        Raises:
            NotSupported: only SUB and XSUB subscribe, and XPUB with ``xpub_manual``.
        """
        self._check_open()
        self._pattern.subscribe(prefix, wanted=True)

    def unsubscribe(self, prefix: bytes) -> None:
        """Take one subscription back (ZMQ_UNSUBSCRIBE)."""
        self._check_open()
        self._pattern.subscribe(prefix, wanted=False)

    def join(self, group: str) -> None:
        """Receive what is sent to ``group`` (zmq_join).

        Raises:
            GroupInvalid: its name is too long, or it was joined already.
            NotSupported: only DISH joins.
        """
        self._check_dish("join")
        self._pattern.subscribe(group.encode(), wanted=True)

    def leave(self, group: str) -> None:
        """Receive what is sent to ``group`` no more (zmq_leave); see ``join``."""
        self._check_dish("leave")
        self._pattern.subscribe(group.encode(), wanted=False)

    def set(self, name: str, value: object) -> None:
        """Set an option by its lower-case libzmq name.

        High-water marks, linger, timeouts and switches act at once; the others on later
        connections. ``subscribe`` and ``unsubscribe`` are accepted too.

        Raises:
            OptionUnknown, OptionInvalid.
            OptionReadOnly: it only tells something.
        """
        write_option(self._host, name, value)

    def get(self, name: str) -> OptionValue:
        """Return an option's value, or what a read-only one tells, as ``events`` or ``last_endpoint``.

        Raises:
            OptionUnknown: there is none of this name.
            OptionWriteOnly: libzmq does not tell it; ``options`` does.
        """
        return read_option(self._host, self._book.last_endpoint, name)

    # -- observation -----------------------------------------------------------------------------

    @property
    def pipes(self) -> tuple[PipeView, ...]:
        """One view for each peer and direction, in the order they came."""
        pumps = self._book.pumps()
        views: list[PipeView] = []
        for pair in self._host.living():
            views += views_of(self.type, pair, pumps.get(id(pair)))
        return tuple(views)

    def watch_pipes(self, watch: Callable[[PipeView], None]) -> None:
        """Call ``watch`` with a view of each pipe that comes from now on, before a message passes it.

        The place to set a ``probe`` that must see everything; ``watch`` must not raise.
        """

        def show(pair: PipePair) -> None:
            for view in views_of(self.type, pair, None):
                watch(view)

        self._host.on_pair = show

    def books(self) -> SocketBooks:
        """Return what was counted so far, ended connections and a closed socket's included."""
        pattern = self._pattern
        routed = pattern.routed + self._host.made_routed
        made = dict(self._host.made)
        return SocketBooks(self._offered, routed, dict(pattern.unrouted), self._host.lanes(), made)

    def settle(self, connections: Iterable[str]) -> None:
        """Forget what ended connections carried, now that both their halves have been compared."""
        self._host.ledger.settle(connections)

    def events(self, *, queues: bool = False) -> Observer:
        """Return an observer of what happens from now on, if asked to its ``queues`` too; iterate it."""
        return self._host.hub.observe(queues=queues)

    @property
    def ready_for(self) -> int:
        """What can be done now without waiting: 1 to receive, 2 to send, 3 both (ZMQ_EVENTS)."""
        return 0 if self._host.is_closed else events_of(self._pattern)

    @property
    def pattern(self) -> Pattern:
        """The socket type's rules at work; its state is there to be shown."""
        return self._pattern

    # -- the end ---------------------------------------------------------------------------------

    @property
    def is_closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._host.is_closed

    def close(self, linger: int | None = None) -> None:
        """Close the socket; what is queued is sent in the background, within ``linger`` ms.

        Args:
            linger: ms instead of the option's; -1 waits for ever, 0 drops what is queued.
        """
        if self._host.is_closed:
            return
        self._host.is_closed = True
        self._way = Ended(self.type, self.options, self._pattern.chance)
        closed = Closed("socket")
        self._senders.close(closed)
        self._receivers.close(closed)
        self.readiness.tell()
        for pair in self._host.pairs:
            if not pair.is_joined:
                pair.inbound.discard("disconnected")
        self._book.close(self.options.linger if linger is None else linger)

    def abort(self) -> None:
        """End what still lingers after ``close``; what is queued is dropped and counted."""
        self._book.abort()

    async def closed(self) -> None:
        """Wait until a closed socket has sent, or given up, what was queued."""
        await self._over.wait()

    def _end(self) -> None:
        if not self._over.is_set():
            self._over.set()
            self._host.stop_monitor()
            self._on_closed(self)

    def _make(self, content: bytes | Sequence[bytes] | Message) -> Message:
        made = message_of(content)
        if len(made.frames) > 1 and self._single_frames:
            raise MessageInvalid(content, f"a {self.type.name} socket sends single frames")
        return made

    def _check_dish(self, operation: str) -> None:
        self._check_open()
        if self.type is not SocketType.DISH:
            raise NotSupported(self.type.name, operation)

    def _check_open(self) -> None:
        if self._host.is_closed:
            raise Closed("socket")

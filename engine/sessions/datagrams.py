"""udp: one port, and a pair of pipes for each place that datagrams go to or come from.

No handshake, nothing to reconnect, and no word from the other end. How the books of two ends of ours are
joined: ``pair.connection`` is, at both, the address of the end that connected (``udp://127.0.0.1:43210``);
the end that bound, if it was given no label of its own, files what came from there under that same address.
"""

from collections.abc import Callable
from typing import Final

from mypy_extensions import mypyc_attr

from engine.clock import MS
from engine.compatibility import can_receive
from engine.constants import DropReason, SocketType
from engine.endpoints import Endpoint
from engine.errors import EndpointInvalid, MalformedDatagram
from engine.messages import Message
from engine.monitor.events import EndpointClosed, Listening
from engine.net.interface import DatagramPort, Timer
from engine.pipes.pair import FarEnd, PipePair
from engine.pipes.pipe import PipeEnd
from engine.sessions.host import Host
from engine.wire.datagrams import (
    Place,
    address_frame,
    decode_body,
    decode_group,
    encode_group,
    read_address,
)

MOST_PLACES: Final = 64
"""Places with a pair of their own, so that memory has a bound. One more takes the pair of the place that was
silent longest and has nothing queued; where there is none such, or too many came already, the port's own."""

BATCH_OCTETS: Final = 1 << 16


class Correspondent(PipeEnd):
    """One pair of a port: the way to one place, or to all that have none of their own.

    Args:
        place: where what is sent goes; ``None`` where each message names it (DGRAM), or nothing is sent.
    """

    def __init__(self, session: "DatagramSession", pair: PipePair, place: Place | None) -> None:
        self._session = session
        self.pair = pair
        self.place = place
        self.taken = 0
        self.arrived = 0
        self.heard_at = 0
        """Which of the port's datagrams was the last from there."""
        pair.is_datagram = True
        pair.outbound.reader = self
        pair.outbound.reader_waits = True

    def pipe_readable(self) -> None:
        """Something was sent: it leaves at once, for one datagram is one call of the kernel anyway."""
        self._session.send_from(self)


@mypyc_attr(allow_interpreted_subclasses=True)
class DatagramSession(FarEnd):
    """One endpoint of one socket over udp.

    A full inbound pipe loses what comes, counted ``hwm``; what is no datagram of 0MQ is counted
    ``malformed_envelope``; a datagram that the kernel will not send at all ``disconnected``.

    Args:
        endpoint: ours, to be bound or connected.
        label: the link's name; empty for none.
        on_over: called once, when the session is at its end.
        binding: whether to bind it, or to take a free port from which it is reached.

    Raises:
        EndpointInvalid, AddressInUse, AddressNotAvailable, NotReachable: see ``Network.open_port``.
        EndpointInvalid: a DGRAM socket has its one endpoint already.
    """

    def __init__(
        self,
        host: Host,
        endpoint: Endpoint,
        label: str,
        on_over: Callable[["DatagramSession"], None],
        *,
        binding: bool,
    ) -> None:
        self._host = host
        self._on_over = on_over
        self._is_raw = host.socket_type is SocketType.DGRAM
        self._receives = can_receive(host.socket_type)
        self._binding = binding
        self._port: DatagramPort = host.network.open_port(endpoint, host.options, binding=binding)
        self._is_refused = False
        self._closing = False
        self._linger_timer: Timer | None = None
        self._known: dict[Place, Correspondent] = {}
        self.endpoint = str(self._port.local if binding else endpoint)
        self.label = label
        self.is_over = False
        self._all: list[Correspondent] = []
        self._own = self._open_own()
        self._heard: Correspondent | None = None
        self._told_lost = 0
        self._datagrams = 0
        peer = self._port.peer
        if self._is_raw and peer is not None:
            self._meet(peer, label)
        self._port.start(self)
        if binding:
            host.publish(Listening, self.endpoint, label)

    def close(self, linger_ms: int) -> None:
        """End the session once what is queued has left, or ``linger_ms`` have passed; -1 is for ever."""
        if self.is_over or self._closing:
            return
        self._closing = True
        if self._binding:
            self._host.publish(EndpointClosed, self.endpoint, self.label)
        if linger_ms == 0 or not self._has_unsent():
            self.abort()
            return
        for each in self._all:
            self._host.pattern.detach(each.pair)
        if linger_ms > 0:
            when = self._host.network.now() + linger_ms * MS
            self._linger_timer = self._host.network.call_at(when, self.abort)

    def abort(self) -> None:
        """End the session now; what is queued is dropped and counted as lingered in vain."""
        if self.is_over:
            return
        self.is_over = True
        if self._linger_timer is not None:
            self._linger_timer.cancel()
        self._port.close()
        self._heard = self._heard or self._own
        for each in self._all:
            self._end(each)
        self._on_over(self)

    def part(self) -> None:
        """Nothing stands between us and a place that could be ended."""

    def count_losses(self) -> None:
        """File what the kernel threw away at this port since the last look.

        It does not say whose that was, but whoever filled the buffer is heard: it is the sender's if only
        one was heard since the last look, nobody's (the port's own) if several were, and waits if none was.
        """
        if self._heard is not None:
            told = self._port.lost()
            self._heard.pair.lost += told - self._told_lost
            self._told_lost, self._heard = told, None

    # -- from the port -----------------------------------------------------------------------------

    def on_datagram(self, data: bytes, source: Place) -> None:
        """A datagram arrived: it is delivered, or dropped and counted."""
        frames = self._decode(data, source)
        inbound = self._known.get(source)
        if inbound is None:
            is_new = bool(frames) and self._receives and self._has_place_for(source)
            inbound = self._meet(source, self.label if self._binding else "") if is_new else self._own
        if inbound is not self._heard:
            self._hear(inbound)
        inbound.arrived += 1
        self._datagrams += 1
        inbound.heard_at = self._datagrams
        inbound.pair.octets_in += len(data)
        pipe = inbound.pair.inbound
        if not frames:
            pipe.overflow(DropReason.MALFORMED_ENVELOPE)
        elif not self._receives:
            pipe.overflow(DropReason.FILTERED)
        elif not pipe.push(Message(frames)):
            pipe.overflow(DropReason.HWM)

    def _hear(self, sender: Correspondent) -> None:
        """Another than the last was heard; see ``count_losses``."""
        self._heard = sender if self._heard is None else self._own

    def on_writable(self) -> None:
        """The kernel takes datagrams again."""
        self._is_refused = False
        for each in self._all:
            self.send_from(each)
        if self._closing and not self._has_unsent():
            self.abort()

    def _decode(self, data: bytes, source: Place) -> list[bytes]:
        """Return the frames of a datagram; none when it is no datagram of 0MQ."""
        try:
            return [address_frame(source), decode_body(data)] if self._is_raw else decode_group(data)
        except MalformedDatagram:
            return []

    # -- to the port -------------------------------------------------------------------------------

    def send_from(self, source: Correspondent) -> None:
        """Send what is queued, as far as the kernel takes it; the rest stays in its pipe."""
        if self._is_refused or self.is_over:
            return
        outbound = source.pair.outbound
        while batch := outbound.take(BATCH_OCTETS):
            for n, message in enumerate(batch):
                if not self._send(source, message):
                    self._is_refused = True
                    outbound.give_back(batch[n:])
                    return
        outbound.reader_waits = True

    def _send(self, source: Correspondent, message: Message) -> bool:
        """Send one message; ``False`` when the kernel does not take it now."""
        pair = source.pair
        first, body = message.frames
        place = source.place
        if place is None:
            place = read_address(first)
        data = body if self._is_raw else encode_group(first, body)
        try:
            if not self._port.send(data, place):
                return False
        except OSError:
            pair.outbound.reject(DropReason.DISCONNECTED)
            return True
        source.taken += 1
        pair.handed += 1
        pair.octets_out += len(data)
        return True

    # -- pairs -------------------------------------------------------------------------------------

    def _open_own(self) -> Correspondent:
        """Make the port's own pair, which for a RADIO is the way to its one place."""
        host, port = self._host, self._port
        peer = None if self._is_raw else port.peer
        is_side = self._is_raw and not self._binding  # the link is the target's; here is what goes elsewhere
        endpoint, label = (str(port.local), "") if is_side else (self.endpoint, self.label)
        pair = host.make_pair(endpoint, label)
        pair.far_end = self
        pair.is_connecting = not self._binding
        pair.is_multicast = port.is_multicast
        if peer is not None:
            pair.peer = _name(peer)
            pair.connection = _name_of(port.local)
        own = Correspondent(self, pair, peer)
        if not host.attach(pair):
            port.close()
            why = f"a {host.socket_type.name} socket has one endpoint, and has it already"
            raise EndpointInvalid(self.endpoint, why)
        self._all.append(own)
        return own

    def _meet(self, place: Place, label: str) -> Correspondent:
        """Give a place a pair of its own."""
        name = _name(place)
        pair = self._host.make_pair(self.endpoint, label or name)
        pair.peer = name
        pair.is_connecting = not self._binding
        pair.is_multicast = self._port.is_multicast
        pair.connection = name if self._binding else _name_of(self._port.local)
        if self._is_raw:
            pair.routing_id = address_frame(place)
        met = self._known[place] = Correspondent(self, pair, place)
        self._host.attach(pair)
        self._all.append(met)
        return met

    def _has_place_for(self, source: Place) -> bool:
        """Tell whether a newcomer can have a pair of its own, and make room for it."""
        if len(self._known) < MOST_PLACES:
            return True
        is_named = self._binding and self.label
        if not is_named and not self._host.ledger.admits(_name(source)):
            return False  # each name has totals of its own, for ever
        idle = [(each.heard_at, n) for n, each in enumerate(self._all) if self._can_go(each)]
        if not idle:
            return False
        silent = self._all.pop(min(idle)[1])
        if silent is self._heard:
            self.count_losses()
        assert silent.place is not None
        del self._known[silent.place]
        self._end(silent)
        return True

    def _can_go(self, each: Correspondent) -> bool:
        pair = each.pair
        is_target = each.place is None or each.place == self._port.peer
        return not is_target and not len(pair.inbound) and not len(pair.outbound)

    def _end(self, each: Correspondent) -> None:
        """Close the account of a place."""
        pair = each.pair
        self._host.ledger.end_connection(pair, pair.connection, taken=each.taken, arrived=each.arrived)
        pair.connection = ""
        pair.outbound.reader_waits = False
        self._host.detach(pair, DropReason.LINGER)

    def _has_unsent(self) -> bool:
        return any(len(each.pair.outbound) for each in self._all)


def _name(place: Place) -> str:
    return str(Endpoint("udp", host=place[0], port=place[1]))


def _name_of(local: Endpoint) -> str:
    return _name((local.host, local.port))

"""Moves messages between one pair of pipes and one connected stream, in batches, both ways."""

from collections.abc import Callable
from typing import Final

from mypy_extensions import trait

from engine.errors import PeerViolation
from engine.messages import Message
from engine.net.interface import ByteStream, Network, Timer
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.pipes.pipe import PipeEnd
from engine.protocol.conversation import Conversation
from engine.protocol.events import Event, HandshakeStep
from engine.protocol.heartbeat import Heartbeat
from engine.sessions.batches import Octets, count_handed, drop_multiparts, without
from engine.sessions.door import Verdict
from engine.sessions.drains import Drained, Drains, can_wait

BATCH_OCTETS: Final = 1 << 16
BATCHES_A_ROUND: Final = 4
"""Batches sent in one callback, before other connections have their turn."""
READ_AHEAD: Final = 1 << 16
"""Messages decoded at once when the inbound pipe has no limit."""


@trait
class PumpOwner:
    """Who a pump reports to: its session."""

    def pump_event(self, event: Event) -> None:
        """The connection's handshake is done, or its peer's subscriptions changed."""

    def pump_step(self, step: HandshakeStep) -> None:
        """The peer has come further in its handshake."""

    def pump_idle(self) -> None:
        """Everything in the outbound pipe has been handed to the kernel."""

    def pump_over(self, reason: Exception | None) -> None:
        """The connection is over: ``None`` when the peer closed it. The pump is of no more use."""


class Pump(PipeEnd, Drained):
    """One connection's life: octets in, octets out, and what is on the way between pipe and kernel.

    All of it is callbacks. While the kernel refuses, at most one batch is out of the pipe; what the
    inbound pipe has no room for stays octets, and the stream is not read.
    """

    def __init__(
        self,
        stream: ByteStream,
        connection: Conversation,
        network: Network,
        options: SocketOptions,
        owner: PumpOwner,
        drains: Drains,
    ) -> None:
        self.stream = stream
        self.connection = connection
        self.is_over = False
        self.taken = 0
        """Messages taken from the outbound pipe for this connection, less those put back."""
        self.arrived = 0
        """Messages of this connection pushed into the inbound pipe."""
        self._network = network
        self._options = options
        self._owner = owner
        self._drains = drains
        self._pair: PipePair | None = None
        self._unsent: list[Octets] = []
        self._batch: list[Message] = []
        self._batch_sent = 0
        self._draining = False
        self._paused = False
        self._lost: Exception | None = None
        self._is_lost = False
        self._heard = False
        self._on_refused: Callable[[int], None] | None = None
        self._heartbeat = Heartbeat(options.heartbeat_ivl, options.heartbeat_timeout, network.now())
        self._beat: Timer | None = None

    def start(self) -> None:
        """Begin to talk: the greeting leaves, and the stream is read."""
        self._send_control()
        self._report_events()  # without a protocol the peer is known before it has said anything
        if not self.is_over:
            self.stream.start(self)

    def attach(self, pair: PipePair) -> None:
        """Feed this pair from now on: the handshake is done and the peer accepted."""
        self._pair = pair
        pair.outbound.reader = self
        pair.inbound.writer = self
        self._send_control()
        if len(pair.outbound):
            self._schedule()
        else:
            pair.outbound.reader_waits = True
        if self.connection.has_commands:
            self._schedule_beat()
        self._network.call_soon(self._catch_up)

    def ignore(self, on_refused: Callable[[int], None]) -> None:
        """The socket has no use for this peer: throw away what comes, and tell ``on_refused`` how many."""
        self._on_refused = on_refused
        if self.connection.has_commands:
            self._schedule_beat()

    def tell(self, topic: bytes, *, wanted: bool) -> None:
        """Send a subscription or its end."""
        self.connection.subscribe(topic, wanted=wanted)
        self._send_control()

    def decide(self, verdict: Verdict) -> None:
        """Go on with a handshake that waited for an authenticator; who is refused is told so first."""
        if self.is_over:
            return
        try:
            self.connection.decide(verdict)
            self._report_events()
            if self._on_refused is not None:
                self._throw_away(self._on_refused)
        except PeerViolation as violation:
            self._send_control()
            self._fail(violation)
            return
        self._send_control()

    @property
    def is_idle(self) -> bool:
        """Whether nothing that was taken from the pipe is still here."""
        return not self._unsent

    @property
    def waiting_octets(self) -> int:
        """Octets on this side between pipe and kernel: the unsent batch, and what is not decoded yet."""
        return sum(map(len, self._unsent)) + self.connection.undecoded_octets

    def close(self) -> None:
        """End the connection without a report; messages not handed over go back to their pipe."""
        if self.is_over:
            return
        self._take_leave(None)
        self._end()
        self.stream.close()

    # -- from the stream -------------------------------------------------------------------------

    def on_data(self, data: bytes) -> int:
        """Octets arrived; returns how many are best read next."""
        self._heard = True
        try:
            self.connection.receive_data(data)
            pair = self._pair
            if pair is not None:
                pair.octets_in += len(data)
                self._receive(pair)
            if self._on_refused is None:
                self._report_events()
            if self._on_refused is not None:
                self._throw_away(self._on_refused)
        except PeerViolation as violation:
            self._fail(violation)
            return 0
        self._send_control()
        if self.connection.is_finished:
            self._part()
            return 0
        return self.connection.wanted_octets

    def on_writable(self) -> None:
        """The kernel takes octets again."""
        if self.is_over:
            return
        if self._unsent:
            self._write(self._unsent)
        self._send_control()
        if not self._unsent:
            self._schedule()

    def on_lost(self, error: OSError | None) -> None:
        """The stream is over; what has arrived and had no room yet is still delivered."""
        self._lost = error
        self._is_lost = True
        self.connection.receive_end()
        if self._pair is None:
            self._finish_lost()
        else:
            self._catch_up()

    # -- from the pipes --------------------------------------------------------------------------

    def pipe_readable(self) -> None:
        """Something was sent into an idle link: it leaves at once, what follows goes in batches."""
        if self._pair is None or self.is_over or self._is_lost:
            return
        if not self._unsent:
            self._send_batch(self._pair)
        if not self._unsent:
            self._schedule()

    def pipe_writable(self) -> None:
        """The inbound pipe has room: go on from the octets that are here, then read again."""
        if self._pair is None or self.is_over:
            return
        self._network.call_soon(self._catch_up)

    # -- sending ---------------------------------------------------------------------------------

    def _schedule(self) -> None:
        if not self._draining:
            self._draining = True
            self._drains.add(self)

    def may_wait(self) -> bool:
        """Tell whether what is queued can wait for more; see ``Drained``."""
        return self._pair is not None and not self._unsent and can_wait(self._pair.outbound)

    def drain(self, *, stay: bool) -> bool:
        """Send what is queued, as far as the kernel takes it; see ``Drained``."""
        self._draining = False
        pair = self._pair
        if pair is None or self.is_over or self._is_lost or self._unsent:
            return False
        for n in range(BATCHES_A_ROUND):
            if not self._send_batch(pair):
                self._draining = stay and n > 0
                pair.outbound.reader_waits = not self._draining
                self._owner.pump_idle()
                return self._draining
            if self._unsent or self.is_over:
                return False
        self._draining = True
        return True

    def _send_batch(self, pair: PipePair) -> bool:
        batch = pair.outbound.take(BATCH_OCTETS)
        if not batch:
            return False
        self.taken += len(batch)
        self._batch = batch
        self._batch_sent = 0
        self._write([*self.connection.encode(batch)])
        return True

    def _send_control(self) -> None:
        """Send what the connection has to say; while the kernel refuses it stays there, and does not grow."""
        if self._unsent or self.is_over:
            return
        if data := self.connection.data_to_send():
            self._write([data])

    def _write(self, chunks: list[Octets]) -> None:
        sent = self.stream.write(chunks)
        self._batch_sent += sent
        if self._pair is not None:
            self._pair.octets_out += sent
        left = without(chunks, sent)
        self._unsent = left
        if not left and self._batch:
            if self._pair is not None:
                self._pair.handed += len(self._batch)
            self._batch = []

    # -- receiving -------------------------------------------------------------------------------

    def _receive(self, pair: PipePair) -> None:
        inbound = pair.inbound
        while True:
            room = inbound.room(READ_AHEAD)
            messages = self.connection.take_messages(room) if room > 0 else []
            if messages:
                self.arrived += len(messages)
                single = self.connection.single_frames
                inbound.push_many(drop_multiparts(messages, inbound) if single else messages)
            if len(messages) < room:
                self.connection.check()
                return
            if inbound.is_full:
                inbound.ask_for_room()
                self._pause()
                return

    def _throw_away(self, on_refused: Callable[[int], None]) -> None:
        while messages := self.connection.take_messages(READ_AHEAD):
            self.arrived += len(messages)
            on_refused(len(messages))
        self.connection.check()
        self.connection.take_events()  # nobody here cares what it subscribes to

    def _catch_up(self) -> None:
        pair = self._pair
        if pair is None or self.is_over:
            return
        try:
            self._receive(pair)
            self._report_events()
        except PeerViolation as violation:
            self._fail(violation)
            return
        self._send_control()
        if self.connection.is_finished:
            self._part()
            return
        if pair.inbound.writer_waits:
            return
        if self._is_lost:
            self._finish_lost()
        elif self._paused:
            self._paused = False
            self.stream.resume_reading()

    def _pause(self) -> None:
        if not self._paused and not self._is_lost:
            self._paused = True
            self.stream.pause_reading()

    def _report_events(self) -> None:
        if self._pair is None:
            for step in self.connection.take_steps():
                self._owner.pump_step(step)
        for event in self.connection.take_events():
            self._owner.pump_event(event)
        if self.connection.peer_ttl_ms != self._heartbeat.peer_ttl_ms and not self.is_over:
            self._heartbeat.peer_ttl_ms = self.connection.peer_ttl_ms
            self._schedule_beat()

    # -- heartbeat -------------------------------------------------------------------------------

    def _schedule_beat(self) -> None:
        if self._beat is not None:
            self._beat.cancel()
        when = self._heartbeat.next_look(self._network.now())
        self._beat = None if when is None else self._network.call_at(when, self._on_beat)

    def _on_beat(self) -> None:
        if self.is_over or self._is_lost:  # lost: all there is to come is here, and waits for room
            return
        heard = self._heard or self._paused  # a full pipe of ours is no silence of the peer's
        self._heard = False
        try:
            if self._heartbeat.look(self._network.now(), heard=heard):
                self.connection.ping(self._options.heartbeat_ttl)
                self._send_control()
        except PeerViolation as violation:
            self._fail(violation)
            return
        self._schedule_beat()

    # -- ending ----------------------------------------------------------------------------------

    def _take_leave(self, violation: PeerViolation | None) -> None:
        """Say the protocol's last words; in the middle of a batch there is no place for them."""
        if self._unsent or self._is_lost:
            return
        if words := self.connection.last_words(violation):
            self.stream.write([words])

    def _fail(self, violation: PeerViolation) -> None:
        self._report_events()  # how far it had come
        if self.is_over:
            return
        self._take_leave(violation)
        self._end()
        self.stream.close()
        self._owner.pump_over(violation)

    def _part(self) -> None:
        """The peer has said that it leaves, and was answered: the stream is over as if it had closed it."""
        if self.is_over:
            return
        self._end()
        self.stream.close()
        self._owner.pump_over(None)

    def _finish_lost(self) -> None:
        if self.is_over:
            return
        self._end()
        self._owner.pump_over(self._lost)

    def _end(self) -> None:
        self.is_over = True
        if self._beat is not None:
            self._beat.cancel()
        pair = self._pair
        if pair is None:
            return
        pair.outbound.reader_waits = False
        pair.inbound.writer_waits = False
        handed = count_handed(self._batch, self._batch_sent, self.connection.octets_of)
        pair.handed += handed
        unsent = self._batch[handed:]
        self.taken -= len(unsent)
        pair.outbound.give_back(unsent)
        self._batch = []
        self._unsent = []

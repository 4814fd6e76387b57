"""REQ: ask one peer, wait for its reply, and only then ask the next (28/REQREP)."""

from engine.clock import Chance
from engine.constants import DropReason, SocketType
from engine.errors import WrongState
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.load_balance import LoadBalance
from engine.routing.pattern import Pattern

DELIMITER = b""
ID_LIMIT = 1 << 32


class Request(Pattern):
    """Sends a request to the next peer with room, then takes the reply from that peer alone."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._balance = LoadBalance()
        self._asked: PipePair | None = None
        self.is_waiting = False
        """Whether a request is out and its reply has not been received."""
        self._id = int(chance.draw() * ID_LIMIT)

    def attach(self, pair: PipePair) -> bool:
        """Take on a peer; it joins the end of the round."""
        super().attach(pair)
        pair.inbound.reader_waits = True
        self._balance.activate(pair)
        self.on_sendable()
        return True

    def detach(self, pair: PipePair) -> None:
        """Let a peer go. If it was the one asked, the reply may come from any other, as in libzmq."""
        super().detach(pair)
        self._balance.detach(pair)
        if pair is self._asked and len(pair.inbound):
            return  # its reply has arrived and can still be read
        if pair is self._asked:
            self._asked = None
        self._finish(pair)

    def try_send(self, message: Message) -> bool:
        """Send a request, with the envelope it needs."""
        if self.is_waiting and not self.options.req_relaxed:
            raise WrongState("REQ", "send", "receive the reply")
        if not self._balance.push(self._wrap(message)):
            return False
        self._routed += 1
        self._forget_asked()
        self._asked = self._balance.last
        self.is_waiting = True
        return True

    def try_receive(self) -> Message | None:
        """Return the reply to the request that is out; anything else that arrived is thrown away."""
        if not self.is_waiting:
            raise WrongState("REQ", "receive", "send a request")
        for pair in (self._asked,) if self._asked is not None else tuple(self.pairs):
            message = self._next_reply(pair)
            if message is not None:
                self.is_waiting = False
                self._forget_asked()
                return message
            pair.inbound.reader_waits = True
        return None

    def can_send_now(self) -> bool:
        """Tell whether a request may be sent and some peer has room."""
        return (not self.is_waiting or bool(self.options.req_relaxed)) and self._balance.settle()

    def can_receive_now(self) -> bool:
        """Tell whether something came from the peer asked; it may prove to be no reply, as in libzmq."""
        if not self.is_waiting:
            return False
        asked = (self._asked,) if self._asked is not None else tuple(self.pairs)
        found = False
        for pair in asked:
            if len(pair.inbound):
                found = True
            else:
                pair.inbound.reader_waits = True
        return found

    def pair_readable(self, pair: PipePair) -> None:
        """A peer has sent something; only the one that was asked is listened to."""
        if not self.is_waiting:
            pair.inbound.discard(DropReason.STALE_REPLY)
            pair.inbound.reader_waits = True
        elif self._asked is None or pair is self._asked:
            self.on_receivable()
        else:
            pair.inbound.discard(DropReason.STALE_REPLY)
            pair.inbound.reader_waits = True

    def pair_writable(self, pair: PipePair) -> None:
        """A full peer has room again."""
        self._balance.activate(pair)
        self.on_sendable()

    def _wrap(self, message: Message) -> Message:
        if not self.options.req_correlate:
            return Message([DELIMITER, *message.frames])
        self._id = (self._id + 1) % ID_LIMIT
        return Message([self._id.to_bytes(4, "little"), DELIMITER, *message.frames])

    def _next_reply(self, pair: PipePair) -> Message | None:
        correlates = bool(self.options.req_correlate)
        while True:
            message = pair.inbound.pop()
            if message is None:
                return None
            frames = message.frames
            if correlates:
                if len(frames) > 2 and frames[0] == self._id.to_bytes(4, "little") and not frames[1]:
                    return Message(frames[2:])
                pair.inbound.reject(DropReason.STALE_REPLY)
            elif len(frames) > 1 and not frames[0]:
                return Message(frames[1:])
            else:
                pair.inbound.reject(DropReason.MALFORMED_ENVELOPE)

    def _forget_asked(self) -> None:
        """Stop listening to the peer asked last: what else it sent answers nothing."""
        pair = self._asked
        self._asked = None
        if pair is None:
            return
        pair.inbound.discard(DropReason.STALE_REPLY)
        if pair.is_over:
            self._finish(pair)
        else:
            pair.inbound.reader_waits = True

    def _finish(self, pair: PipePair) -> None:
        pair.inbound.discard(DropReason.STALE_REPLY)
        pair.inbound.reader_waits = False
        self.on_drained(pair)

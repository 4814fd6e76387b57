"""REP: take a request, answer it, and only then take the next (28/REQREP)."""

from engine.clock import Chance
from engine.constants import DropReason, SocketType, Unrouted
from engine.errors import WrongState
from engine.messages import Message
from engine.options import SocketOptions
from engine.pipes.pair import PipePair
from engine.routing.fair_receiver import FairReceiver


class Reply(FairReceiver):
    """Takes requests from its peers in turn and sends each reply back the way its request came."""

    def __init__(self, socket_type: SocketType, options: SocketOptions, chance: Chance) -> None:
        super().__init__(socket_type, options, chance)
        self._asker: PipePair | None = None
        self._envelope: list[bytes] = []

    @property
    def must_send(self) -> bool:
        """Whether a request was taken and not answered yet."""
        return self._asker is not None

    def try_receive(self) -> Message | None:
        """Return the next request without its envelope, which is kept for the reply."""
        if self._asker is not None:
            raise WrongState("REP", "receive", "send the reply")
        while True:
            message = self._queue.pop()
            if message is None:
                return None
            pair = self._queue.last
            assert pair is not None
            frames = message.frames
            if b"" in frames and frames.index(b"") + 1 < len(frames):
                cut = frames.index(b"") + 1
                self._asker = pair
                self._envelope = frames[:cut]
                return Message(frames[cut:])
            pair.inbound.reject(DropReason.MALFORMED_ENVELOPE)

    def try_send(self, message: Message) -> bool:
        """Send the reply; it is dropped when its peer is gone or full, as in libzmq."""
        pair = self._asker
        if pair is None:
            raise WrongState("REP", "send", "receive a request")
        self._asker = None
        if pair.is_over:
            self.count_unrouted(Unrouted.REQUESTER_GONE)
            return True
        self._routed += 1
        if not pair.outbound.push(Message([*self._envelope, *message.frames])):
            pair.outbound.overflow(DropReason.HWM)
        return True

    def can_receive_now(self) -> bool:
        """Tell whether a request is there and the last one is answered."""
        return self._asker is None and super().can_receive_now()

    def can_send_now(self) -> bool:
        """Tell whether a request was taken and not answered yet."""
        return self._asker is not None

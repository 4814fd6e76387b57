"""What a closed socket has in its pattern's place."""

from engine.errors import Closed
from engine.messages import Message
from engine.routing.pattern import Pattern


class Ended(Pattern):
    """Sends nothing and receives nothing, so that no call has to ask whether the socket is open."""

    def try_send(self, message: Message) -> bool:
        """The socket is closed."""
        raise Closed("socket")

    def try_receive(self) -> Message | None:
        """The socket is closed."""
        raise Closed("socket")

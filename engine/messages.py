"""The message, the only thing that rides in a pipe."""

from collections.abc import Sequence

from engine.errors import MessageInvalid


class Message:
    """One or more frames, delivered whole or not at all.

    Attributes:
        frames: the frames, at least one; not to be changed once a pipe has the message.
        framed: the message's octets on the wire once some pipe has encoded them, kept so that
            a message that goes to many subscribers is encoded once; ``None`` before.
    """

    __slots__ = ("framed", "frames")

    def __init__(self, frames: list[bytes]) -> None:
        self.frames = frames
        self.framed: bytes | None = None

    def __repr__(self) -> str:
        return f"Message({self.frames!r})"


class AddressedMessage(Message):
    """A message of the types that name a peer or a group beside the frames.

    Attributes:
        routing_id: of the peer it came from or goes to (SERVER, PEER); 0 for none.
        group: it was sent to (RADIO, DISH); empty for none.
    """

    __slots__ = ("group", "routing_id")

    def __init__(self, frames: list[bytes], *, routing_id: int = 0, group: str = "") -> None:
        super().__init__(frames)
        self.routing_id = routing_id
        self.group = group

    def __repr__(self) -> str:
        return f"AddressedMessage({self.frames!r}, routing_id={self.routing_id}, group={self.group!r})"


def message_of(content: bytes | Sequence[bytes] | Message) -> Message:
    """Make a message of one frame's octets, or of a sequence of frames; a message stays what it is.

    Raises:
        MessageInvalid: no frame at all, or a frame that is not octets.
    """
    if type(content) is bytes:
        return Message([content])
    if isinstance(content, Message):
        return content
    if isinstance(content, (bytearray, memoryview)):
        return Message([bytes(content)])
    if not isinstance(content, (list, tuple)):
        raise MessageInvalid(content, "give octets, or a list of frames; encode text first")
    frames = [frame if type(frame) is bytes else _octets(frame) for frame in content]
    if not frames:
        raise MessageInvalid(content, "a message has at least one frame")
    return Message(frames)


def _octets(frame: object) -> bytes:
    if isinstance(frame, (bytes, bytearray, memoryview)):
        return bytes(frame)
    raise MessageInvalid(frame, "each frame must be octets")

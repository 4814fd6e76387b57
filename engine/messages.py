"""The message, the only thing that rides in a pipe."""

from collections.abc import Sequence

from mypy_extensions import mypyc_attr

from engine.errors import MessageInvalid


@mypyc_attr(acyclic=True)  # a queue of thousands is nothing for the garbage collector to walk through
class Message:
    """One or more frames, delivered whole or not at all.

    Most messages have one frame: it waits as it is, and becomes a list when somebody asks for frames.
    A list in each would cost an allocation and, worse, the collector's attention.

    Args:
        frames: at least one, or the only one; not to be changed once a pipe has the message.

    Attributes:
        body: the only frame, where the message was made of it alone; ``None`` where the list tells.
        framed: the message's octets on the wire once some pipe has encoded them, kept so that
            a message that goes to many subscribers is encoded once; ``None`` before.
    """

    __slots__ = ("_frames", "body", "framed")

    def __init__(self, frames: list[bytes] | bytes) -> None:
        self.body: bytes | None = None
        self._frames: list[bytes] | None = None
        self.framed: bytes | None = None
        if isinstance(frames, bytes):
            self.body = frames
        else:
            self._frames = frames

    @property
    def frames(self) -> list[bytes]:
        """The frames, each time the same list."""
        frames = self._frames
        if frames is None:
            assert self.body is not None
            frames = self._frames = [self.body]
        return frames

    @property
    def first(self) -> bytes:
        """The first frame, or the only one."""
        return self.body if self.body is not None else self.frames[0]

    def copy(self) -> "Message":
        """Return a message of its own with the same frames."""
        return Message(self.body if self.body is not None else [*self.frames])

    def __repr__(self) -> str:
        return f"Message({self.frames!r})"


@mypyc_attr(acyclic=True)
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
        return Message(content)
    if isinstance(content, Message):
        return content
    if isinstance(content, (bytearray, memoryview)):
        return Message(bytes(content))
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

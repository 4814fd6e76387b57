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
    """

    __slots__ = ("_content",)

    def __init__(self, frames: list[bytes] | bytes) -> None:
        self._content: list[bytes] | bytes = frames

    @property
    def body(self) -> bytes | None:
        """The only frame, while nobody has asked for frames; ``None`` where the list tells."""
        content = self._content
        return content if isinstance(content, bytes) else None

    @property
    def frames(self) -> list[bytes]:
        """The frames, each time the same list."""
        content = self._content
        if isinstance(content, bytes):
            frames = [content]
            self._content = frames
            return frames
        return content

    @property
    def first(self) -> bytes:
        """The first frame, or the only one."""
        content = self._content
        return content if isinstance(content, bytes) else content[0]

    @property
    def octets(self) -> int:
        """Octets of all frames."""
        content = self._content
        return len(content) if isinstance(content, bytes) else sum(map(len, content))

    def copy(self) -> "Message":
        """Return a message of its own with the same frames."""
        content = self._content
        return Message(content if isinstance(content, bytes) else [*content])

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

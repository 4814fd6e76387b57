"""What some types have beside a message's frames, a peer's number or a group, written as its first frame."""

from collections.abc import Sequence
from typing import Final

from app.topology.parameters import EVERYBODY
from engine.compatibility import SINGLE_FRAME
from engine.constants import SocketType
from engine.errors import MessageInvalid
from engine.messages import AddressedMessage, Message

NUMBERED: Final = (SocketType.SERVER, SocketType.PEER)
GROUPED: Final = (SocketType.RADIO, SocketType.DISH)
ADDRESSED: Final = (*NUMBERED, *GROUPED)

NAMING: Final = (SocketType.PEER, SocketType.DGRAM)
"""Types whose messages say which peer they are for, and that may speak first."""

REFUSES: Final = NUMBERED
"""Types whose send never waits and never drops: it tells that the peer has no room."""

NUMBER_OCTETS: Final = 4


def outward(socket_type: SocketType, frames: Sequence[bytes]) -> Sequence[bytes] | Message:
    """Return what the engine is to send for these frames; a message of one frame goes to everybody's group.

    Raises:
        MessageInvalid: a SERVER or PEER is not told whom to send to.
    """
    if socket_type in GROUPED:
        group = frames[0].decode("utf-8", "replace") if len(frames) > 1 else EVERYBODY
        return AddressedMessage(list(frames[1:] or frames), group=group)
    if socket_type in NUMBERED:
        if len(frames) < 2 or len(frames[0]) != NUMBER_OCTETS:
            wanted = f"the first frame for a {socket_type.name} is its peer's number, {NUMBER_OCTETS} octets"
            raise MessageInvalid(list(frames), wanted)
        return AddressedMessage(list(frames[1:]), routing_id=int.from_bytes(frames[0], "big"))
    return frames


def inward(message: Message) -> list[bytes]:
    """Return a received message's frames, behind the peer's number or the group that it bears."""
    if not isinstance(message, AddressedMessage):
        return message.frames
    if message.routing_id:
        return [message.routing_id.to_bytes(NUMBER_OCTETS, "big"), *message.frames]
    return [message.group.encode(), *message.frames]


def onward(source: SocketType, target: SocketType, frames: list[bytes]) -> list[bytes]:
    """Return what a message received by one type is for another: who sends single frames gets the body."""
    if source in GROUPED and target in SINGLE_FRAME:
        return frames[1:]
    return frames


def envelope_size(socket_type: SocketType, frames: Sequence[bytes]) -> int:
    """Return how many frames of a request must come back as they are.

    Through a ROUTER the peer's id and all up to an empty frame, if there is one; through a DEALER all
    up to an empty frame; through a SERVER or PEER the peer's number, through a DGRAM its address. A REP
    keeps the envelope to itself.
    """
    if socket_type in (*NUMBERED, SocketType.DGRAM):
        return 1
    first = 1 if socket_type is SocketType.ROUTER else 0
    if socket_type in (SocketType.ROUTER, SocketType.DEALER) and b"" in frames[first:-1]:
        return list(frames).index(b"", first) + 1
    return first

"""Which socket types may talk to each other, over what, and which may send or receive: the one table."""

from typing import Final

from engine.constants import SocketType as T

PEERS: Final[dict[T, tuple[T, ...]]] = {
    T.PAIR: (T.PAIR,),
    T.PUB: (T.SUB, T.XSUB),
    T.SUB: (T.PUB, T.XPUB),
    T.REQ: (T.REP, T.ROUTER),
    T.REP: (T.REQ, T.DEALER),
    T.DEALER: (T.REP, T.DEALER, T.ROUTER),
    T.ROUTER: (T.REQ, T.DEALER, T.ROUTER),
    T.PULL: (T.PUSH,),
    T.PUSH: (T.PULL,),
    T.XPUB: (T.SUB, T.XSUB),
    T.XSUB: (T.PUB, T.XPUB),
    T.STREAM: (),  # it speaks tcp with those who speak no ZMTP
    T.SERVER: (T.CLIENT,),
    T.CLIENT: (T.SERVER,),
    T.RADIO: (T.DISH,),
    T.DISH: (T.RADIO,),
    T.GATHER: (T.SCATTER,),
    T.SCATTER: (T.GATHER,),
    T.DGRAM: (),  # it speaks udp with anybody
    T.PEER: (T.PEER,),
    T.CHANNEL: (T.CHANNEL,),
}
"""Source: the socket type check of libzmq 4.3.5's handshake, which is wider than its manual."""

SEND_ONLY: Final = (T.PUB, T.PUSH, T.RADIO, T.SCATTER)
RECEIVE_ONLY: Final = (T.SUB, T.PULL, T.DISH, T.GATHER)
NAMED: Final = (T.REQ, T.DEALER, T.ROUTER)
"""The types that announce their routing id in READY."""

DRAFT: Final = (T.SERVER, T.CLIENT, T.RADIO, T.DISH, T.GATHER, T.SCATTER, T.PEER, T.CHANNEL, T.DGRAM)
"""The types that libzmq has only where it was built with its draft API: pyzmq's wheels were not."""

SINGLE_FRAME: Final = (T.SERVER, T.CLIENT, T.GATHER, T.SCATTER, T.PEER, T.CHANNEL)
"""The types whose messages have one frame; a multipart that arrives is dropped whole (libzmq)."""

OVER_STREAMS: Final = ("inproc", "ipc", "tcp", "ws", "wss")
"""The transports of every type that speaks ZMTP."""

BINDS_OVER: Final[dict[T, tuple[str, ...]]] = {
    T.STREAM: ("tcp",),
    T.DISH: (*OVER_STREAMS, "udp"),
    T.DGRAM: ("udp",),
}
CONNECTS_OVER: Final[dict[T, tuple[str, ...]]] = {
    T.STREAM: ("tcp",),
    T.RADIO: (*OVER_STREAMS, "udp"),
    T.DGRAM: ("udp",),
}
"""The types with transports of their own, for each direction.

Source: libzmq's ENOCOMPATPROTO. That a DGRAM can connect is ours: it takes a free port to speak to one
place from, so that a link can be drawn.
"""


def peers_of(local: T) -> tuple[T, ...]:
    """Return the socket types that ``local`` may be joined to."""
    return PEERS[local]


def may_talk(local: T, peer: T) -> bool:
    """Tell whether the handshake between these two socket types succeeds."""
    return peer in PEERS[local]


def transports_of(socket_type: T, *, binding: bool) -> tuple[str, ...]:
    """Return the schemes over which this socket type can bind, or connect."""
    return (BINDS_OVER if binding else CONNECTS_OVER).get(socket_type, OVER_STREAMS)


def can_send(socket_type: T) -> bool:
    """Tell whether ``send`` exists on this socket type."""
    return socket_type not in RECEIVE_ONLY


def can_receive(socket_type: T) -> bool:
    """Tell whether ``recv`` exists on this socket type."""
    return socket_type not in SEND_ONLY


def carries(sender: T, receiver: T) -> bool:
    """Tell whether user messages can travel from ``sender`` to ``receiver``.

    An XSUB may send messages up to an XPUB; a PUB throws away what comes up.
    """
    if not may_talk(sender, receiver) or not can_send(sender):
        return False
    return can_receive(receiver)

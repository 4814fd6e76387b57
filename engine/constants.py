"""The numbers that 0MQ fixes: socket types by their value in zmq.h."""

from enum import IntEnum
from typing import Final


class SocketType(IntEnum):
    """What a socket does with messages; the values are zmq.h's."""

    PAIR = 0
    PUB = 1
    SUB = 2
    REQ = 3
    REP = 4
    DEALER = 5
    ROUTER = 6
    PULL = 7
    PUSH = 8
    XPUB = 9
    XSUB = 10
    STREAM = 11
    SERVER = 12
    CLIENT = 13
    RADIO = 14
    DISH = 15
    GATHER = 16
    SCATTER = 17
    DGRAM = 18
    PEER = 19
    CHANNEL = 20


PAIR: Final = SocketType.PAIR
PUB: Final = SocketType.PUB
SUB: Final = SocketType.SUB
REQ: Final = SocketType.REQ
REP: Final = SocketType.REP
DEALER: Final = SocketType.DEALER
ROUTER: Final = SocketType.ROUTER
PULL: Final = SocketType.PULL
PUSH: Final = SocketType.PUSH
XPUB: Final = SocketType.XPUB
XSUB: Final = SocketType.XSUB
STREAM: Final = SocketType.STREAM
SERVER: Final = SocketType.SERVER
CLIENT: Final = SocketType.CLIENT
RADIO: Final = SocketType.RADIO
DISH: Final = SocketType.DISH
GATHER: Final = SocketType.GATHER
SCATTER: Final = SocketType.SCATTER
DGRAM: Final = SocketType.DGRAM
PEER: Final = SocketType.PEER
CHANNEL: Final = SocketType.CHANNEL

DEFAULT_HWM: Final = 1000
"""Messages. Source: ZMQ_SNDHWM and ZMQ_RCVHWM in libzmq's manual."""

LONGEST_ROUTING_ID: Final = 255
"""Octets. Source: ZMQ_ROUTING_ID in libzmq's manual."""

LONGEST_METADATA: Final = 1 << 16
"""Octets of a socket's own properties, which its peers keep: a limit of ours, libzmq has none."""

LONGEST_GROUP: Final = 255
"""Octets of a group's name. Source: 48/RADIO-DISH."""

LONGEST_IPC_PATH: Final = 107
"""Octets of a Unix socket's path on Linux, without the closing NUL."""

LONGEST_INPROC_NAME: Final = 256
"""Octets. Source: zmq_inproc in libzmq's manual."""


class DropReason:
    """Why a message that a pipe had accepted was not delivered."""

    HWM: Final = "hwm"
    CONFLATED: Final = "conflated"
    FILTERED: Final = "filtered"
    STALE_REPLY: Final = "stale_reply"
    MALFORMED_ENVELOPE: Final = "malformed_envelope"
    LINGER: Final = "linger"
    DISCONNECTED: Final = "disconnected"
    REFUSED: Final = "refused"
    """Its peer was one too many for the socket, or bore another's routing id."""


class Unrouted:
    """Why a message that was offered to a socket reached no pipe."""

    NO_SUBSCRIBER: Final = "no_subscriber"
    NO_PEER: Final = "no_peer"
    UNKNOWN_ROUTING_ID: Final = "unknown_routing_id"
    REQUESTER_GONE: Final = "requester_gone"
    NO_BODY: Final = "no_body"

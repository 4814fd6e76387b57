"""Messages that the engine makes itself: for a peer, or in a peer's name."""

from collections.abc import Iterator
from typing import Final

from engine.messages import Message
from engine.options import SocketOptions

HELLO: Final = "hello"
PROBE: Final = "probe"
WELCOME: Final = "welcome"
"""Sources of messages for peers: the books keep each apart from what the program sends."""

PEER_CAME: Final = 1
PEER_LEFT: Final = 2
"""The bits of ``router_notify``."""

NOTICE: Final = b""
"""What tells of a peer that came or left: an empty message in its name."""


def first_messages(options: SocketOptions) -> Iterator[tuple[str, Message]]:
    """Return what a new pipe begins with, and the source of each; most sockets have none.

    Source: zmq_setsockopt, ZMQ_HELLO_MSG, ZMQ_PROBE_ROUTER and ZMQ_XPUB_WELCOME_MSG. libzmq sends
    them when the program next uses the socket, we when the pipe is made.
    """
    if options.hello_msg:
        yield HELLO, Message([options.hello_msg])
    if options.probe_router:
        yield PROBE, Message([b""])
    if options.xpub_welcome_msg:
        yield WELCOME, Message([options.xpub_welcome_msg])


def words_at_coming(options: SocketOptions) -> Iterator[Message]:
    """Return what is delivered in the name of a peer that has come."""
    if options.router_notify & PEER_CAME:
        yield Message([NOTICE])


def words_at_leaving(options: SocketOptions) -> Iterator[Message]:
    """Return what is delivered in the name of a peer that has left."""
    if options.disconnect_msg:
        yield Message([options.disconnect_msg])
    if options.router_notify & PEER_LEFT:
        yield Message([NOTICE])

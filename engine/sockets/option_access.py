"""What ``Socket.set`` and ``Socket.get`` do: options that are kept, that act at once, that only tell."""

from typing import Final

from engine.compatibility import can_receive
from engine.constants import SocketType as T
from engine.errors import NotSupported, OptionInvalid, OptionReadOnly, OptionWriteOnly
from engine.option_numbers import ALIASES
from engine.option_table import READ_ONLY, WRITE_ONLY
from engine.options import CURVE, NULL, PLAIN, OptionValue
from engine.routing.pattern import Pattern
from engine.sessions.host import Host

SUBSCRIBE: Final = "subscribe"
UNSUBSCRIBE: Final = "unsubscribe"

READABLE: Final = 1
WRITABLE: Final = 2
"""What can be done now. Source: ZMQ_POLLIN and ZMQ_POLLOUT."""

MECHANISMS: Final = {NULL: 0, PLAIN: 1, CURVE: 2}
"""Source: ZMQ_NULL, ZMQ_PLAIN and ZMQ_CURVE in zmq.h."""

THREAD_SAFE: Final = (T.CLIENT, T.SERVER, T.RADIO, T.DISH, T.GATHER, T.SCATTER, T.PEER, T.CHANNEL)
"""Source: ZMQ_THREAD_SAFE in libzmq's manual. Here each socket belongs to one loop."""


def write_option(host: Host, name: str, value: object) -> None:
    """Set an option of one socket; see ``Socket.set``.

    Raises:
        OptionUnknown, OptionInvalid, OptionReadOnly.
        NotSupported: this socket type does not subscribe.
    """
    name = ALIASES.get(name, name)
    if name in READ_ONLY:
        raise OptionReadOnly(name)
    if name in (SUBSCRIBE, UNSUBSCRIBE):
        prefix = value.encode() if isinstance(value, str) else value
        if not isinstance(prefix, bytes):
            raise OptionInvalid(name, value, "it takes octets")
        host.pattern.subscribe(prefix, wanted=name == SUBSCRIBE)
        return
    host.options.set(host.socket_type, name, value)
    if name in ("sndhwm", "rcvhwm"):
        host.limit_pipes()


def read_option(host: Host, last_endpoint: str, name: str) -> OptionValue:
    """Return an option of one socket; see ``Socket.get``.

    Raises:
        OptionUnknown, OptionWriteOnly.
        OptionInvalid: this socket type does not have it.
    """
    name = ALIASES.get(name, name)
    if name in WRITE_ONLY:
        raise OptionWriteOnly(name)
    if name not in READ_ONLY:
        return host.options.get(name)
    told: dict[str, OptionValue] = {
        "type": int(host.socket_type),
        "last_endpoint": last_endpoint,
        "mechanism": MECHANISMS[host.options.mechanism],
        "thread_safe": int(host.socket_type in THREAD_SAFE),
        "rcvmore": 0,
    }
    if name == "events":
        return events_of(host.pattern)
    if name == "topics_count":
        return _topics_count(host)
    return told[name]


def events_of(pattern: Pattern) -> int:
    """Tell what can be done now: ``READABLE``, ``WRITABLE``, both, or 0.

    After an answer without one of them its edge is asked for: ``on_receivable`` or ``on_sendable`` tells.
    """
    readable = can_receive(pattern.socket_type) and pattern.can_receive_now()
    return (READABLE if readable else 0) | (WRITABLE if pattern.can_send_now() else 0)


def _topics_count(host: Host) -> int:
    try:
        return host.pattern.topics_count()
    except NotSupported:
        why = f"only PUB, SUB, XPUB and XSUB sockets have it, this is a {host.socket_type.name}"
        raise OptionInvalid("topics_count", "", why) from None

"""The table of transports: how an address is written, what is counted on the way, and what the limits are."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TransportSpec:
    """What is known of one transport beside the socket types that have it."""

    name: str
    summary: str
    """One sentence."""
    forms: tuple[tuple[str, str], ...]
    """Ways to write an address, each with what it means."""
    counted: str
    """What of a link's books can be seen, and how exactly."""
    limits: tuple[str, ...]
    security: bool
    """Whether PLAIN and CURVE work over it."""
    body: str
    """One paragraph: for what it is, and what surprises people."""
    specification: str = ""


TCP_COUNTED: Final = (
    "Both queues, what the sender's and the receiver's kernel hold in octets (exact at rest), and in flight: "
    "what has left one queue and not reached the other."
)

KERNELS: Final = (
    "The kernels buffer much: at sndhwm and rcvhwm 10 a silent reader still lets a sender pass tens of "
    "thousands of small messages. Set sndbuf and rcvbuf to see back-pressure early."
)

TRANSPORTS: Final[dict[str, TransportSpec]] = {
    spec.name: spec
    for spec in (
        TransportSpec(
            "tcp",
            "Between machines, or processes of one machine.",
            (
                ("tcp://127.0.0.1:5555", "a numeric address and a port"),
                ("tcp://example.org:5555", "a name, looked up anew at each attempt to connect"),
                ("tcp://[::1]:5555", "an IPv6 address, in brackets; the socket needs ipv6"),
                ("tcp://eth0:5555", "to bind: the address of a network interface"),
                ("tcp://*:5555", "to bind: every interface"),
                ("tcp://*:*", "to bind: any free port too; last_endpoint tells which"),
                ("tcp://192.0.2.1:0;192.0.2.9:5555", "to connect: from a source address, then to the peer"),
            ),
            TCP_COUNTED,
            (
                "Ports go up to 65535.",
                KERNELS,
            ),
            security=True,
            body="The usual transport. Either end may bind, and a connecting end may start before the "
            "binding one: it tries again every reconnect_ivl until it is answered, and its queue takes "
            "messages meanwhile. What the kernels held when a connection broke is lost, and counted so.",
            specification="37/ZMTP",
        ),
        TransportSpec(
            "ipc",
            "Between processes of one machine, through a file of the file system.",
            (
                ("ipc:///tmp/feed", "a path"),
                ("ipc://@feed", "on Linux: an abstract name, which no file stands for"),
                ("ipc://*", "to bind: any free path; last_endpoint tells which"),
            ),
            "Both queues, what the receiver's kernel holds in octets, and in flight. The sender's kernel "
            "counts what the receiver already has, so it is not asked.",
            ("A path has at most 107 octets on Linux.", "It needs Unix sockets: not on Windows."),
            security=True,
            body="A Unix socket. To bind takes the place of a file left behind by a process that has died. "
            "Who may write to the file may connect. It is somewhat faster than tcp over loopback.",
            specification="37/ZMTP",
        ),
        TransportSpec(
            "inproc",
            "Between sockets of one context, with nothing but memory between them.",
            (("inproc://feed", "any name"),),
            "One joined queue from sender to receiver, whose high-water mark is sndhwm and rcvhwm together. "
            "Nothing is ever in flight.",
            ("A name has at most 256 octets.", "Both sockets live in one context, so in one process."),
            security=False,
            body="The message itself is handed over: there are no octets, no greeting, no heartbeats and no "
            "connection to lose. Connecting before the other end binds is allowed. On the canvas both ends "
            "have to be in the same process box.",
        ),
        TransportSpec(
            "ws",
            "0MQ through WebSocket: for browsers, and through proxies that pass only the web.",
            (
                ("ws://127.0.0.1:8080/feed", "a host, a port and a path"),
                ("ws://*:8080/feed", "to bind: every interface"),
                ("ws://*:*/", "to bind: any free port"),
            ),
            TCP_COUNTED + " The octets include WebSocket's own headers.",
            ("The path is part of the address: both ends name the same.",),
            security=True,
            body="Each frame of a message is one binary message of WebSocket, with an octet of flags before "
            "it. In libzmq it is a draft that most builds leave out; jszmq speaks it in browsers and node.",
            specification="45/ZWS",
        ),
        TransportSpec(
            "wss",
            "ws inside TLS.",
            (
                ("wss://example.org:8443/feed", "a host, a port and a path"),
                ("wss://*:8443/feed", "to bind: every interface"),
            ),
            "As ws; what the kernels hold is counted as it is on the wire, encrypted.",
            (
                "The binding end needs a certificate and its key; the connecting one has to trust it.",
                "A certificate made on the page or by `glassmq keys --make` stands for loopback alone.",
            ),
            security=True,
            body="The same frames as ws, protected by TLS: who listens learns neither content nor sizes, and "
            "the name in the certificate is checked against the host that was asked for.",
            specification="45/ZWS",
        ),
        TransportSpec(
            "udp",
            "Single datagrams, to one machine or to a multicast group; nothing is guaranteed.",
            (
                ("udp://127.0.0.1:5555", "one machine"),
                ("udp://239.0.0.1:5555", "a multicast group"),
                ("udp://eth0;239.0.0.1:5555", "a multicast group, by way of one interface"),
                ("udp://*:5555", "to bind: every interface"),
            ),
            "Both queues, and what the receiving kernel says that it threw away: lost in transit, of the one "
            "sender that was heard meanwhile; with several nobody knows whose it was.",
            (
                "A datagram has at most 8,192 octets, the group and its length included.",
                "A RADIO connects and a DISH binds; a DGRAM binds, and here can connect too.",
                "64 places that a port hears from have a queue each; one more takes that of the most silent.",
                "A unicast address has one socket; a multicast group is shared by all that bind it.",
            ),
            security=False,
            body="No connection, no greeting, no subscription that travels: a RADIO sends every datagram, "
            "whoever listens, and a DISH keeps what is for its groups. Nothing waits for a slow reader.",
            specification="48/RADIO-DISH",
        ),
    )
}
"""The transports that are here, the most usual first."""

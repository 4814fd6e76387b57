"""The table of libzmq's socket options: kind, range, default, unit, and one line of explanation each."""

from dataclasses import dataclass
from typing import Final, Literal

from engine.compatibility import can_receive, can_send
from engine.constants import DEFAULT_HWM, LONGEST_ROUTING_ID, SocketType as T
from engine.option_numbers import NUMBERS

INT_MAX: Final = 2**31 - 1
HIGHEST_HEARTBEAT_TTL: Final = 6553599
"""ms: the wire carries tenths of a second in 16 bits. Source: ZMQ_HEARTBEAT_TTL."""

Kind = Literal["int", "bool", "bytes", "str"]


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """What is known of one option.

    ``minimum`` and ``maximum`` bound a number's value, or the length of octets.
    """

    name: str
    kind: Kind
    default: int | bytes | str
    unit: str
    minimum: int
    maximum: int
    types: tuple[T, ...]
    """The socket types that have it; empty for all."""
    live: bool
    """Whether a change acts at once on connections that stand; otherwise on later ones."""
    acted_on: bool
    """Whether this engine does something about it; otherwise the value is kept."""
    summary: str
    secret: bool = False
    """Whether the value is never to be shown: no message, event or log holds it."""

    @property
    def number(self) -> int:
        """libzmq's: ``ZMQ_`` and the name in zmq.h."""
        return NUMBERS[self.name]


SENDERS: Final = tuple(t for t in T if can_send(t))
RECEIVERS: Final = tuple(t for t in T if can_receive(t))
CONFLATING: Final = (T.PULL, T.PUSH, T.SUB, T.PUB, T.DEALER)
PROBERS: Final = (T.REQ, T.DEALER, T.ROUTER)
GREETERS: Final = (T.DEALER, T.ROUTER, T.CLIENT, T.SERVER, T.PEER)
"""Types that say hello. Source: libzmq's master, options.can_send_hello_msg."""
ALL: Final[tuple[T, ...]] = ()

OPTIONS: Final[dict[str, OptionSpec]] = {}
KEYS: Final[list[str]] = []
"""The options that hold a CURVE key, kept as its 32 octets."""


def _number(
    name: str,
    default: int,
    summary: str,
    *,
    unit: str = "",
    low: int = -1,
    high: int = INT_MAX,
    types: tuple[T, ...] = ALL,
    live: bool = False,
    acted_on: bool = True,
) -> None:
    OPTIONS[name] = OptionSpec(name, "int", default, unit, low, high, types, live, acted_on, summary)


def _switch(
    name: str,
    summary: str,
    *,
    default: int = 0,
    types: tuple[T, ...] = ALL,
    live: bool = False,
    acted_on: bool = True,
) -> None:
    OPTIONS[name] = OptionSpec(name, "bool", default, "", 0, 1, types, live, acted_on, summary)


def _octets(
    name: str,
    summary: str,
    *,
    low: int = 0,
    high: int = LONGEST_ROUTING_ID,
    types: tuple[T, ...] = ALL,
    live: bool = False,
    acted_on: bool = True,
    secret: bool = False,
) -> None:
    OPTIONS[name] = OptionSpec(
        name, "bytes", b"", "octets", low, high, types, live, acted_on, summary, secret
    )


def _text(name: str, summary: str, *, acted_on: bool = False, secret: bool = False) -> None:
    OPTIONS[name] = OptionSpec(name, "str", "", "", 0, INT_MAX, ALL, False, acted_on, summary, secret)


def _key(name: str, summary: str, *, secret: bool = False) -> None:
    KEYS.append(name)
    _octets(name, f"{summary} 32 octets, or 40 characters of Z85.", high=40, secret=secret)


_number(
    "sndhwm",
    DEFAULT_HWM,
    "Most messages queued for each peer until a send waits or drops; 0 is no limit.",
    unit="messages",
    low=0,
    types=SENDERS,
    live=True,
)
_number(
    "rcvhwm",
    DEFAULT_HWM,
    "Most messages of each peer received and not yet read; 0 is no limit.",
    unit="messages",
    low=0,
    types=RECEIVERS,
    live=True,
)
_number(
    "linger",
    -1,
    "How long close waits for queued messages to leave; -1 is for ever, 0 drops them.",
    unit="ms",
    live=True,
)
_number("sndtimeo", -1, "How long a send may wait; -1 is for ever.", unit="ms", types=SENDERS, live=True)
_number("rcvtimeo", -1, "How long a receive may wait; -1 is for ever.", unit="ms", types=RECEIVERS, live=True)
_octets("routing_id", "The name this socket announces; a ROUTER addresses it by that.")
_switch("immediate", "Queue only for peers that have answered; a peer that is away gets nothing.")
_switch("conflate", "Keep only the newest message in each queue; single frames only.", types=CONFLATING)
_number("sndbuf", -1, "Kernel send buffer of each connection; -1 leaves it to the system.", unit="octets")
_number("rcvbuf", -1, "Kernel receive buffer of each connection; -1 leaves it to the system.", unit="octets")
_number("reconnect_ivl", 100, "Wait before reaching for a lost peer again; -1 is never.", unit="ms")
_number("reconnect_ivl_max", 0, "The wait doubles up to this; 0 keeps it at reconnect_ivl.", unit="ms", low=0)
_number(
    "connect_timeout",
    0,
    "Give up one attempt to connect after this; 0 leaves it to the system.",
    unit="ms",
    low=0,
)
_number(
    "handshake_ivl",
    30000,
    "Drop a peer that has not finished the handshake; 0 waits for ever.",
    unit="ms",
    low=0,
)
_number(
    "maxmsgsize",
    -1,
    "Longest frame accepted; a longer one ends its connection; -1 is no limit.",
    unit="octets",
    high=2**63 - 1,
)
_number("backlog", 100, "Connections that may wait to be accepted on a bound endpoint.", low=0)
_number("heartbeat_ivl", 0, "Send a PING this often; 0 is never.", unit="ms", low=0)
_number(
    "heartbeat_timeout",
    -1,
    "Drop a peer that is silent for this long after a PING; -1 is heartbeat_ivl.",
    unit="ms",
)
_number(
    "heartbeat_ttl",
    0,
    "Ask the peer to drop us when it hears nothing for this long; 0 does not ask.",
    unit="ms",
    low=0,
    high=HIGHEST_HEARTBEAT_TTL,
)
_switch("ipv6", "Bind and connect over IPv6 as well as IPv4.")
_number("tos", 0, "Type of service of the IP packets.", low=0, high=255)
_number("tcp_keepalive", -1, "TCP keepalive: 1 on, 0 off, -1 leaves it to the system.", high=1)
_number("tcp_keepalive_cnt", -1, "Unanswered keepalive probes before the peer is lost; -1 is the system's.")
_number(
    "tcp_keepalive_idle", -1, "Quiet time before the first keepalive probe; -1 is the system's.", unit="s"
)
_number("tcp_keepalive_intvl", -1, "Time between keepalive probes; -1 is the system's.", unit="s")
_switch(
    "router_mandatory",
    "A message for an unknown or full peer is an error instead of a silent drop.",
    types=(T.ROUTER,),
    live=True,
)
_switch("router_handover", "A newcomer with a known routing id takes it over.", types=(T.ROUTER,), live=True)
_octets(
    "connect_routing_id",
    "The name under which the next connected peer is addressed.",
    types=(T.ROUTER, T.STREAM),
    live=True,
)
_switch(
    "stream_notify",
    "An empty message tells that a peer has come, and one that it has gone.",
    default=1,
    types=(T.STREAM,),
)
_switch(
    "req_relaxed",
    "A new request may be sent before the reply has come; with req_correlate, or a late one is taken for it.",
    types=(T.REQ,),
    live=True,
)
_switch(
    "req_correlate",
    "Number the requests, so that late replies are recognised and thrown away.",
    types=(T.REQ,),
    live=True,
)
_switch("xpub_verbose", "Pass every subscription up, also those already held.", types=(T.XPUB,), live=True)
_switch("xpub_verboser", "Pass every subscription and unsubscription up.", types=(T.XPUB,), live=True)
_switch(
    "xpub_nodrop",
    "A full subscriber makes the send wait instead of losing the message.",
    types=(T.XPUB, T.PUB),
    live=True,
)
_switch(
    "invert_matching",
    "Deliver what does not match; both ends must set it.",
    types=(T.PUB, T.XPUB, T.SUB),
    live=True,
)
_number(
    "affinity", 0, "The I/O threads that may serve this socket; here there is one.", low=0, high=2**64 - 1
)
_switch("plain_server", "Be the server of the PLAIN mechanism; an authenticator has to be there.")
_octets("plain_username", "The user's name; makes the socket a client of the PLAIN mechanism.")
_octets("plain_password", "The password; makes the socket a client of the PLAIN mechanism.", secret=True)
_switch("curve_server", "Be the server of the CURVE mechanism; needs curve_secretkey.")
_key("curve_publickey", "This socket's public CURVE key; follows from the secret one if left out.")
_key("curve_secretkey", "This socket's secret CURVE key.", secret=True)
_key("curve_serverkey", "The server's public CURVE key; makes the socket a client of it.")
_text("zap_domain", "The domain named to the authenticator; NULL asks one only if it is set.", acted_on=True)
_switch("zap_enforce_domain", "Without a domain ask nobody; with one let nobody in unasked.")

_switch(
    "probe_router",
    "Send an empty message first on every new pipe, so that a ROUTER knows us.",
    types=PROBERS,
)
_switch(
    "xpub_manual",
    "The program answers each subscription it reads with subscribe or unsubscribe: only these hold.",
    types=(T.XPUB,),
    live=True,
)
_switch(
    "xpub_manual_last_value",
    "xpub_manual, and the next message goes only to the peer whose subscription was read last.",
    types=(T.XPUB,),
    live=True,
)
_octets(
    "xpub_welcome_msg",
    "Sent first to each new subscriber, which has to be subscribed to it to see it.",
    high=INT_MAX,
    types=(T.XPUB,),
)
_switch(
    "only_first_subscribe",
    "Of a message that subscribes only the first frame does so; the others go on.",
    types=(T.XPUB, T.XSUB),
    live=True,
)
_switch("xsub_verbose_unsubscribe", "Tell the peers of every cancellation.", types=(T.XSUB,), live=True)
_number(
    "router_notify",
    0,
    "Deliver an empty message from a peer that comes (1), leaves (2), or both (3).",
    low=0,
    high=3,
    types=(T.ROUTER,),
    live=True,
)
_octets("hello_msg", "Sent first on every new pipe.", high=INT_MAX, types=GREETERS)
_octets(
    "disconnect_msg",
    "Delivered as if from an accepted peer, when it has left.",
    high=INT_MAX,
    types=(T.ROUTER, T.SERVER, T.PEER),
    live=True,
)
_octets(
    "hiccup_msg",
    "Delivered as if from the peer we connect to, when the connection broke.",
    high=INT_MAX,
    types=(T.DEALER, T.CLIENT, T.PEER),
    live=True,
)
_number(
    "reconnect_stop",
    0,
    "Reach no more for a peer that refused (1), failed the handshake (2), or was disconnected by us (4).",
    low=0,
    high=7,
    live=True,
)
_text("metadata", "A property told to peers, X-key:value; set again it adds another.", acted_on=True)
_text("bindtodevice", "The network interface that tcp and udp may use.", acted_on=True)
_text("wss_key_pem", "The private key of a wss endpoint, as PEM text.", acted_on=True, secret=True)
_text("wss_cert_pem", "The certificate of a wss endpoint, those above it behind, as PEM text.", acted_on=True)
_text("wss_trust_pem", "The certificates that a wss connection trusts, as PEM text.", acted_on=True)
_text(
    "wss_hostname",
    "The name that a wss server's certificate has to have; nothing for the endpoint's host.",
    acted_on=True,
)
_switch("wss_trust_system", "Whether a wss connection trusts whom the system trusts.")
_text("socks_proxy", "A SOCKS5 proxy to connect through, host:port; names are its to resolve.", acted_on=True)
_octets("socks_username", "Who we are to the SOCKS5 proxy; nothing for an open one.")
_octets("socks_password", "The password for the SOCKS5 proxy.", secret=True)
_number("tcp_maxrt", 0, "Give up a connection whose data is unacknowledged for this long.", unit="ms", low=0)
_number("priority", 0, "The kernel's priority of what is sent (SO_PRIORITY).", low=0)
_number("busy_poll", 0, "How long the kernel may busy-wait for what arrives.", unit="µs", low=0)
_number("multicast_hops", 1, "How many routers a multicast datagram may pass.", low=1)
_switch("multicast_loop", "Multicast datagrams reach receivers on this machine too.", default=1)

_text(
    "tcp_accept_filter",
    "Addresses that may connect, as 10.0.0.0/8; each adds one, none clears.",
    acted_on=True,
)
_number("ipc_filter_pid", -1, "A process that may connect over ipc; each adds one, -1 clears.")
_number("ipc_filter_uid", -1, "A user whose processes may connect over ipc; each adds one, -1 clears.")
_number(
    "ipc_filter_gid",
    -1,
    "A group whose processes, and members, may connect over ipc; each adds one, -1 clears.",
)
_number("use_fd", -1, "Bind by this descriptor, which listens already (systemd gives such); -1 makes one.")

# Known to libzmq, kept and not acted on yet.
_number("rate", 100, "Multicast rate.", unit="kbit/s", low=1, acted_on=False)
_number("recovery_ivl", 10000, "Multicast recovery window.", unit="ms", low=0, acted_on=False)
_number("multicast_maxtpdu", 1500, "Largest multicast packet.", unit="octets", low=1, acted_on=False)

READ_ONLY: Final = {
    "type": "The socket's type, by its number in zmq.h.",
    "rcvmore": "Whether frames of the message received last are still to come: 0, for it comes whole.",
    "events": "1 if a message can be received now, plus 2 if one can be sent.",
    "last_endpoint": "The endpoint bound or connected last.",
    "mechanism": "The security mechanism: 0 NULL, 1 PLAIN, 2 CURVE.",
    "thread_safe": "Whether libzmq's socket of this type may be used by many threads: its type says so.",
    "topics_count": "How many different subscriptions are held.",
}
"""Options that can only be read, and what each tells."""

ACTIONS: Final = {
    "subscribe": "Receive what begins with these octets, too; nothing for everything.",
    "unsubscribe": "Take one subscription to these octets back.",
}
"""Options that are deeds, which a socket has as methods of the same name, and what each does."""

WRITE_ONLY: Final = frozenset(
    (
        "subscribe",
        "unsubscribe",
        "router_mandatory",
        "tcp_accept_filter",
        "xpub_verbose",
        "probe_router",
        "req_correlate",
        "req_relaxed",
        "router_handover",
        "ipc_filter_pid",
        "ipc_filter_uid",
        "ipc_filter_gid",
        "connect_routing_id",
        "xpub_nodrop",
        "xpub_manual",
        "xpub_welcome_msg",
        "xpub_verboser",
        "metadata",
        "wss_key_pem",
        "wss_cert_pem",
        "wss_trust_pem",
        "wss_hostname",
        "wss_trust_system",
        "xpub_manual_last_value",
        "only_first_subscribe",
        "hello_msg",
        "disconnect_msg",
        "hiccup_msg",
        "xsub_verbose_unsubscribe",
    )
)
"""Options that can only be set. Source: libzmq's getsockopt, EINVAL for these."""

"""A case of each error, by what it is built from, so that the error itself says its sentence."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from engine.compatibility import transports_of
from engine.constants import SocketType
from engine.endpoints import SCHEMES
from engine.errors import EngineError

HERE: Final = "tcp://127.0.0.1:5555"

CASES: Final[Mapping[str, tuple[Any, ...]]] = {
    "Again": ("receive", 500),
    "Closed": ("socket",),
    "AddressInUse": (HERE,),
    "AddressNotAvailable": (
        "tcp://eth7:5555",
        "'eth7' is neither an interface here nor a host name that is known",
    ),
    "NotReachable": ("udp://203.0.113.9:5555", "network is unreachable"),
    "TooManySockets": (1023,),
    "InternalError": (KeyError("peer"),),
    "NotZmtp": (b"GET / HTTP/1.1\r\n",),
    "PeerTooOld": ("2.0", "security"),
    "MechanismMismatch": ("CURVE", "NULL"),
    "IllegalFlags": (5,),
    "FrameEmpty": (),
    "FrameTooLong": (1_048_576, 65_536),
    "MalformedCommand": ("READY", "a property's value is cut off"),
    "UnexpectedCommand": ("a message", "a command"),
    "SpokeBare": (),
    "IncompatiblePeer": ("PUSH", "SUB"),
    "IntroductionTooLong": (1_048_576, 69_632),
    "PeerRefused": ("400",),
    "HandshakeTimeout": (30_000,),
    "PeerSilent": (3000,),
    "MalformedDatagram": ("its group is to have 9 octets, and 4 are there",),
    "NotWebSocket": ("it is no HTTP", b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f"),
    "WebSocketRefused": (404, "Not Found"),
    "NoSubprotocol": (("chat",), ("ZWS2.0", "ZWS2.0/NULL")),
    "WebSocketBroken": ("a message without a flag octet",),
    "BoxUnopened": ("HELLO",),
    "CounterRepeated": ("MESSAGE", 7, 9),
    "KeysDisagree": ("vouch is for another server",),
    "ZapReplyInvalid": (0x20000004, "its status is b'201'"),
    "ZapRequestInvalid": ("its version is b'2.0'",),
    "AuthenticatorMissing": ("PLAIN",),
    "AccessDenied": (400, "unknown key"),
    "EndpointInvalid": ("tcp://127.0.0.1:70000", "port 70000 is above 65535"),
    "TransportUnknown": (
        "http://127.0.0.1:80",
        f"unknown transport 'http'; there are {', '.join(SCHEMES)}",
    ),
    "TransportIncompatible": (
        "udp://127.0.0.1:5555",
        "PUSH",
        "bind",
        transports_of(SocketType.PUSH, binding=True),
    ),
    "EndpointUnknown": ("tcp://127.0.0.1:5556", (HERE,)),
    "OptionUnknown": ("sndhvm", "sndhwm"),
    "OptionInvalid": ("sndhwm", -5, "it must be 0 or more"),
    "OptionReadOnly": ("last_endpoint",),
    "OptionWriteOnly": ("subscribe",),
    "NotSupported": ("PULL", "send"),
    "WrongState": ("REQ", "send", "receive the reply"),
    "MessageInvalid": ("hello", "give octets, or a list of frames; encode text first"),
    "GroupInvalid": ("news", "joined already"),
    "HostUnreachable": (b"ann",),
    "RoutingIdTaken": (b"ann",),
    "PollNotPossible": ("nothing", "this poller is empty, and no time is given"),
    "TimerUnknown": (3,),
    "TlsIncomplete": (
        "set wss_cert_pem to a certificate and wss_key_pem to its private key, both as PEM text",
    ),
    "SecurityIncomplete": ("CURVE", "set curve_server, or curve_serverkey to the server's public key"),
    "KeyInvalid": ("key", "give 32 octets, or 40 characters of Z85"),
    "MetadataInvalid": ("X-naïve",),
    "Z85Invalid": ("41 characters are no multiple of 5",),
}
"""By the class's name: what the case is told by; the roots of the tree say nothing themselves."""

NAMED: Final[Mapping[str, Mapping[str, Any]]] = {"WebSocketRefused": {"may_be_strict": False}}
"""What is given by name."""


def sentence_of(error: type[EngineError]) -> str:
    """Return what an error says in its case; empty for a class that only others derive from."""
    name = error.__name__
    if name not in CASES:
        return ""
    make = cast("Callable[..., EngineError]", error)
    return str(make(*CASES[name], **NAMED.get(name, {})))

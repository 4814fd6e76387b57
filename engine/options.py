"""Socket options as typed, validated fields under libzmq's names, in libzmq's units."""

from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_network
from typing import Final

from engine.constants import DEFAULT_HWM, LONGEST_METADATA, SocketType as T
from engine.endpoints import parse
from engine.errors import EndpointInvalid, OptionInvalid, OptionUnknown
from engine.option_table import INT_MAX, KEYS, OPTIONS, OptionSpec
from engine.z85 import Z85Invalid, decode

OptionValue = int | bytes | str

NULL: Final = "NULL"
PLAIN: Final = "PLAIN"
CURVE: Final = "CURVE"
"""The security mechanisms, as they are named on the wire."""

KEY_OCTETS: Final = 32
KEY_CHARACTERS: Final = 40
HIDDEN: Final = "(not shown)"
"""Stands for a secret wherever a value is told."""

METADATA: Final = "metadata"
SOCKS_PROXY: Final = "socks_proxy"
ACCEPT_FILTER: Final = "tcp_accept_filter"
IPC_FILTERS: Final = ("ipc_filter_pid", "ipc_filter_uid", "ipc_filter_gid")
PROPERTY_PREFIX: Final = "X-"
LONGEST_PROPERTY: Final = 255
"""Octets of a property's name. Source: 37/ZMTP."""

LINGER_ZERO: Final = (T.SUB, T.XSUB, T.DISH)
"""Types that do not wait at close unless told to (libzmq's default for them)."""


@dataclass(slots=True)
class SocketOptions:
    """The options of one socket; each field is described in ``OPTIONS``."""

    affinity: int = 0
    routing_id: bytes = b""
    sndbuf: int = -1
    rcvbuf: int = -1
    linger: int = -1
    reconnect_ivl: int = 100
    reconnect_ivl_max: int = 0
    backlog: int = 100
    maxmsgsize: int = -1
    sndhwm: int = DEFAULT_HWM
    rcvhwm: int = DEFAULT_HWM
    rcvtimeo: int = -1
    sndtimeo: int = -1
    router_mandatory: int = 0
    router_handover: int = 0
    connect_routing_id: bytes = b""
    stream_notify: int = 1
    immediate: int = 0
    ipv6: int = 0
    conflate: int = 0
    xpub_verbose: int = 0
    xpub_verboser: int = 0
    xpub_nodrop: int = 0
    invert_matching: int = 0
    req_relaxed: int = 0
    req_correlate: int = 0
    tos: int = 0
    tcp_keepalive: int = -1
    tcp_keepalive_cnt: int = -1
    tcp_keepalive_idle: int = -1
    tcp_keepalive_intvl: int = -1
    connect_timeout: int = 0
    handshake_ivl: int = 30000
    heartbeat_ivl: int = 0
    heartbeat_ttl: int = 0
    heartbeat_timeout: int = -1
    plain_server: int = 0
    plain_username: bytes = b""
    plain_password: bytes = field(default=b"", repr=False)
    curve_server: int = 0
    curve_publickey: bytes = b""
    curve_secretkey: bytes = field(default=b"", repr=False)
    curve_serverkey: bytes = b""
    zap_domain: str = ""
    zap_enforce_domain: int = 0
    probe_router: int = 0
    xpub_manual: int = 0
    xpub_manual_last_value: int = 0
    xpub_welcome_msg: bytes = b""
    only_first_subscribe: int = 0
    xsub_verbose_unsubscribe: int = 0
    router_notify: int = 0
    hello_msg: bytes = b""
    disconnect_msg: bytes = b""
    hiccup_msg: bytes = b""
    reconnect_stop: int = 0
    metadata: str = ""
    bindtodevice: str = ""
    tcp_maxrt: int = 0
    multicast_hops: int = 1
    multicast_loop: int = 1
    priority: int = 0
    busy_poll: int = 0
    wss_key_pem: str = field(default="", repr=False)
    wss_cert_pem: str = ""
    wss_trust_pem: str = ""
    wss_hostname: str = ""
    wss_trust_system: int = 0
    socks_proxy: str = ""
    socks_username: bytes = b""
    socks_password: bytes = field(default=b"", repr=False)
    tcp_accept_filter: str = ""
    ipc_filter_pid: int = -1
    ipc_filter_uid: int = -1
    ipc_filter_gid: int = -1
    use_fd: int = -1
    accept_filters: list[str] = field(default_factory=list)
    """What ``tcp_accept_filter`` was set to, all of it since it was cleared."""
    ipc_filters: set[tuple[str, int]] = field(default_factory=set)
    """What ``ipc_filter_pid``, ``_uid`` and ``_gid`` were set to, by the last three letters."""
    properties: dict[str, bytes] = field(default_factory=dict)
    """What ``metadata`` was set to, all of it: told to each peer in READY."""
    kept: dict[str, OptionValue] = field(default_factory=dict)
    """Known options that this engine does not act on yet, as they were given."""
    mechanism: str = NULL
    """The security mechanism, by the option of it that was set last, as in libzmq."""
    as_server: bool = False
    """Whether it is the mechanism's server."""

    def set(self, socket_type: T, name: str, value: object) -> None:
        """Check ``value`` and store it.

        Raises:
            OptionUnknown: libzmq has no option of this name.
            OptionInvalid: the value is out of range, or the option is not for this socket type.
        """
        spec = specification(name)
        checked = check(spec, socket_type, value)
        if spec.acted_on:
            if name == METADATA:
                self._add_property(str(checked))
            elif name == SOCKS_PROXY:
                _check_proxy(str(checked))
            elif name == ACCEPT_FILTER or name in IPC_FILTERS:
                self._add_filter(name, checked)
            setattr(self, name, checked)
            self._choose_mechanism(name, checked)
        else:
            self.kept[name] = checked

    def _add_property(self, text: str) -> None:
        """Say one more property of ourselves to peers, as long as they take all of them."""
        properties = {**self.properties, **_property(text)}
        octets = sum(len(name) + len(value) + 5 for name, value in properties.items())
        if octets > LONGEST_METADATA:
            why = f"all properties together would have {octets} octets; peers take {LONGEST_METADATA}"
            raise OptionInvalid(METADATA, f"{text[:32]}…", why)
        self.properties = properties

    def _add_filter(self, name: str, value: OptionValue) -> None:
        """Let one more peer in; a value that says nobody takes back all of its kind."""
        if name == ACCEPT_FILTER:
            text = str(value)
            if text:
                _check_network(text)
                self.accept_filters.append(text)
            else:
                self.accept_filters.clear()
            return
        what = name.rpartition("_")[2]
        if isinstance(value, int) and value >= 0:
            self.ipc_filters.add((what, value))
        else:
            self.ipc_filters = {known for known in self.ipc_filters if known[0] != what}

    def _choose_mechanism(self, name: str, value: OptionValue) -> None:
        """Follow libzmq: each option of a mechanism chooses it, and switched off it leaves NULL."""
        if name in ("plain_server", "curve_server"):
            self.as_server = bool(value)
            self.mechanism = (PLAIN if name == "plain_server" else CURVE) if value else NULL
        elif name in ("plain_username", "plain_password"):
            self.as_server = False
            self.mechanism = PLAIN if self.plain_username or self.plain_password else NULL
        elif name in KEYS and value:
            self.as_server = self.as_server and name != "curve_serverkey"
            self.mechanism = CURVE
        elif name in KEYS and self.mechanism == CURVE and not self.as_server:
            has_key = self.curve_publickey or self.curve_secretkey or self.curve_serverkey
            self.mechanism = CURVE if has_key else NULL

    def get(self, name: str) -> OptionValue:
        """Return the present value of an option.

        Raises:
            OptionUnknown: libzmq has no option of this name.
        """
        spec = specification(name)
        if not spec.acted_on:
            return self.kept.get(name, spec.default)
        value: OptionValue = getattr(self, name)
        return value

    @property
    def frame_limit(self) -> int:
        """The longest frame to accept, octets: ``maxmsgsize``, or no limit but the machine's."""
        return self.maxmsgsize if self.maxmsgsize >= 0 else INT_MAX


def options_for(socket_type: T) -> SocketOptions:
    """Return the defaults of a socket of this type."""
    return SocketOptions(linger=0) if socket_type in LINGER_ZERO else SocketOptions()


def specification(name: str) -> OptionSpec:
    """Look up an option by its lower-case libzmq name.

    Raises:
        OptionUnknown: with the nearest name there is.
    """
    try:
        return OPTIONS[name]
    except KeyError:
        near = get_close_matches(name.lower(), OPTIONS, n=1, cutoff=0.6)
        raise OptionUnknown(name, near[0] if near else None) from None


def check(spec: OptionSpec, socket_type: T, value: object) -> OptionValue:
    """Return ``value`` in the form the engine keeps.

    Raises:
        OptionInvalid: the value is of the wrong kind or out of range, or the option is not for this type.
    """
    if spec.types and socket_type not in spec.types:
        names = ", ".join(other.name for other in spec.types)
        raise OptionInvalid(spec.name, value, f"only {names} sockets have it, this is a {socket_type.name}")
    if spec.kind in ("int", "bool"):
        return _check_number(spec, value)
    if spec.name in KEYS:
        return _check_key(spec, value)
    if spec.kind == "bytes":
        return _check_octets(spec, value)
    if not isinstance(value, str):
        raise OptionInvalid(spec.name, _shown(spec, value), "it takes text")
    return value


def _check_number(spec: OptionSpec, value: object) -> int:
    if not isinstance(value, int):  # True and False are 1 and 0, as in C
        raise OptionInvalid(spec.name, value, f"it takes a whole number, {_range(spec)}")
    if not spec.minimum <= value <= spec.maximum:
        raise OptionInvalid(spec.name, value, f"it must be {_range(spec)}")
    return int(value)


def _check_octets(spec: OptionSpec, value: object) -> bytes:
    octets = value.encode() if isinstance(value, str) else value
    if not isinstance(octets, (bytes, bytearray)):
        raise OptionInvalid(spec.name, _shown(spec, value), "it takes octets")
    if not spec.minimum <= len(octets) <= spec.maximum:
        why = f"it must have {spec.minimum} to {spec.maximum} octets"
        raise OptionInvalid(spec.name, _shown(spec, value), why)
    return bytes(octets)


def _check_key(spec: OptionSpec, value: object) -> bytes:
    """Return a key's 32 octets; nothing at all takes the key back."""
    octets = _check_octets(spec, value)
    if len(octets) in (0, KEY_OCTETS):
        return octets
    if len(octets) != KEY_CHARACTERS:
        why = f"a key has {KEY_OCTETS} octets, or {KEY_CHARACTERS} characters of Z85"
        raise OptionInvalid(spec.name, _shown(spec, value), why)
    try:
        return decode(octets.decode("latin-1"))
    except Z85Invalid as invalid:
        raise OptionInvalid(spec.name, _shown(spec, value), str(invalid)) from None


def _property(text: str) -> dict[str, bytes]:
    """Read ``X-key:value``; nothing at all adds nothing."""
    name, colon, value = text.partition(":")
    if not text:
        return {}
    if not colon or not name.startswith(PROPERTY_PREFIX) or len(name) == len(PROPERTY_PREFIX):
        raise OptionInvalid(METADATA, text, f"it must be {PROPERTY_PREFIX}key:value")
    if len(name.encode()) > LONGEST_PROPERTY or not name.isascii():
        raise OptionInvalid(METADATA, text, f"the key must be ASCII, at most {LONGEST_PROPERTY} characters")
    return {name: value.encode()}


def _check_network(text: str) -> None:
    """See that a filter is an address, or a network as ``10.0.0.0/8``."""
    try:
        ip_network(text, strict=False)
    except ValueError as error:
        raise OptionInvalid(ACCEPT_FILTER, text, f"it must be an address or a network: {error}") from None


def _check_proxy(text: str) -> None:
    """See that a proxy is ``host:port``; nothing at all is no proxy."""
    if not text:
        return
    try:
        place = parse(f"tcp://{text}")
    except EndpointInvalid as invalid:
        raise OptionInvalid(SOCKS_PROXY, text, invalid.why) from None
    if place.is_wildcard or place.source:
        raise OptionInvalid(SOCKS_PROXY, text, "it must be host:port")


def _shown(spec: OptionSpec, value: object) -> object:
    return HIDDEN if spec.secret else value


def _range(spec: OptionSpec) -> str:
    if spec.maximum >= INT_MAX:
        return f"{spec.minimum} or more"
    return f"between {spec.minimum} and {spec.maximum}"


ACTED_ON: Final = tuple(option.name for option in fields(SocketOptions) if option.name in OPTIONS)

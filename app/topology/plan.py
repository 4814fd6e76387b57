"""The plan: what compiling a valid topology gives, ordered, checked and ready to be executed.

Addresses and options may hold templates (``${replica}``, ``${node}``), which
whoever makes an instance fills in by that instance: an address by the instance
that binds. Names of further fields are the behaviour's business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.topology.key_shapes import Kind

Lane = Literal["to_bind", "to_connect"]
Side = Literal["connect", "bind"]
OptionValue = int | float | str | bool


@dataclass(frozen=True, slots=True)
class BindPlan:
    """One place where a socket binds."""

    endpoint_id: str
    address: str
    """``tcp://host:port``, ``ipc://path``, ``inproc://name``; ``*`` for what is allotted at run time."""


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """A key as a run is to find it; its secret is only named."""

    id: str
    kind: Kind
    public: str | None
    """A CURVE key's public half in Z85, a certificate as PEM; where it is known."""
    username: str
    """A password's user; empty for others."""
    env: str | None
    stored: str | None
    """Where the secret is: an environment variable or a name in the key store; neither, if it is not ours."""


@dataclass(frozen=True, slots=True)
class SecurityPlan:
    """What a socket shows and asks for; complete, with every key that its mechanism needs."""

    mechanism: Literal["curve", "plain"]
    is_server: bool
    key: KeyPlan | None
    server_key: KeyPlan | None
    allow: tuple[KeyPlan, ...] | None
    """Who is let in; ``None`` for whoever completes the handshake."""


@dataclass(frozen=True, slots=True)
class TlsPlan:
    """What a socket shows over wss, and whom it believes there."""

    key: KeyPlan | None
    trust: tuple[KeyPlan, ...]


@dataclass(frozen=True, slots=True)
class SocketPlan:
    """One socket of each instance of a node."""

    id: str
    """``node.socket``."""
    role: str
    type: str
    """The socket type's name, one that the engine has."""
    options: Mapping[str, OptionValue]
    """Only what the document sets and the engine acts on."""
    subscriptions: tuple[bytes, ...]
    """What a SUB or XSUB asks for, or the groups a DISH joins, in order; text of the document as UTF-8,
    templates unfilled."""
    binds: tuple[BindPlan, ...]
    security: SecurityPlan | None = None
    """``None`` for NULL."""
    tls: TlsPlan | None = None
    proxy: KeyPlan | None = None
    """Who it is to its SOCKS5 proxy."""

    def named_keys(self) -> Iterator[tuple[KeyPlan, bool]]:
        """Yield the keys that it speaks of, each with whether its secret is used."""
        if self.proxy is not None:
            yield self.proxy, True
        if self.security is not None:
            if self.security.key is not None:
                yield self.security.key, True
            others = (self.security.server_key, *(self.security.allow or ()))
            yield from ((key, key.kind == "plain") for key in others if key is not None)
        if self.tls is not None:
            if self.tls.key is not None:
                yield self.tls.key, True
            yield from ((key, False) for key in self.tls.trust)


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One node: its behaviour, its sockets, and how many there are in each process."""

    id: str
    label: str
    behaviour: str
    parameters: Mapping[str, Any]
    """JSON's values, complete: every default is filled in."""
    replicas: int
    restart: Literal["on-failure", "never", "always"]
    starts: bool
    """Whether it runs at all; not when its behaviour is for a later version, or it is a program outside."""
    sockets: tuple[SocketPlan, ...]

    def socket(self, role: str) -> SocketPlan:
        """Return the socket of this role; it must exist."""
        return next(each for each in self.sockets if each.role == role)


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """One process box; ``replicas`` OS processes of the same shape."""

    id: str
    label: str
    replicas: int
    nodes: tuple[NodePlan, ...]


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """One link; at run time a connection for each pair of instances."""

    id: str
    connect: tuple[str, str]
    """Node and socket of the side that connects."""
    bind: tuple[str, str]
    endpoint_id: str
    address: str
    external_side: Side | None
    """The side that is a program outside, if any."""
    lanes: tuple[Lane, ...]
    """Directions in which the two types carry messages, ``to_bind`` first."""
    is_stream: bool = False
    """Whether octets go over it that no protocol parts into messages."""
    is_shared: bool = False
    """Whether one connection serves all links of the connecting socket to this address: a multicast group."""
    half_seen: str | None = None
    """Why what one end counts cannot be compared with the other's; ``None`` when it can."""

    @property
    def peers_are_unnamed(self) -> bool:
        """Whether nothing tells the bound side which link somebody who connects belongs to."""
        return self.external_side == "connect" or self.is_stream

    @property
    def may_lose(self) -> bool:
        """Whether what is on its way may never arrive, and no end is told."""
        return self.address.startswith("udp://")

    @property
    def is_inproc(self) -> bool:
        """Whether both ends share one queue; then only instances in one OS process are joined."""
        return self.address.startswith("inproc://")


@dataclass(frozen=True, slots=True)
class Plan:
    """A topology ready to run."""

    name: str
    processes: tuple[ProcessPlan, ...]
    externals: tuple[NodePlan, ...]
    """Nodes whose place a program outside takes; they belong to no process and never start."""
    links: tuple[LinkPlan, ...]

    def nodes(self) -> Iterator[tuple[ProcessPlan | None, NodePlan]]:
        """Yield every node with its process, ``None`` for external ones, in drawing order by process."""
        for process in self.processes:
            for node in process.nodes:
                yield process, node
        for node in self.externals:
            yield None, node

    def find(self, node_id: str) -> tuple[ProcessPlan | None, NodePlan]:
        """Return a node and its process; it must exist."""
        return next(pair for pair in self.nodes() if pair[1].id == node_id)

    def named_keys(self) -> Iterator[tuple[KeyPlan, bool]]:
        """Yield the keys that the sockets of a run speak of, each with whether its secret is used."""
        for process in self.processes:
            for node in process.nodes:
                if node.starts:
                    for socket in node.sockets:
                        yield from socket.named_keys()

    def instances(self, node_id: str) -> int:
        """Return how many instances of a node there are in all processes together."""
        process, node = self.find(node_id)
        return node.replicas * (process.replicas if process else 1)


def instance_number(process_replica: int, node_replica: int, node: NodePlan) -> int:
    """Return the number, from 1, of a node's instance among all processes' (``worker#4``).

    Args:
        process_replica: which replica of the process, from 1.
        node_replica: which replica of the node in it, from 1.
        node: the node.
    """
    return (process_replica - 1) * node.replicas + node_replica

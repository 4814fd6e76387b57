"""The drawing that rules look at: the model with its references followed, links as pairs of ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.topology.declarations import Behaviour, declared
from app.topology.keys_here import KeysHere
from app.topology.model import Link, Node, PartNode, Socket, Topology
from app.topology.plan import Lane
from app.topology.templates import fill
from engine import compatibility
from engine.constants import SocketType

Json = Any

MAIN: Final = "main"
"""The process of a node that names none, and the endpoint of a bound socket that names none."""

PLAINNESS: Final = ("tcp", "udp", "ipc", "inproc", "ws", "wss")
"""Transports in the order in which one is taken when nobody names one."""

TYPES: Final = tuple(
    each.name for each in sorted(SocketType, key=lambda each: (each in compatibility.DRAFT, each.value))
)
"""All socket types, those of libzmq's drafts last."""


def engine_type(name: str) -> SocketType | None:
    """Return the engine's socket type of this name, or ``None`` for an unknown one."""
    return SocketType.__members__.get(name)


def peers_of(name: str) -> tuple[str, ...]:
    """Return the names of the types that this one may be joined to; none for an unknown one.

    Who speaks no ZMTP has no peers in the engine's table: in a drawing whoever is at the other
    end, a program outside as a rule, has the same type.
    """
    own = engine_type(name)
    if own is None:
        return ()
    return tuple(each.name for each in compatibility.peers_of(own)) or (name,)


def is_raw(name: str) -> bool:
    """Tell whether a type speaks no ZMTP, so that its peers cannot tell who they are."""
    own = engine_type(name)
    return own is not None and not compatibility.peers_of(own)


def has_borders(name: str) -> bool:
    """Tell whether what one end sends as a message arrives as one: not as octets of a STREAM."""
    return engine_type(name) is not SocketType.STREAM


def transports(name: str, *, binding: bool) -> tuple[str, ...]:
    """Return the schemes over which a type can bind, or connect, plainest first; none for an unknown one."""
    own = engine_type(name)
    if own is None:
        return ()
    return tuple(sorted(compatibility.transports_of(own, binding=binding), key=PLAINNESS.index))


def plain_endpoint(name: str) -> str:
    """Return where a socket of this type binds when nobody says where: a bare scheme."""
    return next(iter(transports(name, binding=True)), PLAINNESS[0])


def lanes_between(connect: str, bind: str) -> tuple[Lane, ...]:
    """Return the directions in which messages can go between two socket types."""
    if is_raw(connect):
        return ("to_bind", "to_connect")
    own, peer = SocketType[connect], SocketType[bind]
    lanes: list[Lane] = []
    if compatibility.carries(own, peer):
        lanes.append("to_bind")
    if compatibility.carries(peer, own):
        lanes.append("to_connect")
    return tuple(lanes)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a link: a socket, found by its reference."""

    node_id: str
    socket_id: str
    node: Node
    socket: Socket
    is_port: bool
    """Whether it is a port of a placed part; then the socket is the one inside."""

    @property
    def name(self) -> str:
        """``node.socket``, as in the document."""
        return f"{self.node_id}.{self.socket_id}"

    @property
    def path(self) -> tuple[str, ...]:
        """Where the socket stands in the document; not for ports."""
        return ("nodes", self.node_id, "sockets", self.socket_id)

    @property
    def is_external(self) -> bool:
        """Whether a program outside takes the node's place."""
        return self.node.behaviour == "external"

    def types_allowed(self) -> tuple[str, ...]:
        """Return the types that the node's behaviour lets this socket have."""
        if self.is_port:
            return (self.socket.type,)
        behaviour = declared(self.node.behaviour or "")
        role = behaviour.role(self.socket_id) if behaviour else None
        return role.types if role else TYPES


@dataclass(frozen=True, slots=True)
class Joint:
    """A link with both ends found."""

    id: str
    link: Link
    connect: End
    bind: End
    endpoint_id: str
    address: str
    """As written: a full endpoint, or a bare scheme."""

    @property
    def scheme(self) -> str:
        """The transport's name."""
        return scheme_of(self.address)

    @property
    def is_live(self) -> bool:
        """Whether the link and both nodes are on."""
        return self.link.enabled and self.connect.node.enabled and self.bind.node.enabled

    def ends(self) -> tuple[tuple[End, End], tuple[End, End]]:
        """Return each end with its peer, the connecting one first."""
        return (self.connect, self.bind), (self.bind, self.connect)


class Drawing:
    """A topology with its references followed.

    Attributes:
        document: the plain tree, for what the model leaves out.
        topology: the model of what fits.
        allow_hosts: hosts, beyond loopback, that a run may reach; ``*`` for all.
        here: the secrets of this machine; ``None`` where it does not matter what is here.
        joints: links whose two ends exist, in drawing order, switched-off ones too.
    """

    def __init__(
        self,
        document: dict[str, Json],
        topology: Topology,
        allow_hosts: tuple[str, ...] = (),
        here: KeysHere | None = None,
    ) -> None:
        self.document = document
        self.topology = topology
        self.allow_hosts = allow_hosts
        self.here = here
        self.joints = list(self._joints())
        self._bound = frozenset(joint.bind.name for joint in self.joints)
        self._live = [joint for joint in self.joints if joint.is_live]
        self._peers: dict[str, list[End]] = {}
        for joint in self._live:
            for end, peer in joint.ends():
                self._peers.setdefault(end.name, []).append(peer)

    def end(self, reference: str) -> End | None:
        """Return the socket, or the part's port, of ``node.socket``; ``None`` when there is none."""
        node_id, _, socket_id = reference.partition(".")
        node = self.topology.nodes.get(node_id)
        if node is None:
            return None
        if node.part is not None:
            inner = self._inside(node.part, socket_id)
            return End(node_id, socket_id, node, inner, is_port=True) if inner else None
        socket = node.sockets.get(socket_id)
        return End(node_id, socket_id, node, socket, is_port=False) if socket else None

    def live_joints(self) -> list[Joint]:
        """Return the links that a run would make."""
        return self._live

    def live_peers(self, end: End) -> list[End]:
        """Return the sockets at the other ends of this one's live links."""
        return self._peers.get(end.name, [])

    def sockets(self) -> Iterator[End]:
        """Yield every socket of every node, parts' instances aside."""
        for node_id, node in self.topology.nodes.items():
            if node.part is None:
                for socket_id, socket in node.sockets.items():
                    yield End(node_id, socket_id, node, socket, is_port=False)

    def behaviour(self, node: Node) -> Behaviour | None:
        """Return the declaration of the node's behaviour, if there is one."""
        return declared(node.behaviour or "")

    def process_replicas(self, node: Node) -> int:
        """Return how many OS processes the node's box stands for; 1 for an external node."""
        process = self.topology.processes.get(self.topology.process_of(node) or "")
        return process.replicas if process else 1

    def instances(self, node: Node, *, in_one_process: bool = False) -> int:
        """Return how many of this node there are."""
        return node.replicas if in_one_process else node.replicas * self.process_replicas(node)

    def endpoints(self, end: End) -> dict[str, str]:
        """Return where a socket binds, as written; ``{main: tcp}``, or alike, when only links say so."""
        if end.socket.endpoints:
            return end.socket.endpoints
        return {MAIN: plain_endpoint(end.socket.type)} if end.name in self._bound else {}

    def _inside(self, part_id: str, port: str) -> Socket | None:
        part = self.topology.parts.get(part_id)
        reference = part.ports.get(port) if part else None
        if part is None or reference is None:
            return None
        node_id, _, socket_id = reference.partition(".")
        node: PartNode | None = part.nodes.get(node_id)
        return node.sockets.get(socket_id) if node else None

    def _joints(self) -> Iterator[Joint]:
        for link_id, link in self.topology.links.items():
            connect, bind = self.end(link.connect), self.end(link.bind)
            if connect is None or bind is None:
                continue
            endpoints = bind.socket.endpoints or {MAIN: plain_endpoint(bind.socket.type)}
            endpoint_id = link.endpoint or next(iter(endpoints))
            address = endpoints.get(endpoint_id)
            if address is not None:
                yield Joint(link_id, link, connect, bind, endpoint_id, address)


def scheme_of(address: str) -> str:
    """Return the transport of an endpoint, full or bare."""
    return address.partition("://")[0]


def addresses_of(address: str, node_id: str, instances: int) -> list[str]:
    """Return an address as each of a node's instances binds it, templates filled in."""
    return [fill(address, {"node": node_id, "replica": number}) for number in range(1, instances + 1)]

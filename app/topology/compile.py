"""From a valid document to the plan of a run: what is off is left out, addresses allotted, defaults plain."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.errors import TopologyHasErrors
from app.topology.declarations import Behaviour
from app.topology.document import settle
from app.topology.drawing import Drawing, End, Joint, has_borders, lanes_between, scheme_of
from app.topology.endpoint_rules import LOOPBACK, is_multicast, narrowed
from app.topology.keys_here import KeysHere
from app.topology.model import Node, Octets, Process, Socket
from app.topology.plan import BindPlan, LinkPlan, NodePlan, Plan, ProcessPlan, Side, SocketPlan
from app.topology.security_plan import key_plan, security_plan, tls_plan
from app.topology.socket_rules import known_option
from app.topology.validate import check_drawing, errors_of
from engine.endpoints import HOSTED, WEB

Json = Any

OUTSIDE: Final = "the other end is a program outside"
NO_BORDERS: Final = "octets without borders: what leaves as one message may arrive as several"
ANY_NUMBER: Final = "a multicast group: any number may hear what is sent once"

SUBSCRIBERS: Final = ("SUB", "XSUB")


def compile_plan(
    document: dict[str, Json], *, allow_hosts: Sequence[str] = (), here: KeysHere | None = None
) -> Plan:
    """Compile a document.

    Args:
        document: the plain tree.
        allow_hosts: hosts besides loopback that the person at the server allows;
            with ``*``, a socket that binds all interfaces really does.
        here: the secrets of this machine, for a plan that is to run on it.

    Raises:
        TopologyHasErrors: with every error found; nothing was compiled.
    """
    drawing, findings = check_drawing(document, allow_hosts=allow_hosts, here=here)
    errors = errors_of(findings)
    if errors:
        raise TopologyHasErrors([finding.as_json() for finding in errors])
    return _Compiler(drawing).plan()


class _Compiler:
    """Makes the plan of one drawing that has no errors."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._topology = drawing.topology

    def plan(self) -> Plan:
        nodes = {
            node_id: self._node(node_id, node)
            for node_id, node in self._topology.nodes.items()
            if node.enabled and node.part is None
        }
        externals = tuple(nodes[each] for each in nodes if self._topology.nodes[each].behaviour == "external")
        processes = [self._process(process_id, nodes) for process_id in self._process_ids(nodes)]
        links = tuple(self._links(nodes))
        return Plan(self._topology.name, tuple(each for each in processes if each.nodes), externals, links)

    def _process_ids(self, nodes: dict[str, NodePlan]) -> list[str]:
        named = list(self._topology.processes)
        used = [self._topology.process_of(self._topology.nodes[node_id]) for node_id in nodes]
        return list(dict.fromkeys([*named, *(each for each in used if each is not None)]))

    def _process(self, process_id: str, nodes: dict[str, NodePlan]) -> ProcessPlan:
        drawn = self._topology.processes.get(process_id, Process())
        inside = (
            plan
            for node_id, plan in nodes.items()
            if self._topology.process_of(self._topology.nodes[node_id]) == process_id
        )
        return ProcessPlan(process_id, drawn.label or process_id, drawn.replicas, tuple(inside))

    def _node(self, node_id: str, node: Node) -> NodePlan:
        behaviour = self._drawing.behaviour(node)
        assert behaviour is not None
        ends = [
            End(node_id, socket_id, node, socket, is_port=False) for socket_id, socket in node.sockets.items()
        ]
        return NodePlan(
            id=node_id,
            label=node.label or node_id,
            behaviour=behaviour.name,
            parameters=_complete(behaviour, node.with_),
            replicas=node.replicas,
            restart=node.restart,
            starts=behaviour.runs and behaviour.name != "external",
            sockets=tuple(self._socket(end) for end in ends),
        )

    def _socket(self, end: End) -> SocketPlan:
        socket = end.socket
        acted_on = {
            name: value
            for name, value in socket.options.items()
            if (spec := known_option(name)) is not None and spec.acted_on
        }
        wanted = _wanted(socket)
        return SocketPlan(
            id=end.name,
            role=end.socket_id,
            type=socket.type,
            options=acted_on,
            subscriptions=tuple(
                bytes.fromhex(each.hex) if isinstance(each, Octets) else each.encode() for each in wanted
            ),
            binds=tuple(
                BindPlan(endpoint_id, self._address(end, endpoint_id, address))
                for endpoint_id, address in self._drawing.endpoints(end).items()
            ),
            security=security_plan(self._drawing, end),
            tls=tls_plan(self._drawing, end),
            proxy=key_plan(self._drawing, socket.proxy),
        )

    def _address(self, end: End, endpoint_id: str, written: str) -> str:
        """Return the full endpoint: bare schemes are allotted, all interfaces become loopback."""
        if written in HOSTED:
            return f"{written}://{LOOPBACK}:*{'/' if written in WEB else ''}"
        if written == "ipc":
            return "ipc://*"
        if written == "inproc":
            several = self._drawing.instances(end.node) > 1
            return f"inproc://{end.name}.{endpoint_id}" + (".${replica}" if several else "")
        if scheme_of(written) in HOSTED and "*" not in self._drawing.allow_hosts:
            return narrowed(written)
        return written

    def _links(self, nodes: dict[str, NodePlan]) -> Iterator[LinkPlan]:
        for joint in self._drawing.live_joints():
            ends = (joint.connect, joint.bind)
            present = all(end.is_external or nodes[end.node_id].starts for end in ends)
            outside = [end.is_external for end in ends]
            if present and not all(outside):
                side: Side | None = "connect" if outside[0] else "bind" if outside[1] else None
                yield self._link(joint, side)

    def _link(self, joint: Joint, external_side: Side | None) -> LinkPlan:
        connect, bind = joint.connect, joint.bind
        return LinkPlan(
            id=joint.id,
            connect=(connect.node_id, connect.socket_id),
            bind=(bind.node_id, bind.socket_id),
            endpoint_id=joint.endpoint_id,
            address=self._address(bind, joint.endpoint_id, joint.address),
            external_side=external_side,
            lanes=lanes_between(connect.socket.type, bind.socket.type),
            is_stream=not has_borders(bind.socket.type),
            is_shared=_is_group(joint.address),
            half_seen=_why_half_seen(joint, external_side),
        )


def _why_half_seen(joint: Joint, external_side: Side | None) -> str | None:
    if external_side is not None:
        return OUTSIDE
    if not has_borders(joint.bind.socket.type):
        return NO_BORDERS
    return ANY_NUMBER if _is_group(joint.address) else None


def _is_group(address: str) -> bool:
    """Tell whether an address, which may hold templates, is a multicast group."""
    scheme, _, rest = address.partition("://")
    return scheme == "udp" and is_multicast(rest.rpartition(";")[2].rpartition(":")[0].strip("[]"))


def _wanted(socket: Socket) -> Sequence[str | Octets]:
    """Return what a socket asks for: prefixes, or the groups of a DISH, each once."""
    if socket.type == "DISH":
        return list(dict.fromkeys(socket.joins))
    return socket.subscriptions if socket.type in SUBSCRIBERS else ()


def _complete(behaviour: Behaviour, given: dict[str, Json]) -> dict[str, Json]:
    """Return parameters with every default filled in, as JSON's values."""
    if behaviour.parameters is None:
        return dict(given)
    return settle(behaviour.parameters.model_validate(given).model_dump(by_alias=True))

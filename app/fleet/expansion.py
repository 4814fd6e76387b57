"""From a plan to what really runs: instances, the pieces their processes need, the connections they make."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.runtime.control import BindPiece, Label, NodePiece, SocketPiece
from app.telemetry.rows import Lane, PipeKey
from app.topology.plan import (
    LinkPlan,
    NodePlan,
    Plan,
    ProcessPlan,
    SocketPlan,
    instance_number,
)
from app.topology.templates import fill

OUTSIDE = 0
"""The instance number of a program outside."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a node."""

    node: str
    number: int
    process: str
    """Key of its OS process, ``work#2``; empty for a program outside."""

    @property
    def key(self) -> str:
        """``worker#4``."""
        return f"{self.node}#{self.number}"


@dataclass(frozen=True, slots=True)
class Connection:
    """What a link becomes between two instances."""

    link: LinkPlan
    connects: Instance
    binds: Instance

    @property
    def label(self) -> str:
        """How its pipes are filed at both ends."""
        return str(Label(self.link.id, self.connects.key, self.binds.key))

    @property
    def connecting_socket(self) -> str:
        """The connecting socket instance."""
        return f"{self.connects.key}.{self.link.connect[1]}"

    @property
    def binding_socket(self) -> str:
        """The binding socket instance."""
        return f"{self.binds.key}.{self.link.bind[1]}"

    @property
    def is_outside_bound(self) -> bool:
        """Whether a program outside binds it, at the address in the drawing."""
        return self.binds.number == OUTSIDE

    def pipe_keys(self) -> Iterator[PipeKey]:
        """The pipes it has, each at the end that is ours."""
        for lane in self.link.lanes:
            if self.link.is_inproc:
                yield self._key(lane, "joined", sends=True)
                continue
            sender, receiver = self._ends(lane)
            if sender.number != OUTSIDE:
                yield self._key(lane, "send", sends=True)
            if receiver.number != OUTSIDE:
                yield self._key(lane, "receive", sends=False)

    def _ends(self, lane: Lane) -> tuple[Instance, Instance]:
        return (self.connects, self.binds) if lane == "to_bind" else (self.binds, self.connects)

    def _key(self, lane: Lane, end: Any, *, sends: bool) -> PipeKey:
        is_connecting = sends == (lane == "to_bind")
        local, peer = (self.connects, self.binds) if is_connecting else (self.binds, self.connects)
        node, role = self.link.connect if is_connecting else self.link.bind
        return PipeKey(
            self.link.id,
            lane,
            end,
            "connect" if is_connecting else "bind",
            local.node,
            local.number,
            peer.node,
            max(peer.number, 1),
            f"{node}.{role}",
        )


def process_keys(process: ProcessPlan) -> list[str]:
    """Keys of the OS processes that a process box stands for."""
    return [f"{process.id}#{replica}" for replica in range(1, process.replicas + 1)]


def instances_of(plan: Plan, node_id: str) -> list[Instance]:
    """Every instance of a node; one, with the number ``OUTSIDE``, for a program outside."""
    process, node = plan.find(node_id)
    if process is None:
        return [Instance(node_id, OUTSIDE, "")]
    return [
        Instance(node_id, instance_number(shape, replica, node), f"{process.id}#{shape}")
        for shape in range(1, process.replicas + 1)
        for replica in range(1, node.replicas + 1)
    ]


def connections_of(plan: Plan, link: LinkPlan) -> list[Connection]:
    """The connections that a link stands for: every pair; over inproc those within one OS process."""
    return [
        Connection(link, connects, binds)
        for connects in instances_of(plan, link.connect[0])
        for binds in instances_of(plan, link.bind[0])
        if not link.is_inproc or connects.process == binds.process
    ]


def pieces_of(plan: Plan, process_key: str) -> list[NodePiece]:
    """What one OS process is to make."""
    process_id, _, shape = process_key.partition("#")
    process = next(each for each in plan.processes if each.id == process_id)
    return [
        node_piece(plan, node, instance_number(int(shape), replica, node))
        for node in process.nodes
        if node.starts
        for replica in range(1, node.replicas + 1)
    ]


def node_piece(plan: Plan, node: NodePlan, number: int) -> NodePiece:
    """One instance of a node."""
    return NodePiece(
        key=f"{node.id}#{number}",
        id=node.id,
        replica=number,
        behaviour=node.behaviour,
        parameters=dict(node.parameters),
        restart=node.restart,
        sockets=[_socket_piece(plan, node, socket, number) for socket in node.sockets],
    )


def bind_piece(plan: Plan, node: NodePlan, socket: SocketPlan, number: int, endpoint: str) -> BindPiece:
    """Where one instance binds one of its endpoints."""
    planned = next(bind for bind in socket.binds if bind.endpoint_id == endpoint)
    address = fill(planned.address, {"replica": number, "node": node.id})
    key = f"{node.id}#{number}"
    here = [
        link for link in plan.links if link.bind == (node.id, socket.role) and link.endpoint_id == endpoint
    ]
    unnamed = next((link for link in here if link.peers_are_unnamed), None)
    label = str(Label(unnamed.id, instances_of(plan, unnamed.connect[0])[0].key, key)) if unnamed else ""
    return BindPiece(endpoint=endpoint, address=address, label=label)


def _socket_piece(plan: Plan, node: NodePlan, socket: SocketPlan, number: int) -> SocketPiece:
    return SocketPiece(
        role=socket.role,
        type=socket.type,
        options=dict(socket.options),
        subscriptions=[prefix.hex() for prefix in socket.subscriptions],
        binds=[bind_piece(plan, node, socket, number, bind.endpoint_id) for bind in socket.binds],
    )

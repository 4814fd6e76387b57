"""A behaviour on a stage: real sockets over inproc, their peers in the test's hands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app.behaviours.behaviour import Node, Parameters
from app.behaviours.catalogue import BEHAVIOURS
from app.behaviours.node_socket import NodeSocket
from app.topology.declarations import declared
from engine.compatibility import can_receive, can_send
from engine.constants import SocketType
from engine.net.system import SystemNetwork
from engine.sockets.context import Context
from engine.sockets.socket import Socket


class Stage:
    """One behaviour and its peers.

    Attributes:
        node: what the behaviour sees.
        peers: the far ends of its sockets, by role.
        records: what it recorded.
        task: the behaviour, running.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.peers: dict[str, Socket] = {}
        self.records: list[tuple[str, str, list[bytes]]] = []
        self.node: Node
        self.task: asyncio.Task[None]
        self.reopened = 0

    async def got(self, role: str, count: int) -> list[list[bytes]]:
        async with asyncio.timeout(5.0):
            return [await self.peers[role].recv() for _ in range(count)]


@asynccontextmanager
async def staged(
    behaviour: str, roles: dict[str, tuple[str, str]], *, hwm: int = 1000, **parameters: Any
) -> AsyncIterator[Stage]:
    """Play a behaviour.

    Args:
        roles: for each role its socket type and that of its peer.
        hwm: high-water mark of all sockets.
    """
    network = SystemNetwork()
    async with Context(network, close_timeout_s=1.0) as context:
        stage = Stage(context)
        faces = {}
        for role, (own, far) in roles.items():
            faces[role] = NodeSocket(role, make(context, own, hwm), network)
            if own == "STREAM":  # its peers are whoever speaks tcp
                faces[role].socket.bind("tcp://127.0.0.1:*")
                continue
            stage.peers[role] = peer = make(context, far, hwm)
            peer.bind(f"inproc://{role}")
            faces[role].socket.connect(f"inproc://{role}")

        async def reopen(role: str) -> None:
            stage.reopened += 1
            faces[role].socket.close(0)
            faces[role].replace(make(context, roles[role][0], hwm))
            faces[role].socket.connect(f"inproc://{role}")

        described = declared(behaviour)
        assert described is not None
        assert described.parameters is not None
        values = described.parameters.model_validate(parameters).model_dump(mode="json")
        stage.node = Node(
            "node",
            2,
            Parameters(values),
            faces,
            network,
            network,
            reopen=reopen,
            record=lambda *what: stage.records.append(what),
        )
        stage.task = asyncio.ensure_future(BEHAVIOURS[behaviour].run(stage.node))
        try:
            yield stage
        finally:
            stage.task.cancel()
            await asyncio.wait([stage.task])


def make(context: Context, name: str, hwm: int) -> Socket:
    kind = SocketType[name]
    options: dict[str, Any] = {"linger": 0}
    if can_send(kind):
        options["sndhwm"] = hwm
    if can_receive(kind):
        options["rcvhwm"] = hwm
    socket = context.socket(kind, **options)
    if kind is SocketType.SUB:
        socket.subscribe(b"")
    if kind is SocketType.DISH:
        socket.join("all")
    return socket

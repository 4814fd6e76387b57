"""The manual node: a person sends, and reads what arrives."""

import asyncio

from app.behaviours.behaviour import Node
from app.behaviours.node_socket import MUST_RECEIVE, NodeSocket
from engine.compatibility import can_receive
from engine.errors import Again


async def by_hand(node: Node) -> None:
    """Receive on every socket that can and record what came; sends come from outside, by ``Node.sockets``."""
    async with asyncio.TaskGroup() as group:
        for socket in node.sockets.values():
            if can_receive(socket.type):
                group.create_task(_read(node, socket))
        group.create_task(_stay())


async def _read(node: Node, socket: NodeSocket) -> None:
    while True:
        while socket.word not in (None, MUST_RECEIVE):  # it is the person's turn
            await node.sleep(3600.0)
        try:
            frames = await socket.recv()
        except Again:  # rcvtimeo
            continue
        node.handled += 1
        node.record("received", socket.role, frames)


async def _stay() -> None:
    """Keep the node up when none of its sockets receives."""
    await asyncio.get_running_loop().create_future()

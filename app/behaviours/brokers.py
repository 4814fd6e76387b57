"""The proxy: joins two sockets, whatever their types can carry, and shows a copy to a third."""

import asyncio
from typing import Final

from app.behaviours.addressing import onward
from app.behaviours.behaviour import Node
from app.behaviours.node_socket import NodeSocket
from engine.compatibility import can_receive, can_send
from engine.errors import Again

TURN: Final = 100
"""Messages one way before the other way has its turn."""


async def proxy(node: Node) -> None:
    """Forward both ways between ``frontend`` and ``backend``, as far as their types send and receive.

    Between XSUB and XPUB that carries subscriptions up as well. A copy of each message goes to
    ``capture``, if there is one. A message leaves its pipe only when the one before it has found a
    place, so at most one each way stands in no pipe.
    """
    frontend, backend = node.sockets["frontend"], node.sockets["backend"]
    ways = [(frontend, backend), (backend, frontend)]
    async with asyncio.TaskGroup() as group:
        for source, target in ways:
            if can_receive(source.type) and can_send(target.type):
                group.create_task(_forward(node, source, target))


async def _forward(node: Node, source: NodeSocket, target: NodeSocket) -> None:
    capture = node.sockets.get("capture")
    while True:
        frames: list[bytes] | None = await _next(source)
        node.in_hand += 1
        turn = 0
        while frames is not None:
            await _hand_on(target, onward(source.type, target.type, frames))
            node.handled += 1
            if capture is not None:
                await _hand_on(capture, frames)
            turn += 1
            frames = _next_nowait(source) if turn < TURN else None
        node.in_hand -= 1
        await asyncio.sleep(0)


async def _next(source: NodeSocket) -> list[bytes]:
    while True:
        try:
            return await source.recv()
        except Again:  # rcvtimeo
            continue


def _next_nowait(source: NodeSocket) -> list[bytes] | None:
    try:
        return source.recv_nowait()
    except Again:
        return None


async def _hand_on(target: NodeSocket, frames: list[bytes]) -> None:
    while True:
        try:
            await target.send(frames)
            return
        except Again:  # sndtimeo
            continue

"""The sink: takes messages and keeps none."""

from typing import Final

from app.behaviours.behaviour import Node
from engine.errors import Again

BATCH: Final = 100
"""Messages taken in one go when none of them costs time."""


async def sink(node: Node) -> None:
    """Receive messages, spending ``service_ms`` on each, until ``count`` of them came if it then stops."""
    inbound = node.sockets["in"]
    while True:
        left = _left(node)
        if left is not None and left <= 0:
            return
        try:
            if node.parameters.get("service_ms"):
                await inbound.recv()
                node.in_hand = 1
                await node.pause("service_ms")
                node.in_hand = 0
                node.handled += 1
            else:
                limit = BATCH if left is None else min(BATCH, left)
                node.handled += len(await inbound.recv_many(limit))
        except Again:  # rcvtimeo
            node.count("timed_out")


def _left(node: Node) -> int | None:
    """How many messages are still wanted; ``None`` for no end."""
    count = node.parameters.get("count")
    if count is None or node.parameters.get("then") == "go-on":
        return None
    return int(count) - node.handled

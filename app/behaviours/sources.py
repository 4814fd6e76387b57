"""The generator: messages at a rate, in bursts, or as fast as the peers take them."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from app.behaviours.addressing import NAMING
from app.behaviours.behaviour import Node
from app.behaviours.node_socket import NodeSocket
from app.behaviours.pacing import Pace, Unpaced, pace_of
from app.behaviours.payloads import MessageMaker
from app.behaviours.quantities import draw
from engine.clock import MS
from engine.constants import SocketType
from engine.errors import Again

BATCH: Final = 100
"""Messages between two looks at the clock; the loop gets its turn after each batch."""


async def generate(node: Node) -> None:
    """Send messages as ``rate_per_s``, ``pacing`` and ``burst`` say, until ``count`` of them are sent.

    A RADIO's go to the group that ``group`` makes of each, unless ``frames`` begin with one; a DGRAM's to
    its peers in turn: those that its links lead to, and those it was spoken to by.

    While the peers hold it up it does not pile up arrears: a blocked source is slower, and says so.
    """
    out = node.sockets["out"]
    delay_s = draw(node.parameters.get("delay_ms"), node.chance) * MS
    if delay_s:
        await node.sleep(delay_s)
    await _warm_up(node, out)
    seq = 0
    version = -1
    pace: Pace = Unpaced()
    maker = _maker(node, out)
    while not node.is_finishing:
        if version != node.parameters.version:
            version = node.parameters.version
            pace = pace_of(node.parameters, node.clock.now(), node.chance)
            maker = _maker(node, out)
        count = node.parameters.get("count")
        if count is not None and seq >= count:
            return
        now = node.clock.now()
        due = pace.due(now, BATCH if count is None else min(BATCH, count - seq))
        if not due:
            await node.sleep(pace.next_at() - now)
            continue
        if await _send(node, out, maker, seq, due):
            pace.skip(node.clock.now())
        seq += due
        await asyncio.sleep(0)  # sends that need not wait never yield; others must have their turn


async def _send(node: Node, out: NodeSocket, maker: MessageMaker, seq: int, due: int) -> bool:
    """Send ``due`` messages from number ``seq`` on; return whether one of them had to wait."""
    waited = False
    peers = await node.peers_of("out") if out.type in NAMING else [b""]
    for number in range(seq + 1, seq + due + 1) if peers else ():
        try:
            waited |= await out.send(_addressed(out, maker.make(number), peers[number % len(peers)]))
            node.handled += 1
        except Again:  # sndtimeo
            node.count("timed_out")
    return waited


async def _warm_up(node: Node, out: NodeSocket) -> None:
    """Send one message for each topic before the schedule begins, if the parameters want it."""
    warm_up = node.parameters.get("warm_up")
    if not warm_up or not warm_up.get("each_topic_once"):
        return
    payload = str(warm_up.get("payload") or "").encode()
    if out.type in NAMING:
        return  # it has no subscribers to warm up
    for number, topic in enumerate(_maker(node, out).topics()):
        await out.send([topic, payload])
        node.handled += 1
        if number % BATCH == 0:
            await asyncio.sleep(0)


def _addressed(out: NodeSocket, frames: list[bytes], peer: bytes) -> list[bytes]:
    return [peer, *frames] if out.type in NAMING else frames


def _maker(node: Node, out: NodeSocket) -> MessageMaker:
    parameters: Mapping[str, Any] = node.parameters
    if out.type is SocketType.RADIO:
        frames = parameters.get("frames") or [parameters.get("payload", "")]
        parameters = {**parameters, "frames": frames if len(frames) > 1 else [parameters["group"], *frames]}
    return MessageMaker(parameters, node.constants, node.clock, node.chance)

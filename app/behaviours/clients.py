"""The client: asks, waits for the answer, asks again when none comes (the Guide's Lazy Pirate)."""

import asyncio
from typing import Final

from app.behaviours.addressing import NAMING
from app.behaviours.behaviour import Node
from app.behaviours.node_socket import MUST_RECEIVE, NodeSocket
from app.behaviours.pacing import Bursts
from app.behaviours.payloads import MessageMaker
from engine.clock import MS
from engine.constants import SocketType
from engine.errors import Again

DELIMITED: Final = (SocketType.DEALER, SocketType.PAIR)


class Unanswered(Exception):
    """Every try of a request was in vain.

    Attributes:
        tries: how often it was sent.
        timeout_ms: how long each try waited.
    """

    def __init__(self, tries: int, timeout_ms: float) -> None:
        self.tries = tries
        self.timeout_ms = timeout_ms
        super().__init__(f"no reply within {timeout_ms:g} ms, {tries} times")


async def ask(node: Node) -> None:
    """Send requests one after the other, each until it is answered.

    Raises:
        Unanswered: ``retries`` more tries of one request were in vain.
    """
    seq, version = 0, -1
    maker = MessageMaker(node.parameters, node.constants, node.clock, node.chance)
    bursts: Bursts | None = None
    while not node.is_finishing:
        if version != node.parameters.version:
            version = node.parameters.version
            maker = MessageMaker(node.parameters, node.constants, node.clock, node.chance)
            burst = node.parameters.get("burst")
            bursts = Bursts(burst, node.clock.now(), node.chance) if burst else None
        requests = node.parameters.get("requests")
        if requests is not None and seq >= requests:
            return
        if bursts is not None and not bursts.due(node.clock.now(), 1):
            await node.sleep(bursts.next_at() - node.clock.now())
            continue
        seq += 1
        await _request(node, seq, maker.make(seq))
        if not node.is_finishing:
            await node.pause("think_ms")


async def _request(node: Node, seq: int, body: list[bytes]) -> None:
    """Get one answer.

    Raises:
        Unanswered: none came.
    """
    began = node.clock.now()
    for attempt in range(1 + int(node.parameters.get("retries") or 0)):
        if attempt:
            if node.is_finishing:
                break
            node.count("retried")
            await _renew(node)
        if await _exchange(node, body):
            node.handled += 1
            await _report(node, seq, node.clock.now() - began)
            return
    if not node.is_finishing:
        raise Unanswered(1 + int(node.parameters.get("retries") or 0), float(node.parameters["timeout_ms"]))


async def _exchange(node: Node, body: list[bytes]) -> bool:
    """Send the request and wait for an answer, together at most ``timeout_ms``; return whether it came."""
    socket = node.sockets["ask"]
    timeout_ms = node.parameters.get("timeout_ms")
    node.in_hand = 1
    try:
        async with asyncio.timeout(float(timeout_ms) * MS if timeout_ms else None):
            await socket.send(await _addressed(node, socket, body))
            await socket.recv()
    except (TimeoutError, Again):
        return False
    finally:
        node.in_hand = 0
    return True


async def _addressed(node: Node, socket: NodeSocket, body: list[bytes]) -> list[bytes]:
    """Return the request as the type of ``ask`` sends it; a PEER or DGRAM waits here for someone to ask.

    Between DEALER or PAIR and a REP the empty frame stands that a REQ puts there itself.

    Raises:
        Again: the node should finish, and there is nobody.
    """
    if socket.type in DELIMITED:
        return [b"", *body]
    if socket.type not in NAMING:
        return body
    peers = await node.peers_of("ask")
    if not peers:
        raise Again("send")
    return [peers[node.handled % len(peers)], *body]


async def _renew(node: Node) -> None:
    """Put a new socket in the place of a REQ that waits for an answer: it could not send again."""
    if node.sockets["ask"].word == MUST_RECEIVE:
        await node.reopen("ask")


async def _report(node: Node, seq: int, took_s: float) -> None:
    """Tell how long the answer took, where somebody listens."""
    report = node.sockets.get("report")
    if report is not None:
        await report.send(
            [b"%s#%d" % (node.id.encode(), node.replica), b"%d" % seq, b"%.3f ms" % (took_s / MS)]
        )

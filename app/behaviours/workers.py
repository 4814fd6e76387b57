"""Those who do something with each message: the worker and the echo server."""

from collections.abc import Callable, Mapping
from typing import Final

from app.behaviours.behaviour import Node
from app.behaviours.node_socket import NodeSocket
from engine.constants import SocketType
from engine.errors import Again

CHANGES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "upper-case": bytes.upper,
    "lower-case": bytes.lower,
    "reverse": lambda body: body[::-1],
}
"""What an echo server can do to a request."""


async def work(node: Node) -> None:
    """Receive a message, spend ``service_ms`` on it, pass it on, if there is a way on.

    A share of ``fail_share`` is spoilt: worked on, counted as failed, not passed on.
    """
    inbound, out = node.sockets["in"], node.sockets.get("out")
    while True:
        frames = await _next(node, inbound)
        node.in_hand = 1
        await node.pause("service_ms")
        if node.chance.draw() < float(node.parameters.get("fail_share") or 0.0):
            node.count("failed")
        elif out is not None:
            await _pass_on(node, out, frames)
        node.in_hand = 0
        node.handled += 1


async def echo(node: Node) -> None:
    """Answer each request with itself, changed as ``reply`` says, after ``service_ms``."""
    serve = node.sockets["serve"]
    while True:
        frames = await _next(node, serve)
        node.in_hand = 1
        await node.pause("service_ms")
        reply = node.parameters.get("reply")
        if reply and reply.get("change") in CHANGES:
            envelope, body = split_envelope(serve.type, frames)
            change = CHANGES[reply["change"]]
            frames = [*envelope, *(change(frame) for frame in body)]
        await _pass_on(node, serve, frames)
        node.in_hand = 0
        node.handled += 1


def split_envelope(socket: SocketType, frames: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Part a request into what must come back as it is and what may be changed.

    Through a ROUTER the envelope is the peer's id and all up to an empty frame, if there is one;
    through a DEALER all up to an empty frame; a REP keeps the envelope to itself.
    """
    first = 1 if socket is SocketType.ROUTER else 0
    if socket in (SocketType.ROUTER, SocketType.DEALER) and b"" in frames[first:-1]:
        first = frames.index(b"", first) + 1
    return frames[:first], frames[first:]


async def _next(node: Node, socket: NodeSocket) -> list[bytes]:
    while True:
        try:
            return await socket.recv()
        except Again:  # rcvtimeo
            node.count("timed_out")


async def _pass_on(node: Node, socket: NodeSocket, frames: list[bytes]) -> None:
    while True:
        try:
            await socket.send(frames)
            return
        except Again:  # sndtimeo; a worker keeps what it worked on
            node.count("timed_out")

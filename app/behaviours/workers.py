"""Those who do something with each message: the worker and the echo server."""

from collections.abc import Callable, Mapping
from typing import Final

from app.behaviours.addressing import REFUSES, envelope_size, onward
from app.behaviours.behaviour import Node
from app.behaviours.node_socket import NodeSocket
from engine.errors import Again, HostUnreachable

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
            await _pass_on(node, out, onward(inbound.type, out.type, frames))
        node.in_hand = 0
        node.handled += 1


async def echo(node: Node) -> None:
    """Answer each request with itself, changed as ``reply`` says, after ``service_ms``.

    An answer to someone who has left, or who has no room where the type does not wait, is counted as
    unsent.
    """
    serve = node.sockets["serve"]
    while True:
        frames = await _next(node, serve)
        node.in_hand = 1
        await node.pause("service_ms")
        reply = node.parameters.get("reply")
        if reply and reply.get("change") in CHANGES:
            size = envelope_size(serve.type, frames)
            change = CHANGES[reply["change"]]
            frames = [*frames[:size], *(change(frame) for frame in frames[size:])]
        try:
            await _pass_on(node, serve, frames)
        except HostUnreachable:
            node.count("unsent")
        node.in_hand = 0
        node.handled += 1


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
        except Again:
            if socket.type in REFUSES:
                node.count("unsent")
                return
            node.count("timed_out")  # sndtimeo; a worker keeps what it worked on

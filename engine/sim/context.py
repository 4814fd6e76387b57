"""A context in a simulated world: like any other, and every message received there is written down."""

from engine.constants import SocketType
from engine.messages import Message
from engine.pipes.probe import POP, Probe
from engine.sim.network import SimNetwork
from engine.sim.world import World
from engine.sockets.context import CLOSE_TIMEOUT_S, Context
from engine.sockets.socket import Socket
from engine.sockets.views import PipeView


class SimContext(Context):
    """The sockets of one host.

    Their inbound pipes carry a probe that fills the world's trace; whoever sets another probe on
    a pipe takes that pipe's messages out of the trace.

    Args:
        world: the world to live in.
        host: this host's name.
        close_timeout_s: how long ``close`` may take, virtual seconds.
    """

    def __init__(
        self, world: World, host: str = "localhost", *, close_timeout_s: float = CLOSE_TIMEOUT_S
    ) -> None:
        super().__init__(SimNetwork(world, host), close_timeout_s=close_timeout_s)
        self._world = world
        self._host = host

    def socket(self, socket_type: SocketType, **options: object) -> Socket:
        """Make a socket; see ``Context.socket``."""
        socket = super().socket(socket_type, **options)
        name = f"{self._host}.{socket_type.name}{self._world.next_number(f'socket of {self._host}')}"

        def watch(pipe: PipeView) -> None:
            if not pipe.is_outbound:
                pipe.probe = _Receipt(self._world, f"{name} {pipe.label or pipe.endpoint}")

        socket.watch_pipes(watch)
        return socket


class _Receipt(Probe):
    """Writes down what one pipe gave to ``recv``."""

    def __init__(self, world: World, where: str) -> None:
        self._world = world
        self._where = where

    def saw(self, place: str, message: Message, n: int) -> None:
        if place == POP:
            framed = b"".join(len(frame).to_bytes(8, "big") + frame for frame in message.frames)
            self._world.trace.note(self._world.now(), "message", f"{self._where} {n}", framed)

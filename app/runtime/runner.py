"""Carries out the server's orders in the engine's loop: the nodes of one process, their wiring, their end."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from app.behaviours.catalogue import BEHAVIOURS
from app.runtime import control
from app.runtime.accounts import Accounts
from app.runtime.happenings import happening
from app.runtime.node import NodeInstance
from app.runtime.observing import Sampler
from app.runtime.states import NodeState
from app.runtime.worlds import World
from app.telemetry.ring import Kept, Ring
from engine.errors import Again, EngineError
from engine.sockets.socket import Socket

FLUSH_S: Final = 0.02
"""How long events wait for others to travel with."""
MOST_EVENTS: Final = 500
"""Events that travel together; of a flood beyond, only the number is told."""

Json = dict[str, Any]


class OrderFailed(Exception):
    """An order could not be carried out.

    Attributes:
        code: a short word for it.
    """

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


class Runner:
    """All nodes of this process; every method runs in the engine's loop.

    Args:
        world: network, clock, chance and context.
        tell: takes notices for the server; may be called from this loop's thread.
    """

    def __init__(self, world: World, tell: Callable[[control.Part], None]) -> None:
        self._world = world
        self._tell = tell
        self._accounts = Accounts()
        self._nodes: dict[str, NodeInstance] = {}
        self._rings: dict[str, Ring] = {}
        self._noted: dict[str, int] = {}
        self._observers: set[asyncio.Task[None]] = set()
        self._events: list[control.Happening] = []
        self._missed = 0
        self.sampler = Sampler(self._accounts, world.network)

    async def perform(self, order: control.Part) -> Json:
        """Carry out one order and return the answer's value.

        Raises:
            OrderFailed: with the reason.
        """
        try:
            return await self._perform(order)
        except EngineError as error:
            raise OrderFailed("engine", str(error)) from error

    def states(self) -> list[list[Any]]:
        """How each node stands: key, state, error, handled, in hand, blocked ms, waiting, word, counts."""
        return [_stand(node) for node in self._nodes.values()]

    # ── orders ────────────────────────────────────────────────────────────────────────────────

    async def _perform(self, order: control.Part) -> Json:  # noqa: C901  one line for each order
        match order:
            case control.Assemble():
                return self._assemble(order)
            case control.Connect():
                self._connect(order.wires)
            case control.Disconnect():
                for wire in order.wires:
                    self._owner(wire.socket).disconnect(wire)
            case control.Go():
                self._go()
            case control.StartNode():
                node = self._node(order.node)
                node.start()
                return {"bound": node.bound}
            case control.StopNode():
                await self._stop_node(order)
            case control.SetParameters():
                self._node(order.node).set_parameters(order.values)
            case control.FinishSources():
                await self._finish_sources()
            case control.SendMessage():
                self._send_message(order)
            case control.Close():
                return await self._close(order.within_ms / 1000.0)
            case _:
                return self._adjust(order)
        return {}

    def _adjust(self, order: control.Part) -> Json:
        """Carry out an order about one socket."""
        match order:
            case control.SetOption():
                self._owner(order.socket).set_option(_role(order.socket), order.name, order.value)
            case control.Subscribe():
                self._owner(order.socket).subscribe(_role(order.socket), order.add, order.remove)
            case control.Bind():
                node = self._owner(order.socket)
                node.bind(_role(order.socket), order.piece)
                return {"bound": node.bound}
            case control.Unbind():
                self._owner(order.socket).unbind(_role(order.socket), order.endpoint)
            case control.NamePeer():
                self._accounts.of(order.socket).names[order.peer] = order.label
            case control.NameLink():
                self._owner(order.socket).name_link(_role(order.socket), order.endpoint, order.label)
            case _:
                raise OrderFailed("unknown-order", type(order).__name__)
        return {}

    def _assemble(self, order: control.Assemble) -> Json:
        made = [self._make(piece) for piece in order.nodes]
        for node in made:
            node.assemble()
        return {"bound": {socket: addresses for node in made for socket, addresses in node.bound.items()}}

    def _connect(self, wires: list[control.Wire]) -> None:
        for wire in wires:
            self._owner(wire.socket).connect(wire)
        for node in {wire.socket.rpartition(".")[0]: self._owner(wire.socket) for wire in wires}.values():
            if node.state is NodeState.RUNNING and node.sources():  # else it tells when it runs
                self._tell(control.Rebound(bound={}, sources=node.sources()))

    def _make(self, piece: control.NodePiece) -> NodeInstance:
        behaviour = BEHAVIOURS.get(piece.behaviour)
        if behaviour is None:
            raise OrderFailed("unknown-behaviour", f"there is no behaviour {piece.behaviour}")
        node = NodeInstance(
            piece,
            behaviour,
            self._world,
            self._accounts,
            changed=self._node_changed,
            opened=self._observe,
            record=lambda direction, role, frames: self._record(piece.key, direction, role, frames),
        )
        self._nodes[piece.key] = node
        return node

    def _go(self) -> None:
        for node in self._nodes.values():
            if node.state in (NodeState.STARTING, NodeState.FAILED):
                node.start()

    async def _stop_node(self, order: control.StopNode) -> None:
        node = self._node(order.node)
        await node.stop(linger=0 if order.forget else None)
        if order.forget:
            del self._nodes[order.node]

    async def _finish_sources(self) -> None:
        for node in list(self._nodes.values()):
            if node.behaviour.is_source:
                await node.finish()

    async def _close(self, within_s: float) -> Json:
        """Stop everything; what still lingers after the time given is dropped, and counted."""
        nodes = list(self._nodes.values())
        for node in nodes:
            await node.stop()
        waiting = asyncio.gather(*(node.closed() for node in nodes))
        try:
            await asyncio.wait_for(waiting, within_s)
        except TimeoutError:
            for account in self._accounts:
                for socket in list(account.living):
                    socket.abort()
            await asyncio.gather(*(node.closed() for node in nodes))
        for observer in self._observers:
            observer.cancel()
        self._flush()
        return {}

    # ── a person's messages ───────────────────────────────────────────────────────────────────

    def _send_message(self, order: control.SendMessage) -> None:
        node = self._node(order.node).node
        face = node.sockets.get(order.role) if node is not None else None
        if node is None or face is None:
            raise OrderFailed("not-there", f"{order.node}.{order.role} does not run")
        frames = [bytes.fromhex(frame) for frame in order.frames]
        try:
            face.send_nowait(frames)
        except Again:
            raise OrderFailed("would-block", "no peer with room") from None
        node.handled += 1
        node.wake()  # a socket in lockstep may receive now
        self._record(order.node, "sent", order.role, frames)

    def _record(self, node: str, direction: str, role: str, frames: list[bytes]) -> None:
        seq = self._noted[node] = self._noted.get(node, 0) + 1
        ring = self._rings.setdefault(node, Ring())
        ring.add(Kept(seq, self._world.network.now(), frames, {"socket": role, "direction": direction}))

    def read_node(self, key: str) -> Json:
        """What a manual node sent and received."""
        ring = self._rings.get(key)
        messages = ring.last(len(ring)) if ring is not None else []
        return {"messages": [message.shape() for message in messages], "now": self._world.network.now()}

    # ── what happens ──────────────────────────────────────────────────────────────────────────

    def _node_changed(self, node: NodeInstance) -> None:
        self._tell(control.NodeChanged(node=node.key, state=node.state, error=node.error))
        if node.state is NodeState.RUNNING and (node.bound or node.sources()):
            self._tell(control.Rebound(bound=node.bound, sources=node.sources()))

    def _observe(self, node: NodeInstance, role: str, socket: Socket) -> None:
        watching = asyncio.create_task(
            self._watch(node.key, role, socket), name=f"events of {node.key}.{role}"
        )
        self._observers.add(watching)
        watching.add_done_callback(self._observers.discard)

    async def _watch(self, node: str, role: str, socket: Socket) -> None:
        key = f"{node}.{role}"
        account = self._accounts.of(key)
        async for event in socket.events():
            told = happening(event, account.name(event.label or event.endpoint), node, key)
            if told is not None:
                self._happened(told)

    def _happened(self, event: control.Happening) -> None:
        if not self._events:
            asyncio.get_running_loop().call_later(FLUSH_S, self._flush)
        if len(self._events) < MOST_EVENTS:
            self._events.append(event)
        else:
            self._missed += 1

    def _flush(self) -> None:
        events, self._events = self._events, []
        if self._missed:
            last, self._missed = self._missed, 0
            now = self._world.network.now()
            events.append(control.Happening(t_s=now, what="events_missed", node="", detail=f"{last}"))
        if events:
            self._tell(control.Happened(events=events))

    # ── finding ───────────────────────────────────────────────────────────────────────────────

    def _node(self, key: str) -> NodeInstance:
        node = self._nodes.get(key)
        if node is None:
            raise OrderFailed("not-there", f"there is no node {key} in this process")
        return node

    def _owner(self, socket: str) -> NodeInstance:
        return self._node(socket.rpartition(".")[0])


def _role(socket: str) -> str:
    return socket.rpartition(".")[2]


def _stand(instance: NodeInstance) -> list[Any]:
    node = instance.node
    if node is None:
        return [instance.key, instance.state, instance.error, 0, 0, 0.0, None, None, {}]
    faces = list(node.sockets.values())
    waiting = next((face.waiting for face in faces if face.waiting == "send"), None)
    if waiting is None:
        waiting = next((face.waiting for face in faces if face.waiting), None)
    return [
        instance.key,
        instance.state,
        instance.error,
        node.handled,
        node.in_hand,
        max(face.blocked_ms() for face in faces) if faces else 0.0,
        waiting,
        next((face.word for face in faces if face.word), None),
        node.counts,
    ]

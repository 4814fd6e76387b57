"""One instance of a node: its sockets, its behaviour's task, and what follows when that fails."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.behaviours.behaviour import Behaviour, Node, Parameters, Record
from app.behaviours.node_socket import NodeSocket, want
from app.behaviours.payloads import draw_field
from app.runtime.accounts import Account, Accounts
from app.runtime.control import BindPiece, NodePiece, SocketPiece, Wire
from app.runtime.security import secure
from app.runtime.states import NodeState, Patience
from app.runtime.worlds import World
from app.topology.templates import fill
from engine.constants import SocketType
from engine.errors import EndpointUnknown, EngineError
from engine.sockets.socket import Socket

Bound = dict[str, dict[str, str]]
"""Real addresses by socket instance and endpoint."""

Changed = Callable[["NodeInstance"], None]
Opened = Callable[["NodeInstance", str, Socket], None]


class NodeInstance:
    """Runs one instance of a node in the engine's loop.

    Args:
        piece: what it is made from.
        behaviour: what it does.
        changed: told of each change of ``state``.
        opened: told of each engine socket that is made, so that its events can be watched.
        record: see ``app.behaviours.behaviour.Record``.

    Attributes:
        state: where it stands.
        error: why it failed, in a sentence.
        node: what its behaviour sees; new at each start.
    """

    def __init__(
        self,
        piece: NodePiece,
        behaviour: Behaviour,
        world: World,
        accounts: Accounts,
        *,
        changed: Changed,
        opened: Opened,
        record: Record,
    ) -> None:
        self.key = piece.key
        self.piece = piece
        self.behaviour = behaviour
        self.state = NodeState.STARTING
        self.error: str | None = None
        self.node: Node | None = None
        self._world = world
        self._accounts = accounts
        self._changed = changed
        self._opened = opened
        self._record = record
        self._parameters = Parameters(piece.parameters)
        self._pieces = {socket.role: socket for socket in piece.sockets}
        self._wires: dict[str, list[Wire]] = {role: [] for role in self._pieces}
        self._bound: Bound = {}
        self._drawn: dict[str, object] = {}
        self._patience = Patience()
        self._task: asyncio.Task[None] | None = None
        self._closings: set[asyncio.Task[None]] = set()
        self._keeps_open = False

    # ── being made and connected ──────────────────────────────────────────────────────────────

    def assemble(self) -> None:
        """Make the sockets, bind them, and connect what is known; a failure becomes the node's state.

        ``bound`` tells the addresses. A node that could not be assembled tries again when it is started.
        """
        try:
            self._assemble()
        except EngineError as error:
            self._fail(error)

    @property
    def bound(self) -> Bound:
        """Addresses really bound; they are kept over restarts."""
        return self._bound

    def sources(self) -> dict[str, str]:
        """Return where from it speaks, by label, on connections whose peers are not told who they are."""
        if self.node is None:
            return {}
        views = [view for face in self.node.sockets.values() for view in face.socket.pipes]
        return {
            view.label: view.connection
            for view in views
            if view.is_outbound and view.label and view.endpoint.startswith("udp://")
        }

    def connect(self, wire: Wire) -> None:
        """Make one more connection, now or when the sockets are made."""
        role = _role_of(wire.socket)
        self._wires[role].append(wire)
        if self.node is not None:
            self.node.sockets[role].socket.connect(wire.address, label=wire.label)

    def disconnect(self, wire: Wire) -> None:
        """End a connection."""
        role = _role_of(wire.socket)
        self._wires[role] = [known for known in self._wires[role] if known.label != wire.label]
        if self.node is not None:
            with suppress(EndpointUnknown):
                self.node.sockets[role].socket.disconnect(wire.address)

    def bind(self, role: str, piece: BindPiece) -> None:
        """Bind one more endpoint."""
        known = self._pieces[role]
        self._pieces[role] = known.model_copy(update={"binds": [*known.binds, piece]})
        if self.node is not None:
            self._bind(role, piece, self.node.sockets[role].socket)

    def unbind(self, role: str, endpoint: str) -> None:
        """Give an endpoint up."""
        known = self._pieces[role]
        binds = [piece for piece in known.binds if piece.endpoint != endpoint]
        self._pieces[role] = known.model_copy(update={"binds": binds})
        address = self._bound.get(self._socket_key(role), {}).pop(endpoint, None)
        if self.node is not None and address is not None:
            with suppress(EndpointUnknown):
                self.node.sockets[role].socket.unbind(address)

    def name_link(self, role: str, endpoint: str, label: str) -> None:
        """File peers of an endpoint that tell no link under ``label``, those who came before too."""
        known = self._pieces[role]
        binds = [
            bind.model_copy(update={"label": label}) if bind.endpoint == endpoint else bind
            for bind in known.binds
        ]
        self._pieces[role] = known.model_copy(update={"binds": binds})
        address = self._bound.get(self._socket_key(role), {}).get(endpoint)
        if address is not None:
            self._accounts.of(self._socket_key(role)).names[address] = label

    def set_option(self, role: str, name: str, value: Any) -> None:
        """Set a live option, now and for later sockets."""
        known = self._pieces[role]
        self._pieces[role] = known.model_copy(update={"options": {**known.options, name: value}})
        if self.node is not None:
            self.node.sockets[role].socket.set(name, value)

    def subscribe(self, role: str, add: list[str], remove: list[str]) -> None:
        """Change what a SUB asks for, or the groups of a DISH; as hex."""
        known = self._pieces[role]
        kept = [prefix for prefix in known.subscriptions if prefix not in remove]
        self._pieces[role] = known.model_copy(update={"subscriptions": [*kept, *add]})
        if self.node is None:
            return
        face = self.node.sockets[role]
        for prefix in remove:
            face.want(self._fill(prefix), wanted=False)
        for prefix in add:
            face.want(self._fill(prefix), wanted=True)

    def set_parameters(self, values: dict[str, Any]) -> None:
        """Give the behaviour new parameters, at once."""
        if self.node is not None:
            self.node.parameters_changed(values)
        else:
            self._parameters.change(values)

    # ── running ───────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Start the behaviour, unless it runs."""
        if self._task is None or self._task.done():
            self._keeps_open = False
            self._task = asyncio.create_task(self._live(), name=f"node {self.key}")

    async def stop(self, linger: int | None = None) -> None:
        """End the behaviour and close the sockets; returns when the behaviour has ended."""
        await self._end_task()
        self._close_sockets(linger)
        self._become(NodeState.STOPPED)

    async def finish(self) -> None:
        """Let the behaviour come to an end and keep the sockets open, so that what is queued still leaves."""
        self._keeps_open = True
        if self.behaviour.finishes and self.node is not None and self._task is not None:
            self.node.finish()
        else:
            await self._end_task()
            self._become(NodeState.STOPPED)

    async def closed(self) -> None:
        """Return when all its sockets are closed for good."""
        while self._closings:
            await asyncio.gather(*self._closings, return_exceptions=True)

    async def reopen(self, role: str) -> None:
        """Put a new socket, with the same links, in the place of one that is of no more use."""
        assert self.node is not None
        face = self.node.sockets[role]
        account = self._accounts.of(self._socket_key(role))
        self._close(account, face.socket, linger=0)
        face.replace(self._open(role))

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    async def _live(self) -> None:
        clock = self._world.network
        while True:
            began = clock.now()
            failed = await self._once()
            restarts = self.piece.restart == "always" or (failed and self.piece.restart == "on-failure")
            if self._keeps_open or (not restarts and not failed):
                if not self._keeps_open:
                    self._close_sockets(linger=None)
                self._become(NodeState.STOPPED)
                return
            self._close_sockets(linger=0 if failed else None)
            if not restarts:
                return
            if failed:
                self._become(NodeState.WAITING)
            await asyncio.sleep(self._patience.next_s(clock.now() - began))
            self._become(NodeState.STARTING)

    async def _once(self) -> bool:
        """Run the behaviour from its beginning to its end; return whether that was a failure."""
        try:
            if self.node is None:
                self._assemble()
            assert self.node is not None
            self.error = None
            self._become(NodeState.RUNNING)
            await self.behaviour.run(self.node)
        except Exception as error:  # noqa: BLE001  whatever it is ends this node, and no other
            self._fail(error)
            return True
        return False

    def _fail(self, error: Exception) -> None:
        self.error = describe(error)
        self._become(NodeState.FAILED)

    def _become(self, state: NodeState) -> None:
        if state is not self.state or state is NodeState.FAILED:
            self.state = state
            self._changed(self)

    async def _end_task(self) -> None:
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])

    def _assemble(self) -> None:
        self._drawn = self._draw()
        faces: dict[str, NodeSocket] = {}
        before = {role: list(self._accounts.of(self._socket_key(role)).living) for role in self._pieces}
        try:
            for role in self._pieces:
                socket = self._open(role, connects=False)
                faces[role] = NodeSocket(role, socket, self._world.network)
                self._accounts.of(self._socket_key(role)).face = faces[role]
            for role, face in faces.items():
                self._connect_all(role, face.socket)
        except EngineError:
            for role in self._pieces:
                account = self._accounts.of(self._socket_key(role))
                for socket in [each for each in account.living if each not in before[role]]:
                    self._close(account, socket, linger=0)
            raise
        self.node = Node(
            self.piece.id,
            self.piece.replica,
            self._parameters,
            faces,
            self._world.network,
            self._world.network,
            reopen=self.reopen,
            record=self._record,
        )

    def _open(self, role: str, *, connects: bool = True) -> Socket:
        piece = self._pieces[role]
        account = self._accounts.of(self._socket_key(role))
        secured = secure(self._world.authenticator, self._socket_key(role), piece.security)
        options = {**self._options(piece), **secured, **piece.sealed}
        socket = self._world.context.socket(SocketType[piece.type], **options)
        account.living.append(socket)
        self._opened(self, role, socket)
        for prefix in piece.subscriptions:
            want(socket, self._fill(prefix), wanted=True)
        for bind in piece.binds:
            self._bind(role, bind, socket)
        if connects:
            self._connect_all(role, socket)
        return socket

    def _connect_all(self, role: str, socket: Socket) -> None:
        for wire in self._wires[role]:
            socket.connect(wire.address, label=wire.label)

    def _bind(self, role: str, piece: BindPiece, socket: Socket) -> None:
        addresses = self._bound.setdefault(self._socket_key(role), {})
        planned = addresses.get(piece.endpoint, piece.address)
        addresses[piece.endpoint] = socket.bind(planned, label=piece.label)

    def _close_sockets(self, linger: int | None) -> None:
        node, self.node = self.node, None
        if node is None:
            return
        self._parameters = node.parameters
        for role, face in node.sockets.items():
            account = self._accounts.of(self._socket_key(role))
            account.face = None
            self._close(account, face.socket, linger)

    def _close(self, account: Account, socket: Socket, linger: int | None) -> None:
        socket.close(linger)
        closing = asyncio.create_task(self._retire(account, socket), name=f"closing {account.key}")
        self._closings.add(closing)
        closing.add_done_callback(self._closings.discard)

    @staticmethod
    async def _retire(account: Account, socket: Socket) -> None:
        await socket.closed()
        account.retire(socket)

    def _options(self, piece: SocketPiece) -> dict[str, Any]:
        return {
            name: fill(value, self._drawn) if isinstance(value, str) else value
            for name, value in piece.options.items()
        }

    def _draw(self) -> dict[str, object]:
        """What templates of subscriptions and options know; fields are drawn once for this instance."""
        chance = self._world.network
        fields = self._parameters.get("fields") or {}
        drawn = {name: draw_field(field, chance).decode() for name, field in fields.items()}
        return {**drawn, "node": self.piece.id, "replica": self.piece.replica}

    def _fill(self, prefix: str) -> bytes:
        octets = bytes.fromhex(prefix)
        if b"${" not in octets:
            return octets
        return fill(octets.decode("utf-8", "surrogateescape"), self._drawn).encode("utf-8", "surrogateescape")

    def _socket_key(self, role: str) -> str:
        return f"{self.key}.{role}"


def describe(error: BaseException) -> str:
    """Say an error in a sentence, for the node's card."""
    if isinstance(error, BaseExceptionGroup):
        return describe(error.exceptions[0])
    text = str(error)
    return text if isinstance(error, EngineError) or not text else f"{type(error).__name__}: {text}"


def _role_of(socket: str) -> str:
    return socket.rpartition(".")[2]

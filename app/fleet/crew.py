"""The processes of one run: started, assembled, wired to each other, started again, and sent home."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.fleet.addresses import Addresses
from app.fleet.exchange import Exchange
from app.fleet.expansion import Connection, connections_of, pieces_of, process_keys
from app.fleet.keyring import Keyring
from app.fleet.launcher import Ending, Launcher
from app.fleet.process_handle import (
    OrderRefused,
    ProcessGone,
    ProcessHandle,
    ProcessState,
    ProcessStuck,
    Reply,
)
from app.runtime import control
from app.topology.plan import Plan
from engine.sockets.context import Context

LINGER_MS: Final = 250
"""How long queued messages may still leave when a run is stopped."""
CLOSE_WITHIN_S: Final = 3.0

NEEDS_CONTROL: Final = "control"


class Crew:
    """All processes of a run and the connections between them.

    Args:
        plan: what they are to be; replaced as the run is edited.
        keyring: the secrets of ``plan``; replaced with it.
        directory: the run's own, private to this user.
        heard, died: see ``ProcessHandle``.

    Attributes:
        handles: the processes by key, each the latest incarnation.
        addresses: where sockets bind.
    """

    def __init__(
        self,
        plan: Plan,
        keyring: Keyring,
        launcher: Launcher,
        context: Context,
        directory: Path,
        *,
        heard: Callable[[ProcessHandle, control.Part], None],
        died: Callable[[ProcessHandle, Ending], None],
    ) -> None:
        self.plan = plan
        self.keyring = keyring
        self.handles: dict[str, ProcessHandle] = {}
        self.addresses = Addresses(directory)
        self._launcher = launcher
        self._directory = directory
        self._exchange = Exchange(context, f"ipc://{directory}/{NEEDS_CONTROL}")
        self._heard = heard
        self._died = died
        self._wired: set[str] = set()
        self._sources: dict[str, str] = {}
        """Where connecting sides speak from, by label, where the bound side is not told who they are."""

    # ── the whole ─────────────────────────────────────────────────────────────────────────────

    async def open(self) -> None:
        """Start all processes, let them bind, and connect them; nothing runs yet.

        Raises:
            LauncherGone, StartFailed, ProcessGone, ProcessStuck, OrderRefused.
        """
        keys = [key for process in self.plan.processes for key in process_keys(process)]
        pieces = {key: self._pieces(key) for key in keys}  # all first: so fixed addresses are known to all
        await self._launch_all(pieces)
        await self.wire_up()

    async def go(self) -> None:
        """Start the behaviours."""
        await self.tell_all(control.Go())

    async def add(self, keys: Iterable[str]) -> None:
        """Start processes that are new in the plan, or dead; with their nodes, wired and running."""
        await self._launch_all({key: self._pieces(key) for key in keys})
        await self.wire_up()
        for key in keys:
            await self.tell(key, control.Go())

    async def remove(self, keys: Iterable[str]) -> None:
        """Close processes in good order and let them go."""
        for key in keys:
            await self.tell(key, control.Close(within_ms=LINGER_MS), CLOSE_WITHIN_S)
            handle = self.handles.get(key)
            if handle is not None:
                await handle.leave(1.0)

    async def close(self) -> None:
        """Let every process go; what does not leave is killed."""
        await asyncio.gather(*(handle.leave(1.0) for handle in self.handles.values()))
        await self._exchange.close()

    def kill(self, handle: ProcessHandle) -> None:
        """End a process as a crash would."""
        handle.signal(signal.SIGKILL)

    def freeze(self, handle: ProcessHandle) -> None:
        """Stop a process in its tracks; it does not know."""
        handle.signal(signal.SIGSTOP)
        handle.state = ProcessState.FROZEN

    def thaw(self, handle: ProcessHandle) -> None:
        """Let a frozen process go on."""
        handle.signal(signal.SIGCONT)
        handle.state = ProcessState.RUNNING

    # ── orders ────────────────────────────────────────────────────────────────────────────────

    async def ask(self, key: str, order: control.Order, within_s: float | None = None) -> Reply:
        """Ask one process.

        Raises:
            ProcessGone, ProcessStuck, OrderRefused.
        """
        handle = self.handles.get(key)
        if handle is None:
            raise ProcessGone(key)
        return await (handle.ask(order) if within_s is None else handle.ask(order, within_s))

    async def tell(self, key: str, order: control.Order, within_s: float | None = None) -> bool:
        """Give one process an order; return whether it was carried out, a dead process's is not."""
        with suppress(ProcessGone, ProcessStuck):
            await self.ask(key, order, within_s)
            return True
        return False

    async def tell_all(self, order: control.Order, within_s: float | None = None) -> None:
        """Give all living processes an order and wait until they carried it out."""
        living = [handle.key for handle in self.handles.values() if handle.answers]
        await asyncio.gather(*(self.tell(key, order, within_s) for key in living))

    def post_all(self, order: control.Order) -> None:
        """Give all living processes an order and do not wait."""
        for handle in self.handles.values():
            if handle.answers:
                handle.post(order)

    # ── wiring ────────────────────────────────────────────────────────────────────────────────

    async def wire_up(self) -> None:
        """Make the connections of the plan that are not made yet and whose address is known."""
        wires: dict[str, list[control.Wire]] = {}
        for connection in self.connections():
            handle = self.handles.get(connection.connects.process)
            if handle is not None and handle.answers and (wire := self._wire(connection)) is not None:
                wires.setdefault(handle.key, []).append(wire)
        await asyncio.gather(*(self.tell(key, control.Connect(wires=some)) for key, some in wires.items()))
        await self.take_sources(self._sources)  # somebody new may hear them

    async def unwire(self, connections: Iterable[Connection]) -> None:
        """End connections."""
        wires: dict[str, list[control.Wire]] = {}
        for connection in connections:
            if connection.label in self._wired:
                self._wired.discard(connection.label)
                address = self._address(connection)
                if address is not None and not any(
                    each.label in self._wired for each in self._sharing(connection)
                ):
                    wire = control.Wire(
                        socket=connection.connecting_socket, address=address, label=connection.label
                    )
                    wires.setdefault(connection.connects.process, []).append(wire)
        for key, some in wires.items():
            with suppress(OrderRefused):  # its node is gone, and the connection with it
                await self.tell(key, control.Disconnect(wires=some))

    async def take_sources(self, sources: dict[str, str]) -> None:
        """Tell the bound sides whom they hear, by the address that it speaks from."""
        self._sources |= sources
        for connection in self.connections():
            heard = next(
                (sources[each.label] for each in self._sharing(connection) if each.label in sources), None
            )
            if heard is not None and connection.binds.process:
                order = control.NamePeer(socket=connection.binding_socket, peer=heard, label=connection.label)
                await self.tell(connection.binds.process, order)

    def forget_wires(self, node_key: str) -> None:
        """A node instance's sockets are new: its connections are to be made again."""
        self._wired = {label for label in self._wired if not _connects(label, node_key)}

    def connections(self) -> list[Connection]:
        """All connections of the plan whose connecting side is ours."""
        return [
            connection
            for link in self.plan.links
            for connection in connections_of(self.plan, link)
            if connection.connects.process
        ]

    async def take_bound(self, bound: dict[str, dict[str, str]]) -> bool:
        """Take the addresses that a process reports, and connect who waited; return whether one is new."""
        is_news = self.addresses.report(bound)
        if is_news:
            await self.wire_up()
        return is_news

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    async def _launch_all(self, pieces: dict[str, list[control.NodePiece]]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for key, some in pieces.items():
                    group.create_task(self._launch(key, some))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _launch(self, key: str, pieces: list[control.NodePiece]) -> None:
        before = self.handles.get(key)
        incarnation = before.incarnation + 1 if before is not None else 1
        handle = ProcessHandle(key, incarnation, self._exchange, heard=self._heard, ended=self._died)
        self.handles[key] = handle
        for piece in pieces:
            self.forget_wires(piece.key)
        await handle.start(self._launcher, self._directory)
        # Connections come when all have bound: whoever connects too early waits for its back-off.
        reply = await handle.ask(control.Assemble(nodes=pieces))
        self.addresses.report(reply.facts["bound"])

    def _pieces(self, key: str) -> list[control.NodePiece]:
        return [self.place(piece) for piece in pieces_of(self.plan, key)]

    def place(self, piece: control.NodePiece) -> control.NodePiece:
        """Give a node's sockets their addresses, as far as they are known, and their secrets."""
        _, plan = self.plan.find(piece.id)
        sockets = []
        for socket in piece.sockets:
            binds = [self.addresses.allot(f"{piece.key}.{socket.role}", bind) for bind in socket.binds]
            wanted = plan.socket(socket.role)
            kept = {"security": self.keyring.piece(wanted.security), "sealed": self.keyring.sealed(wanted)}
            sockets.append(socket.model_copy(update={"binds": binds, **kept}))
        return piece.model_copy(update={"sockets": sockets})

    def _wire(self, connection: Connection) -> control.Wire | None:
        """The wire of a connection that is to be made now, which is noted as made."""
        if connection.label in self._wired:
            return None
        address = self._address(connection)
        if address is None:
            return None
        is_served = any(each.label in self._wired for each in self._sharing(connection))
        self._wired.add(connection.label)
        if is_served:
            return None
        return control.Wire(socket=connection.connecting_socket, address=address, label=connection.label)

    def _sharing(self, connection: Connection) -> list[Connection]:
        """The connections that are one with this, itself among them: those to one multicast group."""
        if not connection.link.is_shared:
            return [connection]
        address = self._address(connection)
        return [
            each
            for each in self.connections()
            if each.connecting_socket == connection.connecting_socket and self._address(each) == address
        ]

    def _address(self, connection: Connection) -> str | None:
        if connection.is_outside_bound:
            return connection.link.address
        return self.addresses.find(connection.binding_socket, connection.link.endpoint_id)


def _connects(label: str, node_key: str) -> bool:
    known = control.read_label(label)
    return known is not None and known.connects == node_key


def make_directory(base: Path, run: str) -> Path:
    """Make a run's directory, which nobody else may look into."""
    directory = base / run
    os.makedirs(directory, mode=0o700)
    return directory

"""One run: its processes' life together, from play to the final books, and what it tells meanwhile."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from app.errors import IllegalTransition
from app.fleet.accounting import Accounting
from app.fleet.crew import CLOSE_WITHIN_S, LINGER_MS, Crew
from app.fleet.expansion import instances_of
from app.fleet.keyring import Keyring
from app.fleet.launcher import Ending, Launcher
from app.fleet.outsiders import Outsiders
from app.fleet.process_handle import OrderRefused, ProcessHandle, ProcessState
from app.fleet.refusals import Refusals, link_of
from app.fleet.run_clock import RunClock
from app.fleet.run_state import RunState
from app.fleet.sampling import Sampling
from app.runtime import control
from app.runtime.states import NodeState
from app.telemetry.fanout import Watch
from app.telemetry.journal import Journal
from app.telemetry.table import PipeRow, PipeTable
from app.topology.plan import Plan
from engine.sockets.context import Context

Json = dict[str, Any]

OF_TOPICS: Final = ("subscribed", "unsubscribed", "joined", "left")
"""Events about a topic or a group, which may be empty: everything."""

LATER: Final = "kept, and does not start: its behaviour comes with a later version"


class Run:
    """One live execution of a plan.

    Args:
        directory: made for it, and removed at its end.
        over: told once when it has ended or failed.

    Attributes:
        crew: its processes.
        nodes: state and error of each instance, by key.
        outsiders: programs outside that are connected.
        refusals: links whose handshake was refused.
    """

    def __init__(
        self,
        id: str,  # noqa: A002  the word of the interface
        topology: str,
        revision: int,
        plan: Plan,
        keyring: Keyring,
        launcher: Launcher,
        context: Context,
        directory: Path,
        over: Callable[["Run"], None],
    ) -> None:
        self.id = id
        self.topology = topology
        self.revision = revision
        self.state = RunState.STARTING
        self.error: str | None = None
        self.clock = RunClock()
        self.journal = Journal()
        self.table = PipeTable(self._noticed)
        self.accounting = Accounting(self.table)
        self.crew = Crew(plan, keyring, launcher, context, directory, heard=self._heard, died=self._died)
        self.sampling = Sampling(
            self.crew.handles.values, self.clock, self.table, self.accounting, self.journal
        )
        self.nodes: dict[str, tuple[str, str | None]] = {}
        self.outsiders = Outsiders()
        self.refusals = Refusals()
        self._directory = directory
        self._over = over
        self._watches: list[Watch] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._sampler: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()
        self._waiting_changes: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self.changing = asyncio.Lock()
        """Held by whoever changes what runs, so that changes come one after the other."""

    @property
    def plan(self) -> Plan:
        """What it executes now."""
        return self.crew.plan

    # ── its life ──────────────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Start everything; a failure makes the run fail, and says why in ``error``."""
        self.take_plan(self.plan)
        try:
            await self.crew.open()
            self.clock.go()
            await self.crew.go()
        except Exception as error:  # noqa: BLE001  whatever it is, the run failed and the server goes on
            if self.state is RunState.STARTING:
                await self._fail(error)
            return
        if self.state is not RunState.STARTING:
            return  # it was stopped meanwhile
        self._become(RunState.RUNNING)
        self._tell({"kind": "endpoints", "sockets": self.crew.addresses.as_json()})
        self._sampler = asyncio.create_task(self.sampling.run(), name=f"sampling of {self.id}")

    async def pause(self) -> None:
        """Stop the world of every process at a message.

        Raises:
            IllegalTransition: it does not run.
        """
        self._require(RunState.RUNNING, to=RunState.PAUSED)
        await self.crew.tell_all(control.Hold())
        self.clock.stand()
        self._become(RunState.PAUSED)
        await self.sampling.sample(thorough=True)

    async def resume(self) -> None:
        """Let it go on.

        Raises:
            IllegalTransition: it is not paused.
        """
        self._require(RunState.PAUSED, to=RunState.RUNNING)
        self.clock.go()
        await self.crew.tell_all(control.Release())
        self._become(RunState.RUNNING)
        changes, self._waiting_changes = self._waiting_changes, []
        async with self.changing:
            for change in changes:
                await change()

    def after_resume(self, change: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let a change be made when the run goes on."""
        self._waiting_changes.append(change)

    async def change_process(self, handle: ProcessHandle, state: str) -> None:
        """Kill, freeze, stop one process, or let it run again; the caller has seen that it may."""
        match state:
            case "killed":
                self.crew.kill(handle)
                await handle.gone()
                return
            case "frozen":
                self.crew.freeze(handle)
            case "stopped":
                await self.crew.tell(handle.key, control.Close(within_ms=LINGER_MS), CLOSE_WITHIN_S)
                await self.sampling.sample(thorough=True)
                await handle.leave(1.0)
                self.accounting.bury(handle.key)
            case _ if handle.state is ProcessState.FROZEN:
                self.crew.thaw(handle)
            case _:
                await self.crew.add([handle.key])
                handle = self.crew.handles[handle.key]
        self.tell_process(handle)

    async def stop(self, *, is_drained: bool = False) -> None:
        """End it: nodes stop, sockets close, the final books are told. A second call waits for the first.

        Args:
            is_drained: nothing was on its way any more, so the books must say so.
        """
        if self.state.is_over or self.state is RunState.STOPPING:
            await self._ended.wait()
            return
        if self.state is RunState.PAUSED:
            self.crew.post_all(control.Release())
        self._become(RunState.STOPPING)
        self.clock.stand()
        if self._sampler is not None:
            self._sampler.cancel()
        for handle in self.crew.handles.values():
            if handle.state is ProcessState.FROZEN:
                self.crew.thaw(handle)
        with suppress(OrderRefused):
            await self.crew.tell_all(control.Close(within_ms=LINGER_MS), CLOSE_WITHIN_S)
        await self.sampling.sample(thorough=True)
        self.accounting.draw_up(self.clock.t_s, is_drained=is_drained)
        await self._finish(RunState.ENDED)

    # ── what others do with it ────────────────────────────────────────────────────────────────

    def take_plan(self, plan: Plan) -> None:
        """Make ``plan`` what is expected: rows, books, nodes. What runs is changed elsewhere."""
        self.crew.plan = plan
        self.accounting.expect(plan, self.clock.t_s)
        self.accounting.draw_up(self.clock.t_s)
        drawn = {link.id for link in plan.links}
        self.refusals.forget(link for link in self.refusals.known() if link not in drawn)
        known = dict(self.nodes)
        self.nodes = {}
        for process, node in plan.nodes():
            if process is None:
                continue
            for instance in instances_of(plan, node.id):
                fresh = (NodeState.STARTING, None) if node.starts else (NodeState.STOPPED, LATER)
                self.nodes[instance.key] = known.get(instance.key, fresh)

    def watch_state(self) -> Watch:
        """Return a watch that begins with the present state."""
        watch = Watch(closed=self._forget)
        watch.give({"kind": "state", "run": self.view()})
        if self.state.is_over:
            watch.give({"kind": "ended", "books": self.accounting.books.as_json()})
            watch.end()
        self._watches.append(watch)
        return watch

    def view(self) -> Json:
        """The run as ``GET /runs/{id}`` shows it."""
        return {
            "id": self.id,
            "topology": self.topology,
            "revision": f"r{self.revision}",
            "state": self.state,
            "error": self.error,
            "clock": "real",
            "t_s": round(self.clock.t_s, 3),
            "books": self.accounting.books.as_json(),
            "processes": [self.view_process(handle) for handle in self.crew.handles.values()],
            "nodes": [self.view_node(key) for key in self.nodes],
            "endpoints": self.crew.addresses.as_json(),
            "externals": list(self.outsiders.present),
            "refused": dict(self.refusals.present),
        }

    def view_process(self, handle: ProcessHandle) -> Json:
        """One of its processes."""
        return {
            "id": handle.id,
            "replica": handle.replica,
            "pid": handle.pid,
            "state": handle.state,
            "last_words": handle.last_words or None,
        }

    def view_node(self, key: str) -> Json:
        """One instance of a node."""
        node, _, replica = key.partition("#")
        state, error = self.nodes[key]
        return {"id": node, "replica": int(replica), "state": state, "error": error}

    def tell_process(self, handle: ProcessHandle) -> None:
        """Tell whoever watches how a process stands."""
        self._tell({"kind": "process", **self.view_process(handle)})

    def tell_all_over(self) -> None:
        """Tell whoever watches the whole state: more than one thing changed."""
        self._tell({"kind": "state", "run": self.view()})

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let something be done that nobody waits for."""
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── what its processes tell ───────────────────────────────────────────────────────────────

    def _heard(self, handle: ProcessHandle, notice: control.Part) -> None:
        match notice:
            case control.NodeChanged():
                self._node_changed(notice)
            case control.Rebound():
                self.in_background(self._rebound(notice))
            case control.Happened():
                for event in notice.events:
                    self._happened(handle, event)
            case _:
                raise AssertionError(notice)

    def _node_changed(self, notice: control.NodeChanged) -> None:
        if notice.node not in self.nodes:
            return
        self.nodes[notice.node] = (notice.state, notice.error)
        self._tell({"kind": "node", **self.view_node(notice.node)})
        node = notice.node.partition("#")[0]
        if notice.state == NodeState.FAILED:
            is_bind = notice.error is not None and "in use" in notice.error
            what = "bind_failed" if is_bind else "node_failed"
            self.journal.note(self.clock.t_s, what, {"node": node}, notice.error or "")
        elif notice.state == NodeState.STOPPED and self.state is RunState.RUNNING:
            self.journal.note(self.clock.t_s, "node_stopped", {"node": node}, notice.node)

    async def _rebound(self, notice: control.Rebound) -> None:
        await self.crew.take_sources(notice.sources)
        if await self.crew.take_bound(notice.bound):
            self._tell({"kind": "endpoints", "sockets": self.crew.addresses.as_json()})

    def _happened(self, handle: ProcessHandle, event: control.Happening) -> None:
        event = event.model_copy(update={"link": link_of(self.plan, event)})
        t_s = max(event.t_s + self.sampling.offsets.get(handle.key, -event.t_s), 0.0)
        where = {"node": event.node.partition("#")[0]}
        if event.link:
            where["link"] = event.link
        told = [event.peer, event.detail]
        detail = " · ".join(told if event.what in OF_TOPICS and event.peer else filter(None, told))
        self.journal.note(t_s, event.what, where, detail)
        outsider = self.outsiders.take(self.plan, event)
        if outsider is not None:
            self._tell({"kind": "external", **outsider})
        for refusal in self.refusals.take(self.plan, event):
            self._tell({"kind": "handshake", **refusal})

    def _died(self, handle: ProcessHandle, ending: Ending) -> None:
        if self.state.is_over:
            return
        self.accounting.bury(handle.key)
        links = self.accounting.links_of(handle.key)
        self.accounting.mark_unseen(links)
        self.refusals.forget(links)
        self.accounting.draw_up(self.clock.t_s)
        detail = f"{handle.key} {ending.sentence()}"
        self.journal.note(self.clock.t_s, "process_died", {"process": handle.id}, detail)
        for key in self._nodes_of(handle.key):
            self.nodes[key] = (NodeState.FAILED, f"its process {detail}")
            self.sampling.nodes.pop(key, None)
            self._tell({"kind": "node", **self.view_node(key)})
        self.tell_process(handle)

    def _nodes_of(self, process: str) -> list[str]:
        return [
            instance.key
            for _, node in self.plan.nodes()
            if node.starts
            for instance in instances_of(self.plan, node.id)
            if instance.process == process
        ]

    def _noticed(self, row: PipeRow, what: str, count: int) -> None:
        where = {"node": row.key.node, "link": row.key.link}
        self.journal.note(self.clock.t_s, what, where, row.key.end, count)

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    async def _fail(self, error: Exception) -> None:
        self.error = str(error) or type(error).__name__
        words = [handle.last_words for handle in self.crew.handles.values() if handle.last_words]
        self.error = "\n".join([self.error, *words])
        await self._finish(RunState.FAILED)

    async def _finish(self, state: RunState) -> None:
        await self.crew.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.to_thread(rmtree, self._directory, ignore_errors=True)
        self._become(state)
        self._tell({"kind": "ended", "books": self.accounting.books.as_json()})
        self.journal.end()
        self.sampling.end()
        for watch in list(self._watches):
            watch.end()
        self._ended.set()
        self._over(self)

    def _become(self, state: RunState) -> None:
        self.state = state
        self.tell_all_over()

    def _require(self, state: RunState, *, to: RunState) -> None:
        if self.state is not state:
            what = f"run {self.id}"
            raise IllegalTransition(what, self.state, to)

    def _tell(self, message: Json) -> None:
        for watch in self._watches:
            watch.give(message)

    def _forget(self, watch: Watch) -> None:
        if watch in self._watches:
            self._watches.remove(watch)


async def _quietly(work: Coroutine[Any, Any, Any]) -> None:
    """What is done in the background may find its process gone; that is told elsewhere."""
    with suppress(OrderRefused):
        await work

"""Runs, as the doors use them: start, look, pause, stop, change while they go, watch what they tell."""

import asyncio
from typing import Any, Final, NewType

from app.errors import AppError, IllegalTransition, NotFound, TopologyHasErrors, WouldBlock
from app.fleet.expansion import Instance, instances_of
from app.fleet.fleet import Fleet
from app.fleet.live_edit import LiveEdit, worst
from app.fleet.process_handle import (
    OrderRefused,
    ProcessGone,
    ProcessState,
    ProcessStuck,
    Reply,
)
from app.fleet.run import Run
from app.fleet.run_state import RunState
from app.runtime import control
from app.settings import Settings
from app.telemetry.fanout import FrameWatch, Watch
from app.telemetry.message_shapes import read_frames
from app.topology.compile import compile_plan
from app.topology.diff import Effect, difference
from app.topology.edits import apply
from app.topology.keys_here import KeysHere
from app.topology.plan import Plan
from app.workspace.locksmith import Locksmith, SecretMissing

Json = Any
RunId = NewType("RunId", str)

EDITS_TOLD_APART: Final = 8
"""Edits of one request whose effects are found one by one; of more the effect of all together is told."""

LOOKS: Final = 3
"""How often a link whose messages nobody kept until now is looked at before the answer is "none"."""
LOOK_EVERY_S: Final = 0.1

WHILE_PAUSED: Final = "the run is paused; its nodes do nothing until it goes on"

NODE_STATES: Final = ("running", "stopped")
PROCESS_STATES: Final = ("running", "stopped", "frozen", "killed")


class NotNow(AppError):
    """A part of a run cannot do what was asked of it at this moment."""

    code = "not-now"
    title = "It cannot do that now"
    status = 409


class Running:
    """All runs of this server.

    Args:
        settings: their limits, and the hosts that a topology may reach.
        locksmith: has the secrets that topologies name.
    """

    def __init__(self, settings: Settings, locksmith: Locksmith | None = None) -> None:
        self._settings = settings
        self._locksmith = locksmith or Locksmith()
        self._fleet = Fleet(settings.limits.runs, settings.limits.processes)

    @property
    def is_ready(self) -> bool:
        """Whether a run would start quickly now."""
        return self._fleet.is_ready

    async def open(self) -> None:
        """Get ready to start runs; the fork server warms up in the background."""
        await self._fleet.open()

    async def close(self) -> None:
        """Stop all runs."""
        await self._fleet.close()

    # ── a run ─────────────────────────────────────────────────────────────────────────────────

    async def start(self, topology: str, revision: int, document: Json) -> RunId:
        """Start a run and return its id at once; how it comes up is told by its state.

        Raises:
            TopologyHasErrors: with the findings that stop it.
            SecretMissing: a secret went away just now.
            QuotaReached: too many runs, or too many processes.
        """
        plan = self._compile(document, await self._locksmith.here())
        keyring = await self._locksmith.unlock(plan)
        run = self._fleet.create(topology, revision, plan, keyring)
        run.in_background(self._start(run))
        return RunId(run.id)

    def views(self) -> list[Json]:
        """All runs that are known."""
        return [run.view() for run in self._fleet.runs()]

    def view(self, run: RunId) -> Json:
        """One run.

        Raises:
            NotFound: there is none of this name.
        """
        return self._fleet.find(run).view()

    def active_run_of(self, topology: str) -> RunId | None:
        """The run of a topology that is not over, if there is one."""
        run = self._fleet.active_run_of(topology)
        return RunId(run.id) if run is not None else None

    def runs_with(self, stored: str) -> list[RunId]:
        """Runs that were handed the stored secret of this name, and go on with it whatever is stored now."""
        return [
            RunId(run.id)
            for run in self._fleet.runs()
            if not run.state.is_over and any(key.stored == stored for key, _ in run.plan.named_keys())
        ]

    async def change_state(self, run: RunId, state: str) -> None:
        """Pause, resume or end a run.

        Raises:
            NotFound; IllegalTransition: it cannot go there from where it is.
        """
        found = self._fleet.find(run)
        match state:
            case "ended":
                await found.stop()
            case "paused":
                async with found.changing:
                    await found.pause()
            case "running":
                await found.resume()
            case _:
                raise _illegal("run", run, found.state, state)

    async def change_node(self, run: RunId, node: str, state: str) -> None:
        """Start or stop a node: all its instances, or one (``worker#2``).

        Raises:
            NotFound; IllegalTransition; NotNow: its process cannot do it.
        """
        found = self._live(run)
        _require_moving(found)
        instances = _instances(found.plan, node)
        states = {found.nodes[each.key][0] for each in instances}
        if state not in NODE_STATES or states == {state}:
            raise _illegal("node", node, "/".join(sorted(states)), state)
        async with found.changing:
            for each in instances:
                order = _node_order(each, state)
                await self._ask(found, each.process, order)

    async def change_process(self, run: RunId, process: str, state: str) -> None:
        """Kill, freeze, stop, or start again a process box: all its replicas, or one (``work#2``).

        Raises:
            NotFound; IllegalTransition.
        """
        found = self._live(run)
        handles = [each for each in found.crew.handles.values() if process in (each.id, each.key)]
        if not handles:
            raise NotFound("process", process)
        allowed = [each for each in handles if _may_become(each.state, state)]
        if state not in PROCESS_STATES or not allowed:
            raise _illegal("process", process, handles[0].state, state)
        async with found.changing:
            for handle in allowed:
                await found.change_process(handle, state)

    # ── edits ─────────────────────────────────────────────────────────────────────────────────

    async def apply(
        self, topology: str, revision: int, before: Json, after: Json, edits: list[Json]
    ) -> list[Json]:
        """Bring a topology's run to what is drawn now, and say what each edit means for it.

        While the run is paused the change is made when it goes on. A drawing with errors waits for
        the next run.
        """
        run = self._fleet.active_run_of(topology)
        if run is None:
            return []
        here = await self._locksmith.here()
        effects = self._effects(run.plan, before, edits, here)
        try:
            plan = self._compile(after, here)
            keyring = await self._locksmith.unlock(plan)
        except (TopologyHasErrors, SecretMissing):
            return [{"edit": number, "effect": "next-run"} for number in range(len(edits))]
        run.revision = revision
        if run.state is RunState.PAUSED:
            run.after_resume(lambda: LiveEdit(run, plan, keyring).carry_out())
        else:
            async with run.changing:
                if not run.state.is_over:
                    await LiveEdit(run, plan, keyring).carry_out()
        return [{"edit": number, "effect": effect} for number, effect in enumerate(effects)]

    def _effects(self, running: Plan, before: Json, edits: list[Json], here: KeysHere) -> list[Effect]:
        """What each edit does to a run of the document before it; had that errors, to what still runs."""
        known = self._plan_or_none(before, here) or running
        groups = [[edit] for edit in edits] if len(edits) <= EDITS_TOLD_APART else [edits]
        effects: list[Effect] = []
        document = before
        half_done = 0
        for group in groups:
            for edit in group:
                document, _ = apply(document, edit)
            half_done += len(group)
            plan = self._plan_or_none(document, here)
            if plan is None:
                continue  # a step of several edits may pass through errors: what it leads to counts
            effects += [worst(difference(known, plan))] * half_done
            known, half_done = plan, 0
        return effects + ["next-run"] * half_done

    # ── messages ──────────────────────────────────────────────────────────────────────────────

    async def send_manual(self, run: RunId, node: str, body: Json) -> Json:
        """Send a message that a person typed.

        Args:
            body: ``{socket, frames: [{text} | {hex}], replica?}``.

        Raises:
            NotFound; WouldBlock; NotNow; FrameUnreadable.
        """
        found = self._live(run)
        _require_moving(found)
        instance = _instance(found.plan, node, int(body.get("replica") or 1))
        role = str(body.get("socket") or "").rpartition(".")[2]
        frames = [frame.hex() for frame in read_frames(body.get("frames") or [])]
        order = control.SendMessage(node=instance.key, role=role, frames=frames)
        await self._ask(found, instance.process, order)
        return {"sent": True, "octets": sum(len(frame) // 2 for frame in frames)}

    async def manual_messages(self, run: RunId, node: str) -> Json:
        """What a manual node sent and received, oldest first.

        Raises:
            NotFound; NotNow.
        """
        found = self._live(run)
        messages: list[Json] = []
        for instance in _instances(found.plan, node):
            reply = await self._ask(found, instance.process, control.ReadNode(node=instance.key))
            messages += _timed(found, reply)
        return {"messages": sorted(messages, key=_when)}

    async def link_messages(self, run: RunId, link: str, last: int) -> Json:
        """The last messages that passed a link, oldest first; from the first call on they are kept.

        Raises:
            NotFound: there is no such link in the run.
        """
        found = self._live(run)
        if all(each.id != link for each in found.plan.links):
            raise NotFound("link", link)
        for _ in range(LOOKS):
            messages = await self._read_link(found, control.ReadLink(link=link, last=last))
            if messages or found.state is not RunState.RUNNING:
                break
            await asyncio.sleep(LOOK_EVERY_S)
        else:
            messages = []
        return {"messages": messages[-last:]}

    async def link_message(
        self, run: RunId, link: str, seq: int, lane: str | None = None, connection: str | None = None
    ) -> Json:
        """One message with all its octets, by its place in its connection.

        Raises:
            NotFound: it is not kept any more.
        """
        found = self._live(run)
        order = control.ReadLink(link=link, last=0, seq=seq, lane=lane, connection=connection)
        messages = await self._read_link(found, order)
        if not messages:
            raise NotFound("message", f"{link}/{seq}")
        return messages[-1]

    # ── watching ──────────────────────────────────────────────────────────────────────────────

    def watch_state(self, run: RunId) -> Watch:
        """What becomes of a run, from its present state on."""
        return self._fleet.find(run).watch_state()

    def watch_events(self, run: RunId, after: int | None) -> Watch:
        """What happens in a run, from event ``after`` on."""
        return self._fleet.find(run).journal.watch(after)

    def watch_tokens(self, run: RunId) -> Watch:
        """Messages sampled on their way."""
        return self._fleet.find(run).sampling.watch_tokens()

    def watch_telemetry(self, run: RunId, rate_hz: float, links: list[str]) -> FrameWatch:
        """The figures of all pipes: layouts and totals as objects, frames as octets."""
        return self._fleet.find(run).sampling.watch(rate_hz, links)

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    async def _start(self, run: Run) -> None:
        async with run.changing:
            await run.start()

    def _compile(self, document: Json, here: KeysHere) -> Plan:
        return compile_plan(document, allow_hosts=self._settings.allow_hosts, here=here)

    def _plan_or_none(self, document: Json, here: KeysHere) -> Plan | None:
        try:
            return self._compile(document, here)
        except TopologyHasErrors:
            return None

    def _live(self, run: RunId) -> Run:
        found = self._fleet.find(run)
        if found.state.is_over:
            raise _illegal("run", run, found.state, "running")
        return found

    async def _read_link(self, run: Run, order: control.ReadLink) -> list[Json]:
        messages: list[Json] = []
        for handle in list(run.crew.handles.values()):
            if handle.answers:
                messages += _timed(run, await self._ask(run, handle.key, order))
        return sorted(messages, key=_when)

    async def _ask(self, run: Run, process: str, order: control.Order) -> Reply:
        try:
            return await run.crew.ask(process, order)
        except OrderRefused as refusal:
            if refusal.code == "would-block" and isinstance(order, control.SendMessage):
                raise WouldBlock(order.node.partition("#")[0], order.role) from refusal
            raise NotNow(str(refusal)) from refusal
        except (ProcessGone, ProcessStuck) as trouble:
            raise NotNow(str(trouble)) from trouble


def _require_moving(run: Run) -> None:
    if run.state is RunState.PAUSED:
        raise NotNow(WHILE_PAUSED)


def _illegal(what: str, name: str, before: str, after: str) -> IllegalTransition:
    return IllegalTransition(f"{what} {name}", before, after)


def _instances(plan: Plan, node: str) -> list[Instance]:
    node_id, _, number = node.partition("#")
    if all(known.id != node_id for process, known in plan.nodes() if process is not None and known.starts):
        raise NotFound("node", node)
    instances = instances_of(plan, node_id)
    found = [each for each in instances if not number or str(each.number) == number]
    if not found:
        raise NotFound("node", node)
    return found


def _instance(plan: Plan, node: str, replica: int) -> Instance:
    return _instances(plan, f"{node.partition('#')[0]}#{replica}")[0]


def _node_order(instance: Instance, state: str) -> control.Order:
    if state == "running":
        return control.StartNode(node=instance.key)
    return control.StopNode(node=instance.key)


def _may_become(state: ProcessState, wanted: str) -> bool:
    is_up = state in (ProcessState.RUNNING, ProcessState.FROZEN)
    if wanted == "running":
        return state in (ProcessState.DIED, ProcessState.STOPPED, ProcessState.FROZEN)
    if wanted == "frozen":
        return state is ProcessState.RUNNING
    return is_up


def _timed(run: Run, reply: Reply) -> list[Json]:
    """Put the run's time in the place of the process's own."""
    offset = run.clock.t_s - reply.facts["now"]
    return [{**message, "t": round(message["t"] + offset, 3)} for message in reply.facts["messages"]]


def _when(message: Json) -> float:
    return float(message["t"])

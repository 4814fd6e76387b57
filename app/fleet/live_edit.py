"""Editing while it runs: the steps from one plan to the next, carried out on a run's processes."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from app.fleet.crew import CLOSE_WITHIN_S, LINGER_MS
from app.fleet.expansion import Instance, bind_piece, connections_of, instances_of, node_piece, process_keys
from app.fleet.keyring import Keyring
from app.fleet.process_handle import OrderRefused, ProcessGone, ProcessStuck
from app.fleet.run import Run
from app.runtime import control
from app.topology import diff
from app.topology.plan import LinkPlan, Plan
from engine.options import specification

GRAVITY: Final[tuple[diff.Effect, ...]] = ("applied", "restarts-node", "restarts-run", "next-run")


def worst(steps: Iterable[diff.Step]) -> diff.Effect:
    """What several steps together mean for what runs."""
    return max((step.effect for step in steps), key=GRAVITY.index, default="applied")


class LiveEdit:
    """One change of a run, from its present plan to ``plan``.

    What waits for the next run (another number of processes) is left as it is.

    Args:
        keyring: the secrets of ``plan``.
    """

    def __init__(self, run: Run, plan: Plan, keyring: Keyring) -> None:
        self._run = run
        self._keyring = keyring
        self._old = run.plan
        self._new = _with_processes_as_they_are(run.plan, plan)
        self._steps = diff.difference(self._old, self._new)

    async def carry_out(self) -> None:
        """Do all steps. A process that cannot follow shows it by its state; the others do."""
        if not self._steps:
            self._run.take_plan(self._new)
            return
        crew = self._run.crew
        gone = [step.link for step in self._steps if isinstance(step, diff.Disconnect)]
        await crew.unwire(each for link in gone for each in connections_of(self._old, link))
        self._run.take_plan(self._new)
        crew.keyring = self._keyring
        for step in self._steps:
            with suppress(OrderRefused, ProcessGone, ProcessStuck):
                await self._do(step)
        await crew.unwire(each for link in self._given_up() for each in connections_of(self._new, link))
        await crew.wire_up()
        for step in self._steps:
            if isinstance(step, diff.StartNode | diff.RestartNode) and step.node.starts:
                await self._start(step.node.id)
        self._run.tell_all_over()

    def _given_up(self) -> list[LinkPlan]:
        """Links to sockets made anew whose other end was refused: it does not try again by itself."""
        restarted = {step.node.id for step in self._steps if isinstance(step, diff.RestartNode)}
        refused = self._run.refusals.present
        return [link for link in self._new.links if link.id in refused and link.bind[0] in restarted]

    async def _do(self, step: diff.Step) -> None:
        match step:
            case diff.StartProcess():
                await self._run.crew.add(process_keys(step.process))
            case diff.StopProcess():
                await self._stop_process(step.process)
            case diff.StartNode():
                await self._make(step.node.id)
            case diff.StopNode():
                await self._stop(instances_of(self._old, step.node))
            case diff.RestartNode():
                await self._stop(instances_of(self._old, step.node.id))
                await self._make(step.node.id)
            case diff.SetParameters():
                for instance in instances_of(self._new, step.node):
                    order = control.SetParameters(node=instance.key, values=dict(step.parameters))
                    await self._run.crew.tell(instance.process, order)
            case diff.Connect() if step.link.peers_are_unnamed:
                await self._name_link(step.link)
            case _:
                await self._do_to_sockets(step)

    async def _do_to_sockets(self, step: diff.Step) -> None:
        if not isinstance(step, diff.SetOption | diff.Subscribe | diff.Unsubscribe | diff.Bind | diff.Unbind):
            return
        for instance in instances_of(self._new, step.node):
            socket = f"{instance.key}.{step.socket}"
            reply = await self._run.crew.ask(instance.process, self._socket_order(step, instance, socket))
            if isinstance(step, diff.Unbind):
                self._run.crew.addresses.forget(socket, step.bind.endpoint_id)
            if "bound" in reply.facts:
                self._run.crew.addresses.report(reply.facts["bound"])

    def _socket_order(self, step: diff.Step, instance: Instance, socket: str) -> control.Order:
        match step:
            case diff.SetOption():
                value = specification(step.name).default if step.value is None else step.value
                return control.SetOption(socket=socket, name=step.name, value=value)
            case diff.Subscribe():
                return control.Subscribe(socket=socket, add=[step.prefix.hex()], remove=[])
            case diff.Unsubscribe():
                return control.Subscribe(socket=socket, add=[], remove=[step.prefix.hex()])
            case diff.Unbind():
                return control.Unbind(socket=socket, endpoint=step.bind.endpoint_id)
            case diff.Bind():
                _, node = self._new.find(step.node)
                plan = node.socket(step.socket)
                piece = bind_piece(self._new, node, plan, instance.number, step.bind.endpoint_id)
                return control.Bind(socket=socket, piece=self._run.crew.addresses.allot(socket, piece))
            case _:
                raise AssertionError(step)

    async def _name_link(self, link: LinkPlan) -> None:
        """A program outside is drawn at an endpoint that may be bound already."""
        for connection in connections_of(self._new, link):
            order = control.NameLink(
                socket=connection.binding_socket, endpoint=link.endpoint_id, label=connection.label
            )
            await self._run.crew.tell(connection.binds.process, order)

    async def _make(self, node_id: str) -> None:
        """Make a node's instances: sockets bound, not connected, not started."""
        _, node = self._new.find(node_id)
        if not node.starts:
            return
        for instance in instances_of(self._new, node_id):
            self._run.crew.forget_wires(instance.key)
            piece = self._run.crew.place(node_piece(self._new, node, instance.number))
            reply = await self._run.crew.ask(instance.process, control.Assemble(nodes=[piece]))
            self._run.crew.addresses.report(reply.facts["bound"])

    async def _start(self, node_id: str) -> None:
        for instance in instances_of(self._new, node_id):
            with suppress(OrderRefused):  # it could not be made, which its state says
                await self._run.crew.tell(instance.process, control.StartNode(node=instance.key))

    async def _stop(self, instances: Sequence[Instance]) -> None:
        for instance in instances:
            with suppress(OrderRefused):  # it did not start
                order = control.StopNode(node=instance.key, forget=True)
                await self._run.crew.tell(instance.process, order)
            self._run.sampling.nodes.pop(instance.key, None)

    async def _stop_process(self, process: str) -> None:
        """Close a process in good order and hear its last counts."""
        crew = self._run.crew
        keys = [key for key in crew.handles if key.partition("#")[0] == process]
        for key in keys:
            await crew.tell(key, control.Close(within_ms=LINGER_MS), CLOSE_WITHIN_S)
        await self._run.sampling.sample(thorough=True)
        for key in keys:
            await crew.handles.pop(key).leave(1.0)
            self._run.accounting.bury(key)
        for stand in [key for key in self._run.sampling.nodes if key not in self._run.nodes]:
            del self._run.sampling.nodes[stand]


def _with_processes_as_they_are(old: Plan, new: Plan) -> Plan:
    replicas = {process.id: process.replicas for process in old.processes}
    processes = tuple(
        replace(process, replicas=replicas.get(process.id, process.replicas)) for process in new.processes
    )
    return replace(new, processes=processes)

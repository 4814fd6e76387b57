"""From one plan to the next: the fewest steps for a run that goes on, and what each step costs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from app.topology.plan import BindPlan, LinkPlan, NodePlan, OptionValue, Plan, ProcessPlan, SocketPlan
from engine.options import specification

Effect = Literal["applied", "restarts-node", "restarts-run", "next-run"]
Json = Any


@dataclass(frozen=True, slots=True)
class Step:
    """One change to a run."""

    effect: ClassVar[Effect] = "applied"
    """What it means for what runs."""


@dataclass(frozen=True, slots=True)
class StartProcess(Step):
    """A process box that is new, with its nodes; or one more of its replicas' shape."""

    process: ProcessPlan


@dataclass(frozen=True, slots=True)
class StopProcess(Step):
    """A process box that is gone, or has no node left."""

    process: str


@dataclass(frozen=True, slots=True)
class ChangeReplicas(Step):
    """A process box stands for another number of OS processes: only a new run makes them."""

    effect: ClassVar[Effect] = "next-run"
    process: str
    replicas: int


@dataclass(frozen=True, slots=True)
class StartNode(Step):
    """A node that is new in a process that stands: make its sockets, bind, start its behaviour."""

    process: str
    node: NodePlan


@dataclass(frozen=True, slots=True)
class StopNode(Step):
    """A node that is gone: stop its behaviour, close its sockets."""

    process: str
    node: str


@dataclass(frozen=True, slots=True)
class RestartNode(Step):
    """A node whose sockets must be made anew: stop it, start this, connect its links again."""

    effect: ClassVar[Effect] = "restarts-node"
    process: str
    node: NodePlan
    reason: str


@dataclass(frozen=True, slots=True)
class SetParameters(Step):
    """The behaviour gets other parameters and goes on."""

    process: str
    node: str
    parameters: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class SetOption(Step):
    """A live option of a socket."""

    process: str
    node: str
    socket: str
    name: str
    value: OptionValue | None
    """``None`` for its default."""


@dataclass(frozen=True, slots=True)
class Subscribe(Step):
    """One more subscription of a SUB, or group of a DISH."""

    process: str
    node: str
    socket: str
    prefix: bytes


@dataclass(frozen=True, slots=True)
class Unsubscribe(Step):
    """One subscription, or group, less."""

    process: str
    node: str
    socket: str
    prefix: bytes


@dataclass(frozen=True, slots=True)
class Bind(Step):
    """One more endpoint of a socket."""

    process: str
    node: str
    socket: str
    bind: BindPlan


@dataclass(frozen=True, slots=True)
class Unbind(Step):
    """One endpoint less; its connections end."""

    process: str
    node: str
    socket: str
    bind: BindPlan


@dataclass(frozen=True, slots=True)
class Connect(Step):
    """A link that is new."""

    link: LinkPlan


@dataclass(frozen=True, slots=True)
class Disconnect(Step):
    """A link that is gone."""

    link: LinkPlan


def difference(old: Plan, new: Plan) -> list[Step]:
    """Return the steps that lead from one plan to the next, in an order that can be followed.

    Links go before the sockets they hang on, and come after them. A restarted
    node takes its links down and up by itself: there are no steps for those
    unless the link itself changed, or the node moved to another process.
    """
    moved = _moved(old, new)
    before, after = ({link.id: link for link in plan.links} for plan in (old, new))
    gone_links = [link for link in old.links if after.get(link.id) != link or moved & _ends(link)]
    new_links = [link for link in new.links if before.get(link.id) != link or moved & _ends(link)]
    return [
        *(Disconnect(link) for link in gone_links),
        *_process_steps(old, new),
        *(Connect(link) for link in new_links),
    ]


def _moved(old: Plan, new: Plan) -> set[str]:
    """Return the nodes that are in both plans, and not in the same process."""
    before, after = (
        {node.id: process.id if process else None for process, node in plan.nodes()} for plan in (old, new)
    )
    return {node for node in before if node in after and before[node] != after[node]}


def _ends(link: LinkPlan) -> set[str]:
    return {link.connect[0], link.bind[0]}


def _process_steps(old: Plan, new: Plan) -> Iterator[Step]:
    before = {process.id: process for process in old.processes}
    after = {process.id: process for process in new.processes}
    for process_id, process in before.items():
        if process_id not in after:
            yield StopProcess(process_id)
        else:
            kept = {node.id for node in after[process_id].nodes}
            yield from (StopNode(process_id, node.id) for node in process.nodes if node.id not in kept)
    for process_id, process in after.items():
        if process_id not in before:
            yield StartProcess(process)
            continue
        if process.replicas != before[process_id].replicas:
            yield ChangeReplicas(process_id, process.replicas)
        had = {node.id: node for node in before[process_id].nodes}
        for node in process.nodes:
            if node.id in had:
                yield from _node_steps(process_id, had[node.id], node)
            else:
                yield StartNode(process_id, node)


def _node_steps(process: str, old: NodePlan, new: NodePlan) -> Iterator[Step]:
    reason = _why_restart(old, new)
    if reason is not None:
        yield RestartNode(process, new, reason)
        return
    if old.parameters != new.parameters:
        yield SetParameters(process, new.id, new.parameters)
    for before, after in zip(old.sockets, new.sockets, strict=True):
        yield from _socket_steps(process, new.id, before, after)


def _socket_steps(process: str, node: str, old: SocketPlan, new: SocketPlan) -> Iterator[Step]:
    for name in _changed_options(old, new):
        yield SetOption(process, node, new.role, name, new.options.get(name))
    for prefix in new.subscriptions:
        if prefix not in old.subscriptions:
            yield Subscribe(process, node, new.role, prefix)
    for prefix in old.subscriptions:
        if prefix not in new.subscriptions:
            yield Unsubscribe(process, node, new.role, prefix)
    yield from (Unbind(process, node, new.role, each) for each in old.binds if each not in new.binds)
    yield from (Bind(process, node, new.role, each) for each in new.binds if each not in old.binds)


def _why_restart(old: NodePlan, new: NodePlan) -> str | None:
    """Return why the node's sockets cannot go on as they are, or ``None`` when they can."""
    if old.behaviour != new.behaviour:
        return "its behaviour is another one"
    if old.starts != new.starts:
        return "it starts now" if new.starts else "it does not start any more"
    if old.replicas != new.replicas:
        return f"there are {new.replicas} of it"
    if [(each.role, each.type) for each in old.sockets] != [(each.role, each.type) for each in new.sockets]:
        return "its sockets are others"
    for before, after in zip(old.sockets, new.sockets, strict=True):
        if before.security != after.security:
            return f"the security of {after.id} acts on new connections only"
        if (before.tls, before.proxy) != (after.tls, after.proxy):
            return f"the certificates and passwords of {after.id} act on new connections only"
        for name in _changed_options(before, after):
            if not specification(name).live:
                return f"option {name} of {after.id} acts on new connections only"
    return None


def _changed_options(old: SocketPlan, new: SocketPlan) -> list[str]:
    names = dict.fromkeys([*old.options, *new.options])
    return [name for name in names if old.options.get(name) != new.options.get(name)]

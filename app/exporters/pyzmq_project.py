"""A runnable pyzmq project: one program for each process box, and a launcher that starts them all."""

from dataclasses import dataclass
from typing import Any, Final

from app.errors import CannotExport
from app.exporters.addresses import Addresses
from app.exporters.exporter import Bundle, Document, Exporter
from app.exporters.pyzmq_security import Variables, doors_of, said, security_options
from app.exporters.render import render
from app.topology.findings import listed
from app.topology.plan import NodePlan, Plan, ProcessPlan, SocketPlan
from app.topology.templates import fill, names_in
from engine.compatibility import DRAFT
from engine.constants import SocketType
from engine.endpoints import WEB
from engine.option_table import OPTIONS

Json = Any

SOURCES: Final = ("generator", "client")
"""Behaviours that begin by themselves; when all have ended the project comes to an end."""

WRITTEN: Final = ("generator", "sink", "worker", "client", "echo", "proxy")
"""Behaviours that there is a template for."""

ALWAYS_SET: Final = {"sndhwm": 1000, "rcvhwm": 1000, "linger": -1}
"""Options written out even at their default: whoever reads the program should see them."""

NO_WAIT_AT_CLOSE: Final = ("SUB", "XSUB")
"""Types whose linger is 0 unless said otherwise, as in libzmq."""


@dataclass(frozen=True, slots=True)
class _Socket:
    """What a template needs to open one socket."""

    role: str
    type: str
    options: list[tuple[str, Json, bool]]
    """Name as in pyzmq, value, and whether the value is a template."""
    subscriptions: list[tuple[Json, bool]]
    binds: list[str]
    """Keys of the addresses."""
    connects: list[tuple[str, int]]
    """Keys, and for inproc how many of the binding node share a process; 0 for all everywhere."""
    security: list[tuple[str, str]]
    """Name as in pyzmq, and an expression."""


@dataclass(frozen=True, slots=True)
class _Node:
    """What a template needs to write one node."""

    id: str
    function: str
    behaviour: str
    replicas: int
    parameters: dict[str, Json]
    frames: list[Json]
    sockets: dict[str, _Socket]

    @property
    def draws_subscriptions(self) -> bool:
        """Whether a subscription has names in it that each instance draws for itself."""
        return any(is_template for socket in self.sockets.values() for _, is_template in socket.subscriptions)


class PyzmqProject:
    """Programs for whoever has Python and pyzmq."""

    name = "pyzmq"
    title = "pyzmq programs"
    suffix = ".zip"

    def export(self, document: Document, plan: Plan) -> Bundle:
        """Write the programs.

        Raises:
            CannotExport: some nodes have a behaviour that cannot be written as a program.
        """
        _check(plan, self.name)
        addresses = Addresses(plan)
        variables = Variables(plan)
        names = _file_names(plan)
        files = [
            (names[process.id], _program(plan, process, addresses, variables)) for process in plan.processes
        ]
        programs = [
            (names[process.id], process.replicas, any(node.behaviour in SOURCES for node in process.nodes))
            for process in plan.processes
        ]
        needed = variables.of(plan.processes)
        launcher = render(
            "pyzmq/run_all.py.j2",
            programs=programs,
            addresses=addresses.written(),
            allotted=addresses.allotted(),
            secrets=needed,
        )
        lost = _lost(plan)
        readme = render("pyzmq/README.md.j2", programs=programs, secrets=variables.told(), lost=lost)
        files += [("run_all.py", launcher), ("requirements.txt", "pyzmq>=25\n"), ("README.md", readme)]
        return Bundle(tuple(files), (*lost, *said(needed)))


def _check(plan: Plan, format_name: str) -> None:
    """Find out whether every node can be a program.

    Raises:
        CannotExport: with the nodes that cannot, and why.
    """
    nodes = [node for process, node in plan.nodes() if process is not None]
    unwritten = [node.id for node in nodes if node.behaviour not in WRITTEN or not node.starts]
    if unwritten:
        raise CannotExport(format_name, unwritten, "there is no program for what they do")
    drafts = [(node, socket) for node in nodes for socket in node.sockets if SocketType[socket.type] in DRAFT]
    if drafts:
        types = listed(dict.fromkeys(socket.type for _, socket in drafts), "and")
        reason = f"pyzmq has {types} only where libzmq was built with its drafts"
        raise CannotExport(format_name, list(dict.fromkeys(node.id for node, _ in drafts)), reason)
    web = [link for link in plan.links if link.address.partition("://")[0] in WEB]
    if web:
        joined = dict.fromkeys(node for link in web for node, _ in (link.connect, link.bind))
        reason = "pyzmq has ws and wss only where libzmq was built with them"
        raise CannotExport(format_name, list(joined), reason)


def _program(plan: Plan, process: ProcessPlan, addresses: Addresses, variables: Variables) -> str:
    nodes = [_node(plan, node, addresses, variables) for node in process.nodes]
    used = {
        key
        for node in nodes
        for socket in node.sockets.values()
        for key in (*socket.binds, *(each for each, _ in socket.connects))
    }
    return render(
        "pyzmq/process.py.j2",
        topology=plan.name,
        process=process,
        nodes=nodes,
        behaviours=[name for name in WRITTEN if any(node.behaviour == name for node in nodes)],
        sources=[node.id for node in nodes if node.behaviour in SOURCES],
        addresses={key: value for key, value in addresses.written().items() if key in used},
        secrets=variables.of([process]),
        doors=doors_of(process, variables),
    )


def _node(plan: Plan, node: NodePlan, addresses: Addresses, variables: Variables) -> _Node:
    return _Node(
        id=node.id,
        function=f"node_{node.id}".replace("-", "_"),
        behaviour=node.behaviour,
        replicas=node.replicas,
        parameters=dict(node.parameters),
        frames=_frames(node),
        sockets={socket.role: _socket(plan, node, socket, addresses, variables) for socket in node.sockets},
    )


def _socket(
    plan: Plan, node: NodePlan, socket: SocketPlan, addresses: Addresses, variables: Variables
) -> _Socket:
    known = _known_names(node)
    options: list[tuple[str, Json, bool]] = []
    merged = {name: _default(socket.type, name) for name in ALWAYS_SET if _has(socket.type, name)}
    for name, value in {**merged, **socket.options}.items():
        if OPTIONS[name].kind in ("bytes", "str"):
            text = _filled(str(value), known)
            options.append((name.upper(), text, bool(names_in(text))))
        else:
            options.append((name.upper(), int(value), False))
    subscriptions: list[tuple[Json, bool]] = []
    for prefix in socket.subscriptions:
        text = prefix.decode("utf-8", "replace")
        is_template = text.encode() == prefix and bool(names_in(_filled(text, known)))
        plain = _filled(text, known).encode() if text.encode() == prefix else prefix
        subscriptions.append(
            (_filled(text, known) if is_template else plain.replace(b"$$", b"$"), is_template)
        )
    return _Socket(
        role=socket.role,
        type=socket.type,
        options=options,
        subscriptions=subscriptions,
        binds=[addresses.key(node.id, socket.role, bind.endpoint_id) for bind in socket.binds],
        connects=[
            (
                addresses.key(*link.bind, link.endpoint_id),
                plan.find(link.bind[0])[1].replicas if link.is_inproc else 0,
            )
            for link in plan.links
            if link.connect == (node.id, socket.role)
        ],
        security=security_options(socket, variables),
    )


def _frames(node: NodePlan) -> list[Json]:
    """Return the frames of what the node sends: a template, or a number of random octets."""
    parts = node.parameters.get("frames") or [node.parameters.get("payload", "")]
    known = _known_names(node)
    return [part["random_octets"] if isinstance(part, dict) else _filled(part, known) for part in parts]


def _known_names(node: NodePlan) -> dict[str, object]:
    """Return the names of templates whose value is the same for all instances."""
    fields = node.parameters.get("fields") or {}
    plain = {
        name: value
        for name, value in node.parameters.items()
        if isinstance(value, str | int | float) and name not in fields
    }
    return {**plain, "node": node.id}


def _filled(text: str, known: dict[str, object]) -> str:
    """Fill in what is known now, leaving a template in which a dollar is still written twice."""
    kept = text.replace("$$", "$$$$")
    return fill(kept, {name: str(value).replace("$", "$$") for name, value in known.items()})


def _has(socket_type: str, option: str) -> bool:
    types = OPTIONS[option].types
    return not types or socket_type in [each.name for each in types]


def _default(socket_type: str, option: str) -> int:
    if option == "linger" and socket_type in NO_WAIT_AT_CLOSE:
        return 0
    return ALWAYS_SET[option]


def _file_names(plan: Plan) -> dict[str, str]:
    """Return a file name for each process; the prefix keeps them apart from Python's own modules."""
    names: dict[str, str] = {}
    for process in plan.processes:
        stem = f"process_{process.id}".replace("-", "_")
        while f"{stem}.py" in names.values():
            stem += "_"
        names[process.id] = f"{stem}.py"
    return names


def _lost(plan: Plan) -> list[str]:
    lost = [f"{node.id} is a program of your own; it is not written" for node in plan.externals]
    again = [node.id for _, node in plan.nodes() if node.restart != "never" and node.behaviour not in SOURCES]
    if again:
        lost.append("a node that fails ends; the programs do not restart it")
    return lost


PYZMQ: Final[Exporter] = PyzmqProject()

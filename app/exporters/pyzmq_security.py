"""Security in a pyzmq program: public keys stand in it, secrets come from its environment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from app.topology.findings import listed
from app.topology.plan import KeyPlan, Plan, ProcessPlan, SecurityPlan, SocketPlan

Half = Literal["SECRET", "PUBLIC"]
Place = tuple[str, str, Half]
"""Where a value is kept, under which name there, and which half of a key it is."""

WHAT: Final = {
    ("curve", "SECRET"): "a secret CURVE key, 40 characters of Z85",
    ("curve", "PUBLIC"): "a public CURVE key, 40 characters of Z85",
    ("plain", "SECRET"): "a password",
}


@dataclass(frozen=True, slots=True)
class Door:
    """Whom one server lets in, as the program's authenticator is told."""

    domain: str
    passwords: tuple[tuple[str, str], ...] | None
    """User names and the variables that hold their passwords; ``None`` for CURVE."""
    keys: tuple[str, ...] | None
    """Expressions of the public keys; ``None`` for any key, and for PLAIN."""


@dataclass(frozen=True, slots=True)
class Told:
    """One variable, as people are told of it."""

    variable: str
    keys: str
    what: str
    source: str


class Variables:
    """The environment variables of one project: one for each secret, whatever the keys are called.

    A variable that the drawing names keeps its name; others are named for their key, and where two
    would be the same (``a-b`` and ``a_b``) the later one gets a number.

    Args:
        plan: whose programs read them.
    """

    def __init__(self, plan: Plan) -> None:
        self._names: dict[Place, str] = {}
        self._keys: dict[str, list[KeyPlan]] = {}
        used = [pair for process in plan.processes for pair in _used(process)]
        for key, half in sorted(used, key=lambda pair: pair[0].env is None or pair[1] == "PUBLIC"):
            owners = self._keys.setdefault(self._named(key, half), [])
            if key not in owners:
                owners.append(key)

    def secret(self, key: KeyPlan) -> str:
        """Return the variable that holds a key's secret."""
        return self._names[_place(key, "SECRET")]

    def public(self, key: KeyPlan) -> str:
        """Return a public key as an expression; where nobody here knows it, the environment does."""
        if key.public is not None:
            return repr(key.public.encode())
        return f"secret({self._names[_place(key, 'PUBLIC')]!r})"

    def of(self, processes: Iterable[ProcessPlan]) -> list[str]:
        """Return the variables that programs need, each once."""
        pairs = (pair for process in processes for pair in _used(process))
        return list(dict.fromkeys(self._names[_place(*pair)] for pair in pairs))

    def told(self) -> list[Told]:
        """Return what people are to know of each variable."""
        return [self._tell(name, half) for (_, _, half), name in self._names.items()]

    def _named(self, key: KeyPlan, half: Half) -> str:
        place = _place(key, half)
        if place not in self._names:
            wanted = f"{place[1].upper().replace('-', '_')}_{half}" if place[0] != "environment" else place[1]
            taken = set(self._names.values())
            endings = ("" if n == 1 else f"_{n}" for n in range(1, len(taken) + 2))
            self._names[place] = next(name for each in endings if (name := wanted + each) not in taken)
        return self._names[place]

    def _tell(self, name: str, half: Half) -> Told:
        owners = self._keys[name]
        first = owners[0]
        source = f"its own environment, in `{first.env}`"
        if first.stored is not None:
            source = f"`glassmq keys --show {first.stored}`"
        if half == "PUBLIC":
            source = (
                f"`glassmq keys`, where {first.stored} is"
                if first.stored
                else f"it follows from `{first.env}`"
            )
        return Told(name, listed([key.id for key in owners], "and"), WHAT[first.kind, half], source)


def security_options(socket: SocketPlan, variables: Variables) -> list[tuple[str, str]]:
    """Return the options of a socket's mechanism and proxy: pyzmq's name, and a Python expression."""
    options = [] if socket.security is None else _mechanism_options(socket.id, socket.security, variables)
    if socket.proxy is not None:
        options += [
            ("SOCKS_USERNAME", repr(socket.proxy.username.encode())),
            ("SOCKS_PASSWORD", f"secret({variables.secret(socket.proxy)!r})"),
        ]
    return options


def doors_of(process: ProcessPlan, variables: Variables) -> list[Door]:
    """Return whom each server of a process lets in."""
    return [
        _door(socket.id, socket.security, variables)
        for node in process.nodes
        for socket in node.sockets
        if socket.security is not None and socket.security.is_server
    ]


def said(variables: list[str]) -> list[str]:
    """Return what is to be said of the secrets, which the programs do not hold."""
    if not variables:
        return []
    return [f"secrets are not in the programs; they read them from {', '.join(variables)}"]


def _mechanism_options(socket: str, security: SecurityPlan, variables: Variables) -> list[tuple[str, str]]:
    domain = repr(socket.encode())
    if security.mechanism == "plain":
        if security.is_server:
            return [("PLAIN_SERVER", "1"), ("ZAP_DOMAIN", domain)]
        assert security.key is not None
        return [
            ("PLAIN_USERNAME", repr(security.key.username.encode())),
            ("PLAIN_PASSWORD", f"secret({variables.secret(security.key)!r})"),
        ]
    assert security.key is not None
    own = f"secret({variables.secret(security.key)!r})"
    if security.is_server:
        return [("CURVE_SERVER", "1"), ("CURVE_SECRETKEY", own), ("ZAP_DOMAIN", domain)]
    public = f"zmq.curve_public({own})" if security.key.public is None else repr(security.key.public.encode())
    assert security.server_key is not None
    return [
        ("CURVE_SERVERKEY", variables.public(security.server_key)),
        ("CURVE_PUBLICKEY", public),
        ("CURVE_SECRETKEY", own),
    ]


def _door(domain: str, security: SecurityPlan, variables: Variables) -> Door:
    allow = security.allow
    if security.mechanism == "plain":
        return Door(domain, tuple((key.username, variables.secret(key)) for key in allow or ()), None)
    return Door(domain, None, None if allow is None else tuple(variables.public(key) for key in allow))


def _used(process: ProcessPlan) -> Iterator[tuple[KeyPlan, Half]]:
    """Yield the keys whose secret a process needs, and those whose public half nobody here knows."""
    for node in process.nodes:
        for socket in node.sockets:
            for key, is_shown in socket.named_keys():
                if key.kind == "tls":
                    continue  # pyzmq has no wss, so no program needs it
                if is_shown:
                    yield key, "SECRET"
                elif key.kind == "curve" and key.public is None:
                    yield key, "PUBLIC"


def _place(key: KeyPlan, half: Half) -> Place:
    """Return what tells a value from others: two keys may be kept in one place."""
    if half == "SECRET" and key.env is not None:
        return "environment", key.env, half
    if half == "SECRET" and key.stored is not None:
        return "store", key.stored, half
    return "drawing", key.id, half

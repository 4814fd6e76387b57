"""Security in a pyzmq program: public keys stand in it, secrets come from its environment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.topology.plan import KeyPlan, Plan, ProcessPlan, SecurityPlan, SocketPlan


@dataclass(frozen=True, slots=True)
class Door:
    """Whom one server lets in, as the program's authenticator is told."""

    domain: str
    passwords: tuple[tuple[str, str], ...] | None
    """User names and the variables that hold their passwords; ``None`` for CURVE."""
    keys: tuple[str, ...] | None
    """Expressions of the public keys; ``None`` for any key, and for PLAIN."""


def security_options(socket: SocketPlan) -> list[tuple[str, str]]:
    """Return the options of a socket's mechanism: pyzmq's name, and the value as a Python expression."""
    return [*_mechanism_options(socket), *_proxy_options(socket)]


def _proxy_options(socket: SocketPlan) -> list[tuple[str, str]]:
    if socket.proxy is None:
        return []
    return [
        ("SOCKS_USERNAME", repr(socket.proxy.username.encode())),
        ("SOCKS_PASSWORD", f"secret({secret_variable(socket.proxy)!r})"),
    ]


def _mechanism_options(socket: SocketPlan) -> list[tuple[str, str]]:
    security = socket.security
    if security is None:
        return []
    domain = repr(socket.id.encode())
    if security.mechanism == "plain":
        if security.is_server:
            return [("PLAIN_SERVER", "1"), ("ZAP_DOMAIN", domain)]
        assert security.key is not None
        return [
            ("PLAIN_USERNAME", repr(security.key.username.encode())),
            ("PLAIN_PASSWORD", f"secret({secret_variable(security.key)!r})"),
        ]
    assert security.key is not None
    own = f"secret({secret_variable(security.key)!r})"
    if security.is_server:
        return [("CURVE_SERVER", "1"), ("CURVE_SECRETKEY", own), ("ZAP_DOMAIN", domain)]
    public = f"zmq.curve_public({own})" if security.key.public is None else repr(security.key.public.encode())
    assert security.server_key is not None
    return [
        ("CURVE_SERVERKEY", _public(security.server_key)),
        ("CURVE_PUBLICKEY", public),
        ("CURVE_SECRETKEY", own),
    ]


def doors_of(process: ProcessPlan) -> list[Door]:
    """Return whom each server of a process lets in."""
    return [
        _door(socket.id, socket.security)
        for node in process.nodes
        for socket in node.sockets
        if socket.security is not None and socket.security.is_server
    ]


def variables_of(processes: Iterable[ProcessPlan]) -> list[str]:
    """Return the environment variables that programs need, each once."""
    return list(dict.fromkeys(name for process in processes for name in _variables(process)))


def told(plan: Plan) -> list[str]:
    """Return what is to be said of the secrets, which the programs do not hold."""
    names = variables_of(plan.processes)
    if not names:
        return []
    return [f"secrets are not in the programs; they read them from {', '.join(names)}"]


def secret_variable(key: KeyPlan) -> str:
    """Return the environment variable that holds a key's secret: the drawing's, or one named for the key."""
    return key.env or f"{(key.stored or key.id).upper().replace('-', '_')}_SECRET"


def _door(domain: str, security: SecurityPlan) -> Door:
    allow = security.allow
    if security.mechanism == "plain":
        passwords = tuple((key.username, secret_variable(key)) for key in allow or ())
        return Door(domain, passwords, None)
    return Door(domain, None, None if allow is None else tuple(_public(key) for key in allow))


def _public(key: KeyPlan) -> str:
    """A public key as an expression; where nobody here knows it, the environment does."""
    return repr(key.public.encode()) if key.public is not None else f"secret({_public_variable(key)!r})"


def _public_variable(key: KeyPlan) -> str:
    return f"{key.id.upper().replace('-', '_')}_PUBLIC"


def _variables(process: ProcessPlan) -> Iterator[str]:
    for node in process.nodes:
        for socket in node.sockets:
            for key, is_shown in socket.named_keys():
                if is_shown:
                    yield secret_variable(key)
                elif key.kind == "curve" and key.public is None:
                    yield _public_variable(key)

"""Rules about one socket's security (GM-108): a role, the keys it needs, and none it has no use for."""

from collections.abc import Iterator
from typing import Final

from app.topology.drawing import Drawing, End
from app.topology.findings import Finding, Fix, KeyWish, nearest, place, setting, unsetting
from app.topology.key_shapes import CURVE, PLAIN, Kind, Security
from app.topology.securing import Securing, security_of

CODE: Final = "GM-108"

WITHOUT_HANDSHAKE: Final = ("STREAM", "DGRAM")
"""Types that do not speak ZMTP, so there is no mechanism."""

FIELDS: Final[dict[tuple[str, str | None], tuple[str, ...]]] = {
    (CURVE, "server"): ("key", "allow"),
    (CURVE, "client"): ("key", "server_key"),
    (PLAIN, "server"): ("allow",),
    (PLAIN, "client"): ("key",),
    ("null", None): (),
}
"""What each part has a use for."""

WHAT: Final = {"key": "a key of its own", "server_key": "a server's key", "allow": "a list of who is let in"}


def socket_security_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield what is wrong with each socket's security by itself."""
    for end in drawing.sockets():
        if end.socket.security is None:
            continue
        if end.socket.type in WITHOUT_HANDSHAKE:
            sentence = f"{end.name} is a {end.socket.type}, which has no handshake and so no mechanism"
            fix = Fix("Take its security away", (unsetting([*end.path, "security"]),))
            yield Finding(CODE, place(end.path), sentence, fix)
            continue
        yield from _useless(end)
        yield from _names(drawing, end)
        if not end.is_external:
            yield from _lacking(drawing, end)


def _useless(end: End) -> Iterator[Finding]:
    security = security_of(end)
    role = None if security.mechanism == "null" else security.role
    useful = FIELDS.get((security.mechanism, role))
    if useful is None:
        return
    given = security.model_dump(exclude_none=True)
    for name in WHAT:
        if name in given and name not in useful:
            part = f"the {role} of {security.mechanism.upper()}" if role else security.mechanism.upper()
            sentence = f"{end.name} is {part}, which has no use for {WHAT[name]} ({name})"
            fix = Fix(f"Remove {name}", (unsetting([*end.path, "security", name]),))
            yield Finding(CODE, place(end.path), sentence, fix)


def _names(drawing: Drawing, end: End) -> Iterator[Finding]:
    """Yield a finding for each key that is not there, or of another kind."""
    security = security_of(end)
    path = [*end.path, "security"]
    named = [(name, getattr(security, name)) for name in ("key", "server_key")]
    for field, name in named:
        if name is not None:
            yield from _name(drawing, end, name, (*path, field), name)
    for number, name in enumerate(security.allow or []):
        others = [each for at, each in enumerate(security.allow or []) if at != number]
        yield from _name(drawing, end, name, (*path, "allow"), others)


def _name(
    drawing: Drawing, end: End, name: str, path: tuple[str, ...], rest: str | list[str]
) -> Iterator[Finding]:
    keys = drawing.topology.keys
    raw = drawing.document.get("keys")
    mechanism = security_of(end).mechanism
    if name in keys:
        if mechanism != "null" and keys[name].kind != mechanism:
            sentence = (
                f"{end.name} is {mechanism.upper()}, but its key {name} is for {keys[name].kind.upper()}"
            )
            yield Finding(CODE, place(end.path), sentence)
        return
    if isinstance(raw, dict) and name in raw:
        return  # it is there and does not fit, which is told already
    near = nearest(name, [each for each in keys if keys[each].kind == mechanism])
    sentence = f"{end.name} speaks of the key {name}, which is not known"
    if near is not None:
        value = [*rest, near] if isinstance(rest, list) else near
        fix = Fix(f"Use {near}", (setting(path, value),))
        yield Finding(CODE, place(end.path), f"{sentence}; did you mean {near}?", fix)
        return
    yield Finding(CODE, place(end.path), sentence, _new_key(name, mechanism))


def _new_key(name: str, mechanism: str) -> Fix | None:
    if mechanism not in (CURVE, PLAIN):
        return None
    kind: Kind = "curve" if mechanism == CURVE else "plain"
    edit = setting(["keys", name], {"kind": kind, "secret": {"stored": name}})
    return Fix(f"Make the key {name}", (edit,), (KeyWish(name, kind),))


def _lacking(drawing: Drawing, end: End) -> Iterator[Finding]:
    security = security_of(end)
    match security:
        case Security(mechanism="null"):
            return
        case Security(role=None):
            role = "server" if drawing.endpoints(end) else "client"
            sentence = f"{end.name} is {security.mechanism.upper()} and neither its server nor its client"
            fix = Fix(f"Make it the {role}", (setting([*end.path, "security", "role"], role),))
            yield Finding(CODE, place(end.path), sentence, fix)
        case Security(mechanism="plain", role="server"):
            if not security.allow:
                yield _lets_nobody_in(drawing, end)
        case _:
            if security.key is None:
                yield _has_no_key(drawing, end)
            if security.mechanism == CURVE and security.role == "client" and security.server_key is None:
                yield _knows_no_server(drawing, end)


def _has_no_key(drawing: Drawing, end: End) -> Finding:
    security = security_of(end)
    kind: Kind = "curve" if security.mechanism == CURVE else "plain"
    securing = Securing(drawing)
    securing.put(end, key=securing.key_of(end, kind))
    if kind == "curve":
        sentence = f"{end.name} is the {security.role} of CURVE and has no key pair"
        return Finding(CODE, place(end.path), sentence, securing.fix("Make it a key"))
    sentence = f"{end.name} is a client of PLAIN and has no user name and password"
    return Finding(CODE, place(end.path), sentence, securing.fix("Make it a password"))


def _knows_no_server(drawing: Drawing, end: End) -> Finding:
    sentence = f"{end.name} is a client of CURVE and does not know its server's key (server_key)"
    servers = [peer for peer in drawing.live_peers(end) if security_of(peer).role == "server"]
    known = next((security_of(peer).key for peer in servers if security_of(peer).key), None)
    fix = None
    if known is not None:
        fix = Fix(f"Expect {known}", (setting([*end.path, "security", "server_key"], known),))
    return Finding(CODE, place(end.path), sentence, fix)


def _lets_nobody_in(drawing: Drawing, end: End) -> Finding:
    sentence = f"{end.name} is the server of PLAIN and lets nobody in: its list (allow) is empty"
    peers = [security_of(peer) for peer in drawing.live_peers(end)]
    shown = [peer.key for peer in peers if peer.mechanism == PLAIN and peer.key in drawing.topology.keys]
    users = list(dict.fromkeys(shown))
    label = f"Let {', '.join(users)} in" if users else "Make a user"
    securing = Securing(drawing)
    securing.put(end, allow=users or [securing.new_key("user", "plain")])
    return Finding(CODE, place(end.path), sentence, securing.fix(label))

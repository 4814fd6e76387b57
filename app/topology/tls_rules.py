"""Rules about wss and proxies: what is shown there (GM-108), and who believes it (GM-215)."""

from collections.abc import Iterator
from typing import Final

from app.topology.drawing import Drawing, End, Joint, scheme_of
from app.topology.findings import Finding, Fix, KeyWish, nearest, place, setting
from app.topology.key_shapes import PLAIN, TLS, Kind, Tls, TlsKey
from app.topology.securing import Securing

CODE: Final = "GM-108"
DISTRUST: Final = "GM-215"
SEALED: Final = "wss"
"""The transport that is inside TLS."""

TRUSTING: Final = ("wss_trust_pem", "wss_trust_system")
"""Options by which a socket believes certificates that the drawing has no key for."""

WHAT: Final[dict[Kind, str]] = {"curve": "a CURVE key", "plain": "a password", "tls": "a certificate"}


def tls_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield what is wrong with what each socket shows over wss or to its proxy, and whom it believes."""
    for end in drawing.sockets():
        yield from _names(drawing, end)
        if not end.is_external and end.node.enabled and not _tls(end).key and _binds_sealed(drawing, end):
            sentence = f"{end.name} binds over wss and has no certificate to show there (tls.key)"
            yield Finding(CODE, place(end.path), sentence, _certified(drawing, end))
    for joint in drawing.live_joints():
        if joint.scheme == SEALED and not joint.connect.is_external:
            yield from _trust(drawing, joint)


def _tls(end: End) -> Tls:
    return end.socket.tls or Tls()


def _binds_sealed(drawing: Drawing, end: End) -> bool:
    return any(scheme_of(address) == SEALED for address in drawing.endpoints(end).values())


def _names(drawing: Drawing, end: End) -> Iterator[Finding]:
    """Yield a finding for each key that is not there, or of another kind."""
    tls = _tls(end)
    if tls.key is not None:
        yield from _name(drawing, end, tls.key, ("tls", "key"), TLS)
    for name in tls.trust:
        others = [each for each in tls.trust if each != name]
        yield from _name(drawing, end, name, ("tls", "trust"), TLS, others)
    if end.socket.proxy is not None:
        yield from _name(drawing, end, end.socket.proxy, ("proxy",), PLAIN)


def _name(
    drawing: Drawing,
    end: End,
    name: str,
    field: tuple[str, ...],
    kind: Kind,
    others: list[str] | None = None,
) -> Iterator[Finding]:
    keys = drawing.topology.keys
    raw = drawing.document.get("keys")
    said = ".".join(field)
    if name in keys:
        if keys[name].kind != kind:
            sentence = f"{end.name}: {said} wants {WHAT[kind]}, and the key {name} is {WHAT[keys[name].kind]}"
            yield Finding(CODE, place(end.path), sentence)
        return
    if isinstance(raw, dict) and name in raw:
        return  # it is there and does not fit, which is told already
    sentence = f"{end.name}: {said} speaks of the key {name}, which is not known"
    near = nearest(name, [each for each in keys if keys[each].kind == kind])
    if near is not None:
        edit = setting((*end.path, *field), near if others is None else [*others, near])
        yield Finding(CODE, place(end.path), f"{sentence}; did you mean {near}?", Fix(f"Use {near}", (edit,)))
        return
    edit = setting(["keys", name], {"kind": kind, "secret": {"stored": name}})
    fix = Fix(f"Make the key {name}", (edit,), (KeyWish(name, kind),))
    yield Finding(CODE, place(end.path), sentence, fix)


def _certified(drawing: Drawing, end: End) -> Fix:
    """Make a certificate on this machine, and have whoever connects believe it."""
    securing = Securing(drawing)
    name = securing.new_key(end.node_id, TLS)
    securing.put_tls(end, key=name)
    for joint in drawing.live_joints():
        if joint.scheme == SEALED and joint.bind.name == end.name and not joint.connect.is_external:
            securing.put_tls(joint.connect, trust=(name,))
    return securing.fix("Make it a certificate")


def _trust(drawing: Drawing, joint: Joint) -> Iterator[Finding]:
    """Yield a finding when the connecting end is certain to refuse what the other one shows."""
    connect, shown = joint.connect, _tls(joint.bind).key
    if any(connect.socket.options.get(name) for name in TRUSTING):
        return
    believed = _tls(connect).trust
    if not believed:
        sentence = (
            f"{connect.name} believes no certificate (tls.trust), so it will turn {joint.bind.name} away"
        )
        if shown is None and joint.bind.is_external:
            sentence += "; name the one that is shown there, or set wss_trust_system"
        elif shown is None:
            return  # the other end has none yet, which is told there; its fix mends this too
        yield Finding(DISTRUST, {"link": joint.id}, sentence, _trusted(drawing, joint, shown))
        return
    if shown is None or shown in believed or not all(_is_own(drawing, name) for name in believed):
        return  # what is above a certificate may be believed as well
    sentence = (
        f"{connect.name} will turn {joint.bind.name} away: the certificate that is shown there, {shown}, "
        "is not among those that it believes"
    )
    yield Finding(DISTRUST, {"link": joint.id}, sentence, _trusted(drawing, joint, shown))


def _is_own(drawing: Drawing, name: str) -> bool:
    """Tell whether a key is one that some socket shows, and so no authority over others."""
    key = drawing.topology.keys.get(name)
    return isinstance(key, TlsKey) and key.secret is not None


def _trusted(drawing: Drawing, joint: Joint, shown: str | None) -> Fix | None:
    if shown is None or joint.connect.is_port:
        return None
    securing = Securing(drawing)
    securing.put_tls(joint.connect, trust=(shown,))
    return securing.fix(f"Believe {shown}")

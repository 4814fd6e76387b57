"""The rule about types and transports: who can bind, and who can connect, over what (GM-106)."""

from collections.abc import Iterator

from app.topology.drawing import Drawing, End, Joint, scheme_of, transports
from app.topology.findings import Finding, Fix, listed, place, setting, unsetting
from engine.endpoints import SCHEMES


def transport_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-106 for each endpoint, and each link, whose transport is not one of the socket's type."""
    for end in drawing.sockets():
        if not end.node.enabled:
            continue
        for endpoint_id, address in drawing.endpoints(end).items():
            scheme = scheme_of(address)
            can = transports(end.socket.type, binding=True)
            if scheme in SCHEMES and can and scheme not in can:
                sentence = f"{end.name} is {_a(end)}, which cannot bind over {scheme}{_otherwise(can)}"
                yield Finding(
                    "GM-106", place(end.path), sentence, _bind_fix(drawing, end, endpoint_id, scheme)
                )
    for joint in drawing.live_joints():
        end, scheme = joint.connect, joint.scheme
        can = transports(end.socket.type, binding=False)
        both = [each for each in transports(joint.bind.socket.type, binding=True) if each in can]
        if scheme in SCHEMES and can and scheme not in can and both:
            sentence = f"{end.name} is {_a(end)}, which cannot connect over {scheme}{_otherwise(can)}"
            edit = setting([*joint.bind.path, "endpoints", joint.endpoint_id], both[0])
            yield Finding("GM-106", {"link": joint.id}, sentence, Fix(f"Use {both[0]}", (edit,)))


def _bind_fix(drawing: Drawing, end: End, endpoint_id: str, scheme: str) -> Fix:
    """Turn the links round where the transport works that way, or take another transport."""
    path = [*end.path, "endpoints", endpoint_id]
    joints = [
        joint for joint in drawing.joints if joint.bind.name == end.name and joint.endpoint_id == endpoint_id
    ]
    turned = scheme in transports(end.socket.type, binding=False) and all(
        scheme in transports(joint.connect.socket.type, binding=True) for joint in joints
    )
    if joints and turned and not any(joint.connect.is_port for joint in joints):
        return Fix("Turn the link round", (*_turned(joints, scheme), unsetting(path)))
    other = transports(end.socket.type, binding=True)[0]
    return Fix(f"Use {other}", (setting(path, other),))


def _turned(joints: list[Joint], scheme: str) -> Iterator[dict[str, object]]:
    for joint in joints:
        endpoints = joint.connect.socket.endpoints
        known = next((each for each, address in endpoints.items() if scheme_of(address) == scheme), None)
        name = known or (
            joint.endpoint_id if joint.endpoint_id not in endpoints else f"{joint.endpoint_id}-{scheme}"
        )
        if known is None:
            yield setting([*joint.connect.path, "endpoints", name], scheme)
        yield setting(["links", joint.id, "connect"], joint.link.bind)
        yield setting(["links", joint.id, "bind"], joint.link.connect)
        yield setting(["links", joint.id, "endpoint"], name)


def _otherwise(schemes: tuple[str, ...]) -> str:
    return f": it can over {listed(schemes, 'and')}"


def _a(end: End) -> str:
    return f"a {end.socket.type}"

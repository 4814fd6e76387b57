"""Rules about where sockets bind and whom they go through: parsed, allowed, free (GM-103, GM-107)."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from typing import Final

from app.topology.drawing import Drawing, End, addresses_of, plain_endpoint, scheme_of
from app.topology.findings import Finding, Fix, place, setting, unsetting
from engine.endpoints import HOSTED, SCHEMES, Endpoint, parse
from engine.errors import EndpointInvalid
from engine.options import SOCKS_PROXY

FIRST_PORT: Final = 5555
ANY_HOST: Final = ("*", "0.0.0.0", "::")  # noqa: S104 - compared with, never bound
LOOPBACK: Final = "127.0.0.1"

MOST_LOOKED_AT: Final = 1000
"""Instances of one node whose addresses are compared one by one."""

Bound = dict[tuple[str, int | str], list[tuple[str, Endpoint]]]
"""Who binds where, by process (for inproc) and by port, path or name."""


def endpoint_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-107 for each endpoint that does not parse or may not be used here."""
    for end in drawing.sockets():
        for endpoint_id, address in end.socket.endpoints.items():
            reason = _why_not(drawing, end, address)
            if reason is None:
                continue
            path = (*end.path, "endpoints", endpoint_id)
            scheme = scheme_of(address)
            if end.is_external:
                elsewhere = free_address(drawing, plain_endpoint(end.socket.type))
                sentence = (
                    f"{end.name}, a program outside, is said to listen at {address[:200]!r}, where no socket "
                    f"of ours can connect: {reason}"
                )
                fix = Fix(f"Say that it listens at {elsewhere}", (setting(path, elsewhere),))
            else:
                allotted = scheme if scheme in SCHEMES else plain_endpoint(end.socket.type)
                sentence = f"{end.name} cannot bind {address[:200]!r}: {reason}"
                fix = Fix("Allot an address", (setting(path, allotted),))
            yield Finding("GM-107", place(end.path), sentence, fix)


def proxy_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-107 for each socket of ours that connects through a proxy it may not reach."""
    for end in drawing.sockets():
        proxy = end.socket.options.get(SOCKS_PROXY)
        if end.is_external or not isinstance(proxy, str) or not proxy:
            continue
        host = proxy.rpartition(":")[0].strip("[]") or proxy
        if not _is_allowed(host, drawing.allow_hosts):
            sentence = (
                f"{end.name} connects through the proxy {proxy[:200]!r}: {host[:200]} is not loopback, and "
                "the person at the server has not allowed it"
            )
            fix = Fix(f"Remove {SOCKS_PROXY}", (unsetting([*end.path, "options", SOCKS_PROXY]),))
            yield Finding("GM-107", place(end.path), sentence, fix)


def clash_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-103 for each endpoint that is bound twice."""
    bound: Bound = {}
    taken = ports_named(drawing)
    for end in drawing.sockets():
        if not end.node.enabled:
            continue
        for endpoint_id, address in drawing.endpoints(end).items():
            clash = _first_clash(drawing, end, address, bound)
            if clash is None:
                continue
            path = (*end.path, "endpoints", endpoint_id)
            if clash == end.name and "${replica}" not in address and drawing.instances(end.node) > 1:
                said = f"each of the {drawing.instances(end.node)} replicas of {end.name} binds {address}"
                fix = Fix("Allot an address to each", (setting(path, scheme_of(address)),))
            else:
                said = f"{end.name} binds {address}, which {clash} binds too"
                fresh = _fresh(address, taken)
                fix = Fix(f"Give {end.name} {fresh}", (setting(path, fresh),))
            sentence = f"{said}: the second bind fails, the address is in use"
            yield Finding("GM-103", place(end.path), sentence, fix)


def free_address(drawing: Drawing, scheme: str) -> str:
    """Return a loopback address that the drawing does not name yet."""
    return f"{scheme}://{LOOPBACK}:{_free_port(ports_named(drawing))}"


def ports_named(drawing: Drawing) -> set[int]:
    """Return every port that is written in the drawing."""
    ports: set[int] = set()
    for end in drawing.sockets():
        for address in end.socket.endpoints.values():
            for filled in _each(address, end, drawing.instances(end.node)):
                endpoint = _parsed(filled)
                if endpoint is not None and endpoint.port:
                    ports.add(endpoint.port)
    return ports


def _why_not(drawing: Drawing, end: End, address: str) -> str | None:
    """Return why an address will not do, or ``None`` when it will."""
    if address in SCHEMES:
        return None
    for filled in _each(address, end, drawing.instances(end.node)):
        if "${" in filled:
            return "only ${node} and ${replica} are known here"
        try:
            endpoint = parse(filled)
        except EndpointInvalid as error:
            return error.why
        if endpoint.scheme == "tcp" and endpoint.source and not end.is_external:
            return "what stands before ';' is for connecting"
        reason = _why_not_there(endpoint, drawing.allow_hosts)
        if reason is not None:
            return reason
    return None


def narrowed(written: str) -> str:
    """Return an address, which may hold templates, with loopback where it says all interfaces."""
    scheme, _, rest = written.partition("://")
    start = rest.rpartition(";")[2]
    host = start.partition("/")[0].rpartition(":")[0]
    if host.strip("[]") not in ANY_HOST:
        return written
    narrow = "[::1]" if host == "[::]" else LOOPBACK
    return f"{scheme}://{rest[: len(rest) - len(start)]}{narrow}{start[len(host) :]}"


def _why_not_there(endpoint: Endpoint, allow_hosts: tuple[str, ...]) -> str | None:
    """Return why a run may not be at this address, or ``None`` when it may."""
    if endpoint.scheme not in HOSTED or _is_allowed(endpoint.host, allow_hosts):
        return None
    if not is_multicast(endpoint.host):
        return f"{endpoint.host} is not loopback, and the person at the server has not allowed it"
    # All interfaces are narrowed to loopback where a socket binds, and not where a datagram leaves.
    if endpoint.source and endpoint.source not in ANY_HOST and _is_allowed(endpoint.source, allow_hosts):
        return None
    reason = (
        f"other machines hear the multicast group {endpoint.host}, and the person at the server has not "
        "allowed it"
    )
    if ":" in endpoint.host:
        return reason
    return f"{reason}; udp://{LOOPBACK};{endpoint.host}:{endpoint.port} stays on this one"


def is_multicast(host: str) -> bool:
    """Tell whether a host is a multicast group."""
    try:
        return ip_address(host).is_multicast
    except ValueError:
        return False


def _each(address: str, end: End, instances: int) -> list[str]:
    """Return the address of each instance; where all are equal two will do."""
    enough = MOST_LOOKED_AT if "${replica}" in address else 2
    return addresses_of(address, end.node_id, min(instances, enough))


def _is_allowed(host: str, allow_hosts: tuple[str, ...]) -> bool:
    if host in ANY_HOST or host == "localhost" or "*" in allow_hosts or host in allow_hosts:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _first_clash(drawing: Drawing, end: End, address: str, bound: Bound) -> str | None:
    """Enter an address into what is bound; return who has it already, if anyone."""
    is_inproc = scheme_of(address) == "inproc"
    process = drawing.topology.process_of(end.node) or "" if is_inproc else ""
    count = drawing.instances(end.node, in_one_process=is_inproc)
    clash: str | None = None
    for filled in _each(address, end, count):
        endpoint = _parsed(filled)
        if endpoint is None or endpoint.is_open:
            continue
        near = bound.setdefault((process, endpoint.port or endpoint.path or endpoint.name), [])
        holder = next((who for who, other in near if _overlap(endpoint, other)), None)
        if holder is None:
            near.append((end.name, endpoint))
        clash = clash or holder
    return clash


def _overlap(one: Endpoint, other: Endpoint) -> bool:
    if (one.scheme == "udp") != (other.scheme == "udp") or is_multicast(one.host):
        return False  # ws is tcp as well; a multicast group has room for everybody
    if one.scheme not in HOSTED or other.scheme not in HOSTED:
        return one == other
    hosts = {LOOPBACK if host == "localhost" else host for host in (one.host, other.host)}
    return one.port == other.port and (len(hosts) == 1 or any(host in ANY_HOST for host in hosts))


def _fresh(address: str, taken: set[int]) -> str:
    """Return an address like this one that nobody has; its port counts as taken from now on."""
    endpoint = _parsed(address)
    if endpoint is None or endpoint.scheme not in HOSTED:
        return scheme_of(address)
    port = _free_port(taken, endpoint.port)
    taken.add(port)
    return str(replace(endpoint, port=port))


def _free_port(taken: set[int], first: int = FIRST_PORT) -> int:
    upward = (port for port in range(first, 65_536) if port not in taken)
    return next(upward, 0) or next(port for port in range(1024, 65_536) if port not in taken)


def _parsed(address: str) -> Endpoint | None:
    try:
        return parse(address)
    except EndpointInvalid:
        return None

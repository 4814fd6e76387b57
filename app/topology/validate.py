"""All rules over one document: every problem at once, in an order that does not change."""

from collections.abc import Sequence
from typing import Any, Final

from app.topology.drawing import Drawing
from app.topology.endpoint_rules import clash_findings, endpoint_findings, proxy_findings
from app.topology.findings import Finding
from app.topology.flow_rules import cycle_findings
from app.topology.kept_rules import kept_findings, part_findings
from app.topology.key_rules import key_findings, literal_findings, missing_findings
from app.topology.keys_here import KeysHere
from app.topology.link_rules import bind_findings, pair_findings, process_findings, type_findings
from app.topology.message_rules import frame_findings, group_findings, subscription_findings
from app.topology.name_rules import name_findings
from app.topology.reading import read_model
from app.topology.security_rules import security_findings
from app.topology.socket_rules import option_findings
from app.topology.socket_security_rules import socket_security_findings
from app.topology.tls_rules import tls_findings
from app.topology.transport_rules import transport_findings

Json = Any

RULES: Final = (
    name_findings,
    type_findings,
    bind_findings,
    clash_findings,
    pair_findings,
    process_findings,
    transport_findings,
    endpoint_findings,
    proxy_findings,
    option_findings,
    frame_findings,
    literal_findings,
    key_findings,
    socket_security_findings,
    security_findings,
    tls_findings,
    missing_findings,
    part_findings,
    subscription_findings,
    group_findings,
    cycle_findings,
    kept_findings,
)

GRAVITY: Final = {"error": 0, "warning": 1, "info": 2}


def check(
    document: dict[str, Json], *, allow_hosts: Sequence[str] = (), here: KeysHere | None = None
) -> list[Finding]:
    """Return everything there is to say about a document, errors first.

    Args:
        document: the plain tree; it may be wrong in any way.
        allow_hosts: hosts besides loopback that it may name; ``*`` for all.
        here: the secrets of this machine; without it, which are here is not asked.
    """
    return check_drawing(document, allow_hosts=allow_hosts, here=here)[1]


def check_drawing(
    document: dict[str, Json], *, allow_hosts: Sequence[str] = (), here: KeysHere | None = None
) -> tuple[Drawing, list[Finding]]:
    """Return the drawing that the rules looked at together with their findings."""
    topology, findings = read_model(document)
    drawing = Drawing(document, topology, tuple(allow_hosts), here)
    for rule in RULES:
        findings.extend(rule(drawing))
    return drawing, sorted(findings, key=lambda finding: GRAVITY[finding.severity])


def errors_of(findings: Sequence[Finding]) -> list[Finding]:
    """Return the errors among findings: while there is one, nothing runs."""
    return [finding for finding in findings if finding.severity == "error"]

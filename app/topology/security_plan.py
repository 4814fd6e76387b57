"""From what a socket says of its security to what a run needs: its keys with their public halves."""

from app.topology.drawing import Drawing, End
from app.topology.key_shapes import PlainKey
from app.topology.keys_here import Known
from app.topology.plan import KeyPlan, SecurityPlan, TlsPlan


def security_plan(drawing: Drawing, end: End) -> SecurityPlan | None:
    """Return what one socket of a drawing without errors is to show and to ask for; ``None`` for NULL."""
    security = end.socket.security
    if security is None or security.mechanism == "null":
        return None
    return SecurityPlan(
        mechanism=security.mechanism,
        is_server=security.role == "server",
        key=key_plan(drawing, security.key),
        server_key=key_plan(drawing, security.server_key),
        allow=None
        if security.allow is None
        else tuple(plan for name in security.allow if (plan := key_plan(drawing, name)) is not None),
    )


def tls_plan(drawing: Drawing, end: End) -> TlsPlan | None:
    """Return what one socket is to show over wss, and whom to believe; ``None`` when it says nothing."""
    tls = end.socket.tls
    if tls is None:
        return None
    trust = tuple(plan for name in tls.trust if (plan := key_plan(drawing, name)) is not None)
    return TlsPlan(key_plan(drawing, tls.key), trust)


def key_plan(drawing: Drawing, name: str | None) -> KeyPlan | None:
    """Return a key with its public half as the drawing has it, or else as it follows from the secret here."""
    key = drawing.topology.keys.get(name or "")
    if name is None or key is None:
        return None
    secret = key.secret
    public = None if isinstance(key, PlainKey) else key.public
    if not isinstance(key, PlainKey) and public is None and secret is not None and drawing.here is not None:
        found = drawing.here.look(key)
        public = found.public if isinstance(found, Known) else None
    return KeyPlan(
        id=name,
        kind=key.kind,
        public=public,
        username=key.username or name if isinstance(key, PlainKey) else "",
        env=secret.env if secret else None,
        stored=secret.stored if secret else None,
    )

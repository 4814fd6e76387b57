"""Fixes for security: edits that give sockets a mechanism and keys, and the keys that these speak of."""

from typing import Any

from app.topology.drawing import Drawing, End
from app.topology.findings import Fix, KeyWish, setting
from app.topology.key_shapes import CURVE, Kind, Security, Tls

Json = Any

NOTHING = Security(mechanism="null")


def security_of(end: End) -> Security:
    """Return what a socket says of its security; NULL when it says nothing."""
    return end.socket.security or NOTHING


class Securing:
    """Collects the edits of one fix.

    Attributes:
        edits: so far, in the order to make them.
        keys: what the machine's store must have first.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.edits: list[dict[str, Json]] = []
        self.keys: list[KeyWish] = []
        self._drawing = drawing
        self._named = set(drawing.topology.keys)

    def key_of(self, end: End, kind: Kind) -> str:
        """Return the id of the socket's own key; a new one of the node's name when it has none."""
        own = security_of(end).key
        known = self._drawing.topology.keys.get(own or "")
        if own is not None and known is not None and known.kind == kind:
            return own
        return self.new_key(end.node_id, kind)

    def new_key(self, wanted: str, kind: Kind, source: tuple[str, ...] = ()) -> str:
        """Add a key to the drawing, and to the wishes; return its id."""
        name = self._fresh(wanted)
        self.keys.append(KeyWish(name, kind, source))
        self.edits.append(setting(["keys", name], {"kind": kind, "secret": {"stored": name}}))
        return name

    def store(self, key: str, kind: Kind, source: tuple[str, ...] = ()) -> None:
        """Let a key of the drawing have its secret in this machine's store."""
        here = self._drawing.here
        name = self._fresh(key) if here is not None and here.is_taken(key) else key
        self.keys.append(KeyWish(name, kind, source))
        self.edits.append(setting(["keys", key, "secret"], {"stored": name}))

    def wish(self, name: str, kind: Kind) -> None:
        """Have a key made under a name that the drawing has already."""
        if all(known.name != name for known in self.keys):
            self.keys.append(KeyWish(name, kind))

    def put(self, end: End, **changes: Json) -> None:
        """Set fields of a socket's security; ``None`` takes one away."""
        before = security_of(end).model_dump(exclude_none=True)
        if before["mechanism"] == "null":
            before = {}
        after = {name: value for name, value in {**before, **changes}.items() if value is not None}
        self.edits.append(setting([*end.path, "security"], after))

    def put_tls(self, end: End, key: str | None = None, trust: tuple[str, ...] = ()) -> None:
        """Have a socket show a certificate, or believe more of them than it does."""
        before = end.socket.tls or Tls()
        shown = key or before.key
        believed = list(dict.fromkeys((*before.trust, *trust)))
        after = {"key": shown, "trust": believed}
        self.edits.append(setting([*end.path, "tls"], {name: said for name, said in after.items() if said}))

    def join(self, server: End, client: End, kind: Kind) -> None:
        """Make one end the server and the other its client."""
        if kind == CURVE:
            server_key = self.key_of(server, kind)
            client_key = self.key_of(client, kind)
            self.put(server, mechanism=kind, role="server", key=server_key)
            self.put(client, mechanism=kind, role="client", key=client_key, server_key=server_key, allow=None)
            return
        client_key = self.key_of(client, kind)
        allowed = security_of(server).allow or []
        self.put(
            server,
            mechanism=kind,
            role="server",
            key=None,
            server_key=None,
            allow=list(dict.fromkeys([*allowed, client_key])),
        )
        self.put(client, mechanism=kind, role="client", key=client_key, server_key=None, allow=None)

    def fix(self, label: str) -> Fix:
        """Return what was collected."""
        return Fix(label, tuple(self.edits), tuple(self.keys))

    def _fresh(self, wanted: str) -> str:
        here = self._drawing.here
        candidates = (wanted if n == 1 else f"{wanted[:58]}-{n}" for n in range(1, 10_000))
        name = next(
            each
            for each in candidates
            if each not in self._named and not (here is not None and here.is_taken(each))
        )
        self._named.add(name)
        return name

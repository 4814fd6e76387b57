"""Rules about keys: public halves that are some (GM-108), secrets not written (GM-113) and here (GM-114)."""

from collections.abc import Iterator
from typing import Final

from app.topology.drawing import Drawing, End
from app.topology.findings import Finding, Fix, place, setting, unsetting
from app.topology.key_shapes import CURVE, AnyKey, PlainKey, Tls, TlsKey
from app.topology.keys_here import Known, Missing
from app.topology.literals import SecretWritten, secrets_written
from app.topology.securing import Securing, security_of
from engine.options import KEY_CHARACTERS
from engine.z85 import Z85Invalid, decode

CERTIFICATE: Final = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
"""What the PEM text of a certificate has. Source: RFC 7468."""

NO_TLS: Final = Tls()
EXPOSED: Final = "whoever has the drawing has it, so a new one is better"


def key_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-108 for each key that is none, or that nobody could ever use."""
    for key_id, key in drawing.topology.keys.items():
        public = _public(key)
        why = None if public is None else _why_no_key(key, public)
        if why is not None:
            sentence = f"keys.{key_id}.public is no {why}"
            fix = Fix("Remove it: it follows from the secret", (unsetting(["keys", key_id, "public"]),))
            yield Finding("GM-108", _where(drawing, key_id), sentence, fix if key.secret else None)
        is_written = any(each.path[:2] == ("keys", key_id) for each in secrets_written(drawing.document))
        if key.secret is not None or is_written:
            continue
        if public is None or any(each == key_id for each, _ in _shown(drawing)):
            what = {"plain": "password", "curve": "secret", "tls": "private key"}[key.kind]
            sentence = f"the key {key_id} does not say where its {what} is (secret)"
            yield Finding("GM-108", _where(drawing, key_id), sentence, _made_here(drawing, key_id, key))


def literal_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-113 for each secret that is written in the drawing."""
    for written in secrets_written(drawing.document):
        spot = ".".join(written.path)
        sentence = f"{spot} is a secret in the clear; a drawing only names secrets ({EXPOSED})"
        if written.path[-1] == "wss_key_pem":
            sentence += "; keep it as a key of kind tls, and name that in the socket's tls"
        yield Finding("GM-113", place(written.path), sentence, _moved_out(drawing, written))


def missing_findings(drawing: Drawing) -> Iterator[Finding]:
    """Yield GM-114 for each secret that a run needs and this machine does not have."""
    if drawing.here is None:
        return
    missing: list[tuple[str, AnyKey, str]] = []
    for key_id, key in _needed(drawing).items():
        if key.secret is None:
            continue
        match drawing.here.look(key):
            case Missing(why):
                missing.append((key_id, key, why))
            case Known(public):
                yield from _differing(drawing, key_id, key, public)
    if not missing:
        return
    fix = _all_made_here(drawing, [(key_id, key) for key_id, key, _ in missing])
    for key_id, _, why in missing:
        yield Finding(
            "GM-114", _where(drawing, key_id), f"the secret of key {key_id} is not here: {why}", fix
        )


def _differing(drawing: Drawing, key_id: str, key: AnyKey, public: str | None) -> Iterator[Finding]:
    written = _public(key)
    if (
        written is None or public is None or written.split() == public.split()
    ):  # line ends differ from file to file
        return
    half = "certificate" if isinstance(key, TlsKey) else "public half"
    sentence = (
        f"the key {key_id} has another {half} in the drawing than the secret that is here: "
        "who knows the one cannot talk to the other"
    )
    edit = setting(["keys", key_id, "public"], public)
    yield Finding("GM-108", _where(drawing, key_id), sentence, Fix("Take the one that is here", (edit,)))


def _shown(drawing: Drawing) -> Iterator[tuple[str, End]]:
    """Yield the keys whose secret a run must have, each with a socket that uses it."""
    for end in drawing.sockets():
        security = security_of(end)
        if not end.node.enabled or end.is_external:
            continue
        others = ((end.socket.tls or NO_TLS).key, end.socket.proxy)
        yield from ((name, end) for name in others if name is not None)
        if security.mechanism == "null":
            continue
        if security.key is not None:
            yield security.key, end
        if security.mechanism == "plain":
            yield from ((name, end) for name in security.allow or [])


def _needed(drawing: Drawing) -> dict[str, AnyKey]:
    """Return the keys whose secret must be here: what is shown, or has a public half that follows."""
    names = [name for name, _ in _shown(drawing)]
    for end in drawing.sockets():
        security = security_of(end)
        if not end.node.enabled or end.is_external:
            continue
        names += end.socket.tls.trust if end.socket.tls is not None else ()
        if security.mechanism == CURVE:
            names += [name for name in (security.server_key, *(security.allow or ())) if name is not None]
    known = drawing.topology.keys
    shown = {name for name, _ in _shown(drawing)}
    return {
        name: known[name]
        for name in dict.fromkeys(names)
        if name in known and (name in shown or _public(known[name]) is None)
    }


def _where(drawing: Drawing, key_id: str) -> dict[str, str]:
    """Return the first socket that shows a key, or else that speaks of it."""
    securities = [(end, security_of(end)) for end in drawing.sockets()]
    showing = [
        end
        for end, security in securities
        if key_id in (security.key, (end.socket.tls or NO_TLS).key, end.socket.proxy)
    ]
    speaking = [
        end
        for end, security in securities
        if key_id in (security.server_key, *(security.allow or ()), *(end.socket.tls or NO_TLS).trust)
    ]
    return next((place(end.path) for end in (*showing, *speaking)), {})


def _public(key: AnyKey) -> str | None:
    return None if isinstance(key, PlainKey) else key.public


def _why_no_key(key: AnyKey, public: str) -> str | None:
    if isinstance(key, TlsKey):
        is_one = all(mark in public for mark in CERTIFICATE)
        return None if is_one else "certificate: it should be PEM text with -----BEGIN CERTIFICATE-----"
    why = _why_no_curve_key(public)
    return None if why is None else f"CURVE key: {why}"


def _why_no_curve_key(public: str) -> str | None:
    if len(public) != KEY_CHARACTERS:
        return f"it has {len(public)} characters instead of {KEY_CHARACTERS} of Z85"
    try:
        decode(public)
    except Z85Invalid as invalid:
        return invalid.why
    return None


def _made_here(drawing: Drawing, key_id: str, key: AnyKey) -> Fix:
    securing = Securing(drawing)
    securing.store(key_id, key.kind)
    if _public(key) is not None:
        securing.edits.append(unsetting(["keys", key_id, "public"]))
    return securing.fix("Make it on this machine")


def _all_made_here(drawing: Drawing, missing: list[tuple[str, AnyKey]]) -> Fix:
    """Make every missing secret, each under the name it has, or a new one where that was an environment's."""
    securing = Securing(drawing)
    for key_id, key in missing:
        stored = key.secret.stored if key.secret is not None else None
        if stored is not None and drawing.here is not None and not drawing.here.is_taken(stored):
            securing.wish(stored, key.kind)
        else:
            securing.store(key_id, key.kind)
        if _public(key) is not None:
            securing.edits.append(unsetting(["keys", key_id, "public"]))
    names = [key_id for key_id, _ in missing]
    return securing.fix(
        f"Make the key {names[0]}" if len(names) == 1 else f"Make the {len(names)} missing keys"
    )


def _moved_out(drawing: Drawing, written: SecretWritten) -> Fix | None:
    """Move a secret into this machine's store, and leave its name in the drawing."""
    if written.kind is None:
        return Fix("Remove it", (unsetting(written.path),))
    securing = Securing(drawing)
    if written.path[0] == "keys":
        _, key_id, field = written.path
        securing.store(key_id, written.kind, written.path)
        if field != "secret":
            securing.edits.append(unsetting(written.path))
        return securing.fix("Move it into this machine's key store")
    end = drawing.end(f"{written.path[1]}.{written.path[3]}")
    if end is None:
        return None
    security = security_of(end)
    if written.path[-1] == "socks_password":
        return _proxy_password_moved(securing, end, written)
    role = security.role or ("server" if _is_server(end) else "client")
    key = securing.new_key(end.node_id, written.kind, written.path)
    securing.edits.append(unsetting(written.path))
    securing.put(end, mechanism=written.kind, role=role, key=key)
    return securing.fix("Move it into this machine's key store")


def _proxy_password_moved(securing: Securing, end: End, written: SecretWritten) -> Fix:
    name = securing.new_key(end.node_id, "plain", written.path)
    user = end.socket.options.get("socks_username")
    if isinstance(user, str) and user:
        securing.edits.append(setting(["keys", name, "username"], user))
        securing.edits.append(unsetting([*written.path[:-1], "socks_username"]))
    securing.edits.append(unsetting(written.path))
    securing.edits.append(setting([*end.path, "proxy"], name))
    return securing.fix("Move it into this machine's key store")


def _is_server(end: End) -> bool:
    return bool(end.socket.options.get("curve_server") or end.socket.options.get("plain_server"))

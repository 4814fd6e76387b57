"""The secrets of one run while it lives: they go to its processes by control, and to nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.runtime.control import SecurityPiece
from app.topology.plan import KeyPlan, SecurityPlan, SocketPlan


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A key with its secret, as far as they are ours; the secret is never shown."""

    public: str = ""
    secret: str = field(default="", repr=False)


class Keyring:
    """The keys of one plan, by their ids in the document.

    Args:
        keys: every key that the plan's sockets speak of.
    """

    def __init__(self, keys: Mapping[str, Unlocked]) -> None:
        self._keys = dict(keys)

    def piece(self, security: SecurityPlan | None) -> SecurityPiece | None:
        """Return what a socket's process is told."""
        if security is None:
            return None
        allow = security.allow
        return SecurityPiece(
            mechanism=security.mechanism,
            is_server=security.is_server,
            server_key=self._of(security.server_key).public,
            username=security.key.username if security.key is not None else "",
            secret=self._of(security.key).secret,
            allow_any=allow is None,
            allow_keys=[self._of(key).public for key in allow or () if key.kind == "curve"],
            allow_users={key.username: self._of(key).secret for key in allow or () if key.kind == "plain"},
        )

    def sealed(self, plan: SocketPlan) -> dict[str, str]:
        """Return the options of wss and of the proxy that a drawing says by its keys."""
        options: dict[str, str] = {}
        if plan.tls is not None and plan.tls.key is not None:
            shown = self._of(plan.tls.key)
            options.update(wss_cert_pem=shown.public, wss_key_pem=shown.secret)
        if plan.tls is not None and plan.tls.trust:
            believed = [str(plan.options.get("wss_trust_pem", ""))]
            believed += [self._of(each).public for each in plan.tls.trust]
            options["wss_trust_pem"] = "\n".join(each for each in believed if each)
        if plan.proxy is not None:
            options.update(socks_username=plan.proxy.username, socks_password=self._of(plan.proxy).secret)
        return options

    def __repr__(self) -> str:
        return f"Keyring({len(self._keys)} keys)"

    def _of(self, key: KeyPlan | None) -> Unlocked:
        return self._keys[key.id] if key is not None else NOTHING


NOTHING: Final = Unlocked()

NO_KEYS: Final = Keyring({})
"""For a plan in which nothing is secured."""

"""The secrets of this machine as the doors use them: made, imported, deleted, and handed to runs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from app.errors import AppError, NotFound
from app.fleet.keyring import Keyring, Unlocked
from app.settings import FOR_DRAWINGS, PREFIX
from app.store.certificates import certificates_of, fault_of_certificate, new_certificate
from app.store.keys import Keys, KnownKey, NewKey
from app.topology.key_shapes import AnyKey, Kind
from app.topology.keys_here import Known, Missing
from app.topology.plan import KeyPlan, Plan
from app.topology.reading import read_model
from engine.errors import LocalMisuse
from engine.sockets.context import Context

Json = Any

LONGEST_PASSWORD: Final = 255
"""Octets. Source: 24/ZMTP-PLAIN."""

KINDS: Final[dict[Kind, str]] = {
    "curve": "a CURVE key",
    "plain": "a password",
    "tls": "a certificate with its private key",
}


FLAGS: Final[dict[Kind, str]] = {"curve": "", "plain": " --plain", "tls": " --tls"}
"""How the command line is told what to make."""


class SecretUnusable(AppError):
    """What was given as a secret is none; it is not shown."""

    code = "secret-unusable"
    title = "This is no such secret"
    status = 422

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"what was given for {name!r} cannot be used: {why}")


class SecretMissing(AppError):
    """A run needs a secret that went away after the drawing was checked."""

    code = "secret-missing"
    title = "A secret is not here"
    status = 422

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"the secret of key {key} is not here: {why}")


class Here:
    """A look at the secrets of this machine; see ``KeysHere``."""

    def __init__(self, stored: list[KnownKey], environment: "Environment") -> None:
        self._stored = {each.name: each for each in stored}
        self._environment = environment

    def look(self, key: AnyKey) -> Known | Missing:
        """Tell whether the secret that ``key`` names is here."""
        if key.secret is None:
            return Missing("the drawing does not say where it is")
        if key.secret.stored is not None:
            return self._look_in_store(key.secret.stored, key.kind)
        name = key.secret.env or ""
        secret = self._environment.secret(name)
        if secret is None:
            return Missing(self._environment.why_not(name))
        why = fault_of(secret, key.kind)
        if why is not None:
            return Missing(f"the environment variable {name} does not hold it: {why}")
        return Known(public_of(secret, key.kind))

    def is_taken(self, name: str) -> bool:
        """Tell whether the store has a key of this name."""
        return name in self._stored

    def _look_in_store(self, name: str, kind: Kind) -> Known | Missing:
        known = self._stored.get(name)
        if known is None:
            return Missing(
                f"there is no stored key {name} on this machine; make it on the page, or by glassmq keys "
                f"--make {name}{FLAGS[kind]}, or import it"
            )
        if known.kind != kind:
            return Missing(f"the stored key {name} is {KINDS[known.kind]}, not {KINDS[kind]}")
        return Known(known.public)


class Environment:
    """The environment variables that drawings may name, among all that the server has.

    A drawing may be somebody else's, and what it names goes to processes, and to peers as a password: so it
    may read what is meant for it, and nothing else.

    Args:
        variables: all there are.
        allowed: names beside those that begin with ``FOR_DRAWINGS``.
    """

    def __init__(self, variables: Mapping[str, str], allowed: Sequence[str] = ()) -> None:
        self._allowed = frozenset(allowed)
        self._secrets = {name: value for name, value in variables.items() if self._may_be_named(name)}

    def secret(self, name: str) -> str | None:
        """Return what a variable holds; ``None`` when it is not set, or not for drawings."""
        return self._secrets.get(name)

    def why_not(self, name: str) -> str:
        """Return why there is no secret of this name, and what to do."""
        if self._may_be_named(name):
            return f"the environment variable {name} is not set where GlassMQ was started"
        return (
            f"a drawing may not read the environment variable {name}; use one that begins with "
            f"{FOR_DRAWINGS}, or have it listed in {PREFIX}ALLOW_ENV where GlassMQ is started"
        )

    def _may_be_named(self, name: str) -> bool:
        return name.startswith(FOR_DRAWINGS) or name in self._allowed


class Locksmith:
    """Keeps keys, and unlocks plans with them.

    Args:
        keys: the machine's store; ``None`` where there is none, and only the environment is looked at.
        environment: variables, those that hold secrets among them.
        allow_env: names of those that a drawing may read, beside those of ``FOR_DRAWINGS``.
    """

    def __init__(
        self,
        keys: Keys | None = None,
        environment: Mapping[str, str] | None = None,
        allow_env: Sequence[str] = (),
    ) -> None:
        self._keys = keys
        self._environment = Environment(environment or {}, allow_env)
        self._told: list[Callable[[], Awaitable[None]]] = []
        self._context: Context | None = None

    def tell(self, listener: Callable[[], Awaitable[None]]) -> None:
        """Have ``listener`` called after each change of what is stored."""
        self._told.append(listener)

    async def listing(self) -> list[KnownKey]:
        """What may be told of every stored key, by name."""
        return await self._keys.listing() if self._keys is not None else []

    async def find(self, name: str) -> KnownKey:
        """What may be told of one stored key.

        Raises:
            NotFound: there is none of this name.
        """
        if self._keys is None:
            raise NotFound("key", name)
        return await self._keys.find(name)

    async def secret(self, name: str) -> str:
        """A stored secret, for its owner at this machine's own terminal; no request is answered with it.

        Raises:
            NotFound: there is none of this name.
        """
        found = await self._keys.secrets({name}) if self._keys is not None else {}
        if name not in found:
            raise NotFound("key", name)
        return found[name]

    async def make(
        self, name: str, kind: Kind, secret: str | None = None, creation: str | None = None
    ) -> KnownKey:
        """Keep a secret: the one given, or a new one of the engine's making.

        Args:
            creation: names this request, so that repeating it makes nothing new.

        Raises:
            KeyExists, KeyReused, QuotaReached: see ``Keys.keep``.
            SecretUnusable: what was given is no secret of this kind.
        """
        assert self._keys is not None
        if secret is None and creation is not None:
            known = await self._keys.made_by(creation, name)
            if known is not None:
                return known
        chosen = secret if secret is not None else self._new_secret(name, kind)
        why = fault_of(chosen, kind)
        if why is not None:
            raise SecretUnusable(name, why)
        key, is_new = await self._keys.keep(NewKey(name, kind, public_of(chosen, kind), chosen), creation)
        if is_new:
            await self._tell_all()
        return key

    async def make_missing(self, document: Json) -> list[KnownKey]:
        """Make the keys that a document wants from the store and the store has not; returns what was made."""
        topology, _ = read_model(document)
        here = await self.here()
        made: list[KnownKey] = []
        for key in topology.keys.values():
            name = key.secret.stored if key.secret is not None else None
            if name is not None and not here.is_taken(name) and all(name != each.name for each in made):
                made.append(await self.make(name, key.kind))
        return made

    async def delete(self, name: str, base: int | None) -> None:
        """Forget a stored key for good.

        Raises:
            NotFound, Stale: see ``Keys.delete``.
        """
        if self._keys is None:
            raise NotFound("key", name)
        await self._keys.delete(name, base)
        await self._tell_all()

    async def here(self) -> Here:
        """Look at what is here now."""
        return Here(await self.listing(), self._environment)

    async def unlock(self, plan: Plan) -> Keyring:
        """Return the secrets that a plan's own sockets need.

        Raises:
            SecretMissing: one is not here.
        """
        shown = {key.id for key, is_shown in plan.named_keys() if is_shown}
        named = {key.id: key for key, _ in plan.named_keys()}
        names = {key.stored for key in named.values() if key.stored is not None}
        stored = await self._keys.secrets(names) if self._keys is not None and names else {}
        return Keyring({each.id: self._unlock(each, stored, each.id in shown) for each in named.values()})

    def _unlock(self, key: KeyPlan, stored: Mapping[str, str], is_shown: bool) -> Unlocked:  # noqa: FBT001
        if key.public is not None and not is_shown:
            return Unlocked(public=key.public)
        known = stored.get(key.stored) if key.stored else self._environment.secret(key.env or "")
        if known is None:
            gone = f"there is no stored key {key.stored}" if key.stored else None
            raise SecretMissing(key.id, gone or self._environment.why_not(key.env or ""))
        why = fault_of(known, key.kind)
        if why is not None:
            raise SecretMissing(key.id, why)
        return Unlocked(public_of(known, key.kind) or "", known if is_shown else "")

    def _new_secret(self, name: str, kind: Kind) -> str:
        """A secret key; its 256 bits are as good a password."""
        if kind == "tls":
            return new_certificate(name)
        if self._context is None:
            self._context = Context()
        return self._context.new_keys().secret_text

    async def _tell_all(self) -> None:
        for listener in self._told:
            await listener()


def fault_of(secret: str, kind: Kind) -> str | None:
    """Return what is wrong with a secret, without showing it; ``None`` when nothing is."""
    try:
        size = len(secret.encode())
    except UnicodeEncodeError:
        return "it holds half of a surrogate pair, which is no text"
    if kind == "tls":
        return fault_of_certificate(secret)
    if kind == "plain":
        return None if 0 < size <= LONGEST_PASSWORD else f"a password has 1 to {LONGEST_PASSWORD} octets"
    try:
        Context.keys_of(secret)
    except LocalMisuse as misuse:
        return str(misuse)
    return None


def public_of(secret: str, kind: Kind) -> str | None:
    """Return the public half of a secret of this kind, which must be one; a password has none."""
    if kind == "plain":
        return None
    if kind == "tls":
        return certificates_of(secret)
    return Context.keys_of(secret).public_text

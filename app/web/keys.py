"""The keys of this machine over HTTP: told by name and public half, made, deleted; a secret only comes in."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Response
from pydantic import Field, SecretStr

from app.store.keys import KnownKey
from app.topology.key_shapes import Kind
from app.topology.shapes import Id
from app.web.answers import Shape
from app.web.dependencies import Hall
from app.web.preconditions import Base, Key, etag

Json = Any

LONGEST_SECRET: Final = 50_000
"""Characters; what is longer is not even looked at."""

router = APIRouter(prefix="/keys", tags=["keys"])


class StoredKey(Shape):
    """What may be told of a key."""

    name: str
    kind: Kind
    public: str | None
    """A CURVE key's public half in Z85, a certificate as PEM text; null for a password."""
    made_at: float
    revision: str


class MadeKey(StoredKey):
    """A key that was just made or imported."""

    old_in_runs: list[str]
    """Runs that go on with the secret that had this name before; this one is for the next run."""


class StoredKeys(Shape):
    """The keys of this machine, by name."""

    items: list[StoredKey]
    next: str | None = None


class KeyToKeep(Shape):
    """A key to be made, or imported when there is a secret; that is never told again."""

    name: Id
    kind: Kind
    secret: Annotated[SecretStr, Field(max_length=LONGEST_SECRET)] | None = None
    """A secret CURVE key in Z85, a password, or PEM text with a private key and its certificate."""


@router.get("")
async def list_keys(hall: Hall) -> StoredKeys:
    """Names, kinds and public halves of the keys of this machine."""
    return StoredKeys(items=[_shown(key) for key in await hall.locksmith.listing()])


@router.post("", status_code=201)
async def make_key(wish: KeyToKeep, response: Response, hall: Hall, key: Key) -> MadeKey:
    """Make a key on this machine, or keep the secret that is given; a name is never given twice."""
    secret = wish.secret.get_secret_value() if wish.secret is not None else None
    made = await hall.locksmith.make(wish.name, wish.kind, secret, key)
    response.headers["Location"] = f"/api/v1/keys/{made.name}"
    response.headers["ETag"] = etag(made.revision)
    return MadeKey(**_shown(made).model_dump(), old_in_runs=hall.running.runs_with(made.name))


@router.get("/{name}")
async def read_key(name: str, response: Response, hall: Hall) -> StoredKey:
    """What may be told of one key."""
    known = await hall.locksmith.find(name)
    response.headers["ETag"] = etag(known.revision)
    return _shown(known)


@router.delete("/{name}", status_code=204)
async def delete_key(name: str, hall: Hall, base: Base) -> None:
    """Forget a key for good; what is encrypted by it cannot be made to run again."""
    await hall.locksmith.delete(name, base)


def _shown(key: KnownKey) -> StoredKey:
    return StoredKey(
        name=key.name,
        kind=key.kind,
        public=key.public,
        made_at=key.made_at,
        revision=f"r{key.revision}",
    )

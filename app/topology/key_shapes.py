"""How a document speaks of security: what sockets show and ask for, and keys with secrets only named."""

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.topology.shapes import Id, Shape

CURVE: Final = "curve"
PLAIN: Final = "plain"
TLS: Final = "tls"

Kind = Literal["curve", "plain", "tls"]
"""What a key is for."""

LONGEST_USERNAME: Final = 255
"""Octets. Source: 24/ZMTP-PLAIN."""
LONGEST_CERTIFICATE: Final = 50_000
"""Characters of PEM, of a certificate and those above it."""


class Security(Shape):
    """How a socket proves who it is, and whom it lets in."""

    mechanism: Literal["null", "plain", "curve"]
    role: Literal["client", "server"] | None = None
    key: Id | None = None
    """What it shows: a CURVE key pair, or a PLAIN client's user name and password."""
    server_key: Id | None = None
    """A CURVE client's: the key that the server must have."""
    allow: list[Id] | None = None
    """A server's: the keys it lets in. A CURVE server without it lets in whoever knows its public key."""


class Tls(Shape):
    """What a socket shows over wss, and whom it believes there."""

    key: Id | None = None
    """Where it binds: the certificate that it shows, with its private key."""
    trust: list[Id] = Field(default_factory=list)
    """Where it connects: the certificates that it believes, its server's own or one that is above it."""


class Secret(Shape):
    """Where a secret is kept; never the secret: one of the two."""

    env: Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]{0,199}$")] | None = None
    """An environment variable of the program that runs the topology."""
    stored: Id | None = None
    """A name in the key store of the machine that runs it."""

    @model_validator(mode="after")
    def _is_in_one_place(self) -> "Secret":
        if (self.env is None) == (self.stored is None):
            raise PydanticCustomError("one_place", "it should have env or stored, and one of them only")
        return self


class CurveKey(Shape):
    """A key pair: its public half, and where the other is. Without a secret it is somebody else's."""

    kind: Literal["curve"]
    public: Annotated[str, Field(max_length=200)] | None = None
    """40 characters of Z85; may be left out where the secret is known, since it follows from it."""
    secret: Secret | None = None


class PlainKey(Shape):
    """A user name, and where its password is."""

    kind: Literal["plain"]
    username: Annotated[str, Field(min_length=1, max_length=LONGEST_USERNAME)] | None = None
    """Without it, the key's id."""
    secret: Secret | None = None


class TlsKey(Shape):
    """A certificate, and where it is kept with its private key. Without a secret it is somebody else's."""

    kind: Literal["tls"]
    public: Annotated[str, Field(max_length=LONGEST_CERTIFICATE)] | None = None
    """The certificate as PEM text, those above it behind; may be left out where the secret is known."""
    secret: Secret | None = None
    """Of a PEM text that has the private key and the certificate."""


AnyKey = CurveKey | PlainKey | TlsKey
Key = Annotated[AnyKey, Field(discriminator="kind")]

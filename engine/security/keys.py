"""Key pairs for CURVE: making them, their Z85 form, and certificates as text."""

from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Final

from engine.clock import Chance
from engine.errors import LocalMisuse
from engine.security.box import KEY_OCTETS, public_of
from engine.z85 import Z85Invalid, decode, encode

CHARACTERS: Final = 40
"""A key's length in Z85."""

METADATA_SECTION: Final = "metadata"
CURVE_SECTION: Final = "curve"
PUBLIC_NAME: Final = "public-key"
SECRET_NAME: Final = "secret-key"  # noqa: S105 - a name, no secret
INDENT: Final = "    "
NAMES: Final = {"pair": "pair of keys"}


class KeyInvalid(LocalMisuse):
    """What was given as a key, or as a certificate, is none; it is not shown."""

    def __init__(self, what: str, why: str) -> None:
        self.what = what
        self.why = why
        super().__init__(f"not a {NAMES.get(what, what)}: {why}")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A public key and the secret one that belongs to it, 32 octets each; the secret is never shown."""

    public: bytes
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_OCTETS or len(self.public) != KEY_OCTETS:
            raise KeyInvalid("pair", f"a key has {KEY_OCTETS} octets")
        if not compare_digest(public_of(self.secret), self.public):
            raise KeyInvalid("pair", "the public key does not belong to the secret one")

    @property
    def public_text(self) -> str:
        """The public key in Z85, to be given to others."""
        return encode(self.public)

    @property
    def secret_text(self) -> str:
        """The secret key in Z85; keep it."""
        return encode(self.secret)


def generate(chance: Chance) -> KeyPair:
    """Make a new key pair (zmq_curve_keypair)."""
    return pair_of(chance.octets(KEY_OCTETS))


def pair_of(secret: bytes) -> KeyPair:
    """Return the pair to which a secret key belongs (zmq_curve_public).

    Raises:
        KeyInvalid: it has not 32 octets.
    """
    if len(secret) != KEY_OCTETS:
        raise KeyInvalid("key", f"it has {len(secret)} octets instead of {KEY_OCTETS}")
    return KeyPair(public_of(secret), secret)


def key_of(text: str | bytes) -> bytes:
    """Read a key: 32 octets as they are, or 40 characters of Z85.

    Raises:
        KeyInvalid: it is neither.
    """
    if isinstance(text, bytes):
        if len(text) == KEY_OCTETS:
            return text
        text = text.decode("latin-1")
    if len(text) != CHARACTERS:
        raise KeyInvalid("key", f"give {KEY_OCTETS} octets, or {CHARACTERS} characters of Z85")
    try:
        return decode(text)
    except Z85Invalid as invalid:
        raise KeyInvalid("key", invalid.why) from None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A public key, perhaps its secret one, and what its owner says of itself.

    As text it is what CZMQ's and pyzmq's tools write and read (ZPL, 4/ZPL).
    """

    public: bytes
    secret: bytes | None = field(default=None, repr=False)
    metadata: dict[str, str] = field(default_factory=dict)

    def public_text(self) -> str:
        """Write the half that may be given away."""
        return self._text(secret=None)

    def secret_text(self) -> str:
        """Write the whole; keep it.

        Raises:
            KeyInvalid: the secret key is not known.
        """
        if self.secret is None:
            raise KeyInvalid("certificate", "its secret key is not known")
        return self._text(secret=self.secret)

    def _text(self, secret: bytes | None) -> str:
        lines = [METADATA_SECTION]
        lines += [f"{INDENT}{name} = {_quoted(value)}" for name, value in self.metadata.items()]
        lines += [CURVE_SECTION, f'{INDENT}{PUBLIC_NAME} = "{encode(self.public)}"']
        if secret is not None:
            lines.append(f'{INDENT}{SECRET_NAME} = "{encode(secret)}"')
        return "\n".join(lines) + "\n"


def read_certificate(text: str) -> Certificate:
    """Read a certificate's text; what is neither metadata nor a key is passed over.

    Raises:
        KeyInvalid: it has no public key, or a key in it is none.
    """
    section = ""
    keys: dict[str, bytes] = {}
    metadata: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = (part.strip() for part in line.partition("="))
        if not name or name.startswith("#"):
            continue
        if not line[0].isspace():
            section = name
        elif equals and section == CURVE_SECTION:
            keys[name] = key_of(_unquoted(value))
        elif equals and section == METADATA_SECTION:
            metadata[name] = _unquoted(value)
    if PUBLIC_NAME not in keys:
        raise KeyInvalid("certificate", f"it has no {PUBLIC_NAME}")
    if SECRET_NAME in keys:
        KeyPair(keys[PUBLIC_NAME], keys[SECRET_NAME])
    return Certificate(keys[PUBLIC_NAME], keys.get(SECRET_NAME), metadata)


def _quoted(value: str) -> str:
    quote = "'" if '"' in value else '"'
    if quote in value or not value.isprintable():
        raise KeyInvalid("certificate", "a value holds both kinds of quotes, or what cannot be printed")
    return f"{quote}{value}{quote}"


def _unquoted(value: str) -> str:
    quote = value[:1]
    if quote in ("'", '"'):
        end = value.find(quote, 1)
        return value[1:end] if end > 0 else value[1:]
    return value.partition(" #")[0].strip()

"""The one seam to PyNaCl: Curve25519, XSalsa20 and Poly1305, as CurveZMQ uses them."""

from typing import Final

from nacl._sodium import ffi, lib  # type: ignore[import-not-found] # see SessionBox for why not by its bindings
from nacl.bindings import (
    crypto_box_beforenm,
    crypto_box_easy_afternm,
    crypto_box_open_easy_afternm,
    crypto_scalarmult_base,
)
from nacl.exceptions import CryptoError, RuntimeError as LibraryError

from engine.security.violations import BoxUnopened

KEY_OCTETS: Final = 32
NONCE_OCTETS: Final = 24
TAG_OCTETS: Final = 16
"""How much longer a box is than what is in it."""

SEAL: Final = lib.crypto_box_easy_afternm
UNSEAL: Final = lib.crypto_box_open_easy_afternm
"""Looked up once: the library's table of names costs as much as a short call."""

SMALL: Final = 2048
"""Octets of a box that a connection has room for at hand."""


def public_of(secret: bytes) -> bytes:
    """Return the public key that belongs to a secret one."""
    return crypto_scalarmult_base(secret)


def shared_key(public: bytes, secret: bytes, what: str) -> bytes:
    """Return the key that boxes between two key pairs have in common; either side can compute it.

    Args:
        public: the one side's public key, perhaps a stranger's.
        secret: the other side's secret key.
        what: what the key is for, for the refusal.

    Raises:
        BoxUnopened: the public key is a point of low order, with which nothing would be secret.
    """
    try:
        return crypto_box_beforenm(public, secret)
    except LibraryError:
        raise BoxUnopened(what) from None


def seal(content: bytes, nonce: bytes, key: bytes) -> bytes:
    """Box ``content`` under a shared or secret key; crypto_box and crypto_secretbox agree on this."""
    return crypto_box_easy_afternm(content, nonce, key)


def unseal(box: bytes, nonce: bytes, key: bytes, what: str) -> bytes:
    """Open a box.

    Args:
        what: whose box it is, for the refusal.

    Raises:
        BoxUnopened: it is too short, or not made with this key and nonce.
    """
    if len(box) < TAG_OCTETS:
        raise BoxUnopened(what)
    try:
        return crypto_box_open_easy_afternm(box, nonce, key)
    except CryptoError:
        raise BoxUnopened(what) from None


class SessionBox:
    """Boxes one connection's traffic, into the same few octets of room each time.

    PyNaCl's bindings make a new buffer and the text of an error for every message; the library
    beneath them, called with the same arguments, takes half the time to seal and a third to open.
    One connection is used from one thread, so its room is nobody else's.
    """

    __slots__ = ("_key", "_out", "_room")

    def __init__(self, key: bytes) -> None:
        assert len(key) == KEY_OCTETS
        self._key = key
        self._out = ffi.new("unsigned char[]", SMALL)
        self._room = ffi.buffer(self._out)

    def seal(self, content: bytes, nonce: bytes) -> bytes:
        """Box ``content``; see ``seal``."""
        size = len(content) + TAG_OCTETS
        if size > SMALL:
            return seal(content, nonce, self._key)
        SEAL(self._out, content, len(content), nonce, self._key)
        sealed: bytes = self._room[:size]
        return sealed

    def unseal(self, box: bytes, nonce: bytes, what: str) -> bytes:
        """Open a box; see ``unseal``."""
        size = len(box)
        if size > SMALL or size < TAG_OCTETS:
            return unseal(box, nonce, self._key, what)
        if UNSEAL(self._out, box, size, nonce, self._key):
            raise BoxUnopened(what)
        content: bytes = self._room[: size - TAG_OCTETS]
        return content

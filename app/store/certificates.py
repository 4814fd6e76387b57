"""Certificates for wss as PEM text with their private keys: made on this machine, and looked through."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_FOR: Final = timedelta(days=3650)
"""Nobody renews what was made by one press, and whoever believes it does so by its octets."""
BEFORE: Final = timedelta(hours=1)
"""Clocks of two machines differ."""

HOSTS: Final = ("127.0.0.1", "::1")
NAME: Final = "localhost"
"""For whom a certificate made here stands: this machine alone; for others a person imports one."""

BLOCK: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\r?\n.*?\n-----END \1-----", re.DOTALL)
"""One block of PEM text, in lines as OpenSSL wants it. Source: RFC 7468."""
CERTIFICATE: Final = "CERTIFICATE"
KEYS: Final = ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
"""Labels of private keys that OpenSSL reads; ssh has one of its own."""
LOCKED: Final = "ENCRYPTED"


def new_certificate(name: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> str:
    """Return a new private key and a certificate that it signed itself, as PEM text.

    Args:
        name: what people call it.
        now: the moment it begins to be valid, an hour aside.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(NAME), *(x509.IPAddress(ip_address(host)) for host in HOSTS)]
    begin = now() - BEFORE
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (secret + certificate.public_bytes(serialization.Encoding.PEM)).decode()


def fault_of_certificate(pem: str) -> str | None:
    """Return what keeps a PEM text from being a private key with its certificate; ``None`` when it is one.

    No part of the text is repeated.
    """
    blocks = [(found[1], found[0]) for found in BLOCK.finditer(pem)]
    keys = [(label, text) for label, text in blocks if label in KEYS]
    certificates = [text for label, text in blocks if label == CERTIFICATE]
    if len(keys) != 1:
        count = "no private key" if not keys else f"{len(keys)} private keys"
        return f"it has {count}: give PEM text with one private key and its certificate behind it"
    if not certificates:
        return "it has no certificate: give PEM text with the private key and its certificate behind it"
    label, text = keys[0]
    if label.startswith(LOCKED) or f"4,{LOCKED}" in text:
        return "its private key is locked by a passphrase; give it unlocked"
    try:
        key = serialization.load_pem_private_key(text.encode(), None)
        shown = [x509.load_pem_x509_certificate(each.encode()) for each in certificates]
        fits = key.public_key() == shown[0].public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        return "its private key or certificate cannot be read"
    return None if fits else "its certificate, the first one, is not that of its private key"


def certificates_of(pem: str) -> str:
    """Return the certificates of a PEM text, without the private key."""
    return "".join(f"{found[0]}\n" for found in BLOCK.finditer(pem) if found[1] == CERTIFICATE)


def described(certificates: str) -> str:
    """Return for whom the first certificate of a PEM text stands, and until when."""
    first = BLOCK.search(certificates)
    assert first is not None
    certificate = x509.load_pem_x509_certificate(first[0].encode())
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        hosts = [str(each.value) for each in names]
    except x509.ExtensionNotFound:
        hosts = []
    until = certificate.not_valid_after_utc.date().isoformat()
    return f"{', '.join(hosts) or 'nobody by name'}, until {until}"

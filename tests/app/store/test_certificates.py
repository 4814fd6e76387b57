"""Certificates as PEM text: what is made is a pair that TLS takes; what is none is told and not shown."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from app.store.certificates import certificates_of, described, fault_of_certificate, new_certificate

MADE = new_certificate("feed", lambda: datetime(2026, 5, 1, 1, tzinfo=UTC))
OTHER = new_certificate("other")


def key_of(pem: str) -> str:
    return pem[: pem.index("-----BEGIN CERTIFICATE-----")]


def locked(form: PrivateFormat) -> str:
    key = load_pem_private_key(key_of(MADE).encode(), None)
    return key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"passphrase")).decode()


def test_what_is_made_is_a_pair_for_this_machine(tmp_path: Path) -> None:
    assert fault_of_certificate(MADE) is None
    assert described(certificates_of(MADE)) == "localhost, 127.0.0.1, ::1, until 2036-04-28"
    assert "PRIVATE" not in certificates_of(MADE)
    file = tmp_path / "both.pem"
    file.write_text(MADE)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file)
    strict = ssl.create_default_context(cadata=certificates_of(MADE))
    assert strict.cert_store_stats()["x509"] == 1
    assert new_certificate("other") != OTHER


def test_a_chain_of_an_authority_is_a_certificate_too() -> None:
    authority = trustme.CA()
    own = authority.issue_cert("example.org")
    pem = (own.private_key_pem.bytes() + own.cert_chain_pems[0].bytes() + authority.cert_pem.bytes()).decode()
    assert fault_of_certificate(pem) is None
    assert certificates_of(pem).count("BEGIN CERTIFICATE") == 2
    assert described(certificates_of(pem)).startswith("example.org, until ")


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        ("", "no private key"),
        ("let me in", "no private key"),
        (certificates_of(MADE), "no private key"),
        (key_of(MADE), "no certificate"),
        (key_of(MADE) + OTHER, "2 private keys"),
        (key_of(MADE) + certificates_of(OTHER), "is not that of its private key"),
        (MADE.replace("MI", "M!", 1), "cannot be read"),
        (locked(PrivateFormat.PKCS8) + certificates_of(MADE), "locked by a passphrase"),
        (locked(PrivateFormat.TraditionalOpenSSL) + certificates_of(MADE), "locked by a passphrase"),
    ],
    ids=["nothing", "words", "no key", "no certificate", "two keys", "unlike", "broken", "locked", "old"],
)  # fmt: skip
def test_what_is_none_is_told(pem: str, why: str) -> None:
    found = fault_of_certificate(pem)
    assert found is not None
    assert why in found
    assert "MI" not in found

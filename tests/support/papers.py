"""Certificates for wss, made for one run of the tests."""

from dataclasses import dataclass

import trustme


@dataclass(frozen=True)
class Papers:
    """A certificate for 127.0.0.1 and localhost, its key, and whom to trust for it."""

    server: dict[str, str]
    client: dict[str, str]


def papers() -> Papers:
    authority = trustme.CA()
    own = authority.issue_cert("127.0.0.1", "localhost")
    chain = "".join(blob.bytes().decode() for blob in own.cert_chain_pems)
    return Papers(
        {"wss_cert_pem": chain, "wss_key_pem": own.private_key_pem.bytes().decode()},
        {"wss_trust_pem": authority.cert_pem.bytes().decode()},
    )

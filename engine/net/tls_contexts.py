"""From a socket's wss options to what TLS is told: our certificate, or whom we trust."""

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from engine.errors import LocalMisuse
from engine.options import SocketOptions


class TlsIncomplete(LocalMisuse):
    """A wss endpoint cannot be bound with the certificate and key that the options have."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"wss cannot be bound: {why}")


class TlsFailed(ConnectionError):
    """The two ends could not agree on TLS, or one does not trust the other."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"TLS: {why}")


def server_context(options: SocketOptions) -> ssl.SSLContext:
    """Return TLS for the sockets that a wss endpoint accepts.

    Raises:
        TlsIncomplete: ``wss_cert_pem`` or ``wss_key_pem`` is not set, or the two are no pair.
    """
    if not options.wss_cert_pem or not options.wss_key_pem:
        why = "set wss_cert_pem to a certificate and wss_key_pem to its private key, both as PEM text"
        raise TlsIncomplete(why)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        with _as_file(options.wss_cert_pem) as certificate, _as_file(options.wss_key_pem) as key:
            context.load_cert_chain(certificate, key, password=_no_password)
    except (OSError, ValueError) as error:  # SSLError is an OSError; its words hold no part of a key
        why = f"wss_cert_pem and wss_key_pem are no certificate and its key ({_reason(error)})"
        raise TlsIncomplete(why) from None
    return context


def client_context(options: SocketOptions) -> ssl.SSLContext:
    """Return TLS for a connection to a wss endpoint.

    Raises:
        TlsFailed: ``wss_trust_pem`` holds no certificate.
    """
    return _trusting(options.wss_trust_pem, bool(options.wss_trust_system))


@lru_cache(maxsize=16)
def _trusting(certificates: str, system: bool) -> ssl.SSLContext:  # noqa: FBT001  a cache's key
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if system:
        context.load_default_certs()
    if certificates:
        try:
            context.load_verify_locations(cadata=certificates)
        except (ssl.SSLError, ValueError) as error:
            why = f"wss_trust_pem holds no certificate ({_reason(error)})"
            raise TlsFailed(why) from None
    return context


def explain(error: ssl.SSLError) -> TlsFailed:
    """Return a failure of TLS in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        advice = "" if "ostname" in error.verify_message else "; set wss_trust_pem, or wss_trust_system"
        return TlsFailed(
            f"the server's certificate was not accepted: {error.verify_message.rstrip('.')}{advice}"
        )
    return TlsFailed(_reason(error))


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return str(reason or error).lower().replace("_", " ")


def _no_password() -> str:
    """A key that is locked is not asked for on the terminal, as OpenSSL would."""
    return ""


@contextmanager
def _as_file(text: str) -> Iterator[str]:
    """Show OpenSSL a text as the file that it insists on; on Linux it lies in memory only."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("glassmq-pem")
        try:
            os.write(descriptor, text.encode())
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:  # readable by its user alone
        file.write(text)
        file.flush()
        yield file.name

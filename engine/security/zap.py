"""ZAP 1.0 requests and replies as values, and their frames; the dialogue itself is the sockets' business."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.errors import MalformedCommand, PeerViolation
from engine.wire.metadata import read_metadata, write_metadata

ENDPOINT: Final = "inproc://zeromq.zap.01"
"""Where a handler is bound. Source: 27/ZAP."""

VERSION: Final = b"1.0"
ACCEPTED: Final = 200
TRY_LATER: Final = 300
DENIED: Final = 400
FAILED: Final = 500
STATUSES: Final = {b"200": ACCEPTED, b"300": TRY_LATER, b"400": DENIED, b"500": FAILED}

REQUEST_FRAMES: Final = 6
"""Frames of a request between the envelope's delimiter and the credentials."""
REPLY_FRAMES: Final = 6
"""Frames of a reply after the envelope's delimiter."""

USER_ID: Final = "user-id"
"""Under which a peer's metadata holds who the authenticator says it is."""

MALFORMED: Final = 0x20000001
BAD_REQUEST_ID: Final = 0x20000002
BAD_VERSION: Final = 0x20000003
BAD_STATUS: Final = 0x20000004
BAD_METADATA: Final = 0x20000005
OTHERWISE_BAD: Final = 0x20000000
"""libzmq's numbers. Source: ZMQ_PROTOCOL_ERROR_ZAP_* in zmq.h."""

NO_HANDLER: Final = 14
"""EFAULT, which libzmq reports when there is nobody to ask."""


class ZapReplyInvalid(PeerViolation):
    """The authenticator's reply cannot be understood, so its peer does not come in."""

    codes: tuple[int, ...] = (OTHERWISE_BAD, MALFORMED, BAD_REQUEST_ID, BAD_VERSION, BAD_STATUS, BAD_METADATA)

    def __init__(self, code: int, why: str) -> None:
        self.code = code
        self.why = why
        super().__init__(f"the ZAP handler's reply cannot be understood: {why}")


class ZapRequestInvalid(PeerViolation):
    """What came to a ZAP handler is no request."""

    code = MALFORMED

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"this is no ZAP request: {why}")


class AuthenticatorMissing(PeerViolation):
    """The socket must ask an authenticator, and the context has none."""

    is_final = False
    code = NO_HANDLER

    def __init__(self, mechanism: str) -> None:
        self.mechanism = mechanism
        super().__init__(
            f"{mechanism} asks an authenticator, and there is none: set the context's, or bind {ENDPOINT}"
        )


class AccessDenied(PeerViolation):
    """The authenticator turned the peer away.

    Attributes:
        zap_status: 300 try later, 400 denied, 500 the authenticator failed.
    """

    code = 0

    def __init__(self, status: int, text: str) -> None:
        self.zap_status = status
        self.text = text
        self.is_final = status != TRY_LATER
        super().__init__(f"the authenticator turned the peer away with {status}: {text or 'no reason given'}")


@dataclass(frozen=True, slots=True)
class ZapRequest:
    """Who wants to come in. The credentials may hold a password and are never shown."""

    domain: str
    address: str
    """The peer's, numeric and without a port; for ipc ``localhost:uid:gid:pid``."""
    identity: bytes
    """The asking socket's own routing id, as libzmq has it (the specification means the peer's)."""
    mechanism: str
    credentials: tuple[bytes, ...] = field(default=(), repr=False)
    """NULL none; PLAIN user name and password; CURVE the client's public key."""


@dataclass(frozen=True, slots=True)
class ZapReply:
    """What the authenticator says."""

    status: int
    text: str = ""
    user_id: bytes = b""
    metadata: dict[str, bytes] = field(default_factory=dict)
    """Names in lower case when read."""


def accept(user_id: bytes = b"", metadata: dict[str, bytes] | None = None) -> ZapReply:
    """Let the peer in."""
    return ZapReply(ACCEPTED, "OK", user_id, metadata or {})


def deny(text: str) -> ZapReply:
    """Turn the peer away."""
    return ZapReply(DENIED, text)


def write_request(request: ZapRequest, request_id: bytes) -> list[bytes]:
    """Return a request's frames, the envelope's delimiter first.

    Source: 27/ZAP, "Requests and Replies".
    """
    return [
        b"",
        VERSION,
        request_id,
        request.domain.encode(),
        request.address.encode(),
        request.identity,
        request.mechanism.encode(),
        *request.credentials,
    ]


def read_request(frames: Sequence[bytes]) -> tuple[bytes, ZapRequest]:
    """Read the frames after the envelope, as a REP socket gives them; returns the request's id too.

    Raises:
        ZapRequestInvalid: too few frames, or another version.
    """
    if len(frames) < REQUEST_FRAMES:
        why = f"it has {len(frames)} frames of at least {REQUEST_FRAMES}"
        raise ZapRequestInvalid(why)
    version, request_id, domain, address, identity, mechanism, *credentials = frames
    if version != VERSION:
        why = f"its version is {version[:16]!r} instead of {VERSION!r}"
        raise ZapRequestInvalid(why)
    words = [part.decode("utf-8", "replace") for part in (domain, address, mechanism)]
    return request_id, ZapRequest(words[0], words[1], identity, words[2], tuple(credentials))


def write_reply(reply: ZapReply, request_id: bytes) -> list[bytes]:
    """Return a reply's frames without an envelope, as a REP socket takes them."""
    return [
        VERSION,
        request_id,
        b"%d" % reply.status,
        reply.text.encode(),
        reply.user_id,
        write_metadata(reply.metadata),
    ]


def read_reply(frames: Sequence[bytes], request_id: bytes) -> ZapReply:
    """Read a reply's frames, the envelope's delimiter first.

    Raises:
        ZapReplyInvalid: with libzmq's number for what is wrong.

    Source: 27/ZAP; the order of the checks is libzmq's.
    """
    if len(frames) != 1 + REPLY_FRAMES:
        raise ZapReplyInvalid(MALFORMED, f"it has {len(frames)} frames instead of {1 + REPLY_FRAMES}")
    delimiter, version, answered, status, text, user_id, metadata = frames
    if delimiter:
        raise ZapReplyInvalid(OTHERWISE_BAD, "its envelope does not end with an empty frame")
    if version != VERSION:
        raise ZapReplyInvalid(BAD_VERSION, f"its version is {version[:16]!r} instead of {VERSION!r}")
    if answered != request_id:
        raise ZapReplyInvalid(BAD_REQUEST_ID, "it answers another request")
    if status not in STATUSES:
        raise ZapReplyInvalid(BAD_STATUS, f"its status is {status[:16]!r}")
    try:
        properties = read_metadata(metadata, "metadata")
    except MalformedCommand as malformed:
        raise ZapReplyInvalid(BAD_METADATA, malformed.why) from None
    return ZapReply(STATUSES[status], text.decode("utf-8", "replace"), user_id, properties)

"""What is fuzzed by coverage: a target takes any octets, and raises only where a promise is broken."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from engine.constants import SocketType
from engine.endpoints import parse
from engine.errors import EndpointInvalid, MalformedDatagram, MessageInvalid, PeerViolation
from engine.messages import Message
from engine.security.keys import KeyInvalid, key_of, read_certificate
from engine.security.zap import read_reply, read_request, write_reply, write_request
from engine.wire.commands import Error, Unknown, command_body, read_command
from engine.wire.datagrams import address_frame, decode_group, encode_group, read_address
from engine.wire.frames import FrameHeader, decode_messages, encode_messages, read_header
from engine.wire.greeting import dialect_of, read_greeting
from engine.wire.legacy import decode_old, encode_old, read_old_header
from engine.wire.metadata import read_metadata, write_metadata
from engine.wire.socks import ANSWER_HEAD, SocksRefused, check_login, rest_of_answer, wants_login
from engine.z85 import Z85Invalid, decode, encode
from tests.fuzz import conversation, secured_web, test_security as secured, test_websocket as web
from tests.support import old_peer

GREETING_OCTETS: Final = 64
LIMIT: Final = conversation.LIMIT
ROOM: Final = 3
"""Messages decoded at once: few, so that what has no room is met often."""
MOST_PIECES: Final = 64
"""Long inputs are cut in longer pieces, or they would take nearly all the time."""
KINDS: Final = sorted(conversation.PEER_OF)


def greeting(data: bytes) -> None:
    """What a peer speaks is decided once: more octets never change it."""
    decided = None
    for length in range(min(len(data), GREETING_OCTETS) + 1):
        dialect = dialect_of(data[:length])
        assert decided is None or dialect is decided
        decided = dialect
    if len(data) >= GREETING_OCTETS:
        with suppress(PeerViolation):
            read_greeting(data[:GREETING_OCTETS])


def frames(data: bytes) -> None:
    """The loop for all traffic reads what the form for one frame does; written anew it reads the same."""
    one_by_one = _frame_by_frame(data, read_header)
    found = _in_batches(data, decode_messages)
    assert found == one_by_one
    again = b"".join(encode_messages([Message(frames) for frames in found]))
    assert _in_batches(again, decode_messages) == found


def old_frames(data: bytes) -> None:
    """The same for the framing of ZMTP 1.0."""
    found = _in_batches(data, decode_old)
    assert found == _frame_by_frame(data, read_old_header)
    again = b"".join(encode_old([Message(frames) for frames in found]))
    assert _in_batches(again, decode_old) == found


def commands(data: bytes) -> None:
    """A command that can be read can be written, and is read as the same."""
    with suppress(PeerViolation):
        command = read_command(data)
        if not isinstance(command, Unknown | Error):  # an ERROR's octets beyond ASCII are only shown
            assert read_command(command_body(command)) == command


def metadata(data: bytes) -> None:
    """Properties that can be read can be written, and are read as the same."""
    with suppress(PeerViolation):
        properties = read_metadata(data, "READY")
        assert read_metadata(write_metadata(properties), "READY") == properties


def zap(data: bytes) -> None:
    """A request or a reply that can be read can be written, and is read as the same."""
    parts = data.split(b"|")
    with suppress(PeerViolation):
        request_id, request = read_request(parts)
        assert read_request(write_request(request, request_id)[1:]) == (request_id, request)
    with suppress(PeerViolation):
        reply = read_reply(parts, b"1")
        assert read_reply([b"", *write_reply(reply, b"1")], b"1") == reply


def talk(data: bytes) -> None:
    """After a handshake of ZMTP 3, any octets in any split give the same messages, or one violation."""
    kind, minor, said = KINDS[_nth(data, 0) % len(KINDS)], _nth(data, 1) % 2, data[2:]
    _check(lambda chunks, room: conversation.converse(kind, chunks, room), _opening(kind, minor), said)


def old_talk(data: bytes) -> None:
    """The same after the greeting of an older peer."""
    kind = KINDS[_nth(data, 0) % len(KINDS)]
    dialect = old_peer.DIALECTS[_nth(data, 1) % len(old_peer.DIALECTS)]
    opening = old_peer.opening(dialect, conversation.PEER_OF[kind].decode())
    _check(lambda chunks, room: conversation.converse(kind, chunks, room), opening, data[2:])


def any_talk(data: bytes) -> None:
    """The same from the first octet."""
    kind = KINDS[_nth(data, 0) % len(KINDS)]
    _check(lambda chunks, room: conversation.converse(kind, chunks, room), b"", data[1:])


def handshakes(data: bytes) -> None:
    """The same with PLAIN and CURVE, either role."""
    role = secured.ROLES[_nth(data, 0) % len(secured.ROLES)]
    opening = conversation.greeting(mechanism=role.partition("-")[0].upper().encode())
    kind = SocketType.PULL
    _check(lambda chunks, room: secured.converse(role, kind, list(chunks), room), opening, data[1:])


def web_talk(data: bytes) -> None:
    """The same over WebSocket, at either end, bare or not, after the opening or from the first octet."""
    kind = KINDS[_nth(data, 0) % len(KINDS)]
    case = _nth(data, 1)
    is_client, is_bare, is_open = bool(case & 1), bool(case & 2), not case & 12
    hello = web.hello(kind, is_client=is_client, is_bare=is_bare) if is_open else b""
    subprotocol = web.SUBPROTOCOLS[is_bare] if is_open else ""
    _check(
        lambda chunks, room: conversation.transcribe(
            web.connection(kind, is_client=is_client, opened=subprotocol), chunks, room
        ),
        hello,
        data[2:],
    )


def web_handshakes(data: bytes) -> None:
    """The same with PLAIN and CURVE, either role, after the opening: any octets, or any frames."""
    role = secured.ROLES[_nth(data, 0) % len(secured.ROLES)]
    case = _nth(data, 1)
    is_client, is_framed = bool(case & 1), bool(case & 4)
    kind = SocketType.XPUB if case & 2 else SocketType.SUB
    said = data[2:]
    if is_framed:
        said = b"".join(secured_web.frames_of(said, masked=not is_client))
    _check(
        lambda chunks, room: secured.transcribe_asked(
            secured_web.connection(role, kind, is_client=is_client), chunks, room
        ),
        b"",
        said,
    )


def texts(data: bytes) -> None:
    """Endpoints, keys and certificates are read, or refused in words."""
    text = data.decode("utf-8", "replace")
    with suppress(EndpointInvalid):
        endpoint = parse(text)
        assert parse(str(endpoint)) == endpoint
    with suppress(Z85Invalid):
        assert encode(decode(text)) == text
    for read in (key_of, read_certificate):
        with suppress(KeyInvalid, Z85Invalid):
            read(text)


def socks(data: bytes) -> None:
    """A proxy's answers are understood or refused."""
    with suppress(SocksRefused):
        wants_login(data[:2].ljust(2, b"\0"), has_login=bool(data[2:]))
    with suppress(SocksRefused):
        check_login(data[:2].ljust(2, b"\0"))
    with suppress(SocksRefused):
        assert 0 < rest_of_answer(data[:ANSWER_HEAD].ljust(ANSWER_HEAD, b"\0")) <= 259


def datagrams(data: bytes) -> None:
    """A datagram is one octet for octet or malformed; an address frame names one place or none."""
    with suppress(MalformedDatagram):
        group, body = decode_group(data)
        assert encode_group(group, body) == data
    with suppress(MessageInvalid):
        place = read_address(data)
        assert read_address(address_frame(place)) == place


Header = Callable[[bytes, int, int], FrameHeader | None]


def _frame_by_frame(data: bytes, read: Header) -> list[list[bytes]]:
    found, pending, position = [], [], 0
    with suppress(PeerViolation):
        while (header := read(data, position, LIMIT)) is not None and not header.command:
            end = position + header.size + header.body
            if end > len(data):
                break
            pending.append(data[position + header.size : end])
            position = end
            if not header.more:
                found.append(pending)
                pending = []
    return found


def _in_batches(data: bytes, decode: Callable[..., object]) -> list[list[bytes]]:
    found: list[list[bytes]] = []
    position, pending = 0, []
    with suppress(PeerViolation):
        while True:
            decoded = decode(data, position, ROOM, LIMIT, pending)
            found += [message.frames for message in decoded.messages]
            if len(decoded.messages) < ROOM:
                break
            position, pending = decoded.position, decoded.pending
    return found


Converse = Callable[[Sequence[bytes], int], conversation.Transcript]


def _check(converse: Converse, opening: bytes, said: bytes) -> None:
    """Compare what comes of the octets at once with what comes of them in pieces as long as the last says."""
    octets = opening + said
    step = max(_nth(said, -1) % 17 + 1, len(octets) // MOST_PIECES)
    whole = converse([octets], 1000)
    pieces = converse([octets[at : at + step] for at in range(0, len(octets), step)], ROOM)
    assert pieces.messages == whole.messages
    assert pieces.events == whole.events
    assert pieces.violation == whole.violation
    assert sum(map(len, whole.messages)) <= len(octets)


def _nth(data: bytes, place: int) -> int:
    return data[place] if len(data) > abs(place) else 0


def _opening(kind: SocketType, minor: int) -> bytes:
    return conversation.opening(kind, minor)


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        greeting,
        frames,
        old_frames,
        commands,
        metadata,
        zap,
        talk,
        old_talk,
        any_talk,
        handshakes,
        web_talk,
        web_handshakes,
        texts,
        socks,
        datagrams,
    )
}
"""By the name of its corpus."""

"""The sentence that the reference shows of an error is what the engine really says in that case."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app.reference.cases import CASES, sentence_of
from app.reference.library import entries, entry
from engine import DISH, PULL, PUSH, ROUTER, Context
from engine.constants import SocketType
from engine.endpoints import parse
from engine.errors import EngineError
from engine.net.tls_contexts import server_context
from engine.options import options_for
from engine.protocol.heartbeat import Heartbeat
from engine.protocol.older import OlderHandshake
from engine.security.choose import security_of
from engine.security.keys import key_of
from engine.security.zap import read_reply
from engine.sockets.timers import Timers
from engine.wire.datagrams import decode_group
from engine.wire.frames import read_header
from engine.wire.greeting import Dialect
from engine.wire.legacy import read_old_header
from engine.wire.metadata import read_metadata, write_metadata
from engine.z85 import decode

ROOTS = {"EngineError", "PeerViolation", "LocalMisuse", "ResourceExhausted"}


@pytest.fixture
async def context() -> AsyncIterator[Context]:
    async with Context() as made:
        yield made


def said_of(name: str) -> str:
    (sentence,) = (fact.text for fact in entry("error", name).facts if fact.label == "It says, for example")
    return sentence


def test_every_error_but_the_roots_has_a_case() -> None:
    names = {each.name for each in entries()["error"]}
    assert set(CASES) == names - ROOTS
    assert sentence_of(EngineError) == ""


def curve_without_a_side() -> object:
    options = options_for(SocketType.PUSH)
    options.set(SocketType.PUSH, "curve_secretkey", bytes(range(32)))
    return security_of(options)


def browser() -> None:
    OlderHandshake(Dialect.UNVERSIONED, SocketType.PUSH, b"").advance(b"GET / HTTP/1.1\r\n")


def unanswered() -> None:
    heartbeat = Heartbeat(1000, 3000, 0.0)
    for now in (1.0, 4.0):
        heartbeat.look(now, heard=False)


FROM_OCTETS: dict[str, Callable[[], Any]] = {
    "NotZmtp": browser,
    "IllegalFlags": lambda: read_header(b"\x05\x00"),
    "FrameTooLong": lambda: read_header(b"\x02" + (1 << 20).to_bytes(8, "big"), limit=65_536),
    "FrameEmpty": lambda: read_old_header(b"\x00\x00"),
    "MalformedCommand": lambda: read_metadata(b"\x01a\x00\x00\x00\x09b", "READY"),
    "MalformedDatagram": lambda: decode_group(b"\x09news"),
    "ZapReplyInvalid": lambda: read_reply([b"", b"1.0", b"1", b"201", b"", b"", b""], b"1"),
    "EndpointInvalid": lambda: parse("tcp://127.0.0.1:70000"),
    "TransportUnknown": lambda: parse("http://127.0.0.1:80"),
    "KeyInvalid": lambda: key_of("short"),
    "MetadataInvalid": lambda: write_metadata({"X-naïve": b""}),
    "Z85Invalid": lambda: decode("a" * 41),
    "SecurityIncomplete": curve_without_a_side,
    "TlsIncomplete": lambda: server_context(options_for(SocketType.PUSH)),
    "PeerSilent": unanswered,
    "TimerUnknown": lambda: Timers(lambda: 0.0).cancel(3),
}


@pytest.mark.parametrize("name", FROM_OCTETS)
def test_what_is_given_wrong_is_told_so(name: str) -> None:
    with pytest.raises(EngineError) as raised:
        FROM_OCTETS[name]()
    assert (type(raised.value).__name__, str(raised.value)) == (name, said_of(name))


FROM_CALLS: dict[str, Callable[[Context], Any]] = {
    "TransportIncompatible": lambda context: context.socket(PUSH).bind("udp://127.0.0.1:5555"),
    "OptionUnknown": lambda context: context.socket(PUSH, sndhvm=3),
    "OptionInvalid": lambda context: context.socket(PUSH, sndhwm=-5),
    "OptionReadOnly": lambda context: context.socket(PUSH).set("last_endpoint", ""),
    "OptionWriteOnly": lambda context: context.socket(PUSH).get("subscribe"),
    "NotSupported": lambda context: context.socket(PULL).send_nowait(b"x"),
    "MessageInvalid": lambda context: context.socket(PUSH).send_nowait("hello"),
    "GroupInvalid": lambda context: [
        (each.join("news"), each.join("news")) for each in [context.socket(DISH)]
    ],
    "HostUnreachable": lambda context: context.socket(ROUTER, router_mandatory=1).send_nowait([b"ann", b"x"]),
    "Closed": lambda context: [(each.close(), each.send_nowait(b"x")) for each in [context.socket(PUSH)]],
}


@pytest.mark.parametrize("name", FROM_CALLS)
async def test_what_a_program_asks_wrong_is_told_so(context: Context, name: str) -> None:
    with pytest.raises(EngineError) as raised:
        FROM_CALLS[name](context)
    assert (type(raised.value).__name__, str(raised.value)) == (name, said_of(name))


def test_a_number_that_depends_on_the_case_is_said_so() -> None:
    facts = {fact.label: fact.text for fact in entry("error", "MalformedCommand").facts}
    assert facts["Number of the protocol error"].startswith("set per case: `0x10000011`, `0x10000012`")
    facts = {fact.label: fact.text for fact in entry("error", "ZapReplyInvalid").facts}
    assert "`0x20000005`" in facts["Number of the protocol error"]
    assert entry("error", "NotZmtp").facts != ()
    facts = {fact.label: fact.text for fact in entry("error", "AccessDenied").facts}
    assert "or tries again" in facts["A connecting end then"]

"""Peers in C, Java, Ruby and JavaScript, either side binding: all arrives, once, in order, unchanged."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import pytest

from engine import (
    DEALER,
    PAIR,
    PUB,
    PULL,
    PUSH,
    REP,
    REQ,
    ROUTER,
    SUB,
    XPUB,
    XSUB,
    Authenticator,
    Context,
    KeyPair,
    SocketType,
)
from engine.monitor.events import HandshakeSucceeded
from tests.interop.conversations import (
    FEW,
    SHAPES,
    asked_of_router,
    both_ways,
    dealt_to_rep,
    dealt_to_router,
    lockstep,
    one_way,
    pour,
    published,
)
from tests.interop.ends import OurEnd
from tests.interop.foreign import STACKS, ForeignEnd, ForeignPeer
from tests.support.watcher import Watcher

Talk = Callable[[Any, Any], Awaitable[None]]

PAIRS: list[tuple[SocketType, SocketType, Talk]] = [
    (PAIR, PAIR, partial(both_ways, messages=FEW)),
    (DEALER, DEALER, partial(both_ways, messages=FEW)),
    (PUSH, PULL, partial(one_way, messages=FEW)),
    (PUB, SUB, partial(published, messages=FEW)),
    (XPUB, XSUB, partial(published, messages=FEW)),
    (REQ, REP, lockstep),
    (DEALER, REP, dealt_to_rep),
    (REQ, ROUTER, asked_of_router),
    (DEALER, ROUTER, dealt_to_router),
]
"""Who begins, who answers, and how they talk."""
ROLES = [
    pytest.param(first, second, talk, we_begin, id=f"{first.name}-{second.name}-{who}")
    for first, second, talk in PAIRS
    for we_begin, who in ((True, "we-begin"), (False, "they-begin"))
    if we_begin or first is not second
]
SECURE = [name for name, stack in STACKS.items() if stack.is_secure]
USER = {"plain_username": b"admin", "plain_password": b"s3cret"}


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], ForeignPeer]]:
    """Start each kind of peer when it is first asked for, and keep it for all tests."""
    started: dict[str, ForeignPeer] = {}

    def peer(name: str) -> ForeignPeer:
        if name not in started:
            stack = STACKS[name]
            if not stack.is_here() and os.environ.get("GLASSMQ_PEERS") != "required":
                pytest.skip(f"not installed on this machine: {stack.needs}")
            started[name] = ForeignPeer(stack.build(tmp_path_factory.mktemp(name)))
        return started[name]

    yield peer
    for each in started.values():
        each.end()


@pytest.fixture
async def context() -> AsyncIterator[Context]:
    async with Context(close_timeout_s=2) as context:
        yield context
        for socket in context.sockets:
            socket.close(linger=0)


async def join(ours: OurEnd, theirs: ForeignEnd, name: str, *, we_bind: bool) -> HandshakeSucceeded:
    """Return when we have understood each other.

    jszmq as a server needs two connections for that, and may send what it has to say into the first.
    """
    watcher = Watcher(ours.socket)
    anywhere = STACKS[name].anywhere
    if we_bind:
        theirs.connect(ours.socket.bind(anywhere))
    else:
        ours.socket.connect(theirs.bind(anywhere))
    return await watcher.until(HandshakeSucceeded)


def options(kind: SocketType) -> dict[str, bytes]:
    return {"subscribe": b""} if kind is SUB else {}


@pytest.mark.parametrize(("first", "second", "talk", "we_begin"), ROLES)
@pytest.mark.parametrize("name", STACKS)
async def test_all_arrives_once_in_order_unchanged(
    context: Context,
    peers: Callable[[str], ForeignPeer],
    we_bind: bool,
    name: str,
    first: SocketType,
    second: SocketType,
    talk: Talk,
    we_begin: bool,
) -> None:
    our_kind, their_kind = (first, second) if we_begin else (second, first)
    theirs = ForeignEnd(peers(name), their_kind, **options(their_kind))
    ours = OurEnd(context.socket(our_kind, **options(our_kind)))
    await join(ours, theirs, name, we_bind=we_bind)
    for end, kind in ((ours, our_kind), (theirs, their_kind)):
        if kind is XSUB:
            await end.send([b"\x01"])
    await talk(*((ours, theirs) if we_begin else (theirs, ours)))


@pytest.mark.parametrize("name", STACKS)
async def test_each_speaks_the_zmtp_of_its_time(
    context: Context, peers: Callable[[str], ForeignPeer], we_bind: bool, name: str
) -> None:
    theirs = ForeignEnd(peers(name), PUSH)
    ours = OurEnd(context.socket(PULL))
    understood = await join(ours, theirs, name, we_bind=we_bind)
    await pour(theirs, ours, SHAPES[:1])
    assert understood.version == STACKS[name].version


@pytest.mark.parametrize("we_serve", [True, False], ids=["we-serve", "they-serve"])
@pytest.mark.parametrize("name", SECURE)
async def test_curve_carries_every_shape(
    context: Context, peers: Callable[[str], ForeignPeer], we_bind: bool, name: str, we_serve: bool
) -> None:
    server, client = context.new_keys(), context.new_keys()
    serves = {"curve_server": b"1", **_keys(server)}
    asks = {"curve_serverkey": server.public_text.encode(), **_keys(client)}
    theirs = ForeignEnd(peers(name), PAIR, **(asks if we_serve else serves))
    ours = OurEnd(context.socket(PAIR, **_typed(serves if we_serve else asks)))
    await join(ours, theirs, name, we_bind=we_bind)
    await pour(ours, theirs, SHAPES)
    await pour(theirs, ours, SHAPES)


@pytest.mark.parametrize("we_serve", [True, False], ids=["we-serve", "they-serve"])
@pytest.mark.parametrize("name", SECURE)
async def test_plain_carries_every_shape(
    context: Context, peers: Callable[[str], ForeignPeer], we_bind: bool, name: str, we_serve: bool
) -> None:
    peer = peers(name)
    if we_serve:
        context.authenticator = Authenticator()
        context.authenticator.set_passwords({"admin": "s3cret"})
    else:
        peer.ask("admit admin s3cret")
    serves = {"plain_server": b"1"}
    theirs = ForeignEnd(peer, PAIR, **(USER if we_serve else serves))
    ours = OurEnd(context.socket(PAIR, **_typed(serves if we_serve else USER)))
    await join(ours, theirs, name, we_bind=we_bind)
    await pour(ours, theirs, SHAPES)
    await pour(theirs, ours, SHAPES)


def _keys(pair: KeyPair) -> dict[str, bytes]:
    return {"curve_publickey": pair.public_text.encode(), "curve_secretkey": pair.secret_text.encode()}


def _typed(options: dict[str, bytes]) -> dict[str, Any]:
    """What is a switch for them is a number for us."""
    return {name: 1 if name.endswith("_server") else value for name, value in options.items()}

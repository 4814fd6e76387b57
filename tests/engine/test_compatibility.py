from engine import (
    DEALER,
    DGRAM,
    DISH,
    GATHER,
    PUB,
    PULL,
    PUSH,
    RADIO,
    ROUTER,
    SCATTER,
    STREAM,
    SUB,
    XPUB,
    XSUB,
    SocketType,
)
from engine.compatibility import can_receive, can_send, carries, may_talk, peers_of, transports_of
from engine.endpoints import SCHEMES


def test_whoever_may_talk_to_another_may_be_talked_to() -> None:
    for one in SocketType:
        for other in SocketType:
            assert may_talk(one, other) == may_talk(other, one), (one, other)


def test_every_type_that_speaks_zmtp_has_peers() -> None:
    assert [kind for kind in SocketType if not peers_of(kind)] == [STREAM, DGRAM]
    assert not may_talk(PUSH, PUSH)
    assert may_talk(DEALER, DEALER)
    assert may_talk(ROUTER, ROUTER)


def test_every_type_sends_or_receives() -> None:
    assert [kind for kind in SocketType if not can_send(kind)] == [SUB, PULL, DISH, GATHER]
    assert [kind for kind in SocketType if not can_receive(kind)] == [PUB, PUSH, RADIO, SCATTER]


def test_messages_go_up_to_an_xpub_and_to_no_pub() -> None:
    assert carries(XSUB, XPUB)
    assert not carries(XSUB, PUB)
    assert not carries(SUB, XPUB)
    assert carries(PUB, XSUB)


def test_every_type_has_transports_that_there_are() -> None:
    for kind in SocketType:
        for binding in (True, False):
            schemes = transports_of(kind, binding=binding)
            assert schemes
            assert set(schemes) <= set(SCHEMES)
    assert "udp" in transports_of(RADIO, binding=False)
    assert "udp" not in transports_of(RADIO, binding=True)
    assert "udp" in transports_of(DISH, binding=True)
    assert "udp" not in transports_of(DISH, binding=False)
    assert transports_of(DGRAM, binding=True) == ("udp",)
    assert transports_of(STREAM, binding=True) == transports_of(STREAM, binding=False) == ("tcp",)

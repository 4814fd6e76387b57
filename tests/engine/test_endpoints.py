import pytest

from engine.endpoints import Endpoint, parse
from engine.errors import EndpointInvalid


@pytest.mark.parametrize(
    ("text", "endpoint", "is_wildcard"),
    [
        ("tcp://127.0.0.1:5555", Endpoint("tcp", host="127.0.0.1", port=5555), False),
        ("tcp://*:5555", Endpoint("tcp", host="*", port=5555), True),
        ("tcp://localhost:*", Endpoint("tcp", host="localhost"), True),
        ("tcp://[::1]:1", Endpoint("tcp", host="::1", port=1), False),
        ("ipc:///tmp/x", Endpoint("ipc", path="/tmp/x"), False),
        ("ipc://@abstract", Endpoint("ipc", path="@abstract"), False),
        ("ipc://*", Endpoint("ipc", path="*"), True),
        ("inproc://a name", Endpoint("inproc", name="a name"), False),
    ],
)
def test_an_endpoint_is_read_and_written_alike(text: str, endpoint: Endpoint, is_wildcard: bool) -> None:
    assert parse(text) == endpoint
    assert str(endpoint) == text
    assert endpoint.is_wildcard == is_wildcard


def test_port_zero_is_any_port() -> None:
    assert str(parse("tcp://127.0.0.1:0")) == "tcp://127.0.0.1:*"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("127.0.0.1:5555", "looks like"),
        ("http://x:1", "unknown transport 'http'"),
        ("tcp://127.0.0.1", "the port is missing"),
        ("tcp://127.0.0.1:", "the port is missing"),
        ("tcp://:5555", "the host is missing"),
        ("tcp://::1:5555", "brackets"),
        ("tcp://a:70000", "above 65535"),
        ("tcp://a:-1", "not a port"),
        ("tcp://a:٣", "not a port"),
        ("tcp://a b:1", "not a host"),
        ("tcp://a/b:1", "not a host"),
        ("tcp://1.2.3.4:0;5.6.7.8:1", "source addresses"),
        ("ipc://", "the path is missing"),
        ("ipc://@", "the path is missing"),
        ("ipc://" + "x" * 108, "108 octets"),
        ("ipc://a\0b", "NUL"),
        ("inproc://", "the name is missing"),
        ("inproc://" + "x" * 257, "257 octets"),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(EndpointInvalid, match=says):
        parse(text)

import pytest

from engine.endpoints import Endpoint, parse
from engine.errors import EndpointInvalid, TransportUnknown


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
        ("tcp://eth0:5555", Endpoint("tcp", host="eth0", port=5555), False),
        ("tcp://lo:*", Endpoint("tcp", host="lo"), True),
        ("tcp://[fe80::1%eth0]:1", Endpoint("tcp", host="fe80::1%eth0", port=1), False),
        ("tcp://1.2.3.4:*;5.6.7.8:9", Endpoint("tcp", host="5.6.7.8", port=9, source="1.2.3.4:*"), False),
        ("tcp://[::1]:7;[::2]:9", Endpoint("tcp", host="::2", port=9, source="[::1]:7"), False),
        ("ws://*:*/", Endpoint("ws", host="*", path="/"), True),
        ("ws://localhost:80/a/b?c=%20", Endpoint("ws", host="localhost", port=80, path="/a/b?c=%20"), False),
        ("wss://[::1]:443/x:1;2", Endpoint("wss", host="::1", port=443, path="/x:1;2"), False),
        ("udp://239.0.0.1:5555", Endpoint("udp", host="239.0.0.1", port=5555), False),
        ("udp://eth0;239.0.0.1:5555", Endpoint("udp", host="239.0.0.1", port=5555, source="eth0"), False),
        ("udp://[::1];[ff02::1]:5", Endpoint("udp", host="ff02::1", port=5, source="[::1]"), False),
        ("udp://*:5555", Endpoint("udp", host="*", port=5555), True),
    ],
)
def test_an_endpoint_is_read_and_written_alike(text: str, endpoint: Endpoint, is_wildcard: bool) -> None:
    assert parse(text) == endpoint
    assert str(endpoint) == text
    assert endpoint.is_wildcard == is_wildcard


def test_port_zero_is_any_port() -> None:
    assert str(parse("tcp://127.0.0.1:0")) == "tcp://127.0.0.1:*"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("ws://127.0.0.1:80", "ws://127.0.0.1:80/"),
        ("tcp://*:0;127.0.0.1:80", "tcp://*:*;127.0.0.1:80"),
        ("udp://0.0.0.0:0", "udp://0.0.0.0:*"),
    ],
)
def test_what_is_understood_in_several_ways_of_writing_is_printed_in_one(written: str, printed: str) -> None:
    assert str(parse(written)) == printed


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tcp://1.2.3.4:77;h:1", ("1.2.3.4", 77)),
        ("tcp://[::1]:*;h:1", ("::1", 0)),
        ("tcp://eth0:0;h:1", ("eth0", 0)),
    ],
)
def test_where_to_connect_from_is_a_host_and_a_port(text: str, place: tuple[str, int]) -> None:
    assert parse(text).source_place() == place


@pytest.mark.parametrize("scheme", ["pgm", "epgm", "norm", "tipc", "vmci", "vsock", "gssapi", "http", ""])
def test_a_transport_that_is_not_there_is_told_apart_from_a_bad_address(scheme: str) -> None:
    with pytest.raises(
        TransportUnknown, match="not supported: " if scheme not in ("http", "") else "there are"
    ):
        parse(f"{scheme}://127.0.0.1:5555")


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
        ("ws://a\x01b:1/", "not a host"),
        ("tcp://1.2.3.4;5.6.7.8:1", "the port is missing"),
        ("tcp://:1;5.6.7.8:1", "the host is missing"),
        ("tcp://;5.6.7.8:1", "the port is missing"),
        ("tcp://1.1.1.1:1;2.2.2.2:2;3.3.3.3:3", "more than one ';'"),
        ("udp://;239.0.0.1:1", "the host is missing"),
        ("udp://e 0;239.0.0.1:1", "not a host"),
        ("udp://239.0.0.1", "the port is missing"),
        ("ws://127.0.0.1/path", "the port is missing"),
        ("ws://a:1/b c", "visible ASCII"),
        ("ws://a:1/é", "visible ASCII"),
        ("ws://a:1/#b", "visible ASCII"),
        ("wss://1.2.3.4:0;5.6.7.8:1/", "only tcp and udp"),
        ("ws://:80/", "write ws://127.0.0.1:5555"),
        ("ipc:///tmp/\ud800", "half a character"),
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

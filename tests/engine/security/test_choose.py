"""Options become mechanisms as libzmq has it, and what is missing is said at once."""

import pytest

from engine import PULL
from engine.errors import OptionInvalid
from engine.options import SocketOptions
from engine.security.choose import NO_SECURITY, Security, SecurityIncomplete, security_of
from engine.security.curve_client import CurveClient
from engine.security.curve_server import CurveServer
from engine.security.keys import generate
from engine.security.null import NullMechanism
from engine.security.plain import PlainClient, PlainServer
from engine.z85 import encode
from tests.engine.security.dialogue import Drawn

OURS = generate(Drawn(1))
THEIRS = generate(Drawn(2))


def secured(**options: object) -> Security:
    made = SocketOptions()
    for name, value in options.items():
        made.set(PULL, name, value)
    return security_of(made)


def kind(**options: object) -> type:
    return type(secured(**options).mechanism({}, Drawn()))


def test_without_options_it_is_null_and_nobody_is_asked() -> None:
    assert secured() == NO_SECURITY
    assert kind() is NullMechanism


SECRET = ("curve_secretkey", OURS.secret)
SERVER_KEY = ("curve_serverkey", THEIRS.public)
USER = ("plain_username", "u")


@pytest.mark.parametrize(
    ("options", "mechanism"),
    [
        ([("plain_server", 1)], PlainServer),
        ([USER], PlainClient),
        ([USER, ("plain_password", "")], PlainClient),
        ([("curve_server", 1), SECRET], CurveServer),
        ([SECRET, ("curve_server", 1)], CurveServer),
        ([SECRET, SERVER_KEY], CurveClient),
        ([SERVER_KEY, SECRET], CurveClient),
        ([("plain_server", 1), USER], PlainClient),
        ([USER, ("curve_server", 1), SECRET], CurveServer),
        ([("plain_server", 1), ("plain_server", 0)], NullMechanism),
        ([("curve_server", 1), SECRET, ("curve_server", 0)], NullMechanism),
        ([USER, ("plain_username", "")], NullMechanism),
        ([SECRET, ("curve_secretkey", b"")], NullMechanism),
    ],
)
def test_the_last_option_of_a_mechanism_chooses_it(
    options: list[tuple[str, object]], mechanism: type
) -> None:
    made = SocketOptions()
    for name, value in options:
        made.set(PULL, name, value)
    assert type(security_of(made).mechanism({}, Drawn())) is mechanism


def test_the_greeting_tells_the_server_from_the_client() -> None:
    server = secured(curve_server=1, curve_secretkey=OURS.secret).mechanism({}, Drawn())
    client = secured(curve_serverkey=OURS.public, curve_secretkey=THEIRS.secret).mechanism({}, Drawn())
    assert (server.name, server.as_server, client.name, client.as_server) == ("CURVE", True, "CURVE", False)


def test_a_key_is_given_as_octets_or_as_z85() -> None:
    for secret in (OURS.secret, OURS.secret_text, OURS.secret_text.encode()):
        assert secured(curve_server=1, curve_secretkey=secret).keys == OURS


@pytest.mark.parametrize(
    "options",
    [
        {"curve_server": 1},
        {"curve_serverkey": THEIRS.public},
        {"curve_secretkey": OURS.secret},
        {"curve_server": 1, "curve_secretkey": OURS.secret, "curve_publickey": THEIRS.public},
        {"curve_serverkey": bytes(32), "curve_secretkey": OURS.secret},
    ],
    ids=["server-no-key", "client-no-key", "no-role", "keys-of-two", "key-of-nobody"],
)
def test_what_is_missing_is_said_at_once(options: dict[str, object]) -> None:
    with pytest.raises(SecurityIncomplete):
        secured(**options)


@pytest.mark.parametrize("name", ["curve_secretkey", "plain_password"])
def test_a_refused_secret_is_not_shown(name: str) -> None:
    secret = OURS.secret_text + "x" * 300
    with pytest.raises(OptionInvalid) as refused:
        secured(**{name: secret})
    assert OURS.secret_text not in str(refused.value)
    assert OURS.secret_text not in repr(refused.value.value)


@pytest.mark.parametrize("name", ["curve_publickey", "curve_secretkey", "curve_serverkey"])
@pytest.mark.parametrize("value", [b"x" * 31, b"x" * 41, '"' * 40, 7])
def test_what_is_no_key_is_refused(name: str, value: object) -> None:
    with pytest.raises(OptionInvalid):
        secured(**{name: value})


def test_no_repr_shows_a_secret() -> None:
    made = SocketOptions()
    made.set(PULL, "plain_password", "hush")
    made.set(PULL, "curve_secretkey", OURS.secret)
    made.set(PULL, "curve_server", 1)
    for shown in (repr(made), repr(security_of(made))):
        assert "hush" not in shown
        assert repr(OURS.secret)[2:-1] not in shown
        assert encode(OURS.secret) not in shown

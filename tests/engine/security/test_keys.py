"""Keys are made, read, written and never shown."""

import pytest
import zmq
import zmq.auth

from engine.security.keys import (
    Certificate,
    KeyInvalid,
    KeyPair,
    generate,
    key_of,
    pair_of,
    read_certificate,
)
from tests.engine.security.dialogue import Drawn

PAIR = generate(Drawn())


def test_a_pair_is_one_that_libzmq_agrees_with() -> None:
    assert zmq.curve_public(PAIR.secret_text.encode()) == PAIR.public_text.encode()


def test_a_pair_follows_from_its_secret_key() -> None:
    public, secret = zmq.curve_keypair()
    pair = pair_of(key_of(secret))
    assert (pair.public_text.encode(), pair.secret_text.encode()) == (public, secret)


def test_a_key_is_read_from_octets_and_from_either_kind_of_text() -> None:
    assert key_of(PAIR.public) == key_of(PAIR.public_text) == key_of(PAIR.public_text.encode()) == PAIR.public


@pytest.mark.parametrize("text", ["", "x" * 39, "x" * 41, '"' * 40, b"x" * 31])
def test_what_is_no_key_is_refused(text: str | bytes) -> None:
    with pytest.raises(KeyInvalid):
        key_of(text)


def test_a_public_key_of_somebody_else_makes_no_pair() -> None:
    with pytest.raises(KeyInvalid, match="does not belong"):
        KeyPair(generate(Drawn(2)).public, PAIR.secret)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_secret_key_has_32_octets(length: int) -> None:
    with pytest.raises(KeyInvalid):
        pair_of(bytes(length))


def test_nothing_shows_a_secret_key() -> None:
    certificate = Certificate(PAIR.public, PAIR.secret)
    for shown in (repr(PAIR), str(PAIR), repr(certificate), certificate.public_text()):
        assert repr(PAIR.secret)[2:-1] not in shown
        assert PAIR.secret_text not in shown


def test_a_certificate_is_read_as_it_was_written() -> None:
    whole = Certificate(PAIR.public, PAIR.secret, {"name": "a = b # c", "says": 'say "so"'})
    assert read_certificate(whole.secret_text()) == whole
    assert read_certificate(whole.public_text()) == Certificate(PAIR.public, None, whole.metadata)


def test_certificates_pass_between_us_and_pyzmq(tmp_path) -> None:
    _, secret_file = zmq.auth.create_certificates(tmp_path, "theirs", {"who": "they"})
    public, secret = zmq.auth.load_certificate(secret_file)
    with open(secret_file, encoding="utf-8") as file:
        theirs = read_certificate(file.read())
    assert (theirs.public, theirs.secret) == (key_of(public), key_of(secret or b""))
    assert theirs.metadata == {"who": "they"}
    (tmp_path / "ours.key_secret").write_text(Certificate(PAIR.public, PAIR.secret, {"a": "b"}).secret_text())
    ours = zmq.auth.load_certificate(tmp_path / "ours.key_secret")
    assert ours == (PAIR.public_text.encode(), PAIR.secret_text.encode())


@pytest.mark.parametrize(
    "text",
    ["", "metadata\n    name = x\n", "curve\n    secret-key = x\n", 'curve\n    public-key = "short"\n'],
)
def test_a_certificate_without_a_public_key_is_none(text: str) -> None:
    with pytest.raises(KeyInvalid):
        read_certificate(text)


def test_a_certificate_whose_keys_do_not_belong_together_is_none() -> None:
    other = generate(Drawn(3))
    text = Certificate(PAIR.public, PAIR.secret).secret_text().replace(PAIR.public_text, other.public_text)
    with pytest.raises(KeyInvalid, match="does not belong"):
        read_certificate(text)

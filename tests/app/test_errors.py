"""The error tree: each class says enough for either door to answer by itself."""

import json

from app import errors
from app.errors import AppError

MADE = [
    errors.NotFound("topology", "x"),
    errors.Deleted("topology", "x"),
    errors.Stale("r1", "r2", [{"kind": "unset", "path": ["x"]}]),
    errors.PreconditionMissing("If-Match"),
    errors.EditMissesTarget({"kind": "unset", "path": ["x"]}, "there is nothing at x"),
    errors.DocumentUnreadable((3, 4), "not JSON"),
    errors.TooLarge("document", 9, 5),
    errors.TopologyHasErrors([{"code": "GM-101", "sentence": "a and b cannot talk"}]),
    errors.CannotExport("pyzmq", ["a", "b"], "no program"),
    errors.IllegalTransition("run 1", "ended", "paused"),
    errors.QuotaReached("runs", 4),
    errors.WouldBlock("a", "out"),
    errors.NotAcceptable("text/plain", ["application/json"]),
]


def test_every_error_can_be_made_and_told() -> None:
    assert {type(error) for error in MADE} == {
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, AppError)
    } - {AppError}
    for error in MADE:
        assert 400 <= error.status < 500
        assert error.detail == str(error)
        assert not error.detail.endswith(".")
        json.dumps([error.members(), error.where, error.findings])


def test_codes_are_words_of_their_own() -> None:
    codes = [error.code for error in MADE]
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower() and " " not in code for code in codes)


def test_an_error_keeps_the_numbers_it_prints() -> None:
    assert errors.TooLarge("document", 9, 5).detail == "the document has 9 octets; at most 5 are taken"
    assert errors.DocumentUnreadable((3, 4), "not JSON").members() == {"line": 3, "column": 4}
    assert errors.Stale("r1", "r2").members() == {"current": "r2", "edits": []}

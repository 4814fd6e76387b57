"""Documents as text: both forms give the same tree, and hostile text gives a clear error quickly."""

import io
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from ruamel.yaml import YAML

from app.errors import AppError, DocumentUnreadable, TooLarge
from app.topology.document import LARGEST_JSON, LARGEST_YAML, read, settle, write, write_json

Json = Any
DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.yaml"))

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["on", "No", "y", "null", "~", "", " x", "x ", "1", "-", "- a", "a: b", "a #b", "#", "1e3", "0x1f", "0o7",
     "017", "12:30:00", "2001-01-01", "!tag", "&a", "*a", "<<", "=", "%", "@", "`", "|", ">", "?", "\n", "'",
     '"', "[", "{", "${seq}", "true", ".inf", "tcp://*:5555", "1_000", "+1", "a\u2028b", "\x85", "\ufeff",
     "x" * 120]
)  # fmt: skip
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
TREES = st.dictionaries(TEXT, VALUES, max_size=5)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_what_was_saved_is_loaded_again_in_both_forms(tree: Json) -> None:
    tree = settle(tree)
    for form in ("json", "yaml"):
        text = write(tree, form)  # type: ignore[arg-type]
        again = read(text, form)  # type: ignore[arg-type]
        assert json.dumps(again) == json.dumps(tree)
        assert write(again, form) == text  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_older_yaml_readers_read_the_same(tree: Json) -> None:
    tree = settle(tree)
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    assert reader.load(io.StringIO(write(tree, "yaml"))) == tree


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_documents_of_the_format_round_trip(path: Path) -> None:
    document = read(path.read_bytes(), "yaml")
    reader = YAML(typ="safe", pure=True)
    assert document == reader.load(path.read_text(encoding="utf-8"))
    assert list(read(write(document, "yaml"))) == list(document)
    for form in ("json", "yaml"):
        assert json.dumps(read(write(document, form))) == json.dumps(document)  # type: ignore[arg-type]


def test_the_form_is_seen_by_the_first_characters() -> None:
    assert read(' \n{"a": 1}') == read("a: 1") == read("{a: 1}") == read("\ufeffa: 1") == {"a": 1}
    assert read("{}") == {}


def test_whole_numbers_are_whole_however_they_are_written() -> None:
    assert write_json(read('{"a": 1.0, "b": 1e3, "c": 0.5}')) == '{\n  "a": 1,\n  "b": 1000,\n  "c": 0.5\n}\n'
    assert read("a: 1.0\nb: 0x10\nc: 0o10\nd: -.5\ne: +7\nf: 010") == {
        "a": 1, "b": 16, "c": 8, "d": -0.5, "e": 7, "f": 10,
    }  # fmt: skip


def test_plain_scalars_are_those_of_the_core_schema() -> None:
    text = "a: [yes, on, True, null, ~, 2001-01-01, 1_000, 12:30, <<, 0b1, 'true', \"1\"]"
    assert read(text)["a"] == [
        "yes", "on", True, None, None, "2001-01-01", "1_000", "12:30", "<<", "0b1", "true", "1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x 1", "anchors"),
        ("a: *x", "anchors"),
        ("a: !!python/object:os.system x", "tags"),
        ("a: !x {b: 1}", "tags"),
        ("a: {b: 1, b: 2}", "twice"),
        ("a: 1\na: 2", "line 2"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": {"b": 1, "b": 2}}', "twice"),
        ("a: 1\n---\nb: 1", "more than one"),
        ("1: a", "not text"),
        ("null: a", "not text"),
        ("? [a]\n: b", "a key is text"),
        ("a: .inf", "not a number"),
        ('{"a": NaN}', "NaN"),
        ('{"a": 1e999}', "not finite"),
        ('{"a": 9007199254740993}', "larger"),
        ('{"a": ' + "9" * 5000 + "}", "digits"),
        ("a: " + "9" * 5000, "digits"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"a": 1', "line 1"),
        ("a: [1, 2", "line"),
        ("a: 'x", "line"),
        ("\t- a", "not YAML"),
        ("- a", "a topology is a map"),
        ("[]", "a topology is a map"),
        ("text", "a topology is a map"),
        ("", "a topology is a map"),
        (b"\xff\xfe", "UTF-8"),
        ("a: \x00", "not YAML"),
    ],
)
def test_what_is_no_document_is_refused_with_the_reason(text: str | bytes, said: str) -> None:
    with pytest.raises(DocumentUnreadable) as caught:
        read(text)
    assert said in caught.value.detail


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        b"x" * 50_000_000,
        b'{"a": "' + b"x" * 50_000_000,
        BOMB,
        "[" * 200_000,
        '{"a":' * 200_000,
        "- " * 100_000,
        "{a: " * 20_000,
        "a: " + "[" * 100_000,
        "? " * 100_000,
        "a: " + "x " * (LARGEST_YAML // 2),
        "&a " * 50_000,
    ],
    ids=["50 MB", "50 MB of JSON", "billion laughs", "lists", "maps", "block lists", "flow maps",
         "flow lists", "keys", "too much YAML", "anchors"],
)  # fmt: skip
def test_bombs_are_told_from_documents_quickly(text: str | bytes) -> None:
    began = time.monotonic()
    with pytest.raises(AppError) as caught:
        read(text)
    assert isinstance(caught.value, DocumentUnreadable | TooLarge)
    assert time.monotonic() - began < 10  # taken at its word, a bomb takes minutes, or all memory


def test_the_limits_are_told_with_the_size() -> None:
    with pytest.raises(TooLarge) as caught:
        read(b"{" + b" " * LARGEST_JSON + b"}")
    assert caught.value.members() == {"size": LARGEST_JSON + 2, "limit": LARGEST_JSON, "unit": "octets"}
    assert caught.value.status == 413


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.binary(max_size=40))
def test_any_text_is_a_document_or_refused(text: str | bytes) -> None:
    for form in ("json", "yaml", None):
        with suppress(DocumentUnreadable):
            assert isinstance(read(text, form), dict)  # type: ignore[arg-type]


TOKENS = ["a", ": ", "- ", "[", "]", "{", "}", ",", "\n", "  ", "|", ">", "'", '"', "#", "&", "*", "!", "?"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*TOKENS, "%", "---", "...", "\t", "1", "~", "<<"]), max_size=25))
def test_broken_yaml_is_refused_and_never_crashes(parts: list[str]) -> None:
    with suppress(DocumentUnreadable):
        assert isinstance(read("".join(parts), "yaml"), dict)

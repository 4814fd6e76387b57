"""Edits: what they change, what undoes them, and that two languages agree."""

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from app.errors import EditMissesTarget
from app.topology.edits import apply, apply_all, clash
from app.topology.examples import example
from tests.app.topology.corpus_of_edits import PLACE, corpus, text_of

Json = Any

CASES = json.loads(PLACE.read_text(encoding="utf-8"))


def octets(document: Json) -> str:
    return json.dumps(document)


def test_the_corpus_is_what_its_maker_makes() -> None:
    assert text_of(corpus()) == PLACE.read_text(encoding="utf-8")


def test_the_corpus_holds_misses_and_cascades() -> None:
    misses = [case for case in CASES if case["result"] is None]
    cascades = [case for case in CASES if case["inverse"] and len(case["inverse"]) > len(case["edits"])]
    assert len(CASES) >= 200
    assert len(misses) >= 30
    assert len(cascades) >= 50


@pytest.mark.parametrize("number", range(len(CASES)))
def test_every_case_of_the_corpus(number: int) -> None:
    case = CASES[number]
    before = octets(case["document"])
    if case["result"] is None:
        with pytest.raises(EditMissesTarget):
            apply_all(case["document"], case["edits"])
    else:
        result, inverse = apply_all(case["document"], case["edits"])
        assert octets(result) == octets(case["result"])
        assert inverse == case["inverse"]
        assert octets(apply_all(result, inverse)[0]) == before
    assert octets(case["document"]) == before


KEYS = st.sampled_from(["nodes", "links", "processes", "a", "b", "c", "connect", "sockets", "at"])
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["a.b", "b.c", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)
EDITS = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.just("set"), "path": st.lists(KEYS, min_size=1, max_size=4), "value": VALUES},
        optional={"at": st.integers(0, 5)},
    ),
    st.fixed_dictionaries({"kind": st.just("unset"), "path": st.lists(KEYS, min_size=1, max_size=4)}),
)


@settings(max_examples=600, deadline=None)
@given(DOCUMENTS, st.lists(EDITS, min_size=1, max_size=4))
def test_what_is_done_and_undone_is_the_same_to_the_byte(document: Json, edits: list[Json]) -> None:
    before = octets(document)
    try:
        changed, inverse = apply_all(document, edits)
    except EditMissesTarget:
        assert octets(document) == before
        return
    again, redo = apply_all(changed, inverse)
    assert octets(again) == before == octets(document)
    assert octets(apply_all(again, redo)[0]) == octets(changed)


def test_a_new_key_goes_where_it_is_told_and_an_old_one_keeps_its_place() -> None:
    document = {"a": 1, "b": 2, "c": 3}
    assert list(apply(document, {"kind": "set", "path": ["n"], "value": 0, "at": 1})[0]) == [
        "a",
        "n",
        "b",
        "c",
    ]
    assert list(apply(document, {"kind": "set", "path": ["b"], "value": 0, "at": 0})[0]) == ["a", "b", "c"]
    assert list(apply(document, {"kind": "set", "path": ["n"], "value": 0, "at": 99})[0])[-1] == "n"


def test_removing_a_node_takes_its_links_along_and_undo_brings_them_back_in_place() -> None:
    document = example("two-processes")
    changed, inverse = apply(document, {"kind": "unset", "path": ["nodes", "bench"]})
    assert changed["links"] == {}
    assert [edit["path"] for edit in inverse] == [
        ["nodes", "bench"],
        ["links", "jobs-bench"],
        ["links", "bench-done"],
    ]
    assert octets(apply_all(changed, inverse)[0]) == octets(document)


def test_removing_a_socket_takes_only_its_own_links() -> None:
    document = example("two-processes")
    changed, _ = apply(document, {"kind": "unset", "path": ["nodes", "bench", "sockets", "out"]})
    assert list(changed["links"]) == ["jobs-bench"]


def test_removing_a_process_leaves_its_nodes() -> None:
    document = example("pipeline")
    changed, _ = apply(document, {"kind": "unset", "path": ["processes", "workers"]})
    assert changed["nodes"] == document["nodes"]


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "set", "path": ["nodes", "ghost", "at"], "value": [0, 0]},
        {"kind": "set", "path": ["links", "ghost", "via"], "value": []},
        {"kind": "set", "path": ["processes", "ghost", "label"], "value": "x"},
        {"kind": "set", "path": ["name", "of", "it"], "value": "x"},
        {"kind": "set", "path": ["nodes", "orders", "at", "0"], "value": 3},
        {"kind": "unset", "path": ["nodes", "ghost"]},
        {"kind": "unset", "path": ["links", "orders-work-1", "weather", "both"]},
        {"kind": "set", "path": []},
        {"kind": "set", "path": ["x"]},
        {"kind": "set", "path": [1], "value": 2},
        {"kind": "set", "path": "name", "value": 2},
        {"kind": "set", "path": ["name"], "value": 2, "at": -1},
        {"kind": "set", "path": ["x"] * 33, "value": 2},
        {"kind": "move", "path": ["name"]},
        {},
    ],
)
def test_an_edit_that_misses_changes_nothing(edit: Json) -> None:
    document = example("pipeline")
    with pytest.raises(EditMissesTarget) as caught:
        apply_all(document, [{"kind": "set", "path": ["name"], "value": "changed"}, edit])
    assert caught.value.status == 422
    assert document == example("pipeline")


def test_edits_clash_where_they_want_different_things_of_one_place() -> None:
    def setting(path: str, value: Json) -> Json:
        return {"kind": "set", "path": path.split("."), "value": value}

    def unsetting(path: str) -> Json:
        return {"kind": "unset", "path": path.split(".")}

    assert clash(setting("a.b", 1), setting("a.b", 2))
    assert clash(setting("a.b", 1), unsetting("a"))
    assert clash(unsetting("a"), setting("a.b.c", None))
    assert clash(setting("a", None), unsetting("a"))
    assert not clash(setting("a.b", {"x": 1, "y": 2}), setting("a.b", {"y": 2, "x": 1}))
    assert not clash(unsetting("a.b"), unsetting("a.b"))
    assert not clash(setting("a.b", 1), setting("a.c", 2))

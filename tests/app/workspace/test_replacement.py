"""A whole document in another's place, as edits."""

import json
from typing import Any

from hypothesis import given, strategies as st

from app.topology.edits import apply_all
from app.workspace.replacement import difference

Json = Any

IDS = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.one_of(st.booleans(), st.integers(0, 2), st.floats(0, 2), st.sampled_from(["", "x"]))
LINKS = st.dictionaries(
    IDS,
    st.fixed_dictionaries({"connect": IDS.map(lambda i: f"{i}.out"), "bind": IDS.map(lambda i: f"{i}.in")}),
)
SECTION = st.one_of(st.dictionaries(IDS, st.dictionaries(IDS, VALUES, max_size=2)), VALUES)


@st.composite
def documents(draw: st.DrawFn) -> Json:
    """Maps with sections in any order, links that may hang on nodes that are not there."""
    keys = draw(st.lists(st.sampled_from(["name", "nodes", "links", "processes", "x-a"]), unique=True))
    return {key: draw(LINKS if key == "links" else VALUES if key == "name" else SECTION) for key in keys}


@given(documents(), documents())
def test_the_edits_lead_from_one_to_the_other_and_back(before: Json, after: Json) -> None:
    edits = difference(before, after)
    reached, inverse = apply_all(before, edits)
    assert json.dumps(reached) == json.dumps(after)
    assert json.dumps(apply_all(reached, inverse)[0]) == json.dumps(before)


def test_what_is_the_same_is_left_alone() -> None:
    before = {"name": "A", "nodes": {"a": {"x": 1}, "b": {"x": 2}}}
    after = {"name": "A", "nodes": {"a": {"x": 1}, "b": {"x": 3}}}
    assert difference(before, before) == []
    assert difference(before, after) == [{"kind": "set", "path": ["nodes", "b"], "value": {"x": 3}, "at": 1}]

"""A tree of prefixes finds what a look at each of them would, and keeps no branch that parts nothing."""

from typing import Any

from hypothesis import given, strategies as st

from engine.routing.prefix_tree import Branch, PrefixTree

OCTETS = st.lists(st.sampled_from(b"ab"), max_size=6).map(bytes)
WISHES = st.lists(st.tuples(st.booleans(), OCTETS), max_size=40)


def branches(branch: Branch[Any]) -> list[Branch[Any]]:
    return [each for child in branch.branches.values() for each in (child, *branches(child))]


@given(WISHES, st.lists(OCTETS, max_size=8))
def test_it_finds_what_a_look_at_each_prefix_would(
    wishes: list[tuple[bool, bytes]], topics: list[bytes]
) -> None:
    tree: PrefixTree[bytes] = PrefixTree()
    known: set[bytes] = set()
    for wanted, prefix in wishes:
        if wanted and prefix not in known:
            known.add(prefix)
            tree.add(prefix, prefix)
        elif not wanted and prefix in known:
            known.discard(prefix)
            tree.remove(prefix)
        for branch in branches(tree._root):
            assert branch.length == len(branch.octets) > 0
            assert branch.value is not None or len(branch.branches) > 1
            assert all(child.octets[0] == first for first, child in branch.branches.items())
    for topic in [*topics, *known]:
        fitting = sorted((prefix for prefix in known if topic.startswith(prefix)), key=len)
        assert tree.fitting(topic) == fitting
        assert tree.fits(topic) == bool(fitting)


def test_a_very_long_prefix_parts_where_it_should() -> None:
    tree: PrefixTree[int] = PrefixTree()
    long = bytes(1_000_000)
    tree.add(long, 1)
    tree.add(long[:-1] + b"x", 2)
    tree.add(long[:10], 3)
    assert tree.fitting(long + b"more") == [3, 1]
    tree.remove(long)
    tree.remove(long[:10])
    assert tree.fitting(long[:-1] + b"xy") == [2]
    assert len(branches(tree._root)) == 1

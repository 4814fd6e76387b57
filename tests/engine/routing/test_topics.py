from hypothesis import given, strategies as st

from engine.routing.topics import Topics

a_topic = st.text("ab", max_size=4).map(str.encode)


def test_a_prefix_fits_what_begins_with_it_and_the_empty_one_fits_all() -> None:
    topics: Topics[int] = Topics()
    topics.add(b"ab", 1)
    assert [topics.matches(topic) for topic in (b"ab", b"abc", b"a", b"b", b"")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    topics.add(b"", 2)
    assert topics.matches(b"")
    assert topics.matches(b"anything")


def test_a_holder_of_two_fitting_prefixes_is_found_once() -> None:
    topics: Topics[int] = Topics()
    topics.add(b"a", 1)
    topics.add(b"ab", 1)
    topics.add(b"ab", 2)
    assert list(topics.matching(b"abc")) == [1, 2]


def test_only_the_first_and_the_last_of_a_prefix_are_news() -> None:
    topics: Topics[int] = Topics()
    assert [topics.add(b"a", 1), topics.add(b"a", 1), topics.add(b"a", 2)] == [True, False, False]
    removals = [topics.remove(b"a", holder) for holder in (2, 1, 1, 1)]
    assert removals == [False, False, True, False]
    assert len(topics) == 0


def test_what_is_not_held_cannot_be_taken_back() -> None:
    topics: Topics[int] = Topics()
    topics.add(b"a", 1)
    assert not topics.remove(b"a", 2)
    assert not topics.remove(b"b", 1)
    assert topics.holds(b"a", 1)


def test_a_holder_that_leaves_takes_all_its_own_and_nothing_of_the_others() -> None:
    topics: Topics[int] = Topics()
    for prefix, holder in ((b"a", 1), (b"a", 2), (b"b", 1), (b"b", 1)):
        topics.add(prefix, holder)
    assert topics.remove_holder(1) == [b"b"]
    assert list(topics) == [b"a"]
    assert topics.remove_holder(1) == []


@given(
    st.lists(st.tuples(st.booleans(), a_topic, st.integers(0, 2)), max_size=30), st.lists(a_topic, max_size=5)
)
def test_it_agrees_with_looking_at_every_subscription(
    changes: list[tuple[bool, bytes, int]], asked: list[bytes]
) -> None:
    topics: Topics[int] = Topics()
    held: list[tuple[bytes, int]] = []
    for adds, topic, holder in changes:
        others = [one for one in held if one[0] == topic]
        if adds:
            assert topics.add(topic, holder) == (not others)
            held.append((topic, holder))
        elif (topic, holder) in held:
            assert topics.remove(topic, holder) == (len(others) == 1)
            held.remove((topic, holder))
        else:
            assert not topics.remove(topic, holder)
    for topic in asked:
        fitting = {holder for prefix, holder in held if topic.startswith(prefix)}
        assert set(topics.matching(topic)) == fitting
        assert topics.matches(topic) == bool(fitting)
    assert set(topics) == {topic for topic, _ in held}

"""Prefixes in a tree: which of them does a topic begin with?"""

from typing import Generic, TypeVar

Value = TypeVar("Value")


class Branch(Generic[Value]):
    """A stretch of octets that some prefixes have in common.

    Attributes:
        octets: at least one, but for the root's.
        value: of the prefix that ends here; ``None`` where none does.
        branches: what follows, by its first octet.
    """

    __slots__ = ("branches", "length", "octets", "value")

    def __init__(self, octets: bytes, value: Value | None) -> None:
        self.octets = octets
        self.length = len(octets)
        self.value = value
        self.branches: dict[int, Branch[Value]] = {}

    def begin_with(self, octets: bytes) -> None:
        """Stand for another stretch."""
        self.octets = octets
        self.length = len(octets)


class PrefixTree(Generic[Value]):
    """A value for each of many prefixes.

    A look takes a step for each place where prefixes part or end along the topic: its cost grows with
    the topic's length and not with their number.
    """

    def __init__(self) -> None:
        self._root: Branch[Value] = Branch(b"", None)

    def add(self, prefix: bytes, value: Value) -> None:
        """Enter a prefix that is not in the tree."""
        branch = self._root
        place = 0
        while place < len(prefix):
            following = branch.branches.get(prefix[place])
            if following is None:
                branch.branches[prefix[place]] = Branch(prefix[place:], value)
                return
            common = _common(prefix[place : place + following.length], following.octets)
            if common < following.length:
                following = _part(branch, following, common)
            branch = following
            place += common
        branch.value = value

    def remove(self, prefix: bytes) -> None:
        """Take out a prefix that is in the tree."""
        above, branch = self._root, self._root
        place = 0
        while place < len(prefix):
            above, branch = branch, branch.branches[prefix[place]]
            place += branch.length
        branch.value = None
        if branch is not self._root and not branch.branches:
            del above.branches[branch.octets[0]]
            branch = above
        if branch is not self._root and branch.value is None and len(branch.branches) == 1:
            _join(branch)

    def fitting(self, topic: bytes) -> list[Value]:
        """Return the values of the prefixes that ``topic`` begins with, the shortest first."""
        branch = self._root
        value = branch.value
        found: list[Value] = [] if value is None else [value]
        place, size = 0, len(topic)
        while place < size:
            following = branch.branches.get(topic[place])
            if following is None:
                break
            length = following.length
            if length > 1 and topic[place : place + length] != following.octets:
                break
            place += length
            branch = following
            value = branch.value
            if value is not None:
                found.append(value)
        return found

    def fits(self, topic: bytes) -> bool:
        """Tell whether ``topic`` begins with any prefix."""
        return self._root.value is not None or bool(self.fitting(topic))


def _part(above: Branch[Value], branch: Branch[Value], common: int) -> Branch[Value]:
    """Divide a branch after ``common`` octets, and return its upper part."""
    upper: Branch[Value] = Branch(branch.octets[:common], None)
    above.branches[branch.octets[0]] = upper
    branch.begin_with(branch.octets[common:])
    upper.branches[branch.octets[0]] = branch
    return upper


def _join(branch: Branch[Value]) -> None:
    """Make one of a branch where no prefix ends and the only one that follows."""
    (only,) = branch.branches.values()
    branch.begin_with(branch.octets + only.octets)
    branch.value, branch.branches = only.value, only.branches


def _common(one: bytes, other: bytes) -> int:
    """Count the octets that two begin with alike, by halves: a topic may have a million."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low

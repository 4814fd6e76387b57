"""Edits of a document: set a value, unset a key; each applied edit says which edits undo it, to the byte.

The document of record is the plain JSON tree with the order of its keys. The
browser applies the same two edits by the same rules; a corpus checked in with
the tests proves the two equal. Nothing here changes what it is given.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.errors import EditMissesTarget

Json = Any
Document = dict[str, Json]
Edit = Mapping[str, Json]
Path = tuple[str, ...]

MEMBERS: Final = ("nodes", "links", "processes")
"""Maps whose members an edit never brings back to life by setting something inside them."""

DEEPEST_PATH: Final = 32


def apply(document: Document, edit: Edit) -> tuple[Document, list[Document]]:
    """Apply one edit.

    Returns:
        The document as it is then, sharing what did not change, and the edits
        that lead back, to be applied in order.

    Raises:
        EditMissesTarget: the edit is malformed, or names a place that is not there.
    """
    path = _path_of(edit)
    if edit["kind"] == "set":
        return _set(document, edit, path)
    return _unset(document, edit, path)


def apply_all(document: Document, edits: Sequence[Edit]) -> tuple[Document, list[Document]]:
    """Apply edits in order, all or none.

    Returns:
        The document as it is then, and the edits that lead back, to be applied in order.

    Raises:
        EditMissesTarget: one of them misses; nothing was changed.
    """
    inverse: list[Document] = []
    for edit in edits:
        document, undo = apply(document, edit)
        inverse[:0] = undo
    return document, inverse


def clash(one: Edit, other: Edit) -> bool:
    """Tell whether two edits made side by side want different things of the same place."""
    shorter = min(len(one["path"]), len(other["path"]))
    if list(one["path"])[:shorter] != list(other["path"])[:shorter]:
        return False
    wants = [(each["kind"], list(each["path"]), each.get("value")) for each in (one, other)]
    return wants[0] != wants[1]


def _path_of(edit: Edit) -> Path:
    path = edit.get("path")
    if edit.get("kind") not in ("set", "unset"):
        raise EditMissesTarget(edit, f"there is no kind of edit {edit.get('kind')!r}")
    if not isinstance(path, list | tuple) or not path or not all(isinstance(key, str) for key in path):
        raise EditMissesTarget(edit, "a path is a list of one or more keys")
    if len(path) > DEEPEST_PATH:
        raise EditMissesTarget(edit, f"the path has {len(path)} keys; at most {DEEPEST_PATH} are taken")
    if edit["kind"] == "set" and "value" not in edit:
        raise EditMissesTarget(edit, "there is no value to set")
    at = edit.get("at")
    if at is not None and (not isinstance(at, int) or isinstance(at, bool) or at < 0):
        raise EditMissesTarget(edit, f"at is a place in the map, 0 or more, not {at!r}")
    return tuple(path)


def _set(document: Document, edit: Edit, path: Path) -> tuple[Document, list[Document]]:
    if len(path) > 2 and path[0] in MEMBERS:
        members = document.get(path[0])
        if not isinstance(members, dict) or path[1] not in members:
            raise EditMissesTarget(edit, f"{path[0]} has no {path[1]!r}")
    maps = _maps_along(document, edit, path)
    parent = maps[-1]
    key = path[-1]
    if len(maps) == len(path) and key in parent:
        inverse: list[Document] = [{"kind": "set", "path": list(path), "value": parent[key]}]
        changed: Document = {**parent, key: edit["value"]}
    else:
        created = path[: len(maps)]
        # A link may have hung on it before it was there; taking it away again would take that along.
        inverse = [{"kind": "unset", "path": list(created)}, *_restoring_links(document, created)]
        value = edit["value"]
        for inner in reversed(path[len(maps) :]):
            value = {inner: value}
        at = edit.get("at") if len(maps) == len(path) else None
        changed = _inserted(parent, path[len(maps) - 1], value, at)
    return _rebuilt(maps, path, changed), inverse


def _unset(document: Document, edit: Edit, path: Path) -> tuple[Document, list[Document]]:
    maps = _maps_along(document, edit, path)
    if len(maps) < len(path) or path[-1] not in maps[-1]:
        raise EditMissesTarget(edit, f"there is nothing at {'.'.join(path)}")
    parent = maps[-1]
    key = path[-1]
    left = {name: value for name, value in parent.items() if name != key}
    document = _rebuilt(maps, path, left)
    restoring = _restoring_links(document, path)
    if restoring:
        doomed = [edit["path"][1] for edit in restoring]
        kept = {name: link for name, link in document["links"].items() if name not in doomed}
        document = {**document, "links": kept}
    return document, [_restoring(path, parent), *restoring]


def _restoring_links(document: Document, path: Path) -> list[Document]:
    """Return the edits that bring back the links that go away with what is unset at ``path``."""
    links = document.get("links")
    if not isinstance(links, dict):
        return []
    return [_restoring(("links", name), links) for name, link in links.items() if _hangs_on(link, path)]


def _maps_along(document: Document, edit: Edit, path: Path) -> list[Document]:
    """Return the maps from the document down to the last one on the path that exists."""
    maps = [document]
    for depth, key in enumerate(path[:-1]):
        if key not in maps[-1]:
            break
        inner = maps[-1][key]
        if not isinstance(inner, dict):
            raise EditMissesTarget(edit, f"{'.'.join(path[: depth + 1])} is not a map")
        maps.append(inner)
    return maps


def _inserted(parent: Document, key: str, value: Json, at: int | None) -> Document:
    items = list(parent.items())
    items.insert(len(items) if at is None else at, (key, value))
    return dict(items)


def _rebuilt(maps: list[Document], path: Path, changed: Document) -> Document:
    """Return the document with ``changed`` in place of the last of ``maps``."""
    for depth in range(len(maps) - 2, -1, -1):
        changed = {**maps[depth], path[depth]: changed}
    return changed


def _restoring(path: Path, parent: Document) -> Document:
    key = path[-1]
    return {"kind": "set", "path": list(path), "value": parent[key], "at": list(parent).index(key)}


def _hangs_on(link: Json, path: Path) -> bool:
    """Tell whether a link goes away together with what was unset at ``path``."""
    if not isinstance(link, dict):
        return False
    ends = [end for end in (link.get("connect"), link.get("bind")) if isinstance(end, str)]
    match path:
        case ("nodes", node):
            return any(end.partition(".")[0] == node for end in ends)
        case ("nodes", node, "sockets", socket):
            return f"{node}.{socket}" in ends
        case _:
            return False

"""Makes the corpus of edits that proves the Python and the TypeScript edits equal.

    python -m tests.app.topology.corpus_of_edits

writes it again; a test sees to it that what is checked in is what this makes.
"""

import json
import random
from pathlib import Path
from typing import Any

from app.errors import EditMissesTarget
from app.topology.edits import apply_all
from app.topology.examples import example

PLACE = Path(__file__).with_name("edits_corpus.json")
SEED = 20
CASES = 220
Json = Any

HANGING = {"up": {"connect": "a.out", "bind": "b.in"}, "other": {"connect": "c.out", "bind": "b.in"}}
MET_ONCE: list[tuple[dict[str, Json], list[dict[str, Json]]]] = [
    # What a link hung on before it was there.
    ({"nodes": {}, "links": HANGING}, [{"kind": "set", "path": ["nodes", "a"], "value": {}}]),
    (
        {"nodes": {"b": {"sockets": {}}}, "links": HANGING},
        [{"kind": "set", "path": ["nodes", "b", "sockets", "in"], "value": {"type": "PULL"}}],
    ),
]
"""Documents and edits that once were undone wrongly."""


def corpus() -> list[dict[str, Json]]:
    """Return every case: a document, edits, and what comes of them; ``null`` where an edit misses."""
    chance = random.Random(SEED)
    return [*(_case(chance) for _ in range(CASES)), *(_outcome(*case) for case in MET_ONCE)]


def text_of(cases: list[dict[str, Json]]) -> str:
    """Return the corpus as its file holds it: one case a line, so that a change shows as one."""
    return "[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n"


def _case(chance: random.Random) -> dict[str, Json]:
    document = _document(chance)
    edits: list[dict[str, Json]] = []
    now = document
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        edit = _edit(chance, now)
        edits.append(edit)
        try:
            now, _ = apply_all(now, [edit])
        except EditMissesTarget:
            break
    return _outcome(document, edits)


def _outcome(document: dict[str, Json], edits: list[dict[str, Json]]) -> dict[str, Json]:
    try:
        result, inverse = apply_all(document, edits)
    except EditMissesTarget:
        return {"document": document, "edits": edits, "result": None, "inverse": None}
    return {"document": document, "edits": edits, "result": result, "inverse": inverse}


def _document(chance: random.Random) -> dict[str, Json]:
    if chance.random() < 0.1:
        return {"format": "glassmq/1", "name": "Empty"}
    document = example(chance.choice(("pipeline", "request-reply", "proxy", "two-processes")))
    if chance.random() < 0.3:
        document["links"]["odd"] = chance.choice(({"connect": 3}, None, [], {"bind": "nobody.in"}))
    if chance.random() < 0.3:
        document["x-note"] = {"ünïcode": ["✓", "</script>"], "deep": {"er": {}}}
    if chance.random() < 0.1:
        document["links"] = []
    return document


def _edit(chance: random.Random, document: dict[str, Json]) -> dict[str, Json]:
    makers = (_unset_node, _unset_socket, _unset_any, _set_any, _set_new, _set_node, _set_deep, _miss)
    weights = (5, 3, 2, 4, 4, 2, 2, 1)
    return chance.choices(makers, weights)[0](chance, document)


def _unset_node(chance: random.Random, document: dict[str, Json]) -> dict[str, Json]:
    return {"kind": "unset", "path": ["nodes", _name(chance, document.get("nodes"))]}


def _unset_socket(chance: random.Random, document: dict[str, Json]) -> dict[str, Json]:
    node = _name(chance, document.get("nodes"))
    sockets = _inside(document, "nodes", node, "sockets")
    return {"kind": "unset", "path": ["nodes", node, "sockets", _name(chance, sockets)]}


def _unset_any(chance: random.Random, document: dict[str, Json]) -> dict[str, Json]:
    return {"kind": "unset", "path": _path(chance, document)}


def _set_any(chance: random.Random, document: dict[str, Json]) -> dict[str, Json]:
    return _set(chance, _path(chance, document))


def _set_new(chance: random.Random, document: dict[str, Json]) -> dict[str, Json]:
    *parent, _ = _path(chance, document)
    return _set(chance, [*parent, chance.choice(("label", "x-new", "fresh"))])


def _set_node(chance: random.Random, document: dict[str, Json]) -> dict[str, Json]:
    node = {"behaviour": "sink", "at": [chance.randrange(900), 40], "sockets": {"in": {"type": "PULL"}}}
    edit = _set(chance, ["nodes", chance.choice(("newcomer", "orders", "ben"))])
    return {**edit, "value": node}


def _set_deep(chance: random.Random, document: dict[str, Json]) -> dict[str, Json]:
    node = _name(chance, document.get("nodes"))
    tail = chance.choice((["with", "burst", "size"], ["sockets", "in", "options", "rcvhwm"], ["at"]))
    head = chance.choice((["nodes", node], ["notes", "why"], ["processes", "ingest", "context"]))
    return _set(chance, [*head, *tail])


def _miss(chance: random.Random, document: dict[str, Json]) -> dict[str, Json]:
    return chance.choice(
        (
            {"kind": "set", "path": ["nodes", "gone", "at"], "value": [0, 0]},
            {"kind": "set", "path": ["links", "gone", "enabled"], "value": False},
            {"kind": "set", "path": ["name", "first"], "value": "x"},
            {"kind": "unset", "path": ["nodes", "gone"]},
            {"kind": "unset", "path": ["format", "version"]},
            {"kind": "unset", "path": ["views", "full", "title"]},
        )
    )


def _set(chance: random.Random, path: list[str]) -> dict[str, Json]:
    values: tuple[Json, ...] = (None, True, 0, 7, 2.5, "text", [1, [2]], {}, {"b": 1, "a": {"c": None}})
    edit: dict[str, Json] = {"kind": "set", "path": path, "value": chance.choice(values)}
    if chance.random() < 0.5:
        edit["at"] = chance.randrange(6)
    return edit


def _path(chance: random.Random, document: dict[str, Json]) -> list[str]:
    """Return the path of something that is there, more or less deep."""
    path: list[str] = []
    here: Json = document
    while isinstance(here, dict) and here:
        path.append(chance.choice(list(here)))
        here = here[path[-1]]
        if chance.random() < 0.25:
            break
    return path


def _inside(tree: Json, *path: str) -> Json:
    for key in path:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _name(chance: random.Random, tree: Json) -> str:
    return chance.choice(list(tree)) if isinstance(tree, dict) and tree else "nobody"


if __name__ == "__main__":
    PLACE.write_text(text_of(corpus()), encoding="utf-8")

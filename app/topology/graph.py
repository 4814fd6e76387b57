"""The few questions about a whole graph, asked of networkx, which lives here only."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

import networkx

Vertex = TypeVar("Vertex", bound=Hashable)


def cycles(edges: Iterable[tuple[Vertex, Vertex]]) -> list[list[Vertex]]:
    """Return one shortest cycle for each knot of vertices that lead round to each other.

    The order follows that of ``edges``, so the same drawing gives the same answer.
    """
    graph: networkx.DiGraph[Vertex] = networkx.DiGraph()
    graph.add_edges_from(edges)
    place = {vertex: number for number, vertex in enumerate(graph)}
    knots = [
        sorted(knot, key=place.__getitem__)
        for knot in networkx.strongly_connected_components(graph)
        if len(knot) > 1 or any(graph.has_edge(vertex, vertex) for vertex in knot)
    ]
    return [_round(graph, knot) for knot in sorted(knots, key=lambda knot: place[knot[0]])]


def _round(graph: "networkx.DiGraph[Vertex]", knot: list[Vertex]) -> list[Vertex]:
    inside = set(knot)
    start = knot[0]
    ways = [
        networkx.shortest_path(graph, following, start)
        for following in graph.successors(start)
        if following in inside
    ]
    way = min(ways, key=len)
    return [start, *way[:-1]]

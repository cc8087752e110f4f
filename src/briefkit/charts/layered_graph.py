"""Lay out boxes in columns, joined by lines that pass between them; the order that crosses least is igraph's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from igraph import Graph
from matplotlib.path import Path

from briefkit.charts.text_layout import spread_labels

Edge = tuple[int, int]


@dataclass(frozen=True)
class LayeredLayout:
    """Where boxes and lines go: columns from left to right, heights from top to bottom.

    Attributes
    ----------
    column : tuple of int
        Of each box, then of each bend.
    middle : tuple of float
        Height of the middle of each, in points from the top.
    routes : tuple of tuple of int
        For each line the boxes and bends that it passes, from left to right; one box when both ends share a column.
    height : float
        Of all together, in points.
    """

    column: tuple[int, ...]
    middle: tuple[float, ...]
    routes: tuple[tuple[int, ...], ...]
    height: float


def layout_layers(
    heights: Sequence[float], edges: Sequence[Edge], columns: Sequence[int] | None = None, *, bend: float = 5
) -> LayeredLayout:
    """Lay out boxes of given heights and the lines between them.

    Parameters
    ----------
    heights : sequence of float
        Of each box in points, with the air between boxes.
    edges : sequence of (int, int)
        From box to box; circles are broken.
    columns : sequence of int, optional
        Of each box; by default the ends of lines stand to the right of their beginnings.
    bend : float
        Points that a line keeps free where it passes a column.

    References
    ----------
    K. Sugiyama, S. Tagawa and M. Toda (1981), IEEE Trans. Syst. Man Cybern. 11, 109-125.

    Examples
    --------
    >>> layout = layout_layers([20, 20, 20], [(0, 1), (1, 2), (0, 2)])
    >>> layout.column, layout.routes
    ((0, 1, 2, 1), ((0, 1), (1, 2), (0, 3, 2)))
    """
    column = list(columns) if columns is not None else _columns(len(heights), edges)
    column = [sorted(set(column)).index(place) for place in column]
    routes, sizes = [], [float(height) for height in heights]
    for start, end in edges:
        left, right = sorted((start, end), key=lambda box: column[box])
        bends = []
        for between in range(column[left] + 1, column[right]):
            bends.append(len(sizes))
            sizes.append(bend)
            column.append(between)
        routes.append((left, *bends, right))
    links = [pair for route in routes for pair in pairwise(route) if column[pair[0]] != column[pair[1]]]
    stacks = _stacks(column, links + _links_of_neighbours(routes, column, links))
    middle = _middles(stacks, sizes, [pair for route in routes for pair in pairwise(route)])
    top = min((middle[box] - sizes[box] / 2 for box in range(len(sizes))), default=0.0)
    bottom = max((middle[box] + sizes[box] / 2 for box in range(len(sizes))), default=0.0)
    return LayeredLayout(tuple(column), tuple(height - top for height in middle), tuple(routes), bottom - top)


def _columns(count: int, edges: Sequence[Edge]) -> list[int]:
    """Return the longest way to each box, circles broken; a box with followers stands just before the nearest."""
    graph = Graph(n=count, edges=list(edges), directed=True)
    graph.delete_edges(graph.feedback_arc_set(method="eades"))
    order = graph.topological_sorting()
    column = [0] * count
    for box in order:
        column[box] = max((column[before] + 1 for before in graph.predecessors(box)), default=0)
    for box in reversed(order):
        column[box] = min((column[after] - 1 for after in graph.successors(box)), default=column[box])
    return column


def _stacks(column: Sequence[int], links: Sequence[Edge]) -> list[list[int]]:
    """Return the boxes of each column from top to bottom."""
    graph = Graph(n=len(column), edges=list(links), directed=True)
    places = graph.layout_sugiyama(layers=list(column), maxiter=200).coords
    # the bends are boxes of our own, one in each column: igraph adds none, and its first coordinate is the order
    stacks: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    for box in sorted(range(len(column)), key=lambda box: (places[box][0], box)):
        stacks[column[box]].append(box)
    return stacks


def _links_of_neighbours(routes: Sequence[Sequence[int]], column: Sequence[int], links: Sequence[Edge]) -> list[Edge]:
    """Return links that draw together two joined boxes of one column: each takes on those of the other."""
    inside = [(route[0], route[-1]) for route in routes if column[route[0]] == column[route[-1]]]
    pairs = [*inside, *((end, start) for start, end in inside)]
    rightwards = [(box, far) for box, neighbour in pairs for near, far in links if near == neighbour]
    return rightwards + [(near, box) for box, neighbour in pairs for near, far in links if far == neighbour]


def _middles(stacks: list[list[int]], sizes: Sequence[float], links: Sequence[Edge]) -> list[float]:
    """Return heights that keep the order and bring each box near to those that it is joined to."""
    joined: list[list[int]] = [[] for _ in sizes]
    for start, end in links:
        joined[start].append(end)
        joined[end].append(start)
    middle = [0.0] * len(sizes)
    tallest = max((sum(sizes[box] for box in stack) for stack in stacks), default=0.0)
    for stack in stacks:
        edges = np.cumsum([0.0] + [sizes[box] for box in stack])
        for box, top in zip(stack, edges + (tallest - edges[-1]) / 2, strict=False):
            middle[box] = float(top + sizes[box] / 2)
    for sweep in range(12):
        for stack in stacks if sweep % 2 else stacks[::-1]:
            targets = [float(np.mean([middle[far] for far in joined[box]] or [middle[box]])) for box in stack]
            placed = spread_labels(targets, [sizes[box] for box in stack], ordered=True)
            over = max(0.0, placed[-1] + sizes[stack[-1]] / 2 - tallest)
            under = max(0.0, sizes[stack[0]] / 2 - (placed[0] - over))
            for box, target in zip(stack, placed, strict=True):
                middle[box] = float(target - over + under)
    return middle


def connector_path(points: Sequence[tuple[float, float]]) -> Path:
    """Return a line that leaves and reaches each of its points level; every second stretch is straight."""
    vertices, codes = [points[0]], [int(Path.MOVETO)]
    for place, (start, end) in enumerate(pairwise(points)):
        if place % 2:
            vertices, codes = [*vertices, end], [*codes, int(Path.LINETO)]
            continue
        half = (start[0] + end[0]) / 2
        vertices += [(half, start[1]), (half, end[1]), end]
        codes += [int(Path.CURVE4)] * 3
    return Path(vertices, codes)

"""Boxes in columns, joined by lines that pass between them; the order that crosses least is igraph's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from igraph import Graph
from matplotlib.path import Path

from briefkit.charts.text_layout import spread


@dataclass(frozen=True)
class Layered:
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


def layered(
    heights: Sequence[float], edges: Sequence[tuple[int, int]], columns: Sequence[int] | None = None, *, bend: float = 5
) -> Layered:
    """Lay out boxes of given heights (with the air between them) and the lines between them.

    Parameters
    ----------
    heights : sequence of float
        Of each box in points.
    edges : sequence of (int, int)
        From box to box; circles are broken.
    columns : sequence of int, optional
        Of each box; by default the ends of lines stand to the right of their beginnings.
    bend : float
        Points that a line keeps free where it passes a column.
    """
    column = list(columns) if columns is not None else _columns(len(heights), edges)
    column = [sorted(set(column)).index(one) for one in column]
    routes, sizes = [], [float(height) for height in heights]
    for one, other in edges:
        left, right = sorted((one, other), key=lambda box: column[box])
        bends = []
        for between in range(column[left] + 1, column[right]):
            bends.append(len(sizes))
            sizes.append(bend)
            column.append(between)
        routes.append((left, *bends, right))
    links = [pair for route in routes for pair in pairwise(route) if column[pair[0]] != column[pair[1]]]
    stacks = _stacks(column, links + _lent(routes, column, links))
    middle = _settle(stacks, sizes, [pair for route in routes for pair in pairwise(route)])
    top = min((middle[box] - sizes[box] / 2 for box in range(len(sizes))), default=0.0)
    bottom = max((middle[box] + sizes[box] / 2 for box in range(len(sizes))), default=0.0)
    return Layered(tuple(column), tuple(one - top for one in middle), tuple(routes), bottom - top)


def _columns(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Longest way to each box, circles broken; a box that leads somewhere stands just before its nearest end."""
    graph = Graph(n=count, edges=list(edges), directed=True)
    graph.delete_edges(graph.feedback_arc_set(method="eades"))
    order = graph.topological_sorting()
    column = [0] * count
    for box in order:
        column[box] = max((column[before] + 1 for before in graph.predecessors(box)), default=0)
    for box in reversed(order):
        column[box] = min((column[after] - 1 for after in graph.successors(box)), default=column[box])
    return column


def _stacks(column: Sequence[int], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The boxes of each column from top to bottom."""
    graph = Graph(n=len(column), edges=list(links), directed=True)
    spots = graph.layout_sugiyama(layers=list(column), maxiter=200).coords
    # bends are ours, one column each: igraph adds none, and its first coordinate is the order
    stacks: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    for box in sorted(range(len(column)), key=lambda box: (spots[box][0], box)):
        stacks[column[box]].append(box)
    return stacks


def _lent(
    routes: Sequence[Sequence[int]], column: Sequence[int], links: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """What draws together two boxes of one column that a line joins: each is joined to what the other is joined to."""
    turns = [(route[0], route[-1]) for route in routes if column[route[0]] == column[route[-1]]]
    pairs = [*turns, *(turn[::-1] for turn in turns)]
    there = [(one, far) for one, other in pairs for near, far in links if near == other]
    return there + [(near, one) for one, other in pairs for near, far in links if far == other]


def _settle(stacks: list[list[int]], sizes: Sequence[float], links: Sequence[tuple[int, int]]) -> list[float]:
    """Heights that keep the order and bring each box near to those that it is joined to."""
    joined: list[list[int]] = [[] for _ in sizes]
    for one, other in links:
        joined[one].append(other)
        joined[other].append(one)
    middle = [0.0] * len(sizes)
    tallest = max((sum(sizes[box] for box in stack) for stack in stacks), default=0.0)
    for stack in stacks:
        edges = np.cumsum([0.0] + [sizes[box] for box in stack])
        for box, top in zip(stack, edges + (tallest - edges[-1]) / 2, strict=False):
            middle[box] = float(top + sizes[box] / 2)
    for turn in range(12):
        for stack in stacks if turn % 2 else stacks[::-1]:
            wanted = [float(np.mean([middle[far] for far in joined[box]] or [middle[box]])) for box in stack]
            placed = spread(wanted, [sizes[box] for box in stack], ordered=True)
            over = max(0.0, placed[-1] + sizes[stack[-1]] / 2 - tallest)
            under = max(0.0, sizes[stack[0]] / 2 - (placed[0] - over))
            for box, spot in zip(stack, placed, strict=True):
                middle[box] = float(spot - over + under)
    return middle


def curve(points: Sequence[tuple[float, float]]) -> Path:
    """A line that leaves and reaches each of its points level; every second stretch is straight."""
    spots, codes = [points[0]], [int(Path.MOVETO)]
    for place, (start, end) in enumerate(pairwise(points)):
        if place % 2:
            spots, codes = [*spots, end], [*codes, int(Path.LINETO)]
            continue
        half = (start[0] + end[0]) / 2
        spots += [(half, start[1]), (half, end[1]), end]
        codes += [int(Path.CURVE4)] * 3
    return Path(spots, codes)

"""The SVG of a chart: small, and free to stand in a page beside others."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring, tostring

import pytest

from briefkit.charts import canvas, svg


def test_neighbours_that_are_clipped_alike_are_clipped_once():
    """A clip with a transform of its own stays where it is; groups that say nothing go."""
    drawn = '<g><path clip-path="url(#a)"/></g><g><path clip-path="url(#a)"/></g>'
    root = fromstring(f'<svg>{drawn}<path transform="scale(2)" clip-path="url(#a)"/></svg>')
    svg._flatten(root)
    alike, moved = root
    assert tostring(alike) == b'<g clip-path="url(#a)"><path /><path /></g>' and moved.get("transform") == "scale(2)"


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("M 1 2 L 3.5 4 L 3 4.5 z", "M1 2l2.5 2-.5 .5z"),
        ("M 0 0 L 1 1 z M 5 5 L 6 5", "M0 0l1 1zM5 5l1 0"),
        ("M 0 0 C 1 1 2 2 3 3", "M0 0C1 1 2 2 3 3"),
    ],
)
def test_an_outline_keeps_its_points(path, steps):
    """Half of a page's bytes are outlines."""
    assert svg._stepwise(path) == steps


def test_only_what_is_pointed_at_has_an_id():
    """Matplotlib names every group; a page with thirty charts would have ten thousand names."""
    with canvas.canvas() as axes:
        axes.plot([0, 1, 2], [1, 3, 2], clip_on=True)
        picture = svg.write_svg(axes.get_figure(root=True), chart="a", alt="A line")
    ids = {element.get("id") for element in fromstring(picture.svg).iter() if element.get("id")}
    assert {"a--all", "a--alt"} < ids and all(f"#{name}" in picture.svg for name in ids - {"a--all", "a--alt"})

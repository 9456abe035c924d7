"""Speed against size: each coder a mark, and the line of those than which none is both quicker and smaller."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from compress.benching.bench import Bench, Course
from compress.errors import printable
from compress.reports.plots.figures import BLUE, GREY, ORANGE, Paint, in_plain_numbers, quiet_grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["frontier_plot"]

_SIZE = (12.0, 4.2)
# An excess that is nothing, or nearly so, stands at the foot of a logarithmic axis.
_LEAST = 1e-6
# About how large a panel is, and a letter of a name, in points; where a name may stand beside its mark.
_PANEL, _LETTER, _LINE = (345.0, 245.0), 4.7, 10.5
_PLACES = [(side, lines * _LINE) for lines in (0, 1, -1, 2, -2, 3, -3, 4, -4) for side in (1, -1)]
# How much wider and higher a panel is than what it shows, in decades.
_AROUND = 0.35


def frontier_plot(made: Bench) -> tuple[Paint, tuple[float, float]]:
    """A row of pictures for each workload: encoding, decoding."""

    def paint(figure: Figure) -> None:
        grid = figure.subplots(len(made.courses), 2, squeeze=False)
        for course, row in zip(made.courses, grid, strict=True):
            for way, axes in zip(("encode", "decode"), row, strict=True):
                _panel(axes, course, way)
            row[0].set_ylabel("excess, bits a token")
        for axes in grid[-1]:
            axes.set_xlabel("million tokens a second")

    return paint, (_SIZE[0], _SIZE[1] * max(len(made.courses), 1) + 0.4)


def _panel(axes: Axes, course: Course, way: str) -> None:
    """Quick is to the right, small is below; the line joins those that nobody beats both ways."""
    points = {row.coder: (course.speed(getattr(row, way)), max(row.excess, _LEAST), row.is_ours) for row in course.rows}
    limits = []
    for at in (0, 1):
        logs = [math.log10(point[at]) for point in points.values()]
        limits.append((min(logs) - _AROUND, max(logs) + _AROUND * (2 if at == 0 else 1)))
    axes.set_xlim(10 ** limits[0][0], 10 ** limits[0][1])
    axes.set_ylim(10 ** limits[1][0], 10 ** limits[1][1])
    edge = sorted(points[row.coder][:2] for row in course.frontier(way))
    axes.plot(*zip(*edge, strict=True), color=ORANGE, linewidth=1.2, zorder=1, drawstyle="steps-pre")
    taken: list[tuple[float, float, float, float]] = []
    places = {
        name: [
            size * (math.log10(value) - low) / (high - low)
            for value, (low, high), size in zip(point[:2], limits, _PANEL, strict=True)
        ]
        for name, point in points.items()
    }
    for x, y in places.values():
        taken.append((x - 2, y - 2, x + 2, y + 2))
    for name, (speed, excess, is_ours) in points.items():
        colour = BLUE if is_ours else GREY
        axes.plot(speed, excess, "o" if is_ours else "s", color=colour, markersize=4.5)
        label = printable(name)
        side, lift = _free(places[name], len(label) * _LETTER, taken)
        axes.annotate(
            label,
            (speed, excess),
            textcoords="offset points",
            xytext=(5 * side, lift - 3),
            ha="left" if side > 0 else "right",
            fontsize=9,
            color=colour,
        )
    axes.set_title(f"{printable(course.name)}: {way}")
    in_plain_numbers(axes, "x")
    in_plain_numbers(axes, "y")
    quiet_grid(axes, "both")


def _free(mark: Sequence[float], width: float, taken: list[tuple[float, float, float, float]]) -> tuple[int, float]:
    """Where a name meets no other name and no mark, if that can be: on which side of its mark, and how much higher."""
    x, y = mark
    for side, lift in _PLACES:
        left = x + 5 if side > 0 else x - 5 - width
        box = (left, y + lift - _LINE / 2, left + width, y + lift + _LINE / 2)
        is_free = not any(a < box[2] and box[0] < c and b < box[3] and box[1] < d for a, b, c, d in taken)
        if is_free and box[0] >= 0 and box[2] <= _PANEL[0] and box[1] >= 0 and box[3] <= _PANEL[1]:
            taken.append(box)
            return side, lift
    return 1, 0.0

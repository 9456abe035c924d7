"""A sweep as curves: which axis goes across, what is drawn against it, and what tells one curve from another.

    x        the axis with the most numbers:  what P or Q or a coder was told, or n
    y        what a belief costs where that varies; what is above -log2 P(x) where n does
    lines    the next that varies: coders before beliefs, beliefs before sources
    facets   the one after that, a panel each

Next: `sweep` (all cells of a grid).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from compress.errors import SpecError, quoted
from compress.sweeps.cell import Row
from compress.sweeps.grid import Grid

__all__ = ["FIGURES", "Curve", "Look", "Panel", "Point", "panels_of"]

# What can be drawn, with its unit.
FIGURES = {
    "measured": "bits a token",
    "excess": "bits a token above -log2 P(x)",
    "excess_bits": "bits above -log2 P(x)",
    "spread": "bits a token, one standard deviation",
    "coverage": "share of the intervals that hold",
}
# Which of what varies tells curves apart, the first first.
_TELL = ("coder", "assumed", "true", "n")


@dataclass(frozen=True)
class Look:
    """What somebody wants to see; None: whatever suits the grid."""

    x: str | None = None
    y: str | None = None
    lines: str | None = None
    facets: str | None = None

    def of(self, grid: Grid) -> Look:
        """The same with all of it chosen; "" for what the grid does not vary.  Raises SpecError for what it has not.

        >>> Look().of(Grid(("bernoulli:0.7",), ("bernoulli:{0.5..0.9:5}",), ("arithmetic", "huffman")))
        Look(x='assumed', y='measured', lines='coder', facets='')
        """
        numbers = _numbers(grid)
        told = {axis: {getattr(cell, axis) for cell in grid.cells} for axis in _TELL}
        for name, wanted, known in (
            ("x", self.x, numbers),
            ("y", self.y, FIGURES),
            ("lines", self.lines, told),
            ("facets", self.facets, told),
        ):
            if wanted and wanted not in known:
                raise SpecError(f"{quoted(wanted)} cannot be {name}; there are {', '.join(known)}")
        # Of equals n, which stands last.
        x = self.x or max(reversed(numbers), key=lambda axis: len(numbers[axis]))
        rest = [axis for axis in _TELL if len(told[axis]) > 1 and axis not in (x.partition(".")[0], self.facets)]
        lines = rest[0] if self.lines is None and rest else self.lines or ""
        facets = next((axis for axis in rest if axis != lines), "") if self.facets is None else self.facets
        return Look(x, self.y or _figure(grid, x), lines, facets)


class Point(NamedTuple):
    """x, what was measured there, what was predicted, and the floor: H(P), or 0 for what is above it."""

    x: float
    y: float
    predicted: float | None
    floor: float | None


@dataclass(frozen=True)
class Curve:
    """Points from the left to the right."""

    name: str
    points: tuple[Point, ...]

    @property
    def least(self) -> Point:
        """The point at which least was measured."""
        return min(self.points, key=lambda point: point.y)


@dataclass(frozen=True)
class Panel:
    """Curves that share a panel, and what they share."""

    name: str
    curves: tuple[Curve, ...]


def panels_of(rows: Sequence[Row], look: Look) -> list[Panel]:
    """The panels of a look that is chosen; what was refused, or has no number across, is not there.

    >>> from compress.sweeps.cell import measured
    >>> grid = Grid(("bernoulli:0.7",), ("bernoulli:{0.5..0.9:3}",), n="1000", repeat=2)
    >>> [panel] = panels_of([measured(grid, cell) for cell in grid.cells], Look().of(grid))
    >>> panel.curves[0].least.x
    0.7
    """
    found: dict[str, dict[str, list[Point]]] = {}
    apart = [look.lines, *_varied(rows, look)]
    for row in rows:
        y = getattr(row, look.y or "measured")
        if row.refused is not None or y is None or look.x is None or look.x not in row.at:
            continue
        panel, name = _called(row, [look.facets]), _called(row, apart)
        points = found.setdefault(panel, {}).setdefault(name, [])
        points.append(Point(row.at[look.x], y, *_beside(row, look.y)))
    return [
        Panel(panel, tuple(Curve(name, tuple(sorted(points))) for name, points in curves.items()))
        for panel, curves in found.items()
    ]


def _numbers(grid: Grid) -> dict[str, set[float]]:
    """The axes that have numbers, with their numbers."""
    found: dict[str, set[float]] = {}
    for cell in grid.cells:
        for axis, value in cell.at.items():
            found.setdefault(axis, set()).add(value)
    return found


def _figure(grid: Grid, x: str) -> str:
    """What is worth drawing against x."""
    if x != "n":
        return "measured"
    # The regret of what learns grows with log n; what is told Q has a price that falls with 1/n.
    learns = all(not grid.reading.believed(cell.assumed.text).stays for cell in grid.cells[:: len(grid.counts)])
    return "excess_bits" if learns else "excess"


def _varied(rows: Sequence[Row], look: Look) -> list[str]:
    """What varies from curve to curve although nobody asked for it."""
    shown = ((look.x or "").partition(".")[0], look.lines, look.facets)
    return [axis for axis in _TELL if axis not in shown and len({getattr(row, axis) for row in rows}) > 1]


def _called(row: Row, axes: Sequence[str | None]) -> str:
    return ", ".join(f"n = {row.n:,}" if axis == "n" else str(getattr(row, axis)) for axis in axes if axis)


def _beside(row: Row, figure: str | None) -> tuple[float | None, float | None]:
    """What was predicted of a figure, and what is its floor."""
    if figure == "measured":
        return row.predicted, row.entropy
    if figure in ("excess", "excess_bits") and row.predicted is not None and row.entropy is not None:
        return (row.predicted - row.entropy) * (row.n if figure == "excess_bits" else 1), None
    return None, None

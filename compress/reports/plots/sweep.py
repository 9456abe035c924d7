"""A sweep as curves: what was measured as marks, what was predicted as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compress.errors import printable
from compress.reports.plots.figures import GREY, ORDER, Paint, in_plain_numbers, nothing, panel_size, panels, quiet_grid
from compress.sweeps.curves import FIGURES, Look, Panel, panels_of
from compress.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["curves_plot"]

_HEIGHT = 3.6
_MOST_PANELS = 12
# Numbers that reach over so many powers of ten are drawn by their logarithms.
_WIDE = 50
_ROOM = 2.0


def curves_plot(made: Sweep) -> tuple[Paint, tuple[float, float]]:
    """A panel for each facet, in it a curve for each line."""
    look = made.look.of(made.grid)
    every = [panel for panel in panels_of(made.rows, look) if panel.curves]
    shown = every[:_MOST_PANELS]

    def paint(figure: Figure) -> None:
        if not shown:
            nothing(figure, "nothing was measured that has a number across")
            return
        for panel, axes in zip(shown, panels(figure, len(shown)), strict=True):
            _panel(axes, panel, look, made)
        more = f"; {len(every) - len(shown)} panels more are not drawn" if len(every) > len(shown) else ""
        figure.supxlabel(f"marks: measured; lines: predicted, without what ends a payload{more}", fontsize=9)

    return paint, panel_size(len(shown), _HEIGHT, abreast=9.6)


def _panel(axes: Axes, panel: Panel, look: Look, made: Sweep) -> None:
    several = len(panel.curves) > 1
    for place, curve in enumerate(panel.curves):
        colour, mark = ORDER[place % len(ORDER)]
        x = [point.x for point in curve.points]
        y = [point.y for point in curve.points]
        known = [(point.x, point.predicted) for point in curve.points if point.predicted is not None]
        axes.plot(x, y, mark, color=colour, markersize=4, label=printable(curve.name) if several else None)
        if known:
            axes.plot(*zip(*known, strict=True), color=colour, linewidth=1)
        else:
            axes.plot(x, y, color=colour, linewidth=0.6, linestyle=":")
    floors = sorted({(point.x, point.floor) for curve in panel.curves for point in curve.points if point.floor})
    if floors:
        axes.plot(*zip(*floors, strict=True), color=GREY, linewidth=1, linestyle="--", label="H(P)")
    if look.x == "assumed" and look.y == "measured" and not several:
        least = panel.curves[0].least
        axes.annotate(
            f"least: {least.y:.4f} at {least.x:g}",
            (least.x, least.y),
            xytext=(0, 22),
            textcoords="offset points",
            ha="center",
            arrowprops={"arrowstyle": "-", "color": GREY},
        )
    _scale(axes, panel, look)
    axes.set_xlabel("n, tokens" if look.x == "n" else f"number of {_axis(look.x, made)}")
    axes.set_ylabel(f"{(look.y or '').replace('_', ' ')}, {FIGURES[look.y or 'measured']}")
    axes.set_title(printable(panel.name or ", ".join(_same(made))))
    quiet_grid(axes, "both")
    if axes.get_legend_handles_labels()[1]:
        axes.legend()


def _scale(axes: Axes, panel: Panel, look: Look) -> None:
    points = [point for curve in panel.curves for point in curve.points]
    across = [point.x for point in points]
    if min(across) > 0 and (look.x == "n" or max(across) > _WIDE * min(across)):
        in_plain_numbers(axes, "x")
    heights = [point.y for point in points]
    if look.y == "excess" and min(heights) > 0 and max(heights) > _WIDE * min(heights):
        # What is predicted may be nothing, or next to it.
        axes.set_ylim(min(heights) / _ROOM, max(heights) * _ROOM)
        in_plain_numbers(axes, "y")


def _same(made: Sweep) -> list[str]:
    """What is the same in all cells."""
    first = made.rows[0]
    names = [("P", "true"), ("Q", "assumed"), ("", "coder"), ("n", "n")]
    alike = [(name, axis) for name, axis in names if len({getattr(row, axis) for row in made.rows}) == 1]
    values = [(name, f"{first.n:,}" if axis == "n" else str(getattr(first, axis))) for name, axis in alike]
    return [f"{name} = {value}" if name else value for name, value in values]


def _axis(x: str | None, made: Sweep) -> str:
    """The words of an axis as they were given, which say what its number is."""
    name = (x or "").partition(".")[0]
    return f"{name}: {printable(', '.join(words for words in getattr(made.grid, name) if '{' in words))}"

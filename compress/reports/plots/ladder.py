"""A ladder as bars: what each rung costs, what it saved, and what others make of the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compress.errors import printable
from compress.reports.plots.figures import BLUE, GREY, ORANGE, Paint, nothing, quiet_grid
from compress.reports.tables.surveys.ladder import rung_name
from compress.surveys.ladder import Ladder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["steps_plot"]

_HEIGHT = 0.34


def steps_plot(made: Ladder) -> tuple[Paint, tuple[float, float]]:
    """A bar for each rung, the first at the top; what a step saved stands beside its bar."""
    whole = made.total or (made.climbs[0] if made.climbs else None)

    def paint(figure: Figure) -> None:
        if whole is None or not whole.content_bytes:
            nothing(figure, "there is no content")
            return
        axes = figure.subplots()
        costs = [sizes.bits_per_byte or 0.0 for sizes in whole.sizes]
        colours = [BLUE if rung.knows else ORANGE if rung.is_ours else GREY for rung in made.rungs]
        axes.barh(range(len(costs)), costs, color=colours, height=0.7)
        for place, cost in enumerate(costs):
            saved = made.saved(whole, place)
            text = f"{cost:.3f}" + ("" if saved is None else f" ({-saved:+.1%})")
            axes.annotate(text, (cost, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9)
        axes.set_yticks(range(len(costs)), [rung_name(rung) for rung in made.rungs])
        axes.set_ylim(len(costs) - 0.5, -0.5)
        axes.set_xlim(0, 1.28 * max(costs))
        axes.set_xlabel("bits of the file a byte of content; beside it, what the step changed")
        name = f"{len(made.climbs)} files" if made.total is not None else printable(whole.name)
        axes.set_title(f"{name}: {whole.content_bytes:,} bytes")
        quiet_grid(axes, "x")

    return paint, (7.0, 1.1 + _HEIGHT * len(made.rungs))

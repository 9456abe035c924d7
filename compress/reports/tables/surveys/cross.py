"""Files coded with each other's counts, as text, as JSON, and as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType

from compress.reports.plots.figures import Paint, nothing
from compress.reports.record import record
from compress.reports.records.report import survey_record
from compress.reports.table import Either, coder_name, counted, in_bits, new_table
from compress.reports.tables.surveys.report import remarks, short_names
from compress.surveys.cross import Cross

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["cross_plot", "cross_record", "cross_report"]

Matrix = Sequence[Sequence[float | None]]

_ABREAST = 6
# Files up to which a map has its numbers in it.
_NUMBERED = 16


def cross_report(made: Cross) -> RenderableType:
    """For each coder the measured bits/token, then D(P̂||Q): files down, beliefs across, by their numbers."""
    names = short_names(made.beliefs)
    parts: list[RenderableType] = [
        f"{counted(len(names), 'file')}, each coded with the counts of each; tokens {made.report.reading.kind.name}, "
        f"zeros {made.zeros.spec}; bits/token\n"
    ]
    for choice in made.choices:
        parts += [f"{coder_name(choice.name)}: measured payload", _matrix(names, made.measured(choice)), ""]
    if made.choices:
        parts += [
            "D(P̂||Q): the price of taking a file for another",
            _matrix(names, made.divergences(made.choices[0])),
        ]
    return Group(*parts, *remarks(made.report, best=False))


def _matrix(names: Sequence[str], values: Matrix) -> RenderableType:
    whole = _columns(names, values, range(len(names)))
    pieces: list[RenderableType] = []
    for first in range(0, len(names), _ABREAST):
        pieces += ["", _columns(names, values, range(first, min(first + _ABREAST, len(names))))]
    return Either(whole, Group(*pieces[1:])) if len(names) > _ABREAST else whole


def _columns(names: Sequence[str], values: Matrix, columns: Sequence[int]) -> RenderableType:
    table = new_table("file", *(f"Q {column + 1}" for column in columns))
    for row, name in enumerate(names):
        table.add_row(f"{row + 1} {name}", *(in_bits(values[row][column]) for column in columns))
    return table


def cross_record(made: Cross) -> dict[str, Any]:
    """The JSON of `codelen report --cross`: that of its survey, and the matrices."""
    whole = survey_record(made.report)
    fields = {key: value for key, value in whole.items() if key not in ("schema", "version")}
    matrices = [
        {
            "coder": choice.name,
            "bits_per_token": made.measured(choice),
            "kl_divergence": made.divergences(choice),
        }
        for choice in made.choices
    ]
    return record("cross", {"files": made.beliefs, "matrices": matrices, **fields, "zeros": made.zeros.spec})


def cross_plot(made: Cross) -> tuple[Paint, tuple[float, float]]:
    """D(P̂||Q) of each file, a row, with each belief, a column: the darker, the dearer."""
    names = short_names(made.beliefs)
    size = len(names)

    def paint(figure: Figure) -> None:
        if not size or not made.choices:
            nothing(figure, "no file has counts to code another with")
            return
        axes = figure.subplots()
        values = [
            [float("nan") if value is None else value for value in row] for row in made.divergences(made.choices[0])
        ]
        image = axes.imshow(values, cmap="Greys", vmin=0)
        figure.colorbar(image, ax=axes, label="D(P̂||Q), bits/token", shrink=0.8)
        cut = [name if len(name) <= 20 else f"...{name[-17:]}" for name in names]
        axes.set_yticks(range(size), cut)
        axes.set_xticks(range(size), cut, rotation=90)
        axes.set_ylabel("file")
        axes.set_xlabel("Q: the counts of")
        if size <= _NUMBERED:
            _numbers(axes, values)

    side = 2.6 + 0.36 * max(size, 2) if size <= _NUMBERED else 2.6 + 0.17 * size
    return paint, (side + 1.2, side)


def _numbers(axes: Axes, values: Sequence[Sequence[float]]) -> None:
    most = max((value for row in values for value in row if value == value), default=0.0)
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            colour = "white" if value > most / 2 else "black"
            axes.text(x, y, "-" if value != value else f"{value:.1f}", ha="center", va="center", color=colour)

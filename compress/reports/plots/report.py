"""Pictures of surveys: what each file costs with each belief and coder, beside what everybody has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from compress.errors import printable
from compress.reports.plots.figures import ORDER, Paint, nothing, quiet_grid
from compress.reports.table import coder_name
from compress.reports.tables.surveys.report import common_folder
from compress.surveys.report import Report

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["sizes_plot"]

Sized = tuple[Paint, tuple[float, float]]

_MOST_FILES = 60
_MOST_WAYS = len(ORDER)
# How much of the height of a file's row its marks take.
_SPREAD = 0.8


def sizes_plot(report: Report) -> Sized:
    """Each file's bits a byte of content, a mark for each belief and coder, and its H(P̂) as a line."""
    files = [each.name for each in report.inputs if each.size][:_MOST_FILES]
    folder = common_folder([each.name for each in report.inputs])
    at = {file: row for row, file in enumerate(files)}
    series: dict[str, list[tuple[float, int]]] = {}
    floors: dict[str, float] = {}
    for row in report.rows:
        sizes = row.sums.sizes
        if row.file in at and sizes.bits_per_byte is not None:
            name = f"{row.how.spec}, {coder_name(row.how.coder.name)}"
            series.setdefault(name, []).append((sizes.bits_per_byte, at[row.file]))
            floors[row.file] = row.sums.terms["entropy"] / sizes.content_bytes
    for each in report.baselines:
        if each.file in at and each.sizes.bits_per_byte is not None:
            name = f"{each.baseline.name} {each.baseline.level}"
            series.setdefault(name, []).append((each.sizes.bits_per_byte, at[str(each.file)]))

    def paint(figure: Figure) -> None:
        if not series:
            nothing(figure, "no file was coded")
            return
        axes = figure.subplots()
        ways = min(len(series), _MOST_WAYS)
        for way, ((name, points), (colour, mark)) in enumerate(zip(series.items(), ORDER, strict=False)):
            # One below the other, so that none hides another of its size.
            lower = _SPREAD * ((way + 0.5) / ways - 0.5)
            bits, rows = zip(*points, strict=True)
            axes.plot(
                bits, [row + lower for row in rows], mark, color=colour, markersize=5, label=printable(name), alpha=0.85
            )
        for file, floor in floors.items():
            axes.plot([floor, floor], [at[file] - 0.42, at[file] + 0.42], color="black", linewidth=1.0, zorder=1)
        names = [printable(os.path.relpath(file, folder) if folder else file) for file in files]
        axes.set_yticks(range(len(files)), [name if len(name) <= 32 else f"...{name[-29:]}" for name in names])
        axes.set_ylim(len(files) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.set_xlabel("bits of the file a byte of content; line: n·H(P̂)")
        left_out = len(series) - _MOST_WAYS
        axes.set_title(f"{left_out} more ways are left out" if left_out > 0 else "")
        figure.legend(loc="outside lower center", ncols=2)
        quiet_grid(axes, "x")

    ways = min(len(series), _MOST_WAYS)
    return paint, (6.4, 1.4 + max(0.24, 0.085 * ways) * max(len(files), 2) + 0.1 * ways)

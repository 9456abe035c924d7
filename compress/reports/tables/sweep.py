"""A sweep as a table, one line a cell; and as JSON."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType

from compress.errors import printable
from compress.reports.record import libraries, record
from compress.reports.table import Either, FigureTable, counted, folded, in_bits, new_table, summary_table
from compress.reports.tables.validation import verdict
from compress.sweeps.cell import Row
from compress.sweeps.grid import AXES
from compress.sweeps.sweep import Sweep

__all__ = ["sweep_record", "sweep_report"]

_TEXT_WIDTH = 80
_HEADS = {"true": "true P", "assumed": "assumed Q", "coder": "coder", "n": "n"}
_FIGURES = ("predicted", "measured", "spread", "excess", "coverage", "verdict")


def sweep_report(made: Sweep) -> RenderableType:
    """What is the same in each cell, then a line for each, then why some have no figures."""
    varied = [axis for axis in AXES if len({getattr(row, axis) for row in made.rows}) > 1]
    first, grid = made.rows[0], made.grid
    same = [(_HEADS[axis], _cell(first, axis)) for axis in AXES if axis not in varied]
    if "true" not in varied:
        same[0] = (same[0][0], f"{same[0][1]}   H(P) = {in_bits(first.entropy)} bits/token")
    same.append(("streams", f"{grid.repeat:,} a cell, seeds {grid.seed} to {grid.seed + grid.repeat - 1}"))
    tables = Either(_table(made, varied), _table(made, varied, fold=True)) if len(varied) > 1 else _table(made, varied)
    return Group(summary_table(same), "", tables, *_remarks(made))


def _table(made: Sweep, varied: Sequence[str], *, fold: bool = False) -> FigureTable:
    """A line for each cell; fold: P, Q and the coder in one column, below each other."""
    words, numbers = [axis for axis in varied if axis != "n"], [axis for axis in varied if axis == "n"]
    heads = [", ".join(_HEADS[axis] for axis in words)] if fold else [_HEADS[axis] for axis in words]
    table = new_table(*filter(None, heads), *numbers, *_FIGURES, left=len(heads) if words else 0)
    for row in made.rows:
        names = [folded(*(_cell(row, axis) for axis in words))] if fold else [_cell(row, axis) for axis in words]
        table.add_row(*(names if words else ()), *(_cell(row, axis) for axis in numbers), *_figures(row))
    return table


def _cell(row: Row, axis: str) -> str:
    return f"{row.n:,}" if axis == "n" else printable(getattr(row, axis))


def _figures(row: Row) -> list[Any]:
    return [
        in_bits(row.predicted),
        in_bits(row.measured),
        in_bits(row.spread),
        in_bits(row.excess, 5),
        "-" if row.coverage is None else f"{row.coverage:.0%}",
        verdict(row.verdict, [f"{name} {many:,}" for name, many in row.failures.items()]),
    ]


def _remarks(made: Sweep) -> list[str]:
    said = [
        "bits/token; spread: the standard deviation of the streams.  excess: above -log2 P(x) of the same tokens.  "
        "coverage: how many of the 95% intervals hold what was predicted."
    ]
    for why, many in Counter(row.refused for row in made.refused).items():
        said.append(f"- {counted(many, 'cell')}: {printable(why or '')}")
    return ["", *(textwrap.fill(line, _TEXT_WIDTH) for line in said)]


def sweep_record(made: Sweep) -> dict[str, Any]:
    """The JSON of `codelen sweep`."""
    return record(
        "sweep",
        {
            "libraries": libraries(),
            "grid": made.grid.words,
            "cells": [_row_record(row) for row in made.rows],
            "verdict": made.verdict,
        },
    )


def _row_record(row: Row) -> dict[str, Any]:
    derived = {name: getattr(row, name) for name in ("coverage", "excess_bits", "verdict")}
    return {**vars(row), **derived}

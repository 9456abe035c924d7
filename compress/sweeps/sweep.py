"""A sweep: the experiment in every cell of a grid, here or in several processes.

    grid ──▶ cells ──▶ a row each, in the order of the grid ──▶ kept as they come

One experiment is a point, and a sweep is the curve: what a belief costs as it moves away from the truth, how a coder's
excess shrinks as n grows.

Next: `kept` (a report from before).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from compress.running.calls import each
from compress.running.journal import Journal
from compress.shown import Shown
from compress.sweeps.cell import Row, given_up, measured
from compress.sweeps.curves import Look
from compress.sweeps.grid import Cell, Grid

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from compress.running.helpers import Helpers

__all__ = ["Sweep", "journal_of", "kept_rows", "sweep"]


@dataclass(frozen=True)
class Sweep(Shown):
    """A grid, and a row for each of its cells; look: how it is drawn."""

    _told = ("cells", "verdict")

    grid: Grid
    rows: tuple[Row, ...]
    look: Look = field(default_factory=Look)

    @property
    def cells(self) -> int:
        """How many cells the grid has."""
        return len(self.rows)

    @cached_property
    def refused(self) -> tuple[Row, ...]:
        """The cells in which nothing could be measured."""
        return tuple(row for row in self.rows if row.refused is not None)

    @property
    def verdict(self) -> str | None:
        """pass, or fail if any stream failed a check; None where nothing was measured."""
        verdicts = {row.verdict for row in self.rows}
        return "fail" if "fail" in verdicts else "pass" if "pass" in verdicts else None


def journal_of(grid: Grid, path: Path, *, resume: bool = False) -> Journal:
    """The file in which a sweep keeps its rows.  Raises as a Journal does.

    >>> import tempfile
    >>> grid = Grid(("bernoulli:0.7",), n="100", repeat=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with journal_of(grid, Path(folder) / "rows.jsonl") as journal:
    ...         made = sweep(grid, heard=lambda row: journal.add(row.plain))
    ...     with journal_of(grid, Path(folder) / "rows.jsonl", resume=True) as journal:
    ...         kept_rows(grid, journal) == list(made.rows)
    True
    """
    return Journal(path, "cells", {"grid": grid.words, "cells": len(grid.cells)}, resume=resume)


def kept_rows(grid: Grid, journal: Journal) -> list[Row]:
    """The rows of the first cells.  Raises DataError, naming the line, for what is no row of its cell.

    >>> import tempfile
    >>> grid = Grid(("bernoulli:0.7",), n="100", repeat=2)
    >>> with tempfile.TemporaryDirectory() as folder, journal_of(grid, Path(folder) / "rows.jsonl") as journal:
    ...     kept_rows(grid, journal)
    []
    """
    rows: list[Row] = []
    for number, plain in enumerate(journal.kept()):
        try:
            row, cell = Row.of(plain), grid.cells[number]
        except (TypeError, IndexError):
            raise journal.wrong(number) from None
        if (row.true, row.assumed, row.coder, row.n) != (cell.true.text, cell.assumed.text, cell.coder.text, cell.n):
            raise journal.wrong(number)
        rows.append(row)
    return rows


def sweep(
    grid: Grid,
    *,
    kept: Sequence[Row] = (),
    heard: Callable[[Row], object] = lambda row: None,
    watch: Callable[[Sequence[Cell]], Iterable[Cell]] = iter,
    look: Look | None = None,
    executor: Executor | Helpers | None = None,
) -> Sweep:
    """Every cell of a grid.

    kept: the rows of its first cells, which are not measured again.  heard: is told of each new row, in order.
    look: how it is drawn.  executor: where most of the work is done; what comes out does not depend on it.

    >>> made = sweep(Grid(("bernoulli:0.7",), ("bernoulli:{0.5..0.9:3}",), n="1000"))
    >>> min(made.rows, key=lambda row: row.measured).assumed
    'bernoulli:0.7'
    """
    rest = grid.cells[len(kept) :]
    rows = list(kept)
    for _, row in zip(watch(rest), each(partial(measured, grid), rest, executor, partial(given_up, grid)), strict=True):
        rows.append(row)
        heard(row)
    return Sweep(grid, tuple(rows), look or Look())

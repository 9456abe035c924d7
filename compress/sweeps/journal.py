"""Rows that are kept as they come: a file of JSON lines, so that a sweep that was interrupted goes on where it ended.

    {"schema": "codelen.cells/1", "version": ..., "grid": {...}, "cells": 400}      what they are cells of
    {"true": "bernoulli:0.7", "assumed": "bernoulli:0.5", ...}                       the first cell
    ...

A line is written whole or, where the machine stopped, is the last one and is dropped.

Next: `curves` (what is seen of them).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

from compress import __version__
from compress.errors import DataError, OutputError
from compress.inputs import open_input
from compress.sweeps.cell import Row
from compress.sweeps.grid import Grid

__all__ = ["Journal"]


class Journal:
    """The rows that a file has; each new one is there once it was added.

    Raises OutputError for a file that is there and is not to be gone on with, DataError for one that was made by
    another grid or another version, or is none.

    >>> import tempfile
    >>> from compress.sweeps.cell import measured
    >>> grid = Grid(("bernoulli:0.7",), n="100", repeat=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Journal(Path(folder) / "cells.jsonl", grid) as journal:
    ...         journal.add(measured(grid, grid.cells[0]))
    ...     with Journal(Path(folder) / "cells.jsonl", grid, resume=True) as journal:
    ...         len(journal.rows)
    1
    """

    def __init__(self, path: Path, grid: Grid, *, resume: bool = False) -> None:
        self.rows: list[Row] = []
        if resume and path.exists():
            self._file = self._gone_on_with(path, grid)
            return
        try:
            self._file = path.open("xb")
        except FileExistsError:
            raise OutputError(f"{path} is there; go on with it by resume=True, or name another") from None
        self._write(_first_line(grid))

    def add(self, row: Row) -> None:
        """Keep a row."""
        self.rows.append(row)
        self._write(row.plain)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _write(self, plain: dict[str, Any]) -> None:
        self._file.write(_line(plain))
        self._file.flush()

    def _gone_on_with(self, path: Path, grid: Grid) -> BinaryIO:
        """The file, open behind its last whole line, once its rows were read."""
        end = 0
        with open_input(path) as kept:
            for number, line in enumerate(kept):
                if not line.endswith(b"\n"):
                    break
                try:
                    fields = json.loads(line)
                    if number == 0:
                        _require_same(fields, json.loads(_line(_first_line(grid))), path)
                    else:
                        self._take(Row.of(fields), grid)
                except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                    if isinstance(error, DataError):
                        raise
                    raise DataError(f"{path}: line {number + 1} is no row of this sweep") from None
                end += len(line)
        if not end:
            raise DataError(f"{path}: not the rows of a sweep: its first line is missing")
        file = path.open("r+b")
        file.seek(end)
        file.truncate()
        return file

    def _take(self, row: Row, grid: Grid) -> None:
        cell = grid.cells[len(self.rows)] if len(self.rows) < len(grid.cells) else None
        if cell is None or (row.true, row.assumed, row.coder, row.n) != (
            cell.true.text,
            cell.assumed.text,
            cell.coder.text,
            cell.n,
        ):
            raise ValueError
        self.rows.append(row)


def _first_line(grid: Grid) -> dict[str, Any]:
    return {"schema": "codelen.cells/1", "version": __version__, "grid": grid.words, "cells": len(grid.cells)}


def _line(plain: dict[str, Any]) -> bytes:
    return json.dumps(plain, allow_nan=False, ensure_ascii=False).encode("utf-8", "surrogateescape") + b"\n"


def _require_same(found: Any, wanted: dict[str, Any], path: Path) -> None:
    if not isinstance(found, dict) or found.get("schema") != wanted["schema"]:
        raise DataError(f"{path}: not the rows of a sweep")
    if found.get("version") != wanted["version"]:
        raise DataError(f"{path}: was made by version {found.get('version')}; this is {wanted['version']}")
    old, new = found.get("grid"), wanted["grid"]
    for name, value in new.items():
        if not isinstance(old, dict) or old.get(name) != value:
            raise DataError(f"{path}: was made by another grid: its {name} differs")

"""A grid: every P with every Q, every coder and every number of tokens.

    true     bernoulli:0.7                    ─┐
    assumed  bernoulli:{0.5..0.99:20}          ├──▶  20 x 2 x 5 = 200 cells, n turning the fastest
    coder    arithmetic, block:4               │
    n        1e2..1e6:5                       ─┘

Its words are read once, before anything is drawn, so that a mistyped one ends a sweep at its beginning.

Next: `cell` (what is measured in one).
"""

from __future__ import annotations

import itertools
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from compress.coders.catalog import choose
from compress.errors import DataError, SpecError, quoted
from compress.inputs import open_input, read_whole
from compress.notation import count
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import tokeniser
from compress.specs import Reading, files_of
from compress.sweeps.ranges import Setting, counts_of, settings

__all__ = ["AXES", "Cell", "Grid", "read_grid"]

# What is varied, the slowest first.
AXES = ("true", "assumed", "coder", "n")
_MOST_CELLS = 1_000_000
# Of a grid that somebody wrote down, bytes.
_LARGEST = 1 << 20


class Cell(NamedTuple):
    """A point of the grid."""

    true: Setting
    assumed: Setting
    coder: Setting
    n: int

    @property
    def at(self) -> dict[str, float]:
        """The numbers of its ranges by axis, a second one of an axis as "true.2", and n."""
        found: dict[str, float] = {}
        for axis in AXES[:-1]:
            for place, value in enumerate(getattr(self, axis).values, 1):
                found[axis if place == 1 else f"{axis}.{place}"] = value
        return {**found, "n": self.n}


@dataclass(frozen=True)
class Grid:
    """What is varied, and what is the same in each cell.

    true, assumed, coder: words, which may have ranges.  n: numbers of tokens, as words.  repeat: streams a cell, with
    the seeds seed, seed + 1, and so on: the same in each cell, so that two beliefs are compared on the same tokens.
    Raises SpecError for words that mean nothing, DataError or OSError for a file that says none.

    >>> grid = Grid(("bernoulli:0.7",), ("bernoulli:{0.5..0.9:5}",), ("arithmetic", "huffman"), "100,1000")
    >>> len(grid.cells)
    20
    """

    true: tuple[str, ...]
    assumed: tuple[str, ...] = ("true",)
    coder: tuple[str, ...] = ("arithmetic",)
    n: str = "10000"
    repeat: int = 10
    seed: int = 0
    zeros: str = "error"
    tokens: str = "bytes"
    normalize: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.repeat <= 1_000_000:
            raise SpecError(f"each cell has 1 to 1,000,000 streams, not {self.repeat:,}")
        sizes = [len(axis) for axis in self._axes]
        if 0 in sizes or 0 in self._axes[-1]:
            raise SpecError("a sweep needs a P, and at least one token in each cell")
        cells = sizes[0] * sizes[1] * sizes[2] * sizes[3]
        if cells > _MOST_CELLS:
            raise SpecError(f"the grid has {cells:,} cells; {_MOST_CELLS:,} are the most")
        true, assumed, coder, _ = self._axes
        for one in true:
            self.reading.source(one.text)
        for one in assumed:
            self.reading.believed(one.text)
        for one in coder:
            choose(one.text)
        ZeroPolicy.parse(self.zeros)

    @cached_property
    def reading(self) -> Reading:
        """How the words are read."""
        return Reading(tokeniser(self.tokens), self.normalize)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, in order."""
        return tuple(itertools.starmap(Cell, itertools.product(*self._axes)))

    @property
    def counts(self) -> list[int]:
        """The numbers of tokens."""
        return self._axes[-1]

    @cached_property
    def _axes(self) -> tuple[list[Setting], list[Setting], list[Setting], list[int]]:
        """What each of `AXES` goes through."""
        true, assumed, coder = (
            [one for words in axis for one in settings(words)] for axis in (self.true, self.assumed, self.coder)
        )
        return true, assumed, coder, counts_of(self.n)

    @cached_property
    def files(self) -> dict[str, int]:
        """The CRC-32 of each file that P or Q is read from, by its name."""
        true, assumed, _, _ = self._axes
        found = {}
        for name in dict.fromkeys(files_of(*(one.text for one in (*true, *assumed)))):
            with open_input(name) as file:
                found[name] = zlib.crc32(read_whole(file))
        return found

    @property
    def words(self) -> dict[str, Any]:
        """All that makes it this grid and no other, in plain values."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
        return {**plain, "files": self.files}


def read_grid(path: str | Path, given: Mapping[str, Any] = MappingProxyType({})) -> Grid:
    r"""The grid of a TOML file, whose keys are the names of a grid; what is given takes their place.

    Raises SpecError or DataError that names the file, or OSError.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".toml") as file:
    ...     _ = file.write(b'true = "bernoulli:{0.1..0.5:5}"\nn = "1e3"\nrepeat = 5')
    ...     file.flush()
    ...     read_grid(file.name, {"seed": 1}).true
    ('bernoulli:{0.1..0.5:5}',)
    """
    with open_input(path) as file:
        try:
            table = tomllib.loads(read_whole(file, _LARGEST).decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}: not a grid: {error}") from None
    known = [field.name for field in fields(Grid)]
    for key, value in table.items():
        if key not in known:
            raise DataError(f"{path}: {quoted(key)} is nothing of a grid, which has {', '.join(known)}")
        try:
            table[key] = _meant(key, value)
        except SpecError as error:
            raise DataError(f"{path}: {error}") from None
    return Grid(**{"true": (), **table, **given})


def _meant(key: str, value: Any) -> Any:
    """A value of the file as the grid has it: one text may stand for a list of them, numbers for their words."""
    if key == "normalize":
        if not isinstance(value, bool):
            raise SpecError(f"{key} is true or false")
        return value
    several = value if isinstance(value, list) else [value]
    if not all(isinstance(one, int | str) and not isinstance(one, bool) for one in several):
        raise SpecError(f"{key} is a text, a whole number, or a list of these")
    if key in ("true", "assumed", "coder"):
        return tuple(map(str, several))
    if key == "n":
        return ",".join(map(str, several))
    if len(several) != 1:
        raise SpecError(f"{key} is one value")
    return count(several[0]) if key in ("repeat", "seed") else str(several[0])

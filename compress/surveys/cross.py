"""Files coded with each other's counts: how alike they are, in bits.

             Q of a   Q of b   Q of c
    file a     H(a)     a|b      a|c        measured bits/token, and D(P̂||Q): on the diagonal 0, elsewhere
    file b     b|a      H(b)     b|c        what it costs to take a file for another
    file c     c|a      c|b      H(c)

A token that the other file never uses would be infinitely surprising: a zero policy says what it costs instead.

Next: `repeat` (an experiment many times).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from compress.coders.family import Choice
from compress.errors import CompressError
from compress.frames.files import Encoding
from compress.inputs import open_input, read_whole
from compress.probability.distribution import Distribution
from compress.probability.zeros import ZeroPolicy
from compress.shown import Shown
from compress.sources.recorded import StreamSource
from compress.specs import BARE, Reading
from compress.surveys.report import Report, Row
from compress.surveys.survey import Step, survey

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from compress.running.helpers import Helpers

__all__ = ["AFFORDABLE", "Cross", "cross"]

# What a token costs that a belief does not know, where nobody says: 20 bits.
AFFORDABLE = ZeroPolicy.parse("floor:1e-6")


@dataclass(frozen=True)
class Cross(Shown):
    """A survey whose beliefs are the files' own counts; beliefs: the files that have some, in order."""

    _told = ("choices", "verdict")

    report: Report
    beliefs: tuple[str, ...]
    choices: tuple[Choice, ...]
    zeros: ZeroPolicy

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], Row]:
        return {(row.file, row.how.spec, row.how.coder.name): row for row in self.report.rows}

    def row(self, file: str, belief: str, choice: Choice) -> Row | None:
        """A file coded with the counts of another, or its own; None where it could not be."""
        return self._rows.get((file, f"file:{belief}", choice.name))

    def measured(self, choice: Choice) -> list[list[float | None]]:
        """The payload's bits/token of each file, a row, with each belief, a column."""
        return self._matrix(choice, lambda row: row.sums.bits_per_token)

    def divergences(self, choice: Choice) -> list[list[float | None]]:
        """Return D(P̂||Q) in bits per token for each pair of files."""
        return self._matrix(choice, lambda row: row.sums.mismatch)

    def _matrix(self, choice: Choice, value: Callable[[Row], float | None]) -> list[list[float | None]]:
        rows = ([self.row(file, belief, choice) for belief in self.beliefs] for file in self.beliefs)
        return [[None if row is None else value(row) for row in line] for line in rows]

    @property
    def verdict(self) -> str:
        """Return pass, or fail if any row failed."""
        return self.report.verdict


def cross(
    files: Sequence[str],
    choices: Sequence[Choice],
    *,
    zeros: ZeroPolicy = AFFORDABLE,
    reading: Reading = BARE,
    watch: Callable[[Sequence[Step]], Iterable[Step]] = iter,
    executor: Executor | Helpers | None = None,
) -> Cross:
    """Each file coded with each file's counts.  A file without tokens, or that cannot be read, is no belief.

    executor: where most of the work is done; what comes out does not depend on it.

    >>> from compress.coders.catalog import choose
    >>> cross([], [choose("huffman")]).measured(choose("huffman"))
    []
    """
    beliefs = {name: q for name in files if (q := _counts(name, reading)) is not None}
    hows = [Encoding(q, choice, reading.kind, zeros) for q in beliefs.values() for choice in choices]
    made = survey(files, hows, reading=reading, speed=False, watch=watch, executor=executor)
    return Cross(made, tuple(beliefs), tuple(choices), zeros)


def _counts(name: str, reading: Reading) -> Distribution | None:
    """P̂ of a file; None if it has none: the survey says why."""
    try:
        with open_input(name) as file:
            return StreamSource(reading.kind.split(read_whole(file)), f"file:{name}").distribution
    except (CompressError, OSError):
        return None

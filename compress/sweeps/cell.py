"""What is measured in a cell: the experiment, as often as the grid says, and a row of figures.

    predicted    H(P,Q̂) for one Q, or what a changing one is expected to cost      bits/token
    measured     the mean of the payloads                                            bits/token
    spread       how far the payloads of single streams lie from that mean: their standard deviation
    excess       the mean of what the payload has above -log2 P(x) of the very same tokens

The last knows each stream's luck, and so needs few streams: its mean is that of `measured` less H(P).

Next: `curves` (what is seen of them).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from compress.coders.catalog import choose
from compress.errors import CompressError, ZeroProbabilityError
from compress.experiments.repeat import repeat
from compress.probability.zeros import ZeroPolicy
from compress.sweeps.grid import Cell, Grid

__all__ = ["Row", "given_up", "measured"]


@dataclass(frozen=True)
class Row:
    """A cell, and what was measured there.  Lengths in bits/token; None where there is nothing to say.

    at: the numbers of the ranges, by axis: "true", "assumed", "coder", a second one of an axis "true.2", and "n".
    failures: how many streams failed each check that one failed.  intervals: how many streams had a 95% interval;
    covered: how many of those held what was predicted.  refused: why nothing was measured.
    """

    true: str
    assumed: str
    coder: str
    n: int
    runs: int
    at: Mapping[str, float] = field(default_factory=dict)
    passed: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)
    entropy: float | None = None
    cross_entropy: float | None = None
    predicted: float | None = None
    measured: float | None = None
    spread: float | None = None
    excess: float | None = None
    intervals: int = 0
    covered: int = 0
    refused: str | None = None

    @property
    def coverage(self) -> float | None:
        """The share of the intervals that held what was predicted."""
        return self.covered / self.intervals if self.intervals else None

    @property
    def excess_bits(self) -> float | None:
        """What the whole payload has above -log2 P(x): the regret, where Q learns."""
        return None if self.excess is None else self.excess * self.n

    @property
    def verdict(self) -> str | None:
        """pass, or fail if a stream failed a check; None where nothing was measured."""
        return None if self.refused is not None else "fail" if self.failures else "pass"

    @property
    def plain(self) -> dict[str, Any]:
        """As a line of JSON has it: an infinite value is the string "inf"."""
        return {
            name: "inf" if isinstance(value, float) and math.isinf(value) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Row:
        """The row of such a line.  Raises TypeError where it is none."""
        fields: dict[str, Any] = {name: math.inf if value == "inf" else value for name, value in plain.items()}
        return cls(**fields)


def measured(grid: Grid, cell: Cell) -> Row:
    """The row of a cell.

    A pairing that cannot be run is a row that says why; where P has a token that Q excludes, what is predicted is
    infinite.

    >>> row = measured(grid := Grid(("bernoulli:0.7",), n="1000"), grid.cells[0])
    >>> row.passed, row.verdict, abs(row.predicted - 0.8813) < 1e-4
    (10, 'pass', True)
    """
    true, assumed, choice = cell.true.text, cell.assumed.text, cell.coder.text
    source = grid.reading.source(true)
    entropy = source.distribution.entropy if source.chain is None else source.chain.entropy_rate
    row = _row(grid, cell, entropy=entropy)
    try:
        zeros, reading = ZeroPolicy.parse(grid.zeros), grid.reading
        belief = reading.believed(assumed)
        made = repeat(source, [belief], [choose(choice)], cell.n, grid.repeat, grid.seed, zeros=zeros, reading=reading)
    except (CompressError, MemoryError) as error:
        price = math.inf if isinstance(error, ZeroProbabilityError) else None
        return replace(row, cross_entropy=price, predicted=price, refused=str(error) or "too little memory")
    [found] = made.each
    return replace(
        row,
        passed=found.passed,
        failures={name: many for name, many in found.failures.items() if many},
        cross_entropy=found.cross_entropy,
        predicted=found.expected_bits_per_token,
        measured=found.bits_per_token,
        spread=found.spread,
        excess=found.excess,
        intervals=found.intervals,
        covered=found.covered,
    )


def given_up(grid: Grid, cell: Cell) -> Row:
    """The row of a cell that has ended two processes.

    >>> row = given_up(grid := Grid(("bernoulli:0.7",), n="1000"), grid.cells[0])
    >>> row.refused
    'it ended two processes; perhaps they had too little memory'
    """
    return _row(grid, cell, refused="it ended two processes; perhaps they had too little memory")


def _row(grid: Grid, cell: Cell, **known: Any) -> Row:
    names = (cell.true.text, cell.assumed.text, cell.coder.text)
    return Row(*names, cell.n, grid.repeat, cell.at, **known)

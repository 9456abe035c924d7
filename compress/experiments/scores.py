"""Values of z, counted in cells as they come, beside the normal law that they should have.

Next: `repeat` (an experiment many times).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

__all__ = ["CELL", "Scores", "Tally"]

# The width of a cell of z, and how far the cells reach on either side; what lies beyond is in the outermost.
CELL = 0.01
_REACH = 800


@dataclass(frozen=True)
class Scores:
    """How often z fell into each cell of width 0.01, from -8 to 8; mean and variance are of z itself.

    >>> scores = Scores.of([-1.0, 0.0, 1.0, 2.0])
    >>> scores.size, scores.mean, round(scores.quantile(0.5), 3), scores.share(-1.5, 0.5)
    (4, 0.5, 0.005, 0.5)
    """

    counts: Mapping[int, int]
    mean: float
    variance: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Scores:
        """Make the record of these values of z."""
        tally = Tally()
        for value in values:
            tally.add(value)
        return tally.scores

    @property
    def size(self) -> int:
        """Return the number of values."""
        return sum(self.counts.values())

    def quantile(self, share: float) -> float:
        """The middle of the cell below and in which this share of all z lies; nan if there are none."""
        below = 0
        for cell in sorted(self.counts):
            below += self.counts[cell]
            if below >= share * self.size:
                return (cell + 0.5) * CELL
        return math.nan

    def share(self, low: float, high: float) -> float:
        """The share of z in [low, high), whose ends are those of cells."""
        first, last = round(low / CELL), round(high / CELL)
        inside = sum(count for cell, count in self.counts.items() if first <= cell < last)
        return inside / self.size if self.size else math.nan

    @property
    def distance(self) -> float:
        """The largest distance of their distribution function from the normal one: Kolmogorov and Smirnov's."""
        below, most = 0, 0.0
        for cell in sorted(self.counts):
            # Before this cell's z, and after them.
            most = max(most, abs(below / self.size - NormalDist().cdf(cell * CELL)))
            below += self.counts[cell]
            most = max(most, abs(below / self.size - NormalDist().cdf((cell + 1) * CELL)))
        return most


@dataclass
class Tally:
    """Where values of z are counted as they come; mean and variance by B. P. Welford's recurrence (1962)."""

    counts: Counter[int] = field(default_factory=Counter)
    size: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, z: float) -> None:
        """Count one more value."""
        self.counts[min(max(math.floor(z / CELL), -_REACH), _REACH - 1)] += 1
        self.size += 1
        step = z - self.mean
        self.mean += step / self.size
        self.squares += step * (z - self.mean)

    @property
    def spread(self) -> float | None:
        """The standard deviation of what they are a sample of; None for one value."""
        return math.sqrt(self.squares / (self.size - 1)) if self.size > 1 else None

    @property
    def scores(self) -> Scores:
        """Return the record of what has been counted."""
        return Scores(dict(self.counts), self.mean, self.squares / self.size if self.size else 0.0)

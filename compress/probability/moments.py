"""Moments: what P lets expect of the price of a token, and how far a sum of prices may stray.

Next: `chain` (tokens that depend on the one before).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from compress.probability.distribution import Distribution
from compress.probability.information import ROUNDING, mean

__all__ = ["Moments"]

_MIXINGS = 100


class Moments(NamedTuple):
    """What P lets expect of a token's surprise X = -log2 q̂: its mean, and how far it strays, in bits.

    variance: E(X - mean)², by which the variance of a sum of X grows with each token: for tokens that depend on each
    other it has their covariances in it.  largest: max |X - mean| where P > 0.  third: E|X - mean|³.
    Of dependent tokens: memory: over how many they depend; clump: how many of them stray as if they were one, the
    variance over that of independent ones; rarest: the least probability.
    """

    mean: float
    variance: float
    largest: float
    third: float
    memory: float = 1.0
    clump: float = 1.0
    rarest: float = 1.0

    @classmethod
    def of(cls, p: Distribution, surprises: npt.NDArray[np.float64]) -> Moments:
        """The moments of these surprises, shape (K,), under P.  All are centred before they are squared.

        >>> Moments.of(Distribution.parse("a=.5,b=.5"), np.array([1.0, 3.0]))
        Moments(mean=2.0, variance=1.0, largest=1.0, third=1.0, memory=1.0, clump=1.0, rarest=1.0)
        """
        centre = mean(p.probabilities, surprises)
        occurs = p.probabilities > 0
        truth, strays = p.probabilities[occurs], np.abs(surprises[occurs] - centre)
        return cls(centre, mean(truth, strays**2), float(strays.max()), mean(truth, strays**3))

    @property
    def is_constant(self) -> bool:
        """Whether every token costs the same, or all but: then chance decides nothing, and no test can fail."""
        return self.largest <= ROUNDING

    def is_long(self, n: int) -> bool:
        """Whether n tokens are so many that dependent ones have been everywhere: n·min π above 100 times the memory."""
        return self.memory < 1 + ROUNDING or n * self.rarest > _MIXINGS * self.memory

    def normal_error(self, n: int) -> float:
        """How far the distribution of the mean of n may be from normal: 0.469·E|X - mean|³/(σ³·√n).

        The Berry-Esseen theorem, with I. Shevtsova's constant (2013).  Dependent tokens are taken for clumps that
        each have one price: clump² as far, where the variance is that of clumps.
        """
        return 0.469 * self.clump**2 * self.third / (self.variance * math.sqrt(self.variance * n))

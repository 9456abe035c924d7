"""What a source is, on one screen: a true distribution P, and tokens drawn from it.

Next: `iid` (draws from a distribution).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from compress.probability.distribution import Distribution
from compress.symbols import Symbols

__all__ = ["Source", "generator"]


def generator(seed: int) -> np.random.PCG64:
    """The bit generator of a seed; pass it on, there is no global one.

    >>> generator(0).random_raw()
    11749869230777074271
    """
    return np.random.PCG64(seed)


class Source(Protocol):
    """A true distribution P that tokens can be drawn from."""

    @property
    def distribution(self) -> Distribution:
        """P of a single token."""
        ...

    @property
    def is_sample(self) -> bool:
        """Whether P was taken from the very stream that `sample` returns."""
        ...

    @property
    def entropy_rate(self) -> float:
        """Bits/token that no code can save in the long run."""
        ...

    def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
        """n tokens, as symbols of the distribution's alphabet: shape (n,)."""
        ...

"""What a source is, on one screen: a true P, and tokens drawn from it.

Next: `iid` (draws from a distribution).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.probability.information import surprise
from compress.probability.moments import Moments
from compress.symbols import Symbols, code_length, histogram

__all__ = ["Independent", "Source", "generator"]

Vector = npt.NDArray[np.float64]


def generator(seed: int) -> np.random.PCG64:
    """The bit generator of a seed; pass it on, there is no global one.

    >>> generator(0).random_raw()
    11749869230777074271
    """
    return np.random.PCG64(seed)


class Source(Protocol):
    """A true P that tokens can be drawn from."""

    @property
    def distribution(self) -> Distribution:
        """P of a single token."""
        ...

    @property
    def chain(self) -> Chain | None:
        """P, if a token depends on the one before."""
        ...

    @property
    def is_sample(self) -> bool:
        """Whether P was taken from the very stream that `sample` returns."""
        ...

    @property
    def is_given(self) -> bool:
        """Whether the tokens are there already, and are not drawn."""
        ...

    @property
    def entropy_rate(self) -> float:
        """Bits/token that no code can save in the long run."""
        ...

    def entropy_bits(self, n: int) -> float:
        """H(X_1 ... X_n) of the first n tokens together, bits."""
        ...

    def surprise_bits(self, symbols: Symbols) -> float:
        """-log2 P(x_1 ... x_n) of these very tokens, bits; inf where P excludes one."""
        ...

    def moments(self, p: Distribution, prices: Vector) -> Moments:
        """What P lets expect of a token's price, bits.

        p: its distribution over as many tokens as there are prices, its own first.
        """
        ...

    @property
    def own_moments(self) -> Moments:
        """What P lets expect of a token's own surprise, given those before it."""
        ...

    def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
        """n tokens, as symbols of the distribution's alphabet: shape (n,)."""
        ...


class Independent:
    """What is true of every source whose tokens do not depend on each other; it has a `distribution`."""

    distribution: Distribution
    chain = None
    is_given = False

    @property
    def entropy_rate(self) -> float:
        """H(P), bits/token."""
        return self.distribution.entropy

    def entropy_bits(self, n: int) -> float:
        """n·H(P)."""
        return n * self.distribution.entropy

    def surprise_bits(self, symbols: Symbols) -> float:
        """Σ -log2 p(x)."""
        return code_length(histogram(symbols, self.distribution.size), self._surprises)

    def moments(self, p: Distribution, prices: Vector) -> Moments:
        """What P lets expect of a token's price, bits."""
        return Moments.of(p, prices)

    @property
    def own_moments(self) -> Moments:
        """What P lets expect of a token's own surprise."""
        return Moments.of(self.distribution, self._surprises)

    @property
    def _surprises(self) -> Vector:
        return surprise(self.distribution.probabilities)

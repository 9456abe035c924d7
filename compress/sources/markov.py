"""MarkovSource: tokens that depend on the one before, drawn from a chain that has always been running.

The first token is drawn from the stationary distribution, so that every token of the stream has it; each next one
from the row of the token before, by the alias method of `iid`, one table a row.

Next: `recorded` (a stream that is there already).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from compress.kernel import kernel
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.probability.moments import Moments
from compress.sources.iid import CHUNK, DRAW_BITS, Words, alias_table, drawn_words
from compress.symbols import Symbols, smallest_dtype

__all__ = ["MarkovSource"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MarkovSource:
    """The tokens of a chain, from its stationary distribution on."""

    chain: Chain
    is_sample = is_given = False

    @property
    def distribution(self) -> Distribution:
        """π, that of a single token."""
        return self.chain.distribution

    @property
    def entropy_rate(self) -> float:
        """h, bits/token."""
        return self.chain.entropy_rate

    def entropy_bits(self, n: int) -> float:
        """H(π) + (n - 1)·h: the first token has none before it."""
        return self.distribution.entropy + (n - 1) * self.entropy_rate if n else 0.0

    def surprise_bits(self, symbols: Symbols) -> float:
        """-log2 π(x_1) - Σ log2 P(x_t | x_{t-1})."""
        if not symbols.size:
            return 0.0
        size = self.chain.size
        steps = np.bincount(symbols[:-1].astype(np.int64) * size + symbols[1:], minlength=size * size)
        happens = steps > 0
        first = -float(np.log2(self.chain.stationary[int(symbols[0])]))
        return first + float(steps[happens] @ self.chain.prices.ravel()[happens])

    def moments(self, p: Distribution, prices: Vector) -> Moments:
        """What P lets expect of a token's price, whatever came before."""
        known = prices[: self.chain.size]
        return self.chain.moments(np.broadcast_to(known, self.chain.matrix.shape))

    @property
    def own_moments(self) -> Moments:
        """What P lets expect of -log2 P(x_t | x_{t-1})."""
        return self.chain.moments(self.chain.prices)

    def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
        """n tokens: shape (n,), the smallest unsigned type that holds K - 1."""
        keep, pieces = self._tables
        column_bits = keep.shape[1].bit_length() - 1
        symbols = np.empty(n, smallest_dtype(self.chain.size))
        # Before the first token: a row of its own, the stationary one.
        state = self.chain.size
        for start in range(0, n, CHUNK):
            part = symbols[start : start + CHUNK]
            state = _walk(drawn_words(rng, part.size), DRAW_BITS - column_bits, keep, pieces, state, part)
        return symbols

    @cached_property
    def _tables(self) -> tuple[Words, Words]:
        """Heights and aliases of every row, shape (K + 1, M)."""
        rows = [*self.chain.rows, self.distribution]
        keep, pieces = zip(*(alias_table(row.weights) for row in rows), strict=True)
        return np.stack(keep), np.stack(pieces)


@kernel
def _walk(words: Words, shift: int, keep: Words, alias: Words, state: int, symbols: Symbols) -> int:
    point_mask = (1 << shift) - 1
    for i in range(words.size):
        word = int(words[i])
        column = word >> shift
        if (word & point_mask) >= int(keep[state, column]):
            column = int(alias[state, column])
        symbols[i] = column
        state = column
    return state

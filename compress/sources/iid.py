"""IidSource: independent tokens, drawn from a Distribution by Walker's alias method.

A draw is one 64-bit word of numpy's PCG64 generator, whose output is documented and
the same everywhere; the rest is integer arithmetic of our own, so that a seed gives
the same tokens on every machine and with every version of numpy.

Source: A. J. Walker 1977; M. D. Vose 1991 (the construction).

Next: `markov` (draws from a chain).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from compress.kernel import kernel
from compress.probability.distribution import Distribution
from compress.probability.frequencies import apportion
from compress.sources.protocol import Independent, generator
from compress.symbols import Symbols, smallest_dtype

__all__ = ["IidSource", "alias_table", "drawn_words", "draws"]

Words = npt.NDArray[np.int64]

# A draw uses this many random bits: a probability is a whole number of 2^62 parts (`apportion`).
DRAW_BITS = 62
# Words drawn at a time: they stay in the processor's cache.
CHUNK = 1 << 15


@dataclass(frozen=True)
class IidSource(Independent):
    """Independent tokens, each drawn from the same distribution."""

    distribution: Distribution
    is_sample = False

    def sample(self, n: int, rng: np.random.BitGenerator) -> Symbols:
        """n tokens: shape (n,), the smallest unsigned type that holds K - 1."""
        keep, pieces = self._table
        column_bits = keep.size.bit_length() - 1
        symbols = np.empty(n, smallest_dtype(self.distribution.size))
        for start in range(0, n, CHUNK):
            part = symbols[start : start + CHUNK]
            _draw(drawn_words(rng, part.size), DRAW_BITS - column_bits, keep, pieces, part)
        return symbols

    @cached_property
    def _table(self) -> tuple[Words, Symbols]:
        keep, alias = alias_table(self.distribution.weights)
        # Column j's two pieces side by side: token j below, its alias above.  The columns that
        # fill up to a power of two have no piece below, so their own number never comes out.
        own = np.minimum(np.arange(keep.size), self.distribution.size - 1)
        pieces = np.stack((own, alias), axis=1).ravel()
        return keep, pieces.astype(smallest_dtype(self.distribution.size))


def drawn_words(rng: np.random.BitGenerator, n: int) -> Words:
    """n random numbers of 62 bits each, shape (n,).

    >>> drawn_words(generator(0), 1).tolist()
    [2937467307694268567]
    """
    return (rng.random_raw(n) >> np.uint64(64 - DRAW_BITS)).view(np.int64)


def draws(source: IidSource, n: int, seed: int, size: int = 1 << 20) -> Iterator[Symbols]:
    """n tokens in arrays of at most `size`, so that any n fits in memory; the same tokens as in one piece.

    >>> [part.tolist() for part in draws(IidSource(Distribution.parse("uniform:6")), 5, seed=0, size=3)]
    [[5, 2, 0], [0, 2]]
    """
    rng = generator(seed)
    for start in range(0, n, size):
        yield source.sample(min(size, n - start), rng)


def alias_table(weights: Sequence[int]) -> tuple[Words, Words]:
    """Columns of equal height that hold each token's mass in at most two pieces: (keep, alias).

    There are M = 2^m >= K columns of height 2^(62-m).  A point below keep[j] of column j
    draws token j, a point above it token alias[j]:

        height  ┌───┬───┬───┬───┐
                │ a │ a │ b │ a │   alias
                ├───┤   ├───┤   │
                │ a │ b │ c │   │   keep
                └───┴───┴───┴───┘

    A token owns as many points as `apportion` gives it of 2^62.

    >>> keep, alias = alias_table([3, 1])
    >>> (keep / 2**61).tolist(), alias.tolist()
    ([1.0, 0.5], [0, 0])
    """
    column_bits = (len(weights) - 1).bit_length()
    columns, height = 1 << column_bits, 1 << (DRAW_BITS - column_bits)
    mass = [*apportion(weights, 1 << DRAW_BITS), *[0] * (columns - len(weights))]
    alias = list(range(columns))
    poor = [j for j in range(columns) if mass[j] < height]
    rich = [j for j in range(columns) if mass[j] > height]
    # Invariant: the columns not yet settled hold, on average, exactly `height`.
    while poor:
        low, high = poor.pop(), rich[-1]
        alias[low] = high
        mass[high] -= height - mass[low]
        if mass[high] <= height:
            rich.pop()
            if mass[high] < height:
                poor.append(high)
    return np.array(mass, np.int64).clip(max=height), np.array(alias, np.int64)


@kernel
def _draw(words: Words, shift: int, keep: Words, pieces: Symbols, symbols: Symbols) -> None:
    point_mask = (1 << shift) - 1
    for i in range(words.size):
        word = int(words[i])
        column = word >> shift
        # Chance decides which piece, so a branch would be guessed wrong half the time: compute its place.
        above = int((word & point_mask) >= int(keep[column]))
        symbols[i] = int(pieces[2 * column + above])

"""A chain as Q: what is believed of a token depends on the one before, and is told in advance.

    Q(x_1 ... x_n) = q_0(x_1) · q(x_2 | x_1) ... q(x_n | x_{n-1})

Nothing is counted: a row of whole numbers over 2^40 for each token, and one for the first of a message, in which a
token's boundaries are as exact as those of the arithmetic coder with one Q.

Next: `predictions` (a network's own probabilities).  Source: C. E. Shannon 1948, sec. 2-5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from compress.coders.streams.interval import WHOLE, Bytes, finish, locate, narrow, refill, settle, slack_bits
from compress.errors import DataError
from compress.kernel import kernel
from compress.models.protocol import TokenByToken
from compress.probability.chain import Chain
from compress.probability.frequencies import TOTAL, TOTAL_BITS, Frequencies
from compress.symbols import Counts, Symbols, in_slices

__all__ = ["Chained", "ChainedPredictor", "chained"]

Vector = npt.NDArray[np.float64]

# Bytes for each pair that is counted at once: those before are let go when the next are there.
_A_PAIR = 16


@dataclass(frozen=True, eq=False)
class Chained(TokenByToken):
    """The model: what each token owns of 2^40 after each, and in the last row at the start; shape (K + 1, K)."""

    spec: str
    frequencies: Counts

    @property
    def size(self) -> int:
        """Return K, the number of tokens in the alphabet."""
        return int(self.frequencies.shape[1])

    def start(self) -> ChainedPredictor:
        """Return a predictor at the start of a message."""
        return ChainedPredictor(self.frequencies)

    @property
    def longest(self) -> int:
        """Return the most tokens that a message may have: there is no limit."""
        return 1 << 62

    @property
    def dearest_bits(self) -> int:
        """Return the bits that the rarest possible token costs, with what rounding loses."""
        return TOTAL_BITS + 1

    @cached_property
    def surprises(self) -> Vector:
        """-log2 q̂ of each token after each, in the last row at the start: shape (K + 1, K)."""
        with np.errstate(divide="ignore"):
            return TOTAL_BITS - np.log2(self.frequencies)

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q̂(x_t | x_{t-1}), by how often each pair came."""
        steps = self._steps(symbols)
        happens = steps > 0
        return math.fsum(steps[happens] * self.surprises[happens])

    def expected_bits(self, n: int, p: Vector) -> float | None:
        """The mean of that for n independent tokens of P: of the first, and of n - 1 pairs."""
        if not n:
            return 0.0
        with np.errstate(invalid="ignore"):
            pairs = np.where(np.outer(p, p) > 0, np.outer(p, p) * self.surprises[:-1], 0.0)
            first = np.where(p > 0, p * self.surprises[-1], 0.0)
        return math.fsum(first) + (n - 1) * math.fsum(pairs.ravel())

    def slack_bits(self, symbols: Symbols) -> tuple[float, float]:
        """How far the intervals may fall short of, or exceed, that: (below, above) in bits, both >= 0."""
        steps = self._steps(symbols)
        happens = (steps > 0) & (self.frequencies > 0)
        return slack_bits(steps[happens], self.frequencies[happens])

    def room(self, n: int) -> int:
        """Bytes of memory: the rows, where each token's part begins and ends, and pairs that are counted at once."""
        return 3 * self.frequencies.nbytes + _A_PAIR * min(n, self._at_once)

    def room_to_price(self, n: int) -> int:
        """Bytes of memory that `ideal_bits` needs: pairs that are counted at once, how often each came, its price."""
        return 6 * self.frequencies.nbytes + _A_PAIR * min(n, self._at_once)

    def encode_into(self, symbols: Symbols, out: Bytes) -> int:
        """Write the payload to `out` and return its bits.  Raises DataError for a token that cannot follow."""
        impossible = (self._steps(symbols) > 0) & (self.frequencies == 0)
        if impossible.any():
            row, symbol = np.argwhere(impossible)[0].tolist()
            where = f"symbol {row}" if row < self.size else "nothing"
            raise DataError(f"symbol {symbol} cannot follow {where}")
        return encode_chained(symbols, self._cumulative, out)

    def decode_from(self, data: Bytes, symbols: Symbols) -> tuple[int, int]:
        """Fill `symbols`: (bytes that moved out of the window, tokens found)."""
        return decode_chained(data, self._cumulative, np.zeros(1, np.uint8), symbols)

    def _steps(self, symbols: Symbols) -> Counts:
        """How often each token came after each, and in the last row the first one: shape (K + 1, K)."""
        cells, before = np.zeros(self.frequencies.size, np.int64), self.size
        for part in in_slices(symbols.size, self._at_once):
            these = symbols[part]
            pairs = np.empty(these.size, np.int64)
            pairs[0], pairs[1:] = before, these[:-1]
            pairs *= self.size
            pairs += these
            cells += np.bincount(pairs, minlength=cells.size)
            before = int(these[-1])
        return cells.reshape(self.frequencies.shape)

    @property
    def _at_once(self) -> int:
        """How many tokens are counted at once: as many as there are counts, so that adding these up is not dear."""
        return max(1 << 16, self.frequencies.size)

    @cached_property
    def _cumulative(self) -> Counts:
        """Where each token's part begins, and ends, of 2^40: shape (K + 1, K + 1)."""
        zero = np.zeros((self.size + 1, 1), np.int64)
        return np.concatenate((zero, np.cumsum(self.frequencies, axis=1)), axis=1)


class ChainedPredictor:
    """The row of the token before."""

    def __init__(self, frequencies: Counts) -> None:
        self._frequencies, self._row = frequencies, frequencies[-1].tolist()

    def interval(self, symbol: int) -> tuple[int, int, int]:
        """Return where the symbol's part begins, its frequency, and the total."""
        return sum(self._row[:symbol]), self._row[symbol], TOTAL

    def symbol_at(self, point: int) -> int:
        """The symbol that owns this point."""
        symbol = 0
        while point >= self._row[symbol]:
            point -= self._row[symbol]
            symbol += 1
        return symbol

    def update(self, symbol: int) -> None:
        """Go on to the row of this symbol."""
        self._row = self._frequencies[symbol].tolist()


def chained(chain: Chain) -> Chained:
    """The model of a chain: each row as the whole numbers of the arithmetic coder, that of π for the first token.

    >>> from compress.probability.chain import Chain
    >>> chained(Chain.of([("a", [("a", 0.5), ("b", 0.5)]), ("b", [("a", 1)])])).surprises.round(2).tolist()
    [[1.0, 1.0], [0.0, inf], [0.58, 1.58]]
    """
    rows = [*chain.rows, chain.distribution]
    return Chained(chain.spec, np.stack([Frequencies.of(row.weights).values for row in rows]))


# ---------------------------------------------------------------- compiled


@kernel
def encode_chained(symbols: Symbols, cumulative: Counts, out: Bytes) -> int:
    """Narrow [0, 1) by each token's part in the row of the token before; returns the payload's bits.

    cumulative: shape (K + 1, K + 1); the last row is that of the first token.
    """
    low, width, at = 0, WHOLE, 0
    row = cumulative.shape[0] - 1
    for i in range(symbols.size):
        symbol = int(symbols[i])
        low, width = narrow(low, width, int(cumulative[row, symbol]), int(cumulative[row, symbol + 1]))
        low, width, at = settle(low, width, out, at)
        row = symbol
    return finish(low, width, out, at)


@kernel
def decode_chained(data: Bytes, cumulative: Counts, buckets: Symbols, symbols: Symbols) -> tuple[int, int]:
    """What `encode_chained` wrote: the bytes that moved out of the window, and the number of tokens found."""
    offset, width, at = 0, WHOLE, 8
    for i in range(8):
        offset = (offset << 8) | int(data[i])
    row = cumulative.shape[0] - 1
    for i in range(symbols.size):
        # All of a row in one bucket: it is looked through.
        symbol, begin, end = locate(offset, width, cumulative[row], buckets, TOTAL_BITS)
        if symbol == cumulative.shape[1] - 1:
            return at - 8, i
        symbols[i] = symbol
        offset, width, at = refill(offset - begin, end - begin, data, at)
        row = symbol
    return at - 8, symbols.size

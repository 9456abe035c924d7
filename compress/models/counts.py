"""Counting: Q is what was counted so far, and a little for every token besides.

    q(x | past) = (count(x) + α) / (t + K·α)      α = 1/2: kt, R. Krichevsky and V. Trofimov 1981
                                                  α = 1:   laplace, P. S. Laplace 1774

Nothing has to be sent but the message: the code learns P as it goes.  What it costs does not depend on the order
of the tokens, and is known in closed form, with c the counts of all n tokens:

    Σ -log2 q_t = log2 Γ(n + Kα) - log2 Γ(Kα) - Σ_x (log2 Γ(c_x + α) - log2 Γ(α))

Beside n·H(P̂), what the best fixed Q would cost, that is the price of learning.  For kt it grows as

    (K-1)/2·log2(n/2π) + log2(Γ(1/2)^K / Γ(K/2))      about half of log2 n bits for each number that is learned

In whole numbers, with α = a/b, a token owns b·count + a of T = b·t + a·K.  To find a token, or what lies below
it, tokens are summed in groups, so that about 2·√K numbers are looked at and not K.

Next: `models.rows` (a network's own probabilities).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from bitarray import bitarray

from compress.coders.interval import (
    LEAST_WIDTH_BITS,
    WHOLE,
    WINDOW_BITS,
    Bytes,
    finish,
    readable,
    refill,
    settle,
    written,
)
from compress.coders.protocol import Bounds
from compress.errors import CorruptError, LimitError, SpecError, quoted
from compress.kernel import kernel, step
from compress.models.protocol import LARGEST_TOTAL
from compress.symbols import Counts, Symbols, histogram, smallest_dtype

__all__ = ["ALPHAS", "Counting", "CountingCoder", "CountingPredictor", "asymptotic_regret"]

# What each recipe gives a token that was never seen.
ALPHAS = {"kt": Fraction(1, 2), "laplace": Fraction(1)}


@dataclass(frozen=True)
class Counting:
    """The recipe: K tokens, each with α from the start."""

    spec: str
    size: int
    alpha: Fraction

    @classmethod
    def of(cls, spec: str, size: int) -> Counting:
        """The recipe of that name over K tokens.  Raises SpecError for another name.

        >>> Counting.of("kt", 256).alpha
        Fraction(1, 2)
        """
        if spec not in ALPHAS:
            raise SpecError(f"no counting model is called {quoted(spec)}; there are {', '.join(ALPHAS)}")
        return cls(spec, size, ALPHAS[spec])

    def start(self) -> CountingPredictor:
        """Counts of nothing."""
        return CountingPredictor([self.alpha.numerator] * self.size, self.alpha.denominator)

    def total(self, n: int) -> int:
        """T after n tokens: b·n + a·K."""
        return self.alpha.denominator * n + self.alpha.numerator * self.size

    def ideal_bits(self, counts: Counts) -> float:
        """Σ -log2 q_t of any message with these counts, shape (K,), by the closed form.

        >>> round(Counting.of("laplace", 2).ideal_bits(np.array([3, 0])), 9)
        2.0
        """
        a, n = float(self.alpha), int(counts.sum())
        seen = counts[counts > 0].tolist()
        learned = math.fsum(math.lgamma(count + a) - math.lgamma(a) for count in seen)
        return (math.lgamma(n + self.size * a) - math.lgamma(self.size * a) - learned) / math.log(2)


class CountingPredictor:
    """What was counted of one message: freq[x] = b·count(x) + a."""

    def __init__(self, frequencies: list[int], unit: int) -> None:
        self._frequencies, self._unit = frequencies, unit

    def interval(self, symbol: int) -> tuple[int, int, int]:
        """(begin, frequency, total)."""
        before = self._frequencies[:symbol]
        return sum(before), self._frequencies[symbol], sum(self._frequencies)

    def symbol_at(self, point: int) -> int:
        """The symbol that owns this point."""
        symbol = 0
        while point >= self._frequencies[symbol]:
            point -= self._frequencies[symbol]
            symbol += 1
        return symbol

    def update(self, symbol: int) -> None:
        """One more of it."""
        self._frequencies[symbol] += self._unit


# ---------------------------------------------------------------- compiled


@step
def _below(symbol: int, frequencies: Counts, groups: Counts, group_bits: int) -> int:
    """What all symbols below this one own."""
    group = symbol >> group_bits
    total = 0
    for i in range(group):
        total += int(groups[i])
    for i in range(group << group_bits, symbol):
        total += int(frequencies[i])
    return total


@step
def _owner(point: int, frequencies: Counts, groups: Counts, group_bits: int) -> tuple[int, int]:
    """The symbol that owns a point below the total, and what all symbols below it own."""
    below, group = 0, 0
    while below + int(groups[group]) <= point:
        below += int(groups[group])
        group += 1
    symbol = group << group_bits
    while below + int(frequencies[symbol]) <= point:
        below += int(frequencies[symbol])
        symbol += 1
    return symbol, below


@kernel
def encode_counting(
    symbols: Symbols, frequencies: Counts, groups: Counts, group_bits: int, unit: int, total: int, out: Bytes
) -> int:
    """Narrow [0, 1) by what was counted so far, token by token; returns the payload's bits.

    frequencies, groups: of each symbol and of each 2^group_bits of them, before the first token; they are
    counted in.  total: the sum of the frequencies.
    """
    low, width, at = 0, WHOLE, 0
    # Invariant: the frequencies are those of symbols[:i], and sum to `total`; the interval as in `interval`.
    for i in range(symbols.size):
        symbol = int(symbols[i])
        part = width // total
        begin = _below(symbol, frequencies, groups, group_bits)
        low, width, at = settle(low + part * begin, part * int(frequencies[symbol]), out, at)
        frequencies[symbol] += unit
        groups[symbol >> group_bits] += unit
        total += unit
    return finish(low, width, out, at)


@kernel
def decode_counting(
    data: Bytes, frequencies: Counts, groups: Counts, group_bits: int, unit: int, total: int, symbols: Symbols
) -> tuple[int, int]:
    """What `encode_counting` wrote: the bytes that moved out of the window, and the number of tokens found."""
    offset, width, at = 0, WHOLE, 8
    for i in range(8):
        offset = (offset << 8) | int(data[i])
    for i in range(symbols.size):
        part = width // total
        point = offset // part
        if point >= total:
            return at - 8, i
        symbol, begin = _owner(point, frequencies, groups, group_bits)
        symbols[i] = symbol
        offset, width, at = refill(offset - part * begin, part * int(frequencies[symbol]), data, at)
        frequencies[symbol] += unit
        groups[symbol >> group_bits] += unit
        total += unit
    return at - 8, symbols.size


@dataclass(frozen=True)
class CountingCoder:
    """The arithmetic coder with a counting model: the same bits as `DrivenCoder`, some thousand times as fast."""

    model: Counting

    @property
    def name(self) -> str:
        """The coder's, as a user writes it."""
        return "arithmetic"

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload, to the bit.  Raises DataError for a symbol beyond K, LimitError for too long a message.

        >>> len(CountingCoder(Counting.of("kt", 2)).encode(np.zeros(100, np.uint8)))
        5
        """
        counts = histogram(symbols, self.model.size)
        self._require(symbols.size)
        room = int(self.model.ideal_bits(counts) + self._above(symbols.size)) // 8 + 2 * WINDOW_BITS // 8
        out = np.zeros(room, np.uint8)
        return written(out, encode_counting(symbols, *self._begin(), out))

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The `count` symbols of the payload.  Raises CorruptError if it cannot be one of that many."""
        self._require(count)
        symbols = np.zeros(count, smallest_dtype(self.model.size))
        read, found = decode_counting(readable(bits), *self._begin(), symbols)
        if found < count:
            raise CorruptError(f"the payload names no token {found}")
        if 8 * read > len(bits):
            raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")
        return symbols

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q_t(x_t | past), by the closed form."""
        return self.model.ideal_bits(histogram(symbols, self.model.size))

    def law(self, symbols: Symbols) -> Bounds:
        """ideal <= bits < ideal + 2 + above: what is left over of an interval costs less than T·2^-54/ln 2 a token."""
        ideal = self.ideal_bits(symbols)
        # log Γ has sixteen digits, of a number as large as n·log n.
        rounding = 1e-9 + 4e-15 * math.lgamma(symbols.size + self.model.size + 2)
        return Bounds(ideal - rounding, ideal + 2 + self._above(symbols.size) + rounding)

    def _above(self, n: int) -> float:
        """Σ_t -log2(1 - T_t·2^-54), from above: T_t grows evenly."""
        mean = (self.model.total(0) + self.model.total(n)) / 2
        return n * mean * 2.0**-LEAST_WIDTH_BITS / math.log(2) * (1 + 2.0**-20)

    def _require(self, n: int) -> None:
        if self.model.total(n) >= LARGEST_TOTAL:
            raise LimitError(
                f"{n:,} tokens of {self.model.size:,} kinds are more than {self.model.spec} counts in a message"
            )

    def _begin(self) -> tuple[Counts, Counts, int, int, int]:
        model, bits = self.model, self._group_bits
        frequencies = np.full(model.size, model.alpha.numerator, np.int64)
        groups = np.add.reduceat(frequencies, np.arange(0, model.size, 1 << bits)) if model.size else frequencies
        return frequencies, groups, bits, model.alpha.denominator, model.total(0)

    @cached_property
    def _group_bits(self) -> int:
        """Groups of about √K."""
        return (self.model.size.bit_length() + 1) // 2


def asymptotic_regret(size: int, n: int) -> float:
    """What kt costs above n·H(P̂) for large n, bits: (K-1)/2·log2(n/2π) + log2(Γ(1/2)^K/Γ(K/2)).

    Not yet true where tokens have few counts each.  Source: Q. Xie and A. Barron 1997.

    >>> round(asymptotic_regret(256, 10**7))
    2129
    """
    gammas = size * math.lgamma(0.5) - math.lgamma(size / 2)
    return (size - 1) / 2 * math.log2(n / (2 * math.pi)) + gammas / math.log(2)

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

Next: `counts_fast` (sums that never stop early).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from compress.coders.streams.interval import LEAST_WIDTH_BITS, WHOLE, Bytes, finish, refill, settle
from compress.errors import SpecError, quoted
from compress.kernel import ENOUGH, IN_32_BITS, divided, kernel, step
from compress.models.counts_fast import GROUP, MOST, WORTH_IT, Numbers, encode_few
from compress.models.protocol import LARGEST_TOTAL, TokenByToken
from compress.symbols import Counts, Symbols, histogram

__all__ = ["ALPHAS", "Counting", "CountingPredictor", "log2_rising", "most_counted", "uneven_bits"]

Vector = npt.NDArray[np.float64]

# More different chances than this are not summed over.
_MOST_CHANCES = 20_000
# What each recipe gives a token that was never seen.
ALPHAS = {"kt": Fraction(1, 2), "laplace": Fraction(1)}


@dataclass(frozen=True)
class Counting(TokenByToken):
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
        """Return a predictor that has counted nothing yet."""
        return CountingPredictor([self.alpha.numerator] * self.size, self.alpha.denominator)

    @property
    def longest(self) -> int:
        """Tokens of a message, the most that can be counted."""
        return most_counted(self.size, self.alpha)

    @property
    def dearest_bits(self) -> int:
        """Return the largest total that the counts may reach."""
        return LARGEST_TOTAL.bit_length()

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q_t, by the closed form.

        >>> round(Counting.of("laplace", 2).ideal_bits(np.array([0, 0, 0])), 9)
        2.0
        """
        a, counts = float(self.alpha), histogram(symbols, self.size)
        learned = math.fsum(log2_rising(count, a) for count in counts[counts > 0].tolist())
        return log2_rising(symbols.size, self.size * a) - learned

    def expected_bits(self, n: int, p: Vector) -> float | None:
        """E[Σ -log2 q_t] of n independent tokens of P, shape (K,): that of the closed form, whose counts are binomial.

        None where that would be too long a sum.

        >>> round(Counting.of("laplace", 2).expected_bits(1, np.array([0.75, 0.25])), 9)
        1.0
        """
        chances, times = np.unique(p[p > 0], return_counts=True)
        if chances.size > _MOST_CHANCES:
            return None
        a = float(self.alpha)
        learned = (
            k * _expected_rising(n, chance, a) for chance, k in zip(chances.tolist(), times.tolist(), strict=True)
        )
        return log2_rising(n, self.size * a) - math.fsum(learned)

    def slack_bits(self, symbols: Symbols) -> tuple[float, float]:
        """How far the intervals may fall short of, or exceed, that: (below, above) in bits, both >= 0."""
        return 0.0, uneven_bits(symbols.size, self.size, self.alpha)

    def room(self, n: int) -> int:
        """Return the bytes of memory for the counts and for the counts of their groups."""
        return 16 * self.size

    def room_to_price(self, n: int) -> int:
        """Return the bytes of memory that `ideal_bits` needs: few tokens are copied to be counted."""
        return (8 * n if n < ENOUGH else 0) + 120 * self.size

    def encode_into(self, symbols: Symbols, out: Bytes) -> int:
        """Write the payload to `out` and return its bits."""
        if GROUP < self.size <= MOST and symbols.size >= WORTH_IT:
            return encode_few(symbols, *self._begin_few(), out)
        return encode_counting(symbols, *self._begin(), out)

    def decode_from(self, data: Bytes, symbols: Symbols) -> tuple[int, int]:
        """Fill `symbols`: (bytes that moved out of the window, tokens found)."""
        return decode_counting(data, *self._begin(), symbols)

    def _begin_few(self) -> tuple[Numbers, Numbers, int, int]:
        least, unit = self.alpha.as_integer_ratio()
        frequencies = np.zeros(MOST, np.int32)
        frequencies[: self.size] = least
        return frequencies, frequencies.reshape(GROUP, GROUP).sum(axis=1, dtype=np.int32), unit, least * self.size

    def _begin(self) -> tuple[Counts, Counts, int, int, int]:
        least, unit = self.alpha.as_integer_ratio()
        frequencies = np.full(self.size, least, np.int64)
        # Groups of about √K.
        bits = (self.size.bit_length() + 1) // 2
        groups = np.add.reduceat(frequencies, np.arange(0, self.size, 1 << bits)) if self.size else frequencies
        return frequencies, groups, bits, unit, least * self.size


def log2_rising(count: int, a: float) -> float:
    """log2 of a·(a+1)·...·(a+count-1) = Γ(a + count)/Γ(a).

    >>> log2_rising(3, 2.0) == math.log2(24)
    True
    """
    # The difference of two large logarithms is not known to many digits.
    if count < 64:
        return math.fsum(math.log2(a + j) for j in range(count))
    return (math.lgamma(count + a) - math.lgamma(a)) / math.log(2)


def _expected_rising(n: int, chance: float, a: float) -> float:
    """E[log2 Γ(c + a)/Γ(a)] for a binomial count c of n."""
    # What lies further away has no chance that a float could add.
    reach = 12 * math.sqrt(n * chance * (1 - chance)) + 60
    low, high = max(0, math.floor(n * chance - reach)), min(n, math.ceil(n * chance + reach))
    counts = np.arange(low, high + 1, dtype=np.float64)
    if chance == 1.0:
        return log2_rising(n, a)
    # Of each count beside the one before: of chances, and of the function.
    odds = np.log(n - counts[:-1]) - np.log(counts[1:]) + math.log(chance) - math.log1p(-chance)
    mass = np.concatenate(([0.0], np.cumsum(odds)))
    mass = np.exp(mass - mass.max())
    rising = log2_rising(low, a) + np.concatenate(([0.0], np.cumsum(np.log2(counts[:-1] + a))))
    return float(mass @ rising / mass.sum())


def most_counted(size: int, alpha: Fraction) -> int:
    """The longest message that K tokens of this α can be counted in: T = b·n + a·K stays below 2^31.

    >>> most_counted(256, Fraction(1, 2))
    1073741695
    """
    return max(0, (LARGEST_TOTAL - 1 - alpha.numerator * size) // alpha.denominator)


def uneven_bits(n: int, size: int, alpha: Fraction) -> float:
    """What n tokens cost because an interval does not divide evenly: Σ_t -log2(1 - T_t·2^-54), from above.

    T grows evenly from a·K by b a token, and in a context of its own by no more.

    >>> uneven_bits(10**7, 256, Fraction(1, 2)) < 0.01
    True
    """
    mean = alpha.numerator * size + alpha.denominator * n / 2
    return n * mean * 2.0**-LEAST_WIDTH_BITS / math.log(2) * (1 + 2.0**-20)


class CountingPredictor:
    """What was counted of one message: freq[x] = b·count(x) + a."""

    def __init__(self, frequencies: list[int], unit: int) -> None:
        self._frequencies, self._unit = frequencies, unit

    def interval(self, symbol: int) -> tuple[int, int, int]:
        """Return where the symbol's part begins, its frequency, and the total."""
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
        """Count the symbol once more."""
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
def _owner(offset: int, part: int, frequencies: Counts, groups: Counts, group_bits: int) -> tuple[int, int, int]:
    """The symbol that owns a point of the interval, how far the point is from its begin, and its width."""
    group = 0
    wide = part * int(groups[group])
    while wide <= offset:
        offset -= wide
        group += 1
        wide = part * int(groups[group])
    symbol = (group << group_bits) & IN_32_BITS
    wide = part * int(frequencies[symbol])
    while wide <= offset:
        offset -= wide
        symbol = (symbol + 1) & IN_32_BITS
        wide = part * int(frequencies[symbol])
    return symbol, offset, wide


def _work(n: int, groups: Counts, group_bits: int) -> int:
    """For each token half of the groups and half of one group are summed: eight numbers take as long as the rest."""
    return n * (1 + (groups.size + (1 << group_bits)) // 16)


@kernel(work=lambda symbols, frequencies, groups, bits, *_: _work(symbols.size, groups, bits))
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
        part = divided(width, total)
        begin = _below(symbol, frequencies, groups, group_bits)
        low, width, at = settle(low + part * begin, part * int(frequencies[symbol]), out, at)
        frequencies[symbol] += unit
        groups[symbol >> group_bits] += unit
        total += unit
    return finish(low, width, out, at)


@kernel(work=lambda data, frequencies, groups, bits, *rest: _work(rest[-1].size, groups, bits), is_apart=True)
def decode_counting(
    data: Bytes, frequencies: Counts, groups: Counts, group_bits: int, unit: int, total: int, symbols: Symbols
) -> tuple[int, int]:
    """What `encode_counting` wrote: the bytes that moved out of the window, and the number of tokens found."""
    offset, width, at = 0, WHOLE, 8
    for i in range(8):
        offset = (offset << 8) | int(data[i])
    for i in range(symbols.size):
        part = divided(width, total)
        if offset >= part * total:
            return at - 8, i
        # No second division: the point is compared with what each owns of the interval.
        symbol, offset, width = _owner(offset, part, frequencies, groups, group_bits)
        symbols[i] = symbol
        offset, width, at = refill(offset, width, data, at)
        frequencies[symbol] += unit
        groups[symbol >> group_bits] += unit
        total += unit
    return at - 8, symbols.size

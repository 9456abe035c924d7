"""Q as exact integers: what an arithmetic coder really implements.

A coder that divides an interval needs whole numbers, frequencies f that sum to a
fixed total T, 2^40 for the instrument.  Then q̂ = f/T, and its surprise is log2 T - log2 f.  Two ways lead
from a distribution to integers:

    apportion   weights to frequencies that sum to T, every possible token at least 1
    rounded     counts to fewer leading bits, so that a model takes less room in a file

Both use integers alone: the decoder repeats them and gets the same table on any
machine.  Next: `interval` (no words at all).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, quoted
from compress.probability.distribution import Pair
from compress.probability.information import entropy, mean

__all__ = ["TOTAL", "TOTAL_BITS", "Frequencies", "apportion", "is_price_of", "require_honourable", "rounded"]

TOTAL_BITS = 40
TOTAL = 1 << TOTAL_BITS
# What rounding and lifting may change of H(P, Q̂) without a word, bits/token.
NEGLIGIBLE_BITS = 2.0**-20

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def apportion(weights: Sequence[int], total: int = TOTAL) -> list[int]:
    """Integers in proportion to the weights that sum to `total`, 0 only where the weight is 0.

    With q = weight/Σ weights, each f satisfies |f - q·total| <= 1, or f = 1 where q·total < 1, if
    that leaves enough for the others; else (when many tokens must be lifted to 1) those pay in
    proportion: -K·q - 1 < f - q·total <= 1, with K tokens of weight above 0.  Exact wherever
    q·total are whole.
    Raises DataError if `total` is below 2K: there is not enough to hand out.

    >>> apportion([5, 3, 2], 16)
    [8, 5, 3]
    """
    whole = sum(weights)
    if whole == 0:
        raise DataError("every weight is 0")
    size = sum(weight > 0 for weight in weights)
    if total < 2 * size:
        raise DataError(f"{size} tokens cannot share a total of {total}")

    def handed_out(spread: int) -> list[int]:
        """The whole part of each token's share of `spread`, but 1 at least."""
        return [max(weight * spread // whole, 1) if weight else 0 for weight in weights]

    spread = total
    if sum(handed_out(total)) > total:
        # The most that can be shared out in proportion, found by halving.
        # Invariant: `spread` fits, `spread` + 2·step does not.
        spread, step = total - size, 1 << (size - 1).bit_length()
        while step := step >> 1:
            if sum(handed_out(spread + step)) <= total:
                spread += step
    shares = handed_out(spread)
    # What is left goes, one each, to the largest remainders; the order settles ties.  Who was lifted
    # to 1 has more than its share already.
    due = [symbol for symbol, weight in enumerate(weights) if weight * spread >= whole]
    due.sort(key=lambda symbol: -(weights[symbol] * spread % whole))
    for symbol in due[: total - sum(shares)]:
        shares[symbol] += 1
    return shares


def rounded(counts: Sequence[int]) -> list[int]:
    """Counts kept to the upper half of their bits, the nearest such number: b bits become (b+1)//2.

    A count c strays by about sqrt(c) anyway, so its lower half is chance: by the minimum description
    length principle (J. Rissanen 1978) writing it down costs more than it saves.

    >>> rounded([7, 100, 1000])
    [8, 104, 992]
    """
    return [_nearest(count, count.bit_length() // 2) for count in counts]


def _nearest(count: int, dropped_bits: int) -> int:
    if dropped_bits == 0:
        return count
    # Rounding may carry into one more bit: 0b1111 -> 0b10000, which still ends in enough zeros.
    return ((count >> (dropped_bits - 1)) + 1) >> 1 << dropped_bits


@dataclass(frozen=True, eq=False)
class Frequencies:
    """Integer frequencies that sum to T = 2^bits, shape (K,), int64; 0 for a token that cannot be coded."""

    values: Counts
    bits: int = TOTAL_BITS

    def __post_init__(self) -> None:
        if self.values.size == 0 or int(self.values.min()) < 0 or sum(self.values.tolist()) != 1 << self.bits:
            raise DataError(f"frequencies must be at least 0 and sum to 2^{self.bits}")

    @classmethod
    def of(cls, weights: Sequence[int], bits: int = TOTAL_BITS) -> Frequencies:
        """The frequencies nearest to the weights' proportions.

        >>> Frequencies.of([5, 3, 2], 4).values.tolist()
        [8, 5, 3]
        """
        return cls(np.array(apportion(weights, 1 << bits), dtype=np.int64), bits)

    @cached_property
    def cumulative(self) -> Counts:
        """Where each token's interval begins, and the total: shape (K+1,)."""
        return np.concatenate(([0], np.cumsum(self.values)))

    @cached_property
    def surprises(self) -> Vector:
        """-log2 q̂ = bits - log2 f of each token; inf where f = 0."""
        surprises = np.full(self.values.size, math.inf)
        occurs = self.values > 0
        surprises[occurs] = self.bits - np.log2(self.values[occurs])
        return surprises

    @cached_property
    def entropy(self) -> float:
        """H(Q̂) = Σ q̂·-log2 q̂: what a token costs on average where Q̂ is true, bits.

        >>> Frequencies.of([2, 1, 1]).entropy
        1.5
        """
        return entropy(self.values / (1 << self.bits))


class Priced(Protocol):
    """What has a price for each token."""

    @property
    def surprises(self) -> Vector:
        """-log2 q̂ of each, bits: shape (K,)."""
        ...


def require_honourable(pair: Pair) -> None:
    """Raise DataError if some q is too small to be honoured, and P knows it.

    A frequency is a whole number of 2^-40, so a token with q·2^40 < 1 is lifted to 1 and costs 40 bits
    instead of its surprise.  That is refused where it changes Σ p·(-log2 q̂) by more than 2^-20
    bits/token; tails that P hardly meets go on.

    >>> from compress.probability.distribution import Distribution
    >>> p, q = Distribution.parse("a=.5,b=.5"), Distribution.from_weights({"a": 2**50, "b": 1})
    >>> require_honourable(Pair(q, q))
    >>> require_honourable(Pair(p, q))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    compress.errors.DataError: Q gives token 'b' probability 8.882e-16, below 2^-40, ...
    """
    p, q = pair.p, pair.q
    least = (q.total - 1 >> TOTAL_BITS) + 1
    saved = {
        token: float(p.exact(token)) * (math.log2(q.total) - math.log2(weight) - TOTAL_BITS)
        for token, chance, weight in zip(q.tokens, p.weights, q.weights, strict=True)
        if chance and 0 < weight < least
    }
    if math.fsum(saved.values()) > NEGLIGIBLE_BITS:
        token = max(saved, key=saved.__getitem__)
        raise DataError(
            f"Q gives token {quoted(token)} probability {float(q.exact(token)):.4g}, below 2^-40, the smallest that "
            "the arithmetic coder can use; choose another Q, or raise it: zeros='floor:1e-9'"
        )


def is_price_of(coder: Priced, pair: Pair) -> bool:
    """Whether a coder of frequencies prices what P draws as Q does, but for rounding to 2^-40.

    |H(P,Q̂) - H(P,Q)| <= 2^-20 + 1.5·K/2^40 + Σ p·min(1, log2(1 + 1/(q·2^40 - 1))), the sum over the
    tokens with q·2^40 > 1: a frequency misses q·2^40 by 1, and by K·q where rare tokens were lifted
    (`apportion`).  Q is above 0 wherever P is.

    >>> from compress.probability.distribution import Distribution
    >>> p, q = Distribution.parse("a=.7,b=.3"), Distribution.parse("a=.6,b=.4")
    >>> coder = Frequencies.of(q.weights)
    >>> is_price_of(coder, Pair(p, q)), is_price_of(coder, Pair(p, p))
    (True, False)
    """
    truth, belief = pair.p.probabilities, pair.q.probabilities
    common = (truth > 0) & (belief * TOTAL > 1)
    missed = np.minimum(1.0, np.log2(1 + 1 / (belief[common] * TOTAL - 1)))
    tolerance = NEGLIGIBLE_BITS + 1.5 * pair.q.size / TOTAL + mean(truth[common], missed)
    return abs(mean(truth, coder.surprises) - pair.cross_entropy) <= tolerance

"""A claim about a stream that is given, such as "these dice are fair", and how likely luck is to look like that.

Whoever believes P wastes n·D(P̂||P) bits on a stream with counts P̂, for P̂ itself would code it best.  Even a
true P wastes some: by luck the counts are never quite P.  How much luck wastes is known, and so is how seldom it
wastes as much as was found; that is the p-value, and a claim with too small a one is refused.

    G = 2·ln 2·n·D(P̂||P)          the likelihood-ratio statistic (S. S. Wilks 1938): the waste, in half nats
    q = 1 + (Σ1/p - 1)/(6n(K-1))   D. A. Williams's correction (1976): under P, E G = q·(K-1), nearly

Where q <= 1.005 the law of G/q is χ² with K - 1 degrees of freedom, as nearly as anyone needs.  Elsewhere it is
not (K = 256 with 5 of each expected gives 14% false alarms at 5%), and G is drawn 10,000 times under P instead.

Next: `validation` (what an experiment has found).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from compress.probability.distribution import Distribution
from compress.symbols import Counts

__all__ = ["ALPHA", "Claim", "likelihood_ratio_test"]

# A true claim is refused once in a thousand times.
ALPHA = 0.001
# Up to this correction the chi-square law is near enough.
_LARGEST_CORRECTION = 1.005
_DRAWS = 10_000
# More cells than this are pooled, until this many are expected in each.
_MOST_CELLS = 10_000
_LEAST_EXPECTED = 5
# Counts that are held at a time, and what rounding may make of two statistics that are equal.
_AT_A_TIME = 1 << 20
_TIE = 1e-9

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Claim:
    """What a claim about n tokens came to; wastes in bits over the whole stream.

    cells: the tokens with P > 0 that were counted apart.  expected_waste: what luck wastes on average where the
    claim is true.  method: chi-square, draws, or excluded where a token occurs that P excludes (its waste is
    infinite), or None where nothing could refute the claim.
    """

    n: int
    cells: int
    waste: float
    expected_waste: float | None
    p_value: float | None
    method: str | None
    alpha: float
    excluded: str | None = None

    @property
    def passed(self) -> bool | None:
        """Whether the claim stands; None where nothing could refute it."""
        return None if self.p_value is None else self.p_value >= self.alpha

    @property
    def verdict(self) -> str:
        """pass, or fail if the claim does not stand."""
        return "fail" if self.passed is False else "pass"


def likelihood_ratio_test(counts: Counts, p: Distribution, *, alpha: float = ALPHA, seed: int = 0) -> Claim:
    """Whether counts, shape (K,), may be those of tokens drawn from P, by the waste that P means for them.

    The p-value of the draws is (1 + those that waste as much)/10,001, so that it is never 0.

    >>> fair = Distribution.parse("dice:1")
    >>> test = likelihood_ratio_test(np.array([95, 110, 98, 101, 88, 108]), fair)
    >>> round(test.waste, 2), round(test.expected_waste, 2), test.passed
    (2.45, 3.61, True)
    >>> likelihood_ratio_test(np.array([95, 110, 98, 101, 188, 8]), fair).passed
    False
    """
    n = int(counts.sum())
    weights = np.array([weight > 0 for weight in p.weights])
    lost = np.flatnonzero((counts > 0) & ~weights)
    if lost.size:
        return Claim(n, int(weights.sum()), math.inf, None, 0.0, "excluded", alpha, p.tokens[int(lost[0])])
    seen, truth = counts[weights], p.probabilities[weights]
    waste = _statistic(seen[np.newaxis], truth, n)[0] if n else 0.0
    bits = float(waste / (2 * math.log(2)))
    if n == 0 or truth.size == 1:
        return Claim(n, truth.size, bits, None, None, None, alpha)
    if truth.size > _MOST_CELLS:
        seen, truth = _pooled(seen, truth, n)
        waste = _statistic(seen[np.newaxis], truth, n)[0]
    freedom = truth.size - 1
    with np.errstate(over="ignore", divide="ignore"):
        correction = 1 + (float((1 / truth).sum()) - 1) / (6 * n * freedom)
    special = _special()
    if correction <= _LARGEST_CORRECTION and special is not None:
        chance = float(special.chdtrc(freedom, waste / correction))
        luck = correction * freedom / (2 * math.log(2))
        return Claim(n, truth.size, bits, luck, chance, "chi-square", alpha)
    wastes = _drawn(truth, n, seed)
    hits = int(np.count_nonzero(wastes >= waste - _TIE * max(1.0, waste)))
    luck = float(wastes.mean() / (2 * math.log(2)))
    return Claim(n, truth.size, bits, luck, (1 + hits) / (1 + _DRAWS), "draws", alpha)


def _statistic(counts: Counts, p: Vector, n: int) -> Vector:
    """G = 2·Σ c·ln(c/(n·p)) of each row of counts, shape (rows, K)."""
    own: Vector = (counts * np.log(np.maximum(counts, 1))).sum(axis=1)
    under_p: Vector = counts @ (np.log(p) + math.log(n))
    return np.maximum(2 * (own - under_p), 0.0)


def _drawn(p: Vector, n: int, seed: int) -> Vector:
    """G of 10,000 streams of n tokens drawn from P, a few at a time."""
    rng = np.random.Generator(np.random.PCG64(seed))
    size = max(1, _AT_A_TIME // p.size)
    parts = [
        _statistic(rng.multinomial(n, p / p.sum(), min(size, _DRAWS - start)), p, n) for start in range(0, _DRAWS, size)
    ]
    return np.concatenate(parts)


def _pooled(counts: Counts, p: Vector, n: int) -> tuple[Counts, Vector]:
    """The rarest cells together until 5 or more are expected in each, and no more than 10,000 cells are left.

    Which go together is P's to say and not the stream's, or the test would have looked at the answer.
    """
    least = max(_LEAST_EXPECTED, n / _MOST_CELLS)
    order = np.argsort(p, kind="stable")
    starts, expected = [0], 0.0
    for at, probability in enumerate(p[order].tolist()):
        if expected >= least:
            starts.append(at)
            expected = 0.0
        expected += n * probability
    if expected < least and len(starts) > 1:
        starts.pop()
    return np.add.reduceat(counts[order], starts), np.add.reduceat(p[order], starts)


def _special() -> Any:
    """scipy.special, which has the chi-square law; None where it is not installed, and G is drawn instead."""
    try:
        from scipy import special
    except ImportError:
        return None
    return special

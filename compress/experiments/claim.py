"""A claim about a stream that is given, such as "these dice are fair", and how likely luck is to look like that.

Whoever believes P wastes n·D(P̂||P) bits on a stream with counts P̂, for P̂ itself would code it best.  Even a
true P wastes some: by luck the counts are never quite P.  How much luck wastes is known, and so is how seldom it
wastes as much as was found; that is the p-value, and a claim with too small a one is refused.

    G = 2·ln 2·n·D(P̂||P)          the likelihood-ratio statistic (S. S. Wilks 1938): the waste, in half nats
    q = 1 + (Σ1/p - 1)/(6n(K-1))   D. A. Williams's correction (1976): under P, E G = q·(K-1), nearly

Where q <= 1.005 the law of G/q is χ² with K - 1 degrees of freedom, as nearly as anyone needs.  Elsewhere it is
not (K = 256 with 5 of each expected gives 14% false alarms at 5%), and G is drawn under P instead, 10,000 times or as
often as a small alpha asks.  Where no draw wastes as much, the method of types bounds the p-value: counts that waste
w bits have a chance of at most 2^-w, and there are no more than C(n+K-1, K-1) counts (T. Cover and J. Thomas,
Elements of Information Theory, 2006, sec. 11.1).

Next: `order` (whether a token depends on the one before).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from compress.errors import SpecError
from compress.probability.distribution import Distribution
from compress.symbols import Counts

__all__ = ["ALPHA", "Claim", "chi_square", "classes", "likelihood_ratio_test"]

# A true claim is refused once in a thousand times.
ALPHA = 0.001
# Up to this correction the chi-square law is near enough.
_LARGEST_CORRECTION = 1.005
_DRAWS = 10_000
# For a small alpha there are more draws, so many that such a number falls below it, unless that is too much work.
_BELOW_ALPHA = 4
_MOST_WORK = 30_000_000
# More cells than this are pooled, until this many are expected in each.
_MOST_CELLS = 10_000
_LEAST_EXPECTED = 5
# Counts that are held at a time, and what rounding may make of two statistics that are equal.
_AT_A_TIME = 1 << 20
_TIE = 1e-9
# Of a cell in which so few are expected the mean waste is summed over all counts up to one that is never met.
_FEW = 128.0
_NEVER_MET = 400

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Claim:
    """What a claim about n tokens came to; wastes in bits over the whole stream.

    tokens: those with P > 0.  cells: of them, those that the test counts apart; the rarest are put together where they
    are more than 10,000.  expected_waste: what luck wastes on average where the claim is true, of all tokens as waste
    is.  method: chi-square, draws, types (the p-value is a bound, for no draw wasted as much), excluded where a token
    occurs that P excludes (its waste is infinite), or None where nothing could refute the claim.
    """

    n: int
    cells: int
    waste: float
    expected_waste: float | None
    p_value: float | None
    method: str | None
    alpha: float
    excluded: str | None = None
    draws: int = 0
    tokens: int = 0

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

    The p-value of N draws is (1 + those that waste as much)/(N + 1), so that it is never 0; where none does, it is the
    smaller one of that and the bound by types.  Raises SpecError for an alpha that no counts could reach.

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
    size = int(weights.sum())
    if lost.size:
        return Claim(n, size, math.inf, None, 0.0, "excluded", alpha, p.tokens[int(lost[0])], tokens=size)
    seen, truth = counts[weights], p.probabilities[weights]
    waste = _statistic(seen[np.newaxis], truth, n)[0] if n else 0.0
    bits = float(waste / (2 * math.log(2)))
    if n == 0 or truth.size == 1:
        return Claim(n, truth.size, bits, None, None, None, alpha, tokens=size)
    expected: float | None = None
    if truth.size > _MOST_CELLS:
        expected = _mean_waste(truth, n)
        seen, truth = _pooled(seen, truth, n)
        waste = _statistic(seen[np.newaxis], truth, n)[0]
    freedom = truth.size - 1
    with np.errstate(over="ignore", divide="ignore"):
        correction = 1 + (float((1 / truth).sum()) - 1) / (6 * n * freedom)
    law = chi_square()
    if correction <= _LARGEST_CORRECTION and law is not None:
        chance = float(law(freedom, waste / correction))
        luck = correction * freedom / (2 * math.log(2)) if expected is None else expected
        return Claim(n, truth.size, bits, luck, chance, "chi-square", alpha, tokens=size)
    asked = _BELOW_ALPHA / max(alpha, 1e-300)
    draws = max(_DRAWS, math.ceil(asked)) if asked * truth.size <= _MOST_WORK else _DRAWS
    if alpha * (1 + draws) < 1 and alpha < _bound(-n * math.log2(truth.min()), n, truth.size):
        raise SpecError(f"alpha {alpha:g} is so small that no {n:,} tokens could fail the claim")
    wastes = _drawn(truth, n, seed, draws)
    hits = int(np.count_nonzero(wastes >= waste - _TIE * max(1.0, waste)))
    luck = float(wastes.mean() / (2 * math.log(2))) if expected is None else expected
    chance, method = (1 + hits) / (1 + draws), "draws"
    bound = _bound(float(waste) / (2 * math.log(2)), n, truth.size)
    if not hits and bound < chance:
        chance, method = bound, "types"
    return Claim(n, truth.size, bits, luck, chance, method, alpha, draws=draws, tokens=size)


def _bound(waste: float, n: int, size: int) -> float:
    """At most so likely are counts that waste so many bits: 2^-waste each, and C(n+K-1, K-1) counts in all."""
    log_types = (math.lgamma(n + size) - math.lgamma(size) - math.lgamma(n + 1)) / math.log(2)
    return math.exp2(min(log_types - waste, 0.0))


def _mean_waste(p: Vector, n: int) -> float:
    """E Σ c·log2(c/(n·p)) for counts c of n tokens from P, bits: exact, but for cells of which many are expected.

    Those have (1 - p)/2 + (1/p - 1)/(12n) nats each, from the same series as Williams's correction.
    """
    few = n * p <= _FEW
    many = p[~few]
    nats = float(((1 - many) / 2 + (1 / many - 1) / (12 * n)).sum())
    # log C(n, c), and for each cell the chance of c and what c wastes; more than that are never met.
    c = np.arange(1, min(n, _NEVER_MET) + 1)
    log_ways = np.cumsum(np.log((n - c + 1) / c))
    for start in range(0, int(few.sum()), _AT_A_TIME // c.size):
        # A probability that is rounded to 1 is a little less.
        part = np.minimum(p[few][start : start + _AT_A_TIME // c.size, np.newaxis], 1 - 2.0**-53)
        chances = np.exp(log_ways + c * np.log(part) + (n - c) * np.log1p(-part))
        nats += float((chances * c * (np.log(c) - np.log(n * part))).sum())
    return nats / math.log(2)


def _statistic(counts: Counts, p: Vector, n: int) -> Vector:
    """G = 2·Σ c·ln(c/(n·p)) of each row of counts, shape (rows, K)."""
    own: Vector = (counts * np.log(np.maximum(counts, 1))).sum(axis=1)
    under_p: Vector = counts @ (np.log(p) + math.log(n))
    return np.maximum(2 * (own - under_p), 0.0)


def _drawn(p: Vector, n: int, seed: int, draws: int) -> Vector:
    """G of so many streams of n tokens drawn from P, a few at a time."""
    rng = np.random.Generator(np.random.PCG64(seed))
    size = max(1, _AT_A_TIME // p.size)
    parts = [
        _statistic(rng.multinomial(n, p / p.sum(), min(size, draws - start)), p, n) for start in range(0, draws, size)
    ]
    return np.concatenate(parts)


def _pooled(counts: Counts, p: Vector, n: int) -> tuple[Counts, Vector]:
    """The rarest cells together until 5 or more are expected in each, and no more than 10,000 cells are left."""
    whole = classes(p, max(_LEAST_EXPECTED / n, 1 / _MOST_CELLS))
    return np.bincount(whole, counts).astype(np.int64), np.bincount(whole, p).astype(np.float64)


def classes(p: Vector, least: float) -> npt.NDArray[np.intp]:
    """The class of each token, shape (K,): the rarest together until each class has at least such a probability.

    Which go together is P's to say and not the stream's, or the test would have looked at the answer.

    >>> classes(np.array([0.5, 0.1, 0.1, 0.3]), 0.2).tolist()
    [2, 0, 0, 1]
    """
    order = np.argsort(p, kind="stable")
    made = np.empty(p.size, np.intp)
    now, sum_ = 0, 0.0
    for token, probability in zip(order.tolist(), p[order].tolist(), strict=True):
        # Rounding is not to make a class one token larger.
        if sum_ >= least * (1 - _TIE):
            now, sum_ = now + 1, 0.0
        made[token] = now
        sum_ += probability
    if now and sum_ < least * (1 - _TIE):
        made[made == now] = now - 1
    return made


def chi_square() -> Callable[[float, float], float] | None:
    """The chance of more than x under the chi-square law, of degrees and x; None where scipy is not installed.

    >>> from math import exp
    >>> (law := chi_square()) is None or bool(abs(law(2, 6.0) - exp(-3.0)) < 1e-12)
    True
    """
    try:
        from scipy import special
    except ImportError:
        return None
    law: Callable[[float, float], float] = special.chdtrc
    return law

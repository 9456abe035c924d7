"""How many tokens answer a question, before any is drawn.

    tell P from Q    L = Σ log2 p/q is large where P is true.  Of n tokens it is nearly normal, with the means
                     n·D(P||Q) under P and -n·D(Q||P) under Q, so that
                         √n = (z_α·σ_Q + z_β·σ_P) / (D(P||Q) + D(Q||P))        β: the power
                     A token that Q excludes decides at once.  Of two tokens a count decides, and its law is exact.
    an interval      a mean of n tokens strays by σ/√n: n = (z·σ/W)² for an interval of 95% within ±W bits
    a divergence     near P both divergences are D, and both spreads √(2D/ln 2) bits, whatever P is:
                         n = (z_α + z_β)²/(2·ln 2·D)

No test of this level has more power than that of L (J. Neyman and E. Pearson 1933).

Next: `repeat` (an experiment many times).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from compress.errors import SpecError
from compress.probability import information
from compress.probability.distribution import Distribution, Pair
from compress.probability.information import mean
from compress.shown import Shown

__all__ = ["Answer", "Chances", "Plan", "tokens_for_divergence", "tokens_for_interval", "tokens_to_tell"]

Vector = npt.NDArray[np.float64]

_NORMAL = NormalDist()
# Up to so many tokens a count of two is summed exactly; beyond, no one sees the difference.
_MOST_EXACT = 200_000
# No answer is longer than this.
_MOST = 1 << 62
_FAR = 12.0


@dataclass(frozen=True)
class Chances:
    """How often a test errs: level, to refuse what is true; power, to see what is not."""

    level: float
    power: float


@dataclass(frozen=True)
class Answer:
    """So many tokens, and what for.

    question: in words.  formula: where the number comes from.  normal: by the normal approximation, if the answer is
    exact.  reached: the level and the power that so many tokens have.  limit: Q is refused where Σ log2 p/q, by so many
    bits its code is longer than one for P, is above it.
    """

    question: str
    n: int
    formula: str
    normal: int | None = None
    reached: Chances | None = None
    limit: float | None = None


@dataclass(frozen=True)
class Plan(Shown):
    """What was asked about P and Q, and the answers.

    p, q: None where the question is about any.
    """

    _told = ("answers",)

    asked: Chances
    answers: tuple[Answer, ...]
    p: Distribution | None = None
    q: Distribution | None = None


def tokens_to_tell(p: Distribution, q: Distribution, asked: Chances) -> Answer:
    """So many tokens of P that a test of this level refuses Q with this power.  Raises SpecError where P = Q.

    >>> fair, loaded = Distribution.parse("bernoulli:0.5"), Distribution.parse("bernoulli:0.6")
    >>> answer = tokens_to_tell(loaded, fair, Chances(0.05, 0.9))
    >>> answer.n, answer.normal, round(answer.reached.level, 3), round(answer.reached.power, 3)
    (224, 211, 0.047, 0.911)
    """
    pair = Pair.of(p, q)
    if pair.p.weights == pair.q.weights or not pair.divergence:
        raise SpecError(f"{p.spec} and {q.spec} are the same: no number of tokens tells them apart")
    power = _power_of(pair, asked.level)
    normal = _least(lambda n: power(n).power >= asked.power)
    question = "to tell P from Q"
    if (counted := _two(pair)) is not None and normal <= _MOST_EXACT:
        n, reached, limit = _exact(*counted, asked, normal)
        return Answer(question, n, "the law of a count is exact", normal, reached, limit)
    formula = "√n = (z_α·σ_Q + z_β·σ_P) / (D(P||Q) + D(Q||P))"
    if not math.isfinite(pair.divergence):
        formula = "a token that Q excludes decides at once"
    found = power(normal)
    return Answer(question, normal, formula, None, Chances(asked.level, found.power), found.limit)


def tokens_for_interval(p: Distribution, q: Distribution, width: float) -> Answer:
    """So many tokens that the 95% interval of the mean price under Q is within this many bits on either side.

    >>> tokens_for_interval(Distribution.parse("bernoulli:0.9"), Distribution.parse("bernoulli:0.9"), 0.01).n
    34741
    """
    pair = Pair.of(p, q)
    if not math.isfinite(pair.cross_entropy):
        raise SpecError(f"{q.spec} excludes what {p.spec} draws: the price has no mean")
    variance = _moments(pair.p.probabilities, information.surprise(pair.q.probabilities))[1]
    n = max(1, math.ceil(variance * (_NORMAL.inv_cdf(0.975) / width) ** 2))
    formula = f"n = (1.96·σ/W)², σ = {math.sqrt(variance):.4f} bits"
    return Answer(f"to know the price of Q within ±{width:g} bits", n, formula)


def tokens_for_divergence(bits: float, asked: Chances) -> Answer:
    """So many tokens that a divergence of so few bits is seen, between a P and a Q that are near.

    >>> tokens_for_divergence(0.001, Chances(0.05, 0.9)).n
    6178
    """
    z = _NORMAL.inv_cdf(1 - asked.level) + _NORMAL.inv_cdf(asked.power)
    n = math.ceil(z * z / (2 * math.log(2) * bits))
    return Answer(f"to see D(P||Q) = {bits:g} bits", n, "n = (z_α + z_β)²/(2·ln 2·D), whatever P is", None, asked)


def _moments(p: Vector, values: Vector) -> tuple[float, float]:
    """Mean and variance of the values where p > 0, p made to sum to 1."""
    occurs = p > 0
    chances, values = p[occurs] / p[occurs].sum(), values[occurs]
    centre = mean(chances, values)
    return centre, mean(chances, (values - centre) ** 2)


class _Seen(NamedTuple):
    power: float
    limit: float


def _power_of(pair: Pair, level: float) -> Callable[[int], _Seen]:
    """The power of n tokens at this level, by the normal approximation of L among tokens that both allow."""
    p, q = pair.p.probabilities, pair.q.probabilities
    both = (p > 0) & (q > 0)
    # What decides at once: of P's tokens for P, of Q's tokens for Q.
    sure, spared = float(p[~both].sum()), float(q[~both].sum())
    if not both.any():
        return lambda n: _Seen(float(n > 0), 0.0)
    ratio = np.zeros(p.size)
    np.log2(p, out=ratio, where=both)
    ratio[both] -= np.log2(q[both])
    mean_p, variance_p = _moments(np.where(both, p, 0.0), ratio)
    mean_q, variance_q = _moments(np.where(both, q, 0.0), ratio)

    def power(n: int) -> _Seen:
        # Of Q's messages so many have no token that P excludes.
        tail = level / max((1 - spared) ** n, 1e-300)
        if tail >= 1:
            return _Seen(1.0, -math.inf)
        limit = n * mean_q + _NORMAL.inv_cdf(1 - tail) * math.sqrt(n * variance_q)
        strays = math.sqrt(n * variance_p)
        seen = _NORMAL.cdf((n * mean_p - limit) / strays) if strays else float(n * mean_p > limit)
        return _Seen(1 - (1 - sure) ** n * (1 - seen), limit)

    return power


def _least(is_enough: Callable[[int], bool]) -> int:
    """The least number that is enough, where every larger one is."""
    high = 1
    while not is_enough(high):
        high *= 2
        if high > _MOST:
            raise SpecError("no number of tokens below 2^62 is enough")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _two(pair: Pair) -> tuple[float, float] | None:
    """What P and Q give to the token of which P has more, if there are two and both have both."""
    p, q = pair.p.probabilities, pair.q.probabilities
    used = np.flatnonzero((p > 0) | (q > 0))
    if used.size != 2 or not (p[used] * q[used]).all():
        return None
    more = used[0] if p[used[0]] > q[used[0]] else used[1]
    return float(p[more]), float(q[more])


def _exact(p: float, q: float, asked: Chances, near: int) -> tuple[int, Chances, float]:
    """The least n from which on every n has the power, for a count jumps; what it has, and from which L on."""
    reach = 4 * math.isqrt(near) + 20
    first = max(1, near - reach)
    every = [_reached(n, p, q, asked.level) for n in range(first, near + reach)]
    weak = [at for at, (reached, _) in enumerate(every) if reached.power < asked.power]
    n, (reached, refused) = first + (at := weak[-1] + 1 if weak else 0), every[at]
    # Between the last count that is not refused and the first that is.
    count = refused - 0.5
    return n, reached, count * math.log2(p / q) + (n - count) * math.log2((1 - p) / (1 - q))


def _reached(n: int, p: float, q: float, level: float) -> tuple[Chances, int]:
    """Of n tokens: how often Q is refused under each, and from which count on: the least that is so seldom under Q."""
    low, tails = _tails(n, q)
    refused = low + int(np.argmax(tails <= level))
    begin, under_p = _tails(n, p)
    place = refused - begin
    power = 1.0 if place < 0 else float(under_p[place]) if place < under_p.size else 0.0
    return Chances(float(tails[refused - low]), power), refused


def _tails(n: int, chance: float) -> tuple[int, Vector]:
    """The first count that may come, and the chance of each count from it on or of more; the last is 0."""
    spread = _FAR * math.sqrt(n * chance * (1 - chance)) + 2 * _FAR
    low, high = max(0, math.floor(n * chance - spread)), min(n, math.ceil(n * chance + spread))
    counts = np.arange(low, high, dtype=np.float64)
    odds = np.log(n - counts) - np.log(counts + 1) + math.log(chance) - math.log1p(-chance)
    mass = np.concatenate(([0.0], np.cumsum(odds)))
    mass = np.exp(mass - mass.max())
    mass /= mass.sum()
    return low, np.concatenate((np.cumsum(mass[::-1])[::-1], [0.0]))

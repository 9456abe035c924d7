"""Information, measured: surprise and its averages.

Surprise is -log p: 1 bit for a fair coin's side, 0 for what was certain, infinite
for what was impossible.  Its mean is the entropy H(P), the floor of every code; its
mean under a belief Q is the cross-entropy H(P, Q), the cost of a code built from Q;
the difference is the divergence D(P||Q), the price of being wrong.

Units are bits; `base=math.e` gives nats, any base above 1 its own unit.  Every
function refuses a vector that does not sum to 1 within 1e-9: rounded
probabilities are a different question, and the caller says how to settle it.  Zeros
are exact: 0·log 0 = 0, while p > 0 with q = 0 costs +inf, and says so.

Next: `distribution` (probabilities with names).  Source: C. E. Shannon 1948,
sec. 6; T. Cover and J. Thomas, Elements of Information Theory (2006), ch. 2 and 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from compress.errors import DataError

__all__ = [
    "cross_entropy",
    "differential_entropy",
    "entropy",
    "exponential_entropy",
    "js_divergence",
    "kl_divergence",
    "laplace_entropy",
    "normal_entropy",
    "perplexity",
    "surprise",
    "uniform_entropy",
    "varentropy",
]

Pmf = npt.ArrayLike
Vector = npt.NDArray[np.float64]

SUM_TOLERANCE = 1e-9


def surprise(p: Pmf, *, base: float = 2) -> Vector:
    """-log p of each probability, in bits; 0 where p = 1, +inf where p = 0.

    p: any shape, each entry in [0, 1].  Raises ValueError otherwise.  Shannon 1948, sec. 6.
    """
    values = np.asarray(p, dtype=np.float64)
    if not np.all((values >= 0) & (values <= 1)):
        raise DataError("a probability lies outside [0, 1]")
    bits = np.full(values.shape, math.inf)
    np.log2(values, out=bits, where=values > 0)
    # Where p > 0: -log2 p, written as 0 - x so that certainty costs 0 and not -0.
    bits = np.where(values > 0, 0.0 - bits, math.inf)
    return bits / _bits_per_unit(base)


def entropy(p: Pmf, *, base: float = 2) -> float:
    """H(P) = -Σ p log p, in bits/token: the mean surprise of P, and the floor of every code for it.

    p: shape (K,), summing to 1; 0·log 0 = 0.  0 <= H <= log K.
    Raises ValueError if p is not a distribution.  Cover & Thomas, sec. 2.1.
    """
    return _expected(*_pair(p, p)) / _bits_per_unit(base)


def cross_entropy(p: Pmf, q: Pmf, *, base: float = 2) -> float:
    """H(P, Q) = -Σ p log q, in bits/token; inf where some p > 0 has q = 0.

    The mean surprise of who believes Q while P is true; H(P, Q) = H(P) + D(P||Q).
    p, q: shape (K,), each summing to 1.  Raises ValueError if not, or if the shapes differ.
    Cover & Thomas, sec. 2.3, 5.4.
    """
    return _expected(*_pair(p, q)) / _bits_per_unit(base)


def kl_divergence(p: Pmf, q: Pmf, *, difference: npt.ArrayLike | None = None, base: float = 2) -> float:
    """D(P||Q) = Σ p log(p/q), in bits/token: what it costs to believe Q while P is true.

    Never negative, 0 only for Q = P, not symmetric, inf where some p > 0 has q = 0.  Near 0 the terms of
    that sum are large beside it and of both signs, so what is summed is Σ q·g((p - q)/q) with
    g(t) = (1+t)·ln(1+t) - t >= 0, which is the same since Σ (p - q) = 0.
    p, q: shape (K,), each summing to 1.  difference: p - q where it is known better than from the
    rounded p and q.  Raises ValueError if not distributions.  Cover & Thomas, sec. 2.3.
    """
    truth, belief = _pair(p, q)
    if np.any((truth > 0) & (belief == 0)):
        return math.inf
    possible = belief > 0
    excess = (truth - belief if difference is None else np.asarray(difference, np.float64))[possible]
    truth, belief = truth[possible], belief[possible]
    with np.errstate(over="ignore"):
        t = excess / belief
    # q·g(t) = p·ln(p/q) - (p - q), from two logarithms where p/q is far from 1; 0·ln 0 = 0.
    log_ratio = np.zeros(t.size)
    far = (truth > 0) & ((t < -0.5) | (t > 1))
    log_ratio[far] = np.log(truth[far]) - np.log(belief[far])
    np.log1p(t, out=log_ratio, where=(truth > 0) & ~far)
    terms = truth * log_ratio - excess
    near = np.abs(t) < _NEAR
    terms[near] = belief[near] * _g_near_zero(t[near])
    return math.fsum(terms) / math.log(2) / _bits_per_unit(base)


# Within this distance of 0 the series of g is exact to the last digit, and the formula is not.
_NEAR = 0.03


def _g_near_zero(t: Vector) -> Vector:
    """g(t) = t²/2 - t³/6 + t⁴/12 - ... = Σ (-t)^k/(k·(k-1)), k >= 2, by Horner's rule."""
    total = np.zeros(t.size)
    for k in range(14, 1, -1):
        total = 1 / (k * (k - 1)) - t * total
    return t * t * total


def perplexity(p: Pmf, q: Pmf | None = None) -> float:
    """2^H(P), or 2^H(P, Q): the number of equally likely tokens that would be as surprising.

    The same in any base.  p, q: shape (K,).  Raises ValueError if they are not distributions.
    """
    bits = entropy(p) if q is None else cross_entropy(p, q)
    try:
        return float(2.0**bits)
    except OverflowError:
        return math.inf


def varentropy(p: Pmf, q: Pmf | None = None, *, base: float = 2) -> float:
    """Var_P[-log q(X)], in bits² (q = p if not given): how far surprise strays from its mean.

    The measured bits/token of n draws has standard error sqrt(varentropy / n).
    p, q: shape (K,).  nan where H(P, Q) is infinite: there is no mean to stray from.
    Raises ValueError if they are not distributions.  I. Kontoyiannis and S. Verdú 2014, sec. II.
    """
    truth, belief = _pair(p, p if q is None else q)
    mean = _expected(truth, belief)
    if math.isinf(mean):
        return math.nan
    occurs = truth > 0
    strays = surprise(belief[occurs]) - mean
    return math.fsum(truth[occurs] * strays**2) / _bits_per_unit(base) ** 2


def js_divergence(p: Pmf, q: Pmf, *, base: float = 2) -> float:
    """JS(P, Q) = D(P||M)/2 + D(Q||M)/2 with M = (P + Q)/2, in bits: symmetric, between 0 and 1 bit.

    The bits that one draw tells about which of the two it came from.
    p, q: shape (K,).  Raises ValueError if they are not distributions.  J. Lin 1991, sec. IV.
    """
    first, second = _pair(p, q)
    middle = (first + second) / 2
    bits = (kl_divergence(first, middle) + kl_divergence(second, middle)) / 2
    # Never above 1 bit; rounding may leave an ulp.
    return min(bits, 1.0) / _bits_per_unit(base)


def differential_entropy(
    density: Callable[[float], float], low: float, high: float, *, base: float = 2, tolerance: float = 1e-10
) -> float:
    """h(X) = -∫ f log f dx over [low, high], in bits: the sum of entropy become an integral.

    Unlike H it may be negative, and it moves with the unit of x: h(aX) = h(X) + log|a|.
    Cells of width step turn X into tokens of entropy near h(X) - log2(step).
    density: f(x) >= 0, integrating to 1 within 1e-6 over the bounds, which may be infinite.
    Raises ValueError if it does not.  Cover & Thomas, sec. 8.1 and 8.3.
    """

    def checked(x: float) -> float:
        f = density(x)
        if not 0 <= f < math.inf:
            raise DataError(f"the density at {x:g} is {f}, not a finite number of 0 or more")
        return f

    mass = _integrate(checked, low, high, tolerance)
    if not abs(mass - 1) <= 1e-6:
        raise DataError(f"the density integrates to {mass:.6g} over [{low:g}, {high:g}], not to 1")

    def surprise_density(x: float) -> float:
        f = density(x)
        return -f * math.log2(f) if f > 0 else 0.0

    return _integrate(surprise_density, low, high, tolerance) / _bits_per_unit(base)


def normal_entropy(sd: float, *, base: float = 2) -> float:
    """h = log(sd·sqrt(2πe)), in bits, of a normal of standard deviation sd > 0.  Cover & Thomas, ex. 8.1.2."""
    return math.log2(_positive(sd, "sd") * math.sqrt(2 * math.pi * math.e)) / _bits_per_unit(base)


def uniform_entropy(width: float, *, base: float = 2) -> float:
    """h = log(width), in bits, of a uniform on an interval of that width > 0.  Cover & Thomas, ex. 8.1.1."""
    return math.log2(_positive(width, "width")) / _bits_per_unit(base)


def exponential_entropy(rate: float, *, base: float = 2) -> float:
    """h = log(e/rate), in bits, of an exponential with density rate·exp(-rate·x), rate > 0."""
    return math.log2(math.e / _positive(rate, "rate")) / _bits_per_unit(base)


def laplace_entropy(scale: float, *, base: float = 2) -> float:
    """h = log(2e·scale), in bits, of a Laplace with density exp(-|x|/scale)/(2·scale), scale > 0."""
    return math.log2(2 * math.e * _positive(scale, "scale")) / _bits_per_unit(base)


def _bits_per_unit(base: float) -> float:
    if not base > 1:
        raise ValueError(f"base must be above 1, not {base!r}")
    return math.log2(base)


def _positive(value: float, name: str) -> float:
    if not value > 0:
        raise DataError(f"{name} must be above 0, not {value!r}")
    return value


def _pmf(p: Pmf) -> Vector:
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or values.size == 0:
        raise DataError("a distribution is a vector of at least one probability")
    if not np.all(values >= 0):
        raise DataError("a probability is negative or not a number")
    total = math.fsum(values)
    if not abs(total - 1) <= SUM_TOLERANCE:
        raise DataError(f"probabilities sum to {total:.10g}, not to 1")
    return values


def _pair(p: Pmf, q: Pmf) -> tuple[Vector, Vector]:
    truth, belief = _pmf(p), _pmf(q)
    if truth.shape != belief.shape:
        raise DataError(f"P has {truth.size} tokens and Q has {belief.size}: they need the same alphabet")
    return truth, belief


def _expected(truth: Vector, belief: Vector) -> float:
    """-Σ p log2 q over the tokens that occur, in bits."""
    occurs = truth > 0
    truth, belief = truth[occurs], belief[occurs]
    if np.any(belief == 0):
        return math.inf
    return math.fsum(truth * (0.0 - np.log2(belief))) + 0.0


def _integrate(f: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """∫ f over [low, high]: Gauss-Legendre panels, halved where two rules disagree."""
    if not low < high:
        raise DataError(f"the bounds [{low!r}, {high!r}] hold no interval")
    if math.isinf(low) or math.isinf(high):
        # x = t/(1-t²) folds the whole line into (-1, 1).
        def folded(t: float) -> float:
            shrink = 1 - t * t
            value = f(t / shrink)
            return value * (1 + t * t) / shrink**2 if value else 0.0

        return _integrate(folded, _fold(low), _fold(high), tolerance)
    coarse_rule, fine_rule = np.polynomial.legendre.leggauss(7), np.polynomial.legendre.leggauss(15)

    def panel(rule: tuple[Vector, Vector], a: float, b: float) -> float:
        middle, half = (a + b) / 2, (b - a) / 2
        return half * math.fsum(w * f(middle + half * x) for x, w in zip(*rule, strict=True))

    # 64 panels to begin with, so that a narrow peak is not stepped over.
    edges = np.linspace(low, high, 65)
    waiting = [(float(a), float(b), 0) for a, b in zip(edges[:-1], edges[1:], strict=True)]
    parts: list[float] = []
    while waiting:
        a, b, depth = waiting.pop()
        fine = panel(fine_rule, a, b)
        if depth == 40 or abs(fine - panel(coarse_rule, a, b)) <= tolerance * max((b - a) / (high - low), 1e-6):
            parts.append(fine)
        else:
            middle = (a + b) / 2
            waiting += [(a, middle, depth + 1), (middle, b, depth + 1)]
    return math.fsum(parts)


def _fold(x: float) -> float:
    """The t in [-1, 1] with t/(1-t²) = x."""
    if math.isinf(x):
        return math.copysign(1.0, x)
    return 2 * x / (1 + math.sqrt(1 + 4 * x * x))

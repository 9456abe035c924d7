"""Information, measured: surprise and its averages.

Surprise is -log p: 1 bit for a fair coin's side, 0 for what was certain, infinite
for what was impossible.  Its mean is the entropy H(P), the floor of every code whose
messages can be told apart by their bits; its
mean under a belief Q is the cross-entropy H(P, Q), the cost of a code built from Q;
the difference is the divergence D(P||Q), the price of being wrong.

Units are bits; `base=math.e` gives nats, any base above 1 its own unit.  Every
function refuses a vector that does not sum to 1 within 1e-9 (1e-6 for float32, 1e-3
for float16, which keep no more of a softmax; the result is then as near as the sum):
rounded probabilities are a different question, and the caller says how to settle it.
Zeros are exact: 0·log 0 = 0, while p > 0 with q = 0 costs +inf, and says so.

Next: `continuous` (densities).  Source: C. E. Shannon 1948,
sec. 6; T. Cover and J. Thomas, Elements of Information Theory (2006), ch. 2 and 8.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from compress.errors import DataError

__all__ = [
    "ROUNDING",
    "SUM_TOLERANCE",
    "bits_per_unit",
    "cross_entropy",
    "entropy",
    "js_divergence",
    "kl_divergence",
    "mean",
    "perplexity",
    "surprise",
    "varentropy",
    "variance",
]

Pmf = npt.ArrayLike
Vector = npt.NDArray[np.float64]

# How far a sum of probabilities in floats may be from 1.
SUM_TOLERANCE = 1e-9
# A mean over many rounded terms may miss by this much, bits/token.
ROUNDING = 1e-9
# What a softmax of many classes is off by in fewer digits.
_ROUGH_TOLERANCE = {np.dtype(np.float32): 1e-6, np.dtype(np.float16): 1e-3}


def surprise(p: Pmf, *, base: float = 2) -> Vector:
    """-log p of each probability, in bits: 0 if p = 1, +inf if p = 0.

    p: any shape, each entry in [0, 1]. Raises ValueError otherwise. Shannon 1948, sec. 6.

    >>> surprise([0.5, 0.25, 1, 0]).tolist()
    [1.0, 2.0, 0.0, inf]
    """
    values = np.asarray(p, dtype=np.float64)
    if not np.all((values >= 0) & (values <= 1)):
        raise DataError("a probability lies outside [0, 1]")
    bits = np.full(values.shape, math.inf)
    np.log2(values, out=bits, where=values > 0)
    # Where p > 0: -log2 p, written as 0 - x so that certainty costs 0 and not -0.
    bits = np.where(values > 0, 0.0 - bits, math.inf)
    return bits / bits_per_unit(base)


def entropy(p: Pmf, *, base: float = 2) -> float:
    """H(P) = -Σ p log p, in bits/token: the mean surprise under P, and the floor of uniquely decodable codes for P.

    p: shape (K,), summing to 1; 0·log 0 = 0. 0 <= H <= log K.
    Raises ValueError if p is not a distribution. Cover & Thomas, sec. 2.1.

    >>> entropy([0.5, 0.25, 0.25])
    1.5
    """
    return _expected(*_pair(p, p)) / bits_per_unit(base)


def cross_entropy(p: Pmf, q: Pmf, *, base: float = 2) -> float:
    """H(P, Q) = -Σ p log q, in bits/token: the mean surprise if you believe Q and P is true.

    It is inf if some p > 0 has q = 0. H(P, Q) = H(P) + D(P||Q).
    p, q: shape (K,), each summing to 1. Raises ValueError if they do not, or if the shapes differ.
    Cover & Thomas, sec. 2.3, 5.4.

    >>> cross_entropy([0.5, 0.25, 0.25], [0.25, 0.25, 0.5])
    1.75
    """
    return _expected(*_pair(p, q)) / bits_per_unit(base)


def kl_divergence(p: Pmf, q: Pmf, *, difference: npt.ArrayLike | None = None, base: float = 2) -> float:
    """D(P||Q) = Σ p log(p/q), in bits/token: what it costs to believe Q if P is true.

    It is never negative, 0 only if Q = P, not symmetric, and inf if some p > 0 has q = 0.
    Near 0 the terms of this sum are large beside the sum and of both signs. So the sum that is computed is Σ q·g((p -
    q)/q) with g(t) = (1+t)·ln(1+t) - t >= 0, which is equal because Σ (p - q) = 0.
    p, q: shape (K,), each summing to 1. difference: p - q, if you know it better than from the rounded p and q.
    Raises ValueError if they are not distributions. Cover & Thomas, sec. 2.3.

    >>> kl_divergence([1, 0], [0.25, 0.75]), kl_divergence([0.5, 0.5], [1, 0])
    (2.0, inf)
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
    return math.fsum(terms) / math.log(2) / bits_per_unit(base)


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

    >>> perplexity([0.25, 0.25, 0.25, 0.25])
    4.0
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

    >>> varentropy([0.5, 0.25, 0.25])
    0.25
    """
    truth, belief = _pair(p, p if q is None else q)
    if math.isinf(_expected(truth, belief)):
        return math.nan
    return variance(truth, surprise(np.minimum(belief, 1))) / bits_per_unit(base) ** 2


def js_divergence(p: Pmf, q: Pmf, *, base: float = 2) -> float:
    """JS(P, Q) = D(P||M)/2 + D(Q||M)/2 with M = (P + Q)/2, in bits: symmetric, between 0 and 1 bit.

    The bits that one draw tells about which of the two it came from.
    p, q: shape (K,).  Raises ValueError if they are not distributions.  J. Lin 1991, sec. IV.

    >>> js_divergence([1, 0], [0, 1])
    1.0
    """
    first, second = _pair(p, q)
    middle = (first + second) / 2
    bits = (kl_divergence(first, middle) + kl_divergence(second, middle)) / 2
    # Never above 1 bit; rounding may leave an ulp.
    return min(bits, 1.0) / bits_per_unit(base)


def mean(p: npt.ArrayLike, values: npt.ArrayLike) -> float:
    """E_P[x] = Σ p·x, summed without further rounding; what P never draws does not count, so 0·∞ = 0.

    p, values: shape (K,).  inf where some p > 0 has an infinite value.

    >>> mean([0.5, 0.5, 0], [1, 3, math.inf])
    2.0
    """
    chances, x = np.asarray(p, dtype=np.float64), np.asarray(values, dtype=np.float64)
    occurs = chances > 0
    return math.fsum(chances[occurs] * x[occurs])


def variance(p: npt.ArrayLike, values: npt.ArrayLike) -> float:
    """Var_P[x] = Σ p·(x - E_P[x])², centred before it is squared.  p, values: shape (K,), finite where p > 0.

    >>> variance([0.5, 0.5], [1, 3])
    1.0
    """
    chances, x = np.asarray(p, dtype=np.float64), np.asarray(values, dtype=np.float64)
    occurs = chances > 0
    return mean(chances[occurs], (x[occurs] - mean(chances, x)) ** 2)


def bits_per_unit(base: float) -> float:
    """log2(base): how many bits the unit of logarithms to that base is.  Raises ValueError for a base of 1 or less.

    >>> bits_per_unit(4)
    2.0
    """
    if not base > 1:
        raise ValueError(f"base must be above 1, not {base!r}")
    return math.log2(base)


def _pmf(p: Pmf) -> Vector:
    given = np.asarray(p)
    values = given.astype(np.float64)
    if values.ndim != 1 or values.size == 0:
        raise DataError("a distribution is a vector of at least one probability")
    if not np.all(values >= 0):
        raise DataError("a probability is negative or not a number")
    total = math.fsum(values)
    if not abs(total - 1) <= _ROUGH_TOLERANCE.get(given.dtype, SUM_TOLERANCE):
        raise DataError(
            f"probabilities sum to {total:.10g}, not to 1; if they are only rounded, divide them by their sum"
        )
    return values


def _pair(p: Pmf, q: Pmf) -> tuple[Vector, Vector]:
    truth, belief = _pmf(p), _pmf(q)
    if truth.shape != belief.shape:
        raise DataError(f"P has {truth.size} tokens and Q has {belief.size}: they need the same alphabet")
    return truth, belief


def _expected(truth: Vector, belief: Vector) -> float:
    """-Σ p log2 q over the tokens that occur, in bits."""
    occurs = truth > 0
    if np.any(belief[occurs] == 0):
        return math.inf
    # Not -log2, which would call certainty -0.
    return mean(truth[occurs], 0.0 - np.log2(belief[occurs]))

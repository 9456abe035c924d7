"""The named families of distributions: from parameters to tokens and integer weights.

Each family is a function named as it is in a spec (`zipf:k=1000,s=1.1`), with the
parameters of that spec.  It returns tokens and integer weights; a token's
probability is its weight over their sum, so that every distribution sums to 1
exactly.  bernoulli, uniform, dice and binomials of moderate size are exact.  The others
are computed in decimal arithmetic to 50 digits, and each weight keeps 30 of its own: no
machine's floating point takes part, so the same spec is the same distribution everywhere.

geometric, poisson, normal, and zipf without k have endlessly many tokens.  They are cut
where the tail is below 2^-40, and `Endless` remembers what was cut off: beside another
distribution that knows more tokens, it gives those their weights too.

Source of the formulas: any table of distributions, e.g. N. Johnson, S. Kotz and
A. Kemp, Univariate Discrete Distributions (1992); F. Benford 1938.

Next: `named` (what a user may write).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from decimal import Decimal
from fractions import Fraction

from compress.errors import SpecError
from compress.probability.decimals import (
    LEAST_RATIO,
    decimal,
    half_erf,
    integers,
    normal_tail,
    plain,
    shrunk,
    without_dust,
)

__all__ = ["DUST_SDS", "FAMILIES", "MAX_TOKENS", "MOST", "Weighted", "at_most", "cells", "require"]

Weighted = tuple[list[str], list[int]]

# The largest alphabet that a distribution may have.
MAX_TOKENS = 2**20
MOST = ContextVar("MOST", default=MAX_TOKENS)

# Beyond this many standard deviations a normal's tail has few terms, and its half is all but 1/2.
_FAR = 6
# Further out a cell's mass is below 10^-307.
DUST_SDS = 38
# Binomials are exact as long as their weights together have fewer bits than this.
_EXACT_WORK = 10**6
_NEGLIGIBLE = Decimal(2) ** -40


@contextlib.contextmanager
def at_most(tokens: int) -> Iterator[None]:
    """Within this, a family that would have more tokens raises SpecError: a large one before it is computed.

    >>> from compress.probability.named import make
    >>> with at_most(1_000):
    ...     make("zipf", "k=1001")
    Traceback (most recent call last):
    compress.errors.SpecError: zipf:k=1001: k must be a whole number from 1 to 1000
    """
    before = MOST.set(tokens)
    try:
        yield
    finally:
        MOST.reset(before)


def bernoulli(p: Fraction) -> Weighted:
    """One biased coin: 1 with probability p, 0 otherwise."""
    require(0 <= p <= 1, "p must lie in [0, 1]")
    return ["1", "0"], [p.numerator, p.denominator - p.numerator]


def uniform(k: Fraction) -> Weighted:
    """Tokens 1..k, equally likely."""
    size = _count(k, "k", 1)
    return _numbers(1, size), [1] * size


def dice(n: Fraction) -> Weighted:
    """The sum of n fair dice, n..6n: an exact convolution."""
    number = _count(n, "n", 1, most=200)
    ways = [1]
    for _ in range(number):
        longer = [0] * (len(ways) + 5)
        for total, count in enumerate(ways):
            for face in range(6):
                longer[total + face] += count
        ways = longer
    return _numbers(number, len(ways)), ways


def binomial(n: Fraction, p: Fraction) -> Weighted:
    """The heads among n flips of a coin with probability p: C(n, k) p^k (1-p)^(n-k)."""
    flips = _count(n, "n", 0, most=5_000)
    require(0 <= p <= 1, "p must lie in [0, 1]")
    heads, tails = p.numerator, p.denominator - p.numerator
    tokens = _numbers(0, flips + 1)
    if not heads or not tails or flips**2 * p.denominator.bit_length() <= _EXACT_WORK:
        weights = [math.comb(flips, k) * heads**k * tails ** (flips - k) for k in range(flips + 1)]
        # What is less probable than 10^-307 is 0, and the others share its mass.
        least = sum(weights) // LEAST_RATIO
        return tokens, [weight if weight > least else 0 for weight in weights]
    # Too long to write out: each from the one before, to 50 digits.
    ratio, terms = decimal(Fraction(heads, tails)), [Decimal(1)]
    for k in range(flips):
        terms.append(terms[-1] * ratio * (flips - k) / (k + 1))
    return tokens, integers(without_dust(terms))


def benford() -> Weighted:
    """The first digits of numbers met in the wild: log10(1 + 1/d)."""
    return _numbers(1, 9), integers((1 + 1 / Decimal(d)).log10() for d in range(1, 10))


def zipf(k: Fraction | None = None, s: Fraction = Fraction(1)) -> Weighted:
    """Tokens 1..k with weight 1/rank^s; without k, as many as leave less than 2^-40 of all ranks."""
    require(0 <= s <= 64, "s must lie in [0, 64]")
    exponent = -decimal(s)
    size = _zipf_ranks(s) if k is None else _count(k, "k", 1)
    # rank^-s is multiplicative: only the small primes need a logarithm, and the large ones the rank before them.
    weights = [Decimal(0), *[Decimal(1)] * size]
    smallest_factor = list(range(size + 1))
    for rank in range(2, size + 1):
        factor = smallest_factor[rank]
        if factor == rank:
            is_small = rank < _FEW_TERMS
            weights[rank] = (exponent * Decimal(rank).ln()).exp() if is_small else weights[rank - 1] * shrunk(rank, s)
            for multiple in range(rank * rank, size + 1, rank):
                if smallest_factor[multiple] == multiple:
                    smallest_factor[multiple] = rank
        else:
            weights[rank] = weights[factor] * weights[rank // factor]
    return _numbers(1, size), integers(weights[1:])


# Of a prime beyond this a series of some 10 to 25 terms is quicker than a logarithm.
_FEW_TERMS = 1024


def _zipf_ranks(s: Fraction) -> int:
    """The least k whose tail Σ_{i>k} i^-s < k^(1-s)/(s-1) is surely below 2^-40."""
    steep = decimal(s) - 1
    require(steep > 0, "without k, s must be above 1: the ranks have no finite sum otherwise")
    ranks = (-(_NEGLIGIBLE * steep).ln() / steep).exp()
    most = MOST.get()
    require(ranks < most, f"s is so small that it needs more than {most} ranks; give k")
    return max(int(ranks) + 1, 1)


def geometric(p: Fraction, k: Fraction | None = None) -> Weighted:
    """0, 1, 2, ... failures before a success, (1-p)^i p: the first k, or as many as leave less than 2^-40."""
    require(0 < p <= 1, "p must lie in (0, 1]")
    ratio = decimal(1 - p)
    size = None if k is None else _count(k, "k", 1)
    weights: list[Decimal] = []
    tail = Decimal(1)
    most = MOST.get()
    while len(weights) < size if size is not None else tail >= _NEGLIGIBLE:
        require(len(weights) < most, f"p is so small that it needs more than {most} tokens; give k")
        weights.append(tail)
        tail *= ratio
    return _numbers(0, len(weights)), integers(without_dust(weights))


def poisson(mean: Fraction, k: Fraction | None = None) -> Weighted:
    """0, 1, 2, ... events, mean^i e^-mean / i!: the first k, or as many as leave less than 2^-40."""
    require(0 < mean <= 10_000, "the mean must lie in (0, 10000]")
    rate = decimal(mean)
    size = None if k is None else _count(k, "k", 1)
    everything = rate.exp()
    weights: list[Decimal] = []
    weight, tail = Decimal(1), everything
    while len(weights) < size if size is not None else tail >= _NEGLIGIBLE * everything:
        weights.append(weight)
        tail -= weight
        weight *= rate / len(weights)
    return _numbers(0, len(weights)), integers(without_dust(weights))


def normal(mean: Fraction = Fraction(0), sd: Fraction = Fraction(1), step: Fraction = Fraction(1, 10)) -> Weighted:
    """A normal cut into cells of width step over mean +- 8 sd; a token is its cell's middle."""
    require(sd > 0 and step > 0, "sd and step must be above 0")
    reach = math.ceil(8 * sd / step)
    most = min(MOST.get(), 100_000)
    require(2 * reach + 1 <= most, f"step is too small for sd: it makes over {most:,} cells")
    require(abs(mean) <= 10**30 * step, "mean is too large for step")
    # Cell i spans (i - 1/2, i + 1/2)·step; half the cells suffice, the others mirror them.
    masses = cells(reach, decimal(step / sd))
    tokens = [plain(mean + i * step) for i in range(-reach, reach + 1)]
    return tokens, integers(masses[:0:-1] + masses)


def cells(reach: int, width: Decimal) -> list[Decimal]:
    """The mass of a standard normal in each cell of that width, from the middle one outwards.

    >>> [round(float(mass), 4) for mass in cells(1, Decimal(1))]
    [0.3829, 0.2417]
    """
    edges = [(i + Decimal("0.5")) * width for i in range(reach + 1)]
    near = [edge for edge in edges if edge <= _FAR]
    below = [half_erf(edge) for edge in near]
    masses = [2 * below[0]] if near else [1 - 2 * normal_tail(edges[0])]
    masses += [upper - lower for lower, upper in zip(below, below[1:], strict=False)]
    # Far out the halves are all but equal, and differences of tails keep the digits.
    beyond = [normal_tail(edge) for edge in edges[max(len(near) - 1, 0) :]]
    return masses + [upper - lower for upper, lower in zip(beyond, beyond[1:], strict=False)]


FAMILIES: dict[str, Callable[..., Weighted]] = {
    family.__name__: family
    for family in (bernoulli, uniform, dice, binomial, benford, zipf, geometric, poisson, normal)
}


def require(condition: bool, message: str) -> None:
    """Raise SpecError with this message unless the condition holds.

    >>> require(1 < 2, "a family needs more")
    """
    if not condition:
        raise SpecError(message)


def _count(value: Fraction, name: str, least: int, most: int | None = None) -> int:
    most = most or MOST.get()
    require(
        value.denominator == 1 and least <= value <= most,
        f"{name} must be a whole number from {least} to {most}",
    )
    return value.numerator


def _numbers(first: int, size: int) -> list[str]:
    return [str(number) for number in range(first, first + size)]

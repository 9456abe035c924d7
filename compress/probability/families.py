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

Next: `distribution` (probabilities of tokens).
"""

from __future__ import annotations

import contextlib
import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from compress.errors import SpecError, echoed
from compress.notation import exact_number, numbers, usage
from compress.probability.decimals import (
    LEAST_RATIO,
    PRECISION,
    decimal,
    half_erf,
    integers,
    normal_tail,
    plain,
    without_dust,
)

__all__ = ["FAMILIES", "MAX_TOKENS", "Endless", "Weighted", "at_most", "make"]

Weighted = tuple[list[str], list[int]]

# The largest alphabet that a distribution may have.
MAX_TOKENS = 2**20
_most = ContextVar("_most", default=MAX_TOKENS)

# Beyond this many standard deviations a normal's tail has few terms, and its half is all but 1/2.
_FAR = 6
# Further out a cell's mass is below 10^-307.
_DUST_SDS = 38
# Binomials are exact as long as their weights together have fewer bits than this.
_EXACT_WORK = 10**6
_NEGLIGIBLE = Decimal(2) ** -40


@contextlib.contextmanager
def at_most(tokens: int) -> Iterator[None]:
    """Within this, a family that would have more tokens raises SpecError: a large one before it is computed.

    >>> with at_most(1_000):
    ...     make("zipf", "k=1001")
    Traceback (most recent call last):
    compress.errors.SpecError: zipf:k=1001: k must be a whole number from 1 to 1000
    """
    before = _most.set(tokens)
    try:
        yield
    finally:
        _most.reset(before)


def bernoulli(p: Fraction) -> Weighted:
    """One biased coin: 1 with probability p, 0 otherwise."""
    _require(0 <= p <= 1, "p must lie in [0, 1]")
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
    _require(0 <= p <= 1, "p must lie in [0, 1]")
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
    _require(0 <= s <= 64, "s must lie in [0, 64]")
    exponent = -decimal(s)
    size = _zipf_ranks(s) if k is None else _count(k, "k", 1)
    # rank^-s is multiplicative, so only the primes need a logarithm.
    weights = [Decimal(0), *[Decimal(1)] * size]
    smallest_factor = list(range(size + 1))
    for rank in range(2, size + 1):
        factor = smallest_factor[rank]
        if factor == rank:
            weights[rank] = (exponent * Decimal(rank).ln()).exp()
            for multiple in range(rank * rank, size + 1, rank):
                if smallest_factor[multiple] == multiple:
                    smallest_factor[multiple] = rank
        else:
            weights[rank] = weights[factor] * weights[rank // factor]
    return _numbers(1, size), integers(weights[1:])


def _zipf_ranks(s: Fraction) -> int:
    """The least k whose tail Σ_{i>k} i^-s < k^(1-s)/(s-1) is surely below 2^-40."""
    steep = decimal(s) - 1
    _require(steep > 0, "without k, s must be above 1: the ranks have no finite sum otherwise")
    ranks = (-(_NEGLIGIBLE * steep).ln() / steep).exp()
    most = _most.get()
    _require(ranks < most, f"s is so small that it needs more than {most} ranks; give k")
    return max(int(ranks) + 1, 1)


def geometric(p: Fraction, k: Fraction | None = None) -> Weighted:
    """0, 1, 2, ... failures before a success, (1-p)^i p: the first k, or as many as leave less than 2^-40."""
    _require(0 < p <= 1, "p must lie in (0, 1]")
    ratio = decimal(1 - p)
    size = None if k is None else _count(k, "k", 1)
    weights: list[Decimal] = []
    tail = Decimal(1)
    most = _most.get()
    while len(weights) < size if size is not None else tail >= _NEGLIGIBLE:
        _require(len(weights) < most, f"p is so small that it needs more than {most} tokens; give k")
        weights.append(tail)
        tail *= ratio
    return _numbers(0, len(weights)), integers(without_dust(weights))


def poisson(mean: Fraction, k: Fraction | None = None) -> Weighted:
    """0, 1, 2, ... events, mean^i e^-mean / i!: the first k, or as many as leave less than 2^-40."""
    _require(0 < mean <= 10_000, "the mean must lie in (0, 10000]")
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
    _require(sd > 0 and step > 0, "sd and step must be above 0")
    reach = math.ceil(8 * sd / step)
    most = min(_most.get(), 100_000)
    _require(2 * reach + 1 <= most, f"step is too small beside sd: over {most:,} cells")
    _require(abs(mean) <= 10**30 * step, "mean is too large beside step")
    # Cell i spans (i - 1/2, i + 1/2)·step; half the cells suffice, the others mirror them.
    masses = _cells(reach, decimal(step / sd))
    tokens = [plain(mean + i * step) for i in range(-reach, reach + 1)]
    return tokens, integers(masses[:0:-1] + masses)


def _cells(reach: int, width: Decimal) -> list[Decimal]:
    """The mass of a standard normal in each cell of that width, from the middle one outwards."""
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


@dataclass(frozen=True)
class Endless:
    """A family of infinite support with its parameters: the weights of tokens beyond the cut."""

    name: str
    parameters: Mapping[str, Fraction]

    def reaching(self, tokens: Iterable[str]) -> Weighted:
        """The family cut so far out that it holds all of these tokens that are its own.

        What is less probable than 10^-307 has weight 0.
        """
        places = [place for token in tokens if (place := self._place(token)) is not None]
        with localcontext(PRECISION):
            if self.name == "normal":
                mean, sd, step = (self.parameters[key] for key in ("mean", "sd", "step"))
                reach = min(max(places, default=0), math.ceil(_DUST_SDS * sd / step))
                _require(2 * reach + 1 <= _most.get(), f"over {_most.get():,} cells")
                masses = _cells(reach, decimal(step / sd))
                names = [plain(mean + i * step) for i in range(-reach, reach + 1)]
                return names, integers(without_dust(masses[:0:-1] + masses))
            first = 1 if self.name == "zipf" else 0
            size = min(max(places, default=first) - first + 1, MAX_TOKENS)
            return FAMILIES[self.name](**self.parameters, k=Fraction(size))

    def has(self, token: str) -> bool:
        """Whether the family gives the token a probability above 0, however small."""
        return self._place(token) is not None

    def _place(self, token: str) -> int | None:
        """How far out a token lies: its number, or its cell from the middle one; None for none of the family's."""
        try:
            value = exact_number(token)
        except SpecError:
            return None
        if self.name == "normal":
            value = (value - self.parameters["mean"]) / self.parameters["step"]
        elif value < (self.name == "zipf"):
            return None
        return abs(value.numerator) if value.denominator == 1 else None


def make(name: str, arguments: str) -> tuple[Weighted, Endless | None]:
    """Tokens and weights of a family from its spec, `name:arguments`, e.g. ("zipf", "k=1000,s=1.1").

    Arguments are numbers, named or in the order of the family's parameters.  The second result is there
    for a family of infinite support that was cut.
    Raises SpecError for a missing, unknown or impossible one.

    >>> (tokens, weights), _ = make("dice", "2")
    >>> tokens[:3], weights[:3]
    (['2', '3', '4'], [1, 2, 3])
    """
    family = FAMILIES[name]
    parameters = list(inspect.signature(family).parameters)
    given = numbers(f"{name}:{arguments}" if arguments else name, parameters)
    missing = [
        parameter.name
        for parameter in inspect.signature(family).parameters.values()
        if parameter.default is inspect.Parameter.empty and parameter.name not in given
    ]
    if missing:
        raise SpecError(f"{name} needs {' and '.join(missing)}; it is written {usage(name, parameters)}")
    with localcontext(PRECISION):
        try:
            weighted = family(**given)
            _require(len(weighted[0]) <= _most.get(), f"it has more than {_most.get()} tokens")
        except SpecError as error:
            raise SpecError(f"{echoed(f'{name}:{arguments}' if arguments else name)}: {error}") from None
    if name not in ("geometric", "poisson", "normal", "zipf") or "k" in given:
        return weighted, None
    defaults = {
        parameter.name: parameter.default
        for parameter in inspect.signature(family).parameters.values()
        if isinstance(parameter.default, Fraction)
    }
    return weighted, Endless(name, {**defaults, **given})


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise SpecError(message)


def _count(value: Fraction, name: str, least: int, most: int | None = None) -> int:
    most = most or _most.get()
    _require(
        value.denominator == 1 and least <= value <= most,
        f"{name} must be a whole number from {least} to {most}",
    )
    return value.numerator


def _numbers(first: int, size: int) -> list[str]:
    return [str(number) for number in range(first, first + size)]

"""Decimal arithmetic for the families: the same digits on every machine.

Next: `probability.families` (distributions that have a name).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Context, Decimal
from fractions import Fraction

__all__ = [
    "LEAST_RATIO",
    "PRECISION",
    "decimal",
    "half_erf",
    "integers",
    "normal_tail",
    "plain",
    "shrunk",
    "without_dust",
]

# Probabilities are 0 or at least 10^-307: below that a float may be 0, and a surprise would seem infinite.
LEAST_RATIO = 10**307

PRECISION = Context(prec=50, rounding=ROUND_FLOOR)
# Beside 1 this is beyond the last digit.
_NOTHING = Decimal(10) ** -PRECISION.prec
_SCALE = 10**36
_LEAST_SCALE = 10**30
_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")


def decimal(value: Fraction) -> Decimal:
    """The nearest decimal of the precision in force.

    >>> decimal(Fraction(1, 8))
    Decimal('0.125')
    """
    return Decimal(value.numerator) / Decimal(value.denominator)


def plain(value: Fraction) -> str:
    """A number as a token: without an exponent, without zeros at its end.

    >>> plain(Fraction(-3, 20)), plain(Fraction(100))
    ('-0.15', '100')
    """
    return format(decimal(value).normalize(), "f") if value else "0"


def integers(weights: Iterable[Decimal]) -> list[int]:
    """Scale the weights so that the largest has 36 digits or more and the least 30, and cut the rest off.

    >>> [weight // 10**35 for weight in integers([Decimal(1), Decimal(4)])]
    [2, 10]
    """
    known = list(weights)
    unit = max(_SCALE / max(known), _LEAST_SCALE / min(weight for weight in known if weight))
    return [int(weight * unit) for weight in known]


def without_dust(weights: Iterable[Decimal]) -> list[Decimal]:
    """The weights, those below 10^-307 of all set to 0.

    >>> without_dust([Decimal(1), Decimal("1e-400")])
    [Decimal('1'), Decimal('0')]
    """
    known = list(weights)
    least = sum(known) / LEAST_RATIO
    return [weight if weight > least else Decimal(0) for weight in known]


def shrunk(rank: int, s: Fraction) -> Decimal:
    """(1 - 1/rank)^s, by the binomial series: rank^-s is as many times (rank - 1)^-s.

    >>> shrunk(5, Fraction(2))
    Decimal('0.64')
    """
    power, total, term, n = decimal(s), Decimal(1), Decimal(1), 0
    while abs(term) > _NOTHING:
        term *= (n - power) / ((n + 1) * rank)
        total += term
        n += 1
    return total


def half_erf(z: Decimal) -> Decimal:
    """The mass of a standard normal between 0 and z, by its power series.

    Φ(z) - 1/2 = φ(z)·(z + z³/3 + z⁵/(3·5) + ...), all terms positive.

    >>> round(half_erf(Decimal("1.96")), 4)
    Decimal('0.4750')
    """
    term = total = z
    odd = 1
    while term > total * Decimal("1e-48"):
        odd += 2
        term *= z * z / odd
        total += term
    return total * (-z * z / 2).exp() / (2 * _PI).sqrt()


def normal_tail(z: Decimal) -> Decimal:
    """The mass of a standard normal beyond z > 0, by Laplace's continued fraction: φ(z)/(z + 1/(z + 2/(z + ...))).

    >>> round(normal_tail(Decimal("1.96")), 4)
    Decimal('0.0250')
    """
    # The error falls like exp(-z·sqrt(8·terms)).
    fraction = z
    for k in range(int(2000 / (z * z)) + 20, 0, -1):
        fraction = z + k / fraction
    return (-z * z / 2).exp() / (2 * _PI).sqrt() / fraction

"""Numbers of all kinds as exact fractions, and fractions as whole weights.

Next: `distribution` (tokens with weights).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Rational

import numpy as np

from compress.errors import DataError, quoted

__all__ = ["Number", "exact_of", "near_one", "reduced", "whole"]


Number = int | float | Fraction | Decimal


def near_one(total: Fraction) -> str:
    """A total in words that tell it from 1.

    >>> near_one(Fraction(2)), near_one(1 + Fraction(1, 10**12))
    ('2', '1+1e-12')
    """
    shown = f"{float(total):.10g}"
    return shown if shown != "1" else f"1{float(total - 1):+.3g}"


def exact_of(token: str, number: Number) -> Fraction:
    """A token's weight as it is meant, exactly.  Raises DataError, naming the token, for what is no number to use.

    >>> exact_of("a", 0.5), exact_of("a", Decimal("0.1"))
    (Fraction(1, 2), Fraction(1, 10))
    """
    if isinstance(number, float | np.floating) and not math.isfinite(number):
        raise DataError(f"token {quoted(token)} has weight {number}, which is infinite or not a number")
    if not isinstance(number, Rational | float | Decimal | np.integer | np.floating):
        raise DataError(f"token {quoted(token)} has weight {number!r}, which is not a number")
    if isinstance(number, Decimal) and number.is_finite() and abs(number.adjusted()) > 300:
        raise DataError(f"token {quoted(token)} has weight {number}, which is not a number of sensible size")
    try:
        return Fraction(number if isinstance(number, Rational | Decimal) else float(number))
    except (ValueError, OverflowError):
        raise DataError(f"token {quoted(token)} has weight {number}, which is infinite or not a number") from None


def whole(pairs: list[tuple[str, Number]]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Weights brought to their least common denominator: the tokens, and a whole number for each.

    >>> whole([("a", 0.5), ("b", 0.25)])
    (('a', 'b'), (2, 1))
    """
    exact = [exact_of(token, number) for token, number in pairs]
    denominator = math.lcm(*(value.denominator for value in exact))
    numerators = [value.numerator * (denominator // value.denominator) for value in exact]
    return reduced([token for token, _ in pairs], numerators)


def reduced(tokens: Iterable[str], weights: Sequence[int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The least whole numbers of these proportions.

    >>> reduced(["a", "b"], [6, 4])
    (('a', 'b'), (3, 2))
    """
    divisor = math.gcd(*weights) or 1
    return tuple(tokens), tuple(weight // divisor for weight in weights)

"""Words with ranges in them: one text that stands for many.

    bernoulli:{0.5..0.9:5}       bernoulli:0.5   bernoulli:0.6   ...   bernoulli:0.9     evenly spread
    zipf:{1..1000:4:log},1.1     zipf:1,1.1   zipf:10,1.1   zipf:100,1.1   zipf:1000,1.1 by equal factors
    block:{1..8}                 block:1   block:2   ...   block:8                       each whole number
    rice:{0,2,5}                 rice:0   rice:2   rice:5                                these

Where a text has several, each value of one goes with each value of the others.

Next: `grid` (every P with every Q, coder and number of tokens).
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from fractions import Fraction

from compress.errors import SpecError, quoted
from compress.notation import count, exact_number

__all__ = ["Setting", "counts_of", "settings"]

# Of one range: more are a mistyped number.
_MOST = 100_000
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Setting:
    """A text, and the numbers that were put into its places.

    >>> settings("rice:{0,2}")[1]
    Setting(text='rice:2', values=(2.0,))
    """

    text: str
    values: tuple[float, ...] = ()


def settings(words: str) -> list[Setting]:
    """Each text that the words stand for; the last range turns the fastest.  Raises SpecError.

    >>> [one.text for one in settings("bernoulli:{0.5..0.9:5}")]
    ['bernoulli:0.5', 'bernoulli:0.6', 'bernoulli:0.7', 'bernoulli:0.8', 'bernoulli:0.9']
    >>> settings("kt")
    [Setting(text='kt', values=())]
    """
    parts = _BRACES.split(words)
    if any("{" in part or "}" in part for part in parts[::2]):
        raise SpecError(f"{quoted(words)} has a brace without its other half; a range is written {{0.5..0.9:5}}")
    fixed, ranges = parts[::2], [_texts(part, words) for part in parts[1::2]]
    if (many := math.prod(map(len, ranges))) > _MOST:
        raise SpecError(f"{quoted(words)} stands for {many:,} texts; {_MOST:,} are the most")
    made = []
    for chosen in itertools.product(*ranges):
        text = "".join(itertools.chain.from_iterable(zip(fixed, (*chosen, ""), strict=True)))
        made.append(Setting(text, tuple(float(exact_number(each)) for each in chosen)))
    return made


def counts_of(words: str) -> list[int]:
    """The whole numbers that the words stand for: 100,1000 or 1e2..1e6:5, by equal factors.  Raises SpecError.

    >>> counts_of("7,1e2..1e6:5")
    [7, 100, 1000, 10000, 100000, 1000000]
    >>> counts_of("10..1000:5")
    [10, 32, 100, 316, 1000]
    """
    found: list[int] = []
    for part in words.split(","):
        if ".." in part:
            low, high, many = _range(part, words)
            if many is None:
                raise SpecError(f"{quoted(words)} does not say how many; write 1e2..1e6:5")
            found += [round(each) for each in _by_factors(Fraction(count(low)), Fraction(count(high)), many, words)]
        else:
            found.append(count(part))
    # Of small numbers some are rounded to the same.
    return list(dict.fromkeys(found))


def _texts(inside: str, words: str) -> list[str]:
    """The numbers of one pair of braces, as they are written into the text."""
    if ".." not in inside:
        return [_number(each, words) for each in inside.split(",")]
    by_factors = inside.endswith(":log")
    low, high, many = _range(inside.removesuffix(":log"), words)
    first, last = exact_number(low), exact_number(high)
    if many is None:
        if by_factors or first.denominator != 1 or last.denominator != 1:
            raise SpecError(f"{quoted(words)} does not say how many; write {{{low}..{high}:5}}")
        many = int(abs(last - first)) + 1
        if many > _MOST:
            raise SpecError(f"{quoted(words)} asks for {many:,} values; a range has {_MOST:,} at most")
    if many == 1:
        return [_written(first)]
    if by_factors:
        return [_written(each) for each in _by_factors(first, last, many, words)]
    return [_written(first + (last - first) * step / (many - 1)) for step in range(many)]


def _range(part: str, words: str) -> tuple[str, str, int | None]:
    """LOW..HIGH:MANY; None where it does not say how many."""
    ends, colon, text = part.partition(":")
    low, _, high = ends.partition("..")
    many = count(text) if colon else None
    if many is not None and not 2 <= many <= _MOST:
        raise SpecError(f"{quoted(words)} asks for {many:,} values; a range has 2 to {_MOST:,}")
    return low, high, many


def _by_factors(first: Fraction, last: Fraction, many: int, words: str) -> list[Fraction]:
    if first <= 0 or last <= 0:
        raise SpecError(f"{quoted(words)} is spread by equal factors, and begins or ends at 0 or below")
    ratio = float(last / first)
    between = [first * Fraction(ratio ** (step / (many - 1))) for step in range(1, many - 1)]
    return [first, *between, last]


def _number(text: str, words: str) -> str:
    try:
        exact_number(text)
    except SpecError as error:
        raise SpecError(f"{quoted(words)}: {error}") from None
    return text.strip()


def _written(value: Fraction) -> str:
    """As it is, if twelve digits say it; else to six.

    >>> _written(Fraction(7, 10)), _written(Fraction(1, 3)), _written(Fraction(10**7))
    ('0.7', '0.333333', '10000000')
    """
    if value.denominator == 1:
        return str(value.numerator)
    exact = f"{float(value):.12g}"
    return exact if Fraction(exact) == value else f"{float(value):.6g}"

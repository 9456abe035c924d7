"""How words are taken apart: NAME:ARG,KEY=ARG, exact numbers, sizes, counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Protocol

from compress.errors import SpecError, echoed, quoted

__all__ = ["Specified", "alike", "count", "exact_number", "nearest", "numbers", "share", "size", "taken_apart", "usage"]

_UNITS = {"": 1, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


class Specified(Protocol):
    """Whatever a spec stands for: a distribution, a chain, a recipe."""

    @property
    def spec(self) -> str:
        """Return the name as a user writes it."""


def taken_apart(words: str) -> tuple[str, str | None]:
    """NAME:ARG as its name and its argument; None where there is no colon.

    >>> taken_apart("floor:1e-9")
    ('floor', '1e-9')
    >>> taken_apart("benford")
    ('benford', None)
    """
    name, colon, argument = words.partition(":")
    return name, argument if colon else None


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of these that is most like the word.

    >>> nearest("gibs", ["kraft", "gibbs"])
    'gibbs'
    """
    [near] = _closest(word, known, 0.0)
    return near


def alike(word: str, known: Iterable[str]) -> str | None:
    """The one of these that was probably meant; None if none is much like the word.

    >>> alike("zipff", ["uniform", "zipf"]), alike("kt", ["uniform", "zipf"])
    ('zipf', None)
    """
    return next(iter(_closest(word, known, 0.6)), None)


def _closest(word: str, known: Iterable[str], least: float) -> list[str]:
    # Few words are mistyped.
    from difflib import get_close_matches

    return get_close_matches(word, [*known], 1, least)


def usage(name: str, parameters: Sequence[str]) -> str:
    """How NAME:ARG,... is written.

    >>> usage("zipf", ["k", "s"])
    'zipf:k=...,s=...'
    """
    return f"{name}:" + ",".join(f"{parameter}=..." for parameter in parameters)


def numbers(words: str, parameters: Sequence[str]) -> dict[str, Fraction]:
    """The numbers of NAME:ARG,KEY=ARG, named or in the order of the parameters.

    Raises SpecError for one too many, one that is given twice or is none of the parameters, or no number.

    >>> numbers("zipf:100,s=3/2", ["k", "s"])
    {'k': Fraction(100, 1), 's': Fraction(3, 2)}
    """
    name, arguments = taken_apart(words)
    shown, written = echoed(words), f"it is written {usage(name, parameters)}"
    given: dict[str, Fraction] = {}
    for index, part in enumerate(arguments.split(",") if arguments else []):
        key, equals, text = part.partition("=")
        if not equals:
            if index >= len(parameters):
                raise SpecError(f"{shown} has too many numbers; {written}")
            key, text = parameters[index], part
        if key not in parameters or key in given:
            trouble = "gives {} twice" if key in given else "has no parameter {}"
            raise SpecError(f"{shown} {trouble.format(quoted(key))}; {written}")
        given[key] = exact_number(text)
    return given


# Of a number that is written: its arithmetic is exact, and takes the longer.
_MOST_DIGITS = 1_000


def exact_number(text: str) -> Fraction:
    """The rational that `text` writes: 0.7, 1e-12, 1/6.  Raises SpecError for anything else.

    >>> exact_number("1/6"), exact_number("1e-3")
    (Fraction(1, 6), Fraction(1, 1000))
    """
    shown = text if len(text) <= 40 else text[:40] + "..."
    if len(text) > _MOST_DIGITS:
        raise SpecError(f"{quoted(shown)} has {len(text):,} characters, and a number has {_MOST_DIGITS:,} at most")
    try:
        parts = [Decimal(part) for part in text.strip().split("/")]
    except ArithmeticError:
        raise SpecError(f"{quoted(shown)} is not a number") from None
    if len(parts) > 2 or not all(part.is_finite() and abs(part.adjusted()) <= 300 for part in parts):
        raise SpecError(f"{quoted(shown)} is not a finite number of sensible size")
    if len(parts) == 2 and parts[1] == 0:
        raise SpecError(f"{quoted(shown)} divides by zero")
    value = Fraction(parts[0]) if len(parts) == 1 else Fraction(parts[0]) / Fraction(parts[1])
    if value and not Fraction(1, 10**300) <= abs(value) <= 10**301:
        raise SpecError(f"{quoted(shown)} is not a number of sensible size")
    return value


def share(words: str | float | Fraction) -> Fraction:
    """A share of a whole, 0 or more: 0.1%, 0.001.  Raises SpecError for anything else.

    >>> share("0.1%")
    Fraction(1, 1000)
    """
    text = str(words).strip()
    value = exact_number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if value < 0:
        raise SpecError(f"{quoted(text)} is not a tolerance: it is below 0")
    return value


def size(text: str) -> int:
    """A number of bytes: 1000, 64KiB, 100MiB, 2GiB.  Raises SpecError for anything else.

    >>> size("64KiB")
    65536
    """
    digits = text.strip().upper().rstrip("BGIKM")
    unit = text.strip().upper()[len(digits) :]
    if digits.isascii() and digits.isdigit() and len(digits) < 19 and unit in _UNITS:
        return int(digits) * _UNITS[unit]
    raise SpecError(f"{quoted(text)} is not a size; write 1000, 64KiB, 100MiB or 2GiB")


def count(text: str | int) -> int:
    """A whole number of 0 or more: 1000000, 1_000_000, 1e6.  Raises SpecError for anything else.

    >>> count("1e6")
    1000000
    """
    try:
        number = Decimal(str(text).replace("_", ""))
        if number == number.to_integral_value() and 0 <= number < 2**63:
            return int(number)
    except InvalidOperation:
        pass
    raise SpecError(f"{quoted(text)} is not a whole number of 0 or more")

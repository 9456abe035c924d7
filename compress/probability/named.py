"""Families by their names, and those of infinite support, which are cut where what is left is too little to be counted.

Next: `exact` (numbers as they are meant).
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping
from decimal import localcontext
from fractions import Fraction
from typing import NamedTuple

from compress.errors import SpecError, echoed
from compress.notation import exact_number, numbers, usage
from compress.probability.decimals import (
    PRECISION,
    decimal,
    integers,
    plain,
    without_dust,
)
from compress.probability.families import DUST_SDS, FAMILIES, MAX_TOKENS, MOST, Weighted, cells, require

__all__ = ["Endless", "make"]


class Endless(NamedTuple):
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
                reach = min(max(places, default=0), math.ceil(DUST_SDS * sd / step))
                require(2 * reach + 1 <= MOST.get(), f"over {MOST.get():,} cells")
                masses = cells(reach, decimal(step / sd))
                names = [plain(mean + i * step) for i in range(-reach, reach + 1)]
                return names, integers(without_dust(masses[:0:-1] + masses))
            first = 1 if self.name == "zipf" else 0
            size = min(max(places, default=first) - first + 1, MAX_TOKENS)
            return FAMILIES[self.name](**self.parameters, k=Fraction(size))

    def has(self, token: str) -> bool:
        """Whether the family gives the token a probability above 0, however small."""
        return self._place(token) is not None

    def density_entropy(self) -> float | None:
        """h(X) - log2 s of the density that is cut into cells of width s, bits; None for a family that has none."""
        if self.name != "normal":
            return None
        from compress.probability.continuous import normal_entropy

        return normal_entropy(float(self.parameters["sd"])) - math.log2(self.parameters["step"])

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
            require(len(weighted[0]) <= MOST.get(), f"it has more than {MOST.get()} tokens")
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

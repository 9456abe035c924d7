"""What each coder is expected to cost: on one distribution, and on two tokens of every chance.

The excess over H(P) is what tells coders apart.  Two tokens show it best: a word for each costs 1 bit, however little
there is to say; words for groups share what is wasted; and one number for a message wastes next to nothing.

Next: `claim` (a P that somebody claims).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from compress.coders.catalog import CODERS, choose
from compress.coders.family import Choice
from compress.coders.protocol import is_priced
from compress.errors import CompressError, SpecError
from compress.probability.distribution import Distribution
from compress.probability.information import mean
from compress.shown import Shown

__all__ = ["Coders", "Curve", "coders_for", "expected_cost"]

# Those that are drawn if none was asked for, and at how many chances from 1/2 to 1.
_DRAWN = ("shannon", "huffman", "block:2", "block:4", "block:8", "tans:4", "arithmetic")
_CHANCES = 200


@dataclass(frozen=True)
class Curve:
    """A coder's excess over H(P), bits/token, where one of two tokens has each of these chances."""

    choice: Choice
    chances: tuple[float, ...]
    excess: tuple[float, ...]


@dataclass(frozen=True)
class Coders(Shown):
    """What coders are expected to cost with Q = P, bits/token; or why one refuses.

    drawn: the coders that a picture shows.
    """

    _told = ("p", "costs")

    p: Distribution
    costs: tuple[tuple[Choice, float | None, str], ...]
    drawn: tuple[Choice, ...] = ()

    @cached_property
    def curves(self) -> tuple[Curve, ...]:
        """The excess of each coder that is drawn."""
        chances = [at / (2 * _CHANCES) for at in range(_CHANCES, 2 * _CHANCES)]
        pairs = [
            Distribution(("0", "1"), (at, 2 * _CHANCES - at), f"bernoulli:{1 - at / (2 * _CHANCES):g}")
            for at in range(_CHANCES, 2 * _CHANCES)
        ]
        return tuple(
            Curve(choice, tuple(chances), tuple(expected_cost(p, choice) - p.entropy for p in pairs))
            for choice in self.drawn
        )


def coders_for(p: Distribution, choices: Iterable[Choice] = ()) -> Coders:
    """What each coder is expected to cost if Q = P; of the catalog, each with its default parameter, if none is given.

    >>> [(choice.name, cost) for choice, cost, _ in coders_for(Distribution.parse("a=.5,b=.25,c=.25")).costs][:2]
    [('arithmetic', 1.5), ('huffman', 1.5)]
    """
    asked = tuple(choices)
    found: list[tuple[Choice, float | None, str]] = []
    for choice in asked or map(choose, CODERS):
        try:
            found.append((choice, expected_cost(p, choice), ""))
        except CompressError as error:
            found.append((choice, None, str(error)))
    return Coders(p, tuple(found), asked or tuple(map(choose, _DRAWN)))


def expected_cost(p: Distribution, choice: Choice) -> float:
    """H(P,Q̂) of the coder that is built from P, bits/token; of a code without a price for each token in the long run.

    >>> expected_cost(Distribution.parse("a=.9,b=.1"), choose("block:2"))
    0.645
    """
    coder = choice.of(p.weights)
    if is_priced(coder):
        return mean(p.probabilities, coder.surprises)
    bits = coder.limit(p)
    if bits is None:
        raise SpecError(f"nobody can tell what {choice.name} is expected to cost")
    return bits

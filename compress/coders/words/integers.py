"""Codes of the whole numbers for tokens whose chances fall by the same factor from each to the next.

Token i of the alphabet stands for the number i.  How many steps of M fit into it is told in unary, what is left
in binary:

    i = M·q + r      word = q ones, a zero, r in about log2 M bits

    M = 4    0 000   1 001   2 010   3 011   4 1000   5 1001   ...   8 11000
    M = 3    0 00    1 010   2 011   3 100   4 1010   5 1011   ...   8 11011

A word is one bit longer M tokens later, so the code believes that a token is half as likely as the one M places
before it.  Where chances fall by the factor θ, that is M = -1/log2 θ, and the best whole number is the least M with
θ^M·(1 + θ) <= 1 (Gallager and Van Voorhis 1975).  A geometric distribution of mean m has θ = m/(m + 1).

    unary        M = 1: for θ <= 0.618
    rice:K       M = 2^K: r has K bits, and nothing is divided
    golomb:M     any M: where M is no power of 2, the first numbers r have a bit less
    expgolomb:K  steps that double: i + 2^K as Elias's gamma writes it, less K of its zeros

The words say all, and a file holds their name.  `best` takes of Q its mean, or what the words cost, and a file holds
the number that was chosen.

Next: `universal` (whole numbers of which nothing is known).
Source: S. Golomb 1966, "Run-length encodings"; R. Gallager and D. Van Voorhis 1975; R. Rice 1979; J. Teuhola 1978.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bitarray import bitarray
from bitarray.util import int2ba

from compress.coders import reference
from compress.coders.family import Parameter
from compress.coders.words.families import family_of_numbers

__all__ = ["FAMILIES", "best_golomb", "best_rice", "exp_golomb", "golomb", "phased", "rice", "unary"]

# The largest alphabet has 2^20 tokens: with larger steps all words would have the same length.
_MOST = 20


def unary(number: int) -> bitarray:
    """So many ones, and a zero.

    >>> unary(3).to01()
    '1110'
    """
    return bitarray("1") * number + bitarray("0")


def phased(number: int, size: int) -> bitarray:
    """A number below `size` in b = ceil(log2 size) bits, or one less for the first 2^b - size of them.

    >>> [phased(number, 5).to01() for number in range(5)]
    ['00', '01', '10', '110', '111']
    """
    bits = (size - 1).bit_length()
    short = (1 << bits) - size
    if number < short:
        bits -= 1
    else:
        number += short
    return int2ba(number, bits) if bits else bitarray()


def golomb(number: int, step: int) -> bitarray:
    """How many steps fit in, in unary; what is left, in binary.

    >>> [golomb(number, 3).to01() for number in (0, 1, 2, 3)]
    ['00', '010', '011', '100']
    """
    return unary(number // step) + phased(number % step, step)


def rice(number: int, low: int) -> bitarray:
    """Golomb's word for steps of 2^low.

    >>> rice(9, 2).to01()
    '11001'
    """
    return golomb(number, 1 << low)


def exp_golomb(number: int, low: int) -> bitarray:
    """number + 2^low in binary, after as many zeros as it has bits more than low + 1.

    >>> exp_golomb(4, 0).to01(), exp_golomb(4, 1).to01()
    ('00101', '0110')
    """
    number += 1 << low
    return bitarray("0") * (number.bit_length() - 1 - low) + int2ba(number)


def best_golomb(weights: Sequence[int]) -> int:
    """The best step for a geometric distribution of Q's mean: the least M with θ^M·(1 + θ) <= 1, θ = m/(m + 1).

    >>> best_golomb([4, 2, 1, 1]), best_golomb([1] * 100)
    (1, 35)
    """
    mean = sum(number * weight for number, weight in enumerate(weights)) / sum(weights)
    if mean == 0:
        return 1
    # θ^M is 2^(-M·halving).
    halving = math.log1p(1 / mean) / math.log(2)
    return max(1, math.ceil(math.log2(1 + mean / (mean + 1)) / halving))


def best_rice(weights: Sequence[int]) -> int:
    """The K whose words cost least under Q, Σ weight·length; the least K of those that cost the same.

    >>> best_rice([4, 2, 1, 1]), best_rice([1] * 100)
    (0, 5)
    """

    def cost(low: int) -> int:
        return sum(weight * reference.rice_length(number, low) for number, weight in enumerate(weights) if weight)

    return min(range((len(weights) - 1).bit_length() + 1), key=cost)


def _or_best(letter: str, least: int, most: int) -> Parameter:
    """A whole number; or `best`, the default, which a file tells as the number after the largest."""
    whole, best = Parameter.whole(letter, least, most), most + 1

    def read(text: str) -> int | None:
        return best if text == "best" else whole.read(text)

    def told(number: int) -> str | None:
        return "best" if number == best else whole.told(number)

    return Parameter(letter, f"{whole.values}, or best", read, told, best)


FAMILIES = (
    family_of_numbers(
        "unary",
        8,
        "token i costs i + 1 bits: the best code where chances halve from token to token",
        unary,
        reference.unary_length,
        use="small numbers; the first half of many other codes",
    ),
    family_of_numbers(
        "golomb",
        9,
        "the best code of a geometric distribution, for the right M",
        golomb,
        reference.golomb_length,
        use="lengths of runs, gaps between rare events",
        year=1966,
        parameter=_or_best("M", 1, 1 << _MOST),
        best=best_golomb,
    ),
    family_of_numbers(
        "rice",
        10,
        "Golomb's code for M = 2^K, which needs no division",
        rice,
        reference.rice_length,
        use="what a predictor leaves over: sound (FLAC), images",
        year=1979,
        parameter=_or_best("K", 0, _MOST),
        best=best_rice,
    ),
    family_of_numbers(
        "expgolomb",
        11,
        "about 2·log2(i / 2^K + 1) + K + 1 bits for token i",
        exp_golomb,
        reference.exp_golomb_length,
        use="small numbers with rare large ones: video (H.264)",
        year=1978,
        parameter=Parameter.whole("K", 0, _MOST, 0),
    ),
)

"""Which belief to believe: weights that are learned bit by bit, and a last correction.

    p = squash(Σ w_j·x_j)           w_j ← w_j + η·(bit - p)·x_j

The cost of a bit is -log2 of the chance that it had, and -(bit - p)·x_j is its slope in w_j but for a factor: each bit
moves the weights a little downhill.  This is the logistic regression that classifiers are trained with, on the same
loss, online: a better mixture is a smaller file, and nothing else is asked of it.

Of the sets of weights three are chosen for each bit: by the bits of this byte that are known, by the byte before, and
by how long the match is and how many contexts are known.  Each learns by itself, quickly at first: η is
8 + 51/(1 + bytes/300) of 2^-18.  What the three say is mixed once more, by weights that begin as thirds.

A chance that was often said, and often wrong by as much, is refined: for each byte before, each beginning of this byte
and each of 25 chances, what came is counted.  What is said lies between two of them, and counts for a quarter beside
what came there.  Without it alice29.txt is 0.5 % larger, and kennedy.xls 3 %.

Next: `bits` (one bit).
"""

from __future__ import annotations

from compress.kernel import NO_SIGN, step
from compress.models.mixing.chances import Numbers
from compress.models.mixing.logistic import FARTHEST, SQUASH
from compress.models.mixing.now import AT_ONCE

__all__ = [
    "FIRST_WEIGHT",
    "INPUTS",
    "REFINING",
    "WEIGHT_BITS",
    "between",
    "dots",
    "held",
    "on_the_scale",
    "rate",
    "squash",
    "train",
]

# Of each context, and of the match, what its history means, and the chance that is kept with it.
INPUTS = 2 * AT_ONCE
# A weight of 1.
WEIGHT_BITS = 16
FIRST_WEIGHT = 6_500
_MOST = 1 << 20
# Chances that are refined lie so far apart on the scale, and there are so many.
_APART_BITS = 8
REFINING = 2 * (FARTHEST >> _APART_BITS) + 1


@step
def on_the_scale(total: int) -> int:
    """A sum of weights and x as an x, as far as the scale goes.

    >>> on_the_scale(-5 << WEIGHT_BITS), on_the_scale(1 << 60) == FARTHEST
    (-5, True)
    """
    return min(max(total >> WEIGHT_BITS, -FARTHEST), FARTHEST)


@step
def held(weight: int) -> int:
    """A weight that has not run away: 16 and -16 are the last.

    >>> held(1 << 16), held(-(1 << 30)) == -(1 << 20)
    (65536, True)
    """
    return min(max(weight, -_MOST), _MOST)


@step
def dots(x: Numbers, w: Numbers, first: int, second: int, third: int) -> tuple[int, int, int]:
    """Σ w_j·x_j of three sets of weights, by where each begins, as far as the scale goes.

    >>> import numpy as np
    >>> x, w = np.zeros(INPUTS, np.int32), np.full(INPUTS + 1, 1 << 16, np.int32)
    >>> x[:2], w[2] = (100, 20), 1 << 15
    >>> dots(x, w, 0, 1, 0)
    (120, 110, 120)
    """
    a = b = c = 0
    first, second, third = first & NO_SIGN, second & NO_SIGN, third & NO_SIGN
    for j in range(INPUTS):
        y = int(x[j])
        a += y * int(w[first + j])
        b += y * int(w[second + j])
        c += y * int(w[third + j])
    return on_the_scale(a), on_the_scale(b), on_the_scale(c)


@step
def train(x: Numbers, w: Numbers, begin: int, by: int) -> None:
    """w_j += by·x_j / 2^10, of the weights from `begin` on.

    >>> import numpy as np
    >>> x, w = np.zeros(INPUTS, np.int32), np.full(INPUTS + 1, 5, np.int32)
    >>> x[:2] = 100, -200
    >>> train(x, w, 1, 1 << 9), w[:4].tolist()
    (None, [5, 55, -95, 5])
    """
    begin &= NO_SIGN
    for j in range(INPUTS):
        w[begin + j] = held(int(w[begin + j]) + ((int(x[j]) * by + 512) >> 10))


@step
def rate(place: int) -> int:
    """η of the byte at this place, of 2^-18.

    >>> [rate(place) for place in (0, 300, 10_000)]
    [59, 33, 9]
    """
    return 8 + 60 * 256 // (300 + place)


@step
def squash(x: int) -> int:
    """1/(1 + e^-x) as a chance of 2^16.

    >>> squash(0), squash(256) / 2**16
    (32768, 0.731048583984375)
    """
    return int(SQUASH[(x + FARTHEST) & NO_SIGN])


@step
def between(x: int) -> tuple[int, int]:
    """The chance that lies before x on the scale, and how far x is on the way to the next, of 256.

    >>> between(-FARTHEST), between(64)
    ((0, 0), (12, 64))
    """
    return (x + FARTHEST) >> _APART_BITS, (x + FARTHEST) & ((1 << _APART_BITS) - 1)

"""The logistic scale, on which chances are added up.

    stretch(p) = ln(p / (1 - p))        the logarithm of the odds: 0 for a half, far away for what is nearly sure
    squash(x) = 1 / (1 + e^-x)          the way back

Beliefs that are added up here are multiplied as odds, and one that is nearly sure outweighs many that hardly know.
A chance is a whole number of 2^16, and x one of 1/256.  Both tables are made from whole numbers, so that they are the
same on every machine: e^(1/256) in units of 2^-60, and its powers.

Next: `histories` (what came in a context, in a byte).
"""

from __future__ import annotations

from itertools import accumulate, repeat

import numpy as np
import numpy.typing as npt

__all__ = ["CHANCE_BITS", "FARTHEST", "SQUASH", "STRETCH", "STRETCH_BITS"]

CHANCE_BITS = 16
# 12 of 1/256: e^-12 is less than half of 2^-16.
FARTHEST = 12 << 8
# Stretched are the highest bits of a chance.
STRETCH_BITS = 12

_UNIT = 1 << 60


def _e_to_the(denominator: int) -> int:
    """e^(1/denominator), in units of 2^-60: Σ 1/(denominator^k·k!)."""
    terms = accumulate(range(1, 20), lambda term, k: term // (denominator * k), initial=_UNIT)
    return sum(terms)


def _squashed() -> npt.NDArray[np.int32]:
    """squash(x) of each x from -FARTHEST to FARTHEST; never 0 or 2^16."""
    base = _e_to_the(1 << 8)
    powers = list(accumulate(repeat(base, FARTHEST), lambda power, base: power * base // _UNIT, initial=_UNIT))
    # 1 / (1 + e^-x) is e^x / (1 + e^x), and what is left of 1 for -x.
    above = [(power << CHANCE_BITS) // (_UNIT + power) for power in powers]
    below = [(1 << CHANCE_BITS) - chance for chance in above[:0:-1]]
    return np.array([*below, *above], np.int32)


def _stretched() -> npt.NDArray[np.int32]:
    """stretch(p) of the middle of each of 2^12 parts: the last x that is not squashed beyond it."""
    width = 1 << (CHANCE_BITS - STRETCH_BITS)
    middles = np.arange(1 << STRETCH_BITS) * width + width // 2
    return (np.searchsorted(SQUASH, middles, side="right") - 1 - FARTHEST).astype(np.int32)


# SQUASH[x + FARTHEST] is a chance of 2^16; STRETCH[chance >> 4] is an x.
SQUASH = _squashed()
STRETCH = _stretched()

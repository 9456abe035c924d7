"""A number that comes nearer to what is seen, in large steps at first and in smaller ones later.

    p ← p + (bit - p) / (n + 1.6)      n: how often it was moved, up to a limit

Without the limit p would be about the share of 1s among all bits; with it, older ones fade, for what a file is may
change.  A chance that has just begun believes its first bit by 5/8.

A chance and its n are one whole number: p of 2^22 in front, n in 8 bits behind.

Next: `slots` (where that of each context is).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.kernel import step

__all__ = ["COUNT_BITS", "FINE_BITS", "SHARES", "Numbers", "nearer"]

Numbers = npt.NDArray[np.int32]

FINE_BITS = 22
COUNT_BITS = 8
_COUNTS = 1 << COUNT_BITS
# 1/(n + 1.6) of 2^16, = 5·2^16/(5n + 8).
SHARES = np.array([5 * (1 << 16) // (5 * n + 8) for n in range(_COUNTS)], np.int32)


@step
def nearer(chance: int, bit: int) -> int:
    """The chance after one more bit.

    >>> half = 1 << (FINE_BITS - 1) << COUNT_BITS
    >>> [round(nearer(half, bit) / 2**30, 4) for bit in (0, 1)]
    [0.1875, 0.8125]
    """
    p, n = chance >> COUNT_BITS, chance & (_COUNTS - 1)
    # The last chance short of 1 is as far as it goes.
    p += (((bit << FINE_BITS) - bit - p) * int(SHARES[n])) >> 16
    return p << COUNT_BITS | min(n + 1, _COUNTS - 1)

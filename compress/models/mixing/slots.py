"""Where a context keeps what came after it: sixteen numbers for each half of a byte, found at once.

    a bucket    tag, then a number for each of the 1 + 2 + 4 + 8 = 15 beginnings of four bits
    a number    the chance of a 1 in 16 bits, the history in 8, how often it came in 7

The sixteen are one line of a processor's cache, so that four bits are one look into memory.  Where a bucket should
stand is a number made of the context (`found`); the tag, made of others of its bits, tells whether it is that
context's.  It may stand there or next to it.  Where both are another's, the one whose first bit came less often is
given up: memory has an end, and what came once will hardly come again.

Next: `now` (what else is known in the middle of a message).
"""

from __future__ import annotations

from compress.kernel import NO_SIGN, step
from compress.models.mixing.chances import SHARES, Numbers
from compress.models.mixing.histories import AFTER

__all__ = ["BUCKET", "CHANCE", "COUNTED", "HISTORY", "MARK_BITS", "NEW", "found", "near", "seen"]

# Numbers of a bucket.
BUCKET = 16
# Where in a number its parts stand: the count is lowest.
HISTORY, CHANCE = 7, 15
COUNTED = (1 << HISTORY) - 1
# One that came never.
NEW = 1 << 15 << CHANCE
# Of the number that is made of a context.
MARK_BITS = 62
_TAG_BITS = 22


@step
def near(mark: int, buckets: int) -> int:
    """Where a bucket should begin, of those of its kind.

    >>> near(0b1011, 4)
    48
    """
    return BUCKET * (mark & (buckets - 1))


@step
def found(slots: Numbers, begin: int, buckets: int, mark: int) -> int:
    """Where the bucket of a context begins; it is emptied if it was another's.

    begin: where those of its kind begin.  buckets: how many they are, a power of 2.  mark: of 62 bits, made of the
    context; its lowest decide the place.

    >>> import numpy as np
    >>> slots = np.zeros(64, np.int32)
    >>> found(slots, 0, 4, 3), found(slots, 0, 4, 3), slots[48:50].tolist()
    (48, 48, [1, 1073741824])
    """
    tag = (mark >> (MARK_BITS - _TAG_BITS)) + 1
    here = (begin + near(mark, buckets)) & NO_SIGN
    if int(slots[here]) == tag:
        return here
    # The neighbour in the same pair.
    there = (begin + near(mark ^ 1, buckets)) & NO_SIGN
    if int(slots[there]) == tag:
        return there
    if int(slots[there + 1]) & COUNTED < int(slots[here + 1]) & COUNTED:
        here = there
    slots[here] = tag
    for i in range(here + 1, here + BUCKET):
        slots[i] = NEW
    return here


@step
def seen(number: int, bit: int) -> int:
    """A number of a bucket after one more bit.

    >>> after = seen(NEW, 1)
    >>> round((after >> CHANCE) / 2**16, 3), (after >> HISTORY) & 255, after & COUNTED
    (0.812, 2, 1)
    """
    chance, history, count = number >> CHANCE, (number >> HISTORY) & 255, number & COUNTED
    chance += (((bit << 16) - bit - chance) * int(SHARES[count])) >> 16
    return chance << CHANCE | int(AFTER[history << 1 | bit & 1]) << HISTORY | min(count + 1, COUNTED)

"""The length of a row: how far above a byte stands the one that is most alike.

In a table of records, or in a picture, a byte is like the one above it, and nothing says how long a row is.  So it
is counted: for each distance how many bytes were equal to the one so far before, those left out that only continue a
run.  The distance with the most is believed, from 256 bytes on; the newest 1,024 bytes are counted again when there are
twice as many, and later every 8,192 bytes.  The receiver counts the same.

Next: `matches` (the same bytes again).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.kernel import NO_SIGN, kernel, step
from compress.symbols import Symbols

__all__ = ["COUNTED_AT_ONCE", "FIRST_LOOK", "LONGEST_ROW", "longest_row", "next_look"]

LONGEST_ROW = 1 << 10
FIRST_LOOK = 1 << 8
_USUAL = 1 << 13
# The bytes that are counted then, the newest.
COUNTED_AT_ONCE = 1 << 10


@step
def next_look(place: int) -> int:
    """When to look again after this.

    >>> next_look(256), next_look(1 << 20) - (1 << 20)
    (512, 8192)
    """
    return place + min(place, _USUAL)


@kernel(work=lambda message, begin, end, counts: (end - begin) * LONGEST_ROW // 8)
def longest_row(message: Symbols, begin: int, end: int, counts: npt.NDArray[np.int64]) -> int:
    """Count bytes `begin` to `end` of the message, and tell the distance with the most; 0 if there is none.

    counts: of each distance, shape (LONGEST_ROW + 1,), from 2 on.

    >>> rows = np.frombuffer(b"abcdaxcdazcdbbcdabcd", np.uint8)
    >>> longest_row(rows, 0, 20, np.zeros(LONGEST_ROW + 1, np.int64))
    4
    """
    for here in range(max(begin, 2), end):
        byte = message[here]
        # What continues a run tells nothing of rows.
        if byte != message[here - 1]:
            farthest = min(LONGEST_ROW, here)
            first = (here - farthest) & NO_SIGN
            for i in range(farthest - 1):
                counts[(farthest - i) & NO_SIGN] += int(message[first + i] == byte)
    best = 0
    for distance in range(2, min(LONGEST_ROW, end - 1) + 1):
        if counts[distance] > counts[best]:
            best = distance
    return best

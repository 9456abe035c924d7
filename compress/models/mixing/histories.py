"""What came in a context, in one byte: about how many 0s and 1s, and which came last.

    (zeros, ones, last)  ──a bit b──▶  one more of b; of the other, where they were above 2, fewer

What is newer counts more: after 0000000 a single 1 leaves about five of the seven 0s.  And what a history means is
not said here but counted (`chances`): in one file 0001 means that a 1 comes again, in another that it was an accident.

Of no more than four bits the last three are known, of more the last.  A history that would be too long stays the
longest of its kind; so there are fewer than 256, in the order in which they can be reached.

Next: `chances` (a number that comes nearer to what is seen).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["AFTER", "AT_FIRST", "History", "histories"]

# The most of one bit, beside 0, 1, 2, .. of the other.
_MOST = (35, 30, 12, 6, 5)
_MOST_BESIDE_MANY = 4
# Bits whose order is kept, and how many of them, while there are no more in all.
_FEW, _KEPT = 4, 3


class History(NamedTuple):
    """About how many 0s and 1s came, and the last of them."""

    zeros: int
    ones: int
    last: str

    def and_then(self, bit: int) -> History:
        """What it is after one more bit.

        >>> History(7, 0, "0").and_then(1)
        History(zeros=5, ones=1, last='1')
        """
        same, other = (self.ones, self.zeros) if bit else (self.zeros, self.ones)
        if other > 2:
            other = min(other - 1, other // 4 + 4)
        same = min(same + 1, _MOST[other] if other < len(_MOST) else _MOST_BESIDE_MANY)
        kept = _KEPT if same + other <= _FEW else 1
        zeros, ones = (other, same) if bit else (same, other)
        return History(zeros, ones, (self.last + str(bit))[-kept:])


def histories() -> Iterator[History]:
    """Every history, each after one that leads to it.

    >>> [history.last for history in histories()][:5]
    ['', '0', '1', '00', '01']
    """
    found = {History(0, 0, ""): None}
    waiting = list(found)
    for history in waiting:
        yield history
        for after in (history.and_then(0), history.and_then(1)):
            if after not in found:
                found[after] = None
                waiting.append(after)


def _numbered() -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The number of the history after each history and bit, and of each (ones + 1/2) / (all + 1) of 2^16."""
    every = list(histories())
    numbers = {history: number for number, history in enumerate(every)}
    after = [numbers[history.and_then(bit)] for history in every for bit in (0, 1)]
    guesses = [((2 * ones + 1) << 16) // (2 * (zeros + ones) + 2) for zeros, ones, _ in every]
    return np.array(after, np.int32), np.array(guesses, np.int32)


# AFTER[2·history + bit] is the history that follows; AT_FIRST[history] the chance of a 1 before any was counted.
AFTER, AT_FIRST = _numbered()

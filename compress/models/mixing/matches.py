"""The same bytes again: where the last six stood before, the byte that followed there is expected.

    .. to be or not to be, that ..
          └ followed by " "  └ expected: " ", as long as it is right

How far that can be trusted is counted for each length of what was equal (`chances`): after 40 equal bytes the next is
nearly sure.  Where the last six stood is looked up in a table by a number made of them, and compared, so that another
six bytes of the same number do no harm.  Without it alice29.txt is 0.5 % larger, and kennedy.xls 12.6 %.

Next: `models.mixing.contexts` (what is remembered of the past).
"""

from __future__ import annotations

from compress.kernel import kernel, step
from compress.models.mixing.chances import Numbers
from compress.models.mixing.now import EXPECTED, FOUND, MATCHED, PAST
from compress.symbols import Counts, Symbols

__all__ = ["LENGTHS", "MATCH_BYTES", "follow", "length_class", "looked_up"]

MATCH_BYTES = 6
# More than this are not compared at once, and no longer matches are told apart.
_COMPARED, _LONGEST = 32, 1 << 16
# Classes of lengths.
LENGTHS = 32
_SPREAD = 0x2F0B4C4B


@step
def length_class(length: int) -> int:
    """A class for the number of bytes that were equal: each by itself up to 15, then coarser.

    >>> [length_class(length) for length in (1, 15, 16, 23, 24, 400, 65536)]
    [1, 15, 16, 16, 17, 27, 31]
    """
    if length < 16:
        return length
    if length < 80:
        return 14 + (length >> 3)
    return min(24 + (length >> 7), LENGTHS - 1)


@step
def looked_up(past: int, size: int) -> int:
    """Where in a table of this size the six bytes that came last are.

    >>> looked_up(0x616263646566, 1 << 20)
    248235
    """
    return (((past & 0xFFFFFFFF) * _SPREAD + (past >> 32) * (_SPREAD >> 3)) >> 24) & (size - 1)


@kernel(work=lambda *_: 1)
def follow(message: Symbols, place: int, positions: Numbers, now: Counts) -> None:
    """The bytes before `place` are known: go on with the match, or look for another.

    positions: where the six bytes before a place came last, by a number made of them; 0 for nowhere.

    >>> import numpy as np
    >>> message, positions, now = np.frombuffer(b"abcdefgabcdef", np.uint8), np.zeros(256, np.int32), np.zeros(99, int)
    >>> for place in range(14):
    ...     now[PAST] = int.from_bytes(message[max(place - 6, 0) : place].tobytes(), "big")
    ...     follow(message, place, positions, now)
    >>> int(now[MATCHED]), chr(now[EXPECTED] & 255)
    (6, 'g')
    """
    if int(now[MATCHED]) and message[int(now[FOUND])] == message[place - 1]:
        now[FOUND] += 1
        now[MATCHED] = min(int(now[MATCHED]) + 1, _LONGEST)
    else:
        now[MATCHED] = 0
    if place < MATCH_BYTES:
        now[EXPECTED] = 0
        return
    at = looked_up(int(now[PAST]), positions.size)
    if not now[MATCHED]:
        there, alike = int(positions[at]), 0
        while alike < min(there, _COMPARED) and message[there - 1 - alike] == message[place - 1 - alike]:
            alike += 1
        now[FOUND], now[MATCHED] = there, alike
    positions[at] = place
    now[EXPECTED] = 256 | int(message[int(now[FOUND])]) if now[MATCHED] else 0

"""The counting model's encoder for at most 256 tokens, with no loop whose length depends on the token.

What lies below a token is summed over all groups and over all of its group, each number times 1 or 0: sixteen and
sixteen.  Where the plain loop stops early a processor guesses when, and is wrong for most tokens; here there is nothing
to guess, and eight numbers of 32 bits are summed at a time.  With 256 tokens, bytes of 4.5 bits and of text, million
tokens a second:

    as it is written down in `counts`    56 and 55
    sixteen and sixteen, always          66 and 67

As Python it is slower, so that a short message is left to the plain loop.  A decoder does not know its token before it
has summed: there to stop early is quicker.

Next: `models.contexts` (the same after each few tokens).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.streams.interval import WHOLE, Bytes, finish, settle
from compress.kernel import divided, kernel
from compress.symbols import Symbols

__all__ = ["GROUP", "MOST", "WORTH_IT", "Numbers", "encode_few"]

Numbers = npt.NDArray[np.int32]

_GROUP_BITS = 4
GROUP = 1 << _GROUP_BITS
MOST = GROUP * GROUP
# Tokens of a message for which machine code is made.
WORTH_IT = 1 << 14
# What a token has in common with the first of its group.
_FIRST = MOST - GROUP


@kernel(work=lambda symbols, *_: 6 * symbols.size)
def encode_few(symbols: Symbols, frequencies: Numbers, groups: Numbers, unit: int, total: int, out: Bytes) -> int:
    """What `encode_counting` does for tokens below 256, with groups of 16, whose sums are below 2^31.

    >>> frequencies, groups = np.zeros(256, np.int32), np.zeros(16, np.int32)
    >>> frequencies[:2], groups[0] = 1, 2
    >>> out = np.zeros(8, np.uint8)
    >>> encode_few(np.array([0, 0], np.uint8), frequencies, groups, 1, 2, out), frequencies[:2].tolist()
    (2, [3, 1])
    """
    low, width, at = 0, WHOLE, 0
    for i in range(symbols.size):
        symbol = int(symbols[i])
        group, first, place = symbol >> _GROUP_BITS, symbol & _FIRST, symbol & (GROUP - 1)
        begin = 0
        for j in range(GROUP):
            begin += int(groups[j]) * int(j < group)
        for j in range(GROUP):
            begin += int(frequencies[first + j]) * int(j < place)
        part = divided(width, total)
        low, width, at = settle(low + part * begin, part * int(frequencies[symbol]), out, at)
        frequencies[symbol] += unit
        groups[group] += unit
        total += unit
    return finish(low, width, out, at)

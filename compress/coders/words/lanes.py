"""Four lanes: every fourth token has its word in a payload of its own, so that four are looked up at the same time.

Where a word ends tells where the next one begins, so a processor that decodes one payload waits for each length; with
four it has four such things to do at once.  The bits are the same: a word does not depend on what stands before it.

    one lane     a look into a table of 12 bits, a step by the word's length, again     300 million tokens a second
    four lanes   a load of 7 bytes is good for 4 looks, in the four lanes in turn     1,000

A word that is not in the table is rare.  Its entry has length 0, so its lane stays where it is until the group of looks
is done; one test a group finds that, and the group is done again there, bit by bit.

Next: `words.families` (what a constructor of words has to bring).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES, LOADED_BITS, loaded
from compress.coders.words.loops import walk
from compress.kernel import kernel
from compress.symbols import Symbols

__all__ = ["LOOK_BITS", "decode_lanes"]

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]
Uint16s = npt.NDArray[np.uint16]
Uint32s = npt.NDArray[np.uint32]

# Bits of a look.  A load has 7 bytes; wherever it begins in the first of them, 49 bits are there, which is four looks.
LOOK_BITS = 12
GROUP = 4 * LANES
_REST = LOADED_BITS - LOOK_BITS
_MASK = (1 << LOADED_BITS) - 1


@kernel
def _bit_by_bit(
    words: Uint32s,
    position: int,
    first: Int64s,
    span: Int64s,
    number: Int64s,
    start: Int64s,
    ranks: Int64s,
    order: Int64s,
    symbols: Symbols,
    begin: int,
    end: int,
) -> tuple[int, int]:
    """Tokens begin, begin + 4, ... of a lane: where the lane stands then, and 1 + i if token i is no word, or 0."""
    for i in range(begin, end, LANES):
        symbol, length = walk(words, position, first, span, number, start, ranks, order)
        if length == 0:
            return position, 1 + i
        symbols[i] = symbol
        position += length
    return position, 0


@kernel
def decode_lanes(
    data: Bytes,
    words: Uint32s,
    positions: Int64s,
    looks: Uint16s,
    first: Int64s,
    span: Int64s,
    number: Int64s,
    start: Int64s,
    ranks: Int64s,
    order: Int64s,
    symbols: Symbols,
) -> int:
    """Read symbols.size words, token i from lane i mod 4; returns 1 + i if token i is no word of the code, else 0.

    data: all payloads and 8 bytes more.  words: the same, 32 bits each.  positions: the bit at which each lane begins,
    and afterwards the one at which it stands.  looks: for each 12 bits the word that they begin with, symbol·16 +
    length, or 0 for a longer one.  first and the rest: as `walk` takes them.

    >>> from compress.coders.catalog import build
    >>> coder, found = build("huffman", [2, 1, 1]), np.zeros(4, np.uint8)
    >>> payloads = np.array([0, 0b10 << 6, 0b11 << 6, 0, *[0] * 8], np.uint8)
    >>> decode_lanes(payloads, payloads.view(">u4").astype(np.uint32), np.array([0, 8, 16, 24]), *coder._looks, found)
    0
    >>> found.tolist()
    [0, 1, 2, 0]
    """
    p0, p1, p2, p3 = int(positions[0]), int(positions[1]), int(positions[2]), int(positions[3])
    last, i = data.size - 7, 0
    while i + GROUP <= symbols.size:
        a, b = loaded(data, p0, last), loaded(data, p1, last)
        c, d = loaded(data, p2, last), loaded(data, p3, last)
        q0, q1, q2, q3 = p0, p1, p2, p3
        e0, e1, e2, e3 = 0, 0, 0, 0
        for look in range(4):
            at = i + LANES * look
            e0, e1, e2, e3 = (
                int(looks[a >> _REST]),
                int(looks[b >> _REST]),
                int(looks[c >> _REST]),
                int(looks[d >> _REST]),
            )
            symbols[at], symbols[at + 1], symbols[at + 2], symbols[at + 3] = e0 >> 4, e1 >> 4, e2 >> 4, e3 >> 4
            l0, l1, l2, l3 = e0 & 15, e1 & 15, e2 & 15, e3 & 15
            a, b, c, d = a << l0 & _MASK, b << l1 & _MASK, c << l2 & _MASK, d << l3 & _MASK
            q0, q1, q2, q3 = q0 + l0, q1 + l1, q2 + l2, q3 + l3
        # A lane that met a longer word stood still to the end of the group.
        if e0 == 0:
            q0, wrong = _bit_by_bit(words, p0, first, span, number, start, ranks, order, symbols, i, i + GROUP)
            if wrong:
                return wrong
        if e1 == 0:
            q1, wrong = _bit_by_bit(words, p1, first, span, number, start, ranks, order, symbols, i + 1, i + GROUP)
            if wrong:
                return wrong
        if e2 == 0:
            q2, wrong = _bit_by_bit(words, p2, first, span, number, start, ranks, order, symbols, i + 2, i + GROUP)
            if wrong:
                return wrong
        if e3 == 0:
            q3, wrong = _bit_by_bit(words, p3, first, span, number, start, ranks, order, symbols, i + 3, i + GROUP)
            if wrong:
                return wrong
        p0, p1, p2, p3 = q0, q1, q2, q3
        i += GROUP
    positions[0], positions[1], positions[2], positions[3] = p0, p1, p2, p3
    for lane in range(LANES):
        position, wrong = _bit_by_bit(
            words, int(positions[lane]), first, span, number, start, ranks, order, symbols, i + lane, symbols.size
        )
        if wrong:
            return wrong
        positions[lane] = position
    return 0

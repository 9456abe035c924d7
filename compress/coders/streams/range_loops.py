"""The loops of the range coder, one message at a time: narrow and settle, locate and refill.

Next: `range_lanes` (four messages at a time).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.streams.interval import WHOLE, WINDOW_BITS, shortest
from compress.kernel import NO_SIGN, divided, kernel, step
from compress.symbols import Counts, Symbols

__all__ = [
    "AHEAD",
    "LEAST_WIDTH",
    "LEAST_WIDTH_BITS",
    "WORD_BITS",
    "WORD_MASK",
    "Words",
    "begun",
    "decode_range",
    "encode_range",
    "finish",
    "located",
    "narrowed",
    "refilled",
    "settled",
]

Words = npt.NDArray[np.uint16]

WORD_BITS = 16
WORD_MASK = (1 << WORD_BITS) - 1
LEAST_WIDTH_BITS = WINDOW_BITS - WORD_BITS
LEAST_WIDTH = 1 << LEAST_WIDTH_BITS
# A decoder stands so many words ahead.
AHEAD = 4
# Rare tokens that share a bucket are first tried one by one, this many, and then bisected.
_TRIES = 8


@step
def narrowed(low: int, width: int, begin: int, end: int, total_bits: int) -> tuple[int, int]:
    """The part of the interval that [begin, end) of T owns: (low, width).

    >>> narrowed(0, 1 << 62, 1, 2, 1) == (1 << 61, 1 << 61)
    True
    """
    share = width >> total_bits
    return low + share * begin, share * (end - begin)


@kernel
def _carry(out: Words, at: int) -> None:
    """Add 1 to the number that out[0..at-1] writes."""
    at -= 1
    while out[at] == WORD_MASK:
        out[at] = 0
        at -= 1
    out[at] += 1


@step
def settled(low: int, width: int, out: Words, at: int) -> tuple[int, int, int]:
    """Carry what ran over, and move words out until the interval is wide enough: (low, width, at).

    >>> out = np.zeros(2, np.uint16)
    >>> settled(5 << LEAST_WIDTH_BITS, 1 << 45, out, 0) == (0, 1 << 61, 1), out.tolist()
    (True, [5, 0])
    """
    if low >= WHOLE:
        low -= WHOLE
        _carry(out, at)
    # Whether a first word is due is guessed wrong often: it is stored always, and counts sometimes.
    out[at] = low >> LEAST_WIDTH_BITS
    due = int(width < LEAST_WIDTH)
    at += due
    low = (low & ((WHOLE - 1) >> (WORD_BITS * due))) << (WORD_BITS * due)
    width <<= WORD_BITS * due
    while width < LEAST_WIDTH:
        out[at] = low >> LEAST_WIDTH_BITS
        at += 1
        low = (low & (LEAST_WIDTH - 1)) << WORD_BITS
        width <<= WORD_BITS
    return low, width, at


@kernel
def finish(low: int, width: int, out: Words, at: int) -> int:
    """Name a point of the interval in as few bits as can be; returns the payload's bits.

    >>> out = np.zeros(4, np.uint16)
    >>> finish(3 << 60, 1 << 60, out, 0), f"{out[0]:016b}"[:2]
    (2, '11')
    """
    point, free = shortest(low, width)
    if point >= WHOLE:
        point -= WHOLE
        _carry(out, at)
    # 62 bits, left-aligned in four words.
    for i in range(3):
        out[at + i] = (point >> (LEAST_WIDTH_BITS - WORD_BITS * i)) & WORD_MASK
    out[at + 3] = (point << 2) & WORD_MASK
    return WORD_BITS * at + WINDOW_BITS - free


@kernel
def encode_range(symbols: Symbols, cumulative: Counts, total_bits: int, out: Words) -> int:
    """Narrow [0, 1) token by token, then name a point of what is left; returns the payload's bits.

    >>> out = np.zeros(4, np.uint16)
    >>> encode_range(np.array([1, 0], np.uint8), np.array([0, 128, 256]), 8, out), f"{out[0]:016b}"[:2]
    (2, '10')
    """
    low, width, at = 0, WHOLE, 0
    for i in range(symbols.size):
        symbol = int(symbols[i])
        low, width = narrowed(low, width, int(cumulative[symbol]), int(cumulative[symbol + 1]), total_bits)
        low, width, at = settled(low, width, out, at)
    return finish(low, width, out, at)


@kernel
def _bisect(count: int, cumulative: Counts, symbol: int) -> tuple[int, int, int]:
    """What `located` finds, the token not before `symbol`, by halving."""
    after = cumulative.size - 1
    if int(cumulative[after]) <= count:
        return after, 0, 0
    # Invariant: cumulative[symbol] <= count < cumulative[after].
    while after - symbol > 1:
        middle = (symbol + after) >> 1
        if int(cumulative[middle]) <= count:
            symbol = middle
        else:
            after = middle
    return symbol, int(cumulative[symbol]), int(cumulative[after])


@step
def located(offset: int, share: int, cumulative: Counts, buckets: Symbols, shift: int) -> tuple[int, int, int]:
    """The token that owns the count of `offset`, and its counts: (symbol, begin, end); K for the count T.

    >>> located(5000, 10, np.array([0, 300, 1000, 1024]), np.array([0, 0, 1, 1, 1]), 8)
    (1, 300, 1000)
    """
    count = divided(offset, share)
    symbol = int(buckets[count >> shift])
    begin, end = int(cumulative[symbol]), int(cumulative[symbol + 1])
    last = min(symbol + _TRIES, cumulative.size - 2)
    while end <= count:
        if symbol == last:
            return _bisect(count, cumulative, symbol)
        symbol += 1
        begin, end = end, int(cumulative[symbol + 1])
    return symbol, begin, end


@step
def refilled(offset: int, width: int, words: Words, at: int) -> tuple[int, int, int]:
    """Read words until the interval is wide enough: (offset, width, at).  Past the end the last one is read again.

    >>> refilled(0, 1 << 45, np.array([5, 0], np.uint16), 0) == (5, 1 << 61, 1)
    True
    """
    # Whether a first word is due is guessed wrong often: it is read always, and counts sometimes.
    due = WORD_BITS * int(width < LEAST_WIDTH)
    offset = (offset << due) | (int(words[min(at, words.size - 1) & NO_SIGN]) >> (WORD_BITS - due))
    width <<= due
    at += due >> 4
    while width < LEAST_WIDTH:
        offset = (offset << WORD_BITS) | int(words[min(at, words.size - 1)])
        width <<= WORD_BITS
        at += 1
    return offset, width, at


@kernel(work=lambda *_: 1)
def begun(words: Words, at: int) -> int:
    """The point that a decoder begins with: the four words before `at`.

    >>> begun(np.array([0, 0, 1, 2], np.uint16), 4)
    65538
    """
    offset = 0
    for i in range(at - AHEAD, at):
        offset = (offset << WORD_BITS) | int(words[i])
    return offset


@kernel
def decode_range(
    words: Words, cumulative: Counts, buckets: Symbols, shift: int, total_bits: int, symbols: Symbols
) -> tuple[int, int]:
    """Find the token that owns the point's count, again and again.

    words: two zero bits, the payload, and zeros for four words more.  buckets: for count >> shift the token that owns
    the first count of that bucket, 1 + T >> shift of them.  Returns where it stands, four words ahead, and the number
    of tokens found: fewer than symbols.size if the point lies in no token's part.

    >>> from compress.coders.catalog import build
    >>> coder, found, words = build("range:8", [1, 1]), np.zeros(2, np.uint8), np.zeros(5, np.uint16)
    >>> words[0] = 0b00_10 << 12
    >>> decode_range(words, *coder._tables, found), found.tolist()
    ((4, 2), [1, 0])
    """
    at, width = AHEAD, WHOLE
    offset = begun(words, at)
    # Invariant: `offset` is the point less the interval's lower end, 0 <= offset < width.
    for i in range(symbols.size):
        share = width >> total_bits
        symbol, begin, end = located(offset, share, cumulative, buckets, shift)
        if symbol == cumulative.size - 1:
            return at, i
        symbols[i] = symbol
        offset, width, at = refilled(offset - share * begin, share * (end - begin), words, at)
    return at, symbols.size

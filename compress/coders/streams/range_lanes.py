"""The range coder's decoder: one lane as it is written down, and four of them side by side.

It is `arithmetic_lanes` again, with one division that tells a count where that has a guess and boundaries to compare.
On bytes of 5 bits and on coins, million tokens a second:

    one lane       110 and 150
    four lanes     340 and 450

Next: `rans` (a state that grows).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES
from compress.coders.streams.interval import WHOLE, WINDOW_BITS
from compress.kernel import kernel, step
from compress.symbols import Counts, Symbols

__all__ = [
    "LEAST_WIDTH",
    "LEAST_WIDTH_BITS",
    "WORD_BITS",
    "WORD_MASK",
    "Words",
    "decode_four_ranges",
    "decode_range",
]

Int64s = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint16]

WORD_BITS = 16
WORD_MASK = (1 << WORD_BITS) - 1
LEAST_WIDTH_BITS = WINDOW_BITS - WORD_BITS
LEAST_WIDTH = 1 << LEAST_WIDTH_BITS
# Rare tokens that share a bucket are first tried one by one, this many, and then bisected.
_TRIES = 8
# What has no sign needs no test for indices from the end.
_NO_SIGN = (1 << 60) - 1


@kernel
def _bisect(count: int, cumulative: Counts, symbol: int) -> tuple[int, int, int]:
    """What `_located` finds, the token not before `symbol`, by halving."""
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
def _located(offset: int, share: int, cumulative: Counts, buckets: Symbols, shift: int) -> tuple[int, int, int]:
    """The token that owns the count of `offset`, and its counts: (symbol, begin, end); K for the count T."""
    # Unsigned, for one division.
    count = int(np.int64(np.uint64(offset) // np.uint64(share)))
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
def _refilled(offset: int, width: int, words: Words, at: int) -> tuple[int, int, int]:
    """Read words until the interval is wide enough: (offset, width, at).  Past the end the last one is read again."""
    # Whether a first word is due is guessed wrong often: it is read always, and counts sometimes.
    due = WORD_BITS * int(width < LEAST_WIDTH)
    offset = (offset << due) | (int(words[min(at, words.size - 1) & _NO_SIGN]) >> (WORD_BITS - due))
    width <<= due
    at += due >> 4
    while width < LEAST_WIDTH:
        offset = (offset << WORD_BITS) | int(words[min(at, words.size - 1)])
        width <<= WORD_BITS
        at += 1
    return offset, width, at


@kernel(work=lambda *_: 1)
def _begun(words: Words, at: int) -> int:
    """The point that a decoder begins with: the four words before `at`."""
    offset = 0
    for i in range(at - 4, at):
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
    at, width = 4, WHOLE
    offset = _begun(words, at)
    # Invariant: `offset` is the point less the interval's lower end, 0 <= offset < width.
    for i in range(symbols.size):
        share = width >> total_bits
        symbol, begin, end = _located(offset, share, cumulative, buckets, shift)
        if symbol == cumulative.size - 1:
            return at, i
        symbols[i] = symbol
        offset, width, at = _refilled(offset - share * begin, share * (end - begin), words, at)
    return at, symbols.size


@kernel(work=lambda *_: 1)
def _one(
    offset: int,
    share: int,
    words: Words,
    at: int,
    cumulative: Counts,
    buckets: Symbols,
    shift: int,
    symbols: Symbols,
    i: int,
) -> int:
    """Find token i, and return where its lane stands then, or 0 if the point lies in no token's part."""
    symbol, begin, end = _located(offset, share, cumulative, buckets, shift)
    if symbol == cumulative.size - 1:
        return 0
    symbols[i] = symbol
    _, _, at = _refilled(offset - share * begin, share * (end - begin), words, at)
    return at


@kernel
def decode_four_ranges(
    words: Words, positions: Int64s, cumulative: Counts, buckets: Symbols, shift: int, total_bits: int, symbols: Symbols
) -> int:
    """Find token i in lane i mod 4; returns the number of tokens found, as `decode_range` does.

    words: four payloads, each as that takes one.  positions: where each begins, and afterwards where it stands.

    >>> from compress.coders.catalog import build
    >>> coder, found, words = build("range:8", [1, 1]), np.zeros(5, np.uint8), np.zeros(20, np.uint16)
    >>> words[0], words[5] = 0b00_10 << 12, 0b00_1 << 13
    >>> decode_four_ranges(words, np.arange(0, 20, 5), *coder._tables, found), found.tolist()
    (5, [1, 1, 0, 0, 0])
    """
    at0, at1, at2, at3 = int(positions[0]) + 4, int(positions[1]) + 4, int(positions[2]) + 4, int(positions[3]) + 4
    o0, o1, o2, o3 = _begun(words, at0), _begun(words, at1), _begun(words, at2), _begun(words, at3)
    w0, w1, w2, w3 = WHOLE, WHOLE, WHOLE, WHOLE
    nobody, whole = cumulative.size - 1, symbols.size - symbols.size % LANES
    for i in range(0, whole, LANES):
        r0, r1, r2, r3 = w0 >> total_bits, w1 >> total_bits, w2 >> total_bits, w3 >> total_bits
        s0, begin0, end0 = _located(o0, r0, cumulative, buckets, shift)
        s1, begin1, end1 = _located(o1, r1, cumulative, buckets, shift)
        s2, begin2, end2 = _located(o2, r2, cumulative, buckets, shift)
        s3, begin3, end3 = _located(o3, r3, cumulative, buckets, shift)
        if s0 == nobody or s1 == nobody or s2 == nobody or s3 == nobody:
            return i
        symbols[i], symbols[i + 1], symbols[i + 2], symbols[i + 3] = s0, s1, s2, s3
        o0, w0, at0 = _refilled(o0 - r0 * begin0, r0 * (end0 - begin0), words, at0)
        o1, w1, at1 = _refilled(o1 - r1 * begin1, r1 * (end1 - begin1), words, at1)
        o2, w2, at2 = _refilled(o2 - r2 * begin2, r2 * (end2 - begin2), words, at2)
        o3, w3, at3 = _refilled(o3 - r3 * begin3, r3 * (end3 - begin3), words, at3)
    positions[0], positions[1], positions[2], positions[3] = at0, at1, at2, at3
    # Up to three tokens are left, of the first lanes.
    if whole < symbols.size:
        positions[0] = _one(o0, w0 >> total_bits, words, at0, cumulative, buckets, shift, symbols, whole)
    if whole + 1 < symbols.size:
        positions[1] = _one(o1, w1 >> total_bits, words, at1, cumulative, buckets, shift, symbols, whole + 1)
    if whole + 2 < symbols.size:
        positions[2] = _one(o2, w2 >> total_bits, words, at2, cumulative, buckets, shift, symbols, whole + 2)
    for i in range(whole, symbols.size):
        if positions[i - whole] == 0:
            return i
    return symbols.size

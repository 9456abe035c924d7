"""The interval of arithmetic coding: 62 bits of it at hand, carries made as on paper.

The interval [0, 1) shrinks by q̂ with every token of a message.  Its 62 most recent bits are at hand:

        out[0] ... out[at-1]         bytes that are settled, but for a carry
        low    0 <= low < 2^62       the interval's lower end, 62 bits further on
        width  2^54 <= width <= 2^62 its width, in units of the last bit

`narrow`: a token that owns [c, c + f) of T = 2^40 narrows the interval to its own part of it.
`settle`: when the width falls below 2^54, the top byte of `low` moves out and 8 fresh bits come in.
Adding to `low` may carry into bytes already moved out; a carry is then made as on paper, turning
255s into 0s, and it never runs past the first byte, because the interval lies within [0, 1).
`finish` names a point of what is left.  To decode, `locate` finds the token whose part holds that
point, and `refill` reads on as `settle` wrote.

A boundary is floor(width'·c / T), where width' is `width` with its last 18 bits set to 0.  The product has
up to 102 bits.  A processor multiplies two numbers of 64 bits into one of 128, whose upper half is

        (width'·2)·(c·2^23) / 2^64 = width'·c / 2^40

and so the floor is exact.  A token's part of the interval differs from
its due f/T by less than 2^18/width for the cut and 1/width for the floor:

        f/T·(1 - 2^-36) - 2^-54  <  part  <  f/T + 2^-54

The boundaries grow with c and begin at 0, so the parts never overlap, and what they leave unused (less
than 2^18 of 2^54) is not worth having.

Next: `arithmetic` (the coder made of these steps).  Source: J. Rissanen 1976; G. N. N. Martin 1979
(range coding, carries); I. Witten, R. Neal and J. Cleary 1987.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.errors import CorruptError
from compress.kernel import high_product, kernel, step
from compress.probability.frequencies import TOTAL_BITS
from compress.symbols import Counts, Symbols

__all__ = [
    "CUT_BITS",
    "LEAST_WIDTH",
    "LEAST_WIDTH_BITS",
    "WHOLE",
    "WINDOW_BITS",
    "Bytes",
    "carry",
    "count_before",
    "finish",
    "locate",
    "narrow",
    "readable",
    "refill",
    "require_whole",
    "settle",
    "shortest",
    "slack_bits",
    "written",
]

Bytes = npt.NDArray[np.uint8]

WINDOW_BITS = 62
WHOLE = 1 << WINDOW_BITS
LEAST_WIDTH_BITS = WINDOW_BITS - 8
LEAST_WIDTH = 1 << LEAST_WIDTH_BITS
# The last bits of a width, which no boundary depends on.
CUT_BITS = 18
# Rare tokens that share a bucket are first tried one by one, this many, and then bisected.
_TRIES = 8


@step
def _boundary(width: int, cumulative: int) -> int:
    """Where c of T lies in the interval.  Both factors are at most 2^63, and their product at most width·2^64."""
    return high_product((width >> CUT_BITS) << (CUT_BITS + 1), cumulative << (63 - TOTAL_BITS))


@step
def narrow(low: int, width: int, begin: int, end: int) -> tuple[int, int]:
    """The part of the interval that [begin, end) of T owns: (low, width).

    >>> [int(number).bit_length() - 1 for number in narrow(0, WHOLE, 1 << 39, 1 << 40)]
    [61, 61]
    """
    start = _boundary(width, begin)
    return low + start, _boundary(width, end) - start


@kernel
def carry(out: Bytes, at: int) -> None:
    """Add 1 to the number that out[0..at-1] writes.

    >>> out = np.array([4, 255, 255, 9], np.uint8)
    >>> carry(out, 3), out.tolist()
    (None, [5, 0, 0, 9])
    """
    at -= 1
    while out[at] == 255:
        out[at] = 0
        at -= 1
    out[at] += 1


@step
def settle(low: int, width: int, out: Bytes, at: int) -> tuple[int, int, int]:
    """Carry what ran over, and move bytes out until the interval is wide enough: (low, width, at).

    >>> out = np.zeros(2, np.uint8)
    >>> settle(5 << LEAST_WIDTH_BITS, 1 << 53, out, 0) == (0, 1 << 61, 1), out.tolist()
    (True, [5, 0])
    """
    if low >= WHOLE:
        low -= WHOLE
        carry(out, at)
    # Whether a first byte is due is guessed wrong often: it is stored always, and counts sometimes.
    out[at] = low >> LEAST_WIDTH_BITS
    due = int(width < LEAST_WIDTH)
    at += due
    low = (low & ((WHOLE - 1) >> 8 * due)) << 8 * due
    width <<= 8 * due
    while width < LEAST_WIDTH:
        out[at] = low >> LEAST_WIDTH_BITS
        at += 1
        low = (low & (LEAST_WIDTH - 1)) << 8
        width <<= 8
    return low, width, at


@step
def shortest(low: int, width: int) -> tuple[int, int]:
    """A point of the interval with as many zeros at its end as can be, whatever stands there: (point, zeros).

    >>> point, zeros = shortest(3 << 60, 1 << 60)
    >>> point == 3 << 60, zeros
    (True, 60)
    """
    free = WINDOW_BITS
    # Dropping the last `free` bits leaves a block of 2^free numbers from `point` on.
    point = 0
    while point < low or point - low > width - (1 << free):
        free -= 1
        point = ((low + (1 << free) - 1) >> free) << free
    return point, free


@kernel
def finish(low: int, width: int, out: Bytes, at: int) -> int:
    """Name a point: a shortest string of bits whose every continuation lies in the interval; the payload's bits.

    >>> out = np.zeros(8, np.uint8)
    >>> finish(3 << 60, 1 << 60, out, 0), f"{out[0]:08b}"
    (2, '11000000')
    """
    point, free = shortest(low, width)
    if point >= WHOLE:
        point -= WHOLE
        carry(out, at)
    # 62 bits, left-aligned in 8 bytes.
    for i in range(7):
        out[at + i] = (point >> (LEAST_WIDTH_BITS - 8 * i)) & 255
    out[at + 7] = (point & 63) << 2
    return 8 * at + WINDOW_BITS - free


@kernel
def _bisect(offset: int, width: int, cumulative: Counts, symbol: int) -> tuple[int, int, int]:
    """What `locate` finds, the token not before `symbol`, by halving."""
    after = cumulative.size - 1
    if _boundary(width, int(cumulative[after])) <= offset:
        return after, 0, 0
    # Invariant: boundary(symbol) <= offset < boundary(after).
    while after - symbol > 1:
        middle = (symbol + after) >> 1
        if _boundary(width, int(cumulative[middle])) <= offset:
            symbol = middle
        else:
            after = middle
    return symbol, _boundary(width, int(cumulative[symbol])), _boundary(width, int(cumulative[after]))


@step
def count_before(offset: int, width: int) -> int:
    """A c whose boundary is not beyond `offset`, and seldom far before it.

    With a = width div T, boundary(c) <= (a + 1)·c; it is below T, because width < (a + 1)·T.

    >>> count_before(1 << 61, WHOLE).bit_length()
    39
    """
    return int(np.uint64(offset) // np.uint64((width >> TOTAL_BITS) + 1))


@step
def locate(offset: int, width: int, cumulative: Counts, buckets: Symbols, bucket_shift: int) -> tuple[int, int, int]:
    """The token whose part of the interval holds `offset`, and that part: (symbol, begin, end); K if none does.

    >>> halves, buckets = np.array([0, 1 << 39, 1 << 40]), np.array([0, 1])
    >>> locate(3 << 60, WHOLE, halves, buckets, 39) == (1, 1 << 61, 1 << 62)
    True
    """
    hint = count_before(offset, width)
    symbol = int(buckets[hint >> bucket_shift])
    begin, end = _boundary(width, int(cumulative[symbol])), _boundary(width, int(cumulative[symbol + 1]))
    last = min(symbol + _TRIES, cumulative.size - 2)
    while end <= offset:
        if symbol == last:
            return _bisect(offset, width, cumulative, symbol)
        symbol += 1
        begin, end = end, _boundary(width, int(cumulative[symbol + 1]))
    return symbol, begin, end


@step
def refill(offset: int, width: int, data: Bytes, at: int) -> tuple[int, int, int]:
    """Read bytes until the interval is wide enough: (offset, width, at).  Past the end the last one is read again.

    >>> refill(0, 1 << 53, np.array([5, 0], np.uint8), 0) == (5, 1 << 61, 1)
    True
    """
    while width < LEAST_WIDTH:
        offset = (offset << 8) | int(data[min(at, data.size - 1)])
        at += 1
        width <<= 8
    return offset, width, at


def written(out: Bytes, total: int) -> bitarray:
    """The payload of `total` bits that `finish` has ended.

    >>> written(np.array([192, 0], np.uint8), 2).to01()
    '11'
    """
    bits = bitarray(endian="big")
    bits.frombytes(out[: (total + 7) // 8].tobytes())
    del bits[total:]
    return bits


def readable(bits: bitarray) -> Bytes:
    """A payload as a decoder reads it: behind two zero bits, and before 9 zero bytes.

    The two make its window of 62 bits end where a byte does.

    >>> readable(bitarray("11"))[:2].tolist()
    [48, 0]
    """
    return np.frombuffer((bitarray("00", endian="big") + bits).tobytes() + bytes(9), np.uint8)


def require_whole(bits: bitarray, count: int, read: int, found: int) -> None:
    """Raise CorruptError if a decoder that wanted `count` tokens found fewer, or read bytes that are not there.

    >>> require_whole(bitarray("11"), count=1, read=0, found=1)
    """
    if found < count:
        raise CorruptError(f"the payload names no token {found}")
    if 8 * read > len(bits):
        raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")


def slack_bits(times: npt.NDArray[Any], frequencies: Counts) -> tuple[float, float]:
    """How far the parts of tokens fall short of, or exceed, Σ -log2 f/T: (below, above) in bits, both >= 0.

    A token's part is between f/T·(1 - 2^-36) - 2^-54 and f/T + 2^-54 of the interval; relative to its due f/T that
    is a factor between 1 - 2^-36 - 2^-14/f and 1 + 2^-14/f.  times: how often each frequency f >= 1 is used.

    >>> below, above = slack_bits(np.array([1000]), np.array([1 << 39]))
    >>> below < above < 1e-7
    True
    """
    floor = 2.0 ** (TOTAL_BITS - LEAST_WIDTH_BITS) / frequencies
    cut = 2.0 ** (CUT_BITS - LEAST_WIDTH_BITS)
    below = float((times * np.log1p(floor)).sum()) / math.log(2)
    above = -float((times * np.log1p(-cut - floor)).sum()) / math.log(2)
    return below, above

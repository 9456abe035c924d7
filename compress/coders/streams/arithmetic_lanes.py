"""The arithmetic coder over four lanes: `encode_interval` and `decode_interval` four times, side by side.

To find a token takes a division, a look into a table and a guess whether the next token begins before the point.  A
processor that decodes one lane waits for each of these in turn.  On bytes of 4.5 bits and on coins, million tokens a
second:

                                                      encode        decode
    one lane                                          255 and 330   100 and 120
    four lanes                                        -             195 and 330
    two bytes are stored always, and count sometimes  315 and 375   -
    coins: whether a byte is due is guessed           -       560   -

To read a byte always, and count it sometimes, gives 225 for the bytes, but 260 for the coins, whose bytes are seldom
due.  Each lane has its own end, so four cost up to 8 bits where one costs 2.

Next: `shares` (coders of a small total).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES
from compress.coders.streams.interval import (
    LEAST_WIDTH,
    LEAST_WIDTH_BITS,
    WHOLE,
    Bytes,
    carry,
    finish,
    locate,
    narrow,
    refill,
    settle,
)
from compress.kernel import kernel, step
from compress.symbols import Counts, Symbols

__all__ = ["decode_intervals", "encode_intervals"]

Int64s = npt.NDArray[np.int64]


@kernel(work=lambda *_: 1)
def _begun(data: Bytes, at: int) -> int:
    """The point that a decoder begins with: the 8 bytes before `at`."""
    offset = 0
    for i in range(at - 8, at):
        offset = (offset << 8) | int(data[i])
    return offset


@kernel(work=lambda *_: 1)
def _one(
    offset: int,
    width: int,
    data: Bytes,
    at: int,
    cumulative: Counts,
    buckets: Symbols,
    bucket_shift: int,
    symbols: Symbols,
    i: int,
) -> int:
    """Find token i, and return where its lane stands then, or 0 if the point lies in no token's part."""
    symbol, begin, end = locate(offset, width, cumulative, buckets, bucket_shift)
    if symbol == cumulative.size - 1:
        return 0
    symbols[i] = symbol
    _, _, at = refill(offset - begin, end - begin, data, at)
    return at


@step
def _put(
    low: int, width: int, symbol: int, cumulative: Counts, is_seldom: bool, out: Bytes, at: int
) -> tuple[int, int, int]:
    """Narrow the interval, and settle it as `settle` does, but that up to two bytes move without a branch.

    is_seldom: so few move that a branch is guessed right nearly always.  What ran over stays below 2^63, and can wait.
    """
    low, width = narrow(low, width, int(cumulative[symbol]), int(cumulative[symbol + 1]))
    if is_seldom and width >= LEAST_WIDTH:
        return low, width, at
    if low >= WHOLE:
        low -= WHOLE
        carry(out, at)
    out[at], out[at + 1] = low >> LEAST_WIDTH_BITS, (low >> (LEAST_WIDTH_BITS - 8)) & 255
    due = int(width < LEAST_WIDTH) + int(width < LEAST_WIDTH >> 8)
    at += due
    low, width = (low & ((WHOLE - 1) >> 8 * due)) << 8 * due, width << 8 * due
    while width < LEAST_WIDTH:
        out[at] = low >> LEAST_WIDTH_BITS
        at += 1
        low, width = (low & (LEAST_WIDTH - 1)) << 8, width << 8
    return low, width, at


@kernel(work=lambda *_: 1)
def _last(low: int, width: int, symbols: Symbols, i: int, cumulative: Counts, out: Bytes, at: int) -> int:
    """Token i, if there is one, and the end of a lane: the payload's bits."""
    low, width, at = settle(low, width, out, at)
    if i < symbols.size:
        low, width, at = _put(low, width, int(symbols[i]), cumulative, False, out, at)
    return finish(low, width, out, at)


@step
def _encode(
    symbols: Symbols, cumulative: Counts, is_seldom: bool, out0: Bytes, out1: Bytes, out2: Bytes, out3: Bytes
) -> tuple[int, int, int, int]:
    low0, low1, low2, low3 = 0, 0, 0, 0
    w0, w1, w2, w3 = WHOLE, WHOLE, WHOLE, WHOLE
    at0, at1, at2, at3 = 0, 0, 0, 0
    whole = symbols.size - symbols.size % LANES
    for i in range(0, whole, LANES):
        low0, w0, at0 = _put(low0, w0, int(symbols[i]), cumulative, is_seldom, out0, at0)
        low1, w1, at1 = _put(low1, w1, int(symbols[i + 1]), cumulative, is_seldom, out1, at1)
        low2, w2, at2 = _put(low2, w2, int(symbols[i + 2]), cumulative, is_seldom, out2, at2)
        low3, w3, at3 = _put(low3, w3, int(symbols[i + 3]), cumulative, is_seldom, out3, at3)
    return (
        _last(low0, w0, symbols, whole, cumulative, out0, at0),
        _last(low1, w1, symbols, whole + 1, cumulative, out1, at1),
        _last(low2, w2, symbols, whole + 2, cumulative, out2, at2),
        _last(low3, w3, symbols, whole + 3, cumulative, out3, at3),
    )


@kernel
def encode_intervals(
    symbols: Symbols, cumulative: Counts, is_seldom: bool, out0: Bytes, out1: Bytes, out2: Bytes, out3: Bytes
) -> tuple[int, int, int, int]:
    """Narrow four intervals, that of lane i mod 4 by token i; returns the payloads' bits.

    is_seldom: whether few bytes move; the payloads are the same.

    >>> lanes = [np.zeros(9, np.uint8) for _ in range(4)]
    >>> encode_intervals(np.array([1, 0, 0, 1, 1], np.uint8), np.array([0, 1 << 39, 1 << 40]), False, *lanes)
    (2, 1, 1, 1)
    >>> [f"{lane[0]:08b}"[:2] for lane in lanes]
    ['11', '00', '00', '10']
    """
    # The loop is made into machine code twice, for one and for the other.
    if is_seldom:
        return _encode(symbols, cumulative, True, out0, out1, out2, out3)
    return _encode(symbols, cumulative, False, out0, out1, out2, out3)


@kernel
def decode_intervals(
    data: Bytes, positions: Int64s, cumulative: Counts, buckets: Symbols, bucket_shift: int, symbols: Symbols
) -> int:
    """Find token i in lane i mod 4; returns the number of tokens found, as `decode_interval` does.

    data: four payloads, each as that takes one.  positions: where each begins, and afterwards the byte at which it
    stands, which is 8 bytes ahead.

    >>> from compress.coders.catalog import build
    >>> from compress.coders.streams.interval import readable
    >>> coder, found, begins = build("arithmetic", [1, 1]), np.zeros(5, np.uint8), np.arange(0, 40, 10)
    >>> data = np.concatenate([readable(coder.encode(np.array(lane, np.uint8))) for lane in ([0, 1], [1], [0], [1])])
    >>> decode_intervals(data, begins, *coder._tables, found), found.tolist()
    (5, [0, 1, 0, 1, 1])
    """
    at0, at1, at2, at3 = int(positions[0]) + 8, int(positions[1]) + 8, int(positions[2]) + 8, int(positions[3]) + 8
    o0, o1, o2, o3 = _begun(data, at0), _begun(data, at1), _begun(data, at2), _begun(data, at3)
    w0, w1, w2, w3 = WHOLE, WHOLE, WHOLE, WHOLE
    nobody, whole = cumulative.size - 1, symbols.size - symbols.size % LANES
    for i in range(0, whole, LANES):
        s0, begin0, end0 = locate(o0, w0, cumulative, buckets, bucket_shift)
        s1, begin1, end1 = locate(o1, w1, cumulative, buckets, bucket_shift)
        s2, begin2, end2 = locate(o2, w2, cumulative, buckets, bucket_shift)
        s3, begin3, end3 = locate(o3, w3, cumulative, buckets, bucket_shift)
        if s0 == nobody or s1 == nobody or s2 == nobody or s3 == nobody:
            return i
        symbols[i], symbols[i + 1], symbols[i + 2], symbols[i + 3] = s0, s1, s2, s3
        o0, w0, at0 = refill(o0 - begin0, end0 - begin0, data, at0)
        o1, w1, at1 = refill(o1 - begin1, end1 - begin1, data, at1)
        o2, w2, at2 = refill(o2 - begin2, end2 - begin2, data, at2)
        o3, w3, at3 = refill(o3 - begin3, end3 - begin3, data, at3)
    positions[0], positions[1], positions[2], positions[3] = at0, at1, at2, at3
    # Up to three tokens are left, of the first lanes.
    if whole < symbols.size:
        positions[0] = _one(o0, w0, data, at0, cumulative, buckets, bucket_shift, symbols, whole)
    if whole + 1 < symbols.size:
        positions[1] = _one(o1, w1, data, at1, cumulative, buckets, bucket_shift, symbols, whole + 1)
    if whole + 2 < symbols.size:
        positions[2] = _one(o2, w2, data, at2, cumulative, buckets, bucket_shift, symbols, whole + 2)
    for i in range(whole, symbols.size):
        if positions[i - whole] == 0:
            return i
    return symbols.size

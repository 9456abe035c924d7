"""The range coder over four lanes: `encode_range` and `decode_range` four times, side by side.

On bytes of 5 bits and on coins, million tokens a second:

                                               encode        decode
    one lane                                   440 and 505   110 and 150
    four lanes                                 530 and 615   345 and 355
    coins: whether a word is due is guessed    -       900   -

Next: `rans` (a state that grows).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES
from compress.coders.streams.interval import WHOLE
from compress.coders.streams.range_loops import (
    AHEAD,
    LEAST_WIDTH,
    Words,
    begun,
    finish,
    located,
    narrowed,
    refilled,
    settled,
)
from compress.kernel import kernel, step
from compress.symbols import Counts, Symbols

__all__ = ["decode_four_ranges", "encode_four_ranges"]

Int64s = npt.NDArray[np.int64]


@step
def _put(
    low: int, width: int, symbol: int, cumulative: Counts, total_bits: int, is_seldom: bool, out: Words, at: int
) -> tuple[int, int, int]:
    low, width = narrowed(low, width, int(cumulative[symbol]), int(cumulative[symbol + 1]), total_bits)
    # Where words move seldom, a branch is guessed right nearly always.  What ran over stays below 2^63, and can wait.
    if is_seldom and width >= LEAST_WIDTH:
        return low, width, at
    return settled(low, width, out, at)


@kernel(work=lambda *_: 1)
def _last(
    low: int, width: int, symbols: Symbols, i: int, cumulative: Counts, total_bits: int, out: Words, at: int
) -> int:
    """Token i, if there is one, and the end of a lane: the payload's bits."""
    low, width, at = settled(low, width, out, at)
    if i < symbols.size:
        low, width, at = _put(low, width, int(symbols[i]), cumulative, total_bits, False, out, at)
    return finish(low, width, out, at)


@step
def _encode(
    symbols: Symbols,
    cumulative: Counts,
    total_bits: int,
    is_seldom: bool,
    out0: Words,
    out1: Words,
    out2: Words,
    out3: Words,
) -> tuple[int, int, int, int]:
    low0, low1, low2, low3 = 0, 0, 0, 0
    w0, w1, w2, w3 = WHOLE, WHOLE, WHOLE, WHOLE
    at0, at1, at2, at3 = 0, 0, 0, 0
    whole = symbols.size - symbols.size % LANES
    for i in range(0, whole, LANES):
        s0, s1, s2, s3 = int(symbols[i]), int(symbols[i + 1]), int(symbols[i + 2]), int(symbols[i + 3])
        low0, w0, at0 = _put(low0, w0, s0, cumulative, total_bits, is_seldom, out0, at0)
        low1, w1, at1 = _put(low1, w1, s1, cumulative, total_bits, is_seldom, out1, at1)
        low2, w2, at2 = _put(low2, w2, s2, cumulative, total_bits, is_seldom, out2, at2)
        low3, w3, at3 = _put(low3, w3, s3, cumulative, total_bits, is_seldom, out3, at3)
    return (
        _last(low0, w0, symbols, whole, cumulative, total_bits, out0, at0),
        _last(low1, w1, symbols, whole + 1, cumulative, total_bits, out1, at1),
        _last(low2, w2, symbols, whole + 2, cumulative, total_bits, out2, at2),
        _last(low3, w3, symbols, whole + 3, cumulative, total_bits, out3, at3),
    )


@kernel
def encode_four_ranges(
    symbols: Symbols,
    cumulative: Counts,
    total_bits: int,
    is_seldom: bool,
    out0: Words,
    out1: Words,
    out2: Words,
    out3: Words,
) -> tuple[int, int, int, int]:
    """Narrow four intervals, that of lane i mod 4 by token i; returns the payloads' bits.

    is_seldom: whether few words move; the payloads are the same.

    >>> lanes = [np.zeros(4, np.uint16) for _ in range(4)]
    >>> encode_four_ranges(np.array([1, 0, 0, 1, 1], np.uint8), np.array([0, 128, 256]), 8, False, *lanes)
    (2, 1, 1, 1)
    >>> [f"{lane[0]:016b}"[:2] for lane in lanes]
    ['11', '00', '00', '10']
    """
    # The loop is made into machine code twice, for one and for the other.
    if is_seldom:
        return _encode(symbols, cumulative, total_bits, True, out0, out1, out2, out3)
    return _encode(symbols, cumulative, total_bits, False, out0, out1, out2, out3)


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
    symbol, begin, end = located(offset, share, cumulative, buckets, shift)
    if symbol == cumulative.size - 1:
        return 0
    symbols[i] = symbol
    _, _, at = refilled(offset - share * begin, share * (end - begin), words, at)
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
    at0, at1, at2, at3 = int(positions[0]), int(positions[1]), int(positions[2]), int(positions[3])
    at0, at1, at2, at3 = at0 + AHEAD, at1 + AHEAD, at2 + AHEAD, at3 + AHEAD
    o0, o1, o2, o3 = begun(words, at0), begun(words, at1), begun(words, at2), begun(words, at3)
    w0, w1, w2, w3 = WHOLE, WHOLE, WHOLE, WHOLE
    nobody, whole = cumulative.size - 1, symbols.size - symbols.size % LANES
    for i in range(0, whole, LANES):
        r0, r1, r2, r3 = w0 >> total_bits, w1 >> total_bits, w2 >> total_bits, w3 >> total_bits
        s0, begin0, end0 = located(o0, r0, cumulative, buckets, shift)
        s1, begin1, end1 = located(o1, r1, cumulative, buckets, shift)
        s2, begin2, end2 = located(o2, r2, cumulative, buckets, shift)
        s3, begin3, end3 = located(o3, r3, cumulative, buckets, shift)
        if s0 == nobody or s1 == nobody or s2 == nobody or s3 == nobody:
            return i
        symbols[i], symbols[i + 1], symbols[i + 2], symbols[i + 3] = s0, s1, s2, s3
        o0, w0, at0 = refilled(o0 - r0 * begin0, r0 * (end0 - begin0), words, at0)
        o1, w1, at1 = refilled(o1 - r1 * begin1, r1 * (end1 - begin1), words, at1)
        o2, w2, at2 = refilled(o2 - r2 * begin2, r2 * (end2 - begin2), words, at2)
        o3, w3, at3 = refilled(o3 - r3 * begin3, r3 * (end3 - begin3), words, at3)
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

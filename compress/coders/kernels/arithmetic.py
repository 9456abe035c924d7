"""The arithmetic coder's loops: an interval that shrinks by q̂ with every token.

The message so far is an interval of [0, 1).  Its 62 most recent bits are at hand:

        out[0] ... out[at-1]         bytes that are settled, but for a carry
        low    0 <= low < 2^62       the interval's lower end, 62 bits further on
        width  2^54 <= width <= 2^62 its width, in units of the last bit

A token that owns [c, c + f) of T = 2^40 narrows the interval to its own part of it.
When the width falls below 2^54, the top byte of `low` moves out and 8 fresh bits come
in.  Adding to `low` may carry into bytes already moved out; a carry is then made as
on paper, turning 255s into 0s, and it never runs past the first byte, because the
interval lies within [0, 1).

A boundary is floor(width'·c / T), where width' is `width` with its last 18 bits set to
0.  The product would need 102 bits; from two pieces, width' = a·2^40 + b·2^18,

        width'·c / 2^40 = a·c + b·c / 2^22

both products stay below 2^62 and the floor is exact.  So a token's part of the interval
differs from its due f/T by less than 2^18/width for the cut and 1/width for the floor:

        f/T·(1 - 2^-36) - 2^-54  <  part  <  f/T + 2^-54

which `slack` turns into bits.  The boundaries grow with c and begin at 0, so the parts
never overlap, and what they leave unused (less than 2^18 of 2^54) is not worth having.

Source: J. Rissanen 1976; G. N. N. Martin 1979 (range coding, carries); I. Witten,
R. Neal and J. Cleary 1987.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.kernel import kernel
from compress.probability.frequencies import TOTAL_BITS
from compress.symbols import Symbols

__all__ = ["LEAST_WIDTH_BITS", "WINDOW_BITS", "decode_interval", "encode_interval"]

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]

WINDOW_BITS = 62
LEAST_WIDTH_BITS = WINDOW_BITS - 8
# The pieces of the width: 22 bits above bit 40, 22 bits above bit 18.
CUT_BITS = 18

_WHOLE = 1 << WINDOW_BITS
_LEAST_WIDTH = 1 << LEAST_WIDTH_BITS
_BELOW_TOP_BYTE = _LEAST_WIDTH - 1
_PIECE_BITS = TOTAL_BITS - CUT_BITS
_PIECE_MASK = (1 << _PIECE_BITS) - 1
# Rare tokens that share a bucket are first tried one by one, this many, and then bisected.
_TRIES = 8


@kernel
def _pieces(width: int) -> tuple[int, int]:
    return width >> TOTAL_BITS, (width >> CUT_BITS) & _PIECE_MASK


@kernel
def _boundary(a: int, b: int, cumulative: int) -> int:
    return a * cumulative + ((b * cumulative) >> _PIECE_BITS)


@kernel
def _carry(out: Bytes, at: int) -> None:
    """Add 1 to the number that out[0..at-1] writes."""
    at -= 1
    while out[at] == 255:
        out[at] = 0
        at -= 1
    out[at] += 1


@kernel
def encode_interval(symbols: Symbols, cumulative: Int64s, out: Bytes) -> int:
    """Narrow [0, 1) token by token, then name a point of what is left; returns the payload's bits."""
    low, width, at = 0, _WHOLE, 0
    for i in range(symbols.size):
        symbol = int(symbols[i])
        a, b = _pieces(width)
        begin = _boundary(a, b, int(cumulative[symbol]))
        end = _boundary(a, b, int(cumulative[symbol + 1]))
        low += begin
        width = end - begin
        if low >= _WHOLE:
            low -= _WHOLE
            _carry(out, at)
        while width < _LEAST_WIDTH:
            out[at] = low >> LEAST_WIDTH_BITS
            at += 1
            low = (low & _BELOW_TOP_BYTE) << 8
            width <<= 8
    # Finish: of all strings of bits whose every continuation lies in [low, low + width), send a
    # shortest.  Dropping the last `free` bits leaves a block of 2^free numbers from `point` on.
    free = WINDOW_BITS
    point = 0
    while True:
        point = ((low + (1 << free) - 1) >> free) << free
        if point - low <= width - (1 << free):
            break
        free -= 1
    if point >= _WHOLE:
        point -= _WHOLE
        _carry(out, at)
    for i in range(8):
        # 62 bits, left-aligned in 8 bytes.
        out[at + i] = ((point << 2) >> (56 - 8 * i)) & 255 if i else point >> LEAST_WIDTH_BITS
    return 8 * at + WINDOW_BITS - free


@kernel
def _find(offset: int, a: int, b: int, cumulative: Int64s, symbol: int) -> int:
    """The token whose part holds `offset`, none before `symbol`, found by halving; K if none does."""
    size = cumulative.size - 1
    if _boundary(a, b, int(cumulative[size])) <= offset:
        return size
    after = size
    # Invariant: boundary(symbol) <= offset < boundary(after).
    while after - symbol > 1:
        middle = (symbol + after) >> 1
        if _boundary(a, b, int(cumulative[middle])) <= offset:
            symbol = middle
        else:
            after = middle
    return symbol


@kernel
def decode_interval(
    data: Bytes, cumulative: Int64s, buckets: Symbols, bucket_shift: int, symbols: Symbols
) -> tuple[int, int]:
    """Find the token whose part of the interval holds the payload's point, again and again.

    data: two zero bits, the payload, and at least 8 zero bytes, the last of which is read again
    past the end.  buckets: for c >> bucket_shift the token that owns the first c of that bucket.
    Returns the bytes that moved out of the window, and the number of tokens found: fewer than
    symbols.size if the point lies in no token's part.
    """
    width, at = _WHOLE, 8
    last = data.size - 1
    size = cumulative.size - 1
    # The point less the interval's lower end: 0 <= offset < width, always.
    offset = 0
    for i in range(8):
        offset = (offset << 8) | int(data[i])
    for i in range(symbols.size):
        a, b = _pieces(width)
        # boundary(c) <= (a + 1)·c, so this c is not beyond the right one, and seldom far before it;
        # it is below T, because width < (a + 1)·T.
        hint = int(np.uint64(offset) // np.uint64(a + 1))
        symbol = int(buckets[hint >> bucket_shift])
        begin = _boundary(a, b, int(cumulative[symbol]))
        end = _boundary(a, b, int(cumulative[symbol + 1]))
        tries = 0
        while end <= offset:
            symbol += 1
            tries += 1
            if tries == _TRIES or symbol == size:
                symbol = _find(offset, a, b, cumulative, symbol - 1)
                if symbol == size:
                    return at - 8, i
                begin = _boundary(a, b, int(cumulative[symbol]))
                end = _boundary(a, b, int(cumulative[symbol + 1]))
                break
            begin = end
            end = _boundary(a, b, int(cumulative[symbol + 1]))
        symbols[i] = symbol
        offset -= begin
        width = end - begin
        while width < _LEAST_WIDTH:
            offset = (offset << 8) | int(data[min(at, last)])
            at += 1
            width <<= 8
    return at - 8, symbols.size

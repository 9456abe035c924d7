"""The loops of a prefix coder: words written one after the other, and found again.

A table of 2^12 entries finds short words at one look, a walk bit by bit the long ones.

Bits are kept in a window, a nonnegative int64 whose lowest `held` bits wait to be written, or to be read.  They go to
and from memory 32 at a time, the first bit of the message being the highest bit of the first word.

Next: `pairs` (two words at a time).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.kernel import kernel, step
from compress.symbols import Symbols

__all__ = ["LONGEST_WORD", "WORD_MASK", "decode_words", "encode_words", "push", "walk"]

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]
Uint32s = npt.NDArray[np.uint32]

# The longest word that these loops take: two halves that each fit in the window beside 32 bits.
LONGEST_WORD = 62
_HALF = 31
_HALF_MASK = (1 << _HALF) - 1
WORD_MASK = (1 << 32) - 1


@kernel
def _push_short(window: int, held: int, value: int, length: int, at: int, out: Uint32s) -> tuple[int, int, int]:
    """Append a word of at most 31 bits: (window, held, at), with 31 bits held at most.

    Store always, advance sometimes: whether 32 bits are ready depends on the message, so a branch
    would be guessed wrong often.  A word stored too early is stored again when it is full.
    """
    window = (window << length) | value
    held += length
    full = held >> 5
    held &= 31
    out[at] = (window >> held) & WORD_MASK
    # Above the held bits the window keeps what was already stored; 32 bits of it do no harm.
    return window & WORD_MASK, held, at + full


@step
def push(window: int, held: int, value: int, length: int, at: int, out: Uint32s) -> tuple[int, int, int]:
    """Append a word of at most 62 bits to a window that holds 31 at most: (window, held, at).

    >>> push(0b1, 1, 0b0110, 4, 0, np.zeros(1, np.uint32))
    (22, 5, 0)
    """
    if length > _HALF:
        # A long word in two pieces, its beginning first.
        window, held, at = _push_short(window, held, value >> _HALF, length - _HALF, at, out)
        value &= _HALF_MASK
        length = _HALF
    return _push_short(window, held, value, length, at, out)


@kernel
def encode_words(symbols: Symbols, begin: int, stride: int, values: Int64s, lengths: Int64s, out: Uint32s) -> int:
    """Write the words of symbols begin, begin + stride, ...; returns the bits.  `out` has room for them and 32 more.

    >>> out = np.zeros(2, np.uint32)
    >>> encode_words(np.array([0, 1, 0], np.uint8), 0, 2, np.array([5, 0]), np.array([3, 1]), out), f"{out[0]:032b}"[:8]
    (6, '10110100')
    """
    window, held, at = 0, 0, 0
    for i in range(begin, symbols.size, stride):
        symbol = int(symbols[i])
        window, held, at = push(window, held, int(values[symbol]), int(lengths[symbol]), at, out)
    out[at] = (window << (32 - held)) & WORD_MASK
    return 32 * at + held


@step
def _four_bytes(data: Bytes, at: int) -> int:
    """The 32 bits of bytes at, at + 1, at + 2, at + 3."""
    word = int(data[at]) << 24 | int(data[at + 1]) << 16 | int(data[at + 2]) << 8 | int(data[at + 3])
    return word & WORD_MASK


@kernel
def walk(
    data: Bytes,
    position: int,
    first: Int64s,
    span: Int64s,
    number: Int64s,
    start: Int64s,
    ranks: Int64s,
    order: Int64s,
) -> tuple[int, int]:
    """The word that begins at a bit position, one bit at a time: (symbol, length), length 0 if none does.

    For each length: its first word, how many numbers from that to its last, how many words, and where in `order`.
    ranks: of each word in `order`, how far it is from the first of its length.

    >>> from compress.coders.catalog import build
    >>> looked_up = build("huffman", [4, 2, 1, 1])._tables[2:]
    >>> walk(np.array([0b1101 << 4], np.uint8), 0, *looked_up)
    (2, 3)
    """
    value = 0
    for length in range(1, first.size):
        byte = int(data[min(position >> 3, data.size - 1)])
        value = (value << 1) | ((byte >> (7 - (position & 7))) & 1)
        position += 1
        rank, low = value - int(first[length]), int(start[length])
        if 0 <= rank < int(span[length]):
            # Words of one length are most often consecutive numbers: first, first + 1, ...
            if span[length] == number[length]:
                return int(order[low + rank]), length
            high = low + int(number[length])
            # Invariant: ranks[low] <= rank, and all from `high` on are larger.
            while high - low > 1:
                middle = (low + high) >> 1
                if int(ranks[middle]) <= rank:
                    low = middle
                else:
                    high = middle
            if int(ranks[low]) == rank:
                return int(order[low]), length
    return 0, 0


@kernel
def decode_words(
    data: Bytes,
    table: Uint32s,
    table_bits: int,
    first: Int64s,
    span: Int64s,
    number: Int64s,
    start: Int64s,
    ranks: Int64s,
    order: Int64s,
    symbols: Symbols,
) -> int:
    """Read symbols.size words; returns the bits read, or -1 - i if token i is no word of the code.

    table: for each string of `table_bits` bits the word it begins with, symbol·64 + length, or 0 for a
    longer one.  data: the payload and 4 zeros or more, which are read again past the end, in all a multiple of 4 bytes.

    >>> from compress.coders.catalog import build
    >>> coder, found = build("huffman", [4, 2, 1, 1]), np.zeros(3, np.uint8)
    >>> decode_words(np.array([0b100110 << 2, *[0] * 7], np.uint8), *coder._tables, found), found.tolist()
    (6, [1, 0, 2])
    """
    window, held, at = 0, 0, 0
    last = data.size - 4
    mask = (1 << table_bits) - 1
    for i in range(symbols.size):
        if held < table_bits:
            window = ((window & ((1 << held) - 1)) << 32) | _four_bytes(data, min(4 * at, last))
            at += 1
            held += 32
        entry = int(table[(window >> (held - table_bits)) & mask])
        length = entry & 63
        if length:
            symbols[i] = entry >> 6
            held -= length
        else:
            # Rare: a long word, read bit by bit; then the window is filled anew behind it.
            position = 32 * at - held
            symbol, length = walk(data, position, first, span, number, start, ranks, order)
            if length == 0:
                return -1 - i
            symbols[i] = symbol
            position += length
            at = (position >> 5) + 1
            window = _four_bytes(data, min(4 * at - 4, last))
            held = 32 - (position & 31)
    return 32 * at - held

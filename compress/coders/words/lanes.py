"""Four lanes: every fourth token has its word in a payload of its own, so that four are looked up at the same time.

Where a word ends tells where the next one begins, so a processor that decodes one payload waits for each length; with
four it has four such things to do at once.  The bits are the same: a word does not depend on what stands before it.

    one lane     a look into a table of 12 bits, a step by the word's length, again     300 million tokens a second
    four lanes   a load of 7 bytes is good for 4 looks, in the four lanes in turn     1,000
    two words    a look finds the next word too, where both are in its 12 bits,
                 and a load has 8 bytes, which is one instruction and not three       1,800

What is found is written as if it were two words; where it is one, the next look writes over the second.  So no look
asks how many it has found: the entry tells how far to go, in bits and in tokens.

A word that is not in the table is rare.  Its entry is 0, so its lane stays where it is until the group of looks is
done; one test a group finds that, and the word is read bit by bit.

Of two tokens the words are 0 and 1: a byte of each lane is thirty-two tokens, put together by a table.

Lanes whose words are shorter are done sooner.  When the first of them is, each of the others goes on alone.

Next: `words.families` (what a constructor of words has to bring).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES, ahead
from compress.coders.words.loops import walk
from compress.kernel import NO_SIGN, kernel, step
from compress.symbols import Symbols

__all__ = ["LOOK_BITS", "decode_bits", "decode_lanes", "looks_of"]

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]
Uint32s = npt.NDArray[np.uint32]

# Bits of a look.  Of 8 bytes, wherever a lane begins in the first of them, 57 bits are left, which is four looks.
LOOK_BITS = 12
_LOOKS = 4
_TOP, _LOOK_MASK = 64 - LOOK_BITS, (1 << LOOK_BITS) - 1
# An entry has the bits to go on by, two tokens, and how far on the next one is written.
_LENGTH_MASK, _FIRST_AT, _SECOND_AT, _STEP_AT = 63, 8, 16, 24
# So many places a group of looks may write to, from where its lane stands.
GROUP = _LOOKS * 2 * LANES


def looks_of(table: Uint32s, bits: int) -> Uint32s:
    """For each 12 bits the one or two words that they begin with, or 0 for a longer one.

    table: for each string of so many bits, at most 12, the word it begins with, symbol·64 + length, or 0.

    >>> entry = int(looks_of(np.array([1, 1, 66, 130], np.uint32), 2)[0b0_11_000000000])
    >>> entry & 63, entry >> 8 & 255, entry >> 16 & 255, entry >> 24
    (3, 0, 2, 8)
    """
    first = np.repeat(table, 1 << (LOOK_BITS - bits)).astype(np.int64)
    length = first & _LENGTH_MASK
    second = first[np.arange(first.size) << length & _LOOK_MASK]
    both = (length > 0) & (second > 0) & (length + (second & _LENGTH_MASK) <= LOOK_BITS)
    second[~both] = 0
    steps = LANES * (np.minimum(length, 1) + both)
    entries = length + (second & _LENGTH_MASK) | first >> 6 << _FIRST_AT | second >> 6 << _SECOND_AT | steps << _STEP_AT
    found: Uint32s = entries.astype(np.uint32)
    return found


@kernel
def _bit_by_bit(
    data: Bytes,
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
        symbol, length = walk(data, position, first, span, number, start, ranks, order)
        if length == 0:
            return position, 1 + i
        symbols[i] = symbol
        position += length
    return position, 0


@step
def _look(window: int, used: int, looks: Uint32s, at: int, symbols: Symbols) -> tuple[int, int, int]:
    """One look: the entry, how much of the window is used (its lowest 6 bits say so), and where the next token goes."""
    entry = int(looks[(window << (used & _LENGTH_MASK)) >> _TOP & _LOOK_MASK])
    symbols[at] = (entry >> _FIRST_AT) & 255
    symbols[at + LANES] = (entry >> _SECOND_AT) & 255
    return entry, used + entry, at + (entry >> _STEP_AT)


@kernel
def _alone(
    data: Bytes,
    position: int,
    looks: Uint32s,
    first: Int64s,
    span: Int64s,
    number: Int64s,
    start: Int64s,
    ranks: Int64s,
    order: Int64s,
    symbols: Symbols,
    begin: int,
) -> tuple[int, int]:
    """Tokens begin, begin + 4, ... of a lane, to the last: where it stands then, and 1 + i if token i is no word."""
    last, i = data.size - 8, begin
    while i <= symbols.size - GROUP:
        window, used, entry = ahead(data, position, last), 0, 0
        i &= NO_SIGN
        for _ in range(_LOOKS):
            entry, used, i = _look(window, used, looks, i, symbols)
        position += used & _LENGTH_MASK
        if entry == 0:
            position, wrong = _bit_by_bit(
                data, position, first, span, number, start, ranks, order, symbols, i, i + LANES
            )
            if wrong:
                return position, wrong
            i += LANES
    return _bit_by_bit(data, position, first, span, number, start, ranks, order, symbols, i, symbols.size)


@kernel
def decode_lanes(
    data: Bytes,
    positions: Int64s,
    looks: Uint32s,
    first: Int64s,
    span: Int64s,
    number: Int64s,
    start: Int64s,
    ranks: Int64s,
    order: Int64s,
    symbols: Symbols,
) -> int:
    """Read symbols.size words, token i from lane i mod 4; returns 1 + i if token i is no word of the code, else 0.

    data: all payloads and 8 bytes more.  positions: the bit at which each lane begins,
    and afterwards the one at which it stands.  looks: `looks_of`.  first and the rest: as `walk` takes them.

    >>> from compress.coders.catalog import build
    >>> coder, found = build("huffman", [2, 1, 1]), np.zeros(4, np.uint8)
    >>> payloads = np.array([0, 0b10 << 6, 0b11 << 6, 0, *[0] * 8], np.uint8)
    >>> decode_lanes(payloads, np.array([0, 8, 16, 24]), *coder._looks, found)
    0
    >>> found.tolist()
    [0, 1, 2, 0]
    """
    p0, p1, p2, p3 = int(positions[0]), int(positions[1]), int(positions[2]), int(positions[3])
    i0, i1, i2, i3 = 0, 1, 2, 3
    last, most = data.size - 8, symbols.size - GROUP
    while max(max(i0, i1), max(i2, i3)) <= most:
        a, b = ahead(data, p0, last), ahead(data, p1, last)
        c, d = ahead(data, p2, last), ahead(data, p3, last)
        i0, i1, i2, i3 = i0 & NO_SIGN, i1 & NO_SIGN, i2 & NO_SIGN, i3 & NO_SIGN
        used0, used1, used2, used3 = 0, 0, 0, 0
        e0, e1, e2, e3 = 0, 0, 0, 0
        for _ in range(_LOOKS):
            e0, used0, i0 = _look(a, used0, looks, i0, symbols)
            e1, used1, i1 = _look(b, used1, looks, i1, symbols)
            e2, used2, i2 = _look(c, used2, looks, i2, symbols)
            e3, used3, i3 = _look(d, used3, looks, i3, symbols)
        p0, p1 = p0 + (used0 & _LENGTH_MASK), p1 + (used1 & _LENGTH_MASK)
        p2, p3 = p2 + (used2 & _LENGTH_MASK), p3 + (used3 & _LENGTH_MASK)
        # A lane that met a longer word stood still to the end of the group.
        if e0 == 0:
            p0, wrong = _bit_by_bit(data, p0, first, span, number, start, ranks, order, symbols, i0, i0 + LANES)
            if wrong:
                return wrong
            i0 += LANES
        if e1 == 0:
            p1, wrong = _bit_by_bit(data, p1, first, span, number, start, ranks, order, symbols, i1, i1 + LANES)
            if wrong:
                return wrong
            i1 += LANES
        if e2 == 0:
            p2, wrong = _bit_by_bit(data, p2, first, span, number, start, ranks, order, symbols, i2, i2 + LANES)
            if wrong:
                return wrong
            i2 += LANES
        if e3 == 0:
            p3, wrong = _bit_by_bit(data, p3, first, span, number, start, ranks, order, symbols, i3, i3 + LANES)
            if wrong:
                return wrong
            i3 += LANES
    positions[0], positions[1], positions[2], positions[3] = p0, p1, p2, p3
    reached = (i0, i1, i2, i3)
    for lane in range(LANES):
        position, wrong = _alone(
            data,
            int(positions[lane]),
            looks,
            first,
            span,
            number,
            start,
            ranks,
            order,
            symbols,
            reached[lane],
        )
        if wrong:
            return wrong
        positions[lane] = position
    return 0


# Of each pair of a byte's bits, the highest first, and of each byte: the first bit, and the second four bytes on.
_BITS_OF_BYTES = np.unpackbits(np.arange(256, dtype=np.uint8)).reshape(256, LANES, 2).astype(np.int64)
_PAIRS_OF_BITS = (_BITS_OF_BYTES[:, :, 0] | _BITS_OF_BYTES[:, :, 1] << 32).T.ravel()


@kernel(work=lambda data, begins, eights: 8 * eights.size)
def decode_bits(data: Bytes, begins: Int64s, eights: Int64s) -> None:
    """Tokens 0 and 1, whose words are 0 and 1, from four lanes, thirty-two at a time.

    data: all payloads, and a byte more.  begins: where each begins.  eights: eight tokens in a number, the first of
    them in its lowest byte.

    >>> tokens = np.zeros(4, np.int64)
    >>> decode_bits(np.array([0b1100_0000, 0, 255, 0b0100_0001, 0], np.uint8), np.arange(4), tokens)
    >>> [f"{number:016x}" for number in tokens.tolist()[:2]]
    ['0101000100010001', '0001000000010000']
    """
    at0, at1, at2, at3 = int(begins[0]), int(begins[1]), int(begins[2]), int(begins[3])
    for i in range(eights.size // LANES):
        a, b, c, d = int(data[at0 + i]), int(data[at1 + i]), int(data[at2 + i]), int(data[at3 + i])
        for k in range(LANES):
            eights[LANES * i + k] = (
                int(_PAIRS_OF_BITS[k << 8 | a])
                | int(_PAIRS_OF_BITS[k << 8 | b]) << 8
                | int(_PAIRS_OF_BITS[k << 8 | c]) << 16
                | int(_PAIRS_OF_BITS[k << 8 | d]) << 24
            )

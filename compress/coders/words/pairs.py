"""Words by pairs: of an alphabet of at most 256 tokens, two words are one entry of a table.

It is `encode_words` again, and its bits are the same.  What was traded for what, gain by gain:

    one word at a time                                                  1
    a pair at a time, found in a table of up to 256 KiB                 1.6
    and pairs of short words in a loop of their own, left for others    1.8
    two pairs a turn, in code of its own for each stride                2.2
    and two pairs at once where their words have 32 bits at most        2.6 times as quick

A pair is a number, the second word behind the first.  With its length it is one entry of 32 bits; a pair of more than
27 bits has no entry, and is written word by word.  Whether two pairs have more than 32 bits is a branch, which is quick
where they seldom do; the code's own lengths tell how often (`seldom_long`).

Next: `words.lanes` (four words at a time).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from compress.coders.lanes import LANES
from compress.coders.words.loops import WORD_MASK, push
from compress.kernel import NO_SIGN, kernel, step
from compress.symbols import Symbols

__all__ = ["encode_pairs", "pairs_of", "seldom_long"]

Int64s = npt.NDArray[np.int64]
Uint32s = npt.NDArray[np.uint32]

# An entry is pair·32 + length.
_LENGTH_BITS = 5
_LENGTH_MASK = (1 << _LENGTH_BITS) - 1
_LONGEST_PAIR = 32 - _LENGTH_BITS
# The entry of what is no short pair: no pair of this length has one, and no other with it has 32 bits or fewer.
_NO_PAIR = _LENGTH_MASK
_AT_ONCE = 32
# A wrong guess costs as much as is spared otherwise where more than this share of four words are longer.
_SELDOM = 0.05


def pairs_of(values: Int64s, lengths: Int64s) -> tuple[Uint32s, int]:
    """The table of pairs, and how many bits of an index are the second token's.

    values, lengths: of each token's word, shape (K,); length 0: it has none.

    >>> table, bits = pairs_of(np.array([0, 2, 3]), np.array([1, 2, 2]))
    >>> table.size, bits, f"{table[0b01_10]:b}"
    (16, 2, '101100100')
    """
    bits = max(1, (values.size - 1).bit_length())
    value, length = (np.zeros(1 << bits, np.uint32) for _ in range(2))
    known = (lengths > 0) & (lengths < _LONGEST_PAIR)
    value[: values.size][known], length[: values.size][known] = values[known], lengths[known]
    lengths_of_pairs = length[:, None] + length
    entries = (value[:, None] << length | value) << np.uint32(_LENGTH_BITS) | lengths_of_pairs
    entries[(length[:, None] == 0) | (length == 0) | (lengths_of_pairs > _LONGEST_PAIR)] = _NO_PAIR
    return entries.ravel(), bits


def seldom_long(lengths: Int64s) -> bool:
    """Whether four words have more than 32 bits seldom, where a word of so many bits comes 2^-bits of the time.

    >>> seldom_long(np.array([1, 2, 2])), seldom_long(np.array([9] * 512))
    (True, False)
    """
    words = np.bincount(lengths[lengths > 0], minlength=1)
    share = words * 2.0 ** -np.arange(words.size)
    of_two = np.convolve(share, share)
    of_four = np.convolve(of_two, of_two)
    return bool(of_four[_AT_ONCE + 1 :].sum() < _SELDOM)


@step
def _push_bits(window: int, held: int, at: int, value: int, length: int, out: Uint32s) -> tuple[int, int, int]:
    """Append at most 32 bits to a window that holds 31 at most, as `push` does it: (window, held, at)."""
    window = (window << length) | value
    held += length
    out[at & NO_SIGN] = (window >> (held & 31)) & WORD_MASK
    return window & WORD_MASK, held & 31, at + (held >> 5)


@step
def _encode(
    symbols: Symbols,
    begin: int,
    stride: int,
    values: Int64s,
    lengths: Int64s,
    pairs: Uint32s,
    bits: int,
    is_short: bool,
    out: Uint32s,
) -> int:
    """`encode_pairs`, put into the code of each stride that it knows."""
    window, held, at = 0, 0, 0
    i, last = begin, symbols.size - 3 * stride
    while i < symbols.size:
        while i < last:
            i &= NO_SIGN
            pair = int(pairs[int(symbols[i]) << bits | int(symbols[i + stride])])
            next_pair = int(pairs[int(symbols[i + 2 * stride]) << bits | int(symbols[i + 3 * stride])])
            length = next_pair & _LENGTH_MASK
            if is_short and (pair & _LENGTH_MASK) + length <= _AT_ONCE:
                four = (pair >> _LENGTH_BITS) << length | next_pair >> _LENGTH_BITS
                window, held, at = _push_bits(window, held, at, four, (pair & _LENGTH_MASK) + length, out)
            elif pair == _NO_PAIR or next_pair == _NO_PAIR:
                break
            else:
                window, held, at = _push_bits(window, held, at, pair >> _LENGTH_BITS, pair & _LENGTH_MASK, out)
                window, held, at = _push_bits(window, held, at, next_pair >> _LENGTH_BITS, length, out)
            i += 4 * stride
        # One that may make no short pair, or one of the last three.
        if i < symbols.size:
            symbol = int(symbols[i])
            window, held, at = push(window, held, int(values[symbol]), int(lengths[symbol]), at, out)
            i += stride
    out[at] = (window << (32 - held)) & WORD_MASK
    return 32 * at + held


@kernel
def encode_pairs(
    symbols: Symbols,
    begin: int,
    stride: int,
    values: Int64s,
    lengths: Int64s,
    pairs: Uint32s,
    bits: int,
    is_short: bool,
    out: Uint32s,
) -> int:
    """Write the words of symbols begin, begin + stride, ...; returns the bits.  `out` has room for them and 32 more.

    stride: 1, or 4 for a lane of four.  is_short: whether two pairs seldom have more than 32 bits; the bits are equal.

    >>> out, words = np.zeros(2, np.uint32), (np.array([5, 0]), np.array([3, 1]))
    >>> encode_pairs(np.array([0, 1, 0], np.uint8), 0, 1, *words, *pairs_of(*words), True, out)
    7
    >>> f"{out[0]:032b}"[:7]
    '1010101'
    """
    # A stride that is known when this is compiled is part of each address.
    if stride == 1:
        return _encode(symbols, begin, 1, values, lengths, pairs, bits, False, out)
    if is_short:
        return _encode(symbols, begin, LANES, values, lengths, pairs, bits, True, out)
    return _encode(symbols, begin, LANES, values, lengths, pairs, bits, False, out)

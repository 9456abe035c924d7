"""PrefixCoder: sends the code words of a Codebook, one after the other.

Whatever the constructor of the book was, the message costs exactly the sum of its
words' lengths.  Words of up to 62 bits go through compiled loops: a table of 2^12
entries finds short words at one look, a bit-by-bit walk the
long ones.  Longer words, of weights of a huge range or of large whole numbers, are written by
bitarray and looked up one by one: slower, and right.

In the loops, bits are kept in a window, a nonnegative int64 whose lowest `held` bits wait to be
written, or to be read.  They go to and from memory 32 at a time, the first bit
of the message being the highest bit of the first word.

Next: `words.families` (what a constructor of words has to bring).
Source: canonical decoding, A. Moffat and A. Turpin 1997.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.coders.words.codebook import ABSENT, Codebook
from compress.errors import CorruptError, DataError
from compress.kernel import kernel
from compress.symbols import Symbols, code_length, histogram, smallest_dtype

__all__ = ["PrefixCoder"]

Int64s = npt.NDArray[np.int64]
Uint32s = npt.NDArray[np.uint32]

# The longest word that these loops take: two halves that each fit in the window beside 32 bits.
LONGEST_WORD = 62
_HALF = 31
_HALF_MASK = (1 << _HALF) - 1
_WORD_MASK = (1 << 32) - 1

# A table of 2^12 entries stays in the nearest cache; a large alphabet gets a larger one.
_TABLE_BITS = 12
_LARGEST_TABLE_BITS = 17


@kernel
def _push(window: int, held: int, value: int, length: int, at: int, out: Uint32s) -> tuple[int, int, int]:
    """Append a word of at most 31 bits: (window, held, at), with 31 bits held at most.

    Store always, advance sometimes: whether 32 bits are ready depends on the message, so a branch
    would be guessed wrong often.  A word stored too early is stored again when it is full.
    """
    window = (window << length) | value
    held += length
    full = held >> 5
    held &= 31
    out[at] = (window >> held) & _WORD_MASK
    # Above the held bits the window keeps what was already stored; 32 bits of it do no harm.
    return window & _WORD_MASK, held, at + full


@kernel
def encode_words(symbols: Symbols, values: Int64s, lengths: Int64s, out: Uint32s) -> None:
    """Write each symbol's word; `out` has room for all bits and one word more."""
    window, held, at = 0, 0, 0
    for i in range(symbols.size):
        symbol = int(symbols[i])
        value, length = int(values[symbol]), int(lengths[symbol])
        if length > _HALF:
            # A long word in two pieces, its beginning first.
            window, held, at = _push(window, held, value >> _HALF, length - _HALF, at, out)
            value &= _HALF_MASK
            length = _HALF
        window, held, at = _push(window, held, value, length, at, out)
    out[at] = (window << (32 - held)) & _WORD_MASK


@kernel
def _walk(
    words: Uint32s,
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
    """
    value = 0
    for length in range(1, first.size):
        word = int(words[min(position >> 5, words.size - 1)])
        value = (value << 1) | ((word >> (31 - (position & 31))) & 1)
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
    words: Uint32s,
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
    longer one.  words: the payload and at least one word of zeros, which is read again past the end.
    """
    window, held, at = 0, 0, 0
    last = words.size - 1
    mask = (1 << table_bits) - 1
    for i in range(symbols.size):
        if held < table_bits:
            window = ((window & ((1 << held) - 1)) << 32) | int(words[min(at, last)])
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
            symbol, length = _walk(words, position, first, span, number, start, ranks, order)
            if length == 0:
                return -1 - i
            symbols[i] = symbol
            position += length
            at = (position >> 5) + 1
            window = int(words[min(at - 1, last)])
            held = 32 - (position & 31)
    return 32 * at - held


@dataclass(frozen=True, eq=False)
class PrefixCoder:
    """A coder that sends the words of a book; its Q̂ is 2^-length."""

    name: str
    book: Codebook
    parameter: int | None = None

    @property
    def surprises(self) -> npt.NDArray[np.float64]:
        """The length of each word, bits: shape (K,)."""
        return self.book.surprises

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what the record of a code tells: the Kraft sum, and the parameter, chosen or given."""
        parameter = {} if self.parameter is None else {"parameter": self.parameter}
        return {"kraft_sum": self.book.kraft_text(), **parameter}

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ length(x), bits."""
        return code_length(histogram(symbols, self.book.size), self.surprises)

    def encode(self, symbols: Symbols) -> bitarray:
        """The words of the symbols in order.  Raises DataError for a symbol without a word."""
        counts = histogram(symbols, self.book.size)
        wordless = np.flatnonzero((counts > 0) & (self.book.lengths == ABSENT))
        if wordless.size:
            raise DataError(f"symbol {wordless[0]} has no code word")
        if self.book.longest > LONGEST_WORD:
            bits = bitarray()
            bits.encode(self._dictionary, symbols.tolist())
            return bits
        total = int(counts @ np.maximum(self.book.lengths, 0))
        words = np.zeros(total // 32 + 1, np.uint32)
        encode_words(symbols, *self._words, words)
        bits = bitarray(endian="big")
        bits.frombytes(words.astype(">u4").tobytes())
        del bits[total:]
        return bits

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The first `count` words, read back.  Raises CorruptError where there is no word, or too few bits."""
        dtype = smallest_dtype(self.book.size)
        if self.book.longest == 0:
            return np.full(count, self.book.order[0], dtype)
        if count * int(self.book.lengths[self.book.order[0]]) > len(bits):
            raise CorruptError(f"the payload of {len(bits)} bits is too short for {count} tokens")
        symbols = np.zeros(count, dtype)
        if self.book.longest > LONGEST_WORD:
            return self._decode_long(bits, symbols)
        data = bitarray(bits, endian="big").tobytes()
        padded = data + bytes(-len(data) % 4 + 4)
        words = np.frombuffer(padded, ">u4").astype(np.uint32)
        read = decode_words(words, *self._tables, symbols)
        if read < 0:
            raise CorruptError(f"the payload holds no code word at token {-1 - read}")
        if read > len(bits):
            raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")
        return symbols

    def _decode_long(self, bits: bitarray, symbols: Symbols) -> Symbols:
        """Look each word up in the dictionary order of all words: what extends a word follows it directly."""
        words, owners = self._sorted
        at = 0
        for i in range(symbols.size):
            ahead = bits[at : at + self.book.longest]
            place = bisect_right(words, ahead)
            if place and ahead[: len(words[place - 1])] == words[place - 1]:
                symbols[i] = owners[place - 1]
                at += len(words[place - 1])
            elif place < len(words) and words[place][: len(ahead)] == ahead:
                raise CorruptError(f"the payload of {len(bits)} bits ends within its {symbols.size} tokens")
            else:
                raise CorruptError(f"the payload holds no code word at token {i}")
        return symbols

    @cached_property
    def _sorted(self) -> tuple[list[bitarray], list[int]]:
        """Return all words in dictionary order, and whose they are."""
        owners = sorted(self._dictionary, key=self._dictionary.__getitem__)
        return [self._dictionary[symbol] for symbol in owners], owners

    @cached_property
    def _dictionary(self) -> dict[int, bitarray]:
        return {symbol: word for symbol, word in enumerate(self.book.words) if word is not None}

    @cached_property
    def _words(self) -> tuple[Int64s, Int64s]:
        """Return each symbol's word as a number, and its length."""
        values = np.zeros(self.book.size, np.int64)
        values[self.book.order] = self.book.values
        return values, np.maximum(self.book.lengths, 0)

    @cached_property
    def _tables(self) -> tuple[Uint32s, int, Int64s, Int64s, Int64s, Int64s, Int64s, Int64s]:
        """The table of short words, and what `_walk` takes for long ones."""
        order = self.book.order
        lengths = self.book.lengths[order]
        values = np.array(self.book.values, np.int64)
        number = np.bincount(lengths, minlength=self.book.longest + 1)
        start = np.cumsum(number) - number
        first, last = np.zeros_like(number), np.full_like(number, -1)
        used = number > 0
        first[used], last[used] = values[start[used]], values[start[used] + number[used] - 1]
        bits = min(self.book.longest, max(_TABLE_BITS, min(order.size.bit_length(), _LARGEST_TABLE_BITS)))
        table = np.zeros(1 << bits, np.uint32)
        short = lengths <= bits
        # A word owns all strings that it begins: in the table, a run of places.
        runs = 1 << (bits - lengths[short])
        within = np.arange(int(runs.sum())) - np.repeat(np.cumsum(runs) - runs, runs)
        places = np.repeat(values[short] << (bits - lengths[short]), runs) + within
        table[places] = np.repeat(order[short] << 6 | lengths[short], runs)
        return table, bits, first, last - first + 1, number, start, values - first[lengths], order

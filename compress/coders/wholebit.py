"""PrefixCoder: sends the code words of a Codebook, one after the other.

Whatever the constructor of the book was, the message costs exactly the sum of its
words' lengths.  Words of up to 62 bits go through compiled loops: a table of 2^12
entries finds short words at one look, a bit-by-bit walk of the canonical code the
long ones.  Longer words, which only weights of a huge range bring about, are written by
bitarray and read bit by bit: slower, and right.

Source: canonical decoding, A. Moffat and A. Turpin 1997.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from bitarray import bitarray
from bitarray.util import ba2int

from compress.coders.codebook import ABSENT, Codebook
from compress.coders.kernels.prefix import LONGEST_WORD, decode_words, encode_words
from compress.errors import CorruptError, DataError
from compress.symbols import Symbols, code_length, histogram, smallest_dtype

__all__ = ["PrefixCoder"]

# A table of 2^12 entries stays in the nearest cache; a large alphabet gets a larger one.
_TABLE_BITS = 12
_LARGEST_TABLE_BITS = 17

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PrefixCoder:
    """A coder that sends the words of a book; its Q̂ is 2^-length."""

    name: str
    book: Codebook

    @property
    def surprises(self) -> npt.NDArray[np.float64]:
        """The length of each word, bits: shape (K,)."""
        return self.book.surprises

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
        """Bit by bit, with whole numbers of any size."""
        words = {(len(word), ba2int(word)): symbol for symbol, word in self._dictionary.items()}
        at = 0
        for i in range(symbols.size):
            value = 0
            for length in range(1, self.book.longest + 1):
                if at == len(bits):
                    raise CorruptError(f"the payload of {len(bits)} bits ends within its {symbols.size} tokens")
                value, at = 2 * value + bits[at], at + 1
                if (length, value) in words:
                    symbols[i] = words[length, value]
                    break
            else:
                raise CorruptError(f"the payload holds no code word at token {i}")
        return symbols

    @cached_property
    def _dictionary(self) -> dict[int, bitarray]:
        return {symbol: word for symbol, word in enumerate(self.book.words) if word is not None}

    @cached_property
    def _words(self) -> tuple[Int64s, Int64s]:
        """Each symbol's word as a number, and its length."""
        values = np.zeros(self.book.size, np.int64)
        values[self.book.order] = self.book.values
        return values, np.maximum(self.book.lengths, 0)

    @cached_property
    def _tables(self) -> tuple[npt.NDArray[np.uint32], int, Int64s, Int64s, Int64s, Int64s]:
        """The table of short words, and for each length its first word, how many there are, and where in `order`."""
        order = self.book.order
        lengths = self.book.lengths[order]
        values = np.array(self.book.values, np.int64)
        number = np.bincount(lengths, minlength=self.book.longest + 1)
        start = np.cumsum(number) - number
        first = np.zeros(self.book.longest + 1, np.int64)
        used = number > 0
        first[used] = values[start[used]]
        bits = min(self.book.longest, max(_TABLE_BITS, min(order.size.bit_length(), _LARGEST_TABLE_BITS)))
        table = np.zeros(1 << bits, np.uint32)
        short = lengths <= bits
        # Canonical words, left-aligned, fill the table from 0 on without a gap.
        filled = np.repeat(order[short] << 6 | lengths[short], 1 << (bits - lengths[short]))
        table[: filled.size] = filled
        return table, bits, first, number, start, order

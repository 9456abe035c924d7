"""PrefixCoder: sends the code words of a Codebook, one after the other.

Whatever the constructor of the book was, the message costs exactly the sum of its
words' lengths.  Words of up to 62 bits go through compiled loops.  Longer words, of weights of a huge range or of large
whole numbers, are written by bitarray and looked up one by one: slower, and right.

Of an alphabet of at most 256 tokens a long message may be sent in four lanes, which costs the same bits.

Next: `loops` (how words are written and found).
Source: canonical decoding, A. Moffat and A. Turpin 1997.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.coders.lanes import LANES, each_decoded, first_highest, fit_in_a_row, in_one_row, lane_size
from compress.coders.words.codebook import ABSENT, Codebook
from compress.coders.words.lanes import decode_bits, decode_lanes, looks_of
from compress.coders.words.loops import LONGEST_WORD, decode_words, encode_words
from compress.coders.words.pairs import encode_pairs, pairs_of, seldom_long
from compress.errors import CorruptError, DataError
from compress.symbols import Symbols, code_length, histogram, require_within, smallest_dtype

__all__ = ["PrefixCoder"]

Int64s = npt.NDArray[np.int64]
Uint32s = npt.NDArray[np.uint32]

# A table of 2^12 entries stays in the nearest cache; a large alphabet gets a larger one.
_TABLE_BITS = 12
_LARGEST_TABLE_BITS = 17
# The table of pairs is made in the time that it spares these symbols.
_WORTH_PAIRS = 1 << 17


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
        [bits] = self._encoded(symbols, 1)
        return bits

    def encode_lanes(self, symbols: Symbols) -> list[bitarray]:
        """The words of every fourth symbol from the first on, from the second on, and so on.  Raises DataError."""
        return self._encoded(symbols, LANES)

    def _encoded(self, symbols: Symbols, lanes: int) -> list[bitarray]:
        self._require_words(symbols)
        if self.book.longest > LONGEST_WORD:
            return [self._encoded_long(symbols[lane::lanes]) for lane in range(lanes)]
        out, found = np.empty(-(-symbols.size // lanes) * self.book.longest // 32 + 2, np.uint32), []
        for lane in range(lanes):
            if symbols.size >= _WORTH_PAIRS and self.book.size <= 256:
                written = encode_pairs(symbols, lane, lanes, *self._words, *self._pairs, self._is_short, out)
            else:
                written = encode_words(symbols, lane, lanes, *self._words, out)
            found.append(_payload(out[: written // 32 + 1], written))
        return found

    def _encoded_long(self, symbols: Symbols) -> bitarray:
        bits = bitarray(endian="big")
        bits.encode(self._dictionary, symbols.tolist())
        return bits

    def _require_words(self, symbols: Symbols) -> None:
        """Raise DataError for a symbol without a word."""
        require_within(symbols, self.book.size)
        wordless = self.book.lengths == ABSENT
        if wordless.any():
            missing = np.flatnonzero((histogram(symbols, self.book.size) > 0) & wordless)
            if missing.size:
                raise DataError(f"symbol {missing[0]} has no code word")

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
        read = decode_words(np.frombuffer(padded, np.uint8), *self._tables, symbols)
        if read < 0:
            raise CorruptError(f"the payload holds no code word at token {-1 - read}")
        if read > len(bits):
            raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")
        return symbols

    def decode_lanes(self, payloads: Sequence[bitarray], count: int) -> Symbols:
        """Every fourth token from each of four payloads: the first `count` of all.  Raises CorruptError."""
        if not (self.is_quick_in_lanes and fit_in_a_row(payloads)):
            return each_decoded(self, payloads, count, self.book.size)
        shortest = int(self.book.lengths[self.book.order[0]])
        for lane, bits in enumerate(payloads):
            if lane_size(count, lane) * shortest > len(bits):
                raise CorruptError(f"a payload of {len(bits)} bits is too short for its part of {count} tokens")
        data, begins = in_one_row([first_highest(bits) for bits in payloads], 8)
        if self._has_bits:
            tokens = np.empty(-(-count // 32) * 32, np.uint8)
            decode_bits(data, begins, tokens.view(np.int64))
            return tokens[:count]
        positions, symbols = 8 * begins, np.zeros(count, smallest_dtype(self.book.size))
        wrong = decode_lanes(data, positions, *self._looks, symbols)
        if wrong:
            raise CorruptError(f"the payload holds no code word at token {wrong - 1}")
        if (positions > 8 * begins + [len(bits) for bits in payloads]).any():
            raise CorruptError(f"a payload of the four ends within its part of {count} tokens")
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
    def _pairs(self) -> tuple[Uint32s, int]:
        """Return the table of pairs of words."""
        return pairs_of(*self._words)

    @cached_property
    def _is_short(self) -> bool:
        """Whether four words are seldom too long to be written at once."""
        return seldom_long(self._words[1])

    @property
    def is_quick_in_lanes(self) -> bool:
        """Whether lanes are decoded together: a look tells a token of at most 8 bits, and a length."""
        return self.book.size <= 256 and 0 < self.book.longest <= LONGEST_WORD

    @property
    def _has_bits(self) -> bool:
        """Whether there are two tokens, whose words are 0 and 1, and a number has its lowest byte first."""
        book = self.book
        are_bits = book.order.tolist() == [0, 1] and list(book.values) == [0, 1] and book.longest == 1
        return are_bits and sys.byteorder == "little"

    @cached_property
    def _looks(self) -> tuple[Uint32s, Int64s, Int64s, Int64s, Int64s, Int64s, Int64s]:
        """The table of one or two words in 12 bits, and what `walk` takes for longer ones."""
        table, bits, *longer = self._tables
        first, span, number, start, ranks, order = longer
        return looks_of(table, bits), first, span, number, start, ranks, order

    @cached_property
    def _tables(self) -> tuple[Uint32s, int, Int64s, Int64s, Int64s, Int64s, Int64s, Int64s]:
        """The table of short words, and what `walk` takes for long ones."""
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


def _payload(words: Uint32s, total: int) -> bitarray:
    """The first so many bits of words of 32, whose bytes are turned round in their place."""
    if sys.byteorder == "little":
        words.byteswap(inplace=True)
    return bitarray(endian="big", buffer=words.view(np.uint8))[:total]

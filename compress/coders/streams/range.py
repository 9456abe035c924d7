"""Range coding: the interval of the instrument with a smaller total, and bits that move 16 at a time.

A token that owns [c, c + f) of T = 2^BITS narrows the interval to

    low + r·c,   width r·f,   r = floor(width / T)

The instrument finds width·c / T exactly, from two products; here what the division leaves is lost, less than T of a
width of 2^46 or more.  So a token costs less than log2(1 / (1 - T/2^46)) bits too much, and never too little: for
T = 2^24 that is 3.4e-7 bits, 3.4 for ten million tokens.  It buys a shorter way from token to token, and a decoder that
needs one division: the count in which the point lies is floor(offset / r), and no boundary is computed to compare.

        out[0] ... out[at-1]         words of 16 bits that are settled, but for a carry
        low    0 <= low < 2^62       the interval's lower end, 62 bits further on
        width  2^46 <= width <= 2^62 its width, in units of the last bit

The message ends to the bit, as the instrument's does: the shortest string all of whose continuations lie inside.

Next: `range_loops` (how the interval is kept).
Source: G. N. N. Martin 1979; J. Schindler's range coder of 1998, which moves bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from bitarray import bitarray

from compress.coders.family import Parameter
from compress.coders.lanes import LANES, in_one_row, lane_size
from compress.coders.protocol import Bounds, Steps
from compress.coders.streams.interval import WHOLE, WINDOW_BITS, Bytes, readable, require_whole, shortest, written
from compress.coders.streams.range_lanes import decode_four_ranges, encode_four_ranges
from compress.coders.streams.range_loops import (
    AHEAD,
    LEAST_WIDTH,
    LEAST_WIDTH_BITS,
    WORD_BITS,
    Words,
    decode_range,
    encode_range,
    narrowed,
)
from compress.coders.streams.shares import ShareCoder, family_of_shares, require_possible
from compress.errors import CorruptError
from compress.probability.distribution import Pair
from compress.symbols import Counts, Symbols, code_length, histogram, smallest_dtype

__all__ = ["FAMILY", "RangeCoder"]

# A word moves seldom where fewer bits than this are expected of a token.
_SELDOM = 2.0


@dataclass(frozen=True, eq=False)
class RangeCoder(ShareCoder):
    """A coder whose Q̂ is frequencies over 2^bits."""

    def bounds(self, symbols: Symbols) -> Bounds:
        """What the payload may have: Σ -log2 q̂, what the divisions leave, and less than 2 bits for the end."""
        ideal = code_length(histogram(symbols, self.frequencies.values.size), self.surprises)
        lost = -symbols.size * math.log1p(-(2.0 ** (self.bits - LEAST_WIDTH_BITS))) / math.log(2)
        rounding = 1e-9 + 1e-14 * ideal
        return Bounds(ideal - rounding, ideal + lost + 2 + rounding)

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload, to the bit.  Raises DataError for a symbol of frequency 0."""
        require_possible(self.frequencies, symbols)
        out = self._room(symbols.size)
        return _written(out, encode_range(symbols, self.frequencies.cumulative, self.bits, out))

    def _room(self, count: int) -> Words:
        """What holds the payload of so many symbols, the rarest that there may be, and of what each of them loses."""
        most = count * (self.bits + 2.0 ** (self.bits - LEAST_WIDTH_BITS + 1))
        return np.empty(int(most) // WORD_BITS + 6, np.uint16)

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The `count` symbols of the payload.  Raises CorruptError if it cannot be one of that many."""
        symbols = np.zeros(count, smallest_dtype(self.frequencies.values.size))
        read, found = decode_range(_words(np.frombuffer(_readable(bits), np.uint8)), *self._tables, symbols)
        _require_whole(bits, count, read, found)
        return symbols

    def encode_lanes(self, symbols: Symbols) -> list[bitarray]:
        """The payloads of every fourth symbol from the first on, from the second on, and so on.  Raises DataError."""
        require_possible(self.frequencies, symbols)
        outs = [self._room(lane_size(symbols.size, lane)) for lane in range(LANES)]
        is_seldom = self.frequencies.entropy < _SELDOM
        totals = encode_four_ranges(symbols, self.frequencies.cumulative, self.bits, is_seldom, *outs)
        return [_written(out, total) for out, total in zip(outs, totals, strict=True)]

    def decode_lanes(self, payloads: Sequence[bitarray], count: int) -> Symbols:
        """Every fourth token from each of four payloads: the first `count` of all.  Raises CorruptError."""
        symbols = np.zeros(count, smallest_dtype(self.frequencies.values.size))
        data, begins = in_one_row([_readable(bits) for bits in payloads], 0)
        positions = begins // 2
        found = decode_four_ranges(_words(data), positions, *self._tables, symbols)
        for bits, read in zip(payloads, (positions - begins // 2).tolist(), strict=True):
            _require_whole(bits, count, read, found)
        return symbols

    @cached_property
    def _tables(self) -> tuple[Counts, Symbols, int, int]:
        """Cumulative frequencies, the buckets that find a token from the top bits of a count, and their size."""
        size = self.frequencies.values.size
        shift = self.bits - min(max(14, size.bit_length() + 1), 17, self.bits)
        # The first bucket that begins at a token's counts or later; the last one is for the count T, which is nobody's.
        firsts = -(-self.frequencies.cumulative[:-1] >> shift)
        sizes = np.diff(firsts, append=(1 << (self.bits - shift)) + 1)
        owners = np.repeat(np.arange(size, dtype=smallest_dtype(size)), sizes)
        return self.frequencies.cumulative, owners, shift, self.bits


def _written(out: Words, total: int) -> bitarray:
    return written(out[: total // WORD_BITS + 1].astype(">u2").view(np.uint8), total)


def _readable(bits: bitarray) -> bytes:
    """A payload as a decoder reads it: that of the instrument, whose nine zero bytes are four words, in whole words."""
    data = readable(bits).tobytes()
    return data + bytes(len(data) % 2)


def _words(data: Bytes) -> Words:
    return data.view(">u2").astype(np.uint16)


def _require_whole(bits: bitarray, count: int, read: int, found: int) -> None:
    """Raise CorruptError where a decoder found fewer tokens, or read words that are not there; it is four ahead."""
    require_whole(bits, count, 0, found)
    if WORD_BITS * (read - AHEAD) > len(bits):
        raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")


def _law(coder: RangeCoder, _: Pair, symbols: Symbols) -> Bounds:
    return coder.bounds(symbols)


def _steps(coder: RangeCoder, symbols: Symbols) -> Steps:
    """The interval after each token, its lower end as one whole number, which carries by itself."""
    cumulative, bits = coder.frequencies.cumulative.tolist(), coder.bits
    low, width, moved = 0, WHOLE, 0
    sent: list[tuple[int, dict[str, str]]] = []
    for symbol in symbols.tolist():
        low, width = narrowed.plain(low, width, cumulative[symbol], cumulative[symbol + 1], bits)
        while width < LEAST_WIDTH:
            low, width, moved = low << WORD_BITS, width << WORD_BITS, moved + WORD_BITS
        at_hand = {"low": f"{low & (WHOLE - 1):016x}", "width": f"{width:016x}", "bits out": str(moved)}
        sent.append((symbol, at_hand))
    before, (point, free) = low >> WINDOW_BITS << WINDOW_BITS, shortest.plain(low & (WHOLE - 1), width)
    length = moved + WINDOW_BITS - free
    payload = bitarray(f"{(before + point) >> free:0{length}b}"[:length] if length else "")
    return Steps(sent, payload, _found(coder, payload, symbols.size))


def _found(coder: RangeCoder, payload: bitarray, count: int) -> list[tuple[int, dict[str, str]]]:
    """The way back: how far the payload's point is from the interval's lower end, and which count that is."""
    rest, width = payload.to01() + "0" * WINDOW_BITS, WHOLE
    offset, rest = int(rest[:WINDOW_BITS], 2), rest[WINDOW_BITS:]
    found: list[tuple[int, dict[str, str]]] = []
    for _ in range(count):
        place = offset // (width >> coder.bits)
        symbol = int(np.searchsorted(coder.frequencies.cumulative, place, side="right")) - 1
        found.append((symbol, {"offset": f"{offset:016x}", "width": f"{width:016x}", "count": str(place)}))
        begin, end = coder.frequencies.cumulative[symbol : symbol + 2].tolist()
        low, width = narrowed.plain(0, width, begin, end, coder.bits)
        offset -= low
        while width < LEAST_WIDTH:
            offset = offset << WORD_BITS | int(rest[:WORD_BITS].ljust(WORD_BITS, "0"), 2)
            rest, width = rest[WORD_BITS:], width << WORD_BITS
    return found


FAMILY = family_of_shares(
    "range",
    23,
    "a message costs its surprise for q rounded to 2^-BITS, and 2 bits; 3e-7 bits a token are lost",
    RangeCoder,
    _law,
    _steps,
    has_lanes=True,
    parameter=Parameter.whole("BITS", 8, 30, 24),
    use="arithmetic coding's size at twice its speed",
    year=1979,
)

"""Textbook arithmetic coding: bit by bit, with narrow registers, as lectures show it.

The interval is kept as its first and last number, low and high, in registers of BITS bits.  A token that owns
[c, c + f) of T = 2^(BITS - 2) narrows it; then, as long as the interval lies on one side, a bit is known:

    both in the lower half       0 goes out, and both are doubled
    both in the upper half       1 goes out, and both are doubled, less the half
    both in the middle two       the next bit is not known, but the one behind it will be its opposite: one more bit is
    quarters                     pending, and both are doubled around the middle

What is left is wider than a quarter, that is, wider than T: so every token keeps a part of it.  At the end a bit that
names the quarter is sent, and with it what is pending.

What narrow registers cost: the part of a token that owns f of T is x = width·f/T, more than f, cut to a whole number
up or down.  So its price is off by less than log2(1 + 1/f) bits each way, which the law adds up.  With 32 bits that is
millionths of a bit, and with 8 it is plain to see.

Next: `range` (a number that grows).  Source: I. Witten, R. Neal and J. Cleary 1987.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from bitarray import bitarray

from compress.coders.family import Parameter
from compress.coders.protocol import Bounds, Steps
from compress.coders.streams.interval import Bytes, written
from compress.coders.streams.shares import ShareCoder, family_of_shares, require_possible
from compress.errors import CorruptError
from compress.kernel import kernel, step
from compress.probability.distribution import Pair
from compress.symbols import Counts, Symbols, code_length, histogram, smallest_dtype

__all__ = ["FAMILY", "TextbookCoder", "narrowed"]

# What may be known of an interval: its next bit, that the bit behind the next is its opposite, or nothing.
ZERO, ONE, PENDING, OPEN = 0, 1, 2, 3


@step
def narrowed(low: int, high: int, begin: int, end: int, bits: int) -> tuple[int, int]:
    """The part of the interval that [begin, end) of T owns: (low, high).

    >>> narrowed(0, 255, 16, 64, 8)
    (64, 255)
    """
    width, total_bits = high - low + 1, bits - 2
    return low + (width * begin >> total_bits), low + (width * end >> total_bits) - 1


@step
def doubled(low: int, high: int, bits: int) -> tuple[int, int, int]:
    """What is known of the interval, and the interval when that is told: (known, low, high).

    >>> doubled(130, 200, 8), doubled(70, 180, 8), doubled(0, 200, 8)
    ((1, 4, 145), (2, 12, 233), (3, 0, 200))
    """
    half, quarter = 1 << (bits - 1), 1 << (bits - 2)
    if high < half:
        return ZERO, 2 * low, 2 * high + 1
    if low >= half:
        return ONE, 2 * (low - half), 2 * (high - half) + 1
    if low >= quarter and high < half + quarter:
        return PENDING, 2 * (low - quarter), 2 * (high - quarter) + 1
    return OPEN, low, high


@step
def put(bit: int, out: Bytes, at: int) -> int:
    """Write a bit; returns the place of the next.

    >>> out = np.zeros(1, np.uint8)
    >>> put(1, out, 2), out.tolist()
    (3, [32])
    """
    out[at >> 3] |= bit << (7 - (at & 7))
    return at + 1


@kernel
def encode_textbook(symbols: Symbols, cumulative: Counts, bits: int, out: Bytes) -> int:
    """Narrow the interval token by token; returns the payload's bits.  `out` is zeros, and has room for them."""
    low, high, pending, at = 0, (1 << bits) - 1, 0, 0
    # Invariant: low <= high, and [low, high] is in no half and not in the middle two quarters.
    for i in range(symbols.size):
        symbol = int(symbols[i])
        low, high = narrowed(low, high, int(cumulative[symbol]), int(cumulative[symbol + 1]), bits)
        known, low, high = doubled(low, high, bits)
        while known != OPEN:
            if known == PENDING:
                pending += 1
            else:
                at = put(known, out, at)
                for _ in range(pending):
                    at = put(1 - known, out, at)
                pending = 0
            known, low, high = doubled(low, high, bits)
    if low == 0 and high == (1 << bits) - 1 and pending == 0:
        # Whatever follows lies in the interval.
        return at
    # One of the middle two quarters lies within: 01 names the lower one, 10 the upper one.
    upper = int(low >= 1 << (bits - 2))
    at = put(upper, out, at)
    for _ in range(pending + 1):
        at = put(1 - upper, out, at)
    return at


@kernel
def decode_textbook(data: Bytes, cumulative: Counts, bits: int, symbols: Symbols) -> int:
    """Find the token whose part holds the payload's number, again and again; returns the bits that its payload has.

    data: the payload, and at least 5 zero bytes, the last of which is read again past the end.
    """
    low, high, value, at, last = 0, (1 << bits) - 1, 0, bits, 8 * data.size - 1
    for i in range(bits):
        value = 2 * value + ((int(data[i >> 3]) >> (7 - (i & 7))) & 1)
    pending = 0
    # Invariant: low <= value <= high.
    for i in range(symbols.size):
        # The largest c whose boundary is not above the value: width·c / T <= value - low.
        target = (((value - low + 1) << (bits - 2)) - 1) // (high - low + 1)
        symbol, after = 0, cumulative.size - 1
        # Invariant: cumulative[symbol] <= target < cumulative[after].
        while after - symbol > 1:
            middle = (symbol + after) >> 1
            if int(cumulative[middle]) <= target:
                symbol = middle
            else:
                after = middle
        symbols[i] = symbol
        low, high = narrowed(low, high, int(cumulative[symbol]), int(cumulative[symbol + 1]), bits)
        known, new_low, new_high = doubled(low, high, bits)
        while known != OPEN:
            # What low loses on its way, the value loses, too.
            fallen = 2 * low - new_low
            place = min(at, last)
            value = 2 * value - fallen + ((int(data[place >> 3]) >> (7 - (place & 7))) & 1)
            at += 1
            pending = pending + 1 if known == PENDING else 0
            low, high = new_low, new_high
            known, new_low, new_high = doubled(low, high, bits)
    at -= bits
    if low == 0 and high == (1 << bits) - 1 and pending == 0:
        return at
    return at + 2


@dataclass(frozen=True, eq=False)
class TextbookCoder(ShareCoder):
    """A coder with registers of so many bits; its Q̂ is frequencies over 2^(bits - 2)."""

    def bounds(self, symbols: Symbols) -> Bounds:
        """What the payload may have: Σ -log2 q̂ ± log2(1 + 1/f), and up to 2 bits for the end."""
        counts = histogram(symbols, self.frequencies.values.size)
        occurs = counts > 0
        ideal = code_length(counts, self.surprises)
        spread = float(counts[occurs] @ np.log2(1 + 1 / self.frequencies.values[occurs]))
        rounding = 1e-9 + 1e-14 * ideal
        return Bounds(ideal - spread - rounding, ideal + spread + 2 + rounding)

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload.  Raises DataError for a symbol of frequency 0."""
        require_possible(self.frequencies, symbols)
        out = np.zeros(int(self.bounds(symbols).below) // 8 + 2, np.uint8)
        return written(out, encode_textbook(symbols, self.frequencies.cumulative, self.bits, out))

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The `count` symbols of the payload.  Raises CorruptError if it is too short for them."""
        symbols = np.zeros(count, smallest_dtype(self.frequencies.values.size))
        data = np.frombuffer(bitarray(bits, endian="big").tobytes() + bytes(5), np.uint8)
        if decode_textbook(data, self.frequencies.cumulative, self.bits, symbols) > len(bits):
            raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")
        return symbols


def _law(coder: TextbookCoder, _: Pair, symbols: Symbols) -> Bounds:
    return coder.bounds(symbols)


def _steps(coder: TextbookCoder, symbols: Symbols) -> Steps:
    """The first and the last number of the interval, before what is known of it goes out, and what goes out then."""
    begins, bits, full = coder.frequencies.cumulative.tolist(), coder.bits, (1 << coder.bits) - 1
    low, high, pending, out = 0, full, 0, ""
    sent: list[tuple[int, dict[str, str]]] = []
    for symbol in symbols.tolist():
        low, high = narrowed.plain(low, high, begins[symbol], begins[symbol + 1], bits)
        part, before = (low, high), len(out)
        known, low, high = doubled.plain(low, high, bits)
        while known != OPEN:
            if known == PENDING:
                pending += 1
            else:
                out, pending = out + str(known) + str(1 - known) * pending, 0
            known, low, high = doubled.plain(low, high, bits)
        at_hand = {"low": f"{part[0]:0{bits}b}", "high": f"{part[1]:0{bits}b}", "bits out": out[before:]}
        sent.append((symbol, {**at_hand, "pending": str(pending)}))
    if (low, high, pending) != (0, full, 0):
        upper = int(low >= 1 << (bits - 2))
        out += str(upper) + str(1 - upper) * (pending + 1)
    return Steps(sent, bitarray(out), _found(coder, out, symbols.size))


def _found(coder: TextbookCoder, payload: str, count: int) -> list[tuple[int, dict[str, str]]]:
    """The way back: the same intervals, and the number of the payload that lies in them."""
    cumulative, bits = coder.frequencies.cumulative, coder.bits
    low, high, rest = 0, (1 << bits) - 1, payload + "0" * bits
    value, rest = int(rest[:bits], 2), rest[bits:]
    found: list[tuple[int, dict[str, str]]] = []
    for _ in range(count):
        inside = range(1, cumulative.size)
        symbol = next(at - 1 for at in inside if narrowed.plain(low, high, 0, int(cumulative[at]), bits)[1] >= value)
        low, high = narrowed.plain(low, high, int(cumulative[symbol]), int(cumulative[symbol + 1]), bits)
        at_hand = {"low": f"{low:0{bits}b}", "high": f"{high:0{bits}b}", "the payload's number": f"{value:0{bits}b}"}
        found.append((symbol, at_hand))
        known, new, after = doubled.plain(low, high, bits)
        while known != OPEN:
            value, rest = 2 * (value - low) + new + int(rest[:1] or 0), rest[1:]
            low, high = new, after
            known, new, after = doubled.plain(low, high, bits)
    return found


FAMILY = family_of_shares(
    "textbook",
    16,
    "arithmetic coding in registers of BITS bits: surprise, and up to log2(1 + 1/f) bits a token",
    TextbookCoder,
    _law,
    _steps,
    parameter=Parameter.whole("BITS", 6, 32, 32),
    spare_bits=2,
    use="to follow by hand, and to see what narrow registers cost",
    year=1987,
)

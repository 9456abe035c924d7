"""ArithmeticCoder: the instrument.

One message is one number: the interval [0, 1) shrinks by q̂ with every token, and the payload names
a point of what is left.  A token costs its surprise, not a whole number of bits, so the message as a
whole costs Σ -log2 q̂(x) and less than 2 bits more: an interval of width w holds a block of 2^-k for
some k < log2(1/w) + 2.  No message of n tokens is the beginning of another, so whatever follows a
payload does not matter, and no end-of-message symbol exists.

The interval's 62 most recent bits are at hand:

        out[0] ... out[at-1]         bytes that are settled, but for a carry
        low    0 <= low < 2^62       the interval's lower end, 62 bits further on
        width  2^54 <= width <= 2^62 its width, in units of the last bit

A token that owns [c, c + f) of T = 2^40 narrows the interval to its own part of it.  When the width
falls below 2^54, the top byte of `low` moves out and 8 fresh bits come in.  Adding to `low` may carry
into bytes already moved out; a carry is then made as on paper, turning 255s into 0s, and it never
runs past the first byte, because the interval lies within [0, 1).

A boundary is floor(width'·c / T), where width' is `width` with its last 18 bits set to 0.  The product
would need 102 bits; from two pieces, width' = a·2^40 + b·2^18,

        width'·c / 2^40 = a·c + b·c / 2^22

both products stay below 2^62 and the floor is exact.  So a token's part of the interval differs from
its due f/T by less than 2^18/width for the cut and 1/width for the floor:

        f/T·(1 - 2^-36) - 2^-54  <  part  <  f/T + 2^-54

which `slack_bits` turns into bits: thousandths of one for 10^7 tokens of ordinary probabilities.  The
boundaries grow with c and begin at 0, so the parts never overlap, and what they leave unused (less
than 2^18 of 2^54) is not worth having.

Next: `catalog` (every coder by its name).  Source: J. Rissanen 1976; G. N. N. Martin 1979 (range
coding, carries); I. Witten, R. Neal and J. Cleary 1987; Cover & Thomas, sec. 13.3.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.coders.protocol import Bounds, Family, Form, Static, Table
from compress.errors import CorruptError, DataError
from compress.kernel import kernel, step
from compress.probability.distribution import Pair
from compress.probability.frequencies import TOTAL_BITS, Frequencies, is_price_of, require_honourable, rounded
from compress.symbols import Counts, Symbols, code_length, histogram, smallest_dtype

__all__ = ["FAMILY", "ArithmeticCoder"]

Bytes = npt.NDArray[np.uint8]
Vector = npt.NDArray[np.float64]

_WINDOW_BITS = 62
_WHOLE = 1 << _WINDOW_BITS
_LEAST_WIDTH_BITS = _WINDOW_BITS - 8
_LEAST_WIDTH = 1 << _LEAST_WIDTH_BITS
# The pieces of the width: 22 bits above bit 40, 22 bits above bit 18.
_CUT_BITS = 18
_PIECE_BITS = TOTAL_BITS - _CUT_BITS
_PIECE_MASK = (1 << _PIECE_BITS) - 1
# Rare tokens that share a bucket are first tried one by one, this many, and then bisected.
_TRIES = 8


@step
def _pieces(width: int) -> tuple[int, int]:
    return width >> TOTAL_BITS, (width >> _CUT_BITS) & _PIECE_MASK


@step
def _boundary(a: int, b: int, cumulative: int) -> int:
    return a * cumulative + ((b * cumulative) >> _PIECE_BITS)


@step
def narrow(low: int, width: int, begin: int, end: int) -> tuple[int, int]:
    """The part of the interval that [begin, end) of T owns: (low, width)."""
    a, b = _pieces(width)
    start = _boundary(a, b, begin)
    return low + start, _boundary(a, b, end) - start


@kernel
def _carry(out: Bytes, at: int) -> None:
    """Add 1 to the number that out[0..at-1] writes."""
    at -= 1
    while out[at] == 255:
        out[at] = 0
        at -= 1
    out[at] += 1


@step
def settle(low: int, width: int, out: Bytes, at: int) -> tuple[int, int, int]:
    """Carry what ran over, and move bytes out until the interval is wide enough: (low, width, at)."""
    if low >= _WHOLE:
        low -= _WHOLE
        _carry(out, at)
    while width < _LEAST_WIDTH:
        out[at] = low >> _LEAST_WIDTH_BITS
        at += 1
        low = (low & (_LEAST_WIDTH - 1)) << 8
        width <<= 8
    return low, width, at


@kernel
def finish(low: int, width: int, out: Bytes, at: int) -> int:
    """Name a point: a shortest string of bits whose every continuation lies in the interval; the payload's bits."""
    free = _WINDOW_BITS
    # Dropping the last `free` bits leaves a block of 2^free numbers from `point` on.
    point = 0
    while point < low or point - low > width - (1 << free):
        free -= 1
        point = ((low + (1 << free) - 1) >> free) << free
    if point >= _WHOLE:
        point -= _WHOLE
        _carry(out, at)
    # 62 bits, left-aligned in 8 bytes.
    for i in range(7):
        out[at + i] = (point >> (_LEAST_WIDTH_BITS - 8 * i)) & 255
    out[at + 7] = (point & 63) << 2
    return 8 * at + _WINDOW_BITS - free


@kernel
def encode_interval(symbols: Symbols, cumulative: Counts, out: Bytes) -> int:
    """Narrow [0, 1) token by token, then name a point of what is left; returns the payload's bits."""
    low, width, at = 0, _WHOLE, 0
    # Invariant: 0 <= low < 2^62, 2^54 <= width <= 2^62; the message so far is [low, low + width) behind out[:at].
    for i in range(symbols.size):
        symbol = int(symbols[i])
        low, width = narrow(low, width, int(cumulative[symbol]), int(cumulative[symbol + 1]))
        low, width, at = settle(low, width, out, at)
    return finish(low, width, out, at)


@kernel
def _bisect(offset: int, a: int, b: int, cumulative: Counts, symbol: int) -> tuple[int, int, int]:
    """What `locate` finds, the token not before `symbol`, by halving."""
    after = cumulative.size - 1
    if _boundary(a, b, int(cumulative[after])) <= offset:
        return after, 0, 0
    # Invariant: boundary(symbol) <= offset < boundary(after).
    while after - symbol > 1:
        middle = (symbol + after) >> 1
        if _boundary(a, b, int(cumulative[middle])) <= offset:
            symbol = middle
        else:
            after = middle
    return symbol, _boundary(a, b, int(cumulative[symbol])), _boundary(a, b, int(cumulative[after]))


@step
def locate(offset: int, width: int, cumulative: Counts, buckets: Symbols, bucket_shift: int) -> tuple[int, int, int]:
    """The token whose part of the interval holds `offset`, and that part: (symbol, begin, end); K if none does."""
    a, b = _pieces(width)
    # boundary(c) <= (a + 1)·c, so this c is not beyond the right one, and seldom far before it;
    # it is below T, because width < (a + 1)·T.
    hint = int(np.uint64(offset) // np.uint64(a + 1))
    symbol = int(buckets[hint >> bucket_shift])
    begin, end = _boundary(a, b, int(cumulative[symbol])), _boundary(a, b, int(cumulative[symbol + 1]))
    last = min(symbol + _TRIES, cumulative.size - 2)
    while end <= offset:
        if symbol == last:
            return _bisect(offset, a, b, cumulative, symbol)
        symbol += 1
        begin, end = end, _boundary(a, b, int(cumulative[symbol + 1]))
    return symbol, begin, end


@step
def refill(offset: int, width: int, data: Bytes, at: int) -> tuple[int, int, int]:
    """Read bytes until the interval is wide enough: (offset, width, at).  Past the end the last one is read again."""
    while width < _LEAST_WIDTH:
        offset = (offset << 8) | int(data[min(at, data.size - 1)])
        at += 1
        width <<= 8
    return offset, width, at


@kernel
def decode_interval(
    data: Bytes, cumulative: Counts, buckets: Symbols, bucket_shift: int, symbols: Symbols
) -> tuple[int, int]:
    """Find the token whose part of the interval holds the payload's point, again and again.

    data: two zero bits, the payload, and at least 9 zero bytes.  buckets: for c >> bucket_shift the token
    that owns the first c of that bucket.  Returns the bytes that moved out of the window, and the number of
    tokens found: fewer than symbols.size if the point lies in no token's part.
    """
    offset, width, at = 0, _WHOLE, 8
    for i in range(8):
        offset = (offset << 8) | int(data[i])
    # Invariant: `offset` is the point less the interval's lower end, 0 <= offset < width.
    for i in range(symbols.size):
        symbol, begin, end = locate(offset, width, cumulative, buckets, bucket_shift)
        if symbol == cumulative.size - 1:
            return at - 8, i
        symbols[i] = symbol
        offset, width, at = refill(offset - begin, end - begin, data, at)
    return at - 8, symbols.size


@dataclass(frozen=True, eq=False)
class ArithmeticCoder:
    """A coder whose Q̂ is frequencies over 2^40."""

    name: str
    frequencies: Frequencies

    @classmethod
    def of(cls, weights: Sequence[int]) -> ArithmeticCoder:
        """The coder for tokens in proportion to the weights, shape (K,)."""
        return cls("arithmetic", Frequencies.of(weights))

    @property
    def book(self) -> None:
        """It sends no words."""
        return None

    @property
    def facts(self) -> Mapping[str, Any]:
        """The frequencies."""
        return {"frequencies": self.frequencies.values.tolist()}

    @property
    def size(self) -> int:
        """K."""
        return self.frequencies.values.size

    @property
    def surprises(self) -> Vector:
        """-log2(f / 2^40) of each symbol, bits: shape (K,)."""
        return self.frequencies.surprises

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q̂(x), bits."""
        return code_length(histogram(symbols, self.size), self.surprises)

    def slack_bits(self, counts: Counts) -> tuple[float, float]:
        """How far the intervals may fall short of, or exceed, Σ -log2 q̂: (below, above) in bits, both >= 0.

        A token's part of the interval is between f/T·(1 - 2^-36) - 2^-54 and f/T + 2^-54 of it
        (derived above); relative to its due f/T that is a factor between
        1 - 2^-36 - 2^-14/f and 1 + 2^-14/f.  counts: how often each symbol occurs, shape (K,).
        """
        occurs = counts > 0
        times, f = counts[occurs], self.frequencies.values[occurs]
        floor = 2.0 ** (TOTAL_BITS - _LEAST_WIDTH_BITS) / f
        cut = 2.0 ** (_CUT_BITS - _LEAST_WIDTH_BITS)
        below = math.fsum(times * np.log1p(floor)) / math.log(2)
        above = -math.fsum(times * np.log1p(-cut - floor)) / math.log(2)
        return below, above

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload, to the bit.  Raises DataError for a symbol of frequency 0."""
        counts = histogram(symbols, self.size)
        ideal = code_length(counts, self.surprises)
        if math.isinf(ideal):
            impossible = int(np.flatnonzero((counts > 0) & (self.frequencies.values == 0))[0])
            raise DataError(f"symbol {impossible} has frequency 0")
        room = int(ideal + self.slack_bits(counts)[1]) // 8 + 2 * _WINDOW_BITS // 8
        out = np.zeros(room, np.uint8)
        total = encode_interval(symbols, self.frequencies.cumulative, out)
        bits = bitarray(endian="big")
        bits.frombytes(out[: (total + 7) // 8].tobytes())
        del bits[total:]
        return bits

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The `count` symbols of the payload.  Raises CorruptError if it cannot be one of that many."""
        symbols = np.zeros(count, smallest_dtype(self.size))
        # Two bits in front make the window of 62 bits end where a byte does.
        data = (bitarray("00", endian="big") + bits).tobytes() + bytes(9)
        read, found = decode_interval(np.frombuffer(data, np.uint8), *self._tables, symbols)
        if found < count:
            raise CorruptError(f"the payload names no token {found}")
        if 8 * read > len(bits):
            raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")
        return symbols

    @cached_property
    def _tables(self) -> tuple[Counts, Symbols, int]:
        """Cumulative frequencies, and the buckets that find a token from the top bits of a point."""
        bucket_bits = min(max(12, self.size.bit_length() + 1), 17)
        shift = TOTAL_BITS - bucket_bits
        begins = np.arange(1 << bucket_bits) << shift
        owners = np.searchsorted(self.frequencies.cumulative, begins, side="right") - 1
        # As narrow as can be: the buckets are read at random, so they should stay in the nearest cache.
        return self.frequencies.cumulative, owners.astype(smallest_dtype(self.size)), shift


def _fit(weights: Sequence[int], _: int | None) -> Table:
    frequencies, size = Frequencies.of(weights).values, len(weights)
    if np.array_equal(frequencies, Frequencies.of([1] * size).values):
        return Table(Form.EQUAL, size)
    return Table(Form.PARTS, size, tuple(frequencies.tolist()))


def _fit_counts(counts: Sequence[int], _: int | None) -> Table:
    return Table(Form.COUNTS, len(counts), tuple(rounded(counts)))


def _build(table: Table, _: int | None) -> Static:
    if table.form == Form.PARTS:
        return ArithmeticCoder("arithmetic", Frequencies(np.array(table.numbers, np.int64)))
    if table.form == Form.COUNTS:
        return ArithmeticCoder.of(table.numbers)
    if table.form == Form.EQUAL:
        return ArithmeticCoder.of([1] * table.size)
    raise DataError(f"a table of {table.form.name.lower()} does not fit arithmetic")


def _law(coder: Static, pair: Pair, symbols: Symbols) -> Bounds:
    """ideal - below <= bits < ideal + 2 + above, with below and above from `slack_bits`."""
    assert isinstance(coder, ArithmeticCoder)
    counts = histogram(symbols, coder.size)
    ideal = code_length(counts, coder.surprises)
    below, above = coder.slack_bits(counts)
    rounding = 1e-9 + 1e-14 * ideal
    return Bounds(ideal - below - rounding, ideal + 2 + above + rounding)


FAMILY = Family(
    "arithmetic",
    1,
    "within 2 bits of ideal and a derived slack, for any Q",
    "whole numbers over 2^40; there are no words, a message is one number",
    _fit,
    _build,
    _law,
    is_price_of,
    require_honourable,
    _fit_counts,
)

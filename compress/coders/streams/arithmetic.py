"""ArithmeticCoder: the instrument.

One message is one number: the interval [0, 1) shrinks by q̂ with every token, and the payload names
a point of what is left.  A token costs its surprise, not a whole number of bits, so the message as a
whole costs Σ -log2 q̂(x) and less than 2 bits more: an interval of width w holds a block of 2^-k for
some k < log2(1/w) + 2.  No message of n tokens is the beginning of another, so whatever follows a
payload does not matter, and no end-of-message symbol exists.

A token's part of the interval is not quite its due f/T (`interval` derives by how much), which
`slack_bits` turns into bits: thousandths of one for 10^7 tokens of ordinary probabilities.

Next: `arithmetic_lanes` (four of them at a time).  Source: Cover & Thomas, sec. 13.3; J. Rissanen 1976.
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

from compress.coders.family import ANY_SIZE, Family
from compress.coders.lanes import LANES, in_one_row, lane_size
from compress.coders.protocol import Bounds, Form, Static, Table
from compress.coders.streams.interval import (
    WHOLE,
    WINDOW_BITS,
    Bytes,
    finish,
    locate,
    narrow,
    readable,
    refill,
    require_whole,
    settle,
    slack_bits,
    written,
)
from compress.coders.streams.shares import require_possible
from compress.coders.weights import fit_counts, fit_weights, weights_of
from compress.errors import DataError
from compress.kernel import kernel
from compress.probability.distribution import Pair
from compress.probability.frequencies import TOTAL_BITS, Frequencies, is_price_of, require_honourable
from compress.symbols import Counts, Symbols, code_length, histogram, smallest_dtype

__all__ = ["FAMILY", "ArithmeticCoder"]

Vector = npt.NDArray[np.float64]

# A byte moves seldom where fewer bits than this are expected of a token.
_SELDOM = 1.0


@kernel
def encode_interval(symbols: Symbols, cumulative: Counts, out: Bytes) -> int:
    """Narrow [0, 1) token by token, then name a point of what is left; returns the payload's bits."""
    low, width, at = 0, WHOLE, 0
    # Invariant: 0 <= low < 2^62, 2^54 <= width <= 2^62; the message so far is [low, low + width) behind out[:at].
    for i in range(symbols.size):
        symbol = int(symbols[i])
        low, width = narrow(low, width, int(cumulative[symbol]), int(cumulative[symbol + 1]))
        low, width, at = settle(low, width, out, at)
    return finish(low, width, out, at)


@kernel
def decode_interval(
    data: Bytes, cumulative: Counts, buckets: Symbols, bucket_shift: int, symbols: Symbols
) -> tuple[int, int]:
    """Find the token whose part of the interval holds the payload's point, again and again.

    data: two zero bits, the payload, and at least 9 zero bytes.  buckets: for c >> bucket_shift the token
    that owns the first c of that bucket.  Returns the bytes that moved out of the window, and the number of
    tokens found: fewer than symbols.size if the point lies in no token's part.
    """
    offset, width, at = 0, WHOLE, 8
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
        """Return None: an arithmetic coder sends no words."""
        return None

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return the frequencies, which the record of a code tells."""
        return {"frequencies": self.frequencies.values.tolist()}

    @property
    def size(self) -> int:
        """Return K, the number of tokens in the alphabet."""
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

        counts: how often each symbol occurs, shape (K,).
        """
        occurs = counts > 0
        return slack_bits(counts[occurs], self.frequencies.values[occurs])

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload, to the bit.  Raises DataError for a symbol of frequency 0."""
        out = self._room(symbols)
        return written(out, encode_interval(symbols, self.frequencies.cumulative, out))

    def _room(self, symbols: Symbols) -> Bytes:
        """What holds the payload of these symbols, and of some of them.  Raises DataError for one of frequency 0."""
        counts = histogram(symbols, self.size)
        ideal = code_length(counts, self.surprises)
        if math.isinf(ideal):
            impossible = int(np.flatnonzero((counts > 0) & (self.frequencies.values == 0))[0])
            raise DataError(f"symbol {impossible} has frequency 0")
        return np.empty(int(ideal + self.slack_bits(counts)[1]) // 8 + 2 * WINDOW_BITS // 8, np.uint8)

    def _room_of_rarest(self, count: int) -> Bytes:
        """What holds the payload of so many symbols, if each is the rarest that there may be."""
        rarest = self.frequencies.values[self.frequencies.values > 0].min()
        most = count * (TOTAL_BITS - math.log2(rarest)) + slack_bits(np.array([count]), np.array([rarest]))[1]
        return np.empty(int(most) // 8 + 2 * WINDOW_BITS // 8, np.uint8)

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The `count` symbols of the payload.  Raises CorruptError if it cannot be one of that many."""
        symbols = np.zeros(count, smallest_dtype(self.size))
        require_whole(bits, count, *decode_interval(readable(bits), *self._tables, symbols))
        return symbols

    def encode_lanes(self, symbols: Symbols) -> list[bitarray]:
        """The payloads of every fourth symbol from the first on, from the second on, and so on.  Raises DataError."""
        # A small file has no lanes.
        from compress.coders.streams.arithmetic_lanes import encode_intervals

        require_possible(self.frequencies, symbols)
        outs = [self._room_of_rarest(lane_size(symbols.size, lane)) for lane in range(LANES)]
        is_seldom = self.frequencies.entropy < _SELDOM
        totals = encode_intervals(symbols, self.frequencies.cumulative, is_seldom, *outs)
        return [written(out, total) for out, total in zip(outs, totals, strict=True)]

    def decode_lanes(self, payloads: Sequence[bitarray], count: int) -> Symbols:
        """Every fourth token from each of four payloads: the first `count` of all.  Raises CorruptError."""
        from compress.coders.streams.arithmetic_lanes import decode_intervals

        symbols = np.zeros(count, smallest_dtype(self.size))
        data, begins = in_one_row([readable(bits).tobytes() for bits in payloads], 0)
        positions = begins.copy()
        found = decode_intervals(data, positions, *self._tables, symbols)
        require_whole(payloads[0], count, 0, found)
        for bits, read in zip(payloads, (positions - begins - 8).tolist(), strict=True):
            require_whole(bits, count, read, found)
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


def _build(table: Table, _: int | None) -> Static:
    if table.form == Form.PARTS:
        return ArithmeticCoder("arithmetic", Frequencies(np.array(table.numbers, np.int64)))
    return ArithmeticCoder.of(weights_of(table, "arithmetic"))


def _law(coder: Static, pair: Pair, symbols: Symbols) -> Bounds:
    """ideal - below <= bits < ideal + 2 + above, with below and above from `slack_bits`."""
    assert isinstance(coder, ArithmeticCoder)
    counts = histogram(symbols, coder.size)
    ideal = code_length(counts, coder.surprises)
    below, above = coder.slack_bits(counts)
    rounding = 1e-9 + 1e-14 * ideal
    return Bounds(ideal - below - rounding, ideal + 2 + above + rounding)


FAMILY = Family(
    name="arithmetic",
    number=1,
    summary="a message costs its surprise, and less than 2 bits more, for any Q",
    use="the default; also for a Q that changes from token to token",
    year=1976,
    q_hat="whole numbers over 2^40; there are no words, a message is one number",
    fit=fit_weights,
    build=_build,
    law=_law,
    promise=is_price_of,
    require=require_honourable,
    fit_counts=fit_counts,
    drives_models=True,
    lanes_up_to=ANY_SIZE,
)

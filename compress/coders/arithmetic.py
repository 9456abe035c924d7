"""ArithmeticCoder: the instrument.

One message is one number: the interval [0, 1) shrinks by q̂ with every token, and the
payload names a point of what is left.  A token costs its surprise, not a whole number
of bits, so the message as a whole costs Σ -log2 q̂(x) and less than 2 bits more:

    ideal - below <= payload_bits < ideal + 2 + above

where `slack_bits` derives below and above from the width of the machine's integers; for
10^7 tokens of ordinary probabilities both are thousandths of a bit.  An interval of
width w holds a block of 2^-k for some k < log2(1/w) + 2: the 2 bits.  No message of n
tokens is the beginning of another, so whatever follows a payload does not matter, and
no end-of-message symbol exists.

The loops are in `kernels.arithmetic`.  Source: Cover & Thomas, sec. 13.3.
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

from compress.coders.kernels.arithmetic import (
    CUT_BITS,
    LEAST_WIDTH_BITS,
    WINDOW_BITS,
    decode_interval,
    encode_interval,
)
from compress.coders.protocol import Bounds, Family, Form, Static, Table
from compress.errors import CorruptError, DataError, quoted
from compress.probability.distribution import Pair
from compress.probability.frequencies import TOTAL, TOTAL_BITS, Frequencies, rounded
from compress.probability.information import mean
from compress.symbols import Counts, Symbols, code_length, histogram, smallest_dtype

__all__ = ["FAMILY", "ArithmeticCoder"]

Vector = npt.NDArray[np.float64]

# What rounding and lifting may change of H(P, Q̂) without a word, bits/token.
NEGLIGIBLE_BITS = 2.0**-20


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
        (`kernels.arithmetic` derives it); relative to its due f/T that is a factor between
        1 - 2^-36 - 2^-14/f and 1 + 2^-14/f.  counts: how often each symbol occurs, shape (K,).
        """
        occurs = counts > 0
        times, f = counts[occurs], self.frequencies.values[occurs]
        floor = 2.0 ** (TOTAL_BITS - LEAST_WIDTH_BITS) / f
        cut = 2.0 ** (CUT_BITS - LEAST_WIDTH_BITS)
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
        room = int(ideal + self.slack_bits(counts)[1]) // 8 + 2 * WINDOW_BITS // 8
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


def _require(pair: Pair) -> None:
    """Raise DataError if some q is too small to be honoured, and P knows it.

    A frequency is a whole number of 2^-40, so a token with q·2^40 < 1 is lifted to 1 and costs 40 bits
    instead of its surprise.  That is refused where it changes Σ p·(-log2 q̂) by more than 2^-20
    bits/token; tails that P hardly meets go on.
    """
    p, q = pair.p, pair.q
    least = (q.total - 1 >> TOTAL_BITS) + 1
    saved = {
        token: float(p.exact(token)) * (math.log2(q.total) - math.log2(weight) - TOTAL_BITS)
        for token, chance, weight in zip(q.tokens, p.weights, q.weights, strict=True)
        if chance and 0 < weight < least
    }
    if math.fsum(saved.values()) > NEGLIGIBLE_BITS:
        token = max(saved, key=saved.__getitem__)
        raise DataError(
            f"Q gives token {quoted(token)} probability {float(q.exact(token)):.4g}, below 2^-40, the least that the "
            "arithmetic coder can honour; choose another Q, or lift it: zeros='floor:1e-9'"
        )


def _promise(coder: Static, pair: Pair) -> bool:
    """Whether the coder prices what P draws as Q does, but for rounding to 2^-40.

    |H(P,Q̂) - H(P,Q)| <= 2^-20 + 1.5·K/2^40 + Σ p·min(1, log2(1 + 1/(q·2^40 - 1))), the sum over the
    tokens with q·2^40 > 1: a frequency misses q·2^40 by 1, and by K·q where rare tokens were lifted
    (`apportion`).  Q is above 0 wherever P is.
    """
    truth, belief = pair.p.probabilities, pair.q.probabilities
    common = (truth > 0) & (belief * TOTAL > 1)
    missed = np.minimum(1.0, np.log2(1 + 1 / (belief[common] * TOTAL - 1)))
    tolerance = NEGLIGIBLE_BITS + 1.5 * pair.q.size / TOTAL + mean(truth[common], missed)
    return abs(mean(truth, coder.surprises) - pair.cross_entropy) <= tolerance


FAMILY = Family(
    "arithmetic",
    1,
    "within 2 bits of ideal and a derived slack, for any Q",
    "whole numbers over 2^40; there are no words, a message is one number",
    _fit,
    _build,
    _law,
    _promise,
    _require,
    _fit_counts,
)

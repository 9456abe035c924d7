"""Any model with the arithmetic coder, token by token: the plain form that faster ones must equal bit for bit.

    model ──start──▶ predictor ──interval(x)──▶ narrow the interval to it ──▶ update(x) ──▶ the next token
                        └ the decoder has the same one, and so the same intervals

With a total T below 2^31 the interval of `width` is cut into T parts of r = width // T each; a token that owns f of
T gets r·f.  What is left over, less than T of 2^54 and more, is not used, so that a token never costs less than
-log2 f/T, and more by less than T·2^-54 / ln 2 bits.  A total of 2^40 is divided as `interval.narrow` does it.

Next: `sequential` (the same at full speed).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from bitarray import bitarray

from compress.coders.streams import interval
from compress.coders.streams.interval import WHOLE, Bytes, readable, require_whole, written
from compress.models.protocol import LARGEST_TOTAL, Model
from compress.probability.frequencies import TOTAL, Frequencies
from compress.symbols import Symbols, smallest_dtype

__all__ = ["DrivenCoder", "Located", "Narrowed", "Unchanging"]

narrow, settle = interval.narrow.plain, interval.settle.plain
finish, refill = interval.finish.plain, interval.refill.plain

# Bytes that one token can move out of the window, and what naming a point takes.
_BYTES_A_TOKEN = LARGEST_TOTAL.bit_length() // 8 + 2
_BYTES_TO_FINISH = 16


class Narrowed(NamedTuple):
    """The encoder after a token, which owns [begin, begin + frequency) of the total: its interval, and bytes out."""

    symbol: int
    begin: int
    frequency: int
    total: int
    low: int
    width: int
    at: int


class Located(NamedTuple):
    """The decoder when it has found a token: where in the interval the point lay, as `offset` of `width`.

    at: bytes that are read when it has gone on.
    """

    symbol: int
    begin: int
    frequency: int
    total: int
    offset: int
    width: int
    at: int


@dataclass(frozen=True)
class DrivenCoder:
    """The arithmetic coder with a model of any kind, in Python: some ten thousand tokens a second."""

    model: Model

    # No token has one price for the whole message.
    surprises = None

    @property
    def name(self) -> str:
        """Return the coder's name as a user writes it."""
        return "arithmetic"

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload, to the bit.

        >>> from compress.models.counts import Counting
        >>> len(DrivenCoder(Counting.of("kt", 2)).encode(np.zeros(100, np.uint8)))
        5
        """
        out = self.room(symbols.size)
        low, width, at = 0, WHOLE, 0
        for step in self.narrowing(symbols, out):
            low, width, at = step.low, step.width, step.at
        return written(out, finish(low, width, out, at))

    @staticmethod
    def room(n: int) -> Bytes:
        """Return an array of zeros that has room for the payload of n tokens."""
        return np.zeros(_BYTES_A_TOKEN * n + _BYTES_TO_FINISH, np.uint8)

    def narrowing(self, symbols: Symbols, out: Bytes) -> Iterator[Narrowed]:
        """The encoder after each token; out[:at] are the bytes that have left it."""
        predictor = self.model.start()
        low, width, at = 0, WHOLE, 0
        for symbol in symbols.tolist():
            begin, frequency, total = predictor.interval(symbol)
            start, width = _part(width, begin, frequency, total)
            low, width, at = settle(low + start, width, out, at)
            yield Narrowed(symbol, begin, frequency, total, low, width, at)
            predictor.update(symbol)

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The `count` symbols of the payload.  Raises CorruptError if it cannot be one of that many."""
        found = [step.symbol for step in self.locating(bits, count)]
        return np.array(found, smallest_dtype(self.model.size))

    def locating(self, bits: bitarray, count: int) -> Iterator[Located]:
        """The decoder at each token.  Raises CorruptError as `decode` does."""
        data, predictor = readable(bits), self.model.start()
        offset, width, at = int.from_bytes(data[:8].tobytes(), "big"), WHOLE, 8
        for place in range(count):
            # The total does not depend on the symbol.
            total = predictor.interval(0)[2]
            point = _point(offset, width, total)
            if point >= total:
                require_whole(bits, count, at - 8, place)
            symbol = predictor.symbol_at(point)
            begin, frequency, _ = predictor.interval(symbol)
            start, part = _part(width, begin, frequency, total)
            before = offset, width
            offset, width, at = refill(offset - start, part, data, at)
            yield Located(symbol, begin, frequency, total, *before, at)
            predictor.update(symbol)
        require_whole(bits, count, at - 8, count)

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q_t(x_t | past)."""
        predictor, surprises = self.model.start(), []
        for symbol in symbols.tolist():
            _, frequency, total = predictor.interval(symbol)
            surprises.append(math.log2(total) - math.log2(frequency))
            predictor.update(symbol)
        return math.fsum(surprises)


@dataclass(frozen=True)
class Unchanging:
    """The model that has one Q for all tokens: frequencies over 2^40, as the arithmetic coder's own."""

    spec: str
    frequencies: Frequencies

    @property
    def size(self) -> int:
        """Return K, the number of tokens in the alphabet."""
        return self.frequencies.values.size

    def start(self) -> Unchanging:
        """Itself, for nothing that it sees changes it.

        >>> Unchanging("coin", Frequencies.of([3, 1])).start().interval(1) == (3 << 38, 1 << 38, 1 << 40)
        True
        """
        return self

    def interval(self, symbol: int) -> tuple[int, int, int]:
        """Return the symbol's part of 2^40: where it begins, its frequency, and the total."""
        cumulative: Sequence[int] = self.frequencies.cumulative.tolist()
        return cumulative[symbol], cumulative[symbol + 1] - cumulative[symbol], TOTAL

    def symbol_at(self, point: int) -> int:
        """The symbol that owns this point."""
        return int(np.searchsorted(self.frequencies.cumulative, point, side="right")) - 1

    def update(self, symbol: int) -> None:
        """Do nothing: Q stays the same."""


def _part(width: int, begin: int, frequency: int, total: int) -> tuple[int, int]:
    """Where in the interval a token's part begins, and how wide it is."""
    if total == TOTAL:
        start, part = narrow(0, width, begin, begin + frequency)
        return start, part
    return width // total * begin, width // total * frequency


def _point(offset: int, width: int, total: int) -> int:
    """The last of 0..total whose part begins at `offset` or before."""
    if total != TOTAL:
        return offset // (width // total)
    low, high = 0, total + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _part(width, middle, 0, total)[0] <= offset else (low, middle)
    return low

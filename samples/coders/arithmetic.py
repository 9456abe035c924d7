"""An arithmetic coder in forty lines: 32 bits of the interval, which grows again as soon as a bit of it is known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from bitarray import bitarray

TOP = 1 << 32
HALF, QUARTER = TOP >> 1, TOP >> 2


def known(low: int, width: int) -> int | None:
    """What to subtract before the interval is doubled: it lies in a half, or around the middle; None: it does not."""
    if low + width <= HALF:
        return 0
    if low >= HALF:
        return HALF
    return QUARTER if low >= QUARTER and low + width <= HALF + QUARTER else None


class Arithmetic:
    """Tokens own parts of 2^22; none less than one."""

    def __init__(self, probabilities: Sequence[float]) -> None:
        self.ends = [0, *accumulate(max(1, round(p * (1 << 22))) for p in probabilities)]

    def _narrow(self, low: int, width: int, symbol: int) -> tuple[int, int]:
        begin, end = (width * edge // self.ends[-1] for edge in self.ends[symbol : symbol + 2])
        return low + begin, end - begin

    def encode(self, symbols: Sequence[int]) -> bitarray:
        """The bits of a point in the last interval."""
        bits, low, width, waiting = bitarray(), 0, TOP, 0
        for symbol in symbols:
            low, width = self._narrow(low, width, int(symbol))
            while (off := known(low, width)) is not None:
                if off == QUARTER:
                    waiting += 1
                else:
                    bit = int(off == HALF)
                    bits.extend([bit] + [1 - bit] * waiting)
                    waiting = 0
                low, width = 2 * (low - off), 2 * width
        bit = int(low >= QUARTER)
        return bits + bitarray([bit] + [1 - bit] * (waiting + 1))

    def decode(self, payload: bitarray, count: int) -> list[int]:
        """The tokens in whose parts the point lies."""
        bits, symbols = iter(payload), []
        low, width, point = 0, TOP, 0
        for _ in range(32):
            point = 2 * point + next(bits, 0)
        for _ in range(count):
            edge = ((point - low + 1) * self.ends[-1] - 1) // width
            symbols.append(bisect_right(self.ends, edge) - 1)
            low, width = self._narrow(low, width, symbols[-1])
            while (off := known(low, width)) is not None:
                low, width, point = 2 * (low - off), 2 * width, 2 * (point - off) + next(bits, 0)
        return symbols

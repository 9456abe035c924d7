"""The model `mix`: bytes, each as eight bits, with the chance that many beliefs together give them.

    - log2 q(x) = Σ over its eight bits of -log2 of the chance of the bit

There is no closed form of what it costs: nothing but running it can tell.  `ideal_bits` runs it without a coder, and
counts how often a bit came whose chance was so many of 2^16.

Next: `chains` (the token before, and nothing to be learned).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from compress.coders.streams.interval import LEAST_WIDTH_BITS, Bytes
from compress.errors import SpecError
from compress.models.mixing.bits import foretell, learn, turn
from compress.models.mixing.contexts import remember
from compress.models.mixing.logistic import CHANCE_BITS
from compress.models.mixing.memory import PARTS, begun, bytes_of
from compress.models.mixing.now import Memory
from compress.models.mixing.passes import count_mixing, decode_mixing, encode_mixing
from compress.models.protocol import Model
from compress.symbols import Symbols

__all__ = ["Mixing", "MixingBits", "MixingPredictor"]

Vector = npt.NDArray[np.float64]

_BYTES = 256
_ONE = 1 << CHANCE_BITS


@dataclass(frozen=True)
class Mixing:
    """The recipe: bytes by their values.  parts: which of its beliefs it has."""

    parts: Sequence[str] = PARTS

    spec = "mix"
    size = _BYTES
    # Positions are kept in 32 bits.
    longest = (1 << 31) - 1
    dearest_bits = 8 * CHANCE_BITS
    is_stored_where_dearer = True

    @classmethod
    def of(cls, size: int) -> Mixing:
        """The recipe for an alphabet of so many tokens.  Raises SpecError unless it is all bytes."""
        if size != _BYTES:
            raise SpecError(f"mix is of all {_BYTES} bytes, and not of {size:,} tokens")
        return cls()

    def choices(self, symbols: Symbols) -> tuple[Model, Symbols]:
        """Return the bits of the bytes, the highest first, and the model of them."""
        return MixingBits(symbols.size, self.parts), np.unpackbits(symbols.astype(np.uint8))

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 of the chance of each bit.

        >>> round(Mixing().ideal_bits(np.frombuffer(b"to be, to be, to be", np.uint8)))
        67
        """
        shares = np.zeros(_ONE + 1, np.int64)
        count_mixing(_as_bytes(symbols), self._begun(symbols), shares)
        owned = np.flatnonzero(shares)
        return math.fsum((shares[owned] * (CHANCE_BITS - np.log2(owned))).tolist())

    def expected_bits(self, n: int, p: Vector) -> None:
        """Return None: nobody can tell but by running it."""

    def slack_bits(self, symbols: Symbols) -> tuple[float, float]:
        """How far the intervals may fall short of, or exceed, that: of each bit less than 2^16 of 2^54 is not used."""
        return 0.0, 8 * symbols.size * 2.0 ** (CHANCE_BITS - LEAST_WIDTH_BITS) / math.log(2) * (1 + 2.0**-20)

    def room(self, n: int) -> int:
        """Return the bytes of memory that n bytes need beside themselves."""
        return bytes_of(n)

    def room_to_price(self, n: int) -> int:
        """Return the bytes of memory that `ideal_bits` needs: as much, and how often each chance came."""
        return bytes_of(n) + 80 * _ONE

    def encode_into(self, symbols: Symbols, out: Bytes) -> int:
        """Write the payload to `out` and return its bits."""
        return encode_mixing(_as_bytes(symbols), self._begun(symbols), out)

    def decode_from(self, data: Bytes, symbols: Symbols) -> tuple[int, int]:
        """Fill `symbols`: (bytes that moved out of the window, tokens found)."""
        return decode_mixing(data, self._begun(symbols), symbols)

    def _begun(self, symbols: Symbols) -> Memory:
        return begun(symbols.size, self.parts)


def _as_bytes(symbols: Symbols) -> Symbols:
    """The same, if they are wider; a loop is compiled for one kind."""
    return symbols.astype(np.uint8, copy=False)


@dataclass(frozen=True)
class MixingBits:
    """The model of the bits of n bytes: the plain form that the loops equal bit for bit."""

    n: int
    parts: Sequence[str] = PARTS

    spec = "mix"
    size = 2

    def start(self) -> MixingPredictor:
        """Return a predictor that has seen no bit."""
        return MixingPredictor(self.n, begun(self.n, self.parts))


class MixingPredictor:
    """What was counted of one message."""

    def __init__(self, n: int, memory: Memory) -> None:
        self._memory, self._bits = memory, 0
        self._message = np.zeros(n + 1, np.uint8)
        self._turn()

    def interval(self, symbol: int) -> tuple[int, int, int]:
        """Return where the bit's part begins, its frequency, and the total: 0 comes first."""
        zero = _ONE - self._chance
        return (zero, self._chance, _ONE) if symbol else (0, zero, _ONE)

    def symbol_at(self, point: int) -> int:
        """The bit that owns this point."""
        return int(point >= _ONE - self._chance)

    def update(self, symbol: int) -> None:
        """The bit came."""
        memory, place = self._memory, self._bits // 8
        self._bits += 1
        self._message[place] = self._message[place] << 1 & 255 | symbol
        if self._bits % 8 == 0:
            remember.plain(self._message, place + 1, memory.marks, memory.row_counts, memory.now)
        learn.plain(symbol, memory)
        self._turn()

    def _turn(self) -> None:
        """What is believed of the next bit."""
        if self._bits % 8 == 0:
            turn.plain(self._message, self._bits // 8, self._memory)
        self._chance = foretell.plain(self._memory)

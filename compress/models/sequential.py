"""The arithmetic coder with a Q that changes from token to token, at full speed.

A model of this package brings compiled loops of its own around the coder's steps, which equal `driven` bit for bit;
what is alike for all of them is here.

Next: `counts` (Q is what was counted so far).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.coders.protocol import Bounds
from compress.coders.streams.interval import Bytes, readable, require_whole, written
from compress.errors import LimitError
from compress.models.protocol import Model
from compress.symbols import Symbols, require_within, smallest_dtype

__all__ = ["Compiled", "SequentialCoder"]

Vector = npt.NDArray[np.float64]

_BYTES_TO_FINISH = 16


class Compiled(Protocol):
    """A model that can code a whole message by itself."""

    @property
    def spec(self) -> str:
        """Return the name as a user writes it."""
        ...

    @property
    def size(self) -> int:
        """Return K, the number of tokens in the alphabet."""
        ...

    @property
    def is_stored_where_dearer(self) -> bool:
        """Return whether a file keeps a block as it is where it would cost more."""
        ...

    def choices(self, symbols: Symbols) -> tuple[Model, Symbols]:
        """Return what the arithmetic coder chooses one by one, and the model of that: itself, if it is the symbols."""
        ...

    @property
    def longest(self) -> int:
        """Return the most tokens that a message may have."""
        ...

    @property
    def dearest_bits(self) -> int:
        """Return the most that a token can cost, in bits."""
        ...

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q_t(x_t | past), bits, found in another way than token by token."""
        ...

    def expected_bits(self, n: int, p: Vector) -> float | None:
        """The mean of that for n independent tokens of these probabilities, shape (K,); None without a closed form."""
        ...

    def slack_bits(self, symbols: Symbols) -> tuple[float, float]:
        """How far the intervals may fall short of, or exceed, that: (below, above) in bits, both >= 0."""
        ...

    def room(self, n: int) -> int:
        """Bytes of memory that n tokens can need beside themselves."""
        ...

    def room_to_price(self, n: int) -> int:
        """Bytes of memory that `ideal_bits` of n tokens can need beside them."""
        ...

    def encode_into(self, symbols: Symbols, out: Bytes) -> int:
        """Write the payload to `out`, zeros that are long enough, and return its bits."""
        ...

    def decode_from(self, data: Bytes, symbols: Symbols) -> tuple[int, int]:
        """Fill `symbols` from a payload as `readable` makes it: (bytes that moved out of the window, tokens found)."""
        ...


@dataclass(frozen=True, eq=False)
class SequentialCoder:
    """A code for symbols 0..K-1 that learns as it goes: the same bits as `DrivenCoder`, a thousand times as fast."""

    model: Compiled

    # No token has one price for the whole message.
    surprises = None

    @property
    def name(self) -> str:
        """Return the coder's name as a user writes it."""
        return "arithmetic"

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload, to the bit.  Raises DataError for a symbol beyond K, LimitError for too long a message.

        >>> from compress.models.counts import Counting
        >>> len(SequentialCoder(Counting.of("kt", 2)).encode(np.zeros(100, np.uint8)))
        5
        """
        require_within(symbols, self.model.size)
        self._require(symbols.size)
        # What is never written to takes no memory.
        room = symbols.size * self.model.dearest_bits // 8 + _BYTES_TO_FINISH
        out = np.zeros(room, np.uint8)
        return written(out, self.model.encode_into(symbols, out))

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The `count` symbols of the payload.  Raises CorruptError if it cannot be one of that many."""
        self._require(count)
        symbols = np.zeros(count, smallest_dtype(self.model.size))
        require_whole(bits, count, *self.model.decode_from(readable(bits), symbols))
        return symbols

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q_t(x_t | past), bits."""
        return self.model.ideal_bits(symbols)

    def law(self, symbols: Symbols) -> Bounds:
        """ideal - below <= bits < ideal + 2 + above, with below and above from the model's `slack_bits`."""
        ideal = self.ideal_bits(symbols)
        below, above = self.model.slack_bits(symbols)
        # log Γ has sixteen digits, of a number as large as n·log n.
        rounding = 1e-9 + 4e-15 * math.lgamma(symbols.size + self.model.size + 2)
        return Bounds(ideal - below - rounding, ideal + 2 + above + rounding)

    def _require(self, n: int) -> None:
        if n > self.model.longest:
            raise LimitError(
                f"{n:,} tokens of {self.model.size:,} kinds are more than {self.model.spec} counts in a message"
            )

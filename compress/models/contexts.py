"""Contexts: Q is what was counted so far after the same few tokens.

    q(x | past) = (count(x after c) + α) / (count(c) + K·α)      c: the last `order` tokens

A stream whose tokens depend on each other costs less than its entropy of single tokens: after "q" comes "u".  Each
context is a counting model of its own (`counts`), so that a message costs the sum of theirs.  The price of learning
is paid in each of them, and there may be K^order: a longer context knows more, later.  A small α, 1/32 unless it is
told, believes soon that what has not come will not come, and pays more where it comes.

At the start of a message fewer than `order` tokens are past: each such beginning is a context of its own.

Next: `links` (how contexts are kept, and the loops).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from compress.coders.streams.interval import Bytes
from compress.models.counts import Counting, CountingPredictor, log2_rising
from compress.models.links import SYMBOL, Memory, decode_contexts, encode_contexts
from compress.symbols import Symbols

__all__ = ["Contexts", "ContextsPredictor"]


# Of a number that stands for several symbols.
_LARGEST = 2**62
# Bytes for each such number, at most, where they are sorted and counted.
_SORTED = 60


@dataclass(frozen=True)
class Contexts(Counting):
    """The recipe: K tokens, each with α from the start in each context of `order` tokens, 1 to 5.

    No context counts more tokens than all of them together: what holds of one counting model holds of these.
    """

    order: int

    def start(self) -> ContextsPredictor:  # type: ignore[override]  # another kind of memory
        """Return a predictor whose contexts have seen nothing yet."""
        return ContextsPredictor(self.order, Counting(self.spec, self.size, self.alpha).start)

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ -log2 q_t, by the closed form in each context, bits.

        >>> from fractions import Fraction
        >>> round(Contexts("order:1", 2, Fraction(1), 1).ideal_bits(np.array([0, 1, 0, 1, 0])), 9)
        4.169925001
        """
        a = float(self.alpha)
        # Those at the start have one token each, and no count before it.
        bits = min(self.order, symbols.size) * math.log2(max(self.size, 1))
        if symbols.size <= self.order:
            return bits
        # In place: a message may have 2^25 tokens.
        grams = _grams(symbols, self.order + 1, self.size)
        grams.sort()
        begins = _begins(grams)
        counts, contexts = np.diff(begins, append=grams.size), grams[begins]
        contexts //= self.size
        totals = np.add.reduceat(counts, _begins(contexts))
        del grams, begins, contexts
        return bits + _log2_rising_all(totals, self.size * a) - _log2_rising_all(counts, a)

    def expected_bits(self, n: int, p: npt.NDArray[np.float64]) -> float | None:
        """Return None: how often each context occurs is left to chance, so there is no closed form."""
        return None

    def room(self, n: int) -> int:
        """Return the bytes of memory that n tokens need beside themselves."""
        return 4 * sum(self._sizes(n))

    def room_to_price(self, n: int) -> int:
        """Return the bytes of memory that `ideal_bits` needs: each context is a number, and they are sorted."""
        return _SORTED * n

    def encode_into(self, symbols: Symbols, out: Bytes) -> int:
        """Write the payload to `out` and return its bits."""
        memory = self._memory(symbols.size)
        return encode_contexts(symbols, self.size, self.order, *self.alpha.as_integer_ratio(), *memory, out)

    def decode_from(self, data: Bytes, symbols: Symbols) -> tuple[int, int]:
        """Fill `symbols`: (bytes that moved out of the window, tokens found)."""
        memory = self._memory(symbols.size)
        return decode_contexts(data, self.size, self.order, *self.alpha.as_integer_ratio(), *memory, symbols)

    def _sizes(self, n: int) -> list[int]:
        """Of the arrays of a memory that holds all that n tokens can make."""
        contexts = min(n, self.size**self.order) + self.order + 2
        links = min(n, self.size ** (self.order + 1)) + self.order + 2
        slots = 1 << (2 * contexts).bit_length()
        return [4 * contexts, 4 * links, slots, 2]

    def _memory(self, n: int) -> Memory:
        # What is not written to takes no memory on the usual systems.
        memory = Memory(*[np.zeros(size, np.int32) for size in self._sizes(n)])
        # Behind the last link comes a symbol that is larger than all.
        memory.links[SYMBOL] = self.size
        return memory


def _grams(symbols: Symbols, length: int, size: int) -> npt.NDArray[np.int64]:
    """A number for each so many symbols in a row, the last of which is the rest when it is divided by K."""
    grams = np.zeros(symbols.size - length + 1, np.int64)
    many = 1
    for place in range(length):
        if many * size > _LARGEST:
            # As many as there are, in the same order.
            grams = np.unique(grams, return_inverse=True)[1].astype(np.int64)
            many = grams.size
        grams *= size
        grams += symbols[place : place + grams.size]
        many *= size
    return grams


def _begins(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Where another number begins, among some that are sorted."""
    return np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))


def _log2_rising_all(counts: npt.NDArray[Any], a: float) -> float:
    """Σ log2 Γ(c + a)/Γ(a) over the counts."""
    values, times = np.unique(counts, return_counts=True)
    return math.fsum(
        n * log2_rising(count, a) for count, n in zip(values.tolist(), times.tolist(), strict=True) if count
    )


class ContextsPredictor:
    """A counting predictor in each context that came."""

    def __init__(self, order: int, fresh: Callable[[], CountingPredictor]) -> None:
        self._order, self._fresh = order, fresh
        self._past: tuple[int, ...] = ()
        self._of: dict[tuple[int, ...], CountingPredictor] = {(): fresh()}

    def interval(self, symbol: int) -> tuple[int, int, int]:
        """Return where the symbol's part begins, its frequency, and the total."""
        return self._of[self._past].interval(symbol)

    def symbol_at(self, point: int) -> int:
        """The symbol that owns this point."""
        return self._of[self._past].symbol_at(point)

    def update(self, symbol: int) -> None:
        """One more of it here, and what follows has another past."""
        self._of[self._past].update(symbol)
        self._past = (*self._past, symbol)[-self._order :]
        self._of.setdefault(self._past, self._fresh())

"""Contexts: Q is what was counted so far after the same few tokens.

    q(x | past) = (count(x after c) + α) / (count(c) + K·α)      c: the last `order` tokens

A stream whose tokens depend on each other costs less than its entropy of single tokens: after "q" comes "u".  Each
context is a counting model of its own (`counts`), so that a message costs the sum of theirs.  The price of learning
is paid in each of them, and there may be K^order: a longer context knows more, later.  A small α, 1/32 unless it is
told, believes soon that what has not come will not come, and pays more where it comes.

At the start of a message fewer than `order` tokens are past: each such beginning is a context of its own.

    contexts    "th" ──▶ a 3 ──▶ e 9 ──▶ o 1          what followed each, in the order of the symbols
                          │       └ leads to "he"      and the context that follows then
                          └ leads to "ha"

What followed is a chain that is walked from its beginning.  A context is looked for by its tokens only when it
follows a token for the first time in its own; from then on the link of the chain leads there.

Next: `chains` (the token before, and nothing to be learned).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from compress.coders.streams.interval import WHOLE, Bytes, finish, refill, settle
from compress.kernel import kernel, step
from compress.models.counts import Counting, CountingPredictor, log2_rising
from compress.symbols import Symbols

__all__ = ["Contexts", "ContextsPredictor"]

Numbers = npt.NDArray[np.int32]
# A polynomial of the tokens in this number, modulo a prime, spreads the contexts over the table.
_BASE, _PRIME = 1_103_515_245, (1 << 31) - 1


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
        contexts = np.zeros(max(0, symbols.size - self.order), np.int64)
        for back in range(self.order, 0, -1):
            contexts = _renumbered(contexts, symbols[self.order - back : symbols.size - back], self.size)
        counts = np.bincount(_renumbered(contexts, symbols[self.order :], self.size))
        return bits + _log2_rising_all(np.bincount(contexts), self.size * a) - _log2_rising_all(counts, a)

    def expected_bits(self, n: int, p: npt.NDArray[np.float64]) -> float | None:
        """Return None: how often each context occurs is left to chance, so there is no closed form."""
        return None

    def room(self, n: int) -> int:
        """Return the bytes of memory that n tokens need beside themselves."""
        return 4 * sum(self._sizes(n))

    def encode_into(self, symbols: Symbols, out: Bytes) -> int:
        """Write the payload to `out` and return its bits."""
        memory = self._memory(symbols.size)
        return encode_contexts(symbols, self.size, self.order, *self.alpha.as_integer_ratio(), memory, out)

    def decode_from(self, data: Bytes, symbols: Symbols) -> tuple[int, int]:
        """Fill `symbols`: (bytes that moved out of the window, tokens found)."""
        memory = self._memory(symbols.size)
        return decode_contexts(data, self.size, self.order, *self.alpha.as_integer_ratio(), memory, symbols)

    def _sizes(self, n: int) -> list[int]:
        """Of the arrays of a memory that holds all that n tokens can make."""
        contexts = min(n, self.size**self.order) + self.order + 2
        links = min(n, self.size ** (self.order + 1)) + self.order + 2
        slots = 1 << (2 * contexts).bit_length()
        return [*[contexts] * 3, *[links] * 4, slots, 2]

    def _memory(self, n: int) -> Memory:
        # What is not written to takes no memory on the usual systems.
        memory = Memory(*[np.zeros(size, np.int32) for size in self._sizes(n)])
        # Behind the last link comes a symbol that is larger than all.
        memory.symbols[0] = self.size
        return memory


def _renumbered(numbers: npt.NDArray[Any], symbols: Symbols, size: int) -> npt.NDArray[Any]:
    """A number for each pair of a number and a symbol, from 0 on."""
    inverse: npt.NDArray[Any] = np.unique(numbers * size + symbols, return_inverse=True)[1]
    return inverse


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


# ---------------------------------------------------------------- compiled


class Memory(NamedTuple):
    """Contexts and the links of their chains, both numbered from 1; 0 is none.

    Of a context: its first link, how many tokens came after it, and where in the message it first ended.
    Of a link: its symbol, how often it came, the next link, and the context that it leads to.
    slots: contexts by a number made of their tokens.  used: how many contexts and links there are.
    """

    firsts: Numbers
    totals: Numbers
    places: Numbers
    symbols: Numbers
    counts: Numbers
    nexts: Numbers
    leads: Numbers
    slots: Numbers
    used: Numbers


@kernel
def _new_context(place: int, memory: Memory) -> int:
    context = int(memory.used[0]) + 1
    memory.used[0] = context
    memory.places[context] = place
    return context


@kernel
def _context(message: Symbols, place: int, order: int, memory: Memory) -> int:
    """The context that the tokens before this place are; it is made if it is new."""
    if place < order:
        return _new_context(place, memory)
    mark = 0
    for i in range(place - order, place):
        mark = (mark + int(message[i]) + 1) * _BASE % _PRIME
    at = mark & (memory.slots.size - 1)
    while memory.slots[at]:
        context = int(memory.slots[at])
        there, alike = int(memory.places[context]), 0
        while alike < order and message[there - 1 - alike] == message[place - 1 - alike]:
            alike += 1
        if alike == order:
            return context
        at = (at + 1) & (memory.slots.size - 1)
    context = _new_context(place, memory)
    memory.slots[at] = context
    return context


@step
def _link(symbol: int, context: int, memory: Memory) -> tuple[int, int, int]:
    """The first link that is not below the symbol, the one before, and what was counted before: (link, last, below)."""
    link, last, below = int(memory.firsts[context]), 0, 0
    while int(memory.symbols[link]) < symbol:
        below += int(memory.counts[link])
        link, last = int(memory.nexts[link]), link
    return link, last, below


@step
def _link_at(point: int, context: int, least: int, unit: int, memory: Memory) -> tuple[int, int, int]:
    """The first link that does not end below the point, and so on as `_link`; 0 if all do."""
    link, last, below = int(memory.firsts[context]), 0, 0
    while link:
        end = least * (int(memory.symbols[link]) + 1) + unit * (below + int(memory.counts[link]))
        if point < end:
            break
        below += int(memory.counts[link])
        link, last = int(memory.nexts[link]), link
    return link, last, below


@step
def _count(memory: Memory, link: int, symbol: int) -> int:
    """How often the symbol came, whose link is this one if it has any."""
    return int(memory.counts[link]) if int(memory.symbols[link]) == symbol else 0


@kernel
def _learn(message: Symbols, place: int, order: int, context: int, link: int, last: int, memory: Memory) -> int:
    """Count the token at this place, after its context; returns the next context.  link, last: from `_link`."""
    memory.totals[context] += 1
    symbol = int(message[place])
    if int(memory.symbols[link]) == symbol:
        memory.counts[link] += 1
        return int(memory.leads[link])
    new = int(memory.used[1]) + 1
    memory.used[1] = new
    memory.symbols[new], memory.counts[new], memory.nexts[new] = symbol, 1, link
    if last:
        memory.nexts[last] = new
    else:
        memory.firsts[context] = new
    memory.leads[new] = _context(message, place + 1, order, memory)
    return int(memory.leads[new])


# For each token some others and some links are looked at.
@kernel(work=lambda symbols, size, order, *_: symbols.size * (3 + order))
def encode_contexts(symbols: Symbols, size: int, order: int, least: int, unit: int, memory: Memory, out: Bytes) -> int:
    """Narrow [0, 1) by what was counted in each token's context; returns the payload's bits.

    A symbol owns least + unit·count of a context's total, least·size + unit·count.  memory: of nothing.
    """
    low, width, at = 0, WHOLE, 0
    context = _context(symbols, 0, order, memory)
    # Invariant: the memory is that of symbols[:i], whose last tokens are `context`; the interval as in `interval`.
    for i in range(symbols.size):
        symbol = int(symbols[i])
        link, last, below = _link(symbol, context, memory)
        part = width // (least * size + unit * int(memory.totals[context]))
        begin, frequency = least * symbol + unit * below, least + unit * _count(memory, link, symbol)
        low, width, at = settle(low + part * begin, part * frequency, out, at)
        context = _learn(symbols, i, order, context, link, last, memory)
    return finish(low, width, out, at)


@kernel(work=lambda data, size, order, *rest: rest[-1].size * (3 + order))
def decode_contexts(
    data: Bytes, size: int, order: int, least: int, unit: int, memory: Memory, symbols: Symbols
) -> tuple[int, int]:
    """What `encode_contexts` wrote: the bytes that moved out of the window, and the number of tokens found."""
    offset, width, at = 0, WHOLE, 8
    for i in range(8):
        offset = (offset << 8) | int(data[i])
    context = _context(symbols, 0, order, memory)
    for i in range(symbols.size):
        total = least * size + unit * int(memory.totals[context])
        part = width // total
        point = offset // part
        if point >= total:
            return at - 8, i
        link, last, below = _link_at(point, context, least, unit, memory)
        # It is that link's symbol, or below it one that has none.
        symbol = min((point - unit * below) // least, int(memory.symbols[link]))
        symbols[i] = symbol
        begin, frequency = least * symbol + unit * below, least + unit * _count(memory, link, symbol)
        offset, width, at = refill(offset - part * begin, part * frequency, data, at)
        context = _learn(symbols, i, order, context, link, last, memory)
    return at - 8, symbols.size

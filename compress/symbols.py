"""Symbols: tokens as their indices in an ordered alphabet, and how often each occurs.

Next: `kernel` (how a hot loop is written).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, quoted
from compress.kernel import ENOUGH, kernel

__all__ = [
    "Counts",
    "Seen",
    "Stream",
    "Symbols",
    "code_length",
    "histogram",
    "in_slices",
    "renamed",
    "require_within",
    "smallest_dtype",
]

# Indices into an alphabet, in the smallest unsigned type that holds K - 1.
Symbols = npt.NDArray[np.unsignedinteger]
# The counts that each symbol of a small alphabet has while it is counted.
_TURNS = 8
# Symbols, or groups of them, that are worked on at once where each takes far more memory than a symbol has.
_AT_ONCE = 1 << 12
# How often each symbol occurs, shape (K,).
Counts = npt.NDArray[np.int64]
Vector = npt.NDArray[np.float64]


def smallest_dtype(size: int) -> np.dtype[np.unsignedinteger]:
    """The smallest unsigned integer type that holds the symbols 0..size-1.

    >>> smallest_dtype(256), smallest_dtype(257)
    (dtype('uint8'), dtype('uint16'))
    """
    return np.min_scalar_type(max(size - 1, 0))


@dataclass(frozen=True, eq=False)
class Seen:
    """What a look at a message finds: its tokens, how often each came, and, if that is asked, at which place first."""

    tokens: tuple[str, ...]
    counts: tuple[int, ...]
    first: Callable[[str], int]

    @property
    def n(self) -> int:
        """How many tokens the message has."""
        return sum(self.counts)


@dataclass(frozen=True, eq=False)
class Stream:
    """A token stream: an ordered alphabet of the tokens that occur, and their indices, shape (n,)."""

    tokens: tuple[str, ...]
    symbols: Symbols

    @classmethod
    def of(cls, message: Sequence[str]) -> Stream:
        """The stream of these tokens, its alphabet sorted.

        >>> Stream.of(["to", "be", "to"]).symbols.tolist()
        [1, 0, 1]
        """
        tokens = tuple(sorted(set(message)))
        index = {token: symbol for symbol, token in enumerate(tokens)}
        return cls(tokens, np.array([index[token] for token in message], smallest_dtype(len(tokens))))

    @property
    def seen(self) -> Seen:
        """Its tokens, counted.

        >>> found = Stream.of("abracadabra").seen
        >>> found.counts, found.first("c")
        ((5, 2, 1, 1, 2), 4)
        """
        counts = histogram(self.symbols, len(self.tokens)).tolist()
        return Seen(self.tokens, tuple(counts), lambda token: int(np.argmax(self.symbols == self.tokens.index(token))))

    def over(self, tokens: Sequence[str]) -> Stream:
        """The same stream with the symbols of a larger alphabet.

        Raises DataError, naming the token and its first position, if the alphabet lacks one that occurs.
        """
        if tuple(tokens) == self.tokens:
            return self
        index = {token: symbol for symbol, token in enumerate(tokens)}
        for symbol, token in enumerate(self.tokens):
            if token not in index:
                first = int(np.argmax(self.symbols == symbol))
                raise DataError(f"token {quoted(token)} (first at token {first}) is not in the alphabet")
        table = np.array([index[token] for token in self.tokens], dtype=smallest_dtype(len(index)))
        return Stream(tuple(tokens), renamed(self.symbols, table))


@kernel
def _rename(symbols: Symbols, table: Symbols, out: Symbols) -> None:
    for i in range(symbols.size):
        out[i] = table[int(symbols[i])]


def renamed(symbols: Symbols, table: Symbols) -> Symbols:
    """Each symbol by its number in a table, in the table's type.

    >>> renamed(np.array([0, 2, 0], np.uint8), np.array([7, 8, 9], np.uint8)).tolist()
    [7, 9, 7]
    """
    if symbols.size < ENOUGH:
        # Of few symbols numpy can afford the copy, 8 bytes a symbol, that it makes.
        return table[symbols] if symbols.size else np.zeros(0, table.dtype)
    out = np.empty(symbols.size, table.dtype)
    _rename(symbols, table, out)
    return out


@kernel
def _count(symbols: Symbols, counts: Counts) -> None:
    for i in range(symbols.size):
        counts[int(symbols[i])] += 1


@kernel
def _count_in_turn(symbols: Symbols, counts: Counts) -> None:
    """The same with eight counts of each symbol in turn, so that a run of one does not wait for its own last count.

    Of a coin that is 0.6 to 3.6 billion a second.  counts: symbol·8 + turn.
    """
    whole = symbols.size - symbols.size % _TURNS
    for i in range(0, whole, _TURNS):
        for turn in range(_TURNS):
            counts[_TURNS * int(symbols[i + turn]) + turn] += 1
    for i in range(whole, symbols.size):
        counts[_TURNS * int(symbols[i])] += 1


def in_slices(size: int, length: int = _AT_ONCE) -> Iterator[slice]:
    """Cut a sequence of this size into slices of 4,096, or of another length, for work on all at once takes memory.

    >>> list(in_slices(5000))
    [slice(0, 4096, None), slice(4096, 5000, None)]
    """
    return (slice(begin, min(begin + length, size)) for begin in range(0, size, length))


def require_within(symbols: Symbols, size: int) -> None:
    """Raise DataError for a symbol of `size` or more.

    >>> require_within(np.array([0, 2, 0], np.uint8), 3)
    """
    if symbols.size and size <= np.iinfo(symbols.dtype).max:
        largest = int(symbols.max())
        if largest >= size:
            raise DataError(f"symbol {largest} lies outside an alphabet of {size} tokens")


def histogram(symbols: Symbols, size: int) -> Counts:
    """How often each of the symbols 0..size-1 occurs: shape (size,), int64.

    Raises DataError for a symbol of `size` or more.

    >>> histogram(np.array([0, 2, 0], np.uint8), 3).tolist()
    [2, 0, 1]
    """
    require_within(symbols, size)
    if symbols.size < ENOUGH:
        # Of few symbols numpy can afford the copy, 8 bytes a symbol, that it makes.
        return np.bincount(symbols, minlength=size)
    if size > 256:
        counts = np.zeros(size, np.int64)
        _count(symbols, counts)
        return counts
    counts = np.zeros(_TURNS * size, np.int64)
    _count_in_turn(symbols, counts)
    found: Counts = counts.reshape(size, _TURNS).sum(axis=1)
    return found


def code_length(counts: Counts, surprises: Vector) -> float:
    """Σ counts·surprises, bits, summed without further rounding; inf if an impossible token occurs.

    >>> code_length(np.array([2, 0, 1]), np.array([1, math.inf, 2]))
    4.0
    """
    occurs = counts > 0
    if np.any(np.isinf(surprises[occurs])):
        return math.inf
    return math.fsum(counts[occurs] * surprises[occurs])

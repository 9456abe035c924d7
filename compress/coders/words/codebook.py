"""Codebook: a code word for each symbol, none the beginning of another.

Only the lengths of the words matter for what a message costs, so most codes choose lengths, and
the words are the canonical ones: sorted by length, then by symbol, each is the one
before plus 1, with zeros appended where the length grows.  A code of the whole numbers has words
of its own, which it makes one by one.

    symbol   a    b     c     d            0        1
    length   1    2     3     3            a     0     1
    word     0   10   110   111                  b    0 1
                                                     c   d

Such words exist exactly if the Kraft sum Σ 2^-length is at most 1.  A code of these
lengths believes in q̂ = 2^-length: that is its implied distribution.

A book of one symbol has the empty word: certainty costs 0 bits.

Next: `prefix` (words sent and found again).  Source: L. Kraft 1949; E. Schwartz and
B. Kallick 1964 (canonical words); Cover & Thomas, sec. 5.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
from bitarray import bitarray
from bitarray.util import ba2int, int2ba

from compress.errors import DataError
from compress.probability import information
from compress.shown import Displayed

__all__ = ["ABSENT", "LONGEST", "MOST_BITS", "Codebook", "with_weight"]

# The length of a symbol that has no word.
ABSENT = -1
# Nor are words of a code of the whole numbers longer than this, all together, bits.
MOST_BITS = 1 << 28
# No word is longer than this, bits: a book of huge words would be a way to fill the memory.
LONGEST = 4096

Lengths = npt.NDArray[np.int64]
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Codebook(Displayed):
    """A prefix code: lengths in bits, shape (K,), int64; ABSENT for a symbol without a word.

    word(symbol): the word of each symbol; None: the canonical ones.
    Raises DataError for lengths that no prefix code has (Kraft sum above 1).
    """

    lengths: Lengths
    word: Callable[[int], bitarray] | None = None

    def __post_init__(self) -> None:
        if self.lengths.size == 0 or int(self.lengths.min()) < ABSENT or int(self.lengths.max()) < 0:
            raise DataError("a codebook needs at least one word, of 0 bits or more")
        if self.word is None and int(self.lengths.max()) > LONGEST:
            raise DataError(f"a word of {self.lengths.max()} bits is longer than {LONGEST}")
        if self.kraft_sum > 1:
            raise DataError(
                f"the Kraft sum of these lengths is {float(self.kraft_sum):.4g}, above 1: no prefix code has them"
            )

    @classmethod
    def of(cls, lengths: Sequence[int]) -> Codebook:
        """The codebook of a list of lengths, with the canonical words."""
        return cls(np.array(lengths, dtype=np.int64))

    @classmethod
    def of_words(cls, word: Callable[[int], bitarray], size: int) -> Codebook:
        """The codebook of `size` symbols with these words.

        No word is kept: they are made again when they are asked for.  Raises DataError where one begins another, and
        where all of them together are too long.

        >>> [word.to01() for word in Codebook.of_words(lambda i: bitarray("1" * i + "0"), 3).words]
        ['0', '10', '110']
        """
        lengths, total = [], 0
        for symbol in range(size):
            lengths.append(len(word(symbol)))
            total += lengths[-1]
            if total > MOST_BITS:
                raise DataError(f"the words of {size:,} tokens have more than {MOST_BITS:,} bits together")
        book = cls(np.array(lengths, np.int64), word)
        if not book.is_prefix_free:
            raise DataError("a word of this code is the beginning of another")
        return book

    @property
    def size(self) -> int:
        """Return K, the number of tokens in the alphabet."""
        return self.lengths.size

    @cached_property
    def longest(self) -> int:
        """The length of the longest word, bits."""
        return int(self.lengths.max())

    @cached_property
    def order(self) -> npt.NDArray[np.int64]:
        """The symbols that have words, sorted by length, then by word: of canonical ones, by symbol."""
        present = np.flatnonzero(self.lengths != ABSENT)
        if (word := self.word) is not None:
            present = np.array(sorted(present.tolist(), key=word), np.int64)
        return present[np.argsort(self.lengths[present], kind="stable")]

    @cached_property
    def kraft_sum(self) -> Fraction:
        """Return the Kraft sum Σ 2^-length, exactly."""
        lengths, counts = np.unique(self.lengths[self.lengths != ABSENT], return_counts=True)
        longest = int(lengths.max())
        total = sum(
            count << (longest - length) for length, count in zip(lengths.tolist(), counts.tolist(), strict=True)
        )
        return Fraction(total, 1 << longest)

    def kraft_text(self, most: int = 1 << 12) -> str:
        """The Kraft sum as a fraction of at most so many digits, or what is close to it.

        >>> Codebook.of([1, 2]).kraft_text(), Codebook.of([1, 2]).kraft_text(1)
        ('3/4', '0.75')
        """
        total, unused = self.kraft_sum, 1 - self.kraft_sum
        # log10 of 2 is 0.30103; a number of too many digits cannot be written at all.
        if total.denominator.bit_length() * 0.6021 <= most:
            return str(total)
        if total > Fraction(999, 1000):
            return f"1 - 2^-{math.log2(unused.denominator) - math.log2(unused.numerator):.6g}"
        return f"{float(total):.4g}"

    @property
    def is_complete(self) -> bool:
        """Whether every infinite string of bits reads as words: Kraft sum 1."""
        return self.kraft_sum == 1

    @cached_property
    def values(self) -> list[int]:
        """The words as whole numbers, in the order of `order`."""
        if self.word is not None:
            return [ba2int(word) if word else 0 for word in map(self.word, self.order.tolist())]
        values: list[int] = []
        value, before = 0, 0
        for length in self.lengths[self.order].tolist():
            # Invariant: `value` is the least number of this length that extends no word so far.
            value <<= length - before
            values.append(value)
            value, before = value + 1, length
        return values

    @cached_property
    def words(self) -> tuple[bitarray | None, ...]:
        """The code words: None for a symbol without one."""
        words: list[bitarray | None] = [None] * self.size
        for symbol, value in zip(self.order.tolist(), self.values, strict=True):
            length = int(self.lengths[symbol])
            words[symbol] = int2ba(value, length) if length else bitarray()
        return tuple(words)

    @property
    def is_prefix_free(self) -> bool:
        """Whether no word is the beginning of another, checked on the words themselves."""
        # In dictionary order a word's extensions follow it directly.
        words = sorted(word for word in self.words if word is not None)
        return not any(later[: len(word)] == word for word, later in zip(words, words[1:], strict=False))

    @cached_property
    def surprises(self) -> Vector:
        """-log2 q̂ = length, bits: shape (K,); inf for a symbol without a word."""
        return np.where(self.lengths == ABSENT, math.inf, self.lengths)

    @property
    def implied(self) -> Vector:
        """q̂ = 2^-length: shape (K,).  Sums to the Kraft sum, and is not normalised."""
        return np.exp2(-self.surprises)

    def expected_length(self, p: npt.ArrayLike) -> float:
        """E_P[length] = Σ p·length, bits/token; inf where some p > 0 has no word.

        p: shape (K,).  True for every code and every P, right or wrong.
        """
        return information.mean(p, self.surprises)

    def redundancy(self, p: npt.ArrayLike) -> float:
        """E_P[length] - H(P), bits/token: what whole-bit words cost above the floor."""
        return self.expected_length(p) - information.entropy(p)


def with_weight(weights: Sequence[int]) -> list[int]:
    """The symbols that get a word: those of weight above 0.  Raises DataError if there is none.

    >>> with_weight([3, 0, 1])
    [0, 2]
    """
    present = [symbol for symbol, weight in enumerate(weights) if weight > 0]
    if not present:
        raise DataError("a code needs at least one token of weight above 0")
    return present

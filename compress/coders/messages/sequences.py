"""Short sequences of tokens by their types, and their numbers.

All sequences of the same tokens in another order are alike: they are a type.  The number of a sequence is how many
sequences are in the typical types before its own, plus its place among the orders of its own.

Whether a type is typical must be the same at both ends, so surprises are whole numbers of 2^-32 bits.

Next: `typical` (the code of such numbers).  Source: Cover & Thomas, sec. 11.1 (types), sec. 13.2 (places of orders).
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from bitarray import bitarray
from bitarray.util import ba2int, int2ba

from compress.errors import CorruptError
from compress.probability.distribution import Distribution
from compress.probability.frequencies import TOTAL_BITS

__all__ = ["MOST_TYPES", "POINT", "Sequences", "longest", "orders_of", "place", "sequence_at", "surprise_of"]

# Sequences are numbered in so many bits, and there are at most so many types.
_MOST_BITS = 60
MOST_TYPES = 1 << 16
# Binary digits of a surprise behind the point.
POINT = 32


def orders_of(counts: Iterable[int]) -> int:
    """How many orders so many of each token have: n! / Π count!.

    >>> orders_of([2, 1])
    3
    """
    whole, found = 0, 1
    for count in counts:
        whole += count
        found *= math.comb(whole, count)
    return found


def surprise_of(share: int) -> int:
    """-log2(share / 2^40) in units of 2^-32 bits, rounded up: by squaring, in whole numbers.

    >>> surprise_of(1 << 39) / 2**32, round(surprise_of(3 << 38) / 2**32, 6)
    (1.0, 0.415037)
    """
    whole = share.bit_length() - 1
    # A number from 1 to 2 with 62 digits behind the point.
    number, digits = share << (62 - whole), 0
    for _ in range(POINT):
        number = number * number >> 62
        digits <<= 1
        if number >> 63:
            number, digits = number >> 1, digits | 1
    return ((TOTAL_BITS - whole) << POINT) - digits


def longest(size: int) -> int:
    """How many tokens of K kinds a sequence has: at most 60 bits of them, and 2^16 types.

    >>> longest(2), longest(8), longest(256)
    (60, 12, 2)
    """
    n = 1
    while size ** (n + 1) <= 1 << _MOST_BITS and math.comb(n + size, n + 1) <= MOST_TYPES and n < _MOST_BITS:
        n += 1
    return n


def place(sequence: Sequence[int]) -> int:
    """How many orders of the same tokens come before this one in the dictionary.

    >>> [place(sequence) for sequence in ([0, 0, 1], [0, 1, 0], [1, 0, 0])]
    [0, 1, 2]
    """
    left, before = Counter(sequence), 0
    orders = orders_of(left.values())
    for at, token in enumerate(sequence):
        # Of the orders of what is left, so many begin with each token.
        rest = len(sequence) - at
        before += sum(orders * count // rest for other, count in left.items() if other < token)
        orders = orders * left[token] // rest
        left[token] -= 1
    return before


def sequence_at(tokens: Sequence[int], before: int) -> list[int]:
    """The order of these tokens that has so many before it.

    >>> sequence_at([0, 0, 1], 1)
    [0, 1, 0]
    """
    left, found = Counter(sorted(tokens)), list[int]()
    orders = orders_of(left.values())
    for rest in range(len(tokens), 0, -1):
        for token in left:
            begin_so = orders * left[token] // rest
            if before < begin_so:
                found.append(token)
                orders = begin_so
                left[token] -= 1
                break
            before -= begin_so
    return found


@dataclass(frozen=True)
class Sequences:
    """All sequences of n tokens of K kinds, by their types; `typical` are those types, each with how many came before.

    size: how many sequences are typical.
    """

    n: int
    kinds: int
    typical: dict[tuple[int, ...], int]
    size: int

    @classmethod
    def of(cls, surprises: Sequence[int | None], n: int, least: int, most: int) -> Sequences:
        """Typical are those of which the sum of the surprises is from `least` to `most`; None: one that cannot come."""
        possible = [token for token, bits in enumerate(surprises) if bits is not None]
        all_types = itertools.combinations_with_replacement(possible, n)
        types = np.fromiter(itertools.chain.from_iterable(all_types), np.int64).reshape(-1, n)
        bits = np.array([each or 0 for each in surprises], np.int64)[types].sum(axis=1)
        types = types[(least <= bits) & (bits <= most)]
        # Of k tokens the last is one of `alike`: they have k/alike times as many orders as without it, all below 2^63.
        orders, alike = np.ones((2, len(types)), np.int64)
        for k in range(2, n + 1):
            alike = np.where(types[:, k - 1] == types[:, k - 2], alike + 1, 1)
            orders = orders * k // alike
        begins = np.cumsum(orders) - orders
        typical = dict(zip(map(tuple, types.tolist()), begins.tolist(), strict=True))
        return cls(n, len(surprises), typical, int(orders.sum()))

    @cached_property
    def begins(self) -> list[int]:
        """How many sequences came before each typical type."""
        return list(self.typical.values())

    @cached_property
    def types(self) -> list[tuple[int, ...]]:
        """The typical types."""
        return list(self.typical)

    @property
    def bits(self) -> int:
        """Those of a typical sequence's number."""
        return max(self.size - 1, 0).bit_length()

    @property
    def plain_bits(self) -> int:
        """Those of any sequence's number."""
        return int(self.kinds**self.n - 1).bit_length()

    def word(self, sequence: Sequence[int]) -> bitarray:
        """The bits of a sequence, the first of which says whether it is typical."""
        begin = self.typical.get(tuple(sorted(sequence)))
        if begin is not None:
            return _number(begin + place(sequence), 1 + self.bits)
        plain = 0
        for token in sequence:
            plain = plain * self.kinds + token
        return _number((1 << self.plain_bits) + plain, 1 + self.plain_bits)

    def read(self, bits: bitarray, at: int) -> tuple[list[int], int]:
        """The sequence whose bits begin there, and where they end.  Raises CorruptError."""
        is_typical = at < len(bits) and not bits[at]
        end = at + 1 + (self.bits if is_typical else self.plain_bits)
        if end > len(bits):
            raise CorruptError(f"the payload of {len(bits)} bits ends within a sequence of {self.n} tokens")
        number = ba2int(bits[at + 1 : end]) if end > at + 1 else 0
        if is_typical:
            if number >= self.size:
                raise CorruptError(f"the payload holds no sequence at bit {at}")
            found = bisect_right(self.begins, number) - 1
            return sequence_at(self.types[found], number - self.begins[found]), end
        if number >= self.kinds**self.n:
            raise CorruptError(f"the payload holds no sequence at bit {at}")
        tokens = []
        for _ in range(self.n):
            number, token = divmod(number, self.kinds)
            tokens.append(token)
        return tokens[::-1], end

    def chance(self, p: Distribution) -> float:
        """How likely a sequence of independent tokens is typical."""
        if not self.typical:
            return 0.0
        sizes = np.diff([*self.begins, self.size]).astype(float)
        return min(float(sizes @ p.probabilities[np.array(self.types, np.int64)].prod(axis=1)), 1.0)


def _number(value: int, bits: int) -> bitarray:
    return int2ba(value, bits) if bits else bitarray()

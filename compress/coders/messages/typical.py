"""Typical: number the sequences that are nearly as surprising as entropy says, and send the number.

Of n independent tokens nearly all sequences that ever come have -log2 Q(x) close to n·H(Q): within n·EPS bits, say.
These are the typical ones.  Each has a chance of 2^-n(H + EPS) or more, so there are at most 2^n(H + EPS) of them, and
one of their numbers has about n·(H + EPS) bits.  The others are seldom, and may cost what they like:

    typical     0, and the number among all typical sequences
    another     1, and the number among all sequences, ceil(n·log2 K) bits

That is Shannon's own proof that entropy is enough: as n grows, a sequence is typical with a chance that goes to 1.
Here n is small, for sequences are numbered in 60 bits at most: 60 tokens of two kinds, 12 of eight.  How far the cost
is from H(Q) shows what "as n grows" leaves out.  A longer message is cut into such sequences.

Next: `siblings` (a tree that grows).
Source: C. Shannon 1948, theorem 3; Cover & Thomas, sec. 3.1 and 3.2.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from bitarray import bitarray

from compress.coders import walks
from compress.coders.family import BYTES_A_TOKEN, Family, Parameter
from compress.coders.messages.sequences import MOST_TYPES, POINT, Sequences, longest, surprise_of
from compress.coders.messages.steps import steps_in_groups
from compress.coders.protocol import Bounds, Steps
from compress.coders.streams.shares import is_share_of
from compress.coders.weights import told_by_weights
from compress.errors import SpecError
from compress.probability.distribution import Distribution, Pair
from compress.probability.frequencies import TOTAL_BITS, Frequencies
from compress.probability.moments import Moments
from compress.symbols import Symbols, require_within, smallest_dtype

__all__ = ["FAMILY", "TypicalCoder"]

# EPS is a whole number of these.
THOUSANDTHS = 1000


@dataclass(frozen=True, eq=False)
class TypicalCoder:
    """A coder of sequences; weights: Q, shape (K,); epsilon: EPS, in thousandths of a bit."""

    name: str
    weights: tuple[int, ...]
    epsilon: int
    _found: dict[int, Sequences] = field(default_factory=dict)

    # No token has a word, or a price, of its own.
    book = None
    surprises = None

    @cached_property
    def fixed(self) -> tuple[list[int | None], int]:
        """The surprise of each token, None for one that Q excludes, and H(Q), in units of 2^-32 bits."""
        shares = Frequencies.of(self.weights).values.tolist()
        bits = [surprise_of(share) if share else None for share in shares]
        return bits, sum(share * (each or 0) for share, each in zip(shares, bits, strict=True)) >> TOTAL_BITS

    def limits(self, n: int) -> tuple[int, int]:
        """How surprising a typical sequence of n tokens is at least and at most, in units of 2^-32 bits."""
        entropy, away = n * self.fixed[1], (n * self.epsilon << POINT) // THOUSANDTHS
        return entropy - away, entropy + away

    def sequences(self, n: int) -> Sequences:
        """All sequences of n tokens."""
        if n not in self._found:
            self._found[n] = Sequences.of(self.fixed[0], n, *self.limits(n))
        return self._found[n]

    def cut(self, count: int) -> list[int]:
        """How many tokens each sequence of a message has.

        >>> TypicalCoder("typical", (1, 1), 100).cut(130)
        [60, 60, 10]
        """
        n = longest(len(self.weights))
        return [n] * (count // n) + [count % n] * (count % n > 0)

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what the record of a code tells: of the longest sequences how many are typical, and their bits."""
        found = self.sequences(longest(len(self.weights)))
        return {"parameter": self.epsilon, "tokens": found.n, "typical": found.size, "bits": 1 + found.bits}

    def ideal_bits(self, symbols: Symbols) -> float:
        """The bits of its sequences."""
        return len(self.encode(symbols))

    def words(self, symbols: Symbols) -> Iterator[tuple[list[int], bitarray]]:
        """The sequences of a message, each with its bits.  Raises DataError for a symbol that is none."""
        require_within(symbols, len(self.weights))
        at = 0
        for n in self.cut(symbols.size):
            tokens = symbols[at : at + n].tolist()
            yield tokens, self.sequences(n).word(tokens)
            at += n

    def encode(self, symbols: Symbols) -> bitarray:
        """The bits of its sequences, one after the other."""
        bits = bitarray(endian="big")
        for _, word in self.words(symbols):
            bits += word
        return bits

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The first `count` symbols.  Raises CorruptError for a number that no sequence has, and for too few bits."""
        symbols = np.zeros(count, smallest_dtype(len(self.weights)))
        begin = at = 0
        for n in self.cut(count):
            symbols[begin : begin + n], at = self.sequences(n).read(bits, at)
            begin += n
        return symbols

    def moments(self, p: Distribution) -> Moments:
        """A token's share of what its sequence costs: one number if it is typical, another one if not."""
        found = self.sequences(longest(len(self.weights)))
        chance, few, many = found.chance(p), 1 + found.bits, 1 + found.plain_bits
        mean = chance * few + (1 - chance) * many
        strays = (abs(few - mean), chance), (abs(many - mean), 1 - chance)
        return Moments(
            mean / found.n,
            sum(share * stray**2 for stray, share in strays) / found.n,
            max(stray for stray, share in strays if share),
            sum(share * stray**3 for stray, share in strays) / found.n,
        )

    def limit(self, p: Distribution) -> float:
        """What a token of P costs on average."""
        return self.moments(p).mean

    def expected_bits(self, p: Distribution, n: int) -> float:
        """What n independent tokens of P are expected to cost: Σ over its sequences."""
        bits = 0.0
        for size, times in Counter(self.cut(n)).items():
            found = self.sequences(size)
            chance = found.chance(p)
            bits += times * (1 + chance * found.bits + (1 - chance) * found.plain_bits)
        return bits

    def groups(self, pair: Pair) -> None:
        """Return None: there are too many sequences to list."""


def _require_few(weights: Sequence[int], _: int) -> None:
    """Raise SpecError for too many tokens."""
    if len(weights) > MOST_TYPES:
        raise SpecError(f"{len(weights):,} tokens are too many for typical, which takes at most {MOST_TYPES:,}")


def _law(coder: TypicalCoder, _: Pair, symbols: Symbols) -> Bounds:
    """Σ of the sequences' bits: which are typical by their sums, and how many there are, counted by sums."""
    surprises, _entropy = coder.fixed
    at, bits = 0, 0
    sizes: dict[int, int] = {}
    for n in coder.cut(symbols.size):
        least, most = coder.limits(n)
        if n not in sizes:
            sizes[n] = walks.sequences_within(surprises, n, least, most)
        told = [surprises[token] for token in symbols[at : at + n].tolist()]
        is_typical = None not in told and least <= sum(each or 0 for each in told) <= most
        every = sizes[n] if is_typical else len(surprises) ** n
        bits += 1 + (every - 1).bit_length()
        at += n
    return Bounds(bits, bits + 1)


def _promise(coder: TypicalCoder, pair: Pair) -> bool:
    """Whether its weights are Q's, but for rounding to 2^-40."""
    return is_share_of(Frequencies.of(coder.weights), pair.q.weights)


def _steps(coder: TypicalCoder, symbols: Symbols) -> Steps:
    """The bits of each sequence."""
    return steps_in_groups(coder, symbols, ((len(tokens), word) for tokens, word in coder.words(symbols)), "bits")


def _read(text: str) -> int | None:
    if not re.fullmatch(r"[0-9]{0,3}(\.[0-9]{1,3})?", text) or not text:
        return None
    number = int(Fraction(f"0{text}") * THOUSANDTHS)
    return number if _told(number) else None


def _told(number: int) -> str | None:
    return f"{number / THOUSANDTHS:g}" if 1 <= number <= 60 * THOUSANDTHS else None


_TOLD_AS = told_by_weights("typical", TypicalCoder, _require_few)

FAMILY = Family(
    name="typical",
    number=21,
    summary="the number of a typical sequence: near H(Q) + EPS if sequences are long, as Shannon proved",
    use="to see why entropy is enough, and how long it takes",
    year=1948,
    q_hat="a sequence has 2^-bits of its number",
    fit=_TOLD_AS.fit,
    fit_counts=_TOLD_AS.fit_counts,
    build=_TOLD_AS.build,
    law=_law,
    promise=_promise,
    parameter=Parameter("EPS", "a number of bits from 0.001 to 60, with at most three decimals", _read, _told, 100),
    steps=_steps,
    room=lambda size, _: BYTES_A_TOKEN * (size + math.comb(longest(size) + size - 1, size - 1)),
)

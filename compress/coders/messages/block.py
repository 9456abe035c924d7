"""Block: Huffman's code over groups of M tokens, so that the bit that whole words waste is shared by M tokens.

    q       a 0.9  b 0.1                 Huffman: 1 bit a token, and H(Q) = 0.469

    pair    aa 0.81   ab 0.09   ba 0.09   bb 0.01
    word    0         110       10        111           1.29 bits a pair, 0.645 a token

A group of independent tokens has the entropy M·H(Q), and Huffman's code costs less than 1 bit more: H(Q) to
H(Q) + 1/M a token.  That is how Shannon's theorem comes within reach, and what it takes: K^M words.  So arithmetic
coding was invented, which needs none of them.

A message whose length is no multiple of M ends with fewer than M tokens, which have a small code of their own, that of
groups of so many.  A file tells Q, from which both ends build their codes.

The words are made as if tokens came independently.  Where a file has some groups much more often than that, their
words may be shorter than their surprise, and the file cost less than n·H(P̂): the ledger's `code` is below 0 then.

Next: `messages.steps` (where a token stands in its group).
Source: C. Shannon 1948, theorem 9; Cover & Thomas, sec. 5.4.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bitarray import bitarray

from compress.coders import reference
from compress.coders.family import BYTES_A_TOKEN, Family, Parameter
from compress.coders.messages.steps import steps_in_groups
from compress.coders.protocol import Bounds, Steps
from compress.coders.weights import told_by_weights
from compress.coders.words.huffman import huffman
from compress.coders.words.prefix import PrefixCoder
from compress.errors import SpecError
from compress.probability.distribution import Distribution, Pair
from compress.probability.frequencies import NEGLIGIBLE_BITS
from compress.probability.moments import Moments
from compress.symbols import Counts, Symbols, histogram, in_slices, smallest_dtype

__all__ = ["FAMILY", "MOST_WORDS", "BlockCoder", "grouped"]

# Words of a code: to build more takes seconds.
MOST_WORDS = 1 << 16


def grouped(weights: Sequence[int], size: int) -> list[int]:
    """The weights of all groups of so many tokens, the last token changing first.

    >>> grouped([9, 1], 2)
    [81, 9, 9, 1]
    """
    return [math.prod(group) for group in itertools.product(weights, repeat=size)]


def _of_groups(p: Distribution, size: int) -> Distribution:
    """The distribution of groups of independent tokens."""
    tokens = tuple(" ".join(group) for group in itertools.product(p.tokens, repeat=size))
    return Distribution(tokens, tuple(grouped(p.weights, size)))


@dataclass(frozen=True, eq=False)
class BlockCoder:
    """A coder of groups of so many tokens; weights: Q, shape (K,)."""

    name: str
    weights: tuple[int, ...]
    group: int
    _codes: dict[int, PrefixCoder] = field(default_factory=dict)

    # No token has a word, or a price, of its own.
    book = None
    surprises = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what the record of a code tells: the parameter, and the Kraft sum of the groups' code."""
        return {"parameter": self.group, "kraft_sum": self.code(self.group).book.kraft_text()}

    def code(self, size: int) -> PrefixCoder:
        """The code of groups of so many tokens; symbols are their numbers in base K."""
        if size not in self._codes:
            self._codes[size] = PrefixCoder(self.name, huffman(grouped(self.weights, size)))
        return self._codes[size]

    def parts(self, symbols: Symbols) -> list[tuple[int, Symbols]]:
        """The groups of a message as numbers, and those of its end: each with how many tokens a group has.

        >>> [(size, numbers.tolist()) for size, numbers in BlockCoder("block", (9, 1), 2).parts(np.array([1, 0, 1]))]
        [(2, [2]), (1, [1])]
        """
        whole = symbols.size - symbols.size % self.group
        parts = [(self.group, symbols[:whole]), (symbols.size - whole, symbols[whole:])]
        return [(size, self._numbers(part, size)) for size, part in parts if part.size]

    def _numbers(self, symbols: Symbols, size: int) -> Symbols:
        groups, places = symbols.reshape(-1, size), self._places(size)
        numbers = np.empty(len(groups), smallest_dtype(len(self.weights) ** size))
        for part in in_slices(numbers.size):
            numbers[part] = groups[part].astype(np.int64) @ places
        return numbers

    def _places(self, size: int) -> Counts:
        """What each token of a group counts for in the group's number."""
        return len(self.weights) ** np.arange(size - 1, -1, -1)

    def ideal_bits(self, symbols: Symbols) -> float:
        """Σ of the words' lengths, bits."""
        return sum(self.code(size).ideal_bits(numbers) for size, numbers in self.parts(symbols))

    def encode(self, symbols: Symbols) -> bitarray:
        """The words of the groups.  Raises DataError for a symbol of weight 0."""
        histogram(symbols, len(self.weights))
        bits = bitarray(endian="big")
        for size, numbers in self.parts(symbols):
            bits += self.code(size).encode(numbers)
        return bits

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The first `count` symbols.  Raises CorruptError where there is no word, or too few bits."""
        symbols = np.zeros(count, smallest_dtype(len(self.weights)))
        at = read = 0
        for size, groups in ((self.group, count // self.group), (count % self.group, 1)):
            if size and groups:
                numbers = self.code(size).decode(bits[read:], groups)
                read += int(self.code(size).ideal_bits(numbers))
                found, places = symbols[at : at + size * groups].reshape(-1, size), self._places(size)
                for part in in_slices(groups):
                    found[part] = numbers[part].astype(np.int64)[:, None] // places % len(self.weights)
                at += size * groups
        return symbols

    def groups(self, pair: Pair) -> tuple[Pair, PrefixCoder, float]:
        """P and Q of a group, its code, and how many tokens it has."""
        groups = Pair(_of_groups(pair.p, self.group), _of_groups(pair.q, self.group))
        return groups, self.code(self.group), self.group

    def moments(self, p: Distribution) -> Moments:
        """A token's share of the moments of its group.

        n tokens are n/M groups, so that the variance of a sum grows by the M-th part of a group's with each token.
        """
        found = Moments.of(_of_groups(p, self.group), self.code(self.group).surprises)
        of_token = (found.mean / self.group, found.variance / self.group, found.largest, found.third / self.group)
        return Moments(*of_token)

    def limit(self, p: Distribution) -> float:
        """What a token of P costs on average."""
        return self.moments(p).mean

    def expected_bits(self, p: Distribution, n: int) -> float:
        """What n independent tokens of P are expected to cost: the whole groups, and the end.

        >>> BlockCoder("block", (9, 1), 2).expected_bits(Distribution(("a", "b"), (9, 1)), 5)
        3.58
        """
        bits = 0.0
        for size, groups in ((self.group, n // self.group), (n % self.group, 1)):
            if size and groups:
                bits += groups * Moments.of(_of_groups(p, size), self.code(size).surprises).mean
        return bits


def _require_few(weights: Sequence[int], group: int) -> None:
    """Raise SpecError if K tokens have too many groups of M."""
    size = len(weights)
    if size**group > MOST_WORDS:
        most = int(math.log(MOST_WORDS, size) + 1e-9)
        remedy = f"take block:{most}" if most else "take another coder"
        raise SpecError(
            f"{size:,} tokens have {size**group:,} groups of {group}, and a code of groups has {MOST_WORDS:,} words "
            f"at most; {remedy}"
        )


def _law(coder: BlockCoder, _: Pair, symbols: Symbols) -> Bounds:
    """Σ length of the groups, the lengths of Huffman's code found another way."""
    bits = 0
    for size, numbers in coder.parts(symbols):
        lengths = np.array(reference.huffman_lengths(grouped(coder.weights, size)))
        bits += int(histogram(numbers, lengths.size) @ lengths)
    return Bounds(bits, bits + 1)


def _steps(coder: BlockCoder, symbols: Symbols) -> Steps:
    """The word of each group."""
    sent = [
        (size, word)
        for size, numbers in coder.parts(symbols)
        for word in (coder.code(size).book.words[number] for number in numbers.tolist())
        if word is not None
    ]
    return steps_in_groups(coder, symbols, sent, "word")


def _promise(coder: BlockCoder, pair: Pair) -> bool:
    """M·H(Q) <= E_Q[length of a group] < M·H(Q) + 1, for weights that are Q's but for rounding to 2^-40."""
    excess = coder.group * (coder.moments(pair.q).mean - pair.q.entropy)
    return -NEGLIGIBLE_BITS <= excess < 1 + NEGLIGIBLE_BITS


_TOLD = told_by_weights("block", BlockCoder, _require_few)

FAMILY = Family(
    name="block",
    number=19,
    summary="the best words for groups of M tokens: H(Q) to H(Q) + 1/M",
    use="to see words come near entropy, and what it takes",
    year=1952,
    q_hat="2^-length of a group",
    fit=_TOLD.fit,
    fit_counts=_TOLD.fit_counts,
    build=_TOLD.build,
    law=_law,
    promise=_promise,
    steps=_steps,
    parameter=Parameter.whole("M", 1, 16, 2),
    room=lambda size, group: 2 * BYTES_A_TOKEN * min(size ** (group or 1), MOST_WORDS),
    # A group's number has two bytes at most.
    room_of_token=2,
)

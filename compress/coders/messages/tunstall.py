"""Tunstall: words of tokens to words of equal length, the other way round from Huffman.

A message is cut into words of tokens, the leaves of a tree, and each is sent as its number in BITS bits.  The tree
begins with the single tokens.  The likeliest leaf is split again and again into K leaves, one for each next token, as
long as there are numbers for all of them:

    a 0.7  b 0.3     aa 0.49  ab 0.21  b 0.3     aaa 0.343  aab 0.147  ab 0.21  b 0.3      BITS = 2, numbers 0 to 3

Here a word has 1·0.3 + 2·0.21 + 3·0.49 = 2.19 tokens on average, and costs 2 bits: 0.913 bits a token, where H is
0.881.  A decoder always reads BITS bits, and a bit that is wrong spoils one word and no more.  The entropy of a word is
the mean number of its tokens times H(P), for any tree: a number of BITS bits is worth most where words have the most
tokens.

Where a message ends within a word, any word is sent that begins so; the decoder knows how many tokens there are.  A
token that is certain needs no word at all.

Next: `sequences` (short messages by their numbers).  Source: B. Tunstall 1967 (thesis, Georgia Tech); D. Salomon,
Data Compression (2007), sec. 2.6.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray
from bitarray.util import int2ba

from compress.coders import walks
from compress.coders.family import BYTES_A_TOKEN, Family, Parameter
from compress.coders.messages.leaves import Tree, begun, grown, parse, spell
from compress.coders.messages.steps import steps_in_groups
from compress.coders.protocol import Bounds, Steps
from compress.coders.streams.shares import is_share_of
from compress.coders.weights import told_by_weights
from compress.coders.words.codebook import Codebook
from compress.coders.words.prefix import PrefixCoder
from compress.errors import CorruptError, DataError, SpecError
from compress.probability.distribution import Distribution, Pair
from compress.probability.frequencies import Frequencies
from compress.probability.moments import Moments
from compress.symbols import Counts, Symbols, histogram, in_slices, smallest_dtype

__all__ = ["FAMILY", "TunstallCoder"]

_MOST_BITS = 16
_SIZE = Parameter.whole("BITS", 1, _MOST_BITS, 12)
# Words with more bits of weight than this, all together, are not listed one by one.
_MOST_LISTED = 1 << 24
# Beyond so many tokens the mean number of words is taken to grow evenly, a token 1/E[tokens of a word].
_MOST_EXACT = 1 << 21


@dataclass(frozen=True, eq=False)
class TunstallCoder:
    """A coder whose words of tokens have numbers of so many bits; weights: Q, shape (K,)."""

    name: str
    weights: tuple[int, ...]
    bits: int

    # No token has a word, or a price, of its own.
    book = None
    surprises = None

    @cached_property
    def tree(self) -> Tree:
        """The tree whose leaves are the words."""
        return grown(self.weights, self.bits)

    @property
    def is_certain(self) -> bool:
        """Whether only one token can come: then nothing is sent."""
        return len(self.tree.present) == 1

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what the record of a code tells."""
        return {"parameter": self.bits, "leaves": len(self.tree.leaves)}

    @cached_property
    def words(self) -> list[tuple[int, ...]]:
        """The words of tokens, by their numbers; of a nearly certain Q they are very long."""
        return [self.tree.word(leaf) for leaf in self.tree.leaves]

    @cached_property
    def depths(self) -> Counts:
        """How many tokens each word has."""
        return np.array(self.tree.depths, np.int64)[self.tree.leaves]

    def ideal_bits(self, symbols: Symbols) -> float:
        """As many bits for each of its words."""
        return self.bits * self.parsed(symbols).size

    def parsed(self, symbols: Symbols) -> Symbols:
        """The numbers of the words that a message is cut into.  Raises DataError for a symbol of weight 0.

        >>> TunstallCoder("tunstall", (7, 3), 2).parsed(np.array([0, 0, 1, 1, 0], np.uint8)).tolist()
        [1, 3, 0]
        """
        counts = histogram(symbols, len(self.weights))
        impossible = np.flatnonzero((counts > 0) & (np.array(self.weights, object) == 0))
        if impossible.size:
            raise DataError(f"symbol {impossible[0]} has weight 0")
        found = np.zeros(0 if self.is_certain else symbols.size, smallest_dtype(1 << _MOST_BITS))
        return found if self.is_certain else found[: parse(symbols, len(self.weights), *self._walk, found)]

    @cached_property
    def _walk(self) -> tuple[Counts, Counts]:
        return self.tree.walk(len(self.weights))

    def encode(self, symbols: Symbols) -> bitarray:
        """The numbers of its words.  Raises DataError for a symbol of weight 0."""
        numbers, bits = self.parsed(symbols), bitarray(endian="big")
        for part in in_slices(numbers.size):
            # Of all slices but the last the bits are whole bytes.
            digits = numbers[part].astype(np.int64)[:, None] >> np.arange(self.bits - 1, -1, -1) & 1
            bits.frombytes(np.packbits(digits.astype(np.uint8)).tobytes())
        del bits[self.bits * numbers.size :]
        return bits

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The first `count` symbols.  Raises CorruptError for a number that no word has, and for too few bits."""
        dtype = smallest_dtype(len(self.weights))
        if self.is_certain or not count:
            return np.full(count, self.tree.present[0], dtype)
        symbols, at = np.zeros(count, dtype), 0
        leaves, parents, tokens = self._way_up
        # A word has a token at least.
        for part in in_slices(min(len(bits) // self.bits, count)):
            numbers = self._numbers(bits[self.bits * part.start : self.bits * part.stop])
            is_word = numbers < self.depths.size
            ends = np.cumsum(np.where(is_word, self.depths[np.where(is_word, numbers, 0)], 0))
            used = slice(int(np.searchsorted(ends, count - at)) + 1)
            wrong = np.flatnonzero(~is_word[used])
            if wrong.size:
                raise CorruptError(f"the payload holds no word at word {part.start + wrong[0]}")
            spell(leaves[numbers[used]], parents, tokens, ends[used], symbols[at:])
            at += int(ends[-1])
            if at >= count:
                return symbols
        raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")

    def _numbers(self, bits: bitarray) -> Counts:
        """Numbers of BITS bits each."""
        data = bitarray(bits, endian="big").tobytes()
        digits = np.unpackbits(np.frombuffer(data, np.uint8), count=len(bits)).reshape(-1, self.bits)
        numbers: Counts = digits.astype(np.int64) @ (1 << np.arange(self.bits)[::-1])
        return numbers

    @cached_property
    def _way_up(self) -> tuple[Counts, Counts, Counts]:
        tree = self.tree
        return np.array(tree.leaves, np.int64), np.array(tree.parent, np.int64), np.array(tree.token, np.int64)

    def chances(self, p: Distribution) -> npt.NDArray[np.float64]:
        """How likely each word is at the beginning of independent tokens of P."""
        return self.tree.chances(p.probabilities.tolist())

    def moments(self, p: Distribution) -> Moments | None:
        """A token's share of the words' bits: BITS/E[D] for words of D tokens, and its variance BITS²·Var(D)/E[D]³.

        So many words begin within n tokens; their number is that of a renewal process (W. Feller 1949).
        """
        if self.is_certain:
            return Moments(0.0, 0.0, 0.0, 0.0)
        chances = self.chances(p)
        if chances.sum() < 1 - 1e-6:
            return None
        mean = float(chances @ self.depths)
        strays = np.abs(self.depths - mean)
        occurs = chances > 0
        return Moments(
            self.bits / mean,
            self.bits**2 * float(chances @ strays**2) / mean**3,
            # A word more or less for each that strays, and one at the end.
            self.bits * (2 * float(strays[occurs].max()) / mean + (1 if strays[occurs].max() else 0)),
            self.bits**3 * float(chances @ strays**3) / mean**4,
        )

    def limit(self, p: Distribution) -> float | None:
        """BITS for as many tokens as a word has on average."""
        found = self.moments(p)
        return None if found is None else found.mean

    def expected_bits(self, p: Distribution, n: int) -> float | None:
        """BITS for each word that n independent tokens of P are expected to begin.

        >>> TunstallCoder("tunstall", (7, 3), 2).expected_bits(Distribution(("a", "b"), (7, 3)), 2)
        2.6
        """
        if self.is_certain or not n:
            return 0.0
        of_depth = np.bincount(self.depths, self.chances(p)).astype(float)
        if of_depth.sum() < 1 - 1e-6:
            return None
        most = min(n, _MOST_EXACT)
        beyond = (n - most) / float(np.arange(of_depth.size) @ of_depth)
        return self.bits * (float(begun(of_depth, most).sum()) + beyond)

    def groups(self, pair: Pair) -> tuple[Pair, PrefixCoder, float] | None:
        """P and Q of a word, its number as its code, and how many tokens it has on average."""
        listed = int(self.depths.sum()) * max(pair.p.total, pair.q.total).bit_length()
        if self.is_certain or listed > _MOST_LISTED:
            return None
        deepest = int(self.depths.max())

        def of_words(each: Distribution) -> Distribution:
            weights = tuple(
                math.prod(each.weights[token] for token in word) * each.total ** (deepest - len(word))
                for word in self.words
            )
            return Distribution(tuple(" ".join(each.tokens[token] for token in word) for word in self.words), weights)

        book = Codebook.of([self.bits] * len(self.words))
        mean = float(self.chances(pair.p) @ self.depths)
        return Pair(of_words(pair.p), of_words(pair.q)), PrefixCoder(self.name, book), mean


def _require_few(weights: Sequence[int], bits: int) -> None:
    """Raise SpecError if there are more tokens than numbers."""
    size = sum(weight > 0 for weight in weights)
    if size > 1 << bits:
        least = (size - 1).bit_length()
        remedy = f"take tunstall:{least} or more" if _SIZE.told(least) else "no tunstall has so many"
        raise SpecError(f"{size:,} tokens need numbers of {least} bits, and tunstall:{bits} has {bits}; {remedy}")


def _law(coder: TunstallCoder, _: Pair, symbols: Symbols) -> Bounds:
    """BITS for each word, the words found another way: the message is cut as soon as a word is whole."""
    tree = walks.tunstall_tree(Frequencies.of(coder.weights).values.tolist(), coder.bits)
    number = node = 0
    for symbol in symbols.tolist() if tree else ():
        node = tree[node][symbol]
        if node not in tree:
            number, node = number + 1, 0
    bits = coder.bits * (number + (node > 0))
    return Bounds(bits, bits + 1)


def _promise(coder: TunstallCoder, pair: Pair) -> bool:
    """Whether its weights are Q's, but for rounding to 2^-40."""
    return is_share_of(Frequencies.of(coder.weights), pair.q.weights)


def _steps(coder: TunstallCoder, symbols: Symbols) -> Steps:
    """The number of each word; a certain token has none."""
    numbers = coder.parsed(symbols).tolist()
    sizes = coder.depths[numbers].tolist() if numbers else [symbols.size]
    # The message may end within its last word.
    sizes[-1] -= sum(sizes) - symbols.size
    words = [int2ba(number, coder.bits) for number in numbers] or [bitarray()]
    return steps_in_groups(coder, symbols, zip(sizes, words, strict=True), "number")


_TOLD = told_by_weights("tunstall", TunstallCoder, _require_few)

FAMILY = Family(
    name="tunstall",
    number=20,
    summary="words of tokens with numbers of BITS bits: of all trees of so many words the one with the longest",
    use="streams that lose bits: a wrong bit spoils one word",
    year=1967,
    q_hat="a word of tokens has 2^-BITS",
    fit=_TOLD.fit,
    fit_counts=_TOLD.fit_counts,
    build=_TOLD.build,
    law=_law,
    promise=_promise,
    parameter=_SIZE,
    room=lambda size, bits: BYTES_A_TOKEN * (size + (1 << (bits or 0))),
    steps=_steps,
)

"""The catalog: every coder by its name, for the command line, the API and the file format.

To add a coder: write its constructor (`prefix`) or its class, add a line here, a plain
reference for its lengths to `reference`, and its promise, the range in which its
price must lie.  A coder's number is written into files and is never used again for
another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compress.coders import prefix, reference
from compress.coders.arithmetic import ArithmeticCoder, is_price_of, require_honourable
from compress.coders.codebook import Codebook
from compress.coders.protocol import Coder
from compress.coders.wholebit import PrefixCoder
from compress.errors import SpecError, quoted
from compress.probability.distribution import Distribution

__all__ = ["CODERS", "Entry", "build", "entry"]

# Sums of K rounded terms may miss by this much, bits/token.
_ROUNDING = 1e-9

Promise = Callable[[Coder, Distribution, Distribution], bool]


@dataclass(frozen=True)
class Entry:
    """A coder of the catalog.

    number: how files name it.  construct: weights to code words, or None for coders without words.
    reference: the same lengths found another way.  promise(coder, p, q): whether the price of
    the coder's Q̂ under P lies where theory says it must for a code built from Q.
    require(p, q): raises DataError where the coder cannot honour Q for what P draws.
    """

    name: str
    number: int
    summary: str
    construct: Callable[[Sequence[int]], Codebook] | None
    reference: Callable[[Sequence[int]], list[int]] | None
    promise: Promise
    require: Callable[[Distribution, Distribution], None] = lambda p, q: None

    @property
    def has_words(self) -> bool:
        """Whether each token has a word of whole bits."""
        return self.construct is not None

    def build(self, weights: Sequence[int]) -> Coder:
        """The coder for tokens in proportion to the weights, shape (K,)."""
        if self.construct is None:
            return ArithmeticCoder.of(weights)
        return PrefixCoder(self.name, self.construct(weights))


def _price(coder: Coder, p: Distribution) -> float:
    """H(P, Q̂) = Σ p·(-log2 q̂), bits/token."""
    occurs = p.probabilities > 0
    return math.fsum(p.probabilities[occurs] * coder.surprises[occurs])


def _below_one(excess: float, q: Distribution) -> bool:
    """0 <= excess < 1, where rounding can tell: a nearly certain Q comes so near to 1 that a float is 1."""
    nearly_certain = float(q.probabilities.max()) > 1 - _ROUNDING and max(q.weights) < q.total
    return -_ROUNDING <= excess < 1 or (nearly_certain and 1 <= excess <= 1 + _ROUNDING)


def _huffman_promise(coder: Coder, p: Distribution, q: Distribution) -> bool:
    """H(Q) <= E_Q[length] < H(Q) + 1: a promise about Q, since under P there is none."""
    excess = _price(coder, q) - q.entropy
    return _below_one(excess, q)


def _shannon_promise(coder: Coder, p: Distribution, q: Distribution) -> bool:
    """2^-length <= q < 2^(1-length) for each token, in whole numbers: so H(P,Q) <= E_P[length] < H(P,Q) + 1."""
    for weight, length in zip(q.weights, coder.surprises.tolist(), strict=True):
        if weight and not (math.isfinite(length) and weight << int(length) >= q.total > weight << int(length) >> 1):
            return False
    return True


def _fixed_promise(coder: Coder, p: Distribution, q: Distribution) -> bool:
    """E_P[length] = ceil(log2 K), with K the tokens that Q allows."""
    possible = sum(weight > 0 for weight in q.weights)
    return abs(_price(coder, p) - (possible - 1).bit_length()) <= _ROUNDING


CODERS: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry(
            "arithmetic",
            1,
            "within 2 bits of ideal and a derived slack, for any Q",
            None,
            None,
            is_price_of,
            require_honourable,
        ),
        Entry(
            "huffman",
            2,
            "the best code of whole-bit words",
            prefix.huffman,
            reference.huffman_lengths,
            _huffman_promise,
        ),
        Entry(
            "shannon",
            3,
            "words of ceil(-log2 q) bits",
            prefix.shannon,
            reference.shannon_lengths,
            _shannon_promise,
        ),
        Entry("fixed", 4, "words of ceil(log2 K) bits", prefix.fixed, reference.fixed_lengths, _fixed_promise),
    )
}


def entry(name: str) -> Entry:
    """The catalog's entry of that name.  Raises SpecError for a name that is none."""
    if name not in CODERS:
        raise SpecError(f"{quoted(name)} is no coder; there are {', '.join(CODERS)}")
    return CODERS[name]


def build(name: str, weights: Sequence[int]) -> Coder:
    """The coder of that name for tokens in proportion to the weights.  Raises SpecError for an unknown name."""
    return entry(name).build(weights)

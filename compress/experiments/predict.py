"""What can be said of a distribution, of a pair, and of a code before a single token is drawn.

Next: `comparison` (what each coder costs).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from compress.coders.family import Choice
from compress.coders.protocol import Merge, Static, is_priced
from compress.errors import DataError, SpecError, quoted
from compress.notation import exact_number
from compress.probability import information
from compress.probability.distribution import Distribution, Pair
from compress.probability.zeros import ZeroPolicy

__all__ = ["CodeForecast", "Forecast", "PairForecast", "Surprises", "expected_code", "expected_pair"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Surprises:
    """Bare probabilities as they were written, to this base.  Raises SpecError for one outside [0, 1]."""

    words: Sequence[str]
    base: float = 2

    def __post_init__(self) -> None:
        outside = next((p for p in self._probabilities if not 0 <= p <= 1), None)
        if outside is not None:
            raise SpecError(f"{outside:g} is not a probability: it lies outside [0, 1]")

    @cached_property
    def _probabilities(self) -> list[float]:
        return [float(exact_number(word)) for word in self.words]

    @property
    def values(self) -> list[float]:
        """Return -log p of each probability."""
        bits: list[float] = information.surprise(self._probabilities, base=self.base).tolist()
        return bits


@dataclass(frozen=True)
class Forecast:
    """What P alone lets expect, to this base: bits/token for 2, nats for e."""

    p: Distribution
    base: float = 2

    @cached_property
    def surprises(self) -> Vector:
        """-log p of each token: shape (K,)."""
        return information.surprise(self.p.probabilities, base=self.base)

    @property
    def entropy(self) -> float:
        """H(P)."""
        return information.entropy(self.p.probabilities, base=self.base)

    @property
    def largest_entropy(self) -> float:
        """log K, the most that K tokens can have."""
        return math.log(self.p.size) / math.log(self.base)

    @property
    def perplexity(self) -> float:
        """2^H(P), with H in bits: the equally likely tokens that would be as surprising; of no base."""
        return information.perplexity(self.p.probabilities)

    @property
    def varentropy(self) -> float:
        """The variance of the surprise, in squares of the unit."""
        return information.varentropy(self.p.probabilities, base=self.base)

    @property
    def density_entropy(self) -> float | None:
        """h(X) - log s, for a P that is a density cut into cells of width s; None for another."""
        bits = None if self.p.endless is None else self.p.endless.density_entropy()
        return None if bits is None else bits / math.log2(self.base)


@dataclass(frozen=True)
class PairForecast:
    """What believing Q costs where P is true, to this base; infinite where Q excludes what P can draw."""

    pair: Pair
    base: float = 2

    @cached_property
    def prices(self) -> Vector:
        """-log q of each token: shape (K,)."""
        return information.surprise(self.pair.q.probabilities, base=self.base)

    @cached_property
    def costs(self) -> Vector:
        """p·(-log q), what each token adds to H(P,Q): shape (K,)."""
        return self._weighed(self.prices)

    @cached_property
    def excesses(self) -> Vector:
        """p·log(p/q), what each token adds to D(P||Q): shape (K,)."""
        own = information.surprise(self.pair.p.probabilities, base=self.base)
        # inf - inf is never computed: where p is 0, so is what the token adds.
        own[self.pair.p.probabilities == 0] = 0
        return self._weighed(self.prices - own)

    def _weighed(self, values: Vector) -> Vector:
        p = self.pair.p.probabilities
        weighed = np.zeros(p.size)
        np.multiply(p, values, where=p > 0, out=weighed)
        return weighed

    @property
    def entropy(self) -> float:
        """H(P), the floor."""
        return information.entropy(self.pair.p.probabilities, base=self.base)

    @property
    def cross_entropy(self) -> float:
        """H(P,Q), what a code for Q costs."""
        return information.cross_entropy(self.pair.p.probabilities, self.pair.q.probabilities, base=self.base)

    @property
    def kl_divergence(self) -> float:
        """D(P||Q), the price of believing Q."""
        return self.pair.divergence / math.log2(self.base)

    @property
    def reverse_kl_divergence(self) -> float:
        """D(Q||P)."""
        return self.pair.q.divergence(self.pair.p) / math.log2(self.base)

    @property
    def js_divergence(self) -> float:
        """JS(P,Q), finite whatever they are."""
        return information.js_divergence(self.pair.p.probabilities, self.pair.q.probabilities, base=self.base)

    @property
    def perplexity(self) -> float:
        """2^H(P,Q), with H in bits."""
        return information.perplexity(self.pair.p.probabilities, self.pair.q.probabilities)


@dataclass(frozen=True)
class CodeForecast:
    """What a coder built from Q is expected to cost when P is true, bits/token.

    own_p: P was not just Q.  merges: how the tree of its words grew, if that was asked for.
    group: of how many tokens on average pair and coder are; averages are those of a token.
    """

    pair: Pair
    choice: Choice
    coder: Static
    own_p: bool
    merges: Sequence[Merge] | None = None
    group: float = 1

    @property
    def expected(self) -> float:
        """E_P[price] = H(P,Q̂)."""
        return information.mean(self.pair.p.probabilities, self.coder.surprises) / self.group

    @property
    def entropy(self) -> float:
        """H(P)."""
        return self.pair.p.entropy / self.group

    @property
    def cross_entropy(self) -> float:
        """H(P,Q)."""
        return self.pair.cross_entropy / self.group

    @property
    def redundancy(self) -> float:
        """E_P[price] - H(P)."""
        return self.expected - self.entropy

    @property
    def surprises(self) -> Vector:
        """-log2 q of each token: shape (K,)."""
        return information.surprise(self.pair.q.probabilities)


def expected_pair(p: Distribution, q: Distribution, zeros: ZeroPolicy, base: float = 2) -> PairForecast:
    """H(P,Q), D(P||Q) and the others, Q after its zero policy.

    Raises DataError where Q excludes what P can draw only because its probability is below the least float:
    D(P||Q) is finite then, and cannot be told.

    >>> from compress.probability.zeros import REFUSED
    >>> p, q = Distribution.parse("a=.5,b=.5"), Distribution.parse("a=.25,b=.25,c=.5")
    >>> expected_pair(p, q, REFUSED).kl_divergence
    1.0
    """
    pair = Pair.of(p, q)
    if q.endless is not None and zeros.refuses:
        for token, chance, weight in zip(pair.p.tokens, pair.p.weights, pair.q.weights, strict=True):
            if chance and not weight and q.endless.has(token):
                raise DataError(
                    f"{q.spec} gives token {quoted(token)} a probability above 0 but below 1e-307, too small "
                    "for a float: D(P||Q) is finite, but cannot be computed"
                )
    return PairForecast(Pair(pair.p, zeros.apply(pair.q)), base)


def expected_code(
    q: Distribution, choice: Choice, p: Distribution | None = None, *, steps: bool = False
) -> CodeForecast:
    """The code that a coder builds from Q, and what it is expected to cost when P (Q, if not given) is true.

    steps: keep how the tree grew.  Raises SpecError for a coder whose words grow on no tree by merging.

    >>> from compress.coders.catalog import choose
    >>> expected_code(Distribution.parse("a=.5,b=.25,c=.25"), choose("huffman")).expected
    1.5
    """
    pair = Pair.of(p or q, q)
    merges = None
    if steps:
        if choice.family.merges is None:
            raise SpecError(f"{choice.name} does not merge tokens: there are no steps to show")
        merges = choice.family.merges(pair.q.weights)
    coder = choice.of(pair.q.weights)
    if is_priced(coder):
        return CodeForecast(pair, choice, coder, p is not None, merges)
    if (groups := coder.groups(pair)) is None:
        raise SpecError(f"{choice.name} has no words that can be listed")
    pair, of_groups, size = groups
    return CodeForecast(pair, choice, of_groups, p is not None, group=size)

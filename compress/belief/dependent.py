"""A Q for each token by the one before: what it lets expect is that of a step of the chain.

Next: `learned` (a Q that is made as the tokens come).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compress.belief.protocol import Belief, Sent
from compress.coders.family import Choice
from compress.coders.protocol import Bounds, Table
from compress.errors import SpecError
from compress.ledger import Ledger
from compress.models.catalog import recipe_of
from compress.models.sequential import Compiled, SequentialCoder
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution, Pair
from compress.probability.frequencies import Frequencies, is_price_of
from compress.probability.information import mean, surprise
from compress.probability.moments import Moments
from compress.probability.zeros import ZeroPolicy
from compress.sources.protocol import Source
from compress.symbols import Seen, Symbols

if TYPE_CHECKING:
    from compress.models.chains import Chained

__all__ = ["Dependent"]


@dataclass(frozen=True)
class Dependent:
    """A Q for each token by the one before; believed, it is over the alphabet of P and after its zero policy."""

    chain: Chain

    q = None
    stays = learns = in_files = needs_p = is_counted = False
    weights = ()

    @property
    def spec(self) -> str:
        """Return the spec of the chain."""
        return self.chain.spec

    @property
    def tokens(self) -> Sequence[str]:
        """Return the tokens of the chain."""
        return self.chain.tokens

    def require_coder(self, choice: Choice) -> None:
        """Raise SpecError for a coder that drives no models."""
        recipe_of(self.chain).require(choice)

    def meant(self, source: Source, counts: Callable[[], Sequence[int]], zeros: ZeroPolicy) -> tuple[Belief, None]:
        """Return the chain over P's tokens; after each token P may draw nothing that it excludes."""
        if source.is_given:
            raise SpecError(f"{self.spec} is believed of tokens that are drawn, and these are given")
        meant = Dependent(Chain(tuple(map(zeros.apply, self.chain.over(source.distribution.tokens).rows)), self.spec))
        for pair in meant.rows(source.distribution, source.chain):
            zeros.require(pair.p, pair.q)
        return meant, None

    def noted(self, seen: Seen, zeros: ZeroPolicy) -> Belief:
        """Return the chain with its own tokens, after the zero policy."""
        return Dependent(Chain(tuple(map(zeros.apply, self.chain.rows)), self.spec))

    def alphabet(self, tokens: Sequence[str]) -> Sequence[str]:
        """Return the tokens of the chain: it allows no others."""
        return self.chain.tokens

    def over(self, tokens: Sequence[str]) -> Dependent:
        """Return the chain with its tokens in another order."""
        return Dependent(self.chain.over(tokens))

    def beside(self, p: Distribution) -> Distribution:
        """Return P itself, which has the same tokens."""
        return p

    def rows(self, p: Distribution, chain: Chain | None) -> Iterator[Pair]:
        """Yield P and Q after each token, and then those of the first token."""
        true = chain or Chain.independent(p)
        yield from map(Pair, true.rows, self.chain.rows)
        yield Pair(true.distribution, self.chain.distribution)

    def require(self, p: Distribution, chain: Chain | None, choice: Choice) -> None:
        """Raise an error if the coder cannot take the chain, or one of its rows."""
        self.require_coder(choice)
        for pair in self.rows(p, chain):
            choice.family.require(pair)

    def table(self, choice: Choice, size: int, *, counts: bool = False) -> Table:
        """Return the rows as whole numbers."""
        return recipe_of(self.chain).table(size)

    def model(self, size: int) -> Compiled:
        """Return the chain's own model."""
        return recipe_of(self.chain).build(size)

    def cross_entropy(self, p: Distribution, chain: Chain | None) -> float:
        """Return the mean price of a token after the one before, in bits."""
        return (chain or Chain.independent(p)).mean(self.chain.prices)

    def moments(self, source: Source, p: Distribution, coder: SequentialCoder) -> Moments:
        """Return the moments of the price of a token after the one before."""
        return (source.chain or Chain.independent(source.distribution)).moments(_told(coder).surprises[:-1])

    def expected(
        self, source: Source, p: Distribution, coder: SequentialCoder, n: int, moments: Moments | None
    ) -> float | None:
        """Return the expected bits per token; the first token has a price of its own."""
        if moments is None or not n:
            return None if moments is None else moments.mean
        first = (source.chain or Chain.independent(source.distribution)).stationary
        return (mean(first, _told(coder).surprises[-1]) + (n - 1) * moments.mean) / n

    def ledger(self, source: Source, p: Distribution, sent: Sent) -> Ledger:
        """Return the ledger with all its terms."""
        n, true = sent.symbols.size, source.chain or Chain.independent(source.distribution)
        entropy = source.entropy_bits(n)
        expected = n * sent.expected if n and sent.expected is not None else 0.0
        mismatch = 0.0
        if n and true != self.chain:
            believed = surprise(self.chain.stationary)
            mismatch = mean(true.stationary, believed) + (n - 1) * true.mean(self.chain.prices) - entropy
        made = Ledger.undivided(entropy, expected, sent.ideal, sent.payload_bits, sent.parts)
        return replace(made, mismatch=mismatch, code=made.mismatch - mismatch)

    def law(self, choice: Choice, coder: SequentialCoder, p: Distribution, symbols: Symbols) -> Bounds:
        """Return the law of the arithmetic coder for this message."""
        return coder.law(symbols)

    def price(self, choice: Choice, coder: SequentialCoder, source: Source, p: Distribution) -> bool:
        """Return whether each row is priced as a row of this chain must be."""
        told = map(Frequencies, _told(coder).frequencies)
        return all(map(is_price_of, told, self.rows(source.distribution, source.chain)))

    def prices(self, coder: SequentialCoder) -> None:
        """Return None: a price depends on the token before."""


def _told(coder: SequentialCoder) -> Chained:
    """The rows that a file tells of."""
    from compress.models.chains import Chained

    assert isinstance(coder.model, Chained)
    return coder.model

"""A Q for each token by the one before: what it lets expect is that of a step of the chain.

Next: `learned` (a Q that is made as the tokens come).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compress.belief.protocol import Belief, Sent
from compress.coders.protocol import Bounds, Choice, Table
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
from compress.symbols import Stream, Symbols

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
        """That of the chain."""
        return self.chain.spec

    @property
    def tokens(self) -> Sequence[str]:
        """Those of the chain."""
        return self.chain.tokens

    def require_coder(self, choice: Choice) -> None:
        """One that drives models."""
        recipe_of(self.chain).require(choice)

    def meant(self, source: Source, counts: Callable[[], Sequence[int]], zeros: ZeroPolicy) -> tuple[Belief, None]:
        """After each token P may draw nothing that the chain excludes."""
        if source.is_given:
            raise SpecError(f"{self.spec} is believed of tokens that are drawn, and these are given")
        meant = Dependent(Chain(tuple(map(zeros.apply, self.chain.over(source.distribution.tokens).rows)), self.spec))
        for pair in meant.rows(source.distribution, source.chain):
            zeros.require(pair.p, pair.q)
        return meant, None

    def noted(self, stream: Stream, zeros: ZeroPolicy) -> Belief:
        """With its own tokens."""
        return Dependent(Chain(tuple(map(zeros.apply, self.chain.rows)), self.spec))

    def alphabet(self, tokens: Sequence[str]) -> Sequence[str]:
        """Its own, and none besides."""
        return self.chain.tokens

    def over(self, tokens: Sequence[str]) -> Dependent:
        """The chain in another order."""
        return Dependent(self.chain.over(tokens))

    def beside(self, p: Distribution) -> Distribution:
        """P has the same tokens."""
        return p

    def rows(self, p: Distribution, chain: Chain | None) -> Iterator[Pair]:
        """After each token, and at the start: what follows, and what is believed to."""
        true = chain or Chain.independent(p)
        yield from map(Pair, true.rows, self.chain.rows)
        yield Pair(true.distribution, self.chain.distribution)

    def require(self, p: Distribution, chain: Chain | None, choice: Choice) -> None:
        """The coder takes it, and each of its rows."""
        self.require_coder(choice)
        for pair in self.rows(p, chain):
            choice.family.require(pair)

    def table(self, choice: Choice, size: int, *, counts: bool = False) -> Table:
        """Its rows."""
        return recipe_of(self.chain).table(size)

    def model(self, size: int) -> Compiled:
        """The chain's own."""
        return recipe_of(self.chain).build(size)

    def cross_entropy(self, p: Distribution, chain: Chain | None) -> float:
        """Of each token after the one before."""
        return (chain or Chain.independent(p)).mean(self.chain.prices)

    def moments(self, source: Source, p: Distribution, coder: SequentialCoder) -> Moments:
        """Of a token after the one before."""
        return (source.chain or Chain.independent(source.distribution)).moments(_told(coder).surprises[:-1])

    def expected(self, source: Source, p: Distribution, coder: SequentialCoder, n: int) -> float:
        """The first token's is by itself."""
        each = self.moments(source, p, coder).mean
        first = (source.chain or Chain.independent(source.distribution)).stationary
        return (mean(first, _told(coder).surprises[-1]) + (n - 1) * each) / n if n else each

    def ledger(self, source: Source, p: Distribution, sent: Sent) -> Ledger:
        """With all terms."""
        n, true = sent.symbols.size, source.chain or Chain.independent(source.distribution)
        entropy = source.entropy_bits(n)
        expected = self.expected(source, p, sent.coder, n) * n
        mismatch = 0.0
        if n and true != self.chain:
            believed = surprise(self.chain.stationary)
            mismatch = mean(true.stationary, believed) + (n - 1) * true.mean(self.chain.prices) - entropy
        made = Ledger.undivided(entropy, expected, sent.ideal, sent.payload_bits, sent.parts)
        return replace(made, mismatch=mismatch, code=made.mismatch - mismatch)

    def law(self, choice: Choice, coder: SequentialCoder, p: Distribution, symbols: Symbols) -> Bounds:
        """That of the arithmetic coder."""
        return coder.law(symbols)

    def price(self, choice: Choice, coder: SequentialCoder, source: Source, p: Distribution) -> bool:
        """Each row is rounded as one Q is."""
        told = map(Frequencies, _told(coder).frequencies)
        return all(map(is_price_of, told, self.rows(source.distribution, source.chain)))

    def prices(self, coder: SequentialCoder) -> None:
        """They depend on the token before."""


def _told(coder: SequentialCoder) -> Chained:
    """The rows that a file tells of."""
    from compress.models.chains import Chained

    assert isinstance(coder.model, Chained)
    return coder.model

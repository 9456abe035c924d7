"""One Q for all tokens: what it lets expect is H(P,Q̂) a token, and its variance.

Next: `dependent` (a Q for each token by the one before).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from compress.belief.protocol import Belief, Sent
from compress.coders.protocol import Bounds, Choice, Static, Table
from compress.errors import ZeroProbabilityError
from compress.ledger import Ledger
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution, Pair
from compress.probability.moments import Moments
from compress.probability.relative import Assumed, Relative, beside
from compress.probability.zeros import REFUSED, Price, ZeroPolicy
from compress.sources.protocol import Source
from compress.symbols import Stream, Symbols, histogram

__all__ = ["One", "Worded", "meant_of"]


@dataclass(frozen=True)
class Worded:
    """A distribution, or a word for one that is still to be found."""

    assumed: Assumed

    stays = in_files = True

    @property
    def needs_p(self) -> bool:
        """`true` does."""
        return self.assumed is Relative.TRUE

    @property
    def is_counted(self) -> bool:
        """`empirical` is."""
        return self.assumed is Relative.EMPIRICAL

    @property
    def spec(self) -> str:
        """The word itself, or the spec of the distribution."""
        return self.assumed.value if isinstance(self.assumed, Relative) else self.assumed.spec

    @property
    def tokens(self) -> Sequence[str]:
        """Those of a distribution."""
        return () if isinstance(self.assumed, Relative) else self.assumed.tokens

    def require_coder(self, choice: Choice) -> None:
        """Every coder takes one Q."""

    def meant(
        self, source: Source, counts: Callable[[], Sequence[int]], zeros: ZeroPolicy
    ) -> tuple[Belief, Price | None]:
        """The Q that is meant, over the alphabet of both, after its zero policy."""
        true = source.distribution
        if source.chain is not None and self.assumed is Relative.TRUE:
            from compress.belief.dependent import Dependent

            return Dependent(source.chain).meant(source, counts, zeros)
        pair = Pair.of(true, beside(self.assumed, true, counts() if self.assumed is Relative.EMPIRICAL else None))
        believed = zeros.apply(pair.q)
        zeros.require(pair.p, believed)
        return One(believed), None if believed is pair.q else zeros.price(pair)

    def noted(self, stream: Stream, zeros: ZeroPolicy) -> Belief:
        """The Q that is meant, over the alphabet of both, after its zero policy."""
        return One(meant_of(stream, self.assumed, zeros))


@dataclass(frozen=True)
class One:
    """One Q for all tokens."""

    q: Distribution

    learns = False

    @property
    def spec(self) -> str:
        """That of Q."""
        return self.q.spec

    @property
    def weights(self) -> tuple[int, ...]:
        """Those of Q."""
        return self.q.weights

    def alphabet(self, tokens: Sequence[str]) -> Sequence[str]:
        """Q is over the joint alphabet already."""
        return self.q.tokens

    def over(self, tokens: Sequence[str]) -> One:
        """Q in another order."""
        return One(self.q.over(tokens))

    def beside(self, p: Distribution) -> Distribution:
        """P over the tokens of both."""
        return Pair.of(p, self.q).p

    def require(self, p: Distribution, chain: Chain | None, choice: Choice) -> None:
        """The coder's family decides."""
        choice.family.require(Pair.of(p, self.q))

    def table(self, choice: Choice, size: int, *, counts: bool = False) -> Table:
        """Q̂, as the coder can say it."""
        return choice.fit(self.q.weights, counts=counts)

    def model(self, size: int) -> None:
        """It drives none."""

    def cross_entropy(self, p: Distribution, chain: Chain | None) -> float:
        """H(P,Q) of a single token."""
        return Pair(p, self.q).cross_entropy

    def moments(self, source: Source, p: Distribution, coder: Static) -> Moments:
        """The mean is H(P,Q̂)."""
        return source.moments(p, coder.surprises)

    def expected(self, source: Source, p: Distribution, coder: Static, n: int) -> float:
        """H(P,Q̂)."""
        return self.moments(source, p, coder).mean

    def ledger(self, source: Source, p: Distribution, sent: Sent) -> Ledger:
        """With all terms.  Tokens that depend on each other have less entropy than n·H(P): the rest is mismatch."""
        made = Ledger.account(
            sent.symbols.size,
            p,
            self.q,
            sent.coder.surprises,
            sent.ideal,
            sent.payload_bits,
            sent.parts,
            p_is_sample=source.is_sample,
        )
        return made if source.chain is None else made.above(source.entropy_bits(sent.symbols.size))

    def law(self, choice: Choice, coder: Static, p: Distribution, symbols: Symbols) -> Bounds | None:
        """The family's."""
        return choice.family.law(coder, Pair(p, self.q), symbols)

    def price(self, choice: Choice, coder: Static, source: Source, p: Distribution) -> bool | None:
        """The family's promise."""
        return choice.family.promise(coder, Pair(p, self.q))

    def prices(self, coder: Static) -> npt.NDArray[np.float64]:
        """The coder's."""
        return coder.surprises


def meant_of(stream: Stream, assumed: Assumed, zeros: ZeroPolicy = REFUSED) -> Distribution:
    """The Q that is meant beside a stream of at least one token, over the joint alphabet, after its zero policy.

    Raises ZeroProbabilityError, with the place of the first, for a token that Q excludes and that occurs.

    >>> meant_of(Stream.of("abracadabra"), Relative.EMPIRICAL).weights
    (5, 2, 1, 1, 2)
    """
    counts = histogram(stream.symbols, len(stream.tokens)).tolist()
    observed = Distribution(stream.tokens, tuple(counts))
    q = zeros.apply(Pair.of(observed, beside(assumed, observed, counts)).q)
    for token, weight in zip(q.tokens, q.weights, strict=True):
        if not weight and token in observed.index:
            symbol = observed.index[token]
            first = int(np.argmax(stream.symbols == symbol))
            raise ZeroProbabilityError(token, f"it occurs {counts[symbol]} times, first at token {first}")
    return q

"""One Q for all tokens: what it lets expect is H(P,Q̂) a token, and its variance.

Next: `dependent` (a Q for each token by the one before).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from compress.belief.protocol import Belief, Sent
from compress.coders.family import Choice
from compress.coders.protocol import Bounds, Built, Table, is_priced
from compress.errors import ZeroProbabilityError
from compress.ledger import Ledger
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution, Pair
from compress.probability.moments import Moments
from compress.probability.relative import Assumed, Relative, beside
from compress.probability.zeros import REFUSED, Price, ZeroPolicy
from compress.sources.protocol import Source
from compress.symbols import Seen, Symbols

__all__ = ["One", "Worded", "meant_of"]


@dataclass(frozen=True)
class Worded:
    """A distribution, or a word for one that is still to be found."""

    assumed: Assumed

    stays = in_files = True

    @property
    def needs_p(self) -> bool:
        """Return whether the word is `true`."""
        return self.assumed is Relative.TRUE

    @property
    def is_counted(self) -> bool:
        """Return whether the word is `empirical`."""
        return self.assumed is Relative.EMPIRICAL

    @property
    def spec(self) -> str:
        """Return the word itself, or the spec of the distribution."""
        return self.assumed.value if isinstance(self.assumed, Relative) else self.assumed.spec

    @property
    def tokens(self) -> Sequence[str]:
        """Return the tokens of a distribution; a word names none."""
        return () if isinstance(self.assumed, Relative) else self.assumed.tokens

    def require_coder(self, choice: Choice) -> None:
        """Do nothing: every coder takes one Q for all tokens."""

    def meant(
        self, source: Source, counts: Callable[[], Sequence[int]], zeros: ZeroPolicy
    ) -> tuple[Belief, Price | None]:
        """Return the Q that is meant, over the alphabet of both, after its zero policy."""
        true = source.distribution
        if source.chain is not None and self.assumed is Relative.TRUE:
            from compress.belief.dependent import Dependent

            return Dependent(source.chain).meant(source, counts, zeros)
        pair = Pair.of(true, beside(self.assumed, true, counts() if self.assumed is Relative.EMPIRICAL else None))
        believed = zeros.apply(pair.q)
        zeros.require(pair.p, believed)
        return One(believed), None if believed is pair.q else zeros.price(pair)

    def noted(self, seen: Seen, zeros: ZeroPolicy) -> Belief:
        """Return the Q that is meant, over the alphabet of both, after its zero policy."""
        return One(meant_of(seen, self.assumed, zeros))


@dataclass(frozen=True)
class One:
    """One Q for all tokens."""

    q: Distribution

    learns = False

    @property
    def spec(self) -> str:
        """Return the spec of Q."""
        return self.q.spec

    @property
    def weights(self) -> tuple[int, ...]:
        """Return the weights of Q."""
        return self.q.weights

    def alphabet(self, tokens: Sequence[str]) -> Sequence[str]:
        """Return the tokens of Q, which is over the joint alphabet already."""
        return self.q.tokens

    def over(self, tokens: Sequence[str]) -> One:
        """Return Q with its tokens in another order."""
        return One(self.q.over(tokens))

    def beside(self, p: Distribution) -> Distribution:
        """Return P over the tokens of both."""
        return Pair.of(p, self.q).p

    def require(self, p: Distribution, chain: Chain | None, choice: Choice) -> None:
        """Raise an error if the coder's family cannot honour Q for this P."""
        choice.family.require(Pair.of(p, self.q))

    def table(self, choice: Choice, size: int, *, counts: bool = False) -> Table:
        """Return Q̂, fitted to what the coder can say."""
        return choice.fit(self.q.weights, counts=counts)

    def model(self, size: int) -> None:
        """Return None: one Q drives no model."""

    def cross_entropy(self, p: Distribution, chain: Chain | None) -> float:
        """Return H(P,Q), in bits per token."""
        return Pair(p, self.q).cross_entropy

    def moments(self, source: Source, p: Distribution, coder: Built) -> Moments | None:
        """Return the moments of the price under P; their mean is H(P,Q̂).  None for groups of dependent tokens."""
        if is_priced(coder):
            return source.moments(p, coder.surprises)
        return coder.moments(p) if source.chain is None else None

    def expected(self, source: Source, p: Distribution, coder: Built, n: int, moments: Moments | None) -> float | None:
        """Return H(P,Q̂), in bits per token; of a code of groups what so many tokens are expected to cost."""
        if moments is None or is_priced(coder):
            return None if moments is None else moments.mean
        bits = coder.expected_bits(p, n)
        return bits / n if n and bits is not None else moments.mean

    def ledger(self, source: Source, p: Distribution, sent: Sent) -> Ledger:
        """Return the ledger.  Tokens that depend on each other have less entropy than n·H(P): the rest is mismatch."""
        n = sent.symbols.size
        if source.is_sample:
            expected = sent.ideal
        elif sent.expected is not None:
            expected = n * sent.expected
        else:
            # Nobody can tell what is expected: luck is that of P's own surprise.
            expected = sent.ideal - (source.surprise_bits(sent.drawn) - source.entropy_bits(n))
        made = Ledger.account(n, p, self.q, expected, sent.ideal, sent.payload_bits, sent.parts)
        return made if source.chain is None else made.above(source.entropy_bits(n))

    def law(self, choice: Choice, coder: Built, p: Distribution, symbols: Symbols) -> Bounds | None:
        """Return the law of the coder's family for this message."""
        return choice.family.law(coder, Pair(p, self.q), symbols)

    def price(self, choice: Choice, coder: Built, source: Source, p: Distribution) -> bool | None:
        """Return whether the promise of the coder's family is kept."""
        return choice.family.promise(coder, Pair(p, self.q))

    def prices(self, coder: Built) -> npt.NDArray[np.float64] | None:
        """Return the coder's price of each token, if it has one."""
        return coder.surprises


def meant_of(seen: Seen, assumed: Assumed, zeros: ZeroPolicy = REFUSED) -> Distribution:
    """The Q that is meant beside a message of at least one token, over the joint alphabet, after its zero policy.

    Raises ZeroProbabilityError, with the place of the first, for a token that Q excludes and that occurs.

    >>> from compress.symbols import Stream
    >>> meant_of(Stream.of("abracadabra").seen, Relative.EMPIRICAL).weights
    (5, 2, 1, 1, 2)
    """
    observed = Distribution(seen.tokens, seen.counts)
    q = zeros.apply(Pair.of(observed, beside(assumed, observed, seen.counts)).q)
    for token, weight in zip(q.tokens, q.weights, strict=True):
        if not weight and token in observed.index:
            times = seen.counts[observed.index[token]]
            raise ZeroProbabilityError(token, f"it occurs {times} times, first at token {seen.first(token)}")
    return q

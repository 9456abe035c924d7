"""Chains: a P of the next token that depends on the one before.

    P(x_1 ... x_n) = π(x_1) · P(x_2 | x_1) ... P(x_n | x_{n-1})        π = π·P, the stationary distribution

Each token taken alone has the distribution π and the entropy H(π).  Knowing the one before, what is left to be
surprised at is the entropy rate

    h = Σ_s π(s)·H(P(· | s))  <=  H(π)

and a code that believes in independent tokens pays the difference on every one of them.

The sum of a price f(x_{t-1}, x_t) over n tokens strays as a sum of dependent numbers does.  Its variance grows by

    V = E[f²] + 2 Σ_{k>=1} E[f_0·f_k],     the f_k less their mean

a token, and not by E[f²].  With r(s) the mean of f after s, Σ_{j>=0} P^j·r solves one system of equations, in the
fundamental matrix Z = (I - P + 1π)^-1.  How long a chain remembers is its relaxation time 1/(1 - |λ|), with λ
the eigenvalue that is next to the unit circle.

Source: Cover & Thomas, sec. 4.1-4.2; J. Kemeny and L. Snell 1960 (Z); W. Grassmann, M. Taksar and D. Heyman 1985 (π).

Next: `relative` (beliefs about something else).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, LimitError, quoted
from compress.probability.distribution import Distribution
from compress.probability.exact import Number
from compress.probability.information import mean, surprise
from compress.probability.moments import Moments

__all__ = ["MOST_STATES", "Chain"]

Matrix = npt.NDArray[np.float64]

# A chain is a table of states by states, and its equations take the cube of their number.
MOST_STATES = 1_000
# A variance that is smaller than this, of the squares that it is made of, is none.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Chain:
    """Tokens in order, and after each of them the distribution of the next, over the same tokens; exact.

    Raises DataError for a chain that can get away from a token for good, LimitError for too many tokens.
    """

    rows: tuple[Distribution, ...]
    spec: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if len(self.rows) > MOST_STATES:
            raise LimitError(f"a chain of {len(self.rows):,} tokens is more than {MOST_STATES:,}")
        forth = _reached(self.matrix > 0)
        back = _reached(self.matrix.T > 0)
        for seen, way in ((forth, "no way leads from {0} to {1}"), (back, "no way leads from {1} to {0}")):
            if not seen.all():
                first, lost = quoted(self.tokens[0]), quoted(self.tokens[int(np.argmin(seen))])
                raise DataError(f"the chain falls apart: {way.format(first, lost)}, so {self._why_refused()}")

    def _why_refused(self) -> str:
        """What follows where not every token leads to every other."""
        steps = self.matrix > 0
        # On to a token from which every way leads back: it is where a stream stays.
        last, ahead, behind = 0, _reached(steps), _reached(steps.T)
        while (lost := ahead & ~behind).any():
            last = int(np.argmax(lost))
            ahead, behind = _reached(steps, last), _reached(steps.T, last)
        if not behind.all():
            return "where it ends depends on where it begins, and it has no single P"
        gone = np.flatnonzero(~ahead)
        names = ", ".join([*(quoted(self.tokens[token]) for token in gone[:3].tolist()), *["..."][: gone.size > 3]])
        if gone.size == 1:
            return f"{names} never comes again once it is left, and has probability 0 in P; leave it out"
        return f"{names} never come again once they are left, and have probability 0 in P; leave them out"

    @classmethod
    def of(
        cls, table: Iterable[tuple[str, Iterable[tuple[str, Number]]]], *, normalize: bool = False, spec: str = ""
    ) -> Chain:
        """The chain of a table: each token, and after it each next token with its probability.

        Raises DataError, naming the token, for a row that does not sum to 1 or a next token that has no row.

        >>> Chain.of([("a", [("b", 1)]), ("b", [("a", 0.5), ("b", 0.5)])]).distribution.probabilities.round(3).tolist()
        [0.333, 0.667]
        """
        pairs = list(table)
        tokens = [token for token, _ in pairs]
        if len(tokens) > MOST_STATES:
            raise LimitError(f"a chain of {len(tokens):,} tokens is more than {MOST_STATES:,}")
        rows = []
        for token, row in pairs:
            try:
                made = Distribution.from_probabilities(row, normalize=normalize)
                rows.append(made.over(tokens))
            except DataError as error:
                raise DataError(f"after {quoted(token)}: {error}") from None
        if not rows:
            raise DataError("a chain needs at least one token")
        return cls(tuple(rows), spec)

    @classmethod
    def independent(cls, p: Distribution) -> Chain:
        """The chain in which every token has the same distribution, whatever came before."""
        return cls((p,) * p.size, p.spec)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The alphabet."""
        return self.rows[0].tokens

    @property
    def size(self) -> int:
        """Return K, the number of tokens in the alphabet."""
        return len(self.rows)

    @cached_property
    def matrix(self) -> Matrix:
        """P(b | a) in row a and column b: shape (K, K)."""
        return np.stack([row.probabilities for row in self.rows])

    @cached_property
    def prices(self) -> Matrix:
        """-log2 P(b | a): shape (K, K); inf where b never follows a."""
        return surprise(self.matrix.ravel()).reshape(self.matrix.shape)

    @cached_property
    def stationary(self) -> Matrix:
        """π, shape (K,), every digit right however rare a token is: nothing is ever subtracted."""
        left = self.matrix.copy()
        for k in range(self.size - 1, 0, -1):
            # Token k is taken out: whoever would go there goes on to where it leads.
            left[:k, k] /= left[k, :k].sum()
            left[:k, :k] += np.outer(left[:k, k], left[k, :k])
        weights = np.ones(self.size)
        for k in range(1, self.size):
            weights[k] = weights[:k] @ left[:k, k]
        return np.asarray(weights / weights.sum())

    @cached_property
    def distribution(self) -> Distribution:
        """π as the distribution of a single token."""
        weights = [Fraction(weight) for weight in self.stationary.tolist()]
        return Distribution.from_weights(zip(self.tokens, weights, strict=True), spec=self.spec)

    @property
    def entropy_rate(self) -> float:
        """h, bits/token."""
        return self.mean(self.prices)

    def mean(self, prices: Matrix) -> float:
        """E[f(x_{t-1}, x_t)] of a price, shape (K, K); inf where a step that happens has no price."""
        return mean((self.stationary[:, None] * self.matrix).ravel(), prices.ravel())

    @cached_property
    def period(self) -> int:
        """The largest number that divides every way from a token back to itself; 1: the chain mixes.

        >>> Chain.of([("a", [("b", 1)]), ("b", [("a", 1)])]).period
        2
        """
        steps = np.full(self.size, -1)
        steps[0], now, common = 0, [0], 0
        for state in now:
            for follower in np.flatnonzero(self.matrix[state]).tolist():
                if steps[follower] < 0:
                    steps[follower] = steps[state] + 1
                    now.append(follower)
                common = math.gcd(common, int(steps[state]) + 1 - int(steps[follower]))
        return abs(common)

    @cached_property
    def relaxation(self) -> float:
        """1/(1 - |λ|), tokens: of what is not on the unit circle, and at least the period."""
        sizes = np.sort(np.abs(np.linalg.eigvals(self.matrix)))[: self.size - self.period]
        return max(1.0, float(self.period), 1.0 / (1.0 - float(sizes[-1])) if sizes.size else 1.0)

    def moments(self, prices: Matrix) -> Moments:
        """What this P lets expect of a price, shape (K, K), and of its sum: with V for the variance."""
        steps = self.stationary[:, None] * self.matrix
        happens = steps > 0
        centre = self.mean(prices)
        strays = np.zeros_like(steps)
        np.subtract(prices, centre, where=happens, out=strays)
        # What is expected of the next one, and of all after it, by the token that is there now.
        after = (self.matrix * strays).sum(axis=1)
        fundamental = np.eye(self.size) - self.matrix + self.stationary[None, :]
        later = np.linalg.solve(fundamental, after)
        own = float((steps * strays**2).sum())
        variance = own + 2 * float((steps * strays * later[None, :]).sum())
        return Moments(
            mean=centre,
            variance=variance if variance > _ROUNDING * own else 0.0,
            largest=float(np.abs(strays).max()),
            third=float((steps * np.abs(strays) ** 3).sum()),
            memory=self.relaxation,
            clump=max(1.0, variance / own) if own else 1.0,
            rarest=float(self.stationary.min()),
        )

    def over(self, tokens: Sequence[str]) -> Chain:
        """The same chain with its tokens in another order.  Raises DataError for other tokens."""
        if sorted(tokens) != sorted(self.tokens):
            strange = next(iter({*tokens} ^ {*self.tokens}))
            raise DataError(f"{self.spec or 'the chain'} is over other tokens: {quoted(strange)} is not in both")
        index = self.rows[0].index
        return Chain(tuple(self.rows[index[token]].over(tokens) for token in tokens), self.spec)


def _reached(steps: npt.NDArray[np.bool_], start: int = 0) -> npt.NDArray[np.bool_]:
    """Which states can be got to from one of them."""
    seen = np.zeros(len(steps), bool)
    seen[start] = True
    edge = seen
    while edge.any():
        edge = steps[edge].any(axis=0) & ~seen
        seen = seen | edge
    return seen
